"""What each command prints, and its exit code."""

from __future__ import annotations

import errno
import json
import shutil
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner, Result

import optimizer
from optimizer import cli, commands
from optimizer.commands.init import template
from optimizer.commands.options import ObjectiveName
from optimizer.instance.schema import Objective
from optimizer.plan.run_folder import WriteError, read_run

from .conftest import Solved

RUN = CliRunner()


def call(*arguments: object) -> Result:
    result = RUN.invoke(cli.app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def answer(monkeypatch: pytest.MonkeyPatch, outcome: Any) -> None:
    """Let the solver return a plan or raise an error."""

    def solve(*_: object, **__: object) -> Any:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr("optimizer.solving.run.solve", solve)


# ── init, validate, schema ────────────────────────────────────────────────────────────────────────────────────────


def test_init_writes_a_valid_instance_once(folder: Path) -> None:
    assert call("init", "mine").exit_code == 0
    text = (folder / "mine.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=instance.schema.json\n")
    assert optimizer.load("mine.yaml").name == "mine"
    again = call("init", "mine.yaml")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    assert (folder / "mine.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["../mine", "1st", "a b", "", "x" * 65, "mine\n", "/etc/mine"])
def test_init_refuses_a_name_that_is_none(folder: Path, name: str) -> None:
    before = set(folder.iterdir())
    result = call("init", "--", name)
    assert (result.exit_code, "cannot be the name" in result.stderr) == (2, True)
    assert set(folder.iterdir()) == before


def test_template_is_called_what_its_file_is_called() -> None:
    assert "\nname: minimal\n" in template("minimal")
    assert "\nname: other\n" in template("other")


def test_validate(folder: Path) -> None:
    assert call("validate", "tiny.yaml").exit_code == 0
    (folder / "bad.yaml").write_text("name: bad\ncalendar: {start: 2026}\n", encoding="utf-8")
    result = call("validate", "tiny.yaml", "bad.yaml")
    assert result.exit_code == 2
    assert "tiny.yaml: valid" in result.stdout
    assert "bad.yaml: not valid" in result.stdout
    report = json.loads(call("validate", "--json", "tiny.yaml", "bad.yaml", "none.yaml").stdout)
    assert [file["valid"] for file in report["files"]] == [True, False, False]
    assert report["files"][1]["diagnostics"][0]["file"] == "bad.yaml"


def test_schema_is_a_json_schema() -> None:
    from jsonschema import Draft202012Validator

    from optimizer.instance.reference import json_schema

    found = json.loads(call("schema").stdout)
    Draft202012Validator.check_schema(found)
    assert found == json_schema()


# ── solve ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_solve_keeps_what_it_shows(folder: Path) -> None:
    result = call("solve", "tiny.yaml", "--threads", 1)
    assert result.exit_code == 0
    assert "audit passed" in result.stdout
    (run,) = (folder / "results" / "tiny").iterdir()
    assert f"kept in {Path('results') / 'tiny' / run.name}" in result.stdout
    plan = read_run(run)
    # a hall of 40 and 5,000 units at 20,000; paid from 20 in hand, a year of 5 kH100e at 2 USD an hour less 6 MW at 50
    # USD/MWh, and a loan
    earned = 5 * 8.76 * 2 - 6 * 8760 * 50 / 1e6
    assert plan.metrics["capex_musd"] == pytest.approx(40 + 100)
    assert plan.metrics["external_capital_raised_musd"] == pytest.approx(140 - 20 - earned)


def test_solve_json_is_all_there_is_on_stdout(folder: Path) -> None:
    result = call("solve", "tiny.yaml", "--json", "--threads", 1, "--objective", "net_present_cost")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert (data["status"], data["audit"]["passed"]) == ("optimal", True)
    assert [level["name"] for level in data["objectives"]] == ["net_present_cost"]
    assert read_run(data["run"]).metrics == data["metrics"]


def test_solve_quiet_prints_the_folder(folder: Path, solved: Solved, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, solved.plan)
    result = call("solve", "tiny.yaml", "--quiet", "--out", "kept")
    assert (result.exit_code, result.stderr) == (0, "")
    assert read_run(result.stdout.strip()) == solved.plan


def test_proven_infeasible(folder: Path) -> None:
    result = call("solve", "impossible.yaml", "--json")
    assert result.exit_code == 3
    data = json.loads(result.stdout)
    assert data["status"] == "infeasible"
    assert "infeasible" in result.stderr
    (record,) = (folder / "results" / "tiny").iterdir()
    assert data["run"] == str(record.relative_to(folder))


@pytest.mark.parametrize(("status", "code"), [("infeasible", 3), ("unbounded", 3), ("no_solution", 5)])
def test_no_plan(folder: Path, monkeypatch: pytest.MonkeyPatch, status: str, code: int) -> None:
    answer(monkeypatch, optimizer.NoPlanError(status, "there is none", {"status": status}))
    result = call("solve", "tiny.yaml")
    (record,) = (folder / "results" / "tiny").iterdir()
    told = f"tiny: there is none\nits record is kept in {record.relative_to(folder)}\n"
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", told)


def test_limit_hit(folder: Path, solved: Solved, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, replace(solved.plan, summary={**solved.plan.summary, "status": "feasible"}))
    assert call("solve", "tiny.yaml", "--quiet").exit_code == 4


def test_failed_audit_is_kept_and_told(folder: Path, solved: Solved, monkeypatch: pytest.MonkeyPatch) -> None:
    assert solved.plan.audit is not None
    rules = [{**rule, "passed": False} for rule in solved.plan.audit["rules"][:1]]
    answer(monkeypatch, replace(solved.plan, audit={**solved.plan.audit, "passed": False, "rules": rules}))
    result = call("solve", "tiny.yaml")
    assert (result.exit_code, "AUDIT FAILED" in result.stdout) == (1, True)
    assert "do not use this plan" in result.stderr
    (run,) = (folder / "results" / "tiny").iterdir()
    assert read_run(run).audit_passed is False


def test_interrupted_without_a_plan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, KeyboardInterrupt())
    result = call("solve", "tiny.yaml")
    assert (result.exit_code, result.stderr) == (130, "interrupted; nothing was written\n")


def test_solver_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from optimizer.solver.highs import SolverError

    answer(monkeypatch, SolverError("it broke"))
    result = call("solve", "tiny.yaml")
    assert (result.exit_code, result.stderr) == (5, "tiny: solver error: it broke\n")


def test_disk_full(folder: Path, solved: Solved, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise WriteError(errno.ENOSPC, "the run cannot be written to results/tiny: No space left on device")

    answer(monkeypatch, solved.plan)
    monkeypatch.setattr("optimizer.plan.run_folder.write_run", full)
    result = call("solve", "tiny.yaml")
    assert (result.exit_code, "No space left on device" in result.stderr) == (5, True)
    assert "How each year is paid for" in result.stdout  # what could not be kept is at least shown
    assert "kept in" not in result.stdout
    data = json.loads(call("solve", "tiny.yaml", "--json").stdout)
    assert (data["plan"], data["exit_code"]) == (solved.plan.to_dict(), 5)


@pytest.mark.parametrize("command", [["solve", "tiny.yaml"], ["compare", "tiny.batch.yaml"]])
def test_a_folder_that_cannot_be_written_is_said_before_anything_is_solved(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    answer(monkeypatch, AssertionError("it was solved"))
    (folder / "tiny.batch.yaml").write_text("name: tiny-batch\nbase: tiny.yaml\nmixes: {all: {}}\n", encoding="utf-8")
    (folder / "file").write_text("no folder", encoding="utf-8")
    result = call(*command, "--out", "file/below")
    assert (result.exit_code, "nothing can be written to file" in result.stderr) == (5, True)


def test_a_bug_is_one_message(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, ZeroDivisionError("oh"))
    result = call("solve", "tiny.yaml", "--json")
    assert (result.exit_code, "Traceback" in result.stderr) == (70, False)
    assert "CAPSTACK_TRACEBACK=1" in result.stderr
    assert json.loads(result.stdout)["exit_code"] == 70
    monkeypatch.setenv("CAPSTACK_TRACEBACK", "1")
    assert "Traceback" in call("solve", "tiny.yaml").stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--gap", "nan"],
        ["--gap", "1.5"],
        ["--time-limit", "0"],
        ["--time-limit", "inf"],
        ["--threads", "0"],
        ["--seed", "-1"],
        ["--objective", "beauty"],
        ["--bogus"],
    ],
)
def test_options_out_of_range_are_usage_errors(folder: Path, options: list[str]) -> None:
    result = call("solve", "tiny.yaml", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert options[0] in result.stderr


def test_the_list_of_commands_says_what_they_say_themselves() -> None:
    """Each is a function in a file, both of its name, and the files that are no command are not in the list."""
    folder = Path(commands.__file__).parent
    shared = {"__init__", "failure", "guard", "kept", "options", "output", "plain_text", "reporting", "tree"}
    assert {path.stem for path in folder.glob("*.py")} == {*map(cli.home_of, cli.COMMANDS), *shared}
    for name, line in cli.COMMANDS.items():
        home = cli.home_of(name)
        assert getattr(import_module(f"optimizer.commands.{home}"), home).__doc__ == line
        assert line in " ".join(call(name, "--help").stdout.split())


def test_objectives_offered_are_those_of_the_schema() -> None:
    assert {name.value for name in ObjectiveName} == set(get_args(Objective.model_fields["name"].annotation))


def test_invalid_file(folder: Path) -> None:
    (folder / "bad.yaml").write_text("name: bad\n", encoding="utf-8")
    result = call("solve", "bad.yaml", "--json")
    assert result.exit_code == 2
    assert "bad.yaml:1:" in result.stderr
    assert json.loads(result.stdout)["diagnostics"]
    assert call("solve", "none.yaml").exit_code == 2


# ── show, audit ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_show_a_run(solved: Solved) -> None:
    result = call("show", solved.run)
    assert result.exit_code == 0
    order = [
        "optimal within",
        "When to break ground",
        "What to order",
        "How each year is paid for",
        "What the capital costs",
        "Service",
        "Limits that bind",
    ]
    places = [result.stdout.index(text) for text in order]
    assert places == sorted(places)
    assert "[bold]Acme[/bold]" in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    data = json.loads(call("show", solved.run, "--json").stdout)
    assert data["metrics"] == solved.plan.metrics


def test_show_fits_eighty_columns(solved: Solved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, call("show", solved.run).stdout.splitlines())) <= 80


def test_show_every_table(solved: Solved) -> None:
    for name in solved.plan.tables:
        result = call("show", solved.run, name)
        assert (result.exit_code, result.stderr) == (0, ""), name
        data = json.loads(call("show", solved.run, name, "--json").stdout)
        assert [tuple(row) for row in data["rows"]] == list(solved.plan.rows(name).rows), name


def test_show_unknown_table_lists_the_tables(solved: Solved) -> None:
    result = call("show", solved.run, "nothing")
    assert (result.exit_code, "balance_sheet" in result.stderr) == (2, True)


def test_show_what_is_no_run(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert call("show", "empty").exit_code == 2
    assert call("show", "nowhere").exit_code == 2
    assert call("show", "tiny.yaml", "purchases").exit_code == 2


def test_show_an_instance_with_sources(folder: Path) -> None:
    result = call("show", "tiny.yaml", "--json")
    figures = {figure["path"]: figure for figure in json.loads(result.stdout)["figures"]}
    price = figures["hardware.chips.price_usd"]
    assert (price["value"], price["source"]) == (20000.0, "a quote of the vendor")
    assert figures["sites.alpha.phases.one.capex.shell.musd"]["value"] == 40.0
    assert figures["sites.alpha.uptime_share"]["value"] == 1.0
    text = call("show", "tiny.yaml").stdout
    assert "[a quote of the vendor]" in text


def test_audit(folder: Path, solved: Solved) -> None:
    assert call("audit", solved.run).exit_code == 0
    assert json.loads(call("audit", solved.run, "--json").stdout)["passed"] is True
    forged = folder / "forged"
    shutil.copytree(solved.run, forged)
    data = json.loads((forged / "plan.json").read_text(encoding="utf-8"))
    data["metrics"]["terminal_cash"] += 1.0
    (forged / "plan.json").write_text(json.dumps(data), encoding="utf-8")
    result = call("audit", forged)
    assert (result.exit_code, "FAILED" in result.stdout) == (1, True)
    assert call("audit", "nowhere").exit_code == 2


def test_version() -> None:
    result = call("--version")
    assert (result.exit_code, result.stdout) == (0, f"capstack {optimizer.__version__}\n")
