"""`capstack check` over processes, and when it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from optimizer.known_optima.collect import Case, collect
from optimizer.known_optima.run import run
from optimizer.known_optima.worker import case_data, read_case

from . import misbehaving
from .calling import ENVIRONMENT, call
from .problems import codes, write

pytestmark = pytest.mark.usefixtures("folder")


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
