"""Xpress, through its own package."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import xpress

from optimizer.solver.backends.protocol import TOLERANCE, WHOLE, Asked, Look, RefusedError, answer, finite, rows_of
from optimizer.solver.task import Answer, Task

INFINITE = 1e20
"""What Xpress takes for infinite."""


def solve(task: Task, asked: Asked, look: Look) -> Answer:
    """Minimise. Raises RefusedError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the community licence is used
            xpress.init()
        return _solve(xpress.problem(), task, asked, look)
    except (xpress.SolverError, xpress.InterfaceError, xpress.ModelError) as error:
        raise RefusedError(str(error)) from error


def _solve(problem: Any, task: Task, asked: Asked, look: Look) -> Answer:
    integers = np.flatnonzero(task.integer)
    _set(problem, asked)
    _load(problem, task, integers)
    best = [np.inf]

    def hear(of: Any, _: Any = None) -> int:
        at = of.attributes
        there = integers.size and at.mipsols > 0
        incumbent = at.mipobjval if there else np.nan
        if look(incumbent, at.bestbound if integers.size else np.nan, at.nodes):
            of.interrupt()
        return 0

    def found(of: Any, _: Any = None) -> None:
        if of.attributes.mipobjval < best[0]:
            best[0] = of.attributes.mipobjval
            look.plan(np.array(of.getCallbackSolution()))

    problem.addCheckTimeCallback(hear, None)
    if integers.size:
        problem.addIntsolCallback(found, None)
        if task.start is not None:
            problem.addMipSol(task.start.tolist(), None, "start")
    problem.optimize()
    return _answer(problem, bool(integers.size))


def _set(problem: Any, asked: Asked) -> None:
    wanted = {
        "outputlog": 0,
        "miprelstop": asked.gap_of_larger,
        "mipabsstop": asked.gap_musd,
        "mipaddcutoff": 0.0,  # else what is better by less than this is left out, and the bound says so
        "miprelcutoff": 0.0,
        "timelimit": max(asked.time_limit, 1e-3),  # 0 stands for no limit
        "threads": asked.threads,
        "randomseed": asked.seed,
        "feastol": TOLERANCE,
        "optimalitytol": TOLERANCE,
        "miptol": WHOLE,
        **({} if asked.presolve else {"presolve": 0, "mippresolve": 0}),
        **({} if asked.nodes is None else {"maxnode": asked.nodes}),
    }
    for name, value in wanted.items():
        setattr(problem.controls, name, value)


def _load(problem: Any, task: Task, integers: np.ndarray[Any, Any]) -> None:
    low, high = finite(task.row_low, INFINITE), finite(task.row_high, INFINITE)
    above, below = low > -INFINITE, high < INFINITE
    kinds = np.where(low == high, "E", np.where(above & below, "R", np.where(above, "G", np.where(below, "L", "N"))))
    columns = rows_of(task).tocsc()
    problem.loadMIP(
        probname="plan",
        rowtype=kinds.tolist(),
        rhs=np.where(kinds == "G", low, np.where(kinds == "N", 0.0, high)).tolist(),
        rng=np.where(kinds == "R", high - low, 0.0).tolist(),
        objcoef=task.cost.tolist(),
        start=columns.indptr.tolist(),
        collen=None,
        rowind=columns.indices.tolist(),
        rowcoef=columns.data.tolist(),
        lb=finite(task.low, INFINITE).tolist(),
        ub=finite(task.high, INFINITE).tolist(),
        coltype=["I"] * integers.size,
        entind=integers.tolist(),
    )
    if task.constant:
        problem.chgObj([-1], [-task.constant])


def _answer(problem: Any, is_mip: bool) -> Answer:
    at, ended = problem.attributes, xpress.SolStatus
    status = {
        ended.OPTIMAL: "Optimal",
        ended.FEASIBLE: "TimeLimit",
        ended.NOTFOUND: "TimeLimit",
        ended.INFEASIBLE: "Infeasible",
        ended.UNBOUNDED: "Unbounded",
    }[at.solstatus]
    if at.solvestatus == xpress.SolveStatus.FAILED:
        raise RefusedError("it failed")
    there = at.solstatus in (ended.OPTIMAL, ended.FEASIBLE) and (is_mip or status == "Optimal")
    value = at.objval if there else np.nan
    known = at.bestbound if is_mip and status in ("Optimal", "TimeLimit") else -np.inf
    bound = value if there and not is_mip else known
    return answer(status, problem.getSolution() if there else None, value, bound)
