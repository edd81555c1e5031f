"""The command from paths to exit code, in this process and in several."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from typer.testing import CliRunner, Result

import optimizer
from optimizer import cli
from optimizer.known_optima.collect import Case, collect
from optimizer.known_optima.run import run
from optimizer.known_optima.solving import check_case
from optimizer.known_optima.worker import case_data, read_case
from optimizer.plan.run_folder import WriteError

from . import misbehaving
from .problems import BEST, INSTANCE, SIDECAR, codes, write

ROOT = Path(optimizer.__file__).parent.parent
PAGE = ROOT / "docs" / "ci.md"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
RUN = CliRunner()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: object, jobs: int = 1) -> Result:
    result = RUN.invoke(cli.app, ["check", "--jobs", str(jobs), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


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


def last(result: Result) -> str:
    return result.stdout.splitlines()[-1]


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
    monkeypatch.setattr("optimizer.solving.certify.require", lambda _: {"scip": "SCIP 0"})
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


# ── processes ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_processes_give_what_one_gives(folder: Path) -> None:
    """The same cases in the same order, whichever ends first."""
    for i in range(4):
        write(folder, f"case{i}")
    cases = collect([folder]).cases
    alone, together = run(cases, 1), run(cases, 2)
    assert [result.case for result in together] == list(cases)
    assert [(each.verdict, each.solved and each.solved.levels) for each in alone] == [
        (each.verdict, each.solved and each.solved.levels) for each in together
    ]
    assert {each.outcome for each in together} == {"passed"}


def test_a_process_that_dies_is_the_error_of_its_case_alone() -> None:
    names = ["a", "die-1", "b", "exit", "raise", "unsendable", "c", "die-2", "d"]
    heard = []
    results = run(misbehaving.cases(*names), 2, listener=heard.append, check=misbehaving.CHECK)
    assert [result.case.name for result in results] == names
    outcomes = {result.case.name: result.outcome for result in results}
    assert outcomes == {
        name: "error" if name.startswith(("die", "exit", "raise", "unsend")) else "passed" for name in names
    }
    told = {name: codes(result) for name, result in zip(names, results, strict=True)}
    assert (told["die-1"], told["die-2"], told["raise"]) == (["crashed"], ["crashed"], ["error"])
    assert "out of range" in results[4].verdict.findings[0].message
    assert sorted(result.case.name for result in heard) == sorted(names)
    assert os.getpid() not in {result.seconds for result in results}


def test_processes_that_do_not_start_are_the_error_of_every_case() -> None:
    results = run(misbehaving.cases("a", "b", "c"), 2, check="tests.check.misbehaving:nothing_of_that_name")
    assert [codes(result) for result in results] == [["crashed"]] * 3
    assert "worker processes do not start: it ended with exit code 1" in results[2].verdict.findings[0].message


def test_a_case_is_sent_as_it_is() -> None:
    folder = Path("some") / "where"
    for case in (
        Case("a", folder / "a.yaml", folder / "a.expected.yaml", (folder / "a.yaml",)),
        Case("b", None, Path("b.expected.yaml")),
        Case("c", Path("/c.yml"), None),
    ):
        assert read_case(json.loads(json.dumps(case_data(case)))) == case


def test_one_job_needs_no_process() -> None:
    (result,) = run(misbehaving.cases("a"), 4, check=misbehaving.CHECK)
    assert result.seconds == os.getpid()


def test_an_interrupt_counts_although_the_solver_swallows_it() -> None:
    before = signal.getsignal(signal.SIGINT)
    heard: list[Any] = []
    with pytest.raises(KeyboardInterrupt):
        run(misbehaving.cases("a", "swallow", "b"), 1, listener=heard.append, check=misbehaving.CHECK)
    assert [result.case.name for result in heard] == ["a"]
    assert signal.getsignal(signal.SIGINT) is before


def test_interrupts_that_are_ignored_stay_ignored() -> None:
    """A job in the background of a script is started so."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        results = run(misbehaving.cases("swallow", "b"), 1, check=misbehaving.CHECK)
    finally:
        signal.signal(signal.SIGINT, before)
    assert [result.outcome for result in results] == ["passed", "passed"]


def test_an_interrupt_leaves_no_report(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("optimizer.known_optima.command.run", interrupt)
    result = call(".", "--junit", "out/a.xml")
    assert (result.exit_code, result.stdout) == (130, "")
    assert "interrupted" in result.stderr
    assert list((folder / "out").iterdir()) == []


def test_an_interrupt_ends_the_processes(folder: Path) -> None:
    """One of two workers interrupts the parent and would sleep for ten minutes; the parent ends it."""
    command = [sys.executable, "-m", "tests.check.misbehaving", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=ENVIRONMENT, timeout=600, check=False)
    assert "KeyboardInterrupt" in done.stderr
    assert done.returncode in (-signal.SIGINT, 130)
    worker = int((folder / "worker").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


# ── the shipped cases, the page, and the list of rules ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name",
    ["sculpted-debt", "lexicographic-amount", "dilution", "wacc-fixed-fee", "infeasible-dscr", "unbounded-scrap"],
)
def test_shipped_cases_pass(name: str) -> None:
    """One of each kind; all of them are solved by the tests of known optima."""
    (case,) = collect([ROOT / "instances" / "known-optimal" / f"{name}.yaml"]).cases
    assert check_case(case).verdict.findings == ()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_example_of_the_page_passes(folder: Path) -> None:
    instance, sidecar, _ = blocks("yaml")
    write(folder / "problems", "two-lenders", instance, sidecar)
    by_hand = (0.07 * 40 + 0.08 * 60) * (1 / 1.1**2 + 1 / 1.1**3)
    assert yaml.safe_load(sidecar)["value"] == pytest.approx(by_hand, rel=1e-12)
    assert f"{15.96 / 1.331:.12f}" in PAGE.read_text(encoding="utf-8")
    result = call("problems")
    assert (result.exit_code, last(result)) == (0, "1 passed, 0 failed")


def test_the_workflow_of_the_page_is_one() -> None:
    workflow = yaml.safe_load(blocks("yaml")[2])
    assert workflow["on" if "on" in workflow else True] == ["push", "pull_request"]  # YAML 1.1 reads `on` as true
    (job,) = workflow["jobs"].values()
    uses = [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step]
    assert uses == ["actions/checkout", "actions/setup-python", "actions/upload-artifact"]
    (command,) = [step["run"] for step in job["steps"] if step.get("run", "").startswith("capstack")]
    # every option of the command is one that there is
    listed = RUN.invoke(cli.app, ["check", "--help"]).stdout
    options = re.findall(r"--\w+", command)
    assert options
    assert all(option in listed for option in options)


def test_the_page_explains_every_code_and_outcome() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for source in ("values.py", "verdict.py", "solving.py"):
        code = (ROOT / "optimizer" / "known_optima" / source).read_text(encoding="utf-8")
        named = set(re.findall(r'Finding\(\s*"([a-z-]+)"', code)) - {"error"}
        assert named
        assert not {each for each in named if f"`{each}`" not in text}


def test_audit_lists_its_rules_without_a_run() -> None:
    from optimizer.auditing import RULES

    shown = RUN.invoke(cli.app, ["audit", "--rules"])
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[-1] == f"{len(RULES)} rules"
    assert all(name in shown.stdout for name in RULES)
    listed = json.loads(RUN.invoke(cli.app, ["audit", "--rules", "--json"]).stdout)["rules"]
    assert {each["name"]: each["checks"] for each in listed} == RULES
    assert RUN.invoke(cli.app, ["audit"]).exit_code == 2
    assert RUN.invoke(cli.app, ["audit", "a-run", "--rules"]).exit_code == 2
