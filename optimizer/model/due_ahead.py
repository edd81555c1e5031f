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


def of_opening(model: Model, entity: str, t: int, first: int, last: int, of: Things | None = None) -> float:
    """The same at the end of t of what was built or on order at instant 0."""
    now, at = model.calendar.end(t), model.rings.sites
    return fsum(
        musd
        for s, spent_on, step, musd in still_due(model.instance)
        if at[s] == entity and now + first <= step <= now + last and (of is None or spent_on in of)
    )


def _due_of(model: Model, cost: TimeExpr, later: Sequence[float]) -> TimeExpr:
    if model.calendar.is_equal:
        return cost.lagged(later)
    weights = np.zeros((model.horizon, model.horizon))
    for u in model.span:
        for t in range(u, model.horizon + 1):
            age = model.calendar.elapsed(u, t)
            weights[t - 1, u - 1] = later[age] if age < len(later) else 0.0
    return cost.mapped(weights)
