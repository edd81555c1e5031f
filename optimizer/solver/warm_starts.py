"""What solved neighbours of a programme tell about it: a plan to start from, a bound, or the whole answer."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from optimizer.solver.highs import Limits, beats, minimise
from optimizer.solver.implied import fits, implies
from optimizer.solver.level import Hint, Objective, Solution, Stage
from optimizer.solver.levels import replayed
from optimizer.solver.matrix import Expression, Mask, Matrix, Names, Vector

FIRST, LAST = 2, 3
"""So many of the first and of the last neighbours are remembered, where their places in a row are not known."""

REPAIR_SECONDS = 5.0
"""Most time for making a neighbour's plan fit: what follows from its decisions is found anew, or all but what is built.
"""
REPAIR_NODES = 400

SUM = " + "
"""Between the names of columns, or rows, that are searched as one."""


@dataclass(frozen=True)
class Cleanup:
    """What was brought down once the levels were solved, and the integers that were free then."""

    expressions: Sequence[Expression]
    followers: Mask

    def same_as(self, other: Cleanup) -> bool:
        """Whether a plan that one leaves is one that the other leaves."""
        one, two = self.expressions, other.expressions
        return (
            len(one) == len(two)
            and all(_same(*each) for each in zip(one, two, strict=True))
            and np.array_equal(self.followers, other.followers)
        )


@dataclass(frozen=True)
class Neighbour:
    """A solved programme. Where sums of its columns were searched, ``whole`` has it over all of them.

    ``cleanup`` is None where the plan of the solution was not cleaned up, or nobody knows; ``place`` its place in a row
    of neighbours.
    """

    names: Names
    solution: Solution
    whole: Neighbour | None = None
    cleanup: Cleanup | None = None
    place: int | None = None

    @property
    def over_all_columns(self) -> Neighbour:
        """It without sums."""
        return self.whole or self

    def seen_from(self, names: Names) -> Neighbour:
        """It over columns with these names where it was searched so; else without sums, of which others can be made."""
        return self if self.names.columns == names.columns else self.over_all_columns


@dataclass
class WarmStarts:
    """Neighbours solved before. The result of a programme never depends on them beyond its gap.

    Of many, the first (the ends of a chain) and the last (the nearest on the way) are kept: asking all of them would
    in the end take longer than solving. Where the ``place`` in a row of what is to be solved is known, the first and
    the nearest on both sides are asked, and who knows the row says which are kept. ``newest`` is the one that was
    added last, None if the last programme was answered by a neighbour. ``last`` is what was solved last, by all that it
    was made of but the values of caps: who makes matrices keeps it there (``solving/compile.py``).
    """

    neighbours: list[Neighbour] = field(default_factory=list)
    last: tuple[Hashable, Any] | None = None
    place: int | None = None
    newest: Neighbour | None = None

    def add(
        self, names: Names, solution: Solution, whole: Neighbour | None = None, cleanup: Cleanup | None = None
    ) -> None:
        """Remember a solved programme, and the ``whole`` of it where sums were searched."""
        self.newest = Neighbour(names, solution, whole, cleanup, self.place)
        self.neighbours.append(self.newest)
        if self.place is None and len(self.neighbours) > FIRST + LAST:
            del self.neighbours[FIRST]

    def keep_for(self, places: Sequence[int]) -> None:
        """Forget who is none of the first, and on neither side the nearest to one of these places in the row."""
        near = [each for place in places for each in _nearest(self.neighbours, place)]
        self.neighbours = [
            each for i, each in enumerate(self.neighbours) if i < FIRST or any(each is one for one in near)
        ]

    @property
    def asked(self) -> list[Neighbour]:
        """The neighbours that are asked, the nearest first where that is known."""
        if self.place is None:
            return self.neighbours
        near = _nearest(self.neighbours, self.place)
        return near + [each for each in self.neighbours[:FIRST] if not any(each is one for one in near)]

    def hints(self, names: Names, followers: Mask, limits: Limits, built: Mask | None = None) -> NeighbourHints:
        """What is known before a programme with these names is solved; ``built`` are its sites and orders."""
        return NeighbourHints(self.asked, names, followers, limits, built)

    def answer(
        self, names: Names, matrix: Matrix, objectives: Sequence[Objective], cleanup: Cleanup, limits: Limits
    ) -> Solution | None:
        """The solution of a neighbour that is one of this programme, too, within the gap; None if there is none.

        It is if every plan of the programme is one of the neighbour's, at the same objectives: then what is proven
        there of each level holds here; and if the neighbour's plans keep all limits here. What was brought down by the
        cleanup, as far as all plans there could be, cannot be lower here.
        """
        self.newest = None
        for neighbour in (each.over_all_columns for each in self.asked):
            solution = neighbour.solution
            if neighbour.cleanup is None or solution.interrupted or solution.lost is not None:
                continue
            if len(objectives) != len(solution.stages) or not neighbour.cleanup.same_as(cleanup):
                continue
            if not all(
                _same_level(each.objective, mine) for each, mine in zip(solution.stages, objectives, strict=True)
            ):
                continue
            if not all(level.status == "optimal" and level.within(limits) for level in solution.levels):
                continue
            plans = [*(stage.x for stage in solution.stages), solution.x]
            first = solution.stages[0].matrix
            if implies(matrix, names, first, neighbour.names) and all(fits(matrix, x) for x in plans):
                levels = [replace(level, seconds=0.0) for level in solution.levels]
                return replace(replayed(matrix, objectives, levels, plans[:-1]), x=solution.x)
        return None


def _nearest(neighbours: Sequence[Neighbour], place: int) -> list[Neighbour]:
    """The nearest neighbours on both sides of a place, the nearer first; one at the place is on both."""
    placed = [(each.place, each) for each in neighbours if each.place is not None]
    below = max((each for each in placed if each[0] <= place), key=lambda each: each[0], default=None)
    above = min((each for each in placed if each[0] >= place), key=lambda each: each[0], default=None)
    found = sorted((each for each in (below, above) if each is not None), key=lambda each: abs(each[0] - place))
    return [each for _, each in found[: 1 if below is above else 2]]


def _same_level(one: Objective, two: Objective) -> bool:
    """Whether two objectives are one, with their slack and what they keep."""
    parts = ("expression", "denominator", "base")
    plain = ("name", "minimise", "slack_share", "slack_musd", "log_share", "per_year", "inserted")
    kept = (one.keep is None) == (two.keep is None)
    kept = kept and (one.keep is None or two.keep is None or np.array_equal(one.keep, two.keep))
    return (
        kept
        and all(getattr(one, name) == getattr(two, name) for name in plain)
        and all(_same(getattr(one, name), getattr(two, name)) for name in parts)
    )


def _same(one: Expression | None, two: Expression | None) -> bool:
    if one is None or two is None:
        return one is two
    return one.constant == two.constant and np.array_equal(one.cost, two.cost)


@dataclass(frozen=True)
class NeighbourHints:
    """Hints for the levels of one programme; ``neighbours`` are asked in their order."""

    neighbours: Sequence[Neighbour]
    names: Names
    followers: Mask
    limits: Limits
    built: Mask | None = None

    def __call__(self, index: int, matrix: Matrix, objective: Objective, start: Vector | None) -> Hint:
        """The hint for level ``index``; ``start`` is the plan of the level before.

        A plan that does not fit is made to where it is better than those that do, or there are none. Where that is not
        to be had, what a neighbour builds is paid for otherwise; such a plan may be far from the best, and leaves a
        search its heuristics.
        """
        sign = 1.0 if objective.minimise else -1.0
        starts = [] if start is None else [start]
        bounds: list[float] = []
        broken: list[Vector] = []
        for neighbour in (each.seen_from(self.names) for each in self.neighbours):
            if index >= len(neighbour.solution.stages):
                continue
            stage = neighbour.solution.stages[index]
            here = self._placed(stage.x, neighbour.names, matrix)
            if np.isfinite(here).all():
                (starts if fits(matrix, here) else broken).append(here)
            if self._covers(neighbour, stage, matrix, objective):
                bounds.append(stage.level.bound)
        values = [sign * objective.value(x) for x in starts]
        for here in broken:
            if not values or beats(sign * objective.value(here), min(values)):
                found = self._repaired(here, matrix, objective)
                if found is not None:
                    starts.append(found)
                    values.append(sign * objective.value(found))
        good = bool(starts)
        for here in [] if good else broken:
            found = self._paid_for(here, matrix, objective)
            if found is not None:
                starts, values = [found], [sign * objective.value(found)]
                break
        best = starts[int(np.argmin(values))] if starts else None
        known = max(bounds, key=lambda bound: sign * bound) if bounds else None
        return Hint(best, known, bool(self.neighbours) and good, far=best is not None and not good)

    def _repaired(self, here: Vector, matrix: Matrix, objective: Objective) -> Vector | None:
        """A plan with the decisions of another, and what follows from them found anew."""
        expression, maximise = objective.expression, not objective.minimise
        found = minimise(matrix.fixed_integers(here), expression, self.limits, maximise=maximise).x
        if found is None and (self.followers & matrix.integer).any():
            loose = matrix.fixed_integers(here, free=self.followers)
            found = minimise(loose, expression, self._brief, maximise=maximise).x
        return found

    def _paid_for(self, here: Vector, matrix: Matrix, objective: Objective) -> Vector | None:
        """A plan that builds what another does, with the money for it found anew: something to begin with, no more."""
        if self.built is None or not (self.built & matrix.integer).any():
            return None
        loose = matrix.fixed_integers(here, free=~self.built)
        maximise = not objective.minimise
        return minimise(loose, objective.expression, self._brief, maximise=maximise, nodes=REPAIR_NODES).x

    @property
    def _brief(self) -> Limits:
        return replace(self.limits, time_limit_s=min(REPAIR_SECONDS, self.limits.time_limit_s))

    def _placed(self, x: Vector, names: Names, matrix: Matrix) -> Vector:
        """The values of the neighbour's columns at the columns of the same name; others as near to 0 as they may.

        Sums take the values of all that is in them.
        """
        if names.columns == self.names.columns:
            return x
        known: dict[str, float] = dict(zip(names.columns, x.tolist(), strict=True))
        nearest = np.clip(np.zeros(matrix.shape[1]), matrix.low, matrix.high)

        def value(name: str, near: float) -> float:
            return math.fsum(known.get(part, 0.0) for part in name.split(SUM)) if SUM in name else known.get(name, near)

        return np.array([value(*each) for each in zip(self.names.columns, nearest.tolist(), strict=True)])

    def _covers(self, neighbour: Neighbour, stage: Stage, matrix: Matrix, objective: Objective) -> bool:
        """Whether every plan of this level is one of the neighbour's too, at the same objective."""
        other = stage.objective
        same = other.name == objective.name and _same(other.expression, objective.expression)
        same = same and _same(other.denominator, objective.denominator)
        return same and implies(matrix, self.names, stage.matrix, neighbour.names)
