"""Hardware: what is ordered from whom, and where it serves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import ByPair, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import ALLOCATIONS, ORDERS, RETIREMENTS
from optimizer.contract.lines import UPKEEP
from optimizer.instance.largest_order import largest_orders, needs_largest_order
from optimizer.instance.reach import order_window
from optimizer.instance.rings import COMPANY
from optimizer.instance.schema import Offer
from optimizer.model.context import THOUSAND, Model, UnboundedModelError
from optimizer.model.frameworks import add_developments, add_frameworks
from optimizer.model.leases import add_lease
from optimizer.model.opening_units import add_opening_units
from optimizer.model.positions import LeasePosition
from optimizer.model.purchases import add_purchases
from optimizer.model.resale import Retirements, add_resale, add_retirements
from optimizer.model.sites import SiteCapacity

Pair = tuple[str, str]
Amount = TypeVar("Amount", Expr, TimeExpr)

MANY = 10_000.0
"""Thousand units: an order that may be larger is as good as unbounded to a row that hangs on a yes or no."""


@dataclass(frozen=True)
class Fleet:
    """What hardware publishes.

    ``units`` in service, thousand, by (offer, site) over time, and those ``retired``; ``tax_depreciation`` over time,
    ``leases`` and the ``resale_value`` of the units in service at T, USD million; ``tax_basis``, what is left of their
    cost for tax at the end of T, USD million; ``next_units`` in service in the period after T, as far as the plan
    knows, and whether the fleet of the last year can be ``shrinking`` by then.
    """

    units: ByPair
    tax_depreciation: TimeExpr
    leases: LeasePosition
    retired: Retirements
    resale_value: Expr
    tax_basis: Expr
    next_units: Mapping[tuple[str, str], Expr]
    shrinking: bool


def housing_sites(model: Model, offer: Offer) -> list[str]:
    """Sites that may house an offer's units."""
    return [s for s in model.instance.sites if offer.sites is None or s in offer.sites]


def order_periods(model: Model, offer: Offer) -> range:
    """Periods in which an order can be placed and still arrive by T, once what has to be developed is."""
    return order_window(offer, model.calendar)


def add_hardware(model: Model, capacity: SiteCapacity) -> Fleet:
    """Orders, deliveries and fleets.

    ::

        order[o,t] = lot·lots[o,t] ≤ supply[o,t]            thousand units, first_order ≤ t ≤ last_order, t + lead ≤ T
                                                            lots whole; without a lot any amount
        order[o,t] = Σ_s buy[o,s,t]                         placed with a vendor, spread over sites
        fleet[o,s,t] = Σ_u buy[o,s,u] − what is retired     in service, u + lead ≤ t < u + lead + life

    What an order costs stands in ``purchases``, ``leases`` and ``frameworks``; early retirement in ``resale``.
    """
    offers = model.instance.hardware
    periods = {o: order_periods(model, offer) for o, offer in offers.items()}
    housing = {o: housing_sites(model, offer) for o, offer in offers.items()}
    largest = {o: _largest_orders(model, o, offer, housing[o], capacity) for o, offer in offers.items()}
    most = {(o, t): float(largest[o][t - 1]) for o in offers for t in periods[o]}
    order = _orders(model, periods, most)
    ordered = {o: model.timeline({t: order[o, t] for t in periods[o]}) for o in offers}
    pairs = [(o, s) for o in offers for s in housing[o]]
    most_bought = {(o, s): _most_bought(model, offers[o], s, capacity, largest[o]) for o, s in pairs}
    # where a unit is put is chosen when it is there
    arrives = {o: [min(model.later(t, offers[o].lead_periods), model.horizon) for t in periods[o]] for o in offers}
    buy = model.timelines(
        "buy", {(o, s): periods[o] for o, s in pairs}, upper=most_bought, decided={(o, s): arrives[o] for o, s in pairs}
    )
    spread = model.constraints("order_spread_over_sites")
    for o in offers:
        spread.add_each(quicksum(buy[o, s] for s in housing[o]) == ordered[o], periods=periods[o])
    retired = add_retirements(model, buy, most_bought, periods)
    units = _fleet(model, buy, retired, housing, periods, capacity, most_bought)
    opening = add_opening_units(model)
    model.decide(RETIREMENTS, {**retired.units, **opening.retired}, scale=THOUSAND)
    tax: list[TimeExpr] = []
    basis: list[Expr] = []
    add_frameworks(model, order, most, periods)
    add_developments(model, order, most, periods)
    add_purchases(model, order, ordered, most, periods, tax, basis, _by_entity(model, buy, housing))
    leases = add_lease(model, order, periods, tax)
    resale_value = add_resale(model, buy, retired, periods, tax, basis)
    after, shrinking = _after_horizon(model, buy, retired, units, periods)
    units, after = _together(units, opening.units), _together(after, opening.after)
    _upkeep(model, units, housing)
    model.decide(ORDERS, order, scale=THOUSAND)
    model.decide(ALLOCATIONS, buy, scale=THOUSAND)
    return Fleet(
        units,
        model.total([*tax, opening.tax_depreciation]),
        leases,
        retired,
        quicksum((resale_value, opening.resale_value)),
        quicksum([*basis, opening.tax_basis]),
        after,
        shrinking or opening.shrinking,
    )


def _together(units: Mapping[Pair, Amount], opening: Mapping[Pair, Amount]) -> dict[Pair, Amount]:
    """What is ordered in the plan and what was there before, by offer and site."""
    found = dict(units)
    for pair, amount in opening.items():
        found[pair] = found[pair] + amount if pair in found else amount
    return found


def _most_units(model: Model, offer: Offer, s: str, capacity: SiteCapacity) -> Vector:
    """Thousand units that the power of a site can ever carry, by period."""
    if not offer.kw:
        return np.full(model.horizon, math.inf)
    return capacity.most_mw[s] / (model.instance.sites[s].pue * offer.kw)


def _most_bought(model: Model, offer: Offer, s: str, capacity: SiteCapacity, largest: Vector) -> Vector:
    """Thousand units of the ``largest`` order of each period that the site can carry at delivery."""
    return np.minimum(largest, _at_delivery(model, offer, _most_units(model, offer, s, capacity)))


def _at_delivery(model: Model, offer: Offer, values: Vector) -> Vector:
    """By period of order what holds when the order arrives; infinite where that is after T."""
    arrivals = [model.later(u, offer.lead_periods) for u in model.span]
    return np.array([values[t - 1] if t <= model.horizon else math.inf for t in arrivals])


def _largest_orders(model: Model, name: str, offer: Offer, housing: list[str], capacity: SiteCapacity) -> Vector:
    """Thousand units of the largest order of each period: what supply allows, and what power carries on delivery.

    All that is bought is in service at delivery, under the power limits of its site and of all sites. Where these do
    not say much and a yes or no hangs on the order, what can be paid for or can be of use says more.
    """
    limits = model.instance.power.system_limit_mw
    power = sum((_most_units(model, offer, s, capacity) for s in housing), np.zeros(model.horizon))
    if limits and offer.kw and housing:
        least_pue = min(model.instance.sites[s].pue for s in housing)
        power = np.minimum(power, model.array(limits) / (least_pue * offer.kw))
    largest = _at_delivery(model, offer, power)
    if offer.supply_units:
        largest = np.minimum(largest, model.array(offer.supply_units) / THOUSAND)
    if largest.max() > MANY and needs_largest_order(model.instance, offer):
        worth = model.worth_ordering.get(name) or largest_orders(model.instance, name, model.asked)
        largest = np.minimum(largest, np.array(worth) / THOUSAND)
        arriving = order_periods(model, offer)
        if any(math.isinf(largest[t - 1]) for t in arriving):
            raise UnboundedModelError(
                f"the largest order of `{name}` does not follow from cash, power or need: give `supply_units`"
            )
    return largest


def _orders(
    model: Model, periods: Mapping[str, range], most: Mapping[tuple[str, int], float]
) -> dict[tuple[str, int], Expr]:
    """Thousand units ordered: a whole number of lots where the offer has lots."""
    offers = model.instance.hardware
    keys = [(o, t) for o in offers for t in periods[o]]
    by_lot = [key for key in keys if offers[key[0]].lot_units]

    def largest(o: str, t: int) -> float:
        whole = most[o, t] * THOUSAND / offers[o].lot_units
        return math.floor(whole + 1e-9) if whole < math.inf else math.inf

    lots = model.variables(
        "lots", by_lot, upper={(o, t): largest(o, t) for o, t in by_lot}, integer=True, built="orders"
    )
    loose = model.variables("order", [key for key in keys if not offers[key[0]].lot_units], upper=most)
    return {
        (o, t): offers[o].lot_units / THOUSAND * lots[o, t] if offers[o].lot_units else loose[o, t] for o, t in keys
    }


def _fleet(
    model: Model,
    buy: ByPair,
    retired: Retirements,
    housing: Mapping[str, list[str]],
    periods: Mapping[str, range],
    capacity: SiteCapacity,
    most_bought: Mapping[tuple[str, str], Vector],
) -> dict[tuple[str, str], TimeExpr]:
    """Units in service by roll-forward; nothing before the first delivery, and no more than power or orders allow."""
    offers = model.instance.hardware
    windows = {
        (o, s): range(model.later(periods[o].start, offer.lead_periods), model.horizon + 1)
        for o, offer in offers.items()
        for s in housing[o]
        if len(periods[o])
    }
    upper = {}
    for o, s in windows:
        upper[o, s] = _most_units(model, offers[o], s, capacity)
        if math.isinf(upper[o, s][-1]):
            upper[o, s] = _most_alive(model, offers[o], most_bought[o, s], periods[o])
    fleet = model.timelines("fleet", windows, upper=upper)
    roll = model.constraints("fleet_roll_forward")
    for (o, s), window in windows.items():
        arrived, life = model.delayed(buy[o, s], offers[o].lead_periods), offers[o].life_periods
        change = arrived - model.delayed(arrived, life)
        if (o, s) in retired.by_vintage:
            change = change - retired.by_period[o, s]
            change = change + model.delayed(model.delayed(retired.by_vintage[o, s], offers[o].lead_periods), life)
        roll.add_each(fleet[o, s] == fleet[o, s].shift(1) + change, periods=window, key=(o, s))
    return fleet


def _after_horizon(
    model: Model,
    buy: ByPair,
    retired: Retirements,
    units: ByPair,
    periods: Mapping[str, range],
) -> tuple[dict[tuple[str, str], Expr], bool]:
    """fleet[T+1] = fleet[T] − what is left of what leaves in T+1; whether anything can leave after the last year began.

    Nothing arrives after T.
    """
    after: dict[tuple[str, str], Expr] = {}
    shrinking = False
    begins = max(1, model.calendar.last_year(model.horizon).start)
    for (o, s), fleet in units.items():
        offer = model.instance.hardware[o]
        after[o, s] = fleet[model.horizon]
        gone = {u: model.later(model.later(u, offer.lead_periods), offer.life_periods) for u in periods[o]}
        ends = [t for t in gone.values() if begins < t <= model.horizon + 1]
        shrinking = shrinking or bool(ends) or offer.resale_share_by_age is not None
        for u in (u for u, t in gone.items() if t == model.horizon + 1):
            after[o, s] = after[o, s] - buy[o, s][u]
            if (o, s) in retired.by_vintage:
                after[o, s] = after[o, s] + retired.by_vintage[o, s][u]
    return after, shrinking


def _most_alive(model: Model, offer: Offer, most_bought: Vector, periods: range) -> Vector:
    """Thousand units of all that can be bought that are in service, by period."""
    alive = np.zeros(most_bought.size)
    for u in periods:
        arrival = model.later(u, offer.lead_periods)
        alive[arrival - 1 : model.later(arrival, offer.life_periods) - 1] += most_bought[u - 1]
    return alive


def _by_entity(model: Model, buy: ByPair, housing: Mapping[str, list[str]]) -> dict[str, dict[str, TimeExpr]]:
    """Of offers that may stand in the rings of several entities: what each of these orders."""
    found: dict[str, dict[str, TimeExpr]] = {}
    for o in model.instance.hardware:
        if o not in model.rings.offers:
            at = model.rings.sites
            entities = model.rings.entities_of(housing[o])
            found[o] = {e: quicksum(buy[o, s] for s in housing[o] if at[s] == e) for e in entities}
    return found


def _upkeep(model: Model, units: ByPair, housing: Mapping[str, list[str]]) -> None:
    for o, offer in model.instance.hardware.items():
        upkeep = model.array(offer.upkeep_usd_per_unit_year) * (model.each_years / THOUSAND)
        for entity in model.rings.entities_of(housing[o]) or (COMPANY,):
            own = (s for s in housing[o] if model.rings.sites[s] == entity and (o, s) in units)
            model.ledger.post_each(UPKEEP.of(o), upkeep * model.total(units[o, s] for s in own), group=entity)
