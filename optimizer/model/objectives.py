"""Objectives: what is minimised or maximised, each a sum over the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from optimizer.algebra.expr import ByName, ByPeriod, Expr
from optimizer.algebra.linear import Values, quicksum
from optimizer.contract.lines import NO_CASH
from optimizer.contract.objectives import OBJECTIVES
from optimizer.finance.rates import compounded
from optimizer.model.charges import Sources, capital_charges
from optimizer.model.commitments import Commitments
from optimizer.model.context import Model
from optimizer.model.dating import early_present_cost
from optimizer.model.decided import NEVER
from optimizer.model.ledger import Line
from optimizer.model.loan_worth import fees_on_draws, loan_worth
from optimizer.model.positions import Carried, DebtPosition, EquityPosition, PartnerPosition, PreferredPosition
from optimizer.model.tax import shield
from optimizer.model.terminal import TerminalValue

FREE = {
    "revenue": 1,
    "resale": 1,
    "other_investing": 0,
    "prepayment": 0,
    "opex": -1,
    "capex": -1,
    "lease": -1,
    "tax": -1,
    "fee": -1,
    "flotation": -1,
}
"""Items of the free cash flow with their signs (0: by the direction of the cash): all but the providers of capital.

What is delivered to a partner against its prepayment is revenue, though no cash moves, and an asset taken over by a
lease that counts as debt is capital spending. What a customer pays ahead counts as it is received, and not again as it
is recognised."""


@dataclass(frozen=True)
class ObjectiveExpr:
    """The expression of an objective (``contract.objectives`` has its sense and unit).

    A ratio has a ``denominator``, and is a nominal rate of ``per_year`` periods a year, said as an effective one.
    A peak is a variable that its rows only push up: ``highest_of`` are the expressions that it is the largest of.
    ``log_share`` says that the expression is −ln(1 − share). Gap and slack are shares of ``base`` at the plan, if there
    is one, and else of the value.
    """

    name: str
    expression: Expr
    denominator: Expr | None = None
    highest_of: tuple[Expr, ...] = ()
    log_share: bool = False
    base: Expr | None = None
    per_year: int = 1

    @property
    def minimise(self) -> bool:
        """Whether less of it is better."""
        return OBJECTIVES[self.name].minimise

    def value(self, at: Values) -> float | None:
        """Its value at a solution; None if a ratio has no meaning there."""
        if self.highest_of:
            return max(0.0, *(at(each) for each in self.highest_of))
        value = at(self.expression)
        if self.denominator is not None:
            below = at(self.denominator)
            return compounded(value / below, self.per_year) if below > 0.0 else None
        return value


@dataclass(frozen=True)
class Positions:
    """All that the objectives look at, USD million by period."""

    debt: DebtPosition
    common: EquityPosition
    preferred: PreferredPosition
    partners: PartnerPosition
    cash: ByPeriod
    equity_charge: ByPeriod
    book_value: ByName
    terminal: TerminalValue
    commitments: Commitments
    total_value: Expr
    unlevered_tax: ByPeriod | None
    by_bucket: Mapping[int, Carried]

    def equity(self, t: int) -> Expr:
        """E_t, common and preferred."""
        return self.common.paid_in[t] + self.preferred.outstanding[t]

    def external(self, t: int) -> Expr:
        """Debt, what partners are owed, and equity raised since instant 0."""
        return self.debt.total(t) + self.partners.owed[t] + self.equity(t) - self.common.paid_in[0]

    def raised(self, t: int) -> Expr:
        """Money that came in during t as debt and as equity."""
        return self.drawn(t) + self.common.new[t] - self.common.converted.get(t, 0.0) + self.preferred.new[t]

    def drawn(self, t: int) -> Expr:
        """Debt drawn in t."""
        return quicksum(amount for (_, u), amount in self.debt.draws.items() if u == t)


def add_objectives(model: Model, at: Positions, to_shareholders: Expr, given: Expr) -> dict[str, ObjectiveExpr]:
    """Every objective, so that each solve reports them all; the last two arguments come from ``shareholder_value``::

    charges                 what capital costs at effective rates, after tax: see ``charges``
    cost_of_capital         Σ DF·(charges − (1−τ)·interest income)
    capital_employed        Σ DF·Δ·(debt + equity + preferred + partners), carrying amounts
    wacc                    Σ DF·charges / capital employed, compounded yearly
    net_present_cost        −Σ DF·free cash flow − (1+ρ)^{−Δ·T}·(terminal value − commitments)
    adjusted_present_value  Σ DF^u·unlevered flows + Σ DF^s·(tax saved − issue costs) + worth of loans (`loan_worth`)
                            + (1+k_u)^{−Δ·T}·(terminal value − commitments) + (1+k_s)^{−Δ·T}·losses carried
    shareholder_value       Σ DF·(dividends − equity raised) + DF_T·(what is left)          see ``shareholder_value``
    terminal_cash           cash_T
    dilution                1 − ownership kept
    peak_funding            max_t (debt + owed to partners + E_t − E_0)
    capital_raised          Σ draws + equity raised + partners' cash
    total_value             Σ value of the phases started
    """
    discount = model.instance.discount
    factors = discount_factors(model, discount.rate_per_year)
    last = model.horizon
    beyond = {last + 1: factors[last] * (1.0 + discount.rate_per_year) ** -model.years_of(last + 1)}
    sources = Sources(at.debt, at.common, at.preferred, at.partners, at.equity_charge, at.by_bucket)
    charges = capital_charges(model, sources, {**factors, **beyond})
    income = quicksum(factors[t] * model.ledger.total("interest_income", t) for t in model.span)
    present_cost = quicksum(-factors[t] * flow(model, t, FREE) for t in model.span)
    present_cost -= at_end(model, discount.rate_per_year) * (at.terminal.net - at.commitments.total)
    present_cost += early_present_cost(model, discount.rate_per_year)
    peak = model.variables("peak_funding", [0], decided=NEVER)
    rows = model.constraints("peak_funding_rows")
    external = tuple(at.external(t) for t in model.span)
    for outstanding in external:
        rows.add(peak[0] >= outstanding)
    found = [
        ObjectiveExpr(
            "cost_of_capital",
            charges.total - shield(model) * income,
            base=charges.total - charges.undecided,
        ),
        ObjectiveExpr("capital_employed", charges.capital),
        ObjectiveExpr("wacc", charges.total, denominator=charges.capital, per_year=model.calendar.per_year),
        ObjectiveExpr("net_present_cost", present_cost),
        ObjectiveExpr("shareholder_value", to_shareholders, base=given),
        ObjectiveExpr("terminal_cash", at.cash[model.horizon]),
        ObjectiveExpr("dilution", at.common.log_kept, log_share=True),
        ObjectiveExpr("peak_funding", peak[0], highest_of=external),
        ObjectiveExpr("capital_raised", _capital_raised(model, at)),
        ObjectiveExpr("total_value", at.total_value),
    ]
    if at.unlevered_tax is not None:
        found.append(ObjectiveExpr("adjusted_present_value", _adjusted_present_value(model, at)))
    return {objective.name: objective for objective in found}


def discount_factors(model: Model, rate: float) -> dict[int, float]:
    """DF_t at a yearly rate, by period."""
    factors = model.calendar.discount_factors(rate, model.instance.discount.timing)
    return dict(zip(model.span, factors, strict=True))


def at_end(model: Model, rate: float) -> float:
    """(1+rate)^{−Δ·T}: what falls at the end of the last period is discounted from there, whatever θ is."""
    return float((1.0 + rate) ** -model.calendar.years_to(model.horizon))


def flow(model: Model, t: int, items: Iterable[str]) -> Expr:
    """What these items of the free cash flow bring in less what they cost."""
    wanted = frozenset(items)

    def weight(line: Line) -> float:
        counts = line.item in wanted and line.kind not in NO_CASH
        return (FREE[line.item] or line.cash) if counts else 0

    return model.ledger.weighted(("free", wanted), weight, t)


def _capital_raised(model: Model, at: Positions) -> Expr:
    compute = quicksum(at.partners.cash[t] - at.partners.equity[t] for t in model.span)
    return compute + quicksum(at.raised(t) for t in model.span)


def _adjusted_present_value(model: Model, at: Positions) -> Expr:
    rates = model.instance.adjusted_present_value
    assert rates is not None
    assert at.unlevered_tax is not None
    unlevered = discount_factors(model, rates.unlevered_rate_per_year)
    shielded = discount_factors(model, rates.shield_rate_per_year)
    operating = FREE.keys() - {"tax", "fee", "flotation"}
    value = at_end(model, rates.unlevered_rate_per_year) * (at.terminal.after_tax - at.commitments.total)
    value += at_end(model, rates.shield_rate_per_year) * at.terminal.carried
    value -= early_present_cost(model, rates.unlevered_rate_per_year)
    for t in model.span:
        issue_costs = model.ledger.total(("fee", "flotation"), t) - fees_on_draws(model, at.debt, t)
        saved = at.unlevered_tax.get(t, 0.0) - model.ledger.total("tax", t) - issue_costs
        value += unlevered[t] * (flow(model, t, operating) - at.unlevered_tax.get(t, 0.0)) + shielded[t] * saved
    return value + loan_worth(model, at.debt, at.cash, shielded, at.by_bucket)
