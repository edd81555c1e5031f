"""SCIP, through pyscipopt."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from pyscipopt import SCIP_EVENTTYPE, Eventhdlr  # type: ignore[attr-defined]

from optimizer.solver.backends.protocol import Asked, Look, RefusedError, answer, rows_of
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.scip_model import INFINITE, scip_model
from optimizer.solver.task import Answer, Task

STATUSES = {
    "optimal": "Optimal",
    "gaplimit": "Optimal",
    "infeasible": "Infeasible",
    "unbounded": "Unbounded",
    "inforunbd": "UnboundedOrInfeasible",
    "timelimit": "TimeLimit",
    "nodelimit": "TimeLimit",
    "totalnodelimit": "TimeLimit",
    "userinterrupt": "TimeLimit",
}

TICK_S = 0.2
"""So often a run is asked whether it is to end."""


class _Hear(Eventhdlr):
    EVENTS = (SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.NODESOLVED)

    def __init__(self, look: Look, variables: list[Any]) -> None:
        self._look, self._variables = look, variables

    def eventinit(self) -> None:
        """Called by SCIP before the search."""
        for event in self.EVENTS:
            self.model.catchEvent(event, self)

    def eventexit(self) -> None:
        """Called by SCIP after it."""
        for event in self.EVENTS:
            self.model.dropEvent(event, self)

    def eventexec(self, event: Any) -> None:
        """Called by SCIP at each best plan and each node."""
        model, incumbent = self.model, np.nan
        if model.getNSols():
            best = model.getBestSol()
            incumbent = model.getSolObjVal(best)
            if event.getType() == SCIP_EVENTTYPE.BESTSOLFOUND:
                self._look.plan(np.array([float(best[variable]) for variable in self._variables]))
        if self._look(incumbent, model.getDualbound(), model.getNNodes()):
            model.interruptSolve()


def solve(task: Task, asked: Asked, look: Look) -> Answer:
    """Minimise, in one thread. Raises RefusedError."""
    matrix = Matrix(rows_of(task), task.row_low, task.row_high, task.low, task.high, task.integer.astype(bool))
    model, variables = scip_model(
        matrix,
        Expression(task.cost, task.constant),
        gap_share=asked.gap_share,
        gap_musd=asked.gap_musd,
        time_limit_s=asked.time_limit,
        seed=asked.seed,
    )
    if asked.nodes is not None:
        model.setParam("limits/totalnodes", asked.nodes)
    if not asked.presolve:
        model.setParam("presolving/maxrounds", 0)
    if task.start is not None:
        start = model.createSol()
        for variable, value in zip(variables, task.start.tolist(), strict=True):
            model.setSolVal(start, variable, value)
        model.addSol(start)
    model.includeEventhdlr(_Hear(look, variables), "progress", "tells of plans and bounds")
    done = threading.Event()
    threading.Thread(target=_end_when_stopped, args=(model, look, done), daemon=True).start()
    try:
        model.optimizeNogil()
    except Exception as error:  # pyscipopt raises a plain Exception for what SCIP returns
        raise RefusedError(str(error)) from error
    finally:
        done.set()
    status = STATUSES.get(model.getStatus())
    if status is None:
        raise RefusedError(f"it ended with its status {model.getStatus()}")
    if model.getNSols() == 0 or status in ("Infeasible", "Unbounded", "UnboundedOrInfeasible"):
        return answer(status, None, np.nan, model.getDualbound() if status == "TimeLimit" else -INFINITE)
    best = model.getBestSol()
    x = np.array([float(best[variable]) for variable in variables])
    return answer(status, x, model.getSolObjVal(best), model.getDualbound())


def _end_when_stopped(model: Any, look: Look, done: threading.Event) -> None:
    while not done.wait(TICK_S):
        if look.stopped:
            model.interruptSolve()
            return
