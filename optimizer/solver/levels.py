"""An ordered list of objectives: the best of each, within the slack of those before it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.finance.rates import compounded, nominal
from optimizer.plan.delivered import share_of
from optimizer.plan.progress import Progress
from optimizer.solver.first_plan import Layout, first_plan
from optimizer.solver.highs import Limits, LostError, Outcome, SolverError, Watch, minimise
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.polish import WORTH_A_DOLLAR, polish
from optimizer.solver.ratio import minimise_ratio, with_positive

DOLLAR = 1e-6
"""A level is kept to the dollar beyond its slack, so that rounding cannot make the next one infeasible."""

BELIEVED = 1e-7
"""By this part of its value a plan may be better than its bound, which is the search tree's tolerance."""

READ_SHARE = 1e-4
"""By this part of its value a plan as it is read may be worse than the one that a search ended with."""

LATER_SHARE = 0.02
"""The part of the time left that each later level keeps while a level has no plan."""

TIDY_SECONDS = 20.0
"""Most time for the binaries that follow from the decisions; there are few of them."""


@dataclass(frozen=True)
class Target:
    """One level: an objective over the columns with its slack.

    With ``over`` the objective is the ratio expression / over; with ``log_share`` the expression is −ln(1 − share).
    Gap and slack are shares of the value, or of that of ``base`` at the same plan. A ratio is a nominal rate of
    ``per_year`` periods a year, reported as an effective one.

    ``inserted``: the file does not ask for it; ``keep`` are the columns that keep their values where a level stands
    before this one.
    """

    name: str
    expression: Expression
    minimise: bool
    slack_share: float = 0.0
    slack_musd: float = 0.0
    over: Expression | None = None
    log_share: bool = False
    base: Expression | None = None
    per_year: int = 1
    inserted: bool = False
    keep: Mask | None = None

    def value(self, x: Vector) -> float:
        """What a plan comes to: the expression, or the ratio, infinite where the denominator is not positive."""
        value = self.expression.value(x)
        if self.over is None:
            return value
        over = self.over.value(x)
        return compounded(value / over, self.per_year) if over > 0.0 else math.inf

    def reported(self, value: float) -> float:
        """A value of the expression, or a ratio, in the unit of the objective."""
        if self.over is not None:
            return compounded(value, self.per_year)
        return 1.0 - math.exp(-value) if self.log_share else value

    def ratio(self, value: float) -> float:
        """The ratio that is reported as ``value``."""
        return nominal(value, self.per_year)


@dataclass(frozen=True)
class Level:
    """What is known of one level after the solve, in the objective's own sense and unit.

    ``unit`` is musd, or share for ``wacc`` (a year) and ``dilution``. ``gap_musd`` is how much better the best could be
    in dollars, at least 0 (of ``wacc``: in its numerator, present value); None for ``dilution``. ``iterates`` are the
    ratios that Dinkelbach's method went through. ``base`` is what gap and slack are shares of, if not of the value.
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
    base: float | None = None
    inserted: bool = False

    @property
    def gap(self) -> float:
        """|value − bound| in the unit of the objective, at least 0."""
        return max(0.0, self.value - self.bound if self.sense == "minimise" else self.bound - self.value)

    @property
    def gap_share(self) -> float:
        """The gap relative to the base or the value; 0 if both are 0."""
        return share_of(self.gap, self.value, self.base)


@dataclass(frozen=True)
class Stage:
    """One level as it was solved: the matrix with the levels before it held, and the plan that came of it."""

    matrix: Matrix
    target: Target
    x: Vector
    level: Level


@dataclass(frozen=True)
class Solution:
    """The plan, one value per column, and the stages that led to it.

    ``interrupted`` if the user stopped the search; ``lost`` is what ended it if the solver's process went down.
    """

    x: Vector
    stages: tuple[Stage, ...]
    interrupted: bool = False
    lost: LostError | None = None

    @property
    def crashed(self) -> bool:
        """Whether a crash of the solver ended the search."""
        return self.lost is not None and self.lost.crashed

    @property
    def levels(self) -> list[Level]:
        """What is known of each level."""
        return [stage.level for stage in self.stages]


@dataclass(frozen=True)
class Hint:
    """What is known before a level is solved.

    ``start`` is a plan; ``bound`` one that holds, in the objective's own sense and unit; both None where nothing is
    known. ``proof_only``: the start is good enough that proving is what is left.
    """

    start: Vector | None = None
    bound: float | None = None
    proof_only: bool = False


Listener = Callable[[Progress], None]
Hints = Callable[[int, Matrix, Target, Vector | None], Hint]
"""The hint for a level, from its index, matrix and target and the plan of the level before."""


class NothingFoundError(Exception):
    """A level ended without a solution: ``status`` is infeasible, undefined, unbounded or no_solution.

    ``bound`` is one of the expression, ``seconds`` what the level took, ``matrix`` holds the levels before it.
    """

    def __init__(
        self, status: str, target: Target, bound: float, seconds: float, interrupted: bool, matrix: Matrix
    ) -> None:
        super().__init__(status)
        self.matrix = matrix
        self.status, self.target, self.bound = status, target, bound
        self.seconds, self.interrupted = seconds, interrupted


def solve_levels(
    matrix: Matrix,
    targets: Sequence[Target],
    tidy: Sequence[Expression],
    followers: Mask,
    limits: Limits,
    listener: Listener | None = None,
    hints: Hints | None = None,
    layout: Layout | None = None,
) -> Solution:
    """The plan and what is known of each level.

    After each level the integers are rounded and the linear programme that is left is solved once more, so that values
    do not lean on the integrality tolerance. Last, the ``tidy`` expressions are minimised in their order, with every
    level held and the decisions kept (only the binaries that follow from them, ``followers``, are free): where all
    objectives are indifferent, no money is wasted. With a ``layout`` a level begins with a plan that is found by parts.

    If the solver's process goes down, the best plan known by then is polished and tidied by another one, and nothing is
    searched any more. Raises NothingFoundError, and LostError if there is no plan by then.
    """
    begun, stop, over = time.monotonic(), threading.Event(), threading.Event()
    over.set()
    stages: list[Stage] = []
    exact = matrix
    x: Vector | None = None
    lost: LostError | None = None
    for i, target in enumerate(targets):
        if x is not None and target.keep is not None:
            matrix, exact = matrix.keeping(x, target.keep), exact.keeping(x, target.keep)
        budget = _budget(limits.since(begun), len(targets) - i - 1, x is not None)
        watch = _watch(target, listener, i + 1, len(targets)) if listener else None
        level_begun = time.monotonic()
        try:
            hint = Hint(start=x) if hints is None or lost else hints(i, matrix, target, x)
            # the level that is inserted before a ratio is its denominator
            least = stages[-1].level.bound if target.over is not None and targets[i - 1].inserted else -math.inf
            known = _Known(hint, watch, layout, over if lost else stop, least)
            x, level = _one_level(matrix, exact, target, budget, known)
        except LostError as error:
            if lost is not None:
                raise
            lost, error.level, error.seconds = error, target.name, time.monotonic() - level_begun
            plans = error.plans if x is None else [*error.plans, x]
            x, level = _rescued(matrix, exact, target, budget, plans, error, over)
        stages.append(Stage(matrix, target, x, level))
        exact = _held(exact, target, level, x, target.slack_share, target.slack_musd)
        matrix = _held(matrix, target, level, x, target.slack_share, target.slack_musd + DOLLAR)
    last = targets[-1], stages[-1].level
    assert x is not None
    exact, matrix = _held(exact, *last, x, 0.0, 0.0), _held(matrix, *last, x, 0.0, DOLLAR)
    x, untidy = _tidied(exact, matrix, tidy, followers, x, limits, stop)
    return Solution(x, tuple(stages), stop.is_set(), lost or untidy)


def _budget(left: Limits, later: int, has_plan: bool) -> Limits:
    """Of the time left, a level that has a plan may take its share; one without may take all but a rest for later."""
    share = left.time_limit_s / (later + 1)
    most = share if has_plan else left.time_limit_s * (1.0 - LATER_SHARE * later)
    return replace(left, time_limit_s=max(share, most), plan_s=share)


def replayed(matrix: Matrix, targets: Sequence[Target], levels: Sequence[Level], plans: Sequence[Vector]) -> Solution:
    """The solution of ``solve_levels`` from the records of its levels and the plans that each ended with."""
    stages = []
    before: Vector | None = None
    for target, level, x in zip(targets, levels, plans, strict=True):
        if before is not None and target.keep is not None:
            matrix = matrix.keeping(before, target.keep)
        before = x
        stages.append(Stage(matrix, target, x, level))
        matrix = _held(matrix, target, level, x, target.slack_share, target.slack_musd + DOLLAR)
    return Solution(plans[-1], tuple(stages))


@dataclass(frozen=True)
class _Known:
    """What one level begins with, whom it tells, and what ends it softly; ``least`` is proven of the denominator."""

    hint: Hint
    watch: Watch | None
    layout: Layout | None
    stop: threading.Event
    least: float = -math.inf


def _one_level(matrix: Matrix, exact: Matrix, target: Target, limits: Limits, known: _Known) -> tuple[Vector, Level]:
    begun, hint, watch, stop = time.monotonic(), known.hint, known.watch, known.stop
    sense = "minimise" if target.minimise else "maximise"
    proven = _already_proven(target, hint, limits)
    if proven is not None:
        return proven
    start = hint.start
    if known.layout is not None and not hint.proof_only:
        # the numerator of a ratio is nothing to show
        shown = watch if target.over is None else None
        maximise = not target.minimise
        start = first_plan(
            matrix, target.expression, known.layout, limits, maximise=maximise, start=start, watch=shown, stop=stop
        )
        limits = limits.since(begun)
    if target.over is not None:
        ratio = minimise_ratio(
            matrix,
            exact,
            target.expression,
            target.over,
            limits,
            least=known.least,
            start=start,
            proof_only=hint.proof_only,
            watch=watch,
            stop=stop,
        )
        seconds = time.monotonic() - begun
        if ratio.x is None:
            raise NothingFoundError(ratio.status, target, ratio.bound, seconds, stop.is_set(), matrix)
        value, bound = target.reported(ratio.value), target.reported(ratio.bound)
        iterates = tuple(map(target.reported, ratio.iterates))
        return ratio.x, Level(
            target.name, sense, "share", value, bound, ratio.gap_musd, ratio.status, seconds, iterates
        )
    x, outcome = start, None
    for presolve in (True, False):
        try:
            outcome = minimise_to_base(
                matrix,
                target,
                limits.since(begun),
                start=x,
                known_bound=_internal_bound(target, hint),
                proof_only=hint.proof_only and start is not None,
                presolve=presolve,
                watch=watch,
                stop=stop,
            )
        except LostError as lost:
            lost.proven = target.reported(lost.bound) if math.isfinite(lost.bound) else None
            raise
        if outcome.x is None and (x is None or outcome.status == "unbounded"):
            seconds = time.monotonic() - begun
            raise NothingFoundError(outcome.status, target, outcome.bound, seconds, stop.is_set(), matrix)
        # without a solution of its own a level still has the plan it began with
        x = polish(
            exact,
            matrix,
            target.expression,
            x if outcome.x is None else outcome.x,
            limits,
            maximise=not target.minimise,
            as_good=not target.log_share,  # a share is no amount that a dollar could have bought
        )
        if outcome.status != "optimal" or not _beats(target, outcome, x):
            break  # else presolve, or a cut of what it left, has lost the better plans
    assert x is not None
    assert outcome is not None
    return x, _level(target, sense, outcome, x, time.monotonic() - begun, limits)


def _beats(target: Target, outcome: Outcome, x: Vector) -> bool:
    """Whether a plan is better than the bound of a search, which is none then."""
    value = target.expression.value(x)
    better = outcome.bound - value if target.minimise else value - outcome.bound
    return math.isfinite(better) and better > DOLLAR + BELIEVED * abs(value)


def _rescued(
    matrix: Matrix,
    exact: Matrix,
    target: Target,
    limits: Limits,
    plans: Sequence[Vector],
    lost: LostError,
    over: threading.Event,
) -> tuple[Vector, Level]:
    """The best of the plans that hold, polished but searched no further. Raises ``lost`` if none does."""
    sign = 1.0 if target.minimise else -1.0
    for plan in sorted(plans, key=lambda x: sign * target.value(x)):
        try:
            x, level = _one_level(matrix, exact, target, limits, _Known(Hint(plan, lost.proven), None, None, over))
        except (SolverError, NothingFoundError):
            continue
        return x, replace(level, seconds=lost.seconds)
    raise lost


def _already_proven(target: Target, hint: Hint, limits: Limits) -> tuple[Vector, Level] | None:
    """The start, where it is within the gap of the bound that is known."""
    bound = _internal_bound(target, hint)
    if hint.start is None or hint.bound is None or bound is None:
        return None
    sense = "minimise" if target.minimise else "maximise"
    if target.over is None:
        outcome = Outcome("optimal", hint.start, target.expression.value(hint.start), bound)
        level = _level(target, sense, outcome, hint.start, 0.0, limits)
    else:
        over = target.over.value(hint.start)
        value = target.value(hint.start)
        gap = max(0.0, target.ratio(value) - target.ratio(hint.bound))
        level = Level(target.name, sense, "share", value, hint.bound, gap * over, "optimal", 0.0, (value,))
    close = level.gap_share <= limits.gap_share or (level.gap_musd or math.inf) <= limits.gap_musd
    return (hint.start, level) if close else None


def minimise_to_base(
    matrix: Matrix,
    target: Target,
    limits: Limits,
    *,
    start: Vector | None,
    known_bound: float | None,
    proof_only: bool,
    presolve: bool,
    watch: Watch | None,
    stop: threading.Event | None,
) -> Outcome:
    """``minimise``, whose relative gap is one of the base, if the target has one.

    A search measures its gap in its whole value, so it is given value + (base − value at a plan): at the plan at hand,
    or at one that is found on the way.
    """
    begun = time.monotonic()
    more = None if target.base is None else target.base.plus(target.expression, -1.0)
    for last in (False, False, True):
        shift = 0.0 if more is None else (more.constant if start is None else more.value(start))
        outcome = minimise(
            matrix,
            Expression(target.expression.cost, target.expression.constant + shift),
            limits.since(begun),
            maximise=not target.minimise,
            start=start,
            known_bound=None if known_bound is None else known_bound + shift,
            proof_only=proof_only,
            presolve=presolve,
            watch=None if watch is None else _shifted(watch, shift),
            stop=stop,
        )
        outcome = replace(outcome, value=outcome.value - shift, bound=outcome.bound - shift)
        if more is None or last or outcome.x is None or outcome.status != "optimal":
            return outcome
        gap = abs(outcome.value - outcome.bound)
        base = target.expression.value(outcome.x) + more.value(outcome.x)
        if not more.cost.any() or gap <= max(limits.gap_musd, limits.gap_share * abs(base)) or math.isnan(gap):
            return outcome
        start, known_bound = outcome.x, outcome.bound
    raise AssertionError("the last search is returned")


def _shifted(watch: Watch, shift: float) -> Watch:
    return lambda incumbent, bound: watch(incumbent - shift, bound - shift)


def _internal_bound(target: Target, hint: Hint) -> float | None:
    """The known bound as one of the expression."""
    if hint.bound is None or not target.log_share:
        return hint.bound
    return -math.log1p(-hint.bound)


def _level(target: Target, sense: str, outcome: Outcome, x: Vector, seconds: float, limits: Limits) -> Level:
    status, bound = outcome.status if outcome.x is not None else "feasible", outcome.bound
    value = target.expression.value(x)
    base = None if target.base is None else target.base.value(x)
    if not math.isfinite(bound) or _beats(target, outcome, x):
        status, bound = "feasible", -math.inf if target.minimise else math.inf
    far = max(0.0, value - bound if target.minimise else bound - value)
    enough = limits.gap_musd + limits.gap_share * abs(value if base is None else base)
    if not target.log_share and far > enough + WORTH_A_DOLLAR + READ_SHARE * abs(value):
        status = "feasible"  # the plan as it is read is not the one that the search ended with
    gap = None if target.log_share else far
    unit = "share" if target.log_share else "musd"
    lower = target.reported(max(0.0, bound)) if target.log_share else bound
    reported = target.reported(value)
    return Level(target.name, sense, unit, reported, lower, gap, status, seconds, base=base, inserted=target.inserted)


def _held(matrix: Matrix, target: Target, level: Level, x: Vector, slack_share: float, slack: float) -> Matrix:
    """The matrix with a row that keeps a level within its slack."""
    expression = target.expression
    if target.over is not None:
        return capped(matrix, target, level.value + slack_share * abs(level.value), slack)
    value = expression.value(x)
    if target.log_share:
        share = level.value + slack_share * abs(level.value)
        room = -math.log1p(-min(share, 1.0 - 1e-12)) - value + slack
    else:
        room = slack_share * abs(value if target.base is None else target.base.value(x)) + slack
    edge = value - expression.constant
    low, high = (-np.inf, edge + room) if target.minimise else (edge - room, np.inf)
    return matrix.with_row(expression.cost, low, high)


def capped(matrix: Matrix, target: Target, value: float, slack_musd: float = 0.0) -> Matrix:
    """The matrix with an objective kept at most (if it is maximised: at least) at ``value``, in its unit.

    ``slack_musd`` is room in the numerator of a ratio.
    """
    expression = target.expression
    if target.over is not None:
        kept = expression.plus(target.over, -target.ratio(value))
        return with_positive(target.over, matrix.with_row(kept.cost, -np.inf, slack_musd - kept.constant))
    edge = (-math.log1p(-value) if target.log_share else value) - expression.constant
    low, high = (-np.inf, edge) if target.minimise else (edge, np.inf)
    return matrix.with_row(expression.cost, low, high)


def _tidied(
    exact: Matrix,
    roomy: Matrix,
    tidy: Sequence[Expression],
    followers: Mask,
    x: Vector,
    limits: Limits,
    stop: threading.Event,
) -> tuple[Vector, LostError | None]:
    """The plan without waste, and what ended the tidying if the solver's process went down."""
    for expression in tidy:
        try:
            cleaner = polish(exact, roomy, expression, x, limits, maximise=False, stop=stop)
            if (followers & roomy.integer).any():
                brief = replace(limits, gap_share=0.0, time_limit_s=TIDY_SECONDS)
                for held in (exact, roomy):
                    left = held.fixed_integers(cleaner, free=followers)
                    outcome = minimise(left, expression, brief, start=cleaner, stop=stop)
                    if outcome.x is not None:
                        break
                if outcome.x is not None:
                    cleaner = polish(exact, roomy, expression, outcome.x, limits, maximise=False, stop=stop)
        except SolverError as error:
            # the levels are solved and proven; what is lost is tidiness, and the audit will say if it matters
            return x, error if isinstance(error, LostError) else None
        x = cleaner
        edge = expression.value(x) - expression.constant
        exact = exact.with_row(expression.cost, -np.inf, edge)
        roomy = roomy.with_row(expression.cost, -np.inf, edge + DOLLAR)
    return x, None


def _watch(target: Target, listener: Listener, number: int, count: int) -> Watch:
    begun = time.monotonic()

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
                number=number,
                count=count,
            )
        )

    return watch
