"""Strategic partners: cash now, for compute later or for equity."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.expr import ByName, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import PARTNERS
from optimizer.contract.lines import (
    PARTNER_CASH,
    PARTNER_DELIVERY,
    PARTNER_EQUITY,
    PARTNER_REPAYMENT,
    PARTNER_REVENUE,
    LineKind,
)
from optimizer.instance.partner_service import delivery_periods
from optimizer.instance.schema import Partner
from optimizer.model.context import THOUSAND, Model
from optimizer.model.positions import PartnerPosition


def add_partners(model: Model) -> PartnerPosition:
    """Agreements, each signed at most once, sign[p,u] ∈ {0, 1}.

    Everything that follows a signing is known in advance, so it is a number times sign[p,u]: with the value v of a
    period's deliveries at the agreed price and ``left`` of the prepayment, min(v, left) is set against what is owed,
    the rest is paid in cash, and what is left after the last delivery is paid back with it.
    """
    partners = model.instance.partners
    windows = {p: model.calendar.window(each.first_signing, each.last_signing) for p, each in partners.items()}
    sign = model.variables("partner_signed", [(p, u) for p in partners for u in windows[p]], upper=1, integer=True)
    rows = model.constraints("partner")
    equity: dict[int, list[Expr]] = {t: [] for t in model.span}
    cash: dict[int, list[Expr]] = {t: [] for t in model.span}
    owed: dict[int, list[Expr]] = {t: [] for t in model.span}
    debt: dict[int, list[Expr]] = {t: [] for t in model.span}
    deliveries: dict[tuple[str, int], list[Expr]] = {}
    most: dict[int, float] = dict.fromkeys(model.span, 0.0)
    valued: list[tuple[Expr, float]] = []
    log_sold: list[Expr] = []
    for p, each in partners.items():
        model.once(sign[p, u] for u in windows[p])
        rows.add(quicksum(sign[p, u] for u in windows[p]) <= 1)
        value = model.series(each.pre_money_musd) if each.pre_money_musd else {}
        posted: dict[tuple[LineKind, int], list[Expr]] = {}
        for u in windows[p]:
            cash[u].append(each.cash_musd * sign[p, u])
            if each.kind == "equity":
                equity[u].append(each.cash_musd * sign[p, u])
                if value.get(u):
                    valued.append((each.cash_musd * sign[p, u], value[u]))
                    log_sold.append(math.log1p(each.cash_musd / value[u]) * sign[p, u])
                continue
            _promise(model, each, u, sign[p, u], posted, (owed, debt) if each.counts_as_debt else (owed,))
            for t in delivery_periods(each, model.calendar, u):
                if t > model.horizon:
                    break
                deliveries.setdefault((p, t), []).append((each.delivery_h100e or 0.0) / THOUSAND * sign[p, u])
        for _, t in [key for key in deliveries if key[0] == p]:
            most[t] += (each.delivery_h100e or 0.0) / THOUSAND
        _post(model, p, each, windows[p], sign, posted)
    model.decide(PARTNERS, sign)
    return PartnerPosition(
        {t: quicksum(x) for t, x in equity.items()},
        {t: quicksum(x) for t, x in cash.items()},
        {t: quicksum(x) for t, x in owed.items()},
        {t: quicksum(x) for t, x in debt.items()},
        {key: quicksum(x) for key, x in deliveries.items()},
        most,
        sum(each.cash_musd for each in partners.values() if each.kind == "equity"),
        tuple(valued),
        tuple(log_sold),
        sign,
    )


def _promise(
    model: Model,
    each: Partner,
    u: int,
    sign: Expr,
    posted: dict[tuple[LineKind, int], list[Expr]],
    owed: tuple[dict[int, list[Expr]], ...],
) -> None:
    """What a signing in u leads to, period by period."""
    left = each.cash_musd
    price = each.price_usd_per_h100e_hour or 0.0
    deliveries = delivery_periods(each, model.calendar, u)
    for t in range(u, model.horizon + 1):
        if t in deliveries:
            value = price * (each.delivery_h100e or 0.0) * model.hours_of(t) / 1e6
            against = min(value, left)
            left -= against
            posted.setdefault((PARTNER_DELIVERY, t), []).append(against * sign)
            posted.setdefault((PARTNER_REVENUE, t), []).append((value - against) * sign)
            if t == deliveries[-1]:
                posted.setdefault((PARTNER_REPAYMENT, t), []).append(left * sign)
                left = 0.0
        for balance in owed:
            balance[t].append(left * sign)


def _post(
    model: Model,
    p: str,
    each: Partner,
    window: range,
    sign: ByName,
    posted: Mapping[tuple[LineKind, int], list[Expr]],
) -> None:
    for u in window:
        received = each.cash_musd * sign[p, u]
        kind = PARTNER_EQUITY if each.kind == "equity" else PARTNER_CASH
        model.ledger.post(kind.of(p), u, received)
    for (kind, t), amounts in posted.items():
        model.ledger.post(kind.of(p), t, quicksum(amounts))
