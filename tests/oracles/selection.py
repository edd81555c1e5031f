"""Capital rationing by enumeration of all subsets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product


def best_subset(
    values: Sequence[float], outlays: Sequence[Sequence[float]], budgets: Sequence[float]
) -> tuple[float, list[tuple[int, ...]]]:
    """The best total value, and every subset (numbered from 1) that reaches it.

    ``outlays`` has one row per project and one column per period. An outlay equal to the budget is allowed.
    """
    best = 0.0
    winners: list[tuple[int, ...]] = [()]
    for chosen in product((0, 1), repeat=len(values)):
        spent = [sum(take * row[t] for take, row in zip(chosen, outlays, strict=True)) for t in range(len(budgets))]
        if any(s > b + 1e-9 for s, b in zip(spent, budgets, strict=True)):
            continue
        value = sum(take * v for take, v in zip(chosen, values, strict=True))
        subset = tuple(i for i, take in enumerate(chosen, 1) if take)
        if value > best + 1e-9:
            best, winners = value, [subset]
        elif abs(value - best) <= 1e-9 and subset not in winners:
            winners.append(subset)
    return best, winners
