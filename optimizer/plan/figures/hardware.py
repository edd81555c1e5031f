"""What orders of hardware cost."""

from __future__ import annotations

from math import fsum

from optimizer.contract.lines import DEPOSIT, PURCHASE
from optimizer.finance.tiers import price_tiers
from optimizer.instance.schema import Offer
from optimizer.plan.record import Record

ACCELERATOR = "accelerator"
_AT_START = 1.0 + 1e-6
"""An order that is less than a millionth below the start of a tier is within it."""


def order_costs(plan: Record, name: str, t: int) -> dict[str, float]:
    """What the order of an offer in period t (from 1) costs by part, deposit and rest together, USD million.

    Where several orders arrive in one long period each has the share of what is paid there that its list price says.
    """
    offer, books = plan.instance.hardware[name], plan.books
    parts = [] if offer.lease is not None else [ACCELERATOR, *sorted(offer.attach)]
    delivery = plan.instance.periods.later(t, offer.lead_periods) - 1
    return {
        part: -books.line(DEPOSIT, name, part)[t - 1]
        - books.line(PURCHASE, name, part)[delivery] * _share(plan, name, part, t)
        for part in parts
    }


def _share(plan: Record, name: str, part: str, t: int) -> float:
    """The share of the order of t in what is paid for a part as it is delivered: 1 where nothing else comes with it."""
    calendar, offer = plan.instance.periods, plan.instance.hardware[name]
    delivery, listed = calendar.later(t, offer.lead_periods), dict[int, float]()
    for row in () if calendar.is_equal else plan.decisions.get("orders", ()):
        u = calendar.index(str(row["period"]))
        if row["offer"] == name and calendar.later(u, offer.lead_periods) == delivery:
            listed[u] = _listed(plan, offer, part, u, row["units"])
    whole = fsum(listed.values())
    return listed.get(t, 0.0) / whole if len(listed) > 1 and whole else 1.0


def _listed(plan: Record, offer: Offer, part: str, u: int, units: float) -> float:
    """The list price of an order, after discount, USD."""
    calendar = plan.instance.periods
    if part != ACCELERATOR:
        return units * offer.attach[part].usd_per_unit.expand(calendar)[u - 1]
    price = offer.price_usd.expand(calendar)[u - 1]
    if offer.tiers is None:
        return price * units
    steps = offer.tiers.steps
    starts, discounts = [step.from_units for step in steps], [step.discount_share for step in steps]
    *_, (_, _, intercept, slope) = price_tiers(offer.tiers.kind, starts, discounts, units * _AT_START)
    return price * (intercept + slope * units)
