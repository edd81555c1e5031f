"""From Pyomo to arrays and back, against hand-written matrices."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy import sparse

from optimizer.solver.highs import Limits, minimise
from optimizer.solver.matrix import Compiled, Expression, Matrix, TriviallyInfeasibleError

LIMITS = Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0)


def small() -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.x = pyo.Var([1, 2], bounds=(0, 5))
    m.n = pyo.Var(domain=pyo.Integers, bounds=(0, 9))
    m.alone = pyo.Var(bounds=(1, 4))
    m.fixed = pyo.Var(bounds=(0, 9))
    m.fixed.fix(2.0)
    m.rows = pyo.ConstraintList()
    m.rows.add(m.x[1] >= 2)
    m.rows.add(m.x[1] + 3 * m.x[2] <= 3 + m.fixed)
    m.rows.add(m.x[1] - 2 * m.n == 1)
    return m


def test_rows_bounds_and_kinds_are_those_of_the_model() -> None:
    compiled = Compiled(small())
    names = [v.name for v in compiled.variables]
    assert sorted(names) == ["alone", "n", "x[1]", "x[2]"]  # the fixed one is a number, the unused one is kept
    column = {name: i for i, name in enumerate(names)}
    matrix = compiled.matrix
    dense = matrix.rows.toarray()
    expected = [({"x[1]": 1}, 2, np.inf), ({"x[1]": 1, "x[2]": 3}, -np.inf, 5), ({"x[1]": 1, "n": -2}, 1, 1)]
    for row, (coefficients, low, high) in enumerate(expected):
        whole = np.zeros(4)
        for name, value in coefficients.items():
            whole[column[name]] = value
        np.testing.assert_array_equal(dense[row], whole)
        assert (matrix.row_low[row], matrix.row_high[row]) == (low, high)
    assert [bool(matrix.integer[column[name]]) for name in ("x[1]", "x[2]", "n", "alone")] == [
        False,
        False,
        True,
        False,
    ]
    assert (matrix.low[column["alone"]], matrix.high[column["alone"]]) == (1, 4)


def test_an_expression_keeps_its_constant_and_fixed_variables() -> None:
    model = small()
    compiled = Compiled(model)
    expression = compiled.expression(4 * model.x[1] - model.n + 3 * model.fixed + 7)
    x = np.array([{"x[1]": 2.0, "n": 5.0}.get(v.name, 0.0) for v in compiled.variables])
    assert expression.value(x) == 4 * 2 - 5 + 3 * 2 + 7


def test_a_false_constant_row_is_infeasible() -> None:
    model = small()
    model.rows.add(model.fixed <= 1)
    with pytest.raises(TriviallyInfeasibleError):
        Compiled(model)


def test_values_return_to_the_variables() -> None:
    model = small()
    compiled = Compiled(model)
    compiled.load(np.arange(4.0))
    assert [v.value for v in compiled.variables] == [0.0, 1.0, 2.0, 3.0]


def wide() -> tuple[Matrix, Expression]:
    """min x + y with 1e-5·x + 1e5·k ≥ 2e5, y ≥ 3e4·k, x ≤ 1e10, k ∈ {0 … 3}: k = 2 and y = 6e4."""
    rows = sparse.csr_matrix(np.array([[1e-5, 0.0, 1e5], [0.0, 1.0, -3e4]]))
    matrix = Matrix(
        rows,
        np.array([2e5, 0.0]),
        np.array([np.inf, np.inf]),
        np.zeros(3),
        np.array([1e10, np.inf, 3.0]),
        np.array([False, False, True]),
    )
    return matrix, Expression(np.array([1.0, 1.0, 0.0]), 0.0)


def test_a_wide_matrix_is_rescaled_to_the_same_answer() -> None:
    matrix, objective = wide()
    smallest, largest = matrix.coefficient_range()
    assert largest / smallest > 1e8
    scaled, scale = matrix.equilibrated()
    low, high = scaled.coefficient_range()
    assert high / low < largest / smallest
    assert scale[2] == 1.0  # an integer stays what it is
    assert set(np.log2(scale) % 1.0) == {0.0}
    x = np.array([10.0, 20.0, 1.0])
    factors = (scaled.rows @ (x / scale)) / (matrix.rows @ x)  # each row times its own power of two
    assert set(np.log2(factors) % 1.0) == {0.0}
    assert scaled.row_low[0] == factors[0] * matrix.row_low[0]
    outcome = minimise(matrix, objective, LIMITS)
    assert outcome.status == "optimal"
    assert outcome.value == pytest.approx(6e4, rel=1e-9)
    assert outcome.x is not None
    assert outcome.x[2] == pytest.approx(2.0, abs=1e-9)
