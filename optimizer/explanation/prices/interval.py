"""Between what a worth lies: the value before and after a step, each with its bound."""

from __future__ import annotations

import math
from typing import NamedTuple

from optimizer.solver.highs import DOLLAR


class Known(NamedTuple):
    """The loss of the best plan: found, and what it is proven not to be below."""

    found: float
    bound: float


class Interval(NamedTuple):
    """What a worth is not below, and not above."""

    low: float
    high: float

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The ends that are known."""
        return (
            self.low if math.isfinite(self.low) else None,
            self.high if math.isfinite(self.high) else None,
        )


def worth(before: Known, after: Known, *, monotone: bool, tighter: bool) -> Interval:
    """The loss before less that after, which is what a step is worth: its width is the sum of both gaps.

    Each of the losses V is from ``bound`` to ``found``, so that V − V′ is from bound − found′ to found − bound′; bounds
    hold to a dollar. What makes nothing dearer is not worth less than 0, and what is taken away is not worth more.
    """
    low, high = before.bound - after.found - DOLLAR, before.found - after.bound + DOLLAR
    if monotone and tighter and low <= 0.0:
        high = min(high, 0.0)
    elif monotone and not tighter and high >= 0.0:
        low = max(low, 0.0)
    return Interval(low, high)
