"""Preferred equity: money for a fixed dividend, never repaid."""

from __future__ import annotations

from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import PREFERRED_RAISES
from optimizer.contract.lines import PREFERRED_DIVIDEND, PREFERRED_FLOTATION, PREFERRED_RAISE
from optimizer.instance.calendar import TIMING
from optimizer.model.context import Model, least_size
from optimizer.model.positions import PreferredPosition


def add_preferred(model: Model) -> PreferredPosition:
    """Classes, each issued at most once::

    min·z[r,t] ≤ p[r,t] ≤ max·z[r,t],   Σ_t z[r,t] ≤ 1
    dividend_t = Σ_u rate_u·Δ·p[r,u] (u < t) + κ·rate_t·Δ·p[r,t],   in cash, not deductible
    """
    classes = model.instance.preferred_equity
    kappa = TIMING[model.instance.draw_timing]
    windows = {r: model.calendar.window(each.first_raise, each.last_raise) for r, each in classes.items()}
    keys = [(r, t) for r, window in windows.items() for t in window]
    amount = model.variables("preferred_raised", keys, upper={(r, t): classes[r].max_musd for r, t in keys})
    issued = model.variables("preferred_issued", keys, upper=1, integer=True)
    rows = model.constraints("preferred")
    further, last = [], model.horizon
    for r, each in classes.items():
        rate = model.series(each.dividend_per_year)
        model.once((issued[r, t] for t in windows[r]), money=True)
        rows.add(quicksum(issued[r, t] for t in windows[r]) <= 1)
        for t in windows[r]:
            rows.add(amount[r, t] <= each.max_musd * issued[r, t])
            rows.add(amount[r, t] >= max(each.min_musd, least_size(each.max_musd)) * issued[r, t])
            model.ledger.post(PREFERRED_RAISE.of(r), t, amount[r, t])
            cost = each.flotation_share * amount[r, t] + each.flotation_fixed_musd * issued[r, t]
            model.ledger.post(PREFERRED_FLOTATION.of(r), t, cost)
        for t in model.span:
            carried = quicksum(rate[u] * amount[r, u] for u in windows[r] if u < t)
            fresh = kappa * rate[t] * amount[r, t] if t in windows[r] else 0.0
            dividend = model.years_of(t) * (carried + fresh)
            model.ledger.post(PREFERRED_DIVIDEND.of(r), t, dividend)
        if last in windows[r]:
            further.append(rate[last] * model.years_of(last + 1) * amount[r, last])
    new = {t: quicksum(amount[r, t] for r in classes if t in windows[r]) for t in model.span}
    outstanding = {t: quicksum(new[u] for u in range(1, t + 1)) for t in (0, *model.span)}
    model.decide(PREFERRED_RAISES, amount)
    most = sum(each.max_musd for each in classes.values())
    return PreferredPosition(outstanding, new, most, quicksum(further))
