"""What a tree is worth: beside knowing everything today, and beside the plan for one forecast.

With the sense of a minimum, RP the tree's expected value, WS the expectation of what each scenario comes to alone, and
EEV what the plan for the mean scenario comes to in expectation, its whole numbers of today held (Birge 1982)::

    EVPI = RP − WS ≥ 0,   VSS = EEV − RP ≥ 0

Each is known within gaps, and so is their difference: [RP's bound − WS's value, RP's value − WS's bound]. Nothing is
set to 0 that comes out below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.instance.schema import Instance
from optimizer.instance.series import Series
from optimizer.uncertainty.plan import Interval
from optimizer.uncertainty.tree import Leaf


def difference(more: Interval, less: Interval) -> Interval:
    """What the first is above the second."""
    return Interval(more.low - less.high, more.high - less.low)


def mean_instance(leaves: Sequence[Leaf]) -> Instance | None:
    """The scenario with every series at its mean; None where scenarios differ by more than series."""
    weight = sum(leaf.probability for leaf in leaves)
    changes: dict[str, Any] = {}
    first = leaves[0].instance
    paths: dict[tuple[Any, ...], list[Series]] = {}
    for leaf in leaves:
        if not _series(leaf.instance, first, (), paths):
            return None
    for path, found in paths.items():
        if all(each == found[0] for each in found):
            continue
        rows = [each.expand(first.periods) for each in found]
        mean = [
            sum(leaf.probability * row[t] for leaf, row in zip(leaves, rows, strict=True)) / weight
            for t in range(first.periods.periods)
        ]
        changes[".".join(map(str, path))] = mean
    return first.replace({**changes, "name": "mean"}) if changes else first


def _series(one: Any, other: Any, path: tuple[Any, ...], found: dict[tuple[Any, ...], list[Series]]) -> bool:
    """Collect every series of ``one`` by its path; whether all else is as in ``other``."""
    if isinstance(one, Series) and isinstance(other, Series):
        found.setdefault(path, []).append(one)
        return True
    if hasattr(type(one), "model_fields") and type(one) is type(other):
        names = [name for name in type(one).model_fields if name not in ("title", "notes", "source", "name")]
        if path:
            return all(_series(getattr(one, name), getattr(other, name), (*path, name), found) for name in names)
        return all(_series(getattr(one, name), getattr(other, name), (name,), found) for name in names)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_series(one[k], other[k], (*path, k), found) for k in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(
            _series(a, b, (*path, getattr(a, "name", i + 1)), found)
            for i, (a, b) in enumerate(zip(one, other, strict=True))
        )
    return bool(one == other)
