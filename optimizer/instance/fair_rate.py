"""The reference rate of debt f: at what rate money that is owed after the plan is brought back to its end.

Sources: the effective interest method (ASC 835-30, IFRS 9): the yield of a loan is the rate at which its dated service
is worth what is received for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from optimizer.instance.amortisation import service
from optimizer.instance.calendar import TIMING
from optimizer.instance.schema import Debt, Instance

STEPS = 100
"""Of Newton's method, which needs about ten."""
EXACT = 1e-14


def fair_rate(instance: Instance) -> float:
    """f, effective per year: `fair_rate_per_year`, else the least yield of the debt that can be drawn, else ρ.

    Fixed fees, the commitment fee and a pricing grid are left out: they depend on how much is drawn.
    """
    if instance.fair_rate_per_year is not None:
        return instance.fair_rate_per_year
    yields = [each for debt in instance.debt.values() for each in effective_yields(instance, debt).values()]
    return min(yields, default=instance.discount.rate_per_year)


def effective_yields(instance: Instance, debt: Debt) -> dict[int, float]:
    """What a dollar drawn in a period costs, effective per year, by period; nothing where none can be drawn.

    Of vintages the root of ``service``; of a revolver and of sculpted debt (1 + r·Δ)^{1/Δ} − 1 and the fees on a draw
    straight line over its window, or its tenor.
    """
    calendar = instance.periods
    window = calendar.window(debt.first_draw, debt.last_draw)
    received = 1.0 - debt.upfront_fee_share - debt.issue_discount_share
    if debt.limit_musd == 0.0 or received <= 0.0:
        return {}
    rate = debt.rate_per_year.expand(calendar)
    timing = TIMING[instance.draw_timing]
    found: dict[float, float] = {}
    for i in {rate[u - 1] * calendar.years for u in window}:
        if debt.is_pooled:
            years = (debt.tenor_periods or len(window)) * calendar.years
            found[i] = _per_year(i, calendar.per_year) + (1.0 - received) / years
        else:
            found[i] = _per_year(yield_of(service_flows(debt, i, timing), received), calendar.per_year)
    return {u: found[rate[u - 1] * calendar.years] for u in window}


def service_flows(debt: Debt, rate_per_period: float, timing: float) -> list[tuple[float, float]]:
    """(periods after the draw, paid) of the whole service of one unit drawn."""
    whole = service(debt, rate_per_period, timing)
    flows = [(float(k), amount) for k, amount in enumerate(whole.principal) if amount]
    return flows + [(k + timing, amount) for k, amount in enumerate(whole.interest) if amount]


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


def _per_year(rate_per_period: float, per_year: int) -> float:
    """The effective rate per year of one per period."""
    return math.expm1(per_year * math.log1p(rate_per_period))
