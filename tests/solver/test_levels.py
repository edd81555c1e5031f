"""Ordered objectives, ratios and shares, on problems small enough to enumerate."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from optimizer.contract.progress import Progress
from optimizer.solver import one_level as by_levels
from optimizer.solver.highs import Limits, Outcome
from optimizer.solver.level import NothingFoundError, Objective
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.one_level import _level

LIMITS = Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0)
COST = np.array([3.0, 4.0, 5.0, 6.0])
WORTH = np.array([2.0, 5.0, 3.0, 9.0])
SIZE = np.array([1.0, 2.0, 2.0, 3.0])


def problem(least: float) -> Matrix:
    """Choose among four so that the sizes sum to at least ``least``."""
    return Matrix(
        sparse.csr_matrix(SIZE.reshape(1, 4)),
        np.array([least]),
        np.array([np.inf]),
        np.zeros(4),
        np.ones(4),
        np.ones(4, dtype=bool),
    )


def test_what_a_plan_beats_is_no_bound() -> None:
    """A solver that is wrong is not believed: the level is called feasible, and its gap unknown."""
    objective, plan = Objective("cost", linear(COST), True), np.array([1.0, 0.0, 0.0, 0.0])
    wrong = _level(objective, "minimise", Outcome("optimal", plan, 3.0, 3.1), plan, 0.0, LIMITS)
    assert (wrong.status, wrong.bound, wrong.gap) == ("feasible", -np.inf, np.inf)
    rounded = _level(objective, "minimise", Outcome("optimal", plan, 3.0, 3.0 + 1e-9), plan, 0.0, LIMITS)
    assert (rounded.status, rounded.gap) == ("optimal", 0.0)


def test_a_plan_far_from_the_bound_is_not_called_optimal() -> None:
    """As HiGHS 1.16.0 does (findings/highs-start-returned.sh): the optimum's value, and another plan."""
    objective, plan = Objective("cost", linear(COST), True), np.array([1.0, 0.0, 0.0, 0.0])
    other = _level(objective, "minimise", Outcome("optimal", plan, 3.0, 2.0), plan, 0.0, LIMITS)
    assert (other.status, other.gap) == ("feasible", 1.0)


def test_where_a_bound_is_beaten_the_search_goes_on_without_presolve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search whose bound is above its own plan is asked again, and the second one is believed."""
    best = min(COST @ x for x in choices(3.0))
    honest, asked = by_levels.minimise, []

    def wrong(*args, **kwargs):
        asked.append(kwargs["presolve"])
        outcome = honest(*args, **kwargs)
        return replace(outcome, bound=outcome.bound + 1.0) if kwargs["presolve"] else outcome

    monkeypatch.setattr(by_levels, "minimise", wrong)
    _, (level,) = solve(problem(3.0), Objective("cost", linear(COST), True))
    assert asked == [True, False]
    assert (level.status, level.value, level.bound) == ("optimal", pytest.approx(best), pytest.approx(best))


def choices(least: float) -> list[np.ndarray]:
    every = [np.array(bits, dtype=float) for bits in itertools.product((0, 1), repeat=4)]
    return [x for x in every if SIZE @ x >= least]


def linear(cost: np.ndarray, constant: float = 0.0) -> Expression:
    return Expression(cost, constant)


def solve(matrix: Matrix, *objectives: Objective) -> tuple[np.ndarray, list]:
    solution = solve_levels(matrix, objectives, [linear(np.zeros(4))], np.zeros(4, dtype=bool), LIMITS)
    return solution.x, solution.levels


@pytest.mark.parametrize("least", [0.0, 2.0, 4.0, 7.0])
@pytest.mark.parametrize("slack", [0.0, 1.0, 2.5])
def test_second_level_is_the_best_within_the_slack_of_the_first(least: float, slack: float) -> None:
    first = min(COST @ x for x in choices(least))
    second = max(WORTH @ x for x in choices(least) if COST @ x <= first + slack + 1e-9)
    x, levels = solve(
        problem(least),
        Objective("cost", linear(COST), True, slack_musd=slack),
        Objective("worth", linear(WORTH), False),
    )
    assert [level.value for level in levels] == [pytest.approx(first), pytest.approx(second)]
    assert [level.gap for level in levels] == [pytest.approx(0.0, abs=1e-6)] * 2
    assert WORTH @ x == pytest.approx(second)


def test_slack_as_a_share_of_a_maximum() -> None:
    best = max(WORTH @ x for x in choices(0.0))
    cheapest = min(COST @ x for x in choices(0.0) if WORTH @ x >= 0.7 * best)
    _, levels = solve(
        problem(0.0), Objective("worth", linear(WORTH), False, slack_share=0.3), Objective("cost", linear(COST), True)
    )
    assert levels[1].value == pytest.approx(cheapest)


@pytest.mark.parametrize("least", [1.0, 3.0, 5.0, 8.0])
def test_least_ratio_by_enumeration(least: float) -> None:
    best = min((COST @ x + 1.0) / (WORTH @ x + 2.0) for x in choices(least))
    objective = Objective("wacc", linear(COST, 1.0), True, denominator=linear(WORTH, 2.0))
    _, levels = solve(problem(least), objective)
    assert levels[0].value == pytest.approx(best, rel=1e-9)
    assert levels[0].bound == pytest.approx(best, rel=1e-6)
    assert levels[0].iterates[-1] == levels[0].value
    assert list(levels[0].iterates) == sorted(levels[0].iterates, reverse=True)


def test_a_ratio_is_held_for_the_next_level() -> None:
    ratios = {tuple(x): (COST @ x + 1.0) / (WORTH @ x + 2.0) for x in choices(3.0)}
    best = min(ratios.values())
    smallest = min(SIZE @ np.array(x) for x, ratio in ratios.items() if ratio <= 1.2 * best)
    objective = Objective("wacc", linear(COST, 1.0), True, slack_share=0.2, denominator=linear(WORTH, 2.0))
    _, levels = solve(problem(3.0), objective, Objective("size", linear(SIZE), True))
    assert levels[1].value == pytest.approx(smallest)


def test_plans_without_a_positive_denominator_are_left_out() -> None:
    """Worth − 8 is positive for few choices; the others have no ratio."""
    usable = [x for x in choices(0.0) if WORTH @ x - 8.0 > 1e-3]
    best = min(COST @ x / (WORTH @ x - 8.0) for x in usable)
    _, levels = solve(problem(0.0), Objective("wacc", linear(COST), True, denominator=linear(WORTH, -8.0)))
    assert levels[0].value == pytest.approx(best)


def test_a_share_behind_a_logarithm() -> None:
    """−ln(1 − share) is minimised, the share is reported, and a slack is one of the share."""
    logs = -np.log1p(-np.array([0.1, 0.2, 0.15, 0.3]))
    shares = {tuple(x): 1.0 - np.exp(-logs @ x) for x in choices(4.0)}
    best = min(shares.values())
    most = max(WORTH @ np.array(x) for x, share in shares.items() if share <= 1.25 * best + 1e-12)
    objective = Objective("dilution", linear(logs), True, slack_share=0.25, log_share=True)
    _, levels = solve(problem(4.0), objective, Objective("worth", linear(WORTH), False))
    assert levels[0].value == pytest.approx(best)
    assert levels[0].unit == "share"
    assert levels[1].value == pytest.approx(most)


def test_nothing_found_says_why() -> None:
    with pytest.raises(NothingFoundError) as caught:
        solve(problem(9.0), Objective("cost", linear(COST), True))
    assert caught.value.status == "infeasible"


def test_idle_amounts_are_tidied_away() -> None:
    """A continuous column that no objective sees is brought down by the cleanup expression."""
    matrix = Matrix(
        sparse.csr_matrix(np.array([[1.0, 1.0]])),
        np.array([2.0]),
        np.array([np.inf]),
        np.zeros(2),
        np.array([5.0, 5.0]),
        np.array([True, False]),
    )
    objective = Objective("cost", Expression(np.array([1.0, 0.0]), 0.0), True)
    waste = Expression(np.array([0.0, 1.0]), 0.0)
    x = solve_levels(matrix, [objective], [waste], np.zeros(2, dtype=bool), LIMITS).x
    assert x.tolist() == [0.0, 2.0]


def test_progress_is_reported_in_the_unit_of_the_objective() -> None:
    seen: list[Progress] = []
    objective = Objective("wacc", linear(COST, 1.0), True, denominator=linear(WORTH, 2.0))
    solve_levels(problem(3.0), [objective], [], np.zeros(4, dtype=bool), LIMITS, seen.append)
    assert all(progress.level == "wacc" for progress in seen)


def test_what_is_stopped_is_tidied_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2 units and waste from 0 to 5 the objective sees the units, and the search is stopped at a waste of 4."""
    matrix = Matrix(
        sparse.csr_matrix(np.array([[1.0, 1.0]])),
        np.array([2.0]),
        np.array([np.inf]),
        np.zeros(2),
        np.array([5.0, 5.0]),
        np.array([True, False]),
    )
    stop = threading.Event()

    def stopped(*_: object, **__: object) -> Outcome:
        stop.set()
        return Outcome("feasible", np.array([0.0, 4.0]), 0.0, -1.0)

    monkeypatch.setattr(by_levels, "minimise", stopped)
    objective, waste = Objective("units", linear(np.array([1.0, 0.0])), True), linear(np.array([0.0, 1.0]))
    found = solve_levels(matrix, [objective], [waste], np.zeros(2, dtype=bool), LIMITS, stop=stop)
    assert found.interrupted
    assert found.x.tolist() == [0.0, 2.0]
