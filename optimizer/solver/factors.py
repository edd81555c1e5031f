"""Columns that stand in many rows in the same proportions, said once: the same programme in fewer numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.solver.layout import Places
from optimizer.solver.matrix import Matrix, Vector

LONG_ROW, LONG_COLUMN = 200, 12
"""What is looked at: the terms in rows of more than so many, of columns with at least so many of them."""
FEWEST_COLUMNS, MOST_OTHERS = 4, 6
"""So many columns are worth a sum; of each of them so many terms may be out of proportion, and stay as they are."""
SAME = 1e-13
"""Terms that differ from the proportion by less than this part of them are in it: what is left is rounding."""
WORTH_IT = 0.7
"""A matrix that keeps a larger part of its numbers stays as it is."""


@dataclass(frozen=True)
class Factored:
    """A matrix with one more column and row for each set of columns in proportion::

        Σ_j a_ij·x_j  =  b_i·w + Σ_j (a_ij − α_j·b_i)·x_j,    w = Σ_j α_j·x_j

    Phases that differ in what they cost alone are paid and written off in the same shares: each of them stands in the
    rows of cash of two years and in the books ever after, and here once, in w. ``sums`` are the α, sets × columns.
    """

    matrix: Matrix
    sums: sparse.csr_matrix

    def longer(self, x: Vector) -> Vector:
        """A plan with the values of its sums."""
        return np.concatenate([x, self.sums @ x])

    def of_columns(self, cost: Vector) -> Vector:
        """The coefficients of an expression, to which sums add nothing."""
        return np.concatenate([cost, np.zeros(self.sums.shape[0])])


def factored(matrix: Matrix, wanted: bool = True) -> Factored:
    """The same in fewer numbers, where that is ``wanted`` and worth it."""
    as_it_is = Factored(matrix, sparse.csr_matrix((0, matrix.shape[1])))
    if not wanted:
        return as_it_is
    rows, n = matrix.rows, matrix.shape[1]
    long = np.diff(rows.indptr) > LONG_ROW
    part = rows[long].tocsc()
    part.sort_indices()
    sets = list(_in_proportion(part))
    if not sets:
        return as_it_is
    sums = sparse.csr_matrix(
        (
            np.concatenate([alpha for _, alpha, _ in sets]),
            (
                np.repeat(np.arange(len(sets)), [members.size for members, _, _ in sets]),
                np.concatenate([members for members, _, _ in sets]),
            ),
        ),
        shape=(len(sets), n),
    )
    models = part[:, [model for _, _, model in sets]]
    rest = part - models @ sums
    rest.data[np.abs(rest.data) <= SAME * np.abs(_at(part, rest))] = 0.0
    rest.eliminate_zeros()
    size = rows.nnz - part.nnz + rest.nnz + models.nnz + sums.nnz + len(sets)
    if size > WORTH_IT * rows.nnz:
        return as_it_is
    others = rows[~long]
    found = sparse.vstack(
        [
            sparse.hstack([others, sparse.csr_matrix((others.shape[0], len(sets)))]),
            sparse.hstack([rest, models]),
            sparse.hstack([-sums, sparse.identity(len(sets))]),
        ],
        format="csr",
    )
    found.sort_indices()
    order, nothing = np.concatenate([np.nonzero(~long)[0], np.nonzero(long)[0]]), np.zeros(len(sets))
    return Factored(
        replace(
            matrix,
            rows=found,
            row_low=np.concatenate([matrix.row_low[order], nothing]),
            row_high=np.concatenate([matrix.row_high[order], nothing]),
            low=np.concatenate([matrix.low, nothing - np.inf]),
            high=np.concatenate([matrix.high, nothing + np.inf]),
            integer=np.concatenate([matrix.integer, nothing != 0.0]),
        ),
        sums,
    )


def _in_proportion(part: sparse.csc_matrix) -> Iterator[tuple[Places, Vector, int]]:
    """Sets of columns that stand in the same rows, but for a few terms as α times the column that is their model."""
    places: dict[bytes, list[int]] = defaultdict(list)
    for j, (first, end) in enumerate(zip(part.indptr[:-1].tolist(), part.indptr[1:].tolist(), strict=True)):
        if end - first >= LONG_COLUMN:
            places[part.indices[first:end].tobytes()].append(j)
    for same in places.values():
        left = same
        while len(left) >= FEWEST_COLUMNS:
            model = left[-1]
            members: list[int] = []
            others: list[int] = []
            alphas: list[float] = []
            shape = _terms(part, model)
            for j in left:
                terms = _terms(part, j)
                alpha = float(np.median(terms / shape))
                fits = np.count_nonzero(np.abs(terms - alpha * shape) > SAME * np.abs(terms)) <= MOST_OTHERS
                (members if fits else others).append(j)
                if fits:
                    alphas.append(alpha)
            if len(members) >= FEWEST_COLUMNS:
                yield np.array(members, dtype=np.int32), np.array(alphas), model
            left = others


def _terms(part: sparse.csc_matrix, j: int) -> Vector:
    found: Vector = part.data[part.indptr[j] : part.indptr[j + 1]]
    return found


def _at(part: sparse.csc_matrix, rest: sparse.csc_matrix) -> Vector:
    """What stands in ``part`` where ``rest`` has a term."""
    rest.sort_indices()
    places = rest.tocoo()
    found: Vector = np.asarray(part.tocsr()[places.row, places.col]).ravel()
    return found
