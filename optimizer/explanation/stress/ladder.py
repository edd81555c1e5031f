"""What gives way first, and how much of it at least: one quantity after another, each held at its least."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.explanation.clock import Clock
from optimizer.explanation.stress.elastic import Elastic
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits, SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector

FIRST = ("physical", "money", "unserved", "rescue late", "relief")
"""The order: commitments are kept, then the money that was planned, then what was promised to customers; then as little
money as can be comes from outside, and as late as it can; and covenants are broken by as little as that leaves."""

GAP_SHARE = 1e-5
"""The gap at which the least of a quantity is known well enough."""

TOLERANCE = 2e-7
"""By so much, times its size where that is more than 1, a quantity that is held at its least may be more: by more than
the solver takes for nothing."""


class ImpossibleError(Exception):
    """Proven: whatever gives way, there is no plan."""


class UndecidedError(Exception):
    """The time was up, or the solver failed, before anything was found."""


@dataclass(frozen=True)
class Least:
    """The least of a quantity that was found, and what is proven that it cannot be below."""

    value: float
    bound: float


@dataclass
class Ladder:
    """The programme with what has been held so far, and the last solution of it."""

    elastic: Elastic
    instance: Instance
    clock: Clock
    found: dict[str, Least] = field(default_factory=dict)
    x: Vector | None = None
    _matrix: Matrix | None = None

    @property
    def matrix(self) -> Matrix:
        return self.elastic.matrix if self._matrix is None else self._matrix

    def hold(self, known: Mapping[str, Least]) -> None:
        """Keep quantities at what is known of them."""
        for name, least in known.items():
            self.found[name] = least
            cost = self.elastic.costs[name]
            if cost.any():
                room = TOLERANCE * max(1.0, abs(least.value))
                self._matrix = self.matrix.with_row(cost, -math.inf, max(0.0, least.value) + room)

    def least(self, name: str) -> Least:
        """The least of a quantity beside all that is held; it is held from then on.

        Raises ImpossibleError, UndecidedError.
        """
        cost = self.elastic.costs[name]
        known = Least(0.0, 0.0) if not cost.any() and self.x is not None else self._minimum(Expression(cost, 0.0))
        self.hold({name: known})
        return known

    def _minimum(self, objective: Expression) -> Least:
        options = self.instance.solve
        limits = Limits(GAP_SHARE, self.clock.left_s, options.threads, options.seed, processor=self.clock.processor)
        try:
            outcome = minimise(self.matrix, objective, limits, start=self.x)
        except SolverError as error:
            raise UndecidedError(str(error)) from error
        if outcome.x is None:
            if outcome.status == "infeasible":
                raise ImpossibleError
            raise UndecidedError("the time was up: with more of it, more is known (--time-limit)")
        self.x = outcome.x
        bound = outcome.bound if math.isfinite(outcome.bound) else 0.0
        return Least(outcome.value, max(0.0, bound))


def climbed(elastic: Elastic, instance: Instance, clock: Clock, known: Mapping[str, Least] | None = None) -> Ladder:
    """What gives way, in the order of FIRST; ``known`` is held from the beginning. Raises as ``Ladder.least``."""
    ladder = Ladder(elastic, instance, clock)
    ladder.hold(known or {})
    for name in FIRST:
        if name not in ladder.found:
            ladder.least(name)
    return ladder


def least_rescue(elastic: Elastic, instance: Instance, clock: Clock, known: Mapping[str, Least]) -> Ladder:
    """The least total of money from outside beside what is ``known``, as late as it can come. Raises as above."""
    ladder = Ladder(elastic, instance, clock)
    ladder.hold(known)
    ladder.least("rescue")
    ladder.least("rescue late")
    return ladder
