"""Which bucket of the pricing grid holds, and what it makes capital cost."""

from __future__ import annotations

from math import inf
from typing import Literal

from optimizer.contract.lines import GRID_SPREAD
from optimizer.instance.lookback import Lookback, lookback
from optimizer.instance.schema import Bucket, PricingGrid
from optimizer.plan.figures.coverage import NOTHING_MUSD, ebitda, interest
from optimizer.plan.record import Record

TOLERANCE_MUSD = 1e-6

_EDGE = 1e-9


def buckets(plan: Record) -> list[int | None]:
    """The bucket, from 0, that holds at instants 0 … T; None where the plan states none.

    Instant 0 is the opening balance sheet: its leverage, or the cover of the history or of period 1.
    """
    grid, calendar = plan.instance.pricing_grid, plan.instance.periods
    found: list[int | None] = [None] * (calendar.periods + 1)
    if grid is None:
        return found
    for row in plan.decisions.get("buckets", ()):
        if row["holds"]:
            found[calendar.index(str(row["period"]))] = int(row["bucket"])
    if grid.by == "interest_cover":
        found[0] = _opening_bucket(plan, grid)
        return found
    opening = leverage(plan)[0] or 0.0
    inside = (i for i, b in enumerate(grid.buckets) if _holds(b, opening))
    found[0] = next(inside, None)
    return found


def _holds(bucket: Bucket, leverage: float) -> bool:
    upper = 1.0 if bucket.upper is None else bucket.upper
    return (bucket.lower or 0.0) - _EDGE <= leverage <= upper + _EDGE


def leverage(plan: Record) -> list[float | None]:
    """D/(D+E) at instants 0 … T, leases and prepayments that count as debt and preferred equity included; None without
    capital."""
    pairs = zip(plan.books.tested_debt(), plan.books.equity(), strict=True)
    return [debt / (debt + equity) if debt + equity > TOLERANCE_MUSD else None for debt, equity in pairs]


def interest_cover(plan: Record) -> list[float | None]:
    """EBITDA over all interest, PIK included, of the last twelve months, at instants 0 … T; None without interest.

    In the first year of what there is of them; at instant 0 of the history, or else of period 1 without the spread.
    """
    grid, calendar = plan.instance.pricing_grid, plan.instance.periods
    over = grid.over if grid is not None else "year"
    looks = (lookback(plan.instance, t, "interest_cover", over, "annualised") for t in calendar.span)
    pairs = [_opening_cover(plan, over), *((ebitda(plan, look), interest(plan, look)) for look in looks if look)]
    return [earned / due if due > NOTHING_MUSD else None for earned, due in pairs]


def _opening_cover(plan: Record, over: Literal["year", "period"]) -> tuple[float, float]:
    look = lookback(plan.instance, 0, "interest_cover", over, "untested")
    if look is not None:
        return ebitda(plan, look), interest(plan, look)
    first = Lookback(range(1, 2), range(0))
    return ebitda(plan, first), interest(plan, first) + plan.books.line(GRID_SPREAD)[0]


def _opening_bucket(plan: Record, grid: PricingGrid) -> int:
    """The first bucket that holds the cover; the first of all without interest."""
    earned, due = _opening_cover(plan, grid.over)
    if due <= NOTHING_MUSD:
        return 0
    for b, bucket in enumerate(grid.buckets):
        least = -inf if bucket.lower is None else bucket.lower * due
        if earned >= least - TOLERANCE_MUSD:
            return b
    return len(grid.buckets) - 1


def cost_of_equity(plan: Record, bucket: Bucket) -> list[float]:
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


def rates_by_period(plan: Record) -> list[float] | None:
    """The cost of the common equity carried into each period as the grid has it; None without a grid."""
    grid = plan.instance.pricing_grid
    if grid is None:
        return None
    costs = [cost_of_equity(plan, bucket) for bucket in grid.buckets]
    held = buckets(plan)[:-1]
    return [0.0 if b is None else costs[b][t] for t, b in enumerate(held)]
