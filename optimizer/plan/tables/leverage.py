"""Leverage on both bases, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.accounts import RETAINED
from optimizer.plan.figures.leverage import BASES, equity, leverage
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def leverage_table(plan: Record) -> Table:
    """At instants 0 … T: debt as covenants count it, equity and leverage on both bases.

    Debt includes leases and partners' prepayments that count as debt. Leverage is empty where debt and equity together
    are nothing or less.
    """
    columns = ("period", "debt_musd", "paid_in_equity_musd", "retained_earnings_musd", "book_equity_musd")
    books, debt = plan.books, plan.books.tested_debt()
    held = {basis: equity(plan, basis) for basis in BASES}
    ratios = {basis: leverage(plan, basis) for basis in BASES}
    retained = books.balance(RETAINED)

    def rows() -> Iterator[dict[str, Cell]]:
        for t, label in enumerate(["0", *plan.instance.periods.labels]):
            yield {
                "period": label,
                "debt_musd": debt[t],
                "paid_in_equity_musd": held["paid_in"][t],
                "retained_earnings_musd": retained[t],
                "book_equity_musd": held["book"][t],
                "leverage_paid_in": ratios["paid_in"][t],
                "leverage_book": ratios["book"][t],
            }

    return Table.of((*columns, "leverage_paid_in", "leverage_book"), rows())
