"""A mixed-integer programme as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

Vector = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


WIDEST_RANGE = 1e8
"""A matrix whose coefficients span more than this is rescaled before it is solved."""
TINY = 1e-8
"""Smaller coefficients, as a rate next to nothing is, have no say in the scales: they would pull all others apart."""
FAR = 1e6
"""No column gets as far as an end beyond this. An interior point method that has to stay away from such ends as from
all others makes no progress at last."""
NOTHING = 1e-12
"""A column as near as this to an end is at it."""
ROUNDING = 2e-7
"""How far a column that keeps its value may move, times its size where that is more than 1: by more than HiGHS takes
for nothing. Columns as narrow as its tolerance it may set at either end, and then it calls rows of them infeasible."""


@dataclass(frozen=True)
class Matrix:
    """row_low ≤ A·x ≤ row_high, low ≤ x ≤ high, x integer where ``integer``.

    ``rows`` is A by rows (m × n, CSR); the vectors have m or n entries.
    """

    rows: sparse.csr_matrix
    row_low: Vector
    row_high: Vector
    low: Vector
    high: Vector
    integer: Mask

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows.shape  # type: ignore[no-any-return]

    def with_row(self, row: Vector, low: float, high: float) -> Matrix:
        """The same with one more row."""
        return replace(
            self,
            rows=sparse.vstack([self.rows, sparse.csr_matrix(row)], format="csr"),
            row_low=np.append(self.row_low, low),
            row_high=np.append(self.row_high, high),
        )

    def fixed_integers(self, x: Vector, free: Mask | None = None) -> Matrix:
        """What is left when every integer, but for those that stay ``free``, takes its value in ``x``, rounded."""
        fixed = self.integer if free is None else self.integer & ~free
        low, high = self.low.copy(), self.high.copy()
        low[fixed] = high[fixed] = np.round(x[fixed])
        return replace(self, low=low, high=high, integer=self.integer & ~fixed)

    def keeping(self, x: Vector, columns: Mask) -> Matrix:
        """What is left when these columns keep their values in ``x``: integers rounded, those at an end there, and the
        others but for rounding.
        """
        low, high = self.low.copy(), self.high.copy()
        whole, rest = columns & self.integer, columns & ~self.integer
        low[whole] = high[whole] = np.round(x[whole])
        at_low, at_high = rest & (x - self.low <= NOTHING), rest & (self.high - x <= NOTHING)
        high[at_low], low[at_high] = self.low[at_low], self.high[at_high]
        rest &= ~(at_low | at_high)
        room = ROUNDING * np.maximum(1.0, np.abs(x[rest]))
        low[rest], high[rest] = np.maximum(low[rest], x[rest] - room), np.minimum(high[rest], x[rest] + room)
        high[rest] = np.maximum(low[rest], high[rest])
        return replace(self, low=low, high=high, integer=self.integer & ~columns)

    def relaxed(self) -> Matrix:
        """The same without integrality."""
        return replace(self, integer=np.zeros_like(self.integer))

    def without_far_bounds(self) -> Matrix:
        """The same, and columns without an end where theirs is FAR."""
        low, high = np.where(self.low < -FAR, -np.inf, self.low), np.where(self.high > FAR, np.inf, self.high)
        return replace(self, low=low, high=high)

    def ends_hold(self, x: Vector) -> bool:
        """Whether no column goes beyond an end that is FAR, but for rounding."""
        beyond = np.maximum(self.low - x, x - self.high) > NOTHING * np.abs(x)
        return not (beyond & (np.abs(x) > FAR)).any()

    def well_scaled(self) -> tuple[Matrix, Vector]:
        """The same, rescaled where its coefficients span more than WIDEST_RANGE, and the column scales s, x = s·x'."""
        size = np.abs(self.rows.data[self._telling()])
        wide = size.size > 0 and size.max() / size.min() > WIDEST_RANGE
        return self.equilibrated() if wide else (self, np.ones(self.shape[1]))

    def equilibrated(self) -> tuple[Matrix, Vector]:
        """The same, scaled by powers of two towards 1, and the column scales s, x = s·x'.

        Integer columns keep their scale 1. Powers of two change no digit.
        """
        a, telling = self.rows.tocoo(), self._telling()
        logs, row_of, column_of = np.log2(np.abs(a.data[telling])), a.row[telling], a.col[telling]
        rows, columns = np.zeros(self.shape[0]), np.zeros(self.shape[1])
        for _ in range(3):
            rows = -_middle(logs + columns[column_of], row_of, self.shape[0])
            columns = np.where(self.integer, 0.0, -_middle(logs + rows[row_of], column_of, self.shape[1]))
        r, s = np.exp2(np.round(rows)), np.exp2(np.round(columns))
        scaled = replace(
            self,
            rows=sparse.csr_matrix(sparse.diags(r) @ self.rows @ sparse.diags(s)),
            row_low=self.row_low * r,
            row_high=self.row_high * r,
            low=self.low / s,
            high=self.high / s,
        )
        return scaled, s

    def _telling(self) -> Mask:
        """The coefficients that are not TINY, by themselves or beside the largest of their row."""
        size = np.abs(self.rows.data)
        telling: Mask = size > TINY
        if telling.all():
            return telling
        row_of = np.repeat(np.arange(self.shape[0]), np.diff(self.rows.indptr))
        largest = np.zeros(self.shape[0])
        np.maximum.at(largest, row_of, size)
        telling |= size > TINY * largest[row_of]
        return telling

    def coefficient_range(self) -> tuple[float, float]:
        """Smallest and largest absolute coefficient of A (1, 1 if it has none)."""
        size = np.abs(self.rows.data[self.rows.data != 0.0])
        return (float(size.min()), float(size.max())) if size.size else (1.0, 1.0)


@dataclass(frozen=True)
class Names:
    """The names of rows and columns, in order; rows that are added to a matrix later come after these."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]


def _middle(logs: Vector, group: np.ndarray[Any, np.dtype[np.int32]], count: int) -> Vector:
    """Half-way between the least and the largest of each group (0 where a group is empty)."""
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, group, logs)
    np.maximum.at(high, group, logs)
    empty = np.isinf(low)
    return np.where(empty, 0.0, (np.where(empty, 0.0, low) + np.where(empty, 0.0, high)) / 2.0)


@dataclass(frozen=True)
class Expression:
    """A linear expression over the columns: constant + cost·x."""

    cost: Vector
    constant: float

    def plus(self, other: Expression, factor: float) -> Expression:
        """This + factor·other."""
        return Expression(self.cost + factor * other.cost, self.constant + factor * other.constant)

    def value(self, x: Vector) -> float:
        """Its value at ``x``, summed without loss of digits."""
        used = np.nonzero(self.cost)[0]
        return math.fsum([self.constant, *(self.cost[used] * x[used])])
