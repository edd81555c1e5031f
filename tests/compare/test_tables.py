"""What an analyst asks of a comparison: differences to a base, ranks by other figures, instruments, covenants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer import cli
from optimizer.comparison.against import base_runs
from optimizer.comparison.comparison import comparison_of
from optimizer.comparison.details import details
from optimizer.comparison.expected import over_scenarios
from optimizer.comparison.point import Result
from optimizer.comparison.ranking import figure_ranks, standings
from optimizer.comparison.reading import batch_of
from optimizer.comparison.schema import Scenario
from optimizer.comparison.store import POINTS, Store
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import loads
from optimizer.report.compare_columns import chosen

from .examples import MIXES, SCENARIOS, TWO_SOURCES, batch_file, result

COVERED = {"covenants": {"cover": {"kind": "interest_cover", "minimum": 5}}}


def mixed(mix: str, scenario: str, value: float | None, bound: float | None = None, **metrics: Any) -> Result:
    """A run of a mix in a scenario; exact without ``bound``, infeasible without ``value``."""
    labels = {"mix": mix, "scenario": scenario}
    return replace(result(f"mixes/{mix}/{scenario}", value, bound, **metrics), labels=labels)


# ── ranks by NPV and by shareholder value ─────────────────────────────────────────────────────────────────────────


def test_plans_are_ranked_by_what_a_figure_is() -> None:
    # a dollar in a million makes no difference, ten do
    assert figure_ranks([5.0, 7.0, None, 7.0 - 5e-7, 7.0 - 1e-5]) == [4, 1, None, 1, 3]


def test_what_the_objective_does_not_tell_apart_npv_does() -> None:
    """A need of 100 is borrowed whatever comes in later, x: 8 / 1.21 each. NPV is (x − 100·1.1) / 1.21."""
    axes = [{"path": "cash_flows.income.musd_per_period", "factor": [1, 1.5, 2]}]
    found = optimizer.compare(loads(TWO_SOURCES), sweeps={"more": {"axes": axes}}).sweep("more")
    assert list(found["rank"]) == [1, 1, 1]
    assert list(found["npv_rank"]) == [3, 2, 1]
    assert list(found["value_rank"]) == [3, 2, 1]
    assert list(found["npv_musd"]) == pytest.approx([(income - 110) / 1.21 for income in (120, 180, 240)])


# ── what instruments give, and the tightest covenant ──────────────────────────────────────────────────────────────


def test_draws_and_headroom_by_hand() -> None:
    """A loan of 100 costs 8, of which the 120 that come in are 15 times: 10 above 5, twice the limit. Cash at the end
    is 120 − 108 = 12."""
    base = loads(TWO_SOURCES).replace(COVERED)
    found = details(optimizer.solve(base))
    assert found.pop("drawn_musd.loan") == pytest.approx(100)
    assert found.pop("raised_musd.a") == pytest.approx(0, abs=1e-6)
    assert found.pop("headroom_share") == pytest.approx(2)
    assert found.pop("headroom_value") == pytest.approx(15)
    assert found == {"headroom_covenant": "cover", "headroom_period": "2027", "headroom_limit": 5.0}
    both, equity = optimizer.compare(base, mixes={"both": {}, "equity": {"set": {"debt": None}}}).mixes.records()
    assert both["drawn_musd.loan"] == pytest.approx(100)
    assert both["terminal_cash_musd"] == pytest.approx(12)
    assert equity["raised_musd.a"] == pytest.approx(100)
    assert equity["drawn_musd.loan"] is None
    assert (both["headroom_period"], equity["headroom_period"]) == ("2027", None)


def test_what_is_at_its_limit_has_no_headroom() -> None:
    """At a cover of at least 15, 120 / 8, the loan of 100 is at its limit, which the solver may miss by a hair."""
    covenant = {"cover": {"kind": "interest_cover", "minimum": 15}}
    found = details(optimizer.solve(loads(TWO_SOURCES).replace({"covenants": covenant})))
    assert found["headroom_share"] == 0.0


def test_a_record_without_details_is_filled_in(tmp_path: Path) -> None:
    """What an earlier version kept is resumed as it is: what it did not keep stands in the run folder."""
    first = optimizer.compare(loads(TWO_SOURCES), mixes=MIXES, out=tmp_path)
    for path in (tmp_path / POINTS).glob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        del record["result"]["details"]
        path.write_text(json.dumps(record), encoding="utf-8")
    kept = Store(tmp_path).results()
    assert all(each.details for each in kept)
    resumed = optimizer.compare(loads(TWO_SOURCES), mixes=MIXES, out=tmp_path, resume=True)
    assert {**resumed.to_dict(), "runs": 0} == {**first.to_dict(), "runs": 0}
    assert resumed.to_dict()["runs"] == first.to_dict()["runs"]


# ── differences to a base ─────────────────────────────────────────────────────────────────────────────────────────

RUNS = [mixed(mix, scenario, 1.0) for mix in ("a", "b") for scenario in ("base", "late")] + [
    Result(f"sweeps/s/{value}", {"sweep": "s"}, "optimal") for value in (200, 260)
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", {"mixes/a/base": "mixes/a/base", "mixes/b/base": "mixes/a/base", "mixes/a/late": "mixes/a/late",
               "mixes/b/late": "mixes/a/late"}),
        ("mixes/a", {"mixes/a/base": "mixes/a/base", "mixes/b/base": "mixes/a/base", "mixes/a/late": "mixes/a/late",
                     "mixes/b/late": "mixes/a/late"}),
        ("late", {"mixes/a/base": "mixes/a/late", "mixes/b/base": "mixes/b/late", "mixes/a/late": "mixes/a/late",
                  "mixes/b/late": "mixes/b/late"}),
        ("mixes/b/late", {f"mixes/{mix}/{scenario}": "mixes/b/late" for mix in "ab" for scenario in ("base", "late")}),
        ("260", {"sweeps/s/200": "sweeps/s/260", "sweeps/s/260": "sweeps/s/260"}),
        ("sweeps/s/200", {"sweeps/s/200": "sweeps/s/200", "sweeps/s/260": "sweeps/s/200"}),
    ],
)  # fmt: skip
def test_what_a_base_is_the_base_of(name: str, expected: Mapping[str, str]) -> None:
    assert base_runs(name, RUNS) == expected


def test_a_base_that_is_not_there_is_refused_before_anything_is_solved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="called 'lat'; did you mean `late`"):
        base_runs("lat", RUNS)
    with pytest.raises(ValueError, match="no mix, scenario or point of a sweep called 'boht'; did you mean `both`"):
        optimizer.compare(loads(TWO_SOURCES), mixes=MIXES, out=tmp_path, against="boht")
    assert not (tmp_path / POINTS).exists()


def test_differences_by_hand() -> None:
    """15 − 8 = 7, between which lie gaps of 1 and 2; NPV −7 and −4; another objective has no difference of values."""
    batch = batch_of(loads(TWO_SOURCES), mixes=MIXES)
    runs = [
        mixed("equity", "base", 15.0, 14.0, net_present_cost=7.0, peak_funding=50.0),
        mixed("debt", "base", 8.0, 6.0, net_present_cost=4.0, peak_funding=70.0),
        mixed("both", "base", 3.0, objective="peak_funding", net_present_cost=4.0),
    ]
    found = comparison_of(batch, "", {run.name: run for run in runs}, None, {}, "debt")
    rows = {str(row["mix"]): row for row in found.mixes.records()}
    assert {name: row["base_run"] for name, row in rows.items()} == dict.fromkeys(rows, "mixes/debt/base")
    assert [rows[name]["change_value"] for name in rows] == [7.0, 0.0, None]
    assert [rows[name]["change_value_within"] for name in rows] == [3.0, 0.0, None]
    assert [rows[name]["change_npv_musd"] for name in rows] == [-3.0, 0.0, 0.0]
    assert [rows[name]["change_peak_funding_musd"] for name in rows] == [-20.0, 0.0, -67.0]
    assert found.to_dict()["against"] == "debt"
    without = comparison_of(batch, "", {run.name: run for run in runs}, None, {})
    assert not [column for column in without.mixes.columns if column.startswith("change_")]
    assert "against" not in without.to_dict()


# ── over scenarios ────────────────────────────────────────────────────────────────────────────────────────────────

CELLS = [
    mixed("a", "base", 10.0, 9.0, net_present_cost=-5.0),
    mixed("a", "late", 30.0, 28.0, net_present_cost=-1.0),
    mixed("b", "base", 12.0, net_present_cost=-9.0),
    mixed("b", "late", 20.0, net_present_cost=3.0),
    mixed("c", "base", 1.0, net_present_cost=0.0),
    mixed("c", "late", None),
]


def over(scenarios: Mapping[str, Scenario]) -> dict[str, dict[str, Any]]:
    standing = {}
    for name in ("base", "late"):
        own = [cell for cell in CELLS if cell.labels["scenario"] == name]
        standing |= {cell.name: place for cell, place in zip(own, standings(own), strict=True)}
    return {str(row["mix"]): row for row in over_scenarios(CELLS, scenarios, standing).records()}


def test_expected_and_worst_by_hand() -> None:
    """At 3/4 and 1/4 mix a comes to 15 with a gap of 3/4 + 2/4, and b to 14: 1 apart, less than 1.25. At 1/2 each to 20
    and 16, 4 apart, and the gaps come to 1.5. In the late scenario a is 10 behind b; c has no plan there."""
    stated = over({"base": Scenario(probability=0.75), "late": Scenario(probability=0.25)})
    keys = ("weights", "expected_value", "expected_within", "rank", "tie", "worst_value", "worst_scenario")
    assert [stated["a"][key] for key in keys] == ["stated", 15.0, 1.25, 1, True, 30.0, "late"]
    assert [stated["b"][key] for key in keys] == ["stated", 14.0, 0.0, 1, True, 20.0, "late"]
    assert [stated["c"][key] for key in keys] == ["stated", None, None, None, None, None, "late"]
    assert stated["c"]["without_plan"] == "late"
    assert [stated["b"][key] for key in ("expected_npv_musd", "worst_npv_musd", "worst_npv_scenario")] == [
        6.0,
        -3.0,
        "late",
    ]
    assert [stated["a"][key] for key in ("greatest_regret", "greatest_regret_scenario")] == [10.0, "late"]
    equal = over({"base": Scenario(), "late": Scenario()})
    assert [equal["a"][key] for key in keys] == ["equal", 20.0, 1.5, 2, False, 30.0, "late"]
    assert [equal["b"][key] for key in keys] == ["equal", 16.0, 0.0, 1, False, 20.0, "late"]


def test_one_scenario_has_no_table_of_its_own() -> None:
    found = optimizer.compare(loads(TWO_SOURCES), mixes={"both": {}})
    assert found.over_scenarios.rows == ()
    assert "over_scenarios" not in found.to_dict()


@pytest.mark.parametrize(
    ("chances", "words"),
    [
        ((0.5, None), "scenario `dear-loans` has no probability"),
        ((0.5, 0.4), "come to 0.9, and not to 1"),
        ((2, 0), "from 0 to 1"),
    ],
)
def test_probabilities_that_are_none_are_refused(chances: tuple[Any, Any], words: str) -> None:
    scenarios = {
        name: {**part, "probability": chance} for (name, part), chance in zip(SCENARIOS.items(), chances, strict=True)
    }
    with pytest.raises(InstanceError, match=words):
        batch_of(loads(TWO_SOURCES), mixes=MIXES, scenarios=scenarios)


# ── on the screen ─────────────────────────────────────────────────────────────────────────────────────────────────

BATCH = """\
mixes: {equity: {set: {debt: null}}, both: {}, a-much-longer-name: {}}
scenarios: {base: {}, dear: {set: {debt: {loan: {rate_per_year: 0.2}}}}}
"""


def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    batch_file(tmp_path, BATCH)
    called = CliRunner().invoke(
        cli.app, ["compare", "test.batch.yaml", "--out", "out", "--jobs", "1", "--resume", *options]
    )
    assert called.exit_code in (0, 2), called.output
    return called.stdout + called.stderr


def test_the_tables_fit_eighty_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(tmp_path, monkeypatch, "--base", "both")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    head = next(line for line in lines if "rank" in line)
    assert head.split()[:6] == ["rank", "value", "gap", "regret", "change", "NPV"]
    # each mix once a scenario, once over both: no table is in two blocks
    assert sum(line.startswith("a-much-longer-name") for line in lines) == 3
    assert "all weigh the same: no probabilities are stated" in " ".join(text.split())
    equity = next(line for line in lines if line.startswith("equity"))
    assert equity.split()[1:6] == ["3", "12.4", "·", "+5.8", "+5.8"]


def test_columns_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(tmp_path, monkeypatch, "--columns", "value,Draws,end").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Scenario base"))
    assert [line.split() for line in lines[start + 1 : start + 4]] == [
        ["value", "a", "loan", "end"],
        ["equity", "12.4", "100", "120"],
        ["both", "6.6", "·", "100", "12"],
    ]
    assert chosen("rank, npv") == ["rank", "NPV"]
    assert "there is no column 'vlue'; did you mean `value`" in " ".join(
        shown(tmp_path, monkeypatch, "--columns", "vlue").split()
    )


def test_tables_in_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(tmp_path, monkeypatch, "--markdown", "--columns", "rank,value").splitlines()
    start = lines.index("## Scenario base (cost_of_capital; NPV to cash in USD million)")
    assert lines[start + 2 : start + 7] == [
        "|  | rank | value |",
        "| --- | ---: | ---: |",
        "| equity | 3 | 12.4 |",
        "| **both** | 1= | 6.6 |",
        "| **a-much-longer-name** | 1= | 6.6 |",
    ]
    assert "--markdown: it goes without --json" in " ".join(
        shown(tmp_path, monkeypatch, "--markdown", "--json").split()
    )
