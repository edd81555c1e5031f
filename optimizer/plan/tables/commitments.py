"""What is left to be paid after the last period, as a table."""

from __future__ import annotations

from optimizer.plan.figures.commitments import commitments
from optimizer.plan.record import Record
from optimizer.plan.table import Table


def commitments_table(plan: Record) -> Table:
    """What is left to be paid after the last period, and how much of it counts."""
    label, horizon = plan.instance.periods.label, plan.instance.periods.periods
    columns = ("kind", "name", "first_period", "last_period", "payments_musd", "worth_musd", "counted_musd")
    rows = [
        (c.kind, c.name, label(horizon + c.first), label(horizon + c.last), c.musd, c.worth_musd, c.counted_musd)
        for c in commitments(plan)
    ]
    return Table(columns, tuple(rows))
