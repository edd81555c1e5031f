"""Hardware: what is ordered from whom, where it goes and what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from optimizer.instance.schema import Offer
from optimizer.model.context import THOUSAND, Model
from optimizer.model.finance import price_tiers, straight_line, tax_write_off
from optimizer.model.ledger import CASH, DEPOSITS, HARDWARE, RETAINED
from optimizer.model.sites import SiteCapacity

SMALLEST_ORDER = 1e-6
"""An order with a fee is at least this share of the largest possible one, so that no fee is paid for nothing."""


@dataclass(frozen=True)
class Fleet:
    """What hardware publishes: thousand ``units`` in service by (offer, site, period); tax depreciation by period."""

    units: Mapping[tuple[str, str, int], Any]
    tax_depreciation: Mapping[int, Any]


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
        fleet[o,s,t] = fleet[o,s,t−1] + buy[o,s,t−lead] − buy[o,s,t−lead−life]
        order[o,t] = Σ_b q[o,t,b],  from_b·z[o,t,b] ≤ q[o,t,b] ≤ to_b·z[o,t,b],  Σ_b z[o,t,b] ≤ 1
        price paid = price[t]·Σ_b (intercept_b·z_b + slope_b·q_b)         tiers, multiple choice form

    A deposit is paid at order and waits in ``deposits``; the rest is paid at delivery, from when on the whole cost is
    an asset written off over its service life. The largest order comes from the power that can be on line at delivery;
    for hardware that draws none, from the need: no order beyond all demand, or the last tier's start, is ever of use.
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
            spread.add(pyo.quicksum(buy[o, s, t] for s in housing[o]) == order[o, t])
    units = _fleet(model, buy, housing, periods, capacity)
    tax = _money(model, order, units, housing, periods, most)
    model.decide("orders", ("offer", "period"), "units", order, scale=THOUSAND)
    model.decide("allocations", ("offer", "site", "period"), "units", buy, scale=THOUSAND)
    return Fleet(units, tax)


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
    matters = offer.tiers or model.instance.tax or any(model.series(offer.order_fee_musd).values())
    if largest < math.inf or not matters:
        return largest
    need = 0.0
    if offer.compute_h100e:
        use = min(model.instance.sites[s].uptime_share * model.instance.sites[s].max_utilisation_share for s in housing)
        demand = [
            sum(series)
            for series in zip(
                *(model.series(m.demand_h100e).values() for m in model.instance.markets.values()), strict=True
            )
        ]
        need = max(demand, default=0.0) / (offer.compute_h100e * use) / THOUSAND if use else 0.0
    last_tier = offer.tiers.steps[-1].from_units / THOUSAND if offer.tiers else 0.0
    return max(need, last_tier, 1e-3) + offer.lot_units / THOUSAND


def _orders(
    model: Model, periods: Mapping[str, range], most: Mapping[tuple[str, int], float]
) -> dict[tuple[str, int], Any]:
    """Thousand units ordered: a whole number of lots where the offer has lots."""
    offers = model.instance.hardware
    keys = [(o, t) for o in offers for t in periods[o]]
    lots = model.variables(
        "lots",
        [key for key in keys if offers[key[0]].lot_units],
        upper={
            (o, t): math.floor(most[o, t] * THOUSAND / offers[o].lot_units + 1e-9)
            if most[o, t] < math.inf
            else math.inf
            for o, t in keys
            if offers[o].lot_units
        },
        integer=True,
    )
    loose = model.variables("order", [key for key in keys if not offers[key[0]].lot_units], upper=most)
    return {
        (o, t): offers[o].lot_units / THOUSAND * lots[o, t] if offers[o].lot_units else loose[o, t] for o, t in keys
    }


def _fleet(
    model: Model,
    buy: Any,
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
        arrived = buy.get((o, s, t - offers[o].lead_periods), 0)
        gone = buy.get((o, s, t - offers[o].lead_periods - offers[o].life_periods), 0)
        roll.add(fleet[o, s, t] == fleet.get((o, s, t - 1), 0) + arrived - gone)
    return {key: fleet[key] for key in keys}


def _money(
    model: Model,
    order: Mapping[tuple[str, int], Any],
    units: Mapping[tuple[str, str, int], Any],
    housing: Mapping[str, list[str]],
    periods: Mapping[str, range],
    most: Mapping[tuple[str, int], float],
) -> dict[int, Any]:
    """Post deposits, deliveries, fees, upkeep and depreciation; return the tax depreciation by period."""
    tax: dict[int, list[Any]] = {t: [] for t in model.span}
    for o, offer in model.instance.hardware.items():
        price, fee = model.series(offer.price_usd), model.series(offer.order_fee_musd)
        attach = {part: (model.series(cost.usd_per_unit), cost.tax_class) for part, cost in offer.attach.items()}
        book = straight_line(offer.life_periods * model.years, model.years, model.horizon)
        books: dict[int, list[Any]] = {t: [] for t in model.span}
        for u in periods[o]:
            arrival = u + offer.lead_periods
            paid, placed = _accelerator_cost(model, o, offer, order[o, u], price[u] / THOUSAND, most[o, u], u)
            parts = [("accelerator", paid, offer.tax_class)]
            parts += [(part, cost[u] / THOUSAND * order[o, u], group) for part, (cost, group) in attach.items()]
            for part, cost, group_name in parts:
                _pay(model, o, part, cost, offer.deposit_share, u, arrival)
                group = model.instance.depreciation[group_name] if group_name else None
                fiscal = (
                    tax_write_off(group.life_years, group.table_shares, group.bonus_share, model.years, model.horizon)
                    if group
                    else ()
                )
                for target, shares in ((books, book), (tax, fiscal)):
                    for t, share in zip(range(arrival, model.horizon + 1), shares, strict=False):
                        if share:
                            target[t].append(share * cost)
            if offer.deposit_share:
                deposit = offer.deposit_share * pyo.quicksum(cost for _, cost, _ in parts)
                model.ledger.post(
                    f"delivery.hardware.{o}", "transfer", arrival, deposit, debit=HARDWARE, credit=DEPOSITS
                )
            if fee[u]:
                if placed is None:
                    placed = _placed(model, o, order[o, u], most[o, u], u)
                model.ledger.expense(f"opex.order_fee.{o}", "opex", u, fee[u] * placed)
        upkeep = model.series(offer.upkeep_usd_per_unit_year)
        for t in model.span:
            model.ledger.post(
                f"depreciation.hardware.{o}", "depreciation", t, pyo.quicksum(books[t]), debit=RETAINED, credit=HARDWARE
            )
            in_service = pyo.quicksum(units[o, s, t] for s in housing[o] if (o, s, t) in units)
            model.ledger.expense(f"opex.upkeep.{o}", "opex", t, upkeep[t] * model.years / THOUSAND * in_service)
    return {t: pyo.quicksum(amounts) for t, amounts in tax.items()}


def _pay(model: Model, o: str, part: str, cost: Any, deposit_share: float, u: int, arrival: int) -> None:
    """The deposit at order, the rest at delivery."""
    deposit = deposit_share
    if deposit:
        model.ledger.post(f"deposit.hardware.{o}.{part}", "capex", u, deposit * cost, debit=DEPOSITS, credit=CASH)
    if deposit < 1.0:
        model.ledger.post(
            f"capex.hardware.{o}.{part}", "capex", arrival, (1.0 - deposit) * cost, debit=HARDWARE, credit=CASH
        )


def _accelerator_cost(
    model: Model, o: str, offer: Offer, order: Any, price: float, most: float, u: int
) -> tuple[Any, Any]:
    """USD million for the accelerators of one order, and a 0/1 expression that says whether it is placed (or None).

    ``price`` is USD million per thousand units, ``order`` and ``most`` are thousand units.
    """
    if offer.tiers is None:
        return price * order, None
    starts = [step.from_units / THOUSAND for step in offer.tiers.steps]
    discounts = [step.discount_share for step in offer.tiers.steps]
    tiers = price_tiers(offer.tiers.kind, starts, discounts, most)
    lot = offer.lot_units / THOUSAND
    if lot:
        tiers = [(math.ceil(a / lot - 1e-9) * lot, math.floor(b / lot + 1e-9) * lot, c, d) for a, b, c, d in tiers]
    count = range(len(tiers))
    q = model.variables(f"tier_units.{o}.{u}", count, upper={b: tiers[b][1] for b in count})
    z = model.variables(f"tier.{o}.{u}", count, upper=1, integer=True)
    rows = model.constraints(f"tier_rows.{o}.{u}")
    rows.add(pyo.quicksum(q[b] for b in count) == order)
    rows.add(pyo.quicksum(z[b] for b in count) <= 1)
    least = SMALLEST_ORDER * most
    for b, (start, end, _, _) in enumerate(tiers):
        if end < start:  # no whole number of lots falls into this tier
            z[b].fix(0)
            q[b].fix(0)
            continue
        rows.add(q[b] <= end * z[b])
        rows.add(q[b] >= max(start, lot or least) * z[b])
    paid = model.variables(f"price_paid.{o}.{u}", [0], upper=price * most)
    rows.add(paid[0] == price * pyo.quicksum(c * z[b] + d * q[b] for b, (_, _, c, d) in enumerate(tiers)))
    return paid[0], pyo.quicksum(z[b] for b in count)


def _placed(model: Model, o: str, order: Any, most: float, u: int) -> Any:
    """A binary that is 1 exactly if an order is placed."""
    offer = model.instance.hardware[o]
    placed = model.variables(f"placed.{o}.{u}", [0], upper=1, integer=True)
    rows = model.constraints(f"placed_rows.{o}.{u}")
    rows.add(order <= most * placed[0])
    rows.add(order >= (offer.lot_units / THOUSAND or SMALLEST_ORDER * most) * placed[0])
    return placed[0]
