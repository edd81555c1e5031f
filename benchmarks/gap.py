"""Time to 1 %, 0.1 % and 0.01 %: capstack, and three solvers on its matrix and on the hand-written model.

Usage: python -m benchmarks.gap [--quick] [--runs N] [--limit SECONDS] [--threads N] [--only NAME …] [--instance FILE].

Each objective is taken alone. Every run is a process of its own with another random seed, and the contenders take
turns; what is timed is the search, of capstack also building, compiling and reading the plan. One that runs into the
limit is not run again. SCIP has one thread, and tells only when a gap was closed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.measure import FLAGSHIP, Row, fresh, in_turn, keep, median_of, options, say
from benchmarks.milestones import GAPS

OBJECTIVES = ("cost_of_capital", "net_present_cost")
CAPSTACK = "capstack"
MODELS = {"our matrix": "ours", "hand-written": "handwritten"}
SOLVERS = {"our matrix": ("HiGHS", "Gurobi", "SCIP"), "hand-written": ("HiGHS", "Gurobi")}
NEAR = 0.01
"""A plan this close to the best known one counts as a good one."""
PREPARATION_S = 120.0
SPREAD = 1e-6
"""Plans that differ by less than this share are the same."""


def searched(
    model: str, instance: str, objective: str, solver: str, gap: float, limit_s: float, threads: int, seed: int
) -> Row:
    """One search, in a process of its own; see Milestones.to_dict."""
    from benchmarks.arrays import arrays_of_instance
    from benchmarks.handwritten import handwritten
    from benchmarks.solvers import SOLVERS as SEARCHES

    arrays = (handwritten if model == "handwritten" else arrays_of_instance)(instance, objective)
    try:
        found = SEARCHES[solver](arrays, gap, limit_s, threads, seed)
    except ValueError as error:
        return {"skipped": str(error)}
    return {**found.to_dict(), **arrays.size}


def measure(
    instance: str, objectives: Sequence[str], runs: int, limit_s: float, threads: int, only: Sequence[str] = ()
) -> list[Row]:
    """A row for each objective and contender, with medians and the ratio of the times to the tightest gap."""
    rows: list[Row] = []
    for objective in objectives:
        say(f"{instance}, {objective}")
        contenders = _contenders(instance, objective, limit_s, threads)
        wanted = {name: run for name, run in contenders.items() if not only or name in only}
        answers = in_turn(wanted, runs, lambda name, mine: not _closed(mine[-1]))
        best = {
            model: _best([a for name in answers for a in answers[name] if _model(name) == model]) for model in MODELS
        }
        for name, mine in answers.items():
            rows.append({"objective": objective, "way": name, "limit_s": limit_s, **_medians(mine, best[_model(name)])})
    return rows


def _contenders(instance: str, objective: str, limit_s: float, threads: int) -> dict[str, Callable[[int], Row]]:
    found: dict[str, Callable[[int], Row]] = {}
    own = {"instance": instance, "gap": GAPS[-1], "limit_s": limit_s, "threads": threads}
    patience = len(GAPS) * limit_s + PREPARATION_S
    found[CAPSTACK] = partial(_run, "benchmarks.stages:solved", patience, {**own, "objectives": [objective]})
    for model, solver in ((each, solver) for each, solvers in SOLVERS.items() for solver in solvers):
        given = {**own, "model": MODELS[model], "objective": objective, "solver": solver}
        found[f"{model}, {solver}"] = partial(_run, "benchmarks.gap:searched", patience, given)
    return found


def _run(function: str, patience: float, given: Row, number: int) -> Row:
    return fresh(function, patience, **given, seed=number)


def _model(name: str) -> str:
    return "our matrix" if name == CAPSTACK else name.partition(",")[0]


def _closed(answer: Row) -> bool:
    return answer.get(f"to_{GAPS[-1]:g}") is not None


def _best(answers: Sequence[Row]) -> float:
    """The least value that any run found, of the contenders that solve the same model."""
    return min((answer["value"] for answer in answers if answer.get("value") is not None), default=math.inf)


def _medians(answers: Sequence[Row], best: float) -> Row:
    good = [answer for answer in answers if "skipped" not in answer]
    if not good:
        return dict(answers[-1])
    edge = best + (NEAR + SPREAD) * abs(best)
    for answer in good:
        answer["near_best"] = next((seconds for seconds, value in answer["plans"] if value <= edge), None)
        answer["gap_share"] = _gap(answer)
    figures = [f"to_{gap:g}" for gap in GAPS] + ["near_best", "gap_share", "value", "bound", "peak_mb"]
    return {**{key: median_of(good, key) for key in figures}, "best": best, "runs": len(good)}


def _gap(answer: Row) -> float | None:
    value, bound = answer.get("value"), answer.get("bound")
    return None if value is None or bound is None else abs(value - bound) / max(abs(value), 1e-9)


def with_ratios(rows: Sequence[Row]) -> list[Row]:
    """Each row with its time to the tightest gap over that of Gurobi, on the hand-written model and on our matrix."""
    tightest, found = f"to_{GAPS[-1]:g}", []
    for row in rows:
        rated = dict(row)
        for column, base in (("ratio", "hand-written, Gurobi"), ("ratio_own", "our matrix, Gurobi")):
            same = (each for each in rows if (each["way"], each["objective"]) == (base, row["objective"]))
            reference = next(same, {}).get(tightest)
            if row.get(tightest) and reference:
                rated[column] = row[tightest] / reference
        found.append(rated)
    return found


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--limit", type=float, default=None, help="most seconds of a search [60, quick: 10]")
    parser.add_argument("--threads", type=int, default=2, help="threads of HiGHS and Gurobi")
    parser.add_argument("--instance", default=FLAGSHIP, help="the instance; the hand-written model reads it too")
    parser.add_argument("--only", action="append", default=[], help="contenders, all if none is named")
    arguments = parser.parse_args()
    limit_s = arguments.limit or (10.0 if arguments.quick else 60.0)
    rows = measure(arguments.instance, OBJECTIVES, arguments.runs, limit_s, arguments.threads, arguments.only)
    about = {"quick": arguments.quick, "runs": arguments.runs, "threads": arguments.threads, "limit_s": limit_s}
    keep(arguments.out, "gap", with_ratios(rows), instance=arguments.instance, **about)


if __name__ == "__main__":
    main()
