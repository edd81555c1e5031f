"""Rational arithmetic: equations, simplex steps, and optima whose fractions can be written down."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.contract.versions import MissingExtraError
from optimizer.solver.exact import exact_cost, flint_version, largest_violation, minimise_exactly
from optimizer.solver.exact_basis import Factors, SingularError, rational
from optimizer.solver.exact_opinion import WIDENING, decimal, exact_level
from optimizer.solver.exact_simplex import InexactError, Programme, Simplex
from optimizer.solver.highs import minimise
from optimizer.solver.level import Level, Objective, Stage
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Expression, Matrix, Vector
from tests.properties.solving import examples

from .test_highs import LIMITS, knapsack
from .test_second import matrix_of, programmes


def fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))


# ── equations ─────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def squares(draw: st.DrawFn) -> list[list[int]]:
    n = draw(st.integers(1, 7))
    entries = st.one_of(st.just(0), st.integers(-3, 3))
    return [[draw(entries) for _ in range(n)] for _ in range(n)]


@given(squares(), st.lists(st.integers(-3, 3), min_size=7, max_size=7))
@examples(150)
def test_factors_solve_both_ways(square: list[list[int]], right: list[int]) -> None:
    n = len(square)
    rows = {10 + i: {j: rational(float(a)) for j, a in enumerate(row) if a} for i, row in enumerate(square)}
    try:
        factors = Factors(rows)
    except SingularError:
        assert abs(np.linalg.det(np.array(square, dtype=float))) < 0.5  # a whole number
        return
    x = factors.solve({10 + i: rational(float(right[i])) for i in range(n)})
    y = factors.solve_transposed({j: rational(float(right[j])) for j in range(n)})
    for i in range(n):
        assert sum(square[i][j] * x.get(j, 0) for j in range(n)) == right[i]
        assert sum(square[k][i] * y.get(10 + k, 0) for k in range(n)) == right[i]


# ── optima ────────────────────────────────────────────────────────────────────────────────────────────────────────


def exactly(matrix: Matrix, objective: Expression, x: Vector | None = None) -> Any:
    return minimise_exactly(matrix, exact_cost(objective), np.zeros(matrix.shape[1]) if x is None else x)


def test_a_third_is_a_third() -> None:
    """min x with 3·x ≥ 1."""
    best = exactly(matrix_of([[3.0]], [(1.0, math.inf)], [(0.0, 10.0)], [False]), Expression(np.ones(1), 0.0))
    assert (fraction(best.bound), fraction(best.x[0])) == (Fraction(1, 3), Fraction(1, 3))
    assert fraction(best.prices[0]) == Fraction(1, 3)
    assert best.violation == 0


def test_doubles_are_taken_at_their_word() -> None:
    """min x with x ≥ 0.1·y and y = 3, a whole number: 0.1 is 3602879701896397/2⁵⁵, and so is the optimum, times 3."""
    matrix = matrix_of([[1.0, -0.1]], [(0.0, math.inf)], [(0.0, 10.0), (0.0, 10.0)], [False, True])
    best = exactly(matrix, Expression(np.array([1.0, 0.0]), 0.0), np.array([0.0, 3.0000001]))
    assert fraction(best.bound) == 3 * Fraction(0.1)
    assert fraction(best.bound) != Fraction(0.3)


def test_a_limit_that_doubles_cannot_meet_is_measured() -> None:
    """0.1·3 ≤ 0.3 is false in doubles taken at their word: 3·0.1 − 0.3 = 1/36028797018963968·…, here derived."""
    matrix = matrix_of([[0.1, 0.0], [0.1, 1.0]], [(-math.inf, 0.3)] * 2, [(0.0, 5.0), (0.0, 1.0)], [True, False])
    best = exactly(matrix, Expression(np.array([0.0, 1.0]), 0.0), np.array([3.0, 0.0]))
    excess = 3 * Fraction(0.1) - Fraction(0.3)
    assert excess > 0
    assert fraction(best.violation) == excess
    assert fraction(largest_violation(matrix, best.x)) == excess


def test_limits_that_contradict_each_other_are_moved_as_little_as_need_be() -> None:
    """x ≥ 3 and x ≤ 2: no plan; one of the two gives way by 1."""
    matrix = matrix_of([[1.0], [1.0]], [(3.0, math.inf), (-math.inf, 2.0)], [(0.0, 9.0)], [False])
    assert fraction(exactly(matrix, Expression(np.ones(1), 0.0)).violation) == 1


def test_no_least_cost() -> None:
    matrix = matrix_of([[1.0, -1.0]], [(-math.inf, 1.0)], [(0.0, math.inf)] * 2, [False] * 2)
    with pytest.raises(InexactError, match="without end"):
        exactly(matrix, Expression(np.array([-1.0, -1.0]), 0.0))


@given(programmes())
@examples(80)
def test_the_same_as_highs_but_to_the_last_digit(programme: tuple[Matrix, Expression]) -> None:
    matrix, objective = programme
    matrix = replace(matrix, integer=np.zeros_like(matrix.integer))
    assume((matrix.low <= matrix.high).all())
    rough = minimise(matrix, objective, LIMITS)
    if rough.x is None:
        return
    best = exactly(matrix, objective)
    assert float(fraction(best.bound)) + objective.constant == pytest.approx(rough.value, abs=1e-7)
    assert best.violation == 0
    assert largest_violation(matrix, best.x) == 0
    assert sum(rational(float(c)) * v for c, v in zip(objective.cost, best.x, strict=True)) == best.bound


def klee_minty(n: int) -> Programme:
    """max Σ 2^(n−i)·xᵢ with 2·Σ_{j<i} 2^(i−j)·xⱼ + xᵢ ≤ 5^i: the best is 5^n (Klee & Minty 1972)."""
    programme = Programme(n)
    zero = rational(0.0)
    for j in range(n):
        programme.columns[j], programme.low[j], programme.high[j] = {}, zero, None
        programme.cost[j] = -rational(2.0 ** (n - 1 - j))
    for i in range(n):
        row = {j: rational(2.0 ** (i - j + 1)) for j in range(i)} | {i: rational(1.0)}
        programme.rows[i], programme.low[n + i], programme.high[n + i] = row, None, rational(5.0 ** (i + 1))
        for j, entry in row.items():
            programme.columns[j][i] = entry
    return programme


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_primal_steps_from_the_worst_start(n: int) -> None:
    start = {j: rational(0.0) for j in range(n)}
    simplex = Simplex(klee_minty(n), set(range(n, 2 * n)), start, 60.0)
    simplex.run()
    assert fraction(simplex.bound()) == -(5**n)
    assert simplex.pivots >= 1
    assert simplex.violation == 0


def test_dual_steps_from_a_start_that_misses_limits() -> None:
    """min 2x + 3y with x + y ≥ 4 and x ≤ 3, from x = y = 0: 2·3 + 3·1 = 9."""
    one, zero = rational(1.0), rational(0.0)
    programme = Programme(
        2,
        rows={0: {0: one, 1: one}},
        columns={0: {0: one}, 1: {0: one}},
        cost={0: 2 * one, 1: 3 * one},
        low={0: zero, 1: zero, 2: 4 * one},
        high={0: 3 * one, 1: None, 2: None},
    )
    simplex = Simplex(programme, {2}, {0: zero, 1: zero}, 60.0)
    simplex.run()
    assert (fraction(simplex.bound()), fraction(simplex.values[0]), fraction(simplex.values[1])) == (9, 3, 1)
    assert simplex.pivots == 2


def test_both_kinds_of_steps() -> None:
    """max x with 2x + y = 5, y ≥ 1, x ≤ 4, from y = 0 (below its limit) and x at 4, the wrong way round: x = 2."""
    one, zero = rational(1.0), rational(0.0)
    programme = Programme(
        2,
        rows={0: {0: 2 * one, 1: one}},
        columns={0: {0: 2 * one}, 1: {0: one}},
        cost={0: -one},
        low={0: zero, 1: one, 2: 5 * one},
        high={0: 4 * one, 1: None, 2: 5 * one},
    )
    simplex = Simplex(programme, {1}, {0: zero, 2: 5 * one}, 60.0)
    simplex.run()
    assert (fraction(simplex.bound()), fraction(simplex.values[0])) == (-2, 2)
    assert simplex.violation == 0


def test_no_time_is_said() -> None:
    simplex = Simplex(klee_minty(3), {3, 4, 5}, {j: rational(0.0) for j in range(3)}, -1.0)
    with pytest.raises(InexactError, match="after 1 steps"):
        simplex.run()


# ── levels ────────────────────────────────────────────────────────────────────────────────────────────────────────


def stage_of(matrix: Matrix, objective: Objective) -> Stage:
    return solve_levels(matrix, [objective], [], np.zeros(matrix.shape[1], dtype=bool), LIMITS).stages[0]


def judged(stage: Stage, plan: Vector | None = None) -> Any:
    return exact_level(stage, stage.x if plan is None else plan, stage.matrix.shape[0], 60.0)


def test_a_level_with_its_fraction() -> None:
    """max x + b with 3·x + b ≤ 2 and b of {0, 1}: b = 1 and x = 1/3."""
    matrix = matrix_of([[3.0, 1.0]], [(-math.inf, 2.0)], [(0.0, 9.0), (0.0, 1.0)], [False, True])
    found = judged(stage_of(matrix, Objective("worth", Expression(np.ones(2), 0.5), False)))
    assert found.agrees is True
    assert (found.fraction, found.exact_value) == ("11/6", "1.833333333333333333333333")  # 1/3 + 1 + 1/2
    assert (found.primal_violation, found.dual_violation) == ("0", "0")
    assert abs(found.difference_musd) <= 2e-16


def test_a_ratio_with_its_fraction() -> None:
    """min (x + 1)/(2x + 3) with x in [0, 3] rises in x: at 0 it is 1/3."""
    matrix = matrix_of([[1.0, 1.0]], [(0.0, 9.0)], [(0.0, 3.0), (0.0, 1.0)], [False, True])
    over = Expression(np.array([2.0, 0.0]), 3.0)
    found = judged(stage_of(matrix, Objective("ratio", Expression(np.array([1.0, 0.0]), 1.0), True, denominator=over)))
    assert found.agrees is True
    assert found.fraction == "1/3"


def test_money_that_is_not_the_best_is_refused() -> None:
    matrix = matrix_of([[1.0]], [(2.0, math.inf)], [(0.0, 9.0)], [False])
    stage = stage_of(matrix, Objective("cost", Expression(np.ones(1), 0.0), True))
    found = judged(replace(stage, x=np.array([2.001])))
    assert found.agrees is False
    assert found.difference_musd == pytest.approx(0.001)
    assert "off the exact optimum" in found.finding


def test_a_plan_that_misses_a_limit_is_refused() -> None:
    matrix = matrix_of([[1.0]], [(2.0, math.inf)], [(0.0, 9.0)], [False])
    stage = stage_of(matrix, Objective("cost", Expression(np.ones(1), 0.0), True))
    found = judged(stage, np.array([1.99]))
    assert found.agrees is False
    assert found.plan_violation.startswith("0.01")
    assert "misses a limit by 0.01" in found.finding


def test_decisions_that_leave_no_plan_are_refused() -> None:
    """Two lots of 1 cannot meet 2.5: the limit would have to move by 0.5."""
    matrix = matrix_of([[1.0]], [(2.5, math.inf)], [(0.0, 9.0)], [True])
    level = Level("cost", "minimise", "musd", 2.0, 2.0, 0.0, "optimal", 0.0)
    found = judged(Stage(matrix, Objective("cost", Expression(np.ones(1), 0.0), True), np.array([2.0]), level))
    assert found.agrees is False
    assert "misses by 0.5" in found.finding


def test_doubles_that_contradict_each_other_get_the_room_that_highs_gives() -> None:
    """A loan d is repaid in three parts of 1/3 in doubles, 2⁻⁵⁴ less than a third each: at its word, 0·d = 2⁻⁵⁴·3·d.

    So exactness forbids the loan, and the other at 9 % is taken. With limits moved by WIDENING the loan at 5 % is back.
    """
    third = 1.0 / 3.0
    matrix = matrix_of(
        [[1.0, 1.0, 0.0, 0.0], [-third, 0.0, 1.0, 0.0], [-third, 0.0, -1.0, 1.0], [1.0 - third, 0.0, 0.0, -1.0]],
        [(100.0, 100.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)],
        [(0.0, 200.0)] * 4,
        [False] * 4,
    )
    gap = 1 - 3 * Fraction(third)
    assert gap > 0
    objective = Objective("cost", Expression(np.array([0.05, 0.09, 0.0, 0.0]), 0.0), True)
    level = Level("cost", "minimise", "musd", 5.0, 5.0, 0.0, "optimal", 0.0)
    plan = np.array([100.0, 0.0, 100 * third, 200 * third])
    assert float(fraction(exactly(matrix, objective.expression).bound)) == pytest.approx(9.0)
    found = judged(Stage(matrix, objective, plan, level))
    assert found.agrees is True
    assert 0.0 < float(found.primal_violation) <= 100 * WIDENING
    assert found.difference_musd == pytest.approx(0.0, abs=1e-7)


def test_decimal_text() -> None:
    assert decimal(rational(0.5)) == "0.5"
    assert decimal(rational(0.0)) == "0"
    assert decimal(rational(1.0) / 3, 4) == "0.3333"


def test_without_flint_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert flint_version().startswith("python-flint ")
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(
        MissingExtraError, match=r"python-flint is not installed: pip install 'capstack-optimizer\[certify\]'"
    ):
        minimise_exactly(knapsack()[0], {}, np.zeros(4))
