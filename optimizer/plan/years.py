"""Periods of a plan drawn together to calendar years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import TypeVar

from optimizer.instance.calendar import Calendar

T = TypeVar("T")


@dataclass(frozen=True)
class Years:
    """Which periods, from 0, belong to which calendar year."""

    labels: list[str]
    periods: list[list[int]]

    @classmethod
    def of(cls, calendar: Calendar) -> Years:
        """The years of a calendar."""
        found: dict[str, list[int]] = {}
        for t, label in enumerate(calendar.labels):
            found.setdefault(label[:4], []).append(t)
        return cls(list(found), list(found.values()))

    def sums(self, values: Sequence[float]) -> list[float]:
        """Flows: the sum over the year."""
        return [fsum(values[t] for t in year) for year in self.periods]

    def ends(self, values: Sequence[T]) -> list[T]:
        """Stocks: the last period of the year."""
        return [values[year[-1]] for year in self.periods]

    def starts(self, values: Sequence[float]) -> list[float]:
        """Stocks carried in: the first period of the year."""
        return [values[year[0]] for year in self.periods]
