"""Parts of a search, several at once, each in a process of its own: what comes of them depends on no clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from optimizer.solver.lanes import Lanes

Part = TypeVar("Part")
Found = TypeVar("Found")

TICK_S = 0.2
"""So often it is looked whether all are done: who waits without an end does not hear of Ctrl-C."""


def each(run: Callable[[Part], Found], parts: Sequence[Part], workers: int) -> list[Found]:
    """What comes of each part, in their order, up to ``workers`` at once.

    No part knows of another, so that nothing depends on which is done first. Raises what the first of the parts that
    failed raises, once all have ended.
    """
    if workers <= 1 or len(parts) <= 1:
        return [run(part) for part in parts]
    pool = Lanes(min(workers, len(parts)))
    work = [pool.submit(partial(run, part)) for part in parts]
    try:
        for piece in work:
            while not piece.wait(TICK_S):
                pass
    finally:
        pool.end(at_once=True)
    return [piece.result() for piece in work]
