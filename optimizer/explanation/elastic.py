"""The least amount by which a key has to be widened, in one search: all as with the key wide, its own limit held.

Of the model as it is built with the key wide, what grows in proportion to the amount is held at the amount instead:
the limits of rows and bounds of columns. The amount is a column, and the objective. What does not grow in proportion
stays wide. Both what is found and its bound are only where to look: each is asked about again by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.explanation.keys import Key
from optimizer.explanation.probe import Built, Probe
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector

BETWEEN = 0.37
"""What is in proportion is so at this part of the amount, too."""
NEARLY_ALL = 0.999
"""At the whole of it a share of 0, say, has no rows any more that could be held."""
SAME = 1e-9
GAP_SHARE, TIME_SHARE = 0.002, 0.4
"""How closely the amount is looked for, and in which part of the time left."""

Places = np.ndarray[Any, np.dtype[np.int64]]


class Elastic(NamedTuple):
    """An amount that seems to be enough, and one below which none seems to be."""

    amount: float
    bound: float


def elastic(probe: Probe, key: Key, wide: float) -> Elastic | None:
    """Where the least amount seems to be, below one that is known to be enough; None if that was not found.

    Of a key without proportions, as one that is a factor of what is decided, nothing can be told.
    """
    wide = min(wide, NEARLY_ALL * key.widest)
    parts = [probe.built(probe.changes({key: amount})) for amount in (0.0, BETWEEN * wide, wide)]
    built = [part for part in parts if isinstance(part, Built)]
    if len(built) < len(parts):
        return None
    held = _held(built[0], built[1], built[2], wide)
    if held is None:
        return None
    matrix, amount = held
    limits = replace(probe.limits(TIME_SHARE), gap_share=GAP_SHARE)
    found = probe.minimum(matrix, amount, limits)
    if found is None or found.x is None:
        return None
    names = built[-1].compiled.names
    probe.facts.remember(names, built[-1].compiled.matrix, found.x[:-1])
    return Elastic(found.value, max(0.0, found.bound))


def _held(narrow: Built, between: Built, built: Built, wide: float) -> tuple[Matrix, Expression] | None:
    """The wide matrix with a column for the amount, and that column as an expression; None if nothing is held."""
    whole = built.compiled.matrix
    columns = [_placed(each.compiled.names.columns, built.compiled.names.columns) for each in (narrow, between)]
    rows = [_placed(each.compiled.names.rows, built.compiled.names.rows) for each in (narrow, between)]
    matrices = [each.compiled.matrix for each in (narrow, between)]
    kept = (rows[0] >= 0) & (rows[1] >= 0)
    for matrix, row, column in zip(matrices, rows, columns, strict=True):
        kept &= _same_coefficients(matrix, row, column, whole)

    def grown(of: str, places: list[Places], those: Mask) -> tuple[Vector, Vector]:
        none, part = (_at(getattr(m, of), place) for m, place in zip(matrices, places, strict=True))
        return _in_proportion(none, part, getattr(whole, of), those)

    row_low, row_low_slope = grown("row_low", rows, kept)
    row_high, row_high_slope = grown("row_high", rows, kept)
    slope = np.where(row_high_slope != 0.0, row_high_slope, row_low_slope)
    there = (columns[0] >= 0) & (columns[1] >= 0)
    low, low_slope = grown("low", columns, there)
    high, high_slope = grown("high", columns, there)
    both = np.isfinite(row_low) & np.isfinite(row_high) & (row_low_slope != row_high_slope)
    slope[both] = 0.0  # a row with two limits, of which one grows, stays wide
    row_low = np.where(both, whole.row_low, row_low)
    row_high = np.where(both, whole.row_high, row_high)
    low_bound, high_bound = np.nonzero(low_slope)[0], np.nonzero(high_slope)[0]
    if not (slope.any() or low_bound.size or high_bound.size):
        return None
    count = whole.shape[1]
    pieces = [sparse.hstack([whole.rows, sparse.csr_matrix(-slope.reshape(-1, 1) / wide)])]
    for places, slopes in ((low_bound, low_slope), (high_bound, high_slope)):
        ones = sparse.csr_matrix((np.ones(places.size), (np.arange(places.size), places)), shape=(places.size, count))
        pieces.append(sparse.hstack([ones, sparse.csr_matrix(-slopes[places].reshape(-1, 1) / wide)]))
    matrix = Matrix(
        rows=sparse.csr_matrix(sparse.vstack(pieces)),
        row_low=np.concatenate([row_low, low[low_bound], np.full(high_bound.size, -np.inf)]),
        row_high=np.concatenate([row_high, np.full(low_bound.size, np.inf), high[high_bound]]),
        low=np.append(whole.low, 0.0),
        high=np.append(whole.high, wide),
        integer=np.append(whole.integer, False),
    )
    cost = np.zeros(count + 1)
    cost[-1] = 1.0
    return matrix, Expression(cost, 0.0)


def _placed(here: tuple[str, ...], there: tuple[str, ...]) -> Places:
    """Where each name of ``there`` stands ``here``, −1 where it does not."""
    known = {name: number for number, name in enumerate(here)}
    return np.array([known.get(name, -1) for name in there], dtype=np.int64)


def _at(values: Vector, places: Places) -> Vector:
    return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)


def _same_coefficients(matrix: Matrix, rows: Places, columns: Places, whole: Matrix) -> Mask:
    """Of which rows of the wide matrix the other one has the same coefficients, in columns that both have."""
    known = sparse.diags((columns >= 0).astype(float))
    other = sparse.csr_matrix(sparse.csc_matrix(matrix.rows[np.maximum(rows, 0)])[:, np.maximum(columns, 0)])
    apart = abs(other @ known - whole.rows @ known)
    same: Mask = np.asarray(apart.sum(axis=1)).ravel() <= SAME
    return same


def _in_proportion(at_none: Vector, at_part: Vector, at_all: Vector, kept: Mask) -> tuple[Vector, Vector]:
    """What limits are at an amount of 0, and by how much they grow to the whole amount where that is in proportion.

    Others are as wide as they get.
    """
    with np.errstate(invalid="ignore"):
        growth = at_all - at_none
        apart = np.abs(at_part - (at_none + BETWEEN * growth))
        size = np.maximum(1.0, np.maximum(np.abs(at_none), np.abs(at_all)))
        grows: Mask = kept & np.isfinite(growth) & (growth != 0.0) & (apart <= SAME * size)
    return np.where(grows, at_none, at_all), np.where(grows, growth, 0.0)
