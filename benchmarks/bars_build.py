"""Bars of what is beside the search: the hand-over of a large instance, and the start of the command."""

from __future__ import annotations

import json
import statistics
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.bars_search import OBJECTIVE, SHORT, Ask
from benchmarks.measure import FLAGSHIP, Row, fresh, in_turn, median_of
from benchmarks.shapes import Shape
from benchmarks.startup import process_seconds

LARGE = Shape("month", 8, 230, 20)
RAW, OURS, LINOPY = "raw arrays", "capstack", "linopy"
ROUTES = {RAW: "raw", OURS: "ours", LINOPY: "linopy"}
CAP_S = 300.0
ROUNDS = 3
MOST_RAW = 3.0
HELP_S, VALIDATE_S = 0.3, 0.6


def hand_over(ask: Ask) -> Row:
    """Processor seconds and memory from an instance, or its finished arrays, into HiGHS; medians of ROUNDS in turn."""
    shape = SHORT if ask.quick else LARGE
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        instance, arrays = Path(folder) / "instance.yaml", Path(folder) / "arrays.npz"
        instance.write_text(json.dumps(shape.instance().canonical()), encoding="utf-8")
        ours = {"instance": str(instance), "objective": OBJECTIVE}
        first = fresh("benchmarks.routes:ours", CAP_S, **ours, keep=str(arrays))
        if "skipped" in first:
            return {"measured": first["skipped"], "reached": None}
        contenders = {
            way: partial(_run, f"benchmarks.routes:{route}", ours if way == OURS else {"arrays": str(arrays)})
            for way, route in ROUTES.items()
        }
        answers = in_turn(contenders, 1 if ask.quick else ROUNDS)
    known = {way: mine for way, mine in answers.items() if "skipped" not in mine[-1]}
    seconds = {way: median_of(mine, "route_process_s") or 0.0 for way, mine in known.items()}
    memory = {way: median_of(mine, "peak_mb") or 0.0 for way, mine in known.items()}
    times = seconds[OURS] / seconds[RAW]
    text = f"{first['columns']:,} columns; {times:.2f} × raw arrays"
    reached: bool | None = None
    if LINOPY in known:
        text += f", linopy {seconds[LINOPY] / seconds[RAW]:.2f} ×"
        reached = times <= MOST_RAW and seconds[OURS] < seconds[LINOPY] and memory[OURS] < memory[LINOPY]
    text += "; " + ", ".join(f"{way} {seconds[way]:.3g} s and {memory[way]:,.0f} MiB" for way in known)
    return {"measured": text, "reached": reached, "seconds": seconds, "memory": memory}


def _run(function: str, given: Row, number: int) -> Row:
    return fresh(function, CAP_S, **given)


def start_up(ask: Ask) -> Row:
    """Processor seconds of the light commands, and of Python alone."""
    runs = 1 if ask.quick else 9
    commands = {
        "python": ("-c", ""),
        "help": ("-m", "optimizer.cli", "--help"),
        "validate": ("-m", "optimizer.cli", "validate", FLAGSHIP),
    }
    found = {
        name: statistics.median(process_seconds(*arguments) for _ in range(runs))
        for name, arguments in commands.items()
    }
    text = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.items())
    return {"measured": text, "reached": found["help"] <= HELP_S and found["validate"] <= VALIDATE_S, **found}
