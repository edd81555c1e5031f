"""Bars of single searches: whole programmes to a gap, reductions on and off, and the same plan twice."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.measure import FLAGSHIP, Row, fresh, in_turn, say
from benchmarks.shapes import Shape, written

OBJECTIVE = "cost_of_capital"
THREADS = 2
PATIENCE_S = 120.0
"""A process may take so long beside its search."""
PROGRAMME = "instances/anthropic-50b-quarterly.yaml"


@dataclass(frozen=True)
class Ask:
    """How rows are measured: in their short form, with so many seeds (None: their own number), and for how long."""

    quick: bool = False
    seeds: int | None = None
    stretch: float = 1.0

    def seeds_of(self, own: int) -> range:
        """The seeds of a row."""
        return range(1 if self.quick else self.seeds or own)


@dataclass(frozen=True)
class Search:
    """A programme, the gap that is wanted of it, and the seconds on THREADS cores, to its first plan and in all.

    Of a shape the cost of capital is wanted, of a file all of its objectives.
    """

    gap: float
    limit_s: float
    first_s: float
    seeds: int
    shape: Shape | None = None
    file: str = ""


QUARTERLY = Search(0.01, 300.0, 30.0, 5, file=PROGRAMME)
WHOLE = Search(0.005, 900.0, 30.0, 3, file=PROGRAMME)
LOTS = Search(0.01, 120.0, 20.0, 3, Shape("quarter", 6, 3, 3, lots=True))
MONTHLY = Search(0.02, 300.0, 60.0, 1, Shape("month", 10, 20, 10))
SITES = Search(0.005, 120.0, 30.0, 1, Shape("year", 8, 200, 4))
SHORT = Shape("year", 4, 1, 1)
"""What takes the place of a shape in the short form."""
SHORT_S = 30.0


def solved(given: Mapping[str, Any], limit_s: float, seed: int) -> Row:
    """One whole solve in a process of its own; see ``stages.solved``."""
    found = fresh("benchmarks.stages:solved", 2.0 * limit_s + PATIENCE_S, **given, limit_s=limit_s, seed=seed)
    said = found.get("skipped") or f"{found['status']}, {found['process_s']:.0f} processor s"
    say(f"  seed {seed}: {said}")
    return found


def searches(search: Search, ask: Ask) -> Row:
    """A search by each seed, and in how many all levels were within the gap with the processor seconds allowed."""
    shape = SHORT if ask.quick else search.shape
    limit_s = SHORT_S if ask.quick else ask.stretch * search.limit_s
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        given = {
            "instance": search.file if shape is None else written(shape, folder),
            "objectives": None if shape is None else [OBJECTIVE],
            "gap": search.gap,
            "threads": THREADS,
        }
        runs = [_told(solved(given, limit_s, seed)) for seed in ask.seeds_of(search.seeds)]
    good = [run for run in runs if in_time(run, search)]
    text = f"{len(good)} of {len(runs)}"
    for key, words in (("process_s", "{} s"), ("first_process_s", "first plan {} s"), ("gap_share", "gap {}")):
        values = [run[key] for run in runs if run.get(key) is not None]
        if values:
            text += f"; {words.format(spread(values, share=key == 'gap_share'))}"
    return {"measured": text, "reached": len(good) == len(runs), "runs": runs}


def in_time(run: Row, search: Search) -> bool:
    """Whether a run reached its gap, and its first plan, with the processor seconds that are allowed."""
    if run.get("status") != "optimal" or not run.get("audit_passed"):
        return False
    first = run["first_process_s"]
    return bool(run["process_s"] <= THREADS * search.limit_s and first and first <= THREADS * search.first_s)


def spread(values: Sequence[float], *, share: bool = False) -> str:
    """The least and the most of some figures."""
    ends = dict.fromkeys(f"{100.0 * v:.2f} %" if share else f"{v:.3g}" for v in (min(values), max(values)))
    return " to ".join(ends)


def _told(run: Row) -> Row:
    """What is kept of a run; of several levels the widest gap counts."""
    if "skipped" in run:
        return {"skipped": run["skipped"]}
    gaps = [math.inf if level["gap_share"] is None else level["gap_share"] for level in run["levels"]]
    keys = ("status", "audit_passed", "process_s", "seconds", "first_process_s", "levels", "peak_mb")
    return {**{key: run[key] for key in keys}, "gap_share": max(gaps) if math.isfinite(max(gaps)) else None}


def flagship(ask: Ask) -> Row:
    """Both levels of the flagship with reductions and without, in turn."""
    gap, limit_s = (0.02, SHORT_S) if ask.quick else (1e-4, 120.0 * ask.stretch)
    ways = {}
    for way in ("always", "off"):
        given = {"instance": FLAGSHIP, "objectives": None, "gap": gap, "threads": 1, "asked": {"reductions": way}}
        ways[way] = partial(solved, given, limit_s)
    answers = in_turn(ways, len(ask.seeds_of(3)))
    if any("skipped" in run for mine in answers.values() for run in mine):
        return {"measured": "not all were solved in time", "reached": False}
    on, off = (sum(run["process_s"] for run in answers[way]) for way in ways)
    done = all(run["status"] == "optimal" for mine in answers.values() for run in mine)
    text = f"{on:.3g} s and {off:.3g} s in {len(answers['off'])} seeds: {on / off:.2f}"
    return {"measured": text + ("" if done else "; not all to the gap"), "reached": done and on / off <= 0.5}


def same(ask: Ask) -> Row:
    """The same programme twice: both plans, byte by byte, and what is proven of them."""
    given = {"instance": PROGRAMME, "objectives": [OBJECTIVE], "gap": 0.1, "threads": THREADS}
    with tempfile.TemporaryDirectory(prefix="capstack-") as folder:
        if ask.quick:
            given["instance"] = written(SHORT, folder)
        runs = [solved(given, SHORT_S if ask.quick else 300.0 * ask.stretch, 0) for _ in range(2)]
    if any("skipped" in run for run in runs):
        return {"measured": "not both were solved in time", "reached": False}
    proofs = [[(level["value"], level["bound"]) for level in run["levels"]] for run in runs]
    alike = runs[0]["plan"] == runs[1]["plan"] and proofs[0] == proofs[1]
    values = " and ".join(f"{run['levels'][0]['value']:,.3f}" for run in runs)
    return {"measured": f"{'the same' if alike else 'two plans'}: {values}", "reached": alike}


def gurobi(ask: Ask) -> Row:
    """Whether the programme fits into the licence that comes with Gurobi's package; a larger one is not measured."""
    found = fresh("benchmarks.bars_search:size", PATIENCE_S, instance=FLAGSHIP if ask.quick else PROGRAMME)
    text = (
        f"{found['columns']:,} columns and {found['rows']:,} rows over sums: beyond the {found['limit']:,} of the "
        "licence inside the package, so it cannot be measured without another"
    )
    return {"measured": text if found["beyond"] else "it fits: see the time to gap", "reached": None}


def size(instance: str) -> Row:
    """Rows and columns of what is searched for an instance, and whether that is beyond the free licence."""
    from benchmarks.solvers import LICENCE_LIMIT
    from optimizer.instance.loader import load
    from optimizer.solving.compile import compile_instance
    from optimizer.solving.programme import programme_of
    from optimizer.solving.reductions.reduced import reduced

    read = load(instance)
    built, compiled = compile_instance(read)
    whole = programme_of(read, built, compiled, None)
    sums = reduced(built.model.instance, compiled, whole, "auto")
    rows, columns = (whole if sums is None else sums.programme).matrix.shape
    return {"rows": rows, "columns": columns, "limit": LICENCE_LIMIT, "beyond": max(rows, columns) > LICENCE_LIMIT}
