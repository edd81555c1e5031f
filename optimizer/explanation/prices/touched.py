"""Whether a plan stands at what a change of the file moves, and whether whole numbers stand in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.explanation.prices.case import Case
from optimizer.solver.matrix import Mask, Vector

AT_IT = 1e-6
"""A row or column as near to its limit as this, times its size where that is more than 1, is at it."""
MOVED = 1e-9
"""A limit that moves by less, times its size where that is more than 1, stays."""
ENDLESS = 1e29


class Touched(NamedTuple):
    """What a plan touches of that which a change moves: rows or bounds with whole numbers in them, others, and whether
    there are rows or columns that were not there.
    """

    whole: bool = False
    amounts: bool = False
    new: bool = False


def touched(before: Case, after: Case, x: Vector) -> Touched:
    """Compare two cases at a plan of the first, row by row and bound by bound, where these are the same."""
    if before.names != after.names or before.matrix.shape != after.matrix.shape:
        return Touched(new=True)
    old, new = before.matrix, after.matrix
    here, there, size = old.rows @ x, new.rows @ x, abs(old.rows) @ np.abs(x)
    rows = _at(old.row_high - here, new.row_high - there, size) | _at(here - old.row_low, there - new.row_low, size)
    columns = _at(old.high - x, new.high - x, np.abs(x)) | _at(x - old.low, x - new.low, np.abs(x))
    with_whole = np.asarray(abs(old.rows) @ old.integer.astype(float) > 0.0)
    return Touched(
        whole=bool((rows & with_whole).any() or (columns & old.integer).any()),
        amounts=bool((rows & ~with_whole).any() or (columns & ~old.integer).any()),
    )


def _at(room: Vector, later: Vector, size: Vector) -> Mask:
    """What the plan is at, and what moves."""
    size = np.maximum(1.0, size)
    room, later = np.clip(room, -ENDLESS, ENDLESS), np.clip(later, -ENDLESS, ENDLESS)
    found: Mask = (room <= AT_IT * size) & (np.abs(later - room) > MOVED * size)
    return found
