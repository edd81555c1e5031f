"""One level: from what is known of it to its plan and its bound."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer.solver.by_parts import has_parts, search_by_parts
from optimizer.solver.highs import Limits, LostError, Outcome, SolverError, Watch, beats
from optimizer.solver.kernel import has_kernel, kernel_search
from optimizer.solver.layout import Layout
from optimizer.solver.level import Hint, Level, NothingFoundError, Objective
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.polish import READ_SHARE, WORTH_A_DOLLAR, polish
from optimizer.solver.proof import proven_by_one_tree
from optimizer.solver.ratio import minimise_ratio
from optimizer.solver.search import minimise
from optimizer.solver.start_heuristic import start_heuristic
from optimizer.solver.ways import MANY_INTEGERS


@dataclass(frozen=True)
class Known:
    """What one level begins with, whom it tells, and what ends it softly; ``least`` is proven of the denominator."""

    hint: Hint
    watch: Watch | None
    layout: Layout | None
    stop: threading.Event
    least: float = -math.inf


def solve_level(
    matrix: Matrix, exact: Matrix, objective: Objective, limits: Limits, known: Known
) -> tuple[Vector, Level]:
    begun, hint, watch, stop = time.monotonic(), known.hint, known.watch, known.stop
    sense = "minimise" if objective.minimise else "maximise"
    proven = _already_proven(objective, hint, limits)
    if proven is not None:
        return proven
    start = hint.start
    if watch is not None and start is not None:
        below = 1.0 if objective.denominator is None else objective.denominator.value(start)
        if below > 0.0:
            watch(objective.expression.value(start) / below, math.nan, "start")
    done: Outcome | None = None
    if known.layout is not None and not hint.proof_only:
        start, done = _prepared(matrix, objective, known.layout, limits, start, watch, stop)
        limits = limits.since(begun)
    if objective.denominator is not None:
        ratio = minimise_ratio(
            matrix,
            exact,
            objective.expression,
            objective.denominator,
            limits,
            least=known.least,
            start=start,
            proof_only=hint.proof_only,
            watch=watch,
            stop=stop,
        )
        seconds = time.monotonic() - begun
        if ratio.x is None:
            raise NothingFoundError(ratio.status, objective, ratio.bound, seconds, stop.is_set(), matrix)
        value, bound = objective.reported(ratio.value), objective.reported(ratio.bound)
        iterates = tuple(map(objective.reported, ratio.iterates))
        return ratio.x, Level(
            objective.name, sense, "share", value, bound, ratio.gap_musd, ratio.status, seconds, iterates
        )
    x, outcome, searched = start, None, time.monotonic()
    for presolve in (True, False):
        try:
            if presolve and done is not None:
                outcome = done
            else:
                outcome = minimise_to_base(
                    matrix,
                    objective,
                    limits.since(searched),
                    start=x,
                    known_bound=_internal_bound(objective, hint) if presolve else None,
                    proof_only=hint.proof_only and start is not None,
                    presolve=presolve,
                    cheap_nodes=hint.cheap_nodes,
                    enough=hint.enough,
                    far=hint.far,
                    watch=watch,
                    stop=stop,
                )
        except LostError as lost:
            lost.proven = objective.reported(lost.bound) if math.isfinite(lost.bound) else None
            raise
        if outcome.x is None and (x is None or outcome.status == "unbounded"):
            seconds = time.monotonic() - begun
            raise NothingFoundError(outcome.status, objective, outcome.bound, seconds, stop.is_set(), matrix)
        # without a solution of its own a level still has the plan it began with
        x = polish(
            exact,
            matrix,
            objective.expression,
            x if outcome.x is None else outcome.x,
            limits,
            maximise=not objective.minimise,
            as_good=not objective.log_share,  # a share is no amount that a dollar could have bought
        )
        if outcome.status != "optimal" or not _beats(objective, outcome, x):
            break  # else presolve, or a cut of what it left, has lost the better plans
    assert x is not None
    assert outcome is not None
    return x, _level(objective, sense, outcome, x, time.monotonic() - begun, limits)


def _prepared(
    matrix: Matrix,
    objective: Objective,
    layout: Layout,
    limits: Limits,
    start: Vector | None,
    watch: Watch | None,
    stop: threading.Event,
) -> tuple[Vector | None, Outcome | None]:
    """A plan that a search of a large programme begins with, and the outcome where no other search is needed."""
    if has_parts(matrix, layout, limits) and objective.denominator is None:
        found, done = search_by_parts(matrix, objective, layout, limits, start=start, watch=watch, stop=stop)
        if found is not None:
            return found, done
    if has_kernel(matrix, layout, limits) and objective.denominator is None:
        begun = time.monotonic()
        found = kernel_search(matrix, objective, layout, limits, start=start, watch=watch, stop=stop)
        if found is not None:
            left = limits.since(begun).with_plan()
            return found, proven_by_one_tree(matrix, objective, left, found, watch=watch, stop=stop)
    if int(matrix.integer.sum()) <= MANY_INTEGERS:
        return start, None
    shown, maximise = watch if objective.denominator is None else None, not objective.minimise
    # the numerator of a ratio is nothing to show
    return start_heuristic(
        matrix, objective.expression, layout, limits, maximise=maximise, start=start, watch=shown, stop=stop
    ), None


def _beats(objective: Objective, outcome: Outcome, x: Vector) -> bool:
    """Whether a plan is better than the bound of a search, which is none then."""
    sign = 1.0 if objective.minimise else -1.0
    return beats(sign * objective.expression.value(x), sign * outcome.bound)


def rescued(
    matrix: Matrix,
    exact: Matrix,
    objective: Objective,
    limits: Limits,
    plans: Sequence[Vector],
    lost: LostError,
    ended: threading.Event,
) -> tuple[Vector, Level]:
    """The best of the plans that hold, polished but searched no further. Raises ``lost`` if none does."""
    sign = 1.0 if objective.minimise else -1.0
    for plan in sorted(plans, key=lambda x: sign * objective.value(x)):
        try:
            x, level = solve_level(matrix, exact, objective, limits, Known(Hint(plan, lost.proven), None, None, ended))
        except (SolverError, NothingFoundError):
            continue
        return x, replace(level, seconds=lost.seconds)
    raise lost


def _already_proven(objective: Objective, hint: Hint, limits: Limits) -> tuple[Vector, Level] | None:
    """The start, where it is within the gap of the bound that is known."""
    bound = _internal_bound(objective, hint)
    if hint.start is None or hint.bound is None or bound is None:
        return None
    sense = "minimise" if objective.minimise else "maximise"
    if objective.denominator is None:
        outcome = Outcome("optimal", hint.start, objective.expression.value(hint.start), bound)
        level = _level(objective, sense, outcome, hint.start, 0.0, limits)
    else:
        below = objective.denominator.value(hint.start)
        value = objective.value(hint.start)
        gap = max(0.0, objective.ratio(value) - objective.ratio(hint.bound))
        level = Level(objective.name, sense, "share", value, hint.bound, gap * below, "optimal", 0.0, (value,))
    return (hint.start, level) if level.within(limits) else None


def minimise_to_base(
    matrix: Matrix,
    objective: Objective,
    limits: Limits,
    *,
    start: Vector | None,
    known_bound: float | None,
    proof_only: bool,
    presolve: bool,
    watch: Watch | None,
    stop: threading.Event | None,
    cheap_nodes: bool = False,
    enough: float | None = None,
    far: bool = False,
) -> Outcome:
    """``minimise``, whose relative gap is one of the base, if the objective has one.

    A search measures its gap in its whole value, so it is given value + (base − value at a plan): at the plan at hand,
    unless that may be ``far`` from the best, or at one that is found on the way.
    """
    begun = time.monotonic()
    found: Outcome | None = None
    more = None if objective.base is None else objective.base.plus(objective.expression, -1.0)
    for last in (False, False, True):
        shift = 0.0 if more is None else (more.constant if start is None or far else more.value(start))
        outcome = minimise(
            matrix,
            Expression(objective.expression.cost, objective.expression.constant + shift),
            limits.since(begun),
            maximise=not objective.minimise,
            start=start,
            known_bound=None if known_bound is None else known_bound + shift,
            proof_only=proof_only,
            presolve=presolve,
            cheap_nodes=cheap_nodes,
            enough=None if enough is None else enough + shift,
            watch=None if watch is None else _shifted(watch, shift),
            stop=stop,
        )
        if outcome.x is None and found is not None:
            return replace(found, status="feasible")  # a stop came before the second search had the plan of the first
        outcome = found = replace(outcome, value=outcome.value - shift, bound=outcome.bound - shift)
        if more is None or last or outcome.x is None or outcome.status != "optimal":
            return outcome
        gap = abs(outcome.value - outcome.bound)
        base = objective.expression.value(outcome.x) + more.value(outcome.x)
        if not more.cost.any() or gap <= max(limits.gap_musd, limits.gap_share * abs(base)) or math.isnan(gap):
            return outcome
        start, known_bound, far = outcome.x, outcome.bound, False
    raise AssertionError("the last search is returned")


def _shifted(watch: Watch, shift: float) -> Watch:
    return lambda incumbent, bound, trying: watch(incumbent - shift, bound - shift, trying)


def _internal_bound(objective: Objective, hint: Hint) -> float | None:
    """The known bound as one of the expression."""
    if hint.bound is None or not objective.log_share:
        return hint.bound
    return -math.log1p(-hint.bound)


def _level(objective: Objective, sense: str, outcome: Outcome, x: Vector, seconds: float, limits: Limits) -> Level:
    status, bound = outcome.status if outcome.x is not None else "feasible", outcome.bound
    value = objective.expression.value(x)
    base = None if objective.base is None else objective.base.value(x)
    if not math.isfinite(bound) or _beats(objective, outcome, x):
        status, bound = "feasible", -math.inf if objective.minimise else math.inf
    far = max(0.0, value - bound if objective.minimise else bound - value)
    enough = limits.gap_musd + limits.gap_share * abs(value if base is None else base)
    if not objective.log_share and far > enough + WORTH_A_DOLLAR + READ_SHARE * abs(value):
        status = "feasible"  # the plan as it is read is not the one that the search ended with
    gap = None if objective.log_share else far
    unit = "share" if objective.log_share else "musd"
    lower = objective.reported(max(0.0, bound)) if objective.log_share else bound
    reported = objective.reported(value)
    return Level(
        objective.name, sense, unit, reported, lower, gap, status, seconds, base=base, inserted=objective.inserted
    )
