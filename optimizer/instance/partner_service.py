"""What a compute partner is still served, and what that costs: constants of the signing, before and after the plan."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.calendar import HOURS_PER_YEAR, Calendar
from optimizer.instance.opening_position import in_place_mw
from optimizer.instance.schema import Contract, Instance, Offer, Partner, Region, Site
from optimizer.instance.upkeep import average_upkeep_by_age_usd


def partner_service(instance: Instance, partner: str, u: int) -> dict[int, float]:
    """USD million that an agreement signed in u costs by period s, at its end, before and after T; not its cash in u::

        c·h·8760·Δ − what the partner pays for the period in cash + what is left and paid back after the last delivery

    c is the cost of serving (`cost_of_serving`). A period in which the partner pays more than serving it costs has a
    negative amount. What is set against the prepayment moves no cash.
    """
    each, calendar = instance.partners[partner], instance.periods
    if each.kind != "compute":
        return {}
    cheapest, left = cost_of_serving(instance, each), each.cash_musd
    flows: dict[int, float] = {}
    deliveries = delivery_periods(each, calendar, u)
    for s in deliveries:
        served = (each.delivery_h100e or 0.0) * calendar.hours_of(s) / 1e6
        cost, value = cheapest * served, (each.price_usd_per_h100e_hour or 0.0) * served
        against = min(value, left)
        left -= against
        flows[s] = cost - (value - against) + (left if s == deliveries[-1] else 0.0)
    return flows


def delivery_periods(partner: Partner, calendar: Calendar, u: int) -> range:
    """The periods, before and after T, in which a partner that signs in u is delivered to."""
    first = calendar.later(u, partner.delivery_lag_periods)
    return range(first, calendar.later(first, partner.delivery_periods or 0))


def partner_balance(instance: Instance, partner: str, u: int, t: int) -> float:
    """What is left of the prepayment at the end of t of an agreement signed in u, USD million."""
    each = instance.partners[partner]
    if each.kind != "compute" or t < u:
        return 0.0
    calendar = instance.periods
    deliveries = delivery_periods(each, calendar, u)
    done = calendar.elapsed(deliveries.start - 1, t) if t >= deliveries.start else 0
    hours = HOURS_PER_YEAR * calendar.base_years
    value = (each.price_usd_per_h100e_hour or 0.0) * (each.delivery_h100e or 0.0) * hours / 1e6
    return max(0.0, each.cash_musd - done * value) if deliveries and t < deliveries.stop - 1 else 0.0


def owed_beyond_balance(instance: Instance, partner: str, u: int, rate_per_year: float) -> float:
    """max(balance, Σ_{s>T} service_s·(1+f)^(−Δ(s−T))) − balance, at the end of T, of an agreement signed in u."""
    calendar = instance.periods
    horizon = calendar.periods
    growth = calendar.base_years * math.log1p(rate_per_year)
    flows = partner_service(instance, partner, u)
    later = {s: amount for s, amount in flows.items() if s > horizon}
    worth = math.fsum(amount * math.exp(-growth * calendar.elapsed(horizon, s)) for s, amount in later.items())
    return max(0.0, worth - partner_balance(instance, partner, u, horizon))


def cost_of_serving(instance: Instance, partner: Partner | Contract) -> float:
    """c, USD per H100e-hour: what the agreement states, else the cheapest way to serve an hour; 0 if there is none.

    A cloud costs its price of the last period, an offer its price over the hours of its life (a lease its payment over
    those of a year), with upkeep and energy of the last period and what upkeep by age comes to on average over a life,
    on the site where that is least. What is never there to be had is no way: clouds and sources with a limit of 0,
    offers with a supply of 0, sites without power.
    """
    if partner.cost_of_serving_usd_per_h100e_hour is not None:
        return partner.cost_of_serving_usd_per_h100e_hour
    return min(_hourly_costs(instance), default=0.0)


def _hourly_costs(instance: Instance) -> Iterator[float]:
    calendar = instance.periods
    for cloud in instance.cloud.values():
        if max(cloud.limit_h100e.expand(calendar)) > 0.0:
            yield cloud.price_usd_per_h100e_hour.expand(calendar)[-1]
        if cloud.reserved and max(cloud.reserved.limit_h100e.expand(calendar)) > 0.0:
            yield cloud.reserved.price_usd_per_h100e_hour.expand(calendar)[-1]
    prices = {name: _energy_price(instance, calendar, name, region) for name, region in instance.regions.items()}
    for offer in instance.hardware.values():
        if offer.supply_units is not None and max(offer.supply_units.expand(calendar)) == 0.0:
            continue
        owning = _owning(calendar, offer)
        for name, site in instance.sites.items():
            useful = offer.compute_h100e * site.uptime_share * site.max_utilisation_share
            powered = offer.kw == 0.0 or _has_power(calendar, site)
            if useful and powered and (offer.sites is None or name in offer.sites):
                yield (owning + _energy(prices[site.region], offer, site)) / useful


def _has_power(calendar: Calendar, site: Site) -> bool:
    """Whether a site can ever have any: on line, by a phase or rented."""
    rented = site.colocation is not None and max(site.colocation.limit_mw.expand(calendar)) > 0.0
    return rented or max(in_place_mw(site, calendar)) > 0.0 or any(phase.mw > 0.0 for phase in site.phases)


def _owning(calendar: Calendar, offer: Offer) -> float:
    """USD an hour of a unit's life: what it cost when it could last be ordered, and its upkeep, by age on average."""
    last = calendar.window(offer.first_order, offer.last_order)[-1] - 1
    upkeep = offer.upkeep_usd_per_unit_year.expand(calendar)[-1] + average_upkeep_by_age_usd(offer, calendar)
    if offer.lease is not None:
        return (offer.lease.payment_usd_per_unit_year.expand(calendar)[last] + upkeep) / HOURS_PER_YEAR
    price = offer.price_usd.expand(calendar)[last]
    price += math.fsum(part.usd_per_unit.expand(calendar)[last] for part in offer.attach.values())
    return price / (offer.life_periods * (HOURS_PER_YEAR * calendar.base_years)) + upkeep / HOURS_PER_YEAR


def _energy(usd_per_mwh: float, offer: Offer, site: Site) -> float:
    """USD an hour for the energy of a unit."""
    return usd_per_mwh * offer.kw / 1e3 * site.pue * site.load_factor_share


def _energy_price(instance: Instance, calendar: Calendar, name: str, region: Region) -> float:
    """The least price of a MWh in the last period."""
    prices = [
        source.price_usd_per_mwh.expand(calendar)[-1]
        for source in instance.energy_sources.values()
        if source.region == name and max(source.limit_mw.expand(calendar)) > 0.0
    ]
    if region.energy_price_usd_per_mwh is not None:
        prices.append(region.energy_price_usd_per_mwh.expand(calendar)[-1])
    return min(prices, default=0.0)
