"""Objectives: what is minimised or maximised, each a sum over the ledger."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.algebra.linear import Values, quicksum
from optimizer.instance.calendar import TIMING
from optimizer.model.context import Model
from optimizer.model.dating import early_present_cost
from optimizer.model.debt import DebtPosition
from optimizer.model.equity import EquityPosition
from optimizer.model.ledger import HARDWARE, SITES, Line
from optimizer.model.partners import PartnerPosition
from optimizer.model.preferred import PreferredPosition
from optimizer.model.tax import shield

FREE = {
    "revenue": 1,
    "resale": 1,
    "other_investing": 0,
    "opex": -1,
    "capex": -1,
    "lease": -1,
    "tax": -1,
    "fee": -1,
    "flotation": -1,
}
"""Items of the free cash flow with their signs (0: by the direction of the cash): all but the providers of capital.

What is delivered to a partner against its prepayment is revenue, and an asset taken over by a lease that counts as debt
is capital spending, though no cash moves."""


@dataclass(frozen=True)
class Goal:
    """A named linear expression and whether less of it is better; USD million, if nothing else is said.

    A ratio has a denominator ``over``. A peak is a variable that its rows only push up: ``highest_of`` are the
    expressions that it is the largest of. ``log_share`` says that the expression is −ln(1 − share).
    """

    name: str
    expression: Any
    minimise: bool
    over: Any = None
    highest_of: tuple[Any, ...] = ()
    log_share: bool = False

    def value(self, at: Values) -> float | None:
        """Its value at a solution; None if a ratio has no meaning there."""
        if self.highest_of:
            return max(0.0, *(at(each) for each in self.highest_of))
        value = at(self.expression)
        if self.over is not None:
            below = at(self.over)
            return value / below if below > 0.0 else None
        return value


@dataclass(frozen=True)
class Positions:
    """All that the objectives look at, USD million by period."""

    debt: DebtPosition
    common: EquityPosition
    preferred: PreferredPosition
    partners: PartnerPosition
    cash: Mapping[int, Any]
    equity_charge: Mapping[int, Any]
    book_value: Mapping[tuple[str, int], Any]
    resale_value: Any
    total_value: Any
    unlevered_tax: Mapping[int, Any] | None

    def equity(self, t: int) -> Any:
        """E_t, common and preferred."""
        return self.common.paid_in[t] + self.preferred.outstanding[t]

    def external(self, t: int) -> Any:
        """Debt, what partners are owed, and equity raised since instant 0."""
        return self.debt.total(t) + self.partners.owed[t] + self.equity(t) - self.common.paid_in[0]

    def raised(self, t: int) -> Any:
        """Money that came in during t as debt and as equity."""
        return self.drawn(t) + self.common.new[t] + self.preferred.new[t]

    def drawn(self, t: int) -> Any:
        """Debt drawn in t."""
        return quicksum(amount for (_, u), amount in self.debt.draws.items() if u == t)


def add_objectives(model: Model, at: Positions) -> dict[str, Goal]:
    """Every objective, so that each solve reports them all::

    charges_t               (1−τ)·(interest + lease carry) + debt fees + flotation + equity charge + preferred dividends
    cost_of_capital         Σ DF·charges
    wacc                    Σ DF·(charges − (1−τ)·interest income) / Σ DF·Δ·((1−κ)·N_{t−1} + κ·N_t),  N = D + E − cash
    net_present_cost        −Σ DF·free cash flow − DF_T·terminal value
    adjusted_present_value  Σ DF^u·unlevered flows + Σ DF^s·(tax saved − issue costs) + DF^u_T·terminal value
    terminal_cash           cash_T
    dilution                1 − ownership kept
    peak_funding            max_t (debt + owed to partners + E_t − E_0)
    capital_raised          Σ draws + equity raised + partners' cash
    total_value             Σ value of the phases started
    """
    discount = model.instance.discount
    factors = discount_factors(model, discount.rate_per_year)
    charges = {t: _charges(model, at, t) for t in model.span}
    kappa = TIMING[model.instance.draw_timing]
    income = {t: shield(model) * model.ledger.total("interest_income", t) for t in model.span}
    net = {t: at.debt.total(t) + at.equity(t) - at.cash[t] for t in (0, *model.span)}
    net_capital = {t: (1.0 - kappa) * net[t - 1] + kappa * net[t] for t in model.span}
    present_cost = quicksum(-factors[t] * flow(model, t, FREE) for t in model.span)
    present_cost -= factors[model.horizon] * _terminal_value(model, at)
    present_cost += early_present_cost(model, discount.rate_per_year)
    peak = model.variables("peak_funding", [0])
    rows = model.constraints("peak_funding_rows")
    external = tuple(at.external(t) for t in model.span)
    for outstanding in external:
        rows.add(peak[0] >= outstanding)
    goals = [
        Goal("cost_of_capital", quicksum(factors[t] * charges[t] for t in model.span), True),
        Goal(
            "wacc",
            quicksum(factors[t] * (charges[t] - income[t]) for t in model.span),
            True,
            over=quicksum(factors[t] * model.years * net_capital[t] for t in model.span),
        ),
        Goal("net_present_cost", present_cost, True),
        Goal("terminal_cash", at.cash[model.horizon], False),
        Goal("dilution", at.common.log_kept, True, log_share=True),
        Goal("peak_funding", peak[0], True, highest_of=external),
        Goal("capital_raised", _capital_raised(model, at), True),
        Goal("total_value", at.total_value, False),
    ]
    if at.unlevered_tax is not None:
        goals.append(Goal("adjusted_present_value", _adjusted_present_value(model, at), False))
    return {goal.name: goal for goal in goals}


def discount_factors(model: Model, rate: float) -> dict[int, float]:
    """DF_t at a yearly rate, by period."""
    factors = model.calendar.discount_factors(rate, model.instance.discount.timing)
    return dict(zip(model.span, factors, strict=True))


def flow(model: Model, t: int, items: Iterable[str]) -> Any:
    """What these items of the free cash flow bring in less what they cost."""
    wanted = frozenset(items)

    def weight(line: Line) -> float:
        return (FREE[line.item] or line.cash) if line.item in wanted else 0

    return model.ledger.weighted(("free", wanted), weight, t)


def _charges(model: Model, at: Positions, t: int) -> Any:
    ledger = model.ledger
    borrowed = shield(model) * (ledger.interest(t) + at.debt.leases.carry[t])
    issue = ledger.total(("fee", "flotation"), t)
    return borrowed + issue + at.equity_charge[t] + at.common.new_charge[t] + ledger.total("preferred_dividend", t)


def _capital_raised(model: Model, at: Positions) -> Any:
    compute = quicksum(at.partners.cash[t] - at.partners.equity[t] for t in model.span)
    return compute + quicksum(at.raised(t) for t in model.span)


def _adjusted_present_value(model: Model, at: Positions) -> Any:
    rates = model.instance.adjusted_present_value
    assert rates is not None
    assert at.unlevered_tax is not None
    unlevered = discount_factors(model, rates.unlevered_rate_per_year)
    shielded = discount_factors(model, rates.shield_rate_per_year)
    operating = FREE.keys() - {"tax", "fee", "flotation"}
    value = unlevered[model.horizon] * _terminal_value(model, at)
    value -= early_present_cost(model, rates.unlevered_rate_per_year)
    for t in model.span:
        saved = at.unlevered_tax[t] - model.ledger.total("tax", t) - model.ledger.total(("fee", "flotation"), t)
        value += unlevered[t] * (flow(model, t, operating) - at.unlevered_tax[t]) + shielded[t] * saved
    return value


def _terminal_value(model: Model, at: Positions) -> Any:
    terminal, last = model.instance.terminal, model.horizon
    if terminal.kind == "book_share":
        return terminal.share * (at.book_value[SITES, last] + at.book_value[HARDWARE, last])
    if terminal.kind == "ebitda_multiple":
        return (terminal.multiple or 0.0) / model.years * model.ledger.ebitda(last)
    return at.resale_value if terminal.kind == "resale" else 0.0


def share_of_log(log_share: float) -> float:
    """The share x behind −ln(1 − x)."""
    return 1.0 - math.exp(-log_share)
