"""The tax of the infrastructure as if it were a company of its own, for covenants that ask for it."""

from __future__ import annotations

from decimal import Decimal

from optimizer.audit.replay import Replay
from optimizer.audit.tax import Losses
from optimizer.audit.tolerances import ZERO


def stand_alone_tax(replay: Replay, written_off: list[Decimal]) -> list[Decimal]:
    """By period: on EBITDA without corporate flows + resale − tax depreciation − all interest; no losses at first."""
    tax = replay.zeros()
    terms = replay.instance.tax
    if terms is None:
        return tax
    losses = Losses(terms)
    losses.carried = ZERO
    book = replay.book
    for t in replay.span:
        earned = book.ebitda(t, corporate=False) + book.cash_in("resale", t)
        tax[t] = losses.tax_on(earned - written_off[t] - book.interest(t))
    return tax
