"""What a tree is worth: beside knowing everything today, and beside the plan for one forecast.

With the sense of a minimum, RP the tree's expected value, WS the expectation of what each scenario comes to alone, and
EEV what the plan for the mean scenario comes to in expectation, its whole numbers of today held (Birge 1982)::

    EVPI = RP − WS ≥ 0,   VSS = EEV − RP ≥ 0

Each is known within gaps, and so is their difference: [RP's bound − WS's value, RP's value − WS's bound]. Nothing is
set to 0 that comes out below it. Where the tree has a better plan than that for one forecast, and it is not proven that
it is better, that one is asked for once more, to a narrower gap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from optimizer.solver.highs import DOLLAR
from optimizer.solver.level import Level
from optimizer.uncertainty.asks import Ask, Found, Run, Tried
from optimizer.uncertainty.branches import MOST_INTEGERS, parted, with_held
from optimizer.uncertainty.forecast import FORECAST, Forecast
from optimizer.uncertainty.joined import Joined
from optimizer.uncertainty.objectives import leaf_objectives
from optimizer.uncertainty.plan import Interval, SinglePlan, Worth
from optimizer.uncertainty.tree import ScenarioTree

CLOSER = 0.2
"""The part of the gap to which the plan for one forecast is asked for once more."""


def difference(more: Interval, less: Interval) -> Interval:
    """What the first is above the second."""
    low, high = sorted((float(more.low - less.high), float(more.high - less.low)))
    return Interval(low, high)


def is_money(tree: ScenarioTree, group: Joined) -> bool:
    """Whether the first level of a tree is an expectation of money, so that differences of it mean something."""
    return tree.risk.measure == "expected" and leaf_objectives(group.leaves[0], tree.rescue)[0].in_money


def worth_of(
    tree: ScenarioTree,
    group: Joined,
    ask: Ask,
    run: Run,
    alone: Mapping[str, Found],
    level: Level,
    forecast: Forecast | None,
    tried: Sequence[Tried],
) -> Worth:
    """What a tree is worth whose first level is an expectation of money (``is_money``)."""
    objective = leaf_objectives(group.leaves[0], tree.rescue)[0]
    sign = 1.0 if objective.minimise else -1.0
    weights = {leaf.name: leaf.probability for leaf in tree.leaves}
    total = math.fsum(weights.values())

    def own(low: float, high: float) -> Interval:
        return Interval(low, high) if objective.minimise else Interval(-high, -low)

    waiting = Interval(
        math.fsum(weights[name] * found.bound for name, found in alone.items()) / total,
        math.fsum(weights[name] * found.value for name, found in alone.items()) / total,
    )
    ends = sorted((sign * level.bound, sign * level.value))
    together = Interval(ends[0], ends[1])
    single, solution, nearest = _single(tree, group, ask, run, forecast, tried, sign * level.value)
    return Worth(
        {name: own(found.bound, found.value) for name, found in alone.items()},
        own(waiting.low, waiting.high),
        difference(together, waiting),
        None
        if single is None
        else SinglePlan(single.value and own(single.value.low, single.value.high), single.stops_in),
        None if solution is None else difference(solution, together),
        nearest,
    )


def _single(
    tree: ScenarioTree,
    group: Joined,
    ask: Ask,
    run: Run,
    forecast: Forecast | None,
    tried: Sequence[Tried],
    value: float,
) -> tuple[SinglePlan | None, Interval | None, str | None]:
    """What becomes of the plan for one forecast, and the nearest of the others that can go on where it cannot.

    ``value`` is that of the tree's plan, of a minimum.
    """

    def once(gap_share: float, name: str) -> Tried:
        assert forecast is not None
        few = int((group.matrix.integer & ~group.followers).sum()) <= MOST_INTEGERS
        parts = [list(tree.leaves)] if few else parted(tree.leaves, ask)
        closer = replace(ask, gap_share=gap_share)
        return with_held(group, closer, forecast.held, parts, run, ask.time_limit_s * 0.2, name).tried[0]

    known = next((each for each in tried if each.name == FORECAST), None)
    if known is None:
        if forecast is None:
            return None, None, None
        known = once(ask.gap_share, "single")
    if forecast is not None and known.bound <= value < known.value - DOLLAR < math.inf:
        again = once(CLOSER * ask.gap_share, "single+")
        known = replace(known, bound=max(known.bound, again.bound), value=min(known.value, again.value))
    if math.isinf(known.value):
        others = [each for each in tried if math.isfinite(each.value)]
        nearest = min(others, key=lambda each: each.value).name if others else None
        return SinglePlan(None, known.stops_in), None, nearest
    interval = Interval(known.bound, known.value)
    return SinglePlan(interval), interval, None
