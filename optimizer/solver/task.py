"""What the two ends of the solver's process say to each other: frames of plain data and arrays.

A frame is the length of its head, the head as JSON, and the arrays one after another as they lie in memory.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, fields
from typing import IO, Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int32]]

LOWER, BASIC, UPPER = 0, 1, 2
"""Where a column or row of a basis stands, as HiGHS counts it."""

_LENGTH = struct.Struct("<I")


class RefusedError(Exception):
    """A solver does not take an option or a matrix, has no licence, or fails; the words are its own."""


@dataclass(frozen=True)
class Task:
    """A programme to be minimised, and how: the arrays as HiGHS takes them, by rows.

    ``tries`` are options for another run where the first, with ``options``, failed or decided nothing. A search
    ends after ``plan_s`` seconds if it has a plan by then, and at once where its bound is ``enough``; after
    ``processor_s`` seconds of the processor it ends as at its limit of time. ``with_basis``: the basis is wanted, too;
    ``with_duals``: what one more of each limit of a row adds to the minimum of a linear programme. With
    ``trial_columns`` it is one, solved once for each row of ``trial_values``, at which these columns are fixed.
    Where ``solver`` is another than HiGHS, ``options`` are those of ``backends.protocol.Asked``.
    """

    cost: Vector
    constant: float
    low: Vector
    high: Vector
    row_low: Vector
    row_high: Vector
    starts: Whole
    columns: Whole
    data: Vector
    integer: Whole
    options: dict[str, Any]
    tries: tuple[dict[str, Any], ...] = ()
    start: Vector | None = None
    plan_s: float | None = None
    enough: float | None = None
    processor_s: float | None = None
    with_basis: bool = False
    with_duals: bool = False
    solver: str = "highs"
    trial_columns: Whole | None = None
    trial_values: Vector | None = None


@dataclass(frozen=True)
class Answer:
    """What came of a task: ``status`` is HiGHS's name for it, without its k.

    ``x`` is a feasible solution, or None; ``basis`` has the columns and then the rows (see LOWER). ``refusal`` is what
    HiGHS did not take or failed at; then nothing else is known. ``looked`` says whether a search got to a node or
    a step of the simplex method, ``processor_s`` how long the processor was at it. ``trials`` are the optima of the
    trials, infinite where there is none, and nan where one is not known; ``duals`` are by row, of an optimum.
    """

    status: str = ""
    x: Vector | None = None
    value: float = np.nan
    bound: float = np.nan
    basis: Whole | None = None
    refusal: str | None = None
    looked: bool = True
    processor_s: float = 0.0
    trials: Vector | None = None
    duals: Vector | None = None


def content(of: Task | Answer) -> dict[str, Any]:
    """The fields by name, as ``send`` takes them."""
    return {field.name: getattr(of, field.name) for field in fields(of)}


def send(stream: IO[bytes], kind: str, **content: Any) -> None:
    """Write a frame. Raises OSError."""
    arrays = {name: np.ascontiguousarray(each) for name, each in content.items() if isinstance(each, np.ndarray)}
    head = {
        "kind": kind,
        "plain": {name: each for name, each in content.items() if name not in arrays},
        "arrays": [(name, array.dtype.str, array.size) for name, array in arrays.items()],
    }
    text = json.dumps(head).encode()
    stream.write(_LENGTH.pack(len(text)) + text)
    for array in arrays.values():
        stream.write(array.view(np.uint8).data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[str, dict[str, Any]]:
    """Read a frame: its kind and content. Raises EOFError where the stream ends, and OSError."""
    text = bytearray(_LENGTH.size)
    _fill(stream, memoryview(text))
    text = bytearray(*_LENGTH.unpack(text))
    _fill(stream, memoryview(text))
    head = json.loads(text)
    found = dict(head["plain"])
    for name, kind, size in head["arrays"]:
        found[name] = np.empty(size, kind)
        _fill(stream, found[name].view(np.uint8).data)
    return str(head["kind"]), found


def _fill(stream: IO[bytes], room: memoryview) -> None:
    filled = 0
    while filled < len(room):
        count = stream.readinto(room[filled:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        filled += count
