"""An ordered list of objectives: the best of each, within the slack of those before it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.plan.progress import Progress
from optimizer.solver.highs import Limits, Outcome, SolverError, Watch, minimise
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.polish import polish
from optimizer.solver.ratio import LEAST_DENOMINATOR, minimise_ratio

DOLLAR = 1e-6
"""A level is kept to the dollar beyond its slack, so that rounding cannot make the next one infeasible."""

TIDY_SECONDS = 20.0
"""Most time for the binaries that follow from the decisions; there are few of them."""


@dataclass(frozen=True)
class Target:
    """One level: an objective over the columns with its slack.

    With ``over`` the objective is the ratio expression / over; with ``log_share`` the expression is −ln(1 − share).
    """

    name: str
    expression: Expression
    minimise: bool
    slack_share: float = 0.0
    slack_musd: float = 0.0
    over: Expression | None = None
    log_share: bool = False

    def reported(self, value: float) -> float:
        """A value of the expression in the unit of the objective."""
        return 1.0 - math.exp(-value) if self.log_share else value


@dataclass(frozen=True)
class Level:
    """What is known of one level after the solve, in the objective's own sense and unit.

    ``unit`` is musd, or share for ``wacc`` (a year) and ``dilution``. ``gap_musd`` is how much better the best could be
    in dollars, at least 0 (of ``wacc``: in its numerator, present value); None for ``dilution``. ``iterates`` are the
    ratios that Dinkelbach's method went through.
    """

    name: str
    sense: str
    unit: str
    value: float
    bound: float
    gap_musd: float | None
    status: str
    seconds: float
    iterates: tuple[float, ...] = ()

    @property
    def gap(self) -> float:
        """|value − bound| in the unit of the objective, at least 0."""
        return max(0.0, self.value - self.bound if self.sense == "minimise" else self.bound - self.value)

    @property
    def gap_share(self) -> float:
        """The gap relative to the value; 0 if both are 0."""
        return self.gap / abs(self.value) if self.value else (0.0 if self.gap == 0.0 else math.inf)


@dataclass(frozen=True)
class Stage:
    """One level as it was solved: the matrix with the levels before it held, and the plan that came of it."""

    matrix: Matrix
    target: Target
    x: Vector
    level: Level


@dataclass(frozen=True)
class Solution:
    """The plan, one value per column, and the stages that led to it."""

    x: Vector
    stages: tuple[Stage, ...]

    @property
    def levels(self) -> list[Level]:
        """What is known of each level."""
        return [stage.level for stage in self.stages]


Listener = Callable[[Progress], None]


class NothingFoundError(Exception):
    """The first level ended without a solution: ``status`` is infeasible, unbounded or no_solution."""

    def __init__(self, status: str, level: str, bound: float, interrupted: bool) -> None:
        super().__init__(status)
        self.status, self.level, self.bound, self.interrupted = status, level, bound, interrupted


def solve_levels(
    matrix: Matrix,
    targets: Sequence[Target],
    tidy: Sequence[Expression],
    followers: Mask,
    limits: Limits,
    listener: Listener | None = None,
) -> Solution:
    """The plan and what is known of each level.

    After each level the integers are rounded and the linear programme that is left is solved once more, so that values
    do not lean on the integrality tolerance. Last, the ``tidy`` expressions are minimised in their order, with every
    level held and the decisions kept (only the binaries that follow from them, ``followers``, are free): where all
    objectives are indifferent, no money is wasted. Raises NothingFoundError.
    """
    begun, stop = time.monotonic(), threading.Event()
    stages: list[Stage] = []
    exact = matrix
    x: Vector | None = None
    for i, target in enumerate(targets):
        left = limits.time_limit_s - (time.monotonic() - begun)
        budget = replace(limits, time_limit_s=left / (len(targets) - i))
        x, level = _one_level(matrix, exact, target, budget, x, listener, stop)
        stages.append(Stage(matrix, target, x, level))
        exact = _held(exact, target, level, x, target.slack_share, target.slack_musd)
        matrix = _held(matrix, target, level, x, target.slack_share, target.slack_musd + DOLLAR)
    last = targets[-1], stages[-1].level
    assert x is not None
    exact, matrix = _held(exact, *last, x, 0.0, 0.0), _held(matrix, *last, x, 0.0, DOLLAR)
    return Solution(_tidied(exact, matrix, tidy, followers, x, limits), tuple(stages))


def _one_level(
    matrix: Matrix,
    exact: Matrix,
    target: Target,
    limits: Limits,
    start: Vector | None,
    listener: Listener | None,
    stop: threading.Event,
) -> tuple[Vector, Level]:
    begun = time.monotonic()
    watch = _watch(target, listener, begun) if listener else None
    sense = "minimise" if target.minimise else "maximise"
    if target.over is not None:
        ratio = minimise_ratio(
            matrix, exact, target.expression, target.over, limits, start=start, watch=watch, stop=stop
        )
        if ratio.x is None:
            raise NothingFoundError(ratio.status, target.name, ratio.bound, stop.is_set())
        seconds = time.monotonic() - begun
        found = (ratio.value, ratio.bound, ratio.gap_musd, ratio.status, seconds, ratio.iterates)
        return ratio.x, Level(target.name, sense, "share", *found)
    outcome = minimise(
        matrix, target.expression, limits, maximise=not target.minimise, start=start, watch=watch, stop=stop
    )
    if outcome.x is None and (start is None or outcome.status == "unbounded"):
        raise NothingFoundError(outcome.status, target.name, outcome.bound, stop.is_set())
    # without a solution of its own a level still has the plan it began with
    x = polish(
        exact,
        matrix,
        target.expression,
        start if outcome.x is None else outcome.x,
        limits,
        maximise=not target.minimise,
    )
    return x, _level(target, sense, outcome, x, time.monotonic() - begun)


def _level(target: Target, sense: str, outcome: Outcome, x: Vector, seconds: float) -> Level:
    status = outcome.status if outcome.x is not None else "feasible"
    bound = outcome.bound
    if math.isnan(bound):
        bound = -math.inf if target.minimise else math.inf
    value = target.expression.value(x)
    gap = None if target.log_share else max(0.0, value - bound if target.minimise else bound - value)
    unit = "share" if target.log_share else "musd"
    lower = target.reported(max(0.0, bound)) if target.log_share else bound
    return Level(target.name, sense, unit, target.reported(value), lower, gap, status, seconds)


def _held(matrix: Matrix, target: Target, level: Level, x: Vector, slack_share: float, slack: float) -> Matrix:
    """The matrix with a row that keeps a level within its slack."""
    expression = target.expression
    if target.over is not None:
        worst = level.value + slack_share * abs(level.value)
        kept = expression.plus(target.over, -worst)
        positive = LEAST_DENOMINATOR - target.over.constant
        return matrix.with_row(kept.cost, -np.inf, slack - kept.constant).with_row(target.over.cost, positive, np.inf)
    value = expression.value(x)
    if target.log_share:
        share = level.value + slack_share * abs(level.value)
        room = -math.log1p(-min(share, 1.0 - 1e-12)) - value + slack
    else:
        room = slack_share * abs(value) + slack
    edge = value - expression.constant
    low, high = (-np.inf, edge + room) if target.minimise else (edge - room, np.inf)
    return matrix.with_row(expression.cost, low, high)


def _tidied(
    exact: Matrix, roomy: Matrix, tidy: Sequence[Expression], followers: Mask, x: Vector, limits: Limits
) -> Vector:
    for expression in tidy:
        try:
            cleaner = polish(exact, roomy, expression, x, limits, maximise=False)
            if (followers & roomy.integer).any():
                brief = replace(limits, gap_share=0.0, time_limit_s=TIDY_SECONDS)
                outcome = minimise(roomy.fixed_integers(cleaner, free=followers), expression, brief, start=cleaner)
                if outcome.x is not None:
                    cleaner = polish(exact, roomy, expression, outcome.x, limits, maximise=False)
        except SolverError:
            break  # the levels are solved and proven; what is lost is tidiness, and the audit will say if it matters
        x = cleaner
        edge = expression.value(x) - expression.constant
        exact = exact.with_row(expression.cost, -np.inf, edge)
        roomy = roomy.with_row(expression.cost, -np.inf, edge + DOLLAR)
    return x


def _watch(target: Target, listener: Listener, begun: float) -> Watch:
    def watch(incumbent: float, bound: float) -> None:
        gap = abs(incumbent - bound)
        unknown = math.isnan(gap)
        listener(
            Progress(
                level=target.name,
                incumbent=None if math.isnan(incumbent) else target.reported(incumbent),
                bound=None if math.isnan(bound) else target.reported(bound),
                gap_share=None if unknown or not incumbent else gap / abs(incumbent),
                gap_musd=None if unknown or target.log_share else gap,
                seconds=time.monotonic() - begun,
            )
        )

    return watch
