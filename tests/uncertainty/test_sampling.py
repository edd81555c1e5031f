"""Paths that are drawn, and the few that stand for them."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.instance.calendar import Calendar, Segment
from optimizer.uncertainty.reading import tree_from
from optimizer.uncertainty.sampling import drawn, forward_selection
from optimizer.uncertainty.schema import PathsBlock

from .worlds import lots

YEARS = Calendar.of(2026, "year", 5)
MIXED = Calendar.of_segments("2026Q1", [Segment("quarter", 8), Segment("year", 3)])


def paths(process: str, draws: int = 3000, **more: float) -> PathsBlock:
    return PathsBlock.model_validate({"from": 2027, "draws": draws, "figures": {"a": {"process": process, **more}}})


def test_the_base_is_the_mean_of_its_paths() -> None:
    """E F = 1 without a drift, in all processes: 3,000 paths miss it by less than four standard errors."""
    for process, more in (
        ("lognormal", {"volatility_per_year": 0.3}),
        ("mean_reverting", {"volatility_per_year": 0.3, "reversion_per_year": 0.5}),
        ("jump", {"volatility_per_year": 0.1, "jumps_per_year": 0.3, "jump_mean": -0.4, "jump_deviation": 0.2}),
    ):
        factors = np.exp(drawn(paths(process, **more), YEARS, 2)[:, 0, :])
        assert (factors[:, 0] == 1.0).all()
        error = factors.std(axis=0)[1:] / np.sqrt(len(factors))
        assert (abs(factors.mean(axis=0)[1:] - 1.0) < 4.0 * error).all(), process


def test_a_logarithm_spreads_with_the_root_of_time_or_less_where_it_reverts() -> None:
    """After 4 years: σ·√4 = 0.6; with κ = 0.5, σ·√((1 − e^{−4})/1) = 0.2972.

    Four standard errors are 4/√(2·3000) = 5.2 %.
    """
    plain = drawn(paths("lognormal", volatility_per_year=0.3), YEARS, 2)[:, 0, 4]
    reverting = drawn(paths("mean_reverting", volatility_per_year=0.3, reversion_per_year=0.5), YEARS, 2)[:, 0, 4]
    assert plain.std() == pytest.approx(0.6, rel=0.052)
    assert reverting.std() == pytest.approx(0.3 * np.sqrt(1.0 - np.exp(-4.0)), rel=0.052)


def test_a_longer_period_moves_by_its_length() -> None:
    """From 2027Q1 on four quarters and three years are four years again: 0.6 and 0.2972, as in years; the mean is 1."""
    plain = drawn(paths("lognormal", volatility_per_year=0.3), MIXED, 5)[:, 0, :]
    reverting = drawn(paths("mean_reverting", volatility_per_year=0.3, reversion_per_year=0.5), MIXED, 5)[:, 0, :]
    assert plain[:, 10].std() == pytest.approx(0.6, rel=0.052)
    assert plain[:, 7].std() == pytest.approx(0.3, rel=0.052)
    assert reverting[:, 10].std() == pytest.approx(0.3 * np.sqrt(1.0 - np.exp(-4.0)), rel=0.052)
    jumps = drawn(paths("jump", volatility_per_year=0.1, jumps_per_year=0.3, jump_mean=-0.4), MIXED, 5)[:, 0, :]
    for x in (plain, reverting, jumps):
        factors = np.exp(x[:, 4:])
        assert (abs(factors.mean(axis=0) - 1.0) < 4.0 * factors.std(axis=0) / np.sqrt(len(factors))).all()


def test_figures_move_together() -> None:
    """Four standard errors of a correlation of 0.6: 4·(1 − 0.36)/√3000 = 0.047."""
    block = PathsBlock.model_validate(
        {
            "from": 2027,
            "draws": 3000,
            "figures": {name: {"process": "lognormal", "volatility_per_year": 0.2} for name in ("a", "b")},
            "correlations": [{"between": ["a", "b"], "value": 0.6}],
        }
    )
    x = drawn(block, YEARS, 2)
    assert np.corrcoef(x[:, 0, 1], x[:, 1, 1])[0, 1] == pytest.approx(0.6, abs=0.047)


def test_forward_selection_by_hand() -> None:
    """Points 0, 1, 10: the middle one is nearest to all, (1 + 9)/3; then 10, which leaves 1/3; 0 goes to 1."""
    points = np.array([[0.0], [1.0], [10.0]])
    assert forward_selection(points, 1) == ([1], [1.0], pytest.approx(10 / 3), pytest.approx(10 / 3))
    chosen, weights, lost, alone = forward_selection(points, 2)
    assert (chosen, weights) == ([1, 2], pytest.approx([2 / 3, 1 / 3]))
    assert (lost, alone) == (pytest.approx(1 / 3), pytest.approx(10 / 3))


def test_a_seed_draws_the_same_tree_again() -> None:
    block = {
        "from": 2027,
        "draws": 50,
        "keep": 4,
        "seed": 3,
        "figures": {"markets.demand.demand_h100e": {"process": "lognormal", "volatility_per_year": 0.2}},
    }
    first, second = (tree_from(lots(), paths=block) for _ in range(2))
    assert [leaf.instance.hash for leaf in first.leaves] == [leaf.instance.hash for leaf in second.leaves]
    assert len(first.leaves) == 4
    assert sum(leaf.probability for leaf in first.leaves) == pytest.approx(1.0)
    assert first.sampled is not None
    assert 0.0 < first.sampled.share < 1.0
    other = tree_from(lots(), paths={**block, "seed": 4})
    assert other.leaves[0].instance.hash != first.leaves[0].instance.hash
