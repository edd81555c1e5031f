"""The periods that a lender's test looks back on: the last twelve months, or the period alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Literal

from optimizer.instance.calendar import Calendar
from optimizer.instance.schema import Covenant, Group, Instance
from optimizer.instance.series import Series

Over = Literal["year", "period"]
FirstYear = Literal["untested", "annualised"]

NEEDED = {
    "dscr": ("ebitda_musd", "interest_musd", "principal_musd"),
    "interest_cover": ("ebitda_musd", "interest_musd"),
    "debt_to_ebitda": ("ebitda_musd",),
}
"""The kinds that test flows, and what the history has to say of a period before the calendar to stand in for it."""


@dataclass(frozen=True)
class Lookback:
    """The periods whose flows are added up: those of the calendar, and those ``before`` it (0 is the last)."""

    inside: range
    before: range

    def per_year(self, calendar: Calendar) -> float:
        """What the sum is to be multiplied by to be that of a year."""
        return calendar.per_year / sum(calendar.steps(t) for t in (*self.before, *self.inside))


def lookback(
    instance: Instance, t: int, kind: str, over: Over, first_year: FirstYear, *, history: bool = True
) -> Lookback | None:
    """What the test of the end of t adds up; None if it falls away, for want of a year behind it.

    The history, which is the company's, stands in for periods before the calendar if it has all of them. Instant 0 is
    t = 0.
    """
    calendar = instance.periods
    start = calendar.last_year(t).start if over == "year" else t
    inside, before = range(max(1, start), t + 1), range(start, 1)
    if all(history and is_known(instance, kind, u) for u in before):
        return Lookback(inside, before)
    return Lookback(inside, range(0)) if first_year == "annualised" and inside else None


def of_covenant(instance: Instance, covenant: Covenant, t: int) -> Lookback | None:
    """What a covenant on flows adds up in t; None where it is not tested."""
    return lookback(instance, t, covenant.kind, covenant.over, covenant.first_year, history=covenant.group is None)


def of_group(instance: Instance, group: Group, t: int) -> Lookback | None:
    """What the lock-up of a group adds up in t; None where it is not tested."""
    return lookback(instance, t, "dscr", group.lock_up_over, group.lock_up_first_year, history=False)


def is_known(instance: Instance, kind: str, t: int) -> bool:
    """Whether the history has all that a kind of test needs of a period t ≤ 0."""
    history = instance.history
    return history is not None and all(
        value_before(getattr(history, amount), instance.periods, t) is not None for amount in NEEDED[kind]
    )


def past(instance: Instance, amount: str, periods: range) -> float:
    """The sum of an amount of the history over periods before the calendar, USD million; 0 where it is not given."""
    if instance.history is None:
        return 0.0
    series = getattr(instance.history, amount)
    return fsum(value_before(series, instance.periods, t) or 0.0 for t in periods)


def value_before(series: Series | None, calendar: Calendar, t: int) -> float | None:
    """The value of a number or of steps in a period t ≤ 0; None before the first step."""
    if series is None:
        return None
    written = series.written()
    if isinstance(written, float):
        return written
    if not isinstance(written, dict) or series.is_growth:
        return None
    steps = {calendar.step_index(label): value for label, value in written.items()}
    begun = [index for index in steps if index <= t]
    return steps[max(begun)] if begun else None
