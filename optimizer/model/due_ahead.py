"""What is decided by the end of a period, or was before the plan, and falls due in the base periods to come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import fsum

import numpy as np

from optimizer.algebra.expr import TimeExpr
from optimizer.instance.opening_position import still_due
from optimizer.model.context import Model

Things = Collection[tuple[str, str]]
"""What money is spent on: ("sites", name) or ("hardware", offer)."""


def committed(model: Model, entity: str, first: int, last: int, of: Things | None = None) -> TimeExpr:
    """What an entity has decided on by the end of each period and has to pay in its ``first`` to ``last`` base period
    from then; of all, or of some things."""
    return model.total(
        _due_of(model, cost, [fsum(by_age[age + first : age + last + 1]) for age in range(len(by_age))])
        for whose, spent_on, cost, by_age in model.promised
        if whose == entity and (of is None or spent_on in of)
    )


def of_opening(model: Model, entity: str, first: int, last: int, of: Things | None = None) -> dict[int, float]:
    """The same by period of what was built or on order at instant 0."""
    own = [
        (step, musd)
        for s, spent_on, step, musd in still_due(model.instance)
        if model.rings.sites[s] == entity and (of is None or spent_on in of)
    ]
    ends = {t: model.calendar.end(t) for t in model.span}
    return {t: fsum(musd for step, musd in own if now + first <= step <= now + last) for t, now in ends.items()}


def _due_of(model: Model, cost: TimeExpr, later: Sequence[float]) -> TimeExpr:
    if model.calendar.is_equal:
        return cost.lagged(later)
    weights = np.zeros((model.horizon, model.horizon))
    for u in model.span:
        for t in range(u, model.horizon + 1):
            age = model.calendar.elapsed(u, t)
            weights[t - 1, u - 1] = later[age] if age < len(later) else 0.0
    return cost.mapped(weights)
