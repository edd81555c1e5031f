"""One level, checked in fractions: with the plan's whole numbers, is its money the best?"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Context, Decimal

import numpy as np

from optimizer.solver.exact import ExactOptimum, exact_cost, largest_violation, minimise_exactly
from optimizer.solver.exact_basis import Rational, rational
from optimizer.solver.exact_simplex import InexactError
from optimizer.solver.highs import DOLLAR, TOLERANCE
from optimizer.solver.level import Stage
from optimizer.solver.matrix import Vector
from optimizer.solver.ratio import with_positive

RELATIVE = 1e-9
"""A plan in doubles may be off the exact optimum by a dollar plus a dollar in a billion dollars."""
WIDENING = TOLERANCE
"""How far the limit of a row is moved in the second try, times its size where that is more than 1."""
VIOLATION = 1e-6
"""A limit that is missed by more (a dollar, a watt, a thousandth of an accelerator) is missed."""
LONGEST_FRACTION = 60


@dataclass(frozen=True)
class ExactLevel:
    """What rational arithmetic says of a level.

    ``exact_value`` is the optimum with the plan's whole numbers in the objective's unit, to 25 digits, and ``fraction``
    the same without rounding if it is short. ``difference_musd`` is the plan's value less it, in the objective's own
    sense (of ``wacc``: −min N − λ·D at the reported ratio λ); None for ``dilution``. ``primal_violation`` is the most
    by which limits had to move for an exact plan to exist, ``dual_violation`` by how much its prices miss their signs,
    ``plan_violation`` the most by which the plan as written, in doubles, misses a limit: decimal text, and "0" is
    exactly 0.
    """

    name: str
    plan_violation: str
    agrees: bool | None
    finding: str
    exact_value: str | None = None
    fraction: str | None = None
    difference_musd: float | None = None
    primal_violation: str | None = None
    dual_violation: str | None = None
    pivots: int | None = None
    seconds: float = 0.0


def exact_level(stage: Stage, plan: Vector, base_rows: int, time_limit_s: float) -> ExactLevel:
    """Check a level. ``plan`` is what is written down of it; rows from ``base_rows`` on hold the levels before.

    First with every limit as it stands. Doubles can contradict each other in the last digit (instalments that add up
    to a loan but for 1e-16 forbid the loan): then once more with the limits of rows moved by WIDENING, as far as HiGHS
    lets them be missed. Raises MissingExtraError.
    """
    begun = time.monotonic()
    missed = largest_violation(stage.matrix, [rational(value) for value in plan.tolist()])
    seconds = max(60.0, time_limit_s)
    check = _check(stage, 0.0, base_rows, missed, seconds)
    if not check.agrees:
        widened = _check(stage, WIDENING, base_rows, missed, seconds)
        check = widened if widened.agrees else check
    level = ExactLevel(stage.objective.name, decimal(missed), check.agrees, check.finding)
    if check.best is not None:
        value = _value(stage, check.best, check.optimum)
        short = len(str(value)) <= LONGEST_FRACTION and not stage.objective.log_share
        level = replace(
            level,
            exact_value=decimal(value),
            fraction=str(value) if short else None,
            difference_musd=None if stage.objective.log_share else as_double(check.difference),
            primal_violation=decimal(largest_violation(stage.matrix, check.best.x)),
            dual_violation="0",
            pivots=check.best.pivots,
        )
    return replace(level, seconds=time.monotonic() - begun)


@dataclass(frozen=True)
class _Check:
    """One try: the optimum in rational arithmetic, and how it compares with the plan."""

    agrees: bool | None
    finding: str
    best: ExactOptimum | None = None
    optimum: Rational = None
    difference: Rational = None


def _check(stage: Stage, widening: float, base_rows: int, missed: Rational, seconds: float) -> _Check:
    objective, matrix = stage.objective, stage.matrix
    sign = 1 if objective.minimise else -1
    ratio = objective.ratio(stage.level.value) if objective.denominator is not None else 0.0
    cost = {j: sign * price for j, price in exact_cost(objective.expression, objective.denominator, ratio).items()}
    constant = sign * rational(objective.expression.constant)
    if objective.denominator is not None:
        matrix = with_positive(objective.denominator, matrix)
        constant -= rational(ratio) * rational(objective.denominator.constant)
    low, high = np.abs(matrix.row_low), np.abs(matrix.row_high)
    size = np.fmax(np.fmax(np.where(np.isinf(low), 0.0, low), np.where(np.isinf(high), 0.0, high)), 1.0)
    moved = widening * size
    matrix = replace(matrix, row_low=matrix.row_low - moved, row_high=matrix.row_high + moved)
    try:
        best = minimise_exactly(matrix, cost, stage.x, seconds=seconds)
    except InexactError as error:
        return _Check(None, str(error))
    optimum = best.bound + constant
    at_plan = sum((price * rational(float(stage.x[j])) for j, price in cost.items()), start=constant)
    # the plan was found with the levels before held to the last digit, the matrix holds them to the dollar
    room = rational(DOLLAR) * (1 + sum(abs(price) for i, price in best.prices.items() if i >= base_rows))
    # what moving limits is worth, up to what the two solvers may differ by
    worth = sum((abs(price) * rational(float(moved[i])) for i, price in best.prices.items()), start=rational(0.0))
    room += min(2 * worth, rational(DOLLAR) * max(rational(1.0), abs(at_plan)))
    agrees, finding = _verdict(at_plan, at_plan - optimum, room, best, missed)
    return _Check(agrees, finding, best, optimum, sign * (at_plan - optimum))


def _value(stage: Stage, best: ExactOptimum, optimum: Rational) -> Rational:
    """The optimum in the unit of the objective; a share that is sold comes from a logarithm and is rounded."""
    objective = stage.objective
    if objective.denominator is not None:
        numerator, denominator = (
            rational(part.constant) + sum(price * best.x[j] for j, price in exact_cost(part).items())
            for part in (objective.expression, objective.denominator)
        )
        ratio = numerator / denominator
        return ratio if objective.per_year == 1 else rational(objective.reported(as_double(ratio)))
    value = optimum if objective.minimise else -optimum
    return rational(objective.reported(as_double(value))) if objective.log_share else value


def _verdict(
    value: Rational, difference: Rational, room: Rational, best: ExactOptimum, missed: Rational
) -> tuple[bool, str]:
    """Whether the plan is the optimum, up to what doubles can say, and what to say of it."""
    tolerance = room + rational(RELATIVE) * abs(value)
    if abs(difference) > tolerance:
        return False, f"the plan is {decimal(difference, 6)} off the exact optimum, more than {decimal(tolerance, 3)}"
    if best.violation > rational(VIOLATION):
        return (
            False,
            f"no plan with these whole numbers meets its limits; the nearest misses by {decimal(best.violation, 3)}",
        )
    if missed > rational(VIOLATION):
        return False, f"the plan as written misses a limit by {decimal(missed, 3)}"
    return True, ""


def decimal(number: Rational, digits: int = 25) -> str:
    """Decimal text of a fraction; exact where ``digits`` are enough."""
    context = Context(prec=digits)
    text = context.divide(Decimal(int(number.p)), Decimal(int(number.q)))
    return str(text.normalize(context)) if text else "0"


def as_double(number: Rational) -> float:
    """The nearest double."""
    return int(number.p) / int(number.q)
