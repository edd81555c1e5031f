"""What there is, and what is still owed, at the end of the last period, afresh from decisions and ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from optimizer.instance.calendar import TIMING
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.partner_service import partner_balance, partner_service
from optimizer.instance.resale import resale_usd
from optimizer.instance.schema import Colocation, EnergyContract, Instance, Lease, Reserved
from optimizer.plan.physical import MUSD_PER_USD_HOUR_YEAR, USD_PER_MUSD
from optimizer.plan.table import Table
from optimizer.plan.tax_base import basis_left, tax_base

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

CONSTRUCTION, PARTNER = "construction", "partner deliveries"
RENT, LEASE, RESERVATION, TAKE_OR_PAY = "rent", "operating lease", "reservation", "take-or-pay"


# ── terminal value ────────────────────────────────────────────────────────────────────────────────────────────────


def net_terminal_value(plan: Plan) -> float:
    """After tax, with losses carried, less what is still owed: what value objectives count, USD million at T's end."""
    return terminal_value(plan) + carried_worth(plan) - fsum(each.counted_musd for each in commitments(plan))


def terminal_value(plan: Plan) -> float:
    """min(V, (1−τ)·V + τ·tax basis), USD million: all assets together, no refund for a loss."""
    value, tax = value_before_tax(plan), plan.instance.tax
    return value if tax is None else min(value, (1.0 - tax.rate) * value + tax.rate * basis_left(plan))


def carried_worth(plan: Plan) -> float:
    """τ·loss_value_share·(losses and interest carried beyond T), USD million."""
    base, tax = tax_base(plan), plan.instance.tax
    if base is None or tax is None:
        return 0.0
    left = fsum((base.losses_carried[-1] or 0.0, base.interest_carried[-1] or 0.0))
    return tax.rate * plan.instance.terminal.loss_value_share * left


def value_before_tax(plan: Plan) -> float:
    """What the assets are worth at the end of the last period, as the instance values them, USD million."""
    terminal, books = plan.instance.terminal, plan.books
    match terminal.kind:
        case "book_share":
            accounts = ("sites", "construction_in_progress", "hardware")
            return (terminal.share or 0.0) * fsum(books.balance(account)[-1] for account in accounts)
        case "ebitda_multiple":
            return max(0.0, (terminal.multiple or 0.0) * run_rate(plan))
        case "resale":
            return resale_value(plan)
        case "none":
            return 0.0


def resale_value(plan: Plan) -> float:
    """What the units in service at the end would fetch: Σ min(price[u], price[T])·curve((T+1−a)·Δ), USD million."""
    calendar, total = plan.instance.periods, []
    for (name, _, ordered), units in plan.physical.vintages.items():
        offer = plan.instance.hardware[name]
        if offer.resale_share_by_age is not None:
            total.append(units[-1] * resale_usd(offer, calendar, ordered, calendar.periods + 1) / USD_PER_MUSD)
    return fsum(total)


def run_rate(plan: Plan) -> float:
    """EBITDA a year of the last year, without what hardware that leaves after it has earned, USD million.

    In each of its periods sites serve no more than they could in T+1, and the dearest hours first.
    """
    calendar, ebitda = plan.instance.periods, plan.books.ebitda()
    last_year = range(max(0, calendar.periods - calendar.per_year), calendar.periods)
    after, lost = _h100e_after(plan), []
    for t in last_year:
        room = after
        for price, served in sorted(_sold(plan, t), reverse=True):
            kept = min(served, room)
            room -= kept
            lost.append((served - kept) * price * MUSD_PER_USD_HOUR_YEAR * calendar.years)
    return fsum([*(ebitda[t] for t in last_year), *(-each for each in lost)]) / (len(last_year) * calendar.years)


def _sold(plan: Plan, t: int) -> Iterator[tuple[float, float]]:
    """(USD an hour, H100e) of what sites serve in period t (from 0), to markets and to partners."""
    instance = plan.instance
    for (market, place), served in plan.physical.served.items():
        if place in instance.sites:
            price = instance.markets[market].revenue_usd_per_h100e_hour.expand(instance.periods)[t]
            yield price, served[t]
    for (partner, _), delivered in plan.physical.delivered.items():
        yield instance.partners[partner].price_usd_per_h100e_hour or 0.0, delivered[t]


def _h100e_after(plan: Plan) -> float:
    """H100e that the units in service at T can serve in T+1, those left out whose life is over by then."""
    instance, horizon = plan.instance, plan.instance.periods.periods
    capacity = []
    for (name, place, ordered), units in plan.physical.vintages.items():
        offer, site = instance.hardware[name], instance.sites[place]
        if ordered + offer.lead_periods + offer.life_periods > horizon + 1:
            use = site.uptime_share * site.max_utilisation_share * offer.compute_h100e
            capacity.append(use * units[-1])
    return fsum(capacity)


# ── commitments ───────────────────────────────────────────────────────────────────────────────────────────────────


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


def commitments(plan: Plan) -> list[Commitment]:
    """All that is left to be paid, by kind and name."""
    payments: dict[tuple[str, str], list[_Payment]] = {}
    for payment in _payments(plan):
        if payment.musd:
            payments.setdefault((payment.kind, payment.name), []).append(payment)
    if not payments:
        return []
    growth, years = 1.0 + fair_rate(plan.instance), plan.instance.periods.years
    found = []
    for (kind, name), due in payments.items():
        worth = fsum(each.musd * growth ** (-years * (each.period - each.early)) for each in due)
        counted = worth * _counted_share(plan, kind, name)
        if kind == PARTNER:
            counted = max(0.0, worth - _balances(plan, name))
        periods = [each.period for each in due]
        total = fsum(each.musd for each in due)
        found.append(Commitment(kind, name, min(periods), max(periods), total, worth, counted))
    return found


def table(plan: Plan) -> Table:
    """What is left to be paid after the last period, and how much of it counts."""
    label, horizon = plan.instance.periods.label, plan.instance.periods.periods
    columns = ("kind", "name", "first_period", "last_period", "payments_musd", "worth_musd", "counted_musd")
    rows = [
        (c.kind, c.name, label(horizon + c.first), label(horizon + c.last), c.musd, c.worth_musd, c.counted_musd)
        for c in commitments(plan)
    ]
    return Table(columns, tuple(rows))


def unpaid_construction(plan: Plan) -> float:
    """What the phases begun still cost after T, USD million, not discounted."""
    return fsum(each.musd for each in _construction(plan))


@dataclass(frozen=True)
class _Payment:
    """USD million in the ``period``-th period after T, ``early`` of a period before its end."""

    kind: str
    name: str
    period: int
    musd: float
    early: float = 0.0


def _payments(plan: Plan) -> Iterator[_Payment]:
    yield from _construction(plan)
    instance, horizon = plan.instance, plan.instance.periods.periods
    for row in plan.decisions.get("partners", ()):
        service = partner_service(instance, row["partner"], instance.periods.index(str(row["period"])))
        for t, musd in service.items():
            if t > horizon:
                yield _Payment(PARTNER, row["partner"], t - horizon, musd)
    yield from _contracts(plan)


def _construction(plan: Plan) -> Iterator[_Payment]:
    instance, calendar = plan.instance, plan.instance.periods
    for row in plan.decisions.get("phase_starts", ()):
        phase = next(p for p in instance.sites[row["site"]].phases if p.name == row["phase"])
        start = calendar.index(str(row["period"]))
        cost = fsum(part.musd.expand(calendar)[start - 1] for part in phase.capex.values()) * row["count"]
        early = TIMING[phase.payment_timing or instance.payment_timing]
        for t, share in enumerate(phase.spend_profile, start):
            if t > calendar.periods:
                yield _Payment(CONSTRUCTION, row["site"], t - calendar.periods, share * cost, early)


def _contracts(plan: Plan) -> Iterator[_Payment]:
    instance, calendar, decisions = plan.instance, plan.instance.periods, plan.decisions
    hour = MUSD_PER_USD_HOUR_YEAR * calendar.years
    for row in decisions.get("colocation", ()):
        u, rent = calendar.index(str(row["period"])), instance.sites[row["site"]].colocation
        if rent is not None:
            due = row["mw"] * rent.rent_musd_per_mw_year.expand(calendar)[u - 1] * calendar.years
            yield from _equal(plan, RENT, row["site"], u + rent.lead_periods, rent.term_periods, due)
    for row in decisions.get("orders", ()):
        u, offer = calendar.index(str(row["period"])), instance.hardware[row["offer"]]
        if offer.lease is not None and not offer.lease.counts_as_debt:
            usd = offer.lease.payment_usd_per_unit_year.expand(calendar)[u - 1] * calendar.years
            due = row["units"] * usd / USD_PER_MUSD
            yield from _equal(plan, LEASE, row["offer"], u + offer.lead_periods, offer.life_periods, due)
    for row in decisions.get("reservations", ()):
        u, block = calendar.index(str(row["period"])), instance.cloud[row["cloud"]].reserved
        if block is not None:
            due = row["h100e"] * block.price_usd_per_h100e_hour.expand(calendar)[u - 1] * hour
            yield from _equal(plan, RESERVATION, row["cloud"], u, block.term_periods, due)
    for row in decisions.get("energy_contracts", ()):
        u, source = calendar.index(str(row["period"])), instance.energy_sources[row["source"]]
        if source.contract is not None:
            mwh = source.contract.take_or_pay_share * source.limit_mw.expand(calendar)[-1] * calendar.hours
            due = mwh * max(0.0, source.price_usd_per_mwh.expand(calendar)[-1]) / USD_PER_MUSD
            yield from _equal(plan, TAKE_OR_PAY, row["source"], u, source.contract.term_periods, due)


def _equal(plan: Plan, kind: str, name: str, first: int, term: int, musd: float) -> Iterator[_Payment]:
    """Equal payments in ``term`` periods from ``first`` on: those after T."""
    horizon = plan.instance.periods.periods
    for t in range(max(first, horizon + 1), first + term):
        yield _Payment(kind, name, t - horizon, musd)


def _counted_share(plan: Plan, kind: str, name: str) -> float:
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


def _balances(plan: Plan, name: str) -> float:
    """What is left of a partner's prepayment at the end of T, USD million."""
    calendar = plan.instance.periods
    return fsum(
        partner_balance(plan.instance, name, calendar.index(str(row["period"])), calendar.periods)
        for row in plan.decisions.get("partners", ())
        if row["partner"] == name
    )
