"""A matrix and its objective as free MPS, the format that every solver reads. No digit is lost."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import sparse

from optimizer.contract.durable import replacing
from optimizer.solver.matrix import Expression, Matrix, Names

LONGEST_NAME = 255
"""Characters that readers of MPS files are sure to keep."""
DISTURBING = re.compile(r"[^A-Za-z0-9_.,()\[\]+-]+")


def write_mps(
    path: str | os.PathLike[str],
    matrix: Matrix,
    objective: Expression,
    names: Names,
    *,
    maximise: bool = False,
    title: str = "model",
    objective_name: str = "objective",
    comments: Iterable[str] = (),
    right: str = "RHS",
) -> None:
    """Write the file at once: it is there whole or not at all. Rows and columns without a name are numbered.

    ``objective_name`` is that of the objective's row, ``right`` that of the vector of right-hand sides, ``comments``
    are lines at the head. Rows without a limit are left out. Raises OSError, and ValueError for a row with two limits
    that doubles cannot state as one limit and a span.
    """
    with replacing(Path(path)) as stream:
        for line in _lines(matrix, objective, names, maximise, title, objective_name, comments, right):
            stream.write(f"{line}\n".encode("ascii", "replace"))


def readable_names(names: Sequence[str], prefix: str, taken: Iterable[str] = ()) -> list[str]:
    """Names that a reader of MPS files takes for one word, each once and none of those ``taken``.

    What could be mistaken is replaced by underscores; a name without a letter in front gets the ``prefix``; a name that
    is there already, or too long, ends in ~ and a number.
    """
    used, found = set(taken), []
    for name in names:
        clean = DISTURBING.sub("_", name.replace("'", "").replace('"', "")) or prefix
        clean = clean if clean[0].isalpha() else f"{prefix}_{clean}"
        candidate, number = clean[:LONGEST_NAME], 1
        while candidate in used:
            number += 1
            ending = f"~{number}"
            candidate = clean[: LONGEST_NAME - len(ending)] + ending
        used.add(candidate)
        found.append(candidate)
    return found


def _lines(
    matrix: Matrix,
    objective: Expression,
    names: Names,
    maximise: bool,
    title: str,
    objective_name: str,
    comments: Iterable[str],
    right: str,
) -> Iterator[str]:
    limited = np.isfinite(matrix.row_low) | np.isfinite(matrix.row_high)
    names = Names(tuple(name for name, kept in zip(names.rows, limited, strict=False) if kept), names.columns)
    matrix = replace(
        matrix, rows=matrix.rows[limited], row_low=matrix.row_low[limited], row_high=matrix.row_high[limited]
    )
    m, n = matrix.shape
    (objective_name,) = readable_names([objective_name], "objective")
    extra = [f"row_{i + 1}" for i in range(len(names.rows), m)]
    rows = readable_names([*names.rows[:m], *extra], "row", taken=[objective_name])
    columns = readable_names([*names.columns[:n], *(f"column_{j + 1}" for j in range(len(names.columns), n))], "column")
    yield from (f"* {' '.join(comment.split())}" for comment in comments)
    yield f"NAME {DISTURBING.sub('_', title) or 'model'}"
    yield from ("OBJSENSE", f"    {'MAX' if maximise else 'MIN'}")
    limits = [
        _Limits.of(low, high) for low, high in zip(matrix.row_low.tolist(), matrix.row_high.tolist(), strict=True)
    ]
    yield from ("ROWS", f" N {objective_name}")
    yield from (f" {limit.kind} {row}" for row, limit in zip(rows, limits, strict=True))
    yield "COLUMNS"
    yield from _columns(matrix, objective, objective_name, rows, columns)
    yield "RHS"
    if objective.constant:
        # the right-hand side of the objective's row is taken away from it
        yield f" {right} {objective_name} {-objective.constant!r}"
    yield from (f" {right} {row} {limit.right!r}" for row, limit in zip(rows, limits, strict=True) if limit.right)
    if any(limit.span is not None for limit in limits):
        yield "RANGES"
        yield from (f" RANGE {row} {limit.span!r}" for row, limit in zip(rows, limits, strict=True) if limit.span)
    yield "BOUNDS"
    bounds = zip(matrix.low.tolist(), matrix.high.tolist(), matrix.integer.tolist(), columns, strict=True)
    for low, high, integer, column in bounds:
        yield from (f" {kind} BOUND {column}{value}" for kind, value in _bounds(low, high, integer))
    yield "ENDATA"


def _columns(
    matrix: Matrix, objective: Expression, objective_name: str, rows: Sequence[str], columns: Sequence[str]
) -> Iterator[str]:
    by_column = sparse.csc_matrix(matrix.rows)
    by_column.sort_indices()
    starts, indices, data = by_column.indptr.tolist(), by_column.indices.tolist(), by_column.data.tolist()
    within, marks = False, 0
    for j, (column, cost, integer) in enumerate(
        zip(columns, objective.cost.tolist(), matrix.integer.tolist(), strict=True)
    ):
        if integer != within:
            marks += 1
            yield f" MARK{marks} 'MARKER' '{'INTORG' if integer else 'INTEND'}'"
            within = integer
        entries = [k for k in range(starts[j], starts[j + 1]) if data[k]]
        if cost or not entries:
            yield f" {column} {objective_name} {cost!r}"
        yield from (f" {column} {rows[indices[k]]} {data[k]!r}" for k in entries)
    if within:
        yield f" MARK{marks + 1} 'MARKER' 'INTEND'"


class _Limits:
    """The kind of a row, its right-hand side, and its span if it has two limits."""

    def __init__(self, kind: str, right: float = 0.0, span: float | None = None) -> None:
        self.kind, self.right, self.span = kind, right, span

    @classmethod
    def of(cls, low: float, high: float) -> _Limits:
        """Raises ValueError where a reader's sum of one limit and the span would not give the other."""
        if low == high:
            return cls("E", low)
        if np.isinf(low):
            return cls("L", high)
        if np.isinf(high):
            return cls("G", low)
        for span in (high - low, np.nextafter(high - low, 0.0), np.nextafter(high - low, np.inf)):
            if low + span == high:
                return cls("G", low, float(span))
            if high - span == low:
                return cls("L", high, float(span))
        raise ValueError(f"a row from {low!r} to {high!r} cannot be written as one limit and a span in doubles")


def _bounds(low: float, high: float, integer: bool) -> Iterator[tuple[str, str]]:
    """The bounds of a column, all that a reader might take to be otherwise."""
    whole = integer and all(np.isinf(limit) or (limit.is_integer() and abs(limit) < 2**31) for limit in (low, high))
    lower, upper = ("LI", "UI") if whole else ("LO", "UP")

    def text(limit: float) -> str:
        return f" {int(limit)}" if whole else f" {limit!r}"

    if integer and (low, high) == (0.0, 1.0):
        yield "BV", ""
    elif low == high:
        yield "FX", text(low)
    elif np.isinf(low) and np.isinf(high):
        yield "FR", ""
    else:
        if np.isinf(low):
            yield "MI", ""
        elif low or integer:
            yield lower, text(low)
        if not np.isinf(high):
            yield upper, text(high)
        elif integer:
            # without it some readers take 1, others infinity
            yield "PL", ""
