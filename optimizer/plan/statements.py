"""The three statements, and sources and uses: sums over the ledger and nothing else.

A row is a line item, a column a period, amounts in USD million; what comes in is positive, what goes out negative, and
each subtotal is the sum of the rows since the one before it. Rows that are zero throughout are left out, subtotals
are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from optimizer.plan.books import ASSETS, CASH, DEBT, PAID_IN, RETAINED, Books, add
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

OPERATING_COSTS = {
    "Energy": "opex.energy.",
    "Site operations": "opex.site.",
    "Site opening": "opex.opening.",
    "Hardware upkeep": "opex.upkeep.",
    "Order fees": "opex.order_fee.",
    "Cloud": "opex.cloud.",
    "Serving": "opex.serving.",
    "Shortfall penalties": "opex.shortfall.",
}
ASSET_NAMES = {
    "cash": "Cash",
    "deposits": "Deposits on hardware",
    "construction_in_progress": "Construction in progress",
    "hardware": "Hardware",
    "sites": "Sites",
}


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


def income(plan: Plan) -> Table:
    """Income statement, down to what changes retained earnings.

    Flotation costs and given investing and financing flows go past net income straight into retained earnings.
    """
    books, statement = plan.books, _Statement(plan.instance.periods.labels)
    for line in books.lines("revenue"):
        statement.line(_named(line, "revenue.", "Revenue"), books.line(line, "revenue"))
    revenue = statement.subtotal("Revenue")
    for name, prefix in OPERATING_COSTS.items():
        statement.line(name, books.lines_starting(prefix))
    for line in books.lines("opex"):
        if not line.startswith(tuple(OPERATING_COSTS.values())):
            statement.line(_named(line, "given.", "Cost"), books.line(line, "opex"))
    ebitda = statement.subtotal("EBITDA", revenue)
    statement.line("Depreciation of sites", books.movement("sites", "depreciation"))
    statement.line("Depreciation of hardware", books.movement("hardware", "depreciation"))
    ebit = statement.subtotal("EBIT", ebitda)
    statement.line("Interest received", books.item("interest_income"))
    statement.line("Interest paid", books.item("interest"))
    statement.line("Debt fees", books.item("fee"))
    before_tax = statement.subtotal("Profit before tax", ebit)
    statement.line("Tax", books.item("tax"))
    net_income = statement.subtotal("Net income", before_tax)
    statement.line("Flotation costs", books.item("flotation"))
    statement.line("Given investing flows", books.item("other_investing"))
    statement.line("Given financing flows", books.item("other_financing"))
    statement.subtotal("Change in retained earnings", net_income)
    return statement.table()


def cash_flow(plan: Plan) -> Table:
    """Cash flow statement. Operations stand before financing: EBITDA less tax, the CFADS; interest is financing."""
    books, statement = plan.books, _Statement(plan.instance.periods.labels)
    statement.line("Revenue", books.item("revenue"))
    statement.line("Operating costs", books.item("opex"))
    statement.line("Tax", books.item("tax"))
    operations = statement.subtotal("Cash flow from operations")
    _investment(statement.line, books)
    statement.line("Given investing flows", books.item("other_investing"))
    investing = statement.subtotal("Cash flow from investing")
    statement.line("Equity raised", books.item("raise"))
    statement.line("Flotation costs", books.item("flotation"))
    statement.line("Debt drawn", books.item("draw"))
    statement.line("Debt repaid", books.item("repayment"))
    statement.line("Interest paid", books.item("interest"))
    statement.line("Debt fees", books.item("fee"))
    statement.line("Interest received", books.item("interest_income"))
    statement.line("Given financing flows", books.item("other_financing"))
    financing = statement.subtotal("Cash flow from financing")
    change = statement.subtotal("Change in cash", add(operations, investing, financing))
    opening = books.balance(CASH)[:-1]
    statement.subtotal("Opening cash", opening)
    statement.subtotal("Closing cash", add(opening, change))
    return statement.table()


def balance_sheet(plan: Plan) -> Table:
    """Balance sheet at the end of every period; column ``0`` is the opening one."""
    books, statement = plan.books, _Statement(["0", *plan.instance.periods.labels])
    for account in ASSETS:
        statement.line(ASSET_NAMES[account], books.balance(account))
    statement.line("Other assets", books.balance("other_assets"))
    statement.subtotal("Total assets")
    for account in books.debt_accounts():
        statement.line(f"Debt: {account.removeprefix(DEBT)}", books.balance(account))
    debt = statement.subtotal("Total debt")
    statement.line("Paid-in capital", books.balance(PAID_IN))
    statement.line("Retained earnings", books.balance(RETAINED))
    equity = statement.subtotal("Total equity")
    statement.subtotal("Total debt and equity", add(debt, equity))
    return statement.table()


def sources_and_uses(plan: Plan) -> Table:
    """How each period is paid for; both totals are the same. Uses are positive here."""
    books, statement = plan.books, _Statement(plan.instance.periods.labels)
    cash = books.balance(CASH)
    statement.line("Opening cash", cash[:-1])
    statement.line("Operating cash flow after tax", books.item("revenue", "opex", "tax"))
    statement.line("Interest received", books.item("interest_income"))
    for line in books.lines("raise"):
        statement.line(f"Equity: {line.removeprefix('raise.')}", books.line(line))
    for line in books.lines("draw"):
        statement.line(f"Debt: {line.removeprefix('draw.')}", books.line(line))
    statement.line("Given flows outside operations", books.item("other_investing", "other_financing"))
    statement.subtotal("Total sources")

    def use(name: str, values: Sequence[float]) -> None:
        statement.line(name, [-value for value in values])

    _investment(use, books)
    use("Interest", books.item("interest"))
    use("Repayments", books.item("repayment"))
    use("Debt fees", books.item("fee"))
    use("Flotation costs", books.item("flotation"))
    statement.line("Closing cash", cash[1:])
    statement.subtotal("Total uses")
    return statement.table()


def _investment(line: Callable[[str, Sequence[float]], None], books: Books) -> None:
    line("Capex: sites", books.lines_starting("capex.site."))
    line("Capex: hardware", books.lines_starting("capex.hardware."))
    line("Capex: hardware deposits", books.lines_starting("deposit.hardware."))


def _named(line: str, prefix: str, kind: str) -> str:
    return f"{kind}: {line.removeprefix(prefix).removeprefix('given.')}"
