"""Cash that looks ahead: what is committed for the periods to come is in hand, or can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

import numpy as np

from optimizer.algebra.expr import ByName, ByPeriod, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.finance.amortisation import Rate, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.schema import Debt
from optimizer.instance.service_ahead import ahead
from optimizer.instance.vintage_terms import terms_of
from optimizer.model.context import Model
from optimizer.model.convertible import becomes_shares
from optimizer.model.positions import DebtPosition


def periods_ahead(model: Model) -> set[int]:
    """The periods at whose ends cash looks ahead."""
    return set(model.span) if model.instance.cash.look_ahead_periods else set()


def add_look_ahead(model: Model, debt: DebtPosition, free: ByPeriod, lines: ByName) -> None:
    """At the end of each t, for every h = 1 … n::

        cash_t − R_t + Σ_{d open in t+h} u[d,t] ≥ minimum_t + Σ_{i=1}^{h} committed by t for t + i
            committed   Σ_{u≤t} profile[t + i − u]·cost[u]       phases begun; orders, whose balance is due at delivery
                        + Σ_{u≤t} live[u,t]·(interest + principal of a unit drawn in u, due in t + i)   if switched on

    Where periods differ, h and i are base periods, and of what a longer period pays in service each of them has an
    equal part.

    u is what could be drawn at the end of t (``drawable``), of lines whose draw window holds t + h; what falls due
    after T counts, too. What the periods to come earn does not. Debt service is that of loans with a schedule, with the
    maturity of bullets, in which what becomes shares is not paid. R are debt service reserves, of loans whose
    service is then not asked for a second time (a check).
    """
    rules = model.instance.cash
    if not rules.look_ahead_periods:
        return
    rows, least = model.constraints("look_ahead"), model.series(rules.minimum_musd)
    for h in range(1, rules.look_ahead_periods + 1):
        due = model.total(_committed(model, cost, profile, h) for cost, profile in model.promised)
        for t in model.span:
            owed = quicksum(_service(model, debt, t, h)) if rules.look_ahead_debt_service else 0.0
            at_hand = free[t] + quicksum(
                more for (d, u), more in lines.items() if u == t and _is_open(model, d, model.later(t, h))
            )
            rows.add(at_hand >= least[t] + due[t] + owed)


def _ahead(profile: Sequence[float], h: int) -> list[float]:
    """By the age of a commitment, the share of it that is due in the next h periods."""
    return [fsum(profile[age + 1 : age + 1 + h]) for age in range(len(profile))]


def _committed(model: Model, cost: TimeExpr, profile: Sequence[float], h: int) -> TimeExpr:
    later = _ahead(profile, h)
    if model.calendar.is_equal:
        return cost.lagged(later)
    weights = np.zeros((model.horizon, model.horizon))
    for u in model.span:
        for t in range(u, model.horizon + 1):
            age = model.calendar.elapsed(u, t)
            weights[t - 1, u - 1] = later[age] if age < len(later) else 0.0
    return cost.mapped(weights)


def _is_open(model: Model, d: str, t: int) -> bool:
    """Whether a line may be drawn in a period; it may lie after T, where a line without a last draw is open."""
    terms = model.instance.debt[d]
    window = model.calendar.window(terms.first_draw, terms.last_draw)
    return t in window or (terms.last_draw is None and t >= window.stop)


def _service(model: Model, debt: DebtPosition, t: int, h: int) -> Iterator[Expr]:
    """What is due in the next h periods of each draw so far of the loans that have a schedule."""
    for d, terms in model.instance.debt.items():
        if terms.is_pooled:
            continue
        rates = vintage_rates(model.instance, terms)
        drawn: dict[int, Expr] = {0: terms.opening_balance_musd} if terms.opening_balance_musd else {}
        drawn |= {u: amount for (name, u), amount in debt.draws.items() if name == d and u <= t}
        for u, amount in drawn.items():
            gone = (y for (name, v, s), y in debt.prepaid.items() if (name, v) == (d, u) and s <= t)
            if share := _due(model, terms, u, rates[u], t - u, h):
                yield share * (amount - quicksum(gone))


def _due(model: Model, terms: Debt, u: int, rate: Rate, age: int, h: int) -> float:
    whole = service(terms_of(terms, model.calendar, u), rate, TIMING[model.instance.draw_timing] if u else 0.0)
    shares = ahead(whole.steps, age, h)
    paid_back = 0.0 if becomes_shares(model, terms, u) else fsum(part * whole.principal[k] for k, part in shares)
    return fsum(part * whole.interest[k] for k, part in shares) + paid_back
