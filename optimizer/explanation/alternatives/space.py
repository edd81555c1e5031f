"""The plans within a share of the best, as two matrices, and what is asked of them until the time is up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from optimizer.explanation.alternatives.budgets import Budget, held_to, keeps
from optimizer.explanation.alternatives.sums import GROUPS, Sum
from optimizer.explanation.clock import Clock
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits, Outcome, SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solving.compiled import Compiled
from optimizer.solving.programme import Programme

LEAST_S = 2.0
"""A search may take as many seconds, or its share of those that are left, whichever is more."""
ROUNDING = 1e-6
"""By this part of its size, and by this much, an amount of the plan may be found otherwise."""
ENOUGH = 1e-4
"""The gap, as a share, at which a least or a greatest sum is known."""
SUMMED = frozenset(group.table.name for group in GROUPS)


@dataclass
class Space:
    """An instance with its programme, its sums and its budgets.

    ``widest`` has every plan within the share of the best, ``offered`` only such plans (None where a level has no
    bound). ``plans`` are those of ``offered`` that are known: values of all columns.
    """

    instance: Instance
    built: BuiltModel
    compiled: Compiled
    programme: Programme
    budgets: tuple[Budget, ...]
    sums: Sequence[Sum]
    plans: list[Vector] = field(default_factory=list)
    widest: Matrix = field(init=False)
    offered: Matrix | None = field(init=False)

    def __post_init__(self) -> None:
        matrix, objectives = self.programme.matrix, self.programme.objectives
        self.widest = held_to(matrix, objectives, [each.widest for each in self.budgets])
        limits = [each.offered for each in self.budgets if each.offered is not None]
        self.offered = held_to(matrix, objectives, limits) if len(limits) == len(self.budgets) else None

    def remember(self, x: Vector) -> bool:
        """Keep a plan that may be offered; whether it is one."""
        x = x[: self.compiled.matrix.shape[1]]
        if not keeps(self.programme.objectives, self.budgets, x):
            return False
        self.plans.append(x)
        return True

    def limits(self, seconds: float, gap: float = ENOUGH) -> Limits:
        """Limits of a search of so many seconds."""
        own = self.instance.solve
        return Limits(gap, max(0.0, seconds), own.threads, own.seed)

    def extreme(self, each: Sum, greatest: bool, clock: Clock, *, relaxed: bool) -> Outcome | None:
        """The greatest or the least of a sum over ``widest``; ``relaxed``: without whole numbers. None if unknown."""
        matrix = self.widest.relaxed() if relaxed else self.widest
        start = self.plans[0] if self.plans and not relaxed else None
        return self._asked(matrix, each.expression, greatest, start, clock)

    def witness(self, each: Sum, greatest: bool, clock: Clock) -> None:
        """Look for a plan that may be offered and has a sum as great or as small as can be; it is remembered."""
        if self.offered is not None:
            start = self.plans[0] if self.plans else None
            found = self._asked(self.offered, each.expression, greatest, start, clock)
            if found is not None and found.x is not None:
                self.polished(found.x, each.expression, greatest, clock)

    def polished(self, x: Vector, goal: Expression, greatest: bool, clock: Clock) -> None:
        """Remember the best plan with the whole numbers of ``x`` that may be offered, if there is one.

        It is read from a linear programme, so that it does not lean on the tolerance of a search.
        """
        if self.offered is not None:
            found = self._asked(self.offered.fixed_integers(x), goal, greatest, None, clock)
            if found is not None and found.x is not None:
                self.remember(found.x)

    def _asked(
        self, matrix: Matrix, goal: Expression, greatest: bool, start: Vector | None, clock: Clock
    ) -> Outcome | None:
        seconds = min(clock.left_s, max(LEAST_S, 0.1 * clock.left_s))
        if seconds <= 0.0:
            return None
        try:
            return minimise(matrix, goal, self.limits(seconds), maximise=greatest, start=start)
        except SolverError:
            return None

    def begin_with(self, plan: Plan, clock: Clock) -> None:
        """Remember the plan, or else one with its whole numbers, whose money is found anew."""
        if self.offered is None:
            return
        for whole_only in (False, True):
            matrix = self._with_decisions(self.offered, plan.decisions, whole_only)
            first = self.programme.objectives[0]
            found = self._asked(matrix, first.expression, not first.minimise, None, clock)
            if found is not None and found.x is not None and self.remember(found.x):
                return

    def _with_decisions(
        self, matrix: Matrix, decisions: Mapping[str, Sequence[Mapping[str, Any]]], whole_only: bool
    ) -> Matrix:
        """The matrix with the columns of the tables of a plan at what the plan has of them."""
        low, high = matrix.low.copy(), matrix.high.copy()
        label = self.instance.periods.label
        for decision in self.built.model.decisions:
            table = decision.table
            if table.name not in SUMMED or (whole_only and not table.whole):
                continue
            written = decisions.get(table.name, ())
            rows = {tuple(str(row[key]) for key in table.keys): row[table.value] for row in written}
            for key, amount in decision.items():
                parts = key if isinstance(key, tuple) else (key,)
                named = zip(table.keys, parts, strict=True)
                name = tuple(label(part) if column == "period" else str(part) for column, part in named)
                expression = self.compiled.expression(amount)
                columns = np.nonzero(expression.cost)[0]
                if columns.size != 1 or expression.cost[columns[0]] != 1.0:
                    continue
                j, value = columns[0], (rows.get(name, 0.0) / decision.scale) - expression.constant
                room = 0.0 if table.whole else ROUNDING * max(1.0, abs(value))
                low[j], high[j] = max(low[j], value - room), min(high[j], value + room)
        return replace(matrix, low=low, high=np.maximum(low, high))
