"""Whether used units fetch what they can."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance


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
