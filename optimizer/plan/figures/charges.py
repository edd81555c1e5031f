"""What the capital costs, source by source, at effective rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from optimizer.contract.accounts import DEBT
from optimizer.contract.lines import INTEREST_INCOME, PREFERRED_DIVIDEND, STANDING_FEES
from optimizer.finance.effective_interest import Accrual, drawn_unit, opening_unit
from optimizer.finance.fees import Spread, straight_line_fee
from optimizer.finance.rates import base_periods_held, compounded, effective_per_period
from optimizer.instance.calendar import TIMING
from optimizer.instance.convertible import charged_vintages
from optimizer.instance.debt_rates import yearly_rates
from optimizer.instance.fee_life import fee_periods, fixed_fee
from optimizer.instance.opening_debt import owed_for_sure, pooled_for_sure
from optimizer.instance.partner_unit import partner_unit
from optimizer.instance.schema import Debt
from optimizer.instance.vintage_terms import terms_of
from optimizer.plan.figures.debt import drawn, prepaid_by_draw
from optimizer.plan.figures.equity import OPENING_EQUITY, converted, equity_left, raised, running
from optimizer.plan.figures.leases import leases
from optimizer.plan.figures.partners import stakes
from optimizer.plan.figures.preferred import raised_preferred
from optimizer.plan.figures.pricing_grid import buckets, cost_of_equity, rates_by_period
from optimizer.plan.record import Record

GRID = "pricing grid"

INCOME = "interest income"


@dataclass(frozen=True)
class Charge:
    """What one source of capital costs in periods 1 … T+1, USD million, undiscounted, after tax where it is deductible.

    ``capital`` is the carrying amount that is held in a period: the ``charge`` is a rate of it. In a calendar of
    segments it counts for each base period of a longer one: ``outstanding`` is what is held. In T+1 there is only what
    came in in T. ``decided`` is false where no decision can change the charge.
    """

    source: str
    kind: str
    capital: list[float]
    charge: list[float]
    decided: bool = True


class _Running:
    """A charge while it is being added up, before tax."""

    def __init__(self, plan: Record) -> None:
        self.plan, self.last = plan, plan.instance.periods.periods
        self.capital, self.charge = [0.0] * (self.last + 1), [0.0] * (self.last + 1)

    def add(self, t: int, charge: float, capital: float = 0.0) -> None:
        """A charge of period t, from 1, and what it is on."""
        self.charge[t - 1] += charge
        self.capital[t - 1] += capital

    def spread(self, u: int, amount: float, spread: Spread) -> None:
        """A fee of period u over the periods from then on, over T+1 only if it is one of T; less is carried by it."""
        for t, (share, left) in enumerate(zip(spread.charge, spread.held, strict=True), u):
            if t <= self.last + (u == self.last):
                self.add(t, amount * share, -amount * left)

    def until(self, last: int) -> _Running:
        """What there is up to a period, taken off."""
        found = _Running(self.plan)
        for amounts, parts in ((self.capital, found.capital), (self.charge, found.charge)):
            parts[:last], amounts[:last] = amounts[:last], parts[:last]
        return found

    def of(self, source: str, kind: str, factor: float = 1.0, decided: bool = True) -> Charge:
        """The charge with what is left of it after tax."""
        return Charge(source, kind, self.capital, [factor * amount for amount in self.charge], decided)


def tax_shield_rate(plan: Record) -> float:
    """τ of the cost of capital: the statutory rate, or 0 without tax or with the shield switched off."""
    tax = plan.instance.tax
    return tax.rate if tax is not None and tax.shield_in_cost_of_capital else 0.0


def charges(plan: Record) -> list[Charge]:
    """The cost of capital by source, before income on cash: debt, leases, grid, partners, common and preferred equity.

    loans by vintage         yield times carrying amount, level annuity of fixed fees; on prepayment par + premium less
                             the carrying amount; what was owed at instant 0 stands on a line of its own
    revolver, sculpted       interest, and fees on draws straight line
    every loan               commitment fees as they are paid
    lease                    interest inside the payments, whether or not it counts as debt
    pricing grid             spread on all debt
    partner for compute      its yield on what it is still to be served
    equity                   (1+k)^Δ − 1 on what is carried in and on κ of new money; with a grid its k on the first
    opening equity           the same on paid-in capital of instant 0
    preferred                dividend
    """
    found = [*_debt(plan), *_partners(plan), *_common(plan), *_preferred(plan)]
    return [charge for charge in found if any(charge.capital) or any(charge.charge)]


def _debt(plan: Record) -> Iterator[Charge]:
    after_tax = 1.0 - tax_shield_rate(plan)
    span = plan.instance.periods.span
    for name, debt in sorted(plan.instance.debt.items()):
        own, opening, undecided = _Running(plan), _Running(plan), _Running(plan)
        if debt.is_pooled:
            _pooled(plan, name, debt, own, undecided)
        else:
            _vintages(plan, name, debt, own, opening, undecided)
        for fee in STANDING_FEES:
            for t, amount in zip(span, plan.books.line(fee, name), strict=True):
                own.add(t, -amount)
        yield undecided.of(f"{name}, opening", "debt", after_tax, False)
        yield opening.of(f"{name}, opening", "debt", after_tax)
        yield own.of(name, "debt", after_tax)
    for lease in leases(plan):
        own = _Running(plan)
        for t in span:
            # the first payment of a lease falls with its start, and bears no interest
            own.add(t, lease.interest[t - 1], lease.carried[t - 1])
        own.add(own.last + 1, *lease.further)
        yield own.of(lease.offer, "lease", after_tax)
    own, grid, owed, held = _Running(plan), plan.instance.pricing_grid, plan.books.debt(), buckets(plan)
    for t in span if grid is not None else ():
        bucket = held[t - 1]
        if grid is not None and bucket is not None:
            own.add(t, grid.buckets[bucket].spread_per_year * plan.instance.periods.years_of(t) * owed[t - 1])
    yield own.of(GRID, "spread", after_tax)


def _vintages(plan: Record, name: str, debt: Debt, own: _Running, opening: _Running, undecided: _Running) -> None:
    calendar, timing = plan.instance.periods, TIMING[plan.instance.draw_timing]
    rates = charged_vintages(plan.instance, debt)
    early, free = prepaid_by_draw(plan, name), prepaid_by_draw(plan, name, "premium_free")
    for u, amount in drawn(plan, name).items():
        terms = terms_of(debt, calendar, u)
        unit = drawn_unit(terms, rates[u], timing)
        _follow(debt, u, amount, unit, early.get(u, {}), free.get(u, {}), own)
        if debt.issue_fee_musd:
            own.spread(u, debt.issue_fee_musd, fixed_fee(terms, unit.rate, timing))
    if debt.opening_balance_musd:
        unit = opening_unit(terms_of(debt, calendar, 0), rates[0])
        _follow(debt, 0, debt.opening_balance_musd, unit, early.get(0, {}), free.get(0, {}), opening)
        for t in range(1, owed_for_sure(debt, calendar) + 1):
            held = debt.opening_balance_musd * unit.held(t)
            undecided.add(t, unit.rate_of(t) * held, held)
            opening.add(t, -unit.rate_of(t) * held, -held)


def _follow(
    debt: Debt,
    u: int,
    amount: float,
    unit: Accrual,
    early: dict[int, float],
    free: dict[int, float],
    found: _Running,
) -> None:
    premium, live = debt.prepayment.premium_share if debt.prepayment else 0.0, amount
    for age, par in enumerate(unit.par):
        t = u + age
        if t > found.last + (u == found.last):
            break
        held = live * unit.held_before[age]
        if t in early and par > 0.0:
            gone = early[t] / par
            found.add(t, early[t] + premium * (early[t] - free.get(t, 0.0)) - gone * unit.carrying[age])
            live -= gone
        held += live * unit.held_after[age]
        if t:
            found.add(t, unit.rate_of(age) * held, held)


def _pooled(plan: Record, name: str, debt: Debt, found: _Running, undecided: _Running) -> None:
    calendar, timing = plan.instance.periods, TIMING[plan.instance.draw_timing]
    rate, balance = yearly_rates(plan.instance, debt), plan.books.balance(DEBT + name)
    window = calendar.window(debt.first_draw, debt.last_draw)
    for_sure = pooled_for_sure(debt, calendar, timing)
    for t in calendar.span:
        held = (1.0 - timing) * balance[t - 1] + timing * balance[t]
        sure = debt.opening_balance_musd * for_sure.get(t, 0.0)
        years, steps = calendar.years_of(t), calendar.steps(t)
        undecided.add(t, rate[t] * years * sure, steps * sure)
        found.add(t, rate[t] * years * (held - sure), steps * (held - sure))
    for u, amount in drawn(plan, name).items():
        fee = (debt.upfront_fee_share + debt.issue_discount_share) * amount + debt.issue_fee_musd
        life = fee_periods(debt, calendar, window, u)
        found.spread(u, fee, straight_line_fee(life, timing, calendar.steps_from(u, life)))
        if u == found.last:
            found.add(u + 1, rate[u] * calendar.years_of(u + 1) * amount, calendar.steps(u + 1) * amount)


def _partners(plan: Record) -> Iterator[Charge]:
    calendar, timing = plan.instance.periods, TIMING[plan.instance.draw_timing]
    for row in plan.decisions.get("partners", ()):
        name, u = row["partner"], calendar.index(str(row["period"]))
        if plan.instance.partners[name].kind != "compute" or not row["signed"]:
            continue
        own, unit = _Running(plan), partner_unit(plan.instance, name, u, timing)
        for t, (charge, held) in enumerate(zip(unit.charge, unit.held, strict=True), u):
            if t <= own.last + (u == own.last):
                own.add(t, charge, held)
        yield own.of(name, "partner", 1.0 - tax_shield_rate(plan))


def _common(plan: Record) -> Iterator[Charge]:
    instance, calendar = plan.instance, plan.instance.periods
    kappa, priced = TIMING[instance.draw_timing], rates_by_period(plan)
    zeros = [0.0] * calendar.periods
    company = instance.equity.cost_of_equity_per_year.expand(calendar) if instance.equity else tuple(zeros)

    left = equity_left(plan)

    def equity(name: str, rates: Sequence[float], raises: Sequence[float]) -> _Running:
        stock, carried, found = left[name], priced or rates, _Running(plan)
        fresh = company if priced else rates
        for t in calendar.span:
            new = kappa * raises[t - 1]
            asked = effective_per_period(carried[t - 1], calendar.years_of(t)) * stock[t - 1]
            asked += effective_per_period(fresh[t - 1], calendar.years_of(t)) * new
            held = base_periods_held(company[t - 1], calendar.steps(t), calendar.base_years)
            found.add(t, asked, held * (stock[t - 1] + new))
        last, beyond = raises[-1], found.last + 1
        held = base_periods_held(company[-1], calendar.steps(beyond), calendar.base_years)
        found.add(beyond, effective_per_period(fresh[-1], calendar.years_of(beyond)) * last, held * last)
        return found

    opening = equity(OPENING_EQUITY, company, zeros)
    if priced is None:
        yield opening.until(1 if instance.returns_capital else calendar.periods).of(
            OPENING_EQUITY, "equity", decided=False
        )
    yield opening.of(OPENING_EQUITY, "equity")
    for name, amounts in raised(plan).items():
        assert instance.equity is not None
        own = instance.equity.rounds[name].cost_of_equity_per_year
        yield equity(name, own.expand(calendar) if own else company, amounts).of(name, "equity")
    for name, amounts in {**stakes(plan), **converted(plan)}.items():
        yield equity(name, company, amounts).of(name, "equity")


def _preferred(plan: Record) -> Iterator[Charge]:
    calendar, kappa = plan.instance.periods, TIMING[plan.instance.draw_timing]
    for name, amounts in raised_preferred(plan).items():
        stock, found = running(amounts), _Running(plan)
        rate = plan.instance.preferred_equity[name].dividend_per_year.expand(calendar)
        for t, dividend in zip(calendar.span, plan.books.line(PREFERRED_DIVIDEND, name), strict=True):
            found.add(t, -dividend, calendar.steps(t) * (stock[t - 1] + kappa * amounts[t - 1]))
        beyond = found.last + 1
        further = rate[-1] * calendar.years_of(beyond) * amounts[-1]
        found.add(beyond, further, calendar.steps(beyond) * amounts[-1])
        yield found.of(name, "preferred")


def interest_income(plan: Record) -> Charge:
    """Income on cash after tax, as a charge below zero; it is on no capital."""
    found = _Running(plan)
    for t, amount in zip(plan.instance.periods.span, plan.books.line(INTEREST_INCOME), strict=True):
        found.add(t, -amount)
    return found.of(INCOME, "income", 1.0 - tax_shield_rate(plan))


def discount_factors(plan: Record) -> tuple[float, ...]:
    """DF_t of the instance."""
    discount = plan.instance.discount
    return plan.instance.periods.discount_factors(discount.rate_per_year, discount.timing)


def charge_factors(plan: Record) -> tuple[float, ...]:
    """DF_1 … DF_{T+1}."""
    factors = discount_factors(plan)
    rate, calendar = plan.instance.discount.rate_per_year, plan.instance.periods
    return (*factors, factors[-1] * (1.0 + rate) ** -calendar.years_of(calendar.periods + 1))


def present(plan: Record, amounts: Sequence[float]) -> float:
    """What amounts of periods 1 … T+1 come to at instant 0, USD million."""
    return fsum(factor * amount for factor, amount in zip(charge_factors(plan), amounts, strict=True))


def outstanding(plan: Record, charge: Charge) -> list[float]:
    """What of a source is held through each period, USD million: its capital, once, however long the period."""
    calendar, found = plan.instance.periods, []
    for t, (held, asked) in enumerate(zip(charge.capital, charge.charge, strict=True), 1):
        rate = effective_rate(plan, asked, held) or 0.0
        found.append(held / base_periods_held(rate, calendar.steps(t), calendar.base_years))
    return found


def effective_rate(plan: Record, charge: float, capital: float) -> float | None:
    """The yearly rate, compounded yearly, of a charge on capital that is held for a base period; None without any."""
    calendar = plan.instance.periods
    return compounded(charge / capital / calendar.base_years, calendar.per_year) if capital > 0.0 else None


def undecided_charge(plan: Record) -> float:
    """The present value of the charges that no decision can change: on opening equity, with a grid the least that its
    buckets ask, where capital may be returned in period 1 alone, and on opening loans until they can be repaid."""
    total = fsum(present(plan, charge.charge) for charge in charges(plan) if not charge.decided)
    grid, calendar = plan.instance.pricing_grid, plan.instance.periods
    if grid is not None:
        costs = zip(*(cost_of_equity(plan, bucket) for bucket in grid.buckets), strict=True)
        least = [effective_per_period(min(each), calendar.years_of(t)) for t, each in enumerate(costs, 1)]
        if plan.instance.returns_capital:
            least[1:] = [0.0] * (len(least) - 1)
        total += plan.instance.opening.paid_in_capital_musd * present(plan, [*least, 0.0])
    return total


def average_wacc(plan: Record) -> float | None:
    """Discounted charges over discounted capital as a rate compounded yearly; None if there never is capital."""
    found = charges(plan)
    return effective_rate(
        plan,
        fsum(present(plan, charge.charge) for charge in found),
        fsum(present(plan, charge.capital) for charge in found),
    )
