"""What is owed under a lease, and the rate inside its payments.

Source of the rate: IFRS 16, Appendix A, and ASC 842-10-20 (rate implicit in the lease): payments and residual value at
that rate are worth the fair value of the asset.
"""

from __future__ import annotations

import math

from optimizer.finance.amortisation import annuity_factor


def lease_liability(term: int, rate_per_period: float) -> tuple[float, ...]:
    """Owed just after the payment of age k = 0 … term − 1 of a lease that pays 1 at each period's end."""
    return tuple(annuity_factor(term - 1 - k, rate_per_period) for k in range(term))


def rate_inside(payment: float, payments: int, cost: float, residual: float) -> float | None:
    """The i at which cost = payment·Σ_{k=0}^{n−1} (1+i)^{−k} + residual·(1+i)^{−n}, per period.

    0 where all that is paid is no more than the cost; None where the first payment is the whole of it.
    """
    if payment >= cost:
        return None

    def excess(i: float) -> float:
        v = 1.0 / (1.0 + i)
        return payment * math.fsum(v**k for k in range(payments)) + residual * v**payments - cost

    if excess(0.0) <= 0.0:
        return 0.0
    low, high = 0.0, 1.0
    while excess(high) > 0.0:
        low, high = high, 2.0 * high
    while low < (middle := 0.5 * (low + high)) < high:
        low, high = (middle, high) if excess(middle) > 0.0 else (low, middle)
    return 0.5 * (low + high)
