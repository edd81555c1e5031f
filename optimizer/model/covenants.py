"""Covenants: promises to lenders, as linear rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.instance.schema import Covenant
from optimizer.model.context import Model
from optimizer.model.debt import DebtPosition
from optimizer.model.dividends import coverage_margin


def add_covenants(
    model: Model,
    debt: DebtPosition,
    equity: Mapping[str, Mapping[int, Any]],
    cash: Mapping[int, Any],
    book_value: Mapping[tuple[str, int], Any],
    drawable: Mapping[int, Any],
) -> None:
    """Each covenant in each period of its window, multiplied out so that it stays linear::

    dscr                EBITDA − tax ≥ min·(interest paid + scheduled principal)
    interest_cover      EBITDA ≥ min·interest, paid or capitalised
    debt_to_ebitda      debt·Δ ≤ max·EBITDA
    debt_to_capital     debt ≤ max·(debt + E), or ≥ min·(debt + E)          E: ``equity`` by its basis
    loan_to_value       debt of the instruments ≤ max·net book value of the assets
    minimum_liquidity   cash + what could be drawn ≥ min                see ``drawable``
    """
    rows = model.constraints("covenant")
    for covenant in model.instance.covenants.values():
        window = model.calendar.window(covenant.first_test, covenant.last_test)
        series = covenant.minimum if covenant.minimum is not None else covenant.maximum
        assert series is not None
        level = model.series(series)
        for t in window:
            held = equity[covenant.equity_basis]
            rows.add(_row(model, covenant, level[t], t, debt, held, cash, book_value, drawable))


def _row(
    model: Model,
    covenant: Covenant,
    level: float,
    t: int,
    debt: DebtPosition,
    equity: Mapping[int, Any],
    cash: Mapping[int, Any],
    book_value: Mapping[tuple[str, int], Any],
    drawable: Mapping[int, Any],
) -> Any:
    ledger = model.ledger
    company = covenant.scope == "company"
    ebitda = ledger.ebitda(t, corporate=company)
    owed = debt.tested(t)
    match covenant.kind:
        case "dscr":
            return coverage_margin(model, debt, level, t, corporate=company) >= 0
        case "interest_cover":
            return ebitda >= level * ledger.interest(t)
        case "debt_to_ebitda":
            return model.years * owed <= level * ebitda
        case "debt_to_capital":
            share = level * (owed + equity[t])
            return owed <= share if covenant.minimum is None else owed >= share
        case "loan_to_value":
            assert covenant.assets is not None
            if covenant.instruments is not None:
                owed = quicksum(debt.balance[d, t] for d in covenant.instruments)
            return owed <= level * quicksum(book_value[c, t] for c in covenant.assets)
        case "minimum_liquidity":
            return cash[t] + drawable[t] >= level
