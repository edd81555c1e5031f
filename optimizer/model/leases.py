"""Leases: hardware that is paid for period by period and then returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.finance.leases import lease_liability
from optimizer.instance.lease_rates import lease_rates
from optimizer.model.context import THOUSAND, Model
from optimizer.model.ledger import CASH, LEASED, RETAINED, lease_account


@dataclass(frozen=True)
class LeasePosition:
    """What leases publish, USD million by period.

    ``owed`` and ``principal`` of leases that count as debt, and the ``carry`` of those that do not: the interest in
    their payments. ``carried`` is what all of them owe at the beginning of t.
    """

    owed: Mapping[int, Any]
    principal: Mapping[int, Any]
    carry: Mapping[int, Any]
    carried: Mapping[int, Any]
    at_end: tuple[tuple[float, Any], ...] = ()
    """What is owed at the end of T by order, with its rate per year, nominal."""
    further: tuple[Any, Any] = (0.0, 0.0)
    """Of what is delivered in T: the interest of T+1, and what it is on."""


def add_lease(
    model: Model,
    order: Mapping[tuple[str, int], Any],
    periods: Mapping[str, range],
    tax: list[Any],
) -> LeasePosition:
    """A payment p at the end of each of n periods of service, with the rate i inside (``instance.lease_rates``)::

        ℓ(k) = p·Σ_{j=1}^{n−1−k} (1+i)^{−j}        owed just after the payment of age k = 0 … n−1
        interest(k) = i·ℓ(k−1),   principal(k) = p − interest(k),   principal(0) = p

    If it counts as debt, p + ℓ(0) is an asset on delivery, on an account of its own since it is the lessor's and
    secures nobody, written off straight line over n, against a liability, and tax follows the payments. Otherwise the
    payments are an operating cost, and only their carry is published.
    """
    owed: dict[int, list[Any]] = {t: [] for t in model.span}
    principal: dict[int, list[Any]] = {t: [] for t in model.span}
    carry: dict[int, list[Any]] = {t: [] for t in model.span}
    carried: dict[int, list[Any]] = {t: [] for t in model.span}
    at_end: list[tuple[float, Any]] = []
    further: list[tuple[Any, Any]] = []
    for o, offer in model.instance.hardware.items():
        lease, term = offer.lease, offer.life_periods
        if lease is None:
            continue
        payment = model.series(lease.payment_usd_per_unit_year)
        rates = lease_rates(model.instance, o)
        by_period: dict[str, dict[int, list[Any]]] = {
            kind: {t: [] for t in model.span} for kind in ("start", "principal", "interest", "depreciation", "paid")
        }
        for u in periods[o]:
            rate = rates[u - 1] * model.years
            factors = lease_liability(term, rate)
            arrival, due = u + offer.lead_periods, payment[u] * model.years / THOUSAND * order[o, u]
            by_period["start"][arrival].append((1.0 + factors[0]) * due)
            if arrival == model.horizon:
                further.append((rate * factors[0] * due, factors[0] * due))
            for k, t in enumerate(range(arrival, min(arrival + term, model.horizon + 1))):
                interest = rate * factors[k - 1] if k else 0.0
                by_period["paid"][t].append(due)
                carried[t].append((factors[k - 1] if k else 0.0) * due)
                by_period["interest"][t].append(interest * due)
                by_period["principal"][t].append((1.0 - interest) * due)
                by_period["depreciation"][t].append((1.0 + factors[0]) / term * due)
                if lease.counts_as_debt:
                    owed[t].append(factors[k] * due)
                    if t == model.horizon:
                        at_end.append((rates[u - 1], factors[k] * due))
        if not lease.counts_as_debt:
            by_order = {u: payment[u] * model.years / THOUSAND * order[o, u] for u in periods[o]}
            model.run_on(model.timeline(by_order).shift(offer.lead_periods), term, lease.assignable_share)
        sums = {kind: {t: quicksum(each[t]) for t in model.span} for kind, each in by_period.items()}
        if lease.counts_as_debt:
            tax.append(model.timeline(sums["principal"]))
        for t in model.span:
            if lease.counts_as_debt:
                _finance_lease(model, o, t, sums)
                principal[t].append(sums["principal"][t])
            else:
                model.ledger.expense(f"opex.lease.{o}", "opex", t, sums["paid"][t])
                carry[t].append(sums["interest"][t])
    by_time = [{t: quicksum(each[t]) for t in model.span} for each in (owed, principal, carry, carried)]
    beyond = quicksum(interest for interest, _ in further), quicksum(left for _, left in further)
    return LeasePosition(by_time[0], by_time[1], by_time[2], by_time[3], tuple(at_end), beyond)


def _finance_lease(model: Model, o: str, t: int, sums: Mapping[str, Mapping[int, Any]]) -> None:
    account, ledger = lease_account(o), model.ledger
    ledger.post(f"lease.start.{o}", "lease", t, sums["start"][t], debit=LEASED, credit=account)
    ledger.post(f"lease.principal.{o}", "repayment", t, sums["principal"][t], debit=account, credit=CASH)
    ledger.expense(f"lease.interest.{o}", "interest", t, sums["interest"][t])
    ledger.post(f"depreciation.hardware.{o}", "depreciation", t, sums["depreciation"][t], debit=RETAINED, credit=LEASED)
