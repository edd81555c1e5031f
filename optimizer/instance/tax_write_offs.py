"""The write-off of costs over the base periods of an instance, and what it leaves for tax."""

from __future__ import annotations

from itertools import accumulate

from optimizer.finance.depreciation import straight_line, tax_write_off
from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Instance

ROUNDING = 1e-12
"""A share of a cost that is smaller than this has been written off."""


def tax_schedule(instance: Instance, tax_class: str | None) -> tuple[float, ...]:
    """The write-off of a depreciation class by base period of service, as many as there are; empty without a class."""
    if tax_class is None:
        return ()
    group, calendar = instance.depreciation[tax_class], instance.periods
    count = calendar.end(calendar.periods)
    return tax_write_off(
        group.life_years, group.table_shares, group.bonus_share, calendar.base_years, count, group.convention
    )


def book_schedule(calendar: Calendar, life_years: float) -> tuple[float, ...]:
    """The straight-line write-off in the books by base period of service, as many as there are."""
    return straight_line(life_years, calendar.base_years, calendar.end(calendar.periods))


def is_terminal_value_taxed(instance: Instance) -> bool:
    """Whether what is left of costs for tax at the end of T matters."""
    return instance.tax is not None and instance.tax.rate > 0.0 and instance.terminal.kind != "none"


def tax_basis_left(instance: Instance, tax_class: str | None) -> tuple[float, ...]:
    """What is left of a cost for tax after 0, 1 … base periods in service: 1 − C(k); nothing at all without a class."""
    periods = instance.periods.end(instance.periods.periods)
    if tax_class is None:
        return (0.0,) * (periods + 1)
    left = [1.0 - written for written in accumulate(tax_schedule(instance, tax_class), initial=0.0)]
    return tuple(share if share > ROUNDING else 0.0 for share in left)
