"""What moves on the instruments of debt."""

from __future__ import annotations

from optimizer.plan.books import add
from optimizer.plan.record import Record

FEES = ("upfront", "issue", "discount", "commitment", "prepayment")


def fees(plan: Record, instrument: str) -> list[float]:
    """Fees paid on an instrument by period, the issue discount among them, positive, USD million."""
    paid = add(*(plan.books.line(f"fee.{kind}.{instrument}") for kind in FEES))
    return [-amount + 0.0 for amount in paid]


def interest(plan: Record, instrument: str) -> list[float]:
    """Interest paid on an instrument by period, positive, USD million."""
    return [-amount + 0.0 for amount in plan.books.line(f"interest.{instrument}")]


def capitalised(plan: Record, instrument: str) -> list[float]:
    """Interest added to the balance of an instrument instead of paid (PIK), by period, USD million."""
    return plan.books.posted(f"pik.{instrument}")


def prepaid(plan: Record, instrument: str) -> list[float]:
    """Principal paid before it is due, by period, positive, USD million."""
    calendar = plan.instance.periods
    amounts = [0.0] * calendar.periods
    for row in plan.decisions.get("prepayments", ()):
        if row["instrument"] == instrument:
            amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    return amounts
