"""Columns and rows as arrays from the start: what is solved."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from optimizer.algebra.arrays import Mask, Numbers, Vector
from optimizer.algebra.expr import Constraint, TimeConstraint
from optimizer.algebra.linear import INFINITE, Block, Column, Columns, Linear, Row, signed
from optimizer.algebra.panel import ArrayPanel, PanelRow
from optimizer.algebra.terms import by_row, summed
from optimizer.algebra.time_expr import ArrayTimeExpr, Terms, TimeRow

Bounds = Mapping[Any, float] | float
TimeBounds = Mapping[Any, float | Vector] | float
"""By key a number, or an array of T numbers."""


class KeyedRows(NamedTuple):
    """Whose some rows of a family are: from ``first`` on ``each`` rows for every place (period − 1)."""

    key: Hashable
    first: int
    each: int
    places: Numbers


class Stripes(NamedTuple):
    """Terms of the rows from ``first`` to before ``last`` of a family, which no other stripes have terms of.

    Rows, columns and coefficients, of one shape but for coefficients, which broadcast to it.
    """

    first: int
    last: int
    terms: list[Terms]


Piece = tuple[Numbers, Numbers, Vector]
"""Some rows that follow one another: how many terms each has, and their columns and coefficients."""


class Rows:
    """A family of rows, in the order in which they are added."""

    def __init__(self) -> None:
        self.low, self.high = array("d"), array("d")
        self.constant = array("d")
        self.length = array("i")
        self.columns, self.coefficients = array("i"), array("d")
        self.blocks: list[tuple[int, Block]] = []
        self.stripes: list[Stripes] = []
        self.keyed: list[KeyedRows] = []

    def __len__(self) -> int:
        return len(self.low)

    def add(self, row: Constraint | bool) -> None:
        """Add a row; one without variables is a truth value."""
        if isinstance(row, bool):
            row = Row(Linear([], []), 0.0 if row else 1.0, INFINITE)
        expression, number = row.expression, len(self.low)
        self.low.append(row.low)
        self.high.append(row.high)
        if isinstance(expression, Linear):
            self.constant.append(expression.constant)
            self.length.append(len(expression.columns))
            self.columns.extend(expression.columns)
            self.coefficients.extend(expression.coefficients)
            if expression.blocks:
                self.blocks += [(number, block) for block in expression.blocks]
        else:
            assert isinstance(expression, Column)
            self.constant.append(0.0)
            self.length.append(1)
            self.columns.append(expression.number)
            self.coefficients.append(1.0)

    def add_each(self, *rows: TimeConstraint, periods: Iterable[int], key: Hashable = None) -> None:
        """Add the rows of these periods, period by period."""
        own = [_own(row) for row in rows]
        chosen = _places(periods)
        first, count = len(self.low), chosen.size * len(own)
        if key is not None:
            self.keyed.append(KeyedRows(key, first, len(own), chosen))
        low, high, constant = (np.zeros((chosen.size, len(own))) for _ in range(3))
        rank = np.full(own[0].expression.periods, -1, dtype=np.int32)
        rank[chosen] = np.arange(first, first + count, len(own), dtype=np.int32)
        terms = []
        for i, row in enumerate(own):
            place, columns, values = row.expression.terms()
            number = rank[place]
            inside = number >= 0
            if not inside.all():
                number, columns, values = number[inside], columns[inside], values[inside]
            terms.append((number + i if i else number, columns, values))
            for target, limit in ((low, row.low), (high, row.high), (constant, row.expression.constant)):
                target[:, i] = limit[chosen] if isinstance(limit, np.ndarray) else limit
        self.stripes.append(Stripes(first, first + count, terms))
        self.low.frombytes(low.tobytes())
        self.high.frombytes(high.tobytes())
        self.constant.frombytes(constant.tobytes())
        self.length.frombytes(bytes(count * self.length.itemsize))

    def add_all(self, row: TimeConstraint, within: Mask, keys: Sequence[Hashable]) -> None:
        """Add the rows of a panel, key by key, where ``within`` (keys × T) is true."""
        assert isinstance(row, PanelRow)
        first = len(self.low)
        rank = np.full(within.shape, -1, dtype=np.int32)
        rank[within] = np.arange(first, first + np.count_nonzero(within), dtype=np.int32)
        number = first
        for key, mine in zip(keys, within, strict=True):
            places = np.nonzero(mine)[0].astype(np.int32)
            if places.size:
                self.keyed.append(KeyedRows(key, number, 1, places))
                number += places.size
        self.stripes.append(Stripes(first, first + int(np.count_nonzero(within)), list(row.stripes(rank))))
        constant = row.expression.constant
        for target, limit in ((self.low, row.low), (self.high, row.high), (self.constant, constant)):
            target.frombytes(np.broadcast_to(limit, within.shape)[within].astype(float).tobytes())
        self.length.frombytes(bytes(np.count_nonzero(within) * self.length.itemsize))

    def size(self) -> int:
        """The number of nonzeros; a column that stands twice in a row counts twice."""
        long = sum(block[0].size for _, block in self.blocks)
        return len(self.columns) + long + sum(term[1].size for stripes in self.stripes for term in stripes.terms)

    def pieces(self, most: int) -> Iterator[Piece]:
        """All rows, in pieces of about so many terms, unless a row or an ``add_all`` has more."""
        if self.stripes and (self.columns or self.blocks):
            yield self._mixed()
        elif self.stripes:
            yield from self._in_stripes(most)
        else:
            yield from self._one_by_one(most)

    def _one_by_one(self, most: int) -> Iterator[Piece]:
        """Rows that were added one by one."""
        lengths = np.array(self.length, dtype=np.int32)
        short, factors = np.frombuffer(self.columns, dtype=np.int32), np.frombuffer(self.coefficients)
        if not self.blocks:
            yield lengths, short, factors
            return
        ends = np.concatenate([[0], np.cumsum(lengths)]).tolist()
        columns: list[Numbers] = []
        values: list[Vector] = []
        first, at, size, before = 0, 0, 0, -1
        for number, (where, coefficients, sign) in self.blocks:
            if size >= most and number > before:
                rest = slice(at, ends[number])
                yield lengths[first:number], *_all(columns, values, short[rest], factors[rest])
                first, at, size, columns, values = number, ends[number], 0, [], []
            columns += [short[at : ends[number + 1]], where]
            values += [factors[at : ends[number + 1]], signed(coefficients, sign)]
            lengths[number] += where.size
            at, size, before = ends[number + 1], size + where.size, number
        yield lengths[first:], *_all(columns, values, short[at:], factors[at:])

    def _in_stripes(self, most: int) -> Iterator[Piece]:
        """Rows of which all terms are in stripes."""
        first, size = 0, 0
        own: list[Terms] = []
        for stripes, following in zip(self.stripes, [*self.stripes[1:], None], strict=True):
            own += sorted(stripes.terms, key=_from_row)
            size += sum(columns.size for _, columns, _ in stripes.terms)
            if following is None or size >= most:
                last = len(self) if following is None else stripes.last
                yield _by_row(last - first, *_flat(own, size, first))
                first, size, own = last, 0, []

    def _mixed(self) -> Piece:
        """Rows of both kinds, all at once."""
        lengths, columns, values = next(self._one_by_one(self.size() + 1))
        own = [(np.repeat(np.arange(lengths.size, dtype=np.int32), lengths), columns, values)]
        own += [term for stripes in self.stripes for term in stripes.terms]
        return _by_row(len(self), *_flat(own, self.size(), 0))

    def limits(self) -> tuple[Vector, Vector]:
        """The limits of its rows, with the constants moved."""
        constant = np.frombuffer(self.constant)
        return np.frombuffer(self.low) - constant, np.frombuffer(self.high) - constant


def _all(columns: list[Numbers], values: list[Vector], last: Numbers, factors: Vector) -> tuple[Numbers, Vector]:
    """Parts in one, the last of them too."""
    return np.concatenate([*columns, last]), np.concatenate([*values, factors])


def _from_row(term: Terms) -> int:
    """How far the first column of some terms is from the row that it stands in: so rows are often in order."""
    rows, columns, _ = term
    return int(columns.flat[0]) - int(rows.flat[0]) if columns.size else 0


def _flat(terms: Sequence[Terms], size: int, first: int) -> Terms:
    """Terms of stripes in one, with rows counted from the ``first``."""
    rows, columns, values = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32), np.empty(size)
    begun = 0
    for number, column, value in terms:
        own = slice(begun, begun + column.size)
        np.subtract(number, first, out=rows[own].reshape(column.shape))
        columns[own].reshape(column.shape)[...] = column
        values[own].reshape(column.shape)[...] = value
        begun = own.stop
    return rows, columns, values


def _by_row(count: int, rows: Numbers, columns: Numbers, values: Vector) -> Piece:
    starts, columns, values = by_row(count, rows, columns, values)
    return np.diff(starts), columns, values


def _own(row: TimeConstraint) -> TimeRow:
    assert isinstance(row, TimeRow)
    return row


class ArrayModel:
    """A model as columns and families of rows."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.variable_families: dict[str, tuple[int, Iterable[Hashable]]] = {}
        self.row_families: dict[str, Rows] = {}

    def variables(
        self, name: str, keys: Sequence[Hashable], low: Bounds, high: Bounds, *, integer: bool
    ) -> dict[Any, Column]:
        """A column for each key."""
        table, first = self.columns, len(self.columns)
        self.variable_families[_new(name, self.variable_families)] = (first, keys)
        table.low.extend(_each(low, keys))
        table.high.extend(_each(high, keys))
        table.integer.extend(bytes([integer]) * len(keys))
        return {key: Column(table, number) for number, key in enumerate(keys, start=first)}

    def timelines(
        self,
        name: str,
        windows: Mapping[Any, Sequence[int]],
        horizon: int,
        low: TimeBounds,
        high: TimeBounds,
        *,
        integer: bool,
    ) -> dict[Any, ArrayTimeExpr]:
        """A column for each key and period of its window; bounds by key: a number, or an array of T numbers."""
        table, first = self.columns, len(self.columns)
        self.variable_families[_new(name, self.variable_families)] = (first, Windows(windows))
        size, begun = sum(map(len, windows.values())), 0
        numbers = np.arange(first, first + size, dtype=np.int32)
        least, most = (np.full(size, 0.0 if isinstance(each, Mapping) else float(each)) for each in (low, high))
        by_key = [(each, bounds) for each, bounds in ((least, low), (most, high)) if isinstance(bounds, Mapping)]
        shared: dict[Hashable, tuple[Numbers, Vector]] = {}
        found = {}
        for of, items in groupby(windows, lambda key: _hashable(windows[key])):
            keys = list(items)
            # timelines of one window share their places and ones, so that a panel of them is one block
            if of not in shared:
                shared[of] = _places(of), np.ones(len(of))
            place, ones = shared[of]
            own = slice(begun, begun + len(keys) * place.size)
            for each, bounds in by_key:
                each[own].reshape(len(keys), place.size)[...] = _at([bounds[key] for key in keys], place)
            for key, mine in zip(keys, numbers[own].reshape(len(keys), place.size), strict=True):
                found[key] = ArrayTimeExpr(horizon, [(place, mine, ones)])
            begun = own.stop
        table.low.frombytes(least.tobytes())
        table.high.frombytes(most.tobytes())
        table.integer.extend(bytes([integer]) * size)
        return found

    def timeline(self, horizon: int, expressions: Mapping[int, Any]) -> ArrayTimeExpr:
        """The expressions of some periods as one."""
        return ArrayTimeExpr.of(horizon, expressions)

    def panel(self, keys: Sequence[str], timelines: Mapping[str, Any], horizon: int) -> ArrayPanel:
        """The timelines of some of the keys at once."""
        return ArrayPanel.of(keys, horizon, timelines)

    def rows(self, name: str) -> Rows:
        """A family of rows, still empty."""
        family = self.row_families[_new(name, self.row_families)] = Rows()
        return family

    def interval(self, expression: Any) -> tuple[float, float]:
        """The least and the largest value that the bounds of the columns allow an expression."""
        if isinstance(expression, (int, float)):
            return float(expression), float(expression)
        columns, coefficients, constant = merged(expression)
        least, most = np.frombuffer(self.columns.low)[columns], np.frombuffer(self.columns.high)[columns]
        if self.columns.fixed and columns.size:
            fixed = np.array(list(self.columns.fixed), dtype=np.int32)
            place = np.minimum(np.searchsorted(columns, fixed), columns.size - 1)
            inside = columns[place] == fixed
            least[place[inside]] = most[place[inside]] = np.array(list(self.columns.fixed.values()))[inside]
        ends = coefficients * least, coefficients * most
        return constant + float(np.minimum(*ends).sum()), constant + float(np.maximum(*ends).sum())

    def variable_names(self) -> list[str]:
        """The names of all columns."""
        return [named(family, key) for family, (_, keys) in self.variable_families.items() for key in keys]

    def row_names(self) -> list[str]:
        """The names of all rows: the family and the place in it, from 1."""
        return [named(family, i + 1) for family, rows in self.row_families.items() for i in range(len(rows))]


@dataclass(frozen=True)
class Windows:
    """The keys of a family over time, (*key, period), without a list of them."""

    windows: Mapping[Any, Sequence[int]]

    def __iter__(self) -> Iterator[Hashable]:
        for key, window in self.windows.items():
            for t in window:
                yield (*key, t) if isinstance(key, tuple) else (key, t)


def _places(periods: Iterable[int]) -> Numbers:
    """Periods − 1 as an array."""
    if isinstance(periods, range):
        return np.arange(periods.start - 1, periods.stop - 1, periods.step, dtype=np.int32)
    return np.fromiter(periods, dtype=np.int32) - 1


def _hashable(window: Sequence[int]) -> Sequence[int]:
    return window if isinstance(window, range) else tuple(window)


def _at(bounds: Sequence[float | Vector], place: Numbers) -> Vector:
    """Bounds at some places, keys × places."""
    if all(isinstance(bound, np.ndarray) for bound in bounds):
        return np.stack(bounds)[:, place]
    each = (bound[place] if isinstance(bound, np.ndarray) else np.full(place.size, bound) for bound in bounds)
    return np.stack(list(each))


def merged(expression: Any) -> tuple[Numbers, Vector, float]:
    """Columns, each once, their coefficients, and the constant of a column or an expression."""
    if isinstance(expression, Column):
        return np.array([expression.number], dtype=np.int32), np.ones(1), 0.0
    columns, coefficients = summed(*expression.terms())
    return columns, coefficients, float(expression.constant)


def named(family: str, key: Any) -> str:
    """The name of one member of a family."""
    parts = key if isinstance(key, tuple) else (key,)
    return f"{family}[{','.join(map(str, parts))}]"


def _new(name: str, families: Mapping[str, Any]) -> str:
    if name in families:
        raise ValueError(f"there are two families with the name {name!r}")
    return name


def _each(bounds: Bounds, keys: Sequence[Hashable]) -> list[float]:
    if isinstance(bounds, (int, float)):
        return [bounds] * len(keys)
    return [bounds[key] for key in keys]
