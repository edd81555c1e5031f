"""Schedules of corporate finance, as pure functions of numbers.

Sources: any textbook of corporate finance for amortisation; US IRS Publication 946 for the meaning of a MACRS table.
"""

from __future__ import annotations

from collections.abc import Sequence


def outstanding(kind: str, tenor: int, grace: int, rate_per_period: float) -> tuple[float, ...]:
    """Balance b(k) of one unit drawn, k = 0 … tenor periods after the draw; b(0) = 1 and b(tenor) = 0.

    ``kind`` is bullet, level or annuity; nothing is repaid for ``grace`` periods.
    """
    if kind == "bullet":
        return (1.0,) * tenor + (0.0,)
    span = tenor - grace
    growth = 1.0 + rate_per_period
    annuity = kind == "annuity" and rate_per_period > 0.0

    def balance(age: int) -> float:
        paid = age - grace
        if paid <= 0:
            return 1.0
        if annuity:
            return (growth**span - growth**paid) / (growth**span - 1.0)
        return 1.0 - paid / span

    return (*(balance(age) for age in range(tenor)), 0.0)


def straight_line(life_years: float, years: float, periods: int) -> tuple[float, ...]:
    """Share written off in the first ``periods`` periods of service, each ``years`` long: straight line."""
    return _differences([min(1.0, k * years / life_years) for k in range(1, periods + 1)])


def tax_write_off(
    life_years: float | None, table: Sequence[float] | None, bonus: float, years: float, periods: int
) -> tuple[float, ...]:
    """Share deducted in the 1st, 2nd … period of service: the bonus at once, the rest by life or by yearly table.

    The table is linear within a year. Give exactly one of ``life_years`` and ``table``.
    """

    def written_off(age_years: float) -> float:
        if table is None:
            assert life_years is not None
            return min(1.0, age_years / life_years)
        whole = min(len(table), int(age_years + 1e-9))
        part = (age_years - whole) * table[whole] if whole < len(table) else 0.0
        return sum(table[:whole]) + part

    return _differences([bonus + (1.0 - bonus) * written_off(k * years) for k in range(1, periods + 1)])


def price_tiers(
    kind: str, starts: Sequence[float], discounts: Sequence[float], end: float
) -> list[tuple[float, float, float, float]]:
    """Tiers as (from, to, intercept, slope): an order of q in a tier costs price · (intercept + slope · q).

    ``starts`` rise from 0, ``end`` is the largest order. An order just below the next tier's start belongs to this one,
    so ``to`` lies one millionth under it: no order may pay the price of the tier below its own.
    Tiers that begin beyond ``end`` are left out.
    """
    tiers, intercept = [], 0.0
    for i, (start, discount) in enumerate(zip(starts, discounts, strict=True)):
        if i and kind == "incremental":
            intercept += (discount - discounts[i - 1]) * start
        if start > end:
            break
        following = starts[i + 1] * (1.0 - 1e-6) if i + 1 < len(starts) else end
        tiers.append((start, min(following, end), intercept, 1.0 - discount))
    return tiers


def _differences(cumulated: Sequence[float]) -> tuple[float, ...]:
    return tuple(now - before for before, now in zip([0.0, *cumulated], cumulated, strict=False))
