"""What lenders see in a plan: EBITDA, interest, cash for debt service and debt service of the last twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from optimizer.instance.lookback import Lookback, past
from optimizer.plan.figures.principal_due import principal_due
from optimizer.plan.figures.stand_alone_tax import stand_alone_tax
from optimizer.plan.record import Record

NOTHING_MUSD = 1e-3
"""Debt, interest or debt service of up to 1,000 dollars is none."""


def ebitda(plan: Record, look: Lookback, corporate: bool = True, group: str | None = None) -> float:
    """EBITDA of the periods looked back on, those of the history included, USD million; of a group, if one is given."""
    return _sum(plan.books_of(group).ebitda(corporate), look) + _past_ebitda(plan, look, corporate)


def interest(plan: Record, look: Lookback, group: str | None = None) -> float:
    """Interest, paid or capitalised."""
    return -_sum(plan.books_of(group).earned("interest", "pik"), look) + past(
        plan.instance, "interest_musd", look.before
    )


def cfads(
    plan: Record, look: Lookback, tax: str = "company", corporate: bool = True, group: str | None = None
) -> float:
    """Cash flow available for debt service: revenue and opex in cash, less the tax asked for."""
    books = plan.books_of(group)
    earned = _sum(books.item("revenue", "opex", corporate=corporate), look) + _past_ebitda(plan, look, corporate)
    if tax == "none":
        return earned
    paid = stand_alone_tax(plan) if tax == "stand_alone" else [-amount for amount in plan.books.item("tax")]
    return earned - _sum(paid, look) - past(plan.instance, "tax_musd", look.before)


def debt_service(plan: Record, look: Lookback, balloons: bool = False, group: str | None = None) -> float:
    """Interest paid, and principal as it is due, less what draws of others refinance."""
    before = past(plan.instance, "interest_musd", look.before) + past(plan.instance, "principal_musd", look.before)
    paid = -_sum(plan.books_of(group).item("interest"), look)
    return paid + principal_due(plan, look.inside, balloons, group) + before


def _sum(amounts: Sequence[float], look: Lookback) -> float:
    return fsum(amounts[t - 1] for t in look.inside)


def _past_ebitda(plan: Record, look: Lookback, corporate: bool) -> float:
    whole = past(plan.instance, "ebitda_musd", look.before)
    return whole if corporate else whole - past(plan.instance, "corporate_musd", look.before)
