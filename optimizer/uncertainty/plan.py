"""What a tree plan is: what each node decides, what each scenario comes to, and what is proven of the whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from optimizer.finance.gaps import share_of
from optimizer.plan.plan import Plan
from optimizer.plan.table import Table
from optimizer.solver.highs import DOLLAR
from optimizer.solver.level import Level
from optimizer.uncertainty.record import TreeRecord
from optimizer.uncertainty.tables import tree_tables
from optimizer.uncertainty.tree import ScenarioTree

if TYPE_CHECKING:
    from optimizer.uncertainty.forecast import ForecastPlan

FORMAT = 1


@dataclass(frozen=True)
class Interval:
    """A number that is known to lie between two; ``sign`` is what that says of it: 1, −1, or 0 for nothing."""

    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 above nothing, −1 below it, 0 where the interval has both, a dollar being nothing."""
        return 1 if self.low > DOLLAR else -1 if self.high < -DOLLAR else 0

    def to_dict(self) -> dict[str, float | int | None]:
        """Plain data; None for an end that is not finite."""
        ends = {
            name: value if math.isfinite(value) else None for name, value in (("low", self.low), ("high", self.high))
        }
        return {**ends, "sign": self.sign}


@dataclass(frozen=True)
class SinglePlan:
    """What becomes of the plan for one forecast: its whole numbers of today, held in every scenario.

    ``stops_in`` are the scenarios in which it cannot go on; then there is no value.
    """

    value: Interval | None
    stops_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Worth:
    """What the tree is worth, in the unit of its first level: both intervals are those of the gaps.

    ``waiting`` is the expected value if everything were known today, ``known`` (EVPI) what that would be worth,
    ``solution`` (VSS) what the tree is worth beside the plan for one forecast; None where that plan cannot go on.
    """

    alone: Mapping[str, Interval]
    waiting: Interval
    known: Interval
    single: SinglePlan | None
    solution: Interval | None
    nearest: str | None = None


@dataclass(frozen=True)
class Wait:
    """What waiting is worth of a site or framework, by the first level; None where there is no such plan.

    ``decided`` is when the tree's plan begins it: now, or later if at all; ``free`` is the value of the tree, ``now``
    and ``later`` those with it begun today and not; ``waiting`` how much better not beginning now is.
    """

    name: str
    kind: str
    decided: str
    free: Interval
    now: Interval | None
    later: Interval | None
    waiting: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        found: dict[str, Any] = {"name": self.name, "kind": self.kind, "decided": self.decided}
        parts = {"free": self.free, "now": self.now, "later": self.later, "waiting": self.waiting}
        return found | {name: None if each is None else each.to_dict() for name, each in parts.items()}


@dataclass(frozen=True)
class TreePlan:
    """A tree with a plan for every scenario, whose shared decisions are the same; ``levels`` are those of the whole.

    ``plans`` are by the names of the leaves, ``decisions`` by node and table, ``raised`` is what a rescue brings each
    leaf, ``worth`` what the tree is worth, ``search`` says how it was found, ``runs`` where the plans are kept;
    ``single`` is the plan for one forecast, kept at ``single_run``; ``waits`` what waiting is worth, where it was
    asked, and ``breaks`` which covenants that plan would break, as plain data.
    """

    tree: ScenarioTree
    plans: Mapping[str, Plan]
    levels: tuple[Level, ...]
    decisions: Mapping[str, Mapping[str, list[dict[str, Any]]]]
    raised: Mapping[str, float]
    worth: Worth | None
    search: Mapping[str, Any] = field(default_factory=dict)
    runs: Mapping[str, str] = field(default_factory=dict)
    single: ForecastPlan | None = None
    single_run: str | None = None
    waits: tuple[Wait, ...] = ()
    breaks: Mapping[str, Any] | None = None

    @property
    def status(self) -> str:
        """Optimal if every level is within the gap asked for.

        >>> optimizer.solve_tree(base, nodes={"today": {}}).status
        'optimal'
        """
        return "optimal" if all(level.status == "optimal" for level in self.levels) else "feasible"

    @property
    def audit_passed(self) -> bool:
        """Whether the plan of every scenario passes its audit.

        >>> optimizer.solve_tree(base, nodes={"today": {}}).audit_passed
        True
        """
        return all(bool(plan.audit_passed) for plan in self.plans.values())

    @property
    def record(self) -> TreeRecord:
        """What tables and pages are made of.

        >>> page = optimizer.to_html(optimizer.solve_tree(base, nodes={"today": {}}).record)
        """
        return TreeRecord(self.to_dict(), self.plans, None if self.single is None else self.single.plan)

    @property
    def tables(self) -> Mapping[str, Table]:
        """All tables by name, those of its folder (docs/uncertainty.md).

        >>> optimizer.solve_tree(base, nodes={"today": {}}).tables["scenarios"].column("probability")
        [1.0]
        """
        return tree_tables(self.record)

    def _single_plan(self) -> dict[str, Any] | None:
        """What becomes of the plan for one forecast, and what that decides today."""
        found = single_data(self.worth.single) if self.worth is not None and self.worth.single is not None else None
        if found is None or self.single is None:
            return found
        single = self.single
        about = {"of": single.of, "until": single.until, "decisions": single.decisions, "run": self.single_run}
        return {**found, **about, "audit_passed": single.plan.audit_passed}

    def to_dict(self) -> dict[str, Any]:
        """The tree.json: nodes with what they decide, leaves with their runs and metrics, levels, worth.

        >>> optimizer.solve_tree(base, nodes={"today": {}}).to_dict()["leaves"][0]["probability"]
        1.0
        """
        tree = self.tree
        label = tree.base.periods.label
        reached = {
            node.name: math.fsum(leaf.probability for leaf in tree.below(node.name)) for node in tree.nodes.values()
        }
        return {
            "format": FORMAT,
            "kind": "tree",
            "name": tree.name,
            "title": tree.title,
            "base": tree.base.name,
            "base_hash": tree.base.hash,
            "status": self.status,
            "risk": asdict(tree.risk),
            "rescue": None if tree.rescue is None else {**asdict(tree.rescue), "raised_musd": dict(self.raised)},
            "sampled": None if tree.sampled is None else asdict(tree.sampled),
            "left_out": list(tree.left_out),
            "nodes": [
                {
                    "name": node.name,
                    "parent": node.parent,
                    "from": label(node.start),
                    "probability": node.probability,
                    "reached": reached[node.name],
                    "title": node.title,
                    "decisions": self.decisions.get(node.name, {}),
                }
                for node in tree.nodes.values()
            ],
            "leaves": [
                {
                    "name": leaf.name,
                    "path": [node.name for node in leaf.path],
                    "probability": leaf.probability,
                    "instance": leaf.instance.name,
                    "instance_hash": leaf.instance.hash,
                    "run": self.runs.get(leaf.name),
                    "metrics": dict(self.plans[leaf.name].metrics),
                    "audit_passed": self.plans[leaf.name].audit_passed,
                }
                for leaf in tree.leaves
            ],
            "levels": [level_data(level) for level in self.levels],
            "worth": None if self.worth is None else worth_data(self.worth) | {"single_plan": self._single_plan()},
            "waits": [each.to_dict() for each in self.waits],
            "breaks": self.breaks,
            "search": dict(self.search),
        }


def level_data(level: Level) -> dict[str, Any]:
    """A level of the whole as plain data; None for what is not finite."""
    gap = share_of(level.gap, level.value, level.base) if math.isfinite(level.bound) else math.inf
    return {
        "name": level.name,
        "sense": level.sense,
        "unit": level.unit,
        "value": level.value,
        "bound": level.bound if math.isfinite(level.bound) else None,
        "gap_share": gap if math.isfinite(gap) else None,
        "status": level.status,
        "seconds": level.seconds,
        "inserted": level.inserted,
    }


def worth_data(worth: Worth) -> dict[str, Any]:
    """What a tree is worth as plain data."""
    return {
        "alone": {name: each.to_dict() for name, each in worth.alone.items()},
        "waiting": worth.waiting.to_dict(),
        "evpi": worth.known.to_dict(),
        "vss": None if worth.solution is None else worth.solution.to_dict(),
        "nearest": worth.nearest,
    }


def single_data(single: SinglePlan) -> dict[str, Any]:
    """What becomes of the plan for one forecast as plain data."""
    value = None if single.value is None else single.value.to_dict()
    return {"value": value, "stops_in": list(single.stops_in)}
