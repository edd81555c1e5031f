"""Debt: what is drawn, what it costs to draw, and who lends how much."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.finance.amortisation import capitalised_share
from optimizer.finance.fees import least_for_fee
from optimizer.instance.calendar import TIMING
from optimizer.instance.largest_order import largest_draw
from optimizer.instance.schema import Debt
from optimizer.model.context import Model, smallest
from optimizer.model.leases import LeasePosition
from optimizer.model.one_movement import add_one_movement, repaid_at_will
from optimizer.model.pooled_debt import add_pooled
from optimizer.model.principal_due import Refinancings, limit_refinancings, refinancings
from optimizer.model.ties import Released, add_tie
from optimizer.model.vintages import add_vintages


@dataclass(frozen=True)
class DebtPosition:
    """What debt publishes, USD million by (instrument, period); period 0 of a balance is the opening one.

    ``scheduled`` is what sculpted debt repays, ``undrawn`` what is left of the limits of open revolvers. Leases that
    count as debt stand beside the instruments, and what is owed to ``partners`` where it does.
    """

    draws: Mapping[tuple[str, int], Any]
    balance: Mapping[tuple[str, int], Any]
    scheduled: Mapping[tuple[str, int], Any]
    undrawn: Mapping[tuple[str, int], Any]
    leases: LeasePosition
    partners: Mapping[int, Any]
    refinanced: Refinancings = field(default_factory=dict)
    issued: dict[tuple[str, int], Any] = field(default_factory=dict)
    """Whether there is a draw, where that matters, by (instrument, period)."""
    prepaid: dict[tuple[str, int, int], Any] = field(default_factory=dict)
    """In units of the amount drawn, by (instrument, period of the draw, period of the payment)."""
    released: Released = field(default_factory=dict)
    premium_free: dict[tuple[str, str, int], Any] = field(default_factory=dict)
    """What of it is prepaid as units are sold, without premium."""
    tied: dict[tuple[str, int], Any] = field(default_factory=dict)
    """What a tie allows to be drawn in a period."""
    tied_held: dict[tuple[str, int], Any] = field(default_factory=dict)
    """What a tie of pooled debt allows to be outstanding once units have been sold."""

    def total(self, t: int) -> Any:
        """All debt outstanding at the end of t, leases that count as debt included."""
        return _at(self.balance, t) + self.leases.owed.get(t, 0.0)

    def tested(self, t: int) -> Any:
        """All debt that covenants and leverage look at: with what is owed to partners where that counts as debt."""
        return self.total(t) + self.partners.get(t, 0.0)


def _at(amounts: Mapping[tuple[str, int], Any], t: int) -> Any:
    return quicksum(amount for (_, u), amount in amounts.items() if u == t)


def add_debt(model: Model, leases: LeasePosition, partners: Mapping[int, Any], released: Released) -> DebtPosition:
    """Draws with their limits and fees; schedules stand in ``vintages`` and ``pooled_debt``.

    ::

        B[d,t] = B[d,t−1] + draw[d,t] + pik[d,t] − repay[d,t]
        Σ_t draw[d,t] ≤ limit·signed[d]                 revolver: B[d,t] ≤ limit·signed[d]
        max(min_draw, least, fees)·issue[d,t] ≤ draw[d,t] ≤ max_draw·issue[d,t]      with a least draw or a fixed fee
        fees = (upfront + discount)·draw + fixed·issue + commitment·Δ·(limit·signed − carried in)
        what is tied to capital spending: see ``ties``
        Σ_{d of a lender} B[d,t] ≤ limit of the lender
    """
    instruments = model.instance.debt
    windows = {d: model.calendar.window(debt.first_draw, debt.last_draw) for d, debt in instruments.items()}
    keys = [(d, t) for d in instruments for t in windows[d]]
    draw = model.variables("draw", keys, upper={(d, t): largest_draw(instruments[d]) for d, t in keys})
    with_fee = [d for d, debt in instruments.items() if debt.commitment_fee_per_year]
    signed = model.variables("signed", with_fee, upper=1, integer=True)
    for d in signed:
        if instruments[d].kind == "revolver" and instruments[d].opening_balance_musd:
            signed[d].setlb(1)  # what is drawn has been signed
    most = {d: _largest_balance(model, debt) for d, debt in instruments.items()}
    balance: dict[tuple[str, int], Any] = model.variables(
        "balance",
        [(d, t) for d in instruments for t in model.span],
        upper={(d, t): most[d] for d in most for t in model.span},
    )
    pooled = [d for d, debt in instruments.items() if debt.is_pooled]
    repay = model.variables(
        "repay",
        [(d, t) for d in pooled for t in model.span],
        upper={(d, t): most[d] for d in pooled for t in model.span},
    )
    balance |= {(d, 0): debt.opening_balance_musd for d, debt in instruments.items()}
    position = DebtPosition(draw, balance, {}, {}, leases, partners, refinancings(model, windows), released=released)
    prepaid: dict[tuple[str, str, int], Any] = {}
    for d, debt in instruments.items():
        available = debt.limit_musd * signed[d] if d in signed and debt.limit_musd is not None else debt.limit_musd
        if debt.is_pooled:
            add_pooled(model, d, debt, windows[d], draw, repay, position, available)
            back = {t: repay[d, t] for t in repaid_at_will(debt, windows[d], model.span)}
        else:
            early = add_vintages(model, d, debt, windows[d], draw, position, available)
            prepaid |= early
            back = {t: quicksum(y for (_, _, u), y in early.items() if u == t) for _, _, t in early}
        issue = _fees(model, d, debt, windows[d], draw, position, available)
        new = {t: draw[d, t] for t in windows[d]}
        add_one_movement(model, d, debt, new, back, most[d], issue)
        add_tie(model, d, debt, windows[d], draw, position)
    _lenders(model, position)
    limit_refinancings(model, position)
    model.decide("debt_draws", ("instrument", "period"), "musd", draw)
    model.decide("debt_repayments", ("instrument", "period"), "musd", repay)
    model.decide("prepayments", ("instrument", "drawn", "period"), "musd", prepaid)
    model.decide("premium_free", ("instrument", "drawn", "period"), "musd", position.premium_free)
    model.decide("facilities", ("instrument",), "signed", signed, integer=True)
    return position


def _largest_balance(model: Model, debt: Debt) -> float:
    """What no balance can exceed: all draws and the opening balance, grown by PIK; of a revolver its limit."""
    if debt.limit_musd is None:
        return math.inf
    if debt.kind == "revolver":
        return debt.limit_musd
    highest = max(model.series(debt.rate_per_year).values()) * model.years
    return (debt.limit_musd + debt.opening_balance_musd) * capitalised_share(debt, model.horizon, highest)


def _fees(model: Model, d: str, debt: Debt, window: range, draw: Any, position: DebtPosition, available: Any) -> Any:
    issues = window if debt.min_draw_musd or debt.issue_fee_musd else range(0)
    issue = model.variables(f"issue.{d}", issues, upper=1, integer=True)
    position.issued.update({(d, t): issue[t] for t in issues})
    rows = model.constraints(f"issue_rows.{d}")
    most = largest_draw(debt)
    least = max(debt.min_draw_musd, smallest(most))
    for t in issues:
        if most == 0:
            issue[t].fix(0)  # without a draw there is no fee
            continue
        rows.add(draw[d, t] <= most * issue[t])
        rows.add(draw[d, t] >= max(least, min(most, _least_for_fee(model, debt, t))) * issue[t])
        model.ledger.expense(f"fee.issue.{d}", "fee", t, debt.issue_fee_musd * issue[t])
    for t in window:
        model.ledger.expense(f"fee.upfront.{d}", "fee", t, debt.upfront_fee_share * draw[d, t])
        model.ledger.expense(f"fee.discount.{d}", "fee", t, debt.issue_discount_share * draw[d, t])
        if debt.commitment_fee_per_year:
            drawn = quicksum(draw[d, u] for u in window if u < t)
            used = position.balance[d, t - 1] if debt.kind == "revolver" else drawn
            fee = debt.commitment_fee_per_year * model.years * (available - used)
            model.ledger.expense(f"fee.commitment.{d}", "fee", t, fee)
    return issue


def _least_for_fee(model: Model, debt: Debt, t: int) -> float:
    """Nobody draws so little that the fixed fee leaves less than no capital, which would lower what is employed."""
    if debt.is_pooled or not debt.issue_fee_musd:
        return 0.0
    rate = model.series(debt.rate_per_year)[t] * model.years
    return least_for_fee(debt, rate, TIMING[model.instance.draw_timing])


def _lenders(model: Model, position: DebtPosition) -> None:
    rows = model.constraints("lender_limit")
    for name, lender in model.instance.lenders.items():
        own = [d for d, debt in model.instance.debt.items() if debt.lender == name]
        limit = model.series(lender.limit_musd)
        for t in model.span if own else ():
            rows.add(quicksum(position.balance[d, t] for d in own) <= limit[t])
