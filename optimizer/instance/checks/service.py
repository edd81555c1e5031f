"""Whether what must be served can be."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit
from optimizer.instance.reach import Supply
from optimizer.instance.schema import Instance, Market

MAX_SUPPLY_WORK = 300_000


def surplus_alone(instance: Instance) -> Iterator[Hit]:
    """Every market is a surplus market, so there is nothing that the surplus could be left over from."""
    markets = instance.markets
    if markets and all(market.surplus_only_below_share is not None for market in markets.values()):
        name = next(iter(markets))
        path = ("markets", name, "surplus_only_below_share")
        yield Hit(path, "there is no market besides surplus markets", rests=(("markets",),))


def demand_beyond_supply(instance: Instance) -> Iterator[Hit]:
    """What must be served is more than anything that can be built or rented could serve."""
    hard = {name: m for name, m in instance.markets.items() if m.shortfall_penalty_usd_per_h100e_hour is None}
    required = {name: _required(market, instance) for name, market in hard.items()}
    if not any(any(row) for row in required.values()):
        return
    if (len(instance.sites) + len(instance.hardware)) * instance.calendar.periods > MAX_SUPPLY_WORK:
        return  # the proof would take longer than it is worth
    supply = Supply(instance)
    alone = False
    for name, market in hard.items():
        eligible = set(market.sites or [*instance.sites, *instance.cloud])
        if market.surplus_only_below_share is not None:
            eligible -= set(instance.cloud)
        hit = _first_shortage(required[name], supply, eligible, instance)
        if hit:
            alone = True
            path = ("markets", name, "demand_h100e")
            yield Hit(
                path, f"market `{name}` {hit}", "lower `min_served_share`, give a shortfall penalty, or add supply"
            )
    total = [sum(row) for row in zip(*required.values(), strict=True)]
    hit = _first_shortage(total, supply, {*instance.sites, *instance.cloud}, instance)
    if hit and not alone:
        yield Hit(("markets",), f"the markets together {hit}", "lower `min_served_share` or add supply", on_key=True)


def _required(market: Market, instance: Instance) -> list[float]:
    calendar = instance.periods
    return [
        d * s
        for d, s in zip(market.demand_h100e.expand(calendar), market.min_served_share.expand(calendar), strict=True)
    ]


def _first_shortage(required: list[float], supply: Supply, names: set[str], instance: Instance) -> str:
    for t, need in enumerate(required, 1):
        if need > 0:
            most = supply.at(t, names)
            if need > most * (1 + SUM_TOLERANCE) + SUM_TOLERANCE:
                label = instance.periods.label(t)
                return f"must get {need:,.6g} H100e in {label}, and no plan can supply more than {most:,.6g}"
    return ""
