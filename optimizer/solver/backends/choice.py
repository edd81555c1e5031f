"""Which module answers for which solver."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import cast

from optimizer.contract.solvers import ENGINES
from optimizer.solver.backends.protocol import Asked, Backend, Look, RefusedError, Tell
from optimizer.solver.task import Answer, Task


def solve(task: Task, stop: threading.Event, tell: Tell) -> Answer:
    """Minimise with the solver that the task names; ``stop`` ends the run softly. Raises MemoryError."""
    asked = Asked(**task.options)
    backend = cast(Backend, import_module(f"optimizer.solver.backends.{task.solver}"))
    try:
        return backend.solve(task, asked, Look(task, asked, stop, tell))
    except RefusedError as error:
        return Answer(refusal=str(error))
    except ImportError as error:
        return Answer(refusal=f"{ENGINES[task.solver].package} cannot be loaded: {error}")
