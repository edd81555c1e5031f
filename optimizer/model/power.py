"""Power: loads under their limits."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.algebra.expr import TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.algebra.time_expr import decided_periods
from optimizer.model.context import Model
from optimizer.model.hardware import Fleet
from optimizer.model.sites import SiteCapacity


def add_power(model: Model, capacity: SiteCapacity, fleet: Fleet) -> Mapping[str, TimeExpr]:
    """Loads, MW by site over time::

    load[s,t] = PUE_s·Σ_o kW_o·fleet[o,s,t] ≤ energised[s,t]        thousand units × kW = MW
    Σ_{s in region} load[s,t] ≤ power_limit,   Σ_s load[s,t] ≤ system_limit
    energy cost = load·load_factor·8760·Δ·price / 10⁶                USD million
    """
    instance = model.instance
    loads: dict[str, TimeExpr] = {}
    rows = model.constraints("power_limit")
    for s, site in instance.sites.items():
        loads[s] = model.total(
            site.pue * offer.kw * fleet.units[o, s]
            for o, offer in instance.hardware.items()
            if (o, s) in fleet.units and offer.kw
        )
        rows.add_each(loads[s] <= capacity.energised[s], periods=decided_periods(loads[s]), key=s)
    groups = [
        (region.power_limit_mw, [s for s, site in instance.sites.items() if site.region == name])
        for name, region in instance.regions.items()
    ]
    groups.append((instance.power.system_limit_mw, list(instance.sites)))
    for series, members in groups:
        if series is not None and members:
            total = quicksum(loads[s] for s in members)
            rows.add_each(total <= model.array(series), periods=decided_periods(total))
    return loads
