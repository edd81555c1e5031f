"""A limit in one period, and whether it binds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Below this (a dollar, a watt, a thousandth of a unit) two amounts are the same.
TOLERANCE = 1e-6
BINDING_SHARE = 1e-4
"""Within this share of the larger, two amounts are the same: the limit binds."""


@dataclass(frozen=True)
class Limit:
    """A limit in one period: ``used`` against ``allowed``, in ``unit``; a floor is met from above."""

    limit: str
    place: str
    t: int
    used: float
    allowed: float
    unit: str
    floor: bool = False

    @property
    def headroom(self) -> float:
        """What is left, negative in a breach."""
        return self.used - self.allowed if self.floor else self.allowed - self.used

    @property
    def binding(self) -> bool:
        size = max(abs(self.used), abs(self.allowed))
        if size <= TOLERANCE:
            return self.floor
        return (self.floor or self.allowed > TOLERANCE) and self.headroom <= max(TOLERANCE, BINDING_SHARE * size)


def by_period(
    limit: str, place: str, used: Sequence[float], allowed: Sequence[float], unit: str, floor: bool = False
) -> Iterator[Limit]:
    """One limit in every period."""
    for t, (now, most) in enumerate(zip(used, allowed, strict=True), 1):
        yield Limit(limit, place, t, now, most, unit, floor)
