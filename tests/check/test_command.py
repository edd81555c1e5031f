"""`capstack check` as it is called: outcomes, exit codes, second opinions, reports."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from optimizer import cli
from optimizer.plan.run_folder import WriteError

from .calling import ROOT, RUN, call, last
from .problems import BEST, INSTANCE, SIDECAR, write

pytestmark = pytest.mark.usefixtures("folder")


def test_what_a_link_leads_to_is_not_shown(folder: Path) -> None:
    (folder / "token.txt").write_text("token: 31415926\n", encoding="utf-8")
    write(folder / "here")
    (folder / "here" / "bridge.expected.yaml").unlink()
    (folder / "here" / "bridge.expected.yaml").symlink_to(folder / "token.txt")
    result = call("here", "--github", "--json", "out.json", "--junit", "out.xml")
    assert result.exit_code == 2
    assert "outside: this link leads out of the folder that is checked" in result.stdout
    shown = [
        result.stdout,
        result.stderr,
        (folder / "out.json").read_text(encoding="utf-8"),
        (folder / "out.xml").read_text(encoding="utf-8"),
    ]
    assert not any("31415926" in text for text in shown)
    # the same file by its name is a mistake like any other, and is quoted
    assert "31415926" in call("here/bridge.expected.yaml").stdout


def test_a_batch_is_not_a_case(folder: Path) -> None:
    (folder / "mixes.batch.yaml").write_text("name: mixes\nbase: bridge.yaml\nmixes: {a: {}}\n", encoding="utf-8")
    result = call("mixes.batch.yaml")
    assert result.exit_code == 2
    assert "capstack compare mixes.batch.yaml" in result.stdout
    assert "no-sidecar" not in result.stdout


# ── outcomes and exit codes ───────────────────────────────────────────────────────────────────────────────────────


def test_all_passed(folder: Path) -> None:
    write(folder)
    result = call(".")
    assert (result.exit_code, last(result), result.stderr) == (0, "1 passed, 0 failed", "")


@pytest.mark.parametrize(
    ("instance", "sidecar", "outcome", "code", "exit_code"),
    [
        (INSTANCE, SIDECAR.replace(f"{BEST!r}", "12.7"), "failed", "plan-beats-optimum", 1),
        (INSTANCE, SIDECAR.replace(f"{BEST!r}", "12.6"), "failed", "bound-crosses-optimum", 1),
        (INSTANCE, SIDECAR.replace("minimise", "maximise"), "failed", "wrong-objective", 1),
        (INSTANCE, SIDECAR.replace("value: 100", "value: 99"), "failed", "fact-missed", 1),
        (INSTANCE.replace("tenor_periods: 2", "tenor_periods: 1"), SIDECAR, "failed", "wrong-status", 1),
        (INSTANCE, None, "failed", "no-sidecar", 1),
        (None, SIDECAR, "failed", "no-instance", 1),
        (INSTANCE.replace("periods: 3", "periods: many"), SIDECAR, "invalid", "wrong-value", 2),
        (INSTANCE, SIDECAR.replace("sense", "sens"), "invalid", "missing-key", 2),
        (INSTANCE, SIDECAR.replace("instrument: loan", "instrument: laon"), "invalid", "unknown-name", 2),
    ],
)
def test_each_outcome(
    folder: Path, instance: str | None, sidecar: str | None, outcome: str, code: str, exit_code: int
) -> None:
    """By itself, and beside a case that passes and goes on passing."""
    write(folder, "good")
    write(folder, "case", instance, sidecar)
    files = [name for name in ("case.yaml", "case.expected.yaml") if (folder / name).exists()]
    result = call("good.yaml", *files, "--json", "report.json")
    assert (result.exit_code, last(result)) == (exit_code, "1 passed, 1 failed")
    good, case = json.loads((folder / "report.json").read_text(encoding="utf-8"))["cases"]
    assert (good["outcome"], case["outcome"]) == ("passed", outcome)
    assert case["findings"][0]["code"] == code
    assert case["findings"][0]["remedy"]
    assert f"case: {outcome}" in result.stdout
    assert case["findings"][0]["file"] in result.stdout


def test_a_limit_is_a_timeout(folder: Path) -> None:
    """Integers cannot be decided in a billionth of a second."""
    known = ROOT / "instances" / "known-optimal"
    limit = "seed: 0, time_limit_s: 1.0e-9}"
    sidecar = (known / "crt-technologies.expected.yaml").read_text(encoding="utf-8").replace("seed: 0}", limit)
    write(folder, "crt", (known / "crt-technologies.yaml").read_text(encoding="utf-8"), sidecar)
    result = call(".")
    assert (result.exit_code, last(result)) == (1, "0 passed, 1 failed")
    assert "crt: timeout" in result.stdout
    assert re.search(r"timeout: no plan after \S+ s of 1e-09 s", result.stdout)
    assert "time_limit_s" in result.stdout


def test_an_instance_with_three_mistakes_says_all_three(folder: Path) -> None:
    text = INSTANCE.replace("length", "lenght").replace("0.1,", '"10%",').replace("bullet", "bulet")
    write(folder, "case", text)
    result = call(".")
    assert result.exit_code == 2
    for place, help in (("2:37", "`length`"), ("3:27", "write 0.1 for 10%"), ("8:21", "`bullet`")):
        assert f"case.yaml:{place}: error[" in result.stdout
        assert help in result.stdout


def test_invalid_files_count_as_failures_beside_failures(folder: Path) -> None:
    write(folder, "bad", INSTANCE, "status: optimal\n")
    write(folder, "wrong", INSTANCE, SIDECAR.replace(f"{BEST!r}", "12.7"))
    result = call(".")
    assert (result.exit_code, last(result)) == (1, "0 passed, 2 failed")


def test_a_solver_that_fails_is_an_error_of_its_case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("out of order [bold]")

    monkeypatch.setattr("optimizer.solving.run.solve", fail)
    result = call(".")
    assert (result.exit_code, last(result)) == (1, "0 passed, 1 failed")
    assert "error: RuntimeError: out of order [bold]" in result.stdout
    monkeypatch.setenv("CAPSTACK_TRACEBACK", "1")
    assert "in fail" in call(".").stderr


def test_instances_without_a_sidecar_are_mentioned(folder: Path) -> None:
    write(folder)
    write(folder, "bare", sidecar=None)
    result = call(".")
    assert result.exit_code == 0
    assert "not checked: no sidecar: bare.yaml" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["."], "nothing to check"),
        (["nowhere.yaml"], "no such file or folder"),
        ([], "Missing argument"),
        ([".", "--jobs", "0"], "--jobs"),
    ],
)
def test_usage(arguments: list[str], told: str) -> None:
    result = RUN.invoke(cli.app, ["check", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


# ── second opinions ───────────────────────────────────────────────────────────────────────────────────────────────


def test_second_opinions(folder: Path) -> None:
    """Both on a plan; where there is none, exact arithmetic has nothing to check."""
    pytest.importorskip("pyscipopt")
    pytest.importorskip("flint")
    write(folder, "good")
    impossible = "status: infeasible\nobjective: cost_of_capital\nsense: minimise\nsource: own\nproof: published\n"
    write(folder, "none", INSTANCE.replace("tenor_periods: 2", "tenor_periods: 1"), impossible)
    result = call("--certify", "exact", "--certify", ".", "--json", "report.json")
    assert (result.exit_code, last(result)) == (0, "2 passed, 0 failed")
    cases = json.loads((folder / "report.json").read_text(encoding="utf-8"))["cases"]
    opinions = [{each["method"]: each["agrees"] for each in case["certificates"]} for case in cases]
    assert opinions == [{"scip": True, "exact": True}, {"scip": True}]
    assert "scip agrees, exact agrees" in re.sub(r"\s+", " ", result.stdout)


def test_a_second_opinion_that_disagrees_fails_the_case(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from optimizer.solving.certify import Certificate

    write(folder)
    against = Certificate("scip", False, "SCIP DISAGREES", "SCIP 0")
    monkeypatch.setattr("optimizer.solving.certify.certify", lambda *_: [against])
    monkeypatch.setattr("optimizer.solving.certify.require", lambda *_: {"scip": "SCIP 0"})
    result = call("--certify", ".")
    assert (result.exit_code, last(result)) == (1, "0 passed, 1 failed")
    assert "certificate-disagrees: scip: SCIP DISAGREES" in " ".join(result.stdout.split())


def test_a_second_solver_that_is_not_installed_stops_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder)
    monkeypatch.setitem(sys.modules, "pyscipopt", None)
    monkeypatch.setattr("optimizer.known_optima.command.run", lambda *_: pytest.fail("something was solved"))
    result = call("--certify", ".")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "pip install 'capstack-optimizer[certify]'" in result.stderr


# ── reports ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reports_are_written_although_cases_fail(folder: Path) -> None:
    write(folder, "good")
    write(folder, "wrong", INSTANCE, SIDECAR.replace(f"{BEST!r}", "12.7"))
    result = call(".", "--junit", "out/a.xml", "--json", "out/a.json", "--github")
    assert (result.exit_code, last(result)) == (1, "1 passed, 1 failed")
    suite = ElementTree.parse(folder / "out" / "a.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    report = json.loads((folder / "out" / "a.json").read_text(encoding="utf-8"))
    assert (report["passed"], report["failed"], report["exit_code"]) == (1, 1, 1)
    assert report["cases"][0]["levels"][0]["value"] == pytest.approx(BEST, rel=1e-9)
    lines = result.stdout.splitlines()
    assert lines[0].startswith("::error file=wrong.expected.yaml,line=4,title=wrong%3A plan-beats-optimum::THE PLAN")
    token = lines[1].removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert lines[-2] == f"::{token}::"
    assert sorted(file.name for file in (folder / "out").iterdir()) == ["a.json", "a.xml"]


@pytest.mark.parametrize("arguments", [["--junit", "."], ["--json", "bridge.yaml/x"], ["--junit", "x", "--json", "x"]])
def test_a_report_without_a_place_stops_before_anything_is_solved(
    folder: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder)
    monkeypatch.setattr("optimizer.known_optima.command.run", lambda *_: pytest.fail("something was solved"))
    result = call(".", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert arguments[1] in result.stderr


def test_a_disk_that_fills_up_takes_the_report_and_not_the_verdict(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder)

    def refuse(*_: object) -> None:
        raise WriteError(28, "a.xml: cannot be written: no space")

    monkeypatch.setattr("optimizer.known_optima.files.Destination.write", refuse)
    result = call(".", "--junit", "a.xml")
    assert (result.exit_code, last(result)) == (5, "1 passed, 0 failed")
    assert "no space" in result.stderr
