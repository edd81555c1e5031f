"""Time along an exhibit: the periods of the plan, or its years where there are too many of them to be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.plan.record import Record
from optimizer.plan.years import T, Years

MOST_PERIODS = 40
"""So many columns can be told apart on a page."""


@dataclass(frozen=True)
class Axis:
    """Labels along time, and how flows and stocks of a plan are brought to them."""

    labels: tuple[str, ...]
    years: Years | None

    @classmethod
    def of(cls, plan: Record) -> Axis:
        """Periods, or years if there are more than ``MOST_PERIODS``."""
        calendar = plan.instance.periods
        years = Years.of(calendar) if calendar.periods > MOST_PERIODS else None
        return cls(tuple(years.labels if years else calendar.labels), years)

    def flows(self, values: Sequence[float]) -> tuple[float, ...]:
        """Sums."""
        return tuple(self.years.sums(values) if self.years else values)

    def least(self, values: Sequence[float | None]) -> tuple[float | None, ...]:
        """The least of what there is in the time of a label; None where there is nothing."""
        if self.years is None:
            return tuple(values)
        known = [[value for t in year if (value := values[t]) is not None] for year in self.years.periods]
        return tuple(min(year, default=None) for year in known)

    def stocks(self, values: Sequence[T]) -> tuple[T, ...]:
        """What there is at the end."""
        return tuple(self.years.ends(values) if self.years else values)


def lengths(plan: Record) -> str:
    """Which columns are of which length, where periods are of several; else nothing."""
    calendar = plan.instance.periods
    if calendar.is_equal or calendar.periods > MOST_PERIODS:
        return ""
    found, first = [], 1
    for each in calendar.segments:
        begin, end = calendar.label(first), calendar.label(first + each.periods - 1)
        found.append(f"{begin} to {end} by {each.length}" if each.periods > 1 else f"{begin}, a {each.length}")
        first += each.periods
    return f"Columns are not of one length: {', '.join(found)}; what flows in one is what flows in all of it."
