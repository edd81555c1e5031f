"""A curve of debt shares against one cold solve: what a family of instances costs.

Usage: python -m benchmarks.sweep [--quick] [--steps N] [--gap SHARE] [--instance FILE] [--limit SECONDS] [--out FILE].

The points are solved in one chain, one thread, as `capstack compare` with one job does. Beside them, in the same run,
some points are solved cold, each on its own: both ends and the middle. The ratio is the time of the whole chain to the
median of those, by the clock and by processor time; a chain that learns nothing has as many as it has points.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.fresh import process_s
from benchmarks.measure import FLAGSHIP, ROOT, Row, fresh, keep, options, say

OBJECTIVE = "cost_of_capital"
FIRST_SHARE, LAST_SHARE = 0.2, 0.5
SWEEP = "debt"
SETTLED = ("optimal", "infeasible")
"""How a point may end that is done."""


def chain(instance: str, gap: float, steps: int, limit_s: float, only: list[int] | None = None) -> Row:
    """Solve the points of the curve, or ``only`` some, in one chain and in this process.

    ``limit_s`` is for each point. Returns a row for each: share, status, value, gap, seconds.
    """
    from optimizer.comparison.chain import solve_chain
    from optimizer.comparison.point import Chain, Point, Result
    from optimizer.comparison.points import sweep_runs

    runs = sweep_runs(_batch(instance, gap, steps, limit_s), SWEEP)
    wanted = range(len(runs)) if only is None else only
    points = tuple(run for number, run in enumerate(runs) if number in wanted and isinstance(run, Point))

    def kept(point: Point, plan: Any, result: Result) -> Result:
        return replace(result, run=None)

    begun = process_s()
    results: Iterator[Result] = solve_chain(Chain(SWEEP, points), kept, lambda point: None)
    found = sorted((_row(result) for result in results), key=lambda row: row["share"])
    used = process_s() - begun
    return {"points": found, "seconds": sum(row["seconds"] for row in found), "process_s": used}


def _batch(instance: str, gap: float, steps: int, limit_s: float) -> Any:
    from optimizer.comparison.reading import batch_of

    axes = [{"debt_share": {"from": FIRST_SHARE, "to": LAST_SHARE, "steps": steps}}]
    asked = {"gap_share": gap, "time_limit_s": limit_s}
    return batch_of(instance, sweeps={SWEEP: {"axes": axes}}, options=asked, objectives=[{"name": OBJECTIVE}])


def _row(result: Any) -> Row:
    level = result.levels[0] if result.levels else {}
    known = {key: level.get(key) for key in ("value", "bound", "gap_share")}
    return {"share": result.labels["debt_share"], "status": result.status, "seconds": result.seconds, **known}


def measure(instance: str, gap: float, steps: int, limit_s: float, cap_s: float) -> list[Row]:
    """One row: seconds of the chain and of cold solves, their ratio, and how many points were done."""
    given = {"instance": str(ROOT / instance), "gap": gap, "steps": steps, "limit_s": limit_s}
    cold: list[Row] = []
    ends = sorted({0, steps // 2, steps - 1})
    for number in ends:
        alone = fresh("benchmarks.sweep:chain", cap_s, **given, only=[number])
        if "skipped" in alone or not alone["points"]:
            say(f"  point {number + 1} cold: {alone.get('skipped', 'no instance')}")
            continue
        cold.append(alone)
        say(f"  point {number + 1} cold: {alone['points'][0]}")
    whole = fresh("benchmarks.sweep:chain", cap_s, **given)
    about = {"instance": Path(instance).stem, "steps": steps, "gap": gap, "limit_s": limit_s}
    if "skipped" in whole or not cold:
        return [{**about, "skipped": whole.get("skipped", "no cold solve was done in time")}]
    for point in whole["points"]:
        say(f"  {point}")
    done = sum(point["status"] in SETTLED for point in whole["points"])
    found: Row = {**about, "cold_runs": len(cold), "done": done, "points": whole["points"]}
    for key, ratio in (("seconds", "ratio"), ("process_s", "process_ratio")):
        single = statistics.median(alone[key] for alone in cold)
        found |= {f"chain_{key}": whole[key], f"cold_{key}": single, ratio: whole[key] / single}
    return [found]


def main() -> None:
    parser = options(__doc__, cap=600.0)
    parser.add_argument("--gap", type=float, default=None, help="relative gap of each point [0.001, quick: 0.02]")
    parser.add_argument("--steps", type=int, default=None, help="how many debt shares [21, quick: 5]")
    parser.add_argument("--instance", default=FLAGSHIP, help="the instance that is varied")
    parser.add_argument("--limit", type=float, default=None, help="most seconds for a point [90, quick: 20]")
    arguments = parser.parse_args()
    quick = arguments.quick
    gap = arguments.gap or (0.02 if quick else 0.001)
    limit_s = arguments.limit or (20.0 if quick else 90.0)
    rows = measure(arguments.instance, gap, arguments.steps or (5 if quick else 21), limit_s, arguments.cap)
    keep(arguments.out, "sweep", rows, quick=quick)


if __name__ == "__main__":
    main()
