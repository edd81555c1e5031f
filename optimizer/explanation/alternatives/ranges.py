"""What all plans within a share of the best have in common: the least and the greatest of every sum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.explanation.alternatives.space import Space
from optimizer.explanation.alternatives.sums import NOTHING, Sum
from optimizer.explanation.clock import Clock
from optimizer.solver.matrix import Vector

WHOLE_ROOM = 1e-3
"""A bound of a whole number is raised to the next one if it lies beyond the last one by more than this."""


@dataclass
class Known:
    """A sum with what is proven of it over all plans within the share: from ``least`` to ``greatest``."""

    sum: Sum
    least: float
    greatest: float
    exact: set[bool]
    """Of which end, greatest or not, there is nothing left to prove."""

    def proven(self, greatest: bool, bound: float) -> None:
        """Take a bound of one end."""
        if not math.isfinite(bound):
            return
        if self.sum.whole:
            bound = math.floor(bound + WHOLE_ROOM) if greatest else math.ceil(bound - WHOLE_ROOM)
        if greatest:
            self.greatest = max(self.least, min(self.greatest, bound))
        else:
            self.least = min(self.greatest, max(self.least, bound))


def known_sums(space: Space) -> list[Known]:
    """The sums with what follows from the bounds of their columns."""
    found = []
    for each in space.sums:
        cost, low, high = each.expression.cost, space.widest.low, space.widest.high
        used = np.nonzero(cost)[0]
        ends = np.array([cost[used] * low[used], cost[used] * high[used]])
        least, greatest = (math.fsum([each.expression.constant, *part]) for part in (ends.min(0), ends.max(0)))
        known = Known(each, -math.inf, math.inf, set() if used.size else {True, False})
        known.proven(False, least)
        known.proven(True, greatest)
        found.append(known)
    return found


def by_relaxation(space: Space, known: Sequence[Known], clock: Clock) -> None:
    """Narrow each sum by linear programmes, the sums over all periods first."""
    for each in sorted(known, key=lambda each: each.sum.kind == "start"):
        for greatest in (False, True):
            if clock.left_s > 0.0 and greatest not in each.exact and each.greatest > each.least:
                found = space.extreme(each.sum, greatest, clock, relaxed=True)
                if found is not None and found.status == "optimal":
                    each.proven(greatest, found.bound)


def by_search(space: Space, known: Sequence[Known], clock: Clock, *, verdicts_only: bool) -> None:
    """Find out of each sum that is not decided whether there can be none of it, or some; else narrow every end."""
    for each in known:
        for greatest in (False, True):
            if clock.left_s <= 0.0:
                return
            if greatest not in each.exact and (_is_open(space, each, greatest) or not verdicts_only):
                _search(space, each, greatest, clock)


def _search(space: Space, each: Known, greatest: bool, clock: Clock) -> None:
    found = space.extreme(each.sum, greatest, clock, relaxed=False)
    if found is None:
        return
    each.proven(greatest, found.bound)
    if found.status == "optimal":
        each.exact.add(greatest)
    if found.x is not None:
        space.polished(found.x, each.sum.expression, greatest, clock)
    end = each.greatest if greatest else each.least
    if not any(abs(value_at(each.sum, x) - end) <= NOTHING for x in space.plans):
        space.witness(each.sum, greatest, clock)


def value_at(each: Sum, x: Vector) -> float:
    """A sum in a plan, by the values of all columns."""
    value = each.expression.value(x)
    return float(round(value)) if each.whole else value


def _is_open(space: Space, each: Known, greatest: bool) -> bool:
    """Whether there may be a plan with some (``greatest``) or with none of a sum, and no such plan is known."""
    values = [value_at(each.sum, x) for x in space.plans]
    if greatest:
        return each.greatest > NOTHING and not any(value > NOTHING for value in values)
    return each.least <= NOTHING and not any(value <= NOTHING for value in values)
