"""Preferred shares, and what is paid on them."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.lines import PREFERRED_DIVIDEND, PREFERRED_FLOTATION
from optimizer.plan.figures.equity import running
from optimizer.plan.figures.preferred import raised_preferred
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def preferred(plan: Record) -> Table:
    """Per class of preferred shares issued and period: what comes in, is outstanding at the end, and is paid on it."""
    books = plan.books
    columns = ("name", "period", "raised_musd", "outstanding_musd", "dividend_musd", "flotation_musd")

    def rows() -> Iterator[dict[str, Cell]]:
        for name, amounts in raised_preferred(plan).items():
            stock = running(amounts)
            paid, cost = books.line(PREFERRED_DIVIDEND, name), books.line(PREFERRED_FLOTATION, name)
            for t, label in enumerate(plan.instance.periods.labels):
                yield {
                    "name": name,
                    "period": label,
                    "raised_musd": amounts[t],
                    "outstanding_musd": stock[t + 1],
                    "dividend_musd": -paid[t] + 0.0,
                    "flotation_musd": -cost[t] + 0.0,
                }

    return Table.of(columns, rows())
