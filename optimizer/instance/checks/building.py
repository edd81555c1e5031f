"""Whether sites, hardware and markets can be as the file says."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import SUM_TOLERANCE, Hit, Path, phases, phases_with_starts
from optimizer.instance.reach import Supply, most_units
from optimizer.instance.schema import Instance, Market, Offer

MAX_SUPPLY_WORK = 300_000


def spend_profile_sum(instance: Instance) -> Iterator[Hit]:
    """A spend profile does not sum to 1."""
    for path, phase in phases(instance):
        total = math.fsum(phase.spend_profile)
        if abs(total - 1.0) > SUM_TOLERANCE:
            yield Hit((*path, "spend_profile"), f"`spend_profile` sums to {total:.10g}, not to 1")


def committed_late(instance: Instance) -> Iterator[Hit]:
    """A committed phase cannot be started in its window, or not be energised by the last period."""
    for path, phase, starts in phases_with_starts(instance):
        if not phase.committed:
            continue
        if len(starts) < phase.count:
            yield Hit(
                (*path, "committed"),
                f"only {len(starts)} of {phase.count} committed phases `{phase.name}` can start: the window is too "
                "short, or the phases before it come too late",
            )
        elif starts[-1] + phase.lead_periods > instance.periods.periods:
            yield Hit(
                (*path, "committed"),
                f"the committed phase `{phase.name}` starts in {instance.periods.label(starts[-1])} at the earliest "
                f"and takes {phase.lead_periods} periods: it is not energised by {instance.periods.labels[-1]}",
            )


def never_online(instance: Instance) -> Iterator[Hit]:
    """A phase can never be energised within the horizon."""
    for path, phase, starts in phases_with_starts(instance):
        if phase.committed:
            continue
        if not starts:
            yield Hit(path, f"the phase `{phase.name}` can never start", "look at its window and the phases before it")
        elif starts[0] + phase.lead_periods > instance.periods.periods:
            yield Hit(
                path,
                f"the phase `{phase.name}` starts in {instance.periods.label(starts[0])} at the earliest and is never "
                f"energised by {instance.periods.labels[-1]}",
            )


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


def surplus_alone(instance: Instance) -> Iterator[Hit]:
    """Every market is a surplus market, so there is nothing that the surplus could be left over from."""
    markets = instance.markets
    if markets and all(market.surplus_only_below_share is not None for market in markets.values()):
        name = next(iter(markets))
        path = ("markets", name, "surplus_only_below_share")
        yield Hit(path, "there is no market besides surplus markets", rests=(("markets",),))


def demand_beyond_supply(instance: Instance) -> Iterator[Hit]:
    """What must be served is more than anything that can be built or rented could serve."""
    hard = {name: m for name, m in instance.markets.items() if m.shortfall_penalty_usd_per_h100e_hour is None}
    required = {name: _required(market, instance) for name, market in hard.items()}
    if not any(any(row) for row in required.values()):
        return
    if (len(instance.sites) + len(instance.hardware)) * instance.calendar.periods > MAX_SUPPLY_WORK:
        return  # the proof would take longer than it is worth
    supply = Supply(instance)
    alone = False
    for name, market in hard.items():
        eligible = set(market.sites or [*instance.sites, *instance.cloud])
        if market.surplus_only_below_share is not None:
            eligible -= set(instance.cloud)
        hit = _first_shortage(required[name], supply, eligible, instance)
        if hit:
            alone = True
            path = ("markets", name, "demand_h100e")
            yield Hit(
                path, f"market `{name}` {hit}", "lower `min_served_share`, give a shortfall penalty, or add supply"
            )
    total = [sum(row) for row in zip(*required.values(), strict=True)]
    hit = _first_shortage(total, supply, {*instance.sites, *instance.cloud}, instance)
    if hit and not alone:
        yield Hit(("markets",), f"the markets together {hit}", "lower `min_served_share` or add supply", on_key=True)


def _required(market: Market, instance: Instance) -> list[float]:
    calendar = instance.periods
    return [
        d * s
        for d, s in zip(market.demand_h100e.expand(calendar), market.min_served_share.expand(calendar), strict=True)
    ]


def _first_shortage(required: list[float], supply: Supply, names: set[str], instance: Instance) -> str:
    for t, need in enumerate(required, 1):
        if need > 0:
            most = supply.at(t, names)
            if need > most * (1 + SUM_TOLERANCE) + SUM_TOLERANCE:
                label = instance.periods.label(t)
                return f"must get {need:,.6g} H100e in {label}, and no plan can supply more than {most:,.6g}"
    return ""
