"""Plans are read from linear programmes, not from the tolerance of a search tree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.solver.highs import Limits, LostError, SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector

READ_SHARE = 1e-4
"""By this part of its value a plan as it is read may be worse than the one that a search ended with."""
WORTH_A_DOLLAR = 1e-5
"""USD million: a plan that loses less than this is held to the levels before it exactly."""


def polish(
    exact: Matrix,
    roomy: Matrix,
    objective: Expression,
    x: Vector | None,
    limits: Limits,
    *,
    maximise: bool,
    as_good: bool = False,
) -> Vector:
    """The best plan with the integer decisions of ``x``, from the linear programme that they leave.

    The levels before are held exactly; where rounding makes that impossible, to the dollar (``roomy``), and at last
    without the presolve of HiGHS, which takes levels that leave little room for infeasible. ``as_good``: to the dollar
    also where the plan would be worse than ``x``, whose bound is one with that dollar: it may buy thousands. Where
    HiGHS cannot decide the programme ``x`` is kept as it is. Raises SolverError if the rounded decisions are not
    feasible: then the plan leaned on the integrality tolerance; and LostError with ``x`` among its plans.
    """
    assert x is not None
    patient = replace(limits, time_limit_s=max(60.0, limits.time_limit_s))
    sign, undecided = -1.0 if maximise else 1.0, False
    found: Vector | None = None
    for matrix, presolve in ((exact, True), (roomy, True), (roomy, False)):
        try:
            outcome = minimise(matrix.fixed_integers(x), objective, patient, maximise=maximise, presolve=presolve)
        except LostError as lost:
            lost.plans.append(x)
            raise
        undecided = undecided or outcome.status in ("unbounded", "no_solution")
        if outcome.x is None:
            continue
        outcome.x[matrix.integer] = np.round(x[matrix.integer])
        plan = np.clip(outcome.x, matrix.low, matrix.high)
        if found is None or sign * objective.value(plan) < sign * objective.value(found):
            found = plan
        if not as_good or matrix is roomy or sign * (objective.value(found) - objective.value(x)) <= WORTH_A_DOLLAR:
            break
    if found is not None:
        return found
    if undecided:
        return x
    raise SolverError(
        "with its integer decisions rounded the plan is no longer feasible: it leaned on the integrality tolerance"
    )
