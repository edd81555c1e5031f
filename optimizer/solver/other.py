"""One matrix, one objective, one run of another solver than HiGHS, in the solver's process."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.contract.solvers import ENGINES, HIGHS
from optimizer.solver import highs
from optimizer.solver.highs import BELIEVED, DOLLAR, Limits, LostError, Outcome, SolverError, target, task_of
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.process import Watch, solve
from optimizer.solver.task import Answer, Task

ASKED_S = 10.0
"""How long HiGHS looks for a plan where another solver says that there is none, in seconds and at least."""

NOTHING_FOUND = "no_solution"


def minimise(
    matrix: Matrix,
    objective: Expression,
    limits: Limits,
    *,
    maximise: bool = False,
    start: Vector | None = None,
    known_bound: float | None = None,
    nodes: int | None = None,
    presolve: bool = True,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """``highs.minimise`` with the solver of ``limits``.

    That there is no plan is believed where HiGHS finds none, either, or nothing in the time that the verdict took; with
    a ``start`` it is never believed. A plan is optimal where its bound is within the gap, whatever the solver calls it.
    Raises as ``highs.minimise``, with the solver's own words where it refuses.
    """
    sign = -1.0 if maximise else 1.0
    if stop is not None and stop.is_set():
        return Outcome(NOTHING_FOUND, None, math.nan, -sign * math.inf if known_bound is None else known_bound)
    scaled, scale = matrix.well_scaled()
    if _is_impossible(scaled):
        return Outcome("infeasible", None, math.nan, math.nan)
    minimised = Expression(sign * objective.cost * scale, sign * objective.constant)
    begin = None if start is None else start / scale
    known = -math.inf if known_bound is None else sign * known_bound
    limits = limits if start is None else limits.with_plan()
    run = _Run(scaled, minimised, limits, begin, known, nodes, presolve, _own_sense(watch, sign), stop)
    try:
        found = run.outcome()
    except LostError as lost:
        lost.plans[:] = [x * scale for x in lost.plans] + ([] if start is None else [start])
        lost.bound *= sign
        raise
    return replace(found, value=sign * found.value, bound=sign * found.bound).rescaled(scale, objective)


@dataclass(frozen=True)
class _Run:
    """A minimum that is looked for; ``known_bound`` of it."""

    matrix: Matrix
    objective: Expression
    limits: Limits
    start: Vector | None
    known_bound: float
    nodes: int | None
    presolve: bool
    watch: Watch | None
    stop: threading.Event | None

    def outcome(self) -> Outcome:
        begun, task = time.monotonic(), self._task()
        answer = self._answer(task)
        if answer.status == "Infeasible":
            start, patience = self.start, max(ASKED_S, time.monotonic() - begun)
            start = self._plan_of_highs(patience) if start is None else start
            if start is None:
                return Outcome("infeasible", None, math.nan, math.nan)
            options = task.options | {"presolve": False}
            options["time_limit"] = max(0.0, self.limits.since(begun).time_limit_s)
            answer = self._answer(replace(task, start=start, options=options))
            if answer.status == "Infeasible":
                if self.start is None:
                    raise SolverError(
                        f"{self._name} says that there is no plan, and HiGHS has one; solve it without --solver"
                    )
                return Outcome(NOTHING_FOUND, None, math.nan, self.known_bound)
        if answer.status in ("Unbounded", "UnboundedOrInfeasible"):
            return self._without_optimum()
        return self._read(answer)

    def _task(self) -> Task:
        options: dict[str, Any] = {
            "gap_share": self.limits.gap_share,
            "gap_musd": self.limits.gap_musd,
            "time_limit": max(0.0, self.limits.time_limit_s),
            "threads": self.limits.threads,
            "seed": self.limits.seed,
            "target": target(self.known_bound, self.limits) if self.known_bound > -math.inf else None,
            "nodes": self.nodes,
            "presolve": self.presolve,
        }
        task = task_of(self.matrix, self.objective, options)
        return replace(task, solver=self.limits.solver, start=self.start, plan_s=self.limits.plan_s)

    def _answer(self, task: Task) -> Answer:
        try:
            return solve(task, self.watch, self.stop)
        except LostError:
            raise
        except SolverError as error:
            remedy = "a licence of its maker's lifts limits of size; without --solver HiGHS solves it"
            raise SolverError(f"{self._name} refuses: {str(error).strip().rstrip('.')}; {remedy}") from error

    def _read(self, answer: Answer) -> Outcome:
        bound = max(answer.bound, self.known_bound)
        if answer.x is None:
            return Outcome(NOTHING_FOUND, None, math.nan, bound)
        value = self.objective.value(answer.x)
        # a bound may be above the value of its plan by what rows tolerate
        enough = max(self.limits.gap_musd, self.limits.gap_share * abs(value)) + DOLLAR + BELIEVED * abs(value)
        # a search that was ended at a plan within the gap of the known bound is done
        done = answer.status == "Optimal" or self.known_bound > -math.inf
        return Outcome("optimal" if done and value - bound <= enough else "feasible", answer.x, value, bound)

    def _without_optimum(self) -> Outcome:
        """Tell infeasible from unbounded: a solver may know only that there is no optimum."""
        nothing = Expression(np.zeros_like(self.objective.cost), 0.0)
        if self.objective.cost.any():
            probe = replace(self, objective=nothing, start=None, known_bound=-math.inf, nodes=None, watch=None)
            found = probe.outcome()
        else:
            found = highs.minimise(self.matrix, nothing, replace(self.limits, solver=HIGHS), stop=self.stop)
        return found if found.x is None else Outcome("unbounded", None, math.nan, math.nan)

    def _plan_of_highs(self, seconds: float) -> Vector | None:
        """Any plan, if HiGHS finds one in time."""
        nothing = Expression(np.zeros_like(self.objective.cost), 0.0)
        brief = replace(self.limits, time_limit_s=seconds, plan_s=None)
        return highs.minimise(self.matrix, nothing, brief, stop=self.stop).x

    @property
    def _name(self) -> str:
        return ENGINES[self.limits.solver].name


def _own_sense(watch: Watch | None, sign: float) -> Watch | None:
    if watch is None:
        return None
    return lambda incumbent, bound, trying: watch(sign * incumbent, sign * bound, trying)


def _is_impossible(matrix: Matrix) -> bool:
    """Whether a row without entries or a column is broken whatever is decided; not every solver looks at those."""
    empty = np.diff(matrix.rows.indptr) == 0
    broken = empty & ((matrix.row_low > highs.TOLERANCE) | (matrix.row_high < -highs.TOLERANCE))
    return bool(broken.any() or (matrix.low > matrix.high + highs.TOLERANCE).any())
