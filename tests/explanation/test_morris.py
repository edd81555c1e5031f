"""Elementary effects, with SALib as the referee."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from SALib.analyze import morris as referee

from optimizer.explanation.tornado.morris import Place, effects, step, trajectories
from optimizer.explanation.tornado.parts import Known

NAMES = ["linear", "square", "product", "partner", "idle"]


def answer(x: Place) -> float:
    """Something with every kind of effect: straight, bent, together with another, and none."""
    return 3.0 * x[0] + 5.0 * x[1] ** 2 - 2.0 * x[2] * x[3] + math.sin(x[2])


def test_the_referee_finds_the_same() -> None:
    paths = trajectories(len(NAMES), 12, seed=7)
    points = np.array([place for path in paths for place in path])
    values = np.array([answer(place) for path in paths for place in path])
    problem = {"num_vars": len(NAMES), "names": NAMES, "bounds": [[0.0, 1.0]] * len(NAMES)}
    theirs = referee.analyze(problem, points, values, num_levels=4)
    known = [[Known("optimal", answer(place), answer(place)) for place in path] for path in paths]
    ours = {effect.figure: effect for effect in effects(NAMES, paths, known)}
    for i, name in enumerate(NAMES):
        own = ours[name]
        found = (own.mu, own.mu_star, own.sigma)
        assert found == pytest.approx((theirs["mu"][i], theirs["mu_star"][i], theirs["sigma"][i]), abs=1e-12)
    assert ours["linear"].sigma == pytest.approx(0.0, abs=1e-12)
    assert ours["product"].sigma is not None
    assert ours["product"].sigma > 0.1
    assert (ours["idle"].mu_star, ours["idle"].within) == (0.0, 0.0)


def test_effects_by_hand() -> None:
    """One path with Δ = 2/3: the first figure goes up and takes the answer from 10 to 14, 4 / (2/3) = 6.

    The second goes down and takes it to 11, −3 / (−2/3) = 4.5. Gaps of 1 and 2 are 3 / (2/3) = 4.5 of an effect.
    """
    path = [(0.0, 1.0), (2 / 3, 1.0), (2 / 3, 1 / 3)]
    known = [Known("optimal", 10.0, 9.0), Known("optimal", 14.0, 12.0), Known("optimal", 11.0, 11.0)]
    first, second = effects(["a", "b"], [path], [known])
    assert (first.figure, first.mu, first.mu_star, first.sigma, first.count) == ("a", 6.0, 6.0, None, 1)
    assert first.within == pytest.approx(4.5)
    assert (second.figure, second.mu, second.within) == ("b", pytest.approx(4.5), pytest.approx(3.0))


def test_an_effect_without_a_plan_is_left_out() -> None:
    path = [(0.0, 0.0), (2 / 3, 0.0), (2 / 3, 2 / 3)]
    known = [Known("optimal", 1.0, 1.0), Known("infeasible"), Known("infeasible")]
    found = effects(["a", "b"], [path], [known])
    assert [(effect.mu_star, effect.count) for effect in found] == [(None, 0), (None, 0)]


@pytest.mark.parametrize(("figures", "levels"), [(1, 2), (3, 4), (16, 4), (5, 8)])
def test_a_trajectory_moves_each_figure_once_by_half_of_the_levels(figures: int, levels: int) -> None:
    paths = trajectories(figures, 5, seed=1, levels=levels)
    assert paths == trajectories(figures, 5, seed=1, levels=levels)
    assert paths != trajectories(figures, 5, seed=2, levels=levels)
    for path in paths:
        assert len(path) == figures + 1
        moves = [[i for i in range(figures) if a[i] != b[i]] for a, b in pairwise(path)]
        assert sorted(i for move in moves for i in move) == list(range(figures))
        for a, b in pairwise(path):
            assert sum(abs(y - x) for x, y in zip(a, b, strict=True)) == pytest.approx(step(levels))
            assert all(0.0 <= each <= 1.0 for each in b)
