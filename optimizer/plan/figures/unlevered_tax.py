"""The tax of the same company without debt: no interest either way, and no fees of loans."""

from __future__ import annotations

from math import fsum

from optimizer.instance.tax_years import tax_years
from optimizer.plan.books import add
from optimizer.plan.figures.tax import depreciation
from optimizer.plan.record import Record


def unlevered_tax(plan: Record) -> tuple[list[float], float]:
    """By period, as it is paid, USD million; and the losses that are carried beyond the plan, USD million.

    Of a tax year τ·(profit − losses used), profit = max(0, EBITDA + resale − tax depreciation (+ year to date)).
    """
    terms, calendar = plan.instance.tax, plan.instance.periods
    paid = [0.0] * calendar.periods
    if terms is None:
        return paid, 0.0
    written = [-amount for amount in depreciation(plan)]
    results, carried = add(plan.books.ebitda(), plan.books.item("resale"), written), terms.opening_loss_musd
    for year in tax_years(calendar, terms.year_end):
        earlier = terms.year_to_date_musd if year.begun else 0.0
        result = fsum([earlier, *(results[t - 1] for t in year.periods)])
        profit, used = max(0.0, result), 0.0
        if terms.loss_usable_share is not None:
            used = min(carried, terms.loss_usable_share * profit)
            carried += max(0.0, -result) - used
        when = year.periods if terms.payment == "instalments" else (year.last,)
        for t in when:
            paid[t - 1] = terms.rate * (profit - used) / len(when)
    return paid, carried if terms.loss_usable_share is not None else 0.0
