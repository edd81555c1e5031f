"""The runs of a batch: which figure an axis moves, and how runs are put into chains."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from optimizer.comparison.axes import DEBT_SHARE
from optimizer.comparison.point import Point, Result
from optimizer.comparison.points import (
    Run,
    chains_between,
    end_chains,
    mix_runs,
    single_chains,
    sweep_chains,
    sweep_runs,
)
from optimizer.comparison.reading import batch_of
from optimizer.instance.checks import CHECKS, FILE, FITTED, PROOFS
from optimizer.instance.loader import check_text, loads
from optimizer.instance.paths import resolve
from optimizer.instance.reference import ROOT
from optimizer.instance.schema import Instance
from optimizer.instance.yaml_source import Source, parse

from .examples import MIXES, SCENARIOS, TWO_SOURCES


def swept(base: str, axes: list[dict[str, Any]], **about: Any) -> list[Run]:
    batch = batch_of(loads(base), sweeps={"s": {"axes": axes, **about}}, mixes=MIXES, scenarios=SCENARIOS)
    return sweep_runs(batch, "s")


def swept_instances(base: str, *axes: dict[str, Any]) -> list[Instance]:
    batch = batch_of(loads(base), sweeps={"s": {"axes": list(axes)}})
    return [each.instance for each in sweep_runs(batch, "s") if isinstance(each, Point)]


def test_debt_share_adds_a_covenant_for_every_period() -> None:
    found = swept_instances(TWO_SOURCES, {"debt_share": {"from": 0, "to": 0.5, "steps": 3}})
    rules = [each.covenants[DEBT_SHARE] for each in found]
    assert [(rule.kind, rule.maximum.raw if rule.maximum else None) for rule in rules] == [
        ("debt_to_capital", 0.0),
        ("debt_to_capital", 0.25),
        ("debt_to_capital", 0.5),
    ]
    assert all(rule.first_test is None and rule.last_test is None and rule.scope == "company" for rule in rules)


def test_a_path_leads_to_written_and_to_optional_figures() -> None:
    written = swept_instances(TWO_SOURCES, {"path": "debt.loan.rate_per_year", "values": [0.05, 0.06]})
    assert [each.debt["loan"].rate_per_year.raw for each in written] == [0.05, 0.06]
    optional = swept_instances(TWO_SOURCES, {"path": "cash.minimum_musd", "values": [0, 5]})
    assert [each.cash.minimum_musd.raw for each in optional] == [0.0, 5.0]
    whole = swept_instances(
        TWO_SOURCES, {"path": "debt.loan.tenor_periods", "values": {"from": 1, "to": 3, "steps": 3}}
    )
    assert [each.debt["loan"].tenor_periods for each in whole] == [1, 2, 3]
    named = swept_instances(TWO_SOURCES, {"path": "objectives.cost_of_capital.slack_share", "values": [0, 0.5]})
    assert [each.objectives[0].slack_share for each in named] == [0.0, 0.5]
    numbered = swept_instances(TWO_SOURCES, {"path": "objectives.1.slack_share", "values": [0, 0.5]})
    assert numbered == named


def test_a_path_may_lead_into_a_series_and_to_words() -> None:
    found = swept_instances(TWO_SOURCES, {"path": "cash_flows.need.musd_per_period.1", "values": [-90, -80]})
    assert [each.cash_flows["need"].musd_per_period for each in found] == [
        loads(TWO_SOURCES.replace("[-100, 0]", f"[{amount}, 0]")).cash_flows["need"].musd_per_period
        for amount in (-90, -80)
    ]
    words = swept_instances(TWO_SOURCES, {"path": "draw_timing", "values": ["end", "start"]})
    assert [each.draw_timing for each in words] == ["end", "start"]


def test_the_longest_name_is_taken_where_names_hold_dots() -> None:
    tree, _ = parse(Source("f", "debt: {a: {limit_musd: 1}, a.b: {limit_musd: 2}}"))
    assert tree is not None
    assert resolve(tree, "debt.a.b.limit_musd") == ("debt", "a.b", "limit_musd")
    assert resolve(tree, "debt.a.limit_musd") == ("debt", "a", "limit_musd")


@pytest.mark.parametrize(
    ("written", "doubled"),
    [
        ("5", "10"),
        ("[5, 6]", "[10, 12]"),
        ("{2026: 5, 2027: 6}", "{2026: 10, 2027: 12}"),
        ("{initial: 5, growth_per_year: 0.1}", "{initial: 10, growth_per_year: 0.1}"),
        ("{value: [5, 6], source: S}", "[10, 12]"),
    ],
)
def test_a_factor_multiplies_every_figure_of_a_series(written: str, doubled: str) -> None:
    def instance(series: str) -> str:
        return f"{TWO_SOURCES}cash: {{minimum_musd: {series}}}\n"

    found = swept_instances(instance(written), {"path": "cash.minimum_musd", "factor": [1, 2]})
    assert [each.cash for each in found] == [loads(instance(series)).cash for series in (written, doubled)]


def test_a_grid_is_the_product_of_its_axes() -> None:
    axes = [
        {"debt_share": [0.1, 0.2]},
        {"path": "debt.loan.rate_per_year", "values": [0.05, 0.06, 0.07], "label": "rate"},
    ]
    found = swept(TWO_SOURCES, axes)
    assert [(each.labels["debt_share"], each.labels["rate"]) for each in found] == [
        (share, rate) for share in (0.1, 0.2) for rate in (0.05, 0.06, 0.07)
    ]
    assert len({each.name for each in found}) == 6
    assert found[4].name == "sweeps/s/0.2/0.06"


def test_a_sweep_can_vary_a_mix_in_a_scenario() -> None:
    found = swept(TWO_SOURCES, [{"debt_share": [0, 1]}], mix="debt", scenario="dear-loans")
    assert isinstance(found[0], Point)
    assert found[0].instance.debt["loan"].rate_per_year.raw == 0.2
    assert found[0].instance.equity is not None
    assert found[0].instance.equity.rounds == {}
    assert (found[0].labels["mix"], found[0].labels["scenario"]) == ("debt", "dear-loans")


def test_a_point_that_makes_no_instance_is_a_result() -> None:
    good, bad = swept(TWO_SOURCES, [{"path": "equity.rounds.a.max_musd", "values": [10, -10]}])
    assert isinstance(good, Point)
    assert isinstance(bad, Result)
    assert bad.status == "invalid"
    assert "`max_musd` should be a number above 0, not -10" in bad.reason


def test_options_are_the_batch_s_or_else_the_instance_s() -> None:
    base = loads(TWO_SOURCES)
    own = mix_runs(batch_of(base, mixes={"a": {}}))[0]
    assert isinstance(own, Point)
    assert (own.options.gap_share, own.options.time_limit_s, own.options.seed) == (0.0, 300.0, 0)
    given = mix_runs(batch_of(base, mixes={"a": {}}, options={"gap_share": 0.01, "time_limit_s": 7.0, "seed": 3}))[0]
    assert isinstance(given, Point)
    assert (given.options.gap_share, given.options.time_limit_s, given.options.seed) == (0.01, 7.0, 3)


# ── chains ────────────────────────────────────────────────────────────────────────────────────────────────────────


def chain_sizes(steps: int, jobs: int) -> list[int]:
    batch = batch_of(loads(TWO_SOURCES), sweeps={"s": {"axes": [{"debt_share": {"from": 0, "to": 1, "steps": steps}}]}})
    chains = sweep_chains(batch, "s", sweep_runs(batch, "s"), jobs)
    names = [point.name for chain in chains for point in chain.points]
    assert names == [each.name for each in sweep_runs(batch, "s")]
    return [len(chain.points) for chain in chains]


def test_a_long_sweep_is_cut_into_a_chain_for_each_job() -> None:
    assert chain_sizes(7, jobs=4) == [7]
    assert chain_sizes(8, jobs=2) == [4, 4]
    assert chain_sizes(21, jobs=2) == [10, 11]
    assert chain_sizes(21, jobs=1) == [21]
    # no chain is so short that its points have no neighbours
    assert chain_sizes(9, jobs=16) == [4, 5]


def test_the_ends_of_a_long_sweep_come_first_where_workers_share_it() -> None:
    """Ten points, two workers: both ends alone, then 1, 3, 5, 7 and 2, 4, 6, 8 of those between, with the ends."""
    batch = batch_of(loads(TWO_SOURCES), sweeps={"s": {"axes": [{"debt_share": {"from": 0, "to": 1, "steps": 9}}]}})
    runs = sweep_runs(batch, "s")
    names = [each.name for each in runs]
    ends = end_chains(batch, "s", runs, jobs=2)
    assert [[point.name for point in chain.points] for chain in ends] == [names[:1], names[-1:]]
    assert all(chain.remembered for chain in ends)
    results = {name: Result(name, {}, "optimal", trace=name) for name in (names[0], names[-1])}
    # seven points between them are too few for two chains of neighbours
    assert len(chains_between("s", runs, 2, results)) == 1
    batch = batch_of(loads(TWO_SOURCES), sweeps={"s": {"axes": [{"debt_share": {"from": 0, "to": 1, "steps": 10}}]}})
    runs = sweep_runs(batch, "s")
    names = [each.name for each in runs]
    results = {name: Result(name, {}, "optimal", trace=name) for name in (names[0], names[-1])}
    one, other = chains_between("s", runs, 2, results)
    assert [point.name for point in one.points] == [names[i] for i in (0, 1, 3, 5, 7, 9)]
    assert [point.name for point in other.points] == [names[i] for i in (0, 2, 4, 6, 8, 9)]
    assert one.found == other.found == (results[names[0]], results[names[-1]])


def test_one_worker_and_a_short_sweep_need_no_ends() -> None:
    for steps, jobs, count in ((9, 1, 0), (7, 2, 0), (8, 2, 2)):
        axes = [{"debt_share": {"from": 0, "to": 1, "steps": steps}}]
        batch = batch_of(loads(TWO_SOURCES), sweeps={"s": {"axes": axes}})
        assert len(end_chains(batch, "s", sweep_runs(batch, "s"), jobs)) == count
    grid = [{"debt_share": [0.1, 0.2, 0.3]}, {"path": "cash.minimum_musd", "values": [1, 2, 3]}]
    batch = batch_of(loads(TWO_SOURCES), sweeps={"s": {"axes": grid}})
    assert not end_chains(batch, "s", sweep_runs(batch, "s"), 2)


def test_a_grid_is_walked_one_step_at_a_time() -> None:
    axes = [{"debt_share": [0.1, 0.2, 0.3]}, {"path": "cash.minimum_musd", "values": [1, 2, 3]}]
    batch = batch_of(loads(TWO_SOURCES), sweeps={"s": {"axes": axes}})
    (chain,) = sweep_chains(batch, "s", sweep_runs(batch, "s"), 1)
    steps = [point.name.split("/")[2:] for point in chain.points]
    assert len(steps) == 9
    for one, other in pairwise(steps):
        assert sum(a != b for a, b in zip(one, other, strict=True)) == 1


def test_cells_are_chains_of_their_own() -> None:
    batch = batch_of(loads(TWO_SOURCES), mixes=MIXES, scenarios=SCENARIOS)
    runs = mix_runs(batch)
    assert [[point.name for point in chain.points] for chain in single_chains(runs)] == [[each.name] for each in runs]


def test_without_mixes_the_base_is_run_in_every_scenario() -> None:
    batch = batch_of(loads(TWO_SOURCES), scenarios=SCENARIOS)
    assert [each.name for each in mix_runs(batch)] == ["mixes/base/base", "mixes/base/dear-loans"]
    assert mix_runs(batch_of(loads(TWO_SOURCES), sweeps={"s": {"axes": [{"debt_share": [0, 1]}]}})) == []


def test_every_figure_that_reports_name_has_a_path() -> None:
    text = (ROOT / "instances" / "anthropic-50b.yaml").read_text(encoding="utf-8")
    sources = check_text(text).sources
    tree, _ = parse(Source("f", text))
    assert tree is not None
    assert "hardware.b200-direct.price_usd" in sources
    for path in sources:
        assert resolve(tree, path)[-1] == "value"


def test_what_proves_that_there_is_no_plan_rests_on_the_whole_file() -> None:
    """A proof from part of a file would not stand once another part is corrected; a warning refuses nothing."""
    proofs = [row for row in CHECKS if row.proves_no_plan]
    assert {row.code for row in proofs} == PROOFS
    unmet = {"renewable-impossible", "covenant-impossible", "choice-impossible"}
    assert sorted(PROOFS) == sorted({"demand-beyond-supply", "cash-unreachable", *unmet})
    assert len(proofs) == len(PROOFS)
    assert {(row.severity, row.stage, row.rests) for row in proofs} == {("error", FITTED, FILE)}
