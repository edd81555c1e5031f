"""A plan that was kept, as something to start from: its decisions by the columns of a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.contract.decisions import ALLOCATIONS, COLOCATION_RENTED, ORDERS, RESERVATIONS
from optimizer.model.build import BuiltModel
from optimizer.solver.matrix import Matrix
from optimizer.solving.compiled import Compiled

BUILD = (ORDERS, ALLOCATIONS, COLOCATION_RENTED, RESERVATIONS)
"""Tables of amounts that come in lots or blocks, and are part of what is built."""

ROOM = 1e-6
"""How far an amount may be from the one that was written down, times its size where that is more than 1."""


def with_build(
    matrix: Matrix, built: BuiltModel, compiled: Compiled, decisions: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Matrix:
    """The matrix with what a plan has decided in whole numbers kept: halls, orders, blocks, signatures, buckets.

    ``decisions`` are those of a plan of the same instance. Money, energy and service are free.
    """
    rows, amounts = [], []
    label = built.model.calendar.label
    for decision in built.model.decisions:
        table = decision.table
        if not table.whole and table not in BUILD:
            continue
        known = {tuple(row[key] for key in table.keys): row[table.value] for row in decisions.get(table.name, ())}
        for key, variable in decision.items():
            parts = key if isinstance(key, tuple) else (key,)
            named = zip(table.keys, parts, strict=True)
            written = tuple(
                label(part) if name in ("ordered", "period") and isinstance(part, int) else part for name, part in named
            )
            expression = compiled.expression(variable)
            if expression.cost.any():
                rows.append(sparse.csr_matrix(expression.cost))
                amounts.append(known.get(written, 0.0) / decision.scale - expression.constant)
    if not rows:
        return matrix
    kept = np.array(amounts)
    room = ROOM * np.maximum(1.0, np.abs(kept))
    return replace(
        matrix,
        rows=sparse.vstack([matrix.rows, *rows], format="csr"),
        row_low=np.concatenate([matrix.row_low, kept - room]),
        row_high=np.concatenate([matrix.row_high, kept + room]),
    )
