"""One level, solved again by SCIP: what the solver and SCIP say of it must not contradict each other."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from optimizer.contract.solvers import ENGINES
from optimizer.solver.highs import Limits, Outcome
from optimizer.solver.level import Stage
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.ratio import LEAST_DENOMINATOR, MARGIN, with_positive
from optimizer.solver.second import minimise_with_scip

RELATIVE = ABSOLUTE = 1e-6
"""Two solvers that work to tolerances may differ by a dollar, plus a dollar in a million dollars."""


@dataclass(frozen=True)
class SecondLevel:
    """A level as the search left it (``value``, ``bound``) and as SCIP sees it, in the objective's own sense and unit.

    ``difference_musd`` is SCIP's value less that of the plan; of ``wacc`` it is the least N − λ·D at the plan's ratio
    λ; None for ``dilution`` and without a plan of SCIP. ``status`` is SCIP's; ``finding`` is what to say where the two
    do not agree. Not finite: not known.
    """

    name: str
    value: float
    bound: float
    second_value: float
    second_bound: float
    difference_musd: float | None
    seconds: float
    status: str
    agrees: bool | None
    finding: str


def second_level(stage: Stage, limits: Limits) -> SecondLevel:
    """Solve the level's very matrix to the very gap, with SCIP, and compare. Raises as ``minimise_with_scip``."""
    return (
        _ratio(stage, stage.objective.denominator, limits)
        if stage.objective.denominator is not None
        else _plain(stage, limits)
    )


def _plain(stage: Stage, limits: Limits) -> SecondLevel:
    begun, objective, level = time.monotonic(), stage.objective, stage.level
    sign = 1.0 if objective.minimise else -1.0
    outcome = minimise_with_scip(stage.matrix, objective.expression, limits, maximise=not objective.minimise)
    value = objective.expression.value(stage.x)
    bound = -math.log1p(-level.bound) if objective.log_share else level.bound
    enough = max(limits.gap_musd, limits.gap_share * abs(value))
    second_interval = (sign * outcome.value, sign * outcome.bound)
    first = ENGINES[limits.solver].name
    agrees, finding = _verdict(first, sign * value, sign * bound, *second_interval, outcome.status, enough, abs(value))
    difference = None if objective.log_share or outcome.x is None else outcome.value - value
    second = (_reported(stage, outcome.value), _reported(stage, outcome.bound))
    seconds = time.monotonic() - begun
    known = (level.name, level.value, level.bound)
    return SecondLevel(*known, *second, difference, seconds, outcome.status, agrees, finding)


def _reported(stage: Stage, value: float) -> float:
    return stage.objective.reported(value) if math.isfinite(value) else value


def _ratio(stage: Stage, denominator: Expression, limits: Limits) -> SecondLevel:
    """At the plan's ratio λ, min N − λ·D is 0 if λ is the least ratio; a bound f on it gives N/D ≥ λ + f/D."""
    begun, level, numerator = time.monotonic(), stage.level, stage.objective.expression
    matrix = with_positive(denominator, stage.matrix)
    plan_ratio, bound_ratio = stage.objective.ratio(level.value), stage.objective.ratio(level.bound)
    shortfall = numerator.plus(denominator, -plan_ratio)
    # the absolute gap is that of the numerator, as in ratio.py: a share of N − λ·D, which is 0, would be none
    tolerance = max(MARGIN * limits.gap_share * abs(numerator.value(stage.x)), 1e-7)
    outcome = minimise_with_scip(matrix, shortfall, replace(limits, gap_share=0.0, gap_musd=tolerance))
    first_bound, second_value = -math.inf, math.nan
    if outcome.x is not None:
        held = denominator.value(outcome.x)
        second_value = stage.objective.value(outcome.x)
        # what HiGHS's bound on the ratio says of N − λ·D at the denominator of this plan
        first_bound = (bound_ratio - plan_ratio) * held
    size = abs(numerator.value(stage.x))
    at_plan, second_interval = shortfall.value(stage.x), (outcome.value, outcome.bound)
    first = ENGINES[limits.solver].name
    agrees, finding = _verdict(first, at_plan, first_bound, *second_interval, outcome.status, tolerance, size)
    least = _least_denominator(matrix, shortfall, denominator, limits)
    second_bound = stage.objective.reported(plan_ratio + min(0.0, outcome.bound) / least)
    difference = None if outcome.x is None else outcome.value
    seconds = time.monotonic() - begun
    known = (level.name, level.value, level.bound, second_value, second_bound)
    return SecondLevel(*known, difference, seconds, outcome.status, agrees, finding)


def _least_denominator(matrix: Matrix, shortfall: Expression, denominator: Expression, limits: Limits) -> float:
    """No plan with a smaller ratio has a smaller denominator."""
    relaxed = matrix.relaxed().with_row(shortfall.cost, -np.inf, ABSOLUTE - shortfall.constant)
    least: Outcome = minimise_with_scip(relaxed, denominator, replace(limits, time_limit_s=60.0))
    return max(LEAST_DENOMINATOR, least.bound) if least.x is not None else LEAST_DENOMINATOR


def _verdict(
    first: str,
    value: float,
    bound: float,
    second_value: float,
    second_bound: float,
    status: str,
    enough: float,
    size: float,
) -> tuple[bool | None, str]:
    """Whether [bound, value] and [second bound, second value] of a minimum can both be true, and if not, why.

    ``first`` is the name of the solver of the first. ``enough`` is the gap that was asked for and ``size`` what it is a
    share of. A second solver that hits its limit has still confirmed the plan where its own bound is that close to it.
    What is not a number is not known.
    """
    tolerance = ABSOLUTE + RELATIVE * size
    if status in ("infeasible", "unbounded"):
        return False, f"it says {status}, where {first} has a plan and a bound"
    if bound - second_value > tolerance:
        return False, f"its plan is better than the bound of {first} by {bound - second_value:,.6f}"
    if second_bound - value > tolerance:
        return False, f"its bound says that no plan is as good as that of {first}, by {second_bound - value:,.6f}"
    if status == "optimal" or value - second_bound <= enough + tolerance:
        return True, ""
    if not math.isfinite(second_bound):
        return None, "its limit was hit before it had a bound"
    share = f" ({(value - second_bound) / size:.3%})" if size else ""
    return (
        None,
        f"when its limit was hit, it had proven the plan to be within {value - second_bound:,.3f}{share} of the best",
    )
