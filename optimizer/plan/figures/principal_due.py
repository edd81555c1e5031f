"""Principal as lenders count it: when it is due, and not when it is paid."""

from __future__ import annotations

from math import fsum

from optimizer.contract.accounts import LEASE
from optimizer.contract.lines import REPAYMENT
from optimizer.finance.amortisation import outstanding_share, repaid_share
from optimizer.instance.convertible import converts
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.rings import rings
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import balloon_periods, has_balloon, terms_of
from optimizer.plan.figures.debt import prepaid_by_draw, vintages
from optimizer.plan.record import Record


def principal_due(plan: Record, window: range, balloons: bool, group: str | None = None) -> float:
    """What falls due in a window, also of what is prepaid in it; bullets and balloons of loans of more than a year if
    balloons count; else what refinances a loan as its balloon falls due lowers no other service.

    Of a borrowing group, if one is given.
    """
    calendar, books, owed = plan.instance.periods, plan.books_of(group), rings(plan.instance).debt
    leased = books.item("repayment", accounts=books.accounts(LEASE))
    total = [-leased[t - 1] for t in window]
    for name, debt in sorted(plan.instance.debt.items()):
        if debt.kind == "revolver" or group not in (None, owed[name]):
            continue
        if debt.kind == "sculpted":
            repaid = plan.books.line(REPAYMENT, name)
            total += [-repaid[t - 1] for t in window]
        else:
            total += _due(plan, name, debt, window, balloons)
        repaying = set() if balloons else balloon_periods(debt, calendar)
        total += [
            -row["musd"]
            for row in plan.decisions.get("refinancings", ())
            if row["refinanced"] == name and (t := calendar.index(str(row["period"]))) in window and t not in repaying
        ]
    return fsum(total)


def _due(plan: Record, name: str, debt: Debt, window: range, balloons: bool) -> list[float]:
    """Of each vintage, what was left of it before the window and is to be repaid in it."""
    rates = vintage_rates(plan.instance, debt)
    early = prepaid_by_draw(plan, name)
    due = []
    calendar = plan.instance.periods
    for u, amount in vintages(plan, name).items():
        if converts(plan.instance, debt, u):
            continue
        terms, balloon = terms_of(debt, calendar, u), balloons or not has_balloon(debt, calendar, u)
        if not balloon and debt.kind == "bullet":
            continue
        rate, paid = rates[u], early.get(u, {}).items()
        before_it = [(calendar.elapsed(u, t), musd) for t, musd in paid if t < window.start]
        gone = fsum(musd / outstanding_share(terms, age, rate) for age, musd in before_it)
        for t in window:
            before, after = calendar.elapsed(u, t - 1), calendar.elapsed(u, t)
            if u < t and before < terms.tenor_periods:
                due.append((amount - gone) * repaid_share(terms, before, after, rate, balloon=balloon))
    return due
