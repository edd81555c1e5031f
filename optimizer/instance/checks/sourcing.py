"""Whether frameworks, developments, leases, resale and rented capacity are complete and can be used."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.horizon import holds_contracts
from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit, Path
from optimizer.instance.largest_order import largest_orders, needs_largest_order
from optimizer.instance.reach import most_ordered, most_rented_mw, most_reserved_h100e, order_window
from optimizer.instance.schema import Instance, Offer

_SHOWN_NAMES = 5


def price_missing(instance: Instance) -> Iterator[Hit]:
    """An offer that is bought has no price."""
    for name, offer in instance.hardware.items():
        if offer.lease is None and "price_usd" not in offer.model_fields_set:
            help = "give `price_usd`, or make it a lease with `lease:`"
            yield Hit(("hardware", name), "`price_usd` is missing: only a lease has none", help, on_key=True)


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


def resale_with_tiers(instance: Instance) -> Iterator[Hit]:
    """Units bought at a volume discount can be sold early: what one unit cost then depends on the order it was in."""
    for name, offer in instance.hardware.items():
        if offer.resale_share_by_age is not None and offer.tiers is not None:
            message = (
                "`resale_share_by_age` does not go with `tiers`: the book value of a unit must not depend on the order"
            )
            help = "drop one of the two, or write the tiers as offers of their own, each with its price"
            yield Hit(("hardware", name, "resale_share_by_age"), message, help, on_key=True)


def resale_rising(instance: Instance) -> Iterator[Hit]:
    """A used unit fetches more as it gets older."""
    for name, offer in instance.hardware.items():
        curve = offer.resale_share_by_age or []
        for age in range(1, len(curve)):
            if curve[age] > curve[age - 1]:
                path = ("hardware", name, "resale_share_by_age", age)
                yield Hit(path, f"a unit fetches more at age {age} than the year before")


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


def site_without_power(instance: Instance) -> Iterator[Hit]:
    """A site has no phases, no colocation and nothing on line: it never has any power."""
    for name, site in instance.sites.items():
        if not site.phases and site.colocation is None and site.existing_mw == 0:
            help = "give it `phases`, `colocation` or `existing_mw`"
            yield Hit(("sites", name), f"the site `{name}` never has any power", help, on_key=True)


def never_rented(instance: Instance) -> Iterator[Hit]:
    """Colocation or a reservation is on offer and none of it can ever be used."""
    for name, site in instance.sites.items():
        if site.colocation is not None and not any(most_rented_mw(site, instance.periods)):
            help = "look at its limit, block, signing window and lead"
            yield Hit(("sites", name, "colocation"), f"`{name}` can never have rented power", help, on_key=True)
    for name, cloud in instance.cloud.items():
        if cloud.reserved is not None and not any(most_reserved_h100e(cloud, instance.periods)):
            help = "look at its limit, block and signing window"
            yield Hit(("cloud", name, "reserved"), f"nothing of `{name}` can ever be reserved", help, on_key=True)


def term_past_end(instance: Instance) -> Iterator[Hit]:
    """A contract runs on after the last period: what it costs there counts as far as nobody else takes it over."""
    late = [(path, words) for path, words, end in _last_ends(instance) if end > instance.periods.periods]
    if late:
        names = ", ".join(words for _, words in late[:_SHOWN_NAMES]) + (" and more" if len(late) > _SHOWN_NAMES else "")
        end = instance.periods.labels[-1]
        message = f"{names}: terms may run on after {end}, and of what they cost then 1 − `assignable_share` is counted"
        message += " (nothing, if it is not given)"
        if holds_contracts(instance.terminal):
            message = f"{names}: terms may run on after {end}, and the multiple of EBITDA holds what they cost"
        yield Hit(late[0][0], message, on_key=True)


def _last_ends(instance: Instance) -> Iterator[tuple[Path, str, int]]:
    """For every contract with a term: where it stands, what it is, and the last period it can run to."""
    window = instance.periods.window
    for name, site in instance.sites.items():
        if (rent := site.colocation) is not None:
            signed = window(rent.first_signing, rent.last_signing).stop - 1
            last = min(signed + rent.lead_periods, instance.periods.periods)  # what comes later cannot be signed
            yield ("sites", name, "colocation"), f"colocation at {name}", last + rent.term_periods - 1
    for name, offer in instance.hardware.items():
        orders = order_window(offer, instance.periods)
        if offer.lease is not None and not offer.lease.counts_as_debt and orders:
            last = orders[-1] + offer.lead_periods
            yield ("hardware", name, "lease"), f"lease of {name}", last + offer.life_periods - 1
    for name, cloud in instance.cloud.items():
        if (block := cloud.reserved) is not None:
            last = window(block.first_signing, block.last_signing).stop - 1
            yield ("cloud", name, "reserved"), f"reservations of {name}", last + block.term_periods - 1
    for name, source in instance.energy_sources.items():
        if (contract := source.contract) is not None and contract.take_or_pay_share:
            last = window(contract.first_signing, contract.last_signing).stop - 1
            yield ("energy_sources", name, "contract"), f"contract of {name}", last + contract.term_periods - 1
