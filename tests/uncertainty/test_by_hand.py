"""Trees whose value is known by hand or by going through every plan."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

import optimizer
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import loads
from optimizer.uncertainty import run
from optimizer.uncertainty.reading import tree_from
from tests.compare.examples import TWO_SOURCES

from .worlds import THREE_STAGES, UP_OR_DOWN, demand, lots, newsboy, option, price, solved, value


def test_three_stages_of_lots_are_the_best_of_all_plans() -> None:
    """Every plan, by hand: an order reaches up to one of the demands to come, and each state has its own.

    In thousands of units, a million each with its fee of 50 and a million a year of upkeep: q1 is decided today, what
    there is after the second order knows `low` from `high`, and the third order ends it.
    """
    worlds = {"low-low": (10, 20, 30), "low-high": (10, 20, 90), "high": (10, 60, 70)}
    chance = {"low-low": 0.2, "low-high": 0.3, "high": 0.5}
    levels = (0, 10, 20, 30, 60, 70, 90)

    def cost(stock: tuple[int, int, int], wanted: tuple[int, int, int]) -> float:
        orders = [max(0, after - before) for before, after in zip((0, *stock), stock, strict=False)]
        if any(held < needed for held, needed in zip(stock, wanted, strict=True)):
            return 1e9
        return sum(order + (50 if order else 0) for order in orders) + sum(stock)

    def last(first: int, second: int, world: str) -> float:
        return min(cost((first, max(first, second), max(first, second, third)), worlds[world]) for third in levels)

    best = min(
        sum(chance[world] * last(first, high if world == "high" else low, world) for world in worlds)
        for first, low, high in product(levels, repeat=3)
    )
    found = solved(lots(), THREE_STAGES)
    assert best == 301.0
    assert value(found) == pytest.approx(best, abs=1e-6)
    assert found.status == "optimal"
    assert found.audit_passed


def test_a_tree_may_begin_in_quarters() -> None:
    """2026 in quarters with the demand of the year in each: the same orders and upkeep over time, the same 301.

    Upkeep is by age here, and the same at every age.
    """
    segments = [{"length": "quarter", "periods": 4}, {"length": "year", "periods": 2}]
    base = lots(demand=(*[10000.0] * 4, 20000.0, 30000.0), calendar={"start": "2026Q1", "segments": segments})
    flat, by_age = (f"hardware.chips.upkeep_usd_per_unit_year{of}" for of in ("", "_by_age"))
    base = base.replace({flat: 0, by_age: [1000]})
    found = solved(base, THREE_STAGES)
    assert value(found) == pytest.approx(301.0, abs=1e-6)
    assert found.status == "optimal"
    assert found.audit_passed


def test_an_order_before_demand_is_known_is_the_critical_fractile() -> None:
    """A newsvendor: c − v = 1000 − 200 of each unit, 3000 of each that is sold; F(q) ≥ (3000 − 800)/3000 = 0.733.

    With demands of 10 to 50 thousand, equally likely, F(30) = 0.6 and F(40) = 0.8: q = 40 thousand units. The value is
    3·(10 + 20 + 30 + 40 + 40)/5 − 0.8·40 = 84 − 32 = 52 million; what is not sold is worth its 200 as well as what is:
    after one of two years half of the price stands in the books, of which 40 % come back.
    """
    nodes = {"today": {}} | {
        f"d{k}": {
            "parent": "today",
            "from": 2027,
            "probability": 0.2,
            "set": {"markets": {"news": {"demand_h100e": {2027: 10000 * k}}}},
        }
        for k in range(1, 6)
    }
    found = solved(newsboy(), nodes)
    assert value(found) == pytest.approx(-52.0, abs=1e-6)
    (order,) = found.decisions["today"]["orders"]
    assert order["units"] == pytest.approx(40000.0)


def test_what_waiting_is_worth() -> None:
    """Build now: 20 + (180 + 20)/2 − 100 = 20. Wait, and build if prices are up: (180 − 100)/2 = 40.

    Who knew would build today in `up`, for 20 + 180 − 100 = 100, and never in `down`: 50 in expectation, so knowing is
    worth 10. The forecast, 50 a year, says build today, and that plan comes to 20: the tree is worth 20 beside it.
    """
    found = solved(option(), UP_OR_DOWN)
    assert value(found) == pytest.approx(-40.0, abs=1e-6)
    assert "phase_starts" not in found.decisions.get("today", {})
    assert found.decisions["up"]["phase_starts"] == [{"site": "hall", "phase": "one", "period": "2027", "count": 1}]
    worth = found.worth
    assert worth is not None
    assert worth.solution is not None
    assert (worth.known.low, worth.known.high) == pytest.approx((10.0, 10.0), abs=1e-5)
    assert (worth.solution.low, worth.solution.high) == pytest.approx((20.0, 20.0), abs=1e-5)


def test_one_scenario_is_the_plain_instance_to_the_last_digit() -> None:
    base = lots()
    found = solved(base, {"today": {}})
    plain = optimizer.solve(base, gap=0.0)
    assert found.plans["today"].to_dict() == plain.to_dict()
    assert value(found) == plain.summary["levels"][0]["value"]


def test_equal_scenarios_are_the_plain_instance() -> None:
    nodes = {"today": {}} | {
        name: {"parent": "today", "from": 2027, "probability": 0.5, "set": demand({2027: 20000, 2028: 30000})}
        for name in ("one", "other")
    }
    found = solved(lots(), nodes)
    assert value(found) == pytest.approx(optimizer.solve(lots(), gap=0.0).metrics["net_present_cost"], abs=1e-6)


def test_a_node_that_never_comes_holds_nothing_back() -> None:
    """For `high`, of probability 0, nothing is held ready: what is left is the plain instance of `low`."""
    nodes = {
        "today": {},
        "low": {"parent": "today", "from": 2027, "probability": 1.0, "set": demand({2027: 20000, 2028: 30000})},
        "high": {"parent": "today", "from": 2027, "probability": 0.0, "set": demand({2027: 60000, 2028: 70000})},
    }
    found = solved(lots(), nodes)
    assert found.tree.left_out == ("high",)
    assert value(found) == pytest.approx(optimizer.solve(lots(), gap=0.0).metrics["net_present_cost"], abs=1e-6)


@pytest.mark.parametrize("measure", ["worst", "cvar", "regret"])
def test_measures_of_risk_by_hand(measure: str) -> None:
    """The option: to build now pays 100 or −60, to wait 80 or 0, never to build nothing.

    The worst case of waiting is 0, that of building now −60 (20 + 20 − 100). CVaR of the worse half is the worst.
    Alone `up` is worth 100 and `down` 0: waiting regrets 20 in `up`, building now 60 in `down`, so the least regret is
    20.
    """
    risk = {"measure": measure} | ({"level": 0.5, "weight": 1.0} if measure == "cvar" else {})
    found = solved(option(), UP_OR_DOWN, risk=risk)
    assert value(found) == pytest.approx(20.0 if measure == "regret" else 0.0, abs=1e-5)


def test_another_scenario_never_makes_the_worst_case_better() -> None:
    worst = {"measure": "worst"}
    three = {
        "today": {},
        "up": {"parent": "today", "from": 2027, "probability": 0.4, "set": price(9000)},
        "down": {"parent": "today", "from": 2027, "probability": 0.4, "set": price(6000)},
        "slump": {"parent": "today", "from": 2027, "probability": 0.2, "set": price(1000)},
    }
    two = {**{name: three[name] for name in ("today", "up", "down")}}
    two["up"], two["down"] = ({**two[name], "probability": 0.5} for name in ("up", "down"))
    assert value(solved(option(), three, risk=worst)) >= value(solved(option(), two, risk=worst)) - 1e-6


def test_a_rescue_is_paid_for_where_nothing_else_helps() -> None:
    """Cash of 60 orders 20 units for the first years: 20 + 50 of fee in `short`, which has 10 left for what comes.

    In `more` the 30 units that are wanted in 2028 cost 10 beside a fee of 50, and upkeep of 10 + 20 + 30 is paid all
    along: with 10 + 50 + 10 in 2026, 10 + 50 + 20 in 2027 and so on the money is out. What is missing is raised.
    """
    base = lots(5.0).replace({"opening": {"cash_musd": 70.0}})
    nodes = {
        "today": {},
        "more": {"parent": "today", "from": 2028, "probability": 0.5, "set": demand({2028: 50000})},
        "less": {"parent": "today", "from": 2028, "probability": 0.5, "set": demand({2028: 20000})},
    }
    # 10 + 10 + 5 in 2026, 10 + 20 + 5 in 2027: 10 are left for 2028, which takes 30 + 50 + 5 in `more`, 20 in `less`
    found = solved(base, nodes, rescue={"max_musd": 100, "price_share": 0.5})
    assert found.raised == pytest.approx({"more": 75.0, "less": 10.0}, abs=1e-6)
    # 95 is what is spent in all of `more` beside the rescue: 25 + 35 + 85 and half of 75; 25 + 35 + 20 and half of 10
    assert value(found) == pytest.approx(0.5 * (145.0 + 37.5) + 0.5 * (80.0 + 5.0), abs=1e-6)
    assert found.audit_passed
    # the mean wants 15,000 more in 2028: its plan is rescued, too, and is audited as it stands
    assert found.single is not None
    assert sum(row["musd"] for row in found.single.plan.decisions["equity_raises"]) > 0
    assert found.single.plan.audit_passed


@pytest.mark.parametrize(
    "objective",
    ["cost_of_capital", "wacc", "shareholder_value", "dilution", "peak_funding", "capital_raised", "terminal_cash"],
)
def test_every_objective_of_equal_scenarios_is_that_of_the_instance(objective: str) -> None:
    """Two scenarios that are the same, which only the tree knows apart, have all levels of the plain instance."""
    own = {"equity.rounds.a.pre_money_musd": 500.0, "equity.dividends": "none"}
    base = loads(TWO_SOURCES).replace({**own, "objectives": [{"name": objective}]})
    nodes = {"today": {}} | {name: {"parent": "today", "from": 2027, "probability": 0.5} for name in ("one", "other")}
    found = solved(base, nodes)
    plain = optimizer.solve(base, gap=0.0)
    assert [level.value for level in found.levels] == pytest.approx(
        [level["value"] for level in plain.summary["levels"]]
    )
    assert found.audit_passed
    if found.worth is not None:
        assert found.worth.known.sign == 0
        assert found.worth.solution is not None
        assert found.worth.solution.sign == 0


@pytest.mark.parametrize("objective", ["cost_of_capital", "wacc", "shareholder_value", "dilution"])
def test_every_objective_by_branches(objective: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where a tree counts as too large for one search: bounds of money and of logarithms of shares add up over
    branches, and before a ratio there is a level of money, the capital that it is divided by."""
    own = {"equity.rounds.a.pre_money_musd": 500.0, "equity.dividends": "none"}
    base = loads(TWO_SOURCES).replace({**own, "objectives": [{"name": objective}]})
    nodes = {"today": {}} | {name: {"parent": "today", "from": 2027, "probability": 0.5} for name in ("one", "other")}
    whole = solved(base, nodes, worth=False)
    monkeypatch.setattr(run, "MOST_INTEGERS", -1)
    found = solved(base, nodes, worth=False)
    assert found.search["by"] == "parts"
    for level, known in zip(found.levels, whole.levels, strict=True):
        assert (level.status, level.value) == ("optimal", pytest.approx(known.value))
        assert level.bound == pytest.approx(known.bound)
    assert found.audit_passed


def test_quarters_decide_as_years_do() -> None:
    """The three stages in quarters, with four times the upkeep a year: each quarter costs what a year did, so 301."""
    base = lots().replace(
        {
            "calendar": {"start": "2026Q1", "length": "quarter", "periods": 3},
            "hardware.chips.upkeep_usd_per_unit_year": 4000.0,
            "hardware.chips.life_periods": 80,
        }
    )
    quarters = {2027: "2026Q2", 2028: "2026Q3"}

    def moved(data: Any) -> Any:
        if isinstance(data, dict):
            return {quarters.get(key, key): moved(value) for key, value in data.items()}
        return quarters.get(data, data) if isinstance(data, int) else data

    assert value(solved(base, moved(THREE_STAGES), worth=False)) == pytest.approx(301.0, abs=1e-6)


def test_instalments_of_a_year_are_not_known_within_it() -> None:
    """Tax in instalments is that of a whole year: what is known in its third quarter would be paid in the first."""
    base = lots().replace(
        {
            "calendar": {"start": "2026Q1", "length": "quarter", "periods": 8},
            "markets.demand.demand_h100e": 10000.0,
            "hardware.chips.supply_units": 100000.0,
            "tax": {"rate": 0.2, "payment": "instalments"},
        }
    )
    for label, count in (("2026Q3", 1), ("2027Q1", 0)):
        nodes = {
            "today": {},
            "one": {"parent": "today", "from": label, "probability": 0.5},
            "other": {
                "parent": "today",
                "from": label,
                "probability": 0.5,
                "factor": {"markets.demand.demand_h100e": 2.0},
            },
        }
        try:
            tree_from(base, nodes=nodes)
            said = []
        except InstanceError as error:
            said = [each.code for each in error.diagnostics]
        assert said == ["instalments"] * 2 * count
