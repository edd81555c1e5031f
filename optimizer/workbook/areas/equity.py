"""Common and preferred equity: rounds, flotation, what is paid out."""

from __future__ import annotations

from optimizer.contract.decisions import CAPITAL_RETURNS, DIVIDENDS, EQUITY_RAISES, PREFERRED_RAISES
from optimizer.contract.lines import (
    DIVIDEND,
    FLOTATION,
    PARTNER_EQUITY,
    PREFERRED_DIVIDEND,
    PREFERRED_FLOTATION,
    PREFERRED_RAISE,
    RAISE,
    RETURN_OF_CAPITAL,
)
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import ZERO, Expr, total, when
from optimizer.workbook.found import Found


def add_equity(draft: Draft, found: Found) -> None:
    """Rows of rounds, preferred shares and payments to shareholders."""
    sheet, equity = draft.sheet, draft.instance.equity
    sheet.heading("Equity")
    raised: list[Expr] = []
    for name, terms in (equity.rounds if equity else {}).items():
        path, amount = ("equity", "rounds", name), draft.decisions.row(EQUITY_RAISES, name)
        raised.append(draft.post(RAISE, name, amount=amount * 1))
        if terms.flotation_share or terms.flotation_fixed_musd:
            fixed = when(amount > draft.noise, draft.figure(*path, "flotation_fixed_musd"))
            draft.post(FLOTATION, name, amount=draft.figure(*path, "flotation_share") * amount + fixed)
        largest = draft.figure(*path, "max_musd")
        draft.check(f"{name}: a round is no larger than it may be", amount - largest > draft.noise)
    for name, partner in draft.instance.partners.items():
        if partner.kind == "equity":
            raised.append(draft.line_of(PARTNER_EQUITY, name))
    raised += [*found.converted.values(), *found.shares_given.values()]
    dividends: Expr = ZERO
    returned: Expr = ZERO
    if equity is not None and equity.dividends is not None:
        dividends = draft.post(DIVIDEND, amount=draft.decisions.row(DIVIDENDS) * 1)
        if equity.dividends.return_of_capital:
            returned = draft.post(RETURN_OF_CAPITAL, amount=draft.decisions.row(CAPITAL_RETURNS) * 1)
    found.raised = sheet.line("Common equity raised", "musd", total(raised))
    paid_in = sheet.line("Paid-in common equity", "musd", opening=draft.figure("opening", "paid_in_capital_musd"))
    paid_in.formula = paid_in.before + found.raised - returned
    found.paid_in = paid_in
    found.paid_out = sheet.line("Paid out to common shareholders", "musd", dividends + returned)
    if draft.instance.preferred_equity:
        _preferred(draft, found)


def _preferred(draft: Draft, found: Found) -> None:
    raised: list[Expr] = []
    for name, terms in draft.instance.preferred_equity.items():
        path, amount = ("preferred_equity", name), draft.decisions.row(PREFERRED_RAISES, name)
        row = draft.post(PREFERRED_RAISE, name, amount=amount * 1)
        raised.append(row)
        if terms.flotation_share or terms.flotation_fixed_musd:
            fixed = when(amount > draft.noise, draft.figure(*path, "flotation_fixed_musd"))
            draft.post(PREFERRED_FLOTATION, name, amount=draft.figure(*path, "flotation_share") * amount + fixed)
        due = draft.sheet.line(
            f"{name}: dividends of a year on what is raised", "musd", amount * draft.series(*path, "dividend_per_year")
        )
        draft.post(PREFERRED_DIVIDEND, name, amount=draft.in_period(due.so_far - due + draft.kappa * due))
        found.preferred_raised[name] = row
        found.preferred_due[name] = due
    outstanding = draft.sheet.line("Preferred equity", "musd", opening=0)
    outstanding.formula = outstanding.before + total(raised)
    found.preferred = outstanding
