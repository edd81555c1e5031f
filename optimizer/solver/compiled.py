"""A built model as a matrix, and expressions and values over its columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.algebra.direct import Direct, merged
from optimizer.algebra.linear import Column, Linear, Values
from optimizer.solver.matrix import Expression, Mask, Matrix, Names, Vector


class TriviallyInfeasibleError(Exception):
    """A constraint without variables that does not hold."""


class Compiled:
    """The matrix of a model, with its columns in the order of their declaration and its rows family by family."""

    def __init__(self, algebra: Direct) -> None:
        """Compile. Raises TriviallyInfeasibleError if a row without variables does not hold."""
        table = algebra.columns
        self._algebra = algebra
        self._fixed = np.array(list(table.fixed), dtype=np.int32)
        self._whole = np.zeros(len(table))
        self._whole[self._fixed] = list(table.fixed.values())
        self._kept = np.ones(len(table), dtype=bool)
        self._kept[self._fixed] = False
        place = np.cumsum(self._kept, dtype=np.int32) - 1
        rows = algebra.triplets()
        low, high = rows.low, rows.high
        numbers, columns, values = rows.rows, rows.columns, rows.values
        if self._fixed.size:
            known = ~self._kept[columns]
            moved = np.bincount(numbers[known], values[known] * self._whole[columns[known]], minlength=low.size)
            low, high = low - moved, high - moved
            numbers, columns, values = numbers[~known], columns[~known], values[~known]
        a = sparse.csr_matrix((values, (numbers, place[columns])), shape=(low.size, int(self._kept.sum())))
        a.eliminate_zeros()
        self._rows = np.diff(a.indptr) > 0
        empty = ~self._rows
        if ((low[empty] > 0.0) | (high[empty] < 0.0)).any():
            raise TriviallyInfeasibleError("a row without variables does not hold")
        self.matrix = Matrix(
            rows=a[self._rows] if empty.any() else a,
            row_low=low[self._rows],
            row_high=high[self._rows],
            low=np.array(table.low)[self._kept],
            high=np.array(table.high)[self._kept],
            integer=np.array(table.integer, dtype=bool)[self._kept],
        )
        self._place = place

    @cached_property
    def names(self) -> Names:
        """The names of rows and columns."""
        rows = np.array(self._algebra.row_names(), dtype=object)[self._rows]
        columns = np.array(self._algebra.variable_names(), dtype=object)[self._kept]
        return Names(tuple(rows), tuple(columns))

    def mask(self, variables: Iterable[Any]) -> Mask:
        """True for the columns of these variables."""
        wanted = np.zeros(self._kept.size, dtype=bool)
        wanted[[variable.number for variable in variables]] = True
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
