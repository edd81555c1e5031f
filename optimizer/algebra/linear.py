"""Linear expressions: lists of column numbers and coefficients under Pyomo's operators."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, overload

import numpy as np

from optimizer.algebra.arrays import Numbers, Vector
from optimizer.algebra.expr import Expr, TimeExpr

Block = tuple[Numbers, Vector, float]
"""Columns, their coefficients as arrays, and 1 or −1, by which these are to be multiplied: many terms at once."""
Values = Callable[[Any], float]
"""Gives the value of a number, a variable or an expression at a solution."""

INFINITE = float("inf")
_NUMBER = (int, float)


class Affine:
    """What columns and expressions have in common: the operators. A comparison makes a ``Row``."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Any) -> Linear:
        return _joined(self, other, 1.0)

    __radd__ = __add__

    def __neg__(self) -> Linear:
        return self * -1.0

    def __sub__(self, other: Any) -> Linear:
        return _joined(self, other, -1.0)

    def __rsub__(self, other: Any) -> Linear:
        return quicksum((other, -self))  # type: ignore[no-any-return]

    def __mul__(self, factor: float) -> Linear:
        raise NotImplementedError

    def __rmul__(self, factor: float) -> Linear:
        return self * factor

    def __truediv__(self, divisor: float) -> Linear:
        return self * (1.0 / divisor)

    def __le__(self, other: Any) -> Row:
        if isinstance(other, _NUMBER):
            return Row(self, -INFINITE, other)
        return Row(self - other, -INFINITE, 0.0)

    def __ge__(self, other: Any) -> Row:
        if isinstance(other, _NUMBER):
            return Row(self, other, INFINITE)
        return Row(other - self, -INFINITE, 0.0)

    def __eq__(self, other: Any) -> Row:  # type: ignore[override]
        if isinstance(other, _NUMBER):
            return Row(self, other, other)
        return Row(self - other, 0.0, 0.0)


class Columns:
    """Bounds and kinds of all columns, by number. A column that is fixed stays here and is left out of the matrix."""

    def __init__(self) -> None:
        self.low, self.high = array("d"), array("d")
        self.integer = bytearray()
        self.fixed: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self.low)


class Column(Affine):
    """A decision variable, with the bounds that it has in the table of columns. Built by ``ArrayModel``."""

    __slots__ = ("number", "table")

    def __init__(self, table: Columns, number: int) -> None:
        self.table, self.number = table, number

    def __mul__(self, factor: float) -> Linear:
        return Linear([self.number], [float(factor)])

    __rmul__ = __mul__

    @property
    def lb(self) -> float | None:
        """The lower bound; None if there is none."""
        low = self.table.low[self.number]
        return None if low == -INFINITE else low

    @property
    def ub(self) -> float | None:
        """The upper bound; None if there is none."""
        high = self.table.high[self.number]
        return None if high == INFINITE else high

    def setlb(self, low: float | None) -> None:
        """Set the lower bound."""
        self.table.low[self.number] = -INFINITE if low is None else low

    def setub(self, high: float | None) -> None:
        """Set the upper bound."""
        self.table.high[self.number] = INFINITE if high is None else high

    def fix(self, value: float) -> None:
        """Make it a number: the matrix has no such column."""
        self.table.fixed[self.number] = float(value)


class Linear(Affine):
    """constant + Σ coefficients·columns + the terms of ``blocks``. Nobody changes one once it is made."""

    __slots__ = ("blocks", "coefficients", "columns", "constant")

    def __init__(
        self, columns: list[int], coefficients: list[float], constant: float = 0.0, blocks: Sequence[Block] = ()
    ) -> None:
        self.columns, self.coefficients, self.constant, self.blocks = columns, coefficients, constant, blocks

    def __mul__(self, factor: float) -> Linear:
        factor = float(factor)
        return Linear(
            self.columns,
            [factor * each for each in self.coefficients],
            factor * self.constant,
            [(columns, factor * each, sign) for columns, each, sign in self.blocks] if self.blocks else (),
        )

    __rmul__ = __mul__

    def terms(self) -> tuple[Numbers, Vector]:
        """All columns and coefficients as arrays; a column may come more than once."""
        parts = [(np.array(self.columns, dtype=np.int32), np.array(self.coefficients, dtype=float))]
        parts += [(columns, signed(values, sign)) for columns, values, sign in self.blocks]
        columns, coefficients = zip(*parts, strict=True)
        return np.concatenate(columns), np.concatenate(coefficients)


def signed(values: Vector, sign: float) -> Vector:
    """The coefficients of a block."""
    return values if sign > 0.0 else -values


class Row:
    """low ≤ expression ≤ high."""

    __slots__ = ("expression", "high", "low")

    def __init__(self, expression: Affine, low: float, high: float) -> None:
        self.expression, self.low, self.high = expression, low, high

    def __bool__(self) -> bool:
        raise TypeError("a row has no truth value: it holds or not only for a plan")


def _joined(first: Affine, other: Any, sign: float) -> Linear:
    """first + sign·other: the sum of two, of which there are many."""
    columns: list[int] = []
    coefficients: list[float] = []
    constant: float = 0.0
    blocks: Sequence[Block] = ()
    if type(other) is Column:
        columns, coefficients = [other.number], [sign]
    elif type(other) is Linear:
        columns, constant, blocks = other.columns, sign * other.constant, other.blocks
        coefficients = other.coefficients if sign == 1.0 else [-each for each in other.coefficients]
        if blocks and sign != 1.0:
            blocks = [(where, each, -own) for where, each, own in blocks]
    elif isinstance(other, _NUMBER):
        constant = sign * other
    else:
        return quicksum((first, other if sign == 1.0 else -other))  # type: ignore[no-any-return]
    if isinstance(first, Linear):
        before = first.blocks
        both = [*before, *blocks] if before and blocks else before or blocks
        return Linear(first.columns + columns, first.coefficients + coefficients, first.constant + constant, both)
    assert isinstance(first, Column)
    return Linear([first.number, *columns], [1.0, *coefficients], constant, blocks)


@overload
def quicksum(parts: Iterable[Expr]) -> Expr: ...
@overload
def quicksum(parts: Iterable[TimeExpr]) -> TimeExpr: ...
@overload
def quicksum(parts: Iterable[Expr | TimeExpr]) -> Expr | TimeExpr: ...
def quicksum(parts: Iterable[Any]) -> Any:
    """The sum of numbers, columns and expressions, or of timelines; a number if there are only numbers.

    Variables and expressions of Pyomo are summed by Pyomo.
    """
    columns: list[int] = []
    coefficients: list[float] = []
    blocks: list[Block] = []
    constant: float = 0
    linear = False
    others: list[Any] = []
    for part in parts:
        kind = type(part)
        if kind is Column:
            columns.append(part.number)
            coefficients.append(1.0)
            linear = True
        elif kind is Linear:
            columns += part.columns
            coefficients += part.coefficients
            constant += part.constant
            blocks += part.blocks
            linear = True
        elif isinstance(part, _NUMBER):
            constant += part
        else:
            others.append(part)
    if others:
        together = getattr(type(others[0]), "total", sum)
        return together([constant, *others])
    return Linear(columns, coefficients, constant, blocks) if linear else constant


def weighted_sum(parts: Iterable[tuple[float, Expr | TimeExpr]]) -> Expr | TimeExpr:
    """Σ factor·amount, of what ``quicksum`` takes."""
    listed = list(parts)
    kinds = {type(amount) for _, amount in listed}
    together = getattr(kinds.pop(), "weighted", None) if len(kinds) == 1 else None
    if together is not None:
        found: TimeExpr = together(listed)
        return found
    return quicksum(amount if factor == 1.0 else factor * amount for factor, amount in listed)
