"""Hardware: what is ordered from whom, and where it serves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.instance.schema import Offer
from optimizer.model.context import THOUSAND, Model
from optimizer.model.frameworks import add_developments, add_frameworks
from optimizer.model.leases import LeasePosition, add_lease
from optimizer.model.purchases import add_purchases
from optimizer.model.resale import Retirements, add_resale, add_retirements
from optimizer.model.sites import SiteCapacity


@dataclass(frozen=True)
class Fleet:
    """What hardware publishes.

    ``units`` in service, thousand, by (offer, site, period); ``tax_depreciation`` by period, ``leases`` and the
    ``resale_value`` of the units in service at T, USD million.
    """

    units: Mapping[tuple[str, str, int], Any]
    tax_depreciation: Mapping[int, Any]
    leases: LeasePosition
    resale_value: Any


def housing_sites(model: Model, offer: Offer) -> list[str]:
    """Sites that may house an offer's units."""
    return [s for s in model.instance.sites if offer.sites is None or s in offer.sites]


def order_periods(model: Model, offer: Offer) -> range:
    """Periods in which an order can be placed and still arrive by T."""
    window = model.calendar.window(offer.first_order, offer.last_order)
    return range(window.start, min(window.stop, model.horizon - offer.lead_periods + 1))


def add_hardware(model: Model, capacity: SiteCapacity) -> Fleet:
    """Orders, deliveries and fleets.

    ::

        order[o,t] = lot·lots[o,t] = Σ_s buy[o,s,t] ≤ supply[o,t]        thousand units
        fleet[o,s,t] = fleet[o,s,t−1] + buy[o,s,t−lead] − retired in t − what is left of buy[o,s,t−lead−life]

    What an order costs stands in ``purchases``, ``leases`` and ``frameworks``; early retirement in ``resale``. The
    largest order comes from the power that can be on line at delivery; for hardware that draws none, from the need: no
    order beyond all demand, or the last tier's start, is ever of use.
    """
    offers = model.instance.hardware
    periods = {o: order_periods(model, offer) for o, offer in offers.items()}
    housing = {o: housing_sites(model, offer) for o, offer in offers.items()}
    most = {
        (o, t): _largest_order(model, offer, housing[o], capacity, t) for o, offer in offers.items() for t in periods[o]
    }
    order = _orders(model, periods, most)
    buy = model.variables(
        "buy",
        [(o, s, t) for o in offers for s in housing[o] for t in periods[o]],
        upper={
            (o, s, t): min(most[o, t], _most_units(model, offer, s, capacity, t + offer.lead_periods))
            for o, offer in offers.items()
            for s in housing[o]
            for t in periods[o]
        },
    )
    spread = model.constraints("order_spread_over_sites")
    for o in offers:
        for t in periods[o]:
            spread.add(quicksum(buy[o, s, t] for s in housing[o]) == order[o, t])
    retired = add_retirements(model, buy, periods)
    units = _fleet(model, buy, retired, housing, periods, capacity)
    tax: dict[int, list[Any]] = {t: [] for t in model.span}
    add_frameworks(model, order, most, periods)
    add_developments(model, order, most, periods)
    add_purchases(model, order, most, periods, tax)
    leases = add_lease(model, order, periods, tax)
    resale_value = add_resale(model, buy, retired, periods, tax)
    _upkeep(model, units, housing)
    model.decide("orders", ("offer", "period"), "units", order, scale=THOUSAND)
    model.decide("allocations", ("offer", "site", "period"), "units", buy, scale=THOUSAND)
    depreciation = {t: quicksum(amounts) for t, amounts in tax.items()}
    return Fleet(units, depreciation, leases, resale_value)


def _most_units(model: Model, offer: Offer, s: str, capacity: SiteCapacity, t: int) -> float:
    """Thousand units that the power of a site can ever carry in t."""
    site = model.instance.sites[s]
    return capacity.most_mw[s, t] / (site.pue * offer.kw) if offer.kw else math.inf


def _largest_order(model: Model, offer: Offer, housing: list[str], capacity: SiteCapacity, t: int) -> float:
    supply = model.series(offer.supply_units)[t] / THOUSAND if offer.supply_units else math.inf
    arrival = t + offer.lead_periods
    power = sum(_most_units(model, offer, s, capacity, arrival) for s in housing)
    limits = model.instance.power.system_limit_mw
    if limits and offer.kw and housing:
        least_pue = min(model.instance.sites[s].pue for s in housing)
        power = min(power, model.series(limits)[arrival] / (least_pue * offer.kw))
    largest = min(supply, power)
    gated = offer.tiers or offer.framework or offer.development or any(model.series(offer.order_fee_musd).values())
    if largest < math.inf or not (gated or model.instance.tax):
        return largest
    need = 0.0
    if offer.compute_h100e and housing:
        sites = [model.instance.sites[s] for s in housing]
        use = min(site.uptime_share * site.max_utilisation_share for site in sites)
        demand = [model.series(market.demand_h100e).values() for market in model.instance.markets.values()]
        most_demand = max((sum(each) for each in zip(*demand, strict=True)), default=0.0)
        need = most_demand / (offer.compute_h100e * use) / THOUSAND if use else 0.0
    last_tier = offer.tiers.steps[-1].from_units / THOUSAND if offer.tiers else 0.0
    minimum = offer.framework.min_total_units / THOUSAND if offer.framework else 0.0
    return max(need, last_tier, minimum, 1e-3) + offer.lot_units / THOUSAND


def _orders(
    model: Model, periods: Mapping[str, range], most: Mapping[tuple[str, int], float]
) -> dict[tuple[str, int], Any]:
    """Thousand units ordered: a whole number of lots where the offer has lots."""
    offers = model.instance.hardware
    keys = [(o, t) for o in offers for t in periods[o]]
    by_lot = [key for key in keys if offers[key[0]].lot_units]

    def largest(o: str, t: int) -> float:
        whole = most[o, t] * THOUSAND / offers[o].lot_units
        return math.floor(whole + 1e-9) if whole < math.inf else math.inf

    lots = model.variables("lots", by_lot, upper={(o, t): largest(o, t) for o, t in by_lot}, integer=True)
    loose = model.variables("order", [key for key in keys if not offers[key[0]].lot_units], upper=most)
    return {
        (o, t): offers[o].lot_units / THOUSAND * lots[o, t] if offers[o].lot_units else loose[o, t] for o, t in keys
    }


def _fleet(
    model: Model,
    buy: Mapping[tuple[str, str, int], Any],
    retired: Retirements,
    housing: Mapping[str, list[str]],
    periods: Mapping[str, range],
    capacity: SiteCapacity,
) -> dict[tuple[str, str, int], Any]:
    """Units in service by roll-forward; nothing before the first delivery."""
    offers = model.instance.hardware
    keys = [
        (o, s, t)
        for o, offer in offers.items()
        for s in housing[o]
        for t in model.span
        if len(periods[o]) and t >= periods[o].start + offer.lead_periods
    ]
    fleet = model.variables(
        "fleet", keys, upper={(o, s, t): _most_units(model, offers[o], s, capacity, t) for o, s, t in keys}
    )
    roll = model.constraints("fleet_roll_forward")
    for o, s, t in keys:
        lead, life = offers[o].lead_periods, offers[o].life_periods
        arrived = buy.get((o, s, t - lead), 0)
        ended = buy.get((o, s, t - lead - life), 0) - retired.before_end(o, s, t - lead - life)
        roll.add(fleet[o, s, t] == fleet.get((o, s, t - 1), 0) + arrived - retired.leaving(o, s, t) - ended)
    return {key: fleet[key] for key in keys}


def _upkeep(model: Model, units: Mapping[tuple[str, str, int], Any], housing: Mapping[str, list[str]]) -> None:
    for o, offer in model.instance.hardware.items():
        upkeep = model.series(offer.upkeep_usd_per_unit_year)
        for t in model.span:
            in_service = quicksum(units[o, s, t] for s in housing[o] if (o, s, t) in units)
            model.ledger.expense(f"opex.upkeep.{o}", "opex", t, upkeep[t] * model.years / THOUSAND * in_service)
