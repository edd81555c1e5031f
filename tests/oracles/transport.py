"""Transportation problems in whole units, by enumeration over the first column's shipments, column after column.

With whole supplies and demands some best plan ships whole units, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def least_cost(cost: Sequence[Sequence[float]], supply: Sequence[int], demand: Sequence[int]) -> float:
    """Least Σ cost[i][j]·x[i][j] with Σ_j x[i][j] ≤ supply[i] and Σ_i x[i][j] = demand[j]."""
    states: dict[tuple[int, ...], float] = {tuple(supply): 0.0}
    for j, wanted in enumerate(demand):
        following: dict[tuple[int, ...], float] = {}
        for left, spent in states.items():
            for shipped in _splits(wanted, left):
                rest = tuple(a - x for a, x in zip(left, shipped, strict=True))
                total = spent + sum(row[j] * x for row, x in zip(cost, shipped, strict=True))
                following[rest] = min(total, following.get(rest, float("inf")))
        states = following
    return min(states.values())


def _splits(total: int, most: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not most:
        if total == 0:
            yield ()
        return
    for first in range(min(total, most[0]) + 1):
        for rest in _splits(total - first, most[1:]):
            yield (first, *rest)
