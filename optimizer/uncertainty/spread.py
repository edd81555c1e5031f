"""How numbers are spread that come about with probabilities."""

from __future__ import annotations

from collections.abc import Sequence

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""The quantiles that are told."""


def quantile(values: Sequence[float], weights: Sequence[float], share: float) -> float:
    """The least value of which it is as likely as ``share`` that no more comes: the inverse of the distribution."""
    total, reached = sum(weights), 0.0
    ordered = sorted(zip(values, weights, strict=True))
    for value, weight in ordered:
        reached += weight / total
        if reached >= share - 1e-12:
            return value
    return ordered[-1][0]


def mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """The expectation."""
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)


def spread(values: Sequence[float | None], weights: Sequence[float]) -> dict[str, float | None]:
    """Expectation, ends and quantiles of a figure, over the scenarios in which it has a value."""
    known = [(value, weight) for value, weight in zip(values, weights, strict=True) if value is not None]
    names = ["expected", "least", *(f"p{round(100 * share)}" for share in SHARES), "most"]
    if not known:
        return dict.fromkeys(names)
    numbers, own = [value for value, _ in known], [weight for _, weight in known]
    quantiles = [quantile(numbers, own, share) for share in SHARES]
    return dict(zip(names, [mean(numbers, own), min(numbers), *quantiles, max(numbers)], strict=True))
