"""Second opinions on what the solver says: another solver on the same matrix, and arithmetic without rounding."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from optimizer.contract.solvers import ENGINES, HIGHS
from optimizer.solver.exact import flint_version
from optimizer.solver.exact_opinion import ExactLevel, exact_level
from optimizer.solver.highs import Limits, SolverError
from optimizer.solver.level import Objective, Solution
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.ratio import with_positive
from optimizer.solver.second import minimise_with_scip, scip_version
from optimizer.solver.second_opinion import SecondLevel, second_level

METHODS = ("scip", "exact")
"""The second opinions that there are, in the order in which they are asked for."""

WARNING = "this is a bug in a solver or in this program: do not use this plan"


@dataclass(frozen=True)
class Certificate:
    """A second opinion. ``agrees`` is None where a limit was hit before it could say, and nothing speaks against."""

    method: str
    agrees: bool | None
    message: str
    version: str
    levels: tuple[SecondLevel | ExactLevel, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data; None for numbers that are not finite."""
        levels = [{key: _plain(value) for key, value in asdict(level).items()} for level in self.levels]
        return {**asdict(self), "levels": levels}


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def require(methods: Sequence[str], solver: str = HIGHS) -> dict[str, str]:
    """The version of what each method needs. Raises MissingExtraError, and ValueError for a method that is none.

    A solver is no second opinion on itself: it would make the same mistake twice.
    """
    if isinstance(methods, str) or not isinstance(methods, Sequence):
        raise TypeError(f"certify should be a list of methods, such as ['scip'], not {methods!r}")
    versions = {"scip": scip_version, "exact": flint_version}
    if unknown := [str(method) for method in methods if method not in versions]:
        raise ValueError(f"no method of certifying: {', '.join(unknown)}; there are {', '.join(METHODS)}")
    if solver in methods:
        name = ENGINES[solver].name
        raise ValueError(
            f"certify: {name} is who searches, and would make the same mistake twice; "
            f"ask for exact arithmetic, or let another solver search"
        )
    return {method: versions[method]() for method in METHODS if method in methods}


def certify(
    solution: Solution, limits: Limits, methods: Sequence[str], reached: Mapping[str, float | None] | None = None
) -> list[Certificate]:
    """One certificate by method. ``limits`` are for each method anew, its time for all levels together.

    ``reached``: what the plan that is delivered comes to by the objective of each level; without it, by the expression
    that was minimised, which for dilution is a little more.

    Raises MissingExtraError, and ValueError for a method that is none.
    """
    found = []
    for method, version in require(methods).items():
        try:
            if method == "scip":
                found.append(_second(solution, limits, version, reached or {}))
            else:
                found.append(_exact(solution, limits, version))
        except KeyboardInterrupt:
            # the plan is there and is not to be lost with its second opinion
            found.append(Certificate(method, None, f"{_short(version)} is undecided: it was interrupted", version))
        except SolverError as error:
            found.append(Certificate(method, None, f"{_short(version)} is undecided: {error}", version))
    return found


def certify_constant_row(methods: Sequence[str]) -> list[Certificate]:
    """One certificate by method where a limit is broken whatever is decided: there is nothing for a solver to find."""
    message = "there is nothing to solve: a limit without a decision in it is broken, by the figures alone"
    return [Certificate(method, True, message, version) for method, version in require(methods).items()]


def _second(solution: Solution, limits: Limits, version: str, reached: Mapping[str, float | None]) -> Certificate:
    begun, levels, name = time.monotonic(), [], _short(version)
    for i, stage in enumerate(solution.stages):
        left = max(0.0, limits.time_limit_s - (time.monotonic() - begun))
        levels.append(second_level(stage, replace(limits, time_limit_s=left / (len(solution.stages) - i))))
    agrees = _all(level.agrees for level in levels)
    if agrees is False:
        wrong = next(level for level in levels if level.agrees is False)
        message = f"{name} DISAGREES on {wrong.name}: {wrong.finding}; {WARNING}"
    elif agrees is None:
        open_ = next(level for level in levels if level.agrees is None)
        message = f"{name} is undecided on {open_.name}: {open_.finding}"
    else:
        proven = ", ".join(
            _within(stage.objective, level, solution.x, reached.get(level.name))
            for stage, level in zip(solution.stages, levels, strict=True)
        )
        message = (
            f"{name} agrees: neither solver's plan is better than the other's bound; "
            f"by its own bound this plan is within {proven}"
        )
    return Certificate("scip", agrees, message, version, tuple(levels))


def _within(objective: Objective, level: SecondLevel, x: Vector, value: float | None) -> str:
    """How far SCIP's bound leaves the plan that is delivered, which comes to ``value``, from the best of the level."""
    if value is None:
        value = objective.value(x) if objective.denominator is not None else objective.reported(objective.value(x))
    gap = max(0.0, (value - level.second_bound) * (1.0 if objective.minimise else -1.0))
    in_money = objective.in_money
    return f"${gap:,.1f} m ({level.name})" if in_money else f"{gap:.4%} ({level.name})"


def _exact(solution: Solution, limits: Limits, version: str) -> Certificate:
    base = solution.stages[0].matrix.shape[0]
    levels = [
        exact_level(stage, solution.x if stage is solution.stages[-1] else stage.x, base, limits.time_limit_s)
        for stage in solution.stages
    ]
    agrees = _all(level.agrees for level in levels)
    if agrees is None or agrees is False:
        found = next(level for level in levels if level.agrees is agrees)
        verdict, rest = ("is undecided", "") if agrees is None else ("DISAGREES", f"; {WARNING}")
        message = f"exact arithmetic {verdict} on {found.name}: {found.finding}{rest}"
    else:
        moved, missed = (max(map(Decimal, amounts)) for amounts in _violations(levels))
        message = (
            "exact arithmetic agrees: with these whole-number decisions no other use of the money is better; "
            f"the optimum meets its limits {_to(moved)}, the plan as written {_to(missed)}"
        )
    return Certificate("exact", agrees, message, version, tuple(levels))


def _short(version: str) -> str:
    """A program and its version, without that of its interface."""
    return version.partition(" (")[0]


def _to(violation: Decimal) -> str:
    return f"to {violation:.1e}" if violation else "exactly"


def _violations(levels: Sequence[ExactLevel]) -> tuple[list[str], list[str]]:
    """By how much the optima and the plans miss limits, level by level."""
    return [level.primal_violation or "0" for level in levels], [level.plan_violation for level in levels]


def _all(verdicts: Any) -> bool | None:
    """False if any is False, else None if any is None, else True."""
    known = list(verdicts)
    return False if False in known else None if None in known else True


def certify_no_plan(
    status: str, level: str, matrix: Matrix, objectives: Sequence[Objective], limits: Limits, methods: Sequence[str]
) -> list[Certificate]:
    """Second opinions on HiGHS's verdict that there is no plan (infeasible, undefined) or no best one (unbounded).

    ``level`` is the objective at which it came; where it is undefined, ``matrix`` holds the levels before. A limit that
    was hit is no verdict: then there are none. Raises as ``certify``.
    """
    if status not in ("infeasible", "undefined", "unbounded"):
        return []
    # that there are plans without a ratio has a plan for its proof; what is left to ask is whether one has a ratio
    verdict = "infeasible" if status == "undefined" else status
    found = []
    for method, version in require(methods).items():
        if method == "exact":
            message = "exact arithmetic checks the plan that is found; here there is none"
            found.append(Certificate("exact", None, message, version))
            continue
        name = _short(version)
        try:
            second = _second_verdict(verdict, level, matrix, objectives, limits)
        except (KeyboardInterrupt, SolverError) as error:
            second = str(error) or "interrupted"
        if second == verdict:
            found.append(Certificate("scip", True, f"{name} agrees: {status}", version))
        elif second in ("infeasible", "unbounded", "optimal", "feasible"):
            what = "finds a plan" if second in ("optimal", "feasible") else f"says {second}"
            found.append(Certificate("scip", False, f"{name} DISAGREES: it {what}; {WARNING}", version))
        else:
            why = "its limit was hit" if second == "no_solution" else second
            found.append(Certificate("scip", None, f"{name} is undecided: {why}", version))
    return found


def _second_verdict(status: str, level: str, matrix: Matrix, objectives: Sequence[Objective], limits: Limits) -> str:
    """What SCIP says of the level: a status, or no_solution where it cannot tell.

    No level is held when the first one fails, and only the first can be infeasible (or a ratio without a value, beside
    the levels that ``matrix`` holds). A later one that is bounded even with nothing held is bounded; one that is
    unbounded then says nothing.
    """
    position = next((i for i, objective in enumerate(objectives) if objective.name == level), 0)
    objective = objectives[position]
    expression = objective.expression
    if objective.denominator is not None:
        matrix = with_positive(objective.denominator, matrix)
    if status == "infeasible":
        expression = Expression(np.zeros_like(expression.cost), 0.0)
    outcome = minimise_with_scip(matrix, expression, limits, maximise=not objective.minimise)
    if status == "unbounded" and (outcome.status == "feasible" or (outcome.status == "unbounded" and position > 0)):
        return "no_solution"
    return outcome.status
