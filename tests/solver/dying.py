"""A double of the solver's process: it works like it until a search from nothing, and then dies as DIE says."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Any

from optimizer.solver import child
from optimizer.solver.task import Answer, Task

_solve = child.solve


def die(how: str) -> None:
    """End as asked."""
    if how == "bad_alloc":
        print("terminate called after throwing an instance of 'std::bad_alloc'", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGABRT)
    if how == "memory":
        raise MemoryError
    os.kill(os.getpid(), signal.Signals[how])
    time.sleep(60.0)


def solve(task: Task, stop: threading.Event, tell: child.Tell) -> Answer:
    """DIE is a signal, bad_alloc or memory; DIE_WHEN is plan (once there is one) or task."""
    how, when = os.environ["DIE"], os.environ["DIE_WHEN"]
    if not task.integer.any() or task.start is not None:
        return _solve(task, stop, tell)
    if when == "task":
        die(how)

    def told(kind: str, **found: Any) -> None:
        tell(kind, **found)
        if kind == "plan":
            die(how)

    answer = _solve(task, stop, told)
    if answer.x is not None:  # what presolve finds is not told on the way
        told("plan", x=answer.x)
    raise AssertionError(f"there was no plan on the way to {answer.status}")


if __name__ == "__main__":
    child.solve = solve
    child.main()
