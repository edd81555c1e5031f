"""One matrix, one objective, one run of HiGHS."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from optimizer.solver.matrix import Expression, Matrix, Vector

TOLERANCE = 1e-9
"""Primal and dual feasibility of the linear programmes that plans are read from."""


class SolverError(RuntimeError):
    """HiGHS failed or refused an option."""


@dataclass(frozen=True)
class Limits:
    """How hard to try: relative gap, wall-clock seconds, threads, random seed, and the absolute gap that is enough."""

    gap_share: float
    time_limit_s: float
    threads: int
    seed: int
    gap_musd: float = 1e-6

    def since(self, begun: float) -> Limits:
        """What is left of them when the time has run since ``begun``, of the monotonic clock."""
        return replace(self, time_limit_s=max(0.0, self.time_limit_s - (time.monotonic() - begun)))


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
        """The same over the columns as they were before they were scaled, with the value read from them."""
        if self.x is None:
            return self
        x = self.x * scale
        return replace(self, x=x, value=objective.value(x))


Watch = Callable[[float, float], None]
"""Called now and then with incumbent and bound, in the objective's own sense (nan where there is none)."""

SECOND_TRIES: tuple[dict[str, Any], ...] = (
    {"primal_feasibility_tolerance": 1e-8, "dual_feasibility_tolerance": 1e-8},
    {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7},
    {"solver": "ipm"},
)
"""What is tried when a linear programme cannot be decided at TOLERANCE; the audit judges what comes of it."""

SEARCH: dict[str, Any] = {
    "mip_heuristic_effort": 0.15,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_allow_cut_separation_at_nodes": False,
    "mip_allow_restart": False,
}
"""The search from nothing: plans come from the root's reduced costs, from the tree, and from where plan and relaxation
agree (RINS). Bounds close within some hundred nodes, so what makes a node or the root dear is left out."""

MANY_INTEGERS = 1000
SEARCH_LARGE: dict[str, Any] = {
    **SEARCH,
    "mip_heuristic_run_rens": True,
    "mip_heuristic_run_feasibility_jump": True,
}
"""From nothing, with more than MANY_INTEGERS: a node takes so long that plans have to come from rounding the root."""

MANY_COLUMNS = 5000
BY_INTERIOR_POINT: dict[str, Any] = {"solver": "ipm"}
FIRST_BY_INTERIOR_POINT: dict[str, Any] = {"mip_lp_solver": "ipm", "mip_ipm_solver": "ipx"}
"""A linear programme, and a tree's first, with more than MANY_COLUMNS. Only capital costs anything, so that most
columns cost nothing, and the dual simplex method makes very many steps that gain nothing."""

WITH_START: dict[str, Any] = {**SEARCH, "mip_heuristic_run_root_reduced_cost": False}
"""The search of one who has a plan: a first one need not be made at the root."""

PROOF_ONLY: dict[str, Any] = {**WITH_START, "mip_heuristic_effort": 0.0, "mip_heuristic_run_rins": False}
"""The search of one who has a good plan and wants to know that there is no better one."""

_settings = {"threads": 0}


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
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Solve to the gap, or until the time is up or ``stop`` is set; ``maximise`` turns the sense round.

    ``known_bound`` is one that is proven already, in the objective's own sense: a plan within the gap of it ends the
    search. ``proof_only`` leaves out the heuristics, for a ``start`` that is good; ``nodes`` ends a search after so
    many. Raises SolverError if HiGHS fails.
    """
    sign = -1.0 if maximise else 1.0
    if stop is not None and stop.is_set():
        return Outcome("no_solution", None, math.nan, -sign * math.inf)
    scaled, scale = matrix.well_scaled()
    goal = Expression(objective.cost * scale, objective.constant)
    begin = None if start is None else start / scale
    tree = _Tree(begin, -math.inf if known_bound is None else sign * known_bound, proof_only, nodes)
    return _minimise(scaled, goal, limits, sign, tree, watch, stop).rescaled(scale, objective)


@dataclass(frozen=True)
class _Tree:
    """What the search begins with; ``known_bound`` in the sense of a minimum."""

    start: Vector | None
    known_bound: float
    proof_only: bool
    nodes: int | None

    def options(self, matrix: Matrix) -> dict[str, Any]:
        """How to search, by what is there already and by the size of the matrix."""
        integers = int(matrix.integer.sum())
        options = SEARCH_LARGE if integers > MANY_INTEGERS else SEARCH
        if self.start is not None:
            options = WITH_START
        if self.proof_only:
            options = PROOF_ONLY
        if matrix.shape[1] > MANY_COLUMNS:
            options = options | (FIRST_BY_INTERIOR_POINT if integers else BY_INTERIOR_POINT)
        return options if self.nodes is None else options | {"mip_max_nodes": self.nodes}

    def target(self, limits: Limits) -> float:
        """A value as low as this is within the gap of the known bound."""
        bound = self.known_bound
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
    solver = loaded(matrix, Expression(sign * objective.cost, sign * objective.constant), limits)
    _set(solver, tree.options(matrix))
    if tree.start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = tree.start.tolist()
        solver.setSolution(solution)
    if tree.known_bound > -math.inf:
        _set(solver, {"objective_target": tree.target(limits)})
    run(solver, sign, watch, stop)
    for options in SECOND_TRIES:
        if matrix.integer.any() or _decided(solver):
            break
        solver.clearSolver()
        _set(solver, options)
        run(solver, sign, watch, stop)
    status, info = solver.getModelStatus(), solver.getInfo()
    statuses = highspy.HighsModelStatus
    is_mip = bool(matrix.integer.any())
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status in (statuses.kInfeasible, statuses.kUnbounded, statuses.kUnboundedOrInfeasible):
        return _without_optimum(matrix, objective, limits, status)
    if status == statuses.kModelEmpty or (status == statuses.kOptimal and found):
        x = np.array(solver.getSolution().col_value)
        bound = max(info.mip_dual_bound, tree.known_bound) if is_mip else info.objective_function_value
        value = objective.value(x)
        return Outcome("optimal", x, value, sign * bound if x.size else value)
    if status == statuses.kObjectiveTarget:
        x = np.array(solver.getSolution().col_value)
        return Outcome("optimal", x, objective.value(x), sign * max(info.mip_dual_bound, tree.known_bound))
    if status == statuses.kUnknown and not is_mip:
        return Outcome("no_solution", None, math.nan, -sign * math.inf)
    stopped = (statuses.kTimeLimit, statuses.kInterrupt, statuses.kSolutionLimit)
    if status not in stopped and status != statuses.kOptimal:
        raise SolverError(f"HiGHS ended with status {solver.modelStatusToString(status)}")
    bound = sign * max(info.mip_dual_bound, tree.known_bound) if is_mip else -sign * math.inf
    if not found:
        return Outcome("no_solution", None, math.nan, bound)
    x = np.array(solver.getSolution().col_value)
    return Outcome("feasible", x, objective.value(x), bound)


def relaxed(
    matrix: Matrix, objective: Expression, limits: Limits, stop: threading.Event | None = None
) -> Vector | None:
    """A minimum without integrality, by an interior point method: inside the face of the best, not at a corner of it.

    None if there is none, or no time.
    """
    scaled, scale = matrix.relaxed().well_scaled()
    solver = loaded(scaled, Expression(objective.cost * scale, objective.constant), limits)
    tolerance = {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7}
    _set(solver, {"solver": "ipx", "run_crossover": "off", **tolerance})
    run(solver, stop=stop)
    found = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return np.array(solver.getSolution().col_value) * scale if found else None


def _decided(solver: highspy.Highs) -> bool:
    """HiGHS may end a linear programme that doubles cannot resolve without a verdict, or with a broken row."""
    status = solver.getModelStatus()
    feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return status != highspy.HighsModelStatus.kUnknown and (status != highspy.HighsModelStatus.kOptimal or feasible)


def _without_optimum(matrix: Matrix, objective: Expression, limits: Limits, status: Any) -> Outcome:
    """Tell infeasible from unbounded: HiGHS may know only that there is no optimum."""
    nothing = Outcome("infeasible", None, math.nan, math.nan)
    if status == highspy.HighsModelStatus.kInfeasible:
        return nothing
    probe = minimise(matrix, Expression(np.zeros_like(objective.cost), 0.0), limits)
    if probe.x is not None:
        return Outcome("unbounded", None, math.nan, math.nan)
    return probe


def loaded(matrix: Matrix, objective: Expression, limits: Limits) -> highspy.Highs:
    """HiGHS with the matrix, the objective to be minimised and the limits. Raises SolverError if it refuses them."""
    if _settings["threads"] not in (0, limits.threads):
        highspy.Highs.resetGlobalScheduler(True)
    _settings["threads"] = limits.threads
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {
        "output_flag": False,
        "threads": limits.threads,
        "random_seed": limits.seed,
        "time_limit": max(0.0, limits.time_limit_s),
        "mip_rel_gap": limits.gap_share,
        "mip_abs_gap": limits.gap_musd,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": 1e-7 if matrix.integer.any() else TOLERANCE,
        "mip_feasibility_tolerance": 1e-7,
        "small_matrix_value": 1e-12,  # the least there is: what is smaller is left out
    }
    _set(solver, options)
    rows, columns = matrix.shape
    status = solver.passModel(
        columns,
        rows,
        matrix.rows.nnz,
        2,  # by rows
        1,  # minimise
        objective.constant,  # the relative gap is measured on the whole value
        objective.cost,
        matrix.low,
        matrix.high,
        matrix.row_low,
        matrix.row_high,
        matrix.rows.indptr.astype(np.int32, copy=False),
        matrix.rows.indices.astype(np.int32, copy=False),
        matrix.rows.data,
        matrix.integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refuses the matrix")
    return solver


def _set(solver: highspy.Highs, options: dict[str, Any]) -> None:
    for name, value in options.items():
        # an option that is refused would leave the run with another one, without a word
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS refuses {name} = {value}")


def run(
    solver: highspy.Highs, sign: float = 1.0, watch: Watch | None = None, stop: threading.Event | None = None
) -> None:
    """Run in a thread of its own, so that Ctrl-C reaches the caller at once and ``stop`` ends the run softly."""
    last = {"at": 0.0, "incumbent": math.nan}

    def look(event: Any) -> None:
        if stop is not None and stop.is_set():
            event.data_in.user_interrupt = True
        primal, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        incumbent = sign * primal if abs(primal) < 1e30 else math.nan
        now = time.monotonic()
        if watch is not None and (incumbent != last["incumbent"] or now - last["at"] > 1.0):
            last.update(at=now, incumbent=incumbent)
            watch(incumbent, sign * bound if abs(bound) < 1e30 else math.nan)

    def halt(event: Any) -> None:
        if stop is not None and stop.is_set():
            event.data_in.user_interrupt = True

    solver.cbMipInterrupt += look
    solver.cbSimplexInterrupt += halt
    failure: list[BaseException] = []
    # an event, because a Thread.join that is interrupted takes a running thread for a finished one
    done = threading.Event()

    def work() -> None:
        try:
            if solver.run() == highspy.HighsStatus.kError:
                failure.append(SolverError("HiGHS reports an error"))
        except BaseException as error:
            failure.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while not done.is_set():
        try:
            done.wait(0.2)
        except KeyboardInterrupt:
            if stop is None or stop.is_set():
                raise
            stop.set()
    if failure:
        raise failure[0]
