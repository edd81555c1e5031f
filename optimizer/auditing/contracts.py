"""Customers' contracts: what is held for them, what they pay, and what is left of their prepayments.

A contract is followed from its signing on, period by period, as long as it runs, beyond the last period, too; one that
was signed before the plan from instant 0 on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.tax import years_of_tax
from optimizer.auditing.tolerances import MONEY, ONE, PHYSICAL, WHOLE, ZERO
from optimizer.instance.schema import Contract

WINDOW = rule(
    "contract.window",
    "A contract is signed in its window, a signed one in its first period; of one from before the plan is told in 1.",
    "signings",
    WHOLE,
)
ONCE = rule("contract.once", "A contract is signed at most once, and once if it is signed already.", "signings", WHOLE)
GOES = rule(
    "contract.goes",
    "Acceptance is no later than the long stop, or the customer ends the contract with it; a renewal is one of terms.",
    "periods",
    WHOLE,
)
HELD = rule(
    "contract.held", "A contract holds what is agreed, from its acceptance to its end, and no more.", "kH100e", PHYSICAL
)
RING = rule(
    "contract.ring",
    "A contract of a group is held at its sites, a contract of the company at sites within no ring.",
    "kH100e",
    PHYSICAL,
)
MONEY_OF = rule(
    "contract.money",
    "Prepayment at signing; invoices settled by it and in cash; damages while late; what goes back at the long stop.",
    "musd",
    MONEY,
)
SHARES = rule(
    "contract.shares",
    "What a customer gets in shares at signing is paid in, and taken off the revenue of his first term.",
    "musd",
    MONEY,
)

_REVENUE = Entry("revenue", "cash", "retained_earnings")
_HOURS_PER_YEAR, _MONTHS_PER_YEAR = Decimal(8760), Decimal(12)
_MILLION = Decimal(1_000_000)


@dataclass
class Month:
    """One period of a contract: kH100e held; musd invoiced, of it in the first term, settled by the prepayment,
    paid for delay, paid back, and taken off revenue for shares."""

    held: Decimal = ZERO
    invoiced: Decimal = ZERO
    of_term: Decimal = ZERO
    settled: Decimal = ZERO
    damages: Decimal = ZERO
    refund: Decimal = ZERO
    given: Decimal = ZERO


@dataclass
class Followed:
    """A contract that is signed in ``signed``, with its months by period and what was ``prepaid``."""

    name: str
    terms: Contract
    signed: int
    prepaid: Decimal
    months: dict[int, Month] = field(default_factory=dict)

    def at(self, t: int) -> Month:
        """A period of it."""
        return self.months.setdefault(t, Month())

    def left(self, t: int) -> Decimal:
        """Of the prepayment, at the end of t."""
        gone = sum((month.settled + month.refund for s, month in self.months.items() if s <= t), ZERO)
        return self.prepaid - gone if t >= self.signed else ZERO


@dataclass(frozen=True)
class ContractReplay:
    """``held[site][t]`` in kH100e; over time, musd, what is left of all prepayments and what counts as debt of it."""

    held: dict[str, Values]
    counted: Values
    followed: list[Followed]


def replay_contracts(replay: Replay) -> ContractReplay:
    """Check all contracts, post their money, and note what of it is taxed ahead of its revenue."""
    held = {site: replay.zeros() for site in replay.instance.sites}
    counted, followed = replay.zeros(), []
    for name, terms in replay.instance.contracts.items():
        one = _signed(replay, name, terms)
        for t in replay.span:
            month = one.months.get(t, Month()) if one is not None else Month()
            places = replay.instance.sites
            got = sum((replay.decisions.contract_service.get((name, site, t), ZERO) for site in places), ZERO)
            replay.findings.equal(HELD, name, t, got, month.held)
        if one is not None:
            followed.append(one)
            _post(replay, one)
            _tax(replay, one)
            for t in replay.span:
                counted[t] += one.left(t) if terms.counts_as_debt else ZERO
    for (name, site, t), amount in replay.decisions.contract_service.items():
        held[site][t] += amount
        own = replay.rings.site(site) == replay.rings.contract(name)
        replay.findings.record(RING, f"{name} at {site}", t, ZERO if own else abs(amount))
    return ContractReplay({site: tuple(values) for site, values in held.items()}, tuple(counted), followed)


def _signed(replay: Replay, name: str, terms: Contract) -> Followed | None:
    window = replay.window(terms.first_signing, terms.last_signing, f"contracts.{name}")
    before, sure = terms.opening, terms.signed or terms.opening is not None
    window = range(1, 2) if before is not None else window[:1] if terms.signed else window
    rows = sorted((t, late, renewals) for one, late, renewals, t in replay.decisions.contracts if one == name)
    replay.findings.record(ONCE, name, None, Decimal(max(0, len(rows) - 1, 1 - len(rows) if sure else 0)))
    if not rows:
        return None
    signed, late, renewals = rows[0]
    replay.findings.record(WINDOW, name, signed, ZERO if signed in window else ONE)
    gone = before.service_periods if before is not None else 0
    stop = None if before is not None and before.acceptance is None else terms.long_stop_periods
    replay.findings.at_most(GOES, f"{name} late", signed, Decimal(late), Decimal(0 if stop is None else stop + 1))
    least, most = (0, 0) if terms.renewal is None else (int(gone >= terms.term_periods), 1)
    least = 1 if terms.renewal is not None and terms.renewal.kind == "certain" else least
    if stop is not None and late > stop:
        least = most = 0
    replay.findings.at_most(GOES, f"{name} renewals", signed, Decimal(renewals), Decimal(most))
    replay.findings.at_most(GOES, f"{name} renewals", signed, Decimal(least), Decimal(renewals))
    return _follow(replay, name, terms, signed, late, min(renewals, 1))


def _follow(replay: Replay, name: str, terms: Contract, signed: int, late: int, renewals: int) -> Followed:
    price, volume = _price_of(replay, name, terms, signed), _volume_of(name, terms)
    worth = sum((price(age) for age in range(terms.term_periods)), ZERO)
    share = exact(terms.prepayment_share) * worth
    calendar, before = replay.calendar, terms.opening
    if before is None:
        one = Followed(name, terms, signed, exact(terms.prepayment_musd) if terms.prepayment_musd else share)
        step = calendar.end(signed) + terms.acceptance_lag_periods  # from instant 0 to the acceptance agreed
    else:
        one = Followed(name, terms, 0, exact(before.deferred_musd))
        step = 1 - before.service_periods  # the base period with which the term began
        if before.acceptance is not None:
            step = calendar.end(replay.window(before.acceptance, None, f"contracts.{name}.opening").start - 1) + 1
        replay.book.open(f"contract.{name}", -one.prepaid, replay.rings.contract(name))
        replay.book.open("shares_given", _shares(terms), "")
    room, base = exact(terms.delay_damages_cap_share) * worth, ONE / calendar.per_year
    for _ in range(late):
        due = min(room, exact(terms.delay_damages_musd_per_year) * base)
        room -= due
        one.at(calendar.holding(step)).damages += due
        step += 1
    if terms.long_stop_periods is not None and late > terms.long_stop_periods:
        end = one.at(calendar.holding(step - 1))
        end.refund, end.given = one.prepaid, _shares(terms)
        return one
    used = replay.values(terms.used_share, f"contracts.{name}.used_share")
    count = terms.term_periods + (terms.renewal.term_periods if terms.renewal and renewals else 0)
    if step >= 1:  # whatever of a period is missing, it is served in all of it
        step = calendar.end(calendar.holding(step) - 1) + 1
    for age in range(max(0, 1 - step), count):
        t = calendar.holding(step + age)
        month, paid_for = one.at(t), max(exact(terms.take_or_pay_share), used[min(t, replay.last)])
        month.held += volume(age) / THOUSAND / calendar.steps(t)
        month.invoiced += paid_for * price(age)
        if age < terms.term_periods:
            month.of_term += paid_for * price(age)
    _settle(one)
    whole = sum((month.of_term for month in one.months.values()), ZERO)
    for month in one.months.values():
        month.given = _shares(terms) * month.of_term / whole if whole else ZERO
    if not whole:
        one.at(max(1, calendar.holding(step))).given = _shares(terms)
    return one


def _shares(terms: Contract) -> Decimal:
    """What is to be taken off revenue for shares."""
    if terms.opening is not None:
        return exact(terms.opening.shares_left_musd)
    return exact(terms.shares.musd) if terms.shares is not None else ZERO


def _settle(one: Followed) -> None:
    """Set the prepayment against the invoices of the first term."""
    months = [month for _, month in sorted(one.months.items()) if month.of_term]
    whole, left = sum((month.of_term for month in months), ZERO), one.prepaid
    if not left:
        return
    if left > whole * (ONE + Decimal("1e-9")):
        raise AuditError(f"instance.json: contracts.{one.name}", "the prepayment is more than is invoiced in the term")
    for month in months:
        month.settled = one.prepaid * month.of_term / whole if _is_level(one.terms) else min(left, month.of_term)
        left -= month.settled


def _is_level(terms: Contract) -> bool:
    return terms.prepayment_credited == "over_term"


def _volume_of(name: str, terms: Contract) -> Callable[[int], Decimal]:
    """H100e by age."""
    if (terms.ramp_h100e is None) == (terms.ramp_mw is None):
        raise AuditError(f"instance.json: contracts.{name}", "a contract has either ramp_h100e or ramp_mw")
    per = ONE if terms.ramp_mw is None else exact(terms.h100e_per_mw or 0.0)
    steps = [exact(value) * per for value in (terms.ramp_mw or terms.ramp_h100e or [0.0])]
    return lambda age: steps[age] if age < len(steps) else steps[-1]


def _price_of(replay: Replay, name: str, terms: Contract, signed: int) -> Callable[[int], Decimal]:
    """All that is held at an age at its price, musd a base period: a megawatt by the month, an H100e by the hour."""
    place = f"contracts.{name}"
    by_mw = terms.ramp_mw is not None
    series = terms.price_musd_per_mw_month if by_mw else terms.price_usd_per_h100e_hour
    base = replay.values(series, place)[signed]
    units = [exact(value) for value in (terms.ramp_mw or terms.ramp_h100e or [0.0])]
    period = ONE / replay.calendar.per_year * (_MONTHS_PER_YEAR if by_mw else _HOURS_PER_YEAR / _MILLION)

    def price(age: int) -> Decimal:
        amount = units[min(age, len(units) - 1)] * period
        renewal = terms.renewal
        if renewal is not None and age >= terms.term_periods:
            own = renewal.price_musd_per_mw_month if by_mw else renewal.price_usd_per_h100e_hour
            if own is not None:
                return amount * exact(own)
        anniversaries = age // replay.calendar.per_year
        return amount * base * (ONE + exact(terms.escalator_per_year)) ** anniversaries

    return price


def _post(replay: Replay, one: Followed) -> None:
    book, account = replay.book, f"contract.{one.name}"
    if one.signed:
        paid = Entry("prepayment", "cash", account)
        book.post(MONEY_OF, f"contract.prepayment.{one.name}", one.signed, one.prepaid, paid)
        given = Entry("conversion", "shares_given", "paid_in_capital")
        book.post(SHARES, f"contract.shares.{one.name}", one.signed, _shares(one.terms), given)
    for t, month in one.months.items():
        if t > replay.last:
            continue
        off = Entry("revenue", "shares_given", "retained_earnings")
        book.post(SHARES, f"contract.given.{one.name}", t, -month.given, off)
        recognised = Entry("revenue", account, "retained_earnings")
        book.post(MONEY_OF, f"contract.recognised.{one.name}", t, month.settled, recognised)
        book.post(MONEY_OF, f"contract.revenue.{one.name}", t, month.invoiced - month.settled, _REVENUE)
        book.post(MONEY_OF, f"contract.damages.{one.name}", t, -month.damages, _REVENUE)
        back = Entry("prepayment", account, "cash")
        book.post(MONEY_OF, f"contract.refund.{one.name}", t, month.refund, back)


def _tax(replay: Replay, one: Followed) -> None:
    """A prepayment that is taxed before it is earned: income of the year it falls into, and none when it is earned."""
    when = one.terms.prepayment_taxed
    if when == "recognised" or not one.prepaid or replay.instance.tax is None:
        return
    years = years_of_tax(replay)
    if one.terms.opening is None:
        of_receipt = next(i for i, year in enumerate(years) if one.signed in year)
        included = of_receipt + (1 if when == "deferred_a_year" else 0)
    else:  # it came in before the plan, and was taxed before it, too, unless the file says when
        label, of_receipt, included = one.terms.opening.taxed_in, -1, -1
        if label is not None:
            named = replay.window(label, None, f"contracts.{one.name}.opening").start
            included = next(i for i, year in enumerate(years) if named in year)
    for i, year in enumerate(years):
        if i < included:
            continue
        earned = sum((one.months[t].settled + one.months[t].refund for t in year if t in one.months), ZERO)
        taxed = ZERO
        if i == included:  # all that was not income of the years before
            taxed = one.left(year[0] - 1) if i > of_receipt else one.prepaid
        replay.tax_deductions[year[-1]] -= taxed - earned


def left_owed(replay: Replay, one: Followed, discount: Callable[[int | Decimal], Decimal], hourly: Decimal) -> Decimal:
    """What a contract leaves owed at the end of T: what is left of the prepayment, or more if holding costs more."""
    worth, later = ZERO, False
    for t, month in one.months.items():
        if t > replay.last:
            later = True
            years = Decimal(replay.calendar.steps(t)) / replay.calendar.per_year
            holding = month.held * THOUSAND * hourly * _HOURS_PER_YEAR * years / _MILLION
            due = holding + month.damages + month.refund - (month.invoiced - month.settled)
            worth += due * discount(t - replay.last)
    return max(one.left(replay.last), worth) if later else ZERO
