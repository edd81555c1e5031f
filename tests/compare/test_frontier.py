"""Frontiers: the ends, the steps between them, and which points are efficient."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import optimizer
from optimizer.comparison.batch import Batch
from optimizer.comparison.frontier import end_runs, inner_points, trades
from optimizer.comparison.point import Point, Result
from optimizer.comparison.reading import batch_of
from optimizer.instance.loader import loads
from tests.properties.solving import examples

from .examples import ALL_DEBT, ALL_EQUITY, DF, TWO_SOURCES, result


def batch(points: int = 5, a: str = "cost_of_capital", b: str = "terminal_cash") -> Batch:
    return batch_of(loads(TWO_SOURCES), frontiers={"f": {"objectives": [a, b], "points": points}})


def end(name: str, cost: float, cash: float) -> Result:
    return result(name, cost, terminal_cash=cash)


def test_ends_are_lexicographic_without_slack() -> None:
    first, last = end_runs(batch(), "f")
    assert isinstance(first, Point)
    assert isinstance(last, Point)
    levels = [
        [(level.name, level.slack_share, level.slack_musd) for level in p.instance.objectives] for p in (first, last)
    ]
    assert levels == [
        [("cost_of_capital", 0, 0), ("terminal_cash", 0, 0)],
        [("terminal_cash", 0, 0), ("cost_of_capital", 0, 0)],
    ]
    assert first.caps == last.caps == {}


def test_steps_between_the_ends_are_even() -> None:
    found = inner_points(batch(), "f", [end("a", 8, 12), end("b", 15, 120)])
    assert [point.caps for point in found] == [{"terminal_cash": cash} for cash in (39.0, 66.0, 93.0)]
    assert [point.labels["point"] for point in found] == ["2", "3", "4"]


@pytest.mark.parametrize("ends", [[end("a", 8, 12), result("b", None)], [end("a", 8, 12), end("b", 8, 12)]])
def test_without_two_ends_there_is_nothing_between(ends: list[Result]) -> None:
    assert inner_points(batch(), "f", ends) == []
    assert inner_points(batch(points=2), "f", [end("a", 8, 12), end("b", 15, 120)]) == []


def test_an_objective_that_the_instance_cannot_have_is_an_invalid_run() -> None:
    runs = end_runs(batch(b="adjusted_present_value"), "f")
    assert [getattr(each, "status", "") for each in runs] == ["invalid", "invalid"]
    assert all("adjusted_present_value" in getattr(each, "reason", "") for each in runs)


def test_dominated_points_are_marked() -> None:
    points = [
        end("a", 8, 12),
        end("b", 10, 11),
        end("c", 10, 60),
        end("d", 10, 60),
        end("e", 12, 60),
        end("f", 15, 120),
    ]
    found = trades(points, "cost_of_capital", "terminal_cash")
    # b: a costs less and has more cash; d is c again; e costs more than c for the same
    assert [trade.dominated for trade in found] == [False, True, False, True, True, False]


@examples(60)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=10))
def test_what_is_left_is_efficient_and_covers_the_rest(pairs: list[tuple[int, int]]) -> None:
    found = trades([end(f"p{i}", a, b) for i, (a, b) in enumerate(pairs)], "cost_of_capital", "terminal_cash")
    left = {(trade.first, trade.second) for trade in found if not trade.dominated}
    assert len(left) == sum(not trade.dominated for trade in found)
    for one in left:
        assert not any(other != one and other[0] <= one[0] and other[1] >= one[1] for other in left)
    for a, b in pairs:
        assert any(x <= a and y >= b for x, y in left)


def test_the_frontier_of_two_sources() -> None:
    """With E raised and D = 100 − E borrowed: cost (8 + 0.07·E)/1.21, cash 12 + 1.08·E."""
    found: Any = optimizer.compare(
        loads(TWO_SOURCES), frontiers={"f": {"objectives": ["cost_of_capital", "terminal_cash"], "points": 5}}
    ).frontier("f")
    assert list(found["point"]) == ["first", "2", "3", "4", "last"]
    raised = [0.0, 25.0, 50.0, 75.0, 100.0]
    assert list(found["terminal_cash"]) == pytest.approx([12 + 1.08 * e for e in raised])
    assert list(found["cost_of_capital"]) == pytest.approx([(8 + 0.07 * e) * DF for e in raised])
    # the last level is held to a dollar, which is what that much equity costs more than debt
    assert list(found["equity_raised_musd"]) == pytest.approx(raised, abs=1.01e-6 / (0.07 * DF))
    assert found["cost_of_capital"].iloc[0] == pytest.approx(ALL_DEBT)
    assert found["cost_of_capital"].iloc[-1] == pytest.approx(ALL_EQUITY)
    # each point is proven: bounds are the values
    assert list(found["cost_of_capital_bound"]) == pytest.approx(list(found["cost_of_capital"]), rel=1e-6)
    assert list(found["terminal_cash_bound"]) == pytest.approx(list(found["terminal_cash"]), rel=1e-6)
    assert list(found["terminal_cash_cap"].dropna()) == pytest.approx([12 + 1.08 * e for e in (25, 50, 75)])
