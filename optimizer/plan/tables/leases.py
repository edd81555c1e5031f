"""Leased hardware, and what is inside its payments."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.figures.leases import leases as lease_flows
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def leases(plan: Record) -> Table:
    """Per leased offer and period: payment, the interest inside it, and what is still owed at the end.

    What is owed is on the balance sheet only if the lease counts as debt.
    """
    columns = (
        "offer",
        "counts_as_debt",
        "period",
        "units",
        "payment_musd",
        "interest_musd",
        "principal_musd",
        "owed_musd",
    )

    def rows() -> Iterator[dict[str, Cell]]:
        for lease in lease_flows(plan):
            for t, label in enumerate(plan.instance.periods.labels):
                yield {
                    "offer": lease.offer,
                    "counts_as_debt": lease.counts_as_debt,
                    "period": label,
                    "units": lease.units[t],
                    "payment_musd": lease.payment[t],
                    "interest_musd": lease.interest[t],
                    "principal_musd": lease.principal[t],
                    "owed_musd": lease.owed[t + 1],
                }

    return Table.of(columns, rows())
