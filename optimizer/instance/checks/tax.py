"""Whether tax and depreciation are whole and free of contradiction."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance
from optimizer.instance.tax_years import tax_years

TABLE_TOLERANCE = 1e-6


def depreciation_schedule(instance: Instance) -> Iterator[Hit]:
    """A depreciation class has no schedule, or two."""
    for name, item in instance.depreciation.items():
        if (item.life_years is None) == (item.table_shares is None):
            message = f"the class `{name}` needs exactly one of `life_years` and `table_shares`"
            yield Hit(("depreciation", name), message, on_key=True)


def depreciation_sum(instance: Instance) -> Iterator[Hit]:
    """A depreciation table does not sum to 1."""
    for name, item in instance.depreciation.items():
        total = math.fsum(item.table_shares or [1.0])
        if abs(total - 1.0) > TABLE_TOLERANCE:
            yield Hit(("depreciation", name, "table_shares"), f"`table_shares` sums to {total:.10g}, not to 1")


def convention_of_table(instance: Instance) -> Iterator[Hit]:
    """A convention of straight-line depreciation is given for a table, which has its own built in."""
    for name, item in instance.depreciation.items():
        if item.table_shares is not None and item.convention != "full":
            message = f"`convention: {item.convention}` is for straight line; a table has its convention in its shares"
            yield Hit(
                ("depreciation", name, "convention"), message, "delete it, or give `life_years` instead", on_key=True
            )


def loss_not_carried(instance: Instance) -> Iterator[Hit]:
    """Losses are carried in that can never be used."""
    tax = instance.tax
    if tax and tax.opening_loss_musd > 0 and tax.loss_usable_share is None:
        help = "give `loss_usable_share`, or delete the opening loss"
        yield Hit(("tax", "opening_loss_musd"), "the opening loss can never be used: losses are not carried", help)


def interest_limit_idle(instance: Instance) -> Iterator[Hit]:
    """Interest is limited in tax, and nothing bears interest."""
    leases = (offer.lease for offer in instance.hardware.values() if offer.lease is not None)
    if instance.tax is None or instance.tax.interest_limit_share is None:
        return
    if not instance.debt and not any(lease.counts_as_debt for lease in leases):
        message = "`interest_limit_share` limits nothing: there is no debt, and no lease that counts as debt"
        yield Hit(("tax", "interest_limit_share"), message, "delete it", True, (("debt",), ("hardware",)))


def tax_year_end(instance: Instance) -> Iterator[Hit]:
    """A tax year ends within a period: one of a yearly calendar, or of a yearly segment."""
    if instance.tax and instance.tax.year_end != "Q4" and "year" in _lengths(instance):
        message = f"`year_end: {instance.tax.year_end}` lies within a period: a period of a year is a tax year"
        yield Hit(("tax", "year_end"), message, "delete it, or plan in quarters", rests=(("calendar",),))


def _lengths(instance: Instance) -> set[str]:
    """The lengths of the periods of the calendar, whether or not its first label can be read."""
    return {instance.calendar.length, *(segment.length for segment in instance.calendar.segments or ())}


def year_to_date_of_none(instance: Instance) -> Iterator[Hit]:
    """Taxable income before the calendar is given, and the first tax year begins with the calendar."""
    tax = instance.tax
    if tax and tax.year_to_date_musd and not tax_years(instance.periods, tax.year_end)[0].begun:
        message = f"the first tax year begins with the calendar in {instance.periods.label(1)}: nothing lies before"
        help = "give an earlier loss as `opening_loss_musd`"
        yield Hit(("tax", "year_to_date_musd"), message, help, rests=(("calendar",),))
