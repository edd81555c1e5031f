"""Dynamic lot sizing by enumeration of the periods in which an order is placed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product


def least_cost(demand: Sequence[float], fees: Sequence[float], holding: float) -> float:
    """Least fees and holding cost. Some best plan orders, each time, what is needed until the next order.

    Stock is counted at the end of a period. (Wagner & Whitin 1958; their recursion is not used here.)
    """
    best = float("inf")
    for later in product((False, True), repeat=len(demand) - 1):
        cost, last = 0.0, 0
        for t, ordered in enumerate((True, *later)):
            if ordered:
                cost, last = cost + fees[t], t
            cost += holding * (t - last) * demand[t]
        best = min(best, cost)
    return best
