"""The stages of one solve, each timed, in a process of its own (see fresh.py): imports are part of what is timed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.fresh import peak_mb, process_s_so_far

if TYPE_CHECKING:
    from optimizer.contract.progress import Progress

Row = dict[str, Any]
LEVEL = ("name", "value", "bound", "seconds", "gap_share")


class Laps:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """The stage ends now."""
        now = time.perf_counter()
        self.seconds[f"{stage}_s"] = now - self._last
        self._last = now


def built(instance: str, objective: str, root_limit_s: float) -> Row:
    """Import, validate, build, compile, and the relaxation at the root.

    ``peak_mb`` is the most memory up to the compiled matrix; ``root_s`` is None where the limit was hit.
    """
    laps = Laps()
    from benchmarks.arrays import arrays_of
    from benchmarks.solvers import passed
    from optimizer.instance.loader import check_file
    from optimizer.solving.compile import collector_paused, compile_instance

    laps.lap("import")
    read = check_file(instance).instance
    if read is None:
        return {"skipped": "the instance is not valid"}
    laps.lap("validate")
    with collector_paused():
        model, compiled = compile_instance(read, laps.lap)
        arrays = arrays_of(compiled.matrix, compiled.expression(model.objectives[objective].expression))
        solver = passed(arrays)
        laps.lap("compile")
    row: Row = {**laps.seconds, **arrays.size, "peak_mb": peak_mb()}
    if root_limit_s > 0.0:
        from dataclasses import replace

        import numpy as np
        from highspy import HighsModelStatus

        laps.lap("rest")
        solver = passed(replace(arrays, integer=np.zeros_like(arrays.integer)))
        solver.setOptionValue("time_limit", root_limit_s)
        solver.run()
        laps.lap("root")
        solved = solver.getModelStatus() == HighsModelStatus.kOptimal
        row["root_s"] = laps.seconds["root_s"] if solved else None
        row["root_bound"] = solver.getInfo().objective_function_value if solved else None
    return row


def solved(
    instance: str,
    objectives: list[str] | None,
    gap: float,
    limit_s: float,
    threads: int,
    seed: int = 0,
    asked: Mapping[str, Any] | None = None,
) -> Row:
    """A whole solve as users call it: when each gap was reached, then audit and writing; ``asked`` is asked beside.

    ``to_0.01`` and so on are seconds since ``solve`` was called (build and compile included) on the first level;
    ``levels`` tells all of them. ``plans`` are the improving plans of the first level, as (seconds, value);
    ``first_process_s`` is what all processes used until the first of them was there. ``plan`` tells one plan from
    another.
    """
    laps, begun_s = Laps(), process_s_so_far()
    from benchmarks.milestones import GAPS, Milestones
    from optimizer.contract.digest import digest
    from optimizer.instance.loader import load
    from optimizer.plan.run_folder import write_run
    from optimizer.solving.run import NoPlanError, solve

    laps.lap("import")
    read = load(instance)
    laps.lap("validate")
    first = objectives[0] if objectives else read.objectives[0].name
    found = Milestones()
    maximised = ("shareholder_value", "adjusted_present_value", "terminal_cash", "total_value")
    sign = -1.0 if first in maximised else 1.0

    first_process_s: list[float] = []

    def look(state: Progress) -> None:
        if state.incumbent is not None and not first_process_s:
            first_process_s.append(process_s_so_far() - begun_s)
        if state.level == first:
            incumbent, bound = (float("nan") if v is None else sign * v for v in (state.incumbent, state.bound))
            found.see(incumbent, bound)

    try:
        plan = solve(
            read,
            gap=gap,
            time_limit=limit_s,
            threads=threads,
            seed=seed,
            objectives=objectives,
            progress=look,
            **(asked or {}),
        )
    except NoPlanError as nothing:
        return {"skipped": f"{nothing.status} within {limit_s:g} s"}
    whole = time.perf_counter() - found.begun
    first_process_s.append(process_s_so_far() - begun_s)
    timings, level = plan.summary["timings"], plan.summary["levels"][0]
    # the end of a level is not told on the way
    ended, gap_share = timings["build"] + timings["compile"] + level["seconds"], level["gap_share"]
    for wanted in GAPS:
        if gap_share is not None and gap_share <= wanted:
            found.reached.setdefault(wanted, ended)
    if not found.plans or sign * level["value"] < found.plans[-1][1]:
        found.plans.append((ended, sign * level["value"]))
    laps.lap("solve")
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        laps.lap("rest")
        write_run(plan, folder)
        laps.lap("write")
    return {
        **found.to_dict(),
        **{key: value for key, value in laps.seconds.items() if key != "rest_s"},
        **{f"{stage}_s": timings[stage] for stage in ("build", "compile", "read", "audit")},
        "seconds": whole,
        "value": sign * level["value"],
        "bound": None if level["bound"] is None else sign * level["bound"],
        "gap_share": gap_share,
        "status": plan.status,
        "audit_passed": plan.audit_passed,
        "levels": [{key: each[key] for key in LEVEL} for each in plan.summary["levels"]],
        "first_process_s": first_process_s[0],
        "plan": digest(plan.to_dict()),
        "peak_mb": peak_mb(),
    }
