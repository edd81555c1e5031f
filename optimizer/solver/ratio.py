"""The least ratio of two linear expressions over a mixed-integer set, by Dinkelbach's method (1967)."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, replace

import numpy as np

from optimizer.solver import highs
from optimizer.solver.highs import Limits, LostError, Watch
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.polish import READ_SHARE, polish
from optimizer.solver.search import minimise

LEAST_DENOMINATOR = 1e-3
"""USD million years: plans whose denominator is not positive have no ratio and are left out."""
MOST_ITERATES = 50
MARGIN = 0.8
"""The numerator is solved to this part of the gap."""


def with_positive(denominator: Expression, matrix: Matrix) -> Matrix:
    """The matrix without the plans whose denominator is not positive."""
    return matrix.with_row(denominator.cost, LEAST_DENOMINATOR - denominator.constant, np.inf)


@dataclass(frozen=True)
class RatioOutcome:
    """The best ratio found with its bound; ``gap_musd`` is the gap of the numerator at the last ratio.

    ``status`` is that of ``minimise``, or undefined where there are plans, and the denominator is positive in none.
    """

    status: str
    x: Vector | None
    value: float
    bound: float
    gap_musd: float | None
    iterates: tuple[float, ...]


def minimise_ratio(
    matrix: Matrix,
    exact: Matrix,
    numerator: Expression,
    denominator: Expression,
    limits: Limits,
    *,
    least: float = LEAST_DENOMINATOR,
    start: Vector | None = None,
    proof_only: bool = False,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> RatioOutcome:
    """Minimise N/D with D > 0, N = ``numerator``, D = ``denominator``.

    With λ the ratio of the best plan so far, F(λ) = min N − λ·D ≤ 0, and λ is the least ratio when F(λ) = 0; otherwise
    the minimiser has a smaller ratio and becomes the next plan. A bound f ≤ F(λ) of the search tree gives
    N/D ≥ λ + f/D for every plan, and D of a better plan is at least its minimum over the relaxation with N ≤ λ·D, and
    ``least``, which is proven of all plans.
    ``start`` and ``proof_only`` as in ``minimise``.
    """
    begun = time.monotonic()
    whole = matrix
    matrix, exact = with_positive(denominator, matrix), with_positive(denominator, exact)

    if start is None or denominator.value(start) < LEAST_DENOMINATOR:
        rough = minimise(
            matrix, numerator, replace(limits.since(begun), gap_share=max(limits.gap_share, 0.01)), stop=stop
        )
        if rough.x is None:
            status = _without_ratio(whole, limits.since(begun), stop) if rough.status == "infeasible" else rough.status
            return RatioOutcome(status, None, math.nan, rough.bound, None, ())
        start = polish(exact, matrix, numerator, rough.x, limits, maximise=False)
    limits, begun = limits.since(begun).with_plan(), time.monotonic()
    x = start
    iterates = [numerator.value(x) / denominator.value(x)]
    while True:
        ratio = iterates[-1]
        shortfall = numerator.plus(denominator, -ratio)
        # the bound on the ratio divides by the least denominator, which is a little below that of the plan at hand
        tolerance = max(MARGIN * limits.gap_share * abs(numerator.value(x)), 1e-7)
        budget = replace(limits.since(begun), gap_share=0.0, gap_musd=tolerance)
        outcome = minimise(
            matrix,
            shortfall,
            budget,
            start=x,
            proof_only=proof_only,
            stop=stop,
            watch=_as_ratio(watch, ratio, denominator.value(x)),
        )
        if outcome.x is not None:
            better = polish(exact, matrix, shortfall, outcome.x, limits, maximise=False, as_good=True)
            if numerator.value(better) / denominator.value(better) < ratio:
                x = better
        improved = numerator.value(x) / denominator.value(x)
        finished = outcome.status != "optimal" or outcome.bound >= -tolerance or len(iterates) >= MOST_ITERATES
        if improved < ratio:
            iterates.append(improved)
        elif not finished:
            # the tree found what rounding took back: what is open is the bound, and it is reported
            finished = True
        if finished:
            left = limits.since(begun)
            try:
                return _proven(
                    matrix, numerator, denominator, outcome.status, x, ratio, outcome.bound, iterates, left, least
                )
            except LostError as lost:
                lost.plans.append(x)
                raise


def _without_ratio(whole: Matrix, limits: Limits, stop: threading.Event | None) -> str:
    """Why no plan has a ratio: there is no plan (infeasible), or none with a positive denominator (undefined)."""
    any_plan = highs.minimise(whole, Expression(np.zeros(whole.shape[1]), 0.0), limits, stop=stop)
    return any_plan.status if any_plan.x is None else "undefined"


def _proven(
    matrix: Matrix,
    numerator: Expression,
    denominator: Expression,
    status: str,
    x: Vector,
    ratio: float,
    shortfall: float,
    iterates: list[float],
    limits: Limits,
    known: float,
) -> RatioOutcome:
    value = iterates[-1]
    status = "optimal" if status == "optimal" else "feasible"
    if math.isnan(shortfall) or math.isinf(shortfall):
        return RatioOutcome("feasible", x, value, -math.inf, None, tuple(iterates))
    better = numerator.plus(denominator, -ratio)
    relaxed = matrix.relaxed().with_row(better.cost, -np.inf, 1e-6 - better.constant)
    least = highs.minimise(relaxed, denominator, replace(limits, time_limit_s=max(60.0, limits.time_limit_s)))
    least_denominator = max(LEAST_DENOMINATOR, known, least.bound) if least.x is not None else denominator.value(x)
    bound = min(value, ratio + min(0.0, shortfall) / least_denominator)
    above = numerator.value(x)
    gap = max(0.0, above - ratio * denominator.value(x) - shortfall)
    if gap > max(limits.gap_share * abs(above), limits.gap_musd) + READ_SHARE * abs(above):
        status = "feasible"  # better ones were seen than could be read
    return RatioOutcome(status, x, value, bound, gap, tuple(iterates))


def _as_ratio(watch: Watch | None, ratio: float, denominator: float) -> Watch | None:
    """Show N − λ·D as the ratio it stands for, at the denominator of the plan at hand."""
    if watch is None:
        return None
    return lambda incumbent, bound, trying: watch(
        ratio + min(0.0, incumbent) / denominator, ratio + bound / denominator, trying
    )
