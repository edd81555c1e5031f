"""Covenants: promises to lenders, as linear rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.algebra.expr import ByName, ByPeriod, Constraint, Constraints, Expr
from optimizer.algebra.linear import quicksum
from optimizer.instance.lookback import NEEDED, Lookback, of_covenant
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Covenant
from optimizer.model.context import Model, Relief
from optimizer.model.coverage import at_least, cash_for_service, debt_service, ebitda, hold_where_owed, interest
from optimizer.model.groups import group_debt, tested_value
from optimizer.model.positions import DebtPosition
from optimizer.model.stand_alone_tax import tax_of_test


@dataclass(frozen=True)
class Tested:
    """What covenants look at, USD million by period; ``stand_alone`` is the tax of the infrastructure by itself.

    ``equity`` by its basis; ``cash`` by entity, the company's own and that of each group, and ``drawable`` by
    (entity, t) what could be drawn, where liquidity is asked for; ``by_group`` the book values of groups by
    (group, class, t).
    """

    debt: DebtPosition
    equity: Mapping[str, ByPeriod]
    cash: Mapping[str, ByPeriod]
    book_value: ByName
    drawable: Mapping[tuple[str, int], Expr]
    by_group: Mapping[tuple[str, str, int], Expr]
    stand_alone: ByPeriod | None = None


def add_covenants(model: Model, tested: Tested) -> None:
    """Each covenant in each period of its window, multiplied out so that it stays linear::

    dscr                CFADS ≥ min·(interest paid + principal due)
    interest_cover      EBITDA ≥ min·interest, paid or capitalised
    debt_to_ebitda      debt ≤ max·EBITDA of a year
    debt_to_capital     debt ≤ max·(debt + E), or ≥ min·(debt + E)          E: ``equity`` by its basis
    loan_to_value       debt of the instruments ≤ max·net book value of the assets
    minimum_liquidity   cash + what could be drawn ≥ min                    see ``drawable``

    Where the model is relieved, each test has a shortfall ≥ 0 beside its base, in what its numerator is: ``Relief``.
    A covenant of a group is on what is within its ring. Flows are those of the last twelve months. Where nothing is
    owed, the covers, the multiple of EBITDA and a share of book equity, which may be negative, are not tested; the
    other shares then hold by themselves.
    """
    rows = model.constraints("covenant")
    for name, covenant in model.instance.covenants.items():
        window = model.calendar.window(covenant.first_test, covenant.last_test)
        series = covenant.minimum if covenant.minimum is not None else covenant.maximum
        assert series is not None
        level = model.series(series)
        for t in window:
            look = of_covenant(model.instance, covenant, t) if covenant.kind in NEEDED else None
            if look is not None:
                _flows(model, rows, name, covenant, level[t], t, look, tested)
            elif covenant.kind == "debt_to_capital" and covenant.minimum is None:
                _debt_to_capital(model, rows, name, covenant, level[t], t, tested)
            elif covenant.kind == "loan_to_value":
                _loan_to_value(model, rows, name, covenant, level[t], t, tested)
            elif covenant.kind not in NEEDED:
                rows.add(_stock(model, name, covenant, level[t], t, tested))


def _short(model: Model, name: str, t: int, numerator: Expr, denominator: Expr, threshold: float) -> Expr:
    """What the numerator of a test may fall short by, or exceed; nothing, but where the model is relieved."""
    if not model.relieved:
        return 0.0
    amount = model.variables(f"covenant_relief.{name}.{t}", [0], decided=t)[0]
    model.relief[name, t] = Relief(amount, numerator, denominator, threshold)
    return amount


def _flows(
    model: Model, rows: Constraints, name: str, covenant: Covenant, level: float, t: int, look: Lookback, tested: Tested
) -> None:
    """A test of what is earned against what is owed."""
    company, group = covenant.scope == "company", covenant.group
    match covenant.kind:
        case "dscr":
            base = cash_for_service(model, look, _tax(covenant, tested), corporate=company, group=group)
            balloons = covenant.balloons == "counted" if covenant.balloons else not company
            owed = debt_service(model, tested.debt, look, balloons=balloons, group=group)
            base += _short(model, name, t, base, owed, level)
        case "interest_cover":
            base, owed = ebitda(model, look, corporate=company, group=group), interest(model, look, group=group)
            base += _short(model, name, t, base, owed, level)
        case _:
            yearly = look.per_year(model.calendar) * ebitda(model, look, corporate=company, group=group)
            owed = _owed(model, covenant, t, tested)
            base = level * yearly + _short(model, name, t, owed, yearly, level)
            level = 1.0
    hold_where_owed(model, f"{name}.{t}", rows, t, base=base, owed=owed, level=level)


def _owed(model: Model, covenant: Covenant, t: int, tested: Tested) -> Expr:
    """All debt of the company with its groups, or that of a group."""
    return tested.debt.tested(t) if covenant.group is None else group_debt(model, tested.debt, covenant.group, t)


def _tax(covenant: Covenant, tested: Tested) -> ByPeriod | None:
    """The tax that CFADS is after, by period; None is that of the company, empty none at all, as of a group."""
    if covenant.group is not None:
        return {}
    match tax_of_test(covenant.tax, covenant.scope):
        case "company":
            return None
        case "stand_alone":
            assert tested.stand_alone is not None
            return tested.stand_alone
        case _:
            return {}


def _stock(model: Model, name: str, covenant: Covenant, level: float, t: int, tested: Tested) -> Constraint | bool:
    """A test of balances."""
    if covenant.kind == "debt_to_capital":
        owed = tested.debt.tested(t)
        capital = owed + tested.equity[covenant.equity_basis][t]
        short = (1.0 - level) * _short(model, name, t, owed, capital, level)
        return at_least(owed + short, level * capital)
    entity = covenant.group or COMPANY
    liquid = tested.cash[entity][t] + tested.drawable[entity, t]
    return liquid + _short(model, name, t, liquid, 1.0, level) >= level


def _debt_to_capital(
    model: Model, rows: Constraints, name: str, covenant: Covenant, level: float, t: int, tested: Tested
) -> None:
    """debt ≤ max·(debt + E), as (1 − max)·debt ≤ max·E."""
    owed, equity = tested.debt.tested(t), tested.equity[covenant.equity_basis][t]
    base = level * equity + (1.0 - level) * _short(model, name, t, owed, owed + equity, level)
    hold_where_owed(model, f"{name}.{t}", rows, t, base=base, owed=owed, level=1.0 - level)


def _loan_to_value(
    model: Model, rows: Constraints, name: str, covenant: Covenant, level: float, t: int, tested: Tested
) -> None:
    assert covenant.assets is not None
    owed = _owed(model, covenant, t, tested)
    if covenant.instruments is not None:
        owed = quicksum(tested.debt.balance[d, t] for d in covenant.instruments)
    value = quicksum(tested_value(covenant, c, t, tested.book_value, tested.by_group) for c in covenant.assets)
    base = level * value + _short(model, name, t, owed, value, level)
    hold_where_owed(model, f"{name}.{t}", rows, t, base=base, owed=owed, level=1.0)
