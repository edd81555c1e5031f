"""Parts of a search, several at once, each in a process of its own: what comes of them depends on no clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from optimizer.solver.lanes import Lanes, Work

Part = TypeVar("Part")
Found = TypeVar("Found")

TICK_S = 0.2
"""So often it is looked whether all are done: who waits without an end does not hear of Ctrl-C."""


def each(
    run: Callable[[Part], Found], parts: Sequence[Part], workers: int, stop: threading.Event | None = None
) -> list[Found]:
    """What comes of each part, in their order, up to ``workers`` at once.

    No part knows of another, so that nothing depends on which is done first. Ctrl-C sets ``stop`` if there is one.
    Raises what the first of the parts that failed raises, once all have ended.
    """
    if workers <= 1 or len(parts) <= 1:
        return [run(part) for part in parts]
    pool = Lanes(min(workers, len(parts)))
    work = [pool.submit(partial(run, part)) for part in parts]
    try:
        for piece in work:
            _wait_for(piece, stop)
    finally:
        pool.end(at_once=True)
    return [piece.result() for piece in work]


def _wait_for(piece: Work[Found], stop: threading.Event | None) -> None:
    while not piece.done:
        try:
            piece.wait(TICK_S)
        except KeyboardInterrupt:
            if stop is None or stop.is_set():
                raise
            stop.set()
