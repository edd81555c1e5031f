"""Debt fees in tax: what it costs to draw is deducted over the life of the money it brought."""

from __future__ import annotations

from collections import defaultdict

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
    return {t: quicksum(parts[t]) for t in model.span}
