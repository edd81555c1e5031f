"""Whether the plans of one matrix are plans of another, by their rows and bounds alone."""

from __future__ import annotations

import math

import numpy as np

from optimizer.solver.highs import TOLERANCE
from optimizer.solver.matrix import Matrix, Names, Vector


def implies(here: Matrix, names: Names, there: Matrix, others: Names) -> bool:
    """Whether every plan of the matrix ``here`` is one of the matrix ``there``; False where that is not seen.

    ``names`` and ``others`` are theirs; rows of levels before come after those with names, in one order in both.
    """
    if others.columns != names.columns or here.shape[1] != there.shape[1]:
        return False
    inside = bool((here.low >= there.low).all() and (here.high <= there.high).all())
    # what is whole here may be any number there
    return inside and bool((here.integer | ~there.integer).all()) and _rows_follow(here, names, there, others)


def _rows_follow(here: Matrix, names: Names, there: Matrix, others: Names) -> bool:
    """Whether each row there follows from the row of the same name here, within the bounds here.

    With a′·x ≤ b′ here, a·x ≤ b follows if (a − a′)·x ≤ b − b′ at every x within the bounds. A row that is
    missing here has to follow from the bounds alone: it is compared with 0·x ≤ 0.
    """
    place = {name: i for i, name in enumerate(names.rows)}
    added = range(len(names.rows), here.shape[0])
    rows = [place.get(name, -1) for name in others.rows]
    extra = there.shape[0] - len(others.rows)
    if extra > len(added):
        return False
    # rows of levels before come in the same order, after those of caps
    rows += list(added)[len(added) - extra :]
    low, high = here.low, here.high
    longer = here.with_row(np.zeros(here.shape[1]), 0.0, 0.0)
    change = there.rows - longer.rows[rows]
    change.eliminate_zeros()
    reach = change.tocoo()
    with np.errstate(invalid="ignore"):
        ends = reach.data * low[reach.col], reach.data * high[reach.col]
    most, least = np.zeros(there.shape[0]), np.zeros(there.shape[0])
    np.add.at(most, reach.row, np.maximum(*ends))
    np.add.at(least, reach.row, np.minimum(*ends))
    row_high, row_low = longer.row_high[rows], longer.row_low[rows]
    from_above = np.isposinf(there.row_high) | (most + row_high <= there.row_high)
    from_below = np.isneginf(there.row_low) | (least + row_low >= there.row_low)
    return bool(from_above.all() and from_below.all())


def fits(matrix: Matrix, x: Vector) -> bool:
    """Whether a plan keeps every bound and row, to the tolerance of the linear programmes."""
    activity = matrix.rows @ x
    size = np.abs(matrix.rows) @ np.abs(x)
    room = TOLERANCE * np.maximum(1.0, size)
    rows = (activity >= matrix.row_low - room) & (activity <= matrix.row_high + room)
    columns = (x >= matrix.low - TOLERANCE) & (x <= matrix.high + TOLERANCE)
    whole = np.abs(x - np.round(x))[matrix.integer] == 0.0
    return bool(rows.all() and columns.all() and whole.all()) and math.isfinite(float(activity.sum()))
