"""The stages of a run over a grid of shapes: seconds, memory, and how long each gap takes.

Usage: python -m benchmarks.phases [--quick] [--runs N] [--cap SECONDS] [--limit SECONDS] [--out FILE].

``stages`` has a row for each shape up to the root (medians); ``solves`` one for each shape small enough to be solved;
``template`` what the command costs beside HiGHS.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import FLAGSHIP, ROOT, Row, fresh, in_turn, keep, median_of, options, say
from benchmarks.shapes import Shape, grid, written

OBJECTIVE = "cost_of_capital"
TEMPLATE = "instances/templates/minimal.yaml"
BUILT = ("import_s", "validate_s", "build_s", "compile_s", "peak_mb")
SIZE = ("rows", "columns", "integers", "nonzeros")
SOLVED = ("to_0.01", "to_0.001", "to_0.0001", "seconds", "audit_s", "write_s", "gap_share", "peak_mb")
SMALL = (
    Shape("year", 8, 5, 4, tiers=False),
    Shape("year", 8, 5, 4),
    Shape("year", 8, 5, 4, grid=True),
    Shape("year", 8, 5, 4, grid=True, dilution=True),
    Shape("year", 8, 20, 4),
    Shape("quarter", 8, 5, 4),
)
ROOT_LIMIT_S = 10.0
DEAR = 2.0
"""Shapes that take longer than this to build and pass are run once only."""


def stages(shapes: Sequence[Shape], runs: int, cap_s: float) -> list[Row]:
    """Medians up to the compiled matrix, for each shape, and the relaxation at the root, once."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        for shape in shapes:
            run = partial(_build, written(shape, folder), cap_s)
            say(shape.name)
            answers = in_turn({shape.name: run}, runs, _dear)[shape.name]
            root = {"root_s": answers[0].get("root_s"), "root_bound": answers[0].get("root_bound")}
            rows.append({"shape": shape.name, **root, **_medians(answers, BUILT, SIZE)})
    return rows


def solves(shapes: Sequence[Shape], runs: int, limit_s: float, threads: int) -> list[Row]:
    """Medians of whole solves to 0.01 % on the first objective; one that hits the limit is not repeated."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        contenders: dict[str, Callable[[int], Row]] = {}
        for shape in shapes:
            contenders[shape.name] = partial(_solve, written(shape, folder), [OBJECTIVE], 1e-4, limit_s, threads)
        answers = in_turn(contenders, runs, lambda name, mine: mine[-1]["status"] != "optimal")
        for shape in shapes:
            rows.append({"shape": shape.name, "limit_s": limit_s, **_medians(answers[shape.name], SOLVED, ("status",))})
    return rows


def flagship(runs: int, limit_s: float, threads: int) -> list[Row]:
    """The flagship as it is shipped: both of its levels, to its own gap."""
    run = partial(_solve, FLAGSHIP, None, 1e-3, limit_s, threads)
    answers = in_turn({"flagship": run}, runs, lambda name, mine: mine[-1]["status"] != "optimal")["flagship"]
    return [{"shape": Path(FLAGSHIP).stem, "limit_s": limit_s, **_medians(answers, SOLVED, ("status", "levels"))}]


def template(runs: int) -> list[Row]:
    """Process time (user and system) of ``capstack solve`` on the template, and of its imports alone."""
    modules = (
        "optimizer.cli, optimizer.solving.run, optimizer.plan.run_folder, optimizer.auditing, optimizer.report.terminal"
    )
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        command = ["-m", "optimizer.cli", "solve", TEMPLATE, "--out", folder, "--quiet", "--threads", "1"]
        pairs = [(_process_s(command), _process_s(["-c", f"import {modules}"])) for _ in range(runs)]
        summaries = [json.loads(path.read_text(encoding="utf-8")) for path in Path(folder).rglob("summary.json")]
    rows = [
        {"whole_s": whole, "imports_s": imports, "highs_s": summary["timings"]["solve"]}
        for (whole, imports), summary in zip(pairs, summaries, strict=True)
    ]
    for row in rows:
        row["beside_highs_s"] = row["whole_s"] - row["highs_s"]
    return [_medians(rows, ("whole_s", "imports_s", "highs_s", "beside_highs_s"), ())]


def _process_s(arguments: list[str]) -> float:
    before = os.times()
    subprocess.run([sys.executable, *arguments], capture_output=True, cwd=ROOT, check=True)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def _build(path: str, cap_s: float, number: int) -> Row:
    # the root takes long and is no part of the model's making: once is enough
    limit_s = 0.0 if number else ROOT_LIMIT_S
    return fresh("benchmarks.stages:built", cap_s, instance=path, objective=OBJECTIVE, root_limit_s=limit_s)


def _solve(path: str, objectives: list[str] | None, gap: float, limit_s: float, threads: int, number: int) -> Row:
    given = {"instance": path, "objectives": objectives, "gap": gap, "limit_s": limit_s, "threads": threads}
    return fresh("benchmarks.stages:solved", 2.0 * limit_s + 120.0, **given, seed=number)


def _dear(name: str, mine: Sequence[Row]) -> bool:
    return bool(mine[-1]["build_s"] + mine[-1]["compile_s"] > DEAR)


def _medians(answers: Sequence[Row], figures: Sequence[str], facts: Sequence[str]) -> Row:
    good = [answer for answer in answers if "skipped" not in answer]
    if not good:
        return dict(answers[-1])
    known = {key: median_of(good, key) for key in figures}
    return {**{key: good[-1][key] for key in facts}, **known, "runs": len(good)}


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--limit", type=float, default=None, help="most seconds of a search [30, quick: 10]")
    parser.add_argument("--threads", type=int, default=2, help="threads of a search")
    arguments = parser.parse_args()
    out, runs, quick = arguments.out, arguments.runs, arguments.quick
    limit_s = arguments.limit or (10.0 if quick else 30.0)
    about = {"quick": quick, "runs": runs, "threads": arguments.threads}
    shapes = [shape for shape in SMALL if not quick or shape.length == "year"]
    keep(out, "template", template(runs), **about)
    keep(out, "stages", stages(shapes if quick else list(grid()), runs, arguments.cap), **about)
    keep(out, "solves", solves(shapes[:3] if quick else shapes, runs, limit_s, arguments.threads), **about)
    keep(out, "flagship", flagship(runs, 4.0 * limit_s, arguments.threads), **about)


if __name__ == "__main__":
    main()
