"""From an instance into HiGHS: capstack against raw arrays, linopy, and the other ways out of Pyomo.

Usage: python -m benchmarks.compile [--quick] [--runs N] [--cap SECONDS] [--out FILE]. Every run is a process of its
own; the contenders take turns. One that is expected to take longer than the cap is left out, with a note, and a peer
that takes longer than SLOW is not run again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, fresh, in_turn, keep, median_of, options, say
from benchmarks.shapes import Shape

SHAPES = (
    Shape("year", 8, 5, 4),
    Shape("quarter", 8, 20, 4),
    Shape("month", 8, 50, 10),
    Shape("month", 8, 230, 20),
)
OBJECTIVE = "cost_of_capital"
RAW, ASSEMBLED, OURS, LINOPY = "raw arrays", "raw arrays, assembled", "capstack", "linopy"
FROM_ARRAYS = {RAW: "raw", ASSEMBLED: "assembled", LINOPY: "linopy"}
FROM_PYOMO = {"Pyomo, LP file": "lp_file", "Pyomo, appsi_highs": "appsi", "Pyomo, contrib.solver": "contrib"}
GROWTH = 1.1
"""Exponent with which seconds are expected to grow with nonzeros."""
SLOW = 20.0
PREPARATION = 3.0
"""The cap is on what is measured; a process may take this many times longer for what it has to prepare."""


def measure(shapes: Sequence[Shape], runs: int, cap_s: float) -> list[Row]:
    """A row for each shape and contender: medians of seconds and peak memory, and ratios to raw arrays."""
    rows: list[Row] = []
    last: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        for shape in shapes:
            say(f"{shape.name}")
            found = _shape(shape, Path(folder), runs, cap_s, last)
            rows += found
            last |= {row["way"]: (row["nonzeros"], row["total_s"]) for row in found if row.get("total_s")}
    return rows


def _shape(shape: Shape, folder: Path, runs: int, cap_s: float, last: dict[str, tuple[float, float]]) -> list[Row]:
    instance, arrays = folder / f"{shape.name}.yaml", folder / f"{shape.name}.npz"
    instance.write_text(json.dumps(shape.instance().canonical()), encoding="utf-8")
    about = {"shape": shape.name}
    patience = PREPARATION * cap_s
    # the first run of ours also leaves the arrays that the others begin with
    first = fresh("benchmarks.routes:ours", patience, instance=str(instance), objective=OBJECTIVE, keep=str(arrays))
    if "skipped" in first:
        return [{**about, "way": OURS, **first}]
    say(f"  {first['columns']:,} columns, {first['nonzeros']:,} nonzeros")
    size = {key: first[key] for key in ("rows", "columns", "nonzeros")}
    contenders: dict[str, Callable[[int], Row]] = {}
    notes: dict[str, Row] = {}
    for way, route in {RAW: "raw", ASSEMBLED: "assembled", OURS: "ours", LINOPY: "linopy", **FROM_PYOMO}.items():
        given: dict[str, Any] = {"arrays": str(arrays)}
        if way not in FROM_ARRAYS:
            given = {"instance": str(instance), "objective": OBJECTIVE}
        before = last.get(way)
        expected = before[1] * (size["nonzeros"] / before[0]) ** GROWTH if before else 0.0
        if expected > cap_s:
            notes[way] = {"skipped": f"about {expected:,.0f} s expected"}
        elif before is None and last and way not in (RAW, ASSEMBLED, OURS):
            notes[way] = {"skipped": "left out at the size before"}
        else:
            contenders[way] = partial(_run, f"benchmarks.routes:{route}", patience, given)
    answers = in_turn(contenders, runs, lambda way, mine: way != OURS and mine[-1]["total_s"] > SLOW)
    found = []
    for way in [*contenders, *notes]:
        row: Row = {**about, "way": way, **size}
        if way in notes or "skipped" in answers[way][-1]:
            found.append({**row, **(notes.get(way) or answers[way][-1])})
            continue
        figures = {key: median_of(answers[way], key) for key in ("build_s", "pass_s", "total_s", "peak_mb")}
        found.append({**row, **figures, "runs": len(answers[way])})
    base = {row["way"]: row.get("total_s") for row in found}
    for row in found:
        if row.get("total_s") and base[RAW]:
            row["ratio_to_raw"] = row["total_s"] / base[RAW]
    return found


def _run(function: str, patience: float, given: dict[str, Any], number: int) -> Row:
    return fresh(function, patience, **given)


def main() -> None:
    arguments = options(__doc__).parse_args()
    shapes = SHAPES[:2] if arguments.quick else SHAPES
    rows = measure(shapes, arguments.runs, arguments.cap)
    keep(arguments.out, "compile", rows, quick=arguments.quick, runs=arguments.runs, cap_s=arguments.cap)


if __name__ == "__main__":
    main()
