"""Every public function with arguments it can be called with, and what a row says of one of its parameters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import optimizer
from optimizer.comparison.cluster import ClusterExecutor
from optimizer.comparison.comparison import Comparison
from optimizer.comparison.executor import ExecutorError
from optimizer.comparison.processes import LocalExecutor
from optimizer.comparison.worker import SOLVE
from optimizer.instance.loader import loads
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run, write_run
from optimizer.plan.table import Table
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.export import export
from tests.compare.examples import TWO_SOURCES

BASE = loads(TWO_SOURCES)
UNCHECKED = Instance.model_validate(
    {**BASE.canonical(), "debt": {"loan": {**BASE.canonical()["debt"]["loan"], "lender": "nobody"}}}
)
"""What pydantic accepts and no file could be: a loan of a lender that is not there."""
NOBODY = "debt.loan.lender: error.*no lender `nobody`"
UNCOVERED = BASE.replace({"equity": None, "covenants": {"cover": {"kind": "interest_cover", "minimum": 20}}})
"""A loan of 100 costs 8, and 120 come in: 15 times."""
SHORT = BASE.replace({"debt.loan.limit_musd": 60})
"""A loan that is too small for the 100 that are needed."""
SEARCHED = optimizer.load(ROOT / "instances" / "known-optimal" / "dynamic-lot-size.yaml")
"""An instance that takes a search."""
CAP = {"cost_of_capital": 8 / 1.21}


@cache
def plan() -> Plan:
    return optimizer.solve(BASE)


ONE, TWO = Table(("a",), ((1,),)), Table(("a",), ((1,), (2,)))
COMPARISON = Comparison("mine", None, "two-sources", BASE.hash, ONE, {"s": ONE, "t": TWO}, {"f": ONE, "g": TWO}, {})
BOTH: dict[str, Any] = {"both": {}}
COMPARED = optimizer.compare(BASE, mixes=BOTH, name="compared", jobs=1)
DEAR = {"dear": {"set": {"debt": {"loan": {"rate_per_year": 0.2}}}}, "cheap": {}}

POORER = {"poorer": {"set": {"cash_flows": {"income": {"musd_per_period": [0, 100]}}}}}
"""Of 108 that are due at the end 100 are there."""

TREE_NODES: dict[str, Any] = {
    "today": {},
    "well": {"parent": "today", "from": 2027, "probability": 0.6},
    "badly": {
        "parent": "today",
        "from": 2027,
        "probability": 0.4,
        "set": {"cash_flows": {"income": {"musd_per_period": {2027: 110}}}},
    },
}
"""In one of two cases 110 come in, and 108 are due."""

CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "load": (optimizer.load, {"source": "two-sources.yaml"}),
    "loads": (loads, {"text": TWO_SOURCES}),
    "validate": (optimizer.validate, {"source": "two-sources.yaml"}),
    "solve": (optimizer.solve, {"instance": BASE}),
    "explain": (optimizer.explain, {"instance": BASE}),
    "prices": (optimizer.prices, {"source": SHORT}),
    "alternatives": (optimizer.alternatives, {"plan": plan()}),
    "stress": (optimizer.stress, {"plan": plan(), "scenarios": POORER}),
    "rolled": (optimizer.rolled, {"plan": plan(), "last": 2026}),
    "tornado": (optimizer.tornado, {"instance": BASE, "figures": ["debt.loan.rate_per_year"]}),
    "to_pyomo": (optimizer.to_pyomo, {"instance": BASE}),
    "solve_pyomo": (optimizer.solve_pyomo, {"model": optimizer.to_pyomo(BASE)}),
    "audit": (optimizer.audit, {"instance": BASE, "plan": plan().to_dict()}),
    "compare": (optimizer.compare, {"base": BASE, "mixes": BOTH}),
    "solve_tree": (optimizer.solve_tree, {"base": BASE, "nodes": TREE_NODES}),
    "read_tree": (optimizer.read_tree, {"folder": "kept-tree"}),
    "export": (export, {"instance": BASE}),
    "write_run": (write_run, {"plan": plan(), "folder_root": "results"}),
    "to_excel": (optimizer.to_excel, {"subject": plan(), "path": "plan.xlsx"}),
    "write_book": (optimizer.write_book, {"source": BASE, "path": "two.xlsx"}),
    "to_html": (optimizer.to_html, {"subject": plan(), "path": "two.html"}),
    "to_deck": (optimizer.to_deck, {"subject": plan(), "path": "two.pptx"}),
    "read_comparison": (optimizer.read_comparison, {"folder": "kept"}),
    "read_run": (read_run, {"folder": "run"}),
    "Instance.replace": (BASE.replace, {"changes": {}}),
    "Instance.model_copy": (BASE.model_copy, {}),
    "Instance.copy": (BASE.copy, {}),
    "Plan.rows": (plan().rows, {"name": "income"}),
    "Plan.table": (plan().table, {"name": "income"}),
    "Plan.to_html": (plan().to_html, {"path": "two.html"}),
    "Plan.to_excel": (plan().to_excel, {"path": "plan.xlsx"}),
    "Plan.to_deck": (plan().to_deck, {"path": "two.pptx"}),
    "Plan.assemble": (
        Plan.assemble,
        {"instance": BASE, "decisions": {}, "ledger": [], "metrics": {}, "summary": {"status": "optimal"}},
    ),
    "Comparison.sweep": (COMPARISON.sweep, {"name": "s"}),
    "Comparison.frontier": (COMPARISON.frontier, {"name": "f"}),
    "Comparison.to_html": (COMPARED.to_html, {"path": "two.html"}),
    "Comparison.to_excel": (COMPARED.to_excel, {"path": "plan.xlsx"}),
    "Comparison.to_deck": (COMPARED.to_deck, {"path": "two.pptx"}),
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

    def __init__(self, address: str, solve: str = SOLVE) -> None:
        raise ExecutorError(f"there is nobody at {address}")


class Recording(LocalExecutor):
    """Says how many jobs it was asked for, and does the work in this process."""

    def __init__(self, jobs: int, solve: str = SOLVE) -> None:
        JOBS.append(jobs)
        super().__init__(1, solve)


JOBS: list[int] = []
SEEN: set[Path] = set()
HEARD: list[str] = []
WARM = WarmStarts()
