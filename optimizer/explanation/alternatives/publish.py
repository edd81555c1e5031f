"""An alternative as a plan like any other: published, audited, and honest about how far it is from the best."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optimizer.auditing.run import audited
from optimizer.contract.versions import versions
from optimizer.explanation.alternatives.budgets import Budget
from optimizer.explanation.alternatives.others import Other
from optimizer.explanation.alternatives.space import Space
from optimizer.plan.delivered import distances
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solver.level import Level, Solution
from optimizer.solving.publish import metrics_of, publish

CHOSEN = "feasible, chosen to differ: within "
"""How the message of such a plan begins."""


def published(space: Space, other: Other, caps: Mapping[str, float], about: Mapping[str, Any]) -> Plan:
    """The plan of an alternative, audited; ``about`` says in its summary what it is an alternative to."""
    own = space.instance.solve
    options = Limits(own.gap_share, own.time_limit_s, own.threads, own.seed).options
    rows, columns = space.compiled.matrix.shape
    summary: dict[str, Any] = {
        "instance": space.instance.name,
        "instance_hash": space.instance.hash,
        "options": options,
        "versions": versions(),
        "timings": {"solve": math.fsum(level.seconds for level in other.solution.levels)},
        "matrix": {"rows": rows, "columns": columns},
        "alternative": dict(about),
    }
    if caps:
        summary["caps"] = dict(caps)
    at = space.compiled.values(other.x)
    metrics = metrics_of(space.built, at)
    plan = publish(space.instance, space.built, at, metrics, summary, _of_the_instance(other.solution, space.budgets))
    plan = replace(plan, summary={**plan.summary, "message": CHOSEN + distances(plan.summary["levels"])})
    return replace(plan, audit=audited(space.instance, plan.to_dict(), plan.to_summary()).to_dict())


def _of_the_instance(solution: Solution, budgets: tuple[Budget, ...]) -> Solution:
    """The solution with the bounds of the instance, in the place of those among plans that differ as much.

    What is proven of the first level holds of every plan; of a later one it does where those before are held as they
    were, which they are not.
    """
    stages = []
    for i, (stage, budget) in enumerate(zip(solution.stages, budgets, strict=True)):
        level, worst = stage.level, -math.inf if stage.level.sense == "minimise" else math.inf
        bound = worst if i or budget.bound is None else budget.bound
        stages.append(replace(stage, level=_with_bound(level, bound)))
    return replace(solution, stages=tuple(stages))


def _with_bound(level: Level, bound: float) -> Level:
    known = replace(level, bound=bound, status="feasible")
    return replace(known, gap_musd=None if known.unit != "musd" or not math.isfinite(bound) else known.gap)
