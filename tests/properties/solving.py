"""Solving an instance's data to the optimum, and comparing what comes out."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.run import NoPlanError, search
from tests.thorough import examples_tried

Data = dict[str, Any]

RELATIVE = ABSOLUTE = 1e-6
"""Objectives are the same if they differ by less than a dollar plus a dollar in a million dollars."""


def examples(count: int, gate: int | None = None) -> settings:
    """A fixed number of examples, the same in every run: of more than ten ``gate``, or half, unless it is thorough."""
    return settings(
        max_examples=examples_tried(count, gate),
        derandomize=True,
        deadline=None,
        print_blob=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def solved(
    data: Data | Instance, seed: int = 0, warm_starts: WarmStarts | None = None, reductions: str | None = None
) -> Plan | None:
    """The proven optimum, one thread, which is added to ``warm_starts``; None if there is proven to be no plan."""
    instance = data if isinstance(data, Instance) else Instance.model_validate(data)
    try:
        limits = Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=seed)
        plan = search(instance, limits, warm_starts=warm_starts, reductions=reductions)
    except NoPlanError as error:
        if error.status != "infeasible":
            raise
        return None
    assert plan.status == "optimal"
    return plan


def best(data: Data, seed: int = 0) -> float | None:
    """The optimum of the first objective; None if there is no plan."""
    plan = solved(data, seed)
    return None if plan is None else next(one["value"] for one in plan.summary["levels"] if not one["inserted"])


def statement(plan: Plan, name: str) -> dict[str, list[float]]:
    """A statement of a plan: line → amounts by column."""
    return {str(row[0]): [float(cell or 0.0) for cell in row[1:]] for row in plan.rows(name).rows}


def same(a: float | None, b: float | None) -> bool:
    """Whether two optima are the same to the dollar; two problems without a plan are."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= ABSOLUTE + RELATIVE * max(abs(a), abs(b))


def no_worse(a: float | None, b: float | None, minimise: bool) -> bool:
    """Whether optimum a is at least as good as optimum b; anything is as good as no plan."""
    if a is None or b is None:
        return b is None
    return same(a, b) or (a < b if minimise else a > b)
