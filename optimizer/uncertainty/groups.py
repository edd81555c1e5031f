"""One search over some scenarios, and what it takes for a plan to be one of all of them."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.solver.highs import Limits, SolverError, minimise
from optimizer.solver.level import Hint, NothingFoundError, Objective
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.one_level import Known, solve_level
from optimizer.uncertainty.asks import Ask, Found
from optimizer.uncertainty.joined import Joined, Key, joined
from optimizer.uncertainty.leaf import programmes
from optimizer.uncertainty.objectives import leaf_objectives, whole_of
from optimizer.uncertainty.tree import Leaf, Risk


def at_once(group: Joined, ask: Ask) -> Found:
    """The leaves as one search."""
    start = of_integers(group, ask.start, ask)[1] if ask.start else None
    matrix, objective = programme_of(group, ask)
    enough = None if ask.enough is None else _sense(objective) * ask.enough
    hint = Hint(start=start, proof_only=ask.proof and start is not None, enough=enough, cheap_nodes=True)
    try:
        x, level = solve_level(matrix, matrix, objective, limits_of(ask), Known(hint, None, None, threading.Event()))
    except NothingFoundError as nothing:
        bound = _sense(objective) * nothing.bound if math.isfinite(nothing.bound) else -math.inf
        return Found(ask.name, nothing.status, math.inf if nothing.status == "infeasible" else bound, math.inf)
    except SolverError:
        return Found(ask.name, "no_solution", -math.inf, math.inf)
    sign = _sense(objective)
    value, bound = sign * objective.expression.value(x), float(sign * _inner(objective, level.bound))
    whole, today = group.whole_numbers(x, nodes_of(ask.leaves)), group.amounts(x, common_nodes(ask.leaves))
    return Found(ask.name, level.status, bound, value, whole, today, measure=_measure(objective, x))


def programme_of(group: Joined, ask: Ask) -> tuple[Matrix, Objective]:
    """What is searched for an answer: the programme of the leaves, with what is held, and the first level, priced."""
    programme = whole_of(group, Risk(), ask.rescue)
    matrix = _some(group, group.holding(programme.matrix, ask.held), ask)
    return matrix, _priced(group, programme.objectives[0], ask.prices)


def can_be_priced(group: Joined, ask: Ask) -> bool:
    """Whether what some leaves come to is an expectation of money, to which money can be added."""
    return leaf_objectives(group.leaves[0], ask.rescue)[0].in_money


def _priced(group: Joined, objective: Objective, prices: Mapping[Key, float]) -> Objective:
    """The objective with prices beside it; gaps stay shares of what they were shares of."""
    if not prices:
        return objective
    cost = np.zeros(objective.expression.cost.size)
    for key, price in prices.items():
        cost[group.column[key]] = price
    base = objective.expression if objective.base is None else objective.base
    return replace(objective, expression=objective.expression.plus(Expression(cost, 0.0), _sense(objective)), base=base)


def limits_of(ask: Ask) -> Limits:
    """The limits of a search that answers a question: one thread, and seconds of the processor."""
    return Limits(ask.gap_share, ask.time_limit_s, 1, ask.seed, processor=True)


def _some(group: Joined, matrix: Matrix, ask: Ask) -> Matrix:
    """The matrix in which some of the columns that are to be are 1 or more together."""
    if not ask.some:
        return matrix
    row = np.zeros(matrix.shape[1])
    row[[group.column[key] for key in ask.some if key in group.column]] = 1.0
    return matrix.with_row(row, 1.0, math.inf)


def close(found: Found, bound: float, share: float) -> bool:
    """Whether a plan is within the gap of a bound."""
    return math.isfinite(found.value) and found.value - bound <= share * found.measure


def _measure(objective: Objective, x: Vector) -> float:
    """What the gap of a plan is a share of."""
    return abs((objective.expression if objective.base is None else objective.base).value(x))


def of_integers(group: Joined, integers: Mapping[Key, float], ask: Ask) -> tuple[float, Vector | None, float]:
    """The amounts that go with whole numbers; what follows from both is free.

    The value in the sense of a minimum, the plan, and what its gap is a share of.
    """
    whole = whole_of(group, Risk(), ask.rescue)
    matrix = group.holding(whole.matrix, integers)
    objective = _priced(group, whole.objectives[0], ask.prices)
    limits = Limits(1e-4, max(30.0, ask.time_limit_s), 1, ask.seed, processor=True)
    try:
        outcome = minimise(matrix, objective.expression, limits, maximise=not objective.minimise)
    except SolverError:
        return math.inf, None, 0.0
    if outcome.x is None:
        return math.inf, None, 0.0
    value = _sense(objective) * objective.expression.value(outcome.x)
    return value, outcome.x, _measure(objective, outcome.x)


def can_go_on(leaf: Leaf, held: Mapping[Key, float], ask: Ask) -> bool:
    """Whether the relaxation of a leaf has a plan with these columns held: half a second that may save many."""
    (programme,) = programmes([leaf], ask.pooled, ask.largest)
    group = joined([programme])
    return has_plan(_some(group, group.holding(group.matrix, held), ask).relaxed())


def has_plan(matrix: Matrix) -> bool:
    """Whether a linear programme has a plan at all; one that cannot be decided counts as one that has."""
    nothing = Expression(np.zeros(matrix.shape[1]), 0.0)
    if (matrix.low > matrix.high).any():
        return False
    try:
        return minimise(matrix, nothing, Limits(0.0, 60.0, 1, 0, processor=True)).status != "infeasible"
    except SolverError:
        return True


def nodes_of(leaves: Sequence[Leaf]) -> set[str]:
    return {node.name for leaf in leaves for node in leaf.path}


def common_nodes(leaves: Sequence[Leaf]) -> set[str]:
    """The nodes that all leaves come through."""
    return set.intersection(*({node.name for node in leaf.path} for leaf in leaves))


def _sense(objective: Objective) -> float:
    return 1.0 if objective.minimise else -1.0


def _inner(objective: Objective, bound: float) -> float:
    return -math.log1p(-bound) if objective.log_share and math.isfinite(bound) else bound
