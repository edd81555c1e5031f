"""A mixed-integer programme as plain arrays: what every contender is given, and what is compared."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

Vector = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Arrays:
    """min constant + cost·x, row_low ≤ A·x ≤ row_high, low ≤ x ≤ high, x integer where ``integer``.

    A is m × n in compressed rows: ``starts`` (m + 1), ``columns`` and ``data`` (one for each nonzero).
    """

    starts: Vector
    columns: Vector
    data: Vector
    row_low: Vector
    row_high: Vector
    cost: Vector
    low: Vector
    high: Vector
    integer: Vector
    constant: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.row_low.size, self.cost.size

    @property
    def rows(self) -> sparse.csr_matrix:
        """A as a SciPy matrix."""
        return sparse.csr_matrix((self.data, self.columns, self.starts), shape=self.shape)

    @property
    def size(self) -> dict[str, int]:
        """Rows, columns, integers and nonzeros."""
        rows, columns = self.shape
        return {"rows": rows, "columns": columns, "integers": int(self.integer.sum()), "nonzeros": int(self.data.size)}

    def save(self, path: str | Path) -> None:
        """Write them to a file of NumPy."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})


def loaded(path: str | Path) -> Arrays:
    """Read what ``save`` wrote."""
    with np.load(path) as kept:
        return Arrays(
            **{field.name: kept[field.name] for field in fields(Arrays)} | {"constant": float(kept["constant"])}
        )


def arrays_of(matrix: Any, objective: Any, sign: float = 1.0) -> Arrays:
    """Those of a ``solver.matrix.Matrix`` and an ``Expression``; ``sign`` −1 turns a maximum into a minimum."""
    rows = matrix.rows
    return Arrays(
        starts=rows.indptr.astype(np.int32, copy=False),
        columns=rows.indices.astype(np.int32, copy=False),
        data=rows.data,
        row_low=matrix.row_low,
        row_high=matrix.row_high,
        cost=sign * objective.cost,
        low=matrix.low,
        high=matrix.high,
        integer=matrix.integer.astype(np.int32),
        constant=sign * objective.constant,
    )


def arrays_of_instance(path: str | Path, objective: str) -> Arrays:
    """The matrix that ``solve`` begins with, for one objective of an instance file."""
    from optimizer.instance.loader import load
    from optimizer.model.build import build
    from optimizer.solving.compiled import Compiled

    built = build(load(path))
    compiled = Compiled(built.model.algebra)
    asked = built.objectives[objective]
    return arrays_of(compiled.matrix, compiled.expression(asked.expression), 1.0 if asked.minimise else -1.0)
