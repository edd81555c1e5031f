"""Columns and rows that are alike, said once: a smaller matrix that every plan of the larger one fits into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.solver.matrix import Expression, Mask, Matrix, Vector

Places = np.ndarray[Any, np.dtype[np.int64]]

SAME = 1e-10
"""Coefficients that differ by less than this part of them are the same: what is left is the rounding of sums."""
EMPTY = 1e-9
"""A row without columns holds if its limits leave it this much."""


class NotAlikeError(Exception):
    """Columns that were to be added up do not count the same in some row or objective."""


@dataclass(frozen=True)
class Aggregation:
    """What becomes of n columns and m rows::

        x'_g = Σ_{j in g} x_j                     the columns of a group g, each in one group, one column each
        x_j = x_k                                 a copy j of k, or 0: its coefficients go to k, and it is no column
        Σ_{i in h} a_i·x ≤ Σ_{i in h} b_i         the rows of a group h, added up

    ``column`` is the number of the group of each column, −1 of a copy, ``source`` the column itself or what it is a
    copy of, −1 where it is 0; ``row`` is the number of the group of each row, −1 where nothing is left of it.
    The sum of valid rows is valid. It can be written in x' where all columns of a group have the same coefficient in
    it. A copy may be made where a row says x_j ≤ x_k (or 0), and the other rows of j are easier to meet the larger it
    is: then it may as well be x_k. Both are looked at, number by number: so for every plan of the n columns there is
    one of x' with the same value, and no bound is lost, whatever the groups and copies are. That no plan is gained is
    for who makes the groups to know.
    """

    column: Places
    source: Places
    row: Places

    @cached_property
    def first(self) -> Places:
        """The first column of each group."""
        own = np.nonzero(self.column >= 0)[0]
        groups, place = np.unique(self.column[own], return_index=True)
        found: Places = own[place][np.argsort(groups)]
        return found

    @cached_property
    def single(self) -> Mask:
        """Of each column whether it is alone in its group."""
        count = np.bincount(self.column[self.column >= 0], minlength=1)
        found: Mask = (self.column >= 0) & (count[self.column] == 1)
        return found

    def expression(self, expression: Expression) -> Expression:
        """The same over the groups. Raises NotAlikeError."""
        own = self.column >= 0
        found = expression.cost[self.first]
        if expression.cost[~own].any() or not _same(found[self.column[own]], expression.cost[own]).all():
            raise NotAlikeError("an objective tells columns of a group from each other")
        return Expression(found, expression.constant)

    def mask(self, mask: Mask) -> Mask:
        """True for the groups that have a column for which it is true."""
        found = np.zeros(self.first.size, dtype=bool)
        found[self.column[mask & (self.column >= 0)]] = True
        return found

    def lifted(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        """Rows over the groups as rows over the columns: each column of a group with its coefficient."""
        own = np.nonzero(self.column >= 0)[0]
        member = sparse.csr_matrix((np.ones(own.size), (self.column[own], own)), (self.first.size, self.column.size))
        return sparse.csr_matrix(rows @ member)


def aggregated(matrix: Matrix, columns: Places, rows: Places, source: Places) -> tuple[Matrix, Aggregation]:
    """The matrix over groups: columns (rows) with the same label make one, in the order of their first; see above.

    ``columns`` and ``rows`` are labels of the n columns and m rows, ``source`` as in ``Aggregation``.
    Raises NotAlikeError if coefficients of a group differ, if a copy could be another value, or if what is left of a
    row cannot hold.
    """
    n = matrix.shape[1]
    own = source == np.arange(n)
    _require_copies(matrix, source, own)
    group = np.full(n, -1, dtype=np.int64)
    group[own] = _in_order(columns[own])
    row = _in_order(rows)
    a = matrix.rows.tocoo()
    moved = source[a.col] >= 0
    size = int(row.max(initial=-1)) + 1
    b = sparse.csr_matrix((a.data[moved], (row[a.row[moved]], source[a.col[moved]])), shape=(size, n))
    b.eliminate_zeros()
    low, high = _sums(row, matrix.row_low, size), _sums(row, matrix.row_high, size)
    left = np.diff(b.indptr) > 0
    if (low[~left] > EMPTY).any() or (high[~left] < -EMPTY).any():
        raise NotAlikeError("a row of which nothing is left does not hold")
    place = np.where(left, np.cumsum(left) - 1, -1)
    found = Aggregation(group, source, place[row])
    b, count = b[left], found.first.size
    whole = b[:, found.first]
    _require_alike(b, whole, group, own)
    integer = np.ones(count, dtype=bool)
    np.logical_and.at(integer, group[own], matrix.integer[own])
    least, most = _sums(group[own], matrix.low[own], count), _sums(group[own], matrix.high[own], count)
    return Matrix(sparse.csr_matrix(whole), low[left], high[left], least, most, integer), found


def _sums(group: Places, values: Vector, count: int) -> Vector:
    found = np.zeros(count)
    np.add.at(found, group, values)
    return found


def _require_alike(b: sparse.csr_matrix, whole: sparse.csr_matrix, group: Places, own: Mask) -> None:
    """Raises NotAlikeError unless each column of a group has the coefficients of its first."""
    columns = np.nonzero(own)[0]
    spread = whole.tocsc()[:, group[columns]] - b.tocsc()[:, columns]
    size = np.abs(whole.tocsc()[:, group[columns]]) + np.abs(b.tocsc()[:, columns])
    worse = (np.abs(spread) - SAME * size).tocoo()
    if (worse.data > 0.0).any():
        raise NotAlikeError("a row tells columns of a group from each other")


def _require_copies(matrix: Matrix, source: Places, own: Mask) -> None:
    """Raises NotAlikeError unless a row keeps each copy to its source, and no other loses if the copy is as large."""
    rows = matrix.rows.tocsc()
    for j in np.nonzero(~own)[0].tolist():
        kept = False
        for i in range(rows.indptr[j], rows.indptr[j + 1]):
            row, mine = rows.indices[i], rows.data[i]
            part = slice(matrix.rows.indptr[row], matrix.rows.indptr[row + 1])
            others = dict(zip(matrix.rows.indices[part].tolist(), matrix.rows.data[part].tolist(), strict=True))
            del others[j]
            only_above = np.isneginf(matrix.row_low[row])
            if (
                only_above
                and matrix.row_high[row] == 0.0
                and others == ({} if source[j] < 0 else {int(source[j]): -mine})
            ):
                kept = kept or mine > 0.0
            elif not (only_above and mine < 0.0):
                raise NotAlikeError("a copy is asked for more than to be as large as its source")
        top = 0.0 if source[j] < 0 else float(matrix.high[source[j]])
        if not kept or matrix.high[j] < top or matrix.low[j] > 0.0:
            raise NotAlikeError("a copy is not kept to its source")


def _same(one: Vector, other: Vector) -> Mask:
    found: Mask = np.abs(one - other) <= SAME * np.maximum(np.abs(one), np.abs(other))
    return found


def _in_order(labels: Places) -> Places:
    """Labels as numbers from 0, in the order in which they come first."""
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    found: Places = rank[number]
    return found
