"""One measurement in a process of its own, so that no earlier one has warmed or filled it.

``python -m benchmarks.fresh module:function`` reads arguments as JSON and prints the answer as JSON. It imports next to
nothing, so that what the function imports can be timed.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def peak_mb() -> float:
    """Most memory that this process ever held and, if it had one, the solver's, in MiB; the solver is ended for it."""
    _end_solver()
    return _own_peak_mb() + _megabytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def process_s() -> float:
    """User and system seconds of this process and of the solver's, which is ended for it."""
    _end_solver()
    return sum(os.times()[:4])


def process_s_so_far() -> float:
    """User and system seconds of this process and of all below it, those that still run included (Linux alone)."""
    if not Path("/proc/self/stat").exists():
        return sum(os.times()[:4])
    ticks, below, used = os.sysconf("SC_CLK_TCK"), dict[int, list[int]](), dict[int, float]()
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            try:
                fields = (each / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            # after the name: state, parent, …; user and system time, its own and that of its ended children
            below.setdefault(int(fields[1]), []).append(int(each.name))
            used[int(each.name)] = sum(map(int, fields[11:15])) / ticks
    total, waiting = 0.0, [os.getpid()]
    while waiting:
        here = waiting.pop()
        total += used.get(here, 0.0)
        waiting += below.get(here, [])
    return total


def _end_solver() -> None:
    # what a process used is known of those that ended; without the module there is none
    if solver := sys.modules.get("optimizer.solver.process"):
        solver.end_all()


def _own_peak_mb() -> float:
    # ru_maxrss may begin with what the parent held, so where the system tells the peak of this process alone, that
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / 1024.0
    return _megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _megabytes(peak: int) -> float:
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def main() -> None:
    module, _, function = sys.argv[1].partition(":")
    arguments: dict[str, Any] = json.load(sys.stdin)
    try:
        answer = getattr(import_module(module), function)(**arguments)
        answer.setdefault("peak_mb", peak_mb())
    except ImportError as error:
        answer = {"skipped": f"{error.name or error} is not installed"}
    print("\n" + json.dumps(answer, allow_nan=False))


if __name__ == "__main__":
    main()
