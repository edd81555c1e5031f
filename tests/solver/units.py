"""Which unit of money each row and column of a matrix is in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from optimizer.solver.matrix import Expression, Matrix, Vector

from .matrices import entries

ODD = 1000.0
"""Weight of a ratio that is no power of the factor: the units are read from such a one only if there is no other."""


@dataclass(frozen=True)
class Units:
    """What a row and a column were multiplied by when the unit of money was: a power of ``factor``."""

    rows: Vector
    columns: Vector

    def undone(self, after: Matrix) -> Matrix:
        """The matrix in the old unit: x = x' / columns, each row divided by its own."""
        return replace(
            after,
            rows=sparse.csr_matrix(sparse.diags(1.0 / self.rows) @ after.rows @ sparse.diags(self.columns)),
            row_low=after.row_low / self.rows,
            row_high=after.row_high / self.rows,
            low=after.low / self.columns,
            high=after.high / self.columns,
        )

    def expression(self, after: Expression, scale: float) -> Expression:
        """An expression over the columns in the old unit, its value divided by ``scale``."""
        return Expression(after.cost * self.columns / scale, after.constant / scale)


Amount = tuple[Expression, Expression, float]
"""An expression before and after, and what its value was multiplied by."""


def units(before: Matrix, after: Matrix, factor: float, amounts: Sequence[Amount] = ()) -> Units:
    """The units by which the matrix ``after`` comes from ``before``, as far as there are any.

    If money is ``factor`` times as large, x'_j = s_j·x_j and row i is r_i times itself, so a'_ij = r_i·a_ij/s_j, with
    r and s powers of ``factor``; integers keep their unit, s = 1. Every coefficient, bound and limit gives one such
    equation; a spanning tree of them gives r and s. Rows and columns have to be the same, in the same order. Columns
    that stand only in rows of zeros have the unit that makes ``amounts`` what they are.
    """
    a, b = before, after
    rows, columns = a.shape
    anchor = rows + columns
    equations = [_coefficients(a.rows, b.rows, factor, rows)]
    for old, new, first in (
        (a.row_low, b.row_low, 0),
        (a.row_high, b.row_high, 0),
        (a.low, b.low, rows),
        (a.high, b.high, rows),
    ):
        given = np.nonzero(np.isfinite(old) & np.isfinite(new) & (old != 0.0) & (new != 0.0))[0]
        ends = np.full(given.size, anchor)
        equations.append((given + first, ends, np.log(np.abs(new[given] / old[given])) / math.log(factor)))
    for was, now, scale in amounts:
        used = np.nonzero((was.cost != 0.0) & (now.cost != 0.0))[0]
        powers = np.log(scale * np.abs(was.cost[used] / now.cost[used])) / math.log(factor)
        equations.append((used + rows, np.full(used.size, anchor), powers))
    counts = np.nonzero(a.integer)[0]
    equations.append((counts + rows, np.full(counts.size, anchor), np.zeros(counts.size)))
    start, end, powers = (np.concatenate(parts) for parts in zip(*equations, strict=True))
    return _solved(start, end, powers, anchor, rows, factor)


Equations = tuple[Any, Any, Vector]
"""Node, other node, and how many powers of the factor the first has more than the second."""


def _coefficients(old: sparse.csr_matrix, new: sparse.csr_matrix, factor: float, rows: int) -> Equations:
    row, column, first, second = entries(old, new)
    used = (first != 0.0) & (second != 0.0)
    powers = np.log(np.abs(second[used] / first[used])) / math.log(factor)
    return row[used], column[used] + rows, powers


def _solved(start: Any, end: Any, powers: Vector, anchor: int, rows: int, factor: float) -> Units:
    whole = np.round(powers)
    weight = np.where(np.abs(powers - whole) < 1e-6, 1.0, ODD)
    label: dict[tuple[int, int], float] = {}
    cheapest: dict[tuple[int, int], float] = {}
    for i, j, power, w in zip(start.tolist(), end.tolist(), whole.tolist(), weight.tolist(), strict=True):
        if w < cheapest.get((i, j), math.inf):
            cheapest[i, j], label[i, j] = w, power
    ends = np.array(list(cheapest), dtype=int).reshape(-1, 2)
    graph = sparse.csr_matrix((list(cheapest.values()), (ends[:, 0], ends[:, 1])), shape=(anchor + 1, anchor + 1))
    tree = minimum_spanning_tree(graph)
    power = np.full(anchor + 1, np.nan)
    for root in (anchor, *range(anchor)):
        if not math.isnan(power[root]):
            continue
        power[root] = 0.0
        order, parent = breadth_first_order(tree, root, directed=False)
        for node in order[1:]:
            up = parent[node]
            power[node] = power[up] + (label[node, up] if (node, up) in label else -label[up, node])
    scale = factor ** power[:anchor]
    return Units(scale[:rows], scale[rows:])
