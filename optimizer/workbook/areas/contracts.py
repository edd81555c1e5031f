"""Customers' contracts: their lines are given, as the way that a contract goes decides them; sums of them are formulas.

A contract that is changed in the inputs has to be solved again: how it goes is a decision, and nothing here follows it.
"""

from __future__ import annotations

from optimizer.contract.lines import (
    CONTRACT_DAMAGES,
    CONTRACT_GIVEN,
    CONTRACT_PREPAYMENT,
    CONTRACT_RECOGNISED,
    CONTRACT_REFUND,
    CONTRACT_REVENUE,
    CONTRACT_SHARES,
    LineKind,
)
from optimizer.instance.contract_terms import owed_at_end
from optimizer.instance.fair_rate import fair_rate
from optimizer.plan.figures.contracts import courses, taxed_early
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line


def opening_deferred(draft: Draft, name: str) -> Expr:
    """What is left of a customer's prepayment as the plan begins."""
    if draft.instance.contracts[name].opening is None:
        return ZERO
    return draft.figure("contracts", name, "opening", "deferred_musd") * 1


def add_contracts(draft: Draft, found: Found) -> None:
    """Rows of all contracts that are signed."""
    plan, sheet = draft.plan, draft.sheet
    for name, goes in courses(plan).items():
        sheet.heading(f"Contract {name}")

        def posted(kind: LineKind, name: str = name) -> Line:
            amounts = [musd + 0.0 for musd in plan.books.posted(kind, name)]
            row = sheet.given(kind.of(name).name.replace("_", " ").replace(".", ": ", 1), "musd", amounts)
            draft.given.append((row, "how a contract goes has no formula"))
            return draft.post(kind, name, amount=row * 1, label=f"{row.label}, posted") if any(amounts) else row

        got, recognised, back = (posted(k) for k in (CONTRACT_PREPAYMENT, CONTRACT_RECOGNISED, CONTRACT_REFUND))
        for kind in (CONTRACT_REVENUE, CONTRACT_DAMAGES):
            posted(kind)
        if goes.shares:
            posted(CONTRACT_SHARES)
            found.given.append(posted(CONTRACT_GIVEN))
        left = sheet.line(f"{name}: deferred revenue", "musd", opening=opening_deferred(draft, name))
        left.formula = left.before + got - recognised - back
        found.deferred[name] = left
        owed = owed_at_end(plan.instance, plan.instance.contracts[name], goes, fair_rate(plan.instance))
        if owed:
            row = sheet.given_figure(f"{name}: owed at the end", "musd", owed)
            draft.given.append((row, "how a contract goes has no formula"))
            found.contract_owed.append(row)
    early = taxed_early(plan)
    if any(early):
        found.taxed_early = sheet.given("Prepayments taxed before they are revenue", "musd", early)
        draft.given.append((found.taxed_early, "how a contract goes has no formula"))
