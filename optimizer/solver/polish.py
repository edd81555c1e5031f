"""Plans are read from linear programmes, not from the tolerance of a search tree."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from optimizer.solver.highs import Limits, LostError, SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector


def polish(
    exact: Matrix,
    roomy: Matrix,
    objective: Expression,
    x: Vector | None,
    limits: Limits,
    *,
    maximise: bool,
    stop: threading.Event | None = None,
) -> Vector:
    """The best plan with the integer decisions of ``x``, from the linear programme that they leave.

    The levels before are held exactly; where rounding makes that impossible, to the dollar (``roomy``), and at last
    without the presolve of HiGHS, which takes levels that leave little room for infeasible. Where HiGHS
    cannot decide the programme, or ``stop`` is set, ``x`` is kept as it is. Raises SolverError if the rounded
    decisions are not feasible: then the plan leaned on the integrality tolerance; and LostError with ``x`` among its
    plans.
    """
    assert x is not None
    patient = replace(limits, time_limit_s=max(60.0, limits.time_limit_s))
    undecided = False
    for matrix, presolve in ((exact, True), (roomy, True), (roomy, False)):
        try:
            outcome = minimise(
                matrix.fixed_integers(x), objective, patient, maximise=maximise, presolve=presolve, stop=stop
            )
        except LostError as lost:
            lost.plans.append(x)
            raise
        undecided = undecided or outcome.status in ("unbounded", "no_solution")
        if outcome.x is not None:
            outcome.x[matrix.integer] = np.round(x[matrix.integer])
            return np.clip(outcome.x, matrix.low, matrix.high)
    if undecided:
        return x
    raise SolverError(
        "with its integer decisions rounded the plan is no longer feasible: it leaned on the integrality tolerance"
    )
