"""What loans are worth to the company at the reference rate of debt, for the adjusted present value."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.expr import ByPeriod, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import LEASE_INTEREST
from optimizer.finance.amortisation import Rate, Service, rate_at, service
from optimizer.finance.rates import effective_per_period
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages
from optimizer.instance.debt_rates import yearly_rates
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import terms_of
from optimizer.model.context import Model
from optimizer.model.dating import held_within
from optimizer.model.ledger import Line
from optimizer.model.positions import Carried, DebtPosition
from optimizer.model.pricing_grid import spread_paid


def loan_worth(
    model: Model,
    debt: DebtPosition,
    cash: ByPeriod,
    factors: Mapping[int, float],
    by_bucket: Mapping[int, Carried],
) -> Expr:
    """What money costs beyond the rate f that the market asks for debt, USD million at instant 0::

        vintages           Σ_u DF_{u−κ}·d_u·v_u,   v_u = 1 − fees − Σ_k service(k)·(1+f)^(−kΔ), k beyond T, too
        prepaid            Σ DF_{t−κ}·y·(what its service still was worth at f − par)
        pooled and leases  Σ DF_t·(f^Δ·what is held − interest_t) − DF_T·(what is owed at T)·max(0, r − f)·1 year
        pricing grid       −Σ DF_t·spread_t
        idle money         −Σ DF_t·(f^Δ − yield·Δ)·(what of cash bears interest in t),   f^Δ = (1+f)^Δ − 1

    ``factors`` and DF are those of the shield, DF_T that of the end of T, r of the year after it effective. Fees on
    draws are inside v_u, other debt fees are not here.
    """
    f = fair_rate(model.instance)
    last = model.horizon
    rate = {t: effective_per_period(f, model.years_of(t)) for t in model.span}
    early, at_end = _at_draws(model), (1.0 + _shield(model)) ** -model.calendar.years_to(last)
    parts: list[Expr] = []
    for d, terms in model.instance.debt.items():
        if terms.is_pooled:
            parts += _pooled(model, d, terms, debt, rate, factors)
            dearer = dearer_by(model, yearly_rates(model.instance, terms)[last], f)
            parts.append(-at_end * dearer * debt.balance[d, last])
        else:
            parts += _vintages(model, d, terms, debt, effective_per_period(f, model.base_years), early)
    parts += [-at_end * dearer_by(model, inside, f) * liability for inside, liability in debt.leases.at_end]
    earned = model.series(model.instance.cash.yield_per_year)
    for t in model.span:
        paid = model.ledger.weighted("leases", _is_of_a_lease, t) + spread_paid(model, by_bucket, t)
        owed = debt.leases.owed[t - 1] if t > 1 else 0.0
        parts.append(factors[t] * (rate[t] * owed - paid))
        parts.append(-factors[t] * (rate[t] - earned[t] * model.years_of(t)) * (cash[t - 1] + held_within(model, t)))
    return quicksum(parts)


def fees_on_draws(model: Model, debt: DebtPosition, t: int) -> Expr:
    """The upfront fees and discounts of t on vintages: they are inside what the loans are worth."""
    return quicksum(
        _fee(terms) * debt.draws[d, t]
        for d, terms in model.instance.debt.items()
        if not terms.is_pooled and (d, t) in debt.draws
    )


def _fee(terms: Debt) -> float:
    return terms.upfront_fee_share + terms.issue_discount_share


def dearer_by(model: Model, nominal: float, fair: float) -> float:
    """max(0, r − f)·1 year, r effective per year."""
    return max(0.0, math.expm1(math.log1p(nominal * model.base_years) / model.base_years) - fair)


def _at_draws(model: Model) -> dict[int, float]:
    """DF_{t−κ} at the rate of the shield."""
    rates = model.instance.adjusted_present_value
    assert rates is not None
    kappa = TIMING[model.instance.draw_timing]
    return {t: (1.0 + rates.shield_rate_per_year) ** -model.calendar.years_to(t, kappa) for t in model.span}


def _vintages(
    model: Model, d: str, terms: Debt, debt: DebtPosition, rate: float, early: Mapping[int, float]
) -> list[Expr]:
    timing, rates = TIMING[model.instance.draw_timing], charged_vintages(model.instance, terms)
    window = model.calendar.window(terms.first_draw, terms.last_draw)
    kinds = {u: (terms_of(terms, model.calendar, u), rates[u]) for u in window}
    services = {kind: service(*kind, timing) for kind in set(kinds.values())}
    worths = {kind: whole.worth(rate) for kind, whole in services.items()}
    parts: list[Expr] = []
    for u in window:
        parts.append(early[u] * (1.0 - _fee(terms) - worths[kinds[u]]) * debt.draws[d, u])
    for (of, u, t), prepaid in debt.prepaid.items():
        if of == d:
            i = rates[u]
            whole = services[kinds[u]] if u else service(terms_of(terms, model.calendar, 0), i, 0.0)
            instant = early[t] if u else early[t] * (1.0 + _shield(model)) ** (-model.years_of(t) * timing)
            parts.append(instant * (_still_due(whole, i, t - u, rate) - whole.balance[t - u]) * prepaid)
    return parts


def _shield(model: Model) -> float:
    rates = model.instance.adjusted_present_value
    assert rates is not None
    return rates.shield_rate_per_year


def _still_due(whole: Service, interest: Rate, age: int, rate: float) -> float:
    """What the service after the repayments of an age is worth at their instant, at the rate per base period.

    The interest that what is left bears in the rest of that period is part of it.
    """
    growth = math.log1p(rate)
    part = whole.timing * whole.steps[age]
    rest = whole.interest[age] and part * rate_at(interest, age) * whole.balance[age]
    return whole.worth(rate, after=age) * math.exp(whole.repaid(age) * growth) + rest * math.exp(-part * growth)


def _pooled(
    model: Model, d: str, terms: Debt, debt: DebtPosition, rate: Mapping[int, float], factors: Mapping[int, float]
) -> list[Expr]:
    timing, nominal = TIMING[model.instance.draw_timing], yearly_rates(model.instance, terms)
    return [
        factors[t]
        * (rate[t] - nominal[t] * model.years_of(t))
        * ((1.0 - timing) * debt.balance[d, t - 1] + timing * debt.balance[d, t])
        for t in model.span
    ]


def _is_of_a_lease(line: Line) -> float:
    return float(line.kind is LEASE_INTEREST)
