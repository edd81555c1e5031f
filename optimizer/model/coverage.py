"""What lenders see in a year, cash for debt service and debt service first; and their tests, where there is one."""

from __future__ import annotations

import math

from optimizer.algebra.expr import ByPeriod, Constraint, Constraints, Expr
from optimizer.algebra.linear import quicksum
from optimizer.instance.lookback import Lookback, past
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.ledger import Line, Sums
from optimizer.model.positions import DebtPosition
from optimizer.model.principal_due import principal_due

NOTHING_MUSD = 1e-3
"""Debt, interest or debt service of up to 1,000 dollars is none."""
ROUNDING_MUSD = 1e-8


def books(model: Model, group: str | None) -> Sums:
    """The lines of a group, or all of them."""
    return model.ledger if group is None else model.ledger.of(group)


def ebitda(model: Model, look: Lookback, *, corporate: bool = True, group: str | None = None) -> Expr:
    """Σ EBITDA of the periods looked back on, with what the history says of those before the calendar."""
    inside = quicksum(books(model, group).ebitda(t, corporate=corporate) for t in look.inside)
    return inside + _past_ebitda(model, look, corporate)


def interest(model: Model, look: Lookback, *, group: str | None = None) -> Expr:
    """Σ interest, paid or capitalised."""
    ledger = books(model, group)
    return quicksum(ledger.interest(t) for t in look.inside) + past(model.instance, "interest_musd", look.before)


def cash_for_service(
    model: Model, look: Lookback, tax: ByPeriod | None, *, corporate: bool = True, group: str | None = None
) -> Expr:
    """CFADS = Σ revenue and opex in cash − tax

    What is delivered against a partner's prepayment is no cash. ``tax`` by period: None is that of the company, an
    empty one none.
    """

    def weight(line: Line) -> float:
        return float(line.cash) if line.item in ("revenue", "opex") and (corporate or not line.corporate) else 0.0

    inside = quicksum(books(model, group).weighted(("cash EBITDA", corporate), weight, t) for t in look.inside)
    paid = quicksum(model.ledger.total("tax", t) if tax is None else tax.get(t, 0.0) for t in look.inside)
    before = _past_ebitda(model, look, corporate)
    if tax is None or tax:
        before -= past(model.instance, "tax_musd", look.before)
    return inside - paid + before


def debt_service(model: Model, debt: DebtPosition, look: Lookback, *, balloons: bool, group: str | None = None) -> Expr:
    """Σ interest paid + principal due, less what of it is refinanced."""
    paid = quicksum(books(model, group).total("interest", t) for t in look.inside)
    before = past(model.instance, "interest_musd", look.before) + past(model.instance, "principal_musd", look.before)
    return paid + principal_due(model, debt, look.inside, balloons=balloons, group=group) + before


def _past_ebitda(model: Model, look: Lookback, corporate: bool) -> float:
    whole = past(model.instance, "ebitda_musd", look.before)
    return whole if corporate else whole - past(model.instance, "corporate_musd", look.before)


def hold_where_owed(
    model: Model,
    name: str,
    rows: Constraints,
    t: int,
    *,
    base: Expr,
    owed: Expr,
    level: float,
    only_if: Expr | None = None,
) -> None:
    """level·owed ≤ base in period t, where owed is more than nothing::

        owed ≤ o + (O − o)·z,   base − level·owed ≥ (b − level·o)·(1 − z)          z = 1: tested

    O is the most that can be owed, and that the test itself leaves where it is made: the largest base / level; o is
    what is surely owed, or all opening debt, up to 1,000 dollars; b is the least base. Where no more than o is owed the
    test holds by itself if b ≥ level·o, and it is made in any case where more is surely owed: then there is no binary.
    With ``only_if`` y it is held only where y = 1: the right side falls by the least margin·(1 − y).
    """
    least, most = model.interval(owed)
    if most <= NOTHING_MUSD:
        return
    low, high = model.interval(base)
    if only_if is None and level > 0:
        most = min(most, max(0.0, high) / level)
    none = max(0.0, least, opening_trifle(model))
    certain = least > NOTHING_MUSD or low >= max(0.0, level * none)
    room: Expr = 0.0
    if only_if is not None:
        lowest = model.interval(base - level * owed)[0]
        _bounded(lowest)
        room = min(0.0, lowest) * (1 - only_if)
    if certain:
        rows.add(at_least(base - level * owed, room))
        return
    if most <= none:
        rows.add(owed <= none)
        return
    _bounded(low, most)
    tested = model.variables(f"tested.{name}", [1], upper=1, integer=True, implied=True, decided=t)[1]
    rows.add(owed <= none + (most - none) * tested)
    rows.add(base - level * owed >= (low - level * none) * (1 - tested) + room)


def at_least(amount: Expr, least: Expr) -> Constraint | bool:
    """amount ≥ least; where nothing of it is decided, but for what is only binary arithmetic."""
    if isinstance(amount, (int, float)) and isinstance(least, (int, float)):
        return amount >= least - ROUNDING_MUSD
    return amount >= least


def opening_trifle(model: Model) -> float:
    """All opening debt, if it is so little that nobody tests it."""
    opening = math.fsum(debt.opening_balance_musd for debt in model.instance.debt.values())
    return opening if opening <= NOTHING_MUSD else 0.0


def _bounded(*ends: float) -> None:
    if any(math.isinf(end) for end in ends):
        raise UnboundedModelError(
            "a lender's test cannot be left out where nothing is owed: what is owed or earned has no bound; give "
            "every debt instrument its limit_musd"
        )
