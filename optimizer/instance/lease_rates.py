"""The rate inside a lease: that at which its payments are worth what the same units cost to buy."""

from __future__ import annotations

import math

from optimizer.finance.leases import rate_inside
from optimizer.instance.resale import resale_usd
from optimizer.instance.schema import Instance, Offer


def lease_rates(instance: Instance, name: str) -> tuple[float, ...]:
    """The rate per year, nominal, by period of order: the computed one, and where there is none that of the file."""
    lease = instance.hardware[name].lease
    assert lease is not None
    stated = lease.implicit_rate_per_year or 0.0
    return tuple(stated if rate is None else rate for rate in implicit_rates(instance, name))


def implicit_rates(instance: Instance, name: str) -> tuple[float | None, ...]:
    """The rate per year, nominal, by period of order; None where nothing comparable is on offer."""
    offer, calendar = instance.hardware[name], instance.periods
    assert offer.lease is not None
    payment = offer.lease.payment_usd_per_unit_year.expand(calendar)
    found: list[float | None] = []
    for t in calendar.span:
        worth = purchase(instance, offer, t)
        rate = worth and rate_inside(payment[t - 1] * calendar.base_years, offer.life_periods, *worth)
        found.append(None if rate is None else rate / calendar.base_years)
    return tuple(found)


def purchase(instance: Instance, leased: Offer, t: int) -> tuple[float, float] | None:
    """What a unit costs in t if it is bought with its attach costs, and is worth when the lease ends, USD.

    Of the offers of the same accelerator that can be ordered in t the one that costs least for its compute; volume
    discounts are left out. A unit that outlives the lease is worth what it can be sold for then, or its book value.
    """
    calendar = instance.periods
    found = []
    for offer in instance.hardware.values():
        same = offer.accelerator is not None and offer.accelerator == leased.accelerator and offer.lease is None
        if not same or t not in calendar.window(offer.first_order, offer.last_order):
            continue
        size = leased.compute_h100e / offer.compute_h100e if offer.compute_h100e and leased.compute_h100e else 1.0
        price = offer.price_usd.expand(calendar)[t - 1]
        cost = price + math.fsum(part.usd_per_unit.expand(calendar)[t - 1] for part in offer.attach.values())
        if leased.life_periods >= offer.life_periods:
            left = 0.0
        elif offer.resale_share_by_age:
            left = resale_usd(
                offer, calendar, t, calendar.later(calendar.later(t, offer.lead_periods), leased.life_periods)
            )
        else:
            left = cost * (1.0 - leased.life_periods / offer.life_periods)
        found.append((size * cost, size * left))
    return min(found, default=None)
