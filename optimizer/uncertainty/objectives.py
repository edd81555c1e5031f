"""What is optimised over scenarios: the expectation of each level, or a measure of its risk.

With the loss L_l of scenario l (the value of a level that is minimised, less the value of one that is maximised) and
its probability p_l::

    expected   Σ p_l·L_l
    cvar       (1 − w)·Σ p_l·L_l + w·(η + Σ p_l·z_l / (1 − α)),   z_l ≥ L_l − η,   z_l ≥ 0 (Rockafellar, Uryasev 2000)
    worst      η,   η ≥ L_l
    regret     η,   η ≥ L_l − (the best of l alone)

α is the ``level``, w the ``weight``. A ratio has numerator and denominator in expectation: the ratio of expectations,
not the expectation of ratios. Dilution is expected as −ln of what is kept: 1 − the geometric mean of what is kept.
A rescue is paid for in every level that is money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.algebra.arrays import Mask, Vector
from optimizer.explanation.stress.rescue import rescue_name
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Matrix
from optimizer.uncertainty.joined import Joined
from optimizer.uncertainty.leaf import LeafProgramme
from optimizer.uncertainty.tree import Rescue, Risk


@dataclass(frozen=True)
class Whole:
    """The programme of several scenarios; its first ``columns`` are those of ``joined``, others measure risk."""

    joined: Joined
    matrix: Matrix
    objectives: tuple[Objective, ...]
    cleanup: tuple[Expression, ...]
    followers: Mask

    def longer(self, x: Vector) -> Vector:
        """Values of the columns of ``joined`` with room for those of risk, which a search finds by itself."""
        return np.concatenate([x, np.zeros(self.matrix.shape[1] - x.size)])


def leaf_objectives(leaf: LeafProgramme, rescue: Rescue | None) -> list[Objective]:
    """The levels of a scenario, with what a rescue costs in those that are money."""
    found = leaf.built.programme.objectives
    if rescue is None or not rescue.price_share:
        return found
    raised = {f"equity_raised[{rescue_name(label)}," for label in rescue.periods}
    names = leaf.built.names.columns
    columns = [j for j, name in enumerate(names) if any(name.startswith(each) for each in raised)]
    priced = []
    for objective in found:
        cost = objective.expression.cost.copy()
        if objective.in_money:
            cost[columns] += rescue.price_share if objective.minimise else -rescue.price_share
        priced.append(replace(objective, expression=replace(objective.expression, cost=cost)))
    return priced


def whole_of(
    joined: Joined, risk: Risk, rescue: Rescue | None = None, best: Mapping[str, float] | None = None
) -> Whole:
    """The programme of the leaves; their probabilities are made to sum to 1. ``best``: each alone, for ``regret``."""
    weights = np.array([leaf.leaf.probability for leaf in joined.leaves])
    weights = weights / weights.sum() if len(joined.leaves) > 1 else np.ones(1)
    matrix, found = joined.matrix, []
    levels = [leaf_objectives(leaf, rescue) for leaf in joined.leaves]
    for i in range(len(levels[0])):
        same = [each[i] for each in levels]
        objective = _expected(joined, same, weights)
        measurable = objective.in_money
        later = risk.measure == "regret" and i > 0  # what each would have been alone is known of the first
        if risk.measure != "expected" and measurable and not objective.inserted and not later:
            losses = [
                joined.spread(leaf, each.expression, 1.0 if each.minimise else -1.0) for leaf, each in enumerate(same)
            ]
            if risk.measure == "regret":
                alone = best or {}
                own = 1.0 if objective.minimise else -1.0
                losses = [
                    replace(loss, constant=loss.constant - own * alone[leaf.leaf.name])
                    for loss, leaf in zip(losses, joined.leaves, strict=True)
                ]
            matrix, expression = _measured(matrix, losses, weights, risk)
            sign = 1.0 if objective.minimise else -1.0
            objective = replace(objective, expression=_times(expression, sign), base=objective.base)
        found.append(objective)
    size = matrix.shape[1]
    cleanup = [
        _sum([joined.spread(leaf, each.built.programme.cleanup[i], weights[leaf]) for leaf, each in _numbered(joined)])
        for i in range(min(len(leaf.built.programme.cleanup) for leaf in joined.leaves))
    ]
    return Whole(
        joined,
        matrix,
        tuple(_wide(objective, size) for objective in found),
        tuple(_long(expression, size) for expression in cleanup),
        np.concatenate([joined.followers, np.zeros(size - joined.followers.size, dtype=bool)]),
    )


def _numbered(joined: Joined) -> list[tuple[int, LeafProgramme]]:
    return list(enumerate(joined.leaves))


def _expected(joined: Joined, same: Sequence[Objective], weights: Vector) -> Objective:
    first = same[0]

    def sum_of(parts: Sequence[Expression | None]) -> Expression | None:
        there = [part for part in parts if part is not None]
        if len(there) < len(parts):
            return None
        return _sum([joined.spread(leaf, part, weights[leaf]) for leaf, part in enumerate(there)])

    keep = None
    if first.keep is not None:
        keep = np.zeros(len(joined.keys), dtype=bool)
        for place, each in zip(joined.places, same, strict=True):
            if each.keep is not None:
                keep[place] |= each.keep
    expression = sum_of([each.expression for each in same])
    assert expression is not None
    return replace(
        first,
        expression=expression,
        denominator=sum_of([each.denominator for each in same]),
        base=sum_of([each.base for each in same]),
        keep=keep,
    )


def _sum(parts: Sequence[Expression]) -> Expression:
    total = parts[0]
    for part in parts[1:]:
        total = total.plus(part, 1.0)
    return total


def _measured(matrix: Matrix, losses: Sequence[Expression], weights: Vector, risk: Risk) -> tuple[Matrix, Expression]:
    """The matrix with the columns η and z and their rows, and the measure of the losses."""
    n, count = matrix.shape[1], len(losses)
    tail = risk.measure == "cvar"
    more = 1 + (count if tail else 0)
    rows = sparse.csr_matrix(np.array([_padded(loss.cost, n) for loss in losses]))
    new = np.zeros((count, more))
    new[:, 0] = -1.0
    if tail:
        new[np.arange(count), 1 + np.arange(count)] = -1.0
    extra = sparse.hstack([rows, sparse.csr_matrix(new)], format="csr")
    wider = sparse.hstack([matrix.rows, sparse.csr_matrix((matrix.shape[0], more))], format="csr")
    found = Matrix(
        rows=sparse.vstack([wider, extra], format="csr"),
        row_low=np.concatenate([matrix.row_low, np.full(count, -np.inf)]),
        row_high=np.concatenate([matrix.row_high, [-loss.constant for loss in losses]]),
        low=np.concatenate([matrix.low, [-np.inf], np.zeros(more - 1)]),
        high=np.concatenate([matrix.high, np.full(more, np.inf)]),
        integer=np.concatenate([matrix.integer, np.zeros(more, dtype=bool)]),
    )
    cost, constant = np.zeros(n + more), 0.0
    if tail:
        expected = _sum([_times(_long(loss, n), weight) for loss, weight in zip(losses, weights, strict=True)])
        cost[:n] = (1.0 - risk.weight) * expected.cost
        constant = (1.0 - risk.weight) * expected.constant
        cost[n] = risk.weight
        cost[n + 1 :] = risk.weight * weights / (1.0 - risk.level)
    else:
        cost[n] = 1.0
    return found, Expression(cost, constant)


def _times(expression: Expression, factor: float) -> Expression:
    return Expression(factor * expression.cost, factor * expression.constant)


def _padded(cost: Vector, size: int) -> Vector:
    return np.concatenate([cost, np.zeros(size - cost.size)])


def _long(expression: Expression, size: int) -> Expression:
    return replace(expression, cost=_padded(expression.cost, size))


def _wide(objective: Objective, size: int) -> Objective:
    keep = objective.keep
    return replace(
        objective,
        expression=_long(objective.expression, size),
        denominator=None if objective.denominator is None else _long(objective.denominator, size),
        base=None if objective.base is None else _long(objective.base, size),
        keep=None if keep is None else np.concatenate([keep, np.zeros(size - keep.size, dtype=bool)]),
    )


def risk_of(values: Sequence[float], weights: Sequence[float], risk: Risk, minimise: bool) -> float:
    """The measure of values that are known, in their own sense: expectation, CVaR by sorting, or the worst."""
    sign = 1.0 if minimise else -1.0
    losses = sorted(((sign * value, weight) for value, weight in zip(values, weights, strict=True)), reverse=True)
    expected = sum(loss * weight for loss, weight in losses)
    if risk.measure == "expected":
        return sign * expected
    if risk.measure in ("worst", "regret"):
        return sign * losses[0][0]
    left, tail = 1.0 - risk.level, 0.0
    for loss, weight in losses:
        part = min(weight, left)
        tail, left = tail + part * loss, left - part
    return sign * ((1.0 - risk.weight) * expected + risk.weight * tail / (1.0 - risk.level))
