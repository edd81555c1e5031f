"""Whether what is rented for a term can be had."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.reach import most_rented_mw, most_reserved_h100e
from optimizer.instance.schema import Instance


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
