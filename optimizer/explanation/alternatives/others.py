"""Other plans within the share of the best, one after another: each as far as can be from all before it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.explanation.alternatives.apart import Apart
from optimizer.explanation.alternatives.distance import Feature, Term, distance, terms_of
from optimizer.explanation.alternatives.space import Space
from optimizer.explanation.clock import Clock
from optimizer.solver.highs import LostError, SolverError, minimise
from optimizer.solver.level import Hint, NothingFoundError, Solution
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Vector

WORTH = 0.01
"""A plan that differs by less from one that is known is not told."""
KEPT = 0.95
"""Of the distance that was found so much is kept, and the plan that is cheapest then is the alternative."""
FURTHEST_GAP = 0.02
"""The gap, as a share, at which the greatest distance is known."""
SEARCH_SHARE = 0.75
"""The part of an alternative's time in which it is looked for; the rest makes it cheap."""


@dataclass(frozen=True)
class Other:
    """Another plan by the values of all columns, as it was solved; see ``Alternative`` for the distances."""

    x: Vector
    solution: Solution
    apart: float
    apart_at_most: float


@dataclass
class Search:
    """Looks for other plans than ``base``, whose sums are given; ``uppers`` are the most that each sum can be."""

    space: Space
    features: Sequence[Feature]
    base: Sequence[float]
    uppers: Sequence[float]
    furthest: float | None = None

    def run(self, count: int, clock: Clock) -> Iterator[Other]:
        """Up to so many plans; none beyond is further from all of them than ``furthest``, if that is known."""
        known: list[Sequence[Term]] = [terms_of(self.features, self.base)]
        if self.space.offered is None or not known[0]:
            self.furthest = None if known[0] else 0.0
            return
        bound = 1.0
        for left in range(count, 0, -1):
            apart = Apart(self.space.offered, self.space.sums, known, self.uppers)
            found = self._next(apart, bound, clock.part(2.0 / (left + 1)))  # the first is hardest, and worth most
            if found is None:
                return
            if isinstance(found, float):
                self.furthest = found if found < WORTH else None
                return
            bound = min(bound, found.apart_at_most)
            yield found
            known.append(terms_of(self.features, self._sums(found.x)))

    def _next(self, apart: Apart, bound: float, clock: Clock) -> Other | float | None:
        """The next plan; how far there can be one at most, if that is little; None if the time is up."""
        space = self.space
        matrix = apart.extension().programme(replace(space.programme, matrix=apart.matrix)).matrix
        starts = [apart.start(x) for x in space.plans]
        start = max(starts, key=lambda x: float(apart.goal().value(x))) if starts else None
        search = clock.part(SEARCH_SHARE)
        if search.left_s <= 0.0:
            return None
        try:
            limits = space.limits(search.left_s, FURTHEST_GAP)
            found = minimise(matrix, apart.goal(), limits, maximise=True, start=start)
        except SolverError:
            return None
        bound = min(bound, found.bound) if math.isfinite(found.bound) else bound
        if found.x is None:
            return bound if found.status == "infeasible" else None
        reached = float(apart.goal().value(found.x))
        if reached < WORTH:
            return max(0.0, bound) if bound < WORTH else None
        solution = self._cheapest(apart, KEPT * reached, found.x, clock)
        if solution is None:
            return None
        x = solution.x[: apart.matrix.shape[1]]
        values = self._sums(x)
        return Other(x, solution, min(distance(terms, values) for terms in apart.terms), bound)

    def _cheapest(self, apart: Apart, least: float, x: Vector, clock: Clock) -> Solution | None:
        """The plan that is best by the objectives of the instance, at a distance of at least ``least``."""
        space = self.space
        programme = apart.extension(least).programme(replace(space.programme, matrix=apart.matrix))

        def hints(*known: Any) -> Hint:
            return Hint(start=x if known[-1] is None else known[-1])  # the plan of the level before

        limits = space.limits(max(1.0, clock.left_s), space.instance.solve.gap_share)
        # a second time with the whole numbers held, which takes no search, should the first one fail
        for matrix in (programme.matrix, programme.matrix.fixed_integers(x)):
            try:
                return solve_levels(
                    matrix, programme.objectives, programme.cleanup, programme.followers, limits, hints=hints
                )
            except (SolverError, LostError, NothingFoundError):
                continue
        return None

    def _sums(self, x: Vector) -> list[float]:
        return [each.expression.value(x) for each in self.space.sums]
