"""What is written off in each period, in the books and for tax.

Source: US IRS Publication 946 for the meaning of a MACRS table.
"""

from __future__ import annotations

from collections.abc import Sequence


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


def _differences(cumulated: Sequence[float]) -> tuple[float, ...]:
    return tuple(now - before for before, now in zip([0.0, *cumulated], cumulated, strict=False))
