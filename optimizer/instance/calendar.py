"""Periods, their labels and their discount factors.

Periods are ``t = 1 … T``, Δ_t years long. A label is ``2026`` (year), ``2026Q3`` (quarter) or ``2026-07`` (month).
All cash flows of a period fall on its end; instant 0 is the opening balance sheet.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

HOURS_PER_YEAR = 8760.0
PERIODS_PER_YEAR = {"year": 1, "quarter": 4, "month": 12}
TIMING = {"end": 0.0, "mid": 0.5, "start": 1.0}

_LABEL = re.compile(r"(\d{4})(?:Q([1-4])|-(\d{2}))?")


@dataclass(frozen=True)
class Segment:
    """A run of equal periods of a calendar."""

    length: str
    periods: int


@dataclass(frozen=True)
class Calendar:
    """Runs of equal periods, from fine to coarse; mostly one.

    The periods of the first segment are the *base periods*: durations are whole numbers of them, and every period is
    ``steps(t)`` of them long, Δ_t = steps(t)·δ years. ``first`` counts base periods since year 0: year·n + offset, n
    base periods a year. Beyond its ends a calendar goes on as its first and its last segment do.

    Of eight quarters from 2026Q1 and two years, period 9 is 2028; four quarters after the end of 2027Q1 lie in it.
    """

    first: int
    segments: tuple[Segment, ...]

    @classmethod
    def of(cls, start: str | int, length: str, periods: int) -> Calendar:
        """The calendar of equal periods that begins with the one labelled ``start``. Raises ValueError on a bad one."""
        return cls.of_segments(start, [Segment(length, periods)])

    @classmethod
    def of_segments(cls, start: str | int, segments: Sequence[Segment]) -> Calendar:
        """The calendar of some segments. Raises ValueError: not from fine to coarse, a change within a coarse period.

        A change has to fall where a period of the coarser segment begins in the calendar year, so that every label
        means what it does in a calendar of such periods.
        """
        base = PERIODS_PER_YEAR[segments[0].length]
        first = at = _position(start, segments[0].length)
        for before, after in pairwise(segments):
            at += before.periods * (base // PERIODS_PER_YEAR[before.length])
            if PERIODS_PER_YEAR[after.length] >= PERIODS_PER_YEAR[before.length]:
                raise SegmentError(f"{after.length}s follow {before.length}s: segments go from fine to coarse", after)
            if at % (base // PERIODS_PER_YEAR[after.length]):
                name = _name(at, segments[0].length)
                raise SegmentError(f"a {after.length} of the calendar does not begin with {name}", after)
        return cls(first, tuple(segments))

    @property
    def length(self) -> str:
        """The length of a base period."""
        return self.segments[0].length

    @cached_property
    def periods(self) -> int:
        """T, how many periods there are."""
        return sum(segment.periods for segment in self.segments)

    @cached_property
    def is_equal(self) -> bool:
        """Whether all periods are of one length."""
        return len(self.segments) == 1

    @property
    def per_year(self) -> int:
        """Base periods in a year."""
        return PERIODS_PER_YEAR[self.length]

    @property
    def base_years(self) -> float:
        """δ, the length of a base period in years."""
        return 1.0 / self.per_year

    @property
    def years(self) -> float:
        """Δ of a calendar of equal periods; raises ValueError in another, which has no such number."""
        if not self.is_equal:
            raise ValueError("periods of this calendar are not of one length: `years_of` a period")
        return self.base_years

    @property
    def hours(self) -> float:
        """Hours in a period of a calendar of equal periods, 8760·Δ; raises ValueError in another."""
        return HOURS_PER_YEAR * self.years

    @property
    def span(self) -> range:
        """The periods 1 … T."""
        return range(1, self.periods + 1)

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        """The base periods from instant 0 to the end of each period, instant 0 first."""
        steps = (self.per_year // PERIODS_PER_YEAR[s.length] for s in self.segments for _ in range(s.periods))
        return tuple(accumulate(steps, initial=0))

    def end(self, t: int) -> int:
        """Base periods from instant 0 to the end of t, which may lie outside the calendar; negative before instant 0.

        In a calendar of equal periods it is t.
        """
        if t < 0 or self.is_equal:
            return t
        if t <= self.periods:
            return self._ends[t]
        return self._ends[-1] + (t - self.periods) * self.steps(t)

    def steps(self, t: int) -> int:
        """The base periods in period t, which may lie outside the calendar."""
        if t < 1 or self.is_equal:
            return 1
        if t <= self.periods:
            return self._ends[t] - self._ends[t - 1]
        return self.per_year // PERIODS_PER_YEAR[self.segments[-1].length]

    def years_of(self, t: int) -> float:
        """Δ_t, the length of a period in years; t may lie outside the calendar."""
        return self.base_years if self.is_equal else self.steps(t) / self.per_year

    def hours_of(self, t: int) -> float:
        """Hours in a period, 8760·Δ_t."""
        return HOURS_PER_YEAR * self.years_of(t)

    def elapsed(self, u: int, t: int) -> int:
        """Base periods from the end of u to the end of t: t − u where periods are equal."""
        return self.end(t) - self.end(u)

    def years_to(self, t: int, early: float = 0.0) -> float:
        """Years from instant 0 to the end of t, or to so large a part of t before its end."""
        return self.base_years * (self.end(t) - early * self.steps(t))

    def holding(self, step: int) -> int:
        """The period that holds a base period; 1 is the first of the calendar, others may lie outside it."""
        if step < 1 or self.is_equal:
            return step
        if step <= self._ends[-1]:
            return bisect_left(self._ends, step)
        return self.periods - (self._ends[-1] - step) // self.steps(self.periods + 1)

    def later(self, t: int, base_periods: int) -> int:
        """The period in which something so many base periods after the end of t falls: t + n where periods are equal.

        What is decided in a period is decided at its end, and what arrives within a period is there in all of it.
        """
        return t + base_periods if self.is_equal else self.holding(self.end(t) + base_periods)

    def lags(self, u: int, t: int) -> range:
        """The base periods after the end of u that fall in t, as numbers 1, 2, …; in u itself the number 0 alone.

        In a calendar of equal periods t − u alone; nothing before u.
        """
        if t <= u:
            return range(1 if t == u else 0)
        return range(self.elapsed(u, t - 1) + 1, self.elapsed(u, t) + 1)

    def ages(self, a: int, t: int) -> range:
        """The base periods of t, counted as 0, 1, … from the beginning of a; none before a.

        In a calendar of equal periods t − a alone.
        """
        if t < a:
            return range(0)
        return range(self.elapsed(a - 1, t - 1), self.elapsed(a - 1, t))

    def steps_from(self, u: int, base_periods: int) -> tuple[int, ...]:
        """The lengths, in base periods, of u and of the periods after it, until so many base periods after u are past.

        In a calendar of equal periods n + 1 ones.
        """
        if self.is_equal:
            return (1,) * (1 + max(0, base_periods))
        found = [self.steps(u)]
        while base_periods > 0:
            found.append(self.steps(u + len(found)))
            base_periods -= found[-1]
        return tuple(found)

    def ends(self) -> tuple[float, ...]:
        """The instants, in base periods, at which the periods 0 … T end."""
        return tuple(float(self.end(t)) for t in range(self.periods + 1))

    def last_year(self, t: int) -> range:
        """The periods of the twelve months that end with t; those before the calendar are below 1."""
        first = t
        while self.elapsed(first - 1, t) < self.per_year:
            first -= 1
        return range(first, t + 1)

    def label(self, t: int) -> str:
        """The label of period t; t may lie outside the calendar."""
        length = self.length
        if not self.is_equal and t > self.segments[0].periods:
            at = self.segments[0].periods
            for segment in self.segments[1:]:
                length, at = segment.length, at + segment.periods
                if t <= at:
                    break
        return _name((self.first + self.end(t) - self.steps(t)) // self._size(length), length)

    @property
    def labels(self) -> list[str]:
        return [self.label(t) for t in self.span]

    def step_index(self, label: str | int) -> int:
        """The period number of a label: below 1 if it lies before the calendar. Raises ValueError after its end.

        Where periods differ, a label of any of their lengths will do: a longer one is the period with which it begins,
        a shorter one has to be that with which its period begins.
        """
        if self.is_equal:
            index = _position(label, self.length) - self.first + 1
        else:
            begins = self._spanned(label)[0]
            index = self.holding(begins)
            if begins != self.end(index) - self.steps(index) + 1 and index <= self.periods:
                raise ValueError(f"{label} begins within {self.label(index)}: write the label of a period")
        if index > self.periods:
            raise ValueError(f"{label} lies after the last period {self.label(self.periods)}")
        return index

    def index(self, label: str | int) -> int:
        """The period number 1 … T of a label. Raises ValueError outside the calendar."""
        index = self.step_index(label)
        if index < 1:
            raise ValueError(f"{label} lies before the first period {self.label(1)}")
        return index

    def window(self, first: str | int | None, last: str | int | None) -> range:
        """The periods from ``first`` to ``last``, both included; a missing end is the calendar's own.

        Of a last label that is longer than its periods all of them are in: to 2027 is to 2027Q4.
        """
        low = 1 if first is None else self.index(first)
        high = self.periods if last is None else self.last_index(last)
        return range(low, high + 1)

    def last_index(self, label: str | int) -> int:
        """The last period 1 … T that a label reaches into. Raises ValueError outside the calendar."""
        if self.is_equal:
            return self.index(label)
        ends = self._spanned(label)[-1]
        if ends < 1:
            raise ValueError(f"{label} lies before the first period {self.label(1)}")
        at = self.holding(ends)
        if at > self.periods:
            raise ValueError(f"{label} ends after the last period {self.label(self.periods)}")
        if ends != self.end(at):
            raise ValueError(f"{label} ends within {self.label(at)}: write the label of a period")
        return at

    def _spanned(self, label: str | int) -> range:
        """The base periods of a label of any length of the calendar, 1 the first of the calendar."""
        length = _length(label)
        if length not in {segment.length for segment in self.segments}:
            lengths = " or a ".join(segment.length for segment in self.segments)
            raise ValueError(f"{label!r} does not fit periods of a {lengths}")
        size = self._size(length)
        begins = _position(label, length) * size - self.first + 1
        return range(begins, begins + size)

    def discount_factors(self, rate: float, timing: str) -> tuple[float, ...]:
        """DF_t = (1 + rate)^(−years to the end of t + θ·Δ_t) for t = 1 … T, θ from ``timing`` (end 0, mid ½, start 1).

        In a calendar of equal periods the exponent is −Δ·(t − θ).
        """
        theta = TIMING[timing]
        return tuple((1.0 + rate) ** -self.years_to(t, theta) for t in self.span)

    def _size(self, length: str) -> int:
        """Base periods in a period of a length."""
        return self.per_year // PERIODS_PER_YEAR[length]


class SegmentError(ValueError):
    """A segment that cannot follow the one before."""

    def __init__(self, message: str, segment: Segment) -> None:
        super().__init__(message)
        self.segment = segment


def _name(position: int, length: str) -> str:
    """The label of a period, by the number of such periods since year 0."""
    year, part = divmod(position, PERIODS_PER_YEAR[length])
    if length == "year":
        return str(year)
    return f"{year}Q{part + 1}" if length == "quarter" else f"{year}-{part + 1:02d}"


def _length(label: str | int) -> str:
    """The length of period that a label is one of. Raises ValueError for what is none."""
    match = _LABEL.fullmatch(str(label))
    if not match:
        raise ValueError(f"{label!r} is not a period: write 2026, 2026Q3 or 2026-07")
    return "quarter" if match[2] else "month" if match[3] else "year"


def _position(label: str | int, length: str) -> int:
    match = _LABEL.fullmatch(str(label))
    if not match:
        raise ValueError(f"{label!r} is not a period: write 2026, 2026Q3 or 2026-07")
    year, quarter, month = match.groups()
    if (quarter and length != "quarter") or (month and length != "month"):
        raise ValueError(f"{label!r} does not fit periods of a {length}")
    if month and not 1 <= int(month) <= 12:
        raise ValueError(f"{label!r} has no such month")
    return int(year) * PERIODS_PER_YEAR[length] + int(quarter or month or 1) - 1
