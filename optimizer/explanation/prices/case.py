"""An instance as one question: its matrix, its first objective, and what a plan comes to."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.instance.schema import Instance
from optimizer.solver.highs import DOLLAR, Limits, minimise
from optimizer.solver.holding import held
from optimizer.solver.level import Hint, Level, Objective
from optimizer.solver.matrix import Matrix, Names, Vector
from optimizer.solver.one_level import Known, solve_level
from optimizer.solving.compile import compile_instance
from optimizer.solving.programme import Programme, programme_of
from optimizer.solving.start import with_build

Decisions = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Case:
    """An instance, built; ``kept`` is its matrix with the build of a plan, if there is one."""

    instance: Instance
    programme: Programme
    names: Names
    kept: Matrix | None = None

    @classmethod
    def of(cls, instance: Instance, caps: Mapping[str, float], decisions: Decisions | None = None) -> Case:
        """Build; with the ``decisions`` of a plan. Raises InstanceError, and TriviallyInfeasibleError."""
        built, compiled = compile_instance(instance, asked=caps)
        programme = programme_of(instance, built, compiled, caps)
        kept = None if decisions is None else with_build(programme.matrix, built, compiled, decisions)
        return cls(instance, programme, compiled.names, kept)

    @property
    def matrix(self) -> Matrix:
        """The matrix, with the rows of caps."""
        return self.programme.matrix

    @property
    def objective(self) -> Objective:
        """The first one."""
        return self.programme.objectives[0]

    @property
    def sign(self) -> float:
        """1 where less of the objective is better, −1 where more is."""
        return 1.0 if self.objective.minimise else -1.0

    def loss(self, x: Vector) -> float:
        """The objective at a plan, as something to be brought down."""
        return self.sign * self.objective.expression.value(x)

    def placed(self, x: Vector, names: Names) -> Vector:
        """A plan of another case over the columns of this one; of what was not there, as little as may be."""
        if names.columns == self.names.columns:
            return x
        known = dict(zip(names.columns, x.tolist(), strict=True))
        nearest = np.clip(np.zeros(self.matrix.shape[1]), self.matrix.low, self.matrix.high)
        return np.array([known.get(name, near) for name, near in zip(self.names.columns, nearest, strict=True)])

    def same_build(self, x: Vector, limits: Limits) -> Vector | None:
        """The best plan with the whole numbers of ``x``; None if there is none, or no time. Raises SolverError."""
        matrix, integer = self.matrix, self.matrix.integer
        whole = np.round(x[integer])
        if (whole < matrix.low[integer]).any() or (whole > matrix.high[integer]).any():
            return None
        goal = self.objective.expression
        found = minimise(matrix.fixed_integers(x), goal, limits, maximise=not self.objective.minimise)
        if found.x is None or found.status != "optimal":
            return None
        found.x[integer] = whole
        return np.clip(found.x, matrix.low, matrix.high)

    def cost(self, x: Vector, limits: Limits) -> float | None:
        """The least net present cost with the whole numbers of ``x``, the objective within the file's slack of ``x``.

        None if it is not known. Raises SolverError.
        """
        matrix, objective = self.matrix.fixed_integers(x), self.objective
        value = objective.value(x)
        level = Level(objective.name, "", "musd", value, value, 0.0, "optimal", 0.0)
        matrix = held(matrix, objective, level, x, objective.slack_share, objective.slack_musd + DOLLAR)
        for presolve in (True, False):  # which takes an objective that is held for infeasible
            outcome = minimise(matrix, self.programme.cleanup[0], limits, presolve=presolve)
            if outcome.status == "optimal":
                return outcome.value
        return None

    def relaxed(self, limits: Limits) -> float:
        """What no plan's loss is below, from the relaxation; −∞ if that is not known. Raises SolverError."""
        goal = self.objective.expression
        outcome = minimise(self.matrix.relaxed(), goal, limits, maximise=not self.objective.minimise)
        return self.sign * outcome.value if outcome.status == "optimal" else -math.inf

    def solved(self, start: Vector | None, limits: Limits) -> tuple[Vector, Level]:
        """The best plan, and what is proven of it. Raises NothingFoundError and SolverError."""
        known = Known(Hint(start), None, self.programme.layout, threading.Event())
        return solve_level(self.matrix, self.matrix, self.objective, limits, known)

    def start(self, limits: Limits) -> Vector | None:
        """The plan that the case was built with, over its columns; None if there is none. Raises SolverError."""
        if self.kept is None:
            return None
        goal = self.objective.expression
        brief = replace(limits, gap_share=0.0)
        return minimise(self.kept, goal, brief, maximise=not self.objective.minimise).x
