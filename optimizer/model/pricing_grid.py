"""The pricing grid: capital costs what leverage or cover says."""

from __future__ import annotations

import math
from collections.abc import Mapping

from optimizer.algebra.expr import ByPeriod, Constraints, Expr, Variable
from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import BUCKETS
from optimizer.contract.lines import GRID_SPREAD
from optimizer.finance.rates import effective_per_period
from optimizer.instance.lookback import Lookback, lookback
from optimizer.instance.opening_position import opening_counted_as_debt
from optimizer.instance.relevered import relevered
from optimizer.instance.schema import Bucket, PricingGrid
from optimizer.model.context import Model, UnboundedModelError
from optimizer.model.coverage import NOTHING_MUSD, ebitda, interest
from optimizer.model.positions import Carried, DebtPosition, EquityPosition, PreferredPosition

NONE = "none"
"""Stands for a bucket where there is no interest to cover."""
INSIDE_MUSD = 2e-5
"""At instant 0 no plan lies in a later bucket by less than this: there the first that fits holds, and 20 dollars are
more than rounding."""


def add_pricing_grid(
    model: Model,
    debt: DebtPosition,
    equity: EquityPosition,
    preferred: PreferredPosition,
    by_bucket: dict[int, Carried] | None = None,
) -> ByPeriod:
    """Exactly one bucket b for the end of each period, by disaggregation; returns the charge on carried common equity.

    ::

        D_t = Σ_b D_b,  E_t = Σ_b E_b,  C_t = Σ_b C_b,  Σ_b z_b = 1,   D_b ≤ D̄·z_b,  E_b ≤ Ē_b·z_b,  C_b ≤ E_b
        E̲·z_b ≤ E_b,  C̲·z_b ≤ C_b                          what is paid in stays: no bucket without equity
        leverage:         lower_b·(D_b + Q_b + E_b) ≤ D_b + Q_b ≤ upper_b·(D_b + Q_b + E_b)
        interest cover:   ``_cover``
        spread of t+1  = Σ_b spread_b·Δ·D_b,    charge of t+1 = Σ_b ((1+k_b)^Δ − 1)·C_b

    D is all debt, Q what is owed to partners where that counts as debt (it pays no spread; Q_b ≤ Q̄·z_b), E common and
    preferred equity, C common equity. D̄, Ē and E̲ are the ends of what the limits of the
    instruments and rounds leave to D and E; at a leverage of at least l there is at most D̄·(1−l)/l of equity. Without
    a grid, the charge is that of the rounds. ``by_bucket`` is filled with (D_b, C_b) carried into each period.
    """
    grid = model.instance.pricing_grid
    if grid is None:
        model.decide(BUCKETS, {})
        return equity.charge
    costs = bucket_charges(model, grid)
    charge: dict[int, Expr] = {}
    holds: dict[tuple[int, int], Expr] = {}
    carried = _opening(model, grid, debt, equity)
    for t in model.span:
        if by_bucket is not None:
            by_bucket[t] = carried
        spread = quicksum(grid.buckets[b].spread_per_year * owed for b, (owed, _) in carried.items())
        model.ledger.post(GRID_SPREAD.of(), t, model.years_of(t) * spread)
        charge[t] = quicksum(costs[b][t] * common for b, (_, common) in carried.items())
        carried = _choose(model, grid, debt, equity, preferred, t, holds)
    model.decide(BUCKETS, holds)
    return charge


def spread_paid(model: Model, by_bucket: Mapping[int, Carried], t: int) -> Expr:
    """What all debt pays in t beyond its own interest; nothing without a grid."""
    grid = model.instance.pricing_grid
    if grid is None:
        return 0.0
    return model.years_of(t) * quicksum(grid.buckets[b].spread_per_year * owed for b, (owed, _) in by_bucket[t].items())


def bucket_charges(model: Model, grid: PricingGrid) -> list[dict[int, float]]:
    """What a dollar of common equity costs in each period, by bucket."""
    rates = (cost_of_equity(model, grid, bucket) for bucket in grid.buckets)
    return [{t: effective_per_period(k, model.years_of(t)) for t, k in each.items()} for each in rates]


def cost_of_equity(model: Model, grid: PricingGrid, bucket: Bucket) -> dict[int, float]:
    """k_b by period: stated, relevered at the bucket's upper leverage, or the company's."""
    if bucket.cost_of_equity_per_year is not None:
        return dict.fromkeys(model.span, bucket.cost_of_equity_per_year)
    if grid.relever is not None and bucket.upper is not None:
        return dict.fromkeys(model.span, relevered(model.instance, grid.relever, bucket, bucket.upper))
    equity = model.instance.equity
    return model.series(equity.cost_of_equity_per_year) if equity else dict.fromkeys(model.span, 0.0)


def _opening(model: Model, grid: PricingGrid, debt: DebtPosition, equity: EquityPosition) -> Carried:
    """Debt and common equity of the opening balance sheet in the bucket that its leverage or cover gives.

    The cover of instant 0 is that of the history, or else EBITDA of period 1 over its interest without spread, which
    the plan may decide.
    """
    owed, held = debt.total(0), equity.paid_in[0]
    assert isinstance(owed, (int, float))
    assert isinstance(held, (int, float))
    if grid.by == "leverage":
        tested = owed + opening_counted_as_debt(model.instance)
        return {_leverage_bucket(grid, tested, held): (owed, held)}
    look = lookback(model.instance, 0, "interest_cover", grid.over, "untested")
    if look is None:
        look = Lookback(range(1, 2), range(0))
    earned, due = ebitda(model, look), interest(model, look)
    if isinstance(earned, (int, float)) and isinstance(due, (int, float)):
        return {_cover_bucket(grid, earned, due): (owed, held)}
    buckets = range(len(grid.buckets))
    z = model.variables("bucket.0", buckets, upper=1, integer=True, decided=1)
    rows = model.constraints("pricing_grid.0")
    rows.add(quicksum(z.values()) == 1)
    _cover(model, grid, 0, earned, due, z, rows)
    return {b: (owed * z[b], held * z[b]) for b in buckets}


def _leverage_bucket(grid: PricingGrid, owed: float, held: float) -> int:
    leverage = owed / (owed + held) if owed + held else 0.0
    for b, bucket in enumerate(grid.buckets):
        if (bucket.lower or 0.0) - 1e-9 <= leverage <= (1.0 if bucket.upper is None else bucket.upper) + 1e-9:
            return b
    raise UnboundedModelError(f"the opening leverage of {leverage:.4g} lies in no bucket of the pricing grid")


def _cover_bucket(grid: PricingGrid, earned: float, due: float) -> int:
    """The first bucket that holds a cover; the first of all without interest."""
    if due <= NOTHING_MUSD:
        return 0
    ends = [-math.inf if bucket.lower is None else bucket.lower * due for bucket in grid.buckets]
    return next((b for b, end in enumerate(ends) if earned >= end - 1e-9 * (1.0 + abs(end))), len(ends) - 1)


def _choose(
    model: Model,
    grid: PricingGrid,
    debt: DebtPosition,
    equity: EquityPosition,
    preferred: PreferredPosition,
    t: int,
    holds: dict[tuple[int, int], Expr],
) -> Carried:
    """The rows of one period; returns debt and common equity by bucket."""
    owed, partners, common = debt.total(t), debt.partners.get(t, 0.0), equity.paid_in[t]
    held = common + preferred.outstanding[t]
    most_debt = max(0.0, model.interval(owed)[1])
    least_equity, most_equity = (max(0.0, end) for end in model.interval(held))
    least_common = max(0.0, model.interval(common)[0])
    if math.isinf(most_debt) or math.isinf(most_equity):
        raise UnboundedModelError("the pricing grid needs a limit_musd on every debt instrument")
    count = range(len(grid.buckets))
    z = model.variables(f"bucket.{t}", count, upper=1, integer=True, decided=t)
    d = model.variables(f"bucket_debt.{t}", count, upper=most_debt, decided=t)
    e = model.variables(f"bucket_equity.{t}", count, upper=most_equity, decided=t)
    c = model.variables(f"bucket_common.{t}", count, upper=most_equity, decided=t)
    q: ByPeriod = dict.fromkeys(count, 0.0)
    most_owed = max(0.0, model.interval(partners)[1])
    if most_owed:
        q = model.variables(f"bucket_partners.{t}", count, upper=most_owed, decided=t)
    rows, floors = model.constraints(f"pricing_grid.{t}"), model.constraints(f"bucket_floor.{t}")
    for whole, parts in ((1, z), (owed, d), (held, e), (common, c)):
        rows.add(quicksum(parts.values()) == whole)
    if most_owed:
        rows.add(quicksum(q.values()) == partners)
    for b, bucket in enumerate(grid.buckets):
        lower = bucket.lower or 0.0
        # a leverage of at least l leaves equity at most D·(1 − l)/l
        least_leverage = lower if grid.by == "leverage" else 0.0
        room = (most_debt + most_owed) * (1.0 - least_leverage) / least_leverage if least_leverage else math.inf
        rows.add(d[b] <= most_debt * z[b])
        if most_owed:
            rows.add(q[b] <= most_owed * z[b])
        rows.add(e[b] <= min(most_equity, room) * z[b])
        floors.add(e[b] >= least_equity * z[b])
        floors.add(c[b] >= least_common * z[b])
        rows.add(c[b] <= e[b])
        if grid.by == "leverage":
            if lower:
                rows.add(d[b] + q[b] >= lower * (d[b] + q[b] + e[b]))
            if bucket.upper is not None and bucket.upper < 1.0:
                rows.add(d[b] + q[b] <= bucket.upper * (d[b] + q[b] + e[b]))
        holds[t, b] = z[b]
    if grid.by == "interest_cover":
        look = lookback(model.instance, t, "interest_cover", grid.over, "annualised")
        assert look is not None
        _cover(model, grid, t, ebitda(model, look), interest(model, look), z, rows)
    return {b: (d[b], c[b]) for b in count}


def _cover(
    model: Model, grid: PricingGrid, t: int, earned: Expr, due: Expr, z: Mapping[int, Variable], rows: Constraints
) -> None:
    """The bucket by EBITDA X and interest I of the last twelve months, disaggregated; n: no interest, up to o = 1,000
    dollars, which gives the first bucket::

        X = X_n + Σ_b X_b,   I = I_n + Σ_b I_b,   n ≤ z_0,   I_n ≤ o·n,   o·z_b ≤ I_b ≤ Ī·z_b   (b = 0: z_0 − n)
        lower_b·I_b ≤ X_b ≤ upper_b·I_b,   X̲·z_b ≤ X_b ≤ X̄·z_b

    Where more than o is surely due there is no n. At instant 0 (t = 0) the first bucket that fits holds, so that the
    others begin beyond the common edge: o + ε and X_b ≤ upper_b·I_b − ε·z_b, b > 0.
    """
    inside = 0.0 if t else INSIDE_MUSD
    low, high = model.interval(earned)
    least, most = (max(0.0, end) for end in model.interval(due))
    if math.isinf(low) or math.isinf(high) or math.isinf(most):
        raise UnboundedModelError("EBITDA or interest has no bound from the data: give debt, demand and supply limits")
    if most <= NOTHING_MUSD:
        z[0].setlb(1)
        return
    low, high = min(0.0, low), max(0.0, high)
    holds: dict[int | str, Expr] = dict(z.items())
    if least <= NOTHING_MUSD:
        none = model.variables(f"bucket_free.{t}", [0], upper=1, integer=True, implied=True, decided=max(1, t))[0]
        rows.add(none <= z[0])
        holds |= {0: z[0] - none, NONE: none}
    parts = model.variables(f"bucket_ebitda.{t}", holds, lower=low, upper=high, decided=max(1, t))
    owed = model.variables(f"bucket_interest.{t}", holds, upper=most, decided=max(1, t))
    rows.add(quicksum(parts.values()) == earned)
    rows.add(quicksum(owed.values()) == due)
    for key, each in holds.items():
        rows.add(parts[key] <= high * each)
        rows.add(parts[key] >= low * each)
        rows.add(owed[key] <= (NOTHING_MUSD if key == NONE else most) * each)
        if NONE in holds and key != NONE:
            rows.add(owed[key] >= (NOTHING_MUSD + (inside if key else 0.0)) * each)
    for b, bucket in enumerate(grid.buckets):
        if bucket.lower is not None:
            rows.add(parts[b] >= bucket.lower * owed[b])
        if bucket.upper is not None:
            rows.add(parts[b] <= bucket.upper * owed[b] - (inside * holds[b] if b else 0.0))
