"""What is left of a loan or a lease, as pure functions of its terms; the audit has an arithmetic of its own.

Source: any textbook of corporate finance. The forms are those in which a small rate does not cancel and a long tenor
does not overflow.
"""

from __future__ import annotations

import math

from optimizer.instance.schema import Debt


def annuity_factor(payments: int, rate_per_period: float) -> float:
    """What ``payments`` of 1, one a period, are worth a period before the first: Σ_{j=1}^{n} (1+i)^{−j}."""
    if rate_per_period == 0.0:
        return float(payments)
    return -math.expm1(-payments * math.log1p(rate_per_period)) / rate_per_period


def outstanding_share(debt: Debt, age: int, rate_per_period: float) -> float:
    """b(age) of docs/model.md: the part of a vintage that is outstanding ``age`` periods after the draw."""
    tenor, grace = debt.tenor_periods or 0, debt.grace_periods
    if age >= tenor:
        return 0.0
    grown = capitalised_share(debt, age, rate_per_period)
    if debt.kind == "bullet" or age <= grace:
        return grown
    rate = rate_per_period if debt.kind == "annuity" else 0.0
    return grown * (annuity_factor(tenor - age, rate) / annuity_factor(tenor - grace, rate))


def capitalised_share(debt: Debt, age: int, rate_per_period: float) -> float:
    """What one unit drawn has grown to by interest that is added to it; infinite where a number cannot hold it."""
    if not debt.capitalise_interest:
        return 1.0
    try:
        return math.exp(min(age, debt.grace_periods, (debt.tenor_periods or 1) - 1) * math.log1p(rate_per_period))
    except OverflowError:
        return math.inf


def lease_liability(term: int, rate_per_period: float) -> tuple[float, ...]:
    """Owed just after the payment of age k = 0 … term − 1 of a lease that pays 1 at each period's end."""
    return tuple(annuity_factor(term - 1 - k, rate_per_period) for k in range(term))
