"""What moves before the end of its period: draws, raises and repayments at κ, capital spending at its own timing."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Book, Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.instance.calendar import TIMING

_KEPT_BACK = ("upfront", "discount", "issue")


def received(replay: Replay, t: int, whose: str) -> Decimal:
    """Draws, raises and partners' cash of t, net of what is kept back of them: issue costs and flotation, musd.

    Of a group or of the company itself.
    """
    book = replay.book.part(whose)
    costs = (_posted(book, f"fee.{kind}.{name}", t) for kind in _KEPT_BACK for name in replay.instance.debt)
    return book.cash_in("draw", t) + book.cash_in("raise", t) + book.cash_in("flotation", t) - sum(costs, ZERO)


def moved_early(replay: Replay, t: int, whose: str) -> Decimal:
    """What is added to the cash held in t on average: each amount by the part of the period for which it is there."""
    book = replay.book.part(whose)
    repaid = sum((_posted(book, f"repayment.{name}", t) for name in replay.instance.debt), ZERO)
    financing = received(replay, t, whose) - (repaid - replay.repaid_at_end[whose][t])
    spent = sum((w * amounts[t] for (group, w), amounts in replay.paid_by.items() if group == whose), ZERO)
    return replay.kappa * financing - spent


def paid_early(replay: Replay, rate_per_year: float) -> list[Decimal]:
    """By what payments before t − θ cost more at their own date than at that of the other flows, present value."""
    theta, growth = exact(TIMING[replay.instance.discount.timing]), ONE + exact(rate_per_year)
    return [
        (growth ** -replay.time.at(t, w) - growth ** -replay.time.at(t, theta)) * amounts[t]
        for w, amounts in replay.paid.items()
        if w > theta
        for t in replay.span
        if amounts[t] != 0
    ]


def _posted(book: Book, line: str, t: int) -> Decimal:
    return sum(book.lines.get((line, t), {}).values(), ZERO)
