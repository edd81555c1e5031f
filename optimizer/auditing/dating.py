"""What moves before the end of its period: draws, raises and repayments at κ, capital spending at its own timing."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.instance.calendar import TIMING

_KEPT_BACK = ("upfront", "discount", "issue")


def received(replay: Replay, t: int) -> Decimal:
    """Draws, raises and partners' cash of t, net of what is kept back of them: issue costs and flotation, musd."""
    book = replay.book
    costs = (_posted(replay, f"fee.{kind}.{name}", t) for kind in _KEPT_BACK for name in replay.instance.debt)
    return book.cash_in("draw", t) + book.cash_in("raise", t) + book.cash_in("flotation", t) - sum(costs, ZERO)


def moved_early(replay: Replay, t: int) -> Decimal:
    """What is added to the cash held in t on average: each amount by the part of the period for which it is there."""
    repaid = sum((_posted(replay, f"repayment.{name}", t) for name in replay.instance.debt), ZERO)
    financing = received(replay, t) - (repaid - replay.repaid_at_end[t])
    spent = sum((w * amounts[t] for w, amounts in replay.paid.items()), ZERO)
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


def _posted(replay: Replay, line: str, t: int) -> Decimal:
    return sum(replay.book.lines.get((line, t), {}).values(), ZERO)
