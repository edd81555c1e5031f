"""Interest in construction, and how near it is to all interest."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.figures.interest_in_construction import interest_in_construction as figures
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def interest_in_construction(plan: Record) -> Table:
    """Per period: what construction has taken on average, interest on it, all interest, and what is capitalised.

    ``construction_rate_per_year`` is what the file says; ``average_rate_per_year`` that of what was owed; nominal.
    """
    columns = (
        "period",
        "accumulated_musd",
        "construction_rate_per_year",
        "avoided_musd",
        "incurred_musd",
        "capitalised_musd",
        "average_rate_per_year",
    )

    def rows() -> Iterator[dict[str, Cell]]:
        found = figures(plan)
        for t, label in enumerate(plan.instance.periods.labels if found else ()):
            assert found is not None
            yield {
                "period": label,
                "accumulated_musd": found.accumulated[t],
                "construction_rate_per_year": found.rate[t],
                "avoided_musd": found.avoided[t],
                "incurred_musd": found.incurred[t],
                "capitalised_musd": found.capitalised[t],
                "average_rate_per_year": found.average_rate[t],
            }

    return Table.of(columns, rows())
