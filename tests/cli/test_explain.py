"""`capstack explain`, and the cause that `capstack solve` names."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import optimizer
from optimizer.cli import app
from optimizer.explanation.fix import FixError, write_fix
from optimizer.explanation.parts import Repair
from optimizer.instance.reference import ROOT

DSCR = ROOT / "instances" / "known-optimal" / "infeasible-dscr.yaml"


LATE = """\
name: late
calendar: {start: 2026, periods: 3}
discount: {rate_per_year: 0.1}
objectives: [{name: net_present_cost}]
opening: {cash_musd: 10}
regions: {r: {energy_price_usd_per_mwh: 50}}
sites:
  a:
    region: r
    pue: 1.2
    phases: [{name: hall, mw: 5, lead_periods: 2, committed: true,
              earliest_start: 2027}]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A loan that income cannot cover: its covenant stands in line 14, its name, where no cash is written, in 2."""
    monkeypatch.chdir(tmp_path)
    Path("short.yaml").write_text(DSCR.read_text(encoding="utf-8"), encoding="utf-8")
    return "short.yaml"


def test_the_limits_and_the_repairs_are_named_with_their_lines(file: str) -> None:
    """A loan of 100 takes 38.803 a year of 40, which is 1.0309 times; 1.25 times leave room for a loan of 82.47. Over
    four years at 8 % it takes 8 / (1 − 1.08⁻⁴) = 30.192, which is 1.325 times."""
    result = CliRunner().invoke(app, ["explain", file])
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    assert "  covenants.cover.minimum (short.yaml:14): 1.25 times" in lines
    assert any("cash: raise opening.cash_musd (short.yaml:2) from 0 to 17.6 USD million" in line for line in lines)
    assert any("from 1.25 to 1.03 times from 2027 to 2029" in line for line in lines)
    assert "  2. debt: raise debt.loan.tenor_periods (short.yaml:13) from 3 to 4 periods" in lines


def test_as_data(file: str) -> None:
    result = CliRunner().invoke(app, ["explain", file, "--json"])
    data = json.loads(result.stdout)
    assert (result.exit_code, data["status"], data["minimal"], data["complete"]) == (3, "infeasible", True, True)
    paths = [each["path"] for each in data["conflict"]]
    assert paths == ["covenants.cover.minimum", "debt.loan.tenor_periods", "opening.cash_musd"]
    assert all(each["verified"] for each in data["repairs"])


def test_what_has_a_plan_is_fine(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["explain", str(DSCR.parent / "loan-annuity.yaml")])
    assert (result.exit_code, "there is a plan" in result.stdout) == (0, True)


def test_no_time_is_no_answer(file: str) -> None:
    result = CliRunner().invoke(app, ["explain", file, "--time-limit", "0.000001"])
    assert (result.exit_code, "neither a plan was found" in result.stdout) == (5, True)


def test_what_a_check_refuses_is_explained_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phase of two years that begins in the last one but one; `solve` refuses the file, and says where to ask."""
    monkeypatch.chdir(tmp_path)
    Path("late.yaml").write_text(LATE, encoding="utf-8")
    result = CliRunner().invoke(app, ["explain", "late.yaml"])
    assert result.exit_code == 3
    assert "the committed phase `hall` starts in 2027 at the earliest and takes 2 periods" in result.stdout
    assert "  sites.a.phases.hall.committed (late.yaml:11): true" in result.stdout.splitlines()
    line = "  2. time: sites.a.phases.hall.earliest_start (late.yaml:12) 1 period earlier, 2026"
    assert line in result.stdout.splitlines()
    solved = CliRunner().invoke(app, ["solve", "late.yaml"])
    assert solved.exit_code == 2
    assert "error[committed-late]" in solved.stderr
    assert solved.stderr.splitlines()[-1] == "what it would take: capstack explain late.yaml"


def test_solve_names_the_cause(file: str) -> None:
    result = CliRunner().invoke(app, ["solve", file])
    told = result.stderr.splitlines()
    assert result.exit_code == 3
    assert told[0] == "infeasible-dscr: proven infeasible: no plan meets all limits"
    assert told[1] == (
        "covenants.cover.minimum (short.yaml:14), debt.loan.tenor_periods (short.yaml:13), "
        "opening.cash_musd (short.yaml:2) cannot hold together; what it would take: capstack explain short.yaml"
    )
    assert told[2].startswith("its record is kept in ")


def test_repaired_files_are_written_and_have_a_plan(file: str) -> None:
    """By hand: with 17.6 of cash, or at 1.03 times, there is a plan. Nothing that is there is overwritten."""
    result = CliRunner().invoke(app, ["explain", file, "--write", "fix.yaml"])
    assert result.exit_code == 3
    assert Path("fix-1.yaml").read_text(encoding="utf-8").splitlines() == [
        'extends: "short.yaml"',
        "name: infeasible-dscr-fix-1",
        "opening:",
        "  cash_musd: 17.6",
    ]
    assert "    minimum: [1.25, 1.03, 1.03, 1.03]" in Path("fix-3.yaml").read_text(encoding="utf-8").splitlines()
    for path in ("fix-1.yaml", "fix-2.yaml", "fix-3.yaml"):
        assert f"wrote {path}; next: capstack solve {path}" in result.stderr
        assert optimizer.solve(optimizer.load(path)).audit_passed
    again = CliRunner().invoke(app, ["explain", file, "--write", "fix-1.yaml", "--repair", "1"])
    assert (again.exit_code, "it is there already" in again.stderr) == (2, True)


def test_one_repair_is_chosen_by_its_number(file: str) -> None:
    result = CliRunner().invoke(app, ["explain", file, "--write", "cover.yaml", "--repair", "3"])
    assert result.exit_code == 3
    assert sorted(path.name for path in Path().glob("*.yaml")) == ["cover.yaml", "short.yaml"]
    assert "minimum: [" in Path("cover.yaml").read_text(encoding="utf-8")
    other = CliRunner().invoke(app, ["explain", file, "--write", "fourth.yaml", "--repair", "4"])
    assert (other.exit_code, "there is no change 4; there are 3" in other.stderr) == (2, True)
    alone = CliRunner().invoke(app, ["explain", file, "--repair", "1"])
    assert (alone.exit_code, "--write" in alone.stderr) == (2, True)


def test_a_change_that_is_not_verified_or_could_not_be_read_is_not_written(tmp_path: Path) -> None:
    numbers = {"amount": 17.6, "not_enough": 0.0, "least": False, "before": (0.0,), "after": (17.6,), "value": 17.6}
    named = {"path": "opening.cash_musd", "place": "", "kind": "cash", "way": "more", "unit": "USD million"}
    change = Repair(**named, **numbers, first="", last="", verified=False)  # type: ignore[arg-type]
    with pytest.raises(FixError, match="not verified"):
        write_fix(DSCR, change, tmp_path / "fix.yaml")
    with pytest.raises(FixError, match="lies outside of its folder"):  # which no file may extend
        write_fix(DSCR, replace(change, verified=True), tmp_path / "fix.yaml")
    assert not list(tmp_path.iterdir())


def test_solve_names_what_grows_without_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (DSCR.parent / "unbounded-arbitrage.yaml").read_text(encoding="utf-8")
    Path("open.yaml").write_text(text, encoding="utf-8")
    told = CliRunner().invoke(app, ["solve", "open.yaml"])
    assert (told.exit_code, told.stderr.splitlines()[1]) == (
        3,
        "these grow together without a limit: loan: drawn; what it would take: capstack explain open.yaml",
    )
    result = CliRunner().invoke(app, ["explain", "open.yaml"])
    assert result.exit_code == 3
    assert "  a limit ends it: debt.loan.limit_musd (open.yaml:11), which is not given" in result.stdout.splitlines()
