"""What loans are worth at the reference rate of debt: received, less what is paid for it, discounted at that rate."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.commitments import fair_rate
from optimizer.auditing.convertible import charged
from optimizer.auditing.dating import moved_early
from optimizer.auditing.funding import Funding
from optimizer.auditing.pricing_grid import spread_paid
from optimizer.auditing.rates import Asked, asked_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ONE, ZERO
from optimizer.auditing.yields import effective, paid, part, worth_of
from optimizer.instance.schema import Debt


def loan_worth(
    replay: Replay, funding: Funding, cash: Values, factors: Values, shield_per_year: float
) -> list[Decimal]:
    """Terms at instant 0, musd; ``factors`` are those of the shield, ``shield_per_year`` its rate.

    Fees on draws of vintages have been counted when they were paid: here they move to the instant of the draw.
    """
    yearly = fair_rate(replay)
    of_step, growth, time = effective(yearly, replay.step), ONE + exact(shield_per_year), replay.time
    rate = (ZERO, *(effective(yearly, replay.years(t)) for t in replay.span))
    at_draw = (ONE, *[growth ** -time.at(t, replay.kappa) for t in replay.span])
    at_end = growth ** -time.at(replay.last)
    parts = [-at_end * _dearer(replay, inside, yearly) * owed for inside, owed in funding.leases.at_end]
    for name, debt in replay.instance.debt.items():
        yearly_rates = charged(replay, name, debt)
        nominal = tuple(value * replay.step for value in yearly_rates)
        if debt.is_pooled:
            balance = funding.debts.instruments[name].balance
            for t in replay.span:
                held = (ONE - replay.kappa) * balance[t - 1] + replay.kappa * balance[t]
                parts += [factors[t] * rate[t] * held, -factors[t] * nominal[t] * time.steps(t) * held]
            parts.append(-at_end * _dearer(replay, nominal[-1], yearly) * balance[-1])
            continue
        fee = exact(debt.upfront_fee_share) + exact(debt.issue_discount_share)
        for u in replay.span:
            drawn = replay.decisions.draws.get((name, u), ZERO)
            if drawn:
                worth = _due(debt, asked_of(replay, debt, yearly_rates, u), of_step, -1)
                parts += [at_draw[u] * drawn, -at_draw[u] * drawn * worth]
                parts += [factors[u] * fee * drawn, -at_draw[u] * fee * drawn]
        for (of, u, t), musd in replay.decisions.prepayments.items():
            if of == name:
                parts += _prepaid(
                    replay, asked_of(replay, debt, yearly_rates, u), debt, of_step, (u, t, musd), at_draw, growth
                )
    earned = replay.values(replay.instance.cash.yield_per_year, "cash.yield_per_year")
    leases = [f"lease.interest.{name}" for name in replay.instance.hardware]
    for t in replay.span:
        interest = sum((_line(replay, name, t) for name in leases), spread_paid(replay, funding, t))
        parts += [factors[t] * rate[t] * funding.leases.liability[t - 1], -factors[t] * interest]
        idle = cash[t - 1] + sum((moved_early(replay, t, whose) for whose in ("", *replay.rings.names)), ZERO)
        parts += [-factors[t] * rate[t] * idle, factors[t] * earned[t] * replay.years(t) * idle]
    return parts


def _dearer(replay: Replay, period: Decimal, fair: Decimal) -> Decimal:
    """A year of what a rate per step, compounded over a year, is above f; nothing below it."""
    return max(ZERO, (ONE + period) ** (ONE / replay.step) - ONE - fair)


def _line(replay: Replay, name: str, t: int) -> Decimal:
    return sum(replay.book.lines.get((name, t), {}).values(), ZERO)


def _due(debt: Debt, asked: Asked, rate: Decimal, after: int) -> Decimal:
    """The service of a unit after an age, worth at the draw."""
    principal, interest, _ = paid(debt, asked)
    none = [ZERO] * (after + 1)
    left = [*none, *principal[after + 1 :]], [*none, *interest[after + 1 :]]
    return worth_of(*left, rate, asked.early, asked.lengths)


def _prepaid(
    replay: Replay,
    asked: Asked,
    debt: Debt,
    rate: Decimal,
    decided: tuple[int, int, Decimal],
    at_draw: Values,
    growth: Decimal,
) -> list[Decimal]:
    """What no longer has to be served, less the par that is paid for it, of what was drawn in u and is prepaid in t.

    The opening balance came at the end of instant 0, so it is prepaid at the ends of periods.
    """
    u, t, musd = decided
    early = asked.early
    _, interest, left = paid(debt, asked)
    age = t - u
    if not 0 < age < len(left) or left[age] <= 0:
        return []
    steps = asked.lengths[age]
    since = replay.time.passed(u, t) - early * (steps - asked.lengths[0])  # from the draw to the repayment
    due = _due(debt, asked, rate, age) * part(ONE + rate, since)
    if interest[age]:
        due += early * steps * asked.at(age) * left[age] * part(ONE + rate, -early * steps)
    instant = at_draw[t] if u else growth ** -replay.time.at(t)
    return [instant * musd / left[age] * due, -instant * musd]
