"""Which bucket of the pricing grid holds, and what it makes capital cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimizer.instance.schema import Bucket
from optimizer.plan.table import Cell, Table

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

SMALLEST_MUSD = 1e-6
_EDGE = 1e-9


def buckets(plan: Plan) -> list[int | None]:
    """The bucket, from 0, that holds at instants 0 … T; None where the plan states none.

    Instant 0 is the opening balance sheet: its leverage, or, by interest cover, the first bucket.
    """
    grid, calendar = plan.instance.pricing_grid, plan.instance.periods
    found: list[int | None] = [None] * (calendar.periods + 1)
    if grid is None:
        return found
    for row in plan.decisions.get("buckets", ()):
        if row["holds"]:
            found[calendar.index(str(row["period"]))] = int(row["bucket"])
    if grid.by == "interest_cover":
        found[0] = 0
        return found
    opening = leverage(plan)[0] or 0.0
    inside = (i for i, b in enumerate(grid.buckets) if _holds(b, opening))
    found[0] = next(inside, None)
    return found


def _holds(bucket: Bucket, leverage: float) -> bool:
    upper = 1.0 if bucket.upper is None else bucket.upper
    return (bucket.lower or 0.0) - _EDGE <= leverage <= upper + _EDGE


def leverage(plan: Plan) -> list[float | None]:
    """D/(D+E) at instants 0 … T, leases and prepayments that count as debt and preferred equity included; None without capital."""
    pairs = zip(plan.books.tested_debt(), plan.books.equity(), strict=True)
    return [debt / (debt + equity) if debt + equity > SMALLEST_MUSD else None for debt, equity in pairs]


def interest_cover(plan: Plan) -> list[float | None]:
    """EBITDA over all interest, PIK included, by period; None without interest."""
    due = [-amount for amount in plan.books.earned("interest", "pik")]
    pairs = zip(plan.books.ebitda(), due, strict=True)
    return [earned / amount if amount > SMALLEST_MUSD else None for earned, amount in pairs]


def cost_of_equity(plan: Plan, bucket: Bucket) -> list[float]:
    """k_b by period: stated, relevered at the bucket's upper leverage, or the company's, per year.

    Hamada r_f + (k_u − r_f)·(1 + (1−τ)·D/E); Harris and Pringle k_u + (k_u − k_d)·D/E, k_d with the bucket's spread.
    """
    grid, size = plan.instance.pricing_grid, plan.instance.periods.periods
    if bucket.cost_of_equity_per_year is not None:
        return [bucket.cost_of_equity_per_year] * size
    rule = grid.relever if grid is not None else None
    if rule is not None and bucket.upper is not None:
        debt_to_equity, unlevered = bucket.upper / (1.0 - bucket.upper), rule.unlevered_cost_per_year
        if rule.method == "hamada":
            kept = 1.0 - (plan.instance.tax.rate if plan.instance.tax else 0.0)
            premium = unlevered - rule.risk_free_per_year
            return [rule.risk_free_per_year + premium * (1.0 + kept * debt_to_equity)] * size
        cost_of_debt = rule.cost_of_debt_per_year + bucket.spread_per_year
        return [unlevered + (unlevered - cost_of_debt) * debt_to_equity] * size
    equity = plan.instance.equity
    return list(equity.cost_of_equity_per_year.expand(plan.instance.periods)) if equity else [0.0] * size


def rates_by_period(plan: Plan) -> list[float] | None:
    """The cost of the common equity carried into each period as the grid has it; None without a grid."""
    grid = plan.instance.pricing_grid
    if grid is None:
        return None
    costs = [cost_of_equity(plan, bucket) for bucket in grid.buckets]
    held = buckets(plan)[:-1]
    return [0.0 if b is None else costs[b][t] for t, b in enumerate(held)]


def pricing_grid(plan: Plan) -> Table:
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
        ratios, cover, held = leverage(plan), [None, *interest_cover(plan)], buckets(plan)
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
