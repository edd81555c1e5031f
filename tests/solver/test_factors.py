"""Columns in proportion are said once: the same rows, the same plans, fewer numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from benchmarks.shapes import Shape
from optimizer.instance.loader import load
from optimizer.solver import factors as module
from optimizer.solver import highs, relaxation
from optimizer.solver.factors import factored
from optimizer.solver.highs import Limits, minimise
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.relaxation import relaxed
from optimizer.solving.compile import compile_instance
from optimizer.solving.run import solve

KNOWN = Path(__file__).resolve().parents[2] / "instances" / "known-optimal"
LIMITS = Limits(gap_share=1e-6, time_limit_s=60.0, threads=1, seed=0)


@pytest.fixture
def short_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of three terms are long, and columns of three terms are looked at."""
    monkeypatch.setattr(module, "LONG_ROW", 2)
    monkeypatch.setattr(module, "LONG_COLUMN", 3)


def five_in_proportion() -> Matrix:
    """Five columns 1, 2, … 5 times (1, 2, 3), of which the third has 7 more in the first row; the last has 9 there."""
    rows = np.outer([1.0, 2.0, 3.0], np.arange(1.0, 6.0))
    rows[0, 2] += 7.0
    rows = np.hstack([rows, [[9.0], [0.0], [0.0]]])
    return Matrix(
        sparse.csr_matrix(rows),
        np.array([50.0, 20.0, 30.0]),
        np.full(3, np.inf),
        np.zeros(6),
        np.full(6, 10.0),
        np.ones(6, dtype=bool),
    )


@pytest.mark.usefixtures("short_rows")
def test_a_set_is_one_column_and_a_row() -> None:
    """16 numbers become 11: three of the model, 5 of its sum and one of w, the 7 and the 9.

    The model is the last of the five, 5·(1, 2, 3), so that α is 1/5, 2/5, … 1 and w of (1, 1, 1, 1, 1) is 3.
    """
    matrix = five_in_proportion()
    found = factored(matrix)
    assert (matrix.rows.nnz, found.matrix.rows.nnz) == (16, 11)
    assert found.matrix.shape == (4, 7)
    assert found.sums.toarray().tolist() == [[0.2, 0.4, 0.6, 0.8, 1.0, 0.0]]
    x = np.ones(6)
    assert found.longer(x).tolist() == pytest.approx([*x, 3.0])
    # 15 + 7 + 9, 30 and 45, and the row of the sum
    assert (found.matrix.rows @ found.longer(x)).tolist() == pytest.approx([31.0, 30.0, 45.0, 0.0])
    assert found.matrix.row_low.tolist() == [50.0, 20.0, 30.0, 0.0]
    assert found.of_columns(np.arange(6.0)).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.0]


def test_what_is_not_worth_it_stays() -> None:
    matrix = five_in_proportion()
    assert factored(matrix).matrix is matrix
    assert factored(matrix, wanted=False).longer(np.ones(6)).tolist() == [1.0] * 6


@pytest.mark.usefixtures("short_rows")
def test_rows_of_a_programme_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row, in its new place, at plans drawn at random; limits go with their rows."""
    monkeypatch.setattr(module, "LONG_ROW", 20)
    matrix = compile_instance(Shape("quarter", 4, 5, 2).instance())[1].matrix
    found = factored(matrix)
    assert found.matrix.rows.nnz < 0.7 * matrix.rows.nnz
    x = np.random.default_rng(0).uniform(0.0, 1.0, matrix.shape[1])
    long = np.diff(matrix.rows.indptr) > 20
    order = np.concatenate([np.nonzero(~long)[0], np.nonzero(long)[0]])
    activity, sums = np.split(found.matrix.rows @ found.longer(x), [matrix.shape[0]])
    assert activity == pytest.approx((matrix.rows @ x)[order], rel=1e-11, abs=1e-9)
    assert sums == pytest.approx(np.zeros(sums.size), abs=1e-12)
    assert np.array_equal(found.matrix.row_high[: matrix.shape[0]], matrix.row_high[order])


@pytest.mark.usefixtures("short_rows")
def test_the_least_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """5·x_5 four times is 20 and meets 2·20 ≥ 20 and 3·20 ≥ 30; 50 − 20 are 9·x_6 four times. Cost 1 each: 8.

    Two of the third, 3 + 7 each, in place of one of the last: 2·10 + 3·5 = 35 with 2·21 and 3·21; 15 more are
    two of the last column or of the third: 7 in all; five of the third are 50, 30 and 45: 5. Without whole numbers
    5, too: of 10 a unit in the first row no column has more.
    """
    matrix, cost = five_in_proportion(), Expression(np.ones(6), 0.0)
    for large in (5000, 0):
        monkeypatch.setattr(highs, "MANY_COLUMNS", large)
        monkeypatch.setattr(relaxation, "MANY_COLUMNS", large)
        found = minimise(matrix, cost, LIMITS, start=np.array([0, 0, 0, 0, 6.0, 3.0]))
        assert (found.status, found.value) == ("optimal", pytest.approx(5.0))
        assert found.x is not None
        assert found.x.tolist() == pytest.approx([0, 0, 5, 0, 0, 0])
        guide = relaxed(matrix, cost, LIMITS)
        assert guide is not None
        assert (guide.size, cost.value(guide)) == (6, pytest.approx(5.0, abs=1e-5))


@pytest.mark.parametrize("name", ["lots", "lexicographic-share"])
def test_the_answer_is_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known optima with sums wherever two columns are in proportion, and without."""
    instance = load(KNOWN / f"{name}.yaml")
    plain = solve(instance, gap=0.0, threads=1)
    for of, constant, value in (
        (module, "LONG_ROW", 1),
        (module, "LONG_COLUMN", 1),
        (module, "FEWEST_COLUMNS", 2),
        (module, "WORTH_IT", 10.0),
        (highs, "MANY_COLUMNS", 0),
    ):
        monkeypatch.setattr(of, constant, value)
    other = solve(instance, gap=0.0, threads=1)
    assert other.audit_passed
    for one, two in zip(plain.summary["levels"], other.summary["levels"], strict=True):
        assert two["status"] == one["status"] == "optimal"
        assert two["value"] == pytest.approx(one["value"], rel=1e-6, abs=1e-6)


def test_an_end_that_is_far_holds_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most of x up to 2·10⁶ is 2·10⁶, though so far an end is left out at first; where it does not bind, too."""
    monkeypatch.setattr(highs, "MANY_COLUMNS", 0)
    matrix = Matrix(
        sparse.csr_matrix([[1.0, 1.0]]),
        np.zeros(1),
        np.array([3e6]),
        np.zeros(2),
        np.array([2e6, 5e6]),
        np.array([False, False]),
    )
    for cost, most in (([1.0, 0.0], 2e6), ([0.0, 1.0], 3e6)):
        found = minimise(matrix, Expression(np.array(cost), 0.0), LIMITS, maximise=True)
        assert (found.status, found.value) == ("optimal", pytest.approx(most))
