"""Gurobi, through gurobipy."""

from __future__ import annotations

from typing import Any

import gurobipy
import numpy as np
from gurobipy import GRB

from optimizer.solver.backends.protocol import TOLERANCE, WHOLE, Asked, Look, RefusedError, answer, rows_of
from optimizer.solver.task import Answer, Task

STATUSES = {
    GRB.OPTIMAL: "Optimal",
    GRB.INFEASIBLE: "Infeasible",
    GRB.UNBOUNDED: "Unbounded",
    GRB.INF_OR_UNBD: "UnboundedOrInfeasible",
    GRB.TIME_LIMIT: "TimeLimit",
    GRB.NODE_LIMIT: "TimeLimit",
    GRB.INTERRUPTED: "TimeLimit",
    GRB.USER_OBJ_LIMIT: "TimeLimit",
    GRB.SUBOPTIMAL: "TimeLimit",
}


def solve(task: Task, asked: Asked, look: Look) -> Answer:
    """Minimise. Raises RefusedError."""
    try:
        with gurobipy.Env(params={"OutputFlag": 0}) as environment, gurobipy.Model(env=environment) as model:
            return _solve(model, task, asked, look)
    except gurobipy.GurobiError as error:
        if error.errno == GRB.Error.OUT_OF_MEMORY:
            raise MemoryError from error
        raise RefusedError(str(error)) from error


def _solve(model: Any, task: Task, asked: Asked, look: Look) -> Answer:
    x = model.addMVar(
        task.low.size, lb=task.low, ub=task.high, obj=task.cost, vtype=np.where(task.integer > 0, "I", "C")
    )
    model.ObjCon = task.constant
    rows, same = rows_of(task), task.row_low == task.row_high
    for limits, sense, there in (
        (task.row_low, "=", same),
        (task.row_low, ">", np.isfinite(task.row_low) & ~same),
        (task.row_high, "<", np.isfinite(task.row_high) & ~same),
    ):
        if there.any():
            model.addMConstr(rows[there], x, sense, limits[there])
    if task.start is not None:
        x.Start = task.start
    wanted = {
        "MIPGap": asked.gap_share,
        "MIPGapAbs": asked.gap_musd,
        "TimeLimit": asked.time_limit,
        "Threads": asked.threads,
        "Seed": asked.seed,
        "FeasibilityTol": TOLERANCE,
        "OptimalityTol": TOLERANCE,
        "IntFeasTol": WHOLE,
        "Presolve": -1 if asked.presolve else 0,
        **({} if asked.nodes is None else {"NodeLimit": asked.nodes}),
    }
    for name, value in wanted.items():
        model.setParam(name, value)

    def hear(of: Any, where: int) -> None:
        code = GRB.Callback
        if where == code.MIPSOL:
            look.plan(of.cbGetSolution(x))
            end = look(of.cbGet(code.MIPSOL_OBJBST), of.cbGet(code.MIPSOL_OBJBND), of.cbGet(code.MIPSOL_NODCNT))
        elif where == code.MIP:
            end = look(of.cbGet(code.MIP_OBJBST), of.cbGet(code.MIP_OBJBND), of.cbGet(code.MIP_NODCNT))
        else:
            end = where in (code.PRESOLVE, code.SIMPLEX, code.BARRIER) and look.stopped
        if end:
            model.terminate()

    model.optimize(hear)
    status, there = STATUSES.get(model.Status), model.SolCount > 0
    if status is None:
        raise RefusedError(f"it ended with its status {model.Status}")
    value = model.ObjVal if there else np.nan
    bound = model.ObjBound if model.IsMIP else (value if status == "Optimal" else -np.inf)
    return answer(status, x.X if there and (model.IsMIP or status == "Optimal") else None, value, bound)
