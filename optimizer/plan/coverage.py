"""What lenders see in a plan: EBITDA, interest, cash for debt service and debt service of the last twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import TYPE_CHECKING

from optimizer.finance.amortisation import outstanding_share
from optimizer.instance.lookback import Lookback, past
from optimizer.instance.schema import Debt
from optimizer.instance.tax_years import tax_years
from optimizer.plan.books import LEASE, add
from optimizer.plan.tax_base import depreciation

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

NOTHING_MUSD = 1e-3
"""Debt, interest or debt service of up to 1,000 dollars is none."""
OPENING = "opening"


def ebitda(plan: Plan, look: Lookback, corporate: bool = True) -> float:
    """EBITDA of the periods looked back on, those of the history included, USD million."""
    return _sum(plan.books.ebitda(corporate), look) + _past_ebitda(plan, look, corporate)


def interest(plan: Plan, look: Lookback) -> float:
    """Interest, paid or capitalised."""
    return -_sum(plan.books.earned("interest", "pik"), look) + past(plan.instance, "interest_musd", look.before)


def cfads(plan: Plan, look: Lookback, tax: str = "company", corporate: bool = True) -> float:
    """Cash flow available for debt service: revenue and opex in cash, less the tax asked for."""
    earned = _sum(plan.books.item("revenue", "opex", corporate=corporate), look) + _past_ebitda(plan, look, corporate)
    if tax == "none":
        return earned
    paid = stand_alone_tax(plan) if tax == "stand_alone" else [-amount for amount in plan.books.item("tax")]
    return earned - _sum(paid, look) - past(plan.instance, "tax_musd", look.before)


def debt_service(plan: Plan, look: Lookback, balloons: bool = False) -> float:
    """Interest paid, and principal as it is due, less what draws of others refinance."""
    before = past(plan.instance, "interest_musd", look.before) + past(plan.instance, "principal_musd", look.before)
    return -_sum(plan.books.item("interest"), look) + principal_due(plan, look.inside, balloons) + before


def principal_due(plan: Plan, window: range, balloons: bool) -> float:
    """What falls due in a window, also of what is prepaid in it; a bullet of more than a year if balloons count."""
    calendar = plan.instance.periods
    leased = plan.books.item("repayment", accounts=plan.books.accounts(LEASE))
    total = [-leased[t - 1] for t in window]
    for name, debt in sorted(plan.instance.debt.items()):
        balloon = debt.kind == "bullet" and (debt.tenor_periods or 0) > calendar.per_year
        if debt.kind == "revolver" or (balloon and not balloons):
            continue
        if debt.kind == "sculpted":
            repaid = plan.books.line(f"repayment.{name}")
            total += [-repaid[t - 1] for t in window]
        else:
            total += _due(plan, name, debt, window)
        total += [
            -row["musd"]
            for row in plan.decisions.get("refinancings", ())
            if row["refinanced"] == name and calendar.index(str(row["period"])) in window
        ]
    return fsum(total)


def stand_alone_tax(plan: Plan) -> list[float]:
    """The tax of the infrastructure as a company of its own, as paid: without corporate flows, less all interest."""
    terms, books, calendar = plan.instance.tax, plan.books, plan.instance.periods
    paid = [0.0] * calendar.periods
    if terms is None:
        return paid
    written = [-amount for amount in depreciation(plan)]
    results = add(books.ebitda(False), books.item("resale"), written, books.earned("interest", "pik"))
    carried = 0.0
    for year in tax_years(calendar, terms.year_end):
        result = fsum(results[t - 1] for t in year.periods)
        income, used = max(0.0, result), 0.0
        if terms.loss_usable_share is not None:
            used = min(carried, terms.loss_usable_share * income)
            carried += max(0.0, -result) - used
        when = year.periods if terms.payment == "instalments" else (year.last,)
        for t in when:
            paid[t - 1] = terms.rate * (income - used) / len(when)
    return paid


def _due(plan: Plan, name: str, debt: Debt, window: range) -> list[float]:
    """Of each vintage, what was left of it before the window and is to be repaid in it."""
    calendar = plan.instance.periods
    rates = debt.rate_per_year.expand(calendar)
    drawn = {0: debt.opening_balance_musd} if debt.opening_balance_musd else {}
    for row in plan.decisions.get("debt_draws", ()):
        if row["instrument"] == name:
            drawn[calendar.index(str(row["period"]))] = row["musd"]
    early: dict[int, list[tuple[int, float]]] = {}
    for row in plan.decisions.get("prepayments", ()):
        if row["instrument"] == name:
            u = 0 if row["drawn"] == OPENING else calendar.index(str(row["drawn"]))
            early.setdefault(u, []).append((calendar.index(str(row["period"])), row["musd"]))
    due = []
    for u, amount in drawn.items():
        rate = rates[max(1, u) - 1] * calendar.years
        gone = fsum(musd / outstanding_share(debt, t - u, rate) for t, musd in early.get(u, ()) if t < window.start)
        for t in window:
            if 1 <= t - u <= (debt.tenor_periods or 0):
                fall = outstanding_share(debt, t - u - 1, rate) - outstanding_share(debt, t - u, rate)
                due.append((amount - gone) * max(0.0, fall))
    return due


def _sum(amounts: Sequence[float], look: Lookback) -> float:
    return fsum(amounts[t - 1] for t in look.inside)


def _past_ebitda(plan: Plan, look: Lookback, corporate: bool) -> float:
    whole = past(plan.instance, "ebitda_musd", look.before)
    return whole if corporate else whole - past(plan.instance, "corporate_musd", look.before)
