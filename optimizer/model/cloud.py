"""Clouds: compute rented by the hour, and reserved for a term."""

from __future__ import annotations

import math

from optimizer.algebra.expr import ByPair, ByPeriod, Expr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import RESERVATIONS
from optimizer.contract.lines import CLOUD, RESERVED
from optimizer.instance.calendar import HOURS_PER_YEAR
from optimizer.instance.schema import Reserved
from optimizer.model.context import THOUSAND, Model


def add_cloud(model: Model, serve: ByPair) -> None:
    """What is served from a cloud is rented by the hour or reserved, kH100e::

    Σ_m serve[m,c,t] = hourly[c,t] + reserved_use[c,t],   hourly[c,t] ≤ limit[c,t]
    active[c,t] = Σ_{u ≤ t < u+term} reserve[c,u] ≤ reserved limit[c,t]
    reserved_use[c,t] = min(served, active[c,t])                 the binary says which
    cost = price[t]·8.76·Δ·hourly[c,t] + Σ_u price_reserved[u]·8.76·Δ·reserve[c,u]      used or not

    What is served is at most the two limits together, and what is active the second: the largest values of the minimum.
    """
    rows = model.constraints("cloud_limit")
    reservations: dict[tuple[str, int], Expr] = {}
    base_hours = HOURS_PER_YEAR * model.base_years / THOUSAND
    for c, cloud in model.instance.cloud.items():
        price, limit = model.series(cloud.price_usd_per_h100e_hour), model.series(cloud.limit_h100e)
        reserve: ByPeriod = _reservations(model, c, cloud.reserved) if cloud.reserved else {}
        reservations |= {(c, u): amount for u, amount in reserve.items()}
        if cloud.reserved:
            agreed = model.array(cloud.reserved.price_usd_per_h100e_hour) * base_hours * model.timeline(reserve)
            model.run_on(agreed, [1.0] * cloud.reserved.term_periods, cloud.reserved.assignable_share)
        from_here = model.total(serve[m, c] for m in model.instance.markets if (m, c) in serve)
        for t in model.span:
            served = hourly = from_here[t]
            hours = model.hours_of(t) / THOUSAND
            if cloud.reserved is not None:
                term, rate = cloud.reserved.term_periods, model.series(cloud.reserved.price_usd_per_h100e_hour)
                most = model.series(cloud.reserved.limit_h100e)[t] / THOUSAND
                active = {u: amount for u, amount in reserve.items() if u <= t < model.later(u, term)}
                used = model.variables(f"reserved_use.{c}.{t}", [0], upper=most, decided=t)[0]
                standing = quicksum(active.values())
                if active:
                    rows.add(standing <= most)
                all_used = model.variables(
                    f"reserved_all_used.{c}.{t}", [0], upper=1, integer=True, implied=True, decided=t
                )[0]
                rows.add(used <= standing)
                rows.add(used <= served)
                rows.add(used >= standing - most * (1 - all_used))
                rows.add(used >= served - (most + limit[t] / THOUSAND) * all_used)
                cost = quicksum(rate[u] * hours * amount for u, amount in active.items())
                model.ledger.post(RESERVED.of(c), t, cost)
                hourly = served - used
            if isinstance(hourly, (int, float)):
                continue
            rows.add(hourly <= limit[t] / THOUSAND)
            model.ledger.post(CLOUD.of(c), t, price[t] * hours * hourly)
    model.decide(RESERVATIONS, reservations, scale=THOUSAND)


def _reservations(model: Model, c: str, reserved: Reserved) -> ByPeriod:
    """kH100e reserved, by the period of signing."""
    limit = {t: most / THOUSAND for t, most in model.series(reserved.limit_h100e).items()}
    window = model.calendar.window(reserved.first_signing, reserved.last_signing)
    if not reserved.block_h100e:
        return model.variables(f"reserve.{c}", window, upper=limit)
    block = reserved.block_h100e / THOUSAND
    whole = {u: math.floor(limit[u] / block + 1e-9) for u in window}
    blocks = model.variables(f"reserve_blocks.{c}", window, upper=whole, integer=True, built="orders")
    return {u: block * blocks[u] for u in window}
