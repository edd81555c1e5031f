"""The write-off of a depreciation class over the periods of an instance, and what it leaves."""

from __future__ import annotations

from itertools import accumulate

from optimizer.finance.depreciation import tax_write_off
from optimizer.instance.schema import Instance

ROUNDING = 1e-12
"""A share of a cost that is smaller than this has been written off."""


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
