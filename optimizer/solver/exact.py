"""The linear programme that a plan's whole-number decisions leave, solved in fractions: no digit is rounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.contract.versions import MissingExtraError
from optimizer.solver.exact_basis import Rational, SingularError, rational
from optimizer.solver.exact_simplex import InexactError, Programme, Simplex
from optimizer.solver.highs import Limits
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.relaxation import solved_basis
from optimizer.solver.task import BASIC, LOWER, UPPER


@dataclass(frozen=True)
class ExactOptimum:
    """What rational arithmetic finds.

    ``bound`` is the value of a dual solution whose signs are right to the last digit: no plan with these whole numbers
    costs less. ``violation`` is the most by which a limit had to be moved for a plan to exist at all; where it is 0,
    the bound is attained and is the optimum. ``prices`` are ∂bound/∂limit by row of the matrix, where not 0.
    ``pivots`` are the steps from the basis that HiGHS ended with.
    """

    bound: Rational
    violation: Rational
    x: list[Rational]
    prices: dict[int, Rational]
    pivots: int


def flint_version() -> str:
    """The version of python-flint. Raises MissingExtraError."""
    try:
        import flint
    except ImportError:
        raise MissingExtraError("python-flint", "certify") from None
    return f"python-flint {flint.__version__}"


def minimise_exactly(
    matrix: Matrix, cost: Mapping[int, Rational], x: Vector, *, seconds: float = 300.0
) -> ExactOptimum:
    """The least Σ cost·x with the integers of ``x``, rounded, and every double of the matrix taken as exact.

    ``cost`` names a column's cost where it is not 0. HiGHS solves the programme in doubles; its basis is where rational
    arithmetic begins. Raises MissingExtraError, and InexactError if rational arithmetic comes to no optimum in time.
    """
    flint_version()
    left = matrix.fixed_integers(x)
    given = {j: rational(float(left.low[j])) for j in np.nonzero(left.low >= left.high)[0].tolist()}
    programme = _programme(left, cost, given)
    basic, values = _basis(left, programme)
    try:
        simplex = Simplex(programme, basic, values, seconds)
        simplex.run()
    except SingularError:
        raise InexactError("the basis that HiGHS ended with is singular in rational arithmetic") from None
    found = [given[j] if j in given else simplex.values[j] for j in range(programme.n)]
    constant = sum((price * given[j] for j, price in cost.items() if j in given), start=rational(0.0))
    return ExactOptimum(simplex.bound() + constant, simplex.violation, found, simplex.prices, simplex.pivots)


def exact_cost(
    expression: Expression, denominator: Expression | None = None, ratio: float = 0.0
) -> dict[int, Rational]:
    """The costs of ``expression`` − ``ratio``·``denominator`` as fractions, by column; zeros are left out."""
    cost = {j: rational(float(expression.cost[j])) for j in np.nonzero(expression.cost)[0].tolist()}
    if denominator is not None:
        for j in np.nonzero(denominator.cost)[0].tolist():
            cost[j] = cost.get(j, 0) - rational(ratio) * rational(float(denominator.cost[j]))
    return {j: price for j, price in cost.items() if price}


def largest_violation(matrix: Matrix, values: Sequence[Rational]) -> Rational:
    """The most by which ``values``, one a column, miss a limit of the matrix or a whole number."""
    worst = rational(0.0)
    for value, low, high in zip(values, matrix.low.tolist(), matrix.high.tolist(), strict=True):
        worst = max(worst, _beyond(value, _limit(low), _limit(high)))
    for j in np.nonzero(matrix.integer)[0].tolist():
        worst = max(worst, abs(values[j] - values[j].round()))
    for entries, low, high in _rows(matrix):
        activity = sum((entry * values[j] for j, entry in entries), start=rational(0.0))
        worst = max(worst, _beyond(activity, low, high))
    return worst


def _programme(left: Matrix, cost: Mapping[int, Rational], given: Mapping[int, Rational]) -> Programme:
    """The columns that are not ``given``, and the rows that hold any of them."""
    programme = Programme(left.shape[1])
    for j in range(programme.n):
        if j not in given:
            programme.columns[j] = {}
            programme.low[j], programme.high[j] = _limit(float(left.low[j])), _limit(float(left.high[j]))
        else:
            programme.violation = max(programme.violation, given[j] - rational(float(left.high[j])))
    for i, (entries, low, high) in enumerate(_rows(left)):
        known = sum((entry * given[j] for j, entry in entries if j in given), start=rational(0.0))
        row = {j: entry for j, entry in entries if j not in given}
        if not row:
            programme.violation = max(programme.violation, _beyond(known, low, high))
            continue
        programme.rows[i] = row
        programme.low[programme.n + i] = None if low is None else low - known
        programme.high[programme.n + i] = None if high is None else high - known
        for j, entry in row.items():
            programme.columns[j][i] = entry
    programme.cost = {j: price for j, price in cost.items() if j not in given}
    return programme


def _basis(left: Matrix, programme: Programme) -> tuple[set[int], dict[int, Rational]]:
    """The columns on the basis of HiGHS, and the values of the others."""
    n, columns, rows = programme.n, list(programme.columns), list(programme.rows)
    doubles = _in_doubles(left, programme, columns, rows)
    objective = np.array([_double(programme.cost.get(j)) for j in columns])
    doubles, scale = doubles.well_scaled()
    basis = solved_basis(doubles, Expression(objective * scale, 0.0), Limits(0.0, 60.0, 1, 0))
    everything = [*columns, *(n + i for i in rows)]
    if basis is not None:
        statuses = dict(zip(everything, basis.tolist(), strict=True))
    else:
        # seen to be infeasible before there was one: then the activities are the basis to begin with
        statuses = {k: LOWER if k < n else BASIC for k in everything}
    basic = {k for k, status in statuses.items() if status == BASIC}
    return basic, {k: _at(programme, k, status) for k, status in statuses.items() if k not in basic}


def _at(programme: Programme, k: int, status: int) -> Rational:
    """The limit at which a column off the basis stands; 0 where it has none."""
    low, high = programme.low[k], programme.high[k]
    if low is None or (high is not None and status == UPPER):
        return rational(0.0) if high is None else high
    return low


def _in_doubles(left: Matrix, programme: Programme, columns: list[int], rows: list[int]) -> Matrix:
    """The programme rounded to doubles."""
    activities = [programme.n + i for i in rows]
    return Matrix(
        rows=sparse.csr_matrix(left.rows[rows][:, columns]),
        row_low=np.array([_double(programme.low[k], -np.inf) for k in activities], dtype=float),
        row_high=np.array([_double(programme.high[k], np.inf) for k in activities], dtype=float),
        low=left.low[columns],
        high=left.high[columns],
        integer=np.zeros(len(columns), dtype=bool),
    )


def _double(number: Rational | None, otherwise: float = 0.0) -> float:
    return otherwise if number is None else int(number.p) / int(number.q)


def _limit(value: float) -> Rational | None:
    return rational(value) if np.isfinite(value) else None


def _beyond(value: Rational, low: Rational | None, high: Rational | None) -> Rational:
    """By how much a value is outside its limits; 0 inside."""
    below = low - value if low is not None else 0 * value
    above = value - high if high is not None else 0 * value
    return max(below, above, 0 * value)


def _rows(matrix: Matrix) -> Iterator[tuple[list[tuple[int, Rational]], Rational | None, Rational | None]]:
    """Each row's entries, lower and upper limit."""
    starts, columns, data = matrix.rows.indptr.tolist(), matrix.rows.indices.tolist(), matrix.rows.data.tolist()
    for i, (low, high) in enumerate(zip(matrix.row_low.tolist(), matrix.row_high.tolist(), strict=True)):
        entries = [(columns[k], rational(data[k])) for k in range(starts[i], starts[i + 1]) if data[k]]
        yield entries, _limit(low), _limit(high)
