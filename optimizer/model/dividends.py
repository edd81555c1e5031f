"""Dividends on common equity, with a lock-up."""

from __future__ import annotations

from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.instance.lookback import lookback
from optimizer.instance.schema import Dividends
from optimizer.model.context import Model
from optimizer.model.coverage import cash_for_service, debt_service, hold_where_owed
from optimizer.model.debt import DebtPosition


def add_dividends(model: Model, debt: DebtPosition) -> None:
    """Decided within limits::

    minimum_t ≤ div_t ≤ maximum_t,   Σ_t div_t ≥ minimum_total
    div_t ≤ maximum_t·free_t,   CFADS_t ≥ x·service_t where service is due and free_t = 1      lock-up; free binary

    CFADS and service are those of the last twelve months.
    """
    rules = model.instance.equity.dividends if model.instance.equity else None
    if rules is None:
        model.decide("dividends", ("period",), "musd", {})
        return
    least, most = model.series(rules.minimum_musd), model.series(rules.maximum_musd)
    paid = model.variables("dividend", model.span, upper=most, lower=least)
    rows = model.constraints("dividends")
    rows.add(quicksum(paid.values()) >= rules.minimum_total_musd)
    _lock_up(model, debt, rules, most, paid, rows)
    for t in model.span:
        model.ledger.expense("dividend", "dividend", t, paid[t])
    model.decide("dividends", ("period",), "musd", paid)


def _lock_up(model: Model, debt: DebtPosition, rules: Dividends, most: Any, paid: Any, rows: Any) -> None:
    if rules.lock_up_dscr is None:
        return
    free = model.variables("dividend_free", model.span, upper=1, integer=True)
    for t in model.span:
        look = lookback(model.instance, t, "dscr", rules.lock_up_over, rules.lock_up_first_year)
        if look is None:
            continue
        base = cash_for_service(model, look, None)
        owed = debt_service(model, debt, look, balloons=False)
        rows.add(paid[t] <= most[t] * free[t])
        hold_where_owed(model, f"lock_up.{t}", rows, base=base, owed=owed, level=rules.lock_up_dscr, only_if=free[t])
