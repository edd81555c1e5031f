"""How a customer's contract can go, and what each way means period by period: numbers of the file, before and after T.

Signed in u, acceptance is agreed for a = u + lag. Accepted late by k = 0 … L periods (L the long stop), the term begins
in a + k; k = L + 1 says that the customer ended it with period a + L. Without a long stop k = 0. Where periods differ,
lag, delay, term and age count base periods of the calendar, and what begins within a period is there in all of it.

What was signed before the plan has u = 0, and what is paid ahead is what is left of it: its way is told in period 1.
Where its term has begun, a lies before the plan by as many base periods as it has been served, and k = 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from optimizer.finance.escalation import stepped
from optimizer.instance.calendar import HOURS_PER_YEAR, Calendar
from optimizer.instance.partner_service import cost_of_serving
from optimizer.instance.schema import Contract, Instance
from optimizer.instance.tax_years import tax_years

MONTHS_PER_YEAR = 12.0
DUST = 1e-9
"""Years: an anniversary that is no further off is reached."""

Way = tuple[int, int, int]
"""How it goes: periods late, renewals (0 or 1), period of signing."""


@dataclass(frozen=True)
class Course:
    """A way of a contract by period, 1 … T and beyond, USD million; ``held`` in H100e.

    ``invoiced`` is what the customer owes for a period of service, ``of_term`` what of it is of the first term, and
    ``credited`` what the prepayment settles: the rest is paid in cash. ``given`` is what is taken off revenue for the
    ``shares`` that the customer got, or that are left of them as the plan begins. ``accepted`` is the first period of
    service, None if the customer ended the contract.
    """

    signed: int
    agreed: int
    accepted: int | None
    renewed: int | None
    prepaid: float
    held: Mapping[int, float]
    invoiced: Mapping[int, float]
    of_term: Mapping[int, float]
    credited: Mapping[int, float]
    damages: Mapping[int, float]
    refunded: Mapping[int, float]
    shares: float
    given: Mapping[int, float]

    def balance(self, t: int) -> float:
        """What is left of the prepayment at the end of t: deferred revenue."""
        if t < self.signed:
            return 0.0
        worked = math.fsum(musd for s, musd in self.credited.items() if s <= t)
        back = math.fsum(musd for s, musd in self.refunded.items() if s <= t)
        left = self.prepaid - worked - back
        return left if left > DUST * self.prepaid else 0.0

    def to_come(self, t: int) -> float:
        """Cash that the customer still owes for service after t as signed: a second term counts from the instant at
        which it begins, so that of a long period in which it does the first term alone counts before.
        """
        return math.fsum(self._still_due(t).values())

    def worth_to_come(self, t: int, calendar: Calendar, rate_per_year: float) -> float:
        """The same at the end of t, each amount discounted from the end of its period at an effective rate."""
        growth, now = math.log1p(rate_per_year), calendar.years_to(t)
        due = self._still_due(t).items()
        return math.fsum(musd * math.exp(-growth * (calendar.years_to(s) - now)) for s, musd in due)

    def _still_due(self, t: int) -> dict[int, float]:
        if t < self.signed:
            return {}
        begun = self.renewed is None or t >= self.renewed - (0 if self.of_term[self.renewed] else 1)
        due = self.invoiced if begun else self.of_term
        return {s: musd - self.credited.get(s, 0.0) for s, musd in due.items() if s > t}


def signing_window(instance: Instance, contract: Contract) -> range:
    """Periods in which it may be signed; of one that is signed the first of them, of one from before the plan 1."""
    if contract.opening is not None:
        return range(1, 2)
    window = instance.periods.window(contract.first_signing, contract.last_signing)
    return window[:1] if contract.signed else window


def ways(instance: Instance, contract: Contract) -> Iterator[Way]:
    """All ways that differ by T: what is not accepted by T counts as accepted in T + 1.

    Of several delays that end in one period, as those of quarters do in a year, the least stands for all.
    """
    calendar, horizon = instance.periods, instance.periods.periods
    stop = None if is_served(contract) else contract.long_stop_periods
    for u in signing_window(instance, contract):
        seen: set[int] = set()
        for late in range(1 if stop is None else stop + 2):
            begins = accepted(calendar, contract, u, late)
            ended = stop is not None and late == stop + 1
            if late and begins > horizon + 1:
                break
            if ended:
                yield late, 0, u
            elif begins not in seen:
                seen.add(begins)
                for renewals in renewals_of(contract, calendar, begins):
                    yield late, renewals, u


def is_served(contract: Contract) -> bool:
    """Whether its term had begun before the plan."""
    return contract.opening is not None and contract.opening.acceptance is None


def accepted(calendar: Calendar, contract: Contract, u: int, late: int = 0) -> int:
    """The first period of service if signed in u, late by so many base periods; below 1 before the plan."""
    opening = contract.opening
    if opening is None:
        return calendar.later(u, contract.acceptance_lag_periods + late)
    if opening.acceptance is None:
        return 1 - opening.service_periods
    return calendar.later(calendar.index(opening.acceptance) - 1, 1 + late)


def renewals_of(contract: Contract, calendar: Calendar, begins: int) -> tuple[int, ...]:
    """Whether it is renewed: to choose is only what begins by T, and not before the plan."""
    if contract.renewal is None:
        return (0,)
    if contract.renewal.kind == "certain" or calendar.elapsed(begins - 1, 0) >= contract.term_periods:
        return (1,)
    return (0, 1) if calendar.elapsed(begins - 1, calendar.periods) > contract.term_periods else (0,)


def volume(contract: Contract, age: int) -> float:
    """H100e held at an age of 0, 1, … base periods of the calendar."""
    ramp = contract.ramp_h100e or [mw * (contract.h100e_per_mw or 0.0) for mw in contract.ramp_mw or [0.0]]
    return ramp[min(age, len(ramp) - 1)]


def most_held(contract: Contract) -> float:
    """The most that is held at any age, H100e."""
    return max(volume(contract, age) for age in range(_term(contract, True)))


def contract_value(instance: Instance, contract: Contract, u: int) -> float:
    """All that is held in the first term at its price, signed in u, USD million."""
    base = _base_price(instance, contract, u)
    return math.fsum(_priced(instance, contract, base, age) for age in range(contract.term_periods))


def prepayment(instance: Instance, contract: Contract, u: int) -> float:
    """Paid at signing in u, USD million; of what was signed before the plan what is left of it."""
    if contract.opening is not None:
        return contract.opening.deferred_musd
    return contract.prepayment_musd or contract.prepayment_share * contract_value(instance, contract, u)


def shares_of(contract: Contract) -> float:
    """What a customer gets in shares at signing, or what is left of it as the plan begins, USD million."""
    if contract.opening is not None:
        return contract.opening.shares_left_musd
    return contract.shares.musd if contract.shares is not None else 0.0


def course(instance: Instance, contract: Contract, way: Way) -> Course:
    """What a way means period by period."""
    late, renewals, u = way
    calendar, stop = instance.periods, contract.long_stop_periods
    agreed, first = (accepted(calendar, contract, u, delay) for delay in (0, late))
    ended = stop is not None and late == stop + 1
    signed, shares = (u if contract.opening is None else 0), shares_of(contract)
    prepaid, damages = prepayment(instance, contract, u), _damages(instance, contract, u, late)
    if ended:
        back = {accepted(calendar, contract, u, late - 1): prepaid}
        lost = dict.fromkeys(back, shares) if shares else {}
        return Course(signed, agreed, None, None, prepaid, {}, {}, {}, {}, damages, back, shares, lost)
    held, invoiced, of_term, renewed = {}, {}, {}, None
    base, used = _base_price(instance, contract, u), contract.used_share.expand(calendar)
    for t, ages in _served(calendar, first, _term(contract, bool(renewals))):
        paid = max(contract.take_or_pay_share, used[min(t, calendar.periods) - 1])
        held[t] = math.fsum(volume(contract, age) for age in ages) / calendar.steps(t)
        invoiced[t] = paid * math.fsum(_priced(instance, contract, base, age) for age in ages)
        in_term = [age for age in ages if age < contract.term_periods]
        of_term[t] = paid * math.fsum(_priced(instance, contract, base, age) for age in in_term)
        if renewed is None and ages[-1] >= contract.term_periods:
            renewed = t
    credited, given = _credited(contract, prepaid, of_term), _given(shares, of_term, max(1, first))
    return Course(
        signed, agreed, first, renewed, prepaid, held, invoiced, of_term, credited, damages, {}, shares, given
    )


def _served(calendar: Calendar, first: int, term: int) -> Iterator[tuple[int, range]]:
    """The periods of the plan from the first on, each with the ages of the base periods in it within the term."""
    t = max(1, first)
    while ages := [age for age in calendar.ages(first, t) if age < term]:
        yield t, range(ages[0], ages[-1] + 1)
        t += 1


def _term(contract: Contract, renewed: bool) -> int:
    more = contract.renewal.term_periods if renewed and contract.renewal else 0
    return contract.term_periods + more


def _base_price(instance: Instance, contract: Contract, u: int) -> float:
    """The price of the period of signing: of a megawatt for a month, USD million, or of an hour, USD."""
    price = contract.price_usd_per_h100e_hour if contract.ramp_mw is None else contract.price_musd_per_mw_month
    return price.expand(instance.periods)[u - 1] if price is not None else 0.0


def _priced(instance: Instance, contract: Contract, base: float, age: int) -> float:
    """All that is held in a base period of an age, at its price, USD million."""
    years = instance.periods.base_years
    price = base * stepped(contract.escalator_per_year, age * years)
    second = contract.renewal if age >= contract.term_periods else None
    if contract.ramp_mw is not None:
        mw = contract.ramp_mw[min(age, len(contract.ramp_mw) - 1)]
        own = second.price_musd_per_mw_month if second else None
        return mw * MONTHS_PER_YEAR * years * (price if own is None else own)
    own = second.price_usd_per_h100e_hour if second else None
    return volume(contract, age) * HOURS_PER_YEAR * years / 1e6 * (price if own is None else own)


def _damages(instance: Instance, contract: Contract, u: int, late: int) -> dict[int, float]:
    """min(d·δ, what the cap leaves) for each base period δ from the acceptance agreed on in which it is late."""
    calendar = instance.periods
    left = contract.delay_damages_cap_share * contract_value(instance, contract, u)
    found: dict[int, float] = {}
    for delay in range(late):
        t = accepted(calendar, contract, u, delay)
        paid = min(contract.delay_damages_musd_per_year * calendar.base_years, left)
        left -= paid
        found[t] = found.get(t, 0.0) + paid
    return {t: musd for t, musd in found.items() if musd}


def _credited(contract: Contract, prepaid: float, invoiced: Mapping[int, float]) -> dict[int, float]:
    """The prepayment by the invoices of the first term that it settles."""
    if not prepaid:
        return {}
    if contract.prepayment_credited == "over_term":
        whole = math.fsum(invoiced.values())
        return {t: prepaid * musd / whole for t, musd in invoiced.items() if musd}
    before = accumulate(invoiced.values(), initial=0.0)
    settled = {
        t: min(musd, max(0.0, prepaid - gone)) for (t, musd), gone in zip(invoiced.items(), before, strict=False)
    }
    return {t: musd for t, musd in settled.items() if musd}


def _given(shares: float, of_term: Mapping[int, float], first: int) -> dict[int, float]:
    """The same part of every invoice of the first term; if none are left, all of it in the first period of service."""
    whole = math.fsum(of_term.values())
    if not whole:
        return {first: shares} if shares else {}
    return {t: shares * musd / whole for t, musd in of_term.items() if shares and musd}


# ── what follows for tax, and for the end of the plan ─────────────────────────────────────────────────────────────


def taxed_ahead(instance: Instance, contract: Contract, course: Course) -> dict[int, float]:
    """Taxable income by period beside the revenue recognised, within the plan; of a tax year in its last period::

        balance at the end of Z, in Z;   − (credited + refunded)_t after Z

    Z is the tax year of the receipt, or the one after it; of what was received before the plan Z is over, unless the
    file names it.
    """
    last = taxed_by(instance, contract, course)
    if last is None:
        return {}
    found = {last: course.balance(last)} if last else {}
    for t in range(last + 1, instance.periods.periods + 1):
        found[t] = -course.credited.get(t, 0.0) - course.refunded.get(t, 0.0)
    return {t: musd for t, musd in found.items() if musd}


def taxed_by(instance: Instance, contract: Contract, course: Course) -> int | None:
    """The last period of Z, 0 if it is over before the plan; None if there is none, or it begins after T."""
    if contract.prepayment_taxed == "recognised" or not course.prepaid or instance.tax is None:
        return None
    years, when = tax_years(instance.periods, instance.tax.year_end), course.signed
    if contract.opening is not None:
        if contract.opening.taxed_in is None:
            return 0
        when = instance.periods.index(contract.opening.taxed_in)
    place = next(i for i, year in enumerate(years) if when in year.periods)
    place += contract.opening is None and contract.prepayment_taxed == "deferred_a_year"
    return years[place].last if place < len(years) else None


def owed_at_end(instance: Instance, contract: Contract, course: Course, rate_per_year: float) -> float:
    """What a contract leaves owed at the end of T, USD million::

    max(what is left of the prepayment, Σ_{s>T} (c·h·8760·Δ_s + damages − cash paid)_s·(1+f)^(−years from T to s))
    """
    calendar, horizon = instance.periods, instance.periods.periods
    later = [s for s in {*course.held, *course.damages, *course.refunded} if s > horizon]
    if not later:
        return 0.0
    cost, growth, worth = cost_of_serving(instance, contract), math.log1p(rate_per_year), []
    for s in later:
        serving = cost * course.held.get(s, 0.0) * calendar.hours_of(s) / 1e6
        paid = course.invoiced.get(s, 0.0) - course.credited.get(s, 0.0)
        other = course.damages.get(s, 0.0) + course.refunded.get(s, 0.0)
        worth.append((serving - paid + other) * math.exp(-growth * (calendar.years_to(s) - calendar.years_to(horizon))))
    return max(course.balance(horizon), math.fsum(worth))
