"""What the solved neighbours of an instance tell about it: a plan to start from, and a bound that holds here too."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.solver.compiled import Compiled
from optimizer.solver.handover import Lap, model_of
from optimizer.solver.highs import TOLERANCE, Limits, minimise
from optimizer.solver.levels import Hint, Solution, Stage, Target
from optimizer.solver.matrix import Mask, Matrix, Names, Vector

FIRST, LAST = 2, 3
"""So many of the first and of the last neighbours are remembered."""

REPAIR_SECONDS = 5.0
"""Most time for making a neighbour's plan fit: the binaries that follow from its decisions are found anew."""


@dataclass(frozen=True)
class Neighbour:
    """A solved instance."""

    names: Names
    solution: Solution


@dataclass
class Memory:
    """Neighbours solved before. The result of an instance never depends on them beyond its gap.

    Of many, the first (the ends of a chain) and the last (the nearest on the way) are kept: asking all of them would
    in the end take longer than solving.
    """

    neighbours: list[Neighbour] = field(default_factory=list)
    _built: tuple[tuple[str, frozenset[str]], BuiltModel, Compiled] | None = None

    def add(self, names: Names, solution: Solution) -> None:
        """Remember a solved instance."""
        self.neighbours.append(Neighbour(names, solution))
        if len(self.neighbours) > FIRST + LAST:
            del self.neighbours[FIRST]

    def model_of(
        self, instance: Instance, lap: Lap = lambda _: None, asked: Collection[str] = ()
    ) -> tuple[BuiltModel, Compiled]:
        """As ``handover.model_of``; where only the values of caps differ from the last, nothing is built again."""
        wanted = instance.hash, frozenset(asked)
        if self._built is None or self._built[0] != wanted:
            self._built = (wanted, *model_of(instance, lap, asked))
        else:
            lap("build")
        return self._built[1:]

    def clue(self, names: Names, followers: Mask, limits: Limits) -> Clue:
        """What is known before an instance with these names is solved."""
        return Clue(self.neighbours, names, followers, limits)


@dataclass(frozen=True)
class Clue:
    """Hints for the levels of one instance."""

    neighbours: Sequence[Neighbour]
    names: Names
    followers: Mask
    limits: Limits

    def __call__(self, index: int, matrix: Matrix, target: Target, start: Vector | None) -> Hint:
        """The hint for level ``index``; ``start`` is the plan of the level before."""
        sign = 1.0 if target.minimise else -1.0
        starts = [] if start is None else [start]
        bounds: list[float] = []
        for neighbour in self.neighbours:
            if index >= len(neighbour.solution.stages):
                continue
            stage = neighbour.solution.stages[index]
            begin = self._start(stage.x, neighbour.names, matrix, target, not starts)
            if begin is not None:
                starts.append(begin)
            if self._covers(neighbour, stage, matrix, target):
                bounds.append(stage.level.bound)
        best = min(starts, key=lambda x: sign * target.value(x)) if starts else None
        return Hint(best, max(bounds, key=lambda bound: sign * bound) if bounds else None, bool(self.neighbours))

    def _start(self, x: Vector, names: Names, matrix: Matrix, target: Target, wanted: bool) -> Vector | None:
        """The neighbour's plan as it is, or with its decisions kept and the rest found anew."""
        here = self._placed(x, names, matrix)
        if not (np.isfinite(here).all()):
            return None
        if _fits(matrix, here):
            return here
        goal = target.expression
        found = minimise(matrix.fixed_integers(here), goal, self.limits, maximise=not target.minimise)
        if found.x is None and wanted and (self.followers & matrix.integer).any():
            brief = replace(self.limits, time_limit_s=min(REPAIR_SECONDS, self.limits.time_limit_s))
            loose = matrix.fixed_integers(here, free=self.followers)
            found = minimise(loose, goal, brief, maximise=not target.minimise)
        return found.x

    def _placed(self, x: Vector, names: Names, matrix: Matrix) -> Vector:
        """The values of the neighbour's columns at the columns of the same name; others as near to 0 as they may."""
        if names.columns == self.names.columns:
            return x
        known = dict(zip(names.columns, x.tolist(), strict=True))
        nearest = np.clip(np.zeros(matrix.shape[1]), matrix.low, matrix.high)
        return np.array([known.get(name, near) for name, near in zip(self.names.columns, nearest, strict=True)])

    def _covers(self, neighbour: Neighbour, stage: Stage, matrix: Matrix, target: Target) -> bool:
        """Whether every plan of this level is one of the neighbour's too, at the same objective."""
        other, there = stage.target, stage.matrix
        if neighbour.names.columns != self.names.columns or other.name != target.name:
            return False
        same = np.array_equal(other.expression.cost, target.expression.cost)
        same = same and other.expression.constant == target.expression.constant
        if target.over is not None and other.over is not None:
            same = same and np.array_equal(other.over.cost, target.over.cost)
            same = same and other.over.constant == target.over.constant
        same = same and (target.over is None) == (other.over is None)
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
