"""What passes between the company and its groups: contributions at their instants, distributions at the end, musd."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.replay import Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ZERO
from optimizer.instance.calendar import TIMING


def transferred(replay: Replay, whose: str, t: int) -> Decimal:
    """What all of it in t brings a group, or the company (an empty name)."""
    out = sum((musd for (g, u), musd in replay.decisions.distributions.items() if u == t and whose in ("", g)), ZERO)
    return put_in(replay, whose, t, ZERO) + (-out if whose else out)


def put_in(replay: Replay, whose: str, t: int, early: Decimal) -> Decimal:
    """What contributions of t bring a group by so much before the end of t; the company pays them."""
    paid = sum((musd for w, musd in _contributions(replay, whose, t) if w >= early), ZERO)
    return paid if whose else -paid


def put_in_early(replay: Replay, whose: str, t: int) -> Decimal:
    """Each contribution of t by the part of the period for which it is there."""
    paid = sum((w * musd for w, musd in _contributions(replay, whose, t)), ZERO)
    return paid if whose else -paid


def _contributions(replay: Replay, whose: str, t: int) -> list[tuple[Decimal, Decimal]]:
    found = replay.decisions.contributions.items()
    return [(exact(TIMING[at]), musd) for (g, at, u), musd in found if u == t and whose in ("", g)]
