"""Rows that keep a level within its slack, and an objective at a value."""

from __future__ import annotations

import math

import numpy as np

from optimizer.solver.level import Level, Objective
from optimizer.solver.matrix import Matrix, Vector
from optimizer.solver.ratio import with_positive


def held(matrix: Matrix, objective: Objective, level: Level, x: Vector, slack_share: float, slack: float) -> Matrix:
    """The matrix with a row that keeps a level within its slack."""
    expression = objective.expression
    if objective.denominator is not None:
        return capped(matrix, objective, level.value + slack_share * abs(level.value), slack)
    value = expression.value(x)
    if objective.log_share:
        share = level.value + slack_share * abs(level.value)
        room = -math.log1p(-min(share, 1.0 - 1e-12)) - value + slack
    else:
        room = slack_share * abs(value if objective.base is None else objective.base.value(x)) + slack
    edge = value - expression.constant
    low, high = (-np.inf, edge + room) if objective.minimise else (edge - room, np.inf)
    return matrix.with_row(expression.cost, low, high)


def capped(matrix: Matrix, objective: Objective, value: float, slack_musd: float = 0.0) -> Matrix:
    """The matrix with an objective kept at most (if it is maximised: at least) at ``value``, in its unit.

    ``slack_musd`` is room in the numerator of a ratio.
    """
    expression = objective.expression
    if objective.denominator is not None:
        kept = expression.plus(objective.denominator, -objective.ratio(value))
        return with_positive(objective.denominator, matrix.with_row(kept.cost, -np.inf, slack_musd - kept.constant))
    edge = (-math.log1p(-value) if objective.log_share else value) - expression.constant
    low, high = (-np.inf, edge) if objective.minimise else (edge, np.inf)
    return matrix.with_row(expression.cost, low, high)
