"""A row for each parameter of each public function."""

from __future__ import annotations

import math
from pathlib import Path

import optimizer
from optimizer.auditing import AuditError
from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.run_folder import RunError, WriteError
from optimizer.solving.export import ExportError
from optimizer.solving.run import NoPlanError
from tests.compare.examples import TWO_SOURCES
from tests.solving.alike_sites import programme

from .interface_calls import (
    BASE,
    CAP,
    DEAR,
    HEARD,
    JOBS,
    NOBODY,
    SEARCHED,
    UNCHECKED,
    WARM,
    Row,
    best,
    first_levels,
    new_runs,
    options,
    plan,
    seed,
)
from .interface_methods import METHODS, SHOWN, SUBJECT
from .interface_rows_prices import PRICES
from .interface_stress import STRESS
from .interface_why import WHY

NAN, INF = math.nan, math.inf

ROWS: dict[str, Row] = {
    **PRICES,
    **WHY,
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
    "solve.solver": Row(
        lambda found: found.summary["options"].get("solver", "highs"),
        "scip",
        [
            (ValueError, "there is no solver 'cplex'; there are highs, scip, gurobi, xpress, copt", ["cplex"]),
            (TypeError, "solver should be the name of a solver", [3, ["scip"]]),
        ],
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
    "solve.reductions": Row(
        lambda found: "reductions" in found.summary,
        "always",
        [(ValueError, "reductions should be one of auto, always, off", ["on", True, 1])],
        also={"instance": optimizer.load(programme())},
    ),
    **STRESS,
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
    "export.instance": Row(
        lambda found: found.matrix.shape,
        BASE.replace({"debt.loan": None}),
        [(InstanceError, NOBODY, [UNCHECKED]), (TypeError, "an Instance is expected", [3])],
    ),
    "export.objective": Row(
        lambda found: found.objective_name,
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
    "to_excel.subject": Row(
        lambda _: sorted((path.name, path.read_bytes()) for path in Path().glob("*.xlsx")),
        optimizer.solve(BASE.replace({"name": "other"})),
        [(TypeError, "a plan or a comparison is expected", ["run", None])],
    ),
    "write_book.source": Row(
        lambda _: optimizer.load("two.xlsx").name,
        BASE.replace({"name": "other"}),
        [(InstanceError, "no such file", ["nowhere.yaml"]), (TypeError, "a path or an Instance", [None, 3])],
    ),
    "write_book.path": Row(
        lambda _: sorted(path.name for path in Path().glob("*.xlsx")),
        "three.xlsx",
        [(FileNotFoundError, "nowhere", ["nowhere/two.xlsx"])],
    ),
    "to_html.subject": Row(
        lambda found: "<title>other" in found,
        optimizer.solve(BASE.replace({"name": "other"})),
        [(TypeError, "a plan or a comparison is expected", ["run", None])],
    ),
    "to_deck.subject": SUBJECT,
    **SHOWN,
    "read_comparison.folder": Row(
        lambda found: found.name,
        "other-kept",
        [(RunError, "holds no comparison", ["nowhere"]), (RunError, "holds no comparison", ["other-run"])],
    ),
    "read_run.folder": Row(
        lambda found: found.instance.name,
        "other-run",
        [(RunError, "no such folder", ["nowhere"]), (RunError, "a run is a folder", ["two-sources.yaml"])],
    ),
    **METHODS,
}
"""A row for each parameter of each public function."""
