"""A plan of a large programme made better: some of its integers are free and all others kept, part after part."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.solver.highs import Limits, LostError, Watch
from optimizer.solver.layout import Layout, Roles
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.parts import each
from optimizer.solver.search import minimise

WINDOWS = 4
"""A window of time is this part of the horizon, and overlaps the next by half."""
FEWEST_PERIODS = 4
NODES_MONEY, NODES_WINDOW = 400, 300
PART_OF_GAP = 0.2
"""The gap of a part should not matter beside that of the whole."""
LEAST_GAIN = 2.0
"""Another round over all parts is worth its time if the last one gained as many times the gap that is wanted."""
MOST_ROUNDS = 4


@dataclass(frozen=True)
class Part:
    """Integers that are ``free``, and how many nodes of a search they are worth; ``about`` in words."""

    about: str
    free: Mask
    nodes: int


def improved(
    matrix: Matrix,
    objective: Expression,
    layout: Layout,
    roles: Roles,
    limits: Limits,
    x: Vector,
    *,
    least_gain: float = LEAST_GAIN,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Vector:
    """A plan that is better than ``x``, or ``x`` itself: the money for what is built, then windows of time, repeatedly.

    With more than one thread as many parts are searched at once, from one plan; the best of what comes of them is
    kept, and the changes of the others on top of it where they fit. Searches end after nodes and not after seconds: the
    same plan comes of it each time.
    """
    begun, workers, gap = time.monotonic(), limits.threads, limits.gap_share
    limits = replace(limits, threads=1, gap_share=PART_OF_GAP * gap)
    best = objective.value(x)
    money, *windows = parts(matrix, layout, roles)

    def searched(part: Part) -> Vector | None:
        left = matrix.fixed_integers(x, part.free)
        one = limits.since(begun)
        return minimise(left, objective, one, start=x, nodes=part.nodes, cheap_nodes=True, stop=stop).x

    for _ in range(MOST_ROUNDS):
        before = best
        for together in ([money], *_apart(windows, workers)):
            if not limits.since(begun).time_limit_s or (stop is not None and stop.is_set()):
                return x
            if watch is not None:
                watch(best, math.nan, " and ".join(part.about for part in together))
            try:
                found = [plan for plan in each(searched, together, workers) if plan is not None]
            except LostError as lost:
                lost.plans.append(x)
                raise
            x = _merged(matrix, objective, x, found, limits)
            best = objective.value(x)
        if before - best <= least_gain * gap * abs(best):
            break
    return x


def parts(matrix: Matrix, layout: Layout, roles: Roles) -> Iterator[Part]:
    """First the money: all that is no site and no order. Then windows of time.

    Beside a window dates are free and what follows from the rest: what is counted after it (blocks on line, say) would
    else hold what is built in it to its period.
    """
    integer, period = matrix.integer, layout.period
    yield Part("money for what is built", integer & ~roles.built, NODES_MONEY)
    always = integer & ((period == 0) | roles.implied)
    for dates in roles.dated:
        always[dates] = integer[dates]
    last = int(period.max(initial=0))
    width = max(FEWEST_PERIODS, -(-last // WINDOWS))
    for number, first in enumerate(range(1, last + 1, max(1, width // 2)), 1):
        inside = (period >= first) & (period < first + width)
        yield Part(f"window of time {number}", always | (integer & inside), NODES_WINDOW)


def _apart(windows: Sequence[Part], workers: int) -> list[list[Part]]:
    """Windows by turns, those at once as far from each other as may be."""
    turns = -(-len(windows) // workers)
    return [list(windows[turn::turns]) for turn in range(turns)]


def _merged(matrix: Matrix, objective: Expression, x: Vector, found: Sequence[Vector], limits: Limits) -> Vector:
    """The best of what was found, with what else was changed where that is a plan, and a better one."""
    ranked = sorted(found, key=objective.value)
    if not ranked or objective.value(ranked[0]) >= objective.value(x):
        return x
    best = ranked[0]
    for other in ranked[1:]:
        changed = matrix.integer & (np.round(other) != np.round(x))
        if objective.value(other) < objective.value(x) and changed.any():
            both = np.where(changed, other, best)
            plan = minimise(matrix.fixed_integers(both), objective, limits).x
            if plan is not None and objective.value(plan) < objective.value(best):
                best = plan
    return best
