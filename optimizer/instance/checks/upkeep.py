"""Whether upkeep by age is by year of service, and what becomes of units that are dear to keep."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.schema import Instance, Offer


def upkeep_past_life(instance: Instance) -> Iterator[Hit]:
    """Upkeep by age has more years than a unit serves."""
    for path, offer in _by_age(instance):
        by_age, life_years = offer.upkeep_usd_per_unit_year_by_age, offer.life_periods / instance.periods.per_year
        if len(by_age) > math.ceil(life_years):
            message = f"there are {len(by_age)} years of upkeep, and a unit serves {life_years:g}"
            help = "write an amount for each year of service, not for each period; the last of them goes on"
            yield Hit(path, message, help, rests=(("calendar",),))


def upkeep_without_leaving(instance: Instance) -> Iterator[Hit]:
    """Units get dearer to keep as they age, and cannot leave before the end of their life."""
    for path, offer in _by_age(instance):
        life = math.ceil(offer.life_periods / instance.periods.per_year)
        by_age = offer.upkeep_usd_per_unit_year_by_age[:life]
        older = next((y for y in range(1, len(by_age)) if by_age[y] > by_age[y - 1]), None)
        if older is not None and offer.lease is None and offer.tiers is None and offer.resale_share_by_age is None:
            message = f"units are dearer to keep from year {older + 1} on, and stay to the end of their life"
            help = "give `resale_share_by_age` if they may leave before it, [0] if they fetch nothing"
            yield Hit((*path, older), message, help)


def _by_age(instance: Instance) -> Iterator[tuple[Path, Offer]]:
    """The offers that have upkeep by age, each with the place of it."""
    for name, offer in instance.hardware.items():
        if offer.upkeep_usd_per_unit_year_by_age:
            yield ("hardware", name, "upkeep_usd_per_unit_year_by_age"), offer
