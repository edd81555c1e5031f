"""Common equity: rounds, their costs, what shareholders ask, and how much they keep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from optimizer.algebra.expr import ByName, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import EQUITY_RAISES
from optimizer.contract.lines import FLOTATION, RAISE
from optimizer.finance.rates import effective_per_period
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Equity, EquityRound
from optimizer.model.context import Model, least_size
from optimizer.model.convertible import Converted, Issue
from optimizer.model.positions import EquityPosition, PartnerPosition
from optimizer.model.returns import CONVERTED, OPENING, PARTNERS, Inflow, add_returns, add_sources


def add_equity(model: Model, partners: PartnerPosition, converted: Converted) -> EquityPosition:
    """Rounds, each raised at most once::

    min·z[r,t] ≤ e[r,t] ≤ max·z[r,t],   Σ_t z[r,t] ≤ 1
    E_t = E_{t−1} + Σ_r e[r,t] + partners' equity + converted_t − returned_t ≥ 0      paid-in capital, USD million
    charge_t = Σ_s ((1+k_s)^Δ − 1)·(E_{s,t−1} + κ·(new money of s))            s: opening capital, rounds
    flotation = share·e + fixed·z
    Σ_{r,t} g[r,t] ≤ −ln floor,   g ≥ ln(1 + e/V_t)                            ownership kept, by tangents
    """
    opening = model.instance.opening.paid_in_capital_musd
    equity = model.instance.equity
    kappa = TIMING[model.instance.draw_timing]
    company = model.series(equity.cost_of_equity_per_year) if equity else dict.fromkeys(model.span, 0.0)
    rounds = equity.rounds if equity else {}
    windows = {r: model.calendar.window(each.first_raise, each.last_raise) for r, each in rounds.items()}
    keys = [(r, t) for r, window in windows.items() for t in window]
    amount = model.variables("equity_raised", keys, upper={(r, t): rounds[r].max_musd for r, t in keys})
    raised = model.variables("equity_round", keys, upper=1, integer=True)
    rows = model.constraints("equity")
    new = {t: partners.equity[t] + quicksum(amount[r, t] for r in rounds if t in windows[r]) for t in model.span}
    new = {t: amount + converted.amounts.get(t, 0.0) for t, amount in new.items()}
    # what is paid in cannot come before the first period of its round, and leaves only where it may be returned
    turned = {t: sum(musd for u, musd in converted.most.items() if u <= t) for t in model.span}
    most = {t: opening + partners.most_equity + _most_raised(rounds, windows, t) + turned[t] for t in model.span}
    returned = add_returns(model, most)
    balance = model.variables(
        "paid_in", model.span, lower=0.0 if model.instance.returns_capital else opening, upper=most
    )
    paid_in: dict[int, Expr] = {0: opening, **balance}
    last = model.horizon
    fresh_at_end = partners.equity[last] + converted.amounts.get(last, 0.0)
    further = effective_per_period(company[last], model.years_of(last + 1)) * fresh_at_end
    for t in model.span:
        rows.add(paid_in[t] == paid_in[t - 1] + new[t] - returned[t])
    inflows = {OPENING: Inflow(company, {0: opening}, {0: opening})}
    bought_in = {t: partners.equity[t] for t in model.span if not isinstance(partners.equity[t], (int, float))}
    if converted.amounts:
        inflows[CONVERTED] = Inflow(company, converted.amounts, converted.most)
    inflows[PARTNERS] = Inflow(company, bought_in, dict.fromkeys(bought_in, partners.most_equity))
    for r, each in rounds.items():
        rate = model.series(each.cost_of_equity_per_year) if each.cost_of_equity_per_year else company
        inflows[r] = Inflow(rate, {t: amount[r, t] for t in windows[r]}, dict.fromkeys(windows[r], each.max_musd))
        model.once((raised[r, t] for t in windows[r]), money=True)
        rows.add(quicksum(raised[r, t] for t in windows[r]) <= 1)
        for t in windows[r]:
            rows.add(amount[r, t] <= each.max_musd * raised[r, t])
            rows.add(amount[r, t] >= max(each.min_musd, least_size(each.max_musd)) * raised[r, t])
            model.ledger.post(RAISE.of(r), t, amount[r, t])
            cost = each.flotation_share * amount[r, t] + each.flotation_fixed_musd * raised[r, t]
            model.ledger.post(FLOTATION.of(r), t, cost)
        if last in windows[r]:
            fresh_rate = company if model.instance.pricing_grid else rate
            further += effective_per_period(fresh_rate[last], model.years_of(last + 1)) * amount[r, last]
    sources = add_sources(model, inflows, paid_in, new, returned)
    charge: dict[int, Expr] = {}
    new_charge: dict[int, Expr] = {}
    for t in model.span:
        years = model.years_of(t)
        charge[t] = quicksum(effective_per_period(each.rate[t], years) * each.left[t - 1] for each in sources)
        # a pricing grid prices what is carried; what comes in costs the company's rate until then
        fresh = {each.name: company if model.instance.pricing_grid else each.rate for each in sources}
        new_charge[t] = quicksum(
            effective_per_period(fresh[each.name][t], years) * kappa * each.new.get(t, 0.0) for each in sources
        )
    log_kept, valued = _ownership(model, equity, amount, raised, windows, partners, converted.issues)
    model.decide(EQUITY_RAISES, amount)
    return EquityPosition(
        paid_in, charge, new_charge, new, log_kept, valued, returned, sources, further, converted.amounts
    )


def _most_raised(rounds: Mapping[str, EquityRound], windows: Mapping[str, range], t: int) -> float:
    return sum(each.max_musd for r, each in rounds.items() if any(u <= t for u in windows[r]))


def _ownership(
    model: Model,
    equity: Equity | None,
    amount: ByName,
    raised: ByName,
    windows: Mapping[str, range],
    partners: PartnerPosition,
    issues: Sequence[Issue],
) -> tuple[Expr, tuple[tuple[Expr, float], ...]]:
    """−ln of what today's owners keep, modelled only if a floor or an objective asks for it."""
    valued = list(partners.valued)
    wanted = "dilution" in model.asked or any(each.name == "dilution" for each in model.instance.objectives)
    floor = equity.ownership_floor_share if equity else None
    sold = list(partners.log_sold)
    for r, each in (equity.rounds if equity else {}).items():
        if each.pre_money_musd is None or equity is None:
            continue
        value = model.series(each.pre_money_musd)
        for t in windows[r]:
            if value[t] > 0:
                valued.append((amount[r, t], value[t]))
                if wanted or floor is not None:
                    segments = equity.ownership_segments
                    sold.append(_log_sold(model, r, t, each, amount[r, t], raised[r, t], value[t], segments))
    for issue in issues:
        valued.append((issue.amount, issue.value))
        if equity is not None and (wanted or floor is not None):
            sold.append(_converted(model, issue, equity.ownership_segments))
    log_kept = quicksum(sold)
    if floor is not None and not isinstance(log_kept, (int, float)):
        # a floor of 0 asks for nothing
        model.constraints("ownership_floor").add(log_kept <= (-math.log(floor) if floor > 0 else 1e3))
    return log_kept, tuple(valued)


def _converted(model: Model, issue: Issue, segments: int) -> Expr:
    """The same of a convertible, or of a customer's shares, where a binary says whether there is a draw."""
    name, t = issue.name, issue.period
    issued = model.variables(f"convertible.{name}.{t}", [t], upper=1, integer=True, implied=True)[t]
    return _log_sold(model, f"convertible.{name}", t, issue, issue.amount, issued, issue.value, segments)


def _log_sold(
    model: Model, r: str, t: int, each: EquityRound | Issue, amount: Expr, raised: Expr, value: float, segments: int
) -> Expr:
    """At least ln(1 + e/V): in each segment of [min, max] the tangent at its middle, e = Σ e_k, Σ w_k = z."""
    width = (each.max_musd - each.min_musd) / segments
    count = range(segments)
    start = [each.min_musd + k * width for k in count]
    name, most = f"{r}.{t}", {k: start[k] + width for k in count}
    chosen = model.variables(f"ownership_segment.{name}", count, upper=1, integer=True, implied=True, decided=t)
    part = model.variables(f"ownership_amount.{name}", count, upper=most, decided=t)
    rows = model.constraints(f"ownership_rows.{name}")
    rows.add(quicksum(chosen.values()) == raised)
    rows.add(quicksum(part.values()) == amount)
    pieces = []
    for k in count:
        rows.add(part[k] >= start[k] * chosen[k])
        rows.add(part[k] <= (start[k] + width) * chosen[k])
        middle = start[k] + width / 2.0
        slope = 1.0 / (value + middle)
        pieces.append((math.log1p(middle / value) - slope * middle) * chosen[k] + slope * part[k])
    return quicksum(pieces)
