"""Hardware: orders and their cost, fleets, upkeep, depreciation; frameworks, developments and early sales."""

from __future__ import annotations

from optimizer.contract.decisions import ALLOCATIONS, DEVELOPMENTS, FRAMEWORKS, ORDERS, RETIREMENTS
from optimizer.contract.lines import (
    DELIVERY,
    DEPOSIT,
    DEPRECIATION,
    DEVELOPMENT,
    OPENING_PART,
    ORDER_FEE,
    PURCHASE,
    SIGNING,
    TAKE_OR_PAY,
    UPKEEP,
)
from optimizer.instance.schema import Offer, Tiers
from optimizer.workbook.areas.leases import add_lease
from optimizer.workbook.areas.lives import paid_while, there, timing_of
from optimizer.workbook.areas.opening_units import opening_lots
from optimizer.workbook.areas.resale import add_resale
from optimizer.workbook.areas.upkeep import upkeep_by_age
from optimizer.workbook.draft import Draft
from optimizer.workbook.entities import shares
from optimizer.workbook.expression import ZERO, Array, Expr, SumProduct, absolute, greatest, total, when
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Figure, Line

_TIER_START = 1.0 - 5e-7
_SMALL_UNITS = 1e-3


def add_hardware(draft: Draft, found: Found) -> None:
    """Rows of all offers that anything is ordered of, or could be."""
    for name, offer in draft.instance.hardware.items():
        draft.sheet.heading(f"Hardware {name}")
        orders = draft.decisions.row(ORDERS, name)
        found.lots[name] = opening_lots(draft, found, name, offer)
        _fleet(draft, found, name, orders)
        if offer.order_fee_musd.raw != 0.0:
            small = draft.inputs.constant("Orders up to this are rounding", "units", _SMALL_UNITS)
            fee = draft.series("hardware", name, "order_fee_musd")
            draft.post(ORDER_FEE, name, amount=when(orders > small, fee))
        if offer.framework is not None:
            _framework(draft, name, offer, orders)
        if offer.development is not None:
            begun = draft.decisions.row(DEVELOPMENTS, name)
            draft.post(DEVELOPMENT, name, amount=draft.figure("hardware", name, "development", "cost_musd") * begun)
        if offer.lease is None:
            _purchases(draft, found, name, offer, orders)
        else:
            with draft.refusing("leases"):
                add_lease(draft, found, name)


def _fleet(draft: Draft, found: Found, name: str, orders: Line) -> None:
    lead, life = draft.figure("hardware", name, "lead_periods"), draft.figure("hardware", name, "life_periods")
    units: list[Line] = []
    spread: list[Expr] = []
    sites = sorted(
        {s for o, s in draft.decisions.keys(ALLOCATIONS) if o == name}
        | {site for site, _ in draft.decisions.vintages(name)}
        | {lot.site for lot in found.lots[name]}
    )
    for site in sites:
        bought = draft.decisions.row(ALLOCATIONS, name, site)
        spread.append(bought)
        serving = there(draft, f"{name} delivered to {site}", bought, lead, life)
        for ordered in (ordered for at, ordered in draft.decisions.vintages(name) if at == site):
            sold = draft.decisions.row(RETIREMENTS, name, site, ordered)
            arrived = draft.periods.ends_holding(draft.end_of(ordered) + lead)
            serving = serving - when(draft.periods.ends - arrived < life, sold.so_far)
        serving = total([serving, *(lot.there for lot in found.lots[name] if lot.site == site)])
        found.fleet[name, site] = draft.sheet.line(f"{name} at {site}", "units", serving)
        units.append(found.fleet[name, site])
    upkeep = draft.series("hardware", name, "upkeep_usd_per_unit_year")
    cost = total(units) * upkeep / draft.million * draft.years
    if draft.instance.hardware[name].upkeep_usd_per_unit_year_by_age:
        bought_at = [draft.decisions.row(ALLOCATIONS, name, site) for site in sites]
        cost = cost + upkeep_by_age(draft, name, bought_at, found.lots[name])
        with draft.refusing("upkeep by age"):
            draft.post(UPKEEP, name, amount=cost)
    else:
        draft.post(UPKEEP, name, amount=cost)
    by_site = {site: found.fleet[name, site] * upkeep / draft.million * draft.years for site in sites}
    draft.entities.split(UPKEEP.of(name), draft.entities.by_site(by_site))
    found.bought[name] = draft.entities.by_site({site: draft.decisions.row(ALLOCATIONS, name, site) for site in sites})
    draft.check(f"{name}: an order is spread over sites", off(draft, total(spread) - orders))
    if draft.instance.hardware[name].supply_units is not None:
        supply = draft.series("hardware", name, "supply_units")
        draft.check(f"{name}: orders are within supply", over(draft, orders - supply))


def _framework(draft: Draft, name: str, offer: Offer, orders: Line) -> None:
    terms = offer.framework
    assert terms is not None
    path = ("hardware", name, "framework")
    signed = draft.decisions.figure(FRAMEWORKS, name)
    first, last = draft.inputs.window("hardware", name, first="first_order", last="last_order")
    if terms.signing_fee_musd:
        fee = draft.figure(*path, "signing_fee_musd")
        draft.post(SIGNING, name, amount=when(draft.t.equals(first), fee * signed))
    if terms.take_or_pay_share is not None:
        short = greatest(0, draft.figure(*path, "min_total_units") - orders.whole) * signed
        price = draft.series("hardware", name, "price_usd")
        paid = short * draft.figure(*path, "take_or_pay_share") * price / draft.million
        draft.post(TAKE_OR_PAY, name, amount=when(draft.t.equals(last), paid))


def _purchases(draft: Draft, found: Found, name: str, offer: Offer, orders: Line) -> None:
    sheet, path = draft.sheet, ("hardware", name)
    lead, life = draft.figure(*path, "lead_periods"), draft.figure(*path, "life_periods")
    share = draft.figure(*path, "deposit_share")
    price = draft.series(*path, "price_usd")
    full = orders * price / draft.million
    parts = {
        "accelerator": sheet.line(
            f"{name}: accelerators ordered", "musd", _discounted(draft, name, offer.tiers, orders, full)
        )
    }
    classes = {"accelerator": offer.tax_class}
    for part, cost in offer.attach.items():
        each = draft.series(*path, "attach", part, "usd_per_unit")
        parts[part] = sheet.line(f"{name}: {part} ordered", "musd", orders * each / draft.million)
        classes[part] = cost.tax_class
    timing = timing_of(draft, offer.payment_timing, *path)
    spent: list[Expr] = []
    deposits: list[Expr] = []
    own = shares(found.bought[name], orders)
    for part, cost_row in parts.items():
        arrived = sheet.line(f"{name}: {part} delivered", "musd", draft.periods.arriving(cost_row, lead))
        deposits.append(draft.post(DEPOSIT, name, part, amount=share * cost_row, label=f"Deposit {name}: {part}"))
        paid = draft.post(PURCHASE, name, part, amount=(1 - share) * arrived, label=f"Capex {name}: {part}")
        spent.append(paid)
        _parts(draft, name, part, cost_row, own, share, lead, timing)
        if (tax_class := classes[part]) is not None:
            found.tax_assets.setdefault(tax_class, []).append(arrived)
            found.tax_cost.append(arrived)
    spent += deposits
    whole = sheet.line(f"{name}: cost of what is ordered", "musd", total(list(parts.values())))
    lots = found.lots[name]
    if any(lot.due is not ZERO for lot in lots):
        due = draft.post(PURCHASE, name, OPENING_PART, amount=total([lot.due for lot in lots]))
        spent.append(due)
        by_lot = {lot.site: ZERO * 1 for lot in lots}
        for lot in lots:
            by_lot[lot.site] = by_lot[lot.site] + lot.due
        whose = draft.entities.by_site(by_lot)
        draft.entities.split(PURCHASE.of(name, OPENING_PART), whose)
        draft.entities.pay(timing, whose)
    came = [share * draft.periods.arriving(whole, lead), *(lot.deposit for lot in lots)]
    draft.post(DELIVERY, name, amount=total(came))
    found.paid += [(timing, each) for each in spent]
    if draft.decisions.vintages(name) or any(lot.fetched is not ZERO for lot in lots):
        found.sold += add_resale(draft, name, offer, whole, lots)
    else:
        written_off = paid_while(draft, f"{name}: delivered, times periods served", whole, lead, life) / life
        draft.post(DEPRECIATION, name, amount=total([written_off, *(lot.written_off for lot in lots)]))


def _parts(
    draft: Draft, name: str, part: str, cost: Line, own: dict[str, Expr], share: Figure, lead: Figure, timing: Expr
) -> None:
    """What of the deposits and of what is paid at delivery each entity pays."""
    if not draft.entities.groups:
        return
    deposits: dict[str, Expr] = {}
    rest: dict[str, Expr] = {}
    for entity, of_order in own.items():
        words = f"{name}: {part} ordered for {entity or 'the company'}"
        row = cost if len(own) == 1 else draft.sheet.line(words, "musd", cost * of_order)
        deposits[entity] = share * row
        rest[entity] = (1 - share) * draft.periods.arriving(row, lead)
    for kind, amounts in ((DEPOSIT, deposits), (PURCHASE, rest)):
        draft.entities.split(kind.of(name, part), amounts)
        draft.entities.pay(timing, amounts)


def _discounted(draft: Draft, name: str, tiers: Tiers | None, orders: Line, full: Expr) -> Expr:
    """What is paid for an order under its volume discount; ``full`` is the list price of all of it."""
    if tiers is None:
        return full
    path = ("hardware", name, "tiers")
    starts = draft.inputs.list(*path, "from_units", numbers=[each.from_units for each in tiers.steps], unit="units")
    off_ = draft.inputs.list(*path, "discount_share", numbers=[each.discount_share for each in tiers.steps])
    count = len(tiers.steps)
    if tiers.kind == "all_units":
        near = draft.inputs.constant("A tier begins at this share of its start", "share", _TIER_START)
        reached = draft.sheet.line(
            f"{name}: tier reached", "number", SumProduct((Array(starts, 1, count) * near <= orders) * 1, 1, count)
        )
        return full * (1 - off_.at(reached))
    first = off_.sheet.positions.equals(1)
    step = draft.schedules.line(
        f"{name}: share of the price that a tier adds", "share", when(first, 1 - off_, off_.before - off_)
    )
    step.high = count
    begun = Array(starts, 1, count)
    paid = SumProduct((begun < orders) * (orders - begun) * Array(step, 1, count), 1, count)
    return draft.series("hardware", name, "price_usd") * paid / draft.million


def off(draft: Draft, difference: Expr) -> Expr:
    """1 where two quantities are not the same."""
    return absolute(difference) > draft.inputs.constant("Quantities may be off by", "units, MW, H100e", 0.01)


def over(draft: Draft, excess: Expr) -> Expr:
    """1 where a quantity is over its limit."""
    return excess > draft.inputs.constant("Quantities may be off by", "units, MW, H100e", 0.01)
