"""Power: loads under their limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.model.context import Model
from optimizer.model.hardware import Fleet
from optimizer.model.sites import SiteCapacity


def add_power(model: Model, capacity: SiteCapacity, fleet: Fleet) -> Mapping[tuple[str, int], Any]:
    """Loads, MW by (site, period)::

    load[s,t] = PUE_s·Σ_o kW_o·fleet[o,s,t] ≤ energised[s,t]        thousand units × kW = MW
    Σ_{s in region} load[s,t] ≤ power_limit,   Σ_s load[s,t] ≤ system_limit
    energy cost = load·load_factor·8760·Δ·price / 10⁶                USD million
    """
    instance = model.instance
    loads: dict[tuple[str, int], Any] = {}
    rows = model.constraints("power_limit")
    for s, site in instance.sites.items():
        for t in model.span:
            it_load = quicksum(
                offer.kw * fleet.units[o, s, t]
                for o, offer in instance.hardware.items()
                if (o, s, t) in fleet.units and offer.kw
            )
            loads[s, t] = site.pue * it_load
            if not isinstance(it_load, (int, float)):
                rows.add(loads[s, t] <= capacity.energised[s, t])
    groups = [
        (region.power_limit_mw, [s for s, site in instance.sites.items() if site.region == name])
        for name, region in instance.regions.items()
    ]
    groups.append((instance.power.system_limit_mw, list(instance.sites)))
    for series, members in groups:
        if series is None:
            continue
        limit = model.series(series)
        for t in model.span:
            total = quicksum(loads[s, t] for s in members)
            if not isinstance(total, (int, float)):
                rows.add(total <= limit[t])
    return loads
