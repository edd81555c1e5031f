"""Loans that are tied to capital spending: a tie holds for what is still held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.algebra.expr import ByName, Expr, Variable
from optimizer.algebra.linear import quicksum
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import tenor_of
from optimizer.model.context import THOUSAND, Model, upper_bound
from optimizer.model.coverage import books
from optimizer.model.positions import Borrowed, Released
from optimizer.model.resale import Retirements


def add_released(model: Model, retired: Retirements) -> Released:
    """The share of the cost, paid in u, of the units that have been sold by the end of t::

        released[d,u,t] = capex_share·Σ_{o,w,v≤t} cost_{o,w}·(deposit if w = u, rest if w + lead = u)·retired[o,w,v]

    Only for instruments tied to offers that can be sold, and where something can have been.
    """
    released: dict[tuple[str, int, int], list[Expr]] = {}
    for d, debt in model.instance.debt.items():
        if debt.tied_to is None:
            continue
        for (o, s, w, v), units in retired.units.items():
            if o not in debt.tied_to.hardware or not _is_funded_at(model, d, s):
                continue
            offer = model.instance.hardware[o]
            usd = model.series(offer.price_usd)[w] + sum(
                model.series(part.usd_per_unit)[w] for part in offer.attach.values()
            )
            for u, share in ((w, offer.deposit_share), (model.later(w, offer.lead_periods), 1.0 - offer.deposit_share)):
                for t in range(v, model.horizon + 1) if share else ():
                    amount = debt.tied_to.capex_share * share * usd / THOUSAND * units
                    released.setdefault((d, u, t), []).append(amount)
    return {key: quicksum(amounts) for key, amounts in released.items()}


def _is_funded_at(model: Model, d: str, s: str) -> bool:
    """Whether a tied loan can fund what stands at a site: of a group only what is within its ring."""
    return model.rings.debt[d] in (COMPANY, model.rings.sites[s])


@dataclass(frozen=True)
class Tie:
    """What ties allow to be ``drawn`` in a period, and of pooled debt to be ``held`` once units have been sold."""

    drawn: ByName = field(default_factory=dict)
    held: ByName = field(default_factory=dict)


def add_tie(
    model: Model,
    d: str,
    debt: Debt,
    window: range,
    borrowed: Borrowed,
    prepaid: Mapping[tuple[str, int, int], Expr],
) -> Tie:
    """A draw is within its share of the spending of its period, and what is left of it within that on what is held::

    draw[u] − Σ_k x[d,k,u] ≤ share·capex[u]                                             x: what refinances
    live[u,t] − Σ_k x[d,k,u] ≤ share·capex[u] − released[u,t]                           by vintages
    B[t] ≤ opening + Σ_{u≤t} (share·capex[u] − released[u,t] + Σ_k x[d,k,u])            revolver, sculpted

    Of a loan of a group only what is spent within its ring counts.
    """
    if debt.tied_to is None:
        return Tie()
    rows = model.constraints(f"tied.{d}")
    ledger = books(model, model.rings.debt[d] or None)
    most: dict[int, Expr] = {}
    for u in model.span:
        spent = ledger.capex(u, "sites", debt.tied_to.sites)
        spent += ledger.capex(u, "hardware", debt.tied_to.hardware)
        most[u] = debt.tied_to.capex_share * spent
        most[u] += quicksum(x for (k, _, v), x in borrowed.refinanced.items() if (k, v) == (d, u))
    drawn = {(d, u): most[u] for u in window}
    for u in window:
        rows.add(borrowed.draws[d, u] <= most[u])
    if not debt.is_pooled:
        for u in window:
            for t in range(u + 1, min(model.later(u, tenor_of(debt, model.calendar, u)), model.horizon + 1)):
                if (d, u, t) in borrowed.released:
                    gone = quicksum(y for (e, v, w), y in prepaid.items() if (e, v) == (d, u) and w <= t)
                    rows.add(borrowed.draws[d, u] - gone <= most[u] - borrowed.released[d, u, t])
        return Tie(drawn)
    still: dict[tuple[str, int], Expr] = {}
    for t in model.span:
        sold = [amount for (e, _, v), amount in borrowed.released.items() if (e, v) == (d, t)]
        if sold:
            held = debt.opening_balance_musd + quicksum(most[u] for u in range(1, t + 1)) - quicksum(sold)
            still[d, t] = held
            rows.add(borrowed.balance[d, t] <= held)
    return Tie(drawn, still)


def add_release_of_premium(
    model: Model, d: str, debt: Debt, prepaid: Mapping[tuple[int, int], Variable], released: Released
) -> dict[tuple[int, int], Expr]:
    """What is prepaid as units are sold bears no premium and needs no right to prepay, in units of the amount drawn::

        free[u,t] ≤ prepaid[u,t],   Σ_{v≤t} free[u,v] ≤ released[u,t],   free = prepaid before the first prepayment

    Returns ``free``, where it is another than all that is prepaid.
    """
    early = debt.early_repayment
    rights = model.calendar.window(early.first_prepayment, None) if early else range(0)
    keys = [key for key in prepaid if (d, *key) in released]
    forced = {key: prepaid[key] for key in keys if key[1] not in rights}
    freed: dict[tuple[int, int], Variable] = {}
    if debt.prepayment and debt.prepayment.premium_share:
        own = [key for key in keys if key not in forced]
        freed = model.variables(f"premium_free.{d}", own, upper={key: upper_bound(prepaid[key]) for key in own})
    rows = model.constraints(f"released.{d}")
    free: dict[tuple[int, int], Expr] = {**forced, **freed}
    for (u, t), amount in free.items():
        if (u, t) in freed:
            rows.add(amount <= prepaid[u, t])
        rows.add(quicksum(y for (v, w), y in free.items() if v == u and w <= t) <= released[d, u, t])
    return free
