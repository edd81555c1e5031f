"""Which periods a lender's test adds up, and what the file says of those before the calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.replay import Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ZERO
from optimizer.instance.series import Series

_FLOWS_OF = {
    "dscr": ("ebitda_musd", "interest_musd", "principal_musd"),
    "interest_cover": ("ebitda_musd", "interest_musd"),
    "debt_to_ebitda": ("ebitda_musd",),
}


@dataclass(frozen=True)
class Periods:
    """Periods 1 … T that are added up, and periods 0, −1 … of the history."""

    own: tuple[int, ...]
    past: tuple[int, ...]

    def total(self, amount: Callable[[int], Decimal]) -> Decimal:
        """The sum over the calendar's own."""
        return sum((amount(t) for t in self.own), ZERO)

    def months(self, replay: Replay) -> int:
        """How many months they are."""
        return sum(replay.time.months(t) for t in (*self.past, *self.own))


def looked_back_on(
    replay: Replay, t: int, kind: str, over: str, first_year: str, group: str | None = None
) -> Periods | None:
    """The twelve months to the end of t, or t alone; None if they are not all known and nothing stands in for them.

    The history is the company's, and says nothing of a group.
    """
    wanted = replay.time.twelve_months(t) if over == "year" else [t]
    own = tuple(sorted(u for u in wanted if u >= 1))
    past = tuple(u for u in wanted if u < 1)
    history = replay.instance.history if not group else None
    if not past:
        return Periods(own, ())
    if history is not None and all(
        value_of(replay, getattr(history, flow), u) is not None for flow in _FLOWS_OF[kind] for u in past
    ):
        return Periods(own, past)
    return Periods(own, ()) if first_year == "annualised" and own else None


def value_of(replay: Replay, series: Series | None, t: int) -> Decimal | None:
    """A figure of the history in t < 1: one number for all, or that of the last step up to t."""
    if series is None:
        return None
    written = series.written()
    if isinstance(written, float):
        return exact(written)
    if not isinstance(written, dict):
        return None
    value: Decimal | None = None
    for at, musd in sorted((replay.calendar.step_index(label), musd) for label, musd in written.items()):
        if at <= t:
            value = exact(musd)
    return value


def of_history(replay: Replay, flow: str, periods: Periods) -> Decimal:
    """The sum of a figure of the history over the periods before the calendar."""
    history = replay.instance.history
    if history is None:
        return ZERO
    found = (value_of(replay, getattr(history, flow), t) for t in periods.past)
    return sum((value for value in found if value is not None), ZERO)
