"""Interest in construction: whether it has a rate, and anything to be of."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, phases
from optimizer.instance.construction_rate import bears_interest, single_rate
from optimizer.instance.schema import Instance

SWITCH, RATE = "capitalise_interest_in_construction", "interest_in_construction_rate_per_year"


def construction_rate_missing(instance: Instance) -> Iterator[Hit]:
    """Interest in construction is capitalised, and debt has several rates: their average depends on what is drawn."""
    if not instance.capitalise_interest_in_construction or not bears_interest(instance):
        return
    if instance.interest_in_construction_rate_per_year is None and single_rate(instance) is None:
        message = f"`{RATE}` is missing: debt has several rates, and their average depends on what is drawn"
        help = f"give `{RATE}`, the rate of the construction loan or a weighted average"
        yield Hit((SWITCH,), message, help, on_key=True)


def construction_rate_idle(instance: Instance) -> Iterator[Hit]:
    """A rate is given for interest in construction, and none is capitalised."""
    if instance.interest_in_construction_rate_per_year is not None and not instance.capitalise_interest_in_construction:
        yield Hit((RATE,), "no interest is capitalised", f"give `{SWITCH}: true`, or delete it", on_key=True)


def construction_without_interest(instance: Instance) -> Iterator[Hit]:
    """Interest in construction is capitalised, and there is no debt, or nothing that takes longer than a period."""
    if not instance.capitalise_interest_in_construction:
        return
    if not bears_interest(instance):
        yield Hit((SWITCH,), "no interest can be capitalised: there is no debt", "delete it", on_key=True)
    elif not any(phase.capex and phase.lead_periods for _, phase in phases(instance)):
        message = "no interest can be capitalised: no phase has a cost and `lead_periods`"
        yield Hit((SWITCH,), message, "delete it", on_key=True)


def construction_not_for_tax(instance: Instance) -> Iterator[Hit]:
    """Interest in construction is capitalised in the books, and tax is paid, which deducts it as it is paid."""
    taxed = instance.tax is not None and instance.tax.rate > 0.0
    if instance.capitalise_interest_in_construction and taxed:
        message = "for tax, interest is deducted as it is incurred: US §263A(f) would capitalise that of real property"
        yield Hit((SWITCH,), message, on_key=True)
