"""Prices on what is decided today, at which every branch by itself decides as is best for all of them.

In the whole today is decided once; in a bound by branches each has a today of its own. What is lost by that can be won
back with prices W_b on its columns, a set for every branch (Lagrange's multipliers of "all branches decide alike")::

    bound = Σ_b P(b)·min_x { c_b(x) + W_b·today(x) },    Σ_b P(b)·W_b = 0

One plan of all branches pays Σ_b P(b)·W_b·today = 0, whatever the prices: the bound holds for all that cancel. This is
dual decomposition (Carøe and Schultz 1999, Dual decomposition in stochastic integer programming, Operations Research
Letters 24). There prices are found step by step, with every branch searched in each. Here they come from what costs
little: the relaxation R_b of each branch, and plans k of all branches, of which it is known what each comes to in every
branch, v_b(k)::

    max Σ_b P(b)·{ R_b(W_b) + min_k [ v_b(k) + W_b·today_k ] − ε·|W_b| }

The plans say what whole numbers are worth to a branch: that one would save money by a decision that others lose by. The
relaxations say what else it would do at a price: put off for a year what is dear this year, say. Of prices that do as
well the least are taken, because a search has to bear them: ε is a part of the range of each column. Its dual is one
linear programme, in which what the relaxations decide and a mixture of the plans, μ_b, have the mean z for all b::

    min Σ_b P(b)·{ c_b(x_b) + Σ_k μ_bk·v_b(k) },   |today(x_b) + Σ_k μ_bk·today_k − 2·z| ≤ ε,   Σ_k μ_bk = 1

Prices are on whole numbers of what is no money (starts, orders, signatures); on amounts of money they would be exact
where a relaxation is, and there nothing is lost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.algebra.arrays import Numbers, Vector
from optimizer.solver.highs import Limits, SolverError
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.relaxation import shadow_prices
from optimizer.uncertainty.asks import Ask, Found
from optimizer.uncertainty.groups import can_be_priced, common_nodes, limits_of, programme_of
from optimizer.uncertainty.joined import Joined, Key, joined
from optimizer.uncertainty.leaf import programmes
from optimizer.uncertainty.tree import Leaf

Prices = Mapping[Key, float]
"""USD million for one more of a column, in the sense of a minimum."""

ROOM = 0.05
"""ε, as a part of the range of a column."""
PRICE_TIME = 0.05
"""The part of the time that prices may take."""
DIGITS = 3
"""Prices are whole thousands of dollars."""


@dataclass(frozen=True)
class Branch:
    """A branch: its programme, a minimum; where the columns that have prices stand; how likely it is (of all branches);
    and what each plan that is known comes to in it.
    """

    matrix: Matrix
    objective: Expression
    columns: Numbers
    share: float
    values: tuple[float, ...]


def prices_of(
    group: Joined, ask: Ask, parts: Sequence[Sequence[Leaf]], shares: Sequence[float], plans: Sequence[Found]
) -> list[Prices]:
    """Prices for each part of some leaves, from plans of all that are known by part (``Found.parts``).

    Nothing has a price where the plans do not differ today, or the objective is no money, or time is short.
    """
    none: list[Prices] = [{} for _ in parts]
    low, high, column = group.matrix.low, group.matrix.high, group.column
    keys = [
        key
        for key in group.choices(common_nodes(ask.leaves))
        if low[column[key]] < high[column[key]] and key not in ask.held and all(key in plan.integers for plan in plans)
    ]
    known = np.array([[plan.integers[key] for key in keys] for plan in plans])
    if len(plans) < 2 or not (known != known[0]).any() or not can_be_priced(group, ask):
        return none
    branches = []
    for i, (part, share) in enumerate(zip(parts, shares, strict=True)):
        own = joined(programmes(part, ask.pooled, ask.largest))
        matrix, objective = programme_of(own, ask)
        sign = 1.0 if objective.minimise else -1.0
        cost = Expression(sign * objective.expression.cost, sign * objective.expression.constant)
        columns = np.array([own.column[key] for key in keys], dtype=np.int32)
        branches.append(Branch(matrix, cost, columns, share, tuple(plan.parts[i] for plan in plans)))
    range_ = np.array([high[column[key]] - low[column[key]] for key in keys])
    room = ROOM * np.where(np.isfinite(range_), range_, known.max(axis=0) - known.min(axis=0) + 1.0)
    limits = limits_of(replace(ask, time_limit_s=ask.time_limit_s * PRICE_TIME))
    found = least_prices(branches, known, room, limits)
    if found is None:
        return none
    return cancelling([dict(zip(keys, each.tolist(), strict=True)) for each in found], shares)


def least_prices(branches: Sequence[Branch], plans: Vector, room: Vector, limits: Limits) -> list[Vector] | None:
    """The prices of each branch, by column, from the linear programme above; None where it is not solved.

    ``plans`` has a row for each plan and a column for each column that has a price; ``room`` is ε.
    """
    count, size, widths = plans.shape[0], plans.shape[1], [each.matrix.shape[1] for each in branches]
    rows: list[list[sparse.csr_matrix | None]] = []
    for b, each in enumerate(branches):
        blank: list[sparse.csr_matrix | None] = [None] * (2 * len(branches) + 1)
        picked = sparse.csr_matrix((np.ones(size), (np.arange(size), each.columns)), shape=(size, each.matrix.shape[1]))
        alike, mixed = list(blank), list(blank)
        blank[b] = each.matrix.rows
        alike[b], alike[len(branches) + b], alike[-1] = picked, sparse.csr_matrix(plans.T), -2.0 * sparse.eye(size)
        mixed[len(branches) + b] = sparse.csr_matrix(np.ones((1, count)))
        rows += [blank, alike, mixed]
    shares = [each.share for each in branches]
    free = np.full(size, math.inf)
    mixture = np.zeros(count * len(branches))
    row_low = [[each.matrix.row_low, -room, np.ones(1)] for each in branches]
    row_high = [[each.matrix.row_high, room, np.ones(1)] for each in branches]
    cost = [each.share * each.objective.cost for each in branches]
    values = [each.share * np.array(each.values) for each in branches]
    matrix = Matrix(
        sparse.bmat(rows, format="csr"),
        np.concatenate([part for parts in row_low for part in parts]),
        np.concatenate([part for parts in row_high for part in parts]),
        np.concatenate([*(each.matrix.low for each in branches), mixture, -free]),
        np.concatenate([*(each.matrix.high for each in branches), mixture + 1.0, free]),
        np.zeros(sum(widths) + mixture.size + size, dtype=bool),
    )
    constant = math.fsum(each.share * each.objective.constant for each in branches)
    try:
        duals = shadow_prices(matrix, Expression(np.concatenate([*cost, *values, np.zeros(size)]), constant), limits)
    except SolverError:
        return None
    if duals is None:
        return None
    found, at = [], 0
    for each, share in zip(branches, shares, strict=True):
        at += each.matrix.shape[0]
        found.append(np.round(-duals[at : at + size] / share, DIGITS))
        at += size + 1
    return found


def cancelling(prices: Sequence[Prices], shares: Sequence[float]) -> list[Prices]:
    """The same with Σ_b P(b)·W_b = 0 but for rounding: the likeliest branch takes what is left of the others."""
    last = max(range(len(shares)), key=shares.__getitem__)
    others = [(share, each) for i, (share, each) in enumerate(zip(shares, prices, strict=True)) if i != last]
    left = {
        key: -math.fsum(share * each.get(key, 0.0) for share, each in others) / shares[last]
        for key in sorted({key for each in prices for key in each})
    }
    every = [left if i == last else each for i, each in enumerate(prices)]
    return [{key: price for key, price in each.items() if price} for each in every]
