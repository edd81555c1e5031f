"""The ways to search: from nothing, from a plan, and only for the proof. All end with the same value."""

from __future__ import annotations

import itertools

import highspy
import numpy as np
import pytest
from scipy import sparse

from optimizer.solver import highs
from optimizer.solver.child import loaded
from optimizer.solver.highs import Limits, minimise
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.ratio import minimise_ratio
from optimizer.solver.ways import PROOF_ONLY, SEARCH, SEARCH_LARGE, WITH_START

LIMITS = Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0)
CHOICES = 8


def cover(seed: int) -> tuple[Matrix, Expression]:
    """Eight things to take 0, 1 or 2 times and a slack that is paid for, so that four needs are covered."""
    random = np.random.default_rng(seed)
    gives = random.integers(1, 10, (4, CHOICES)).astype(float)
    needs = np.floor(0.7 * gives.sum(axis=1))
    matrix = Matrix(
        sparse.csr_matrix(np.hstack([gives, np.ones((4, 1))])),
        needs,
        np.full(4, np.inf),
        np.zeros(CHOICES + 1),
        np.r_[np.full(CHOICES, 2.0), np.inf],
        np.r_[np.ones(CHOICES), 0.0].astype(bool),
    )
    return matrix, Expression(np.r_[random.integers(5, 30, CHOICES), 3.5].astype(float), 0.0)


def enumerated(matrix: Matrix, objective: Expression) -> float:
    """The least cost over all 3⁸ choices; the slack is what the worst covered need lacks."""
    choices = np.array(list(itertools.product((0.0, 1.0, 2.0), repeat=CHOICES)))
    lacks = np.maximum(0.0, matrix.row_low - choices @ matrix.rows.toarray()[:, :CHOICES].T).max(axis=1)
    return float((choices @ objective.cost[:CHOICES] + objective.cost[CHOICES] * lacks).min())


def everything(matrix: Matrix) -> np.ndarray:
    """A dear plan: take all, lack nothing."""
    return np.r_[np.full(CHOICES, 2.0), 0.0]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("way", ["nothing", "dear plan", "best plan", "proof from a dear plan", "no plan at all"])
def test_every_way_ends_with_the_least_cost(seed: int, way: str) -> None:
    matrix, objective = cover(seed)
    best = enumerated(matrix, objective)
    start = {
        "nothing": None,
        "dear plan": everything(matrix),
        "proof from a dear plan": everything(matrix),
        "best plan": minimise(matrix, objective, LIMITS).x,
        # breaks every row, and half of a thing cannot be taken
        "no plan at all": np.r_[np.full(CHOICES, 0.5), 0.0],
    }[way]
    outcome = minimise(matrix, objective, LIMITS, start=start, proof_only=way.startswith("proof"))
    assert outcome.status == "optimal"
    assert outcome.value == pytest.approx(best)
    assert outcome.bound == pytest.approx(best)
    assert outcome.x is not None
    assert np.abs(outcome.x - np.round(outcome.x))[matrix.integer].max() <= 1e-6
    assert (matrix.rows @ outcome.x >= matrix.row_low - 1e-6).all()


@pytest.mark.parametrize("seed", range(2))
def test_many_integers_are_searched_another_way_to_the_same_value(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "MANY_INTEGERS", CHOICES - 1)
    monkeypatch.setattr(highs, "SEARCH", {"no_such_option": 0})
    matrix, objective = cover(seed)
    assert minimise(matrix, objective, LIMITS).value == pytest.approx(enumerated(matrix, objective))


@pytest.mark.parametrize("way", [SEARCH, SEARCH_LARGE, WITH_START, PROOF_ONLY])
def test_highs_takes_every_option_at_its_value(way: dict[str, object]) -> None:
    matrix, objective = cover(0)
    solver = loaded(highs.task_of(matrix, objective, highs.options_of(matrix, LIMITS)))
    for name, value in way.items():
        assert solver.setOptionValue(name, value) == highspy.HighsStatus.kOk
        assert solver.getOptionValue(name)[1] == value


def test_lifting_for_probing_is_left_alone() -> None:
    """Set to anything, HiGHS may claim an optimum that is none."""
    assert not any("lifting" in name for way in (SEARCH, SEARCH_LARGE, WITH_START, PROOF_ONLY) for name in way)


def test_the_same_seed_gives_the_same_plan() -> None:
    matrix, objective = cover(3)
    first, second = minimise(matrix, objective, LIMITS), minimise(matrix, objective, LIMITS)
    assert first.x is not None
    assert second.x is not None
    assert first.x.tolist() == second.x.tolist()
    assert first.bound == second.bound


@pytest.mark.parametrize("start", [False, True])
def test_a_ratio_with_and_without_a_plan(start: bool) -> None:
    """The ratio is cost over 1 + the sum of what is taken, by enumeration without the slack, which costs too much."""
    matrix, objective = cover(1)
    dear = Expression(np.r_[objective.cost[:CHOICES], 1000.0], 0.0)
    below = Expression(np.r_[np.ones(CHOICES), 0.0], 1.0)
    choices = np.array(list(itertools.product((0.0, 1.0, 2.0), repeat=CHOICES)))
    covered = (choices @ matrix.rows.toarray()[:, :CHOICES].T >= matrix.row_low).all(axis=1)
    ratios = (choices @ dear.cost[:CHOICES]) / (1.0 + choices.sum(axis=1))
    found = minimise_ratio(matrix, matrix, dear, below, LIMITS, start=everything(matrix) if start else None)
    assert found.value == pytest.approx(float(ratios[covered].min()))
    assert found.bound == pytest.approx(found.value, abs=1e-5)
