"""Debt service reserves: cash that is kept for what falls due next, and is there for nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.algebra.expr import ByPeriod, Constraints, Expr
from optimizer.algebra.linear import quicksum
from optimizer.finance.amortisation import Rate
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.schema import Debt
from optimizer.instance.service_ahead import service_ahead
from optimizer.model.context import Model
from optimizer.model.positions import DebtPosition


def add_reserves(model: Model, debt: DebtPosition, cash: Mapping[str, ByPeriod]) -> Mapping[str, ByPeriod]:
    """Restricted cash, and that it is there beside the least cash; returns cash that is free, cash_t − kept_t::

        R[d,t] = Σ_{u≤t} live[u,t]·Σ_{k=1}^{n} (interest + principal of a unit drawn in u, due in t + k)
        cash_t ≥ minimum_t + kept_t,   cash_t ≥ months·opex_t / (12·Δ) + kept_t,   kept_t = Σ_d (R[d,t] − cover[d,t])

    n are the periods of the reserve, also of those after T, as scheduled at the end of t; the maturity of a bullet of
    more than a year is no part of it. From the first period on in which it has to be full; 0 before, and at instant 0.
    A borrowing group keeps its own, beside its least cash. Restricted cash is cash (ASU 2016-18): it bears the same
    interest and belongs to the company. What is over is free at the end of the same period, so that the last payments
    are met from it.
    """
    instruments = {d: terms for d, terms in model.instance.debt.items() if terms.service_reserve is not None}
    if not instruments:
        return cash
    return {entity: _free(model, debt, instruments, entity, own) for entity, own in cash.items()}


def _free(model: Model, debt: DebtPosition, instruments: Mapping[str, Debt], entity: str, cash: ByPeriod) -> ByPeriod:
    """Cash of an entity that is free, and that it is no less than the least cash."""
    own = {d: terms for d, terms in instruments.items() if model.rings.debt[d] == entity}
    if not own:
        return cash
    rules, rows = model.instance.cash, model.constraints(f"service_reserve.{entity}" if entity else "service_reserve")
    least = model.series(model.instance.groups[entity].minimum_cash_musd if entity else rules.minimum_musd)
    months = 0.0 if entity else rules.minimum_opex_months
    free: dict[int, Expr] = {0: cash[0]}
    for t in model.span:
        kept = quicksum(_in_cash(model, debt, d, terms, t, rows) for d, terms in own.items())
        free[t] = cash[t] - kept
        rows.add(free[t] >= least[t])
        if months:
            rows.add(free[t] >= months / (12.0 * model.years_of(t)) * model.ledger.of(entity).total("opex", t))
    return free


def _in_cash(model: Model, debt: DebtPosition, d: str, terms: Debt, t: int, rows: Constraints) -> Expr:
    """What of a reserve is kept in cash: R[d,t] less what a facility meets of it, which is no more."""
    whole, met = required(model, debt, d, terms, t), debt.reserve_cover.get((d, t))
    if met is None:
        return whole
    rows.add(met <= whole)
    return whole - met


def freed_by_sweeps(model: Model, debt: DebtPosition, g: str, t: int) -> Expr:
    """What reserves of a group have to hold less at the end of t because of what is swept in t, USD million::

    Σ_d Σ_u swept[d,u,t]·Σ_{k=1}^{n} (interest + principal of a unit drawn in u, due in t + k)
    """
    parts: list[Expr] = []
    for d, terms in model.instance.debt.items():
        if terms.sweep is None or terms.service_reserve is None or model.rings.debt[d] != g:
            continue
        if t in model.calendar.window(terms.service_reserve.first_full, None):
            rates = vintage_rates(model.instance, terms)
            parts += (
                service_ahead(model.instance, terms, u, rates[u], t - u) * y
                for (name, u, s), y in debt.prepaid.items()
                if (name, s) == (d, t)
            )
    return quicksum(parts)


def required(model: Model, debt: DebtPosition, d: str, terms: Debt, t: int) -> Expr:
    """R[d,t] of one instrument, USD million."""
    reserve = terms.service_reserve
    assert reserve is not None
    if t < model.calendar.window(reserve.first_full, None).start:
        return 0.0
    rates = vintage_rates(model.instance, terms)
    drawn: dict[int, tuple[Expr, Rate]] = {
        u: (amount, rates[u]) for (name, u), amount in debt.draws.items() if name == d and u <= t
    }
    if terms.opening_balance_musd:
        drawn[0] = (terms.opening_balance_musd, rates[0])
    parts = []
    for u, (amount, rate) in drawn.items():
        share = service_ahead(model.instance, terms, u, rate, t - u)
        gone = (y for (name, v, s), y in debt.prepaid.items() if (name, v) == (d, u) and s <= t)
        if share:
            parts.append(share * (amount - quicksum(gone)))
    return quicksum(parts)
