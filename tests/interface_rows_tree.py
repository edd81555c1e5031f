"""Rows for the parameters of what solves trees of scenarios, as in ``interface_rows``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from optimizer.comparison.store import POINTS
from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.run_folder import RunError
from optimizer.uncertainty.plan import TreePlan

from .interface_calls import BASE, JOBS, NOBODY, UNCHECKED, Row

CHANGED: dict[str, int] = {}
"""When each answer was kept, by the name of its file."""


def value(found: TreePlan) -> float:
    return round(found.levels[0].value, 6)


def option(key: str) -> Any:
    return lambda found: found.plans["well"].summary["options"][key]


def answers(_found: Any) -> int:
    """How many answers were kept since this was asked last."""
    before = dict(CHANGED)
    CHANGED.update({path.name: path.stat().st_mtime_ns for path in Path("kept", POINTS).glob("[!.]*.json")})
    return sum(before.get(name) != time for name, time in CHANGED.items())


def fails(found: Any) -> bool:
    return isinstance(found, Exception)


HALVES = {
    "income": {
        "from": 2027,
        "cases": {
            "less": {"probability": 0.5, "factor": {"cash_flows.income.musd_per_period": 0.95}},
            "all": {"probability": 0.5},
        },
    }
}
DRAWN = {
    "from": 2027,
    "draws": 3,
    "figures": {"cash_flows.income.musd_per_period": {"process": "lognormal", "volatility_per_year": 0.001}},
}

TREE_ROWS: dict[str, Row] = {
    "solve_tree.base": Row(
        value,
        BASE.replace({"debt.loan.rate_per_year": 0.07}),
        [
            (InstanceError, NOBODY, [UNCHECKED]),
            (InstanceError, "no such file", ["nowhere.yaml"]),
            (TypeError, "Path", [3]),
        ],
    ),
    "solve_tree.nodes": Row(
        lambda found: [leaf.name for leaf in found.tree.leaves],
        {"today": {}},
        [
            (InstanceError, "`nodes` should be", [[3], 3]),
            (
                InstanceError,
                "no node named `tody`",
                [{"today": {}, "a": {"parent": "tody", "from": 2027, "probability": 1}}],
            ),
        ],
    ),
    "solve_tree.factors": Row(fails, HALVES, [(InstanceError, "`factors` should be", [3])], also={"nodes": None}),
    "solve_tree.paths": Row(fails, DRAWN, [(InstanceError, "`paths` should be", [3])], also={"nodes": None}),
    "solve_tree.risk": Row(
        lambda found: found.tree.risk.measure,
        {"measure": "worst"},
        [(InstanceError, "one of expected, cvar, worst, regret", [{"measure": "best"}])],
    ),
    "solve_tree.rescue": Row(
        lambda found: bool(found.tree.rescue), {"max_musd": 5.0}, [(InstanceError, "`max_musd` is missing", [{}])]
    ),
    "solve_tree.objectives": Row(
        lambda found: found.levels[0].name,
        ["net_present_cost"],
        [(TypeError, "objectives should be a list", ["wacc"])],
    ),
    "solve_tree.name": Row(
        lambda found: found.tree.name, "mine", [(InstanceError, "`name` should be a name", ["a b", 3])]
    ),
    "solve_tree.title": Row(lambda found: found.tree.title, "Mine", [(InstanceError, "`title` should be text", [3])]),
    "solve_tree.gap": Row(option("gap_share"), 0.5, [(ValueError, "gap should be a number from 0 to 1", [-1, 2])]),
    "solve_tree.time_limit": Row(
        option("time_limit_s"), 77.0, [(ValueError, "time_limit should be a number above 0", [0, -3])]
    ),
    "solve_tree.seed": Row(option("seed"), 5, [(ValueError, "seed should be a whole number", [-1, 0.5])]),
    "solve_tree.out": Row(lambda _found: Path("kept", "tree.json").is_file(), "kept", [(TypeError, "Path", [3])]),
    "solve_tree.jobs": Row(lambda _found: JOBS[-1], 2, [(ValueError, "at least 1", [0, -1, 1.5])]),
    "solve_tree.scheduler": Row(fails, "tcp://127.0.0.1:9", [(ValueError, "should be an address", ["", 3])]),
    "solve_tree.resume": Row(answers, True, [(ValueError, "resume needs out", [True])], also={"out": "kept"}),
    "solve_tree.waiting": Row(
        fails,
        ["nowhere"],
        [(TypeError, "waiting should be a list of names", ["all", [3]]), (ValueError, "is no site", [["nowhere"]])],
    ),
    "solve_tree.covenants": Row(lambda found: found.breaks is None, True, []),
    "read_tree.folder": Row(
        lambda found: found["name"], "other-tree", [(RunError, "holds no tree", ["nowhere"]), (TypeError, "Path", [3])]
    ),
}
