"""A level of a large programme: a first plan, a better one by parts, and the proof by dates."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace

from optimizer.contract.solvers import HIGHS
from optimizer.solver.dates import proven, wanted_of
from optimizer.solver.first_plan import first_plan
from optimizer.solver.highs import Limits, Outcome, Watch
from optimizer.solver.layout import Layout
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.neighbourhoods import improved
from optimizer.solver.ways import MANY_COLUMNS

TIME_SHARE = 0.5
"""The part of a level's time that may go into its plan before the proof begins."""


def has_parts(matrix: Matrix, layout: Layout, limits: Limits) -> bool:
    """Whether it is known what is built, which is what parts are made of, and a relaxation takes no time to speak of.

    With more than MANY_COLUMNS a step of the first plan, or the relaxation of one choice of dates, takes seconds.
    """
    built = layout.roles is not None and bool(layout.roles.built.any())
    return limits.solver == HIGHS and built and matrix.shape[1] <= MANY_COLUMNS


def search_by_parts(
    matrix: Matrix,
    objective: Objective,
    layout: Layout,
    limits: Limits,
    *,
    start: Vector | None,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> tuple[Vector | None, Outcome | None]:
    """A plan, and what is proven of it where that could be done by dates; both None where there is no first plan.

    ``limits.threads`` parts are searched at once, each by one thread: the same plan for the same seed and threads, as
    long as no limit of time cuts it short. The outcome is in the objective's own sense. Where the gap is one of a base,
    the parts see the value as large as that (see ``minimise_to_base``).
    """
    assert layout.roles is not None
    begun, roles = time.monotonic(), layout.roles
    sign, shift = (1.0 if objective.minimise else -1.0), 0.0
    minimised = Expression(sign * objective.expression.cost, sign * objective.expression.constant)

    def own_sense(incumbent: float, bound: float, trying: str) -> None:
        if watch is not None:
            watch(sign * incumbent - shift, sign * bound - shift, trying)

    x = start
    if x is None:
        own_sense(math.nan, math.nan, "first plan: sites, orders, money")
        x = first_plan(matrix, minimised, roles, replace(limits.part(TIME_SHARE), threads=1), stop)
        if x is None:
            return None, None
    left = limits.since(begun).with_plan()
    shift = objective.above_value(x)
    seen = replace(minimised, constant=minimised.constant + sign * shift)
    x = improved(matrix, seen, layout, roles, left.part(TIME_SHARE), x, watch=own_sense, stop=stop)
    shift = objective.above_value(x)
    seen = replace(minimised, constant=minimised.constant + sign * shift)
    wanted = wanted_of(objective, shift, limits)
    left = limits.since(begun).with_plan()
    found = proven(matrix, seen, roles, left, x, wanted=wanted, watch=own_sense, stop=stop)
    if found is None or found.x is None:
        return x, None
    return found.x, replace(found, value=sign * found.value - shift, bound=sign * found.bound - shift)
