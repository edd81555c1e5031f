"""The mean of scenarios, and a few of many that stand for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.instance.schema import Instance
from optimizer.instance.series import Series
from optimizer.uncertainty.sampling import forward_selection
from optimizer.uncertainty.tree import Leaf, ScenarioTree

FEW_LEAVES = 9
"""So many scenarios stand for many."""


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


def few_of(tree: ScenarioTree) -> list[Leaf]:
    """Scenarios that stand for all: by forward selection over the logarithms of what differs."""
    rows = [_features(leaf) for leaf in tree.leaves]
    points = np.array(rows)
    moving = points.std(axis=0) > 1e-9 * np.maximum(1.0, np.abs(points.mean(axis=0)))
    points = points[:, moving]
    if points.size:
        points = (points - points.mean(axis=0)) / points.std(axis=0)
    weights = np.array([leaf.probability for leaf in tree.leaves])
    chosen, kept, _, _ = forward_selection(points, FEW_LEAVES, weights)
    return [replace(tree.leaves[i], probability=weight) for i, weight in zip(chosen, kept, strict=True)]


def _features(leaf: Leaf) -> list[float]:
    found: dict[tuple[Any, ...], list[Any]] = {}
    _series(leaf.instance, leaf.instance, (), found)
    return [value for path in sorted(found, key=str) for value in found[path][0].expand(leaf.instance.periods)]
