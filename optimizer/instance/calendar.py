"""Periods, their labels and their discount factors.

Periods are ``t = 1 … T``, each Δ years long. A label is ``2026`` (year), ``2026Q3`` (quarter) or ``2026-07`` (month).
All cash flows of a period fall on its end; instant 0 is the opening balance sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HOURS_PER_YEAR = 8760.0
PERIODS_PER_YEAR = {"year": 1, "quarter": 4, "month": 12}
TIMING = {"end": 0.0, "mid": 0.5, "start": 1.0}

_LABEL = re.compile(r"(\d{4})(?:Q([1-4])|-(\d{2}))?")


@dataclass(frozen=True)
class Calendar:
    """A run of equal periods.

    ``first`` counts periods since year 0: year·n + offset, n periods a year.
    """

    length: str
    first: int
    periods: int

    @classmethod
    def of(cls, start: str | int, length: str, periods: int) -> Calendar:
        """The calendar that begins with the period labelled ``start``. Raises ValueError on a bad label."""
        return cls(length, _position(start, length), periods)

    @property
    def per_year(self) -> int:
        return PERIODS_PER_YEAR[self.length]

    @property
    def years(self) -> float:
        """Δ, the length of a period in years."""
        return 1.0 / self.per_year

    @property
    def hours(self) -> float:
        """Hours in a period, 8760·Δ."""
        return HOURS_PER_YEAR * self.years

    @property
    def span(self) -> range:
        """The periods 1 … T."""
        return range(1, self.periods + 1)

    def label(self, t: int) -> str:
        """The label of period t; t may lie outside the calendar."""
        year, part = divmod(self.first + t - 1, self.per_year)
        if self.length == "year":
            return str(year)
        return f"{year}Q{part + 1}" if self.length == "quarter" else f"{year}-{part + 1:02d}"

    @property
    def labels(self) -> list[str]:
        return [self.label(t) for t in self.span]

    def step_index(self, label: str | int) -> int:
        """The period number of a label: below 1 if it lies before the calendar. Raises ValueError after its end."""
        index = _position(label, self.length) - self.first + 1
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
        """The periods from ``first`` to ``last``, both included; a missing end is the calendar's own."""
        low = 1 if first is None else self.index(first)
        high = self.periods if last is None else self.index(last)
        return range(low, high + 1)

    def discount_factors(self, rate: float, timing: str) -> tuple[float, ...]:
        """DF_t = (1 + rate)^(−Δ·(t − θ)) for t = 1 … T, θ from ``timing`` (end 0, mid ½, start 1)."""
        theta = TIMING[timing]
        return tuple((1.0 + rate) ** (-self.years * (t - theta)) for t in self.span)


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
