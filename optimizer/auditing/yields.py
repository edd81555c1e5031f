"""What a unit of money costs in each period by the effective interest method: yields found by chords, in decimals.

A loan drawn in u is received κ of a period before the end of u. Its principal falls whole periods after that, its
interest at the ends of periods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, count

from optimizer.auditing.rates import Asked
from optimizer.auditing.replay import Replay
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.auditing.vintages import capitalising, share_left
from optimizer.instance.schema import Debt

_ENOUGH = Decimal("1e-25")
MOST_CHORDS = 8
"""So many steps from one halving to the next."""


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
    own = internal_rate(flows[0], flows[1], received, replay.kappa, rate.lengths)
    if rate.later is None:
        return _carried(debt, rate, own, [own] * len(flows[2]), received, flows)
    return _carried(debt, rate, own, _over(rate, flows, received), received, flows)


def opening_unit(debt: Debt, rate: Asked) -> Unit:
    """A unit outstanding at instant 0: carried at par, at its own rate, or, where it is served at the end of periods of
    more than a step, at the rate at which that service is worth it.
    """
    flows = paid(debt, rate)
    if max(rate.lengths) == 1:
        return _carried(debt, rate, rate.first, [rate.at(age) for age in range(len(flows[2]))], ONE, flows)
    own = internal_rate(flows[0], flows[1], ONE, ZERO, rate.lengths)
    by_age = [own] * len(flows[2]) if rate.later is None else _over(rate, flows, ONE)
    return _carried(debt, rate, own, by_age, ONE, flows)


def _over(rate: Asked, flows: tuple[list[Decimal], list[Decimal], list[Decimal]], received: Decimal) -> list[Decimal]:
    """A loan that floats bears the rate of each period and so much more, in all alike, that nothing is left at its end.

    What the payments leave unpaid rises with the addition.
    """

    def overpaid(more: Decimal) -> Decimal:
        amount = received
        for age, (musd, cost, steps) in enumerate(zip(flows[0], flows[1], rate.lengths, strict=True)):
            growth = ONE + rate.at(age) + more
            if age:
                amount = amount * part(growth, (ONE - rate.early) * steps) - musd
            amount = amount * part(growth, rate.early * steps) - cost
        return -amount

    more = _crossing(overpaid, -ONE / 4, ONE / 4)
    return [rate.at(age) + more for age in range(len(flows[2]))]


def paid(debt: Debt, rate: Asked) -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
    """Principal, interest in cash and what is left, by age of a unit drawn ``rate.early`` of a period before its end.

    A draw that comes before the end of its period bears the interest of the rest of it, and its last period less.
    """
    grown, early, lengths = capitalising(debt), rate.early, rate.lengths
    ends = list(accumulate(lengths[1:], initial=0))
    left = [share_left(debt, end, rate) for end in ends]
    principal, interest = [], []
    for age, end in enumerate(ends):
        before, begun = (left[age - 1], ends[age - 1]) if age else (ZERO, 0)
        # what is added in the part of it that is in grace
        before *= rate.grown(min(end, grown)) / rate.grown(min(begun, grown))
        own = early * left[age] * lengths[age] if end >= grown else ZERO
        carried = (ONE - early) * before * (end - max(begun, grown)) if end > grown else ZERO
        interest.append(rate.at(age) * (own + carried))
        principal.append(before - left[age] if end > grown else ZERO)
    return principal, interest, left


def internal_rate(
    principal: Sequence[Decimal],
    interest: Sequence[Decimal],
    received: Decimal,
    early: Decimal,
    lengths: Sequence[int],
) -> Decimal:
    """The rate of a step at which payments are worth what was received: they are worth less the higher it is."""

    def above(rate: Decimal) -> Decimal:
        return worth_of(principal, interest, rate, early, lengths) - received

    return _crossing(above, ZERO, ONE)


def _crossing(above: Callable[[Decimal], Decimal], low: Decimal, high: Decimal) -> Decimal:
    """Where a falling function is nothing: above ``low``, and beyond ``high`` where it is not yet nothing there.

    By chords (Illinois: the end that stays counts half from its second time on), each at least half of what is enough
    within the ends, so that both ends move; by halving where chords are slow.
    """
    while (at_high := above(high)) > 0:
        low, high = high, 2 * high
    at_low, stays = above(low), 0
    for turn in count():
        enough = _ENOUGH * (ONE + high)
        if high - low <= enough or at_low <= 0:
            break
        middle = (low + high) / 2
        if turn % MOST_CHORDS:
            chord = low + (high - low) * at_low / (at_low - at_high)
            middle = min(max(chord, low + enough / 2), high - enough / 2)
        value = above(middle)
        if value > 0:
            low, at_low, stays = middle, value, max(0, stays) + 1
            at_high = at_high / 2 if stays > 1 else at_high
        else:
            high, at_high, stays = middle, value, min(0, stays) - 1
            at_low = at_low / 2 if stays < -1 else at_low
    return (low + high) / 2 if at_low > 0 else low


def worth_of(
    principal: Sequence[Decimal], interest: Sequence[Decimal], rate: Decimal, early: Decimal, lengths: Sequence[int]
) -> Decimal:
    """Payments by age, worth at the draw at the rate of a step: principal as early in its period as the draw, interest
    at the end. What lies before the draw's own date counts as much more.
    """
    factor, total = ONE / (ONE + rate), ZERO
    at_end = part(ONE + rate, -early * lengths[0])
    sizes = [*lengths, *[lengths[-1]] * (len(principal) - len(lengths))]
    for age in reversed(range(len(principal))):
        total += (principal[age] * part(ONE + rate, early * sizes[age]) + interest[age]) * at_end
        if age:
            total *= factor ** sizes[age]
    return total


def part(growth: Decimal, periods: Decimal) -> Decimal:
    """growth^periods, for whole and half periods."""
    if periods % 1:
        root = growth.sqrt()
        return root ** int(2 * periods)
    return growth ** int(periods)


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
    first, second, carried, amount, end = [], [], [], ZERO, 0
    for age, (musd, cost, rate, steps) in enumerate(zip(principal, interest, rates, nominal.lengths, strict=True)):
        end += steps if age else 0
        first.append(amount * share_of_period(rate, (ONE - early) * steps))
        amount = amount + rate * first[-1] - musd if age else received
        # what has run up of it in cash by the repayments: all but what the balance after them bears
        in_cash = cost - nominal.at(age) * early * left[age] * steps if age and end > capitalising(debt) else ZERO
        carried.append(amount - in_cash)
        second.append(amount * share_of_period(rate, early * steps))
        amount += rate * second[-1] - cost
    return Unit(level, rates, first, second, carried, left)


def share_of_period(rate: Decimal, periods: Decimal) -> Decimal:
    """((1+c)^periods − 1)/c: what the charge of a step falls on in a part of it, or in several."""
    return periods if rate == 0 else (part(ONE + rate, periods) - ONE) / rate


def parts_held(steps: int, early: Decimal, lengths: Sequence[int]) -> list[Decimal]:
    """How many steps of each period, from that of the draw on, lie in so many of them after the draw."""
    found = [min(Decimal(steps), early * lengths[0])]
    left = steps - found[0]
    for length in [*lengths[1:], lengths[-1]]:
        found.append(min(left, Decimal(length)))
        left -= found[-1]
    return found


def annuity(steps: int, rate: Decimal, early: Decimal, lengths: Sequence[int]) -> list[Decimal]:
    """A level charge by step that is worth 1 at the draw, paid at the ends of the periods."""
    shares = parts_held(steps, early, lengths)
    worth = worth_of([ZERO] * len(shares), shares, rate, early, lengths)
    return [share / worth for share in shares]


def effective(rate_per_year: Decimal, years: Decimal) -> Decimal:
    """(1+k)^Δ − 1."""
    return (ONE + rate_per_year) ** years - ONE
