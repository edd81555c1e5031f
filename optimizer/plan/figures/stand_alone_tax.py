"""The tax that the infrastructure would pay if it were a company of its own."""

from __future__ import annotations

from optimizer.plan.books import add
from optimizer.plan.figures.tax import depreciation, tax_on
from optimizer.plan.record import Record


def stand_alone_tax(plan: Record) -> list[float]:
    """The tax of the infrastructure as a company of its own, as paid: without corporate flows, less all interest."""
    if plan.instance.tax is None:
        return [0.0] * plan.instance.periods.periods
    books, written = plan.books, [-amount for amount in depreciation(plan)]
    results = add(books.ebitda(False), books.item("resale"), written, books.earned("interest", "pik"))
    return tax_on(plan, results)[0]
