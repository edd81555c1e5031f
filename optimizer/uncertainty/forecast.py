"""The plan for one forecast: of the mean of all scenarios, or of the likeliest where there is no mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.uncertainty.asks import Ask, Found, Run
from optimizer.uncertainty.groups import of_integers
from optimizer.uncertainty.joined import Joined, Key, joined
from optimizer.uncertainty.leaf import programmes
from optimizer.uncertainty.levels import after_the_first
from optimizer.uncertainty.mean import mean_instance
from optimizer.uncertainty.objectives import whole_of
from optimizer.uncertainty.publish import Decided, decided_until, plan_of
from optimizer.uncertainty.tree import Leaf, Risk, ScenarioTree

FORECAST = "forecast"
"""The candidate that is the plan for one forecast."""
LATER_TIME = 0.1
"""The part of the time that its later levels may take."""

Listener = Callable[[str], None]
"""Is told in words what is being done."""


@dataclass(frozen=True)
class Forecast:
    """The answer for one forecast: ``of`` is what it is of, ``held`` are the whole numbers of today."""

    leaf: Leaf
    of: str
    found: Found
    held: Mapping[Key, float]


@dataclass(frozen=True)
class ForecastPlan:
    """Its plan, an ordinary one, and what that decides by the end of the period ``until`` (a label), by table."""

    plan: Plan
    of: str
    until: str
    decisions: Decided


def forecast_of(
    tree: ScenarioTree, group: Joined, ask: Ask, run: Run, listen: Listener, alone: Mapping[str, Found]
) -> Forecast | None:
    """The best plan for one forecast, from those that are known ``alone`` where it is one of the scenarios; None where
    none is found in time.
    """
    listen("the plan for one forecast")
    try:
        mean = mean_instance(tree.leaves)
    except InstanceError:  # a mean of what is possible need not be possible
        mean = None
    likeliest = max(tree.leaves, key=lambda leaf: leaf.probability)
    instance = (mean or likeliest.instance).replace({"name": f"{tree.name}.{FORECAST}"[:64]})
    leaf = Leaf(FORECAST, (tree.root,), 1.0, instance)
    seconds = max(5.0, ask.time_limit_s / 5.0)
    if mean is None and likeliest.name in alone:
        # its decisions are those of other nodes: of a plan for one forecast all are of today
        found = _of_one_node(alone[likeliest.name], tree.root.name)
    else:
        (found,) = run([replace(ask, name=FORECAST, leaves=(leaf,), time_limit_s=seconds)])
    if math.isinf(found.value):
        return None
    held = decided_today(tree, group, found)
    return Forecast(leaf, "the mean of all scenarios" if mean else likeliest.name, found, held)


def decided_today(tree: ScenarioTree, group: Joined, found: Found) -> dict[Key, float]:
    """The whole numbers of a plan that are decided before it is known which scenario it is."""
    common = set.intersection(*({node.name for node in each.path} for each in tree.leaves))
    return {
        key: value
        for key, value in found.integers.items()
        if key in group.column and key[0] in common and group.sharing[group.column[key]] == len(tree.leaves)
    }


def _of_one_node(found: Found, node: str) -> Found:
    """A plan of one scenario with every decision as one of a node."""
    integers = {(node, name): value for (_, name), value in found.integers.items()}
    amounts = {(node, name): value for (_, name), value in found.amounts.items()}
    return replace(found, name=FORECAST, integers=integers, amounts=amounts)


def today(tree: ScenarioTree) -> int:
    """The last period that is decided before anything becomes known."""
    starts = [node.start for node in tree.nodes.values() if node.parent is not None]
    return min(starts, default=tree.base.periods.periods + 1) - 1


def forecast_plan(tree: ScenarioTree, forecast: Forecast, ask: Ask, limits: Limits) -> ForecastPlan | None:
    """The plan that goes with the whole numbers of a forecast, later levels too; None where rounding leaves none."""
    group = joined(programmes([forecast.leaf], ask.pooled, ask.largest))
    _, x, _ = of_integers(group, forecast.found.integers, ask)
    if x is None:
        return None
    whole = whole_of(group, Risk(), tree.rescue)
    sign = 1.0 if whole.objectives[0].minimise else -1.0
    bound = sign * forecast.found.bound
    short = replace(limits, time_limit_s=max(5.0, limits.time_limit_s * LATER_TIME))
    solution = after_the_first(whole, whole.longer(x), bound, short)
    # what is proven is less what a rescue costs, and no bound of the plan that has it
    plan = plan_of(group, 0, solution, limits, {FORECAST: bound} if tree.rescue is None else {}, tree)
    until = today(tree)
    return ForecastPlan(plan, forecast.of, tree.base.periods.label(until), decided_until(group, 0, solution.x, until))
