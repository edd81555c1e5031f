"""Second opinions from the command line, and the matrix as a file."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimizer.commands.options import CertifyMethod
from optimizer.plan.run_folder import read_run
from optimizer.solving.certify import METHODS
from optimizer.solving.run import NoPlanError

from .conftest import Solved
from .test_commands import answer, call


def opinion(agrees: bool | None, message: str = "SCIP [bold]says[/bold] so", method: str = "scip") -> dict[str, Any]:
    return {"method": method, "agrees": agrees, "message": message, "version": "SCIP 10", "levels": []}


# ── solve --certify ───────────────────────────────────────────────────────────────────────────────────────────────


def test_both_opinions_are_shown_and_kept(folder: Path) -> None:
    result = call("solve", "--certify", "tiny.yaml", "--certify", "exact", "--threads", 1)
    assert result.exit_code == 0
    head = result.stdout[: result.stdout.index("Objectives")]
    assert "SCIP" in head
    assert "exact arithmetic agrees" in head
    (run,) = (folder / "results" / "tiny").iterdir()
    kept = read_run(run).summary["certificates"]
    assert [(each["method"], each["agrees"]) for each in kept] == [("scip", True), ("exact", True)]
    data = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    assert data["certificates"] == kept
    again = call("show", run)
    assert "exact arithmetic agrees" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["tiny.yaml"], []),
        (["tiny.yaml", "--certify"], ["scip"]),
        (["--certify", "tiny.yaml"], ["scip"]),
        (["--certify", "exact", "tiny.yaml"], ["exact"]),
        (["--certify=exact", "tiny.yaml", "--certify"], ["exact", "scip"]),
        (["--certify", "scip", "--certify", "exact", "tiny.yaml"], ["scip", "exact"]),
        (["--certify", "--quiet", "tiny.yaml"], ["scip"]),
        (["--certify", "--", "tiny.yaml"], ["scip"]),
    ],
)
def test_the_method_may_be_left_out(
    folder: Path, solved: Solved, monkeypatch: pytest.MonkeyPatch, arguments: list[str], asked: list[str]
) -> None:
    seen: list[list[str]] = []

    def solve(*_: object, certify: list[str], **__: object) -> Any:
        seen.append(certify)
        return solved.plan

    monkeypatch.setattr("optimizer.solving.run.solve", solve)
    assert call("solve", *arguments).exit_code == 0
    assert seen == [asked]


def test_methods_offered_are_those_there_are() -> None:
    assert tuple(CertifyMethod) == METHODS


def test_another_method_is_a_usage_error(folder: Path) -> None:
    assert call("solve", "tiny.yaml", "--certify=gurobi").exit_code == 2
    assert call("solve", "tiny.yaml", "--certify", "gurobi").exit_code == 2


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [([True, True], 0), ([True, None], 4), ([False, True], 1), ([None, False], 1)],
)
def test_exit_code(
    folder: Path, solved: Solved, monkeypatch: pytest.MonkeyPatch, verdicts: list[bool | None], code: int
) -> None:
    opinions = [opinion(agrees) for agrees in verdicts]
    answer(monkeypatch, replace(solved.plan, summary={**solved.plan.summary, "certificates": opinions}))
    result = call("solve", "tiny.yaml", "--certify")
    assert result.exit_code == code
    assert "SCIP [bold]says[/bold] so" in result.stdout
    assert ("SCIP" in result.stderr) == (False in verdicts)


@pytest.mark.parametrize(("agrees", "code"), [(True, 3), (None, 3), (False, 1)])
def test_exit_code_without_a_plan(
    folder: Path, monkeypatch: pytest.MonkeyPatch, agrees: bool | None, code: int
) -> None:
    summary = {"status": "infeasible", "certificates": [opinion(agrees)]}
    answer(monkeypatch, NoPlanError("infeasible", "proven infeasible", summary))
    result = call("solve", "tiny.yaml", "--certify", "--json")
    assert result.exit_code == code
    assert result.stderr.startswith("tiny: proven infeasible\nSCIP [bold]says[/bold] so\nits record is kept in ")
    assert json.loads(result.stdout)["certificates"] == [opinion(agrees)]


def test_infeasible_is_confirmed(folder: Path) -> None:
    result = call("solve", "impossible.yaml", "--certify")
    assert (result.exit_code, "agrees: infeasible" in result.stderr) == (3, True)


@pytest.mark.parametrize(("method", "package"), [("scip", "pyscipopt"), ("exact", "flint")])
def test_what_is_not_installed(folder: Path, monkeypatch: pytest.MonkeyPatch, method: str, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    result = call("solve", "tiny.yaml", "--certify", method)
    assert result.exit_code == 2
    assert "pip install 'capstack-optimizer[certify]'" in result.stderr
    assert not (folder / "results").exists()


# ── export ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_export(folder: Path) -> None:
    result = call("export", "tiny.yaml", "tiny.mps")
    assert result.exit_code == 0
    assert result.stdout.startswith("wrote tiny.mps: minimise cost_of_capital; ")
    text = (folder / "tiny.mps").read_text(encoding="utf-8")
    assert text.startswith("* instance: tiny\n")
    assert text.endswith("ENDATA\n")
    data = json.loads(call("export", "tiny.yaml", "tiny.mps", "--objective", "terminal_cash", "--json").stdout)
    assert (data["sense"], data["unit"], data["file"]) == ("maximise", "musd", "tiny.mps")
    assert data["rows"] > 0
    assert "    MAX\n" in (folder / "tiny.mps").read_text(encoding="utf-8")
    assert sorted(os.listdir(folder)) == ["impossible.yaml", "tiny.mps", "tiny.yaml"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["tiny.yaml", "tiny.mps", "--objective", "wacc"], 2, "--at-ratio"),
        (["tiny.yaml", "tiny.mps", "--at-ratio", "0.1"], 2, "no ratio"),
        (["tiny.yaml", "tiny.mps", "--at-ratio", "nan"], 2, "--at-ratio"),
        (["tiny.yaml", "tiny.lp"], 2, ".mps"),
        (["none.yaml", "tiny.mps"], 2, "no such file"),
        (["tiny.yaml", os.path.join("nowhere", "tiny.mps")], 5, "cannot be written"),
    ],
)
def test_export_that_cannot_be(folder: Path, arguments: list[str], code: int, said: str) -> None:
    result = call("export", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True)
    assert sorted(os.listdir(folder)) == ["impossible.yaml", "tiny.yaml"]


def test_export_of_a_ratio_at_a_ratio(folder: Path) -> None:
    assert call("export", "tiny.yaml", "tiny.mps", "--objective", "wacc", "--at-ratio", "0.1").exit_code == 0
    assert "positive_denominator" in (folder / "tiny.mps").read_text(encoding="utf-8")
