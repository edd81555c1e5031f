"""`capstack solve TREE`: what is printed, what is kept, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer.plan.run_folder import read_run
from optimizer.plan.run_schema import RunError
from optimizer.uncertainty.kept import read_tree
from tests.cli.test_commands import call

from .test_reading import BASE, GOOD

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "instances" / "trees" / "build-or-wait.tree.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "x.tree.yaml").write_text(f"name: x\nbase: small.yaml\n{GOOD}", encoding="utf-8")
    return tmp_path


def test_the_shipped_option_builds_the_smaller_hall_first(tmp_path: Path) -> None:
    """What is decided today, what is left to each case, and a run with a passing audit for each."""
    result = call("solve", str(SHIPPED), "--out", str(tmp_path), "--jobs", "1", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    kept = read_tree(tmp_path / "build-or-wait")
    assert kept["levels"] == told["levels"]
    decided = {node["name"]: node["decisions"].get("phase_starts") for node in kept["nodes"]}
    first = {"site": "campus", "phase": "first-hall", "period": "2026", "count": 1}
    second = {"site": "campus", "phase": "second-hall", "period": "2028", "count": 1}
    assert decided == {"today": [first], "boom": [second], "growth": None, "slump": None}
    assert kept["worth"]["evpi"]["sign"] == 1
    assert kept["worth"]["vss"]["sign"] == 1
    values = []
    for leaf in kept["leaves"]:
        plan = read_run(tmp_path / "build-or-wait" / leaf["run"])
        assert plan.audit_passed
        assert plan.summary["tree"] == {
            "name": "build-or-wait",
            "leaf": leaf["name"],
            "probability": leaf["probability"],
        }
        values.append(leaf["probability"] * plan.metrics["net_present_cost"])
    assert sum(values) == pytest.approx(kept["levels"][0]["value"], abs=1e-5)


def test_what_is_printed_is_the_answer_in_words(folder: Path) -> None:
    result = call("solve", "x.tree.yaml", "--jobs", "1")
    assert result.exit_code == 0, result.stderr
    assert "x: small, 2 scenarios, optimal" in result.stdout
    assert "knowing everything today would be worth" in result.stdout
    assert "kept in results/x" in result.stdout


def test_a_tree_is_reported_as_a_page(folder: Path) -> None:
    """With the solve, and of what was kept: the same bytes. Slides and workbooks are of plans."""
    result = call("solve", "x.tree.yaml", "--jobs", "1", "--report", "--quiet")
    assert result.exit_code == 0, result.stderr
    page = (folder / "results" / "x.report" / "report.html").read_bytes()
    again = call("report", "results/x", "--html", "--out", "again", "--json")
    assert json.loads(again.stdout)["written"] == [str(Path("again") / "report.html")]
    assert (folder / "again" / "report.html").read_bytes() == page
    for option in ("--xlsx", "--pptx"):
        refused = call("report", "results/x", option)
        assert refused.exit_code == 2
        assert f"{option}: of a tree there is a page" in refused.stderr


def test_a_scenario_that_nothing_can_serve_is_named(folder: Path) -> None:
    """20,000 chips a year from 2027 on, and 300,000 have to be served in 2029."""
    text = (
        (folder / "x.tree.yaml")
        .read_text(encoding="utf-8")
        .replace("{2026: 1, 2028: 4000}", "{2028: 300000}, min_served_share: {2028: 1}")
    )
    (folder / "x.tree.yaml").write_text(text, encoding="utf-8")
    result = call("solve", "x.tree.yaml", "--jobs", "1")
    assert result.exit_code in (2, 3)
    assert "down" in result.stderr


@pytest.mark.parametrize("option", [["--certify"], ["--objective", "wacc"], ["--threads", "1"]])
def test_options_of_instances_are_refused(folder: Path, option: list[str]) -> None:
    result = call("solve", "x.tree.yaml", *option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "not with a tree" in result.stderr


def test_options_of_trees_are_refused_of_instances(folder: Path) -> None:
    result = call("solve", "small.yaml", "--jobs", "2")
    assert result.exit_code == 2
    assert "goes with a tree" in result.stderr


def test_a_file_of_another_kind_is_told_with_the_right_command(folder: Path) -> None:
    (folder / "x.yaml").write_text((folder / "x.tree.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    result = call("solve", "x.yaml")
    assert result.exit_code == 2
    assert "this is a tree of scenarios, not an instance" in result.stderr
    (folder / "y.tree.yaml").write_text(BASE, encoding="utf-8")
    assert "this is an instance, not a tree" in call("solve", "y.tree.yaml").stderr


def test_trees_are_validated(folder: Path) -> None:
    result = call("validate", "x.tree.yaml")
    assert result.exit_code == 0
    assert "2 scenarios" in result.stdout
    (folder / "x.tree.yaml").write_text(
        f"name: x\nbase: small.yaml\n{GOOD.replace('0.5, set', '0.6, set')}", encoding="utf-8"
    )
    result = call("validate", "x.tree.yaml")
    assert result.exit_code == 2
    assert "the probabilities of up, down come to 1.1, and not to 1" in result.stdout


def test_a_folder_without_a_tree_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no tree"):
        read_tree(tmp_path)
    (tmp_path / "tree.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RunError, match="is no tree of this version"):
        read_tree(tmp_path)


def test_a_tree_is_exported_for_other_engines(folder: Path) -> None:
    result = call("export", "x.tree.yaml", "smps")
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in (folder / "smps").iterdir()) == ["x.cor", "x.sto", "x.tim"]
    assert "SMPS, 2 scenarios" in result.stdout
    refused = call("export", "x.tree.yaml", "smps", "--objective", "terminal_cash")
    assert refused.exit_code == 2
    assert "of a tree the first level is written" in refused.stderr
