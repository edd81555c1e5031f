"""Scenarios in which what is best today elsewhere cannot go on, found without a search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.uncertainty.reading import tree_from
from optimizer.uncertainty.survival import Survival, survival
from tests.cli.test_commands import call

from .worlds import newsboy, option, price

SHIPPED = Path(__file__).resolve().parents[2] / "instances" / "trees" / "build-or-wait.tree.yaml"


def wanted(*thousands: int) -> dict[str, Any]:
    """Demands of 2027, all of which has to be served by what is ordered in 2026."""
    nodes: dict[str, Any] = {"today": {}}
    for each in thousands:
        change = {"demand_h100e": {2027: 1000 * each}, "min_served_share": {2027: 1}}
        nodes[f"d{each}"] = {
            "parent": "today",
            "from": 2027,
            "probability": 1.0 / len(thousands),
            "set": {"markets": {"news": change}},
        }
    return nodes


def test_the_largest_demand_stands_alone() -> None:
    """What is ordered for 50,000 serves 10,000 too, and what is ordered for 10,000 no more: 60,000 none can serve."""
    assert survival(tree_from(newsboy(), nodes=wanted(10, 60, 50))) == Survival((), ("d60",))


def test_a_scenario_with_a_twin_does_not() -> None:
    """Of two demands of 50,000 each goes on from what the other orders, whatever else there is."""
    nodes = wanted(10, 50)
    nodes["twin"] = {**nodes["d50"], "probability": 0.25}
    nodes["d50"] = {**nodes["d50"], "probability": 0.25}
    assert survival(tree_from(newsboy(), nodes=nodes)) == Survival((), ())


def test_what_nothing_can_serve_is_named_first() -> None:
    """With 40 million in cash 10,000 units at 1000 dollars can be paid, and 50,000 cannot where they earn nothing."""
    nodes = wanted(10, 50)
    for name in ("d10", "d50"):
        nodes[name]["set"]["markets"]["news"]["revenue_usd_per_h100e_hour"] = {2027: 0}
    poor = newsboy().replace({"opening.cash_musd": 40.0})
    assert survival(tree_from(poor, nodes=nodes)) == Survival(("d50",), ())


def test_one_scenario_and_free_ones_go_on() -> None:
    """Alone there is nothing else; where nothing has to be served everything goes on."""
    assert survival(tree_from(newsboy(), nodes={"today": {}})) == Survival((), ())
    nodes = {"today": {}} | {
        name: {"parent": "today", "from": 2027, "probability": 0.5, "set": price(usd)}
        for name, usd in (("up", 9000), ("down", 1000))
    }
    assert survival(tree_from(option(), nodes=nodes)) == Survival((), ())


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Survival(("a",), ()), "no plan can serve `a`, whatever is decided before"),
        (
            Survival((), ("a", "b")),
            "what is best today in any other scenario cannot go on in `a`, `b`; `rescue:` brings",
        ),
        (Survival((), ()), "every scenario can go on from what is best today in another"),
    ],
)
def test_it_is_said_in_words(found: Survival, words: str) -> None:
    assert found.words().startswith(words)


def test_validate_asks_where_it_is_told_to() -> None:
    assert "go on" not in call("validate", str(SHIPPED)).stdout
    result = call("validate", "--recourse", str(SHIPPED))
    assert result.exit_code == 0
    assert f"{SHIPPED}: every scenario can go on from what is best today in another" in result.stdout
