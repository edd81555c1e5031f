"""A built model as a matrix, and expressions and values over its columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.algebra.direct import RESIDUE, Direct, merged
from optimizer.algebra.linear import Column, Linear, Numbers, Values
from optimizer.solver.matrix import Expression, Mask, Matrix, Names, Vector


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
        low, high = rows.low, rows.high
        numbers, columns, values = rows.rows, rows.columns, rows.values
        if self._fixed.size:
            known = ~self._kept[columns]
            moved = np.bincount(numbers[known], values[known] * self._whole[columns[known]], minlength=low.size)
            low, high = low - moved, high - moved
            numbers, columns, values = numbers[~known], columns[~known], values[~known]
            columns = (np.cumsum(self._kept, dtype=np.int32) - 1)[columns]
        a = sparse.csr_matrix((values, (numbers, columns)), shape=(low.size, int(self._kept.sum())))
        _drop_residues(a, numbers, columns, values)
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
    row_of = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))
    whole = np.bincount(rows, np.abs(values), minlength=a.shape[0])
    small = np.nonzero((a.data != 0.0) & (np.abs(a.data) <= RESIDUE * whole[row_of]))[0]
    if small.size:
        inside = np.isin(rows, row_of[small])
        terms = sparse.csr_matrix((np.abs(values[inside]), (rows[inside], columns[inside])), shape=a.shape)
        sums = np.asarray(terms[row_of[small], a.indices[small]]).ravel()
        a.data[small[np.abs(a.data[small]) <= RESIDUE * sums]] = 0.0
    a.eliminate_zeros()


def _number(variable: Column | Linear) -> int:
    """The column of a variable, which a timeline gives as an expression of one term."""
    return variable.number if isinstance(variable, Column) else variable.columns[0]
