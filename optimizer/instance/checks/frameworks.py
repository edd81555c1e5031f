"""Whether the minimum of a framework agreement can be met."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit
from optimizer.instance.reach import most_ordered
from optimizer.instance.schema import Instance


def framework_beyond_supply(instance: Instance) -> Iterator[Hit]:
    """The minimum of a framework agreement is more than can be ordered in its window: it can never be signed."""
    for name, units, most in _frameworks_too_large(instance, take_or_pay=False):
        message = f"a minimum of {units:,.6g} units is beyond the {most:,.6g} that can be ordered in the window"
        help = "lower `min_total_units`, raise `supply_units`, widen the window, or give `take_or_pay_share`"
        yield Hit(("hardware", name, "framework", "min_total_units"), message, help)


def framework_always_short(instance: Instance) -> Iterator[Hit]:
    """The minimum of a take-or-pay agreement is more than can be ordered, so that some is always paid for in vain."""
    for name, units, most in _frameworks_too_large(instance, take_or_pay=True):
        message = f"of the minimum of {units:,.6g} units at most {most:,.6g} can be ordered in the window"
        help = "who signs it pays for units that never come"
        yield Hit(("hardware", name, "framework", "min_total_units"), message, help)


def _frameworks_too_large(instance: Instance, take_or_pay: bool) -> Iterator[tuple[str, float, float]]:
    for name, offer in instance.hardware.items():
        terms = offer.framework
        if terms is not None and (terms.take_or_pay_share is not None) == take_or_pay:
            most = most_ordered(offer, instance.periods)
            if terms.min_total_units > most * (1 + SUM_TOLERANCE):
                yield name, terms.min_total_units, most
