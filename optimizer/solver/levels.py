"""An ordered list of objectives: the best of each, within the slack of those before it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from optimizer.contract.progress import Progress
from optimizer.solver.cleanup import clean_up
from optimizer.solver.highs import DOLLAR, Limits, LostError, Watch, beats
from optimizer.solver.holding import held
from optimizer.solver.layout import Layout
from optimizer.solver.level import Hint, Hints, Level, Listener, Objective, Solution, Stage
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.one_level import Known, rescued, solve_level

LATER_SHARE = 0.02
"""The part of the time left that each later level keeps while a level has no plan."""


SOURCES = {
    "start": "start",
    "money": "heuristic",
    "window": "heuristic",
    "relaxations": "heuristic",
    "dates": "tree",
    "root": "root",
    "tree": "tree",
}
"""Where a plan comes from, by the first word of what was being tried when it came."""


def solve_levels(
    matrix: Matrix,
    objectives: Sequence[Objective],
    cleanup: Sequence[Expression],
    followers: Mask,
    limits: Limits,
    listener: Listener | None = None,
    hints: Hints | None = None,
    layout: Layout | None = None,
    stop: threading.Event | None = None,
) -> Solution:
    """The plan and what is known of each level.

    After each level the integers are rounded and the linear programme that is left is solved once more, so that values
    do not lean on the integrality tolerance. Last, the ``cleanup`` expressions are minimised in their order, with every
    level held and the decisions kept (only the binaries that follow from them, ``followers``, are free): where all
    objectives are indifferent, no money is wasted. With a ``layout`` a level begins with a plan that is found by parts.
    ``stop`` ends the search softly, with the plan that there is.

    If the solver's process goes down, the best plan known by then is polished and cleaned up by another one, and
    nothing is searched any more. Raises NothingFoundError, and LostError if there is no plan by then.
    """
    begun, stop, ended = time.monotonic(), stop or threading.Event(), threading.Event()
    ended.set()
    stages: list[Stage] = []
    exact = matrix
    x: Vector | None = None
    lost: LostError | None = None
    for i, objective in enumerate(objectives):
        if x is not None and objective.keep is not None:
            matrix, exact = matrix.keeping(x, objective.keep), exact.keeping(x, objective.keep)
        budget = _budget(limits.since(begun), len(objectives) - i - 1, x is not None)
        watch = _watch(objective, listener, i + 1, len(objectives), limits.gap_share) if listener else None
        level_begun = time.monotonic()
        try:
            hint = Hint(start=x) if hints is None or lost else hints(i, matrix, objective, x)
            # the level that is inserted before a ratio is its denominator
            least = (
                stages[-1].level.bound
                if objective.denominator is not None and objectives[i - 1].inserted
                else -math.inf
            )
            known = Known(hint, watch, layout, ended if lost else stop, least)
            x, level = solve_level(matrix, exact, objective, budget, known)
        except LostError as error:
            if lost is not None:
                raise
            lost, error.level, error.seconds = error, objective.name, time.monotonic() - level_begun
            plans = error.plans if x is None else [*error.plans, x]
            x, level = rescued(matrix, exact, objective, budget, plans, error, ended)
        stages.append(Stage(matrix, objective, x, level))
        exact = held(exact, objective, level, x, objective.slack_share, objective.slack_musd)
        matrix = held(matrix, objective, level, x, objective.slack_share, objective.slack_musd + DOLLAR)
    last = objectives[-1], stages[-1].level
    assert x is not None
    exact, matrix = held(exact, *last, x, 0.0, 0.0), held(matrix, *last, x, 0.0, DOLLAR)
    x, unclean = clean_up(exact, matrix, cleanup, followers, x, limits)
    return Solution(x, tuple(stages), stop.is_set(), lost or unclean)


def _budget(left: Limits, later: int, has_plan: bool) -> Limits:
    """Of the time left, a level that has a plan may take its share; one without may take all but a rest for later."""
    share = left.time_limit_s / (later + 1)
    most = share if has_plan else left.time_limit_s * (1.0 - LATER_SHARE * later)
    return replace(left, time_limit_s=max(share, most), plan_s=share)


def replayed(
    matrix: Matrix, objectives: Sequence[Objective], levels: Sequence[Level], plans: Sequence[Vector]
) -> Solution:
    """The solution of ``solve_levels`` from the records of its levels and the plans that each ended with."""
    stages = []
    before: Vector | None = None
    for objective, level, x in zip(objectives, levels, plans, strict=True):
        if before is not None and objective.keep is not None:
            matrix = matrix.keeping(before, objective.keep)
        before = x
        stages.append(Stage(matrix, objective, x, level))
        matrix = held(matrix, objective, level, x, objective.slack_share, objective.slack_musd + DOLLAR)
    return Solution(plans[-1], tuple(stages))


def _watch(objective: Objective, listener: Listener, number: int, count: int, wanted_share: float) -> Watch:
    begun, best, found_by = time.monotonic(), math.inf, ""
    sign = 1.0 if objective.minimise else -1.0

    def watch(incumbent: float, bound: float, trying: str) -> None:
        nonlocal best, found_by
        # a start that a search hands back, but for rounding, is still the start
        if not math.isnan(incumbent) and (math.isinf(best) or beats(sign * incumbent, best)):
            best, found_by = sign * incumbent, SOURCES.get(trying.partition(" ")[0].strip(","), "search")
        gap = abs(incumbent - bound)
        unknown = math.isnan(gap)
        listener(
            Progress(
                level=objective.name,
                incumbent=None if math.isnan(incumbent) else objective.reported(incumbent),
                bound=None if math.isnan(bound) else objective.reported(bound),
                gap_share=None if unknown or not incumbent else gap / abs(incumbent),
                gap_musd=None if unknown or objective.log_share else gap,
                seconds=time.monotonic() - begun,
                number=number,
                count=count,
                found_by=found_by,
                trying=trying,
                wanted_share=wanted_share,
            )
        )

    return watch
