"""What could still be drawn under revolvers."""

from __future__ import annotations

from optimizer.plan.record import Record


def drawable(plan: Record) -> list[float]:
    """What could still be drawn under all revolvers together at the end of each period in which it counts: within their
    limits, what lenders and pledges leave, and the covenants on debt."""
    calendar = plan.instance.periods
    amounts = [0.0] * calendar.periods
    for row in plan.decisions.get("drawable", ()):
        amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    return amounts
