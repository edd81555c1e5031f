"""Square systems of linear equations in rational arithmetic, sparse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Rational = Any
"""flint.fmpq, a fraction of whole numbers of any length; python-flint has no types to import without it."""


class SingularError(ArithmeticError):
    """The rows do not determine the columns."""


def rational(number: float) -> Rational:
    """A finite double as the fraction that it is."""
    from flint import fmpq

    return fmpq(*number.as_integer_ratio())


class Factors:
    """B = L·U by elimination with Markowitz's choice of pivots (1957): the one that can fill the fewest places.

    A basis of a linear programme is nearly a triangle, so that little is left to eliminate and fractions stay short.
    """

    def __init__(self, rows: Mapping[int, Mapping[int, Rational]]) -> None:
        """Factorise B, given as row → column → entry ≠ 0. Raises SingularError."""
        self._left = {i: dict(row) for i, row in rows.items()}
        self._rows_of: dict[int, set[int]] = {}
        for i, row in self._left.items():
            for j in row:
                self._rows_of.setdefault(j, set()).add(i)
        if len(self._rows_of) != len(self._left):
            raise SingularError
        # step by step: the pivot's row, column and entry, the rest of its row, and what other rows took of it
        self._steps: list[tuple[int, int, Rational, dict[int, Rational], dict[int, Rational]]] = []
        while self._left:
            self._eliminate(*self._pivot())

    def solve(self, right: Mapping[int, Rational]) -> dict[int, Rational]:
        """The x of B·x = ``right``, by column; rows that are not named are 0."""
        b = dict(right)
        for i, _, _, _, taken in self._steps:
            if value := b.get(i):
                _subtract(b, value, taken.items())
        x: dict[int, Rational] = {}
        for i, j, pivot, rest, _ in reversed(self._steps):
            value = b.get(i, 0) - sum((entry * x[c] for c, entry in rest.items() if c in x), start=0 * pivot)
            if value:
                x[j] = value / pivot
        return x

    def solve_transposed(self, right: Mapping[int, Rational]) -> dict[int, Rational]:
        """The y of Bᵀ·y = ``right``, by row; columns that are not named are 0."""
        c = dict(right)
        z: dict[int, Rational] = {}
        for i, j, pivot, rest, _ in self._steps:
            if value := c.get(j):
                z[i] = value / pivot
                _subtract(c, z[i], rest.items())
        for i, _, pivot, _, taken in reversed(self._steps):
            z[i] = z.get(i, 0) - sum((share * z[r] for r, share in taken.items()), start=0 * pivot)
        return {i: value for i, value in z.items() if value}

    def _pivot(self) -> tuple[int, int]:
        """Row and column of the next pivot."""
        row = min(self._left, key=lambda i: len(self._left[i]))
        if not self._left[row]:
            raise SingularError
        if len(self._left[row]) > 1:
            column = min(self._rows_of, key=lambda j: len(self._rows_of[j]))
            if len(self._rows_of[column]) < len(self._left[row]):
                if not self._rows_of[column]:
                    raise SingularError
                return min(self._rows_of[column], key=lambda i: len(self._left[i])), column
        return row, min(self._left[row], key=lambda j: len(self._rows_of[j]))

    def _eliminate(self, i: int, j: int) -> None:
        rest = self._left.pop(i)
        pivot = rest.pop(j)
        taken: dict[int, Rational] = {}
        for c in rest:
            self._rows_of[c].discard(i)
        for r in self._rows_of.pop(j) - {i}:
            row = self._left[r]
            share = taken[r] = row.pop(j) / pivot
            for c, entry in rest.items():
                value = row.get(c, 0) - share * entry
                if value:
                    row[c] = value
                    self._rows_of[c].add(r)
                elif c in row:
                    del row[c]
                    self._rows_of[c].discard(r)
        self._steps.append((i, j, pivot, rest, taken))


def _subtract(vector: dict[int, Rational], factor: Rational, entries: Iterable[tuple[int, Rational]]) -> None:
    for k, entry in entries:
        vector[k] = vector.get(k, 0) - factor * entry
