"""From a tree to its plan: whole where it is small, by branches where it is not, with what it is worth.

1. The relaxation of every scenario alone: one that has none is named at once.
2. The first level: whole up to ``MOST_INTEGERS`` whole numbers, else by branches (``groups``); of many scenarios the
   plan of a tree of few that stand for them, tried in all.
3. Later levels over the whole, with the first held.
4. Each scenario's plan, audited like any other; what the tree is worth (``worth``).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.contract.progress import Progress
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solver.level import Level, NothingFoundError, Solution
from optimizer.solver.process import prepare
from optimizer.solving.reductions.reduced import FEWEST_INTEGERS, NotAlikeError, SplitError
from optimizer.solving.run import search
from optimizer.uncertainty.groups import (
    MOST_INTEGERS,
    Ask,
    Found,
    Run,
    by_branches,
    has_plan,
    here,
    of_integers,
    parted,
    with_held,
)
from optimizer.uncertainty.joined import Joined, NotSharedError, joined
from optimizer.uncertainty.leaf import LeafProgramme, largest_of, programmes
from optimizer.uncertainty.levels import after_the_first, all_at_once
from optimizer.uncertainty.objectives import leaf_objectives, risk_of, whole_of
from optimizer.uncertainty.plan import Interval, SinglePlan, TreePlan, Worth
from optimizer.uncertainty.publish import node_decisions, parted_alike, plan_of, rescued
from optimizer.uncertainty.sampling import forward_selection
from optimizer.uncertainty.tree import Leaf, ScenarioTree
from optimizer.uncertainty.worth import difference, mean_instance

MANY_LEAVES, FEW_LEAVES = 40, 9
"""With more scenarios than MANY_LEAVES the candidates come from a tree of FEW_LEAVES that stand for them."""

Listener = Callable[[str], None]
"""Is told in words what is being done."""


class NoTreePlanError(Exception):
    """There is no plan of the tree: ``status`` and, if it is known, the scenarios in which nothing can go on."""

    def __init__(self, status: str, message: str, leaves: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status, self.message, self.leaves = status, message, tuple(leaves)


@dataclass(frozen=True)
class Asked:
    """How hard a tree is tried: the gap of its first level, seconds of all levels together, and the seed."""

    limits: Limits
    pooled: bool
    worth: bool = True


def asked_of(
    tree: ScenarioTree,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int | None = None,
    reductions: str | None = None,
    worth: bool = True,
) -> Asked:
    """What is asked for: by the caller, else by the tree's file, else by its base."""
    own, options = tree.base.solve, tree.options
    limits = Limits(
        float(options.get("gap_share", own.gap_share) if gap is None else gap),
        float(options.get("time_limit_s", own.time_limit_s) if time_limit is None else time_limit),
        1,
        int(options.get("seed", own.seed) if seed is None else seed),
    )
    wanted = reductions or own.reductions
    pooled = wanted == "always"
    if wanted == "auto":
        (first,) = programmes(tree.leaves[:1], False, ())
        pooled = int(first.built.programme.matrix.integer.sum()) >= FEWEST_INTEGERS
    return Asked(limits, pooled, worth)


def solve_tree(
    tree: ScenarioTree, asked: Asked | None = None, run: Run = here, listen: Listener = lambda _: None
) -> TreePlan:
    """The plan of a tree. Raises NoTreePlanError, NotSharedError, SolverError and what ``run`` raises."""
    prepare()
    asked = asked or asked_of(tree)
    try:
        return _solved(tree, asked, run, listen)
    except (NotAlikeError, SplitError, NotSharedError) as error:
        if not asked.pooled:
            raise
        listen(f"sites that are alike are searched one by one: {error}")
        return _solved(tree, replace(asked, pooled=False), run, listen)


def _solved(tree: ScenarioTree, asked: Asked, run: Run, listen: Listener) -> TreePlan:
    begun = time.monotonic()
    largest = largest_of(tree.leaves)
    leaves = programmes(tree.leaves, asked.pooled, largest)
    listen(f"a relaxation of each of {len(leaves)} scenarios")
    _refuse_impossible(leaves)
    if len(leaves) == 1 and tree.rescue is None:
        return _plain(tree, asked)
    group = joined(leaves)
    ask = Ask(
        "tree",
        tree.leaves,
        gap_share=asked.limits.gap_share,
        time_limit_s=asked.limits.time_limit_s,
        seed=asked.limits.seed,
        pooled=asked.pooled,
        rescue=tree.rescue,
        largest=largest,
    )
    alone = _alone(tree, ask, run, listen) if asked.worth or tree.risk.measure == "regret" else {}
    best = {name: _own_sense(leaves, found.value) for name, found in alone.items()}
    whole = whole_of(group, tree.risk, tree.rescue, best)
    integers = int((group.matrix.integer & ~group.followers).sum())
    how: dict[str, Any] = {
        "leaves": len(leaves),
        "rows": group.matrix.shape[0],
        "columns": group.matrix.shape[1],
        "integers": integers,
        "switches": group.switches,
        "pooled": asked.pooled,
    }
    if integers <= MOST_INTEGERS:
        listen(f"the whole: {integers} whole numbers")
        how["by"] = "whole"
        try:
            solution = all_at_once(whole, asked.limits)
        except NothingFoundError as nothing:
            raise _nothing(nothing.status, tree) from None
    else:
        how["by"] = "parts"
        found = _by_parts(group, tree, ask, run, listen)
        how["tried"] = [
            {"candidate": name, "value": value if math.isfinite(value) else None, "stops_in": list(stops)}
            for name, value, stops in found.tried
        ]
        if not found.integers:
            raise _nothing(found.status, tree, found)
        _, x = of_integers(group, found.integers, ask)
        assert x is not None
        bound = _own_sense(leaves, _bound(tree, found, alone))
        listen("later levels, with the first held")
        solution = after_the_first(whole, whole.longer(x), bound, asked.limits.since(begun))
    how["seconds"] = time.monotonic() - begun
    if asked.pooled and (differs := parted_alike(group, solution.x)):
        raise SplitError(differs)
    plans = _plans(tree, group, solution, asked, {name: _own_sense(leaves, each.bound) for name, each in alone.items()})
    worth = _worth(tree, group, ask, run, alone, solution.levels[0], listen) if asked.worth else None
    how["seconds_with_worth"] = time.monotonic() - begun
    return TreePlan(
        tree,
        plans,
        tuple(solution.levels),
        node_decisions(tree, group, solution.x),
        {name: rescued(plan) for name, plan in plans.items()} if tree.rescue else {},
        worth,
        how,
    )


def _own_sense(leaves: Sequence[LeafProgramme], value: float) -> float:
    """A value of a minimum in the sense of the first level."""
    return value if leaves[0].built.programme.objectives[0].minimise else -value


def _refuse_impossible(leaves: Sequence[LeafProgramme]) -> None:
    impossible = [leaf.leaf.name for leaf in leaves if not has_plan(leaf.built.programme.matrix.relaxed())]
    if impossible:
        names = ", ".join(f"`{name}`" for name in impossible)
        raise NoTreePlanError(
            "infeasible",
            f"no plan can serve {names}, whatever is decided before; `capstack explain` says why of an instance, "
            f"`rescue:` brings in money from outside",
            impossible,
        )


def _plain(tree: ScenarioTree, asked: Asked) -> TreePlan:
    """One scenario is a plain instance."""
    leaf = tree.leaves[0]
    plan = search(leaf.instance, replace(asked.limits, threads=leaf.instance.solve.threads))
    names = ("name", "sense", "unit", "value", "bound", "gap_musd", "status", "seconds", "iterates", "base", "inserted")
    levels = []
    for record in plan.summary["levels"]:
        worst = -math.inf if record["sense"] == "minimise" else math.inf
        data = {name: record[name] for name in names} | {"bound": worst if record["bound"] is None else record["bound"]}
        levels.append(Level(**{**data, "iterates": tuple(data["iterates"])}))
    decisions = {tree.root.name: {name: list(rows) for name, rows in plan.decisions.items() if rows}}
    return TreePlan(tree, {leaf.name: plan}, tuple(levels), decisions, {}, None, {"leaves": 1, "by": "plain"})


def _alone(tree: ScenarioTree, ask: Ask, run: Run, listen: Listener) -> dict[str, Found]:
    """Each scenario by itself, as if it were known today."""
    listen(f"each of {len(tree.leaves)} scenarios alone")
    seconds = max(5.0, ask.time_limit_s / 5.0)
    asks = [
        replace(ask, name=f"alone/{leaf.name}", leaves=(replace(leaf, probability=1.0),), time_limit_s=seconds)
        for leaf in tree.leaves
    ]
    found = {leaf.name: each for leaf, each in zip(tree.leaves, run(asks), strict=True)}
    if impossible := [name for name, each in found.items() if each.status == "infeasible"]:
        names = ", ".join(f"`{name}`" for name in impossible)
        raise NoTreePlanError("infeasible", f"no plan can serve {names}, whatever is decided before", impossible)
    return found


def _bound(tree: ScenarioTree, found: Found, alone: Mapping[str, Found]) -> float:
    """What is proven of the whole, of a minimum: that of the parts, or of a measure of risk that of each alone."""
    if tree.risk.measure == "expected":
        return found.bound
    weights = [leaf.probability for leaf in tree.leaves]
    if tree.risk.measure == "regret" or not alone:
        return -math.inf
    bounds = [alone[leaf.name].bound for leaf in tree.leaves]
    return risk_of(bounds, weights, tree.risk, True)


def _by_parts(group: Joined, tree: ScenarioTree, ask: Ask, run: Run, listen: Listener) -> Found:
    if len(tree.leaves) <= MANY_LEAVES:
        listen(f"{len(parted(tree.leaves, ask))} branches, then the candidates of each")
        return by_branches(group, ask, run)
    few = _few(tree)
    listen(f"a tree of {len(few)} scenarios that stand for {len(tree.leaves)}")
    small = joined(programmes(few, ask.pooled, ask.largest))
    first = by_branches(small, replace(ask, name="few", leaves=tuple(few)), run)
    if not first.integers:
        return first
    common = {node.name for node in tree.leaves[0].path} & {node.name for node in tree.leaves[-1].path}
    held = {key: value for key, value in first.integers.items() if key[0] in common}
    listen(f"its decisions of today in all {len(tree.leaves)} scenarios")
    parts = parted(tree.leaves, ask)
    free = run([replace(ask, name=f"free/{i + 1}", leaves=tuple(part)) for i, part in enumerate(parts)])
    bound = math.fsum(
        each.bound * math.fsum(leaf.probability for leaf in part) for each, part in zip(free, parts, strict=True)
    )
    plan = with_held(group, ask, held, parts, run, ask.time_limit_s, "all")
    return replace(plan, bound=bound)


def _few(tree: ScenarioTree) -> list[Leaf]:
    """Scenarios that stand for all: by forward selection over the logarithms of what differs."""
    rows = [_features(leaf) for leaf in tree.leaves]
    points = np.array(rows)
    moving = points.std(axis=0) > 0.0
    points = points[:, moving]
    if points.size:
        points = (points - points.mean(axis=0)) / points.std(axis=0)
    weights = np.array([leaf.probability for leaf in tree.leaves])
    chosen, kept, _, _ = forward_selection(points, FEW_LEAVES, weights)
    return [replace(tree.leaves[i], probability=weight) for i, weight in zip(chosen, kept, strict=True)]


def _features(leaf: Leaf) -> list[float]:
    from optimizer.uncertainty.worth import _series

    found: dict[tuple[Any, ...], list[Any]] = {}
    _series(leaf.instance, leaf.instance, (), found)
    return [value for path in sorted(found, key=str) for value in found[path][0].expand(leaf.instance.periods)]


def _plans(
    tree: ScenarioTree, group: Joined, solution: Solution, asked: Asked, alone: Mapping[str, float]
) -> dict[str, Plan]:
    """The plan of each scenario, audited; what it reached alone is not better than its bound for rounding."""
    return {
        leaf.leaf.name: plan_of(group, number, solution, asked.limits, alone if not tree.rescue else {}, tree)
        for number, leaf in enumerate(group.leaves)
    }


def _worth(
    tree: ScenarioTree,
    group: Joined,
    ask: Ask,
    run: Run,
    alone: Mapping[str, Found],
    level: Level,
    listen: Listener,
) -> Worth | None:
    """What the tree is worth; None where its first level is no expectation of money."""
    objective = leaf_objectives(group.leaves[0], tree.rescue)[0]
    if tree.risk.measure != "expected" or objective.denominator is not None or objective.log_share:
        return None
    sign = 1.0 if objective.minimise else -1.0
    weights = {leaf.name: leaf.probability for leaf in tree.leaves}
    total = math.fsum(weights.values())

    def own(low: float, high: float) -> Interval:
        return Interval(low, high) if objective.minimise else Interval(-high, -low)

    waiting = Interval(
        math.fsum(weights[name] * found.bound for name, found in alone.items()) / total,
        math.fsum(weights[name] * found.value for name, found in alone.items()) / total,
    )
    ends = sorted((sign * level.bound, sign * level.value))
    together = Interval(ends[0], ends[1])
    single, solution, nearest = _single(tree, group, ask, run, listen)
    return Worth(
        {name: own(found.bound, found.value) for name, found in alone.items()},
        own(waiting.low, waiting.high),
        difference(together, waiting),
        None
        if single is None
        else SinglePlan(single.value and own(single.value.low, single.value.high), single.stops_in),
        None if solution is None else difference(solution, together),
        nearest,
    )


def _single(
    tree: ScenarioTree, group: Joined, ask: Ask, run: Run, listen: Listener
) -> tuple[SinglePlan | None, Interval | None, str | None]:
    """The plan for the mean scenario, or for the likeliest where there is no mean, held in every scenario."""
    listen("the plan for one forecast, in every scenario")
    mean = None
    try:
        mean = mean_instance(tree.leaves)
    except Exception:
        mean = None
    likeliest = max(tree.leaves, key=lambda leaf: leaf.probability)
    forecast = Leaf("forecast", (tree.root,), 1.0, mean or likeliest.instance)
    (found,) = run([replace(ask, name="forecast", leaves=(forecast,), time_limit_s=max(5.0, ask.time_limit_s / 5.0))])
    if not found.integers:
        return None, None, None
    common = set.intersection(*({node.name for node in leaf.path} for leaf in tree.leaves))
    held = {
        key: value
        for key, value in found.integers.items()
        if key in group.column and key[0] in common and group.sharing[group.column[key]] == len(tree.leaves)
    }
    few = int((group.matrix.integer & ~group.followers).sum()) <= MOST_INTEGERS
    parts = [list(tree.leaves)] if few else parted(tree.leaves, ask)
    plan = with_held(group, ask, held, parts, run, ask.time_limit_s * 0.2, "single")
    if math.isinf(plan.value):
        return SinglePlan(None, plan.tried[0][2] if plan.tried else ()), None, None
    interval = Interval(plan.bound, plan.value)
    return SinglePlan(interval), interval, None


def _nothing(status: str, tree: ScenarioTree, found: Found | None = None) -> NoTreePlanError:
    if status == "infeasible":
        return NoTreePlanError(
            "infeasible",
            f"{tree.name}: every scenario has a plan, and no decisions of today can go on in all of them; `rescue:` "
            f"brings in money from outside",
        )
    stops = [f"{name}: not in {', '.join(leaves)}" for name, _, leaves in (found.tried if found else ()) if leaves]
    known = f"; {'; '.join(stops)}" if stops else ""
    return NoTreePlanError("no_solution", f"{tree.name}: no plan was found in time{known}")


__all__ = ["Asked", "NoTreePlanError", "Progress", "asked_of", "solve_tree"]
