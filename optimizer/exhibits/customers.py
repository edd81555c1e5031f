"""For whom: customers' contracts in words."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from optimizer.instance.contract_terms import Course
from optimizer.plan.figures.contracts import courses
from optimizer.plan.record import Record
from optimizer.report.numbers import money


def invoices(plan: Record) -> str:
    """How many contracts are served, and for how much."""
    found = [each for each in courses(plan).values() if each.invoiced]
    if not found:
        return "no contract is served"
    total = fsum(musd for each in found for musd in each.invoiced.values())
    return f"{len(found):,} contract{'s' * (len(found) > 1)}, {money(total)} of invoices to come"


def customers(plan: Record) -> Iterator[str]:
    """Of each contract that is signed when it is served, how late, what it pays; of one that ends, what goes back."""
    late = {str(row["contract"]): int(row["late"]) for row in plan.decisions.get("contracts", ())}
    for name, each in courses(plan).items():
        signed = f"signed {plan.instance.periods.label(each.signed)}" if each.signed else "signed before the plan"
        yield f"{name}: {signed}, {_goes(plan, each, late[name])}"


def paid_ahead(plan: Record) -> float:
    """What customers pay as they sign within the plan, USD million."""
    return fsum(each.prepaid for each in courses(plan).values() if each.signed)


def _goes(plan: Record, each: Course, late: int) -> str:
    calendar, damages = plan.instance.periods, fsum(each.damages.values())
    asked = f", {money(damages)} of damages for delay" if damages else ""
    if each.accepted is None:
        back, ends = fsum(each.refunded.values()), calendar.label(max(each.refunded, default=each.agreed))
        return f"ended by its customer with {ends}{asked}" + (f", {money(back)} paid back" if back else "")
    served = f"served from {calendar.label(max(1, each.accepted))} to {calendar.label(max(each.held))}"
    delay = f", {late} {calendar.length}{'s' * (late > 1)} late" if late else ""
    ahead = f", {money(each.prepaid)} of it paid ahead" if each.prepaid else ""
    return f"{served}{delay}{asked}; {money(fsum(each.invoiced.values()))} of invoices{ahead}"
