"""One run: statuses, bounds, the sense, limits and a soft stop."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from optimizer.solver import highs, process
from optimizer.solver.highs import Limits, SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.relaxation import shadow_prices
from optimizer.solver.task import Answer, Task

LIMITS = Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0)


def knapsack(capacity: float = 14.0, *, integer: bool = True) -> tuple[Matrix, Expression]:
    """Stockco (Winston): values 16, 22, 12, 8; weights 5, 7, 4, 3; capacity 14; best 42."""
    matrix = Matrix(
        sparse.csr_matrix(np.array([[5.0, 7.0, 4.0, 3.0]])),
        np.array([-np.inf]),
        np.array([capacity]),
        np.zeros(4),
        np.ones(4),
        np.full(4, integer),
    )
    return matrix, Expression(np.array([16.0, 22.0, 12.0, 8.0]), 0.0)


def hard(seed: int = 0) -> tuple[Matrix, Expression]:
    """A market split problem (Cornuejols & Dawande): tiny and out of reach of branch and bound."""
    weights = np.random.default_rng(seed).integers(0, 100, (6, 50)).astype(float)
    rows = sparse.csr_matrix(np.hstack([weights, np.eye(6), -np.eye(6)]))
    half = np.floor(weights.sum(axis=1) / 2.0)
    matrix = Matrix(
        rows,
        half,
        half,
        np.zeros(62),
        np.r_[np.ones(50), np.full(12, np.inf)],
        np.r_[np.ones(50), np.zeros(12)].astype(bool),
    )
    return matrix, Expression(np.r_[np.zeros(50), np.ones(12)], 0.0)


def test_maximum_with_its_bound() -> None:
    outcome = minimise(*knapsack(), LIMITS, maximise=True)
    assert (outcome.status, outcome.value) == ("optimal", pytest.approx(42.0))
    assert outcome.bound == pytest.approx(42.0)


def test_what_one_more_of_a_limit_adds() -> None:
    """Without integrality the knapsack takes the first two, 12 of 14, and half of the third: 3 a unit of capacity."""
    matrix, worth = knapsack()
    duals = shadow_prices(matrix, Expression(-worth.cost, 0.0), LIMITS)
    assert duals is not None
    assert duals.tolist() == pytest.approx([-3.0])
    assert shadow_prices(knapsack(-1.0)[0], worth, LIMITS) is None


def test_a_bound_that_is_enough_ends_a_search() -> None:
    """No split of the weights into halves is found or ruled out in time, and nothing is below 0: −1 is proven at once,
    in the sense of a maximum 1.
    """
    matrix, objective = hard()
    known = minimise(matrix, objective, replace(LIMITS, time_limit_s=1.0))
    assert known.x is not None
    outcome = minimise(matrix, objective, LIMITS, start=known.x, enough=-1.0)
    assert outcome.status == "feasible"
    assert outcome.bound >= -1.0
    turned = Expression(-objective.cost, 0.0)
    outcome = minimise(matrix, turned, LIMITS, maximise=True, start=known.x, enough=1.0)
    assert (outcome.status, outcome.bound <= 1.0) == ("feasible", True)


def test_seconds_of_the_processor_are_a_limit_of_their_own() -> None:
    """Half a second of the processor ends a search that would go on for ever, and is counted; a clock that has run
    does not shorten the next.
    """
    limits = replace(LIMITS, time_limit_s=0.5, processor=True)
    before = process.spent_s()
    outcome = minimise(*hard(), limits)
    assert outcome.status in ("feasible", "no_solution")
    assert 0.4 < process.spent_s() - before < 5.0
    assert limits.since(0.0) == limits
    assert limits.options == replace(limits, processor=False).options


def test_minimum_and_a_constant() -> None:
    matrix, objective = knapsack()
    outcome = minimise(matrix, Expression(-objective.cost, 100.0), LIMITS)
    assert outcome.value == pytest.approx(58.0)
    assert outcome.bound == pytest.approx(58.0)


def test_the_gap_is_measured_on_the_whole_value() -> None:
    """With a constant of −41.9 the best is 0.1, and 41 would be 900 % away: the tree has to go on to 42."""
    matrix, objective = knapsack()
    outcome = minimise(matrix, Expression(objective.cost, -41.9), Limits(0.01, 60.0, 1, 0), maximise=True)
    assert outcome.value == pytest.approx(0.1)


def test_infeasible() -> None:
    assert minimise(*knapsack(-1.0), LIMITS).status == "infeasible"


@pytest.mark.parametrize("integer", [True, False])
def test_unbounded(integer: bool) -> None:
    matrix, objective = knapsack()
    open_ended = Matrix(
        sparse.csr_matrix(np.array([[1.0, -1.0, 0.0, 0.0]])),
        np.array([-np.inf]),
        np.array([1.0]),
        np.zeros(4),
        np.full(4, np.inf),
        np.full(4, integer),
    )
    assert matrix.shape == open_ended.shape
    assert minimise(open_ended, objective, LIMITS, maximise=True).status == "unbounded"


def test_no_time_leaves_no_solution_or_a_bound() -> None:
    outcome = minimise(*hard(), Limits(0.0, 0.0, 1, 0))
    assert outcome.status in ("no_solution", "feasible")


def test_a_time_limit_keeps_the_incumbent_and_the_bound() -> None:
    outcome = minimise(*hard(), Limits(0.0, 2.0, 1, 0))
    assert outcome.status == "feasible"
    assert outcome.x is not None
    assert outcome.bound <= outcome.value


def test_a_stop_from_outside_keeps_the_incumbent() -> None:
    stop, seen = threading.Event(), []

    def watch(incumbent: float, bound: float, _: str) -> None:
        seen.append((incumbent, bound))
        if incumbent == incumbent:  # a number: there is a plan
            stop.set()

    outcome = minimise(*hard(), Limits(0.0, 60.0, 1, 0), watch=watch, stop=stop)
    assert outcome.status == "feasible"
    assert outcome.x is not None
    assert seen


def test_a_refused_option_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "TOLERANCE", -1.0)
    with pytest.raises(SolverError, match="primal_feasibility_tolerance"):
        minimise(*knapsack(), LIMITS)


def test_a_matrix_without_rows_or_columns() -> None:
    empty = Matrix(
        sparse.csr_matrix((0, 0)), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool)
    )
    outcome = minimise(empty, Expression(np.zeros(0), 3.0), LIMITS)
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", 3.0, 3.0)


def test_optimal_without_a_bound_is_searched_again_without_presolve(monkeypatch: pytest.MonkeyPatch) -> None:
    """What HiGHS says of a start where presolve, at its tolerance, finds nothing feasible."""
    matrix, objective = knapsack()
    asked: list[object] = []

    def solve(task: Task, *others: object) -> Answer:
        asked.append(task.options.get("presolve"))
        answer = process.solve(task, *others)
        return answer if len(asked) > 1 else replace(answer, bound=-np.inf)

    monkeypatch.setattr(highs, "solve", solve)
    outcome = minimise(matrix, objective, LIMITS, maximise=True)
    assert asked == [None, "off"]
    assert (outcome.status, outcome.bound) == ("optimal", pytest.approx(42.0))


def test_a_plan_without_a_bound_is_not_called_optimal(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, objective = knapsack()
    monkeypatch.setattr(highs, "solve", lambda *args: replace(process.solve(*args), bound=-np.inf))
    outcome = minimise(matrix, objective, LIMITS, maximise=True)
    assert (outcome.status, outcome.value) == ("feasible", pytest.approx(42.0))


@pytest.mark.parametrize(("again", "status", "bound"), [(0.0, "optimal", 42.0), (3.0, "feasible", 45.0)])
def test_a_bound_that_no_plan_comes_near_is_asked_again(
    again: float, status: str, bound: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best plan with 45 as the bound of 42, a gap of 0 asked for: what a search without presolve says holds, and
    where that is no nearer, the plan is not called optimal."""
    matrix, objective = knapsack()
    asked: list[object] = []

    def solve(task: Task, *others: object, **named: object) -> Answer:
        asked.append(task.options.get("presolve"))
        answer = process.solve(task, *others, **named)
        return replace(answer, bound=answer.bound - (again if len(asked) > 1 else 3.0))

    monkeypatch.setattr(highs, "solve", solve)
    outcome = minimise(matrix, objective, LIMITS, maximise=True)
    assert asked == [None, "off"]
    assert (outcome.status, outcome.value, outcome.bound) == (status, pytest.approx(42.0), pytest.approx(bound))


@pytest.mark.parametrize(("bound", "status", "holds"), [(43.0, "optimal", 43.0), (41.0, "feasible", 50.0)])
def test_a_second_search_that_was_cut_short_takes_no_bound_away(
    bound: float, status: str, holds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within 15 % of a bound of 43 a plan of 38 is called the best; a search without presolve is cut short with 42 and
    a bound of 50. 42 is within the gap of 43, too; that 41 is a bound it refutes, and then only 50 is known."""
    matrix, objective = knapsack()
    plans = [np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.0, 1.0, 1.0, 1.0])]
    answers = [Answer("Optimal", plans[0], -38.0, -bound), Answer("TimeLimit", plans[1], -42.0, -50.0)]
    monkeypatch.setattr(highs, "solve", lambda *_, **__: answers.pop(0))
    outcome = minimise(matrix, objective, replace(LIMITS, gap_share=0.15), maximise=True)
    assert (outcome.status, outcome.value, outcome.bound) == (status, pytest.approx(42.0), pytest.approx(holds))


def sliver() -> tuple[Matrix, Expression]:
    """z₀ = x₀ + x₁, z₁ ≤ z₀, 5·z₀ + 12·z₁ ≥ 17 − 10⁻⁶, x binary at costs of 2 and 1, z ≤ 1: the least cost is 1.

    The third row leaves z less room than the tolerance, and presolve finds no plan (findings/).
    """
    rows = sparse.csr_matrix(np.array([[-1.0, -1.0, 1.0, 0.0], [0.0, 0.0, -1.0, 1.0], [0.0, 0.0, 5.0, 12.0]]))
    low, high = np.array([0.0, -np.inf, 17.0 - 1e-6]), np.array([0.0, 0.0, np.inf])
    whole = np.array([True, True, False, False])
    return Matrix(rows, low, high, np.zeros(4), np.ones(4), whole), Expression(np.array([2.0, 1.0, 0.0, 0.0]), 0.0)


@pytest.mark.parametrize("start", [None, np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 1.0])])
def test_a_row_that_leaves_little_room_misleads_nobody(start: np.ndarray | None) -> None:
    outcome = minimise(*sliver(), LIMITS, start=start)
    assert (outcome.status, outcome.value) == ("optimal", pytest.approx(1.0, abs=1e-6))
    assert outcome.bound == pytest.approx(1.0, abs=1e-6)


def implied() -> tuple[Matrix, Expression]:
    """z = b + c, s + 15·z ≤ 4, a ≥ z, of which a, b and c are whole: the most 2·s − a is 8, at s = 4 and nothing else.

    z can only be whole, and presolve tightens its coefficient by an end of it that is not (findings/).
    """
    rows = sparse.csr_matrix(np.array([[-1.0, -1, 1, 0, 0], [0, 0, 15, 1, 0], [0, 0, 1, 0, -1]]))
    low, high = np.array([0.0, -np.inf, -np.inf]), np.array([0.0, 4.0, 0.0])
    upper, whole = np.array([10.0, 10.0, np.inf, np.inf, np.inf]), np.array([True, True, False, False, True])
    return Matrix(rows, low, high, np.zeros(5), upper, whole), Expression(np.array([0.0, 0, 0, 2, -1]), 0.0)


def test_the_best_is_found_where_presolve_leaves_it_out() -> None:
    outcome = minimise(*implied(), LIMITS, maximise=True)
    assert (outcome.status, outcome.value) == ("optimal", pytest.approx(8.0, abs=1e-6))
    assert outcome.bound == pytest.approx(8.0, abs=1e-6)
