"""What capital costs, at effective rates, and how much of it there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.algebra.expr import ByPeriod, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import LEASE_INTEREST, STANDING_FEES
from optimizer.finance.effective_interest import Accrual, drawn_unit, opening_unit
from optimizer.finance.fees import Spread, straight_line_fee
from optimizer.finance.rates import base_periods_held, effective_per_period
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages
from optimizer.instance.debt_rates import yearly_rates
from optimizer.instance.fee_life import fee_periods, fixed_fee
from optimizer.instance.opening_debt import owed_for_sure, pooled_for_sure
from optimizer.instance.partner_unit import partner_unit
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import terms_of
from optimizer.model.context import Model
from optimizer.model.ledger import Line
from optimizer.model.positions import (
    Carried,
    DebtPosition,
    EquityPosition,
    LeasePosition,
    PartnerPosition,
    PreferredPosition,
)
from optimizer.model.pricing_grid import bucket_charges, spread_paid
from optimizer.model.tax import shield


@dataclass(frozen=True)
class Amounts:
    """Terms of one kind with their sums: the ``charge`` and the ``capital`` that it is on, both discounted."""

    charge: list[Expr]
    capital: list[Expr]


@dataclass(frozen=True)
class Charges:
    """Present values: ``total`` USD million after tax, before interest income; ``capital`` USD million years.

    ``undecided`` is the part of the total that no decision can change.
    """

    total: Expr
    capital: Expr
    undecided: float


@dataclass(frozen=True)
class Sources:
    """Who is charged for: debt with its leases, common equity with its charge for what is carried, preferred equity,
    partners; debt and common equity carried into each period ``by_bucket`` of a pricing grid.
    """

    debt: DebtPosition
    common: EquityPosition
    preferred: PreferredPosition
    partners: PartnerPosition
    equity_charge: ByPeriod
    by_bucket: Mapping[int, Carried]


def capital_charges(model: Model, sources: Sources, factors: Mapping[int, float]) -> Charges:
    """The effective interest method (ASC 835-30, IFRS 9), discounted, t = 1 … T+1::

        vintage drawn in u     c_u·held_u(t−u) for what is live; prepaid: par + premium − carrying amount
        revolver, sculpted     r_t·Δ·((1−κ)·B_{t−1} + κ·B_t) + fees on draws straight line
        fixed issue fee        its level annuity over the tenor at c_u
        as paid                commitment fees, the grid's spread, the interest inside lease payments
        common equity          ((1+k)^Δ − 1)·(E_{t−1} + κ·new_t),   preferred: its dividend
        compute partner        its yield on what it is still to be served

    τ is taken off all but equity. ``factors`` hold DF_{T+1}, too: what comes in in T is charged there for one period
    more, as what came in a period earlier is in T, so that no draw and no lease is free. Capital is what the
    charge is on.
    """
    found = Amounts([], [])
    undecided = 0.0
    for d in model.instance.debt:
        undecided += _instrument(model, d, sources.debt, factors, found)
    _partners(model, sources.partners, factors, found)
    for t in model.span:
        _as_paid(model, sources.debt.leases, t, factors[t], found)
        found.charge.append(factors[t] * spread_paid(model, sources.by_bucket, t))
    interest, left = sources.debt.leases.further
    found.charge.append(factors[model.horizon + 1] * interest)
    found.capital.append(factors[model.horizon + 1] * left)
    after_tax = shield(model)
    charge, capital, undecided = [after_tax * quicksum(found.charge)], list(found.capital), after_tax * undecided
    common, preferred, last = sources.common, sources.preferred, model.horizon
    kappa = TIMING[model.instance.draw_timing]
    steps, company = model.calendar.steps, company_rate(model)
    for t in model.span:
        dividend = model.ledger.total("preferred_dividend", t)
        charge.append(factors[t] * (sources.equity_charge[t] + common.new_charge[t] + dividend))
        held = common.paid_in[t - 1] + kappa * common.new[t]
        shares = preferred.outstanding[t - 1] + kappa * preferred.new[t]
        if steps(t) == 1:
            capital.append(factors[t] * (held + shares))
        else:
            capital.append(factors[t] * (_base_periods(model, company[t], t) * held + steps(t) * shares))
    charge.append(factors[last + 1] * (common.further_charge + preferred.further_charge))
    longer = _base_periods(model, company[last], last + 1)
    capital.append(factors[last + 1] * (longer * common.new[last] + steps(last + 1) * preferred.new[last]))
    undecided += _opening_equity(model, factors)
    return Charges(quicksum(charge), model.base_years * quicksum(capital), undecided)


def _base_periods(model: Model, rate_per_year: float, t: int) -> float:
    return base_periods_held(rate_per_year, model.calendar.steps(t), model.base_years)


def company_rate(model: Model) -> dict[int, float]:
    """The rate of the company's equity by period; 0 where there is no equity block."""
    equity = model.instance.equity
    return model.series(equity.cost_of_equity_per_year) if equity else dict.fromkeys(model.span, 0.0)


def _opening_equity(model: Model, factors: Mapping[int, float]) -> float:
    """The charge on opening capital, with a grid the least of its buckets; of period 1 if capital may be returned."""
    equity, grid = model.instance.equity, model.instance.pricing_grid
    opening = model.instance.opening.paid_in_capital_musd
    if equity is None and grid is None:
        return 0.0
    least = {t: effective_per_period(k, model.years_of(t)) for t, k in company_rate(model).items()}
    if grid is not None:
        costs = bucket_charges(model, grid)
        least = {t: min(each[t] for each in costs) for t in model.span}
    return opening * sum(factors[t] * least[t] for t in model.span if t == 1 or not model.instance.returns_capital)


def _instrument(model: Model, d: str, debt: DebtPosition, factors: Mapping[int, float], found: Amounts) -> float:
    """Add the terms of one instrument before tax; returns what of its charge is not decided."""
    terms, timing = model.instance.debt[d], TIMING[model.instance.draw_timing]
    window = model.calendar.window(terms.first_draw, terms.last_draw)
    if terms.is_pooled:
        yearly = yearly_rates(model.instance, terms)
        _pooled(model, d, terms, window, debt, factors, found)
        sure = pooled_for_sure(terms, model.calendar, timing)
        paid = sum(factors[t] * yearly[t] * model.years_of(t) * part for t, part in sure.items())
        return terms.opening_balance_musd * paid
    rates = charged_vintages(model.instance, terms)
    own_terms = {u: terms_of(terms, model.calendar, u) for u in (0, *window)}
    units = {kind: drawn_unit(*kind, timing) for kind in {(own_terms[u], rates[u]) for u in window}}
    for u in window:
        unit = units[own_terms[u], rates[u]]
        _vintage(model, d, u, debt.draws[d, u], unit, factors, found, debt)
        if terms.issue_fee_musd and unit.rate < float("inf"):
            annuity = fixed_fee(own_terms[u], unit.rate, timing)
            _spread(model, u, terms.issue_fee_musd * debt.issued[d, u], annuity, factors, found)
    if not terms.opening_balance_musd:
        return 0.0
    own = Amounts([], [])
    opening = opening_unit(own_terms[0], rates[0])
    _vintage(model, d, 0, terms.opening_balance_musd, opening, factors, own, debt)
    found.charge.extend(own.charge)
    found.capital.extend(own.capital)
    until = owed_for_sure(terms, model.calendar)
    held = {t: factors[t] * opening.held(t) for t in model.span if t <= until}
    if opening.rates is None:
        return terms.opening_balance_musd * opening.rate * sum(held.values())
    return terms.opening_balance_musd * _charge(opening, held)


def _charge(unit: Accrual, held: Mapping[int, float]) -> float:
    """c times what is held, by age, each period at its own rate."""
    return sum(unit.rate_of(age) * each for age, each in held.items())


def _vintage(
    model: Model,
    d: str,
    u: int,
    amount: Expr,
    unit: Accrual,
    factors: Mapping[int, float],
    found: Amounts,
    debt: DebtPosition,
) -> None:
    """c·held for every period in which it lives, and for one more if it was drawn in T."""
    last = model.horizon
    ages = range(len(unit.par))
    before = [factors[u + k] * unit.held_before[k] if 1 <= u + k <= last else 0.0 for k in ages]
    after = [factors[u + k] * unit.held_after[k] if 1 <= u + k <= last else 0.0 for k in ages]
    further = factors[last + 1] * unit.held(1) if u == last else 0.0
    held = sum(before) + sum(after) + further
    if unit.rates is None:
        charge = unit.rate * held
    else:
        charge = _charge(unit, dict(enumerate(before))) + _charge(unit, dict(enumerate(after)))
        charge += unit.rate_of(1) * further
    found.charge.append(charge * amount)
    found.capital.append(held * amount)
    prepayment = model.instance.debt[d].prepayment
    premium = prepayment.premium_share if prepayment else 0.0
    label = model.calendar.label(u) if u else "opening"
    for (of, drawn, t), early in debt.prepaid.items():
        if (of, drawn) != (d, u):
            continue
        k = t - u
        gone = sum(before[k + 1 :]) + sum(after[k:])
        spared = unit.rate * gone
        if unit.rates is not None:
            spared = _charge(unit, dict(enumerate(before[k + 1 :], k + 1))) + _charge(
                unit, dict(enumerate(after[k:], k))
            )
        extinguished = factors[t] * (unit.par[k] * (1.0 + premium) - unit.carrying[k])
        found.charge.append((extinguished - spared) * early)
        found.charge.append(-factors[t] * premium * debt.premium_free.get((d, label, t), 0.0))
        found.capital.append(-gone * early)


def _spread(model: Model, u: int, fee: Expr, spread: Spread, factors: Mapping[int, float], found: Amounts) -> None:
    """A fee paid in u as charges of the periods from u on, of T+1 only if it was paid in T; less is carried by it."""
    last = model.horizon + (u == model.horizon)
    found.charge.append(sum(factors[t] * share for t, share in enumerate(spread.charge, u) if t <= last) * fee)
    found.capital.append(-sum(factors[t] * left for t, left in enumerate(spread.held, u) if t <= last) * fee)


def _pooled(
    model: Model,
    d: str,
    terms: Debt,
    window: range,
    debt: DebtPosition,
    factors: Mapping[int, float],
    found: Amounts,
) -> None:
    timing, rate, last = TIMING[model.instance.draw_timing], yearly_rates(model.instance, terms), model.horizon
    for t in model.span:
        held = (1.0 - timing) * debt.balance[d, t - 1] + timing * debt.balance[d, t]
        found.charge.append(factors[t] * rate[t] * model.years_of(t) * held)
        found.capital.append(factors[t] * model.calendar.steps(t) * held)
    if last in window:
        found.charge.append(factors[last + 1] * rate[last] * model.years_of(last + 1) * debt.draws[d, last])
        found.capital.append(factors[last + 1] * model.calendar.steps(last + 1) * debt.draws[d, last])
    for u in window:
        fee = (terms.upfront_fee_share + terms.issue_discount_share) * debt.draws[d, u]
        if terms.issue_fee_musd:
            fee = fee + terms.issue_fee_musd * debt.issued[d, u]
        life = fee_periods(terms, model.calendar, window, u)
        line = straight_line_fee(life, timing, model.calendar.steps_from(u, life))
        _spread(model, u, fee, line, factors, found)


def _partners(model: Model, partners: PartnerPosition, factors: Mapping[int, float], found: Amounts) -> None:
    timing = TIMING[model.instance.draw_timing]
    for (p, u), sign in partners.signed.items():
        if model.instance.partners[p].kind != "compute":
            continue
        unit = partner_unit(model.instance, p, u, timing)
        last = model.horizon + (u == model.horizon)
        charge, held = (
            sum(factors[t] * amount for t, amount in enumerate(each, u) if t <= last)
            for each in (unit.charge, unit.held)
        )
        found.charge.append(charge * sign)
        found.capital.append(held * sign)


def _as_paid(model: Model, leases: LeasePosition, t: int, factor: float, found: Amounts) -> None:
    paid = model.ledger.weighted("charged as paid", _is_charged_as_paid, t)
    found.charge.append(factor * (paid + leases.carry[t]))
    found.capital.append(factor * leases.carried[t])


def _is_charged_as_paid(line: Line) -> float:
    return float(line.kind in (*STANDING_FEES, LEASE_INTEREST))
