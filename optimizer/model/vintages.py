"""Debt by vintages: every draw is repaid on the schedule of its own age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.algebra.linear import quicksum
from optimizer.instance.amortisation import outstanding_share
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt
from optimizer.model.context import Model
from optimizer.model.ledger import CASH, RETAINED, debt_account
from optimizer.model.ties import add_release_of_premium

if TYPE_CHECKING:
    from optimizer.model.debt import DebtPosition


def add_vintages(
    model: Model, d: str, debt: Debt, window: range, draw: Any, position: DebtPosition, available: Any
) -> dict[tuple[str, str, int], Any]:
    """Bullet, level and annuity debt, with PIK in grace and early repayment; returns what is prepaid.

    ::

        live[u,t] = draw[u] − Σ_{v≤t} y[u,v] ≥ 0           y: prepaid, in units of the amount drawn
        interest of t = Σ_u r_u·Δ·live[u,t−1]·b_u(t−1−u) + κ·r_t·Δ·draw[t]     added to the balance while PIK
        principal of t = Σ_u live[u,t−1]·(b_u(t−1−u) − b_u(t−u)),   prepaid = Σ_u y[u,t]·b_u(t−u)
        B[t] = Σ_u live[u,t]·b_u(t−u), by roll-forward
    """
    assert debt.tenor_periods is not None
    tenor, ledger, account = debt.tenor_periods, model.ledger, debt_account(d)
    rate, kappa = model.series(debt.rate_per_year), TIMING[model.instance.draw_timing]
    drawn: dict[int, tuple[Any, float]] = {u: (draw[d, u], rate[u] * model.years) for u in window}
    if debt.opening_balance_musd:
        drawn[0] = (debt.opening_balance_musd, rate[1] * model.years)
    schedules = {
        u: [outstanding_share(debt, age, i) for age in range(min(tenor, model.horizon - u) + 1)]
        for u, (_, i) in drawn.items()
    }
    prepaid = _prepayments(model, d, debt, drawn, position)
    free = add_release_of_premium(model, d, debt, prepaid, position)
    position.prepaid.update({(d, u, t): y for (u, t), y in prepaid.items()})
    rows = model.constraints(f"debt.{d}")
    for u, (amount, _) in drawn.items():
        early = [y for (v, _), y in prepaid.items() if v == u]
        if early:
            rows.add(quicksum(early) <= amount)
    # with one rate and no PIK the balance carried in says what the interest is, and the row stays short
    rates = {i for _, i in drawn.values()}
    simple = len(rates) == 1 and not debt.capitalise_interest
    for t in model.span:
        principal: list[Any] = []
        interest: list[Any] = []
        added: list[Any] = []
        early = []
        for u, (amount, i) in drawn.items():
            age = t - u
            if not 1 <= age <= tenor:
                continue
            before, after = schedules[u][age - 1], schedules[u][age]
            live = amount - quicksum(y for (v, when), y in prepaid.items() if v == u and when < t)
            capitalised = debt.capitalise_interest and age <= min(debt.grace_periods, tenor - 1)
            (added if capitalised else interest).append(i * before * live)
            if not capitalised and before > after:
                principal.append((before - after) * live)
            if (u, t) in prepaid:
                early.append(after * prepaid[u, t])
        new = draw[d, t] if t in window else 0.0
        due, pik, paid_early = quicksum(principal), quicksum(added), quicksum(early)
        carried = next(iter(rates)) * position.balance[d, t - 1] if simple else quicksum(interest)
        rows.add(position.balance[d, t] == position.balance[d, t - 1] + new + pik - due - paid_early)
        ledger.post(f"draw.{d}", "draw", t, new, debit=CASH, credit=account)
        ledger.post(f"repayment.{d}", "repayment", t, due + paid_early, debit=account, credit=CASH)
        ledger.post(f"pik.{d}", "pik", t, pik, debit=RETAINED, credit=account)
        ledger.expense(f"interest.{d}", "interest", t, carried + kappa * rate[t] * model.years * new)
        if debt.prepayment:
            released = quicksum(schedules[u][t - u] * y for (u, v), y in free.items() if v == t)
            ledger.expense(f"fee.prepayment.{d}", "fee", t, debt.prepayment.premium_share * (paid_early - released))
    if available is not None:
        rows.add(quicksum(draw[d, t] for t in window) <= available)
    label = {u: model.calendar.label(u) if u else "opening" for u in drawn}
    position.premium_free.update({(d, label[u], t): schedules[u][t - u] * y for (u, t), y in free.items()})
    return {(d, label[u], t): schedules[u][t - u] * y for (u, t), y in prepaid.items()}


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
