"""Whether a loan that is tied to capital spending can be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit
from optimizer.instance.schema import Instance


def tied_to_nothing(instance: Instance) -> Iterator[Hit]:
    """A debt is tied to capital spending and names no site, no offer, and nothing that it refinances: it could never
    be drawn."""
    for name, debt in instance.debt.items():
        spending = debt.tied_to is None or debt.tied_to.sites or debt.tied_to.hardware
        if not spending and not debt.refinances:
            message = "`tied_to` names no spending, so that nothing could be drawn"
            yield Hit(("debt", name, "tied_to"), message, "give `sites`, `hardware`, or both", on_key=True)


def tied_to_lease(instance: Instance) -> Iterator[Hit]:
    """A debt is tied to a leased offer, which has no capital spending."""
    for name, debt in instance.debt.items():
        for i, offer in enumerate(debt.tied_to.hardware if debt.tied_to else []):
            if offer in instance.hardware and instance.hardware[offer].lease is not None:
                path = ("debt", name, "tied_to", "hardware", i)
                message = f"`{offer}` is a lease: there is no capital spending on it"
                yield Hit(path, message, rests=(("hardware", offer, "lease"),))
