"""Leases: hardware that is paid for period by period and then returned."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.expr import ByName, ByPeriod, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import LEASE_INTEREST, LEASE_PAYMENT, LEASE_PRINCIPAL, LEASE_START, LEASED_DEPRECIATION
from optimizer.finance.leases import lease_liability
from optimizer.instance.lease_rates import lease_rates
from optimizer.model.context import THOUSAND, Model
from optimizer.model.positions import LeasePosition


def add_lease(
    model: Model,
    order: ByName,
    periods: Mapping[str, range],
    tax: list[TimeExpr],
) -> LeasePosition:
    """A payment p at the end of each of n periods of service, with the rate i inside (``instance.lease_rates``)::

        ℓ(k) = p·Σ_{j=1}^{n−1−k} (1+i)^{−j}                          owed just after the payment of age k = 0 … n−1
        interest(k) = i·ℓ(k−1),   principal(k) = p − interest(k),   principal(0) = p

    If it counts as debt, p + ℓ(0) is an asset on delivery, on an account of its own since it is the lessor's and
    secures nobody, written off straight line over n, against a liability, and tax follows the payments. Otherwise the
    payments are an operating cost, and only their carry is published.
    """
    owed: dict[int, list[Expr]] = {t: [] for t in model.span}
    principal: dict[int, list[Expr]] = {t: [] for t in model.span}
    carry: dict[int, list[Expr]] = {t: [] for t in model.span}
    carried: dict[int, list[Expr]] = {t: [] for t in model.span}
    at_end: list[tuple[float, Expr]] = []
    further: list[tuple[Expr, Expr]] = []
    base = model.base_years
    for o, offer in model.instance.hardware.items():
        lease, term = offer.lease, offer.life_periods
        if lease is None:
            continue
        payment = model.series(lease.payment_usd_per_unit_year)
        rates = lease_rates(model.instance, o)
        by_period: dict[str, dict[int, list[Expr]]] = {
            kind: {t: [] for t in model.span} for kind in ("start", "principal", "interest", "depreciation", "paid")
        }
        for u in periods[o]:
            rate = rates[u - 1] * base
            factors = lease_liability(term, rate)
            arrival, due = model.later(u, offer.lead_periods), payment[u] * base / THOUSAND * order[o, u]
            by_period["start"][arrival].append((1.0 + factors[0]) * due)
            if arrival == model.horizon:
                # what it owes at the end of each base period of T+1 but the last, and of T
                left = math.fsum(factors[k - 1] for k in model.calendar.ages(arrival, arrival + 1) if k < term)
                further.append((rate * left * due, left * due))
            for t in range(arrival, model.horizon + 1):
                ages = [k for k in model.calendar.ages(arrival, t) if k < term]
                if not ages:
                    break
                left = math.fsum(factors[k - 1] for k in ages if k)
                count, interest = len(ages), rate * left
                by_period["paid"][t].append(count * due)
                carried[t].append(left * due)
                by_period["interest"][t].append(interest * due)
                by_period["principal"][t].append((count - interest) * due)
                by_period["depreciation"][t].append(count * (1.0 + factors[0]) / term * due)
                if lease.counts_as_debt:
                    owed[t].append(factors[ages[-1]] * due)
                    if t == model.horizon:
                        at_end.append((rates[u - 1], factors[ages[-1]] * due))
        if not lease.counts_as_debt:
            by_order = {u: payment[u] * base / THOUSAND * order[o, u] for u in periods[o]}
            arrived = model.delayed(model.timeline(by_order), offer.lead_periods)
            model.run_on(arrived, [1.0] * term, lease.assignable_share)
        sums = {kind: {t: quicksum(each[t]) for t in model.span} for kind, each in by_period.items()}
        if lease.counts_as_debt:
            tax.append(model.timeline(sums["principal"]))
        for t in model.span:
            if lease.counts_as_debt:
                _finance_lease(model, o, t, sums)
                principal[t].append(sums["principal"][t])
            else:
                model.ledger.post(LEASE_PAYMENT.of(o), t, sums["paid"][t])
                carry[t].append(sums["interest"][t])
    by_time = [{t: quicksum(each[t]) for t in model.span} for each in (owed, principal, carry, carried)]
    beyond = quicksum(interest for interest, _ in further), quicksum(left for _, left in further)
    return LeasePosition(by_time[0], by_time[1], by_time[2], by_time[3], tuple(at_end), beyond)


def _finance_lease(model: Model, o: str, t: int, sums: Mapping[str, ByPeriod]) -> None:
    model.ledger.post(LEASE_START.of(o), t, sums["start"][t])
    model.ledger.post(LEASE_PRINCIPAL.of(o), t, sums["principal"][t])
    model.ledger.post(LEASE_INTEREST.of(o), t, sums["interest"][t])
    model.ledger.post(LEASED_DEPRECIATION.of(o), t, sums["depreciation"][t])
