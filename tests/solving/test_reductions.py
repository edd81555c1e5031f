"""Three exact reductions: what is summed, that no plan and no bound is lost, and how sites get their own again."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from optimizer.instance.schema import Instance
from optimizer.solver.aggregation import NotAlikeError, aggregated
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.compile import compile_instance
from optimizer.solving.programme import programme_of
from optimizer.solving.reductions import alike as classes
from optimizer.solving.reductions import split
from optimizer.solving.reductions.reduced import PARTED, SOLVED, reduced
from optimizer.solving.reductions.split import SplitError
from optimizer.solving.run import NoPlanError, recall, search, traced

from .alike_sites import LIMITS, OFFER, SITE, Data, best_over_sums, over_sums, programme, solved, value

HALL = SITE["phases"][0]
PAIR: Data = {"count": 2, "name": "more", "mw": 5, "lead_periods": 0, "capex": {"shell": {"musd": 40}}}


def amounts(plan: Any, table: str, site: str) -> list[Any]:
    """The rows of a table of decisions that are of one site."""
    return [row for row in plan.decisions[table] if site in (row.get("site"), row.get("from"))]


def test_two_sites_are_searched_as_one_and_get_their_own_again() -> None:
    """15 MW take two halls of 100 and 15,000 units of 30,000 dollars: 200 + 450 = 650, with the sums and without.

    The first site by name is full with 10,000 units and serves as much, the second has the other 5,000.
    """
    whole, found = solved(programme(), "off"), solved(programme(), "always")
    assert value(whole) == pytest.approx(650.0)
    assert value(found) == pytest.approx(650.0)
    assert "reductions" not in whole.summary
    record = found.summary["reductions"]
    assert record["hardware"] == record["service"] == record["phases"] == [["a", "b"]]
    assert record["split"] == PARTED
    assert record["columns"] < found.summary["matrix"]["columns"]
    assert [row["units"] for row in amounts(found, "allocations", "a")] == pytest.approx([10_000])
    assert [row["units"] for row in amounts(found, "allocations", "b")] == pytest.approx([5_000])
    assert [row["h100e"] for row in amounts(found, "service", "a")] == pytest.approx([10_000] * 2)
    assert [row["h100e"] for row in amounts(found, "service", "b")] == pytest.approx([5_000] * 2)
    assert found.audit_passed


def test_upkeep_by_age_is_that_of_the_sum() -> None:
    """650 as above; in the second year a unit costs 9,000 to keep, and 5,000 are needed: 45, and 10,000 leave."""
    data = programme(
        hardware__chip__resale_share_by_age=[0],
        hardware__chip__upkeep_usd_per_unit_year_by_age=[0, 9000],
        markets__training__demand_h100e=[15000, 5000],
    )
    whole, found = solved(data, "off"), solved(data, "always")
    assert value(whole) == pytest.approx(695.0)
    assert value(found) == pytest.approx(695.0)
    record = found.summary["reductions"]
    assert record["hardware"] == record["service"] == record["phases"] == [["a", "b"]]
    assert sum(row["units"] for row in found.decisions["retirements"]) == pytest.approx(10_000)
    assert found.audit_passed


def test_small_programmes_are_searched_as_they_are() -> None:
    assert "reductions" not in solved(programme(), "auto").summary


# ── each condition, ignored ───────────────────────────────────────────────────────────────────────────────────────

RENTED: Data = {"rent_musd_per_mw_year": 1, "limit_mw": 10, "lead_periods": 0, "term_periods": 1}
DEAR_FOR_GOOD = programme(
    sites__b__phases=[{**HALL, "capex": {"shell": {"musd": 10}}}],
    markets__training__demand_h100e=10000,
    hardware__good={**OFFER, "price_usd": 10000, "sites": ["a"]},
)
POWER_MOVES = programme(
    sites__a={"region": "north", "pue": 1, "colocation": {**RENTED, "last_signing": 2026}},
    sites__b={"region": "north", "pue": 1, "colocation": {**RENTED, "first_signing": 2027}},
    hardware__chip__resale_share_by_age=[1, 0],
    markets__training__demand_h100e=10000,
)
BOUND_TO_ONE = programme(
    sites__a__existing_mw=10,
    sites__b__existing_mw=10,
    sites__a__phases=[],
    sites__b__phases=[],
    sites__b__load_factor_share=0.9,  # another class of hardware
    markets__api={"demand_h100e": 1000},
    markets__training__sites=["a"],
    markets__training__shortfall_penalty_usd_per_h100e_hour=10,
)


@pytest.mark.parametrize(
    ("data", "ignored", "right", "wrong"),
    [
        # 10,000 of `good` at 10,000 dollars stand in the hall of a for 100 only: 200, where chips in that of b for 10
        # come to 310; in the hall of b 110
        (DEAR_FOR_GOOD, {"draws_alike": lambda *_: ()}, 200.0, 110.0),
        # 10 MW at a in the first year, at b in the second: 300 for units twice + 2·10 of rent; units cannot move
        (POWER_MOVES, {"never_shrinks": lambda *_: True}, 620.0, 320.0),
        # a alone serves: 10,000 units for 300, and 5,000 H100e missing at 10·8,760 dollars, twice: 876; else 450
        (BOUND_TO_ONE, {"served_from": lambda *_: ()}, 1176.0, 450.0),
    ],
    ids=["offers", "power-shrinks", "markets"],
)
def test_a_condition_that_is_ignored_gains_plans_that_are_none(
    data: Data, ignored: dict[str, Any], right: float, wrong: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The value over sums is another one; with the condition it is the right one."""
    assert value(solved(data, "off")) == pytest.approx(right)
    found = solved({**data, "sites": {**data["sites"], "c": deepcopy(SITE), "d": deepcopy(SITE)}}, "always")
    assert "failed" not in found.summary["reductions"]
    for name, function in ignored.items():
        monkeypatch.setattr(classes, name, function)
    assert best_over_sums(data) == pytest.approx(wrong)


DIFFERENT: dict[str, Data] = {
    "region": {"regions__south": {"power_limit_mw": 4}, "sites__b__region": "south"},
    "pue": {"sites__b__pue": 1.25},
    "uptime": {"sites__b__uptime_share": 0.5},
    "utilisation": {"sites__b__max_utilisation_share": 0.5},
    "load-factor": {"sites__b__load_factor_share": 0.5, "regions__north__energy_price_usd_per_mwh": 50},
    "serving-cost": {"markets__training__serving_cost_by_site_usd_per_h100e_hour": {"b": 1}},
    "cost-of-phase": {"sites__b__phases__0": {**HALL, "capex": {"shell": {"musd": 90}}}},
    "resources": {
        "resources": {"crews": {"limit": 1}},
        "sites__b__phases__0": {**HALL, "resources": {"crews": {"running": 1}}},
    },
    "tied": {
        "debt": {
            "loan": {
                "kind": "bullet",
                "rate_per_year": 0.1,
                "tenor_periods": 2,
                "limit_musd": 100,
                "tied_to": {"sites": ["b"], "capex_share": 0.5},
            }
        }
    },
    "land": {f"sites__{s}__{key}": what for s in "ab" for key, what in (("land_musd", 5), ("phases__0__count", 2))},
    "gap": {f"sites__{s}__phases__0__{key}": what for s in "ab" for key, what in (("count", 2), ("gap_periods", 2))},
    "connection": {f"sites__{s}__grid_connection_mw": 9 for s in "ab"},
}


@pytest.mark.parametrize("changes", DIFFERENT.values(), ids=DIFFERENT)
def test_sums_of_what_is_not_alike_are_refused(changes: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows or costs tell the sites from each other; where they are classed together all the same, that is seen.

    As they are classed, the programme over sums has the same optimum, and the same verdict where there is none.
    """
    data = programme(**deepcopy(changes))
    found = []
    for reductions in ("off", "always"):
        try:
            plan = solved(data, reductions)
        except NoPlanError as nothing:
            found.append(nothing.status)
        else:
            assert "failed" not in plan.summary.get("reductions", {})
            assert plan.audit_passed
            found.append(f"{value(plan):.6f}")
    assert found[0] == found[1]
    monkeypatch.setattr(classes, "_classes", lambda sites, _: dict.fromkeys(sites, tuple(sites)))
    with pytest.raises(NotAlikeError):
        over_sums(data)


def test_a_gate_of_several_is_no_copy() -> None:
    """An entry after two phases waits for both, which N of the entry before does not say: a copy would be refused."""
    two = programme(**{f"sites__{s}__phases": [{**PAIR, "name": "two"}, deepcopy(PAIR)] for s in "ab"})
    one = programme(**{f"sites__{s}__phases": [{**PAIR, "name": "two", "count": 1}, deepcopy(PAIR)] for s in "ab"})
    with_gate, without = over_sums(two), over_sums(one)
    every = np.arange(with_gate.aggregation.source.size)
    assert (with_gate.aggregation.source == every).all()
    copies = without.aggregation.source != every
    assert [with_gate.compiled.names.columns[i] for i in np.nonzero(copies)[0]] == [
        f"entry_complete[{s},more,{t}]" for s in "ab" for t in (1, 2)
    ]
    rows = np.arange(with_gate.whole.matrix.shape[0])
    with pytest.raises(NotAlikeError, match="copy"):
        aggregated(with_gate.whole.matrix, every, rows, without.aggregation.source)


# ── phases ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_phases_of_like_sites_are_counted_and_filled_one_site_after_the_other() -> None:
    """Demand of 12, then 26 MW: each site has a hall of 10 MW for 100, then 90, and two more of 5 MW for 40, then 36.

    The cheapest: one hall and one of 5 MW, 140; then the second of 5 MW and another hall, 10 + 5 + 5 + 10 = 30 ≥ 26,
    126. Units: 12,000 at 30,000 and 14,000 at 20,000 dollars, 640. Together 906; the first site has all the 5 MW.
    """
    phases = [
        {**HALL, "capex": {"shell": {"musd": [100, 90]}}},
        {**PAIR, "capex": {"shell": {"musd": [40, 36]}}},
    ]
    data = programme(
        **{f"sites__{s}__phases": deepcopy(phases) for s in "ab"},
        hardware__chip__price_usd=[30000, 20000],
        markets__training__demand_h100e=[12000, 26000],
    )
    whole, found = solved(data, "off"), solved(data, "always")
    assert value(whole) == pytest.approx(906.0)
    assert value(found) == pytest.approx(906.0)
    assert found.summary["reductions"]["split"] == PARTED
    starts = {(row["site"], row["phase"], row["period"]): row["count"] for row in found.decisions["phase_starts"]}
    assert starts == {
        ("a", "hall", "2026"): 1,
        ("a", "more", "2026"): 1,
        ("a", "more", "2027"): 1,
        ("b", "hall", "2027"): 1,
    }


# ── when something fails ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_parted_is_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise SplitError("no place")

    monkeypatch.setattr(split.Split, "part", refuse)
    found = solved(programme(), "always")
    assert found.summary["reductions"] == {"failed": "no place"}
    assert value(found) == pytest.approx(650.0)
    assert found.audit_passed


def test_shares_that_do_not_fit_are_found_by_a_linear_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it at the last site, where half of it has no power."""
    monkeypatch.setattr(split, "_filled", lambda amount, room, _=1.0: [0.0] * (len(room) - 1) + [amount])
    found = solved(programme(), "always")
    assert found.summary["reductions"]["split"] == SOLVED
    assert value(found) == pytest.approx(650.0)
    assert found.audit_passed


def test_no_plan_is_proven_over_sums_and_certified_over_all() -> None:
    """25 MW are asked for and 20 can be built."""
    data = programme(markets__training__demand_h100e=25000)
    with pytest.raises(NoPlanError) as nothing:
        search(Instance.model_validate(data), LIMITS, reductions="always", certify=["scip"])
    assert nothing.value.status == "infeasible"
    assert nothing.value.summary["certificates"][0]["agrees"]
    assert nothing.value.summary["reductions"]["phases"] == [["a", "b"]]


# ── levels, opinions, neighbours ──────────────────────────────────────────────────────────────────────────────────

LEVELS: Data = {
    "objectives": [{"name": "cost_of_capital"}, {"name": "wacc"}, {"name": "net_present_cost"}],
    "equity": {"cost_of_equity_per_year": 0.12, "rounds": {"seed": {"max_musd": 900}}},
    "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 2, "limit_musd": 300}},
    "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
}


def test_second_opinions_are_on_all_columns() -> None:
    """A ratio among three levels: exact arithmetic and SCIP look at the programme without sums, and agree."""
    plan = search(Instance.model_validate(programme(**LEVELS)), LIMITS, reductions="always", certify=["scip", "exact"])
    assert plan.summary["reductions"]["split"] == PARTED
    assert [each["agrees"] for each in plan.summary["certificates"]] == [True, True]
    whole = solved(programme(**LEVELS), "off")
    for one, other in zip(plan.summary["levels"], whole.summary["levels"], strict=True):
        assert one["value"] == pytest.approx(other["value"], rel=1e-6)


def test_neighbours_help_over_sums() -> None:
    """With more demand the bound of the neighbour holds, whose sums have the same names; a run that is taken up again
    knows the same.
    """
    first = Instance.model_validate(programme(solve__reductions="always", markets__training__demand_h100e=12000))
    more = Instance.model_validate(programme(solve__reductions="always"))
    known = WarmStarts()
    plan = search(first, LIMITS, warm_starts=known)
    assert plan.summary["reductions"]["split"] == PARTED
    names, stage = known.neighbours[0].names, known.neighbours[0].solution.stages[0]
    assert stage.matrix.shape[1] == plan.summary["reductions"]["columns"] == len(names.columns)
    assert "buy[chip,a,1] + buy[chip,b,1]" in names.columns
    again = WarmStarts()
    recall(again, first, plan.summary["levels"], traced(known))
    assert again.neighbours[0].names == names
    (one,), (other,) = known.neighbours, again.neighbours
    np.testing.assert_array_equal(one.over_all_columns.solution.stages[0].x, other.over_all_columns.solution.x)
    np.testing.assert_array_equal(again.neighbours[0].solution.stages[0].x, stage.x)
    assert value(search(more, LIMITS, warm_starts=known)) == pytest.approx(650.0)
    assert len(known.neighbours) == 2


def test_a_neighbour_with_other_sums_gives_a_start_all_the_same() -> None:
    """Sites that are no longer alike, or a search without sums, begin with what the neighbour does at each site."""
    known = WarmStarts()
    search(Instance.model_validate(programme()), LIMITS, warm_starts=known, reductions="always")
    (neighbour,) = known.neighbours
    apart, together = programme(sites__b__pue=1.1), programme(sites__c=deepcopy(SITE))
    for data, reductions in ((apart, "always"), (programme(), "off"), (together, "always")):
        built, compiled = compile_instance(Instance.model_validate(data))
        whole = programme_of(built.model.instance, built, compiled, {})
        smaller = reduced(built.model.instance, compiled, whole, reductions)
        names, matrix = (smaller.names, smaller.programme.matrix) if smaller else (compiled.names, whole.matrix)
        seen = neighbour.seen_from(names)
        assert seen.names == neighbour.over_all_columns.names
        hints = known.hints(names, np.zeros(matrix.shape[1], dtype=bool), LIMITS)
        start = hints._placed(seen.solution.x, seen.names, matrix)
        units = {name: x for name, x in zip(names.columns, start, strict=True) if name.startswith("buy") and x}
        assert sum(units.values()) == pytest.approx(15.0)
        assert value(search(Instance.model_validate(data), LIMITS, warm_starts=known, reductions=reductions)) < 700.0
