"""`capstack alternatives`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.cli import app
from optimizer.plan.run_folder import read_run, write_run
from tests.explanation.enumerated import programme


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The run of halls that are enumerated elsewhere: of 60.1, which 3 % more is 61.903."""
    monkeypatch.chdir(tmp_path)
    return str(write_run(optimizer.solve(programme("year")), "results"))


def test_what_a_treasurer_reads(run: str) -> None:
    """Within a hundredth, 60.701: hall a of the first year, 50, and one lot of any kind, 10.1, 10.2, 10.3 or 10.6."""
    result = CliRunner().invoke(app, ["alternatives", run, "--within", "1 %", "-n", "1"])
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert max(map(len, lines)) <= 80
    assert lines[:2] == [
        "halls-by-year: plans within 1 % of the best possible",
        "  net present cost: at most $60.7 m (the best is $60.1 m)",
    ]
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert [head.split(":")[0] for head in heads[1:4]] == ["must-haves", "free choices", "nevers"]
    assert lines[lines.index(heads[1]) + 1].split() == ["a", "hall", "1", "phase", "of", "10", "MW;", "in", "2026"]
    assert lines[lines.index(heads[3]) + 1] == "  b hall"
    assert "   orders nothing of x, not 10,000 units; 10,000 units of y, not nothing" in lines


def test_a_file_is_solved_first_and_all_is_data(run: str, tmp_path: Path) -> None:
    """Hall b, 51.2 or 52, and a lot are within 3 %, so neither hall is needed."""
    source = str(Path(run) / "instance.json")
    result = CliRunner().invoke(app, ["alternatives", source, "--within", "0.03", "-n", "2", "--json"])
    data = json.loads(result.stdout)
    assert (result.exit_code, data["complete"], data["within"], data["runs"]) == (0, True, 0.03, [])
    verdicts = {each["name"]: each["verdict"] for each in data["ranges"]}
    assert {verdicts["a hall"], verdicts["b hall"], verdicts["x"], verdicts["y"]} == {"free"}
    first = data["alternatives"][0]
    assert (first["distance"], first["picked"], first["audit_passed"]) == (1.0, 1, True)
    assert {decision["table"] for decision in first["decisions"]} >= {"phase_starts", "orders"}


def test_what_is_kept_is_a_run_like_any_other(run: str) -> None:
    result = CliRunner().invoke(app, ["alternatives", run, "--within", "3%", "-n", "2", "--keep"])
    kept = [line.removeprefix("kept in ") for line in result.stdout.splitlines() if line.startswith("kept in ")]
    assert (result.exit_code, len(kept)) == (0, 2)
    for folder in kept:
        assert CliRunner().invoke(app, ["audit", folder]).exit_code == 0
        assert CliRunner().invoke(app, ["diff", run, folder]).exit_code == 0
        assert read_run(folder).summary["message"].startswith("feasible, chosen to differ: within $")
    again = CliRunner().invoke(app, ["alternatives", kept[0]])
    assert (again.exit_code, "is an alternative, and no best one" in again.stderr) == (2, True)


def test_no_time_is_no_answer(run: str) -> None:
    result = CliRunner().invoke(app, ["alternatives", run, "--time-limit", "0.000001"])
    assert result.exit_code == 4
    assert "more time tells more" in result.stdout
    assert "must-haves" not in result.stdout


@pytest.mark.parametrize("share", ["-1%", "100%", "one", "nan", ""])
def test_a_share_that_is_none(run: str, share: str) -> None:
    result = CliRunner().invoke(app, ["alternatives", run, "--within", share])
    assert (result.exit_code, "like 1% or 0.01" in result.stderr) == (2, True)


def test_a_file_without_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """50 in hand pay for a hall or a lot, and not for both."""
    monkeypatch.chdir(tmp_path)
    short = programme("year").replace({"opening.cash_musd": 50})
    Path("short.json").write_text(json.dumps(short.canonical()), encoding="utf-8")
    result = CliRunner().invoke(app, ["alternatives", "short.json"])
    assert (result.exit_code, "proven infeasible" in result.stderr) == (3, True)
