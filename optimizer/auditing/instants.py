"""When periods end, in months from instant 0, read off their labels: what lies how long after what.

An agreement counts in *steps*, the length of the first period; it is as if all of a longer period happened at its end.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal

from optimizer.instance.calendar import Calendar

_MONTHS_A_YEAR = 12
_LABEL = re.compile(r"(\d{4})(?:Q(\d)|-(\d{2}))?")


class Instants:
    """The ends of the periods of a calendar and of those that would follow it, each as long as the last."""

    def __init__(self, calendar: Calendar) -> None:
        spans = [_span(label) for label in calendar.labels]
        self.start = spans[0][0]
        self.ends = [0, *(begin + months - self.start for begin, months in spans)]
        self.step = spans[0][1]
        self.last, self.further = len(spans), spans[-1][1]

    def end(self, t: int) -> int:
        """The end of a period, months from instant 0; before it periods are as long as the first."""
        if t < 0:
            return t * self.step
        return self.ends[t] if t <= self.last else self.ends[-1] + (t - self.last) * self.further

    def months(self, t: int) -> int:
        """The length of a period in months."""
        return self.end(t) - self.end(t - 1)

    def years(self, t: int) -> Decimal:
        """Δ_t."""
        return Decimal(self.months(t)) / _MONTHS_A_YEAR

    def steps(self, t: int) -> int:
        """The length of a period in steps."""
        return self.months(t) // self.step

    def passed(self, u: int, t: int) -> int:
        """Steps from the end of u to the end of t."""
        return (self.end(t) - self.end(u)) // self.step

    def at(self, t: int, early: Decimal = Decimal(0)) -> Decimal:
        """Years from instant 0 to the end of t, or to a part of t before it."""
        return (self.end(t) - early * self.months(t)) / _MONTHS_A_YEAR

    def after(self, t: int, steps: int) -> int:
        """The period in which something falls that comes so many steps after the end of t."""
        wanted = self.end(t) + steps * self.step
        if wanted <= self.ends[-1]:
            return bisect_left(self.ends, wanted)
        return self.last - (self.ends[-1] - wanted) // self.further

    def within(self, first: int, steps: int, t: int) -> range:
        """Which of so many steps from the beginning of ``first`` on lie in t: 0 is the first."""
        begin = self.passed(first - 1, t - 1)
        return range(min(begin, steps), min(begin + self.steps(t), steps)) if t >= first else range(0)

    def lengths(self, u: int, steps: int) -> list[int]:
        """The steps of u and of each period after it, until so many have passed since its end."""
        found = [self.steps(u) if u else 1]
        while sum(found[1:]) < steps:
            found.append(self.steps(u + len(found)))
        return found

    def twelve_months(self, t: int) -> list[int]:
        """The periods of the twelve months to the end of t, the last first; those before the calendar are below 1."""
        found = [t]
        while self.end(t) - self.end(found[-1] - 1) < _MONTHS_A_YEAR:
            found.append(found[-1] - 1)
        return found

    def year(self, t: int) -> int:
        """The calendar year in which a period ends."""
        return (self.start + self.end(t) - 1) // _MONTHS_A_YEAR


def _span(label: str) -> tuple[int, int]:
    """The first month of a label, counted from year 0, and how many there are."""
    match = _LABEL.fullmatch(label)
    assert match is not None
    year, quarter, month = match.groups()
    first = int(year) * _MONTHS_A_YEAR
    if quarter:
        return first + 3 * (int(quarter) - 1), 3
    return (first + int(month) - 1, 1) if month else (first, _MONTHS_A_YEAR)
