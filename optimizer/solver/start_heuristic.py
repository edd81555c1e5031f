"""A good plan of a large programme before the search: around its relaxation, then one window of time after another."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from optimizer.solver.highs import Limits, Watch
from optimizer.solver.layout import Layout, Places
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.relaxation import relaxed
from optimizer.solver.search import minimise

FEWEST_INTEGERS = 600
"""With fewer a search finds good plans by itself."""
TIME_SHARE = 0.5
"""The part of a level's time that may go into its first plan."""
WHOLE = 1e-4
"""A value of the relaxation as near to a whole number as this is one."""
NODES_AROUND, NODES_WINDOW = 20, 200
WINDOWS = 6
"""The horizon has as many windows, each of which overlaps the next by half."""
LEAST_GAIN = 5e-4
"""Another round over the windows is worth its time if the last one gained this part of the value."""


def is_large(matrix: Matrix) -> bool:
    """Whether a search from nothing would look for its first plan for long."""
    return int(matrix.integer.sum()) >= FEWEST_INTEGERS


def start_heuristic(
    matrix: Matrix,
    objective: Expression,
    layout: Layout,
    limits: Limits,
    *,
    maximise: bool = False,
    start: Vector | None = None,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Vector | None:
    """A plan by two searches of small parts (None if there is none near the relaxation, or no time).

    The first keeps every integer between the whole numbers next to its value in the relaxation (Berthold 2014, RENS),
    but for alternatives of which one is used, among which the choice stays free; ``start`` takes the place of its
    plan. The second frees the integers of one window of time and keeps all others, window after window (the exchange
    heuristic of Pochet and Wolsey 2006).
    """
    begun = time.monotonic()
    # the gap of a part should not matter beside that of the whole
    limits = replace(limits.part(TIME_SHARE), gap_share=0.1 * limits.gap_share)
    minimised = objective if not maximise else Expression(-objective.cost, -objective.constant)
    if start is None and watch is not None:
        watch(math.nan, math.nan, "plans around the relaxation")
    x = start if start is not None else _near_the_relaxation(matrix, minimised, layout, limits, stop)
    if x is None:
        return None
    limits, begun = limits.since(begun).with_plan(), time.monotonic()
    best = minimised.value(x)
    while True:
        before = best
        for number, free in enumerate(_windows(matrix.integer, layout.period), 1):
            left = limits.since(begun)
            if not left.time_limit_s or (stop is not None and stop.is_set()):
                return x
            if watch is not None:
                watch(-best if maximise else best, math.nan, f"window of time {number}")
            part = matrix.fixed_integers(x, free)
            found = minimise(part, minimised, left, start=x, nodes=NODES_WINDOW, stop=stop)
            if found.x is not None and found.value < best:
                x, best = found.x, found.value
        if before - best <= LEAST_GAIN * abs(best):
            return x


def _near_the_relaxation(
    matrix: Matrix, objective: Expression, layout: Layout, limits: Limits, stop: threading.Event | None
) -> Vector | None:
    begun = time.monotonic()
    x = relaxed(matrix, objective, limits, stop)
    return None if x is None else around_the_relaxation(matrix, objective, layout, x, limits.since(begun), stop)


def around_the_relaxation(
    matrix: Matrix, objective: Expression, layout: Layout, x: Vector, limits: Limits, stop: threading.Event | None
) -> Vector | None:
    """A plan next to ``x``, which may be in fractions, by a search of NODES_AROUND; None if it finds none."""
    begun = time.monotonic()
    chosen = np.zeros(int(layout.choice.max(initial=-1)) + 1, dtype=bool)
    used = matrix.integer & (x > WHOLE) & (layout.choice >= 0)
    chosen[layout.choice[used]] = True
    alternatives = matrix.integer & (layout.choice >= 0)
    open_choices = alternatives.copy()
    open_choices[alternatives] = chosen[layout.choice[alternatives]]
    for free in (open_choices, alternatives):
        found = minimise(_around(matrix, x, free), objective, limits.since(begun), nodes=NODES_AROUND, stop=stop)
        if found.x is not None:
            return found.x
    return None


def _around(matrix: Matrix, x: Vector, free: Mask) -> Matrix:
    """The matrix with the integers next to their values in ``x``, but for those that stay ``free``."""
    held = matrix.integer & ~free
    low, high = matrix.low.copy(), matrix.high.copy()
    low[held] = np.maximum(low[held], np.floor(x[held] + WHOLE))
    high[held] = np.minimum(high[held], np.ceil(x[held] - WHOLE))
    return replace(matrix, low=low, high=high)


def _windows(integer: Mask, period: Places) -> Iterator[Mask]:
    """The integers of each window; what has no period is free in all of them."""
    last = int(period.max(initial=0))
    width = max(4, -(-last // WINDOWS))
    for first in range(1, last + 1, max(1, width // 2)):
        yield integer & ((period == 0) | ((period >= first) & (period < first + width)))
