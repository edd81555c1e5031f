"""The pricing grid: one bucket a period by leverage or interest cover, and what capital costs in the next."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.coverage import NOTHING
from optimizer.auditing.funding import Funding
from optimizer.auditing.lookback import Periods, looked_back_on, of_history
from optimizer.auditing.replay import Entry, Replay, Values
from optimizer.auditing.report import AuditError, rule
from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import MONEY, ONE, ZERO
from optimizer.auditing.yields import effective
from optimizer.instance.schema import Bucket, PricingGrid

ONE_BUCKET = rule("pricing_grid.one_bucket", "Exactly one bucket holds in each period.", "buckets", MONEY)
STATE = rule("pricing_grid.state", "The bucket that holds fits the leverage or interest cover.", "musd", MONEY)
SPREAD = rule("pricing_grid.spread", "All debt pays the spread of the bucket that it comes from.", "musd", MONEY)

_INTEREST = Entry("interest", "retained_earnings", "cash")


def replay_pricing_grid(replay: Replay, funding: Funding) -> Values:
    """Check the buckets and post the spread. Returns the charge for common equity, with or without a grid, musd."""
    grid = replay.instance.pricing_grid
    if grid is None:
        return funding.common.charge
    charge = replay.zeros()
    bucket = _opening_bucket(replay, grid, funding)
    for t in replay.span:
        replay.entered_with[t] = bucket
        terms = grid.buckets[bucket]
        spread = exact(terms.spread_per_year) * replay.years(t) * funding.debt(t - 1)
        replay.book.post(SPREAD, "interest.grid", t, spread, _INTEREST)
        company = funding.common.company[t]
        cost = cost_of_equity(replay, grid, bucket, company)
        charge[t] = effective(cost, replay.years(t)) * funding.common.paid_in[t - 1]
        charge[t] += replay.kappa * effective(company, replay.years(t)) * funding.common.raised[t]
        holding = sorted(index for period, index in replay.decisions.buckets if period == t)
        replay.findings.record(ONE_BUCKET, "bucket", t, Decimal(abs(len(holding) - 1)))
        if len(holding) == 1:
            bucket = holding[0]
            off, magnitude = _off(replay, grid, funding, bucket, t)
            replay.findings.record(STATE, f"bucket {bucket}", t, off, magnitude)
    return tuple(charge)


def spread_paid(replay: Replay, funding: Funding, t: int) -> Decimal:
    """What all debt pays in t beyond its own interest; nothing without a grid."""
    grid = replay.instance.pricing_grid
    if grid is None:
        return ZERO
    return exact(grid.buckets[replay.entered_with[t]].spread_per_year) * replay.years(t) * funding.debt(t - 1)


def least_charge(replay: Replay, company: Values) -> Values:
    """The least that a dollar of common equity can cost in each period, whatever bucket holds."""
    grid = replay.instance.pricing_grid
    found = [ZERO]
    for t in replay.span:
        costs = [company[t]]
        if grid is not None:
            costs = [cost_of_equity(replay, grid, index, company[t]) for index in range(len(grid.buckets))]
        found.append(effective(min(costs), replay.years(t)))
    return tuple(found)


def _opening_bucket(replay: Replay, grid: PricingGrid, funding: Funding) -> int:
    """The first (the cheapest) that fits: the leverage of the opening balance sheet, or the cover of instant 0."""
    fits = []
    for index in range(len(grid.buckets)):
        off, magnitude = _off(replay, grid, funding, index, 0)
        fits.append((off, magnitude))
        if off <= MONEY.of(magnitude):
            replay.findings.record(STATE, f"bucket {index}", 0, off, magnitude)
            return index
    closest = min(range(len(fits)), key=lambda index: fits[index][0])
    replay.findings.record(STATE, "no bucket", 0, *fits[closest])
    return closest


def _off(replay: Replay, grid: PricingGrid, funding: Funding, index: int, t: int) -> tuple[Decimal, Decimal]:
    """How far the state at the end of t lies outside a bucket, and the magnitude of the terms, musd.

    lower·whole ≤ part ≤ upper·whole, without a division: D and D + E, or EBITDA and interest.
    """
    bucket = grid.buckets[index]
    if grid.by == "leverage":
        part, whole = funding.tested_debt(t), funding.tested_debt(t) + funding.equity(t)
        magnitude = whole
    else:
        part, whole, magnitude = _cover(replay, grid, t)
        # without interest there is nothing to cover: the first bucket
        if whole <= NOTHING + MONEY.absolute and index == 0:
            return ZERO, magnitude
        if whole < NOTHING - MONEY.absolute:
            return max(abs(part), ONE), magnitude
    below = ZERO if bucket.lower is None else exact(bucket.lower) * whole - part
    above = ZERO if bucket.upper is None else part - exact(bucket.upper) * whole
    return max(ZERO, below, above), magnitude


def _cover(replay: Replay, grid: PricingGrid, t: int) -> tuple[Decimal, Decimal, Decimal]:
    """EBITDA and interest of the last twelve months, and their magnitude; in the first year of what there is of them.

    Of instant 0: those of the history, or else of period 1, in which the spread has not been posted yet.
    """
    first_year = "annualised" if t else "untested"
    back = looked_back_on(replay, t, "interest_cover", grid.over, first_year) or Periods((1,), ())
    book = replay.book
    earned = back.total(book.ebitda) + of_history(replay, "ebitda_musd", back)
    due = back.total(book.interest) + of_history(replay, "interest_musd", back)
    return earned, due, back.total(book.cash_gross)


def cost_of_equity(replay: Replay, grid: PricingGrid, index: int, company: Decimal) -> Decimal:
    """k of a bucket: stated, relevered at its upper leverage, or the company's."""
    bucket = grid.buckets[index]
    if bucket.cost_of_equity_per_year is not None:
        return exact(bucket.cost_of_equity_per_year)
    return company if grid.relever is None else relevered(replay, grid, bucket)


def relevered(replay: Replay, grid: PricingGrid, bucket: Bucket) -> Decimal:
    """hamada: r_f + (k_u − r_f)·(1 + (1−τ)·D/E); harris_pringle: k_u + (k_u − k_d)·D/E; D/E = L/(1 − L)."""
    terms = grid.relever
    if terms is None or grid.by != "leverage" or bucket.upper is None or bucket.upper >= 1:
        raise AuditError(
            "instance.json: pricing_grid", "a cost of equity is relevered by leverage, at an upper end below 1"
        )
    leverage = exact(bucket.upper)
    debt_to_equity = leverage / (ONE - leverage)
    unlevered = exact(terms.unlevered_cost_per_year)
    if terms.method == "hamada":
        tax = replay.instance.tax
        rate, risk_free = exact(tax.rate) if tax else ZERO, exact(terms.risk_free_per_year)
        return risk_free + (unlevered - risk_free) * (ONE + (ONE - rate) * debt_to_equity)
    cost_of_debt = exact(terms.cost_of_debt_per_year) + exact(bucket.spread_per_year)
    return unlevered + (unlevered - cost_of_debt) * debt_to_equity
