"""Tree files: what is taken, and what is refused with its place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.instance.diagnostics import InstanceError
from optimizer.uncertainty.reading import check_tree, tree_from
from optimizer.uncertainty.reference import FILE, schema_text

from .worlds import THREE_STAGES, demand, lots, option

BASE = """
name: small
calendar: {start: 2026, periods: 4}
discount: {rate_per_year: 0.1}
objectives: [{name: net_present_cost}]
opening: {cash_musd: 1000}
regions: {flat: {energy_price_usd_per_mwh: 50}}
sites: {hall: {region: flat, pue: 1.1, existing_mw: 100}}
hardware:
  chips:
    price_usd: {initial: 30000, growth_per_year: -0.1}
    compute_h100e: 1
    kw: 1
    lead_periods: 1
    life_periods: 5
    supply_units: 20000
markets:
  api:
    min_served_share: 0
    demand_h100e: {2026: 0, 2027: 9000, 2028: 10000}
    revenue_usd_per_h100e_hour: 3
debt:
  loan: {kind: bullet, rate_per_year: 0.07, tenor_periods: 3, limit_musd: 300, first_draw: 2028}
"""


def said(tmp_path: Path, text: str) -> list[str]:
    """What is said of a tree over ``BASE``, beside notes: line, code and message."""
    (tmp_path / "small.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "x.tree.yaml").write_text(f"name: x\nbase: small.yaml\n{text}", encoding="utf-8")
    _, found = check_tree(tmp_path / "x.tree.yaml")
    return [f"{each.line} {each.code}: {each.message}" for each in found if each.severity == "error"]


GOOD = """nodes:
  today: {}
  up: {parent: today, from: 2028, probability: 0.5, factor: {markets.api.demand_h100e: 1.5}}
  down: {parent: today, from: 2028, probability: 0.5, set: {markets: {api: {demand_h100e: {2026: 1, 2028: 4000}}}}}
"""


def test_series_are_cut_where_the_node_begins(tmp_path: Path) -> None:
    """`down` writes 1 for 2026 and 2027, which are over by 2028: they keep 0 and 9000."""
    assert said(tmp_path, GOOD) == []
    tree, _ = check_tree(tmp_path / "x.tree.yaml")
    assert tree is not None
    worlds = {leaf.name: leaf.instance.markets["api"].demand_h100e.expand(tree.base.periods) for leaf in tree.leaves}
    assert worlds == {"up": (0.0, 9000.0, 15000.0, 15000.0), "down": (0.0, 9000.0, 4000.0, 4000.0)}


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (
            "parent: today, from: 2028, probability: 0.5, factor",
            "parent: tody, from: 2028, probability: 0.5, factor",
            "unknown-parent",
        ),
        ("down: {parent: today", "down: {parent: down", "circle"),
        (
            "down: {parent: today, from: 2028, probability: 0.5",
            "down: {parent: today, from: 2028, probability: 0.6",
            "probability",
        ),
        ("down: {parent: today, from: 2028", "down: {parent: today, from: 2029", "siblings"),
        ("down: {parent: today, from: 2028", "down: {parent: today, from: 2035", "period"),
        ("down: {parent: today, from: 2028", "down: {parent: today, from: 2026", "period"),
        ("down: {parent: today, from: 2028, ", "down: {parent: today, ", "missing-key"),
        ("today: {}", "today: {probability: 1}", "root"),
        ("down: {parent: today, ", "down: {", "one-root"),
        ("demand_h100e: 1.5", "demand: 1.5", "path"),
        ("set: {markets: {api:", "set: {markets: {apy:", "unknown-item"),
        ("set: {markets", "set: {name: other, markets", "not-to-set"),
        (
            "set: {markets: {api: {demand_h100e: {2026: 1, 2028: 4000}}}}",
            "set: {debt: {loan: {limit_musd: many}}}",
            "wrong-value",
        ),
        (
            "set: {markets: {api: {demand_h100e: {2026: 1, 2028: 4000}}}}",
            "set: {hardware: {chips: {life_periods: 3}}}",
            "changes-the-past",
        ),
        ("nodes:\n", "nodes: {}\nmore:\n", "unknown-key"),
        ("set: {markets: {api: {demand_h100e: {2026: 1, 2028: 4000}}}}", "variant: nowhere.yaml", "variant"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in GOOD
    found = said(tmp_path, GOOD.replace(old, new))
    assert any(each.split(" ", 1)[1].startswith(wanted) for each in found), found
    assert all(int(each.split(" ", 1)[0]) > 0 for each in found)


def test_what_is_decided_later_may_differ_as_a_whole(tmp_path: Path) -> None:
    """The loan can first be drawn in 2028: what it is may become known then. What it was in 2027 nobody asks."""
    late = GOOD.replace(
        "set: {markets: {api: {demand_h100e: {2026: 1, 2028: 4000}}}}", "set: {debt: {loan: {tenor_periods: 2}}}"
    )
    assert said(tmp_path, late) == []


def test_no_scenarios_and_two_kinds_of_them_are_refused(tmp_path: Path) -> None:
    assert "one-tree" in said(tmp_path, "")[0]
    both = GOOD + "paths: {from: 2028, draws: 3, figures: {markets.api.demand_h100e: {process: lognormal}}}\n"
    assert "one-tree" in said(tmp_path, both)[0]


def test_factors_are_multiplied() -> None:
    factors = {
        "demand": {
            "from": 2027,
            "cases": {
                "low": {"probability": 0.25, "factor": {"markets.demand.demand_h100e": 0.5}},
                "high": {"probability": 0.75},
            },
        },
        "price": {
            "from": 2028,
            "cases": {
                "dear": {"probability": 0.5, "factor": {"hardware.chips.price_usd": 2.0}},
                "cheap": {"probability": 0.5},
            },
        },
    }
    tree = tree_from(lots(), factors=factors)
    assert {leaf.name: leaf.probability for leaf in tree.leaves} == {
        "low-dear": 0.125,
        "low-cheap": 0.125,
        "high-dear": 0.375,
        "high-cheap": 0.375,
    }
    (first,) = [leaf for leaf in tree.leaves if leaf.name == "low-dear"]
    assert first.instance.markets["demand"].demand_h100e.written() == [10000.0, 10000.0, 15000.0]
    assert first.instance.hardware["chips"].price_usd.written() == [1000.0, 1000.0, 2000.0]
    assert [node.name for node in first.path] == ["today", "low", "low-dear"]
    assert first.owner(2) == "low"


def test_the_size_is_said() -> None:
    tree = tree_from(lots(), nodes=THREE_STAGES)
    (note,) = [each for each in tree.diagnostics if each.code == "leaves"]
    assert note.message.startswith("3 scenarios: a plan is usually within half a per cent")


def test_a_share_has_no_cvar() -> None:
    base = option().replace({"objectives": [{"name": "wacc"}]})
    with pytest.raises(InstanceError, match="is a measure of money"):
        tree_from(base, nodes={"today": {}}, risk={"measure": "cvar"})


def test_a_rescue_is_a_round_of_equity_from_the_first_parting_on() -> None:
    nodes = {
        "today": {},
        "a": {"parent": "today", "from": 2027, "probability": 0.5, "set": demand({2027: 20000})},
        "b": {"parent": "today", "from": 2027, "probability": 0.5},
    }
    tree = tree_from(lots(), nodes=nodes, rescue={"max_musd": 50, "only_in": ["a"]})
    rounds = {leaf.name: list(leaf.instance.equity.rounds) if leaf.instance.equity else [] for leaf in tree.leaves}
    assert rounds == {"a": ["rescue-2027", "rescue-2028"], "b": []}


def test_the_schema_for_editors_is_that_of_the_file() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m optimizer.uncertainty.reference`"


def test_the_shipped_trees_are_valid() -> None:
    shipped = sorted(FILE.parent.glob("*.tree.yaml"))
    assert shipped
    for path in shipped:
        tree, found = check_tree(path)
        assert tree is not None, [str(each) for each in found if each.severity == "error"]


def test_scenarios_that_would_be_called_the_same_are_refused() -> None:
    """`a` and then `b-c`, `a-b` and then `c`: both are a-b-c."""
    half = {"probability": 0.5}
    factors = {
        "first": {"from": 2027, "cases": {"a": half, "a-b": half}},
        "second": {"from": 2028, "cases": {"c": half, "b-c": half}},
    }
    with pytest.raises(InstanceError, match="two scenarios would be called `a-b-c`"):
        tree_from(lots(), factors=factors)


def test_a_round_of_the_base_is_no_rescue() -> None:
    base = option().replace({"equity": {"cost_of_equity_per_year": 0.1, "rounds": {"rescue-2027": {"max_musd": 5.0}}}})
    with pytest.raises(InstanceError, match="has a round named `rescue-2027`"):
        tree_from(base, nodes={"today": {}}, rescue={"max_musd": 5.0})


def test_a_file_as_long_as_a_book_is_refused_soon() -> None:
    nodes = {"n0": {}} | {f"n{i}": {"parent": "n0", "from": 2027, "probability": 1 / 5000} for i in range(1, 5001)}
    with pytest.raises(InstanceError, match="5,001 nodes are more than 4,000"):
        tree_from(lots(), nodes=nodes)
