"""Tables and exhibits of a tree plan, with values by hand: the hall that can be built now or later."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.exhibits.shapes import Bars, Branches, Columns, Fan
from optimizer.exhibits.uncertain import tree_exhibits
from optimizer.plan.table import Cell
from optimizer.uncertainty.plan import TreePlan
from optimizer.uncertainty.spread import mean, quantile, spread
from optimizer.uncertainty.tables import TREE_TABLES

from .worlds import HOURS, UP_OR_DOWN, option, price, solved


@cache
def waited() -> TreePlan:
    """To wait is best: today nothing, in `up` the hall for 100 that earns 180; see test_what_waiting_is_worth."""
    return solved(option(), UP_OR_DOWN)


def rows(name: str, *keys: str) -> dict[Any, dict[str, Cell]]:
    found = waited().tables[name].records()
    return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: row for row in found}


def test_quantiles_are_of_the_distribution() -> None:
    """0.2 of 1, 0.3 of 2, 0.5 of 3: a tenth comes to 1, a half to 2 or less, nine in ten to 3."""
    values, weights = [3.0, 1.0, 2.0], [0.5, 0.2, 0.3]
    assert [quantile(values, weights, share) for share in (0.1, 0.2, 0.21, 0.5, 0.51, 0.9)] == [1, 1, 2, 2, 3, 3]
    assert mean(values, weights) == pytest.approx(2.3)
    found = spread([3.0, None, 2.0], weights)
    assert (found["expected"], found["least"], found["most"]) == (pytest.approx(2.1 / 0.8), 2.0, 3.0)
    assert set(spread([None], [1.0]).values()) == {None}


def test_every_table_is_in_the_docs() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "uncertainty.md").read_text(encoding="utf-8")
    assert [name for name in TREE_TABLES if f"`{name}.csv`" not in text] == []
    assert list(waited().tables) == list(TREE_TABLES)


def test_nothing_is_committed_now_that_the_forecast_would_build() -> None:
    """The mean price is 5000 a year as in 2027: 20 + 50 + 50 − 100 = 20 is earned by building in 2026, 0 later."""
    assert waited().tables["committed"].rows == ()
    beside = rows("beside_forecast", "table", "name", "period")
    hall = beside["phase_starts", "hall one", "2026"]
    assert (hall["tree"], hall["forecast"], hall["difference"]) == (0.0, 1.0, -1.0)
    single = waited().to_dict()["worth"]["single_plan"]
    assert (single["of"], single["until"], single["audit_passed"]) == ("the mean of all scenarios", "2026", True)


def test_each_node_has_what_it_decides() -> None:
    decided = [row for row in waited().tables["node_decisions"].records() if row["table"] == "phase_starts"]
    (hall,) = decided
    assert hall == {
        "node": "up",
        "parent": "today",
        "from": "2027",
        "reached": 0.5,
        "table": "phase_starts",
        "name": "hall one",
        "period": "2027",
        "amount": 1.0,
        "unit": "count",
        "commits": True,
    }


def test_a_start_of_today_has_its_cost() -> None:
    """At 6000 and 5500 a unit there is nothing to wait for: the hall is built in 2026, for 100."""
    nodes = {"today": {}} | {
        name: {"parent": "today", "from": 2027, "probability": 0.5, "set": price(usd)}
        for name, usd in (("up", 6000), ("down", 5500))
    }
    found = solved(option(), nodes, worth=False).tables["committed"].records()
    (hall,) = [row for row in found if row["table"] == "phase_starts"]
    assert (hall["name"], hall["period"], hall["amount"], hall["musd"]) == ("hall one", "2026", 1.0, 100.0)


def test_regret_is_what_each_scenario_could_have_been() -> None:
    """`up` earns 80 in place of 100, `down` 0 in place of 0: 20 and 0, 10 in expectation, which is EVPI."""
    scenarios = rows("scenarios", "scenario")
    for name, value, alone, behind in (("up", -80.0, -100.0, 20.0), ("down", 0.0, 0.0, 0.0)):
        row = scenarios[name]
        assert (row["value"], row["alone_low"], row["alone_high"]) == pytest.approx((value, alone, alone), abs=1e-6)
        assert (row["regret_low"], row["regret_high"]) == pytest.approx((behind, behind), abs=1e-5)
    worth = rows("worth", "figure")
    wanted = {"tree": -40, "known_today": -50, "evpi": 10, "forecast_plan": -20, "vss": 20, "expected_regret": 10}
    assert {name: (row["low"], row["high"]) for name, row in worth.items()} == {
        name: (pytest.approx(value, abs=1e-5),) * 2 for name, value in wanted.items()
    }
    assert worth["vss"]["sign"] == 1


def test_how_metrics_are_spread() -> None:
    """−80 and 0, equally likely: −40 with a deviation of 40."""
    row = rows("distribution", "metric")["net_present_cost"]
    names = ("expected", "deviation", "least", "p10", "median", "p90", "most")
    assert [row[name] for name in names] == pytest.approx([-40.0, 40.0, -80.0, -80.0, -80.0, 0.0, 0.0], abs=1e-6)
    assert (row["least_in"], row["most_in"], row["known"]) == ("up", "down", 1.0)
    by_scenario = rows("scenario_metrics", "metric")
    assert by_scenario["probability"] == {"metric": "probability", "up": 0.5, "down": 0.5}
    assert by_scenario["net_present_cost"]["up"] == pytest.approx(-80.0, abs=1e-6)


def test_figures_along_time_are_spread_period_by_period() -> None:
    """2000 dollars a year in 2026, then 9000 or 1000; 10 MW in `up` from 2027 on; cash 1000, less 100 and plus 90."""
    found = rows("periods", "figure", "period")
    names = ("expected", "least", "p10", "most")
    assert [found["price", "2026"][name] for name in names] == pytest.approx([2000 / HOURS] * 4)
    assert [found["price", "2027"][name] for name in names] == pytest.approx(
        [each / HOURS for each in (5000, 1000, 1000, 9000)]
    )
    assert [found["energised", "2027"][name] for name in names] == pytest.approx([5.0, 0.0, 0.0, 10.0])
    assert [found["cash", "2027"][name] for name in names] == pytest.approx([995.0, 990.0, 990.0, 1000.0])
    assert [found["cash", "2028"][name] for name in names] == pytest.approx([1040.0, 1000.0, 1000.0, 1080.0])


def test_exhibits_show_the_tree_the_regret_and_the_fans() -> None:
    shown = tree_exhibits(waited().record)
    tree, regret, cash = shown["tree"], shown["regret"], shown["fan-cash"]
    assert isinstance(tree, Branches)
    assert [(node.name, node.depth, node.start, node.end, node.text) for node in tree.nodes] == [
        ("today", 0, 0, 1, ""),
        ("up", 1, 1, 3, "−$80.0 m"),
        ("down", 1, 1, 3, "$0"),
    ]
    assert [node.note for node in tree.nodes] == ["nothing is committed", "1 start, 1 order", "nothing is committed"]
    assert [node.share for node in tree.nodes] == [None, 0.0, 1.0]
    assert isinstance(regret, Bars)
    assert [(bar.name, bar.note) for bar in regret.bars] == [("up", "50 %"), ("down", "50 %")]
    assert isinstance(cash, Fan)
    assert cash.expected == pytest.approx((1000.0, 995.0, 1040.0))
    assert cash.outer[1] == pytest.approx((1000.0, 1000.0, 1080.0))
    assert [path.probability for path in cash.paths] == [0.5, 0.5]
    assert "values" not in shown


def test_of_many_scenarios_it_is_shown_how_likely_what_is() -> None:
    """Twenty prices, equally likely: a tenth of the span from the best to none has its share of the probability."""
    nodes = {"today": {}} | {
        f"p{k}": {"parent": "today", "from": 2027, "probability": 0.05, "set": price(1000.0 * k)} for k in range(1, 21)
    }
    found = solved(option(), nodes, worth=False)
    shown = tree_exhibits(found.record)
    values, cash = shown["values"], shown["fan-cash"]
    assert isinstance(values, Columns)
    assert sum(value or 0.0 for value in values.series[0].values) == pytest.approx(100.0)
    assert isinstance(cash, Fan)
    assert cash.paths == ()
    assert "regret" not in shown
    words = optimizer.to_html(found.record)
    assert "20" in words
    assert "What it may come to" in words
