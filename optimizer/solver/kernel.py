"""A plan of a programme with very many columns, searched within what its relaxation uses."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.contract.solvers import HIGHS
from optimizer.solver.highs import Limits, Watch
from optimizer.solver.layout import Layout, Places
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.neighbourhoods import PART_OF_GAP, improved
from optimizer.solver.relaxation import relaxed
from optimizer.solver.start_heuristic import WHOLE, around_the_relaxation
from optimizer.solver.ways import VERY_MANY_COLUMNS

TIME_SHARE = 0.5
"""The part of a level's time that may go into its plan."""
LEAST_GAIN = 0.1
"""Another round over all windows is worth its time if the last one gained this part of the gap that is wanted: within a
kernel a round takes less than the relaxation did."""
EMPTY = 1e-9
"""A row that has no column left holds if its limits leave it this much."""


@dataclass(frozen=True)
class Kernel:
    """A programme without the columns that are fixed: the ``kept`` ones of n, ``at`` has the values of all others."""

    matrix: Matrix
    layout: Layout
    kept: Places
    at: Vector

    def expression(self, expression: Expression) -> Expression:
        """The same over the columns that are left."""
        gone = np.ones(self.at.size, dtype=bool)
        gone[self.kept] = False
        constant = expression.constant + float(expression.cost[gone] @ self.at[gone])
        return Expression(expression.cost[self.kept], constant)

    def whole(self, x: Vector) -> Vector:
        """A plan of the whole programme."""
        found = self.at.copy()
        found[self.kept] = x
        return found


def has_kernel(matrix: Matrix, layout: Layout, limits: Limits) -> bool:
    """Whether a relaxation takes so long that a part of the programme is worth one more; and it is known what is built.

    A plan is then looked for among what the relaxation uses.
    """
    built = layout.roles is not None and bool(layout.roles.built.any())
    return limits.solver == HIGHS and built and layout.line is not None and matrix.shape[1] > VERY_MANY_COLUMNS


def kernel_search(
    matrix: Matrix,
    objective: Objective,
    layout: Layout,
    limits: Limits,
    *,
    start: Vector | None = None,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Vector | None:
    """A good plan, by a search within the kernel (Angelelli, Mansini and Speranza 2010); None if none is found there.

    Of many sites and offers a relaxation uses a few. What it uses in no period, nor ``start`` does, is left out, with
    all that follows from it: a programme that is many times smaller, in which each search is that much quicker. There

    1. a plan next to the relaxation;
    2. windows of time, and the money for what is built, ``limits.threads`` of them at once.
    """
    begun = time.monotonic()
    sign = 1.0 if objective.minimise else -1.0
    minimised = Expression(sign * objective.expression.cost, sign * objective.expression.constant)
    limits = limits.part(TIME_SHARE)
    one = replace(limits, threads=1, gap_share=PART_OF_GAP * limits.gap_share)

    def own_sense(incumbent: float, bound: float, trying: str) -> None:
        if watch is not None:
            watch(sign * incumbent, sign * bound, trying)

    own_sense(math.nan if start is None else minimised.value(start), math.nan, "plans around the relaxation")
    guide = relaxed(matrix, minimised, one, stop)
    if guide is None:
        return None
    found = kernel(matrix, layout, [guide] if start is None else [guide, start])
    if found is None or found.layout.roles is None:
        return None
    inside = found.expression(minimised)
    x = start[found.kept] if start is not None else None
    if x is None:
        near = guide[found.kept]
        x = around_the_relaxation(found.matrix, inside, found.layout, near, one.since(begun), stop)
    if x is None:
        return None

    def above(plan: Vector) -> float:
        return sign * objective.above_value(found.whole(plan))

    left = limits.since(begun).with_plan()
    shift = above(x)

    def shown(incumbent: float, _: float, trying: str) -> None:
        # a bound of the kernel is none of the whole
        own_sense(incumbent - shift, math.nan, trying)

    seen = replace(inside, constant=inside.constant + shift)
    roles = found.layout.roles
    x = improved(found.matrix, seen, found.layout, roles, left, x, least_gain=LEAST_GAIN, watch=shown, stop=stop)
    return found.whole(x)


def kernel(matrix: Matrix, layout: Layout, plans: Sequence[Vector]) -> Kernel | None:
    """The programme in which nothing is built that none of the ``plans`` has in any period; None if that cannot be.

    ``plans`` may be in fractions.
    """
    assert layout.line is not None
    assert layout.roles is not None
    used = np.any([np.abs(plan) > WHOLE for plan in plans], axis=0)
    lines = layout.line
    in_use = np.zeros(int(lines.max(initial=-1)) + 2, dtype=bool)
    in_use[lines[used]] = True
    unused = matrix.integer & layout.roles.built & (lines >= 0) & ~in_use[lines] & (matrix.low <= 0.0)
    low, high = matrix.low.copy(), matrix.high.copy()
    low[unused] = high[unused] = 0.0
    if not _follow(matrix, low, high):
        return None
    fixed: Mask = low == high
    if not unused.any() or (low != np.round(low))[fixed & matrix.integer].any():
        return None
    at = np.where(fixed, low, 0.0)
    kept = np.nonzero(~fixed)[0].astype(np.int32)
    rows = sparse.csr_matrix(matrix.rows[:, kept])
    moved = matrix.rows @ at
    left = np.diff(rows.indptr) > 0
    row_low, row_high = matrix.row_low - moved, matrix.row_high - moved
    if (row_low[~left] > EMPTY).any() or (row_high[~left] < -EMPTY).any():
        return None
    group = np.where(fixed, -1, np.cumsum(~fixed) - 1)
    part = Matrix(rows[left], row_low[left], row_high[left], low[kept], high[kept], matrix.integer[kept])
    return Kernel(part, layout.of_groups(kept, group), kept, at)


def _follow(matrix: Matrix, low: Vector, high: Vector) -> bool:
    """Fix, in place, the columns of rows that hold in one way alone; False if one cannot hold.

    Where the least that a row can be is the most that it may be, each of its columns is at its end: what is at a site
    that is never built, say, and then what is ordered for it, period after period.
    """
    size, up, down = np.abs(matrix.rows), matrix.rows.maximum(0).tocsr(), matrix.rows.minimum(0).tocsr()
    for _ in range(matrix.shape[0]):
        least, most = _least(up, down, low, high), -_least(-down, -up, low, high)
        finite_low, finite_high = np.where(np.isinf(low), 0.0, low), np.where(np.isinf(high), 0.0, high)
        room = EMPTY * np.maximum(1.0, size @ np.maximum(np.abs(finite_low), np.abs(finite_high)))
        if (least > matrix.row_high + room).any() or (most < matrix.row_low - room).any():
            return False
        least_only = (np.abs(least - matrix.row_high) <= EMPTY).astype(float)
        most_only = (np.abs(most - matrix.row_low) <= EMPTY).astype(float)
        to_low = (low < high) & ((up.T @ least_only > 0.0) | (down.T @ most_only < 0.0))
        to_high = (low < high) & ~to_low & ((down.T @ least_only < 0.0) | (up.T @ most_only > 0.0))
        if not (to_low | to_high).any():
            break
        high[to_low], low[to_high] = low[to_low], high[to_high]
    return True


def _least(up: sparse.csr_matrix, down: sparse.csr_matrix, low: Vector, high: Vector) -> Vector:
    """The least that each row up·x + down·x can be, of coefficients that are positive and those that are negative."""
    open_ended = up @ np.isinf(low).astype(float) - down @ np.isinf(high).astype(float)
    at_ends = up @ np.where(np.isinf(low), 0.0, low) + down @ np.where(np.isinf(high), 0.0, high)
    return np.where(open_ended > 0.0, -np.inf, at_ends)
