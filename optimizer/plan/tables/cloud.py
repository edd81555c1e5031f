"""What is rented from clouds."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.contract.lines import CLOUD, RESERVED
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def cloud(plan: Record) -> Table:
    """Per cloud and period: what is served from it, what is reserved, the rest, rented by the hour, and both costs.

    What is reserved and not used is paid for, too.
    """
    calendar, books = plan.instance.periods, plan.books
    columns = ["cloud", "period", "served_h100e", "reserved_h100e", "unused_h100e", "hourly_h100e"]
    columns += ["reserved_cost_musd", "hourly_cost_musd"]

    def rows() -> Iterator[dict[str, Cell]]:
        for name, reserved in plan.physical.reserved_h100e.items():
            served, hourly = plan.physical.served_by(source=name), plan.physical.hourly_h100e(name)
            fixed, paid = books.line(RESERVED, name), books.line(CLOUD, name)
            for t, label in enumerate(calendar.labels):
                yield {
                    "cloud": name,
                    "period": label,
                    "served_h100e": served[t],
                    "reserved_h100e": reserved[t],
                    "unused_h100e": max(0.0, reserved[t] - served[t]),
                    "hourly_h100e": hourly[t],
                    "reserved_cost_musd": -fixed[t] + 0.0,
                    "hourly_cost_musd": -paid[t] + 0.0,
                }

    return Table.of(columns, rows())
