"""Debt with one balance whose repayment is decided: revolvers and sculpted loans."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.algebra.expr import ByName, ByPeriod, Constraints, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import DRAW, INTEREST, REPAYMENT
from optimizer.instance.calendar import TIMING
from optimizer.instance.debt_rates import yearly_rates
from optimizer.instance.schema import Debt
from optimizer.model.context import Model
from optimizer.model.positions import Borrowed


@dataclass(frozen=True)
class PooledDebt:
    """What is left of the limit of an open revolver, and what sculpted debt repays, by (instrument, period)."""

    undrawn: ByName
    scheduled: ByName


def add_pooled(
    model: Model,
    d: str,
    debt: Debt,
    window: range,
    repay: ByName,
    borrowed: Borrowed,
    available: Expr | None,
    set_aside: ByPeriod,
) -> PooledDebt:
    """One balance, with the interest of the period::

        B[t] = B[t−1] + draw[t] − repay[t],   interest[t] = r_t·Δ·((1−κ)·B[t−1] + κ·B[t])
        revolver:  B[t] ≤ available − set aside for reserves in its window, 0 after it
        sculpted:  Σ_{u≤t−tenor} draw[u] ≤ Σ_{v≤t} repay[v] ≤ Σ_{u≤t−grace−1} draw[u],   Σ draw ≤ available

    The opening balance of a sculpted loan counts as drawn at instant 0.
    """
    rate, kappa = yearly_rates(model.instance, debt), TIMING[model.instance.draw_timing]
    rows, draw = model.constraints(f"debt.{d}"), borrowed.draws
    undrawn: dict[tuple[str, int], Expr] = {}
    scheduled: dict[tuple[str, int], Expr] = {}
    for t in model.span:
        new = draw[d, t] if t in window else 0.0
        before, after = borrowed.balance[d, t - 1], borrowed.balance[d, t]
        rows.add(after == before + new - repay[d, t])
        if debt.is_revolving:
            if t in window and available is not None:
                room = available - set_aside[t] if t in set_aside else available
                rows.add(after <= room)
                undrawn[d, t] = room - after
            elif t >= window.stop:
                rows.add(after <= 0)
        else:
            _sculpted(model, t, d, debt, window, rows, draw, repay)
            scheduled[d, t] = repay[d, t]
        interest = rate[t] * model.years_of(t) * held(before, after, kappa)
        model.ledger.post(DRAW.of(d), t, new)
        model.ledger.post(REPAYMENT.of(d), t, repay[d, t])
        model.ledger.post(INTEREST.of(d), t, interest)
    if not debt.is_revolving and available is not None:
        rows.add(quicksum(draw[d, t] for t in window) <= available)
    return PooledDebt(undrawn, scheduled)


def held(before: Expr, after: Expr, kappa: float) -> Expr:
    """What is outstanding on average over a period in which draws and repayments fall κ of it before its end."""
    if kappa == 0.0:
        return before
    return after if kappa == 1.0 else (1.0 - kappa) * before + kappa * after


def _sculpted(
    model: Model, t: int, d: str, debt: Debt, window: range, rows: Constraints, draw: ByName, repay: ByName
) -> None:
    assert debt.tenor_periods is not None
    repaid = quicksum(repay[d, v] for v in range(1, t + 1))

    def drawn_before(base_periods: int) -> Expr:
        opening = debt.opening_balance_musd if model.later(0, base_periods) <= t else 0.0
        return opening + quicksum(draw[d, u] for u in window if model.later(u, base_periods) <= t)

    rows.add(repaid <= drawn_before(debt.grace_periods + 1))
    due = drawn_before(debt.tenor_periods)
    if not isinstance(due, (int, float)) or due:
        rows.add(repaid >= due)
