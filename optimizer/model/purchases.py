"""Purchases: volume discounts, deposits, and how what is bought is written off."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.expr import ByName, Expr, TimeExpr
from optimizer.algebra.linear import quicksum
from optimizer.contract.lines import DELIVERY, DEPOSIT, DEPRECIATION, ORDER_FEE, PURCHASE, LedgerLine
from optimizer.finance.tiers import price_tiers
from optimizer.instance.largest_order import is_discounted
from optimizer.instance.schema import Offer
from optimizer.instance.tax_write_offs import book_schedule, is_terminal_value_taxed, tax_basis_left, tax_schedule
from optimizer.model.context import THOUSAND, Model, least_size
from optimizer.model.dating import payment_timing


def add_purchases(
    model: Model,
    order: ByName,
    ordered: Mapping[str, TimeExpr],
    most: Mapping[tuple[str, int], float],
    periods: Mapping[str, range],
    tax: list[TimeExpr],
    basis: list[Expr],
    by_entity: Mapping[str, Mapping[str, TimeExpr]],
) -> None:
    """What orders cost, and the write-off of what is bought::

        order[o,t] = Σ_b q[o,t,b],  from_b·z[o,t,b] ≤ q[o,t,b] ≤ to_b·z[o,t,b],  Σ_b z[o,t,b] ≤ 1       z binary
        price paid = price[t]·Σ_b (intercept_b·z_b + slope_b·q_b)         tiers, multiple choice form
        order[o,t] ≤ largest·placed[o,t]                                  a fee for each order; placed binary

    A deposit is paid at order and waits in ``deposits``; the rest is paid at delivery, from when on the whole cost is
    an asset written off over its service life, and for tax by the class of each part (appended to ``tax``;
    what is left of it at the end of T to ``basis``).
    ``ordered`` are the orders over time; of offers that may stand in several rings, which have no tiers, what each
    entity orders is ``by_entity``, and it pays for it.
    """
    for o, offer in model.instance.hardware.items():
        price, fee = model.series(offer.price_usd), model.series(offer.order_fee_musd)
        paid: dict[int, Expr] = {}
        for u in periods[o]:
            placed = None
            if offer.lease is None:
                paid[u], placed = _accelerator_cost(model, o, offer, order[o, u], price[u] / THOUSAND, most[o, u], u)
            if fee[u]:
                if placed is None:
                    placed = _placed(model, o, order[o, u], most[o, u], u)
                model.ledger.post(ORDER_FEE.of(o), u, fee[u] * placed)
        if offer.lease is None:
            bought: list[tuple[str | None, TimeExpr]] = [*by_entity.get(o, {}).items()]
            for entity, units in bought or [(None, ordered[o])]:
                own = model.timeline(paid) if entity is None else model.array(offer.price_usd) / THOUSAND * units
                parts = [("accelerator", own, offer.tax_class)]
                for part, cost in offer.attach.items():
                    parts.append((part, model.array(cost.usd_per_unit) / THOUSAND * units, cost.tax_class))
                _buy(model, o, offer, parts, tax, basis, entity)


def _buy(
    model: Model,
    o: str,
    offer: Offer,
    parts: list[tuple[str, TimeExpr, str | None]],
    tax: list[TimeExpr],
    basis: list[Expr],
    entity: str | None,
) -> None:
    """The deposit at order and the rest at delivery, then the write-off; parts with their cost by period of order."""
    deposit = offer.deposit_share
    for part, cost, tax_class in parts:
        arrived = model.delayed(cost, offer.lead_periods)
        if deposit:
            _pay(model, DEPOSIT.of(o, part), o, deposit * cost, entity)
        if deposit < 1.0:
            _pay(model, PURCHASE.of(o, part), o, (1.0 - deposit) * arrived, entity)
            whose = model.rings.offers[o] if entity is None else entity
            model.promised.append((whose, ("hardware", o), cost, (*[0.0] * offer.lead_periods, 1.0 - deposit)))
        tax.append(model.from_start(arrived, tax_schedule(model.instance, tax_class)))
        if tax_class is not None and is_terminal_value_taxed(model.instance):
            left = tax_basis_left(model.instance, tax_class)
            basis.append(model.at_age(arrived, left))
    delivered = quicksum(model.delayed(cost, offer.lead_periods) for _, cost, _ in parts)
    if deposit:
        model.ledger.post_each(DELIVERY.of(o), deposit * delivered, group=entity)
    book = book_schedule(model.calendar, offer.life_periods * model.base_years)
    model.ledger.post_each(DEPRECIATION.of(o), model.from_start(delivered, book), group=entity)


def _pay(model: Model, line: LedgerLine, o: str, amounts: TimeExpr, entity: str | None) -> None:
    timing = payment_timing(model, model.instance.hardware[o])
    model.ledger.post_each(line, amounts, spent_on=("hardware", o), timing=timing, group=entity)


def _accelerator_cost(
    model: Model, o: str, offer: Offer, order: Expr, price: float, most: float, u: int
) -> tuple[Expr, Expr | None]:
    """USD million for the accelerators of one order, and a 0/1 expression that says whether it is placed (or None).

    ``price`` is USD million per thousand units, ``order`` and ``most`` are thousand units.
    """
    if offer.tiers is None or not is_discounted(offer):
        return price * order, None
    starts = [step.from_units / THOUSAND for step in offer.tiers.steps]
    discounts = [step.discount_share for step in offer.tiers.steps]
    tiers = price_tiers(offer.tiers.kind, starts, discounts, most)
    lot = offer.lot_units / THOUSAND
    if lot:
        tiers = [(math.ceil(a / lot - 1e-9) * lot, math.floor(b / lot + 1e-9) * lot, c, d) for a, b, c, d in tiers]
    count = range(len(tiers))
    q = model.variables(f"tier_units.{o}.{u}", count, upper={b: tiers[b][1] for b in count}, decided=u)
    z = model.variables(f"tier.{o}.{u}", count, upper=1, integer=True, built="orders", decided=u)
    rows = model.constraints(f"tier_rows.{o}.{u}")
    rows.add(quicksum(q[b] for b in count) == order)
    rows.add(quicksum(z[b] for b in count) <= 1)
    least = least_size(most)
    for b, (start, end, _, _) in enumerate(tiers):
        if end < start or most == 0:  # no whole number of lots, or nothing at all, falls into this tier
            z[b].fix(0)
            q[b].fix(0)
            continue
        rows.add(q[b] <= end * z[b])
        rows.add(q[b] >= max(start, lot or least) * z[b])
    paid = model.variables(f"price_paid.{o}.{u}", [0], upper=price * most, decided=u)
    rows.add(paid[0] == price * quicksum(c * z[b] + d * q[b] for b, (_, _, c, d) in enumerate(tiers)))
    return paid[0], quicksum(z[b] for b in count)


def _placed(model: Model, o: str, order: Expr, most: float, u: int) -> Expr:
    """A binary that is 1 exactly if an order is placed."""
    offer = model.instance.hardware[o]
    placed = model.variables(f"placed.{o}.{u}", [0], upper=1, integer=True, built="orders", decided=u)
    if most == 0:
        placed[0].fix(0)  # without an order there is no fee
        return 0.0
    rows = model.constraints(f"placed_rows.{o}.{u}")
    rows.add(order <= most * placed[0])
    rows.add(order >= (offer.lot_units / THOUSAND or least_size(most)) * placed[0])
    return placed[0]
