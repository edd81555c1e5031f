"""What could still be drawn under revolvers: liquidity that no lender and no covenant would refuse."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.instance.schema import Covenant
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.debt import DebtPosition

DEBT_MAXIMA = ("debt_to_ebitda", "debt_to_capital", "loan_to_value")
"""Covenants that one more draw can break."""


def liquidity_periods(model: Model) -> set[int]:
    """The periods in which a covenant asks for liquidity."""
    return {
        t
        for covenant in model.instance.covenants.values()
        if covenant.kind == "minimum_liquidity"
        for t in model.calendar.window(covenant.first_test, covenant.last_test)
    }


def add_drawable(
    model: Model,
    debt: DebtPosition,
    equity: Mapping[str, Mapping[int, Any]],
    book_value: Mapping[tuple[str, int], Any],
    pledge: Mapping[tuple[str, str, int], Any],
    periods: Collection[int],
) -> Mapping[int, Any]:
    """What all revolvers together could be drawn at the end of t beyond their balances B, in these periods::

        0 ≤ u[d,t] ≤ limit·signed[d] − B[d,t]
        Σ_{d of a lender} (B + u)[d,t] ≤ limit of the lender
        (B + u)[d,t] ≤ Σ_c ltv[d,c]·pledge[d,c,t]
        draw[d,t] + u[d,t] ≤ max_draw,   ≤ share·capex of what it is tied to
        each maximum on debt that is tested in t holds with D + Σ_d u in the place of D, or Σ_d u = 0

    All at once: the room of a lender is not lent twice. A binary says whether Σ_d u = 0, where a covenant can be out of
    reach without more debt. Returns Σ_d u by period; published too as what the plan counts on.
    """
    room = {(d, t): amount for (d, t), amount in sorted(debt.undrawn.items()) if t in periods}
    drawable = model.variables("drawable", room, upper={key: _limit(model, key[0]) for key in room})
    rows = model.constraints("drawable_rows")
    for (d, t), more in drawable.items():
        terms = model.instance.debt[d]
        rows.add(more <= room[d, t])
        if terms.security:
            pledged = quicksum(ltv * pledge[d, c, t] for c, ltv in terms.security.items())
            rows.add(debt.balance[d, t] + more <= pledged)
        if terms.max_draw_musd is not None:
            rows.add(debt.draws[d, t] + more <= terms.max_draw_musd)
        if terms.tied_to is not None:
            spent = model.ledger.capex(t, "sites", terms.tied_to.sites)
            spent += model.ledger.capex(t, "hardware", terms.tied_to.hardware)
            rows.add(debt.draws[d, t] + more <= terms.tied_to.capex_share * spent)
    _lenders(model, debt, drawable, rows)
    for t in sorted({t for _, t in drawable}):
        own = {d: more for (d, u), more in drawable.items() if u == t}
        _covenants(model, debt, equity, book_value, own, t, rows)
    model.decide("drawable", ("instrument", "period"), "musd", drawable)
    return {t: quicksum(more for (_, u), more in drawable.items() if u == t) for t in periods}


def _limit(model: Model, d: str) -> float:
    limit = model.instance.debt[d].limit_musd
    assert limit is not None
    return limit


def _lenders(model: Model, debt: DebtPosition, drawable: Mapping[tuple[str, int], Any], rows: Any) -> None:
    for name, lender in model.instance.lenders.items():
        own = [d for d, terms in model.instance.debt.items() if terms.lender == name]
        limit = model.series(lender.limit_musd)
        for t in sorted({t for d, t in drawable if d in own}):
            owed = quicksum(debt.balance[d, t] for d in own)
            rows.add(owed + quicksum(drawable[d, t] for d in own if (d, t) in drawable) <= limit[t])


def _covenants(
    model: Model,
    debt: DebtPosition,
    equity: Mapping[str, Mapping[int, Any]],
    book_value: Mapping[tuple[str, int], Any],
    own: Mapping[str, Any],
    t: int,
    rows: Any,
) -> None:
    margins = [
        _margin(model, covenant, debt, equity, book_value, own, t)
        for covenant in model.instance.covenants.values()
        if covenant.kind in DEBT_MAXIMA
        and covenant.maximum is not None
        and t in model.calendar.window(covenant.first_test, covenant.last_test)
    ]
    beyond = [margin for margin, without in margins if model.interval(without)[0] < 0.0]
    for margin, without in margins:
        if model.interval(without)[0] >= 0.0:
            rows.add(margin >= 0.0)
    if not beyond:
        return
    more = model.variables(f"drawable_any.{t}", [0], upper=1, integer=True, follows=True)[0]
    for d, amount in own.items():
        rows.add(amount <= _limit(model, d) * more)
    for margin in beyond:
        low = model.interval(margin)[0]
        if math.isinf(low):
            raise UnboundedModelError("what could be drawn has no bound: give every debt instrument its limit_musd")
        rows.add(margin >= min(0.0, low) * (1 - more))


def _margin(
    model: Model,
    covenant: Covenant,
    debt: DebtPosition,
    equity: Mapping[str, Mapping[int, Any]],
    book_value: Mapping[tuple[str, int], Any],
    own: Mapping[str, Any],
    t: int,
) -> tuple[Any, Any]:
    """How far a maximum is away with all that could be drawn, and without any debt, USD million."""
    assert covenant.maximum is not None
    level = model.series(covenant.maximum)[t]
    owed = debt.tested(t) + quicksum(own.values())
    if covenant.kind == "debt_to_ebitda":
        room = level / model.years * model.ledger.ebitda(t, corporate=covenant.scope == "company")
    elif covenant.kind == "debt_to_capital":
        held = equity[covenant.equity_basis][t]
        return level * (owed + held) - owed, level * held
    else:
        room = level * quicksum(book_value[c, t] for c in covenant.assets or ())
        if covenant.instruments is not None:
            owed = quicksum(debt.balance[d, t] + own.get(d, 0.0) for d in covenant.instruments)
    return room - owed, room
