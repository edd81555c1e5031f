"""Run folders that were changed or damaged: said with their file, exit code 2, and never shown as audited."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.plan.run_folder import read_run

from .conftest import Solved
from .test_commands import call

STALE = "not audited as it stands: run capstack audit RUN"


def edited(solved: Solved, folder: Path, file: str, edit: Callable[[Any], object]) -> Path:
    """A copy of the run in which one file is changed."""
    copy = folder / "edited"
    shutil.copytree(solved.run, copy)
    data = json.loads((copy / file).read_text(encoding="utf-8"))
    edit(data)
    (copy / file).write_text(json.dumps(data), encoding="utf-8")
    return copy


def put(path: str, value: Any) -> Callable[[Any], None]:
    def edit(data: Any) -> None:
        *above, last = path.split(".")
        for key in above:
            data = data[int(key)] if isinstance(data, list) else data[key]
        data[int(last) if isinstance(data, list) else last] = value

    return edit


@pytest.mark.parametrize(
    ("file", "path", "value", "place"),
    [
        ("summary.json", "objectives.0.value", "abc", "objectives[0].value: 'abc' is not a number"),
        ("summary.json", "objectives.0.value", None, "objectives[0].value: None is not a number"),
        ("summary.json", "objectives.0.bound", True, "objectives[0].bound: True is not a number"),
        ("summary.json", "objectives.0", 5, "objectives[0]: 5 is not an object"),
        ("summary.json", "certificates", 5, "certificates: 5 is not a list"),
        ("summary.json", "certificates", [{"message": 1}], "certificates[0].message: 1 is not a text"),
        ("summary.json", "options", 3, "options: 3 is not an object"),
        ("summary.json", "message", ["optimal"], "message: ['optimal'] is not a text"),
        ("summary.json", "instance_hash", "0", "instance.json is not the instance that summary.json was made for"),
        ("plan.json", "ledger.0.musd", "x", "ledger[0].musd: 'x' is not a number"),
        ("plan.json", "ledger.0.musd", float("nan"), "not JSON"),
        ("plan.json", "ledger.0.musd", 10**400, "is not a number"),
        ("plan.json", "ledger.0.period", "1999", "ledger[0].period: '1999' is not in the instance"),
        ("plan.json", "ledger.0.debit", "pocket", "ledger[0].debit: 'pocket' is not in the instance"),
        ("plan.json", "ledger.0.corporate", None, "ledger[0].corporate: None is not true or false"),
        ("plan.json", "ledger", {}, "ledger: {} is not a list"),
        ("plan.json", "decisions.debt_draws", 5, "decisions.debt_draws: 5 is not a list"),
        ("plan.json", "decisions.orders.0.offer", "\x1b[31m", r"orders[0].offer: '\x1b[31m' is not in the instance"),
        ("plan.json", "decisions.orders.0", {}, "orders[0].offer: None is not a text"),
        ("plan.json", "decisions.phase_starts.0.phase", "two", "alpha has no phase 'two'"),
        ("plan.json", "decisions.phase_starts.0.count", 0.5, "count: 0.5 is not a whole number"),
        ("plan.json", "decisions.magic", [], "there is no table 'magic'"),
        ("plan.json", "metrics.capex_musd", 1.0, "its metrics are not those of plan.json"),
        ("summary.json", "metrics.capex_musd", 1.0, "its metrics are not those of plan.json"),
        ("plan.json", "metrics.capex_musd", "a lot", "metrics.capex_musd: 'a lot' is not a number"),
        ("audit.json", "rules", 5, "rules: 5 is not a list"),
        ("audit.json", "passed", "yes", "passed: 'yes' is not true or false"),
    ],
)
def test_a_damaged_run_is_one_message(
    solved: Solved, tmp_path: Path, file: str, path: str, value: Any, place: str
) -> None:
    run = edited(solved, tmp_path, file, put(path, value))
    for arguments in (["show", run], ["show", run, "balance_sheet"], ["diff", solved.run, run], ["diff", run, run]):
        result = call(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert place in result.stderr
        assert str(run) in result.stderr
        assert "\x1b" not in result.stderr


def test_a_run_of_an_earlier_version_says_so(solved: Solved, tmp_path: Path) -> None:
    """One that knew no phases in parts: neither its instance nor the hash of it has them."""
    run = edited(solved, tmp_path, "plan.json", put("instance_hash", "0"))
    of_file = json.loads((run / "instance.json").read_text(encoding="utf-8"))
    del of_file["sites"]["alpha"]["phases"][0]["fractional"]
    (run / "instance.json").write_text(json.dumps(of_file), encoding="utf-8")
    result = call("show", run)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "instance.json has no sites.alpha.phases.0.fractional, as those of earlier versions" in result.stderr


def test_a_plan_that_makes_no_tables_is_damaged_if_it_is_not_what_was_audited(solved: Solved, tmp_path: Path) -> None:
    """Types and names are right, but alpha rents nothing: there are no terms of a contract."""
    contract = [{"site": "alpha", "period": "2026", "mw": 1.0}]
    run = edited(solved, tmp_path, "plan.json", put("decisions.colocation", contract))
    result = call("show", run)
    assert (result.exit_code, "is damaged" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("file", "edit"),
    [
        ("audit.json", lambda data: data.clear()),
        ("audit.json", lambda data: data.pop("plan_sha256")),
        ("audit.json", lambda data: data.pop("summary_sha256")),
        ("plan.json", put("decisions.debt_draws", [])),
        ("plan.json", put("ledger.0.musd", 1.0)),
        ("summary.json", put("message", "optimal within $0.0 m (cost_of_capital, 0.000%)")),
        ("summary.json", put("objectives.0.bound", -1.0)),
        ("summary.json", put("certificates", [{"message": "sure", "agrees": True}])),
    ],
)
def test_an_audit_of_something_else_is_not_shown(
    solved: Solved, tmp_path: Path, file: str, edit: Callable[[Any], object]
) -> None:
    before = {
        path: (solved.run / path).read_text(encoding="utf-8") for path in ("plan.json", "summary.json", "audit.json")
    }
    run = edited(solved, tmp_path, file, edit)
    if json.loads((run / file).read_text(encoding="utf-8")) == json.loads(before[file]):
        pytest.fail("nothing was changed")
    result = call("show", run)
    assert result.exit_code == 0
    assert STALE in result.stdout
    assert "audit passed" not in result.stdout
    assert json.loads(call("show", run, "--json").stdout)["audit"] is None
    assert read_run(run).audit_passed is None


def test_how_long_it_took_is_no_part_of_the_audit(solved: Solved, tmp_path: Path) -> None:
    run = edited(solved, tmp_path, "summary.json", lambda data: data.pop("timings"))
    assert "audit passed" in call("show", run).stdout


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("objectives.0.bound", 1e6, "level.bound"),
        ("objectives.0.gap_musd", 5.0, "level.gap"),
        ("objectives.0.value", -1e6, "level.kept"),
        ("status", "feasible", "level.status"),
        ("message", "optimal", "level.message"),
        ("metrics.capex_musd", 1.0, "level.figures"),
    ],
)
def test_the_audit_looks_at_the_headline(solved: Solved, tmp_path: Path, path: str, value: Any, rule: str) -> None:
    run = edited(solved, tmp_path, "summary.json", put(path, value))
    result = call("audit", run)
    assert result.exit_code == 1
    assert f"{rule}, " in result.stdout
    lines = result.stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if line.endswith("passed"))
    assert any(line.startswith(rule) and line.endswith("FAILED") for line in lines[:first])  # failures first


def test_the_audit_fits_eighty_columns(solved: Solved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = call("audit", solved.run).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    rows = [line for line in lines if line.startswith("objective.adjusted_present_value")]
    assert [row.split()[-1] for row in rows] == ["passed"]
