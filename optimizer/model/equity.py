"""Equity: rounds, their costs and what shareholders ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from optimizer.instance.calendar import TIMING
from optimizer.model.context import Model
from optimizer.model.ledger import CASH, PAID_IN


@dataclass(frozen=True)
class EquityPosition:
    """What equity publishes, USD million by period: ``paid_in`` (period 0: opening) and the ``charge`` for it."""

    paid_in: Mapping[int, Any]
    charge: Mapping[int, Any]


def add_equity(model: Model) -> EquityPosition:
    """Rounds, each raised at most once::

    min·z[r,t] ≤ e[r,t] ≤ max·z[r,t],   Σ_t z[r,t] ≤ 1
    E_t = E_{t−1} + Σ_r e[r,t]                                                 paid-in capital, USD million
    charge_t = k·Δ·E_0 + Σ_r k_r·Δ·(E_{r,t−1} + κ·e[r,t])
    flotation = share·e + fixed·z
    """
    opening = model.instance.opening.paid_in_capital_musd
    equity = model.instance.equity
    if equity is None:
        model.decide("equity_raises", ("round", "period"), "musd", {})
        return EquityPosition(dict.fromkeys((0, *model.span), opening), dict.fromkeys(model.span, 0.0))
    kappa = TIMING[model.instance.draw_timing]
    company_rate = model.series(equity.cost_of_equity_per_year)
    windows = {r: model.calendar.window(each.first_raise, each.last_raise) for r, each in equity.rounds.items()}
    keys = [(r, t) for r, window in windows.items() for t in window]
    amount = model.variables("equity_raised", keys, upper={(r, t): equity.rounds[r].max_musd for r, t in keys})
    raised = model.variables("equity_round", keys, upper=1, integer=True)
    paid_in = model.variables("paid_in", model.span)
    rows = model.constraints("equity")
    charge: dict[int, Any] = {t: company_rate[t] * model.years * opening for t in model.span}
    for t in model.span:
        previous = paid_in[t - 1] if t > 1 else opening
        rows.add(paid_in[t] == previous + pyo.quicksum(amount[r, t] for r in windows if t in windows[r]))
    for r, each in equity.rounds.items():
        rate = model.series(each.cost_of_equity_per_year) if each.cost_of_equity_per_year else company_rate
        window = windows[r]
        rows.add(pyo.quicksum(raised[r, t] for t in window) <= 1)
        for t in window:
            rows.add(amount[r, t] <= each.max_musd * raised[r, t])
            rows.add(amount[r, t] >= max(each.min_musd, 1e-6 * each.max_musd) * raised[r, t])
            model.ledger.post(f"raise.{r}", "raise", t, amount[r, t], debit=CASH, credit=PAID_IN)
            cost = each.flotation_share * amount[r, t] + each.flotation_fixed_musd * raised[r, t]
            model.ledger.expense(f"flotation.{r}", "flotation", t, cost)
        for t in model.span:
            held = pyo.quicksum(amount[r, u] for u in window if u < t)
            new = amount[r, t] if t in window else 0.0
            charge[t] += rate[t] * model.years * (held + kappa * new)
    model.decide("equity_raises", ("round", "period"), "musd", amount)
    return EquityPosition({0: opening, **{t: paid_in[t] for t in model.span}}, charge)
