"""How likely each covenant breaks if the plan for one forecast is followed: that plan stressed in every scenario.

All that it commits to is kept to the end, the money that it raises too; service, energy, revolvers and dividends react,
money from outside comes in as little and as late as can be, and covenants are broken by as little as that leaves
(``explanation.stress``). A covenant's probability is that of the scenarios in which it is broken at least once; beside
it stands that of those in which no money and no waiver makes a plan (``not_followed``), or in which it is not known.
"""

from __future__ import annotations

import math
from typing import Any

from optimizer.explanation.stress.parts import Breach, Stressed
from optimizer.explanation.stress.run import ALL, UnauditedPlanError, holding_of, stress_worlds
from optimizer.explanation.stress.scenarios import World
from optimizer.plan.plan import Plan
from optimizer.uncertainty.forecast import Listener
from optimizer.uncertainty.tree import ScenarioTree


def breaks_of(tree: ScenarioTree, plan: Plan, time_limit_s: float, listen: Listener) -> dict[str, Any] | None:
    """What of it breaks where, as plain data; None for a plan not audited. ``time_limit_s``, seconds of the processor,
    is of each scenario.
    """
    holding = holding_of(plan.instance, ALL)
    found: dict[str, Stressed] = {}
    for leaf in tree.leaves:
        listen(f"the plan for one forecast in {leaf.name}")
        try:
            world = World(leaf.name, "", leaf.instance)
            outcome = stress_worlds(plan, [world], holding, ALL, time_limit_s, processor=True)
        except UnauditedPlanError:
            return None
        found[leaf.name] = outcome.scenarios[0]
    chance = {leaf.name: leaf.probability for leaf in tree.leaves}
    open_ = {
        column: math.fsum(chance[name] for name, each in found.items() if each.status == status)
        for column, status in (("not_decided", "not decided"), ("not_followed", "impossible"))
    }
    names = dict.fromkeys(name for leaf in tree.leaves for name in leaf.instance.covenants)
    labels = plan.instance.periods
    return {
        "fix": ALL,
        "scenarios": {
            name: {
                "status": each.status,
                "short_musd": each.short_musd,
                "broken": sorted({breach.covenant for breach in each.breaches}),
            }
            for name, each in found.items()
        },
        "covenants": [{**_covenant(name, found, chance, labels.index), **open_} for name in names],
    }


def _covenant(name: str, found: dict[str, Stressed], chance: dict[str, float], index: Any) -> dict[str, Any]:
    """One covenant: how likely it breaks, where, when first, and where it is furthest from its limit."""
    broken = [(leaf, breach) for leaf, each in found.items() for breach in each.breaches if breach.covenant == name]
    leaves = list(dict.fromkeys(leaf for leaf, _ in broken))
    worst = max(broken, key=lambda each: _far(each[1]), default=None)
    return {
        "covenant": name,
        "probability": math.fsum(chance[leaf] for leaf in leaves),
        "scenarios": leaves,
        "first_period": min((breach.period for _, breach in broken), key=index, default=None),
        "worst_in": None if worst is None else worst[0],
        "worst_value": None if worst is None else worst[1].value,
        "limit": None if worst is None else worst[1].threshold,
    }


def _far(breach: Breach) -> float:
    """How far a test is from its limit, in money: that is what all tests have in common."""
    return breach.short_musd
