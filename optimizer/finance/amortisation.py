"""What is left of a loan, as pure functions of its terms.

Source: any textbook of corporate finance. The forms are those in which a small rate does not cancel and a long tenor
does not overflow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol


class Terms(Protocol):
    """The terms of a loan with a schedule: ``bullet``, ``level`` or ``annuity``, in periods after the draw."""

    @property
    def kind(self) -> str: ...

    @property
    def tenor_periods(self) -> int | None: ...

    @property
    def grace_periods(self) -> int: ...

    @property
    def capitalise_interest(self) -> bool: ...


@dataclass(frozen=True)
class RatePath:
    """The rates per period of a loan that floats, ``by_age`` of the calendar period that lies so far after that of the
    draw, the last for ever; the loan's own periods begin and end ``timing`` of a period before its calendar's.
    """

    by_age: tuple[float, ...]
    timing: float

    def of_own_period(self, age: int) -> float:
        """Of the age-th period after the draw, which lies in two of the calendar."""
        return (1.0 - self.timing) * rate_at(self, age) + self.timing * rate_at(self, age - 1)


Rate = float | RatePath
"""What a vintage asks per period: one rate for its life, or one for each age."""


def rate_at(rate: Rate, age: int) -> float:
    """The rate of the calendar period that lies ``age`` periods after that of the draw."""
    return rate.by_age[min(age, len(rate.by_age) - 1)] if isinstance(rate, RatePath) else rate


def annuity_factor(payments: int, rate_per_period: float) -> float:
    """What ``payments`` of 1, one a period, are worth a period before the first: Σ_{j=1}^{n} (1+i)^{−j}."""
    if rate_per_period == 0.0:
        return float(payments)
    return -math.expm1(-payments * math.log1p(rate_per_period)) / rate_per_period


def outstanding_share(loan: Terms, age: int, rate_per_period: Rate) -> float:
    """b(age) of docs/model.md: the part of a vintage that is outstanding ``age`` periods after the draw.

    An annuity that floats is scheduled at the rate of its draw: what falls due is known then, and only interest floats.
    """
    tenor, grace = loan.tenor_periods or 0, loan.grace_periods
    if age >= tenor:
        return 0.0
    grown = capitalised_share(loan, age, rate_per_period)
    if loan.kind == "bullet" or age <= grace:
        return grown
    rate = rate_at(rate_per_period, 0) if loan.kind == "annuity" else 0.0
    return grown * (annuity_factor(tenor - age, rate) / annuity_factor(tenor - grace, rate))


def capitalised_share(loan: Terms, age: int, rate_per_period: Rate) -> float:
    """What one unit drawn has grown to by interest that is added to it; infinite where a number cannot hold it."""
    if not loan.capitalise_interest:
        return 1.0
    added = min(age, loan.grace_periods, (loan.tenor_periods or 1) - 1)
    if isinstance(rate_per_period, RatePath):
        return math.prod(1.0 + rate_per_period.of_own_period(k) for k in range(1, added + 1))
    try:
        return math.exp(added * math.log1p(rate_per_period))
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


def service(loan: Terms, rate_per_period: Rate, timing: float) -> Service:
    """The whole service of one unit of a bullet, level or annuity loan, also of what falls due after the plan.

    Interest of a period is i·((1−w)·b(k−1) + w·b(k)): the balance that is held in its two parts, so that a loan of n
    periods bears interest for n, wherever in a period it is drawn. While interest is capitalised, that of a whole
    period of the loan is added at its end. Where the rate floats, i is that of the calendar period; what is added, of
    the two in which the loan's own period lies.
    """
    tenor = loan.tenor_periods or 0
    left = [outstanding_share(loan, age, rate_per_period) for age in range(tenor + 1)]
    added_until = min(loan.grace_periods, tenor - 1) if loan.capitalise_interest else 0
    interest, capitalised, principal = [], [], []
    for age in range(tenor + 1):
        before = left[age - 1] if age else 0.0
        borne = (1.0 - timing) * before if age > added_until else 0.0
        borne += timing * left[age] if age >= added_until else 0.0
        interest.append(rate_at(rate_per_period, age) * borne)
        own = rate_per_period.of_own_period(age) if isinstance(rate_per_period, RatePath) else rate_per_period
        capitalised.append(own * before if 1 <= age <= added_until else 0.0)
        principal.append(before - left[age] if age > added_until else 0.0)
    return Service(timing, tuple(left), tuple(interest), tuple(capitalised), tuple(principal))
