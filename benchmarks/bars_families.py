"""Bars of families: a curve of debt shares in one chain, and a batch of mixes with reductions and without."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks import sweep
from benchmarks.bars_search import Ask
from benchmarks.fresh import process_s
from benchmarks.measure import FLAGSHIP, ROOT, Row, fresh, in_turn

BATCH = "instances/financing-mixes.batch.yaml"
WAYS = ("auto", "off")
PATIENCE_S = 120.0
MOST_SHARES, MOST_MIXES = 2.5, 0.35


def shares(ask: Ask) -> Row:
    """A chain of debt shares against the same points solved cold; the ratio is by processor time."""
    gap, steps, limit_s = (0.02, 5, 20.0) if ask.quick else (0.001, 21, 90.0 * ask.stretch)
    (row,) = sweep.measure(FLAGSHIP, gap, steps, limit_s, 20.0 * limit_s + PATIENCE_S)
    if "skipped" in row:
        return {"measured": row["skipped"], "reached": False}
    chain, cold, ratio = row["chain_process_s"], row["cold_process_s"], row["process_ratio"]
    text = f"{row['done']} of {steps} done in {chain:.3g} s, one cold solve {cold:.3g} s: {ratio:.2f}"
    return {"measured": text, "reached": row["done"] == steps and ratio <= MOST_SHARES, **row}


def mixes(ask: Ask) -> Row:
    """Every mix in every scenario, each way in turn: the sum of the processor seconds that their solves take."""
    gap, limit_s, count = (0.02, 20.0, 2) if ask.quick else (0.005, 240.0 * ask.stretch, 24)
    totals = dict.fromkeys(WAYS, 0.0)
    runs = []
    for number in range(count):
        given = {"batch": str(ROOT / BATCH), "number": number, "gap": gap, "limit_s": limit_s}
        contenders = {way: partial(_mix, limit_s, {**given, "reductions": way}) for way in WAYS}
        answers = {way: mine[0] for way, mine in in_turn(contenders, 1).items()}
        runs.append(answers)
        if not any("skipped" in answer for answer in answers.values()):
            for way, answer in answers.items():
                totals[way] += answer["solve_process_s"]
    done = sum(all(answer.get("status") in sweep.SETTLED for answer in each.values()) for each in runs)
    ratio = totals[WAYS[0]] / totals[WAYS[1]] if totals[WAYS[1]] else None
    text = f"{done} of {count} done; {totals[WAYS[0]]:.3g} s and {totals[WAYS[1]]:.3g} s"
    text += "" if ratio is None else f": {ratio:.2f}"
    reached = done == count and ratio is not None and ratio <= MOST_MIXES
    return {"measured": text, "reached": reached, "ratio": ratio, "runs": runs}


def _mix(limit_s: float, given: Row, number: int) -> Row:
    return fresh("benchmarks.bars_families:mix", 2.0 * limit_s + PATIENCE_S, **given)


def mix(batch: str, number: int, gap: float, limit_s: float, reductions: str) -> Row:
    """One run of a batch, and the processor seconds of its solve, without imports and reading."""
    from optimizer.comparison.point import Point
    from optimizer.comparison.points import mix_runs
    from optimizer.comparison.reading import load_batch
    from optimizer.solver.highs import Limits
    from optimizer.solving.run import NoPlanError, search

    run = mix_runs(load_batch(Path(batch)))[number]
    if not isinstance(run, Point):
        return {"name": run.name, "status": run.status, "solve_process_s": 0.0}
    begun = process_s()
    limits = Limits(gap, limit_s, threads=1, seed=run.options.seed)
    try:
        plan = search(run.instance, limits, reductions=reductions)
    except NoPlanError as nothing:
        return {"name": run.name, "status": nothing.status, "solve_process_s": process_s() - begun}
    level = {key: plan.summary["levels"][0][key] for key in ("value", "bound", "gap_share")}
    return {"name": run.name, "status": plan.status, "solve_process_s": process_s() - begun, **level}
