"""The tax of the infrastructure as if it were a company of its own, for covenants that ask for it."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tax import years_of_tax
from optimizer.auditing.tolerances import ZERO


def stand_alone_tax(replay: Replay, written_off: list[Decimal]) -> list[Decimal]:
    """By period, of tax years: on EBITDA without corporate flows + resale − tax depreciation − all interest.

    No losses are there at first; carried ones offset their usable share of income as soon as there is any.
    """
    tax = replay.zeros()
    terms = replay.instance.tax
    if terms is None:
        return tax
    book, carried = replay.book, ZERO
    for year in years_of_tax(replay):
        earned = sum((book.ebitda(t, corporate=False) + book.cash_in("resale", t) for t in year), ZERO)
        result = earned - sum((written_off[t] + book.interest(t) for t in year), ZERO)
        income = max(ZERO, result)
        if terms.loss_usable_share is not None:
            used = min(carried, exact(terms.loss_usable_share) * income)
            carried += max(ZERO, -result) - used
            income -= used
        paid_in = year if terms.payment == "instalments" else year[-1:]
        for t in paid_in:
            tax[t] = exact(terms.rate) * income / len(paid_in)
    return tax
