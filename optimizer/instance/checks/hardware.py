"""Whether hardware has a price, a site, a delivery, and tiers and limits that fit."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.largest_order import largest_orders, needs_largest_order
from optimizer.instance.reach import most_units, order_window
from optimizer.instance.schema import Instance, Offer


def price_missing(instance: Instance) -> Iterator[Hit]:
    """An offer that is bought has no price."""
    for name, offer in instance.hardware.items():
        if offer.lease is None and "price_usd" not in offer.model_fields_set:
            help = "give `price_usd`, or make it a lease with `lease:`"
            yield Hit(("hardware", name), "`price_usd` is missing: only a lease has none", help, on_key=True)


def supply_missing(instance: Instance) -> Iterator[Hit]:
    """An offer needs a supply limit: a yes or no, or the tax, hangs on its orders, and nothing limits them."""
    for name, offer in instance.hardware.items():
        if offer.kw > 0.0 or offer.supply_units is not None or not needs_largest_order(instance, offer):
            continue  # what draws power is limited by the power that can be on line
        largest = largest_orders(instance, name)
        if any(math.isinf(largest[t - 1]) for t in order_window(offer, instance.periods)):
            message = "`supply_units` is missing: the largest order follows neither from cash nor from what is needed"
            help = "give `supply_units`, or a limit to whatever money is without one"
            yield Hit(("hardware", name), message, help, on_key=True)


def hardware_without_site(instance: Instance) -> Iterator[Hit]:
    """There is hardware to buy and no site to put it in."""
    if instance.hardware and not instance.sites:
        message = "there are hardware offers but no site to house them"
        yield Hit(("hardware",), message, "add `sites:`", True, (("sites",),))


def never_delivered(instance: Instance) -> Iterator[Hit]:
    """An offer can never be delivered within the horizon."""
    for name, offer in instance.hardware.items():
        if not any(units > 0 for units in most_units(offer, instance.periods)):
            yield Hit(
                ("hardware", name),
                f"`{name}` can never be delivered by {instance.periods.labels[-1]}",
                "look at its order window, lead and supply",
            )


def tiers_start(instance: Instance) -> Iterator[Hit]:
    """Volume discounts do not begin with 0 units."""
    for path, offer in _tiered(instance):
        if offer.tiers and offer.tiers.steps[0].from_units != 0:
            yield Hit((*path, 0, "from_units"), "the first tier should begin with `from_units: 0`")


def tiers_order(instance: Instance) -> Iterator[Hit]:
    """Volume tiers are not in rising order."""
    for path, offer in _tiered(instance):
        steps = offer.tiers.steps if offer.tiers else []
        for i in range(1, len(steps)):
            if steps[i].from_units <= steps[i - 1].from_units:
                message = f"the tier begins at {steps[i].from_units:g}, not above the one before it"
                yield Hit((*path, i, "from_units"), message, "put the tiers in rising order")


def falling_discount(instance: Instance) -> Iterator[Hit]:
    """A larger order gets a smaller discount."""
    for path, offer in _tiered(instance):
        steps = offer.tiers.steps if offer.tiers else []
        for i in range(1, len(steps)):
            if steps[i].discount_share < steps[i - 1].discount_share:
                yield Hit((*path, i, "discount_share"), "the discount is smaller than that of the tier before it")


def _tiered(instance: Instance) -> Iterator[tuple[Path, Offer]]:
    for name, offer in instance.hardware.items():
        if offer.tiers:
            yield ("hardware", name, "tiers", "steps"), offer
