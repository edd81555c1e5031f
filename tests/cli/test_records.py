"""Solves without a plan, and crashes of the solver: what is kept, listed and said."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import optimizer
from optimizer.comparison.chain import solve_chain
from optimizer.comparison.point import Chain, Options, Point
from optimizer.plan.run_folder import WriteError, read_run

from ..solver.conftest import dying as dying
from ..solver.processes import Dying, children
from .test_commands import call

ROOT = Path(optimizer.__file__).parents[1]
KNOWN = ROOT / "instances" / "known-optimal"


@pytest.fixture
def record(folder: Path) -> Path:
    """The record of a solve that is proven infeasible."""
    assert call("solve", "impossible.yaml", "--objective", "net_present_cost").exit_code == 3
    (found,) = (folder / "results" / "tiny").iterdir()
    return found.relative_to(folder)


def test_a_record_is_whole_and_listed(record: Path) -> None:
    assert sorted(path.name for path in record.iterdir()) == ["explanation.json", "instance.json", "summary.json"]
    assert list(record.parent.iterdir()) == [record]
    instance, summary = (
        json.loads((record / f"{name}.json").read_text(encoding="utf-8")) for name in ("instance", "summary")
    )
    assert [each["name"] for each in instance["objectives"]] == ["net_present_cost"]
    assert (summary["status"], summary["objectives"]) == ("infeasible", [])
    (row,) = json.loads(call("runs", "--json").stdout)["runs"]
    assert (row["path"], row["status"]) == (f"tiny/{record.name}", "infeasible")
    assert row["reason"] == "proven infeasible: no plan meets all limits"
    assert row["instance_hash"] == summary["instance_hash"]
    listed = call("runs").stdout
    assert "infeasible" in listed
    assert "no plan meets all limits" in listed
    assert json.loads(call("runs", "--json", "--status", "optimal").stdout)["runs"] == []


@pytest.mark.parametrize("command", ["show RECORD purchases", "audit RECORD", "diff RECORD RECORD"])
def test_no_command_takes_a_record_for_a_run(record: Path, command: str) -> None:
    result = call(*command.replace("RECORD", str(record)).split())
    told = (
        f"{record}: a solve without a plan (infeasible): proven infeasible: no plan meets all limits; "
        "capstack explain FILE says what it would take\n"
    )
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", told)


def test_a_record_says_why_it_holds_no_plan(record: Path) -> None:
    """What `capstack explain` says of the file, without what it would take."""
    why = json.loads((record / "explanation.json").read_text(encoding="utf-8"))
    assert (why["status"], why["proven"], why["repairs"]) == ("infeasible", True, [])
    result = call("show", record)
    assert result.exit_code == 0
    told = f"{record}: this run holds no plan\ntiny: proven infeasible: no plan meets all limits"
    assert result.stdout.startswith(told)
    explained = json.loads(call("explain", "impossible.yaml", "--json").stdout)
    assert [each["path"] for each in why["conflict"]] == [each["path"] for each in explained["conflict"]]
    assert all(f"{each['path']} ({each['place']})" in result.stdout for each in why["conflict"])
    assert all(each["place"].startswith("impossible.yaml:") for each in why["conflict"])
    assert why["conflict"]
    data = json.loads(call("show", record, "--json").stdout)
    assert (data["status"], data["explanation"]) == ("infeasible", why)


@pytest.mark.parametrize("text", ["[]", "{", '{"status": "infeasible"}'])
def test_an_explanation_that_is_damaged(record: Path, text: str) -> None:
    (record / "explanation.json").write_text(text, encoding="utf-8")
    result = call("show", record)
    assert (result.exit_code, result.stdout, "explanation.json" in result.stderr) == (2, "", True)


def test_a_record_of_a_solve_that_could_not_explain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("optimizer.explanation.soon.explain", broken)
    assert call("solve", "impossible.yaml").exit_code == 3
    (found,) = (folder / "results" / "tiny").iterdir()
    assert sorted(path.name for path in found.iterdir()) == ["instance.json", "summary.json"]
    assert call("show", found).exit_code == 0


def test_a_run_that_lost_its_plan_is_no_record(folder: Path) -> None:
    assert call("solve", "tiny.yaml", "--quiet", "--threads", 1).exit_code == 0
    (run,) = (folder / "results" / "tiny").iterdir()
    (run / "plan.json").unlink()
    assert json.loads(call("runs", "--json").stdout)["runs"] == []
    result = call("show", run)
    assert (result.exit_code, "plan.json is missing" in result.stderr) == (2, True)
    assert "capstack runs" not in result.stderr


@pytest.mark.parametrize("holder", ["results", "results/tiny"])
def test_a_folder_of_runs_is_no_run_and_says_where_they_are_listed(folder: Path, holder: str) -> None:
    assert call("solve", "tiny.yaml", "--quiet", "--threads", 1).exit_code == 0
    result = call("show", holder)
    told = f"{holder}: not a run, plan.json is missing; those below it are listed by `capstack runs {holder}`\n"
    assert (result.exit_code, result.stderr) == (2, told)


def test_a_record_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise WriteError(errno.ENOSPC, "the run cannot be written to results/tiny: No space left on device")

    monkeypatch.setattr("optimizer.plan.run_folder.write_record", full)
    result = call("solve", "impossible.yaml", "--json")
    assert (result.exit_code, "no plan meets all limits" in result.stderr) == (3, True)
    assert "No space left on device" in result.stderr
    assert "run" not in json.loads(result.stdout)


def test_a_crash_without_a_plan(folder: Path, dying: Dying) -> None:
    dying("SIGSEGV", "task")
    result = call("solve", "tiny.yaml", "--threads", 1)
    assert (result.exit_code, result.stdout) == (5, "")
    assert "tiny: solver error: the solver was ended by signal 11 (SIGSEGV) after" in result.stderr
    (record,) = (folder / "results" / "tiny").iterdir()
    assert sorted(path.name for path in record.iterdir()) == ["instance.json", "summary.json"]
    (row,) = json.loads(call("runs", "--json").stdout)["runs"]
    assert (row["status"], "signal 11 (SIGSEGV)" in row["reason"]) == ("error", True)


def test_a_crash_with_a_plan(folder: Path, dying: Dying) -> None:
    dying("SIGKILL", "plan")
    result = call("solve", "tiny.yaml", "--threads", 1)
    assert result.exit_code == 5
    assert "was ended by signal 9 (SIGKILL)" in result.stderr
    assert "feasible, the solver was ended by signal 9 (SIGKILL)" in " ".join(result.stdout.split())
    assert "audit passed" in result.stdout
    (run,) = (folder / "results" / "tiny").iterdir()
    plan = read_run(run)
    assert (plan.status, plan.audit_passed) == ("feasible", True)
    assert "signal 9" in plan.summary["crash"]
    assert call("show", run).exit_code == call("audit", run).exit_code == 0
    (row,) = json.loads(call("runs", "--json").stdout)["runs"]
    assert row["reason"] == plan.summary["crash"]


@pytest.mark.parametrize("when", ["plan", "task"])
def test_a_batch_goes_on_after_a_crash(folder: Path, dying: Dying, when: str) -> None:
    """The double dies where there are whole numbers to find, and no other point is affected."""
    dying("SIGSEGV", when)
    files = [folder / "tiny.yaml", KNOWN / "deposit.yaml", KNOWN / "counted-phases.yaml"]
    points = [Point(file.stem, {}, optimizer.load(file), Options(0.0, 60.0)) for file in files]
    chains = [Chain("one", tuple(points)), Chain("alone", (points[1],))]
    found = [result for chain in chains for result in solve_chain(chain, lambda _, __, result: result, lambda _: None)]
    assert sorted((result.name, result.status) for result in found) == [
        ("counted-phases", "error"),
        ("deposit", "optimal"),
        ("deposit", "optimal"),
        ("tiny", "error"),
    ]
    for result in found:
        assert ("signal 11 (SIGSEGV)" in result.reason) == (result.status == "error")


@pytest.mark.parametrize("when", ["plan", "task"])
def test_check_goes_on_after_a_crash(folder: Path, dying: Dying, when: str) -> None:
    dying("SIGSEGV", when)
    cases = [KNOWN / f"{name}.expected.yaml" for name in ("counted-phases", "deposit")]
    result = call("check", *cases, "--jobs", 1, "--json", "report.json")
    crashed, well = json.loads((folder / "report.json").read_text(encoding="utf-8"))["cases"]
    assert (result.exit_code, crashed["outcome"], well["outcome"]) == (1, "error", "passed")
    assert "was ended by signal 11 (SIGSEGV)" in crashed["findings"][0]["message"]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_the_flagship_keeps_its_plan_when_its_solver_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "optimizer.cli", "solve", str(ROOT / "instances" / "anthropic-50b.yaml")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    solve = subprocess.Popen(
        [*command, "--out", str(tmp_path), "--gap", "0", "--reductions", "off"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=env,
    )
    assert solve.stderr is not None
    for line in solve.stderr:
        if "best $" in line:
            break
    (solver,) = children(solve.pid)
    os.kill(solver, signal.SIGKILL)
    output, messages = solve.communicate(timeout=300)
    assert solve.returncode == 5
    assert "the solver was ended by signal 9 (SIGKILL), for want of memory perhaps after" in messages
    assert "audit passed" in output
    (run,) = (tmp_path / "anthropic-50b").iterdir()
    assert json.loads((run / "audit.json").read_text(encoding="utf-8"))["passed"]
    assert json.loads((run / "summary.json").read_text(encoding="utf-8"))["status"] == "feasible"
