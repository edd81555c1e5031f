"""Schedules of corporate finance, as pure functions of numbers.

Source: US IRS Publication 946 for the meaning of a MACRS table.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from optimizer.instance.schema import Instance

ROUNDING = 1e-12
"""A share of a cost that is smaller than this has been written off."""


def straight_line(life_years: float, years: float, periods: int) -> tuple[float, ...]:
    """Share written off in the first ``periods`` periods of service, each ``years`` long: straight line."""
    return _differences([min(1.0, k * years / life_years) for k in range(1, periods + 1)])


CONVENTION_YEARS = {"full": 0.0, "half_year": 0.5, "mid_month": 1.0 / 24.0}
"""How much later than its first period an asset counts as in service, years."""


def tax_write_off(
    life_years: float | None,
    table: Sequence[float] | None,
    bonus: float,
    years: float,
    periods: int,
    convention: str = "full",
) -> tuple[float, ...]:
    """Share deducted in the 1st, 2nd … period of service: the bonus at once, the rest by life or by yearly table.

    The table is linear within a year; the convention shifts straight line. Give exactly one of ``life_years`` and
    ``table``.
    """

    def written_off(age_years: float) -> float:
        if table is None:
            assert life_years is not None
            return min(1.0, max(0.0, age_years - CONVENTION_YEARS[convention]) / life_years)
        whole = min(len(table), int(age_years + 1e-9))
        part = (age_years - whole) * table[whole] if whole < len(table) else 0.0
        return sum(table[:whole]) + part

    return _differences([bonus + (1.0 - bonus) * written_off(k * years) for k in range(1, periods + 1)])


def tax_schedule(instance: Instance, tax_class: str | None) -> tuple[float, ...]:
    """The write-off of a depreciation class over the periods of an instance; empty without a class."""
    if tax_class is None:
        return ()
    group, calendar = instance.depreciation[tax_class], instance.periods
    return tax_write_off(
        group.life_years, group.table_shares, group.bonus_share, calendar.years, calendar.periods, group.convention
    )


def is_terminal_value_taxed(instance: Instance) -> bool:
    """Whether what is left of costs for tax at the end of T matters."""
    return instance.tax is not None and instance.tax.rate > 0.0 and instance.terminal.kind != "none"


def tax_basis_left(instance: Instance, tax_class: str | None) -> tuple[float, ...]:
    """What is left of a cost for tax after 0, 1 … T periods in service: 1 − C(k); nothing at all without a class."""
    periods = instance.periods.periods
    if tax_class is None:
        return (0.0,) * (periods + 1)
    left = [1.0 - written for written in accumulate(tax_schedule(instance, tax_class), initial=0.0)]
    return tuple(share if share > ROUNDING else 0.0 for share in left)


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


def relevered_cost_of_equity(
    method: str, leverage: float, unlevered: float, *, risk_free: float, cost_of_debt: float, tax_rate: float
) -> float:
    """Cost of equity at leverage L = D/(D+E) < 1, per year.

    ``hamada``: r_f + (k_u − r_f)·(1 + (1−τ)·D/E) (Hamada 1972). ``harris_pringle``: k_u + (k_u − k_d)·D/E (Harris and
    Pringle 1985).
    """
    debt_to_equity = leverage / (1.0 - leverage)
    if method == "hamada":
        return risk_free + (unlevered - risk_free) * (1.0 + (1.0 - tax_rate) * debt_to_equity)
    return unlevered + (unlevered - cost_of_debt) * debt_to_equity
