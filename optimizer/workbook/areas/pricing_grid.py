"""The pricing grid: which bucket each period is entered with, and the spread of it."""

from __future__ import annotations

from optimizer.contract.accounts import RETAINED
from optimizer.contract.decisions import BUCKETS
from optimizer.contract.lines import GRID_SPREAD
from optimizer.instance.lookback import is_known
from optimizer.instance.schema import PricingGrid
from optimizer.workbook.areas.history import past_sum
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Array, Expr, SumProduct, total, when
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import Line


def add_debt_totals(draft: Draft, found: Found) -> None:
    """All debt, and debt as covenants and the grid see it."""
    sheet = draft.sheet
    sheet.heading("All debt")
    parts: list[Line] = [one.balance for one in found.debts.values()] + found.lease_liability
    found.debt = sheet.line("Debt, with leases that count as debt", "musd", total(list(parts)), total(list(parts)))
    counted = [found.partner_owed[n] for n, p in draft.instance.partners.items() if p.counts_as_debt]
    counted += [row for n, row in found.deferred.items() if draft.instance.contracts[n].counts_as_debt]
    owed = [found.debt, *counted]
    found.tested = sheet.line("Debt as lenders count it", "musd", total(list(owed)), total(list(owed)))
    both = [found.paid_in] if found.preferred is None else [found.paid_in, found.preferred]
    found.equity = sheet.line("Paid-in equity, common and preferred", "musd", total(list(both)), total(list(both)))
    whole = found.tested + found.equity
    share = when(whole > draft.noise, found.tested / whole)
    found.leverage = sheet.line("Leverage", "share", share, share)


def add_pricing_grid(draft: Draft, found: Found) -> None:
    """The spread that all debt pays, by the bucket that a period is entered with."""
    grid = draft.instance.pricing_grid
    if grid is None:
        return
    sheet = draft.sheet
    sheet.heading("Pricing grid")
    count = len(grid.buckets)
    spreads = draft.inputs.list(
        "pricing_grid", "buckets", "spread_per_year", numbers=[each.spread_per_year for each in grid.buckets]
    )
    decided = draft.decisions.row(BUCKETS)
    bucket = sheet.line("Bucket that holds at the end", "number from 0", decided * 1)
    if grid.by == "leverage":
        uppers = draft.inputs.list(
            "pricing_grid",
            "buckets",
            "upper",
            numbers=[1e9 if each.upper is None else each.upper for each in grid.buckets],
        )
        near = draft.inputs.constant("Leverage may be off by", "share", 1e-9)
        dear = SumProduct((Array(uppers, 1, count) + near < found.leverage) * 1, 1, count)
        bucket.opening = dear
        lowers = draft.inputs.list(
            "pricing_grid", "buckets", "lower", numbers=[each.lower or 0.0 for each in grid.buckets]
        )
        wrong = (found.leverage > uppers.at(bucket + 1) + near) + (found.leverage < lowers.at(bucket + 1) - near)
        draft.check("The bucket fits the leverage", wrong > 0)
    else:
        bucket.opening = _opening_cover(draft, grid)
    found.bucket = bucket
    spread = draft.in_period(spreads.at(bucket.before + 1))
    draft.post(GRID_SPREAD, amount=spread * found.debt.before)
    found.bucket_cost = _costs(draft, grid)


def _opening_cover(draft: Draft, grid: PricingGrid) -> Expr:
    """The first bucket that the cover of the history fits, or else that of period 1 before any spread."""
    sheet, count = draft.sheet, len(grid.buckets)
    earned = sheet.line("EBITDA", "musd", draft.moved("revenue", "opex", account=RETAINED, negative=True)).still(1)
    due = sheet.line("Interest before the spread", "musd", draft.moved("interest", "pik", account=RETAINED)).still(1)
    months = draft.calendar.per_year if grid.over == "year" else 1
    if all(is_known(draft.instance, "interest_cover", u) for u in range(1 - months, 1)):
        back: Expr = draft.per_year if months > 1 else draft.t_last - draft.t_last + 1
        earned, due = past_sum(draft, "ebitda_musd", back), past_sum(draft, "interest_musd", back)
    lowers = draft.inputs.list(
        "pricing_grid",
        "buckets",
        "lower",
        numbers=[-1e9 if each.lower is None else each.lower for each in grid.buckets],
    )
    part, whole = (
        sheet.figure("EBITDA behind the opening", "musd", earned),
        sheet.figure("Interest behind it", "musd", due),
    )
    below = SumProduct((Array(lowers, 1, count) * whole > part + draft.noise) * 1, 1, count)
    return when(whole <= draft.nothing, 0, below)


def _costs(draft: Draft, grid: PricingGrid) -> Line:
    """The cost of equity of each bucket, by its number from 1."""
    sheet, count = draft.schedules, len(grid.buckets)
    sheet.heading("Cost of equity by bucket")
    stated = draft.inputs.list(
        "pricing_grid", "buckets", "cost_of_equity_per_year",
        numbers=[each.cost_of_equity_per_year or 0.0 for each in grid.buckets],
    )  # fmt: skip
    own = stated.sheet.positions
    cost: Expr = stated * 1
    if any(each.cost_of_equity_per_year is None for each in grid.buckets) and grid.relever is not None:
        uppers = draft.inputs.list("pricing_grid", "buckets", "upper")
        path = ("pricing_grid", "relever")
        unlevered = draft.figure(*path, "unlevered_cost_per_year")
        ratio = uppers / (1 - uppers)
        if grid.relever.method == "hamada":
            free, tax = draft.figure(*path, "risk_free_per_year"), draft.instance.tax
            rate = draft.figure("tax", "rate") if tax else own * 0
            relevered = free + (unlevered - free) * (1 + (1 - rate) * ratio)
        else:
            spread = draft.inputs.list("pricing_grid", "buckets", "spread_per_year")
            relevered = unlevered + (unlevered - draft.figure(*path, "cost_of_debt_per_year") - spread) * ratio
        cost = when(stated > 0, stated, relevered)
    elif any(each.cost_of_equity_per_year is None for each in grid.buckets):
        company: Expr = own * 0
        if draft.instance.equity is not None:
            series = draft.series("equity", "cost_of_equity_per_year")
            company = series.still(1) if isinstance(series, Line) else series
        cost = when(stated > 0, stated, company)
    row = sheet.line("Cost of equity", "share a year", cost)
    row.high = count
    return row
