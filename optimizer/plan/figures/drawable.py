"""What could still be drawn under revolvers."""

from __future__ import annotations

from optimizer.instance.rings import rings
from optimizer.plan.record import Record


def drawable(plan: Record, entity: str | None = None) -> list[float]:
    """What could still be drawn under all revolvers together at the end of each period in which it counts: within their
    limits, what lenders and pledges leave, and the covenants on debt. Of an entity, if one is given."""
    calendar, owed = plan.instance.periods, rings(plan.instance).debt
    amounts = [0.0] * calendar.periods
    for row in plan.decisions.get("drawable", ()):
        if entity in (None, owed[row["instrument"]]):
            amounts[calendar.index(str(row["period"])) - 1] += row["musd"]
    return amounts
