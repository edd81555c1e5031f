"""A first plan of a large programme, from nothing: sites, then orders, then the money for them."""

from __future__ import annotations

import threading
from dataclasses import replace

from optimizer.solver.highs import Limits, Outcome
from optimizer.solver.layout import Roles
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.search import minimise

ROUGH_SHARE, NEAR_SHARE = 0.05, 0.005
"""Gaps of the steps: sites and orders are looked at again later, the money for them is what the plan stands or falls
with."""
NODES = 400
"""Most nodes of a step."""


def first_plan(
    matrix: Matrix, objective: Expression, roles: Roles, limits: Limits, stop: threading.Event | None = None
) -> Vector | None:
    """A plan by three searches, each of a few of the integers; None where one of them ends without.

    What makes a first plan hard to find is that rows of money hold plans to the dollar, and that floors and ceilings
    of lots and tiers leave orders little room. So money is there as early as it may be, at first: whoever has it before
    he needs it can pay for whatever is built, if dearly. Then

    1. sites in whole numbers, all else as the relaxation has it;
    2. orders for them;
    3. the money: all that is no site and no order, and rounds at any of their dates.
    """
    early = with_early_money(matrix, roles)
    for start in (early, matrix):
        plan = _by_steps(start, matrix, objective, roles, limits, stop)
        if plan is not None:
            return plan
    return None


def _by_steps(
    early: Matrix, matrix: Matrix, objective: Expression, roles: Roles, limits: Limits, stop: threading.Event | None
) -> Vector | None:
    def searched(part: Matrix, gap_share: float) -> Outcome:
        return minimise(part, objective, replace(limits, gap_share=gap_share), nodes=NODES, stop=stop)

    integer = matrix.integer
    sites = searched(_whole(early, integer & roles.sites), ROUGH_SHARE)
    if sites.x is None:
        return None
    kept = early.fixed_integers(sites.x, free=integer & ~roles.sites)
    orders = searched(_whole(kept, integer & roles.orders), ROUGH_SHARE)
    if orders.x is None:
        return None
    for begin in (matrix, early):
        money = searched(begin.fixed_integers(orders.x, free=integer & ~roles.built), NEAR_SHARE)
        if money.x is not None:
            return money.x
    # what was ordered cannot be paid for: the sites may be, with other orders
    return searched(early.fixed_integers(orders.x, free=integer & ~roles.sites), ROUGH_SHARE).x


def _whole(matrix: Matrix, integer: Mask) -> Matrix:
    return replace(matrix, integer=matrix.integer & integer)


def with_early_money(matrix: Matrix, roles: Roles) -> Matrix:
    """The matrix with each round at its first date."""
    low, high = matrix.low.copy(), matrix.high.copy()
    for dates in roles.money:
        low[dates[:1]], high[dates[1:]] = high[dates[:1]], low[dates[1:]]
    return replace(matrix, low=low, high=high)
