"""Power: loads under their limits."""

from __future__ import annotations

from optimizer.algebra.expr import Panel
from optimizer.algebra.time_expr import decided_periods
from optimizer.model.context import Model
from optimizer.model.hardware import Fleet
from optimizer.model.sites import SiteCapacity


def add_power(model: Model, capacity: SiteCapacity, fleet: Fleet) -> Panel:
    """Loads, MW by site over time::

    load[s,t] = PUE_s·Σ_o kW_o·fleet[o,s,t] ≤ energised[s,t]        thousand units × kW = MW
    Σ_{s in region} load[s,t] ≤ power_limit,   Σ_s load[s,t] ≤ system_limit
    energy cost = load·load_factor·8760·Δ·price / 10⁶                USD million
    """
    instance = model.instance
    loads = model.by_site({})
    pue = model.each_site(lambda site: site.pue)
    for o, offer in instance.hardware.items():
        if offer.kw:
            loads = loads + pue * offer.kw * fleet.units[o]
    rows = model.constraints("power_limit")
    rows.add_all(loads <= model.by_site(capacity.energised), within=loads.decided(), keys=loads.keys)
    groups = [
        (region.power_limit_mw, [s for s, site in instance.sites.items() if site.region == name])
        for name, region in instance.regions.items()
    ]
    groups.append((instance.power.system_limit_mw, list(instance.sites)))
    for series, members in groups:
        if series is not None and members:
            total = loads.total(members)
            rows.add_each(total <= model.array(series), periods=decided_periods(total))
    return loads
