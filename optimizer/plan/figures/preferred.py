"""Preferred shares: what is raised of them."""

from __future__ import annotations

from optimizer.plan.figures.equity import by_name
from optimizer.plan.record import Record


def raised_preferred(plan: Record) -> dict[str, list[float]]:
    """Amounts of the preferred shares by period, USD million; only those that are issued."""
    return by_name(plan, "preferred_raises", "name")
