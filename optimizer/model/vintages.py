"""Debt by vintages: every draw is repaid on the schedule of its own age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.algebra.expr import Expr, Variable
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import CAPITALISED, DRAW, INTEREST, PREMIUM, REPAYMENT
from optimizer.finance.amortisation import Rate, RatePath, rate_at, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.debt_rates import vintage_rates, yearly_rates
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import tenor_of, terms_of
from optimizer.model.context import Model, upper_bound
from optimizer.model.convertible import becomes_shares
from optimizer.model.pooled_debt import held
from optimizer.model.positions import Borrowed, Released
from optimizer.model.ties import add_release_of_premium


@dataclass(frozen=True)
class EarlyRepayments:
    """What is prepaid: in ``units`` of the amount drawn, by (instrument, period of the draw, period); in ``amounts``,
    USD million by (instrument, label of the draw, period), and how much of those is ``premium_free``.
    """

    units: Mapping[tuple[str, int, int], Expr]
    amounts: Mapping[tuple[str, str, int], Expr]
    premium_free: Mapping[tuple[str, str, int], Expr]


def add_vintages(
    model: Model, d: str, debt: Debt, window: range, borrowed: Borrowed, available: Expr | None
) -> EarlyRepayments:
    """Bullet, level and annuity debt, with PIK in grace and early repayment; returns what is prepaid.

    ::

        live[u,t] = draw[u] − Σ_{v≤t} y[u,v] ≥ 0           y: prepaid, in units of the amount drawn
        interest of t = Σ_u r·Δ·[(1−κ)·live[u,t−1]·b_u(t−1−u) + κ·live[u,t]·b_u(t−u)]      r = r_u, floating: r_t
        principal of t = Σ_u live[u,t−1]·(b_u(t−1−u) − b_u(t−u)),   prepaid = Σ_u y[u,t]·b_u(t−u)
        B[t] = Σ_u live[u,t]·b_u(t−u), by roll-forward

    A vintage bears interest for exactly its tenor: draws and repayments fall κ of a period before its end, those of
    the opening balance, which is drawn at instant 0, at the end. While interest is capitalised (PIK), that of a whole
    period of the loan is added to its balance at the end of that period. Source: ``amortisation.service``.
    """
    ledger, draw = model.ledger, borrowed.draws
    rates, kappa = vintage_rates(model.instance, debt), TIMING[model.instance.draw_timing]
    drawn: dict[int, tuple[Variable | float, Rate]] = {u: (draw[d, u], rates[u]) for u in window}
    if debt.opening_balance_musd:
        drawn[0] = (debt.opening_balance_musd, rates[0])
    offers = {(i, kappa if u else 0.0) for u, (_, i) in drawn.items()}
    kinds = {u: (terms_of(debt, model.calendar, u), i, kappa if u else 0.0) for u, (_, i) in drawn.items()}
    services = {kind: service(*kind) for kind in kinds.values()}
    terms = {u: services[kind] for u, kind in kinds.items()}
    grown_until = min(debt.grace_periods, (debt.tenor_periods or 1) - 1) if debt.capitalise_interest else 0
    prepaid = _prepayments(model, d, debt, drawn, borrowed.released)
    free = add_release_of_premium(model, d, debt, prepaid, borrowed.released)
    rows = model.constraints(f"debt.{d}")
    for u, (amount, _) in drawn.items():
        own_early = [y for (v, _), y in prepaid.items() if v == u]
        if own_early:
            rows.add(quicksum(own_early) <= amount)
    # with one rate, or that of the period, and no PIK the balances say what the interest is: the row stays short
    floats = all(isinstance(i, RatePath) for i, _ in offers)
    simple = len({timing for _, timing in offers} if floats else offers) == 1 and not debt.capitalise_interest
    yearly = yearly_rates(model.instance, debt)
    for t in model.span:
        principal: dict[int, Expr] = {}
        interest: list[Expr] = []
        added: list[Expr] = []
        early: dict[int, Expr] = {}
        for u, (amount, i) in drawn.items():
            age, own = t - u, terms[u]
            if not 0 <= age < len(own.balance):
                continue
            live = amount - quicksum(y for (v, when), y in prepaid.items() if v == u and when < t)
            if own.interest[age]:
                interest.append(own.interest[age] * live)
            if own.capitalised[age]:
                added.append(own.capitalised[age] * live)
            if own.principal[age]:
                principal[u] = own.principal[age] * live
            if (u, t) in prepaid:
                early[u] = own.balance[age] * prepaid[u, t]
                if own.ends[age] >= grown_until:
                    # it bears none for the rest of the period
                    interest.append(-rate_at(i, age) * own.timing * own.steps[age] * early[u])
        new = draw[d, t] if t in window else 0.0
        due, pik, paid_early = quicksum(principal.values()), quicksum(added), quicksum(early.values())
        if simple:
            fixed, timing = next(iter(offers))
            rate = yearly[t] * model.base_years if isinstance(fixed, RatePath) else fixed
            rate *= model.calendar.steps(t)
            interest = [rate * held(borrowed.balance[d, t - 1], borrowed.balance[d, t], timing)]
        rows.add(borrowed.balance[d, t] == borrowed.balance[d, t - 1] + new + pik - due - paid_early)
        ledger.post(DRAW.of(d), t, new)
        principal = {u: amount for u, amount in principal.items() if not becomes_shares(model, debt, u)}
        old = quicksum((principal.pop(0, 0.0), early.pop(0, 0.0)))
        ledger.post(REPAYMENT.of(d), t, old, timing=0.0)
        back = quicksum((*principal.values(), *early.values()))
        ledger.post(REPAYMENT.of(d), t, back)
        ledger.post(CAPITALISED.of(d), t, pik)
        ledger.post(INTEREST.of(d), t, quicksum(interest))
        if debt.prepayment:
            released = quicksum(terms[u].balance[t - u] * y for (u, v), y in free.items() if v == t)
            ledger.post(PREMIUM.of(d), t, debt.prepayment.premium_share * (paid_early - released))
    if available is not None:
        rows.add(quicksum(draw[d, t] for t in window) <= available)
    label = {u: model.calendar.label(u) if u else "opening" for u in drawn}
    return EarlyRepayments(
        {(d, u, t): y for (u, t), y in prepaid.items()},
        {(d, label[u], t): terms[u].balance[t - u] * y for (u, t), y in prepaid.items()},
        {(d, label[u], t): terms[u].balance[t - u] * y for (u, t), y in free.items()},
    )


def _prepayments(
    model: Model, d: str, debt: Debt, drawn: Mapping[int, tuple[Variable | float, Rate]], released: Released
) -> dict[tuple[int, int], Variable]:
    """Amounts prepaid, in units of the amount drawn, by (period of the draw, period of the payment).

    Where there is a right to prepay, or a sweep, and where units are sold that the draw was tied to.
    """
    early = debt.early_repayment
    allowed = model.calendar.window(early.first_prepayment, None) if early else range(0)
    gone = {(u, t) for e, u, t in released if e == d}
    ends = {u: model.later(u, tenor_of(debt, model.calendar, u)) for u in drawn}
    lives = [(u, t) for u in drawn for t in model.span if u < t < ends[u]]
    keys = [(u, t) for u, t in lives if t in allowed or (u, t) in gone]
    upper = {}
    for u, t in keys:
        amount = drawn[u][0]
        upper[u, t] = amount if isinstance(amount, (int, float)) else upper_bound(amount)
    return model.variables(f"prepaid.{d}", keys, upper=upper)
