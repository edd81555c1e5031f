"""What holds for every plan with the less common sources and instruments switched on, a few at a time."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.plan.plan import Plan

from .instrument_checks import check_plan, minimised, with_objective
from .instrument_strategies import ALL_OBJECTIVES, EXTRAS, ORDERED_LISTS, fit_objectives, programmes
from .solving import Data, best, examples, no_worse, same, solved
from .test_limits import scaled

# ── every plan ────────────────────────────────────────────────────────────────────────────────────────────────────

USED_AT_LEAST = {
    "frameworks": 2,
    "developments": 4,
    "retirements": 2,
    "colocation": 2,
    "reservations": 2,
    "energy": 3,
    "energy_contracts": 2,
    "prepayments": 1,
    "preferred_raises": 1,
    "partners": 4,
    "deliveries": 2,
    "dividends": 2,
    "buckets": 8,
    "debt_draws": 15,
    "orders": 35,
}


@pytest.mark.slow
def test_every_plan() -> None:
    """Every plan of five examples with each extra checks out; most have one, and all kinds of choices are made."""
    plans: list[Plan | None] = []
    for extra in EXTRAS:

        @examples(5)
        @given(programmes(extra=extra))
        def collect(data: Data) -> None:
            plan = solved(data)
            plans.append(plan)
            if plan is not None:
                check_plan(plan)

        collect()
    found = [plan for plan in plans if plan is not None]
    assert len(plans) == 5 * len(EXTRAS)
    assert len(found) >= 0.8 * len(plans)
    used = Counter(table for plan in found for table, rows in plan.decisions.items() if rows)
    assert {table: used[table] for table, least in USED_AT_LEAST.items() if used[table] < least} == {}


@pytest.mark.parametrize("name", ALL_OBJECTIVES)
@examples(5)
@given(data=programmes())
def test_optimum_is_the_metric(name: str, data: Data) -> None:
    """With a single objective, even one that is blind to money, the plan checks out; its optimum is the metric."""
    plan = solved(with_objective(data, name))
    assume(plan is not None)
    assert plan is not None
    check_plan(plan)
    level = plan.summary["levels"][-1]  # before a wacc there is the least capital
    assert same(level["value"], plan.metrics[name])
    assert same(level["value"], level["bound"])


@examples(8)
@given(programmes(), st.sampled_from(ORDERED_LISTS))
def test_levels_are_kept(data: Data, objectives: list[Data]) -> None:
    """The first level is as good as if it stood alone, and no later one takes it beyond its slack."""
    data = data | {"objectives": objectives}
    fit_objectives(data)
    plan = solved(data)
    assume(plan is not None)
    assert plan is not None
    levels = [level for level in plan.summary["levels"] if not level["inserted"]]
    assert same(levels[0]["value"], best(data | {"objectives": objectives[:1]}))
    for objective, level in zip(objectives, levels, strict=True):
        slack = objective.get("slack_share", 0) * abs(level["value"]) + objective.get("slack_musd", 0)
        less = minimised(level["name"])
        assert no_worse(plan.metrics[level["name"]], level["value"] + (slack if less else -slack), less)


# ── options and limits ────────────────────────────────────────────────────────────────────────────────────────────


def _without_offer(name: str) -> Callable[[Data], None]:
    def remove(data: Data) -> None:
        del data["hardware"][name]
        for debt in data["debt"].values():
            if name in (tied := debt.get("tied_to", {}).get("hardware", [])):
                tied.remove(name)

    return remove


def _without_colocation(data: Data) -> None:
    for site in data["sites"].values():
        site.pop("colocation", None)


def _without_source(data: Data) -> None:
    if "energy_price_usd_per_mwh" in data["regions"]["north"] or len(data["energy_sources"]) > 1:
        data["energy_sources"].popitem()


def _without_reserved(data: Data) -> None:
    for cloud in data["cloud"].values():
        cloud.pop("reserved", None)


def _without_loan(name: str) -> Callable[[Data], None]:
    def remove(data: Data) -> None:
        if "opening_balance_musd" not in data["debt"][name]:
            del data["debt"][name]

    return remove


def _without_prepayment(data: Data) -> None:
    del data["debt"]["callable_loan"]["prepayment"]


OPTIONS: dict[str, Callable[[Data], object]] = {
    "framework": _without_offer("framed"),
    "development": _without_offer("custom"),
    "operating_lease": _without_offer("rented_chips"),
    "finance_lease": _without_offer("leased_chips"),
    "colocation": _without_colocation,
    "energy": _without_source,
    "reserved_cloud": _without_reserved,
    "sculpted": _without_loan("sculpted_loan"),
    "pik": _without_loan("pik_loan"),
    "issue_discount": _without_loan("bond"),
    "tied_draws": _without_loan("vendor_loan"),
    "prepayment": _without_prepayment,
    "preferred": lambda data: data.pop("preferred_equity"),
    "compute_partner": lambda data: data["partners"].pop("anchor"),
    "equity_partner": lambda data: data["partners"].pop("strategic"),
}


@pytest.mark.slow
@pytest.mark.parametrize("extra", OPTIONS)
@examples(3)
@given(draws=st.data(), name=st.sampled_from(ALL_OBJECTIVES))
def test_option_more(extra: str, draws: st.DataObject, name: str) -> None:
    """An option can be left alone: with it the optimum is no worse, whatever the objective.

    But for wacc, before which the least capital is found and held: with less of it what there is may be dearer.
    """
    if name == "wacc":
        return
    data = with_objective(draws.draw(programmes(extra=extra)), name)
    fewer = copy.deepcopy(data)
    OPTIONS[extra](fewer)
    assert no_worse(best(data), best(fewer), minimised(name))


def _renewable(data: Data) -> None:
    data["power"]["min_renewable_share"] = scaled(data["power"]["min_renewable_share"], 0.6)


def _lender(data: Data) -> None:
    data["lenders"]["bank"]["limit_musd"] *= 1.4


def _rent(data: Data) -> None:
    for site in data["sites"].values():
        if "colocation" in site:
            site["colocation"]["limit_mw"] = scaled(site["colocation"]["limit_mw"], 1.5)


def _floor(data: Data) -> None:
    data["equity"]["ownership_floor_share"] *= 0.85


def _reservations(data: Data) -> None:
    for cloud in data["cloud"].values():
        if "reserved" in cloud:
            cloud["reserved"]["limit_h100e"] = scaled(cloud["reserved"]["limit_h100e"], 1.5)


def _dividends(data: Data) -> None:
    terms = data["equity"]["dividends"]
    terms.pop("lock_up_dscr", None)
    terms.pop("minimum_musd", None)
    terms["minimum_total_musd"] = 0.5 * terms.get("minimum_total_musd", 0)


def _tie(data: Data) -> None:
    del data["debt"]["vendor_loan"]["tied_to"]


ROOM: dict[str, Callable[[Data], None]] = {
    "renewable_share": _renewable,
    "lenders": _lender,
    "colocation": _rent,
    "ownership_floor": _floor,
    "reserved_cloud": _reservations,
    "dividends": _dividends,
    "tied_draws": _tie,
}


@pytest.mark.parametrize("limit", ROOM)
@examples(5)
@given(draws=st.data(), name=st.sampled_from(ALL_OBJECTIVES))
def test_more_room(limit: str, draws: st.DataObject, name: str) -> None:
    """A wider limit leaves every plan possible, so the optimum is no worse, and a plan stays a plan."""
    data = with_objective(draws.draw(programmes(extra=limit)), name)
    wide = copy.deepcopy(data)
    ROOM[limit](wide)
    assert no_worse(best(wide), best(data), minimised(name))
