"""What orders of hardware cost."""

from __future__ import annotations

from optimizer.contract.lines import DEPOSIT, PURCHASE
from optimizer.plan.record import Record

ACCELERATOR = "accelerator"


def order_costs(plan: Record, name: str, t: int) -> dict[str, float]:
    """What the order of an offer in period t (from 1) costs by part, deposit and rest together, USD million."""
    offer, books = plan.instance.hardware[name], plan.books
    parts = [] if offer.lease is not None else [ACCELERATOR, *sorted(offer.attach)]
    delivery = plan.instance.periods.later(t, offer.lead_periods) - 1
    return {
        part: -books.line(DEPOSIT, name, part)[t - 1] - books.line(PURCHASE, name, part)[delivery] for part in parts
    }
