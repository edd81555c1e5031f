"""The limits that bind, as a table."""

from __future__ import annotations

from optimizer.plan.figures.limits import limits
from optimizer.plan.record import Record
from optimizer.plan.table import Table


def binding_limits(plan: Record) -> Table:
    """The limits that bind: what, where, when, used, allowed, headroom, in the unit stated."""
    label = plan.instance.periods.label
    columns = ("limit", "place", "period", "used", "allowed", "headroom", "unit")
    found = [limit for limit in limits(plan) if limit.binding]
    rows = [(b.limit, b.place, label(b.t), b.used, b.allowed, b.headroom, b.unit) for b in found]
    return Table(columns, tuple(rows))
