"""Terms of rows, in the order of their columns and each column once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import sparse

from optimizer.algebra.arrays import Numbers, Vector

RESIDUE = 1e-14
"""A sum that is a smaller part of its terms than this is zero: what it shows is their rounding."""
MOST_TIMES = 1000
"""No column stands in a row more often than this."""
LONG = 1000
"""Terms on average from which on rows are looked at one by one."""
FEW = 64
"""Terms that are put into a row that is in order one by one."""


def by_row(count: int, rows: Numbers, columns: Numbers, values: Vector) -> tuple[Numbers, Numbers, Vector]:
    """Terms in any order row by row, those of a row as they came: where rows begin, columns and values."""
    width = int(columns.max(initial=-1)) + 1
    scattered = sparse.coo_matrix((values, (rows, columns)), shape=(count, width))
    scattered.has_canonical_format = True  # rows are to be gathered, and nothing summed
    gathered = scattered.tocsr()
    return gathered.indptr, gathered.indices, gathered.data


def in_order(count: int, rows: Numbers, columns: Numbers, values: Vector) -> tuple[Numbers, Numbers, Vector]:
    """The same with the columns of a row in order, each once: what is said of one twice is added up as it came.

    In time proportional to the number of terms, however long rows are: they are counted by column, then by row.
    """
    starts, places, values = by_row(int(columns.max(initial=-1)) + 1, columns, rows, values)
    by_column = sparse.csr_matrix((values, places, starts), shape=(starts.size - 1, count))
    by_column.has_canonical_format = True
    gathered = by_column.tocsc()
    lengths, columns, values = added_up(gathered.indptr, gathered.indices, gathered.data)
    starts = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(lengths, out=starts[1:])
    return starts, columns, values


def summed(columns: Numbers, values: Vector) -> tuple[Numbers, Vector]:
    """One row with its columns in order, each once, added up as they came, and nothing that is zero."""
    falls = np.nonzero(columns[1:] <= columns[:-1])[0]
    if not falls.size:
        return (columns, values) if values.all() else (columns[values != 0.0], values[values != 0.0])
    few = int(falls[-1]) + 1
    if few <= FEW and columns.size > LONG:
        return _put_in(columns[:few], values[:few], columns[few:], values[few:])
    columns, sums, whole = _by_column(columns, values)
    sums[np.abs(sums) <= RESIDUE * whole] = 0.0
    return (columns, sums) if sums.all() else (columns[sums != 0.0], sums[sums != 0.0])


def _by_column(columns: Numbers, values: Vector) -> tuple[Numbers, Vector, Vector]:
    """Columns, each once, their sums, and the sums of what is added up regardless of its sign."""
    unique, number = np.unique(columns, return_inverse=True)
    sums, whole = (np.bincount(number, each).astype(float, copy=False) for each in (values, np.abs(values)))
    return unique, sums, whole


def _put_in(few: Numbers, amounts: Vector, columns: Numbers, values: Vector) -> tuple[Numbers, Vector]:
    """A few terms and many after them, the columns of which are in order."""
    unique, sums, whole = _by_column(few, amounts)
    place = np.searchsorted(columns, unique)
    there = columns[np.minimum(place, columns.size - 1)] == unique
    both, apart = place[there], place[~there]
    sums[there] += values[both]
    whole[there] += np.abs(values[both])
    sums[np.abs(sums) <= RESIDUE * whole] = 0.0
    columns, values = np.insert(columns, apart, unique[~there]), np.insert(values, apart, sums[~there])
    values[both + np.searchsorted(apart, both, side="right")] = sums[there]
    return (columns, values) if values.all() else (columns[values != 0.0], values[values != 0.0])


def summed_by_row(starts: Numbers, columns: Numbers, values: Vector) -> tuple[Numbers, Numbers, Vector]:
    """Rows with their columns in order, each once, and nothing that is zero: lengths, columns and values.

    Long rows, which are often in order but for a few terms, are looked at one by one, and added up as they came. Of
    others the last bit of a sum of three terms and more hangs on the order in which SciPy sorts them.
    """
    falls = columns[1:] <= columns[:-1]
    inner = starts[1:-1]
    falls[inner[(inner > 0) & (inner < columns.size)] - 1] = False
    count = starts.size - 1
    if not falls.any():
        return without_zeros(starts, columns, values)
    if columns.size > LONG * count:
        parts = [summed(columns[first:last], values[first:last]) for first, last in pairwise(starts.tolist())]
        columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        return np.array([each.size for each, _ in parts], dtype=np.int32), columns, values
    rows = sparse.csr_matrix((values, columns, starts), shape=(count, int(columns.max()) + 1))
    rows.sort_indices()
    return added_up(starts, rows.indices, rows.data)


def added_up(starts: Numbers, columns: Numbers, values: Vector) -> tuple[Numbers, Numbers, Vector]:
    """Rows whose columns are in order with each column once and nothing that is zero: lengths, columns and values."""
    new = np.ones(columns.size + 1, dtype=np.bool_)
    np.not_equal(columns[1:], columns[:-1], out=new[1:-1])
    new[starts] = True
    new = new[:-1]
    if not new.all():
        kept, again = np.nonzero(new)[0], np.nonzero(~new)[0]
        # what comes again belongs to the last before it that does not
        place = again - np.arange(1, again.size + 1)
        first, others = values[kept], values[again]
        values = first.copy()
        np.add.at(values, place, others)
        _drop_residues(values, place, first, others)
        starts, columns = starts - np.searchsorted(again, starts).astype(np.int32), columns[kept]
    return without_zeros(starts, columns, values)


def without_zeros(starts: Numbers, columns: Numbers, values: Vector) -> tuple[Numbers, Numbers, Vector]:
    """Rows without coefficients that are zero: lengths, columns and values."""
    if values.all():
        return np.diff(starts), columns, values
    used = values != 0.0
    counted = np.concatenate([[0], np.cumsum(used, dtype=np.int32)])
    return np.diff(counted[starts]), columns[used], values[used]


def _drop_residues(sums: Vector, place: Numbers, first: Vector, others: Vector) -> None:
    """Make zero of the sums of terms those that are zero but for rounding, as a margin that is earned and paid away.

    A sum is of its ``first`` term and of the ``others`` that have its place. Left in, they would pass for the smallest
    coefficients of the matrix, and be scaled up.
    """
    largest = max(np.abs(first).max(), np.abs(others).max())
    if (np.abs(sums[place]) <= RESIDUE * MOST_TIMES * largest).any():
        whole = np.abs(first)
        np.add.at(whole, place, np.abs(others))
        sums[np.abs(sums) <= RESIDUE * whole] = 0.0
