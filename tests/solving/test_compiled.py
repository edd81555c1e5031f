"""From columns and rows to a matrix, by both algebras, against hand-written matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.algebra.array_model import ArrayModel
from optimizer.algebra.linear import quicksum
from optimizer.pyomo.algebra import PyomoModel
from optimizer.pyomo.standard_form import StandardForm
from optimizer.solving.compiled import Compiled, TriviallyInfeasibleError

BOTH = pytest.mark.parametrize("algebra", [ArrayModel, PyomoModel])


class Small:
    """x ∈ [0, 5]², n ∈ {0 … 9}, one variable that stands in no row, and one that is fixed at 2::

    x[1] ≥ 2,   x[1] + 3·x[2] ≤ 3 + fixed,   x[1] − 2·n = 1
    """

    def __init__(self, algebra: ArrayModel | PyomoModel) -> None:
        self.algebra = algebra
        self.x: dict[int, Any] = algebra.variables("x", [1, 2], 0.0, 5.0, integer=False)
        self.n: Any = algebra.variables("n", [0], 0.0, {0: 9.0}, integer=True)[0]
        self.alone: Any = algebra.variables("alone", [0], {0: 1.0}, 4.0, integer=False)[0]
        self.fixed: Any = algebra.variables("fixed", [0], 0.0, 9.0, integer=False)[0]
        self.fixed.fix(2.0)
        self.rows = algebra.rows("rows")
        self.rows.add(self.x[1] >= 2)
        self.rows.add(self.x[1] + 3 * self.x[2] <= 3 + self.fixed)
        self.rows.add(self.x[1] - 2 * self.n == 1)

    def compiled(self) -> Compiled | StandardForm:
        return Compiled(self.algebra) if isinstance(self.algebra, ArrayModel) else StandardForm(self.algebra.model)


@BOTH
def test_rows_bounds_and_kinds_are_those_of_the_model(algebra: type) -> None:
    compiled = Small(algebra()).compiled()
    # the fixed one is a number, the one in no row is kept
    assert compiled.names.columns == ("x[1]", "x[2]", "n[0]", "alone[0]")
    assert compiled.names.rows == ("rows[1]", "rows[2]", "rows[3]")
    matrix = compiled.matrix
    np.testing.assert_array_equal(matrix.rows.toarray(), [[1, 0, 0, 0], [1, 3, 0, 0], [1, 0, -2, 0]])
    np.testing.assert_array_equal(matrix.row_low, [2, -np.inf, 1])
    np.testing.assert_array_equal(matrix.row_high, [np.inf, 5, 1])
    np.testing.assert_array_equal(matrix.low, [0, 0, 0, 1])
    np.testing.assert_array_equal(matrix.high, [5, 5, 9, 4])
    np.testing.assert_array_equal(matrix.integer, [False, False, True, False])


@BOTH
def test_an_expression_keeps_its_constant_and_fixed_variables(algebra: type) -> None:
    model = Small(algebra())
    expression = model.compiled().expression(4 * model.x[1] - model.n + 3 * model.fixed + 7)
    np.testing.assert_array_equal(expression.cost, [4, 0, -1, 0])
    assert expression.constant == 3 * 2 + 7


@BOTH
def test_a_row_without_variables_holds_or_there_is_no_plan(algebra: type) -> None:
    model = Small(algebra())
    model.rows.add(model.fixed >= 2)
    model.rows.add(True)
    assert model.compiled().matrix.shape == (3, 4)
    for row in (model.fixed <= 1, False):
        model = Small(algebra())
        model.rows.add(row)
        with pytest.raises(TriviallyInfeasibleError):
            model.compiled()


@BOTH
def test_what_a_row_says_twice_is_added_up_and_what_cancels_is_left_out(algebra: type) -> None:
    model = Small(algebra())
    x, n = model.x, model.n
    model.rows.add(quicksum([x[1], n, 0.5 * x[1], -n, x[2]]) <= 2 * (x[2] - x[1]) / 4 + 1)
    row = model.compiled().matrix.rows.toarray()[3]
    np.testing.assert_array_equal(row, [2, 0.5, 0, 0])  # 1 + 1/2 + 1/2, 1 − 1/2


@BOTH
def test_the_interval_of_an_expression_by_its_bounds(algebra: type) -> None:
    model = Small(algebra())
    # 2·[0, 5] − [0, 9] + 4 − [0, 5] of the same x: [0, 5] − [0, 9] + 4; the fixed one is 2
    expression = 2 * model.x[1] - model.n + 4 - model.x[1] + model.fixed
    assert model.algebra.interval(expression) == (0 - 9 + 4 + 2, 5 - 0 + 4 + 2)
    assert model.algebra.interval(3) == (3, 3)
    model.x[1].setub(None)
    assert model.algebra.interval(-model.x[1]) == (-np.inf, 0)
    assert model.x[1].ub is None
    assert model.n.ub == 9


def test_the_values_of_expressions_at_a_solution() -> None:
    model = Small(ArrayModel())
    at = Compiled(model.algebra).values(np.array([2.0, 1.0, 5.0, 4.0]))  # type: ignore[arg-type]
    assert at(4 * model.x[1] - model.n + 3 * model.fixed + 7) == 4 * 2 - 5 + 3 * 2 + 7
    assert (at(model.alone), at(model.fixed), at(1.5)) == (4.0, 2.0, 1.5)


def test_names_come_once_and_rows_have_no_truth_value() -> None:
    model = Small(ArrayModel())
    with pytest.raises(ValueError, match="two families"):
        model.algebra.variables("x", [1], 0.0, 1.0, integer=False)
    with pytest.raises(ValueError, match="two families"):
        model.algebra.rows("rows")
    with pytest.raises(TypeError, match="truth value"):
        assert model.x[1] <= model.x[2]


def test_what_cancels_leaves_nothing() -> None:
    """0.1·x + 0.2·x − 0.3·x is no coefficient of 5e-17, though 1e-9·y beside 1·x is one."""
    algebra = ArrayModel()
    x, y, z = algebra.variables("x", [1, 2, 3], 0.0, 9.0, integer=False).values()
    rows = algebra.rows("rows")
    rows.add(0.1 * x + 0.2 * x - 0.3 * x + z <= 1)
    rows.add(1e-9 * y + x + 1e6 * z <= 1)
    over_time = algebra.timelines("t", {"a": range(1, 3)}, 2, 0.0, 9.0, integer=False)["a"]
    rows.add_each(
        0.1 * over_time + 0.2 * over_time - 0.3 * over_time + algebra.timeline(2, {1: z, 2: z}) >= 0.5, periods=[1, 2]
    )
    compiled = Compiled(algebra)
    expected = [[0, 0, 1, 0, 0], [1, 1e-9, 1e6, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0]]
    np.testing.assert_array_equal(compiled.matrix.rows.toarray(), expected)
    assert compiled.matrix.coefficient_range() == (1e-9, 1e6)
    objective = compiled.expression(0.1 * x + 0.2 * x - 0.3 * x + 2.0 * y)
    np.testing.assert_array_equal(objective.cost, [0, 2, 0, 0, 0])


@pytest.mark.parametrize("most", [1, 5, 200_000])
def test_a_matrix_is_the_same_in_pieces(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """x[k, t] for k = 1 … 3 and t = 1 … 4, x[2, 3] is 2; columns are numbered by key, then by period::

        short     x[1, 1] + 2·x[3, 4] + x[1, 1] ≤ 9
        long      Σ_k Σ_t x[k, t] + Σ_t x[1, t] = 7            terms of one column as often as two timelines have it
        panel     x[k, t] − x[k, t−1] ≥ k for all t

    Whole numbers, so that sums are exact whatever their order.
    """
    monkeypatch.setattr("optimizer.solving.compiled.PIECE", most)
    monkeypatch.setattr("optimizer.algebra.time_expr.SHEET", most)
    algebra = ArrayModel()
    x = algebra.timelines("x", {str(k): range(1, 5) for k in (1, 2, 3)}, 4, 0.0, 9.0, integer=False)
    algebra.columns.fixed[6] = 2.0
    rows = algebra.rows("rows")
    rows.add(x["1"][1] + 2.0 * x["3"][4] + x["1"][1] <= 9.0)
    everything = quicksum([*x.values(), x["1"]])
    rows.add(quicksum(everything[t] for t in range(1, 5)) == 7.0)
    panel = algebra.panel(tuple(x), x, 4)
    keyed = algebra.rows("panel")
    keyed.add_all(panel - panel.shift(1) >= np.array([[1.0], [2.0], [3.0]]), panel.decided(), list(x))
    matrix = Compiled(algebra).matrix
    whole = np.zeros((14, 12))
    whole[0, [0, 11]] = 2.0
    whole[1] = [2.0] * 4 + [1.0] * 8
    whole[2:] = np.eye(12) - np.eye(12, k=-1) * (np.arange(12)[:, None] % 4 > 0)
    low = np.array([-np.inf, 7.0, *np.repeat([1.0, 2.0, 3.0], 4)]) - 2.0 * whole[:, 6]
    np.testing.assert_array_equal(matrix.rows.toarray(), np.delete(whole, 6, axis=1))
    np.testing.assert_array_equal(matrix.row_low, low)
    np.testing.assert_array_equal(matrix.row_high, [9.0, 5.0, *[np.inf] * 12])
