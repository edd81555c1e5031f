"""Paid-in capital that is given back: how much, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.algebra.expr import ByPeriod, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import CAPITAL_RETURNS
from optimizer.contract.lines import RETURN_OF_CAPITAL
from optimizer.model.context import Model
from optimizer.model.positions import Source

OPENING, PARTNERS, COMMON = "opening equity", "partners' equity", "common equity"
CONVERTED = "converted debt and shares of customers"
"""Sources that are no rounds: no round can be called so, a name has no blank."""


@dataclass(frozen=True)
class Inflow:
    """Capital paid in by one source: its ``rate`` per year by period, the ``amounts`` and the ``most`` they can be, USD
    million by period (0: at the start).
    """

    rate: Mapping[int, float]
    amounts: ByPeriod
    most: Mapping[int, float]


def add_returns(model: Model, most: Mapping[int, float]) -> ByPeriod:
    """What is given back by period; ``most`` that has ever been paid in bounds it. ``dividends`` says when."""
    if not model.instance.returns_capital:
        model.decide(CAPITAL_RETURNS, {})
        return dict.fromkeys(model.span, 0.0)
    returned = model.variables("capital_returned", model.span, upper=most)
    for t in model.span:
        model.ledger.post(RETURN_OF_CAPITAL.of(), t, returned[t])
    model.decide(CAPITAL_RETURNS, returned)
    return returned


def add_sources(
    model: Model,
    inflows: Mapping[str, Inflow],
    paid_in: ByPeriod,
    new: ByPeriod,
    returned: ByPeriod,
) -> tuple[Source, ...]:
    """What is left of each source; opening capital is given back first, then rounds by date, of one date by name.

    Pieces j = 1, 2 … of capital in that order, each of amount A_j from its period on::

        left[j,t] = A_j − Σ_{v≤t} back[j,v] ≥ 0,   Σ_j back[j,t] = returned_t
        left[j,t] ≤ Ā_j·(1 − gone[j,t]),   Σ_{i>j} back[i,t] ≤ Ē_t·gone[j,t]        gone binary

    The order decides nothing where all equity costs the same: then there is one source, which is all of it.
    """
    if not model.instance.returns_capital:
        return tuple(
            Source(name, each.rate, _running(model, each.amounts), each.amounts) for name, each in inflows.items()
        )
    rates = [dict(each.rate) for each in inflows.values()]
    if model.instance.pricing_grid is not None or all(rate == rates[0] for rate in rates):
        return (Source(COMMON, rates[0], paid_in, new),)
    pieces = sorted(
        (u, place, name) for place, (name, each) in enumerate(inflows.items()) for u, most in each.most.items() if most
    )
    back: dict[tuple[int, str], ByPeriod] = {}
    rows = model.constraints("capital_returned_in_order")
    left: dict[tuple[int, str], dict[int, Expr]] = {}
    for u, _, name in pieces:
        amount, most = inflows[name].amounts[u], inflows[name].most[u]
        span = range(max(1, u), model.horizon + 1)
        back[u, name] = model.variables(f"capital_returned.{name}.{u}", span, upper=most)
        rest = model.variables(f"capital_left.{name}.{u}", span, upper=most)
        for t in span:
            before = rest[t - 1] if t > span.start else amount
            rows.add(rest[t] == before - back[u, name][t])
        left[u, name] = {0: amount, **rest} if u == 0 else dict(rest)
    for t in model.span:
        there = [(u, name) for u, _, name in pieces if u <= t]
        rows.add(quicksum(back[piece][t] for piece in there) == returned[t])
        gone = model.variables(f"capital_gone.{t}", there[:-1], upper=1, integer=True, implied=True, decided=t)
        for j, piece in enumerate(there[:-1]):
            u, name = piece
            most_after = sum(inflows[other].most[v] for v, other in there[j + 1 :])
            rows.add(left[piece][t] <= inflows[name].most[u] * (1 - gone[piece]))
            rows.add(quicksum(back[later][t] for later in there[j + 1 :]) <= most_after * gone[piece])
    return tuple(
        Source(
            name,
            each.rate,
            {t: quicksum(left[u, name].get(t, 0.0) for u in each.most if (u, name) in left) for t in (0, *model.span)},
            each.amounts,
        )
        for name, each in inflows.items()
    )


def _running(model: Model, amounts: ByPeriod) -> dict[int, Expr]:
    """A stock at instants 0 … T from what is added in each period."""
    return {t: quicksum(amount for u, amount in amounts.items() if u <= t) for t in (0, *model.span)}
