"""All levels of a tree: the first as it was found by parts, or searched; later ones over the whole, with it held."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import replace

from optimizer.algebra.arrays import Vector
from optimizer.solver.cleanup import clean_up
from optimizer.solver.highs import DOLLAR, Limits, LostError, SolverError
from optimizer.solver.holding import held
from optimizer.solver.level import Hint, Level, Listener, NothingFoundError, Solution, Stage
from optimizer.solver.levels import solve_levels
from optimizer.solver.one_level import Known, solve_level
from optimizer.solver.polish import polish
from optimizer.uncertainty.objectives import Whole

MOST_LATER = 1500
"""With more whole numbers than this later levels keep those of the first: only the amounts are theirs to choose."""

LATER_TIME = 0.3
"""The part of the time that all later levels may take."""


def all_at_once(whole: Whole, limits: Limits, listener: Listener | None = None) -> Solution:
    """Every level over the whole. Raises NothingFoundError and SolverError."""
    return solve_levels(whole.matrix, list(whole.objectives), list(whole.cleanup), whole.followers, limits, listener)


def after_the_first(
    whole: Whole, x: Vector, bound: float, limits: Limits, listen: Callable[[str], None] = lambda _: None
) -> Solution:
    """Every level from a plan ``x`` of the first, of which ``bound`` is proven, in its own sense.

    The first level takes what the whole numbers of ``x`` leave open; each later one starts from the plan before.
    """
    matrix = exact = whole.matrix
    stages: list[Stage] = []
    many = int((matrix.integer & ~whole.followers).sum()) > MOST_LATER
    for i, objective in enumerate(whole.objectives):
        listen(objective.name)
        if i and objective.keep is not None:
            matrix, exact = matrix.keeping(x, objective.keep), exact.keeping(x, objective.keep)
        if i == 0 and objective.denominator is None:
            x = polish(exact, matrix, objective.expression, x, limits, maximise=not objective.minimise)
            level = _level(whole, x, bound, limits)
        else:
            here, tight = (each.fixed_integers(x, free=whole.followers) if many else each for each in (matrix, exact))
            later = LATER_TIME / (len(whole.objectives) - 1) if i else 1.0
            try:
                x, level = solve_level(
                    here,
                    tight,
                    objective,
                    limits.part(later),
                    Known(Hint(x, cheap_nodes=True), None, None, threading.Event()),
                )
            except (NothingFoundError, LostError, SolverError):
                level = _as_it_is(whole, i, x)
            if many:
                worst = -math.inf if objective.minimise else math.inf
                level = replace(
                    level, bound=worst, status="feasible", gap_musd=None if level.gap_musd is None else math.inf
                )
        stages.append(Stage(matrix, objective, x, level))
        exact = held(exact, objective, level, x, objective.slack_share, objective.slack_musd)
        matrix = held(matrix, objective, level, x, objective.slack_share, objective.slack_musd + DOLLAR)
    last = whole.objectives[-1], stages[-1].level
    exact, matrix = held(exact, *last, x, 0.0, 0.0), held(matrix, *last, x, 0.0, DOLLAR)
    x, unclean = clean_up(exact, matrix, list(whole.cleanup), whole.followers, x, limits)
    return Solution(x, tuple(stages), False, unclean)


def _level(whole: Whole, x: Vector, bound: float, limits: Limits) -> Level:
    """The first level at a plan, with a bound of the expression that was found elsewhere."""
    objective = whole.objectives[0]
    value = objective.expression.value(x)
    base = None if objective.base is None else objective.base.value(x)
    far = max(0.0, value - bound if objective.minimise else bound - value)
    enough = limits.gap_musd + limits.gap_share * abs(value if base is None else base)
    reported = objective.reported(value)
    lower = objective.reported(max(0.0, bound)) if objective.log_share else bound
    return Level(
        objective.name,
        "minimise" if objective.minimise else "maximise",
        "share" if objective.log_share else "musd",
        reported,
        lower,
        None if objective.log_share else far,
        "optimal" if far <= enough else "feasible",
        0.0,
        base=base,
        inserted=objective.inserted,
    )


def _as_it_is(whole: Whole, i: int, x: Vector) -> Level:
    """A later level that was not searched: the plan before it, without a bound."""
    objective = whole.objectives[i]
    worst = -math.inf if objective.minimise else math.inf
    ratio = objective.denominator is not None
    return Level(
        objective.name,
        "minimise" if objective.minimise else "maximise",
        "share" if ratio or objective.log_share else "musd",
        objective.reported(objective.expression.value(x)) if not ratio else objective.value(x),
        worst,
        None if objective.log_share else math.inf,
        "feasible",
        0.0,
        base=None if objective.base is None else objective.base.value(x),
        inserted=objective.inserted,
    )
