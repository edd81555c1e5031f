"""What is left of a loan, as pure functions of its terms.

Source: any textbook of corporate finance. The forms are those in which a small rate does not cancel and a long tenor
does not overflow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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

    @property
    def balloon_share(self) -> float: ...


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
    Of a balloon nothing falls due before the tenor ends: b = β + (1 − β)·(what is left of a loan without one).
    """
    tenor, grace = loan.tenor_periods or 0, loan.grace_periods
    if age >= tenor:
        return 0.0
    grown = capitalised_share(loan, age, rate_per_period)
    if loan.kind == "bullet" or age <= grace:
        return grown
    rate = rate_at(rate_per_period, 0) if loan.kind == "annuity" else 0.0
    left = annuity_factor(tenor - age, rate) / annuity_factor(tenor - grace, rate)
    if loan.balloon_share:
        left = loan.balloon_share + (1.0 - loan.balloon_share) * left
    return grown * left


def balloon_due(loan: Terms, rate_per_period: Rate) -> float:
    """What of a vintage falls due as its balloon, with interest that has been added; 0 of a bullet, all of which is."""
    return loan.balloon_share * capitalised_share(loan, loan.tenor_periods or 0, rate_per_period)


def repaid_share(loan: Terms, before: int, after: int, rate_per_period: Rate, *, balloon: bool = True) -> float:
    """What of a vintage is to be repaid between two ages, of what it has grown to by interest that is added meanwhile.

    Of a level loan of three periods, the first in grace, at 10 %: 0, 0.55 and 0.55; 0.55 from age 0 to 2. Without its
    ``balloon``, if so asked.
    """
    added = min(loan.grace_periods, (loan.tenor_periods or 1) - 1) if loan.capitalise_interest else 0
    begin = min(max(before, added), after)
    fall = outstanding_share(loan, begin, rate_per_period) - outstanding_share(loan, after, rate_per_period)
    if not balloon and before < (loan.tenor_periods or 0) <= after:
        fall -= balloon_due(loan, rate_per_period)
    return max(0.0, fall)


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
    """What one unit drawn leads to, by age k = 0 … n: the k-th period after that of the draw, n the last of the tenor.

    ``balance`` is outstanding at the end of the period, ``interest`` is paid in it, ``capitalised`` added to it
    and ``principal`` repaid. Draws, repayments and additions fall ``timing`` (0 … 1) of a period before its end, which
    in equal periods makes them exactly k periods after the draw; interest is paid at the end. ``steps`` are the base
    periods in each period, all 1 where they are equal, and ``ends`` those from the end of the draw's to its own.
    """

    timing: float
    steps: tuple[int, ...]
    ends: tuple[int, ...]
    balance: tuple[float, ...]
    interest: tuple[float, ...]
    capitalised: tuple[float, ...]
    principal: tuple[float, ...]

    def repaid(self, age: int) -> float:
        """Base periods from the draw to the repayments of an age: its own number where periods are equal."""
        return self.ends[age] - self.timing * (self.steps[age] - self.steps[0])

    def paid(self, age: int) -> float:
        """Base periods from the draw to the end of the period of an age, at which interest is paid."""
        return self.ends[age] + self.timing * self.steps[0]

    def worth(self, rate_per_period: float, after: int = -1) -> float:
        """What is paid at ages above ``after`` is worth at the draw, compounded: Σ principal·v^k + interest·v^(k+w).

        The rate is one of a base period.
        """
        growth = math.log1p(rate_per_period)
        ages = range(after + 1, len(self.balance))
        return math.fsum(
            self.principal[k] * math.exp(-self.repaid(k) * growth) + self.interest[k] * math.exp(-self.paid(k) * growth)
            for k in ages
        )


def service(loan: Terms, rate_per_period: Rate, timing: float, steps: Sequence[int] | None = None) -> Service:
    """The whole service of one unit of a bullet, level or annuity loan, also of what falls due after the plan.

    Interest of a period is i·((1−w)·b(k−1) + w·b(k)): the balance that is held in its two parts, so that a loan of n
    periods bears interest for n, wherever in a period it is drawn. While interest is capitalised, that of a whole
    period of the loan is added at its end. Where the rate floats, i is that of the calendar period; what is added, of
    the two in which the loan's own period lies.

    ``steps`` are the base periods in the period of the draw and in each after it, to the end of the tenor; without them
    all are 1. The agreement is one of base periods: b is that of the base periods that have passed, a longer period
    repays at once what falls due in it, and bears the interest of its length, i·n, on what is held meanwhile.
    """
    tenor = loan.tenor_periods or 0
    steps = getattr(loan, "steps", None) if steps is None else steps
    lengths = (1,) * (tenor + 1) if steps is None else tuple(steps)
    ends = [0]
    for length in lengths[1:]:
        ends.append(ends[-1] + length)
    left = [outstanding_share(loan, end, rate_per_period) for end in ends]
    added_until = min(loan.grace_periods, tenor - 1) if loan.capitalise_interest else 0
    interest, capitalised, principal = [], [], []
    for age, end in enumerate(ends):
        before, begin = (left[age - 1], ends[age - 1]) if age else (0.0, 0)
        added = max(0, min(end, added_until) - begin)  # base periods of this one whose interest is capitalised
        own = rate_per_period.of_own_period(age) if isinstance(rate_per_period, RatePath) else rate_per_period
        grown = before if added == 0 else before + own * before
        if added > 1 or (added and added < lengths[age]):
            grown = before * math.exp(added * math.log1p(own))
        borne = (1.0 - timing) * grown if end > added_until else 0.0
        borne = borne * (lengths[age] - added)
        borne += timing * left[age] * lengths[age] if end >= added_until else 0.0
        interest.append(rate_at(rate_per_period, age) * borne)
        alone = added == 1 and lengths[age] == 1
        capitalised.append(own * before if alone else grown - before if added else 0.0)
        principal.append(grown - left[age] if end > added_until else 0.0)
    return Service(timing, lengths, tuple(ends), tuple(left), tuple(interest), tuple(capitalised), tuple(principal))
