"""Early retirement: units of a vintage that leave before their time and are sold, and what used units are worth."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from optimizer.auditing.hardware import DEPRECIATION
from optimizer.auditing.replay import Entry, Replay, TaxAsset
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.resale_curve import curve
from optimizer.auditing.rows import THOUSAND
from optimizer.auditing.tolerances import MONEY, ONE, PHYSICAL, ZERO
from optimizer.instance.schema import Offer

WINDOW = rule(
    "resale.window",
    "Units leave early only after their first and before the end of their life.",
    "thousand units",
    PHYSICAL,
)
UNITS = rule("resale.units", "No more units of a vintage are retired than were bought.", "thousand units", PHYSICAL)
PROCEEDS = rule(
    "resale.proceeds",
    "A used unit fetches its share by age of its own price or today's, the lower; the book value left is taken off.",
    "musd",
    MONEY,
)

_SOLD = Entry("resale", "cash", "hardware")
_WRITTEN_OFF = Entry("depreciation", "retained_earnings", "hardware")


def replay_resale(replay: Replay) -> None:
    """Check all retirements and post what they bring and what they end; the fleet itself is counted in hardware.py."""
    for name, offer in replay.instance.hardware.items():
        if offer.resale_share_by_age and (offer.tiers or offer.lease):
            raise AuditError(f"instance.json: hardware.{name}", "resale does not go together with tiers or a lease")
    retired: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    for (name, site, u, t), quantity in replay.decisions.retirements.items():
        offer = replay.instance.hardware[name]
        arrival = replay.time.after(u, offer.lead_periods)
        inside = arrival < t < replay.time.after(arrival, offer.life_periods)
        replay.findings.record(WINDOW, f"{name} at {site}", t, ZERO if inside else abs(quantity))
        retired[name, site, u] += quantity
        if inside:
            _post_retirement(replay, name, offer, u, t, quantity, replay.rings.site(site))
    for (name, site, u), total in retired.items():
        bought = replay.decisions.allocations.get((name, site, u), ZERO)
        replay.findings.at_most(UNITS, f"{name} at {site}", u, total, bought)


def _post_retirement(replay: Replay, name: str, offer: Offer, u: int, t: int, quantity: Decimal, group: str) -> None:
    book, place = replay.book, f"hardware.{name}"
    arrival, life = replay.time.after(u, offer.lead_periods), offer.life_periods
    served = replay.time.passed(arrival - 1, t - 1)
    prices = replay.values(offer.price_usd, f"{place}.price_usd")
    price, fetched = prices[u], min(prices[u], prices[t])
    parts = [(offer.tax_class, quantity * price / THOUSAND)]
    for part, cost in offer.attach.items():
        usd = replay.values(cost.usd_per_unit, f"{place}.attach.{part}")[u]
        parts.append((cost.tax_class, quantity * usd / THOUSAND))
    whole = sum((musd for _, musd in parts), ZERO)
    proceeds = quantity * fetched / THOUSAND * curve(offer.resale_share_by_age or [], served, replay.calendar.per_year)
    left = whole * (ONE - Decimal(served) / life)
    book.post(PROCEEDS, f"resale.hardware.{name}", t, proceeds, _SOLD, group=group)
    gone = f"write_off.hardware.{name}"
    book.post(PROCEEDS, gone, t, left - proceeds, _WRITTEN_OFF, magnitude=whole, group=group)
    for k in range(t, replay.last + 1):
        # hardware.py writes off the whole order over its life
        line, spared = f"depreciation.hardware.{name}", whole * len(replay.time.within(arrival, life, k)) / life
        book.post(DEPRECIATION, line, k, -spared, _WRITTEN_OFF, magnitude=whole, group=group)
    for tax_class, musd in parts:
        if tax_class is not None:
            replay.tax_assets.append(TaxAsset(tax_class, arrival, -musd))
            replay.tax_assets.append(TaxAsset(tax_class, arrival, musd, leaves=t))


def resale_value(replay: Replay) -> Decimal:
    """What the units in service at T of offers with a curve fetch in T+1, musd."""
    value = ZERO
    gone: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    for (name, site, u, _), quantity in replay.decisions.retirements.items():
        gone[name, site, u] += quantity
    for (name, site, u), bought in replay.decisions.allocations.items():
        offer = replay.instance.hardware[name]
        arrival = replay.time.after(u, offer.lead_periods)
        leaves = replay.time.after(arrival, offer.life_periods)
        if offer.resale_share_by_age is None or not arrival <= replay.last < leaves:
            continue
        prices = replay.values(offer.price_usd, f"hardware.{name}.price_usd")
        price = min(prices[u], prices[replay.last]) / THOUSAND
        age = replay.time.passed(arrival - 1, replay.last)
        value += (
            (bought - gone[name, site, u]) * price * curve(offer.resale_share_by_age, age, replay.calendar.per_year)
        )
    return value
