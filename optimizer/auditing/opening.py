"""What was there at instant 0: units in service and on order, what stands or is built at sites, and their money.

What is left of a cost for tax is followed as the whole cost, basis / (1 − C(k)), that went into service k periods ago.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from optimizer.auditing.replay import Entry, Replay, TaxAsset, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.resale_curve import curve
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.tax import share_written_off
from optimizer.auditing.tolerances import BALANCE, MONEY, ONE, PHYSICAL, ZERO
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Offer, OpeningAsset, OpeningPart, OpeningUnits

SOLD = rule(
    "opening.sold",
    "No more of a lot is sold than there is, after its first period of service and before the end of its life.",
    "thousand units",
    PHYSICAL,
)
MONEY_OF_IT = rule(
    "opening.money",
    "What was there at instant 0 is paid for, put into service, sold and written off as the file says.",
    "musd",
    MONEY,
)
BALANCED = rule(
    "opening.balance", "The opening balance sheet balances with the retained earnings stated.", "musd", BALANCE
)

_PAID = Entry("capex", "hardware", "cash")
_DELIVERED = Entry("transfer", "hardware", "deposits")
_WRITTEN_OFF = Entry("depreciation", "retained_earnings", "hardware")
_RESOLD = Entry("resale", "cash", "hardware")
_BUILDING = Entry("capex", "construction_in_progress", "cash")
_FINISHED = Entry("capex", "sites", "cash")
_IN_SERVICE = Entry("transfer", "sites", "construction_in_progress")
_SITE_OFF = Entry("depreciation", "retained_earnings", "sites")
_OPEX = Entry("opex", "retained_earnings", "cash")


def lots(replay: Replay) -> Iterator[tuple[str, str, Offer, OpeningUnits]]:
    """(offer, lot, terms of the offer, what the file says of the lot)."""
    for name, offer in replay.instance.hardware.items():
        for lot, units in offer.opening.items():
            yield name, lot, offer, units


def service_of(replay: Replay, offer: Offer, lot: OpeningUnits) -> tuple[int, int]:
    """The first period in which a lot serves, which may lie before the plan, and the first after its life."""
    if lot.delivery is None:
        arrived = 1 - lot.age_periods
    else:
        arrived = replay.window(lot.delivery, None, "hardware opening delivery").start
    return arrived, replay.time.after(arrived, offer.life_periods)


def gone(replay: Replay, name: str, lot: str) -> dict[int, Decimal]:
    """Thousand units of a lot that are sold, by period."""
    found = replay.decisions.opening_retirements
    return {t: quantity for (offer, _, each, t), quantity in found.items() if (offer, each) == (name, lot)}


def units_held(replay: Replay) -> Iterator[tuple[str, str, list[Decimal]]]:
    """(offer, site, thousand units in service at 0 … T) of each lot."""
    for name, key, offer, lot in lots(replay):
        arrived, end = service_of(replay, offer, lot)
        units = replay.zeros()
        sold = gone(replay, name, key)
        for t in range(max(1, arrived), min(end, replay.last + 1)):
            units[t] = exact(lot.units) / THOUSAND - sum((q for v, q in sold.items() if v <= t), ZERO)
        yield name, lot.site, units


def units_after(replay: Replay) -> Iterator[tuple[str, str, Decimal]]:
    """(offer, site, thousand units) of each lot that serves in T and no longer in T+1."""
    for name, key, offer, lot in lots(replay):
        arrived, end = service_of(replay, offer, lot)
        if end == replay.last + 1 and arrived <= replay.last:
            yield name, lot.site, exact(lot.units) / THOUSAND - sum(gone(replay, name, key).values(), ZERO)


def replay_opening_units(replay: Replay) -> None:
    """Check what is sold of the lots, and post their money but for upkeep."""
    book = replay.book
    for name, key, offer, lot in lots(replay):
        if offer.lease is not None:
            raise AuditError(f"instance.json: hardware.{name}.opening", "leased units are no units of the company")
        arrived, end = service_of(replay, offer, lot)
        whose = replay.rings.site(lot.site)
        book.open("hardware", exact(lot.book_value_musd), whose)
        book.open("deposits", exact(lot.deposit_musd), whose)
        if lot.delivery is not None:
            due = exact(lot.due_musd)
            line, owner = f"capex.hardware.{name}.opening", ("hardware", name)
            replay.post_capex(MONEY_OF_IT, line, arrived, due, _PAID, owner, offer.payment_timing, whose)
            replay.promised.append((whose, owner, 0, replay.time.passed(0, arrived - 1) + 1, due))
            deposit = exact(lot.deposit_musd)
            book.post(MONEY_OF_IT, f"delivery.hardware.{name}", arrived, deposit, _DELIVERED, group=whose)
        start = max(1, arrived)
        cost = exact(lot.book_value_musd) + exact(lot.deposit_musd) + exact(lot.due_musd)
        for t in range(start, replay.last + 1):
            each = cost * _off_in(replay, offer, lot, t)
            book.post(MONEY_OF_IT, f"depreciation.hardware.{name}", t, each, _WRITTEN_OFF, group=whose)
        served = replay.step * replay.time.passed(arrived - 1, start - 1)
        classes = [
            (tax_class, _whole(replay, tax_class, exact(basis), served))
            for tax_class, basis in lot.tax_basis_musd.items()
        ]
        replay.tax_assets += [TaxAsset(tax_class, arrived, musd) for tax_class, musd in classes]
        units, total = exact(lot.units) / THOUSAND, ZERO
        for t, quantity in gone(replay, name, key).items():
            inside = arrived < t < end and offer.resale_share_by_age is not None
            replay.findings.record(SOLD, f"{name} {key}", t, ZERO if inside else abs(quantity))
            total += quantity
            if inside:
                share = quantity / units
                _sell(replay, name, offer, lot, t, quantity, cost * share)
                for tax_class, musd in classes:
                    replay.tax_assets.append(TaxAsset(tax_class, arrived, -musd * share))
                    replay.tax_assets.append(TaxAsset(tax_class, arrived, musd * share, leaves=t))
        replay.findings.at_most(SOLD, f"{name} {key}", None, total, units)


def _sell(replay: Replay, name: str, offer: Offer, lot: OpeningUnits, t: int, quantity: Decimal, cost: Decimal) -> None:
    """``cost`` is what the units sold stand for of what is written off over the life that is left."""
    arrived, _ = service_of(replay, offer, lot)
    start = max(1, arrived)
    gone = {s: cost * _off_in(replay, offer, lot, s) for s in range(start, replay.last + 1)}
    proceeds = quantity * fetched(replay, name, offer, lot, t) / THOUSAND
    left = cost - sum((musd for s, musd in gone.items() if s < t), ZERO)
    book, whose = replay.book, replay.rings.site(lot.site)
    book.post(MONEY_OF_IT, f"resale.hardware.{name}", t, proceeds, _RESOLD, group=whose)
    line = f"write_off.hardware.{name}"
    book.post(MONEY_OF_IT, line, t, left - proceeds, _WRITTEN_OFF, magnitude=cost, group=whose)
    line = f"depreciation.hardware.{name}"
    for later in range(t, replay.last + 1):
        book.post(MONEY_OF_IT, line, later, -gone[later], _WRITTEN_OFF, magnitude=cost, group=whose)


def _off_in(replay: Replay, offer: Offer, lot: OpeningUnits, t: int) -> Decimal:
    """The share of what is written off of a lot that falls into t: in equal parts for each step of the life left."""
    arrived, _ = service_of(replay, offer, lot)
    start = max(1, arrived)
    steps = offer.life_periods - replay.time.passed(arrived - 1, start - 1)
    return Decimal(len(replay.time.within(start, steps, t))) / steps


def fetched(replay: Replay, name: str, offer: Offer, lot: OpeningUnits, t: int) -> Decimal:
    """USD for a unit that is sold in t; after T at the price of T."""
    prices = replay.values(offer.price_usd, f"hardware.{name}.price_usd")
    own = prices[1] if lot.price_usd is None else exact(lot.price_usd)
    age = replay.time.passed(service_of(replay, offer, lot)[0] - 1, t - 1)
    return min(own, prices[min(t, replay.last)]) * curve(offer.resale_share_by_age or [], age, replay.calendar.per_year)


def opening_resale_value(replay: Replay) -> Decimal:
    """What the units of the lots that are in service at T fetch in T+1, musd."""
    value = ZERO
    for name, key, offer, lot in lots(replay):
        arrived, end = service_of(replay, offer, lot)
        if offer.resale_share_by_age is not None and arrived <= replay.last < end:
            kept = exact(lot.units) / THOUSAND - sum(gone(replay, name, key).values(), ZERO)
            value += kept * fetched(replay, name, offer, lot, replay.last + 1) / THOUSAND
    return value


def _whole(replay: Replay, tax_class: str, basis: Decimal, served_years: Decimal) -> Decimal:
    """The cost of which ``basis`` is left after so many years in service."""
    if tax_class not in replay.instance.depreciation:
        raise AuditError("instance.json", f"no depreciation class {tax_class!r}")
    if served_years == 0 or basis == 0:
        return basis
    left = ONE - share_written_off(replay.instance.depreciation[tax_class], served_years)
    if left <= 0:
        raise AuditError("instance.json", f"nothing of class {tax_class!r} is left after {served_years} years")
    return basis / left


# ── sites ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ready(replay: Replay, asset: OpeningAsset) -> int:
    """The period from which on it is on line; 0 if it is at instant 0."""
    return 0 if asset.ready is None else replay.window(asset.ready, None, "sites opening ready").start


def opening_power(replay: Replay, name: str, used: dict[str, list[Decimal]]) -> Values:
    """MW of what stands at a site by period; adds what it takes of resources to ``used``."""
    power = replay.zeros()
    for asset in replay.instance.sites[name].opening.values():
        for t in replay.span:
            online = t >= ready(replay, asset)
            power[t] += exact(asset.mw) if online else ZERO
            for resource, use in asset.resources.items():
                if resource not in used:
                    raise AuditError(f"instance.json: sites.{name}.opening", f"no resource {resource!r}")
                used[resource][t] += exact(use.running if online else use.building)
    return tuple(power)


def replay_opening_sites(replay: Replay, unpaid: dict[Decimal, Decimal]) -> Decimal:
    """Post the money of what stands or is built; adds what falls after T to ``unpaid``; returns its land for tax."""
    land = ZERO
    for name, site in replay.instance.sites.items():
        for key, asset in site.opening.items():
            cost = replay.values(asset.fixed_opex_musd_per_year, f"sites.{name}.opening.{key}")
            for t in range(max(1, ready(replay, asset)), replay.last + 1):
                replay.book.post(MONEY_OF_IT, f"opex.site.{name}", t, cost[t] * replay.years(t), _OPEX)
            for part, terms in asset.parts.items():
                land += exact(terms.land_basis_musd)
                _post_part(replay, name, asset, part, terms, unpaid)
    return land


def _post_part(
    replay: Replay, site: str, asset: OpeningAsset, part: str, terms: OpeningPart, unpaid: dict[Decimal, Decimal]
) -> None:
    book, on_line = replay.book, ready(replay, asset)
    spent = exact(terms.book_value_musd)
    account = "construction_in_progress" if on_line else "sites"
    book.open(account, spent, replay.rings.site(site))
    if on_line:
        book.post(MONEY_OF_IT, f"in_service.site.{site}", on_line, spent, _IN_SERVICE)
    _off(replay, site, terms, spent, max(1, on_line))
    behind = 0 if on_line else asset.service_periods
    for tax_class, basis in terms.tax_basis_musd.items():
        whole = _whole(replay, tax_class, exact(basis), behind * replay.step)
        replay.tax_assets.append(TaxAsset(tax_class, max(1, on_line) - behind, whole))
    for step, musd in enumerate(map(exact, terms.to_spend_musd), 1):
        t = replay.time.after(0, step)
        replay.promised.append((replay.rings.site(site), ("sites", site), 0, step, musd))
        if t > replay.last:
            early = exact(TIMING[asset.payment_timing or replay.instance.payment_timing])
            unpaid[t - replay.last - early] = unpaid.get(t - replay.last - early, ZERO) + musd
            continue
        entry = _BUILDING if t < on_line else _FINISHED
        line, owner = f"capex.site.{site}.{part}", ("sites", site)
        replay.post_capex(MONEY_OF_IT, line, t, musd, entry, owner, asset.payment_timing)
        if t < on_line:
            book.post(MONEY_OF_IT, f"in_service.site.{site}", on_line, musd, _IN_SERVICE)
        _off(replay, site, terms, musd, max(t, on_line))
        if terms.tax_class is not None and musd:
            replay.tax_assets.append(TaxAsset(terms.tax_class, max(t, on_line), musd))


def _off(replay: Replay, site: str, terms: OpeningPart, musd: Decimal, first: int) -> None:
    """After the years k the share min(1, k/life) is written off."""
    if terms.book_life_years is None:
        return
    before = ZERO
    for t in range(first, replay.last + 1):
        share = min(ONE, (replay.time.at(t) - replay.time.at(first - 1)) / exact(terms.book_life_years))
        replay.book.post(MONEY_OF_IT, f"depreciation.site.{site}", t, musd * (share - before), _SITE_OFF)
        before = share


def check_opening_balance(replay: Replay) -> None:
    """The retained earnings stated are those that balance it."""
    stated = replay.instance.opening.retained_earnings_musd
    if stated is not None:
        balancing = -replay.book.opening["retained_earnings"]
        size = sum((abs(musd) for musd in replay.book.opening.values()), ZERO)
        replay.findings.equal(BALANCED, "opening balance sheet", 0, exact(stated), balancing, size)
