"""What all benchmarks share: fresh processes, contenders in turn, medians, and the file that results are kept in."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FLAGSHIP = "instances/anthropic-50b.yaml"
PACKAGES = ("highspy", "pyomo", "numpy", "scipy", "pyscipopt", "gurobipy", "linopy")
Row = dict[str, Any]


def fresh(function: str, cap_s: float, **arguments: Any) -> Row:
    """The answer of ``module:function`` from a process of its own; ``{"skipped": why}`` if there is none in the time.

    ``cap_s`` is for the whole process, its imports and what it prepares unmeasured included.
    """
    return fresh_in(ROOT, function, cap_s, **arguments)


def fresh_in(where: Path, function: str, cap_s: float, **arguments: Any) -> Row:
    """``fresh`` with the modules of the checkout in ``where``; ``process_s`` is what the process and its own used."""
    command = [sys.executable, "-m", "benchmarks.fresh", function]
    given = json.dumps(arguments)
    before = os.times()
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            encoding="utf-8",
            cwd=where,
            env=environment(where),
            timeout=cap_s,
        )
    except subprocess.TimeoutExpired:
        return {"skipped": f"more than {cap_s:g} s"}
    used = process_seconds_since(before)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return {"skipped": f"failed: {said[-1] if said else f'exit code {done.returncode}'}"}
    answer: Row = json.loads(done.stdout.strip().splitlines()[-1])
    return answer if "skipped" in answer else {"process_s": used, **answer}


def environment(where: Path) -> dict[str, str]:
    """That of a process that takes its modules from the checkout in ``where``, whichever one is installed."""
    return {**os.environ, "PYTHONPATH": str(where)}


def process_seconds_since(before: os.times_result) -> float:
    """User and system time of the processes that were started and have ended since ``before``."""
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def in_turn(
    contenders: Mapping[str, Callable[[int], Row]],
    runs: int,
    enough: Callable[[str, Sequence[Row]], bool] = lambda name, answers: False,
) -> dict[str, list[Row]]:
    """``runs`` rounds in which every contender has its turn, so that what disturbs the machine disturbs all of them.

    A contender is called with the number of the round. It leaves the race when it was skipped, or when ``enough`` says
    so of its name and answers.
    """
    answers: dict[str, list[Row]] = {name: [] for name in contenders}
    for number in range(runs):
        for name, run in contenders.items():
            mine = answers[name]
            if mine and ("skipped" in mine[-1] or enough(name, mine)):
                continue
            mine.append(run(number))
            say(f"  {name}, run {number + 1}: {_brief(mine[-1])}")
    return answers


def median_of(answers: Sequence[Row], key: str) -> float | None:
    """The median of a figure; None where fewer than half of the answers have it."""
    values = [answer[key] for answer in answers if answer.get(key) is not None]
    if not values or 2 * len(values) < len(answers):
        return None
    missing = [float("inf")] * (len(answers) - len(values))
    middle = statistics.median([*values, *missing])
    return middle if middle < float("inf") else None


def machine() -> Row:
    """What was measured with."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version(), **found}


def options(description: str | None, **defaults: Any) -> argparse.ArgumentParser:
    """The options that every benchmark has; ``defaults`` are those of --runs and --cap."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", type=Path, default=Path("results/benchmarks.json"), help="file of results")
    parser.add_argument("--runs", type=int, default=defaults.get("runs", 5), help="runs of which the median is taken")
    parser.add_argument("--cap", type=float, default=defaults.get("cap", 120.0), help="most seconds for one run")
    parser.add_argument("--quick", action="store_true", help="a short form, to see that all of it works")
    return parser


def keep(path: Path, section: str, rows: Iterable[Row], *, quick: bool, **about: Any) -> None:
    """Put a section into the file of results; the other sections stay. The file is replaced as a whole."""
    everything = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    everything[section] = {"machine": machine(), "quick": quick, **about, "rows": list(rows)}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(json.dumps(everything, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    say(f"{section}: kept in {path}")


def say(text: str) -> None:
    """A line of progress."""
    print(text, flush=True)


def _brief(answer: Row) -> str:
    return ", ".join(
        f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
        for key, value in answer.items()
        if isinstance(value, (int, float, str))
    )
