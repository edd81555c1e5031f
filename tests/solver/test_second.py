"""SCIP reads the same matrix, keeps the same conventions and finds what HiGHS finds."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from optimizer.contract.versions import MissingExtraError
from optimizer.solver.highs import Limits, minimise
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.second import minimise_with_scip, scip_version, silence
from tests.properties.solving import examples

from .test_highs import LIMITS, hard, knapsack


def matrix_of(
    rows: list[list[float]],
    row_limits: list[tuple[float, float]],
    limits: list[tuple[float, float]],
    integer: list[bool],
) -> Matrix:
    """A small matrix from lists."""
    row_low, row_high = np.array(row_limits, dtype=float).reshape(-1, 2).T
    low, high = np.array(limits, dtype=float).reshape(-1, 2).T
    table = np.array(rows, dtype=float).reshape(len(row_limits), len(limits))
    return Matrix(sparse.csr_matrix(table), row_low, row_high, low, high, np.array(integer, dtype=bool))


def test_maximum_with_its_bound() -> None:
    outcome = minimise_with_scip(*knapsack(), LIMITS, maximise=True)
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", pytest.approx(42.0), pytest.approx(42.0))
    assert outcome.x == pytest.approx([0.0, 1.0, 1.0, 1.0])


def test_minimum_and_a_constant() -> None:
    matrix, objective = knapsack()
    outcome = minimise_with_scip(matrix, Expression(-objective.cost, 100.0), LIMITS)
    assert (outcome.value, outcome.bound) == (pytest.approx(58.0), pytest.approx(58.0))


def test_the_gap_is_measured_on_the_whole_value() -> None:
    """With a constant of −41.9 the best is 0.1, and 41 would be 900 % away: the tree has to go on to 42."""
    matrix, objective = knapsack()
    limits = Limits(0.01, 60.0, 1, 0)
    outcome = minimise_with_scip(matrix, Expression(objective.cost, -41.9), limits, maximise=True)
    assert outcome.value == pytest.approx(0.1)


def test_a_constant_objective() -> None:
    matrix, objective = knapsack()
    outcome = minimise_with_scip(matrix, Expression(np.zeros_like(objective.cost), 7.0), LIMITS)
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", 7.0, 7.0)


def test_infeasible() -> None:
    outcome = minimise_with_scip(*knapsack(-1.0), LIMITS)
    assert (outcome.status, outcome.x) == ("infeasible", None)
    assert math.isnan(outcome.value)
    assert math.isnan(outcome.bound)


@pytest.mark.parametrize("integer", [True, False])
def test_unbounded_is_not_infeasible(integer: bool) -> None:
    """x₁ − x₂ ≤ 1 leaves a direction in which everything grows; x₁ + x₂ ≤ −1 leaves nothing."""
    costs = Expression(np.array([1.0, 1.0]), 0.0)
    open_ended = matrix_of([[1.0, -1.0]], [(-math.inf, 1.0)], [(0.0, math.inf)] * 2, [integer] * 2)
    closed = matrix_of([[1.0, 1.0]], [(-math.inf, -1.0)], [(0.0, math.inf)] * 2, [integer] * 2)
    assert minimise_with_scip(open_ended, costs, LIMITS, maximise=True).status == "unbounded"
    assert minimise_with_scip(closed, costs, LIMITS, maximise=True).status == "infeasible"


def test_no_time_leaves_no_solution_or_a_bound() -> None:
    outcome = minimise_with_scip(*hard(), Limits(0.0, 0.0, 1, 0))
    assert outcome.status in ("no_solution", "feasible")
    assert not outcome.bound > 1e-6  # the best of a market split is at least 0


def test_a_time_limit_keeps_the_incumbent_and_the_bound() -> None:
    matrix, objective = hard()
    outcome = minimise_with_scip(matrix, objective, Limits(0.0, 2.0, 1, 0))
    assert outcome.status == "feasible"
    assert outcome.x is not None
    assert outcome.value == pytest.approx(objective.value(outcome.x))
    assert outcome.bound <= outcome.value


def test_no_rows_and_no_columns() -> None:
    empty = matrix_of([], [], [], [])
    outcome = minimise_with_scip(empty, Expression(np.zeros(0), 3.0), LIMITS)
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", 3.0, 3.0)
    assert outcome.x is not None
    assert outcome.x.size == 0


@pytest.mark.parametrize(("low", "high", "status"), [(-1.0, 1.0, "optimal"), (1.0, 2.0, "infeasible")])
def test_a_row_without_columns(low: float, high: float, status: str) -> None:
    matrix = matrix_of([[0.0]], [(low, high)], [(0.0, 5.0)], [False])
    assert minimise_with_scip(matrix, Expression(np.ones(1), 0.0), LIMITS).status == status


def test_bounds_that_cross_are_infeasible() -> None:
    matrix = matrix_of([], [], [(2.0, 1.0)], [True])
    assert minimise_with_scip(matrix, Expression(np.ones(1), 0.0), LIMITS).status == "infeasible"


def test_free_columns_and_wide_integers() -> None:
    """min 3n + f with n + f ≥ 7.5, 2n − f ≥ 0, n whole, up to 1e15: f = 7.5 − n ≤ 2n, so n = 3 and f = 4.5, 13.5."""
    matrix = matrix_of(
        [[1.0, 1.0], [2.0, -1.0]],
        [(7.5, math.inf), (0.0, math.inf)],
        [(-1e15, 1e15), (-math.inf, math.inf)],
        [True, False],
    )
    outcome = minimise_with_scip(matrix, Expression(np.array([3.0, 1.0]), 0.0), LIMITS)
    assert outcome.status == "optimal"
    assert outcome.x == pytest.approx([3.0, 4.5])
    assert outcome.bound == pytest.approx(13.5)


def test_a_matrix_of_many_magnitudes_is_rescaled() -> None:
    """min x + y with 1e-6·x ≥ 3 and 1e5·y ≥ 2: x = 3e6 and y = 2e-5."""
    matrix = matrix_of(
        [[1e-6, 0.0], [0.0, 1e5]], [(3.0, math.inf), (2.0, math.inf)], [(0.0, math.inf)] * 2, [False] * 2
    )
    outcome = minimise_with_scip(matrix, Expression(np.ones(2), 0.0), LIMITS)
    assert outcome.x == pytest.approx([3e6, 2e-5])
    assert outcome.value == pytest.approx(3e6 + 2e-5, rel=1e-12)


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Matrix, Expression]:
    """Up to four columns and four rows of small whole numbers: ranges, equations, free columns, anything."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(0, 4))
    small = st.integers(-4, 4).map(float)

    def limits() -> tuple[float, float]:
        low = draw(st.sampled_from([-math.inf, -3.0, 0.0, 1.0]))
        return low, draw(st.sampled_from([math.inf, 1.0, 5.0, 8.0]))

    rows = [[draw(small) for _ in range(n)] for _ in range(m)]
    matrix = matrix_of(
        rows, [limits() for _ in range(m)], [limits() for _ in range(n)], [draw(st.booleans()) for _ in range(n)]
    )
    return matrix, Expression(np.array([draw(small) for _ in range(n)]), draw(small))


@given(programmes(), st.booleans())
@examples(80)
def test_the_same_as_highs(programme: tuple[Matrix, Expression], maximise: bool) -> None:
    matrix, objective = programme
    first = minimise(matrix, objective, LIMITS, maximise=maximise)
    second = minimise_with_scip(matrix, objective, LIMITS, maximise=maximise)
    assert second.status == first.status
    if first.x is not None and second.x is not None:
        assert second.value == pytest.approx(first.value, abs=1e-6)
        assert second.bound == pytest.approx(first.bound, abs=2e-6)
        activity = matrix.rows @ second.x
        assert (activity >= matrix.row_low - 1e-6).all()
        assert (activity <= matrix.row_high + 1e-6).all()
        assert (second.x >= matrix.low - 1e-6).all()
        assert (second.x <= matrix.high + 1e-6).all()
        assert second.x[matrix.integer] == pytest.approx(np.round(second.x[matrix.integer]), abs=1e-6)


def test_an_interrupt_reaches_the_caller() -> None:
    def solve() -> None:
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        minimise_with_scip(*hard(), Limits(0.0, 300.0, 1, 0))

    with pytest.raises(KeyboardInterrupt):
        solve()


def test_silence_ends(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        os.write(2, b"inside")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), silence():
        fail()
    os.write(2, b"outside")
    assert capfd.readouterr().err == "outside"


def test_without_scip_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scip_version().startswith("SCIP ")
    monkeypatch.setitem(sys.modules, "pyscipopt", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'capstack-optimizer\[certify\]'"):
        minimise_with_scip(*knapsack(), LIMITS)
    with pytest.raises(MissingExtraError, match="pyscipopt"):
        scip_version()
