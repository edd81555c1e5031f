"""One matrix, one objective, one run of HiGHS."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.solver.factors import factored
from optimizer.solver.limits import AT_MOST_AWAY, DOLLAR, Limits
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.process import LostError, SolverError, Watch, solve
from optimizer.solver.task import Answer, Task
from optimizer.solver.ways import (
    BY_INTERIOR_POINT,
    CHEAP_NODES,
    FIRST_BY_INTERIOR_POINT,
    LITTLE_ROOM,
    MANY_COLUMNS,
    MANY_INTEGERS,
    PROOF_ONLY,
    SEARCH,
    SEARCH_LARGE,
    SECOND_SEARCHES,
    SECOND_TRIES,
    TOLERANCE,
    UNREDUCED,
    VERY_MANY_COLUMNS,
    WITH_START,
)

__all__ = [
    "BELIEVED",
    "DOLLAR",
    "TOLERANCE",
    "Limits",
    "LostError",
    "Outcome",
    "SolverError",
    "Watch",
    "beats",
    "minimise",
    "options_of",
    "target",
    "task_of",
]

BELIEVED = 1e-7
"""By this part of its value a plan may be better than its bound, which is the search tree's tolerance."""


@dataclass(frozen=True)
class Outcome:
    """What a run found. ``status`` is optimal, feasible, infeasible, unbounded or no_solution.

    ``x`` has one value per column (None without a solution); ``value`` and ``bound`` are in the objective's own sense.
    """

    status: str
    x: Vector | None
    value: float
    bound: float

    def rescaled(self, scale: Vector, objective: Expression) -> Outcome:
        """The same over the columns as they were before they were scaled, with the value read from them alone."""
        if self.x is None:
            return self
        x = self.x[: scale.size] * scale
        return replace(self, x=x, value=objective.value(x))


ASKED_AGAIN, MOMENT_S = 1.0, 1.0
"""How long a verdict is looked into, as a multiple of the time that it took, and in seconds beside."""


def minimise(
    matrix: Matrix,
    objective: Expression,
    limits: Limits,
    *,
    maximise: bool = False,
    start: Vector | None = None,
    known_bound: float | None = None,
    proof_only: bool = False,
    nodes: int | None = None,
    presolve: bool = True,
    below: float | None = None,
    cheap_nodes: bool = False,
    enough: float | None = None,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Solve to the gap, or until the time is up or ``stop`` is set; ``maximise`` turns the sense round.

    ``known_bound`` is one that is proven already, in the objective's own sense: a plan within the gap of it ends the
    search. ``proof_only`` leaves out the heuristics, for a ``start`` that is good; ``nodes`` ends a search after so
    many; only plans better than ``below`` are looked for, and the outcome is infeasible, with it as the bound, where
    there are none; ``cheap_nodes`` take little strong branching; a bound of ``enough`` ends a search that has no more
    to prove; without ``presolve`` the matrix is solved as it stands. ``watch`` hears of values in the objective's own
    sense. Raises SolverError if HiGHS fails, and LostError with the plans that there are, ``start`` among them, if its
    process goes down.
    """
    sign = -1.0 if maximise else 1.0
    if stop is not None and stop.is_set():
        return Outcome("no_solution", None, math.nan, -sign * math.inf if known_bound is None else known_bound)
    tree = _Tree(start, -math.inf if known_bound is None else sign * known_bound, proof_only, nodes, presolve)
    tree = replace(tree, below=math.inf if below is None else sign * below, cheap_nodes=cheap_nodes)
    tree = replace(tree, enough=None if enough is None else sign * enough)
    limits = limits if start is None else limits.with_plan()
    if matrix.shape[1] > MANY_COLUMNS:
        begun = time.monotonic()
        outcome = _minimise_scaled(matrix.without_far_bounds(), objective, limits, sign, tree, watch, stop)
        if outcome.status != "unbounded" and (outcome.x is None or matrix.ends_hold(outcome.x)):
            return outcome
        limits = limits.since(begun)
    return _minimise_scaled(matrix, objective, limits, sign, tree, watch, stop)


def _minimise_scaled(
    matrix: Matrix,
    objective: Expression,
    limits: Limits,
    sign: float,
    tree: _Tree,
    watch: Watch | None,
    stop: threading.Event | None,
) -> Outcome:
    """``_minimise`` of the matrix in a form that HiGHS takes well.

    A very large search is left to its scales: from ours the dual simplex method takes minutes for the cuts of the root.
    The linear programmes that plans are read from have ours whatever their size.
    """
    columns, search = matrix.shape[1], bool(matrix.integer.any())
    as_it_is = search and columns > VERY_MANY_COLUMNS
    scaled, scale = (matrix, np.ones(columns)) if as_it_is else matrix.well_scaled()
    form = factored(scaled, wanted=search and columns > MANY_COLUMNS)
    cost, start = Expression(form.of_columns(objective.cost * scale), objective.constant), tree.start
    tree = replace(tree, start=None if start is None else form.longer(start / scale))
    try:
        return _minimise(form.matrix, cost, limits, sign, tree, watch, stop).rescaled(scale, objective)
    except LostError as lost:
        lost.plans[:] = [x[: scale.size] * scale for x in lost.plans] + ([] if start is None else [start])
        lost.bound *= sign
        raise


@dataclass(frozen=True)
class _Tree:
    """What the search begins with; ``known_bound`` in the sense of a minimum."""

    start: Vector | None
    known_bound: float
    proof_only: bool
    nodes: int | None
    presolve: bool
    below: float = math.inf
    cheap_nodes: bool = False
    enough: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it looks for the best of all plans by itself, and presolve has a part in what it says."""
        return self.presolve and not self.proof_only and self.nodes is None and self.below == math.inf

    def options(self, matrix: Matrix) -> dict[str, Any]:
        """How to search, by what is there already and by the size of the matrix."""
        integers = int(matrix.integer.sum())
        options = SEARCH_LARGE if integers > MANY_INTEGERS else SEARCH
        if self.start is not None:
            options = WITH_START | (LITTLE_ROOM if integers <= MANY_INTEGERS else {})
        if self.proof_only:
            options = options | PROOF_ONLY
        if self.cheap_nodes:
            options = options | CHEAP_NODES
        if self.below < math.inf and integers <= MANY_INTEGERS:
            options = options | LITTLE_ROOM
        if matrix.shape[1] > MANY_COLUMNS:
            options = options | (FIRST_BY_INTERIOR_POINT if integers else BY_INTERIOR_POINT)
        if not self.presolve:
            options = options | UNREDUCED
        return options if self.nodes is None else options | {"mip_max_nodes": self.nodes}


def target(bound: float, limits: Limits) -> float:
    """A value as low as this is within the gap of a known bound, both of a minimum."""
    share = limits.gap_share if bound >= 0.0 else -limits.gap_share
    return max(bound / (1.0 - share) if share < 1.0 else bound, bound + limits.gap_musd)


def _minimise(
    matrix: Matrix,
    objective: Expression,
    limits: Limits,
    sign: float,
    tree: _Tree,
    watch: Watch | None,
    stop: threading.Event | None,
) -> Outcome:
    options = options_of(matrix, limits) | tree.options(matrix)
    if tree.known_bound > -math.inf:
        options["objective_target"] = target(tree.known_bound, limits)
    if tree.below < math.inf:
        options["objective_bound"] = tree.below
    task = task_of(matrix, Expression(sign * objective.cost, sign * objective.constant), options)
    task = replace(task, processor_s=limits.time_limit_s if limits.processor else None)
    tries = SECOND_SEARCHES if matrix.integer.any() else SECOND_TRIES
    task = replace(task, tries=tries, start=tree.start, plan_s=limits.plan_s, enough=tree.enough)

    def own_sense(incumbent: float, bound: float, trying: str) -> None:
        assert watch is not None
        watch(sign * incumbent, sign * bound, trying)

    begun = time.monotonic()
    answer = solve(task, own_sense if watch else None, stop)
    seconds = answer.processor_s if limits.processor else time.monotonic() - begun
    is_mip = bool(matrix.integer.any())
    if tree.below < math.inf and (answer.x is None or _value(answer.x, task) >= tree.below):
        proven = answer.status == "Optimal" and (answer.x is not None or answer.bound >= tree.below)
        if proven or answer.status in ("Infeasible", "ObjectiveBound"):
            return Outcome("infeasible", None, math.nan, sign * tree.below)
        return Outcome("no_solution", None, math.nan, sign * min(tree.below, max(answer.bound, tree.known_bound)))
    infeasible = answer.status == "Infeasible"
    without_bound = is_mip and answer.status == "Optimal" and math.isinf(answer.bound)
    if tree.presolve and (without_bound or (infeasible and tree.start is not None)):
        # levels held leave little room: presolve finds nothing feasible, and a start is called optimal without a bound
        answer = solve(replace(task, options=options | UNREDUCED), own_sense if watch else None, stop)
    elif tree.presolve and is_mip and (infeasible or _is_start(answer, task, tree) or _is_open(answer, task)):
        answer = _asked_again(task, answer, seconds, stop)
    elif tree.is_whole and is_mip and answer.status == "Optimal" and task.cost.any() and seconds < MOMENT_S:
        answer = _asked_again(replace(task, start=answer.x), answer, MOMENT_S, stop)
    x, bound = answer.x, sign * max(answer.bound, tree.known_bound)
    nothing = Outcome("no_solution", None, math.nan, -sign * math.inf)
    match answer.status:
        case "Infeasible" | "Unbounded" | "UnboundedOrInfeasible":
            return _without_optimum(matrix, objective, limits, answer, tree)
        case "ModelEmpty" | "Optimal" | "ObjectiveTarget" if x is not None:
            value = objective.value(x)
            bound = bound if x.size else value
            closed = math.isfinite(bound) and not _is_open(answer, task)
            return Outcome("optimal" if closed else "feasible", x, value, bound)
        case "Unknown" if not is_mip:
            return nothing
        case "TimeLimit" | "Interrupt" | "SolutionLimit" | "Optimal":
            bound = bound if is_mip else nothing.bound
            return replace(nothing, bound=bound) if x is None else Outcome("feasible", x, objective.value(x), bound)
        case _:
            raise SolverError(f"HiGHS ended with status {answer.status}")


def _is_start(answer: Answer, task: Task, tree: _Tree) -> bool:
    """Whether a search ended with the plan that it was given, and calls it the best.

    Who is after a proof expects that, and asks again only where it was called so before anything was looked at.
    """
    if answer.status != "Optimal" or answer.x is None or task.start is None or (tree.proof_only and answer.looked):
        return False
    return not _is_better(answer.x, task.start, task)


def _is_open(answer: Answer, task: Task) -> bool:
    """Whether a plan is called the best and is farther from the bound than the gap that was asked for."""
    if answer.status != "Optimal" or answer.x is None or not answer.x.size or not task.integer.any():
        return False
    value = _value(answer.x, task)
    return beats(answer.bound + max(task.options["mip_rel_gap"] * abs(value), task.options["mip_abs_gap"]), value)


def beats(value: float, other: float) -> bool:
    """Whether a finite value of a minimum is lower than another by more than a dollar and what a search tolerates."""
    return math.isfinite(other) and other - value > DOLLAR + BELIEVED * abs(value)


def _is_better(x: Vector, other: Vector, task: Task) -> bool:
    return beats(_value(x, task), _value(other, task))


def _value(x: Vector, task: Task) -> float:
    return float(task.cost @ x) + task.constant


def _asked_again(task: Task, verdict: Answer, seconds: float, stop: threading.Event | None) -> Answer:
    """What a search without presolve says where one with it found nothing, or nothing better than its start.

    A row that leaves less room than the tolerance misleads presolve (findings/highs-sliver-infeasible.sh), and cuts of
    what presolve left may take away all plans but the start (findings/highs-cut-infeasible.sh): the verdict is
    infeasible, or that the start is the best. Presolve may also take away the best plans by itself
    (findings/highs-implied-integer.sh), and nothing shows it: a search of less than a moment is asked again from its
    plan. Or what presolve has found is none of the plans (findings/highs-start-returned.sh): then the start comes back,
    with a bound that is lower, and if it is the best all the same, the second search has its bound. The second search
    may take ASKED_AGAIN times as long as the first, and a moment, or all of the time where the first closed nothing;
    where that cuts it short, a better plan of its is one of the first's verdict unless it is better than the first's
    bound.
    """
    patience = math.inf if _is_open(verdict, task) else MOMENT_S + ASKED_AGAIN * seconds
    if task.processor_s is None:
        task = replace(task, options=task.options | {"time_limit": min(task.options["time_limit"], patience)})
    else:
        task = replace(task, processor_s=min(task.processor_s, patience))
    try:
        second = solve(replace(task, options=task.options | UNREDUCED), stop=stop)
    except (SolverError, LostError):
        return verdict
    if second.x is None:
        return verdict
    if verdict.x is None or _is_better(second.x, verdict.x, task):
        bears_out = second.status != "Optimal" and verdict.x is not None and not _is_open(verdict, task)
        if bears_out and not beats(_value(second.x, task), verdict.bound):
            return replace(verdict, x=second.x, value=second.value)
        return second
    closes = second.status == "Optimal" and _is_open(verdict, task) and not _is_better(verdict.x, second.x, task)
    return second if closes else verdict


def _without_optimum(matrix: Matrix, objective: Expression, limits: Limits, answer: Answer, tree: _Tree) -> Outcome:
    """Tell infeasible from unbounded: HiGHS may know only that there is no optimum."""
    if answer.status == "Infeasible":
        return Outcome("infeasible", None, math.nan, math.nan)
    # what costs nothing cannot be unbounded: if presolve cannot tell, what is left is to solve it as it stands
    presolve = bool(objective.cost.any())
    if not (presolve or tree.presolve):
        return Outcome("infeasible", None, math.nan, math.nan)
    probe = minimise(matrix, Expression(np.zeros_like(objective.cost), 0.0), limits, presolve=presolve)
    if probe.x is not None:
        return Outcome("unbounded", None, math.nan, math.nan)
    return probe


def options_of(matrix: Matrix, limits: Limits) -> dict[str, Any]:
    """What holds for every run, whatever way it goes."""
    return {
        "threads": limits.threads,
        "random_seed": limits.seed,
        "time_limit": max(0.0, limits.time_limit_s) * (AT_MOST_AWAY if limits.processor else 1.0),
        "mip_rel_gap": limits.gap_share,
        "mip_abs_gap": limits.gap_musd,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": 1e-7 if matrix.integer.any() else TOLERANCE,
        "mip_feasibility_tolerance": 1e-7,
        "small_matrix_value": 1e-12,  # the least there is: what is smaller is left out
    }


def task_of(matrix: Matrix, objective: Expression, options: dict[str, Any]) -> Task:
    """The matrix and the objective to be minimised, as the solver's process takes them."""
    return Task(
        cost=objective.cost,
        constant=objective.constant,
        low=matrix.low,
        high=matrix.high,
        row_low=matrix.row_low,
        row_high=matrix.row_high,
        starts=matrix.rows.indptr.astype(np.int32, copy=False),
        columns=matrix.rows.indices.astype(np.int32, copy=False),
        data=matrix.rows.data,
        integer=matrix.integer.astype(np.int32),
        options=options,
    )
