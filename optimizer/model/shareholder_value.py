"""What a plan is worth to its shareholders: the money that passes between them and the company, and what is left."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from optimizer.algebra.expr import Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.accounts import PAID_IN
from optimizer.contract.lines import CONTRACT_SHARES, CONVERSION, PREFERRED_RAISE, RAISE
from optimizer.finance.amortisation import Rate, outstanding_share, service
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages
from optimizer.instance.debt_rates import vintage_rates, yearly_rates
from optimizer.instance.schema import PricingGrid
from optimizer.instance.vintage_terms import VintageTerms, terms_of
from optimizer.model.context import Model
from optimizer.model.convertible import right_to_shares
from optimizer.model.ledger import Line
from optimizer.model.loan_worth import dearer_by
from optimizer.model.objectives import Positions
from optimizer.model.positions import DebtPosition
from optimizer.model.pricing_grid import cost_of_equity

GIVEN = (CONVERSION.item, RAISE.item)
"""What shareholders give: conversions, and rounds."""


@dataclass(frozen=True)
class Asked:
    """What shareholders ask: ``per_period`` by period, effective, (1+k)^Δ − 1; after the last period that of the last.

    The rate of the company or, where equity is relevered, that of unlevered capital.
    """

    per_period: tuple[float, ...]

    @classmethod
    def of(cls, model: Model) -> Asked:
        """The rate of the instance: that of its relevered grid, of its equity, or of its discounting."""
        instance = model.instance
        grid, equity = instance.pricing_grid, instance.equity
        if grid is not None and grid.relever is not None:
            yearly = dict.fromkeys(model.span, grid.relever.unlevered_cost_per_year)
        elif equity is not None:
            yearly = model.series(equity.cost_of_equity_per_year)
        else:
            yearly = dict.fromkeys(model.span, instance.discount.rate_per_year)
        return cls(tuple(effective(yearly[t], model.years_of(t)) for t in model.span))

    def factor(self, t: int, before: float = 0.0) -> float:
        """DF at the end of t, or at a part of a period ``before`` it."""
        periods = self.per_period[:t]
        growth = math.fsum(math.log1p(rate) for rate in periods)
        return math.exp(before * math.log1p(periods[-1]) - growth) if before else math.exp(-growth)


def effective(rate_per_year: float, years: float) -> float:
    """(1+k)^Δ − 1."""
    return math.expm1(years * math.log1p(rate_per_year))


def shareholder_value(model: Model, at: Positions) -> tuple[Expr, Expr]:
    """Present value at k of what shareholders get and give, and the sources that gap and slack are shares of::

        Σ DF_t·(dividends + capital returned)_t − Σ_{r,t} DF_{t−κ}·F_{r,t}·e_{r,t} − grid charge
            − Σ DF_{t−κ}·converted_t − Σ DF_t·(interest that convertibles save)_t
            + DF_T·(cash_T + terminal value after tax − V_T)
        DF_t = Π_{s≤t} (1+k_s)^{−Δ}                    at instants, whatever θ is
        F_{r,t} = Π_{s=t}^{T+1} ((1+k_r)/(1+k_s))^Δ    a round at a rate of its own; 1 without, and with a grid
        sources = Σ DF_{t−κ}·(draws + equity + preferred equity + partners' cash)_t

    Interest, fees, flotation and taxes are in the cash that is left. What is owed (``owed``) counts at its worth.
    """
    asked, kappa, last = Asked.of(model), TIMING[model.instance.draw_timing], model.horizon
    dearer = _dearer(model, asked)

    def given(line: Line, t: int) -> float:
        if line.kind in (CONVERSION, CONTRACT_SHARES):
            return 1.0
        return dearer.get(line.name, {}).get(t, 1.0) if line.item == "raise" and line.credit == PAID_IN else 0.0

    value = asked.factor(last) * (at.cash[last] + at.terminal.net - owed(model, at, asked))
    sources: list[Expr] = []
    for t in model.span:
        early, out = asked.factor(t, kappa), model.ledger.total(("dividend", "return_of_capital"), t)
        raised = model.ledger.weighted(("given", t), lambda line, t=t: given(line, t), t, GIVEN)  # type: ignore[misc]
        value += asked.factor(t) * out - early * raised
        sources.append(early * (at.raised(t) + at.partners.cash[t] - at.partners.equity[t]))
    return value - _grid_charge(model, at, asked) - _rights(model, at, asked), quicksum(sources)


def _rights(model: Model, at: Positions, asked: Asked) -> Expr:
    """What convertibles save of interest, at its worth."""
    return quicksum(asked.factor(t) * saved for t, saved in right_to_shares(model, at.debt))


def _dearer(model: Model, asked: Asked) -> dict[str, dict[int, float]]:
    """F by line and period of the rounds that have a rate of their own."""
    equity = model.instance.equity
    if equity is None or model.instance.pricing_grid is not None:
        return {}
    found: dict[str, dict[int, float]] = {}
    for r, each in equity.rounds.items():
        if each.cost_of_equity_per_year is None:
            continue
        own = model.series(each.cost_of_equity_per_year)
        more = [
            math.log1p(effective(own[t], model.years_of(t))) - math.log1p(asked.per_period[t - 1])
            for t in (*model.span, model.horizon)
        ]
        found[RAISE.of(r).name] = {t: math.exp(math.fsum(more[t - 1 :])) for t in model.span}
    return found


def owed(model: Model, at: Positions, asked: Asked) -> Expr:
    """V_T, what is owed at the end of T, at its worth at the reference rate of debt f: nothing due later is lost::

        loans by vintage        Σ_u live[u,T]·Σ_{s>T} service_u(s)·(1+f)^{−Δ(s−T)}
        revolver, sculpted      B_T·(1 + max(0, r_T − f)·1 year)
        leases that are debt    liability_T·(1 + max(0, i − f)·1 year)
        partners                balance_T                         what serving costs beyond it is a commitment
        preferred equity        p·max(1, dividend·Δ / ((1+k_T)^Δ − 1))
        commitments             debts and running contracts after T

    Rates of a year are effective ones; a dividend is compared with k by the period.
    """
    rate, last = model.fair_rate, model.horizon
    parts = [*_vintages(model, at, rate), at.partners.owed[last], *_preferred(model, asked), at.commitments.total]
    for d, debt in model.instance.debt.items():
        if debt.is_pooled:
            dearer = dearer_by(model, yearly_rates(model.instance, debt)[last], rate)
            parts.append((1.0 + dearer) * at.debt.balance[d, last])
    parts += [(1.0 + dearer_by(model, inside, rate)) * liability for inside, liability in at.debt.leases.at_end]
    return quicksum(parts)


def _vintages(model: Model, at: Positions, rate: float) -> Iterator[Expr]:
    kappa = TIMING[model.instance.draw_timing]
    for d, debt in model.instance.debt.items():
        if debt.is_pooled:
            continue
        rates = charged_vintages(model.instance, debt)
        drawn: dict[int, Expr] = {0: debt.opening_balance_musd}
        drawn |= {u: amount for (name, u), amount in at.debt.draws.items() if name == d}
        for u, amount in drawn.items():
            worth = after_horizon(model, terms_of(debt, model.calendar, u), rates[u], u, kappa if u else 0.0, rate)
            if worth:
                early = (y for (name, v, _), y in at.debt.prepaid.items() if (name, v) == (d, u))
                yield worth * (amount - quicksum(early))


def after_horizon(
    model: Model, terms: VintageTerms, rate_per_period: Rate, u: int, timing: float, fair: float
) -> float:
    """What is due after T of a unit drawn ``timing`` of a period before the end of u, worth at T at the fair rate."""
    calendar, last = model.calendar, model.horizon
    growth = effective(fair, calendar.base_years)
    whole = service(terms, rate_per_period, timing)
    later = whole.worth(growth, after=last - u)
    passed = calendar.elapsed(u, last) + timing * calendar.steps(u)
    return later * math.exp(passed * math.log1p(growth)) if later else 0.0


def _preferred(model: Model, asked: Asked) -> Iterator[Expr]:
    """Paid for ever: its dividend over k, and not below what was paid in."""
    k = asked.per_period[-1]
    for r, each in model.instance.preferred_equity.items():
        rate = model.series(each.dividend_per_year)
        for t in model.span:
            worth = max(1.0, rate[t] * model.years_of(model.horizon) / k) if k > 0.0 else 1.0
            yield worth * model.ledger.weighted(("issued", r), _named(PREFERRED_RAISE.of(r).name), t)


def _named(name: str) -> Callable[[Line], float]:
    return lambda line: float(line.name == name)


def _grid_charge(model: Model, at: Positions, asked: Asked) -> Expr:
    """What shareholders ask more because of leverage, by the bucket b that a period is entered with::

    relevered   Σ DF_t·(((1+k_u)^Δ − (1+f)^Δ − spread_b·Δ)·D_{b,t−1} + ((1+k_u)^{κΔ} − (1+f)^{κΔ})·moved_t)
                moved: drawn less repaid κ before the end of t; no equity in it (Harris and Pringle 1985)
    stated      Σ DF_t·((1+k_b)^Δ − (1+k_1)^Δ)·C_{b,t−1}          C common equity, k_1 that of the first bucket
    """
    grid = model.instance.pricing_grid
    if grid is None:
        return 0.0
    parts = []
    for t, carried in at.by_bucket.items():
        weights = dict(_bucket_weights(model, grid, t, asked))
        for b, (debt, common) in carried.items():
            parts.append(asked.factor(t) * weights[b] * (common if grid.relever is None else debt))
        if grid.relever is not None:
            parts.append(asked.factor(t) * _for_a_part(model, asked.per_period[t - 1], t) * _moved(model, at.debt, t))
    return quicksum(parts)


def _for_a_part(model: Model, asked: float, t: int) -> float:
    """(1+k_u)^κΔ − (1+f)^κΔ: what money costs for the part of a period that it comes before its end."""
    kappa = TIMING[model.instance.draw_timing]
    return math.expm1(kappa * math.log1p(asked)) - effective(model.fair_rate, kappa * model.years_of(t))


def _moved(model: Model, debt: DebtPosition, t: int) -> Expr:
    """By how much debt rises in t but for the opening balance of loans with a schedule, which is repaid at the end."""
    rises = [debt.balance[d, t] - debt.balance[d, t - 1] for d in model.instance.debt]
    return quicksum(rises) - quicksum(
        _opening_left(model, debt, d, t) - _opening_left(model, debt, d, t - 1)
        for d, terms in model.instance.debt.items()
        if terms.opening_balance_musd and not terms.is_pooled
    )


def _opening_left(model: Model, debt: DebtPosition, d: str, t: int) -> Expr:
    terms = model.instance.debt[d]
    of_opening = terms_of(terms, model.calendar, 0)
    share = outstanding_share(of_opening, model.calendar.end(t), vintage_rates(model.instance, terms)[0])
    early = (y for (name, u, v), y in debt.prepaid.items() if (name, u) == (d, 0) and v <= t)
    return share * (terms.opening_balance_musd - quicksum(early))


def _bucket_weights(model: Model, grid: PricingGrid, t: int, asked: Asked) -> Iterator[tuple[int, float]]:
    years = model.years_of(t)
    fair = effective(model.fair_rate, years)
    first = cost_of_equity(model, grid, grid.buckets[0])[t]
    for b, bucket in enumerate(grid.buckets):
        if grid.relever is not None:
            yield b, asked.per_period[t - 1] - fair - bucket.spread_per_year * years
        else:
            own = cost_of_equity(model, grid, bucket)[t]
            yield b, effective(own, years) - effective(first, years)
