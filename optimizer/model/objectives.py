"""Objectives: what is minimised or maximised, each a sum over the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from optimizer.model.context import Model
from optimizer.model.debt import DebtPosition
from optimizer.model.equity import EquityPosition
from optimizer.model.ledger import HARDWARE, SITES
from optimizer.model.sites import SiteCapacity
from optimizer.model.tax import shield


@dataclass(frozen=True)
class Goal:
    """A named linear expression, USD million, and whether less of it is better.

    A peak is a variable that its rows only push up; ``highest_of`` are the expressions that it is the largest of.
    """

    name: str
    expression: Any
    minimise: bool
    highest_of: tuple[Any, ...] = ()

    def value(self) -> float:
        """Its value at the solution that the variables hold."""
        if self.highest_of:
            return max(0.0, *(float(pyo.value(each)) for each in self.highest_of))
        return float(pyo.value(self.expression))


def add_objectives(
    model: Model,
    debt: DebtPosition,
    equity: EquityPosition,
    cash: Mapping[int, Any],
    book_value: Mapping[tuple[str, int], Any],
    sites: SiteCapacity,
) -> dict[str, Goal]:
    """Every objective, so that each solve reports them all::

    cost_of_capital   Σ DF·[(1−τ)·interest + debt fees + flotation + equity charge]
    net_present_cost  −Σ DF·(operating + investing flows − tax − debt fees − flotation) − DF_T·terminal value
    terminal_cash     cash_T
    peak_funding      max_t (debt_t + E_t − E_0)
    total_value       Σ value of the phases started
    """
    discount = model.instance.discount
    factors = dict(
        zip(model.span, model.calendar.discount_factors(discount.rate_per_year, discount.timing), strict=True)
    )
    ledger = model.ledger
    costs_of_issue = ("fee", "flotation")
    capital = pyo.quicksum(
        factors[t] * (shield(model) * ledger.total("interest", t) + ledger.total(costs_of_issue, t) + equity.charge[t])
        for t in model.span
    )
    present_cost = pyo.quicksum(-factors[t] * _free_cash_flow(model, t) for t in model.span)
    present_cost -= factors[model.horizon] * _terminal_value(model, book_value)
    peak = model.variables("peak_funding", [0])
    rows = model.constraints("peak_funding_rows")
    external = tuple(debt.total(t) + equity.paid_in[t] - equity.paid_in[0] for t in model.span)
    for outstanding in external:
        rows.add(peak[0] >= outstanding)
    goals = (
        Goal("cost_of_capital", capital, True),
        Goal("net_present_cost", present_cost, True),
        Goal("terminal_cash", cash[model.horizon], False),
        Goal("peak_funding", peak[0], True, external),
        Goal("total_value", sites.total_value, False),
    )
    return {goal.name: goal for goal in goals}


def _free_cash_flow(model: Model, t: int) -> Any:
    """Cash from operations and investment after tax and issue costs: everything but the providers of capital."""
    return pyo.quicksum(
        line.cash * line.amount
        for line in model.ledger.lines
        if line.period == t
        and line.cash
        and line.item in {"revenue", "opex", "other_investing", "capex", "tax", "fee", "flotation"}
    )


def _terminal_value(model: Model, book_value: Mapping[tuple[str, int], Any]) -> Any:
    terminal, last = model.instance.terminal, model.horizon
    if terminal.kind == "book_share":
        return terminal.share * (book_value[SITES, last] + book_value[HARDWARE, last])
    if terminal.kind == "ebitda_multiple":
        return (terminal.multiple or 0.0) / model.years * model.ledger.ebitda(last)
    return 0.0
