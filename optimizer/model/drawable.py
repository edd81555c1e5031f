"""What could still be drawn under revolvers: liquidity that no lender and no covenant would refuse."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from optimizer.algebra.expr import ByName, ByPeriod, Constraints, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import DRAWABLE
from optimizer.instance.lookback import of_covenant
from optimizer.model.context import Model
from optimizer.model.coverage import ebitda, hold_where_owed
from optimizer.model.groups import group_debt, tested_value
from optimizer.model.positions import DebtPosition


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
    equity: Mapping[str, ByPeriod],
    book_value: ByName,
    by_group: Mapping[tuple[str, str, int], Expr],
    pledge: Mapping[tuple[str, str, int], Expr],
    periods: Collection[int],
    loans: ByName,
) -> ByName:
    """What all revolvers together could be drawn at the end of t beyond their balances B, in these periods::

        0 ≤ u[d,t] ≤ limit·signed[d] − B[d,t]
        Σ_{d of a lender} (B + u)[d,t] ≤ limit of the lender
        (B + u)[d,t] ≤ Σ_c ltv[d,c]·pledge[d,c,t],   ≤ what its customers have still to pay allows (``advances``)
        draw[d,t] + u[d,t] ≤ max_draw,   ≤ what its tie allows to be drawn (``ties``)
        each maximum on debt that is tested in t holds with D + Σ_d u in the place of D

    All at once: the room of a lender is not lent twice, and what ``loans`` are counted on to lend takes of it, as u
    does, and of the room of each maximum. Returns u, published too as what the plan counts on. Of a test of a group
    only what it owes counts.
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
            rows.add(debt.draws[d, t] + more <= debt.tied[d, t])
        if (d, t) in debt.tied_held:
            rows.add(debt.balance[d, t] + more <= debt.tied_held[d, t])
        if (d, t) in debt.advanced:
            rows.add(debt.balance[d, t] + more <= debt.advanced[d, t])
    counted = {**drawable, **loans}
    _lenders(model, debt, counted, rows)
    for t in sorted({t for _, t in counted}):
        own = {d: more for (d, u), more in counted.items() if u == t}
        _covenants(model, debt, equity, book_value, by_group, own, t, rows)
    model.decide(DRAWABLE, drawable)
    return drawable


def by_entity(model: Model, drawable: ByName, periods: Collection[int]) -> dict[tuple[str, int], Expr]:
    """Σ_d u by (entity, period), of the company's revolvers and of those of each group."""
    return {
        (entity, t): quicksum(x for (d, u), x in drawable.items() if u == t and model.rings.debt[d] == entity)
        for entity in model.entities
        for t in periods
    }


def _limit(model: Model, d: str) -> float:
    limit = model.instance.debt[d].cash_limit_musd
    assert limit is not None
    return limit


def _lenders(model: Model, debt: DebtPosition, drawable: ByName, rows: Constraints) -> None:
    for name, lender in model.instance.lenders.items():
        own = [d for d, terms in model.instance.debt.items() if terms.lender == name]
        limit = model.series(lender.limit_musd)
        for t in sorted({t for d, t in drawable if d in own}):
            owed = quicksum(debt.balance[d, t] for d in own)
            rows.add(owed + quicksum(drawable[d, t] for d in own if (d, t) in drawable) <= limit[t])


def _covenants(
    model: Model,
    debt: DebtPosition,
    equity: Mapping[str, ByPeriod],
    book_value: ByName,
    by_group: Mapping[tuple[str, str, int], Expr],
    own: Mapping[str, Expr],
    t: int,
    rows: Constraints,
) -> None:
    """The maxima on debt that are tested in t, with all that could be drawn added to what is owed."""
    for name, covenant in model.instance.covenants.items():
        if covenant.maximum is None or t not in model.calendar.window(covenant.first_test, covenant.last_test):
            continue
        level, place, group = model.series(covenant.maximum)[t], f"drawable.{name}.{t}", covenant.group
        mine = {d: more for d, more in own.items() if group is None or model.rings.debt[d] == group}
        owed = (debt.tested(t) if group is None else group_debt(model, debt, group, t)) + quicksum(mine.values())
        if covenant.kind == "debt_to_ebitda":
            look = of_covenant(model.instance, covenant, t)
            if look is not None:
                earned = ebitda(model, look, corporate=covenant.scope == "company", group=group)
                base = level * look.per_year(model.calendar) * earned
                hold_where_owed(model, place, rows, t, base=base, owed=owed, level=1.0)
        elif covenant.kind == "debt_to_capital":
            base = level * equity[covenant.equity_basis][t]
            hold_where_owed(model, place, rows, t, base=base, owed=owed, level=1.0 - level)
        else:
            value = level * quicksum(tested_value(covenant, c, t, book_value, by_group) for c in covenant.assets or ())
            named = covenant.instruments
            whole = owed if named is None else quicksum(debt.balance[d, t] + own.get(d, 0.0) for d in named)
            hold_where_owed(model, place, rows, t, base=value, owed=whole, level=1.0)
