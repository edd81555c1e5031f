"""Hardware offers: orders, where they go, what they cost.

Quantities are in thousand units: a thousand units at 1000 USD each are 1 musd.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.opening import units_held
from optimizer.auditing.replay import Entry, Replay, TaxAsset, Values
from optimizer.auditing.report import rule
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.tolerances import MONEY, ONE, PHYSICAL, TIER_START, WHOLE, ZERO
from optimizer.instance.schema import Offer, Tiers

WINDOW = rule(
    "hardware.window", "Orders are placed between the first and the last order period.", "thousand units", PHYSICAL
)
ARRIVAL = rule(
    "hardware.arrival", "No order is placed that could only arrive after the last period.", "thousand units", PHYSICAL
)
LOTS = rule("hardware.lots", "Orders are whole numbers of lots.", "lots", WHOLE)
SUPPLY = rule("hardware.supply", "Orders are within the supply of the period.", "thousand units", PHYSICAL)
ALLOCATION = rule(
    "hardware.allocation", "An order is spread over sites, all of it and no more.", "thousand units", PHYSICAL
)
SITES = rule("hardware.sites", "Hardware goes only to sites that may house it.", "thousand units", PHYSICAL)
TIERS = rule("hardware.tiers", "Orders under a volume discount pay the price of their tier.", "musd", MONEY)
PRICE = rule("hardware.price", "Deposits, payments and deliveries follow the orders.", "musd", MONEY)
DEPRECIATION = rule("hardware.depreciation", "Hardware is written off straight line over its life.", "musd", MONEY)
OPEX = rule("hardware.opex", "Order fees follow the orders, upkeep the units in service and their age.", "musd", MONEY)

_DEPOSIT = Entry("capex", "deposits", "cash")
_PAYMENT = Entry("capex", "hardware", "cash")
_DELIVERY = Entry("transfer", "hardware", "deposits")
_WRITTEN_OFF = Entry("depreciation", "retained_earnings", "hardware")
_OPEX = Entry("opex", "retained_earnings", "cash")


@dataclass(frozen=True)
class HardwareReplay:
    """``fleet[offer, site][t]``: thousand units in service. Pairs without an allocation are left out."""

    fleet: dict[tuple[str, str], Values]


def replay_hardware(replay: Replay) -> HardwareReplay:
    """Check all orders and post their money."""
    fleet: dict[tuple[str, str], list[Decimal]] = {}
    allocated: dict[tuple[str, int], Decimal] = {}
    for (name, site, u), quantity in replay.decisions.allocations.items():
        offer = replay.instance.hardware[name]
        allowed = offer.sites is None or site in offer.sites
        replay.findings.record(SITES, f"{name} at {site}", u, ZERO if allowed else abs(quantity))
        allocated[name, u] = allocated.get((name, u), ZERO) + quantity
        units = fleet.setdefault((name, site), replay.zeros())
        for t in in_service(replay, offer, u):
            units[t] += quantity
    for (name, site, u, retired_in), quantity in replay.decisions.retirements.items():
        offer = replay.instance.hardware[name]
        units = fleet.setdefault((name, site), replay.zeros())
        for t in in_service(replay, offer, u):
            units[t] -= quantity if t >= retired_in else ZERO
    for name, site, held in units_held(replay):
        units = fleet.setdefault((name, site), replay.zeros())
        fleet[name, site] = [one + other for one, other in zip(units, held, strict=True)]
    for name, offer in replay.instance.hardware.items():
        orders = [replay.decisions.orders.get((name, t), ZERO) for t in range(replay.last + 1)]
        _check_orders(replay, name, offer, orders, allocated)
        _post_orders(replay, name, offer, orders)
        if offer.lease is None:
            for group, bought in _by_group(replay, name, offer, orders):
                _post_purchases(replay, name, offer, bought, group)
        upkeep = replay.values(offer.upkeep_usd_per_unit_year, f"hardware.{name}.upkeep_usd_per_unit_year")
        for (other, site), units in fleet.items():
            for t in replay.span if other == name else ():
                cost = units[t] * upkeep[t] / THOUSAND * replay.years(t)
                replay.book.post(OPEX, f"opex.upkeep.{name}", t, cost, _OPEX, group=replay.rings.site(site))
    return HardwareReplay({pair: tuple(units) for pair, units in fleet.items()})


def in_service(replay: Replay, offer: Offer, u: int) -> range:
    """The periods of the plan in which what is ordered in u serves."""
    arrival = replay.time.after(u, offer.lead_periods)
    return range(arrival, min(replay.time.after(arrival, offer.life_periods), replay.last + 1))


def _check_orders(
    replay: Replay, name: str, offer: Offer, orders: list[Decimal], allocated: dict[tuple[str, int], Decimal]
) -> None:
    findings = replay.findings
    window = replay.window(offer.first_order, offer.last_order, f"hardware.{name}")
    supply = replay.values(offer.supply_units, f"hardware.{name}.supply_units")
    for t in replay.span:
        quantity = orders[t]
        findings.record(WINDOW, name, t, ZERO if t in window else abs(quantity))
        arrives = replay.time.after(t, offer.lead_periods) <= replay.last
        findings.record(ARRIVAL, name, t, ZERO if arrives else abs(quantity))
        findings.equal(ALLOCATION, name, t, allocated.get((name, t), ZERO), quantity)
        if offer.lot_units > 0:
            lots = quantity * THOUSAND / exact(offer.lot_units)
            findings.record(LOTS, name, t, abs(lots - round(lots)))
        if offer.supply_units is not None:
            findings.at_most(SUPPLY, name, t, quantity, supply[t] / THOUSAND)


def _by_group(replay: Replay, name: str, offer: Offer, orders: list[Decimal]) -> list[tuple[str | None, list[Decimal]]]:
    """The orders of an offer by whom they are for; all of them at once where it can stand within one ring only."""
    places = replay.instance.sites if offer.sites is None else offer.sites
    if len({replay.rings.site(site) for site in places}) <= 1:
        return [(None, orders)]
    found: dict[str | None, list[Decimal]] = {}
    for (other, site, u), quantity in replay.decisions.allocations.items():
        if other == name:
            found.setdefault(replay.rings.site(site), replay.zeros())[u] += quantity
    return list(found.items())


def _post_orders(replay: Replay, name: str, offer: Offer, orders: list[Decimal]) -> None:
    """The fee of each period with an order."""
    fee = replay.values(offer.order_fee_musd, f"hardware.{name}.order_fee_musd")
    for u in replay.span:
        if orders[u] > PHYSICAL.absolute:  # less is rounding, not an order
            replay.book.post(OPEX, f"opex.order_fee.{name}", u, fee[u], _OPEX)


def _post_purchases(replay: Replay, name: str, offer: Offer, orders: list[Decimal], group: str | None) -> None:
    """Deposit at order, the rest at delivery; from then on 1/life is written off in each period of service."""
    book, owner = replay.book, ("hardware", name)
    price = replay.values(offer.price_usd, f"hardware.{name}.price_usd")
    attach = {
        part: replay.values(cost.usd_per_unit, f"hardware.{name}.attach.{part}") for part, cost in offer.attach.items()
    }
    deposit_share = exact(offer.deposit_share)
    for u in replay.span:
        quantity = orders[u]
        if quantity == 0:
            continue
        arrival = replay.time.after(u, offer.lead_periods)
        parts = [("accelerator", offer.tax_class, tiered_cost(offer.tiers, quantity, price[u]))]
        parts += [(part, cost.tax_class, quantity * attach[part][u] / THOUSAND) for part, cost in offer.attach.items()]
        for part, tax_class, cost_musd in parts:
            judge = TIERS if part == "accelerator" and offer.tiers is not None else PRICE
            deposit = deposit_share * cost_musd
            timing = offer.payment_timing
            replay.post_capex(judge, f"deposit.hardware.{name}.{part}", u, deposit, _DEPOSIT, owner, timing, group)
            rest = cost_musd - deposit
            due, whose = replay.time.passed(0, u) + offer.lead_periods, replay.rings.line(f"delivery.hardware.{name}")
            replay.promised.append((whose if group is None else group, owner, u, due, rest))
            if arrival > replay.last:
                continue
            replay.post_capex(judge, f"capex.hardware.{name}.{part}", arrival, rest, _PAYMENT, owner, timing, group)
            book.post(PRICE, f"delivery.hardware.{name}", arrival, deposit, _DELIVERY, group=group)
            line = f"depreciation.hardware.{name}"
            for t in range(arrival, replay.last + 1):
                gone = Decimal(len(replay.time.within(arrival, offer.life_periods, t))) / offer.life_periods
                book.post(DEPRECIATION, line, t, cost_musd * gone, _WRITTEN_OFF, group=group)
            if tax_class is not None:
                replay.tax_assets.append(TaxAsset(tax_class, arrival, cost_musd))


def tiered_cost(tiers: Tiers | None, quantity: Decimal, price_usd: Decimal) -> Decimal:
    """Cost of an order of ``quantity`` thousand units, musd.

    all_units: the discount of the last tier reached, on everything. incremental: each tier's discount on its own part.
    """
    full = quantity * price_usd / THOUSAND
    if tiers is None:
        return full
    starts = [exact(step.from_units) / THOUSAND for step in tiers.steps]
    factors = [ONE - exact(step.discount_share) for step in tiers.steps]
    if tiers.kind == "all_units":
        reached = [factor for start, factor in zip(starts, factors, strict=True) if start * TIER_START <= quantity]
        return full * reached[-1] if reached else full
    total = ZERO
    ends = [*starts[1:], None]
    for start, end, factor in zip(starts, ends, factors, strict=True):
        inside = max(ZERO, (quantity if end is None else min(quantity, end)) - start)
        total += inside * factor * price_usd / THOUSAND
    return total
