"""Convertibles: shares in the place of repayment, and what the right to them costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from optimizer.algebra.expr import ByPeriod, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import CAPPED_CALL, CONVERSION
from optimizer.finance.amortisation import service
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages, converts, outcome
from optimizer.instance.debt_rates import vintage_rates
from optimizer.instance.largest_order import largest_draw
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import terms_of
from optimizer.model.context import Model
from optimizer.model.positions import Borrowed


@dataclass(frozen=True)
class Issue:
    """What a draw may sell of the company: an ``amount`` at the ``value`` of the shares before it, at the conversion
    price; ``max_musd`` is the most that it can be, of ``min_musd`` none.
    """

    name: str
    period: int
    amount: Expr
    value: float
    max_musd: float
    min_musd: float = 0.0


@dataclass(frozen=True)
class Converted:
    """What convertibles publish: what becomes equity by period with the most of it, and what they may sell."""

    amounts: ByPeriod = field(default_factory=dict)
    most: Mapping[int, float] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


def add_convertibles(model: Model, borrowed: Borrowed) -> Converted:
    """Buy capped calls, and turn into paid-in capital what is in the money at the end of its tenor n::

        capped call_t = cost·draw[t],  an issue cost of equity
        converted_t = Σ_{u: later(u, n) = t} draw[u] where S_t > S_u·(1 + premium)       no cash: debt becomes equity
        sold by the draw of u: shares kept·draw[u] / (V_u·(1 + premium))

    S is the path of share prices of the file, so that what becomes of a draw is a number: nothing is decided. Shares
    kept: of a draw that has become shares those that a capped call has not brought back, of one that was repaid in cash
    none, of one that is outstanding at T all of them (if converted).
    """
    amounts: dict[int, list[Expr]] = defaultdict(list)
    most: dict[int, float] = defaultdict(float)
    issues: list[Issue] = []
    for d, debt in model.instance.debt.items():
        terms = debt.conversion
        if terms is None:
            continue
        values = model.series(terms.pre_money_musd) if terms.pre_money_musd else {}
        for u in model.calendar.window(debt.first_draw, debt.last_draw):
            draw, end, largest = borrowed.draws[d, u], outcome(model.instance, debt, u), largest_draw(debt)
            if terms.capped_call is not None:
                model.ledger.post(CAPPED_CALL.of(d), u, terms.capped_call.cost_share * draw)
            if end.converts:
                model.ledger.post(CONVERSION.of(d), end.matures, draw)
                amounts[end.matures].append(draw)
                most[end.matures] += largest
            if values and end.kept > 0.0:
                value = values[u] * (1.0 + terms.premium_share)
                issues.append(Issue(d, u, end.kept * draw, value, end.kept * largest))
    return Converted({t: quicksum(each) for t, each in amounts.items()}, dict(most), tuple(issues))


def with_others(one: Converted, other: Converted) -> Converted:
    """All that becomes paid-in capital without cash, of convertibles and of others."""
    if not other.amounts:
        return one
    amounts, most = dict(one.amounts), dict(one.most)
    for t, amount in other.amounts.items():
        amounts[t] = amounts[t] + amount if t in amounts else amount
        most[t] = most.get(t, 0.0) + other.most[t]
    return Converted(amounts, most, (*one.issues, *other.issues))


def becomes_shares(model: Model, debt: Debt, u: int) -> bool:
    """Whether what is drawn in u is not repaid in cash."""
    return converts(model.instance, debt, u)


def right_to_shares(model: Model, borrowed: Borrowed) -> Iterator[tuple[int, Expr]]:
    """(t, USD million) by which a convertible pays less interest than the straight debt that it is charged as::

        Σ_u (interest of a unit at the charged rate − at the coupon, at age t − u)·draw[u]

    It is what shareholders give for the coupon: the right to shares, period by period.
    """
    timing = TIMING[model.instance.draw_timing]
    for d, debt in model.instance.debt.items():
        if debt.conversion is None:
            continue
        asked, coupon = charged_vintages(model.instance, debt), vintage_rates(model.instance, debt)
        for u in model.calendar.window(debt.first_draw, debt.last_draw):
            of_u = terms_of(debt, model.calendar, u)
            dear, cheap = (service(of_u, rate[u], timing).interest for rate in (asked, coupon))
            for age, (more, less) in enumerate(zip(dear, cheap, strict=True)):
                if more > less and u + age <= model.horizon:
                    yield u + age, (more - less) * borrowed.draws[d, u]
