"""Resale: hardware that leaves early makes room under a power limit, and fetches something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.algebra.arrays import Vector
from optimizer.algebra.expr import ByPair, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import DEPRECIATION, RESALE, WRITE_OFF
from optimizer.instance.resale import resale_usd
from optimizer.instance.schema import Offer
from optimizer.instance.tax_write_offs import book_schedule, is_terminal_value_taxed, tax_basis_left, tax_schedule
from optimizer.model.context import THOUSAND, Model


@dataclass(frozen=True)
class Retirements:
    """Thousand units that leave early, by (offer, site, order period, period in which they leave).

    ``by_period`` and ``by_vintage`` are their sums by (offer, site) over the periods in which they leave, and over
    those in which they were ordered; of offers that cannot be sold there is nothing.
    """

    units: Mapping[tuple[str, str, int, int], Expr]
    by_period: ByPair
    by_vintage: ByPair


def add_retirements(
    model: Model,
    buy: ByPair,
    most_bought: Mapping[tuple[str, str], Vector],
    periods: Mapping[str, range],
) -> Retirements:
    """A vintage in service from a on may leave in t, a < t < a + life, before it serves in t::

    Σ_t retire[o,s,u,t] ≤ buy[o,s,u]                                    so that the most that is bought bounds each
    """
    used = {o: offer for o, offer in model.instance.hardware.items() if offer.resale_share_by_age}
    leaving = {(o, u): _leaving_periods(model, used[o], u) for o in used for u in periods[o]}
    pairs = [(o, s) for o, s in buy if o in used]
    upper = {(o, s, u, t): float(most_bought[o, s][u - 1]) for o, s in pairs for u in periods[o] for t in leaving[o, u]}
    retire = model.variables("retire", upper, upper=upper)
    rows = model.constraints("retirement")
    by_period: dict[tuple[str, str], TimeExpr] = {}
    by_vintage: dict[tuple[str, str], TimeExpr] = {}
    for o, s in pairs:
        vintages = {u: quicksum(retire[o, s, u, t] for t in leaving[o, u]) for u in periods[o] if leaving[o, u]}
        by_vintage[o, s] = model.timeline(vintages)
        rows.add_each(by_vintage[o, s] <= buy[o, s], periods=vintages, key=(o, s))
        in_period: dict[int, list[Expr]] = {}
        for u in vintages:
            for t in leaving[o, u]:
                in_period.setdefault(t, []).append(retire[o, s, u, t])
        by_period[o, s] = model.timeline({t: quicksum(units) for t, units in in_period.items()})
    return Retirements(retire, by_period, by_vintage)


def _leaving_periods(model: Model, offer: Offer, u: int) -> range:
    arrival = model.later(u, offer.lead_periods)
    return range(arrival + 1, min(model.later(arrival, offer.life_periods), model.horizon + 1))


def add_resale(
    model: Model,
    buy: ByPair,
    retired: Retirements,
    periods: Mapping[str, range],
    tax: list[TimeExpr],
    basis: list[Expr],
) -> Expr:
    """What retired units fetch, and how they leave the books; returns the resale value of the fleet at T.

    ::

        proceeds = min(price[u], price[t])·curve((t−a)·Δ)·retire            hardware sold for cash, by ``resale``
        book value left = cost·(1 − (t−a)/life)·retire                      by ``resale``, the rest by ``write_off``
        tax basis left = cost·(1 − C(t−a))·retire                           deducted in t, and nothing of it later
    """
    value: list[Expr] = []
    deducted: dict[int, list[Expr]] = {t: [] for t in model.span}
    for o, offer in model.instance.hardware.items():
        if not offer.resale_share_by_age:
            continue
        by_vintage: dict[tuple[str, int, int], list[Expr]] = {}
        for (p, s, u, t), units in retired.units.items():
            if p == o:
                by_vintage.setdefault((model.rings.sites[s], u, t), []).append(units)
        for (entity, u, t), leaving in by_vintage.items():
            _sell(model, o, offer, entity, u, t, quicksum(leaving), deducted, basis)
        for u in periods[o]:
            if model.later(model.later(u, offer.lead_periods), offer.life_periods) > model.horizon:
                kept = quicksum(x[u] - retired.by_vintage[o, s][u] for (p, s), x in buy.items() if p == o)
                value.append(resale_usd(offer, model.calendar, u, model.horizon + 1) / THOUSAND * kept)
    tax.append(model.timeline({t: quicksum(amounts) for t, amounts in deducted.items()}))
    return quicksum(value)


def _sell(
    model: Model,
    o: str,
    offer: Offer,
    entity: str,
    u: int,
    t: int,
    units: Expr,
    deducted: Mapping[int, list[Expr]],
    basis: list[Expr],
) -> None:
    arrival = model.later(u, offer.lead_periods)
    served = model.calendar.elapsed(arrival - 1, t - 1)
    price = model.series(offer.price_usd)[u] / THOUSAND
    parts = [(price, offer.tax_class)]
    parts += [(model.series(part.usd_per_unit)[u] / THOUSAND, part.tax_class) for part in offer.attach.values()]
    cost = sum(amount for amount, _ in parts)
    book = book_schedule(model.calendar, offer.life_periods * model.base_years)
    proceeds = resale_usd(offer, model.calendar, u, t) / THOUSAND
    left = cost * (1.0 - sum(book[:served]))
    model.ledger.post(RESALE.of(o), t, proceeds * units, group=entity)
    model.ledger.post(WRITE_OFF.of(o), t, (left - proceeds) * units, group=entity)
    for later in range(t, model.horizon + 1):
        if share := model.in_period(book, arrival, later):
            model.ledger.post(DEPRECIATION.of(o), later, -share * cost * units, group=entity)
    for amount, tax_class in parts:
        shares = tax_schedule(model.instance, tax_class)
        if not shares:
            continue
        left_at_end = tax_basis_left(model.instance, tax_class)[model.calendar.elapsed(arrival - 1, model.horizon)]
        if left_at_end and is_terminal_value_taxed(model.instance):
            basis.append(-left_at_end * amount * units)
        deducted[t].append((1.0 - sum(shares[:served])) * amount * units)
        for later in range(t, model.horizon + 1):
            if share := model.in_period(shares, arrival, later):
                deducted[later].append(-share * amount * units)
