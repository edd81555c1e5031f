"""An ordered list of objectives: the best of each, within the slack of those before it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.plan.progress import Progress
from optimizer.solver.highs import Limits, Outcome, SolverError, minimise
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector

DOLLAR = 1e-6
"""A level is kept to the dollar beyond its slack, so that rounding cannot make the next one infeasible."""

TIDY_SECONDS = 20.0
"""Most time for the binaries that follow from the decisions; there are few of them."""


@dataclass(frozen=True)
class Target:
    """One level: an objective over the columns with its slack."""

    name: str
    expression: Expression
    minimise: bool
    slack_share: float = 0.0
    slack_musd: float = 0.0


@dataclass(frozen=True)
class Level:
    """What is known of one level after the solve, USD million in the objective's own sense."""

    name: str
    sense: str
    value: float
    bound: float
    status: str
    seconds: float

    @property
    def gap_musd(self) -> float:
        """How much better the best could be: |value − bound|, at least 0."""
        return max(0.0, self.value - self.bound if self.sense == "minimise" else self.bound - self.value)

    @property
    def gap_share(self) -> float:
        """The gap relative to the value; 0 if both are 0."""
        return self.gap_musd / abs(self.value) if self.value else (0.0 if self.gap_musd == 0.0 else math.inf)


Listener = Callable[[Progress], None]


class NothingFoundError(Exception):
    """The first level ended without a solution: ``status`` is infeasible, unbounded or no_solution."""

    def __init__(self, status: str, level: str, bound: float, interrupted: bool) -> None:
        super().__init__(status)
        self.status, self.level, self.bound, self.interrupted = status, level, bound, interrupted


def solve_levels(
    matrix: Matrix,
    targets: Sequence[Target],
    tidy: Expression,
    followers: Mask,
    limits: Limits,
    listener: Listener | None = None,
) -> tuple[Vector, list[Level]]:
    """The plan and what is known of each level.

    After each level the integers are rounded and the linear programme that is left is solved once more, so that values
    do not lean on the integrality tolerance. Last, ``tidy`` is minimised with every level held and the decisions kept
    (only the binaries that follow from them, ``followers``, are free): where all objectives are indifferent, no money
    is wasted. Raises NothingFoundError.
    """
    begun, stop = time.monotonic(), threading.Event()
    levels: list[Level] = []
    exact = matrix
    x: Vector | None = None
    for i, target in enumerate(targets):
        left = limits.time_limit_s - (time.monotonic() - begun)
        budget = replace(limits, time_limit_s=left / (len(targets) - i))
        outcome, seconds = _one_level(matrix, target, budget, x, listener, stop)
        if outcome.x is None and (x is None or outcome.status == "unbounded"):
            raise NothingFoundError(outcome.status, target.name, outcome.bound, stop.is_set())
        found = outcome.x if outcome.x is not None else x
        assert found is not None
        x = _polish(exact, matrix, target.expression, found, limits, maximise=not target.minimise)
        level = _level(target, outcome, x, seconds)
        levels.append(level)
        slack = target.slack_share * abs(level.value) + target.slack_musd
        exact, matrix = _held(exact, target, level.value, slack), _held(matrix, target, level.value, slack + DOLLAR)
    last = targets[-1]
    exact, matrix = _held(exact, last, levels[-1].value, 0.0), _held(matrix, last, levels[-1].value, DOLLAR)
    assert x is not None
    x = _polish(exact, matrix, tidy, x, limits, maximise=False)
    if (followers & matrix.integer).any():
        brief = replace(limits, gap_share=0.0, time_limit_s=TIDY_SECONDS)
        outcome = minimise(matrix.fixed_integers(x, free=followers), tidy, brief, start=x)
        if outcome.x is not None:
            x = _polish(exact, matrix, tidy, outcome.x, limits, maximise=False)
    return x, levels


def _held(matrix: Matrix, target: Target, value: float, slack: float) -> Matrix:
    """The matrix with a row that keeps a level within ``slack`` of its value."""
    edge = value - target.expression.constant
    low, high = (-np.inf, edge + slack) if target.minimise else (edge - slack, np.inf)
    return matrix.with_row(target.expression.cost, low, high)


def _level(target: Target, outcome: Outcome, x: Vector, seconds: float) -> Level:
    # without a solution of its own a level still has the plan it began with
    status = outcome.status if outcome.x is not None else "feasible"
    bound = outcome.bound
    if math.isnan(bound):
        bound = -math.inf if target.minimise else math.inf
    sense = "minimise" if target.minimise else "maximise"
    return Level(target.name, sense, target.expression.value(x), bound, status, seconds)


def _one_level(
    matrix: Matrix,
    target: Target,
    limits: Limits,
    start: Vector | None,
    listener: Listener | None,
    stop: threading.Event,
) -> tuple[Outcome, float]:
    begun = time.monotonic()

    def watch(incumbent: float, bound: float) -> None:
        assert listener is not None
        gap = abs(incumbent - bound)
        listener(
            Progress(
                level=target.name,
                incumbent=None if math.isnan(incumbent) else incumbent,
                bound=None if math.isnan(bound) else bound,
                gap_share=None if math.isnan(gap) or not incumbent else gap / abs(incumbent),
                gap_musd=None if math.isnan(gap) else gap,
                seconds=time.monotonic() - begun,
            )
        )

    outcome = minimise(
        matrix,
        target.expression,
        limits,
        maximise=not target.minimise,
        start=start,
        watch=watch if listener else None,
        stop=stop,
    )
    return outcome, time.monotonic() - begun


def _polish(
    exact: Matrix, roomy: Matrix, objective: Expression, x: Vector, limits: Limits, *, maximise: bool
) -> Vector:
    """The best plan with the integer decisions of ``x``, from the linear programme that they leave.

    The levels before are held exactly; where rounding makes that impossible, to the dollar (``roomy``).
    """
    patient = replace(limits, time_limit_s=max(60.0, limits.time_limit_s))
    for matrix in (exact, roomy):
        outcome = minimise(matrix.fixed_integers(x), objective, patient, maximise=maximise)
        if outcome.status == "unbounded":
            return x
        if outcome.x is not None:
            outcome.x[matrix.integer] = np.round(x[matrix.integer])
            return np.clip(outcome.x, matrix.low, matrix.high)
    raise SolverError(
        "with its integer decisions rounded the plan is no longer feasible: it leaned on the integrality tolerance"
    )
