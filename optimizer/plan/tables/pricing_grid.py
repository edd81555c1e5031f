"""The pricing grid, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.figures.pricing_grid import buckets, cost_of_equity, interest_cover, leverage
from optimizer.plan.record import Record
from optimizer.plan.table import Cell, Table


def pricing_grid(plan: Record) -> Table:
    """At instants 0 … T: leverage, interest cover, the bucket that holds (from 0, as in the file) and its ends.

    Spread and cost of equity are those that the bucket asks in the period that follows; after the last one there is
    none.
    """
    grid, labels = plan.instance.pricing_grid, plan.instance.periods.labels
    columns = ["period", "leverage", "interest_cover", "bucket", "lower", "upper", "spread_per_year"]
    columns += ["cost_of_equity_per_year"]

    def rows() -> Iterator[dict[str, Cell]]:
        if grid is None:
            return
        ratios, cover, held = leverage(plan), interest_cover(plan), buckets(plan)
        for t, label in enumerate(["0", *labels]):
            b = held[t]
            bucket = None if b is None else grid.buckets[b]
            ahead = bucket is not None and t < len(labels)
            yield {
                "period": label,
                "leverage": ratios[t],
                "interest_cover": cover[t],
                "bucket": b,
                "lower": bucket.lower if bucket else None,
                "upper": bucket.upper if bucket else None,
                "spread_per_year": bucket.spread_per_year if bucket and ahead else None,
                "cost_of_equity_per_year": cost_of_equity(plan, bucket)[t] if bucket and ahead else None,
            }

    return Table.of(columns, rows())
