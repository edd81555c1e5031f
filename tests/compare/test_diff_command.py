"""The command that says what differs between two runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.comparison.diff import Figure, diff
from optimizer.comparison.diff_inputs import Input
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import write_run
from optimizer.report.diff_words import figure_name

from .differing import level, plan


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """BASE as it is, and with half the demand in the first year, both solved."""
    from optimizer.solving.run import solve

    folder = tmp_path_factory.mktemp("runs")
    less = {"markets.training.demand_h100e": [2500.0, 5000.0, 5000.0], "name": "less"}
    one, two = (solve(plan(changes).instance, gap=0.0, threads=1) for changes in ({}, less))
    return write_run(one, folder), write_run(two, folder)


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["diff", *arguments])
    return result.exit_code, result.output


def test_two_runs(runs: tuple[Path, Path]) -> None:
    code, text = invoke(*map(str, runs))
    assert code == 0
    assert max(map(len, text.splitlines())) <= 100 or "/" in text
    # 5,000 H100 equivalents are 5,000 units of 1; half of them come a year later
    assert "offer b200: 2,500 units less in 2026, 2,500 units more in 2027, the same in all" in text
    assert "markets.training.demand_h100e: 5,000 → 2,500, 5,000, 5,000 H100 equivalents" in text
    assert "name: base → less" in text
    assert "Orders: second minus first (units)" in text
    assert "cost of capital: more than the two gaps ($0)" in text


def test_two_runs_as_json(runs: tuple[Path, Path]) -> None:
    code, text = invoke(*map(str, runs), "--json")
    assert code == 0
    report = json.loads(text)
    assert report["nothing"] is False
    assert [each["path"] for each in report["inputs"]] == ["markets.training.demand_h100e", "name"]
    assert {each["table"] for each in report["decisions"]} >= {"orders", "allocations", "service"}
    orders = next(each for each in report["decisions"] if each["table"] == "orders")
    assert orders["old"] == {"2026": pytest.approx(5000.0)}
    assert orders["new"] == {"2026": pytest.approx(2500.0), "2027": pytest.approx(2500.0)}


def test_a_run_against_itself(runs: tuple[Path, Path]) -> None:
    code, text = invoke(str(runs[0]), str(runs[0]))
    assert code == 0
    assert "no differences: the same inputs, options and decisions" in text
    assert json.loads(invoke(str(runs[0]), str(runs[0]), "--json")[1])["nothing"] is True


def test_what_is_no_run(runs: tuple[Path, Path], tmp_path: Path) -> None:
    for other in (tmp_path, tmp_path / "missing"):
        code, text = invoke(str(runs[0]), str(other))
        assert code == 2
        assert str(other) in text


def test_names_of_a_file_cannot_command_the_terminal(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one", "two", "three")]
    write_run_of(plan(metrics={"[red]a[/red]\x1bb": 1.0}), paths[0])
    write_run_of(plan(), paths[1])
    code, text = invoke(*map(str, paths[:2]))
    assert code == 0
    assert "[red]a[/red]\N{REPLACEMENT CHARACTER}b" in text
    assert "\x1b" not in text
    evil = {"orders": [{"offer": "[red]x[/red]\x1b[31m", "period": "2026", "units": 1.0}]}
    write_run_of(plan(decisions=evil), paths[2])
    code, text = invoke(*map(str, paths[1:]))
    assert code == 2
    assert r"decisions.orders[0].offer: '[red]x[/red]\x1b[31m' is not in the instance" in text
    assert "\x1b" not in text


def test_the_best_of_a_level_and_what_the_plan_makes_of_it() -> None:
    """With a slack, or with levels before it, the plan's own value is another than the level's."""
    levels = [level(100.0, 100.0), level(0.05, 0.05, "wacc") | {"unit": "share"}]
    one = plan(summary={"levels": levels}, metrics={"cost_of_capital": 101.0, "wacc": 0.05})
    two = plan(summary={"levels": levels}, metrics={"cost_of_capital": 100.0, "wacc": 0.05})
    found = diff(one, two)
    assert [(each.name, each.own, each.old, each.new) for each in found.figures] == [
        ("cost_of_capital", False, 100.0, 100.0),
        ("cost_of_capital", True, 101.0, 100.0),
        ("wacc", False, 0.05, 0.05),
    ]
    assert not found.nothing
    assert [figure_name(each) for each in found.figures] == [
        "cost of capital (objective)",
        "cost of capital (this plan)",
        "wacc (objective)",
    ]
    assert figure_name(Figure("average_wacc_per_year", "per_year", 0.1, 0.2)) == "WACC"


def write_run_of(made: Plan, folder: Path) -> Path:
    """What read_run needs of a run, without the schedules that such a plan cannot have."""
    folder.mkdir()
    (folder / "plan.json").write_text(json.dumps(made.to_dict()), encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps({"objectives": [], "metrics": made.metrics}), encoding="utf-8")
    (folder / "instance.json").write_text(json.dumps(made.instance.canonical()), encoding="utf-8")
    return folder


def test_inputs_are_data(runs: tuple[Path, Path]) -> None:
    (change,) = diff(plan(), plan({"debt.loan.limit_musd": 1.0})).inputs
    assert change == Input("debt.loan.limit_musd", "changed", 200.0, 1.0)
    assert replace(change, old=None).old is None
