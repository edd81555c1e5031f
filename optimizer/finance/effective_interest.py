"""The effective interest method for one unit of money: what it costs in each period, whatever it is called.

Sources: ASC 835-30 and IFRS 9: a loan accrues at the rate at which its dated service is worth its net proceeds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from optimizer.finance.amortisation import Rate, RatePath, Service, Terms, rate_at, service

STEPS = 100
"""Of Newton's method, which needs about ten."""
EXACT = 1e-14


class Loan(Terms, Protocol):
    """A loan with what is kept back of a draw, as shares of it."""

    @property
    def upfront_fee_share(self) -> float: ...

    @property
    def issue_discount_share(self) -> float: ...


@dataclass(frozen=True)
class Accrual:
    """One unit drawn, by age k = 0 … n (the k-th period after that of the draw); ``rate`` is the yield c of a base
    period, which is a period where all are equal.

    Where the loan floats, c of a period is its own: the rate of the period and a spread, the same in all, at which the
    service is worth the net proceeds (IFRS 9 B5.4.5: a change of the market's rate changes the effective one);
    ``rate`` is then the one rate that has the same worth, for what is spread evenly over its life.
    Of what is held in a period, ``held_before`` is borne by what is live at its beginning and ``held_after`` by what is
    live after a repayment in it; the charge is c times what is held. ``carrying`` is the carrying amount at the
    instant of the repayments, just after them and without the interest that has run up, and ``par`` what is owed then.
    """

    rate: float
    held_before: tuple[float, ...]
    held_after: tuple[float, ...]
    carrying: tuple[float, ...]
    par: tuple[float, ...]
    rates: tuple[float, ...] | None = None

    def rate_of(self, age: int) -> float:
        """c of the period that lies ``age`` after that of the draw."""
        return self.rate if self.rates is None else self.rates[min(age, len(self.rates) - 1)]

    def held(self, age: int) -> float:
        """What is held in a period, so much that c times it is the charge; nothing after the last."""
        return self.held_before[age] + self.held_after[age] if age < len(self.held_before) else 0.0


def drawn_unit(loan: Loan, rate_per_period: Rate, timing: float, steps: Sequence[int] | None = None) -> Accrual:
    """A unit of a bullet, level or annuity loan, less its upfront fee and discount; ``steps`` as for ``service``."""
    whole = service(loan, rate_per_period, timing, steps)
    proceeds = 1.0 - loan.upfront_fee_share - loan.issue_discount_share
    if isinstance(rate_per_period, RatePath):
        return _floating_unit(whole, rate_per_period, proceeds)
    # a whole period after the draw, interest at par is the yield
    at_par = proceeds == 1.0 and timing in (0.0, 1.0) and max(whole.steps) == 1
    rate = rate_per_period if at_par else yield_of(flows_of(whole), proceeds)
    return _accrued(whole, rate_per_period, rate, proceeds)


def opening_unit(loan: Loan, rate_per_period: Rate, steps: Sequence[int] | None = None) -> Accrual:
    """A unit that is outstanding at instant 0: its fees are paid and gone, so it is carried at what is owed.

    Interest of a longer period is paid at its end, so that its yield by the base period is a little less.
    """
    whole = service(loan, rate_per_period, 0.0, steps)
    if isinstance(rate_per_period, RatePath):
        return _floating_unit(whole, rate_per_period, 1.0)
    rate = rate_per_period if max(whole.steps) == 1 else yield_of(flows_of(whole), 1.0)
    return _accrued(whole, rate_per_period, rate, 1.0)


def _floating_unit(whole: Service, nominal: RatePath, proceeds: float) -> Accrual:
    rate = yield_of(flows_of(whole), proceeds)
    # a whole period after the draw, interest at par is the yield
    at_par = proceeds == 1.0 and whole.timing in (0.0, 1.0) and max(whole.steps) == 1
    spread = 0.0 if at_par else spread_of(whole, nominal, proceeds)
    rates = tuple(rate_at(nominal, k) + spread for k in range(len(whole.balance)))
    return _accrued(whole, nominal, rate, proceeds, rates)


def _accrued(
    whole: Service, nominal: Rate, rate: float, proceeds: float, rates: tuple[float, ...] | None = None
) -> Accrual:
    """The carrying amount A grows by (1+c)^(1−w) up to the repayments, then by (1+c)^w to the end of the period::

    A' = A·(1+c)^(1−w) − principal,   next A = A'·(1+c)^w − interest
    """
    before, after, carrying, left = [], [], [], 0.0
    for k, steps in enumerate(whole.steps):
        own = rate if rates is None else rates[k]
        before.append(grown_part(own, (1.0 - whole.timing) * steps) * left)
        left += own * before[-1] - whole.principal[k] if k else proceeds
        # what is repaid early still pays the interest of its period up to then
        late = rate_at(nominal, k) * whole.timing * whole.balance[k] * steps
        run_up = whole.interest[k] - late if whole.interest[k] else 0.0
        carrying.append(left - run_up if k else left)
        after.append(grown_part(own, whole.timing * steps) * left)
        left += own * after[-1] - whole.interest[k]
    return Accrual(rate, tuple(before), tuple(after), tuple(carrying), whole.balance, rates)


def spread_of(whole: Service, nominal: RatePath, received: float) -> float:
    """The spread m over the rate i of each period at which the service is worth what is received at the draw.

    Discounted at c_k = i_k + m, over parts of periods compounded. The worth is convex in m and falls, so that Newton's
    steps come from below. Infinite where nothing is received.
    """
    if received <= 0.0:
        return math.inf
    spread = 0.0
    for _ in range(STEPS):
        worth = slope = log = steep = 0.0
        for k, steps in enumerate(whole.steps):
            growth = 1.0 + rate_at(nominal, k) + spread
            to_repayment = (1.0 - whole.timing) * steps if k else 0.0
            for share, paid in ((to_repayment, whole.principal[k]), (whole.timing * steps, whole.interest[k])):
                log += share * math.log(growth)
                steep += share / growth
                worth += paid * math.exp(-log)
                slope += paid * math.exp(-log) * steep
        step = (worth - received) / slope
        spread += step
        if abs(step) <= EXACT:
            break
    return spread


def grown_part(rate: float, part: float) -> float:
    """((1+c)^part − 1)/c: a part of a base period, or several, for what it bears of the charge of a whole one."""
    return part if rate == 0.0 else math.expm1(part * math.log1p(rate)) / rate


def service_flows(
    loan: Terms, rate_per_period: Rate, timing: float, steps: Sequence[int] | None = None
) -> list[tuple[float, float]]:
    """(base periods after the draw, paid) of the whole service of one unit drawn; ``steps`` as for ``service``."""
    return flows_of(service(loan, rate_per_period, timing, steps))


def flows_of(whole: Service) -> list[tuple[float, float]]:
    """(base periods after the draw, paid) of a whole service."""
    flows = [(float(whole.repaid(k)), amount) for k, amount in enumerate(whole.principal) if amount]
    return flows + [(whole.paid(k), amount) for k, amount in enumerate(whole.interest) if amount]


def yield_of(flows: Sequence[tuple[float, float]], received: float) -> float:
    """The rate per period at which payments, (periods later, amount ≥ 0), are worth what is received at instant 0.

    Their worth is convex and falls with the rate, so Newton's steps from below rise to the root (Fisher 1930).
    Infinite where nothing is received, −1 where nothing is paid.
    """
    if received <= 0.0:
        return math.inf
    if math.fsum(amount for _, amount in flows) <= 0.0:
        return -1.0
    rate = _below(flows, received)
    for _ in range(STEPS):
        growth = math.log1p(rate)
        worth = [(age, amount * math.exp(-age * growth)) for age, amount in flows]
        excess = math.fsum(each for _, each in worth) - received
        slope = math.fsum(age * each for age, each in worth) / (1.0 + rate)
        step = excess / slope if slope > 0.0 else math.inf
        if math.isinf(step):
            return math.inf
        rate += step
        if abs(step) <= EXACT * (1.0 + rate):
            break
    return rate


def _below(flows: Sequence[tuple[float, float]], received: float) -> float:
    """A rate at which the payments are worth at least what is received: 0, or as far below it as it takes."""
    for rate in _falling():
        if math.fsum(amount * math.exp(-age * math.log1p(rate)) for age, amount in flows) >= received:
            return rate
    return 0.0


def _falling() -> Iterator[float]:
    yield 0.0
    yield from (0.5**n - 1.0 for n in range(1, 30))
