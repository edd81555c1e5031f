"""The statements as sums of lines of the ledger, row by row as the tables of the plan have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from optimizer.contract.accounts import (
    ASSETS,
    CASH,
    CONSTRUCTION,
    CONTRACT,
    DEBT,
    DEPOSITS,
    EQUITY,
    GIVEN,
    HARDWARE,
    LEASE,
    LIABILITIES,
    OTHER,
    PARTNER,
    RETAINED,
    SITES,
)
from optimizer.contract.lines import CONTRACT_PREPAYMENT, CONTRACT_REFUND, kind_of
from optimizer.plan.tables.statements import AMONG_USES, CAPITAL, FINANCING, INCOME, INVESTING, USES
from optimizer.workbook.areas.contracts import opening_deferred, opening_shares
from optimizer.workbook.draft import Draft, signed
from optimizer.workbook.expression import Expr, absolute, total
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line, Sheet

Rows = dict[tuple[str, str], Expr]


def add_statements(draft: Draft, found: Found) -> None:
    """Income statement, cash flow, balance sheet, sources and uses; and the checks between them."""
    change = _income(draft)
    closing = _cash_flow(draft)
    _balance_sheet(draft, found, change, closing)
    _sources_and_uses(draft, closing)


def by_row(draft: Draft, items: Sequence[str], account: str, *, source: bool = False, uses: bool = False) -> Rows:
    """What lines of some items add to cash or to retained earnings, by row of the statements."""
    terms: dict[tuple[str, str], list[tuple[int, Line]]] = defaultdict(list)
    for posting, line in draft.lines.items():
        if posting.item not in items or account not in (posting.debit, posting.credit):
            continue
        kind = kind_of(posting.line, posting.item, posting.debit, posting.credit)
        row = "" if kind is None else (source and kind.source) or kind.row
        name = kind.row_of(posting.line, source=source) if kind else posting.line
        sign = 1 if (posting.debit == account) == (account == CASH) else -1
        terms[row, name].append((-sign if uses else sign, line))
    return {row: signed(parts) for row, parts in sorted(terms.items(), key=lambda each: each[0][1])}


def _put(sheet: Sheet, rows: Rows, order: Sequence[str]) -> list[Line]:
    place = {row: i for i, row in reversed([*enumerate(order)])}
    found = []
    for (_, name), amount in sorted(rows.items(), key=lambda each: place.get(each[0][0], len(order))):
        found.append(sheet.line(name, "musd", amount))
    return found


def _subtotal(sheet: Sheet, name: str, rows: Sequence[Expr]) -> Line:
    line = sheet.line(name, "musd", total(list(rows)))
    line.is_total = True
    return line


def _income(draft: Draft) -> Line:
    so_far: Line | None = None
    sheet = draft.income
    for section in INCOME:
        rows = _put(sheet, by_row(draft, section.items, RETAINED), [kind.row for kind in section.kinds])
        so_far = _subtotal(sheet, section.subtotal, [so_far, *rows] if so_far is not None else rows)
    assert so_far is not None
    return so_far


def _cash_flow(draft: Draft) -> Line:
    sheet = draft.cash_flow
    operations = [sheet.line("Revenue", "musd", draft.moved("revenue", account=CASH))]
    ahead = [CONTRACT_PREPAYMENT.row, CONTRACT_REFUND.row]
    operations += _put(sheet, by_row(draft, ("prepayment",), CASH), ahead)
    operations += [
        sheet.line(name, "musd", draft.moved(item, account=CASH))
        for name, item in (("Operating costs", "opex"), ("Tax", "tax"))
    ]
    parts = [_subtotal(sheet, "Cash flow from operations", operations)]
    for section in (INVESTING, FINANCING):
        rows = _put(sheet, by_row(draft, section.items, CASH), [kind.row for kind in section.kinds])
        parts.append(_subtotal(sheet, section.subtotal, rows))
    change = _subtotal(sheet, "Change in cash", parts)
    opening = sheet.line("Opening cash", "musd")
    closing = sheet.line("Closing cash", "musd", opening=draft.figure("opening", "cash_musd"))
    opening.formula, closing.formula = closing.before, opening + change
    closing.is_total = True
    return closing


def _balance_sheet(draft: Draft, found: Found, change: Line, closing: Line) -> None:
    sheet = draft.balance_sheet

    def account(name: str, row: str, opening: Expr, sign: int) -> Line:
        moves = draft.moved(account=name, negative=sign < 0)
        line = sheet.line(row, "musd", opening=opening * 1)
        line.formula = line.before + moves
        return line

    nothing = total([])
    begins = opening_assets(draft)
    used = {side for posting in draft.lines for side in (posting.debit, posting.credit)}
    assets: list[Line] = []
    for name, row in ASSETS.items():
        if name == CASH:
            assets.append(sheet.line(row, "musd", closing * 1, closing * 1))
        elif name in used or name in begins:
            assets.append(account(name, row, total(begins.get(name, [])), 1))
        if name in used or name in begins:
            found.accounts[name] = assets[-1]
    all_assets = _total(sheet, "Total assets", assets)
    totals: list[Line] = []
    debts: list[Line] = []
    partners: list[Line] = []
    customers: list[Line] = []
    for prefix, row in LIABILITIES.items():
        if prefix == PARTNER:
            totals.append(_total(sheet, "Total debt", debts))
        named = {
            DEBT: [*draft.instance.debt],
            LEASE: [*draft.instance.hardware],
            PARTNER: [*draft.instance.partners],
            CONTRACT: [*draft.instance.contracts],
        }
        for name in sorted(named[prefix]):
            if prefix + name not in used and not (prefix == DEBT and draft.instance.debt[name].opening_balance_musd):
                continue
            owes = prefix == DEBT and draft.instance.debt[name].opening_balance_musd
            pooled = prefix == DEBT and draft.instance.debt[name].is_pooled
            opening = draft.figure("debt", name, "opening_balance_musd") if owes or pooled else nothing
            opening = opening_deferred(draft, name) if prefix == CONTRACT else opening
            line = account(prefix + name, row.partition("{")[0] + name, opening, -1)
            {PARTNER: partners, CONTRACT: customers}.get(prefix, debts).append(line)
    if partners:
        totals.append(_total(sheet, "Total owed to partners", partners))
    if customers:
        totals.append(_total(sheet, "Total deferred revenue", customers))
    equity: list[Line] = []
    for name, row in EQUITY.items():
        if name == RETAINED:
            running = [name for name, each in draft.instance.contracts.items() if each.opening is not None]
            opening = signed(
                [(1, draft.figure("opening", "cash_musd"))]
                + [(1, each) for figures in begins.values() for each in figures]
                + [(-1, draft.figure("opening", "paid_in_capital_musd"))]
                + [
                    (-1, draft.figure("debt", n, "opening_balance_musd"))
                    for n, d in sorted(draft.instance.debt.items())
                    if d.opening_balance_musd or d.is_pooled
                ]
            )
            opening = opening - total([opening_deferred(draft, name) for name in running])
            retained = sheet.line(row, "musd", opening=opening)
            retained.formula = retained.before + change
            equity.append(retained)
            found.retained = retained
        elif name in used or name == "paid_in_capital":
            start = draft.figure("opening", "paid_in_capital_musd") if name == "paid_in_capital" else nothing
            equity.append(account(name, row, start, -1))
    totals.append(_total(sheet, "Total equity", equity))
    other_side = _total(sheet, "Total debt and equity", totals)
    draft.check("The balance sheet balances", absolute(all_assets - other_side) > draft.noise)
    draft.check(
        "The cash flow statement ends with the cash of the calculations", absolute(closing - found.cash) > draft.noise
    )
    draft.check("Debt on the balance sheet is that of the calculations", absolute(totals[0] - found.debt) > draft.noise)


def opening_assets(draft: Draft) -> dict[str, list[Expr]]:
    """What there is as the plan begins but for cash, by account."""
    found: dict[str, list[Expr]] = defaultdict(list)
    instance = draft.instance
    if instance.opening.other_assets_musd:
        found[OTHER].append(draft.figure("opening", "other_assets_musd"))
    if shares := opening_shares(draft):
        found[GIVEN] += shares
    for name, offer in instance.hardware.items():
        for lot in offer.opening:
            path = ("hardware", name, "opening", lot)
            found[HARDWARE].append(draft.figure(*path, "book_value_musd"))
            found[DEPOSITS].append(draft.figure(*path, "deposit_musd"))
    for name, site in instance.sites.items():
        for key, asset in site.opening.items():
            account = SITES if asset.ready is None else CONSTRUCTION
            for part in asset.parts:
                found[account].append(draft.figure("sites", name, "opening", key, "parts", part, "book_value_musd"))
    return dict(found)


def _total(sheet: Sheet, name: str, rows: Sequence[Line]) -> Line:
    line = sheet.line(name, "musd", total(list(rows)), total(list(rows)))
    line.is_total = True
    return line


def _sources_and_uses(draft: Draft, closing: Line) -> None:
    sheet = draft.sources
    rows: list[Line] = [sheet.line("Opening cash", "musd", closing.before)]
    for name, items in (
        ("Operating cash flow after tax", ("revenue", "opex", "tax")),
        *((("Prepayments of customers", ("prepayment",)),) if draft.instance.contracts else ()),
        ("Interest received", ("interest_income",)),
        ("Hardware sold", ("resale",)),
    ):
        rows.append(sheet.line(name, "musd", draft.moved(*items, account=CASH)))
    rows += _put(sheet, by_row(draft, ("raise", "draw"), CASH, source=True), [kind.source for kind in CAPITAL])
    given = draft.moved("other_investing", "other_financing", account=CASH)
    rows.append(sheet.line("Given flows outside operations", "musd", given))
    sources = _subtotal(sheet, "Total sources", rows)
    found = by_row(draft, USES.items, CASH, uses=True)
    named = {(row, AMONG_USES.get(row, name)): amount for (row, name), amount in found.items()}
    used = _put(sheet, named, [kind.row for kind in USES.kinds])
    used.append(sheet.line("Closing cash", "musd", closing * 1))
    uses = _subtotal(sheet, USES.subtotal, used)
    draft.check("Sources and uses are the same", absolute(sources - uses) > draft.noise)
