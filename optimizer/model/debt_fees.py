"""Debt fees in tax: what it costs to draw is deducted over the life of the money it brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from optimizer.algebra.expr import ByPeriod, Expr
from optimizer.algebra.linear import quicksum
from optimizer.instance.fee_life import fee_shares
from optimizer.model.context import Model
from optimizer.model.positions import DebtPosition


def add_fee_deductions(model: Model, debt: DebtPosition) -> ByPeriod:
    """Discounts, upfront and issue fees deducted in t, straight line over the life of each draw::

        a_u(t) = |(t−1, t] ∩ (u−κ, u−κ+L]| / L
        L      the tenor; of a revolver what is left of its draw window, last − u + κ (0: all in u)
        deducted_t = Σ_u a_u(t)·(φ·live[u,t−1] + fixed·issue[u]) + Σ_u y[u,t]·φ·(1 − Σ_{s≤t} a_u(s))

    φ the upfront and discount shares, live[u,t−1] the draw less what has been prepaid (y). The fixed fee goes on over
    the whole tenor: what part of it belongs to a part of a draw is no linear question. These are ``FEES_ON_DRAWS``;
    other debt fees are deducted as they are paid.
    """
    parts: dict[int, list[Expr]] = defaultdict(list)
    early: dict[tuple[str, int], dict[int, Expr]] = defaultdict(dict)
    for (d, u, t), y in debt.prepaid.items():
        early[d, u][t] = y
    for (d, u), draw in debt.draws.items():
        terms = model.instance.debt[d]
        proportional = terms.upfront_fee_share + terms.issue_discount_share
        if not proportional and not terms.issue_fee_musd:
            continue
        prepaid, left = early[d, u], 1.0
        for t, share in fee_shares(terms, model.calendar, u, model.instance.draw_timing).items():
            left -= share
            live = draw - quicksum(y for v, y in prepaid.items() if v < t)
            parts[t].append(share * proportional * live)
            if terms.issue_fee_musd:
                parts[t].append(share * terms.issue_fee_musd * debt.issued[d, u])
            if t in prepaid:
                parts[t].append(left * proportional * prepaid[t])
    _of_opening(model, early, parts)
    return {t: quicksum(parts[t]) for t in model.span}


def _of_opening(
    model: Model, early: Mapping[tuple[str, int], Mapping[int, Expr]], parts: Mapping[int, list[Expr]]
) -> None:
    """What is left of the costs of an opening balance B_0 of n periods, F in all::

    deducted_t = F/n·(1 − Σ_{v<t} y[0,v]/B_0) + y[0,t]/B_0·F·(1 − t/n)          t ≤ n, for each base period
    """
    for d, terms in model.instance.debt.items():
        if not terms.opening_fees_musd or not terms.opening_balance_musd or not terms.tenor_periods:
            continue
        gone = {v: y * (1.0 / terms.opening_balance_musd) for v, y in early.get((d, 0), {}).items()}
        fees, tenor = terms.opening_fees_musd, terms.tenor_periods
        for t in range(1, min(model.later(0, tenor), model.horizon) + 1):
            passed = min(model.calendar.end(t), tenor)
            steps = passed - model.calendar.end(t - 1)
            own = fees / tenor * steps
            parts[t].append(own - own * quicksum(x for v, x in gone.items() if v < t))
            if t in gone:
                parts[t].append(fees * (1.0 - passed / tenor) * gone[t])
