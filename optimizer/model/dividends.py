"""Dividends on common equity, with a lock-up."""

from __future__ import annotations

import math
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.debt import DebtPosition


def add_dividends(model: Model, debt: DebtPosition) -> None:
    """Decided within limits::

    minimum_t ≤ div_t ≤ maximum_t,   Σ_t div_t ≥ minimum_total
    div_t ≤ maximum_t·free_t,   CFADS_t − x·service_t ≥ −M_t·(1 − free_t)      lock-up; free binary

    −M_t is the least that the bounds of the decisions leave to the margin.
    """
    rules = model.instance.equity.dividends if model.instance.equity else None
    if rules is None:
        model.decide("dividends", ("period",), "musd", {})
        return
    least, most = model.series(rules.minimum_musd), model.series(rules.maximum_musd)
    paid = model.variables("dividend", model.span, upper=most, lower=least)
    rows = model.constraints("dividends")
    rows.add(quicksum(paid.values()) >= rules.minimum_total_musd)
    if rules.lock_up_dscr is not None:
        free = model.variables("dividend_free", model.span, upper=1, integer=True)
        for t in model.span:
            margin = coverage_margin(model, debt, rules.lock_up_dscr, t)
            if isinstance(margin, (int, float)):
                continue
            low = model.interval(margin)[0]
            if math.isinf(low):
                raise UnboundedModelError("a lock-up needs a limit_musd on every debt instrument")
            rows.add(paid[t] <= most[t] * free[t])
            rows.add(margin >= min(0.0, low) * (1 - free[t]))
    for t in model.span:
        model.ledger.expense("dividend", "dividend", t, paid[t])
    model.decide("dividends", ("period",), "musd", paid)


def coverage_margin(model: Model, debt: DebtPosition, level: float, t: int, *, corporate: bool = True) -> Any:
    """CFADS − level·(interest paid + scheduled principal); CFADS = EBITDA − tax."""
    ledger = model.ledger
    service = ledger.total("interest", t) + debt.scheduled_principal(t)
    return ledger.ebitda(t, corporate=corporate) - ledger.total("tax", t) - level * service
