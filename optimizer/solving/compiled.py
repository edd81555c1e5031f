"""A built model as a matrix, and expressions and values over its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.algebra.array_model import ArrayModel, Piece, Rows, Windows, merged
from optimizer.algebra.arrays import Numbers, untouched
from optimizer.algebra.linear import Column, Linear, Values
from optimizer.algebra.terms import summed_by_row
from optimizer.model.context import KINDS_BUILT, Model
from optimizer.solver.layout import Layout, Roles
from optimizer.solver.matrix import Expression, Mask, Matrix, Names, Vector

MOST_DIGITS = 6
"""A number as long as this at the end of a name is a part of the name, not a period."""
PIECE = 100_000
"""Terms that are put in order at once, as many as a cache can hold, unless a row has more."""


class TriviallyInfeasibleError(Exception):
    """A constraint without variables that does not hold."""


def refuse_empty(empty: Mask, row_low: Vector, row_high: Vector) -> None:
    """Raises TriviallyInfeasibleError if one of the rows without variables, ``empty``, does not hold."""
    if ((row_low[empty] > 0.0) | (row_high[empty] < 0.0)).any():
        raise TriviallyInfeasibleError("a row without variables does not hold")


class Compiled:
    """The matrix of a model, with its columns in the order of their declaration and its rows family by family."""

    def __init__(self, algebra: ArrayModel) -> None:
        """Compile. Raises TriviallyInfeasibleError if a row without variables does not hold."""
        table = algebra.columns
        self._algebra = algebra
        self._fixed = np.array(list(table.fixed), dtype=np.int32)
        self._whole = np.zeros(len(table))
        self._whole[self._fixed] = list(table.fixed.values())
        self._kept = np.ones(len(table), dtype=bool)
        self._kept[self._fixed] = False
        self._place = place = np.maximum(np.cumsum(self._kept, dtype=np.int32) - 1, 0)
        families = algebra.row_families.values()
        limits = [family.limits() for family in families]
        row_low, row_high = (np.concatenate([*each, np.zeros(0)]) for each in zip(*limits, ((), ()), strict=True))
        size = sum(family.size() for family in families)
        indices, data = untouched(size, np.int32), untouched(size, np.float64)
        length, first, filled = np.zeros(row_low.size, dtype=np.int32), 0, 0
        for lengths, columns, values in _pieces(families):
            rows = slice(first, first + lengths.size)
            limits_here = row_low[rows], row_high[rows]
            length[rows], columns, values = self._summed(lengths, columns, values, *limits_here)
            kept = slice(filled, filled + values.size)
            indices[kept], data[kept] = place[columns] if self._fixed.size else columns, values
            first, filled = rows.stop, kept.stop
        data, indices = data[:filled], indices[:filled]
        self._rows = length > 0
        refuse_empty(~self._rows, row_low, row_high)
        starts = np.concatenate([[0], np.cumsum(length[self._rows])])
        self.matrix = Matrix(
            rows=sparse.csr_matrix((data, indices, starts), shape=(starts.size - 1, int(self._kept.sum()))),
            row_low=row_low[self._rows],
            row_high=row_high[self._rows],
            low=np.frombuffer(table.low)[self._kept],
            high=np.frombuffer(table.high)[self._kept],
            integer=np.frombuffer(table.integer, dtype=np.bool_)[self._kept],
        )

    def _summed(
        self, lengths: Numbers, columns: Numbers, values: Vector, low: Vector, high: Vector
    ) -> tuple[Numbers, Numbers, Vector]:
        """Some rows with their columns in order, each once, and nothing that is zero: lengths, columns, coefficients.

        What is fixed is taken from the limits ``low`` and ``high``.
        """
        starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int32)])
        if self._fixed.size and (known := np.nonzero(~self._kept[columns])[0]).size:
            own = np.searchsorted(starts, known, side="right") - 1
            moved = np.bincount(own, values[known] * self._whole[columns[known]], minlength=low.size)
            low -= moved
            high -= moved
            values[known] = 0.0
        return summed_by_row(starts, columns, values)

    @cached_property
    def names(self) -> Names:
        """The names of rows and columns."""
        rows = np.array(self._algebra.row_names(), dtype=object)[self._rows]
        columns = np.array(self._algebra.variable_names(), dtype=object)[self._kept]
        return Names(tuple(rows), tuple(columns))

    def columns_of(self, family: str) -> Iterator[tuple[Any, Numbers, Numbers]]:
        """Of a family its keys, each with periods and columns; of one that is not over time with one column, period 0.

        A column that is fixed is no column of the matrix: −1. Nothing where there is no such family.
        """
        place = np.where(self._kept, np.cumsum(self._kept) - 1, -1)
        first, keys = self._algebra.variable_families.get(family, (0, ()))
        if isinstance(keys, Windows):
            for key, window in keys.windows.items():
                periods = np.array(window, dtype=np.int32)
                yield key, periods, place[first : first + periods.size]
                first += periods.size
        else:
            for number, key in enumerate(keys, first):
                yield key, np.zeros(1, dtype=np.int32), place[number : number + 1]

    @property
    def row_families(self) -> Iterable[str]:
        """The names of the families of rows."""
        return self._algebra.row_families

    def rows_of(self, family: str) -> Iterator[tuple[Any, Numbers, Numbers]]:
        """Of a family the keys of its rows, each with periods and rows, the latter periods × rows of each.

        A row that holds without columns is no row of the matrix: −1. Nothing where there is no such family.
        """
        place = np.where(self._rows, np.cumsum(self._rows) - 1, -1)
        begin = 0
        for name, rows in self._algebra.row_families.items():
            for part in rows.keyed if name == family else ():
                numbers = begin + part.first + np.arange(part.places.size * part.each)
                yield part.key, part.places + 1, place[numbers].reshape(part.places.size, part.each)
            begin += len(rows)

    @cached_property
    def layout(self) -> Layout:
        """Where the columns stand in time, by their keys and the names of their families."""
        period = np.zeros(self._kept.size, dtype=np.int32)
        choice = np.full(self._kept.size, -1, dtype=np.int32)
        line = np.full(self._kept.size, -1, dtype=np.int32)
        lines: dict[Any, int] = {}
        for number, (name, (first, keys)) in enumerate(self._algebra.variable_families.items()):
            listed = list(keys)
            part = slice(first, first + len(listed))
            of_family = name.rpartition(".")[2]
            if of_family.isdecimal() and len(of_family) < MOST_DIGITS:
                period[part], choice[part] = int(of_family), number
                line[part] = lines.setdefault(name.rpartition(".")[0], len(lines))
            else:
                lasts = [key[-1] if isinstance(key, tuple) else key for key in listed]
                period[part] = [last if isinstance(last, int) else 0 for last in lasts]
                line[part] = [lines.setdefault((name, _without_period(key)), len(lines)) for key in listed]
        return Layout(period[self._kept], choice[self._kept], line=line[self._kept])

    def layout_of(self, model: Model) -> Layout:
        """The same, with what the model has noted of its columns."""
        noted = (*(model.built[what] for what in KINDS_BUILT), model.implied)
        sites, orders, implied = (self.mask(columns) & self.matrix.integer for columns in noted)
        place = np.where(self._kept, np.cumsum(self._kept) - 1, -1).astype(np.int32)

        def places(lists: Iterable[Iterable[Any]]) -> tuple[Numbers, ...]:
            found = (place[[each.number for each in columns]] for columns in lists)
            return tuple(columns[columns >= 0] for columns in found if columns.size)

        roles = Roles(sites, orders, implied, places(model.dated), places(model.raised))
        return replace(self.layout, roles=roles)

    def decided(self, families: Mapping[str, Numbers]) -> Numbers:
        """The period in which each column is decided, by what ``Model.decided`` has of each family."""
        periods = [families[name] for name in self._algebra.variable_families]
        return np.concatenate([*periods, np.zeros(0, dtype=np.int32)])[self._kept]

    def mask(self, variables: Iterable[Any]) -> Mask:
        """True for the columns of these variables, each a column or a timeline of some."""
        wanted = np.zeros(self._kept.size, dtype=bool)
        for variable in variables:
            wanted[variable.number if isinstance(variable, Column) else variable.terms()[1]] = True
        return wanted[self._kept]

    def columns_in(self, expression: Any) -> Numbers:
        """The columns of the matrix that stand in an expression, or in one over time."""
        if isinstance(expression, (int, float)):
            return np.zeros(0, dtype=np.int32)
        there = np.array([expression.number]) if isinstance(expression, Column) else expression.terms()[-2]
        return np.asarray(self._place[there[self._kept[there]]], dtype=np.int32)

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
                long = sum(sign * float(values @ whole[columns]) for columns, values, sign in expression.blocks)
                return expression.constant + short + long
            return float(expression)

        return at


def _without_period(key: Any) -> Any:
    """What a column stands for over all periods, by its key."""
    if isinstance(key, tuple):
        return key[:-1] if isinstance(key[-1], int) else key
    return () if isinstance(key, int) else key


def _pieces(families: Iterable[Rows]) -> Iterator[Piece]:
    """All rows, in pieces of about so many terms; most families have few."""
    waiting: list[Piece] = []
    size = 0
    for piece in (piece for family in families for piece in family.pieces(PIECE)):
        waiting.append(piece)
        size += piece[1].size
        if size >= PIECE:
            yield _joined(waiting)
            waiting, size = [], 0
    yield _joined(waiting)


def _joined(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    nothing = np.zeros(0, dtype=np.int32)
    lengths, columns, values = zip((nothing, nothing, np.zeros(0)), *pieces, strict=True)
    return np.concatenate(lengths), np.concatenate(columns), np.concatenate(values)
