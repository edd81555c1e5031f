"""Matrices that are scaled and narrowed, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from optimizer.solver.highs import Limits, minimise
from optimizer.solver.matrix import Expression, Matrix

LIMITS = Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0)


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


@pytest.mark.parametrize("rate", [1e-300, 1e-17, 1e-10, 1e-9])
def test_a_rate_next_to_nothing_leaves_the_scales_alone(rate: float) -> None:
    """x + rate·y ≥ 1, and y ≥ 5: beside 1 the rate says nothing of the unit of y."""
    rows = sparse.csr_matrix(np.array([[1.0, rate], [0.0, 1.0]]))
    unlimited = np.full(2, np.inf)
    matrix = Matrix(rows, np.array([1.0, 5.0]), unlimited, np.zeros(2), unlimited, np.zeros(2, dtype=bool))
    assert matrix.well_scaled()[1].tolist() == [1.0, 1.0]
    outcome = minimise(matrix, Expression(np.array([1.0, 1.0]), 0.0), LIMITS)
    assert outcome.value == pytest.approx(6.0 - 5.0 * rate, abs=1e-11)


def test_a_row_of_tiny_coefficients_is_scaled_up() -> None:
    rows = sparse.csr_matrix(np.array([[1.0, 1.0], [2e-12, 1e-12]]))
    unlimited = np.full(2, np.inf)
    matrix = Matrix(rows, np.array([0.0, 1e-12]), unlimited, np.zeros(2), unlimited, np.zeros(2, dtype=bool))
    outcome = minimise(matrix, Expression(np.array([1.0, 1.0]), 0.0), LIMITS)
    assert outcome.value == pytest.approx(0.5, rel=1e-9)  # 2x + y ≥ 1
