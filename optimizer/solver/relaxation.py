"""Linear programmes that guide or bound a search: relaxations, and where their columns stand."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.solver.factors import factored
from optimizer.solver.highs import Limits, options_of, task_of
from optimizer.solver.layout import Places
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.process import solve
from optimizer.solver.task import Whole
from optimizer.solver.ways import MANY_COLUMNS

RELAXED_TOLERANCE: dict[str, Any] = {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7}
"""Of linear programmes that only guide or bound a search, whose own tolerance it is."""


def relaxed(
    matrix: Matrix, objective: Expression, limits: Limits, stop: threading.Event | None = None
) -> Vector | None:
    """A minimum without integrality, by an interior point method: inside the face of the best, not at a corner of it.

    None if there is none, or no time. Of more than MANY_COLUMNS ends that are far are left out: it may be a little
    lower for it.
    """
    large, whole = matrix.shape[1] > MANY_COLUMNS, matrix.relaxed()
    scaled, scale = (whole.without_far_bounds() if large else whole).well_scaled()
    form = factored(scaled, wanted=large)
    cost = Expression(form.of_columns(objective.cost * scale), objective.constant)
    options = options_of(scaled, limits) | {"solver": "ipx", "run_crossover": "off", **RELAXED_TOLERANCE}
    answer = solve(task_of(form.matrix, cost, options), stop=stop)
    return answer.x[: scale.size] * scale if answer.x is not None and answer.status == "Optimal" else None


def trials(
    matrix: Matrix,
    objective: Expression,
    columns: Places,
    values: Vector,
    limits: Limits,
    stop: threading.Event | None = None,
) -> Vector:
    """The minimum without integrality for each row of ``values`` (k × columns), these columns fixed at it.

    Infinite where there is none, and nan where it is not known, for want of time say.
    """
    scaled, scale = matrix.relaxed().well_scaled()
    options = options_of(scaled, limits) | RELAXED_TOLERANCE
    task = task_of(scaled, Expression(objective.cost * scale, objective.constant), options)
    values = (values / scale[columns]).ravel()
    found = solve(replace(task, trial_columns=columns.astype(np.int32), trial_values=values), stop=stop).trials
    assert found is not None
    return found


def solved_basis(matrix: Matrix, objective: Expression, limits: Limits) -> Whole | None:
    """Where columns and rows of a linear programme stand at its optimum (see ``task.LOWER``); None without a basis."""
    return solve(replace(task_of(matrix, objective, options_of(matrix, limits)), with_basis=True)).basis


def shadow_prices(matrix: Matrix, objective: Expression, limits: Limits) -> Vector | None:
    """What one more of the limit of each row adds to the minimum without integrality; None where that is not known."""
    options = options_of(matrix, limits) | RELAXED_TOLERANCE
    task = replace(task_of(matrix.relaxed(), objective, options), with_duals=True)
    return solve(replace(task, processor_s=limits.time_limit_s if limits.processor else None)).duals
