"""The public interface: every parameter changes something, and what it cannot mean is refused in words of ours."""

from __future__ import annotations

import inspect
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.auditing import AuditError
from optimizer.comparison.cluster import ClusterExecutor
from optimizer.comparison.comparison import Comparison
from optimizer.comparison.executor import ExecutorError
from optimizer.comparison.processes import LocalExecutor
from optimizer.comparison.run import compare
from optimizer.explanation.tornado.points import Clock, Point, solved
from optimizer.explanation.tornado.solving import Base
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import loads
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Block, Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import RunError, WriteError, read_run, write_run
from optimizer.plan.table import Table
from optimizer.solver.highs import Limits
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.export import ExportError, export
from optimizer.solving.run import NoPlanError
from tests.compare.examples import TWO_SOURCES, base_file, batch_file

BASE = loads(TWO_SOURCES)
UNCHECKED = Instance.model_validate(
    {**BASE.canonical(), "debt": {"loan": {**BASE.canonical()["debt"]["loan"], "lender": "nobody"}}}
)
"""What pydantic accepts and no file could be: a loan of a lender that is not there."""
NOBODY = "debt.loan.lender: error.*no lender `nobody`"
UNCOVERED = BASE.replace({"equity": None, "covenants": {"cover": {"kind": "interest_cover", "minimum": 20}}})
"""A loan of 100 costs 8, and 120 come in: 15 times."""
SEARCHED = optimizer.load(ROOT / "instances" / "known-optimal" / "dynamic-lot-size.yaml")
"""An instance that takes a search."""
CAP = {"cost_of_capital": 8 / 1.21}


@cache
def plan() -> Plan:
    return optimizer.solve(BASE)


ONE, TWO = Table(("a",), ((1,),)), Table(("a",), ((1,), (2,)))
COMPARISON = Comparison("mine", None, "two-sources", BASE.hash, ONE, {"s": ONE, "t": TWO}, {"f": ONE, "g": TWO}, {})
BOTH: dict[str, Any] = {"both": {}}
DEAR = {"dear": {"set": {"debt": {"loan": {"rate_per_year": 0.2}}}}, "cheap": {}}

CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "load": (optimizer.load, {"source": "two-sources.yaml"}),
    "loads": (loads, {"text": TWO_SOURCES}),
    "validate": (optimizer.validate, {"source": "two-sources.yaml"}),
    "solve": (optimizer.solve, {"instance": BASE}),
    "explain": (optimizer.explain, {"instance": BASE}),
    "tornado": (optimizer.tornado, {"instance": BASE, "figures": ["debt.loan.rate_per_year"]}),
    "to_pyomo": (optimizer.to_pyomo, {"instance": BASE}),
    "solve_pyomo": (optimizer.solve_pyomo, {"model": optimizer.to_pyomo(BASE)}),
    "audit": (optimizer.audit, {"instance": BASE, "plan": plan().to_dict()}),
    "compare": (optimizer.compare, {"base": BASE, "mixes": BOTH}),
    "export": (export, {"instance": BASE}),
    "write_run": (write_run, {"plan": plan(), "folder_root": "results"}),
    "read_run": (read_run, {"folder": "run"}),
    "Instance.replace": (BASE.replace, {"changes": {}}),
    "Instance.model_copy": (BASE.model_copy, {}),
    "Instance.copy": (BASE.copy, {}),
    "Plan.rows": (plan().rows, {"name": "income"}),
    "Plan.table": (plan().table, {"name": "income"}),
    "Plan.assemble": (
        Plan.assemble,
        {"instance": BASE, "decisions": {}, "ledger": [], "metrics": {}, "summary": {"status": "optimal"}},
    ),
    "Comparison.sweep": (COMPARISON.sweep, {"name": "s"}),
    "Comparison.frontier": (COMPARISON.frontier, {"name": "f"}),
    "Comparison.write": (COMPARISON.write, {"folder": "out"}),
}
"""The function of each name, and arguments with which it can be called."""

Refused = tuple[type[Exception], str, list[Any]]


@dataclass
class Row:
    """One parameter: another ``value`` than the default, or than that of CALLS, is ``seen`` in what comes of the call.

    ``also`` are arguments that the value has a meaning with. ``refused`` are the error, words of it, and values.
    """

    seen: Callable[[Any], Any]
    value: Any
    refused: list[Refused] = field(default_factory=list)
    also: Mapping[str, Any] = field(default_factory=dict)


def options(key: str) -> Callable[[Plan | Exception], Any]:
    return lambda found: found.summary["options"][key]  # type: ignore[union-attr]


def best(found: Plan) -> dict[str, float]:
    return {level["name"]: round(level["value"], 6) for level in found.summary["levels"]}


def first_levels(found: Comparison) -> set[str]:
    return {result.levels[0]["name"] for result in found.results.values() if result.levels}


def seed(found: Comparison) -> int:
    run = found.results["mixes/both/base"].run
    asked: int = json.loads(Path(f"seeds/{run}/summary.json").read_text(encoding="utf-8"))["options"]["seed"]
    return asked


def new_runs() -> int:
    """How many runs are kept that were not there when this was asked last."""
    new = set(Path("kept").rglob("plan.json")) - SEEN
    SEEN.update(new)
    return len(new)


class Unreachable(ClusterExecutor):
    """A cluster that is not there, known at once."""

    def __init__(self, address: str) -> None:
        raise ExecutorError(f"there is nobody at {address}")


class Recording(LocalExecutor):
    """Says how many jobs it was asked for, and does the work in this process."""

    def __init__(self, jobs: int) -> None:
        JOBS.append(jobs)
        super().__init__(1)


def recorded(base: Base, points: Sequence[Point], limits: Limits, clock: Clock) -> Any:
    """Notes what points are solved with, and solves them in this process."""
    ASKED.append(limits)
    JOBS.append(clock.jobs)
    return solved(base, points, limits, replace(clock, jobs=1))


ASKED: list[Limits] = []
JOBS: list[int] = []
SEEN: set[Path] = set()
HEARD: list[str] = []
WARM = WarmStarts()
NAN, INF = math.nan, math.inf

ROWS: dict[str, Row] = {
    "validate.source": Row(
        lambda found: [(each.code, each.severity) for each in found],
        UNCHECKED,
        [(TypeError, "a path or a dict is expected, not int", [3])],
    ),
    "load.source": Row(
        lambda found: found.title,
        {**BASE.canonical(), "title": "Two"},
        [
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (InstanceError, "`calendar` is missing", [{"name": "a"}]),
            (InstanceError, "cannot extend a file", [{"extends": "two-sources.yaml"}]),
            (InstanceError, NOBODY, [UNCHECKED.canonical()]),
            (TypeError, "a path or a dict is expected", [3, None, ["a"], b"a.yaml"]),
        ],
    ),
    "loads.text": Row(lambda found: found.hash, TWO_SOURCES.replace("0.08", "0.09"), [(InstanceError, "empty", [""])]),
    "loads.name": Row(lambda found: str(found).split(":")[0], "mine", also={"text": "name: 1"}),
    "solve.instance": Row(
        best,
        BASE.replace({"debt.loan": None}),
        [(InstanceError, NOBODY, [UNCHECKED]), (TypeError, "optimizer.load reads one", ["mine.yaml", {}, None])],
    ),
    "solve.gap": Row(
        options("gap_share"), 0.5, [(ValueError, "gap should be a number from 0 to 1", [-1, 1.5, NAN, "0", True])]
    ),
    "solve.time_limit": Row(
        lambda found: isinstance(found, NoPlanError),
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
        also={"instance": SEARCHED},
    ),
    "solve.threads": Row(
        options("threads"), 2, [(ValueError, "threads should be a whole number from 1 to 256", [0, 257, 1.5, True])]
    ),
    "solve.seed": Row(options("seed"), 3, [(ValueError, "seed should be a whole number", [-1, 2**31, 0.5, "0"])]),
    "solve.objectives": Row(
        best,
        ["terminal_cash"],
        [
            (InstanceError, "did you mean `wacc`", [["wac"]]),
            (InstanceError, "already in the list", [["wacc", "wacc"]]),
            (InstanceError, "has no rates", [["adjusted_present_value"]]),
            (InstanceError, r"objectives", [[], [7], [{"name": "wacc", "slack": 1}]]),
            (TypeError, "objectives should be a list", ["wacc", {"wacc"}, 7]),
        ],
    ),
    "solve.progress": Row(
        lambda found: len(HEARD),
        lambda state: HEARD.append(state.level),
        [(TypeError, "progress should be a function", [3])],
        also={"instance": SEARCHED},
    ),
    # the most terminal cash, 20 + E − 0.08·D, is 120 by equity alone; at the least cost of capital there is only debt
    "solve.caps": Row(
        lambda found: best(found)["terminal_cash"],
        CAP,
        [
            (ValueError, "did you mean 'wacc'|did you mean `wacc`", [{"wac": 1}]),
            (
                ValueError,
                "wacc should be kept at a finite number",
                [{"wacc": value} for value in (NAN, INF, 10**400, "1", None, True)],
            ),
            (ValueError, "a share below 1", [{"dilution": 1.0}]),
            (ValueError, "has no rates", [{"adjusted_present_value": 1}]),
            (TypeError, "caps should be a dict", [["wacc"], 3]),
        ],
        also={"objectives": ["terminal_cash"]},
    ),
    "solve.warm_starts": Row(
        lambda found: len(WARM.neighbours), WARM, [(TypeError, "warm_starts should be WarmStarts", [{}, 3])]
    ),
    "solve.certify": Row(
        lambda found: len(found.summary.get("certificates", ())),
        ["exact"],
        [(ValueError, "there are scip, exact", [["cplex"], [3]]), (TypeError, "a list of methods", ["exact", 3, None])],
    ),
    "explain.instance": Row(
        lambda found: found.status,
        UNCOVERED,
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (TypeError, "a path or a dict is expected", [3, None]),
        ],
    ),
    "explain.time_limit": Row(
        lambda found: found.status,
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
    ),
    "explain.repairs": Row(
        lambda found: len(found.repairs),
        False,
        [(TypeError, "repairs should be true or false", ["no", 0])],
        also={"instance": UNCOVERED},
    ),
    "tornado.instance": Row(
        lambda found: found.instance,
        BASE.replace({"name": "other"}),
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (TypeError, "a path or a dict is expected", [3]),
        ],
    ),
    "tornado.ranges": Row(
        lambda found: len(found.bars),
        {"equity.cost_of_equity_per_year": [0.12, 0.2]},
        [
            (InstanceError, "did you mean `debt`", [{"dept.loan.rate_per_year": [0.07, 0.09]}]),
            (InstanceError, "is not below the high one", [{"debt.loan.rate_per_year": [0.09, 0.07]}]),
            (InstanceError, "`ranges` should be", [[3]]),
        ],
    ),
    "tornado.figures": Row(
        lambda found: [bar.figure for bar in found.bars],
        ["equity.cost_of_equity_per_year"],
        [
            (InstanceError, "did you mean `debt`", [["dept.loan.rate_per_year"]]),
            (TypeError, "figures should be a list of paths", ["debt", 3, [3]]),
        ],
    ),
    "tornado.share": Row(
        lambda found: found.bars[0].low.at,
        0.2,
        [(ValueError, "share should be a number above 0", [0, 1, NAN, "1", True])],
    ),
    "tornado.objective": Row(
        lambda found: found.objective, "terminal_cash", [(InstanceError, "did you mean `wacc`", ["wac"])]
    ),
    "tornado.held": Row(
        lambda found: found.base_held is None, False, [(TypeError, "held should be true or false", ["no", 0])]
    ),
    "tornado.gap": Row(
        lambda found: ASKED[-1].gap_share,
        0.5,
        [(ValueError, "gap should be a number from 0 to 1", [-1, NAN, "0", True])],
    ),
    "tornado.time_limit": Row(
        lambda found: found.complete,
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, -1, NAN, INF, "1"])],
    ),
    "tornado.jobs": Row(
        lambda found: JOBS[-1], 2, [(ValueError, "jobs should be a whole number of at least 1", [0, 1.5, "2", True])]
    ),
    "tornado.trajectories": Row(
        lambda found: [effect.count for effect in found.screening],
        2,
        [(ValueError, "trajectories should be a whole number of at least 1", [0, 1.5, "2", True])],
        also={"figures": [f"{name}_per_year" for name in ("debt.loan.rate", "equity.cost_of_equity", "discount.rate")]},
    ),
    "tornado.seed": Row(
        lambda found: ASKED[-1].seed, 3, [(ValueError, "seed should be a whole number", [-1, 2**31, 0.5])]
    ),
    "to_pyomo.instance": Row(
        lambda found: found.name,
        BASE.replace({"name": "other"}),
        [(InstanceError, NOBODY, [UNCHECKED]), (TypeError, "optimizer.load reads one", ["mine.yaml", {}, None])],
    ),
    "to_pyomo.objectives": Row(
        lambda found: found.levels.component("terminal_cash") is None,
        ["terminal_cash"],
        [
            (InstanceError, "did you mean `wacc`", [["wac"]]),
            (TypeError, "objectives should be a list", ["wacc", 7]),
        ],
    ),
    "solve_pyomo.model": Row(
        lambda found: found.instance.name,
        optimizer.to_pyomo(BASE.replace({"name": "other"})),
        [(TypeError, r"made by optimizer\.to_pyomo", [BASE, None])],
    ),
    "solve_pyomo.gap": Row(
        options("gap_share"), 0.5, [(ValueError, "gap should be a number from 0 to 1", [-1, NAN, "0", True])]
    ),
    "solve_pyomo.time_limit": Row(
        lambda found: isinstance(found, NoPlanError),
        1e-9,
        [(ValueError, "time_limit should be a number above 0", [0, NAN, INF])],
        also={"model": optimizer.to_pyomo(SEARCHED)},
    ),
    "solve_pyomo.threads": Row(
        options("threads"), 2, [(ValueError, "threads should be a whole number from 1 to 256", [0, 1.5])]
    ),
    "solve_pyomo.seed": Row(options("seed"), 3, [(ValueError, "seed should be a whole number", [-1, 0.5])]),
    "solve_pyomo.progress": Row(
        lambda found: len(HEARD),
        lambda state: HEARD.append(state.level),
        [(TypeError, "progress should be a function", [3])],
        also={"model": optimizer.to_pyomo(SEARCHED)},
    ),
    "solve_pyomo.certify": Row(
        lambda found: [each["method"] for each in found.summary.get("certificates", [])],
        ["exact"],
        [(ValueError, "there are scip, exact", [["cplex"]]), (TypeError, "a list of methods", ["exact", None])],
    ),
    "audit.instance": Row(
        lambda found: str(found),
        BASE.replace({"name": "other"}),
        [(InstanceError, NOBODY, [UNCHECKED]), (TypeError, "an Instance is expected", [3])],
    ),
    "audit.plan": Row(
        lambda found: found.passed,
        {**plan().to_dict(), "ledger": []},
        [(AuditError, "the entry 'format' is missing", [{}]), (AuditError, "should be an object", [3, plan()])],
    ),
    "audit.summary": Row(
        lambda found: found.summary_sha256,
        plan().to_summary(),
        [(AuditError, "summary.json", [{}, 3])],
    ),
    "compare.base": Row(
        lambda found: found.base,
        BASE.replace({"name": "other"}),
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (TypeError, "PathLike", [3]),
        ],
    ),
    "compare.mixes": Row(
        lambda found: len(found.table),
        {"one": {}, "two": {}},
        [
            (InstanceError, "did you mean `set`", [{"a": {"sett": {}}}]),
            (InstanceError, r"mixes\.a\.set: error\[not-plain-data", [{"a": {"set": {1, 2}}}]),
            (InstanceError, "`mixes` should be", [3, ["a"]]),
        ],
    ),
    "compare.scenarios": Row(
        lambda found: len(found.table),
        DEAR,
        [
            (InstanceError, "cannot be set here", [{"a": {"set": {"name": "b"}}}]),
            (InstanceError, "`scenarios` should", [3]),
        ],
    ),
    "compare.sweeps": Row(
        lambda found: list(found.sweeps),
        {"s": {"axes": [{"debt_share": [0, 0.5]}]}},
        [(InstanceError, "did you mean `debt`", [{"s": {"axes": [{"path": "dept.loan.limit_musd", "values": [1]}]}}])],
    ),
    "compare.frontiers": Row(
        lambda found: list(found.frontiers),
        {"f": {"objectives": ["cost_of_capital", "terminal_cash"], "points": 2}},
        [(InstanceError, "did you mean `wacc`", [{"f": {"objectives": ["wac", "cost_of_capital"]}}])],
    ),
    "compare.objectives": Row(
        first_levels,
        ["terminal_cash"],
        [
            (InstanceError, "did you mean `wacc`", [["wac"]]),
            (InstanceError, "objectives", [[], [7]]),
            (TypeError, "objectives should be a list", ["wacc", 7]),
        ],
    ),
    "compare.options": Row(
        seed,
        {"seed": 7},
        [
            (InstanceError, "from 0 to 1", [{"gap_share": -1}]),
            (InstanceError, "did you mean `gap_share`", [{"gap_shar": 0}]),
        ],
        also={"out": "seeds"},
    ),
    "compare.name": Row(lambda found: found.name, "mine", [(InstanceError, "`name` should be a name", ["a b", 3])]),
    "compare.title": Row(lambda found: found.title, "Mine", [(InstanceError, "`title` should be text", [3])]),
    "compare.out": Row(
        lambda found: found.folder, "out", [(WriteError, "", ["two-sources.yaml"]), (TypeError, "int", [3])]
    ),
    "compare.jobs": Row(
        lambda found: JOBS[-1],
        2,
        [(ValueError, "jobs should be a whole number of at least 1", [0, -1, 1.5, "2", True])],
    ),
    "compare.scheduler": Row(
        str,
        "tcp://127.0.0.1:1",
        [(ValueError, "scheduler should be an address", ["", 8786])],
    ),
    "compare.resume": Row(
        lambda found: new_runs(), True, [(ValueError, "resume needs out", [True])], also={"out": "kept"}
    ),
    "compare.against": Row(
        lambda found: found.against,
        "both",
        [(ValueError, "did you mean `both`", ["boht"]), (TypeError, "a name", [3])],
        also={"mixes": BOTH},
    ),
    "export.instance": Row(
        lambda found: found.matrix.shape,
        BASE.replace({"debt.loan": None}),
        [(InstanceError, NOBODY, [UNCHECKED]), (TypeError, "an Instance is expected", [3])],
    ),
    "export.objective": Row(
        lambda found: found.goal,
        "terminal_cash",
        [
            (ExportError, "did you mean `wacc`", ["wac"]),
            (ExportError, "has no rates", ["adjusted_present_value"]),
            (ExportError, "there is no objective", ["", 3]),
        ],
    ),
    "export.at_ratio": Row(
        lambda found: str(found)[:9], 0.1, [(ExportError, "a finite number", [NAN, INF])], also={"objective": "wacc"}
    ),
    "write_run.plan": Row(lambda found: found.parent.name, optimizer.solve(BASE.replace({"name": "other"}))),
    "write_run.folder_root": Row(
        lambda found: found.parts[0], "elsewhere", [(WriteError, "cannot be written", ["two-sources.yaml"])]
    ),
    "read_run.folder": Row(
        lambda found: found.instance.name,
        "other-run",
        [(RunError, "no such folder", ["nowhere"]), (RunError, "a run is a folder", ["two-sources.yaml"])],
    ),
    "Instance.replace.changes": Row(
        lambda found: found.hash,
        {"debt.loan.rate_per_year": 0.09},
        [
            (InstanceError, "dept: .*did you mean `debt`", [{"dept": None}]),
            (InstanceError, "no `b` in `equity.rounds`.*the names are a", [{"equity.rounds.b": {"max_musd": 1}}]),
            (InstanceError, "`discount` is missing", [{"discount": None}]),
            (InstanceError, "overlap", [{"debt": {}, "debt.loan.rate_per_year": 0.1}]),
            (InstanceError, NOBODY, [{"debt.loan.lender": "nobody"}]),
            (InstanceError, "the path is empty", [{"": 1}]),
            (TypeError, "a dict of paths", [3, ["debt"]]),
        ],
    ),
    "Instance.model_copy.update": Row(
        lambda found: type(found),
        {"tax": None},
        [(TypeError, "use instance.replace", [{"debt": {}}, {"name": "other"}])],
    ),
    "Instance.model_copy.deep": Row(lambda found: found.debt is BASE.debt, True),
    **{
        f"Instance.copy.{name}": Row(
            lambda found: type(found), {"tax": None}, [(TypeError, "use instance.replace", [{"name": "other"}])]
        )
        for name in ("include", "exclude", "update")
    },
    "Instance.copy.deep": Row(lambda found: found.debt is BASE.debt, True),
    "Plan.rows.name": Row(
        lambda found: found.columns, "financing", [(KeyError, "there are: site_starts", ["incom", 3])]
    ),
    "Plan.table.name": Row(
        lambda found: list(found.columns), "financing", [(KeyError, "there are: site_starts", ["incom", 3])]
    ),
    "Plan.assemble.instance": Row(lambda found: found.instance.name, BASE.replace({"name": "other"})),
    "Plan.assemble.decisions": Row(lambda found: found.decisions, plan().decisions),
    "Plan.assemble.ledger": Row(lambda found: found.metrics["debt_drawn_musd"], plan().ledger),
    "Plan.assemble.metrics": Row(lambda found: found.metrics.get("wacc"), {"wacc": 0.1}),
    "Plan.assemble.summary": Row(lambda found: found.status, {"status": "feasible"}),
    "Comparison.sweep.name": Row(len, "t", [(KeyError, "", ["r"])]),
    "Comparison.frontier.name": Row(len, "g", [(KeyError, "", ["h"])]),
    "Comparison.write.folder": Row(
        lambda found: found[0].parent, "elsewhere", [(WriteError, "cannot be written", ["two-sources.yaml"])]
    ),
}
"""A row for each parameter of each public function."""


def functions_of(kind: type) -> Iterator[str]:
    """The public functions that a class of ours defines, properties apart."""
    for owner in kind.__mro__:
        if owner.__module__.startswith("optimizer."):
            for name, member in vars(owner).items():
                if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, classmethod)):
                    yield f"{kind.__name__}.{name}"


def test_every_public_function_is_called_here() -> None:
    ours = {name for name in optimizer.__all__ if not isinstance(getattr(optimizer, name), type)}
    assert ours <= set(CALLS)
    methods = {name for kind in (Instance, Plan, Comparison) for name in functions_of(kind)}
    bare = {"Instance.canonical", "Plan.to_dict", "Plan.to_summary", "Comparison.to_dict"}
    assert methods == bare | {name for name in CALLS if "." in name}
    assert issubclass(Instance, Block)


def test_every_parameter_has_a_row() -> None:
    signatures = {name: inspect.signature(function) for name, (function, _) in CALLS.items()}
    parameters = {f"{name}.{each}" for name, signature in signatures.items() for each in signature.parameters}
    assert parameters == set(ROWS)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that rows name lie in the working folder."""
    monkeypatch.chdir(tmp_path)
    batch_file(base_file(tmp_path).parent, "mixes: {one: {}}")


def outcome(name: str, given: Mapping[str, Any]) -> Any:
    """What comes of a call: its result, or the error."""
    function, usual = CALLS[name]
    try:
        return function(**{**usual, **given})
    except Exception as error:
        return error


@pytest.mark.parametrize("parameter", sorted(ROWS))
def test_a_parameter_changes_something(parameter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, key = parameter.rpartition(".")
    row = ROWS[parameter]
    monkeypatch.setattr("optimizer.comparison.run.LocalExecutor", Recording)
    monkeypatch.setattr("optimizer.comparison.run.ClusterExecutor", Unreachable)
    monkeypatch.setattr("optimizer.explanation.tornado.run.solved", recorded)
    monkeypatch.setattr("optimizer.explanation.tornado.run.MOST_BARS", 2)
    if name == "read_run":
        write_run(plan(), "a").rename("run")
        write_run(optimizer.solve(BASE.replace({"name": "other"})), "a").rename("other-run")
    without = row.seen(outcome(name, row.also))
    told = row.seen(outcome(name, {**row.also, key: row.value}))
    assert told != without


REFUSED = [
    pytest.param(parameter, *case[:2], value, id=f"{parameter}={str(value)[:40]}")
    for parameter, row in ROWS.items()
    for case in row.refused
    for value in case[2]
]


@pytest.mark.parametrize(("parameter", "kind", "words", "value"), REFUSED)
def test_what_a_parameter_cannot_mean_is_refused(parameter: str, kind: type[Exception], words: str, value: Any) -> None:
    name, _, key = parameter.rpartition(".")
    found = outcome(name, {key: value})
    assert type(found) is kind, found
    assert re.search(words, str(found), re.DOTALL)


@pytest.mark.parametrize("key", ["mixes", "scenarios", "sweeps", "frontiers", "objectives", "options", "name", "title"])
def test_a_batch_file_describes_all_of_a_comparison(key: str) -> None:
    with pytest.raises(ValueError, match=f"so {key} cannot be given as well"):
        compare("test.batch.yaml", **{key: ["wacc"] if key == "objectives" else {}})


def test_the_readme_s_lines_of_python_run() -> None:
    Path("mine.yaml").write_text(
        (ROOT / "instances" / "templates" / "minimal.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(lines, names)
    assert len(names["found"].sweep("debt")) == 3
    assert names["dearer"].tax is None


def test_what_is_unusual_is_told_to_python_too() -> None:
    """A loan at 8 a year is one at 800 %; what `str` shows of a finding is what the command shows."""
    dear = BASE.replace({"debt.loan.rate_per_year": 8})
    (found,) = [each for each in optimizer.validate(dear) if each.severity == "warning"]
    assert (found.code, found.file) == ("unusual-figure", "debt.loan.rate_per_year")
    assert str(found).startswith("debt.loan.rate_per_year: warning[unusual-figure]: 8 (800 %) a year is unusual")
