"""Cash that looks ahead: what is committed for the periods to come is in hand, or can be drawn, ring by ring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum

from optimizer.algebra.expr import ByName, ByPeriod, Constraints, Expr
from optimizer.algebra.linear import quicksum
from optimizer.finance.amortisation import Rate, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.schema import Debt
from optimizer.instance.service_ahead import ahead
from optimizer.instance.vintage_terms import terms_of
from optimizer.model.context import Model
from optimizer.model.convertible import becomes_shares
from optimizer.model.due_ahead import committed, of_opening
from optimizer.model.groups import Accounts
from optimizer.model.lendable import Lendable, may_be_drawn
from optimizer.model.positions import DebtPosition


def periods_ahead(model: Model) -> set[int]:
    """The periods at whose ends cash looks ahead."""
    return set(model.span) if model.instance.cash.look_ahead_periods else set()


def add_look_ahead(
    model: Model,
    debt: DebtPosition,
    accounts: Accounts,
    free: Mapping[str, ByPeriod],
    lines: ByName,
    loans: Lendable,
) -> None:
    """At the end of each t, for every h = 1 … n::

        cash_t − R_t + at hand_{h,t} ≥ minimum_t + Σ_{i=1}^{h} committed by t for t + i + Σ_g short[g,h,t]
            at hand     Σ_{d open in t+h} u[d,t] + Σ_d (1 − fees)·Σ_{i=1}^{h} lent[d,i,t]
            committed   Σ_{u≤t} profile[t + i − u]·cost[u]       phases begun; orders, whose balance is due at delivery
                        + what is still due in t + i of what was begun or on order at instant 0
                        + Σ_{u≤t} live[u,t]·(interest + principal of a unit drawn in u, due in t + i)   if switched on
        short[g,h,t] ≥ minimum[g,t] + Σ_{i=1}^{h} committed of g − cash[g,t] + R[g,t] − at hand[g,h,t],   ≥ 0
        short[g,h,t] + Σ_{u≤t} contributions[g,u] ≤ their limit

    The first is of the company outside the rings of its groups g. What one of them is short of the company can bring;
    what it has over helps nobody else. Where periods differ, h and i are base periods, and of what a longer period pays
    in service each of them has an equal part; an order of instant 0 is due as the period of its delivery begins.

    u is what could be drawn at the end of t (``drawable``), of lines whose draw window holds t + h; lent what loans
    that are tied to it will lend on what falls due (``lendable``), without their upfront fee and discount. What falls
    due after T counts, too. What the periods to come earn does not. Debt service is that of loans with a schedule, with
    the maturity of bullets, in which what becomes shares is not paid. R are debt service reserves, of loans whose
    service is then not asked for a second time (a check).
    """
    rules, instance = model.instance.cash, model.instance
    if not rules.look_ahead_periods:
        return
    rows, ahead_of = model.constraints("look_ahead"), range(1, rules.look_ahead_periods + 1)
    floors = {
        e: model.series(instance.groups[e].minimum_cash_musd if e else rules.minimum_musd) for e in model.entities
    }
    short = model.variables("short_ahead", [(g, h, t) for g in instance.groups for h in ahead_of for t in model.span])
    for h in ahead_of:
        due = {e: committed(model, e, 1, h) for e in model.entities}
        before = {e: of_opening(model, e, 1, h) for e in model.entities}
        for entity, t in ((e, t) for e in reversed(model.entities) for t in model.span):
            owed = quicksum(_service(model, debt, entity, t, h)) if rules.look_ahead_debt_service else 0.0
            own = [d for d, whose in model.rings.debt.items() if whose == entity]
            drawn = [lines[d, t] for d in own if (d, t) in lines and may_be_drawn(model, d, model.later(t, h))]
            at_hand = free[entity][t] + quicksum((*drawn, *loans.cash(model, entity, t, h)))
            needed = floors[entity][t] + due[entity][t] + owed + before[entity][t]
            if entity:
                rows.add(short[entity, h, t] >= needed - at_hand)
                _within_limit(model, rows, accounts, entity, t, short[entity, h, t])
            else:
                rows.add(at_hand >= needed + quicksum(short[g, h, t] for g in instance.groups))


def _within_limit(model: Model, rows: Constraints, accounts: Accounts, g: str, t: int, short: Expr) -> None:
    """The company brings no more than it agreed to, with what it has brought."""
    limit = model.instance.groups[g].contributions_musd
    if limit is not None:
        brought = quicksum(c for (other, _, u), c in accounts.paid_in.items() if other == g and u <= t)
        rows.add(short + brought <= limit)


def _service(model: Model, debt: DebtPosition, entity: str, t: int, h: int) -> Iterator[Expr]:
    """What is due in the next h periods of each draw so far of an entity's loans that have a schedule."""
    for d, terms in model.instance.debt.items():
        if terms.is_pooled or model.rings.debt[d] != entity:
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
