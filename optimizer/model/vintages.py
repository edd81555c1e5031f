"""Debt by vintages: every draw is repaid on the schedule of its own age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.algebra.linear import quicksum
from optimizer.finance.amortisation import service
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt
from optimizer.model.context import Model
from optimizer.model.ledger import CASH, RETAINED, debt_account
from optimizer.model.pooled_debt import held
from optimizer.model.ties import add_release_of_premium

if TYPE_CHECKING:
    from optimizer.model.debt import DebtPosition


def add_vintages(
    model: Model, d: str, debt: Debt, window: range, draw: Any, position: DebtPosition, available: Any
) -> dict[tuple[str, str, int], Any]:
    """Bullet, level and annuity debt, with PIK in grace and early repayment; returns what is prepaid.

    ::

        live[u,t] = draw[u] − Σ_{v≤t} y[u,v] ≥ 0           y: prepaid, in units of the amount drawn
        interest of t = Σ_u r_u·Δ·[(1−κ)·live[u,t−1]·b_u(t−1−u) + κ·live[u,t]·b_u(t−u)]
        principal of t = Σ_u live[u,t−1]·(b_u(t−1−u) − b_u(t−u)),   prepaid = Σ_u y[u,t]·b_u(t−u)
        B[t] = Σ_u live[u,t]·b_u(t−u), by roll-forward

    A vintage bears interest for exactly its tenor: draws and repayments fall κ of a period before its end, those of
    the opening balance, which is drawn at instant 0, at the end. While interest is capitalised (PIK), that of a whole
    period of the loan is added to its balance at the end of that period. Source: ``amortisation.service``.
    """
    assert debt.tenor_periods is not None
    tenor, ledger, account = debt.tenor_periods, model.ledger, debt_account(d)
    rate, kappa = model.series(debt.rate_per_year), TIMING[model.instance.draw_timing]
    drawn: dict[int, tuple[Any, float]] = {u: (draw[d, u], rate[u] * model.years) for u in window}
    if debt.opening_balance_musd:
        drawn[0] = (debt.opening_balance_musd, rate[1] * model.years)
    offers = {(i, kappa if u else 0.0) for u, (_, i) in drawn.items()}
    services = {(i, timing): service(debt, i, timing) for i, timing in offers}
    terms = {u: services[i, kappa if u else 0.0] for u, (_, i) in drawn.items()}
    grown_until = min(debt.grace_periods, tenor - 1) if debt.capitalise_interest else 0
    prepaid = _prepayments(model, d, debt, drawn, position)
    free = add_release_of_premium(model, d, debt, prepaid, position)
    position.prepaid.update({(d, u, t): y for (u, t), y in prepaid.items()})
    rows = model.constraints(f"debt.{d}")
    for u, (amount, _) in drawn.items():
        own_early = [y for (v, _), y in prepaid.items() if v == u]
        if own_early:
            rows.add(quicksum(own_early) <= amount)
    # with one rate and no PIK the balances say what the interest is, and the row stays short
    simple = len(offers) == 1 and not debt.capitalise_interest
    for t in model.span:
        principal: dict[int, Any] = {}
        interest: list[Any] = []
        added: list[Any] = []
        early: dict[int, Any] = {}
        for u, (amount, i) in drawn.items():
            age, own = t - u, terms[u]
            if not 0 <= age <= tenor:
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
                if age >= grown_until:
                    interest.append(-i * own.timing * early[u])  # it bears none for the rest of the period
        new = draw[d, t] if t in window else 0.0
        due, pik, paid_early = quicksum(principal.values()), quicksum(added), quicksum(early.values())
        if simple:
            ((i, timing),) = offers
            interest = [i * held(position.balance[d, t - 1], position.balance[d, t], timing)]
        rows.add(position.balance[d, t] == position.balance[d, t - 1] + new + pik - due - paid_early)
        ledger.post(f"draw.{d}", "draw", t, new, debit=CASH, credit=account)
        old = quicksum((principal.pop(0, 0.0), early.pop(0, 0.0)))
        ledger.post(f"repayment.{d}", "repayment", t, old, debit=account, credit=CASH, timing=0.0)
        back = quicksum((*principal.values(), *early.values()))
        ledger.post(f"repayment.{d}", "repayment", t, back, debit=account, credit=CASH)
        ledger.post(f"pik.{d}", "pik", t, pik, debit=RETAINED, credit=account)
        ledger.expense(f"interest.{d}", "interest", t, quicksum(interest))
        if debt.prepayment:
            released = quicksum(terms[u].balance[t - u] * y for (u, v), y in free.items() if v == t)
            ledger.expense(f"fee.prepayment.{d}", "fee", t, debt.prepayment.premium_share * (paid_early - released))
    if available is not None:
        rows.add(quicksum(draw[d, t] for t in window) <= available)
    label = {u: model.calendar.label(u) if u else "opening" for u in drawn}
    position.premium_free.update({(d, label[u], t): terms[u].balance[t - u] * y for (u, t), y in free.items()})
    return {(d, label[u], t): terms[u].balance[t - u] * y for (u, t), y in prepaid.items()}


def _prepayments(
    model: Model, d: str, debt: Debt, drawn: dict[int, tuple[Any, float]], position: DebtPosition
) -> dict[tuple[int, int], Any]:
    """Amounts prepaid, in units of the amount drawn, by (period of the draw, period of the payment).

    Where there is a right to prepay, and where units are sold that the draw was tied to.
    """
    assert debt.tenor_periods is not None
    allowed = model.calendar.window(debt.prepayment.first_prepayment, None) if debt.prepayment else range(0)
    released = {(u, t) for e, u, t in position.released if e == d}
    lives = [(u, t) for u in drawn for t in model.span if 1 <= t - u < debt.tenor_periods]
    keys = [(u, t) for u, t in lives if t in allowed or (u, t) in released]
    upper = {}
    for u, t in keys:
        amount = drawn[u][0]
        most = amount if isinstance(amount, (int, float)) else amount.ub
        upper[u, t] = float("inf") if most is None else most
    return model.variables(f"prepaid.{d}", keys, upper=upper)
