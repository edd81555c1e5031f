"""What is left to be paid after the last period, afresh from the decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from optimizer.finance.escalation import steps
from optimizer.instance.calendar import HOURS_PER_YEAR, TIMING
from optimizer.instance.contract_terms import owed_at_end
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.partner_service import partner_balance, partner_service
from optimizer.instance.schema import Colocation, EnergyContract, Instance, Lease, Reserved
from optimizer.plan.figures.contracts import courses
from optimizer.plan.figures.opening import opening_unpaid
from optimizer.plan.physical import MUSD_PER_USD_HOUR_YEAR, USD_PER_MUSD
from optimizer.plan.record import Record

CONSTRUCTION, PARTNER, CUSTOMER = "construction", "partner deliveries", "customer contract"

RENT, LEASE, RESERVATION, TAKE_OR_PAY = "rent", "operating lease", "reservation", "take-or-pay"


@dataclass(frozen=True)
class Commitment:
    """What is left to be paid of one thing after the last period, USD million.

    ``musd`` is the sum of its payments from ``first`` to ``last`` periods after T, ``worth_musd`` what they are worth
    at the end of T at the reference rate of debt, ``counted_musd`` the part of that which value objectives take off.
    """

    kind: str
    name: str
    first: int
    last: int
    musd: float
    worth_musd: float
    counted_musd: float


def commitments(plan: Record) -> list[Commitment]:
    """All that is left to be paid, by kind and name."""
    payments: dict[tuple[str, str], list[_Payment]] = {}
    for payment in _payments(plan):
        if payment.musd:
            payments.setdefault((payment.kind, payment.name), []).append(payment)
    if not payments:
        return _customers(plan)
    calendar = plan.instance.periods
    growth, years = 1.0 + fair_rate(plan.instance), calendar.years_of(calendar.periods + 1)
    found = []
    for (kind, name), due in payments.items():
        worth = fsum(each.musd * growth ** (-years * (each.period - each.early)) for each in due)
        counted = worth * _counted_share(plan, kind, name)
        if kind == PARTNER:
            counted = max(0.0, worth - _balances(plan, name))
        periods = [each.period for each in due]
        total = fsum(each.musd for each in due)
        found.append(Commitment(kind, name, min(periods), max(periods), total, worth, counted))
    return found + _customers(plan)


def _customers(plan: Record) -> list[Commitment]:
    """What contracts leave owed: the prepayment not worked off, or what holding capacity costs beyond it."""
    found, horizon = [], plan.instance.periods.periods
    for name, each in courses(plan).items():
        terms = plan.instance.contracts[name]
        owed = owed_at_end(plan.instance, terms, each, fair_rate(plan.instance))
        later = [t - horizon for t in each.held if t > horizon]
        if owed and later:
            found.append(Commitment(CUSTOMER, name, min(later), max(later), each.balance(horizon), owed, owed))
    return found


def unpaid_construction(plan: Record, site: str | None = None) -> float:
    """What the phases begun, of all sites or of one, still cost after T, USD million, not discounted."""
    return fsum(each.musd for each in _construction(plan) if site in (None, each.name))


@dataclass(frozen=True)
class _Payment:
    """USD million in the ``period``-th period after T, ``early`` of a period before its end."""

    kind: str
    name: str
    period: int
    musd: float
    early: float = 0.0


def _payments(plan: Record) -> Iterator[_Payment]:
    yield from _construction(plan)
    instance, horizon = plan.instance, plan.instance.periods.periods
    for row in plan.decisions.get("partners", ()):
        service = partner_service(instance, row["partner"], instance.periods.index(str(row["period"])))
        for t, musd in service.items():
            if t > horizon:
                yield _Payment(PARTNER, row["partner"], t - horizon, musd)
    yield from _contracts(plan)


def _construction(plan: Record) -> Iterator[_Payment]:
    instance, calendar = plan.instance, plan.instance.periods
    for row in plan.decisions.get("phase_starts", ()):
        phase = next(p for p in instance.sites[row["site"]].phases if p.name == row["phase"])
        start = calendar.index(str(row["period"]))
        cost = fsum(part.musd.expand(calendar)[start - 1] for part in phase.capex.values()) * row["count"]
        early = TIMING[phase.payment_timing or instance.payment_timing]
        for later, share in enumerate(phase.spend_profile):
            if (t := calendar.later(start, later)) > calendar.periods:
                yield _Payment(CONSTRUCTION, row["site"], t - calendar.periods, share * cost, early)
    for site, later, musd, timing in opening_unpaid(plan):
        yield _Payment(CONSTRUCTION, site, later, musd, timing)


def _contracts(plan: Record) -> Iterator[_Payment]:
    instance, calendar, decisions = plan.instance, plan.instance.periods, plan.decisions
    hour = MUSD_PER_USD_HOUR_YEAR * calendar.base_years
    for row in decisions.get("colocation", ()):
        u, rent = calendar.index(str(row["period"])), instance.sites[row["site"]].colocation
        if rent is not None:
            due = row["mw"] * rent.rent_musd_per_mw_year.expand(calendar)[u - 1] * calendar.base_years
            rents = steps(rent.escalator_per_year, calendar.base_years, rent.term_periods)
            yield from _after(plan, RENT, row["site"], calendar.later(u, rent.lead_periods), due, rents)
    for row in decisions.get("orders", ()):
        u, offer = calendar.index(str(row["period"])), instance.hardware[row["offer"]]
        if offer.lease is not None and not offer.lease.counts_as_debt:
            usd = offer.lease.payment_usd_per_unit_year.expand(calendar)[u - 1] * calendar.base_years
            due = row["units"] * usd / USD_PER_MUSD
            first = calendar.later(u, offer.lead_periods)
            yield from _equal(plan, LEASE, row["offer"], first, offer.life_periods, due)
    for row in decisions.get("reservations", ()):
        u, block = calendar.index(str(row["period"])), instance.cloud[row["cloud"]].reserved
        if block is not None:
            due = row["h100e"] * block.price_usd_per_h100e_hour.expand(calendar)[u - 1] * hour
            yield from _equal(plan, RESERVATION, row["cloud"], u, block.term_periods, due)
    for row in decisions.get("energy_contracts", ()):
        u, source = calendar.index(str(row["period"])), instance.energy_sources[row["source"]]
        if source.contract is not None:
            hours = HOURS_PER_YEAR * calendar.base_years
            mwh = source.contract.take_or_pay_share * source.limit_mw.expand(calendar)[-1] * hours
            due = mwh * max(0.0, source.price_usd_per_mwh.expand(calendar)[-1]) / USD_PER_MUSD
            yield from _equal(plan, TAKE_OR_PAY, row["source"], u, source.contract.term_periods, due)


def _equal(plan: Record, kind: str, name: str, first: int, term: int, musd: float) -> Iterator[_Payment]:
    """Equal payments for each of ``term`` base periods from the beginning of ``first`` on: those after T."""
    return _after(plan, kind, name, first, musd, [1.0] * term)


def _after(plan: Record, kind: str, name: str, first: int, musd: float, shares: Sequence[float]) -> Iterator[_Payment]:
    """``musd`` times each of ``shares``, for base periods from the beginning of ``first`` on: the payments after T."""
    calendar = plan.instance.periods
    horizon, t = calendar.periods, max(first, calendar.periods + 1)
    while inside := [shares[age] for age in calendar.ages(first, t) if age < len(shares)]:
        yield _Payment(kind, name, t - horizon, fsum(inside) * musd)
        t += 1


def _counted_share(plan: Record, kind: str, name: str) -> float:
    """Construction counts whole; of a contract what nobody takes over, unless a multiple of EBITDA holds its cost."""
    instance = plan.instance
    if kind in (CONSTRUCTION, PARTNER):
        return 1.0
    if instance.terminal.kind == "ebitda_multiple" and instance.terminal.multiple:
        return 0.0
    terms = _terms(instance, kind, name)
    assert terms is not None
    return 1.0 - terms.assignable_share


def _terms(instance: Instance, kind: str, name: str) -> Colocation | Lease | Reserved | EnergyContract | None:
    match kind:
        case "rent":
            return instance.sites[name].colocation
        case "operating lease":
            return instance.hardware[name].lease
        case "reservation":
            return instance.cloud[name].reserved
    return instance.energy_sources[name].contract


def _balances(plan: Record, name: str) -> float:
    """What is left of a partner's prepayment at the end of T, USD million."""
    calendar = plan.instance.periods
    return fsum(
        partner_balance(plan.instance, name, calendar.index(str(row["period"])), calendar.periods)
        for row in plan.decisions.get("partners", ())
        if row["partner"] == name
    )
