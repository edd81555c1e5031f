"""Comparing two compiled matrices by the names of their rows and columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy import sparse

from optimizer.solver.matrix import Expression, Matrix, Names, Vector

RELATIVE = 1e-12
"""Two numbers of a matrix are the same if they differ by less than this part of the larger."""

RESIDUE = 1e-15
"""What rounding leaves of coefficients that cancel, as a part of the largest coefficient of the row."""


class Named(Protocol):
    """A matrix whose rows and columns have names, as a ``Compiled`` has."""

    @property
    def matrix(self) -> Matrix: ...

    @property
    def names(self) -> Names: ...


@dataclass(frozen=True)
class NamedMatrix:
    """A matrix with the names of its rows and columns."""

    matrix: Matrix
    names: Names


@dataclass(frozen=True)
class Difference:
    """A name that one matrix lacks, or two values at one place of both."""

    place: str
    first: Any
    second: Any

    def __str__(self) -> str:
        return f"{self.place}: {_shown(self.first)} and {_shown(self.second)}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else repr(float(value))


def same_matrix(a: Named, b: Named, relative: float = RELATIVE) -> None:
    """Assert that two matrices are the same problem; the message names the first rows or columns that differ.

    The order of rows and columns is free, and a row stands for its negation too. Bounds, kinds, coefficients and row
    limits may differ by ``relative``.
    """
    _none(differences(a, b, relative))


def same_expression(a: Named, first: Expression, b: Named, second: Expression, relative: float = RELATIVE) -> None:
    """Assert that two expressions, each over the columns of its matrix, are the same."""
    place = _places(a.names.columns, b.names.columns)
    costs = second.cost[place]
    wrong = np.nonzero(_differ(first.cost, costs, relative, RESIDUE * np.abs(first.cost).max(initial=0.0)))[0]
    found = [Difference(f"cost of {a.names.columns[j]}", first.cost[j], costs[j]) for j in wrong]
    constants = first.constant, second.constant
    if abs(constants[0] - constants[1]) > relative * max(1.0, *map(abs, constants)):
        found.append(Difference("constant", *constants))
    _none(found)


def _none(found: Sequence[Difference]) -> None:
    shown = "\n  ".join(str(each) for each in found[:5])
    assert not found, f"{len(found)} differences, the first of them:\n  {shown}"


def differences(a: Named, b: Named, relative: float = RELATIVE) -> list[Difference]:
    """What differs: names, then columns, row limits and coefficients, each in the order of ``a``; empty if nothing."""
    a, b = _merged(a), _merged(b)
    found = [*_names("column", a.names.columns, b.names.columns), *_names("row", a.names.rows, b.names.rows)]
    if found:
        return found
    return list(_compared(a, _in_order_of(a, b), relative))


def _names(kind: str, first: Sequence[str], second: Sequence[str]) -> Iterator[Difference]:
    """What is missing on one side, and names that do not tell one thing from another."""
    counts = Counter(first), Counter(second)
    for name in dict.fromkeys((*first, *second)):
        times = [count[name] for count in counts]
        if times != [1, 1]:
            yield Difference(f"{kind} {name}", *(_TIMES.get(each, f"there {each} times") for each in times))


_TIMES = {0: "missing", 1: "there"}


def _places(names: Sequence[str], others: Sequence[str]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Where each name stands among the others."""
    place = {name: i for i, name in enumerate(others)}
    return np.fromiter((place[name] for name in names), dtype=np.intp, count=len(names))


def _in_order_of(a: Named, b: Named) -> NamedMatrix:
    """``b`` with the rows and columns in the order of ``a``, and each row with the sign that it has there."""
    rows, columns = _places(a.names.rows, b.names.rows), _places(a.names.columns, b.names.columns)
    old = b.matrix
    ordered = old.rows[rows][:, columns].tocsr()
    alike = np.asarray(a.matrix.rows.multiply(ordered).sum(axis=1)).ravel()
    low, high = old.row_low[rows], old.row_high[rows]
    # a row without coefficients has the sign under which its limits agree
    empty = (alike == 0.0) & ~((low == a.matrix.row_low) & (high == a.matrix.row_high))
    turned = (alike < 0.0) | (empty & (-high == a.matrix.row_low) & (-low == a.matrix.row_high))
    matrix = Matrix(
        rows=sparse.csr_matrix(sparse.diags(np.where(turned, -1.0, 1.0)) @ ordered),
        row_low=np.where(turned, 0.0 - high, low),
        row_high=np.where(turned, 0.0 - low, high),
        low=old.low[columns],
        high=old.high[columns],
        integer=old.integer[columns],
    )
    return NamedMatrix(matrix, a.names)


def _compared(a: Named, b: Named, relative: float) -> Iterator[Difference]:
    one, two = a.matrix, b.matrix
    for j in np.nonzero(one.integer != two.integer)[0]:
        kinds = ["integer" if each.integer[j] else "continuous" for each in (one, two)]
        yield Difference(f"column {a.names.columns[j]}", *kinds)
    for what, first, second in (("low", one.low, two.low), ("high", one.high, two.high)):
        for j in np.nonzero(_differ(first, second, relative, 0.0))[0]:
            yield Difference(f"column {a.names.columns[j]}, {what}", first[j], second[j])
    scale = np.maximum(_largest(one.rows), _largest(two.rows))
    for what, first, second in (("low", one.row_low, two.row_low), ("high", one.row_high, two.row_high)):
        # a limit is a sum of constants: it is as exact as the row is large
        for i in np.nonzero(_differ(first, second, relative, relative * scale))[0]:
            yield Difference(f"row {a.names.rows[i]}, {what}", first[i], second[i])
    row, column, first, second = entries(one.rows, two.rows)
    for k in np.nonzero(_differ(first, second, relative, RESIDUE * scale[row]))[0]:
        place = f"row {a.names.rows[row[k]]}, coefficient of {a.names.columns[column[k]]}"
        yield Difference(place, first[k], second[k])


def entries(a: sparse.csr_matrix, b: sparse.csr_matrix) -> tuple[Any, Any, Vector, Vector]:
    """Row, column and both values, wherever one of two matrices of one shape has a coefficient, row by row."""
    width = max(a.shape[1], 1)
    keys, values = [], []
    for each in (a.tocoo(), b.tocoo()):
        keys.append(each.row.astype(np.int64) * width + each.col)
        values.append(each.data)
    either = np.union1d(*keys)
    both = [np.zeros(either.size), np.zeros(either.size)]
    for whole, key, value in zip(both, keys, values, strict=True):
        np.add.at(whole, np.searchsorted(either, key), value)
    return either // width, either % width, both[0], both[1]


def _differ(first: Vector, second: Vector, relative: float, absolute: Vector | float) -> Any:
    with np.errstate(invalid="ignore"):
        near = np.abs(first - second) <= np.maximum(relative * np.maximum(np.abs(first), np.abs(second)), absolute)
        infinite = np.isinf(first) | np.isinf(second)
    return np.where(infinite, first != second, ~near)


def _largest(rows: sparse.csr_matrix) -> Vector:
    """The largest absolute coefficient of each row, 0 of an empty one."""
    return (
        np.asarray(abs(rows).max(axis=1).todense(), dtype=float).ravel() if rows.shape[1] else np.zeros(rows.shape[0])
    )


def _merged(named: Named) -> NamedMatrix:
    """Without explicit zeros, and with the two halves of a range, which share their name, as one row."""
    matrix = named.matrix
    rows = sparse.csr_matrix(matrix.rows, copy=True)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    low, high = matrix.row_low.copy(), matrix.row_high.copy()
    first: dict[str, int] = {}
    keep = np.ones(len(named.names.rows), dtype=bool)
    for i, name in enumerate(named.names.rows):
        j = first.setdefault(name, i)
        if j == i:
            continue
        sign = next((s for s in (1.0, -1.0) if (rows[i] - s * rows[j]).count_nonzero() == 0), 0.0)
        if sign:
            keep[i] = False
            ends = (low[i], high[i]) if sign > 0.0 else (-high[i], -low[i])
            low[j], high[j] = max(low[j], ends[0]), min(high[j], ends[1])
    kept = np.nonzero(keep)[0]
    names = Names(tuple(named.names.rows[i] for i in kept), tuple(named.names.columns))
    return NamedMatrix(
        Matrix(rows[kept], low[kept], high[kept], matrix.low, matrix.high, np.asarray(matrix.integer, dtype=bool)),
        names,
    )
