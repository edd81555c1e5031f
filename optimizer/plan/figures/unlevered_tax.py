"""The tax of the same company without debt: no interest either way, and no fees of loans."""

from __future__ import annotations

from optimizer.plan.books import add
from optimizer.plan.figures.tax import depreciation, tax_on
from optimizer.plan.record import Record


def unlevered_tax(plan: Record) -> tuple[list[float], float]:
    """By period, as it is paid, USD million; and the losses that are carried beyond the plan, USD million.

    On EBITDA + resale − tax depreciation, with the losses carried in and the year to date of the file.
    """
    terms, books = plan.instance.tax, plan.books
    if terms is None:
        return [0.0] * plan.instance.periods.periods, 0.0
    written = [-amount for amount in depreciation(plan)]
    results = add(books.ebitda(), books.item("resale"), written)
    return tax_on(plan, results, terms.opening_loss_musd, terms.year_to_date_musd)
