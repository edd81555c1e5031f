"""What capital costs at effective rates, and how much of it there is: source by source, period by period.

Everything follows from what was decided: draws, repayments, raises and signings, with the yield of each worked out
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from optimizer.auditing.commitments import hourly_cost
from optimizer.auditing.convertible import charged as rates_charged
from optimizer.auditing.debt_fees import STANDING
from optimizer.auditing.funding import Funding
from optimizer.auditing.pricing_grid import least_charge, spread_paid
from optimizer.auditing.rates import Asked, asked_of
from optimizer.auditing.replay import Replay, Values
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.yields import (
    Unit,
    annuity,
    effective,
    internal_rate,
    opening_unit,
    parts_held,
    share_of_period,
    unit_of,
)
from optimizer.instance.schema import Debt, Partner

_HOURS_PER_YEAR, _USD_PER_MUSD = Decimal(8760), Decimal(10) ** 6


@dataclass
class Charged:
    """Present values, musd, term by term: charges ``deducted`` in tax and those that are not, the ``capital`` they are
    on (musd years), and of each kind of charge what no decision could change.
    """

    replay: Replay
    factors: Values
    deducted: list[Decimal] = field(default_factory=list)
    kept: list[Decimal] = field(default_factory=list)
    capital: list[Decimal] = field(default_factory=list)
    given_deducted: Decimal = ZERO
    given_kept: Decimal = ZERO

    def add(self, t: int, charge: Decimal, capital: Decimal, *, deductible: bool = True) -> None:
        """A charge of period t, and what it is on, times the steps for which that is held."""
        (self.deducted if deductible else self.kept).append(self.factors[t] * charge)
        self.capital.append(self.factors[t] * capital * self.replay.step)

    def spread(self, u: int, musd: Decimal, shares: Sequence[Decimal], rate: Decimal | None) -> None:
        """A fee of period u over the periods from then on, over T+1 only if it is one of T.

        What has not been charged of it, with interest at the ``rate``, is not carried; without a rate all is.
        """
        left = musd
        for t, share in enumerate(shares, u):
            if t <= self.replay.last + (u == self.replay.last):
                if rate is None:
                    self.add(t, musd * share, ZERO)
                    continue
                held = left * share_of_period(rate, self.replay.time.steps(t) * (self.replay.kappa if t == u else ONE))
                self.add(t, musd * share, -held)
                left += rate * held - musd * share


def charged(replay: Replay, funding: Funding, equity_charge: Values, factors: Values) -> Charged:
    """All charges; ``factors[t]`` discount to instant 0, up to those of T+1."""
    found = Charged(replay, factors)
    for name, debt in replay.instance.debt.items():
        yearly = rates_charged(replay, name, debt)
        if debt.is_pooled:
            _pooled(found, name, debt, tuple(value * replay.step for value in yearly), funding)
        else:
            _vintages(found, name, debt, yearly)
    for name, signed in funding.partners.signed.items():
        partner = replay.instance.partners[name]
        if partner.kind == "compute":
            _partner(found, partner, signed)
    for t in replay.span:
        names = [f"fee.{kind}.{name}" for kind in STANDING for name in replay.instance.debt]
        names += [f"lease.interest.{name}" for name in replay.instance.hardware]
        paid = sum((_line(replay, name, t) for name in names), spread_paid(replay, funding, t))
        found.add(t, paid + funding.leases.carry_off_balance[t], funding.leases.carried[t])
    found.add(replay.last + 1, *funding.leases.further)
    _equity(found, funding, equity_charge)
    return found


def _line(replay: Replay, name: str, t: int) -> Decimal:
    return sum(replay.book.lines.get((name, t), {}).values(), ZERO)


def _vintages(found: Charged, name: str, debt: Debt, yearly: Values) -> None:
    replay = found.replay
    units: dict[Asked, Unit] = {}
    for u in replay.span:
        drawn = replay.decisions.draws.get((name, u), ZERO)
        if drawn == 0:
            continue
        asked = asked_of(replay, debt, yearly, u)
        if asked not in units:
            units[asked] = unit_of(replay, debt, asked)
        unit = units[asked]
        _follow(found, name, debt, u, drawn, unit)
        if drawn > MONEY.absolute and debt.issue_fee_musd:
            shares = annuity(asked.ends(debt), unit.rate, replay.kappa, asked.lengths)
            # what can be prepaid may be gone before its fee is charged
            rate_of_fee = unit.rate if debt.early_repayment is None else None
            found.spread(u, exact(debt.issue_fee_musd), shares, rate_of_fee)
    opening = exact(debt.opening_balance_musd)
    if opening:
        unit = opening_unit(debt, asked_of(replay, debt, yearly, 0))
        _follow(found, name, debt, 0, opening, unit)
        until = replay.last
        if debt.early_repayment is not None:  # what is owed until it can first be prepaid is sure
            until = replay.window(debt.early_repayment.first_prepayment, None, f"debt.{name}.prepayment").start
        for t in range(1, min(until, len(unit.left) - 1) + 1):
            found.given_deducted += found.factors[t] * opening * unit.rates[t] * (unit.first[t] + unit.second[t])


def _follow(found: Charged, name: str, debt: Debt, u: int, drawn: Decimal, unit: Unit) -> None:
    """A vintage as long as it lives and the plan lasts, and one period more if it was drawn in the last."""
    replay, live = found.replay, drawn
    premium = exact(debt.prepayment.premium_share) if debt.prepayment else ZERO
    for age in range(len(unit.left)):
        t = u + age
        if t > replay.last + (u == replay.last):
            break
        held = live * unit.first[age]
        early = replay.decisions.prepayments.get((name, u, t), ZERO)
        if early and unit.left[age] > 0:
            gone = early / unit.left[age]
            free = replay.decisions.premium_free.get((name, u, t), ZERO)
            found.add(t, early + premium * (early - free) - gone * unit.carried[age], ZERO)
            live -= gone
        held += live * unit.second[age]
        if t > 0:
            found.add(t, unit.rates[age] * held, held)


def _pooled(found: Charged, name: str, debt: Debt, rate: Values, funding: Funding) -> None:
    replay, one = found.replay, funding.debts.instruments[name]
    window = replay.window(debt.first_draw, debt.last_draw, f"debt.{name}")
    share = exact(debt.upfront_fee_share) + exact(debt.issue_discount_share)
    first = 1 if debt.kind == "revolver" else replay.time.after(0, debt.grace_periods + 1)
    for t in replay.span:
        held = (ONE - replay.kappa) * one.balance[t - 1] + replay.kappa * one.balance[t]
        steps = replay.time.steps(t)
        found.add(t, rate[t] * steps * held, steps * held)
        if t <= first:  # before anything of the opening balance can have been repaid
            sure = one.balance[0] * (ONE - replay.kappa if t == first else ONE)
            found.given_deducted += found.factors[t] * rate[t] * steps * sure
        drawn = replay.decisions.draws.get((name, t), ZERO)
        if drawn == 0:
            continue
        fee = share * drawn + (exact(debt.issue_fee_musd) if drawn > MONEY.absolute else ZERO)
        life = (debt.tenor_periods or 1) if debt.kind == "sculpted" else replay.time.passed(t, window.stop)
        held_in = parts_held(life, replay.kappa, replay.time.lengths(t, life))
        found.spread(t, fee, [each / life for each in held_in], None)
        if t == replay.last:
            steps = replay.time.steps(t + 1)
            found.add(t + 1, rate[t] * steps * drawn, steps * drawn)


def _partner(found: Charged, partner: Partner, signed: int) -> None:
    """What serving costs over the life of the agreement, less what the partner still pays, against its cash."""
    replay, cash = found.replay, exact(partner.cash_musd)
    time, hourly = replay.time, hourly_cost(replay, partner)
    begins = time.after(signed, partner.delivery_lag_periods)
    ends = time.after(begins, partner.delivery_periods or 0)
    first, count = begins - signed, ends - begins
    service, left, values = [ZERO] * (first + count), cash, [ZERO] * (first + count)
    for age in range(first, first + count):
        hours = exact(partner.delivery_h100e or 0.0) * _HOURS_PER_YEAR * time.years(signed + age) / _USD_PER_MUSD
        values[age] = hours * exact(partner.price_usd_per_h100e_hour or 0.0)
        against = min(values[age], left)
        left -= against
        service[age] = hours * hourly - (values[age] - against) + (left if age == first + count - 1 else ZERO)
    if cash <= 0:
        return
    free = sum(service, ZERO) <= cash
    if not free and replay.kappa == 0 and service[0] >= cash:
        # at the instant of the cash as much is served: nothing is held, and the rest is charged as it falls
        for t in range(signed, replay.last + 1 + (signed == replay.last)):
            cost = service[t - signed] if t - signed < len(service) else ZERO
            found.add(t, cost - (cash if t == signed else ZERO), ZERO)
        return
    lengths = [time.steps(signed + age) for age in range(max(1, len(service)))]
    rate = ZERO if free else internal_rate([ZERO] * len(service), service, cash, replay.kappa, lengths)
    amount, left = cash, cash
    for age in range(replay.last + 2 - signed):
        t = signed + age
        held = amount * share_of_period(rate, time.steps(t) * (replay.kappa if age == 0 else ONE))
        if t <= replay.last + (signed == replay.last):
            found.add(t, rate * held, held)
        if free:  # carried at what is owed
            left -= min(values[age], left) if first <= age < first + count else ZERO
            amount = ZERO if age >= first + count - 1 else left
        else:
            amount = max(ZERO, amount + rate * held - (service[age] if age < len(service) else ZERO))


def _equity(found: Charged, funding: Funding, charge: Values) -> None:
    replay, common, preferred = found.replay, funding.common, funding.preferred
    early, last = replay.kappa, replay.last
    for t in replay.span:
        held = common.paid_in[t - 1] + early * common.raised[t]
        found.add(t, charge[t], held * _steps_at(replay, common.company[t], t), deductible=False)
        shares = (preferred.outstanding[t - 1] + early * preferred.raised[t]) * replay.time.steps(t)
        found.add(t, -replay.book.cash_in("preferred_dividend", t), shares, deductible=False)
    further = common.raised[last] * _steps_at(replay, common.company[last], last + 1)
    found.add(last + 1, common.further, further, deductible=False)
    found.add(last + 1, preferred.further, preferred.raised[last] * replay.time.steps(last + 1), deductible=False)
    returned = replay.instance.returns_capital  # at the end of period 1 at the earliest
    rates, sure = least_charge(replay, common.company), range(1, 2) if returned else replay.span
    found.given_kept += common.paid_in[0] * sum((found.factors[t] * rates[t] for t in sure), ZERO)


def _steps_at(replay: Replay, yearly: Decimal, t: int) -> Decimal:
    """How many charges of a step at the company's rate make that of the whole period."""
    return share_of_period(effective(yearly, replay.step), Decimal(replay.time.steps(t)))
