"""What is held and what reacts, which worlds there are, and what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.contract.decisions import COMMITTING, TABLES
from optimizer.explanation.clock import Clock
from optimizer.explanation.stress.cures import Case
from optimizer.explanation.stress.holding import HELD, REACTING, Holding
from optimizer.explanation.stress.measures import late
from optimizer.explanation.stress.run import holding_of
from optimizer.explanation.stress.scenarios import changed_world, worlds
from tests.explanation.stress.programmes import POWER_LATE, YEARS, years

PAGE = Path(__file__).parents[3] / "docs" / "why.md"


def test_each_table_of_decisions_is_held_or_reacts_and_the_page_says_which() -> None:
    assert sorted([*HELD, *REACTING]) == sorted(TABLES)
    page = PAGE.read_text(encoding="utf-8")
    for table, (kind, words) in HELD.items():
        assert f"| `{table}` | {words} | {'held' if kind != 'money' else 'held, money'} |" in page
    for table, words in REACTING.items():
        assert f"| `{table}` | {words} | reacts |" in page


def test_a_tree_tells_of_all_that_is_held_but_where_units_go() -> None:
    assert sorted(COMMITTING) == sorted(HELD.keys() - {"allocations"})


def test_where_units_go_is_decided_as_they_are_delivered() -> None:
    """Chips take a year: until 2027 the orders of 2026 and 2027 are held, and where those of 2026 go."""
    holding = Holding(optimizer.load(YEARS), 2)
    assert holding.last("orders", ("chips",)) == 2
    assert holding.last("allocations", ("chips", "a")) == 1
    assert not holding.everything


def test_draws_of_revolvers_and_money_from_outside_are_not_held() -> None:
    instance = optimizer.load({**YEARS, "debt": {"line": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 60}}})
    holding = Holding(instance, 4)
    assert not holding.holds("debt_draws", ("line",))
    assert holding.holds("debt_draws", ("loan",))
    assert not holding.holds("equity_raises", ("rescue-2027",))
    assert not holding.holds("dividends", ())


def test_signatures_without_a_period_are_decided_in_the_first_that_they_cover() -> None:
    facility = {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 1, "limit_musd": 60, "first_draw": "2028"}
    instance = optimizer.load({**YEARS, "debt": {**YEARS["debt"], "later": facility}})
    assert Holding(instance, 2).last("facilities", ("later",)) == 0
    assert Holding(instance, 3).last("facilities", ("later",)) == 3


def test_a_scenario_is_read_from_a_batch_a_variant_or_changes(tmp_path: Path) -> None:
    limit = "{regions: {flat: {power_limit_mw: {2026: 10, 2027: 0, 2028: 10}}}}"
    base = optimizer.load(YEARS)
    (tmp_path / "base.yaml").write_text("{}", encoding="utf-8")
    (tmp_path / "late.yaml").write_text(f"title: Late\n{limit[1:-1]}\n", encoding="utf-8")
    (tmp_path / "variant.yaml").write_text(f"extends: base.yaml\nname: slow\n{limit[1:-1]}\n", encoding="utf-8")
    by_dict = worlds(base, {"power": {"title": "Late", "set": POWER_LATE}})[0]
    from_file = worlds(base, str(tmp_path / "late.yaml"))[0]
    variant = worlds(base, [tmp_path / "variant.yaml"])[0]
    assert (by_dict.name, by_dict.title, from_file.name, from_file.title, variant.name) == (
        "power",
        "Late",
        "late",
        "Late",
        "slow",
    )
    expected = (10.0, 0.0, 10.0, 10.0)
    for world in (by_dict, from_file, variant):
        limits = world.instance.regions["flat"].power_limit_mw
        assert limits is not None
        assert limits.expand(world.instance.periods) == expected


def test_figures_are_set_by_their_paths_or_multiplied() -> None:
    base = optimizer.load(YEARS)
    world = changed_world(base, "mine", {"markets.api.revenue_usd_per_h100e_hour": "*0.8", "opening.cash_musd": 7})
    price = world.instance.markets["api"].revenue_usd_per_h100e_hour.expand(world.instance.periods)
    assert price == pytest.approx((0.4,) * 4)
    assert world.instance.opening.cash_musd == 7
    with pytest.raises(optimizer.InstanceError, match="`solve` cannot be varied"):
        changed_world(base, "mine", {"solve.threads": 2})
    with pytest.raises(optimizer.InstanceError, match="not a factor"):
        changed_world(base, "mine", {"opening.cash_musd": "*x"})


SHORTER = {
    "calendar": {"periods": 3},
    "cash_flows": {"staff": {"musd_per_period": [0, -15, -15]}},
    "markets": {"api": {"demand_h100e": [0, 10000, 10000]}},
}


def test_a_world_with_another_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="another calendar"):
        worlds(optimizer.load(YEARS), {"shorter": {"set": SHORTER}})


def test_what_is_owed_beyond_a_lenders_limit_cannot_go_on() -> None:
    """A balance of 50 is due in 2028, the lender wants no more than 40 of it, and nothing repays it earlier."""
    loan = {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 3, "limit_musd": 60, "opening_balance_musd": 50}
    base = {
        "name": "owing",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "cost_of_capital"}],
        "opening": {"cash_musd": 100},
        "lenders": {"bank": {"limit_musd": 60}},
        "debt": {"loan": {**loan, "lender": "bank"}},
    }
    plan = optimizer.solve(optimizer.load(base), gap=0)
    found = optimizer.stress(plan, {"less": {"set": {"lenders": {"bank": {"limit_musd": 40}}}}})["less"]
    assert (found.status, found.after, found.cures) == ("impossible", None, ())


def test_the_years_without_time_are_not_decided() -> None:
    found = optimizer.stress(years(), {"same": {}}, time_limit=1e-9)["same"]
    assert (found.status, found.short_verdict) == ("not decided", "not decided")


def test_what_is_kept_is_not_late_however_large_its_column() -> None:
    """The units of a site may go elsewhere, and no rung of the ladder asks for how few at least."""
    plan = years()
    ladder = Case(plan, plan.instance, holding_of(plan.instance, "all"), Clock(60.0)).ladder()
    assert ladder.x is not None
    more = ladder.x.copy()
    more[list(ladder.elastic.late.values())] += 0.6
    assert late(ladder.elastic, ladder.x) == late(ladder.elastic, more) == ()


def test_a_plan_that_hardly_has_room_holds_in_its_own_world() -> None:
    """What a plan does without is held at nothing: with a billionth of room for it HiGHS called its start the best."""
    instance = optimizer.load(Path(__file__).parent / "start-misleads.yaml")
    plan = optimizer.solve(instance, gap=0.0, threads=1)
    assert optimizer.stress(plan, {"same": {}})["same"].status == "holds"
