"""What tests of the solver's process share: a task, who started what, a wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import optimizer
from optimizer.solver import highs, process
from optimizer.solver.task import Task

from .test_highs import LIMITS, knapsack

Dying = Callable[[str, str], None]
ROOT = Path(optimizer.__file__).parents[1]


def task() -> Task:
    """The knapsack as it is sent."""
    matrix, objective = knapsack()
    return highs.task_of(matrix, replace(objective, cost=-objective.cost), highs.options_of(matrix, LIMITS))


def children(of: int) -> list[int]:
    """The solver's processes that a process has started and that are still there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_text(encoding="utf-8")
        except OSError:  # it ended meanwhile
            continue
        if parent == of and process.MODULE in command:
            found.append(int(stat.parent.name))
    return found


def in_time(true: Callable[[], object]) -> bool:
    """Whether something becomes true; a loaded machine may take a while."""
    for _ in range(600):
        if true():
            return True
        time.sleep(0.1)
    return False
