"""The three statements, and sources and uses: sums over the ledger and nothing else.

A row is a line item, a column a period, amounts in USD million; what comes in is positive, what goes out negative, and
each subtotal is the sum of the rows since the one before it. Rows that are zero throughout are left out, subtotals
are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from optimizer.plan.books import (
    ASSETS,
    CASH,
    DEBT,
    LEASE,
    PAID_IN,
    PARTNER,
    PREFERRED,
    RETAINED,
    SPENT_ON,
    Books,
    add,
    minus,
)
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table

OPERATING_COSTS = {
    "Energy": "opex.energy.",
    "Energy from the grid": "opex.grid.",
    "Energy from sources": "opex.source.",
    "Colocation rent": "opex.colocation.",
    "Site operations": "opex.site.",
    "Site opening": "opex.opening.",
    "Hardware upkeep": "opex.upkeep.",
    "Order fees": "opex.order_fee.",
    "Framework signing": "opex.signing.",
    "Take or pay": "opex.take_or_pay.",
    "Development": "opex.development.",
    "Lease payments": "opex.lease.",
    "Cloud": "opex.cloud.",
    "Reserved cloud": "opex.reserved.",
    "Serving": "opex.serving.",
    "Shortfall penalties": "opex.shortfall.",
}
ASSET_NAMES = {
    "cash": "Cash",
    "deposits": "Deposits on hardware",
    "construction_in_progress": "Construction in progress",
    "hardware": "Hardware",
    "leased_hardware": "Leased hardware",
    "sites": "Sites",
}


DELIVERIES = ("partner.delivery.", "partner.revenue.")
PARTNERS_EQUITY = "partner.equity."
GIVEN = "given."


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


def income(plan: Record) -> Table:
    """Income statement, down to what changes retained earnings.

    Flotation costs and given investing and financing flows go past net income straight into retained earnings.
    """
    books, statement = plan.books, _Statement(plan.instance.periods.labels)
    _revenue(statement, books)
    revenue = statement.subtotal("Revenue")
    for name, prefix in OPERATING_COSTS.items():
        statement.line(name, books.item("opex", words=prefix))
    for line in books.lines("opex"):
        if not line.startswith(tuple(OPERATING_COSTS.values())):
            statement.line(f"Cost: {line.removeprefix(GIVEN)}", books.line(line, "opex"))
    ebitda = statement.subtotal("EBITDA", revenue)
    statement.line("Depreciation of sites", books.earned("depreciation", accounts=["sites"]))
    statement.line("Depreciation of hardware", books.earned("depreciation", words="depreciation.hardware."))
    statement.line("Gain or loss on units sold", books.earned("depreciation", words="write_off.hardware."))
    ebit = statement.subtotal("EBIT", ebitda)
    statement.line("Interest received", books.item("interest_income"))
    statement.line("Interest paid", books.item("interest"))
    statement.line("Interest capitalised", books.earned("pik"))
    _fees(statement.line, books)
    before_tax = statement.subtotal("Profit before tax", ebit)
    statement.line("Tax", books.item("tax"))
    net_income = statement.subtotal("Net income", before_tax)
    statement.line("Preferred dividends", books.item("preferred_dividend"))
    statement.line("Dividends", books.item("dividend"))
    statement.line("Flotation costs", books.item("flotation"))
    statement.line("Given investing flows", books.item("other_investing"))
    statement.line("Given financing flows", books.item("other_financing"))
    statement.subtotal("Change in retained earnings", net_income)
    return statement.table()


def _revenue(statement: _Statement, books: Books) -> None:
    """Revenue by market, given flow and partner; what is delivered to a partner counts whether or not it pays now."""
    delivered: dict[str, list[Sequence[float]]] = {}
    for line in books.lines("revenue"):
        if line.startswith(DELIVERIES):
            delivered.setdefault(line.split(".", 2)[2], []).append(books.earned_by_line(line))
        else:
            prefix = GIVEN if line.startswith(GIVEN) else "revenue."
            statement.line(f"Revenue: {line.removeprefix(prefix)}", books.line(line, "revenue"))
    for partner, parts in sorted(delivered.items()):
        statement.line(f"Delivered to {partner}", add(*parts))


def cash_flow(plan: Record) -> Table:
    """Cash flow statement. Operations stand before financing: EBITDA less tax, the CFADS; interest is financing.

    Revenue is what is paid: deliveries that work off a partner's cash bring none.
    """
    books, statement = plan.books, _Statement(plan.instance.periods.labels)
    statement.line("Revenue", books.item("revenue"))
    statement.line("Operating costs", books.item("opex"))
    statement.line("Tax", books.item("tax"))
    operations = statement.subtotal("Cash flow from operations")
    _investment(statement.line, books)
    statement.line("Hardware sold", books.item("resale"))
    statement.line("Given investing flows", books.item("other_investing"))
    investing = statement.subtotal("Cash flow from investing")
    partners_equity = books.item("raise", accounts=[PAID_IN], words=PARTNERS_EQUITY)
    statement.line("Equity raised", minus(books.item("raise", accounts=[PAID_IN]), partners_equity))
    statement.line("Preferred equity raised", books.item("raise", accounts=[PREFERRED]))
    statement.line("Partners' equity", partners_equity)
    statement.line("Partners' prepayments", books.item("draw", accounts=books.accounts(PARTNER)))
    statement.line("Flotation costs", books.item("flotation"))
    statement.line("Debt drawn", books.item("draw", accounts=books.accounts(DEBT)))
    _repayments(statement.line, books, "Debt repaid")
    statement.line("Interest paid", books.item("interest"))
    _fees(statement.line, books)
    statement.line("Interest received", books.item("interest_income"))
    statement.line("Preferred dividends", books.item("preferred_dividend"))
    statement.line("Dividends", books.item("dividend"))
    statement.line("Capital returned", books.item("return_of_capital"))
    statement.line("Given financing flows", books.item("other_financing"))
    financing = statement.subtotal("Cash flow from financing")
    change = statement.subtotal("Change in cash", add(operations, investing, financing))
    opening = books.balance(CASH)[:-1]
    statement.subtotal("Opening cash", opening)
    statement.subtotal("Closing cash", add(opening, change))
    return statement.table()


def balance_sheet(plan: Record) -> Table:
    """Balance sheet at the end of every period; column ``0`` is the opening one."""
    books, statement = plan.books, _Statement(["0", *plan.instance.periods.labels])
    for account in ASSETS:
        statement.line(ASSET_NAMES[account], books.balance(account))
    statement.line("Other assets", books.balance("other_assets"))
    statement.subtotal("Total assets")
    for kind, prefix in (("Debt", DEBT), ("Lease", LEASE)):
        for account in books.accounts(prefix):
            statement.line(f"{kind}: {account.removeprefix(prefix)}", books.balance(account))
    debt = statement.subtotal("Total debt")
    for account in books.accounts(PARTNER):
        statement.line(f"Owed to {account.removeprefix(PARTNER)}", books.balance(account))
    owed = statement.subtotal("Total owed to partners") if books.accounts(PARTNER) else []
    statement.line("Preferred equity", books.balance(PREFERRED))
    statement.line("Paid-in capital", books.balance(PAID_IN))
    statement.line("Retained earnings", books.balance(RETAINED))
    equity = statement.subtotal("Total equity")
    statement.subtotal("Total debt and equity", add(debt, equity, *([owed] if owed else [])))
    return statement.table()


def sources_and_uses(plan: Record) -> Table:
    """How each period is paid for; both totals are the same. Uses are positive here."""
    books, statement = plan.books, _Statement(plan.instance.periods.labels)
    cash = books.balance(CASH)
    statement.line("Opening cash", cash[:-1])
    statement.line("Operating cash flow after tax", books.item("revenue", "opex", "tax"))
    statement.line("Interest received", books.item("interest_income"))
    statement.line("Hardware sold", books.item("resale"))
    for name, values in _capital(plan):
        statement.line(name, values)
    statement.line("Given flows outside operations", books.item("other_investing", "other_financing"))
    statement.subtotal("Total sources")

    def use(name: str, values: Sequence[float]) -> None:
        statement.line(name, [-value for value in values])

    _investment(use, books)
    use("Interest", books.item("interest"))
    _repayments(use, books, "Repayments")
    _fees(use, books)
    use("Flotation costs", books.item("flotation"))
    use("Preferred dividends", books.item("preferred_dividend"))
    use("Dividends", books.item("dividend"))
    use("Capital returned", books.item("return_of_capital"))
    statement.line("Closing cash", cash[1:])
    statement.subtotal("Total uses")
    return statement.table()


def _capital(plan: Record) -> Iterator[tuple[str, list[float]]]:
    """What each round, instrument and partner brings in."""
    books, instance = plan.books, plan.instance
    for name in sorted(instance.equity.rounds if instance.equity else ()):
        yield f"Equity: {name}", books.line(f"raise.{name}", accounts=[PAID_IN])
    for name in sorted(instance.preferred_equity):
        yield f"Preferred equity: {name}", books.line(f"raise.preferred.{name}", accounts=[PREFERRED])
    for name in sorted(instance.partners):
        yield f"Partner's equity: {name}", books.line(PARTNERS_EQUITY + name)
    for name in sorted(instance.debt):
        yield f"Debt: {name}", books.item("draw", accounts=[DEBT + name])
    for name in sorted(instance.partners):
        yield f"Partner's prepayment: {name}", books.item("draw", accounts=[PARTNER + name])


def _repayments(line: Callable[[str, Sequence[float]], None], books: Books, of_debt: str) -> None:
    for name, kind in ((of_debt, DEBT), ("Lease principal", LEASE), ("Paid back to partners", PARTNER)):
        line(name, books.item("repayment", accounts=books.accounts(kind)))


def _fees(line: Callable[[str, Sequence[float]], None], books: Books) -> None:
    """Debt fees, the issue discount and the premium on prepayments apart from the rest."""
    discount, premium = books.item("fee", words="fee.discount."), books.item("fee", words="fee.prepayment.")
    line("Debt fees", minus(books.item("fee"), discount, premium))
    line("Issue discount", discount)
    line("Prepayment premium", premium)


def _investment(line: Callable[[str, Sequence[float]], None], books: Books) -> None:
    line("Capex: sites", books.item("capex", accounts=SPENT_ON["sites"]))
    line("Capex: hardware", books.item("capex", accounts=["hardware"]))
    line("Capex: hardware deposits", books.item("capex", accounts=["deposits"]))
