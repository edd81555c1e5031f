"""`capstack prices`: of a run, of a file, as a table and as data."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.instance.reference import ROOT
from tests.cli.conftest import Solved

OPTIMA = ROOT / "instances" / "known-optimal"


def test_a_run_has_prices(solved: Solved) -> None:
    result = CliRunner().invoke(app, ["prices", str(solved.run)])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "tiny: what a step more of each limit is worth"
    assert any("opening cash" in line for line in lines)
    assert max(map(len, lines)) <= 80


def test_a_limit_of_one_s_own_as_data(solved: Solved) -> None:
    asked = ["--limit", "debt.loan.limit_musd", "--step", "10", "--json"]
    result = CliRunner().invoke(app, ["prices", str(solved.run), *asked])
    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [(each["path"], each["step"], each["value"]) for each in data["prices"]] == [
        ("debt.loan.limit_musd", 10.0, 210.0)
    ]


def test_a_step_is_one_of_a_limit(solved: Solved) -> None:
    result = CliRunner().invoke(app, ["prices", str(solved.run), "--step", "10"])
    assert (result.exit_code, "say of which, with --limit" in result.stderr.replace("\n", " ")) == (2, True)


def test_a_path_that_is_no_limit_is_refused_with_one_that_is(solved: Solved) -> None:
    result = CliRunner().invoke(app, ["prices", str(solved.run), "--limit", "debt.loan.limit"])
    assert (result.exit_code, "did you mean `debt.loan.limit_musd`" in result.stderr) == (2, True)


def test_a_share_has_no_prices(solved: Solved) -> None:
    result = CliRunner().invoke(app, ["prices", str(solved.run), "--objective", "wacc"])
    assert (result.exit_code, "ask for another objective, such as cost_of_capital" in result.stderr) == (2, True)


def test_what_has_no_plan_is_explained_elsewhere() -> None:
    result = CliRunner().invoke(app, ["prices", str(OPTIMA / "infeasible-dscr.yaml")])
    assert (result.exit_code, "capstack explain" in result.stderr) == (3, True)


def test_no_time_is_no_price() -> None:
    result = CliRunner().invoke(app, ["prices", str(OPTIMA / "lender-limit.yaml"), "--time-limit", "0.000001"])
    assert (result.exit_code, "the time was up" in result.stdout) == (4, True)
