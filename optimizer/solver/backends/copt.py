"""COPT, through coptpy."""

from __future__ import annotations

from typing import Any

import coptpy
import numpy as np
from coptpy import COPT

from optimizer.solver.backends.protocol import TOLERANCE, WHOLE, Asked, Look, RefusedError, answer, finite, rows_of
from optimizer.solver.task import Answer, Task

STATUSES = {
    COPT.OPTIMAL: "Optimal",
    COPT.INFEASIBLE: "Infeasible",
    COPT.UNBOUNDED: "Unbounded",
    COPT.INF_OR_UNB: "UnboundedOrInfeasible",
    COPT.TIMEOUT: "TimeLimit",
    COPT.NODELIMIT: "TimeLimit",
    COPT.INTERRUPTED: "TimeLimit",
    COPT.IMPRECISE: "TimeLimit",
    COPT.UNFINISHED: "TimeLimit",
}


def solve(task: Task, asked: Asked, look: Look) -> Answer:
    """Minimise. Raises RefusedError."""
    try:
        configuration = coptpy.EnvrConfig()
        configuration.set("nobanner", "1")
        return _solve(coptpy.Envr(configuration).createModel("plan"), task, asked, look)
    except coptpy.CoptError as error:
        raise RefusedError(str(error.message)) from error


class _Hear(coptpy.CallbackBase):  # type: ignore[misc]
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._best = look, np.inf

    def callback(self) -> None:
        """Called by COPT at incumbents and nodes."""
        there = self.getInfo(COPT.CbInfo.HasIncumbent)
        incumbent = self.getInfo(COPT.CbInfo.BestObj) if there else np.nan
        if there and incumbent < self._best:
            self._best = incumbent
            self._look.plan(self.getIncumbent())
        if self._look(incumbent, self.getInfo(COPT.CbInfo.BestBnd)):
            self.interrupt()


def _solve(model: Any, task: Task, asked: Asked, look: Look) -> Answer:
    is_mip = bool(task.integer.any())
    wanted = {
        "Logging": 0,
        "RelGap": asked.gap_of_larger,
        "AbsGap": asked.gap_musd,
        "TimeLimit": min(asked.time_limit, 1e20),
        "Threads": asked.threads,
        "FeasTol": TOLERANCE,
        "DualTol": TOLERANCE,
        "IntTol": WHOLE,
        "Presolve": -1 if asked.presolve else 0,
        **({} if asked.nodes is None else {"NodeLimit": asked.nodes}),
    }
    for name, value in wanted.items():
        model.setParam(name, value)
    infinite = COPT.INFINITY
    kinds = np.where(task.integer > 0, COPT.INTEGER, COPT.CONTINUOUS)
    model.loadMatrix(
        task.cost,
        rows_of(task).tocsc(),
        finite(task.row_low, infinite),
        finite(task.row_high, infinite),
        finite(task.low, infinite),
        finite(task.high, infinite),
        kinds,
    )
    model.ObjConst = task.constant
    if is_mip:
        if task.start is not None:
            model.setMipStart(model.getVars(), task.start.tolist())
            model.loadMipStart()
        model.setCallback(_Hear(look), COPT.CBCONTEXT_INCUMBENT | COPT.CBCONTEXT_MIPNODE)
    model.solve()
    status = STATUSES.get(model.status)
    if status is None:
        raise RefusedError(f"it ended with its status {model.status}")
    there = bool(model.HasMipSol) if is_mip else status == "Optimal"
    value = model.ObjVal if there else np.nan
    bound = model.BestBnd if is_mip else (value if there else -np.inf)
    return answer(status, model.getValues() if there else None, value, bound)
