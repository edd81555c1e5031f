"""Rows and columns of a user's own, beside those of an instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.model.build import BuiltModel
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solving.compiled import Compiled
from optimizer.solving.programme import Programme


@dataclass(frozen=True)
class Extension:
    """What is added to a programme of n columns: c columns after them, k rows over all n + c, and narrower bounds.

    ``low``, ``high`` and ``integer`` have n + c entries and take the place of those of the matrix, ``rows`` is k × (n +
    c) in CSR. ``parts`` name what was added; of the n columns ``narrowed`` have narrower bounds.
    """

    rows: sparse.csr_matrix
    row_low: Vector
    row_high: Vector
    low: Vector
    high: Vector
    integer: Mask
    parts: tuple[str, ...]
    narrowed: int = 0

    def programme(self, programme: Programme) -> Programme:
        """The programme with what is added; no objective asks for any of it."""
        layout = programme.layout
        return Programme(
            self.matrix(programme.matrix),
            [self._objective(objective) for objective in programme.objectives],
            [self._expression(expression) for expression in programme.cleanup],
            self._longer(programme.followers, False),
            None if layout is None else layout.longer(self._columns(layout.period.size)),
            None if programme.built is None else self._longer(programme.built, False),
        )

    def to_dict(self, columns: int) -> dict[str, Any]:
        """What a summary says of it; ``columns`` are those of the programme."""
        size = {"rows": self.row_low.size, "columns": self._columns(columns), "narrowed": self.narrowed}
        return {**size, "parts": list(self.parts)}

    def matrix(self, matrix: Matrix) -> Matrix:
        """The matrix with the columns and rows that are added."""
        more = sparse.csr_matrix((matrix.shape[0], self._columns(matrix.shape[1])))
        return Matrix(
            rows=sparse.vstack([sparse.hstack([matrix.rows, more]), self.rows], format="csr"),
            row_low=np.concatenate([matrix.row_low, self.row_low]),
            row_high=np.concatenate([matrix.row_high, self.row_high]),
            low=self.low,
            high=self.high,
            integer=self.integer,
        )

    def _objective(self, objective: Objective) -> Objective:
        return replace(
            objective,
            expression=self._expression(objective.expression),
            denominator=None if objective.denominator is None else self._expression(objective.denominator),
            base=None if objective.base is None else self._expression(objective.base),
            keep=None if objective.keep is None else self._longer(objective.keep, False),
        )

    def _expression(self, expression: Expression) -> Expression:
        return replace(expression, cost=self._longer(expression.cost, 0.0))

    def _columns(self, columns: int) -> int:
        """c."""
        return int(self.low.size) - columns

    def _longer(self, array: Any, value: Any) -> Any:
        return np.append(array, np.full(self._columns(array.size), value, dtype=array.dtype))


Extend = Callable[[BuiltModel, Compiled], Extension]
"""Gives what is added to a model once it is built and compiled."""
