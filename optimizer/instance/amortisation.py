"""What is left of a loan or a lease, as pure functions of its terms; the audit has an arithmetic of its own.

Source: any textbook of corporate finance. The forms are those in which a small rate does not cancel and a long tenor
does not overflow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Service:
    """What one unit drawn leads to, by age k = 0 … n: the k-th period after that of the draw, n the tenor.

    ``balance`` is outstanding at the end of the period, ``interest`` is paid in it, ``capitalised`` added to it
    and ``principal`` repaid. Draws, repayments and additions fall ``timing`` (0 … 1) of a period before its end, which
    makes them exactly k periods after the draw; interest is paid at the end, k + ``timing`` periods after it.
    """

    timing: float
    balance: tuple[float, ...]
    interest: tuple[float, ...]
    capitalised: tuple[float, ...]
    principal: tuple[float, ...]

    def worth(self, rate_per_period: float, after: int = -1) -> float:
        """What is paid at ages above ``after`` is worth at the draw, compounded: Σ principal·v^k + interest·v^(k+w)."""
        growth = math.log1p(rate_per_period)
        ages = range(after + 1, len(self.balance))
        return math.fsum(
            self.principal[k] * math.exp(-k * growth) + self.interest[k] * math.exp(-(k + self.timing) * growth)
            for k in ages
        )


def service(debt: Debt, rate_per_period: float, timing: float) -> Service:
    """The whole service of one unit of a bullet, level or annuity loan, also of what falls due after the plan.

    Interest of a period is i·((1−w)·b(k−1) + w·b(k)): the balance that is held in its two parts, so that a loan of n
    periods bears interest for n, wherever in a period it is drawn. While interest is capitalised, that of a whole
    period of the loan is added at its end.
    """
    tenor = debt.tenor_periods or 0
    left = [outstanding_share(debt, age, rate_per_period) for age in range(tenor + 1)]
    added_until = min(debt.grace_periods, tenor - 1) if debt.capitalise_interest else 0
    interest, capitalised, principal = [], [], []
    for age in range(tenor + 1):
        before = left[age - 1] if age else 0.0
        borne = (1.0 - timing) * before if age > added_until else 0.0
        borne += timing * left[age] if age >= added_until else 0.0
        interest.append(rate_per_period * borne)
        capitalised.append(rate_per_period * before if 1 <= age <= added_until else 0.0)
        principal.append(before - left[age] if age > added_until else 0.0)
    return Service(timing, tuple(left), tuple(interest), tuple(capitalised), tuple(principal))


def lease_liability(term: int, rate_per_period: float) -> tuple[float, ...]:
    """Owed just after the payment of age k = 0 … term − 1 of a lease that pays 1 at each period's end."""
    return tuple(annuity_factor(term - 1 - k, rate_per_period) for k in range(term))
