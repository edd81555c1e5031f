"""What lenders see in a year: EBITDA, interest, cash for debt service and debt service, of the last twelve months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.instance.lookback import Lookback, past
from optimizer.model.context import Model
from optimizer.model.debt import DebtPosition
from optimizer.model.ledger import Line
from optimizer.model.principal_due import principal_due


def ebitda(model: Model, look: Lookback, *, corporate: bool = True) -> Any:
    """Σ EBITDA of the periods looked back on, with what the history says of those before the calendar."""
    inside = quicksum(model.ledger.ebitda(t, corporate=corporate) for t in look.inside)
    return inside + _past_ebitda(model, look, corporate)


def interest(model: Model, look: Lookback) -> Any:
    """Σ interest, paid or capitalised."""
    return quicksum(model.ledger.interest(t) for t in look.inside) + past(model.instance, "interest_musd", look.before)


def cash_for_service(model: Model, look: Lookback, tax: Mapping[int, Any] | None, *, corporate: bool = True) -> Any:
    """CFADS = Σ revenue and opex in cash − tax

    What is delivered against a partner's prepayment is no cash. ``tax`` by period: None is that of the company, an
    empty one none.
    """

    def weight(line: Line) -> float:
        return float(line.cash) if line.item in ("revenue", "opex") and (corporate or not line.corporate) else 0.0

    inside = quicksum(model.ledger.weighted(("cash EBITDA", corporate), weight, t) for t in look.inside)
    paid = quicksum(model.ledger.total("tax", t) if tax is None else tax.get(t, 0.0) for t in look.inside)
    before = _past_ebitda(model, look, corporate)
    if tax is None or tax:
        before -= past(model.instance, "tax_musd", look.before)
    return inside - paid + before


def debt_service(model: Model, debt: DebtPosition, look: Lookback, *, balloons: bool) -> Any:
    """Σ interest paid + principal due, less what of it is refinanced."""
    paid = quicksum(model.ledger.total("interest", t) for t in look.inside)
    before = past(model.instance, "interest_musd", look.before) + past(model.instance, "principal_musd", look.before)
    return paid + principal_due(model, debt, look.inside, balloons=balloons) + before


def _past_ebitda(model: Model, look: Lookback, corporate: bool) -> float:
    whole = past(model.instance, "ebitda_musd", look.before)
    return whole if corporate else whole - past(model.instance, "corporate_musd", look.before)
