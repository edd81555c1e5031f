"""Whether objectives, terminal value and tax have the figures that they work on."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance, Objective
from optimizer.instance.tax_years import tax_years


def _levels(instance: Instance, name: str) -> Iterator[tuple[int, Objective]]:
    return ((i, level) for i, level in enumerate(instance.objectives) if level.name == name)


def rates_of_apv(instance: Instance) -> Iterator[Hit]:
    """adjusted_present_value is an objective, and its rates are not given."""
    for i, _ in _levels(instance, "adjusted_present_value"):
        if instance.adjusted_present_value is None:
            message = "`adjusted_present_value` has no rates to discount at"
            help = "add `adjusted_present_value:` with its two rates"
            yield Hit(("objectives", i, "name"), message, help, rests=(("adjusted_present_value",),))


def dilution_without_value(instance: Instance) -> Iterator[Hit]:
    """Dilution is an objective, and no round or partner states a pre-money value."""
    values = [item.pre_money_musd for item in (instance.equity.rounds if instance.equity else {}).values()]
    values += [partner.pre_money_musd for partner in instance.partners.values()]
    if any(value is not None for value in values):
        return
    for i, _ in _levels(instance, "dilution"):
        message = "`dilution` is always 0: no round and no partner states a pre-money value"
        yield Hit(("objectives", i, "name"), message, "give `pre_money_musd`", rests=(("equity",), ("partners",)))


def wacc_is_a_ratio(instance: Instance) -> Iterator[Hit]:
    """The weighted cost of capital is an objective: it does not see what a plan takes capital for."""
    for i, level in _levels(instance, "wacc"):
        last = i == len(instance.objectives) - 1
        message = "`wacc` compares mixes of the least capital: it does not see what a plan earns with it"
        if last and level.slack_share == 0 and level.slack_musd == 0:
            yield Hit(("objectives", i, "name"), message, "follow it by another objective, such as net_present_cost")
        else:
            yield Hit(("objectives", i, "name"), message)


def terminal_without_curve(instance: Instance) -> Iterator[Hit]:
    """The terminal value is that of resale, and no offer has a resale curve."""
    if instance.terminal.kind == "resale" and all(o.resale_share_by_age is None for o in instance.hardware.values()):
        message = "`kind: resale` is always 0: no offer has a resale curve"
        help = "give `resale_share_by_age`, or choose another kind"
        yield Hit(("terminal", "kind"), message, help, rests=(("hardware",),))


def interest_limit_idle(instance: Instance) -> Iterator[Hit]:
    """Interest is limited in tax, and nothing bears interest."""
    leases = (offer.lease for offer in instance.hardware.values() if offer.lease is not None)
    if instance.tax is None or instance.tax.interest_limit_share is None:
        return
    if not instance.debt and not any(lease.counts_as_debt for lease in leases):
        message = "`interest_limit_share` limits nothing: there is no debt, and no lease that counts as debt"
        yield Hit(("tax", "interest_limit_share"), message, "delete it", True, (("debt",), ("hardware",)))


def tax_year_end(instance: Instance) -> Iterator[Hit]:
    """A tax year ends within a period of a yearly calendar."""
    if instance.tax and instance.tax.year_end != "Q4" and instance.calendar.length == "year":
        message = f"`year_end: {instance.tax.year_end}` lies within a period: a period of a year is a tax year"
        yield Hit(("tax", "year_end"), message, "delete it, or plan in quarters", rests=(("calendar",),))


def year_to_date_of_none(instance: Instance) -> Iterator[Hit]:
    """Taxable income before the calendar is given, and the first tax year begins with the calendar."""
    tax = instance.tax
    if tax and tax.year_to_date_musd and not tax_years(instance.periods, tax.year_end)[0].begun:
        message = f"the first tax year begins with the calendar in {instance.periods.label(1)}: nothing lies before"
        help = "give an earlier loss as `opening_loss_musd`"
        yield Hit(("tax", "year_to_date_musd"), message, help, rests=(("calendar",),))


def convention_of_table(instance: Instance) -> Iterator[Hit]:
    """A convention of straight-line depreciation is given for a table, which has its own built in."""
    for name, item in instance.depreciation.items():
        if item.table_shares is not None and item.convention != "full":
            message = f"`convention: {item.convention}` is for straight line; a table has its convention in its shares"
            yield Hit(
                ("depreciation", name, "convention"), message, "delete it, or give `life_years` instead", on_key=True
            )
