"""The index says what the folders say, and is nothing that can be lost."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.comparison import index as index_module
from optimizer.comparison.index import NAME, Index, UnknownColumnError
from optimizer.comparison.point import Options, Point, Result
from optimizer.comparison.rows import COLUMNS, Run
from optimizer.comparison.store import POINTS, Store
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import write_run
from tests.compare.small import ROOT, data

POINT = Point("debt first|base", {"mix": "debt first"}, Instance.model_validate(data()), Options(0.0, 60.0))
POOR = Point("poor", {"mix": "poor"}, Instance.model_validate(data(999.0)), Options(0.0, 60.0))


@pytest.fixture(scope="module")
def plan() -> Plan:
    from optimizer.solving.run import solve

    return solve(POINT.instance, threads=1)


@pytest.fixture
def folder(tmp_path: Path, plan: Plan) -> Path:
    """A run of its own, one of a batch, and a point without a plan."""
    write_run(plan, tmp_path)
    store = Store(tmp_path / "batch")
    levels = tuple(plan.summary["levels"])
    store.keep(POINT, plan, Result(POINT.name, POINT.labels, "optimal", levels=levels, metrics=plan.metrics))
    store.keep(POOR, None, Result(POOR.name, POOR.labels, "infeasible", "no plan meets all limits", seconds=2.0))
    return tmp_path


def rows(folder: Path, **search: object) -> list[Run]:
    with Index(folder) as index:
        return index.search(**search)  # type: ignore[arg-type]


def test_a_row_for_each_run(folder: Path, plan: Plan) -> None:
    found = {run.path: run for run in rows(folder)}
    assert len(found) == 3
    (alone,) = (run for path, run in found.items() if path.startswith("equity-round/"))
    level = plan.summary["levels"][0]
    assert (alone.instance, alone.instance_hash, alone.status) == ("equity-round", plan.instance.hash, "optimal")
    assert (alone.objectives, alone.unit) == (("cost_of_capital",), "musd")
    assert (alone.value, alone.bound, alone.gap_share) == (level["value"], level["bound"], level["gap_share"])
    assert alone.audit_passed is True
    assert alone.seconds == pytest.approx(sum(plan.summary["timings"].values()))
    assert (alone.point, dict(alone.labels), alone.key) == ("", {}, "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", alone.created)
    name = Path(alone.path).name
    assert alone.created == f"{name[:4]}-{name[4:6]}-{name[6:11]}:{name[11:13]}:{name[13:16]}"
    (batch,) = (run for path, run in found.items() if path.startswith("batch/equity-round/"))
    assert (batch.point, dict(batch.labels)) == ("debt first|base", {"mix": "debt first"})
    assert batch.key == Store(folder).key(POINT)
    (poor,) = (run for path, run in found.items() if path.startswith(f"batch/{POINTS}/"))
    assert (poor.status, poor.reason, poor.point) == ("infeasible", "no plan meets all limits", "poor")
    assert (poor.instance, poor.instance_hash) == ("equity-round", POOR.instance.hash)
    assert (poor.value, poor.seconds, poor.audit_passed) == (None, 2.0, None)
    assert all((folder / path).exists() for path in found)


def test_search(folder: Path) -> None:
    def names(**search: object) -> list[str]:
        return [run.point for run in rows(folder, **search)]

    assert sorted(names(name="equity-*")) == ["", "debt first|base", "poor"]
    assert names(name="po?r") == ["poor"]
    assert names(name="poo") == []
    assert names(status="infeasible") == ["poor"]
    assert sorted(names(objective="cost_of_capital")) == ["", "debt first|base"]
    assert names(objective="cost") == []
    now = datetime.now(UTC)
    assert len(names(since=now - timedelta(hours=1))) == 3
    assert names(since=now + timedelta(hours=1)) == []
    assert names(sort="value")[-1] == "poor"
    assert names(sort="point") == ["", "debt first|base", "poor"]
    assert names(sort="point", limit=2) == ["", "debt first|base"]
    with pytest.raises(
        UnknownColumnError, match="there is no column 'point; DROP TABLE runs'; there are: path, instance"
    ):
        names(sort="point; DROP TABLE runs")
    assert {run.path for run in rows(folder, name="'; DROP TABLE runs; --")} == set()
    assert len(rows(folder)) == 3


def test_it_follows_the_folders(folder: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(folder)
    read: list[Path] = []
    real = index_module.read_row

    def noted(path: Path, below: Path) -> Run | None:
        read.append(path)
        return real(path, below)

    monkeypatch.setattr(index_module, "read_row", noted)
    content = (folder / NAME).read_bytes()
    assert rows(folder) == before
    assert read == []
    assert (folder / NAME).read_bytes() == content
    run = write_run(plan, folder)
    assert len(rows(folder)) == 4
    assert read == [run / "summary.json"]
    shutil.rmtree(run)
    assert rows(folder) == before
    store = Store(folder / "batch")
    store.keep(POOR, plan, Result(POOR.name, POOR.labels, "optimal", levels=tuple(plan.summary["levels"])))
    assert sorted(run.status for run in rows(folder)) == ["optimal"] * 3
    with Index(folder, rebuild=True) as index:
        assert index.search() == rows(folder)


def test_a_copy_elsewhere_is_the_same(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = rows(folder)
    moved = tmp_path_factory.mktemp("moved") / "a folder? with #marks%20"
    shutil.copytree(folder, moved)
    assert [asdict(replace(run, created="")) for run in rows(moved, sort="path")] == [
        asdict(replace(run, created="")) for run in sorted(before, key=lambda run: run.path)
    ]


def test_a_damaged_index_is_made_again(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = rows(folder)
    path = folder / NAME
    whole = path.read_bytes()
    other = sqlite3.connect(":memory:")
    other.executescript(f"CREATE TABLE runs (a); PRAGMA user_version = {index_module.LAYOUT};")
    torn = bytearray(whole)
    torn[200:4000] = b"\xaa" * 3800
    for content in (b"", b"nonsense", whole[:3000], whole[: len(whole) // 2], bytes(torn), other.serialize()):
        path.write_bytes(content)
        caplog.clear()
        assert rows(folder) == before
        assert "is made again from the runs" in caplog.text
        assert path.read_bytes()[:15] == b"SQLite format 3"
        caplog.clear()
        assert rows(folder) == before
        assert caplog.text == ""


def test_an_index_of_another_version_is_made_again(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = rows(folder)
    with closing(sqlite3.connect(folder / NAME)) as kept:
        kept.execute("PRAGMA user_version = 999")
        kept.commit()
    assert rows(folder) == before
    assert "of another version" in caplog.text


def test_what_cannot_be_read_is_not_listed(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (run,) = (folder / "equity-round").iterdir()
    (run / "summary.json").write_text('{"status": "optimal"', encoding="utf-8")
    (folder / "batch" / POINTS / f"{'b' * 64}.json").write_text("[]", encoding="utf-8")
    (folder / ".hidden").mkdir()
    os.symlink(folder, folder / "loop")
    assert sorted(run.point for run in rows(folder)) == ["debt first|base", "poor"]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "2 cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("value", "abc"),
        ("value", b"x"),
        ("seconds", "soon"),
        ("labels", "[]"),
        ("labels", "{"),
        ("labels", 5),
        ("objectives", "5"),
        ("objectives", "[5]"),
        ("status", 3),
        ("created", None),
        ("audit_passed", "yes"),
    ],
)
def test_an_index_with_a_damaged_cell_is_made_again(
    folder: Path, caplog: pytest.LogCaptureFixture, column: str, cell: object
) -> None:
    before = rows(folder)
    with closing(sqlite3.connect(folder / NAME)) as kept:
        kept.execute(f"UPDATE runs SET {column} = ?", (cell,))
        kept.commit()
    assert rows(folder) == before
    assert "is made again from the runs" in caplog.text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("objectives.0.value", "abc"),
        ("objectives.0.value", None),
        ("objectives.0.gap_share", "small"),
        ("objectives", 5),
        ("certificates", 5),
        ("options", 3),
        ("timings", {"solve": "long"}),
        ("point", 1),
        ("point", {"labels": [1]}),
        ("status", 3),
    ],
)
def test_one_damaged_summary_leaves_the_other_runs(
    folder: Path, caplog: pytest.LogCaptureFixture, path: str, value: object
) -> None:
    (run,) = (folder / "equity-round").iterdir()
    data = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    *above, last = path.split(".")
    block = data
    for key in above:
        block = block[int(key)] if isinstance(block, list) else block[key]
    block[last] = value
    (run / "summary.json").write_text(json.dumps(data), encoding="utf-8")
    result = CliRunner().invoke(app, ["runs", str(folder)])
    assert result.exit_code == 0
    assert "2 runs" in result.stdout
    assert "1 cannot be read, their runs are not listed" in caplog.text
    assert f"{run / 'summary.json'} (RunError" in caplog.text


def test_a_number_longer_than_sqlite_has(folder: Path) -> None:
    (run,) = (folder / "equity-round").iterdir()
    data = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    data["objectives"][0]["plan_value"] = 10**30
    (run / "summary.json").write_text(json.dumps(data), encoding="utf-8")
    (alone,) = (row for row in rows(folder) if row.path.startswith("equity-round/"))
    assert (alone.value, alone.audit_passed) == (1e30, None)  # the audit was of another summary


def test_a_folder_that_cannot_be_written_can_be_searched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(index_module, "replace_file", refuse)
    assert len(rows(folder)) == 3
    assert "Read-only file system" in caplog.text
    assert not (folder / NAME).exists()


PROCESS = """
import sys
from optimizer.comparison.index import Index

for _ in range(20):
    with Index(sys.argv[1], rebuild=sys.argv[2] == "rebuild") as index:
        assert len(index.search()) >= 3
"""


def test_processes_at_once(folder: Path, plan: Plan) -> None:
    (folder / NAME).write_bytes(b"damaged from the start")
    commands = [[sys.executable, "-c", PROCESS, str(folder), how] for how in ("rebuild", "update")]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) for command in commands]
    for _ in range(5):
        write_run(plan, folder)
        assert len(rows(folder)) >= 3
    assert [process.wait() for process in running] == [0, 0]
    assert len(rows(folder)) == 8
    assert not [name for name in os.listdir(folder) if name.startswith(".")]


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────────


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["runs", *arguments])
    return result.exit_code, result.output


def test_the_table_fits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    code, text = invoke(folder.name)
    assert code == 0
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0].split() == ["run", "value", "gap", "status", "s"]
    assert lines[-1] == "3 runs; value and gap of cost_of_capital"
    assert "  no plan meets all limits" in text
    assert "  debt first|base" in text
    for run in rows(folder):
        # paths as the other commands take them, unbroken
        assert f"{folder.name}/{run.path} " in text or f"{folder.name}/{run.path[:40]}" in text


def test_json_has_every_column(folder: Path) -> None:
    code, text = invoke(str(folder), "--json", "--sort", "path", "--rebuild")
    assert code == 0
    report = json.loads(text)
    assert report["folder"] == str(folder)
    assert [run["path"] for run in report["runs"]] == [run.path for run in rows(folder, sort="path")]
    assert all(set(run) == set(COLUMNS) for run in report["runs"])


def test_options_of_the_command(folder: Path) -> None:
    at = str(folder)
    assert "1 run" in invoke(at, "--status", "infeasible")[1]
    assert "no such runs" in invoke(at, "--name", "nothing*")[1]
    assert "no such runs" in invoke(at, "--since", "2999-01-01")[1]
    assert "2 runs" in invoke(at, "--since", "2020-01-01T12:00:00", "--objective", "cost_of_capital")[1]
    assert invoke(at, "--sort", "nonsense")[0] == 2
    assert invoke(at, "--since", "yesterday")[0] == 2
    assert invoke(at, "--limit", "0")[0] == 2
    code, text = invoke(str(folder / "missing"))
    assert code == 2
    assert "there is no such folder" in text


def test_names_of_a_file_cannot_command_the_terminal(folder: Path) -> None:
    store = Store(folder)
    evil = replace(POOR, name="[bold]x[/bold]\x1b[31m", caps={"dilution": 0.1})
    store.keep(evil, None, Result(evil.name, evil.labels, "error", "\x1b]0;title\x07 gone"))
    _, text = invoke(str(folder), "--status", "error")
    assert "[bold]x[/bold]\N{REPLACEMENT CHARACTER}[31m" in text
    assert "\x1b" not in text
    assert "\x07" not in text
