"""What limits are worth: the truth, from both files solved at gap 0, is between the two ends that are told."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pytest

import optimizer
from optimizer.explanation.prices.case import Case
from optimizer.explanation.prices.price import Price
from optimizer.explanation.prices.prices import Prices
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solving.run import NoPlanError
from tests.explanation.broken import programme


class Asked(NamedTuple):
    """A limit of a known optimum; ``kept`` says that the same build gets all of what its step is worth."""

    file: str
    path: str
    kept: bool


ASKED = (
    Asked("book-equity", "covenants.half.maximum", True),
    Asked("choice-of-loans", "sites.ground.phases.buy.committed", False),
    Asked("commitment-fee", "debt.facility.last_draw", True),
    Asked("commitment-fee-drawn", "debt.line.limit_musd", True),
    Asked("construction-loan", "debt.construction.tied_to.capex_share", True),
    Asked("construction-loan", "sites.campus.phases.hall.latest_start", False),
    Asked("counted-phases-gap", "sites.alpha.phases.hall.gap_periods", False),
    Asked("energy-contracts", "energy_sources.firm.limit_mw", True),
    Asked("equity-round", "equity.rounds.a.min_musd", True),
    Asked("framework-minimum", "hardware.agreed.framework.min_total_units", True),
    Asked("grid-connection", "sites.campus.existing_mw", False),
    Asked("lender-limit", "lenders.house.limit_musd", True),
    Asked("ltv-covenant", "sites.hall.phases.one.lead_periods", False),
    Asked("minimum-liquidity", "debt.line.limit_musd", True),
    Asked("one-movement-quarters", "debt.cheap.last_draw", False),
    Asked("partner-surplus", "hardware.chips.first_order", True),
    Asked("phase-order-gap", "sites.beta.phases.only.earliest_start", False),
    Asked("prepaid-before-the-year", "debt.loan.limit_musd", False),
    Asked("prepayment-as-debt-quarters", "covenants.multiple.maximum", True),
    Asked("relever-early", "equity.rounds.a.max_musd", False),
    Asked("reserved-cloud-terms", "cloud.rented.reserved.limit_h100e", False),
    Asked("resources", "resources.crew.limit", False),
    Asked("resources", "resources.water.limit", False),
    Asked("system-limit", "power.system_limit_mw", True),
)


@cache
def instance(name: str) -> Instance:
    return optimizer.load(ROOT / "instances" / "known-optimal" / f"{name}.yaml")


@cache
def found(name: str) -> Prices:
    return optimizer.prices(instance(name), limits=[each.path for each in ASKED if each.file == name])


def price_of(asked: Asked) -> Price:
    return next(price for price in found(asked.file).prices if price.path == asked.path)


@cache
def best(name: str, path: str = "") -> float:
    """The first objective at gap 0, as something to be brought down; at the value of a price if ``path`` is its."""
    price = next((price for price in found(name).prices if price.path == path), None)
    base = instance(name)
    changed = base if price is None else base.replace({path: price.value})
    level = optimizer.solve(changed, gap=0, objectives=[found(name).objective]).summary["levels"][0]
    return float(level["value"] if level["sense"] == "minimise" else -level["value"])


def truth(asked: Asked) -> float:
    return best(asked.file) - best(asked.file, asked.path)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked.file} {asked.path}")
def test_the_interval_contains_the_truth(asked: Asked) -> None:
    price = price_of(asked)
    assert price.known == "solved"
    assert price.low is not None
    assert price.high is not None
    assert price.low <= truth(asked) + 1e-9 <= price.high + 2e-9


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked.file} {asked.path}")
def test_the_same_build_agrees_with_the_difference_where_the_build_stays(asked: Asked) -> None:
    """And is less where another build is better: the rate, of the same build, is none or not the price then."""
    price = price_of(asked)
    if asked.kept:
        assert price.same_build == pytest.approx(truth(asked), rel=1e-6, abs=1e-6)
    else:
        assert price.same_build is None or price.same_build < truth(asked) - 1e-4
        assert price.acts != "amounts"


def test_most_intervals_are_narrow_or_say_less_than() -> None:
    prices = [price_of(asked) for asked in ASKED]
    assert len(prices) >= 20
    narrow = [
        price
        for price in prices
        if not price.settled or price.high - price.low < 0.2 * abs(price.high)  # type: ignore[operator]
    ]
    assert len(narrow) >= 15


def test_what_acts_through_whole_numbers_alone_has_no_rate() -> None:
    alone = [price for price in map(price_of, ASKED) if price.acts == "whole numbers"]
    assert len(alone) >= 5
    assert all(price.rate is None for price in alone)


def test_a_lender_s_limit_is_worth_what_the_dearer_loan_costs_more() -> None:
    """One more from the bank at 7 % in place of the fund at 10 %: 0.03 at the ends of 2027 and 2028, instants 2, 3."""
    price = price_of(Asked("lender-limit", "lenders.house.limit_musd", True))
    assert price.rate == pytest.approx(0.03 / 1.1**2 + 0.03 / 1.1**3, rel=1e-6)


def test_a_second_crew_builds_b_beside_a_and_a_third_water_the_pair() -> None:
    """One crew: a (8) and one of the pair (3). Two: a and b (8 + 4). Three of water: a and both of the pair (14)."""
    crew, water = (price_of(Asked("resources", f"resources.{name}.limit", False)) for name in ("crew", "water"))
    assert (crew.low, crew.high) == pytest.approx((1.0, 1.0), abs=1e-5)
    assert (water.low, water.high) == pytest.approx((3.0, 3.0), abs=1e-5)
    assert crew.same_build == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("commitment-fee", "debt.facility.limit_musd"),
        ("cost-then-present-cost", "markets.demand.min_served_share"),
        ("lexicographic-share", "markets.demand.min_served_share"),
        ("minimum-liquidity", "debt.line.limit_musd"),
    ],
)
def test_what_net_present_value_gains_is_that_of_the_plans_that_are_delivered(name: str, path: str) -> None:
    """With the objective kept, and of what it leaves open the least net present cost: the build stays in these."""
    (price,) = optimizer.prices(instance(name), limits=[path]).prices
    both = instance(name), instance(name).replace({path: price.value})
    costs = [optimizer.solve(each, gap=0).metrics["net_present_cost"] for each in both]
    assert costs[0] is not None
    assert costs[1] is not None
    assert abs(costs[0] - costs[1]) > 1e-3
    assert price.same_build_npv == pytest.approx(costs[0] - costs[1], abs=1e-5)


@pytest.mark.parametrize("gap", [1e-5, 0.05, 0.5])
@pytest.mark.parametrize(
    ("name", "path", "step", "tighter"),
    [
        ("dynamic-lot-size", "markets.demand.min_served_share", 0.05, False),
        ("lender-limit", "lenders.house.limit_musd", 7.0, True),
        ("resources", "resources.water.limit", 1.0, True),
    ],
)
def test_a_wide_gap_makes_an_interval_that_contains_the_truth_too(
    name: str, path: str, step: float, tighter: bool, gap: float
) -> None:
    """Of fewer plans the bound before holds as well: what is taken away is worth nothing or less."""
    (price,) = optimizer.prices(instance(name), limits=[path], step=step, gap=gap, tighter=tighter).prices
    after = instance(name).replace({path: price.value})
    levels = [optimizer.solve(each, gap=0).summary["levels"][0] for each in (instance(name), after)]
    worth = (levels[0]["value"] - levels[1]["value"]) * (1.0 if levels[0]["sense"] == "minimise" else -1.0)
    assert price.low is not None
    assert price.high is not None
    assert price.low <= worth <= price.high
    assert (price.high <= 0.0) if tighter else (price.low >= 0.0)


def test_a_step_less_of_what_is_needed_leaves_no_plan() -> None:
    """All of 5 + 40 + 15 is spent in the first period: with less of one of them there is no plan, which is proven."""
    money = ["opening.cash_musd", "debt.loan.limit_musd", "equity.rounds.a.max_musd"]
    found = optimizer.prices(programme(), limits=money, tighter=True)
    assert [(price.known, price.low, price.high) for price in found.prices] == [("no plan", None, None)] * 3
    assert str(found).count("no plan") == 3
    with pytest.raises(NoPlanError, match="there is none"):
        optimizer.prices(programme().replace({"opening.cash_musd": 4}))


def test_a_step_with_which_there_is_no_end_is_said_to_have_none() -> None:
    """Cash at the end is to be much: a loan without a limit is due by then, and with a longer tenor after it."""
    found = optimizer.prices(instance("loan-mid-quarters"), limits=["debt.loan.tenor_periods"])
    (price,) = found.prices
    assert (price.known, price.low, price.high, price.same_build, found.complete) == ("no end", None, None, None, True)
    assert "no end" in str(found)


def test_a_limit_of_several_values_is_moved_in_the_periods_of_each_that_binds() -> None:
    """The hall takes 60 of the first year's budget, the chips 10 of the second's, the annex 50 of 100 later on."""
    changed = programme().replace({"budgets.capital.musd": [60, 10, 100, 100]})
    found = optimizer.prices(changed, limits=["budgets.capital.musd"])
    assert [(price.first, price.last, price.after) for price in found.prices] == [
        ("2026", "2026", (61.0, 10.0, 100.0, 100.0)),
        ("2027", "2027", (60.0, 10.1, 100.0, 100.0)),
    ]


def test_a_kept_plan_is_where_prices_start() -> None:
    """The plan of a gap of a half is not the best, and prices are those of the best all the same."""
    lots = instance("dynamic-lot-size")
    plan = optimizer.solve(lots, gap=0.9)
    found = optimizer.prices(plan, limits=["opening.cash_musd"])
    assert found.plan_value == plan.summary["levels"][0]["plan_value"]
    assert found.value == pytest.approx(optimizer.solve(lots, gap=0).summary["levels"][0]["value"])
    assert found.prices == optimizer.prices(lots, limits=["opening.cash_musd"]).prices


def test_the_build_of_a_kept_plan_is_kept_in_the_start() -> None:
    """The chips are ordered as they were, at the plan's cost: of a plan of one order in the first year, that of it."""
    lots = instance("dynamic-lot-size")
    best_plan = optimizer.solve(lots, gap=0)
    case = Case.of(lots, {}, best_plan.decisions)
    limits = Limits(0.0, 60.0, 1, 0)
    start = case.start(limits)
    assert start is not None
    assert case.loss(start) == pytest.approx(best_plan.summary["levels"][0]["value"])
    demand = 630_000
    once = {"orders": [{"offer": "chips", "period": "2026", "units": demand}]}
    once["allocations"] = [{"offer": "chips", "site": "hall", "period": "2026", "units": demand}]
    other = Case.of(lots, {}, once).start(limits)
    assert other is not None
    assert case.loss(other) > case.loss(start) + 1.0


def test_what_time_is_too_short_for_is_said() -> None:
    found = optimizer.prices(programme(), time_limit=1e-9)
    assert (found.complete, found.prices) == (False, ())
    assert "the time was up after" in str(found)
