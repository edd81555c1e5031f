"""Which limits are priced: those that hold a plan back, or those that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.explanation.keys import Key, keys_of
from optimizer.explanation.prices.asked import NotPricedError
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all

MOST_PARTS = 12
"""A limit of more different values over time than these is moved in all periods at once."""


def wanted(instance: Instance, paths: Sequence[str] | None) -> list[Key]:
    """The keys of an instance that have a price, by their paths. Raises NotPricedError for a path that is none."""
    known = {key.path: key for key in keys_of(instance)}
    if paths is None:
        return [known[path] for path in sorted(known)]
    for path in paths:
        if path not in known:
            raise NotPricedError(
                f"limits: {path!r} is no limit that has a price; {near_or_all(str(path), sorted(known))}"
            )
    return [known[path] for path in sorted(set(paths))]


def parts(key: Key) -> list[range | None]:
    """The periods in which a limit has one value after another; None where it has one, or too many to ask of each."""
    found = list(_runs(key.values))
    return [None] if len(found) == 1 or len(found) > MOST_PARTS else list[range | None](found)


def _runs(values: Sequence[float]) -> Iterator[range]:
    first = 1
    for t in range(2, len(values) + 2):
        if t > len(values) or values[t - 1] != values[first - 1]:
            yield range(first, t)
            first = t


def makes_nothing_dearer(instance: Instance, key: Key) -> bool:
    """Whether every plan stays one when the key is wider, at no higher cost.

    Not so: opening cash and a partner's are capital that may bear a charge; what stands at a site takes of its
    connection; what is delivered sooner is paid for sooner; the life of a loan's fees ends with its window; and where a
    share is kept, tangents to what is given away lie by the most that a round may raise.
    """
    fee_life = key.path.startswith("debt.") and key.unit == "periods"
    floor = instance.equity is not None and instance.equity.ownership_floor_share is not None
    tangents = floor and key.path.startswith("equity.rounds.")
    opening = key.path.startswith("opening.") or key.path.endswith((".existing_mw", ".cash_musd", ".lead_periods"))
    return key.monotone and not (fee_life or tangents or opening)
