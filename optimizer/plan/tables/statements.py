"""The three statements, and sources and uses: sums over the ledger and nothing else.

A row is a line item, a column a period, amounts in USD million; what comes in is positive, what goes out negative, and
each subtotal is the sum of the rows since the one before it. Rows that are zero throughout are left out, subtotals
are not. Which row a posting belongs to says the kind of its line (`contract/lines.py`); a posting of no kind, which no
plan of this program has, stands under its own name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from optimizer.contract.accounts import (
    ASSETS,
    CASH,
    CONTRACT,
    EQUITY,
    INVESTED,
    LIABILITIES,
    OWNERS_CAPITAL,
    PARTNER,
    RETAINED,
)
from optimizer.contract.lines import (
    BUILDING,
    CAPITALISED,
    CAPPED_CALL,
    CONTRACT_DAMAGES,
    CONTRACT_GIVEN,
    CONTRACT_PREPAYMENT,
    CONTRACT_REFUND,
    CONTRACT_REVENUE,
    DEPOSIT,
    DEPRECIATION,
    DISCOUNT,
    DIVIDEND,
    DRAW,
    FINANCING_RECEIPT,
    FLOTATION,
    FLOW_COST,
    FLOW_REVENUE,
    INTEREST,
    INTEREST_IN_CONSTRUCTION,
    INTEREST_INCOME,
    INVESTING_RECEIPT,
    LEASE_PRINCIPAL,
    OPERATING_COSTS,
    PARTNER_CASH,
    PARTNER_EQUITY,
    PARTNER_REPAYMENT,
    PARTNER_REVENUE,
    PREFERRED_DIVIDEND,
    PREFERRED_RAISE,
    PREMIUM,
    PURCHASE,
    RAISE,
    REPAYMENT,
    RESALE,
    RETURN_OF_CAPITAL,
    REVENUE,
    SITE_DEPRECIATION,
    SITE_INCOME,
    TAX,
    UPFRONT_FEE,
    WRITE_OFF,
    LineKind,
)
from optimizer.plan.books import Books, add
from optimizer.plan.figures.reserves import reserves
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table

Rows = Mapping[tuple[str, str], Sequence[float]]
"""Amounts by row: as the contract has it, and with names in it."""


class Section(NamedTuple):
    """Rows up to a subtotal: those of the lines of ``items``, in the order of ``kinds``."""

    subtotal: str
    items: Sequence[str]
    kinds: Sequence[LineKind]


FEES = (UPFRONT_FEE, DISCOUNT, PREMIUM)
INCOME = (
    Section(
        "Revenue",
        ("revenue",),
        (FLOW_REVENUE, SITE_INCOME, REVENUE, PARTNER_REVENUE, CONTRACT_REVENUE, CONTRACT_GIVEN, CONTRACT_DAMAGES),
    ),
    Section("EBITDA", ("opex",), (*OPERATING_COSTS, FLOW_COST)),
    Section("EBIT", ("depreciation",), (SITE_DEPRECIATION, DEPRECIATION, WRITE_OFF)),
    Section(
        "Profit before tax",
        ("interest_income", "interest", "pik", "interest_in_construction", "fee"),
        (INTEREST_INCOME, INTEREST, CAPITALISED, INTEREST_IN_CONSTRUCTION, *FEES),
    ),
    Section("Net income", ("tax",), (TAX,)),
    Section(
        "Change in retained earnings",
        ("preferred_dividend", "dividend", "flotation", "other_investing", "other_financing"),
        (PREFERRED_DIVIDEND, DIVIDEND, FLOTATION, CAPPED_CALL, INVESTING_RECEIPT, FINANCING_RECEIPT),
    ),
)
INVESTING = Section(
    "Cash flow from investing",
    ("capex", "resale", "other_investing"),
    (BUILDING, PURCHASE, DEPOSIT, RESALE, INVESTING_RECEIPT),
)
FINANCING = Section(
    "Cash flow from financing",
    (
        *("raise", "draw", "flotation", "repayment", "interest", "fee", "interest_income", "preferred_dividend"),
        *("dividend", "return_of_capital", "other_financing", "between"),
    ),
    (
        *(RAISE, PREFERRED_RAISE, PARTNER_EQUITY, PARTNER_CASH, FLOTATION, CAPPED_CALL, DRAW),
        *(REPAYMENT, LEASE_PRINCIPAL, PARTNER_REPAYMENT, INTEREST, *FEES, INTEREST_INCOME),
        *(PREFERRED_DIVIDEND, DIVIDEND, RETURN_OF_CAPITAL, FINANCING_RECEIPT),
    ),
)
CAPITAL = (RAISE, PREFERRED_RAISE, PARTNER_EQUITY, DRAW, PARTNER_CASH)
"""What brings in capital, in the order of the sources."""
USES = Section(
    "Total uses",
    ("capex", "interest", "repayment", "fee", "flotation", "preferred_dividend", "dividend", "return_of_capital"),
    (
        *(BUILDING, PURCHASE, DEPOSIT, INTEREST, REPAYMENT, LEASE_PRINCIPAL, PARTNER_REPAYMENT, *FEES),
        *(FLOTATION, CAPPED_CALL, PREFERRED_DIVIDEND, DIVIDEND, RETURN_OF_CAPITAL),
    ),
)
AMONG_USES = {INTEREST.row: "Interest", REPAYMENT.row: "Repayments"}
"""Rows that have a name of their own among the uses."""


class _Statement:
    """Rows in the making."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = ("line", *columns)
        self._rows: list[tuple[Cell, ...]] = []
        self._subtotals: set[int] = set()
        self._since: list[Sequence[float]] = []

    def line(self, name: str, values: Sequence[float]) -> None:
        """A line item; left out if it is zero throughout."""
        if any(values):
            self._rows.append((name, *(value + 0.0 for value in values)))
            self._since.append(values)

    def lines(self, rows: Rows, order: Sequence[str]) -> None:
        """Line items, those of the contract's rows in ``order`` first."""
        place = {row: i for i, row in reversed([*enumerate(order)])}
        for (_, name), values in sorted(rows.items(), key=lambda each: place.get(each[0][0], len(order))):
            self.line(name, values)

    def subtotal(self, name: str, start: Sequence[float] | None = None) -> list[float]:
        """The sum of the items since the last subtotal, on top of ``start``; it is returned."""
        arrays = [start, *self._since] if start is not None else self._since
        values = add(*arrays, size=len(self._columns) - 1)
        self._since = []
        self._subtotals.add(len(self._rows))
        self._rows.append((name, *(value + 0.0 for value in values)))
        return values

    def table(self) -> Table:
        return Table(self._columns, tuple(self._rows), frozenset(self._subtotals))


def income(plan: Record) -> Table:
    """Income statement, down to what changes retained earnings; each subtotal goes on from the one before.

    What is delivered to a partner, or held for a customer that has paid ahead, is revenue whether or not it is paid
    now; damages for delay reduce it. Flotation costs and given investing and
    financing flows go past net income straight into retained earnings.
    """
    return income_of(plan.books)


def income_of(books: Books) -> Table:
    """The income statement of these books."""
    statement, so_far = _Statement(books.calendar.labels), None
    for section in INCOME:
        rows = books.by_row(*section.items, account=RETAINED)
        statement.lines(rows, [kind.row for kind in section.kinds])
        so_far = statement.subtotal(section.subtotal, so_far)
    return statement.table()


def cash_flow(plan: Record) -> Table:
    """Cash flow statement. Operations stand before financing: EBITDA less tax, the CFADS, and what customers pay ahead;
    interest is financing.

    Revenue is what is paid: deliveries that work off a partner's cash, or a prepayment, bring none.
    """
    return cash_flow_of(plan.books)


def cash_flow_of(books: Books) -> Table:
    """The cash flow statement of these books."""
    statement = _Statement(books.calendar.labels)
    statement.line("Revenue", books.item("revenue"))
    statement.lines(books.by_row("prepayment"), [CONTRACT_PREPAYMENT.row, CONTRACT_REFUND.row])
    statement.line("Operating costs", books.item("opex"))
    statement.line("Tax", books.item("tax"))
    parts = [statement.subtotal("Cash flow from operations")]
    for section in (INVESTING, FINANCING):
        statement.lines(books.by_row(*section.items), [kind.row for kind in section.kinds])
        parts.append(statement.subtotal(section.subtotal))
    change = statement.subtotal("Change in cash", add(*parts))
    opening = books.balance(CASH)[:-1]
    statement.subtotal("Opening cash", opening)
    statement.subtotal("Closing cash", add(opening, change))
    return statement.table()


def balance_sheet(plan: Record) -> Table:
    """Balance sheet at the end of every period; column ``0`` is the opening one."""
    return balance_sheet_of(plan.books, reserves(plan))


def balance_sheet_of(books: Books, kept: Mapping[str, Sequence[float]]) -> Table:
    """The balance sheet of these books, with the cash that is ``kept`` for instruments."""
    statement = _Statement(["0", *books.calendar.labels])
    for account, name in (ASSETS | {INVESTED: "Put into groups"}).items():
        whole = books.balance(account)
        own = kept if account == CASH else {}
        statement.line(name, [musd - sum(each[t] for each in own.values()) for t, musd in enumerate(whole)])
        for instrument, held in own.items():
            statement.line(f"Restricted cash: {instrument}", held)
    statement.subtotal("Total assets")
    totals = []
    for kind, row in LIABILITIES.items():
        if kind == PARTNER:
            totals.append(statement.subtotal("Total debt"))
        if kind == CONTRACT and books.accounts(PARTNER):
            totals.append(statement.subtotal("Total owed to partners"))
        for account in books.accounts(kind):
            statement.line(row.partition("{")[0] + account.removeprefix(kind), books.balance(account))
    if books.accounts(CONTRACT):
        totals.append(statement.subtotal("Total deferred revenue"))
    for account, name in ({OWNERS_CAPITAL: "Put in by the company"} | EQUITY).items():
        statement.line(name, books.balance(account))
    totals.append(statement.subtotal("Total equity"))
    statement.subtotal("Total debt and equity", add(*totals))
    return statement.table()


def sources_and_uses(plan: Record) -> Table:
    """How each period is paid for; both totals are the same. Uses are positive here."""
    books, statement = plan.books, _Statement(plan.instance.periods.labels)
    cash = books.balance(CASH)
    statement.line("Opening cash", cash[:-1])
    statement.line("Operating cash flow after tax", books.item("revenue", "opex", "tax"))
    statement.line("Prepayments of customers", books.item("prepayment"))
    statement.line("Interest received", books.item("interest_income"))
    statement.line("Hardware sold", books.item("resale"))
    statement.lines(books.by_row("raise", "draw", source=True), [kind.source for kind in CAPITAL])
    statement.line("Given flows outside operations", books.item("other_investing", "other_financing"))
    statement.subtotal("Total sources")
    used = books.by_row(*USES.items).items()
    rows = {(row, AMONG_USES.get(row, name)): [-value for value in values] for (row, name), values in used}
    statement.lines(rows, [kind.row for kind in USES.kinds])
    statement.line("Closing cash", cash[1:])
    statement.subtotal(USES.subtotal)
    return statement.table()
