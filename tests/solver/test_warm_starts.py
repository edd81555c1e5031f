"""Neighbours: when a plan and a bound carry over, and that they never change an answer."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from optimizer.solver.highs import Limits, LostError, minimise
from optimizer.solver.level import Hint, Objective, Solution
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Expression, Matrix, Names
from optimizer.solver.warm_starts import Cleanup, WarmStarts
from tests.properties.solving import examples

LIMITS = Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0)
VALUE = np.array([16.0, 22.0, 12.0, 8.0])
"""Stockco (Winston): with the weights 5, 7, 4, 3 the best is 42 at capacity 14, 38 at 13, and 46 at 15."""
WEIGHT = np.array([5.0, 7.0, 4.0, 3.0])
NAMES = Names(("capacity",), ("a", "b", "c", "d"))
NOBODY = np.zeros(4, dtype=bool)
WORTH = Objective("worth", Expression(VALUE, 0.0), False)


def knapsack(capacity: float, weight: np.ndarray = WEIGHT) -> Matrix:
    return Matrix(
        sparse.csr_matrix(weight[None, :]),
        np.array([-np.inf]),
        np.array([capacity]),
        np.zeros(4),
        np.ones(4),
        np.ones(4, dtype=bool),
    )


def best(capacity: float, weight: np.ndarray = WEIGHT, value: np.ndarray = VALUE) -> float:
    every = (np.array(bits) for bits in itertools.product((0, 1), repeat=4))
    return float(max(value @ x for x in every if weight @ x <= capacity))


def remembered(matrix: Matrix, objective: Objective = WORTH, names: Names = NAMES) -> WarmStarts:
    warm = WarmStarts()
    warm.add(names, solved(matrix, objective))
    return warm


def solved(
    matrix: Matrix, objective: Objective = WORTH, warm: WarmStarts | None = None, names: Names = NAMES
) -> Solution:
    hints = warm.hints(names, NOBODY, LIMITS) if warm else None
    return solve_levels(matrix, [objective], [], NOBODY, LIMITS, hints=hints)


def hint(warm: WarmStarts, matrix: Matrix, objective: Objective = WORTH, names: Names = NAMES) -> Hint:
    return warm.hints(names, NOBODY, LIMITS)(0, matrix, objective, None)


def test_without_neighbours_nothing_is_known() -> None:
    assert hint(WarmStarts(), knapsack(14.0)) == Hint(None, None, False)


def test_tighter_takes_over_the_bound_and_not_the_plan() -> None:
    """The best of capacity 14 weighs 14, so that it does not fit into 13."""
    found = hint(remembered(knapsack(14.0)), knapsack(13.0))
    assert found.bound == pytest.approx(42.0)
    assert found.start is None


def test_looser_takes_over_the_plan_and_not_the_bound() -> None:
    found = hint(remembered(knapsack(13.0)), knapsack(15.0))
    assert found.bound is None
    assert found.start is not None
    assert VALUE @ found.start == pytest.approx(best(13.0))


def test_a_row_that_follows_from_another_and_the_bounds() -> None:
    """5a + … ≤ 14 follows from 6a + … ≤ 14 where a ≥ 0, and not the other way round."""
    heavier = WEIGHT + np.array([1.0, 0.0, 0.0, 0.0])
    assert hint(remembered(knapsack(14.0)), knapsack(14.0, heavier)).bound == pytest.approx(42.0)
    assert hint(remembered(knapsack(14.0, heavier)), knapsack(14.0)).bound is None
    # and it follows from 14 with the weights as they are, if a is 0 here
    without = replace(knapsack(14.0), high=np.array([0.0, 1.0, 1.0, 1.0]))
    assert hint(remembered(knapsack(14.0, heavier)), without).bound == pytest.approx(best(14.0, heavier))


def test_a_row_that_is_missing_has_to_follow_from_the_bounds() -> None:
    free = replace(knapsack(14.0), rows=sparse.csr_matrix((0, 4)), row_low=np.zeros(0), row_high=np.zeros(0))
    names = Names((), NAMES.columns)
    assert hint(remembered(knapsack(19.0)), free, names=names).bound == pytest.approx(58.0)
    assert hint(remembered(knapsack(18.0)), free, names=names).bound is None


@pytest.mark.parametrize(
    "other",
    [
        Objective("worth", Expression(VALUE + 1.0, 0.0), False),
        Objective("worth", Expression(VALUE, 1.0), False),
        Objective("other", Expression(VALUE, 0.0), False),
        Objective("worth", Expression(VALUE, 0.0), False, denominator=Expression(np.ones(4), 1.0)),
    ],
)
def test_no_bound_from_another_objective(other: Objective) -> None:
    assert hint(remembered(knapsack(14.0), WORTH), knapsack(13.0), other).bound is None


def test_no_bound_from_other_columns_but_the_plan_by_name() -> None:
    names = Names(NAMES.rows, ("a", "b", "c", "new"))
    found = hint(remembered(knapsack(13.0)), knapsack(15.0), names=names)
    assert found.bound is None
    assert found.start is not None
    assert found.start[3] == 0.0


def test_a_plan_that_is_good_enough_ends_it_at_once() -> None:
    warm = remembered(knapsack(14.0))
    again = solved(knapsack(14.5), warm=warm)
    assert again.levels[0].value == pytest.approx(42.0)
    looser = hint(warm, knapsack(14.0))
    assert looser.bound == pytest.approx(42.0)
    assert solved(knapsack(14.0), warm=warm).levels[0].seconds == 0.0


def test_the_next_level_keeps_the_better_start() -> None:
    warm = remembered(knapsack(13.0))
    hints = warm.hints(NAMES, NOBODY, LIMITS)
    all_four = np.ones(4)
    found = hints(0, knapsack(19.0), WORTH, all_four)
    assert found.start is not None
    assert VALUE @ found.start == pytest.approx(58.0)


def test_of_many_neighbours_the_first_and_the_last_are_kept() -> None:
    warm = WarmStarts()
    for number in range(9):
        warm.add(Names((str(number),), ()), Solution(np.zeros(0), ()))
    assert [neighbour.names.rows[0] for neighbour in warm.neighbours] == ["0", "1", "6", "7", "8"]


NOTHING = Cleanup((), NOBODY)


def answer(
    known: Matrix,
    matrix: Matrix,
    *,
    objectives: tuple[Objective, Objective] = (WORTH, WORTH),
    cleanup: Cleanup | None = NOTHING,
    wanted: Cleanup = NOTHING,
    gaps: tuple[float, float] = (0.0, 0.0),
    names: Names = NAMES,
) -> Solution | None:
    """What a solved neighbour, to the first of the gaps, answers where the second is asked for."""
    warm, (theirs, mine) = WarmStarts(), objectives
    found = solve_levels(known, [theirs], [], NOBODY, replace(LIMITS, gap_share=gaps[0]))
    warm.add(NAMES, found, cleanup=cleanup)
    answered = warm.answer(names, matrix, [mine], wanted, replace(LIMITS, gap_share=gaps[1]))
    assert warm.newest is None
    return answered


def test_a_neighbour_answers_a_tighter_programme_that_its_plan_fits() -> None:
    """The best of capacity 15.5 weighs 15 (46 with a, b and d): it is the best of 15, too, and there is none of 14."""
    found = answer(knapsack(15.5), knapsack(15.0))
    assert found is not None
    assert VALUE @ found.x == best(15.0) == best(15.5) == 46.0
    (stage,) = found.stages
    assert (stage.level.value, stage.level.bound, stage.level.seconds) == (46.0, pytest.approx(46.0), 0.0)
    assert stage.matrix.row_high[0] == 15.0
    assert answer(knapsack(15.5), knapsack(14.0)) is None


def test_a_neighbour_with_less_room_answers_nothing() -> None:
    """Its plan fits, and is none of the best: 42 of 14, where 46 can be had of 15."""
    assert answer(knapsack(14.0), knapsack(15.0)) is None
    # nor where something that may be here had to be left out there
    left_out = replace(knapsack(15.0), high=np.array([1.0, 1.0, 1.0, 0.0]))
    assert answer(left_out, knapsack(15.0)) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(WORTH, expression=Expression(VALUE + 1.0, 0.0)),
        replace(WORTH, expression=Expression(VALUE, 1.0)),
        replace(WORTH, name="other"),
        replace(WORTH, slack_share=0.1),
        replace(WORTH, base=Expression(VALUE, 1.0)),
        replace(WORTH, keep=np.ones(4, dtype=bool)),
    ],
)
def test_no_answer_to_another_objective(other: Objective) -> None:
    assert answer(knapsack(15.5), knapsack(15.0), objectives=(other, other)) is not None
    assert answer(knapsack(15.5), knapsack(15.0), objectives=(WORTH, other)) is None
    assert answer(knapsack(15.5), knapsack(15.0), objectives=(other, WORTH)) is None


def test_no_answer_where_something_else_is_brought_down() -> None:
    weigh, value = (Cleanup((Expression(cost, 0.0),), NOBODY) for cost in (WEIGHT, VALUE))
    assert answer(knapsack(15.5), knapsack(15.0), cleanup=weigh, wanted=weigh) is not None
    assert answer(knapsack(15.5), knapsack(15.0), cleanup=weigh, wanted=value) is None
    assert answer(knapsack(15.5), knapsack(15.0), cleanup=weigh, wanted=NOTHING) is None
    assert answer(knapsack(15.5), knapsack(15.0), cleanup=None) is None
    followed = Cleanup((), np.ones(4, dtype=bool))
    assert answer(knapsack(15.5), knapsack(15.0), wanted=followed) is None


def test_no_answer_that_is_further_from_its_bound_than_is_asked_for() -> None:
    """40 of at most 42 is within a tenth, and not within a hundredth."""
    warm = remembered(knapsack(14.0))
    (neighbour,) = warm.neighbours
    (stage,) = neighbour.solution.stages
    x = np.array([1.0, 0.0, 1.0, 1.0])
    level = replace(stage.level, value=float(VALUE @ x), bound=40.0, gap_musd=4.0)
    solution = Solution(x, (replace(stage, x=x, level=level),))
    warm.neighbours = [replace(neighbour, solution=solution, cleanup=NOTHING)]
    for share, found in ((0.2, True), (0.12, True), (0.1, False), (0.0, False)):
        limits = replace(LIMITS, gap_share=share)
        assert (warm.answer(NAMES, knapsack(14.0), [WORTH], NOTHING, limits) is not None) == found
    unproven = replace(solution, stages=(replace(stage, x=x, level=replace(level, status="feasible")),))
    for other in (
        replace(solution, interrupted=True),
        replace(solution, lost=LostError("", False, None, [], 0)),
        unproven,
    ):
        warm.neighbours = [replace(neighbour, solution=other, cleanup=NOTHING)]
        assert warm.answer(NAMES, knapsack(14.0), [WORTH], NOTHING, replace(LIMITS, gap_share=0.2)) is None


def test_a_number_that_need_not_be_whole_there_is_no_answer_here() -> None:
    """With half of something, capacity 15.5 holds more than 46: what is proven of halves is a bound, and no plan."""
    halves = replace(knapsack(15.5), integer=NOBODY)
    assert answer(halves, knapsack(15.5)) is None
    assert answer(knapsack(15.5), halves) is None


def test_what_was_built_is_kept_where_that_is_all_that_fits() -> None:
    """Bins a and b are built, and one of c and d pays for each: 9 of a alone pay for a, and b is left unbuilt by none.

    Plans are 1 in all four; the neighbour takes c for a and d for b. Here c is not to be had: with what is built kept,
    and who pays found anew, d pays for both.
    """
    rows = np.array([[-1.0, -1.0, 1.0, 2.0], [0.0, 0.0, 1.0, 0.0]])
    there = Matrix(
        sparse.csr_matrix(rows),
        np.array([0.0, -np.inf]),
        np.array([np.inf, 1.0]),
        np.array([1.0, 0.0, 0.0, 0.0]),
        np.ones(4),
        np.ones(4, dtype=bool),
    )
    here = replace(there, row_high=np.array([np.inf, 0.0]))
    names = Names(("paid", "first"), NAMES.columns)
    cost = Objective("cost", Expression(np.array([1.0, -0.5, 1.0, 3.0]), 0.0), minimise=True)
    warm = remembered(there, cost, names)
    assert warm.neighbours[0].solution.x.tolist() == [1.0, 0.0, 1.0, 0.0]
    built = np.array([True, True, False, False])
    assert warm.hints(names, NOBODY, LIMITS)(0, here, cost, None).start is None
    found = warm.hints(names, NOBODY, LIMITS, built)(0, here, cost, None)
    assert found.start is not None
    assert found.start.tolist() == [1.0, 0.0, 0.0, 1.0]
    assert (found.far, found.proof_only) == (True, False)
    at_hand = warm.hints(names, NOBODY, LIMITS, built)(0, there, cost, None)
    assert (at_hand.far, at_hand.proof_only) == (False, True)


def test_the_first_and_the_nearest_in_a_row_are_asked() -> None:
    warm = WarmStarts()
    for place in (20, 0, 10, 5, 7):
        warm.place = place
        warm.add(Names((str(place),), ()), Solution(np.zeros(0), ()))
    warm.place = 8
    assert [each.place for each in warm.asked] == [7, 10, 20, 0]
    warm.place = 2
    assert [each.place for each in warm.asked] == [0, 5, 20]
    warm.keep_for([8, 9])
    assert [each.place for each in warm.neighbours] == [20, 0, 10, 7]


numbers = st.lists(st.integers(1, 9), min_size=4, max_size=4)


@given(
    weights=numbers,
    values=numbers,
    capacities=st.lists(st.integers(0, 30), min_size=2, max_size=6),
    maximise=st.booleans(),
    over=st.one_of(st.none(), numbers),
)
@examples(60)
def test_neighbours_never_change_an_optimum(
    weights: list[int], values: list[int], capacities: list[int], maximise: bool, over: list[int] | None
) -> None:
    """At most a capacity of the best, or at least that much of the cheapest (by the piece, with ``over``)."""
    weight, value = np.array(weights, dtype=float), np.array(values, dtype=float)
    below = None if over is None or maximise else Expression(np.array(over, dtype=float), 1.0)
    objective = Objective("worth", Expression(value, 0.0), not maximise, denominator=below)
    warm = WarmStarts()
    for capacity in capacities:
        least = min(float(capacity), float(weight.sum()))
        matrix = knapsack(float(capacity), weight)
        if not maximise:
            matrix = replace(matrix, row_low=np.array([least]), row_high=np.array([np.inf]))
        answered = warm.answer(NAMES, matrix, [objective], NOTHING, LIMITS)
        level = (answered or solved(matrix, objective, warm)).levels[0]
        cold = solved(matrix, objective).levels[0]
        assert level.value == pytest.approx(cold.value, abs=1e-6)
        assert level.bound == pytest.approx(cold.value, abs=1e-5)
        warm.add(NAMES, answered or solved(matrix, objective, warm), cleanup=NOTHING)


def test_a_known_bound_ends_the_search_within_the_gap() -> None:
    """42 is best. With a bound of 44 and a gap of 10 %, 40 would do; the bound that is reported is one that holds."""
    objective = Expression(VALUE, 0.0)
    wide = replace(LIMITS, gap_share=0.1)
    outcome = minimise(knapsack(14.0), objective, wide, maximise=True, known_bound=44.0)
    assert outcome.status == "optimal"
    assert 44.0 >= outcome.bound >= 42.0
    assert outcome.value >= outcome.bound / 1.1 - 1e-9


def test_proving_without_heuristics_finds_the_same() -> None:
    outcome = minimise(knapsack(14.0), Expression(VALUE, 0.0), LIMITS, maximise=True, proof_only=True)
    assert (outcome.status, outcome.value) == ("optimal", pytest.approx(42.0))
