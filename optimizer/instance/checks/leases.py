"""Whether a lease has only what a lease has, and its rate."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.lease_rates import implicit_rates
from optimizer.instance.reach import order_window
from optimizer.instance.schema import Instance, Offer

RATE_TOLERANCE = 0.01
"""How far the rate that a file states for a lease may be from the one that a price gives: a percentage point."""


def lease_and_purchase(instance: Instance) -> Iterator[Hit]:
    """A lease has what only a purchase has: price, attach costs, tiers, deposit and its timing, resale, a tax class."""
    for name, offer in instance.hardware.items():
        if offer.lease is not None:
            for field in _of_purchase(offer):
                help = "put it into the payment of the lease, or make the purchase an offer of its own"
                yield Hit(("hardware", name, field), f"`{field}` has no meaning for a lease", help, on_key=True)
            if offer.framework is not None and offer.framework.take_or_pay_share is not None:
                path = ("hardware", name, "framework", "take_or_pay_share")
                help = "delete it: the minimum is then a hard limit"
                yield Hit(path, "`take_or_pay_share` is a share of the price, and a lease has none", help, on_key=True)


def _of_purchase(offer: Offer) -> Iterator[str]:
    if offer.price_usd.raw != 0.0:
        yield "price_usd"
    if offer.attach:
        yield "attach"
    if offer.tiers is not None:
        yield "tiers"
    if offer.deposit_share > 0:
        yield "deposit_share"
    if offer.payment_timing is not None:
        yield "payment_timing"
    if offer.resale_share_by_age is not None:
        yield "resale_share_by_age"
    if offer.tax_class is not None:
        yield "tax_class"


def lease_rate_missing(instance: Instance) -> Iterator[Hit]:
    """A lease states no rate, and in some period of order no offer of the same accelerator has a price to give one."""
    for name, offer in instance.hardware.items():
        if offer.lease is None or offer.lease.implicit_rate_per_year is not None:
            continue
        rates = implicit_rates(instance, name)
        for t in order_window(offer, instance.periods):
            if rates[t - 1] is None:
                message = (
                    f"`implicit_rate_per_year` is missing: no offer of the same `accelerator` gives a rate in "
                    f"{instance.periods.label(t)}"
                )
                yield Hit(("hardware", name, "lease"), message, "give it, or name the `accelerator`", on_key=True)
                break


def lease_rate_differs(instance: Instance) -> Iterator[Hit]:
    """The rate that a lease states is more than a percentage point off the one inside its payments, which holds."""
    for name, offer in instance.hardware.items():
        if offer.lease is None or offer.lease.implicit_rate_per_year is None:
            continue
        stated = offer.lease.implicit_rate_per_year
        for t in order_window(offer, instance.periods):
            rate = implicit_rates(instance, name)[t - 1]
            if rate is not None and abs(rate - stated) > RATE_TOLERANCE:
                path: Path = ("hardware", name, "lease", "implicit_rate_per_year")
                label = instance.periods.label(t)
                message = f"by the price of the same accelerator the rate inside the payments of {label} is {rate:.4g}"
                yield Hit(
                    path, f"{message} nominal, not {stated:g}, and it holds", "check payment and price, or delete it"
                )
                break
