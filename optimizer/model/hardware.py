"""Hardware: what is ordered from whom, and where it serves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import ByPair, Expr, Panel, TimeExpr
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
from optimizer.model.upkeep import add_upkeep_by_age

Pair = tuple[str, str]

MANY = 10_000.0
"""Thousand units: an order that may be larger is as good as unbounded to a row that hangs on a yes or no."""


@dataclass(frozen=True)
class Fleet:
    """What hardware publishes.

    ``units`` in service, thousand, of each offer by site over time, and those ``retired``; ``tax_depreciation`` over
    time, ``leases`` and the ``resale_value`` of the units in service at T, USD million; ``tax_basis``, what is left of
    their cost for tax at the end of T, USD million; ``next_units`` in service in the period after T by (offer, site),
    as far as the plan knows, and whether the fleet of the last year can be ``shrinking`` by then.
    """

    units: Mapping[str, Panel]
    tax_depreciation: TimeExpr
    leases: LeasePosition
    retired: Retirements
    resale_value: Expr
    tax_basis: Expr
    next_units: Callable[[], Mapping[Pair, Expr]]
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

    What an order costs stands in ``purchases``, ``leases`` and ``frameworks``; early retirement in ``resale``, what
    units cost by their age in ``upkeep``.
    """
    offers = model.instance.hardware
    periods = {o: order_periods(model, offer) for o, offer in offers.items()}
    housing = {o: housing_sites(model, offer) for o, offer in offers.items()}
    largest = {o: _largest_orders(model, o, offer, housing[o], capacity) for o, offer in offers.items()}
    most = {(o, t): float(largest[o][t - 1]) for o in offers for t in periods[o]}
    order = _orders(model, periods, most)
    ordered = {o: model.timeline({t: order[o, t] for t in periods[o]}) for o in offers}
    pairs = [(o, s) for o in offers for s in housing[o]]
    most_units = {o: _most_units(model, offer, housing[o], capacity) for o, offer in offers.items()}
    most_bought = {
        (o, s): most
        for o, offer in offers.items()
        for s, most in zip(housing[o], np.minimum(largest[o], _at_delivery(model, offer, most_units[o])), strict=True)
    }
    # where a unit is put is chosen when it is there
    arrives = {o: [min(model.later(t, offers[o].lead_periods), model.horizon) for t in periods[o]] for o in offers}
    buy = model.timelines(
        "buy", {(o, s): periods[o] for o, s in pairs}, upper=most_bought, decided={(o, s): arrives[o] for o, s in pairs}
    )
    each = _by_offer(buy)
    bought = {o: model.by_site(each.get(o, {})) for o in offers}
    spread = model.constraints("order_spread_over_sites")
    for o in offers:
        spread.add_each(bought[o].total() == ordered[o], periods=periods[o])
    retired = add_retirements(model, buy, most_bought, periods)
    fleet = _fleet(model, bought, retired, housing, periods, most_units, most_bought)
    opening = add_opening_units(model)
    model.decide(RETIREMENTS, {**retired.units, **opening.retired}, scale=THOUSAND)
    tax: list[TimeExpr] = []
    basis: list[Expr] = []
    add_frameworks(model, order, most, periods)
    add_developments(model, order, most, periods)
    add_purchases(model, order, ordered, most, periods, tax, basis, _by_entity(model, buy, housing))
    leases = add_lease(model, order, periods, tax)
    resale_value = add_resale(model, buy, retired, periods, tax, basis)
    there = _by_offer(opening.units)
    units = {o: fleet[o] + model.by_site(there.get(o, {})) for o in offers}
    _upkeep(model, units, housing)
    add_upkeep_by_age(model, buy, retired, periods)
    model.decide(ORDERS, order, scale=THOUSAND)
    model.decide(ALLOCATIONS, buy, scale=THOUSAND)
    return Fleet(
        units,
        model.total([*tax, opening.tax_depreciation]),
        leases,
        retired,
        quicksum((resale_value, opening.resale_value)),
        quicksum([*basis, opening.tax_basis]),
        lambda: _after_horizon(model, buy, retired, fleet, opening.after, periods),
        _is_shrinking(model, periods) or opening.shrinking,
    )


def _by_offer(amounts: ByPair) -> dict[str, dict[str, TimeExpr]]:
    """The same by offer, then by site."""
    found: dict[str, dict[str, TimeExpr]] = {}
    for (o, s), amount in amounts.items():
        found.setdefault(o, {})[s] = amount
    return found


def _most_units(model: Model, offer: Offer, housing: list[str], capacity: SiteCapacity) -> Vector:
    """Thousand units that the power of each of these sites can ever carry, sites × T."""
    if not offer.kw:
        return np.full((len(housing), model.horizon), math.inf)
    each = [capacity.most_mw[s] / (model.instance.sites[s].pue * offer.kw) for s in housing]
    return np.array(each).reshape(len(housing), model.horizon)


def _at_delivery(model: Model, offer: Offer, values: Vector) -> Vector:
    """By period of order, the last axis, what holds when the order arrives; infinite where that is after T."""
    arrivals = np.array([min(model.later(u, offer.lead_periods), model.horizon + 1) for u in model.span])
    return np.append(values, np.full((*values.shape[:-1], 1), math.inf), axis=-1)[..., arrivals - 1]


def _largest_orders(model: Model, name: str, offer: Offer, housing: list[str], capacity: SiteCapacity) -> Vector:
    """Thousand units of the largest order of each period: what supply allows, and what power carries on delivery.

    All that is bought is in service at delivery, under the power limits of its site and of all sites. Where these do
    not say much and a yes or no hangs on the order, what can be paid for or can be of use says more.
    """
    limits = model.instance.power.system_limit_mw
    power = sum(_most_units(model, offer, housing, capacity), np.zeros(model.horizon))
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
    bought: Mapping[str, Panel],
    retired: Retirements,
    housing: Mapping[str, list[str]],
    periods: Mapping[str, range],
    most_units: Mapping[str, Vector],
    most_bought: Mapping[Pair, Vector],
) -> dict[str, Panel]:
    """Units in service by roll-forward; nothing before the first delivery, and no more than power or orders allow."""
    offers = model.instance.hardware
    windows = {
        (o, s): range(model.later(periods[o].start, offer.lead_periods), model.horizon + 1)
        for o, offer in offers.items()
        for s in housing[o]
        if len(periods[o])
    }
    upper = {(o, s): most for o in offers for s, most in zip(housing[o], most_units[o], strict=True)}
    for o, s in windows:
        if math.isinf(upper[o, s][-1]):
            upper[o, s] = _most_alive(model, offers[o], most_bought[o, s], periods[o])
    columns = _by_offer(model.timelines("fleet", windows, upper=upper))
    gone, sold = _by_offer(retired.by_period), _by_offer(retired.by_vintage)
    roll = model.constraints("fleet_roll_forward")
    units: dict[str, Panel] = {}
    for o, offer in offers.items():
        units[o] = fleet = model.by_site(columns.get(o, {}))
        arrived, life = model.delayed(bought[o], offer.lead_periods), offer.life_periods
        change = arrived - model.delayed(arrived, life)
        if offer.resale_share_by_age:
            early, from_vintage = (model.by_site(each.get(o, {})) for each in (gone, sold))
            change = change - early + model.delayed(model.delayed(from_vintage, offer.lead_periods), life)
        roll.add_all(fleet == fleet.shift(1) + change, fleet.decided(), keys=[(o, s) for s in fleet.keys])
    return units


def _leaving_after(model: Model, offer: Offer, periods: range) -> dict[int, int]:
    """By period of order the one in which what it brought leaves, the last of T+1 among them."""
    return {u: model.later(model.later(u, offer.lead_periods), offer.life_periods) for u in periods}


def _is_shrinking(model: Model, periods: Mapping[str, range]) -> bool:
    """Whether anything can leave after the last year began."""
    begins, offers = max(1, model.calendar.last_year(model.horizon).start), model.instance.hardware
    return any(
        offer.resale_share_by_age is not None
        or any(begins < t <= model.horizon + 1 for t in _leaving_after(model, offer, periods[o]).values())
        for o, offer in offers.items()
        if len(periods[o]) and housing_sites(model, offer)
    )


def _after_horizon(
    model: Model,
    buy: ByPair,
    retired: Retirements,
    units: Mapping[str, Panel],
    opening: Mapping[Pair, Expr],
    periods: Mapping[str, range],
) -> dict[Pair, Expr]:
    """fleet[T+1] = fleet[T] − what is left of what leaves in T+1, and what of the ``opening`` fleet is there then.

    Nothing arrives after T.
    """
    after: dict[Pair, Expr] = {}
    for o, offer in model.instance.hardware.items():
        last = [u for u, t in _leaving_after(model, offer, periods[o]).items() if t == model.horizon + 1]
        for s, fleet in units[o].items():
            if (o, s) in buy:
                after[o, s] = fleet[model.horizon]
                for u in last:
                    after[o, s] = after[o, s] - buy[o, s][u]
                    if (o, s) in retired.by_vintage:
                        after[o, s] = after[o, s] + retired.by_vintage[o, s][u]
    for pair, amount in opening.items():
        after[pair] = after[pair] + amount if pair in after else amount
    return after


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


def _upkeep(model: Model, units: Mapping[str, Panel], housing: Mapping[str, list[str]]) -> None:
    for o, offer in model.instance.hardware.items():
        upkeep = model.array(offer.upkeep_usd_per_unit_year) * (model.each_years / THOUSAND)
        for entity in model.rings.entities_of(housing[o]) or (COMPANY,):
            own = [s for s in housing[o] if model.rings.sites[s] == entity]
            model.ledger.post_each(UPKEEP.of(o), upkeep * units[o].total(own), group=entity)
