"""The tax that the infrastructure would pay if it were a company of its own."""

from __future__ import annotations

from math import fsum

from optimizer.instance.tax_years import tax_years
from optimizer.plan.books import add
from optimizer.plan.figures.tax import depreciation
from optimizer.plan.record import Record


def stand_alone_tax(plan: Record) -> list[float]:
    """The tax of the infrastructure as a company of its own, as paid: without corporate flows, less all interest."""
    terms, books, calendar = plan.instance.tax, plan.books, plan.instance.periods
    paid = [0.0] * calendar.periods
    if terms is None:
        return paid
    written = [-amount for amount in depreciation(plan)]
    results = add(books.ebitda(False), books.item("resale"), written, books.earned("interest", "pik"))
    carried = 0.0
    for year in tax_years(calendar, terms.year_end):
        result = fsum(results[t - 1] for t in year.periods)
        income, used = max(0.0, result), 0.0
        if terms.loss_usable_share is not None:
            used = min(carried, terms.loss_usable_share * income)
            carried += max(0.0, -result) - used
        when = year.periods if terms.payment == "instalments" else (year.last,)
        for t in when:
            paid[t - 1] = terms.rate * (income - used) / len(when)
    return paid
