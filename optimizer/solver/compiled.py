"""A built model as a matrix, and expressions and values over its columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.algebra.direct import RESIDUE, Direct, merged
from optimizer.algebra.linear import Column, Linear, Numbers, Values
from optimizer.solver.first_plan import Layout
from optimizer.solver.matrix import Expression, Mask, Matrix, Names, Vector

MOST_TIMES = 1000
"""No column stands in a row more often than this."""


class TriviallyInfeasibleError(Exception):
    """A constraint without variables that does not hold."""


class Compiled:
    """The matrix of a model, with its columns in the order of their declaration and its rows family by family."""

    def __init__(self, algebra: Direct) -> None:
        """Compile. Raises TriviallyInfeasibleError if a row without variables does not hold."""
        table, rows = algebra.columns, algebra.triplets()
        self._algebra = algebra
        self._fixed = np.array(list(table.fixed), dtype=np.int32)
        self._whole = np.zeros(len(table))
        self._whole[self._fixed] = list(table.fixed.values())
        self._kept = np.ones(len(table), dtype=bool)
        self._kept[self._fixed] = False
        low, high, numbers, columns, values = rows.low, rows.high, rows.rows, rows.columns, rows.values
        if self._fixed.size:
            known = np.nonzero(~self._kept[columns])[0]
            amounts = values[known] * self._whole[columns[known]]
            moved = np.bincount(numbers[known], amounts, minlength=low.size)
            low, high = low - moved, high - moved
            values[known] = 0.0
            columns = np.maximum(np.cumsum(self._kept, dtype=np.int32) - 1, 0)[columns]
        if not self._kept.any():
            numbers, columns, values = numbers[:0], columns[:0], values[:0]
        a = sparse.csr_matrix((values, (numbers, columns)), shape=(low.size, int(self._kept.sum())))
        if values.size:
            _drop_residues(a, numbers, columns, values)
        a.eliminate_zeros()
        self._rows = np.diff(a.indptr) > 0
        empty = ~self._rows
        if ((low[empty] > 0.0) | (high[empty] < 0.0)).any():
            raise TriviallyInfeasibleError("a row without variables does not hold")
        starts = np.append(a.indptr[:-1][self._rows], a.indptr[-1])
        self.matrix = Matrix(
            rows=sparse.csr_matrix((a.data, a.indices, starts), shape=(starts.size - 1, a.shape[1])),
            row_low=low[self._rows],
            row_high=high[self._rows],
            low=np.frombuffer(table.low)[self._kept],
            high=np.frombuffer(table.high)[self._kept],
            integer=np.frombuffer(table.integer, dtype=np.bool_)[self._kept],
        )

    @cached_property
    def names(self) -> Names:
        """The names of rows and columns."""
        rows = np.array(self._algebra.row_names(), dtype=object)[self._rows]
        columns = np.array(self._algebra.variable_names(), dtype=object)[self._kept]
        return Names(tuple(rows), tuple(columns))

    @cached_property
    def layout(self) -> Layout:
        """Where the columns stand in time, by their keys and the names of their families."""
        period = np.zeros(self._kept.size, dtype=np.int32)
        choice = np.full(self._kept.size, -1, dtype=np.int32)
        for number, (name, (first, keys)) in enumerate(self._algebra.variable_families.items()):
            listed = list(keys)
            part = slice(first, first + len(listed))
            of_family = name.rpartition(".")[2]
            if of_family.isdecimal():
                period[part], choice[part] = int(of_family), number
            else:
                lasts = [key[-1] if isinstance(key, tuple) else key for key in listed]
                period[part] = [last if isinstance(last, int) else 0 for last in lasts]
        return Layout(period[self._kept], choice[self._kept])

    def mask(self, variables: Iterable[Any]) -> Mask:
        """True for the columns of these variables."""
        wanted = np.zeros(self._kept.size, dtype=bool)
        wanted[[_number(variable) for variable in variables]] = True
        return wanted[self._kept]

    def expression(self, expression: Any) -> Expression:
        """An expression of the model over the columns of the matrix."""
        whole = np.zeros(self._kept.size)
        if isinstance(expression, (int, float)):
            return Expression(whole[self._kept], float(expression))
        columns, coefficients, constant = merged(expression)
        whole[columns] = coefficients
        return Expression(whole[self._kept], constant + float(whole[self._fixed] @ self._whole[self._fixed]))

    def values(self, x: Vector) -> Values:
        """The value of any expression of the model at a solution of the matrix."""
        whole = self._whole.copy()
        whole[self._kept] = x
        known = whole.tolist()

        def at(expression: Any) -> float:
            if isinstance(expression, Column):
                return known[expression.number]
            if isinstance(expression, Linear):
                short = sum(c * known[j] for j, c in zip(expression.columns, expression.coefficients, strict=True))
                long = sum(float(coefficients @ whole[columns]) for columns, coefficients in expression.blocks)
                return expression.constant + short + long
            return float(expression)

        return at


def _drop_residues(a: sparse.csr_matrix, rows: Numbers, columns: Numbers, values: Vector) -> None:
    """Take out of the sums of triplets those that are zero but for rounding, as a margin that is earned and paid away.

    Left in, they would pass for the smallest coefficients of the matrix, and be scaled up.
    """
    limit = RESIDUE * MOST_TIMES * max(values.max(), -values.min())
    small = np.nonzero((a.data <= limit) & (a.data >= -limit) & (a.data != 0.0))[0]
    if not small.size:
        return
    doubtful = np.zeros(a.shape[0], dtype=bool)
    doubtful[np.searchsorted(a.indptr, small, side="right") - 1] = True
    inside = doubtful[rows]
    terms = sparse.csr_matrix((np.abs(values[inside]), (rows[inside], columns[inside])), shape=a.shape)
    entries = np.nonzero(np.repeat(doubtful, np.diff(a.indptr)))[0]  # the same places as those of the terms, in order
    a.data[entries[np.abs(a.data[entries]) <= RESIDUE * terms.data]] = 0.0


def _number(variable: Column | Linear) -> int:
    """The column of a variable, which a timeline gives as an expression of one term."""
    return variable.number if isinstance(variable, Column) else variable.columns[0]
