"""Debt: draws, balances, interest, fees and security."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt
from optimizer.model.context import Model
from optimizer.model.finance import outstanding
from optimizer.model.ledger import CASH, debt_account

SMALLEST_DRAW = 1e-6
"""A draw with a fixed fee is at least this share of the largest possible one, so that no fee is paid for nothing."""


@dataclass(frozen=True)
class DebtPosition:
    """What debt publishes, USD million by (instrument, period); period 0 is the opening balance.

    ``scheduled`` is the principal that counts as debt service (level and annuity), ``undrawn`` that of open revolvers.
    """

    balance: Mapping[tuple[str, int], Any]
    scheduled: Mapping[tuple[str, int], Any]
    undrawn: Mapping[tuple[str, int], Any]

    def total(self, t: int) -> Any:
        """All debt outstanding at the end of t."""
        return pyo.quicksum(balance for (_, u), balance in self.balance.items() if u == t)


def add_debt(model: Model) -> DebtPosition:
    """Every draw is a vintage with its own schedule; a revolver is one balance.

    ::

        B[d,t] = B[d,t−1] + draw[d,t] − repay[d,t],     repay[d,t] = Σ_{u<t} draw[d,u]·(b_u(t−1−u) − b_u(t−u))
        interest[d,t] = Σ_{u<t} r_u·Δ·draw[d,u]·b_u(t−1−u) + κ·r_t·Δ·draw[d,t]
        Σ_t draw[d,t] ≤ limit·signed[d]                 revolver: B[d,t] ≤ limit·signed[d]
        max(min_draw, least)·issue[d,t] ≤ draw[d,t] ≤ max_draw·issue[d,t]      with a least draw or a fixed fee
        fees = upfront·draw + fixed·issue + commitment·Δ·(limit·signed − carried in)
    """
    instruments = model.instance.debt
    windows = {d: model.calendar.window(debt.first_draw, debt.last_draw) for d, debt in instruments.items()}
    keys = [(d, t) for d in instruments for t in windows[d]]
    draw = model.variables("draw", keys, upper={(d, t): _largest_draw(instruments[d]) for d, t in keys})
    signed = model.variables(
        "signed", [d for d, debt in instruments.items() if debt.commitment_fee_per_year], upper=1, integer=True
    )
    for d in signed:
        if instruments[d].kind == "revolver" and instruments[d].opening_balance_musd:
            signed[d].setlb(1)  # what is drawn has been signed
    balance = model.variables(
        "balance",
        [(d, t) for d in instruments for t in model.span],
        upper={(d, t): _largest_balance(debt) for d, debt in instruments.items() for t in model.span},
    )
    revolvers = [d for d, debt in instruments.items() if debt.kind == "revolver"]
    repay = model.variables(
        "repay",
        [(d, t) for d in revolvers for t in model.span],
        upper={(d, t): _largest_balance(instruments[d]) for d in revolvers for t in model.span},
    )
    position = DebtPosition(
        balance={
            **{(d, 0): debt.opening_balance_musd for d, debt in instruments.items()},
            **{key: balance[key] for key in balance},
        },
        scheduled={},
        undrawn={},
    )
    for d, debt in instruments.items():
        available = debt.limit_musd * signed[d] if d in signed and debt.limit_musd is not None else debt.limit_musd
        if debt.kind == "revolver":
            _revolver(model, d, debt, windows[d], draw, repay, position, available)
        else:
            _vintages(model, d, debt, windows[d], draw, position, available)
        _fees(model, d, debt, windows[d], draw, position, available)
    model.decide("debt_draws", ("instrument", "period"), "musd", draw)
    model.decide("debt_repayments", ("instrument", "period"), "musd", repay)
    model.decide("facilities", ("instrument",), "signed", signed, integer=True)
    return position


def _largest_draw(debt: Debt) -> float:
    return min(math.inf if x is None else x for x in (debt.max_draw_musd, debt.limit_musd))


def _largest_balance(debt: Debt) -> float:
    if debt.limit_musd is None:
        return math.inf
    return debt.limit_musd + (0.0 if debt.kind == "revolver" else debt.opening_balance_musd)


def _vintages(
    model: Model, d: str, debt: Debt, window: range, draw: Any, position: DebtPosition, available: Any
) -> None:
    rate, kappa, account = model.series(debt.rate_per_year), TIMING[model.instance.draw_timing], debt_account(d)
    assert debt.tenor_periods is not None
    drawn: dict[int, tuple[Any, float]] = {u: (draw[d, u], rate[u] * model.years) for u in window}
    if debt.opening_balance_musd:
        drawn[0] = (debt.opening_balance_musd, rate[1] * model.years)
    schedules = {u: outstanding(debt.kind, debt.tenor_periods, debt.grace_periods, i) for u, (_, i) in drawn.items()}
    rows = model.constraints(f"debt.{d}")
    flat_rate = len({i for _, i in drawn.values()}) == 1
    for t in model.span:
        repaid, interest = [], []
        for u, (amount, i) in drawn.items():
            age = t - u
            if not 1 <= age <= debt.tenor_periods:
                continue
            before, after = schedules[u][age - 1], schedules[u][age]
            if before > after:
                repaid.append((before - after) * amount)
            interest.append(i * before * amount)
        new = draw[d, t] if t in window else 0.0
        principal = pyo.quicksum(repaid)
        # with one rate the balance carried in says it all, and the row stays short
        carried = next(iter(drawn.values()))[1] * position.balance[d, t - 1] if flat_rate else pyo.quicksum(interest)
        position.scheduled[d, t] = principal if debt.kind != "bullet" else 0.0  # type: ignore[index]
        rows.add(position.balance[d, t] == position.balance[d, t - 1] + new - principal)
        model.ledger.post(f"draw.{d}", "draw", t, new, debit=CASH, credit=account)
        model.ledger.post(f"repayment.{d}", "repayment", t, principal, debit=account, credit=CASH)
        model.ledger.expense(f"interest.{d}", "interest", t, carried + kappa * rate[t] * model.years * new)
    if available is not None:
        rows.add(pyo.quicksum(draw[d, t] for t in window) <= available)


def _revolver(
    model: Model, d: str, debt: Debt, window: range, draw: Any, repay: Any, position: DebtPosition, available: Any
) -> None:
    rate, kappa, account = model.series(debt.rate_per_year), TIMING[model.instance.draw_timing], debt_account(d)
    rows = model.constraints(f"debt.{d}")
    for t in model.span:
        new = draw[d, t] if t in window else 0.0
        before, after = position.balance[d, t - 1], position.balance[d, t]
        rows.add(after == before + new - repay[d, t])
        if t in window:
            rows.add(after <= available)
            position.undrawn[d, t] = available - after  # type: ignore[index]
        elif t >= window.stop:
            rows.add(after <= 0)
        interest = rate[t] * model.years * (before + kappa * new)
        model.ledger.post(f"draw.{d}", "draw", t, new, debit=CASH, credit=account)
        model.ledger.post(f"repayment.{d}", "repayment", t, repay[d, t], debit=account, credit=CASH)
        model.ledger.expense(f"interest.{d}", "interest", t, interest)


def _fees(model: Model, d: str, debt: Debt, window: range, draw: Any, position: DebtPosition, available: Any) -> None:
    issues = window if debt.min_draw_musd or debt.issue_fee_musd else range(0)
    issue = model.variables(f"issue.{d}", issues, upper=1, integer=True)
    rows = model.constraints(f"issue_rows.{d}")
    most = _largest_draw(debt)
    for t in issues:
        rows.add(draw[d, t] <= most * issue[t])
        rows.add(draw[d, t] >= max(debt.min_draw_musd, SMALLEST_DRAW * most) * issue[t])
        model.ledger.expense(f"fee.issue.{d}", "fee", t, debt.issue_fee_musd * issue[t])
    for t in window:
        model.ledger.expense(f"fee.upfront.{d}", "fee", t, debt.upfront_fee_share * draw[d, t])
        if debt.commitment_fee_per_year:
            used = (
                position.balance[d, t - 1]
                if debt.kind == "revolver"
                else pyo.quicksum(draw[d, u] for u in window if u < t)
            )
            fee = debt.commitment_fee_per_year * model.years * (available - used)
            model.ledger.expense(f"fee.commitment.{d}", "fee", t, fee)


def add_security(model: Model, position: DebtPosition, book_value: Mapping[tuple[str, int], Any]) -> None:
    """Assets are pledged once::

    B[d,t] ≤ Σ_c ltv[d,c]·pledge[d,c,t],   Σ_d pledge[d,c,t] ≤ book_value[c,t]      USD million
    """
    secured = {d: debt.security for d, debt in model.instance.debt.items() if debt.security}
    pledge = model.variables("pledge", [(d, c, t) for d, shares in secured.items() for c in shares for t in model.span])
    rows = model.constraints("security")
    for t in model.span:
        for d, shares in secured.items():
            rows.add(position.balance[d, t] <= pyo.quicksum(ltv * pledge[d, c, t] for c, ltv in shares.items()))
        for c in sorted({c for shares in secured.values() for c in shares}):
            pledged = pyo.quicksum(pledge[d, c, t] for d, shares in secured.items() if c in shares)
            rows.add(pledged <= book_value[c, t])
    model.decide("pledges", ("instrument", "asset", "period"), "musd", pledge)
