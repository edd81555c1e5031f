"""What solved neighbours of a programme tell about it: a plan to start from, and a bound that holds here too."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from optimizer.solver.highs import TOLERANCE, Limits, minimise
from optimizer.solver.level import Hint, Objective, Solution, Stage
from optimizer.solver.matrix import Mask, Matrix, Names, Vector

FIRST, LAST = 2, 3
"""So many of the first and of the last neighbours are remembered."""

REPAIR_SECONDS = 5.0
"""Most time for making a neighbour's plan fit: the binaries that follow from its decisions are found anew."""


@dataclass(frozen=True)
class Neighbour:
    """A solved programme."""

    names: Names
    solution: Solution


@dataclass
class WarmStarts:
    """Neighbours solved before. The result of a programme never depends on them beyond its gap.

    Of many, the first (the ends of a chain) and the last (the nearest on the way) are kept: asking all of them would
    in the end take longer than solving. ``last`` is what was solved last, by all that it was made of but the values of
    caps: who makes matrices keeps it there (``solving/compile.py``).
    """

    neighbours: list[Neighbour] = field(default_factory=list)
    last: tuple[Hashable, Any] | None = None

    def add(self, names: Names, solution: Solution) -> None:
        """Remember a solved programme."""
        self.neighbours.append(Neighbour(names, solution))
        if len(self.neighbours) > FIRST + LAST:
            del self.neighbours[FIRST]

    def hints(self, names: Names, followers: Mask, limits: Limits) -> NeighbourHints:
        """What is known before a programme with these names is solved."""
        return NeighbourHints(self.neighbours, names, followers, limits)


@dataclass(frozen=True)
class NeighbourHints:
    """Hints for the levels of one programme."""

    neighbours: Sequence[Neighbour]
    names: Names
    followers: Mask
    limits: Limits

    def __call__(self, index: int, matrix: Matrix, objective: Objective, start: Vector | None) -> Hint:
        """The hint for level ``index``; ``start`` is the plan of the level before."""
        sign = 1.0 if objective.minimise else -1.0
        starts = [] if start is None else [start]
        bounds: list[float] = []
        for neighbour in self.neighbours:
            if index >= len(neighbour.solution.stages):
                continue
            stage = neighbour.solution.stages[index]
            begin = self._start(stage.x, neighbour.names, matrix, objective, not starts)
            if begin is not None:
                starts.append(begin)
            if self._covers(neighbour, stage, matrix, objective):
                bounds.append(stage.level.bound)
        best = min(starts, key=lambda x: sign * objective.value(x)) if starts else None
        return Hint(best, max(bounds, key=lambda bound: sign * bound) if bounds else None, bool(self.neighbours))

    def _start(self, x: Vector, names: Names, matrix: Matrix, objective: Objective, wanted: bool) -> Vector | None:
        """The neighbour's plan as it is, or with its decisions kept and the rest found anew."""
        here = self._placed(x, names, matrix)
        if not (np.isfinite(here).all()):
            return None
        if _fits(matrix, here):
            return here
        expression = objective.expression
        found = minimise(matrix.fixed_integers(here), expression, self.limits, maximise=not objective.minimise)
        if found.x is None and wanted and (self.followers & matrix.integer).any():
            brief = replace(self.limits, time_limit_s=min(REPAIR_SECONDS, self.limits.time_limit_s))
            loose = matrix.fixed_integers(here, free=self.followers)
            found = minimise(loose, expression, brief, maximise=not objective.minimise)
        return found.x

    def _placed(self, x: Vector, names: Names, matrix: Matrix) -> Vector:
        """The values of the neighbour's columns at the columns of the same name; others as near to 0 as they may."""
        if names.columns == self.names.columns:
            return x
        known = dict(zip(names.columns, x.tolist(), strict=True))
        nearest = np.clip(np.zeros(matrix.shape[1]), matrix.low, matrix.high)
        return np.array([known.get(name, near) for name, near in zip(self.names.columns, nearest, strict=True)])

    def _covers(self, neighbour: Neighbour, stage: Stage, matrix: Matrix, objective: Objective) -> bool:
        """Whether every plan of this level is one of the neighbour's too, at the same objective."""
        other, there = stage.objective, stage.matrix
        if neighbour.names.columns != self.names.columns or other.name != objective.name:
            return False
        same = np.array_equal(other.expression.cost, objective.expression.cost)
        same = same and other.expression.constant == objective.expression.constant
        if objective.denominator is not None and other.denominator is not None:
            same = same and np.array_equal(other.denominator.cost, objective.denominator.cost)
            same = same and other.denominator.constant == objective.denominator.constant
        same = same and (objective.denominator is None) == (other.denominator is None)
        same = same and np.array_equal(there.integer, matrix.integer)
        inside = bool((matrix.low >= there.low).all() and (matrix.high <= there.high).all())
        return same and inside and self._implies(matrix, there, neighbour.names)

    def _implies(self, matrix: Matrix, there: Matrix, names: Names) -> bool:
        """Whether each row of the neighbour follows from the row of the same name here, within the bounds here.

        With a′·x ≤ b′ here, a·x ≤ b follows if (a − a′)·x ≤ b − b′ at every x within the bounds. A row that is
        missing here has to follow from the bounds alone: it is compared with 0·x ≤ 0.
        """
        place = {name: i for i, name in enumerate(self.names.rows)}
        added = range(len(self.names.rows), matrix.shape[0])
        rows = [place.get(name, -1) for name in names.rows]
        extra = there.shape[0] - len(names.rows)
        if extra > len(added):
            return False
        # rows of levels before come in the same order, after those of caps
        rows += list(added)[len(added) - extra :]
        here = matrix.with_row(np.zeros(matrix.shape[1]), 0.0, 0.0)
        change = there.rows - here.rows[rows]
        change.eliminate_zeros()
        reach = change.tocoo()
        with np.errstate(invalid="ignore"):
            ends = reach.data * matrix.low[reach.col], reach.data * matrix.high[reach.col]
        most, least = np.zeros(there.shape[0]), np.zeros(there.shape[0])
        np.add.at(most, reach.row, np.maximum(*ends))
        np.add.at(least, reach.row, np.minimum(*ends))
        high, low = here.row_high[rows], here.row_low[rows]
        from_above = np.isposinf(there.row_high) | (most + high <= there.row_high)
        from_below = np.isneginf(there.row_low) | (least + low >= there.row_low)
        return bool(from_above.all() and from_below.all())


def _fits(matrix: Matrix, x: Vector) -> bool:
    """Whether a plan keeps every bound and row here, to the tolerance of the linear programmes."""
    activity = matrix.rows @ x
    size = np.abs(matrix.rows) @ np.abs(x)
    room = TOLERANCE * np.maximum(1.0, size)
    rows = (activity >= matrix.row_low - room) & (activity <= matrix.row_high + room)
    columns = (x >= matrix.low - TOLERANCE) & (x <= matrix.high + TOLERANCE)
    whole = np.abs(x - np.round(x))[matrix.integer] == 0.0
    return bool(rows.all() and columns.all() and whole.all()) and math.isfinite(float(activity.sum()))
