"""Whether the pricing grid is whole: its buckets cover, its rates are given, and what it prices is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from optimizer.instance.checks.walk import Hit, Path
from optimizer.instance.opening_position import opening_counted_as_debt
from optimizer.instance.relevered import relevered
from optimizer.instance.schema import Bucket, Instance, PricingGrid, Relever

BUCKETS: Path = ("pricing_grid", "buckets")


def grid_range(instance: Instance) -> Iterator[Hit]:
    """A bucket ends below its beginning, or lies outside leverage 0 … 1."""
    grid = instance.pricing_grid
    for i, bucket in enumerate(grid.buckets if grid else []):
        for field in ("lower", "upper"):
            end = getattr(bucket, field)
            if grid and grid.by == "leverage" and end is not None and end > 1:
                help = f"write {end / 100:g} for {end:g} %" if end <= 100 else ""
                yield Hit((*BUCKETS, i, field), f"leverage D/(D+E) is at most 1, not {end:g}", help)
        if bucket.lower is not None and bucket.upper is not None and bucket.lower > bucket.upper:
            yield Hit((*BUCKETS, i), f"`lower` {bucket.lower:g} is above `upper` {bucket.upper:g}", "swap them")


def grid_order(instance: Instance) -> Iterator[Hit]:
    """Buckets overlap or are not in order: leverage from low to high, interest cover from high to low."""
    for i, before, after in _edges(instance.pricing_grid):
        if before is None or after is None or before > after:
            grid = instance.pricing_grid
            order = "low to high" if grid and grid.by == "leverage" else "high to low"
            message = f"bucket {i + 1} does not begin where bucket {i} ends"
            yield Hit((*BUCKETS, i), message, f"list the buckets from {order}, each beginning where the last ends")


def grid_gap(instance: Instance) -> Iterator[Hit]:
    """Some leverage or interest cover is in no bucket."""
    grid = instance.pricing_grid
    if grid is None or any(_point(bucket) for bucket in grid.buckets):
        return
    what = "leverage" if grid.by == "leverage" else "interest cover"
    for i, before, after in _edges(grid):
        if before is not None and after is not None and before < after:
            low, high = sorted((abs(before), abs(after)))
            yield Hit((*BUCKETS, i), f"{what} between {low:g} and {high:g} is in no bucket", "let one reach the other")
    first, last = grid.buckets[0], grid.buckets[-1]
    if grid.by == "leverage":
        if first.lower:
            yield Hit((*BUCKETS, 0, "lower"), f"leverage below {first.lower:g} is in no bucket", "begin at 0")
        if last.upper is not None and last.upper < 1:
            path: Path = (*BUCKETS, len(grid.buckets) - 1, "upper")
            help = "end at 1 (a covenant debt_to_capital may keep plans out of the last bucket)"
            yield Hit(path, f"leverage above {last.upper:g} is in no bucket", help)
        return
    if first.upper is not None:
        help = "delete `upper` of the first bucket"
        yield Hit((*BUCKETS, 0, "upper"), f"interest cover above {first.upper:g} is in no bucket", help)
    if last.lower is not None:
        path = (*BUCKETS, len(grid.buckets) - 1, "lower")
        help = "delete `lower` of the last bucket; cover can be negative, too"
        yield Hit(path, f"interest cover below {last.lower:g} is in no bucket", help)


def grid_points(instance: Instance) -> Iterator[Hit]:
    """The grid has buckets of a single value: where no other bucket reaches, a plan has to hit it."""
    grid = instance.pricing_grid
    for i, bucket in enumerate(grid.buckets if grid else []):
        if _point(bucket):
            message = (
                f"bucket {i + 1} is the single value {bucket.lower:g}: leverage or cover in no bucket is not allowed"
            )
            yield Hit((*BUCKETS, i), message, "give it a width unless you compare a few capital structures")
            return


def _point(bucket: Bucket) -> bool:
    return bucket.lower is not None and bucket.lower == bucket.upper


def _edges(grid: PricingGrid | None) -> Iterator[tuple[int, float | None, float | None]]:
    """For each bucket but the first: its number, where the one before ends and where it begins; cover negated, so that
    both kinds rise."""
    for i, (one, two) in enumerate(pairwise(grid.buckets if grid else []), 1):
        if grid and grid.by == "leverage":
            yield i, one.upper, two.lower
        else:
            yield i, None if one.lower is None else -one.lower, None if two.upper is None else -two.upper


def grid_opening(instance: Instance) -> Iterator[Hit]:
    """The opening leverage is in no bucket."""
    grid = instance.pricing_grid
    debt = sum(item.opening_balance_musd for item in instance.debt.values()) + opening_counted_as_debt(instance)
    capital = debt + instance.opening.paid_in_capital_musd
    if grid is None or grid.by != "leverage" or capital == 0:
        return
    leverage = debt / capital
    if not any((b.lower or 0.0) <= leverage <= (1.0 if b.upper is None else b.upper) for b in grid.buckets):
        yield Hit(
            BUCKETS, f"the opening leverage of {leverage:.6g} is in no bucket", "add one that holds it", on_key=True
        )


def relever_terms(instance: Instance) -> Iterator[Hit]:
    """The cost of equity cannot be relevered: not by leverage, up to 1, to less than nothing, or a rate is missing."""
    grid = instance.pricing_grid
    if grid is None or grid.relever is None:
        return
    path: Path = ("pricing_grid", "relever")
    if grid.by != "leverage":
        yield Hit(path, "`relever` needs buckets by leverage", "give each bucket its cost of equity", on_key=True)
        return
    for i, bucket in enumerate(grid.buckets):
        if bucket.cost_of_equity_per_year is None and (bucket.upper is None or bucket.upper >= 1):
            help = "give the bucket an `upper` below 1, or a cost of equity of its own"
            yield Hit((*BUCKETS, i), "D/E has no end where leverage reaches 1: nothing to relever to", help)
    used, other = "risk_free_per_year", "cost_of_debt_per_year"
    if grid.relever.method == "harris_pringle":
        used, other = other, used
    if used not in grid.relever.model_fields_set:
        message = f"`{used}` is missing: `method: {grid.relever.method}` needs it"
        yield Hit(path, message, f"give `{used}`; 0 is a value, too", on_key=True)
    if getattr(grid.relever, other) != 0:
        message = f"`{other}` has no meaning for `method: {grid.relever.method}`"
        yield Hit((*path, other), message, f"delete it; `{grid.relever.method}` takes `{used}`", on_key=True)
    yield from _below_nothing(instance, grid, grid.relever)


def _below_nothing(instance: Instance, grid: PricingGrid, rule: Relever) -> Iterator[Hit]:
    for i, bucket in enumerate(grid.buckets):
        if bucket.cost_of_equity_per_year is not None or bucket.upper is None or bucket.upper >= 1:
            continue
        cost = relevered(instance, rule, bucket, bucket.upper)
        if cost < 0:
            dearer = "`risk_free_per_year`" if rule.method == "hamada" else "`cost_of_debt_per_year` with the spread"
            message = f"relevered at {bucket.upper:g} the cost of equity is {cost:.4g} a year, below nothing"
            help = (
                f"{dearer} is above `unlevered_cost_per_year`: correct one of them, or give the bucket a cost of equity"
            )
            yield Hit((*BUCKETS, i), message, help)


def grid_and_round_cost(instance: Instance) -> Iterator[Hit]:
    """A round has a cost of equity of its own, and the grid states one for all equity."""
    grid, equity = instance.pricing_grid, instance.equity
    if grid is None or equity is None or not states_cost_of_equity(grid):
        return
    for name, item in equity.rounds.items():
        if item.cost_of_equity_per_year is not None:
            path = ("equity", "rounds", name, "cost_of_equity_per_year")
            message = "the pricing grid says what all equity costs; a round cannot have a cost of its own"
            yield Hit(path, message, "delete it, or the costs of equity of the grid", True, (("pricing_grid",),))


def round_cost_ignored(instance: Instance) -> Iterator[Hit]:
    """A round has a cost of equity of its own, and the grid, which states none, puts the company's in its place."""
    grid, equity = instance.pricing_grid, instance.equity
    if grid is None or equity is None or states_cost_of_equity(grid):
        return
    for name, item in equity.rounds.items():
        if item.cost_of_equity_per_year is not None:
            path = ("equity", "rounds", name, "cost_of_equity_per_year")
            message = "with a pricing grid, all equity carried in costs the same: the company's rate, not the round's"
            yield Hit(path, message, "delete it, or give the buckets a cost of equity", True, (("pricing_grid",),))


def grid_without_equity(instance: Instance) -> Iterator[Hit]:
    """The grid states a cost of equity, and there is no block that says what equity there is."""
    grid = instance.pricing_grid
    if grid is not None and instance.equity is None and states_cost_of_equity(grid):
        message = "the grid states a cost of equity, but without `equity:` equity costs nothing"
        help = "add `equity:`, or drop the costs of equity of the grid"
        yield Hit(("pricing_grid",), message, help, True, (("equity",),))


def grid_unbounded(instance: Instance) -> Iterator[Hit]:
    """With a pricing grid, the model has to know the largest debt, and something has no limit."""
    if instance.pricing_grid is None:
        return
    for name, debt in instance.debt.items():
        if debt.limit_musd is None:
            message = "`limit_musd` is missing: with a pricing grid, the model has to know the largest debt"
            yield Hit(("debt", name), message, "give `limit_musd`", on_key=True)
    for name, offer in instance.hardware.items():
        if offer.lease is None or not offer.lease.counts_as_debt:
            continue
        # what draws power is limited by the power that can be on line
        if offer.supply_units is None and not offer.kw:
            message = "`supply_units` is missing: with a pricing grid, the model has to know the largest lease"
            yield Hit(("hardware", name), message, "give `supply_units`", on_key=True)


def states_cost_of_equity(grid: PricingGrid) -> bool:
    """Whether a bucket's cost of equity is stated or relevered."""
    return grid.relever is not None or any(bucket.cost_of_equity_per_year is not None for bucket in grid.buckets)
