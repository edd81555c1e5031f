"""Leased hardware: payments in each period of service, the interest inside them, and the liability if it is debt."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from optimizer.auditing.hardware import DEPRECIATION
from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.resale_curve import curve
from optimizer.auditing.rows import THOUSAND, exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.vintages import annuities
from optimizer.instance.schema import Lease, Offer

PAYMENTS = rule(
    "lease.payments", "Leases are paid in each period of service; as debt, by principal and interest.", "musd", MONEY
)

_OPEX = Entry("opex", "retained_earnings", "cash")
_INTEREST = Entry("interest", "retained_earnings", "cash")
_WRITTEN_OFF = Entry("depreciation", "retained_earnings", "leased_hardware")


@dataclass(frozen=True)
class LeaseReplay:
    """Over time, musd: ``liability`` and ``principal`` of the leases that count as debt, ``carry_off_balance`` the
    interest inside the payments of the others, ``carried`` what all leases owe at the beginning of t.
    """

    liability: Values
    principal: Values
    carry_off_balance: Values
    carried: Values
    at_end: tuple[tuple[Decimal, Decimal], ...]
    """Of each order that is debt: the rate per period inside, and what is owed at the end of T."""
    further: tuple[Decimal, Decimal] = (ZERO, ZERO)
    """Of what is delivered in T: the interest of the period after it, and what that is on."""


@dataclass(frozen=True)
class LeaseTotals:
    """The same while it is being added up."""

    liability: list[Decimal]
    principal: list[Decimal]
    carry_off_balance: list[Decimal]
    carried: list[Decimal]
    at_end: list[tuple[Decimal, Decimal]]
    further: list[tuple[Decimal, Decimal]]


def liability(payment: Decimal, rate: Decimal, periods: int, age: int) -> Decimal:
    """ℓ(age) just after the payment of that age: the present value of the payments still to come.

    ``periods`` payments at ages 0 … periods − 1; ``rate`` per period.
    """
    return payment * annuities(rate, periods)[periods - 1 - age]


def replay_leases(replay: Replay) -> LeaseReplay:
    """Post the money of all leases, order period by order period."""
    totals = LeaseTotals(replay.zeros(), replay.zeros(), replay.zeros(), replay.zeros(), [], [])
    for name, offer in replay.instance.hardware.items():
        if offer.lease is None:
            continue
        _check_terms(replay, name, offer)
        payment = replay.values(offer.lease.payment_usd_per_unit_year, f"hardware.{name}.lease")
        for u in replay.span:
            quantity = replay.decisions.orders.get((name, u), ZERO)
            due = quantity * payment[u] * replay.step / THOUSAND
            if due != 0:
                _replay_vintage(replay, name, offer, offer.lease, u, due, totals)
    return LeaseReplay(
        tuple(totals.liability),
        tuple(totals.principal),
        tuple(totals.carry_off_balance),
        tuple(totals.carried),
        tuple(totals.at_end),
        (sum((one for one, _ in totals.further), ZERO), sum((one for _, one in totals.further), ZERO)),
    )


def _check_terms(replay: Replay, name: str, offer: Offer) -> None:
    price = max(replay.values(offer.price_usd, f"hardware.{name}.price_usd"))
    if price > 0 or offer.attach or offer.tiers or offer.deposit_share > 0 or offer.resale_share_by_age:
        raise AuditError(
            f"instance.json: hardware.{name}", "a lease has no price, attach costs, tiers, deposit or resale"
        )


def _rate(replay: Replay, offer: Offer, u: int) -> Decimal:
    """The rate per step inside a lease ordered in u.

    Where the same accelerator can be bought in u: that at which the payments, the first at delivery, and what a unit is
    worth after them are worth what it costs. Otherwise that of the file.
    """
    lease = offer.lease
    assert lease is not None
    stated = exact(lease.implicit_rate_per_year or 0.0) * replay.step
    payment = replay.values(lease.payment_usd_per_unit_year, "hardware.lease")[u] * replay.step
    bought = [_bought(replay, other, offer, u) for other in replay.instance.hardware.values()]
    priced = sorted(pair for pair in bought if pair is not None)
    if not priced or payment >= priced[0][0]:
        return stated
    cost, residual = priced[0]
    flows = [payment - cost, *[payment] * (offer.life_periods - 1), residual]
    return _internal_rate(flows)


def _bought(replay: Replay, other: Offer, offer: Offer, u: int) -> tuple[Decimal, Decimal] | None:
    """What the compute of a leased unit costs in u as a purchase, and what of it is left when the lease is over."""
    if other.lease is not None or other.accelerator is None or other.accelerator != offer.accelerator:
        return None
    if u not in replay.window(other.first_order, other.last_order, "hardware"):
        return None
    prices = replay.values(other.price_usd, "hardware.price_usd")
    over = replay.time.after(replay.time.after(u, other.lead_periods), offer.life_periods)
    price, then = prices[u], prices[min(replay.last, over)]
    attached = sum((replay.values(part.usd_per_unit, "hardware.attach")[u] for part in other.attach.values()), ZERO)
    cost, term, life = price + attached, offer.life_periods, other.life_periods
    residual = ZERO
    if term < life:
        residual = cost * (ONE - Decimal(term) / life)
        if other.resale_share_by_age:
            begun = replay.time.after(u, other.lead_periods) - 1
            age = replay.time.passed(begun, over - 1)
            residual = min(price, then) * curve(other.resale_share_by_age, age, replay.calendar.per_year)
    scale = ONE
    if offer.compute_h100e > 0 and other.compute_h100e > 0:
        scale = exact(offer.compute_h100e) / exact(other.compute_h100e)
    return scale * cost, scale * residual


def _internal_rate(flows: list[Decimal]) -> Decimal:
    """The rate at which one payment out, then payments in, are worth nothing, by Newton's method in v = 1/(1+i).

    The polynomial is convex and rising in v, so that from v = 1, above the root, the steps fall to it. 0 if all comes
    to nothing or less.
    """
    if sum(flows, ZERO) <= 0:
        return ZERO
    v = ONE
    for _ in range(500):
        value = sum((flow * v**k for k, flow in enumerate(flows)), ZERO)
        slope = sum((k * flow * v ** (k - 1) for k, flow in enumerate(flows) if k), ZERO)
        step = value / slope
        v -= step
        if abs(step) <= Decimal("1e-28"):
            break
    return ONE / v - ONE


def _replay_vintage(
    replay: Replay, name: str, offer: Offer, lease: Lease, u: int, due: Decimal, totals: LeaseTotals
) -> None:
    """What is ordered in u: ``due`` in each of the life_periods from delivery on, whole or split by ℓ."""
    book, account, periods = replay.book, f"lease.{name}", offer.life_periods
    rate = _rate(replay, offer, u)
    arrival = replay.time.after(u, offer.lead_periods)
    before = liability(due, rate, periods, 0) + due  # ℓ just before the first payment, which bears no interest
    if lease.counts_as_debt and arrival <= replay.last:
        book.post(PAYMENTS, f"lease.start.{name}", arrival, before, Entry("lease", "leased_hardware", account))
    asset = before
    for t in range(arrival, replay.last + 1 + (arrival == replay.last)):
        steps = replay.time.within(arrival, periods, t)
        if not steps:
            break
        # what is owed while each step lasts; the first payment falls with the delivery
        owed = sum((liability(due, rate, periods, age - 1) for age in steps if age > 0), ZERO)
        after, interest, paid = liability(due, rate, periods, steps[-1]), rate * owed, due * len(steps)
        if t > replay.last:
            totals.further.append((interest, owed))
            break
        totals.carried[t] += owed
        if not lease.counts_as_debt:
            totals.carry_off_balance[t] += interest
            book.post(PAYMENTS, f"opex.lease.{name}", t, paid, _OPEX)
        else:
            principal = paid - interest
            book.post(PAYMENTS, f"lease.principal.{name}", t, principal, Entry("repayment", account, "cash"))
            book.post(PAYMENTS, f"lease.interest.{name}", t, interest, _INTEREST)
            book.post(DEPRECIATION, f"depreciation.hardware.{name}", t, asset * len(steps) / periods, _WRITTEN_OFF)
            totals.liability[t] += after
            if t == replay.last:
                totals.at_end.append((rate, after))
            totals.principal[t] += principal
            replay.tax_deductions[t] += principal
