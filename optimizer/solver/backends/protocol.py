"""What is asked of a solver other than HiGHS, and whom it tells on the way.

A backend is a module with a function ``solve(task, asked, look) -> Answer``. It minimises the arrays of the task, with
``asked`` and the start of the task, calls ``look`` now and then and ends softly where that says so, and answers with
the words of HiGHS: Optimal, Infeasible, Unbounded, UnboundedOrInfeasible, or TimeLimit for a limit of any kind. It
raises RefusedError with the solver's own words where it will not, or cannot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy import sparse

from optimizer.solver.task import Answer, RefusedError, Task, Vector

__all__ = ["INFINITE", "TOLERANCE", "WHOLE", "Asked", "Backend", "Look", "RefusedError", "answer", "finite", "rows_of"]

INFINITE = 1e20
"""What is at least as large as this is infinite to all of them."""

EVERY_S = 1.0
"""A search that finds nothing new says so as often as this."""

TOLERANCE = 1e-9
"""Of rows and reduced costs, as in the linear programmes of HiGHS that plans are read from."""

WHOLE = 1e-7
"""How far an integer may be off, as in a tree of HiGHS. Plans are read with it rounded."""

Tell = Callable[..., None]


@dataclass(frozen=True)
class Asked:
    """How hard to try; gaps are |value − bound| as a share of |value|, and in the objective's unit.

    A value of at most ``target`` ends the search; ``nodes`` is the most of the tree, None for no limit.
    """

    gap_share: float
    gap_musd: float
    time_limit: float
    threads: int
    seed: int
    target: float | None = None
    nodes: int | None = None
    presolve: bool = True

    @property
    def gap_of_larger(self) -> float:
        """The gap for who divides by the larger of |value| and |bound|: d ≤ g·|v| where d ≤ g/(1+g)·(|v| + d)."""
        return self.gap_share / (1.0 + self.gap_share)


class Backend(Protocol):
    """The module of a solver."""

    def solve(self, task: Task, asked: Asked, look: Look) -> Answer:
        """Minimise. Raises RefusedError."""


class Look:
    """Whom a search tells of what it has; its answer is whether to end."""

    def __init__(self, task: Task, asked: Asked, stop: threading.Event, tell: Tell) -> None:
        self._plan_s, self._target, self._stop, self._tell = task.plan_s, asked.target, stop, tell
        self._begun, self._last, self._incumbent = time.monotonic(), -np.inf, np.nan

    def __call__(self, incumbent: float = np.nan, bound: float = np.nan, nodes: int = -1) -> bool:
        """Whether to end, from incumbent and bound of the minimum (infinite or nan where there is none).

        ``nodes`` of the tree, -1 where they are not known.
        """
        incumbent, bound = (each if abs(each) < INFINITE else np.nan for each in (incumbent, bound))
        now, there = time.monotonic(), not np.isnan(incumbent)
        new = there and incumbent != self._incumbent
        if new or now - self._last > EVERY_S:
            self._last, self._incumbent = now, incumbent if there else self._incumbent
            self._tell("seen", incumbent=float(incumbent), bound=float(bound), nodes=int(nodes))
        late = self._plan_s is not None and there and now - self._begun >= self._plan_s
        return self._stop.is_set() or late or (self._target is not None and there and incumbent <= self._target)

    @property
    def stopped(self) -> bool:
        """Whether to end, for who has nothing to tell."""
        return self._stop.is_set()

    def plan(self, x: Vector) -> None:
        """A plan that is better than those before."""
        self._tell("plan", x=np.asarray(x, dtype=float))


def rows_of(task: Task) -> sparse.csr_matrix:
    """The rows of the task."""
    return sparse.csr_matrix((task.data, task.columns, task.starts), shape=(task.row_low.size, task.low.size))


def finite(limits: Vector, infinite: float) -> Vector:
    """Limits with what is infinite as the solver writes it."""
    return np.clip(limits, -infinite, infinite)


def answer(status: str, x: Any, value: float, bound: float) -> Answer:
    """An answer, of plain floats; a bound that is infinite to the solver is infinite."""
    bound = float(bound)
    bound = bound if abs(bound) < INFINITE else float(np.copysign(np.inf, bound))
    return Answer(status, None if x is None else np.array(x, dtype=float), float(value), bound)
