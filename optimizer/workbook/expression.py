"""Formulas as data: written once for a row, shown as a spreadsheet reads them, worked out here for the cached value.

An expression stands in a cell of some row. ``value(p, j)`` is its number at position ``p`` of the row, and at element
``j`` of an array; ``text(place, p)`` is the formula in A1 notation, seen from a cell of the sheet ``place``.
The only literals are 0 and 1: every other number is a cell, so that a reader can find and change it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

Operator = Literal["+", "-", "*", "/", "^", "=", "<>", "<", "<=", ">", ">="]
_STRENGTH: dict[str, int] = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 1),
    **dict.fromkeys("+-", 2),
    **dict.fromkeys("*/", 3),
    "^": 4,
}
_ATOM = 9


class Expr:
    """Part of a formula. Arithmetic and comparisons of two of them, or of one with 0 or 1, make another."""

    strength = _ATOM

    def value(self, p: int, j: int) -> float:
        """The number at position p of the row, and at element j of an array."""
        raise NotImplementedError

    def text(self, place: str, p: int) -> str:
        """The formula, without the sign of equality, in a cell of the sheet ``place`` at position p."""
        raise NotImplementedError

    def parts(self) -> Sequence[Expr]:
        """What it is made of."""
        return ()

    def __add__(self, other: Operand) -> Expr:
        return Two("+", self, _expr(other))

    def __radd__(self, other: Operand) -> Expr:
        return Two("+", _expr(other), self)

    def __sub__(self, other: Operand) -> Expr:
        return Two("-", self, _expr(other))

    def __rsub__(self, other: Operand) -> Expr:
        return Two("-", _expr(other), self)

    def __mul__(self, other: Operand) -> Expr:
        return Two("*", self, _expr(other))

    def __rmul__(self, other: Operand) -> Expr:
        return Two("*", _expr(other), self)

    def __truediv__(self, other: Operand) -> Expr:
        return Two("/", self, _expr(other))

    def __rtruediv__(self, other: Operand) -> Expr:
        return Two("/", _expr(other), self)

    def __pow__(self, other: Operand) -> Expr:
        return Two("^", self, _expr(other))

    def __neg__(self) -> Expr:
        return Two("-", ZERO, self)

    def __lt__(self, other: Operand) -> Expr:
        return Two("<", self, _expr(other))

    def __le__(self, other: Operand) -> Expr:
        return Two("<=", self, _expr(other))

    def __gt__(self, other: Operand) -> Expr:
        return Two(">", self, _expr(other))

    def __ge__(self, other: Operand) -> Expr:
        return Two(">=", self, _expr(other))

    def equals(self, other: Operand) -> Expr:
        """1 where both are the same."""
        return Two("=", self, _expr(other))

    def differs(self, other: Operand) -> Expr:
        """1 where they are not."""
        return Two("<>", self, _expr(other))


Operand = Expr | int


class Literal01(Expr):
    """0 or 1."""

    def __init__(self, number: int) -> None:
        self.number = number

    def value(self, _p: int, _j: int) -> float:
        return float(self.number)

    def text(self, _place: str, _p: int) -> str:
        return str(self.number)


ZERO, ONE = Literal01(0), Literal01(1)


def _expr(operand: Operand) -> Expr:
    if isinstance(operand, Expr):
        return operand
    if operand not in (0, 1):
        raise ValueError(f"{operand} in a formula: numbers other than 0 and 1 have a cell of their own")
    return ONE if operand else ZERO


_COMPUTE: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "=": lambda a, b: float(a == b),
    "<>": lambda a, b: float(a != b),
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
}


class Two(Expr):
    """Two expressions and an operator."""

    def __init__(self, operator: Operator, left: Expr, right: Expr) -> None:
        self.operator, self.left, self.right = operator, left, right
        self.strength = _STRENGTH[operator]
        self._compute = _COMPUTE[operator]

    def value(self, p: int, j: int) -> float:
        return self._compute(self.left.value(p, j), self.right.value(p, j))

    def text(self, place: str, p: int) -> str:
        left, right = self.left.text(place, p), self.right.text(place, p)
        if self.left.strength < self.strength or (self.left.strength == self.strength and self.operator == "^"):
            left = f"({left})"
        if self.right.strength < self.strength or (self.right.strength == self.strength and self.operator in "-/^"):
            right = f"({right})"
        if self.operator == "-" and self.left is ZERO:
            return f"0-{right}"
        return f"{left}{self.operator}{right}"

    def parts(self) -> Sequence[Expr]:
        return self.left, self.right


class Call(Expr):
    """A function of the spreadsheet that takes numbers."""

    def __init__(self, name: str, compute: Callable[[Sequence[float]], float], arguments: Sequence[Expr]) -> None:
        self.name, self._compute, self.arguments = name, compute, arguments

    def value(self, p: int, j: int) -> float:
        return self._compute([each.value(p, j) for each in self.arguments])

    def text(self, place: str, p: int) -> str:
        return f"{self.name}({','.join(each.text(place, p) for each in self.arguments)})"

    def parts(self) -> Sequence[Expr]:
        return self.arguments


class Choice(Expr):
    """IF: only the branch that is taken is worked out."""

    def __init__(self, condition: Expr, then: Expr, otherwise: Expr) -> None:
        self.condition, self.then, self.otherwise = condition, then, otherwise

    def value(self, p: int, j: int) -> float:
        return (self.then if self.condition.value(p, j) else self.otherwise).value(p, j)

    def text(self, place: str, p: int) -> str:
        return f"IF({','.join(each.text(place, p) for each in self.parts())})"

    def parts(self) -> Sequence[Expr]:
        return self.condition, self.then, self.otherwise


class SumProduct(Expr):
    """The sum of an array of elements ``low`` … ``high``: the one function that works array by array everywhere."""

    def __init__(self, array: Expr, low: int, high: int) -> None:
        self.array, self.low, self.high = array, low, high

    def value(self, p: int, _j: int) -> float:
        return math.fsum(self.array.value(p, i) for i in range(self.low, self.high + 1))

    def text(self, place: str, p: int) -> str:
        return f"SUMPRODUCT({self.array.text(place, p)})"

    def parts(self) -> Sequence[Expr]:
        return (self.array,)


class Cells(Protocol):
    """Cells in a row: what a reference needs of them. ``counts``: the number of each is its position."""

    counts: bool

    def number(self, p: int) -> float: ...
    def address(self, place: str, p: int, *, fixed: bool) -> str: ...


class Reference(Expr):
    """A cell ``back`` positions before that of the formula; one that stands still if ``still`` is its position."""

    def __init__(self, cells: Cells, back: int = 0, still: int | None = None) -> None:
        self.cells, self.back, self.still = cells, back, still

    def value(self, p: int, _j: int) -> float:
        return self.cells.number(p - self.back if self.still is None else self.still)

    def text(self, place: str, p: int) -> str:
        at = p - self.back if self.still is None else self.still
        return self.cells.address(place, at, fixed=self.still is not None)


class Array(Expr):
    """The cells ``low`` … ``high`` of a row; ``growing`` ends with the cell above or below the formula."""

    def __init__(self, cells: Cells, low: int, high: int | None) -> None:
        self.cells, self.low, self.high = cells, low, high

    def value(self, _p: int, j: int) -> float:
        return self.cells.number(j)

    def text(self, place: str, p: int) -> str:
        first = self.cells.address(place, self.low, fixed=True)
        end = p if self.high is None else self.high
        last = self.cells.address(place, end, fixed=self.high is not None)
        return f"{first}:{last.rpartition('!')[2]}"

    def total(self, p: int) -> float:
        """The sum of all of it."""
        end = p if self.high is None else self.high
        return math.fsum(self.cells.number(i) for i in range(self.low, end + 1))


class Sum(Expr):
    """SUM of a range of a row."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def value(self, p: int, _j: int) -> float:
        return self.array.total(p)

    def text(self, place: str, p: int) -> str:
        return f"SUM({self.array.text(place, p)})"

    def parts(self) -> Sequence[Expr]:
        return (self.array,)


class SumWhere(Expr):
    """SUMIFS: the sum of the cells of a row whose ``keys`` are as the tests say; nothing where none is.

    A test is an operator ("" for equal) and what is compared with.
    """

    def __init__(self, cells: Array, keys: Array, tests: Sequence[tuple[str, Expr]]) -> None:
        self.cells, self.keys, self.tests = cells, keys, tests

    def value(self, p: int, j: int) -> float:
        assert self.cells.high is not None
        if self.keys.cells.counts:  # each position's key is its number: no need to look at all of them
            return math.fsum(map(self.cells.cells.number, self._span(p, j)))
        wanted = [(_COMPUTE[operator or "="], operand.value(p, j)) for operator, operand in self.tests]
        return math.fsum(
            self.cells.cells.number(i)
            for i in range(self.cells.low, self.cells.high + 1)
            if all(compute(self.keys.cells.number(i), number) for compute, number in wanted)
        )

    def _span(self, p: int, j: int) -> range:
        """The positions whose number passes all tests."""
        assert self.cells.high is not None
        low, high = self.cells.low, self.cells.high
        for operator, operand in self.tests:
            number = operand.value(p, j)
            if operator == ">":
                low = max(low, math.floor(number) + 1)
            elif operator == "<=":
                high = min(high, math.floor(number))
            elif number == math.floor(number):
                low, high = max(low, int(number)), min(high, int(number))
            else:
                return range(0)
        return range(low, high + 1)

    def text(self, place: str, p: int) -> str:
        keys = self.keys.text(place, p)
        tests = []
        for operator, operand in self.tests:
            shown = operand.text(place, p)
            if operator:
                shown = f'"{operator}"&' + (f"({shown})" if operand.strength < _ATOM else shown)
            tests.append(f"{keys},{shown}")
        return f"SUMIFS({self.cells.text(place, p)},{','.join(tests)})"

    def parts(self) -> Sequence[Expr]:
        return self.cells, self.keys, *(operand for _, operand in self.tests)


def least(*of: Operand) -> Expr:
    """MIN."""
    return Call("MIN", min, [_expr(each) for each in of])


def greatest(*of: Operand) -> Expr:
    """MAX."""
    return Call("MAX", max, [_expr(each) for each in of])


def absolute(of: Operand) -> Expr:
    """ABS."""
    return Call("ABS", lambda numbers: abs(numbers[0]), [_expr(of)])


def floored(of: Operand) -> Expr:
    """INT: the whole number below, or itself."""
    return Call("INT", lambda numbers: float(math.floor(numbers[0])), [_expr(of)])


def both(*of: Expr) -> Expr:
    """AND."""
    return Call("AND", lambda numbers: float(all(numbers)), of)


def when(condition: Expr, then: Operand, otherwise: Operand = 0) -> Expr:
    """IF."""
    return Choice(condition, _expr(then), _expr(otherwise))


def ratio(over: Operand, under: Operand) -> Expr:
    """A division that is 0 where there is nothing to divide by."""
    over, under = _expr(over), _expr(under)
    return when(under.equals(0), 0, over / under)


def total(terms: Sequence[Expr]) -> Expr:
    """The sum of some expressions; 0 of none."""
    result: Expr = ZERO
    for i, each in enumerate(terms):
        result = result + each if i else each
    return result
