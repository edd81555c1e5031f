"""What a unit of money costs in each period by the effective interest method: yields found by halving, in decimals.

A loan drawn in u is received κ of a period before the end of u. Its principal falls whole periods after that, its
interest at the ends of periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.rates import Asked
from optimizer.auditing.replay import Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.auditing.vintages import capitalising, share_left
from optimizer.instance.schema import Debt

_ENOUGH = Decimal("1e-25")


@dataclass(frozen=True)
class Unit:
    """One unit by age: what is held, in two parts of a period, before and after its repayments; ``rates`` times it are
    the charges. ``rate`` is the one rate for all of them that has the same worth, of a loan that does not float each.
    ``carried`` is the carrying amount just after the repayments, without the interest that has run up by
    then and is still paid, ``left`` what is owed then.
    """

    rate: Decimal
    rates: list[Decimal]
    first: list[Decimal]
    second: list[Decimal]
    carried: list[Decimal]
    left: list[Decimal]


def unit_of(replay: Replay, debt: Debt, rate: Asked) -> Unit:
    """A unit drawn in the plan, received less its upfront fee and discount."""
    received = ONE - exact(debt.upfront_fee_share) - exact(debt.issue_discount_share)
    flows = paid(debt, rate)
    own = internal_rate(flows[0], flows[1], received, replay.kappa)
    if rate.later is None:
        return _carried(debt, rate, own, [own] * len(flows[2]), received, flows)
    return _carried(debt, rate, own, _over(rate, flows, received), received, flows)


def opening_unit(debt: Debt, rate: Asked) -> Unit:
    """A unit outstanding at instant 0: carried at par, at its own rate."""
    flows = paid(debt, rate)
    return _carried(debt, rate, rate.first, [rate.at(age) for age in range(len(flows[2]))], ONE, flows)


def _over(rate: Asked, flows: tuple[list[Decimal], list[Decimal], list[Decimal]], received: Decimal) -> list[Decimal]:
    """A loan that floats bears the rate of each period and so much more, in all alike, that nothing is left at its end.

    What is left falls short where the addition is too small, and is found by halving.
    """

    def missing(more: Decimal) -> Decimal:
        amount = received
        for age, (musd, cost) in enumerate(zip(flows[0], flows[1], strict=True)):
            growth = ONE + rate.at(age) + more
            if age:
                amount = amount * part(growth, ONE - rate.early) - musd
            amount = amount * part(growth, rate.early) - cost
        return amount

    low, high = -ONE / 4, ONE / 4
    while missing(high) < 0:
        low, high = high, 2 * high
    while high - low > _ENOUGH:
        middle = (low + high) / 2
        low, high = (middle, high) if missing(middle) < 0 else (low, middle)
    return [rate.at(age) + (low + high) / 2 for age in range(len(flows[2]))]


def paid(debt: Debt, rate: Asked) -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
    """Principal, interest in cash and what is left, by age of a unit drawn ``rate.early`` of a period before its end.

    A draw that comes before the end of its period bears the interest of the rest of it, and its last period less.
    """
    grown, early = capitalising(debt), rate.early
    left = [share_left(debt, age, rate) for age in range(rate.ends(debt) + 1)]
    principal, interest = [], []
    for age in range(rate.ends(debt) + 1):
        before = left[age - 1] if age else ZERO
        own = early * left[age] if age >= grown else ZERO
        carried = (ONE - early) * before if age > grown else ZERO
        interest.append(rate.at(age) * (own + carried))
        principal.append(before - left[age] if age > grown else ZERO)
    return principal, interest, left


def internal_rate(
    principal: Sequence[Decimal], interest: Sequence[Decimal], received: Decimal, early: Decimal
) -> Decimal:
    """The rate at which payments are worth what was received: they are worth less the higher it is."""

    def worth(rate: Decimal) -> Decimal:
        factor, total = ONE / (ONE + rate), ZERO
        late = part(ONE + rate, -early)
        for musd, cost in zip(reversed(principal), reversed(interest), strict=True):
            total = total * factor + musd + cost * late
        return total

    low, high = ZERO, ONE
    while worth(high) > received:
        low, high = high, 2 * high
    while high - low > _ENOUGH * (ONE + high):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) > received else (low, middle)
    return (low + high) / 2


def part(growth: Decimal, periods: Decimal) -> Decimal:
    """growth^periods, for the parts of a period that there are."""
    if abs(periods) == ONE / 2:
        root = growth.sqrt()
        return root if periods > 0 else ONE / root
    return growth**periods


def _carried(
    debt: Debt,
    nominal: Asked,
    level: Decimal,
    rates: list[Decimal],
    received: Decimal,
    flows: tuple[list[Decimal], list[Decimal], list[Decimal]],
) -> Unit:
    principal, interest, left = flows
    early = nominal.early
    first, second, carried, amount = [], [], [], ZERO
    for age, (musd, cost, rate) in enumerate(zip(principal, interest, rates, strict=True)):
        one, two = share_of_period(rate, ONE - early), share_of_period(rate, early)
        first.append(amount * one)
        amount = amount + rate * first[-1] - musd if age else received
        in_cash = nominal.at(age) * (ONE - early) * left[age - 1] if age > capitalising(debt) else ZERO
        carried.append(amount - in_cash)
        second.append(amount * two)
        amount += rate * second[-1] - cost
    return Unit(level, rates, first, second, carried, left)


def share_of_period(rate: Decimal, periods: Decimal) -> Decimal:
    """((1+c)^periods − 1)/c: what part of the charge of a period falls on a part of it."""
    return periods if rate == 0 else (part(ONE + rate, periods) - ONE) / rate


def parts_held(periods: int, early: Decimal) -> list[Decimal]:
    """How much of each period, from that of the draw on, lies in ``periods`` of them after the draw."""
    return [early, *[ONE] * (periods - 1), ONE - early]


def annuity(periods: int, rate: Decimal, early: Decimal) -> list[Decimal]:
    """A level charge by period that is worth 1 at the draw, paid at the ends of the periods."""
    shares, factor = parts_held(periods, early), ONE / (ONE + rate)
    worth, late = ZERO, part(ONE + rate, -early)
    for age, share in enumerate(shares):
        worth += share * factor**age * late
    return [share / worth for share in shares]


def effective(rate_per_year: Decimal, years: Decimal) -> Decimal:
    """(1+k)^Δ − 1."""
    return (ONE + rate_per_year) ** years - ONE
