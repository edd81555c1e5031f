"""From a tree to its plan: whole where it is small, by branches where it is not, with what it is worth.

1. The relaxation of every scenario alone: one that has none is named at once.
2. The first level: whole up to ``MOST_INTEGERS`` whole numbers, else by branches (``branches``); of many scenarios the
   plan of a tree of few that stand for them, tried in all where the plan for one forecast is not enough.
3. Later levels over the whole, with the first held.
4. Each scenario's plan, audited like any other; what the tree is worth (``worth``).
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.algebra.arrays import Vector
from optimizer.contract.progress import Progress
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solver.level import Level, NothingFoundError, Solution
from optimizer.solver.process import prepare
from optimizer.solving.asked import solve_options
from optimizer.solving.reductions.reduced import FEWEST_INTEGERS, NotAlikeError, SplitError
from optimizer.solving.run import search
from optimizer.uncertainty.asks import Ask, Found, Proven, Run, Tried
from optimizer.uncertainty.branches import MOST_INTEGERS, Candidate, by_branches, here, parted, with_held
from optimizer.uncertainty.breaks import breaks_of
from optimizer.uncertainty.forecast import FORECAST, Forecast, Listener, decided_today, forecast_of, forecast_plan
from optimizer.uncertainty.groups import close, has_plan, of_integers
from optimizer.uncertainty.joined import Joined, Key, NotSharedError, joined
from optimizer.uncertainty.leaf import LeafProgramme, largest_of, programmes
from optimizer.uncertainty.levels import after_the_first, all_at_once
from optimizer.uncertainty.mean import few_of
from optimizer.uncertainty.objectives import risk_of, whole_of
from optimizer.uncertainty.plan import TreePlan, Wait
from optimizer.uncertainty.publish import node_decisions, parted_alike, plan_of, rescued
from optimizer.uncertainty.tree import ScenarioTree
from optimizer.uncertainty.waits import NothingToWaitForError, asked_about, waits_of
from optimizer.uncertainty.worth import is_money, worth_of

FURTHER_TIME = 0.3
"""The part of the time in which the best plan of the branches may be bettered as a whole."""
START_TIME = 0.2
"""The part of the time that the plan for one forecast may take in all scenarios, as a start of the whole."""
FEW_INTEGERS = 100
"""A tree with no more whole numbers than this is searched without a start."""
MANY_LEAVES = 40
"""With more scenarios than this the next candidates come from a tree of few that stand for them."""


class NoTreePlanError(Exception):
    """There is no plan of the tree: ``status`` and, if it is known, the scenarios in which nothing can go on."""

    def __init__(self, status: str, message: str, leaves: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status, self.message, self.leaves = status, message, tuple(leaves)


@dataclass(frozen=True)
class Asked:
    """How hard a tree is tried: the gap of its first level, seconds of all levels together, and the seed.

    ``waiting`` names sites and frameworks of which it is asked what waiting is worth; ``covenants`` asks which would
    break if the plan for one forecast were followed.
    """

    limits: Limits
    pooled: bool
    worth: bool = True
    waiting: tuple[str, ...] = ()
    covenants: bool = False


def asked_of(
    tree: ScenarioTree,
    gap: float | None = None,
    time_limit: float | None = None,
    seed: int | None = None,
    reductions: str | None = None,
    worth: bool = True,
    waiting: Sequence[str] = (),
    covenants: bool = False,
) -> Asked:
    """What is asked for: by the caller, else by the tree's file, else by its base. Raises ValueError out of range."""
    own, options = tree.base.solve, tree.options
    solve_options(own, gap=gap, time_limit=time_limit, seed=seed, reductions=reductions)
    limits = Limits(
        float(options.get("gap_share", own.gap_share) if gap is None else gap),
        float(options.get("time_limit_s", own.time_limit_s) if time_limit is None else time_limit),
        1,
        int(options.get("seed", own.seed) if seed is None else seed),
        processor=True,
    )
    wanted = reductions or own.reductions
    pooled = wanted == "always"
    if wanted == "auto":
        (first,) = programmes(tree.leaves[:1], False, ())
        pooled = int(first.built.programme.matrix.integer.sum()) >= FEWEST_INTEGERS
    return Asked(limits, pooled, worth, tuple(waiting), covenants)


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
    if len(leaves) == 1 and tree.rescue is None and not asked.waiting:
        return _plain(tree, asked)
    group = joined(leaves)
    wanted = asked_about(group, asked.waiting) if asked.waiting else []
    if wanted and not is_money(tree, group):
        raise NothingToWaitForError("what waiting is worth is asked of a tree that minimises an expectation of money")
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
    tried: tuple[Tried, ...] = ()
    forecast: Forecast | None = None
    how: dict[str, Any] = {
        "leaves": len(leaves),
        "rows": group.matrix.shape[0],
        "columns": group.matrix.shape[1],
        "integers": integers,
        "differing": dict(group.differing),
        "pooled": asked.pooled,
    }
    linear = tree.risk.measure == "expected" and whole.objectives[0].denominator is None
    if integers <= min(MOST_INTEGERS, FEW_INTEGERS if linear else MOST_INTEGERS):
        listen(f"the whole: {integers} whole numbers")
        how["by"] = "whole"
        try:
            solution = all_at_once(whole, asked.limits)
        except NothingFoundError as nothing:
            raise _nothing(nothing.status, tree) from None
    else:
        forecast = forecast_of(tree, group, ask, run, listen, alone)
        known = None if forecast is None else forecast.held
        floors = {name: each.bound for name, each in alone.items()}
        if integers <= MOST_INTEGERS:
            how["by"] = "whole"
            found = _from_forecast(group, ask, run, listen, floors, known)
        else:
            how["by"] = "parts"
            knowing = {name: decided_today(tree, group, each) for name, each in alone.items() if each.integers}
            found = _by_parts(group, tree, ask, run, listen, floors, known, knowing)
            found = _further(found, ask, run, listen)
        tried = found.tried
        how["tried"] = [
            {
                "candidate": each.name,
                "value": _own_sense(leaves, each.value) if math.isfinite(each.value) else None,
                "stops_in": list(each.stops_in),
            }
            for each in tried
        ]
        if not found.integers:
            raise _nothing(found.status, tree, found)
        _, x, _ = of_integers(group, found.integers, ask)
        assert x is not None
        bound = _own_sense(leaves, _bound(tree, found, alone))
        listen("later levels, with the first held")
        solution = after_the_first(whole, whole.longer(x), bound, asked.limits)
        if is_money(tree, group) and math.isfinite(bound):
            how["proven"] = [_part_of_bound(leaves, group, each, solution.x) for each in found.proven]
    how["seconds"] = time.monotonic() - begun
    if asked.pooled and (differs := parted_alike(group, solution.x)):
        raise SplitError(differs)
    plans = _plans(tree, group, solution, asked, {name: _own_sense(leaves, each.bound) for name, each in alone.items()})
    worth, single = None, None
    if asked.worth and is_money(tree, group):
        forecast = forecast or forecast_of(tree, group, ask, run, listen, alone)
        worth = worth_of(tree, group, ask, run, alone, solution.levels[0], forecast, tried)
        single = None if forecast is None else forecast_plan(tree, forecast, ask, asked.limits)
    waits: tuple[Wait, ...] = ()
    if wanted:
        listen("what waiting is worth")
        waits = tuple(waits_of(group, ask, run, solution.levels[0], solution.x, wanted))
    broken = None
    if asked.covenants and single is not None:
        broken = breaks_of(tree, single.plan, max(20.0, asked.limits.time_limit_s / len(leaves)), listen)
    how["seconds_with_worth"] = time.monotonic() - begun
    return TreePlan(
        tree,
        plans,
        tuple(solution.levels),
        node_decisions(tree, group, solution.x),
        {name: rescued(plan) for name, plan in plans.items()} if tree.rescue else {},
        worth,
        how,
        single=single,
        waits=waits,
        breaks=broken,
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


def _part_of_bound(leaves: Sequence[LeafProgramme], group: Joined, proven: Proven, x: Vector) -> dict[str, Any]:
    """What is proven of some scenarios, in the sense of the level, with their prices and what the plan has of each."""
    return {
        "leaves": list(proven.leaves),
        "bound": _own_sense(leaves, proven.bound),
        "prices": [
            {"node": key[0], "column": key[1], "musd": _own_sense(leaves, price), "plan": float(x[group.column[key]])}
            for key, price in sorted(proven.prices.items())
        ],
    }


def _further(found: Found, ask: Ask, run: Run, listen: Listener) -> Found:
    """The best plan of the branches as the start of one search of all, where it is not within the gap yet."""
    if not found.integers or found.status == "optimal":
        return found
    listen("all at once, from the best plan so far")
    return _all_from(found, replace(ask, time_limit_s=ask.time_limit_s * FURTHER_TIME), run)


def _all_from(best: Found, ask: Ask, run: Run) -> Found:
    """One search of all leaves that begins with a plan: the better of both, with the better bound."""
    (more,) = run([replace(ask, name="all", start=best.integers, whole=True)])
    better = best if best.integers and best.value <= more.value else more
    proven = best.proven if best.bound >= more.bound else (Proven(tuple(leaf.name for leaf in ask.leaves), more.bound),)
    return replace(better, bound=max(best.bound, more.bound), tried=best.tried, proven=proven)


def _from_forecast(
    group: Joined,
    ask: Ask,
    run: Run,
    listen: Listener,
    floors: Mapping[str, float],
    forecast: Mapping[Key, float] | None,
) -> Found:
    """All leaves in one search that begins with the plan for one forecast, where that can go on in all of them; what is
    proven of each leaf alone is proven of their expectation.
    """
    floor = math.fsum(leaf.probability * floors.get(leaf.name, -math.inf) for leaf in ask.leaves)
    proven = tuple(Proven((leaf.name,), floors.get(leaf.name, -math.inf)) for leaf in ask.leaves)
    best = Found(FORECAST, "no_solution", floor, math.inf, proven=proven)
    if forecast is not None:
        plan = with_held(group, ask, forecast, [list(ask.leaves)], run, ask.time_limit_s * START_TIME, FORECAST)
        # what is proven is of plans that hold the forecast's decisions
        told = tuple(replace(each, name=FORECAST) for each in plan.tried)
        best = replace(plan, bound=floor, tried=told, proven=proven)
        if close(best, floor, ask.gap_share):
            return replace(best, status="optimal")
    listen("all at once")
    return _all_from(best, ask, run)


def _by_parts(
    group: Joined,
    tree: ScenarioTree,
    ask: Ask,
    run: Run,
    listen: Listener,
    floors: Mapping[str, float],
    forecast: Mapping[Key, float] | None,
    knowing: Mapping[str, Mapping[Key, float]],
) -> Found:
    """By branches; the plan for one forecast is a candidate, and of many scenarios that of few that stand for them,
    where the first is not enough. Where it does badly in one branch, what is decided today for ``knowing`` a scenario
    of that is one, too.
    """
    first: list[Candidate] = [] if forecast is None else [(FORECAST, forecast)]

    def then() -> list[Candidate]:
        listen(f"{len(parted(tree.leaves, ask))} branches, then what each would decide today, in all")
        return []

    def few_then() -> list[Candidate]:
        few = few_of(tree)
        listen(f"a tree of {len(few)} scenarios that stand for {len(tree.leaves)}")
        small = joined(programmes(few, ask.pooled, ask.largest))
        found = by_branches(small, replace(ask, name="few", leaves=tuple(few)), run)
        common = set.intersection(*({node.name for node in leaf.path} for leaf in tree.leaves))
        if not found.integers:
            return then()
        whole = {key: value for key, value in found.integers.items() if key[0] in common}
        amounts = {key: value for key, value in found.amounts.items() if key[0] in common}
        return [("few", whole), ("few+", whole | amounts), *then()]

    if forecast is not None:
        listen("the plan for one forecast, held in all scenarios")
    if len(tree.leaves) > MANY_LEAVES:
        return by_branches(group, ask, run, floors, first, few_then)
    return by_branches(group, ask, run, floors, first, then, knowing)


def _plans(
    tree: ScenarioTree, group: Joined, solution: Solution, asked: Asked, alone: Mapping[str, float]
) -> dict[str, Plan]:
    """The plan of each scenario, audited; what it reached alone is not better than its bound for rounding."""
    return {
        leaf.leaf.name: plan_of(group, number, solution, asked.limits, alone if not tree.rescue else {}, tree)
        for number, leaf in enumerate(group.leaves)
    }


def _nothing(status: str, tree: ScenarioTree, found: Found | None = None) -> NoTreePlanError:
    if status == "infeasible":
        return NoTreePlanError(
            "infeasible",
            f"{tree.name}: every scenario has a plan, and no decisions of today can go on in all of them; `rescue:` "
            f"brings in money from outside",
        )
    stops = [
        f"{each.name}: not in {', '.join(each.stops_in)}" for each in (found.tried if found else ()) if each.stops_in
    ]
    known = f"; {'; '.join(stops)}" if stops else ""
    return NoTreePlanError("no_solution", f"{tree.name}: no plan was found in time{known}")


__all__ = ["Asked", "NoTreePlanError", "Progress", "asked_of", "solve_tree"]
