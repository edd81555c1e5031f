"""Whether sites have energy, and energy that is renewable enough."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit
from optimizer.instance.reach import most_energised_mw, most_reserved_h100e
from optimizer.instance.schema import Instance


def region_without_energy(instance: Instance) -> Iterator[Hit]:
    """A region has sites, no price of energy from the grid and no energy source."""
    served = {source.region for source in instance.energy_sources.values()}
    housing = {site.region for site in instance.sites.values()}
    for name, region in instance.regions.items():
        if region.energy_price_usd_per_mwh is None and name not in served and name in housing:
            message = f"the sites of `{name}` have no energy: no price from the grid, and no energy source"
            help = "give `energy_price_usd_per_mwh`, or add an energy source"
            yield Hit(("regions", name), message, help, True, (("sites",), ("energy_sources",)))


def renewable_impossible(instance: Instance) -> Iterator[Hit]:
    """What must be served needs energy, and no energy to be had is renewable enough."""
    for t in _not_renewable_enough(instance):
        need, rented = _required(instance, t), _rentable(instance, t)
        if need > rented * (1 + SUM_TOLERANCE) + SUM_TOLERANCE:
            yield _too_little(instance, t, "and the markets need own compute")
            return


def renewable_stops(instance: Instance) -> Iterator[Hit]:
    """No energy to be had in a period is renewable enough, so that sites that have power cannot use it."""
    if next(renewable_impossible(instance), None) is not None:
        return
    powered = [most_energised_mw(site, instance.periods) for site in instance.sites.values()]
    for t in _not_renewable_enough(instance):
        if any(mw[t - 1] > 0 for mw in powered):
            yield _too_little(instance, t, "so that no site can use any power then")
            return


def _too_little(instance: Instance, t: int, so: str) -> Hit:
    target, best = instance.power.min_renewable_share.expand(instance.periods)[t - 1], _best_renewable(instance, t)
    message = (
        f"a renewable share of {target:.6g} is asked for in {instance.periods.label(t)}; no plan reaches more than "
    )
    help = "lower `min_renewable_share`, or add a renewable energy source that can be had by then"
    return Hit(("power", "min_renewable_share"), f"{message}{best:.6g}, {so}", help)


def _not_renewable_enough(instance: Instance) -> Iterator[int]:
    if not instance.sites:
        return
    target = instance.power.min_renewable_share.expand(instance.periods)
    for t in instance.periods.span:
        if target[t - 1] > _best_renewable(instance, t) + SUM_TOLERANCE:
            yield t


def _best_renewable(instance: Instance, t: int) -> float:
    """The largest renewable share of any energy that can be had in t, where there are sites."""
    calendar = instance.periods
    housing = {site.region for site in instance.sites.values()}
    best = 0.0
    for name in housing & instance.regions.keys():
        region = instance.regions[name]
        if region.energy_price_usd_per_mwh is not None:
            best = max(best, region.grid_renewable_share.expand(calendar)[t - 1])
    for source in instance.energy_sources.values():
        first = 1
        if source.contract is not None:
            first = calendar.window(source.contract.first_signing, source.contract.last_signing).start
        if source.renewable and source.region in housing and first <= t and source.limit_mw.expand(calendar)[t - 1] > 0:
            best = 1.0
    return best


def _required(instance: Instance, t: int) -> float:
    """What has to be served in t without fail, H100e."""
    calendar = instance.periods
    return math.fsum(
        market.demand_h100e.expand(calendar)[t - 1] * market.min_served_share.expand(calendar)[t - 1]
        for market in instance.markets.values()
        if market.shortfall_penalty_usd_per_h100e_hour is None
    )


def _rentable(instance: Instance, t: int) -> float:
    """The most that clouds, and hardware that draws no power, can serve in t; infinite with such hardware."""
    if any(offer.kw == 0 for offer in instance.hardware.values()):
        return math.inf
    calendar = instance.periods
    return math.fsum(
        cloud.limit_h100e.expand(calendar)[t - 1] + most_reserved_h100e(cloud, calendar)[t - 1]
        for cloud in instance.cloud.values()
    )
