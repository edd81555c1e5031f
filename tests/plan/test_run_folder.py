"""A run is whole or not there, and reads back as what was written."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.plan import run_folder
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import RunError, WriteError, read_run, to_csv, try_folder, write_run
from optimizer.plan.table import Table, rounded
from optimizer.plan.tables.builders import SCHEDULES, STATEMENTS

AUDIT = {"passed": True, "rules": [], "unchecked_metrics": []}


def unfinished(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.name.startswith(".")]


def test_round_trip(plan: Plan, tmp_path: Path) -> None:
    audited = replace(plan, audit=AUDIT)
    run = write_run(audited, tmp_path)
    assert run.parent == tmp_path / "hand-made"
    assert read_run(run) == audited
    assert read_run(write_run(plan, tmp_path)).audit is None
    assert unfinished(tmp_path) == []


def test_what_a_run_holds(plan: Plan, tmp_path: Path) -> None:
    run = write_run(replace(plan, audit=AUDIT), tmp_path)
    files = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}
    tables = {f"schedules/{name}.csv" for name in SCHEDULES} | {f"statements/{name}.csv" for name in STATEMENTS}
    assert files == {"summary.json", "plan.json", "instance.json", "audit.json", "run.sha256"} | tables
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    assert (summary["status"], summary["instance"]) == ("optimal", "hand-made")
    assert summary["instance_hash"] == plan.instance.hash
    assert summary["objectives"] == plan.summary["levels"]
    assert summary["metrics"] == plan.metrics
    assert run.name.endswith(plan.instance.hash[:8])


def test_reread_tables_are_those_of_the_plan(plan: Plan, tmp_path: Path) -> None:
    reread = read_run(write_run(plan, tmp_path))
    for name in plan.tables:
        assert reread.rows(name) == plan.rows(name), name


def test_plan_json_and_tables_do_not_depend_on_the_clock(plan: Plan, tmp_path: Path) -> None:
    slower = replace(plan, summary={**plan.summary, "timings": {"build": 99.0}})
    first, second = write_run(plan, tmp_path), write_run(slower, tmp_path)
    assert first != second
    for path in first.rglob("*"):
        if path.is_file() and path.name not in ("summary.json", "run.sha256"):
            assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path.name


def test_runs_of_one_second_get_numbers(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = run_folder.datetime(2026, 1, 2, 3, 4, 5, tzinfo=run_folder.UTC)

    class Stopped(run_folder.datetime):  # type: ignore[misc, name-defined]
        @classmethod
        def now(cls, tz: object = None) -> object:
            return stopped

    monkeypatch.setattr(run_folder, "datetime", Stopped)
    name = f"20260102T030405Z-{plan.instance.hash[:8]}"
    assert [write_run(plan, tmp_path).name for _ in range(3)] == [name, f"{name}-2", f"{name}-3"]


def test_writers_at_once_do_not_collide(plan: Plan, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: write_run(plan, tmp_path), range(16)))
    assert len(set(runs)) == 16
    assert all(read_run(run) == plan for run in runs)
    assert unfinished(tmp_path) == []


WRITER = """
import os, signal, sys
from optimizer.plan.run_folder import read_run, write_run

def fsync(descriptor, left=[int(sys.argv[3])]):
    left[0] -= 1
    if not left[0]:
        print("there", flush=True)
        signal.pause()

plan = read_run(sys.argv[1])
os.fsync = fsync
while True:
    write_run(plan, sys.argv[2])
"""


def test_a_killed_writer_leaves_only_whole_runs(plan: Plan, tmp_path: Path) -> None:
    source, out = write_run(plan, tmp_path / "source"), tmp_path / "out"
    expected = len([path for path in source.rglob("*") if path.is_file()])
    folders = 3
    whole = expected + folders + 1  # each file and each folder is brought to the disk, and at last the run's name
    # at the first file, half-way, at a folder, when one run has its name, and in the third run
    for at in (1, expected // 2, expected + 1, whole, 2 * whole + 7):
        command = [sys.executable, "-c", WRITER, str(source), str(out), str(at)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "there\n"
            writer.send_signal(signal.SIGKILL)
    runs = [path for path in (out / "hand-made").iterdir() if not path.name.startswith(".")]
    assert len(runs) == 1 + 2
    assert len(unfinished(out)) == 4
    for run in runs:
        assert len([path for path in run.rglob("*") if path.is_file()]) == expected
        assert read_run(run) == plan


def test_old_leftovers_of_the_dead_are_removed(plan: Plan, tmp_path: Path) -> None:
    place = tmp_path / "hand-made"
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    leftovers = {
        "old and dead": place / f".unfinished-{process.pid}-a",
        "young and dead": place / f".unfinished-{process.pid}-b",
        "old and alive": place / f".unfinished-{os.getpid()}-c",
        "not ours": place / ".git",
    }
    for name, path in leftovers.items():
        (path / "schedules").mkdir(parents=True)
        if name != "young and dead":
            os.utime(path, (time.time() - 2 * 86_400,) * 2)
    write_run(plan, tmp_path)
    assert {name for name, path in leftovers.items() if path.exists()} == {
        "young and dead",
        "old and alive",
        "not ours",
    }


@pytest.mark.parametrize("step", ["write", "rename"])
def test_a_full_disk_is_one_clear_error(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_folder.os, "fsync" if step == "write" else "rename", full)
    with pytest.raises(WriteError, match="No space left on device") as caught:
        write_run(plan, tmp_path)
    assert caught.value.errno == errno.ENOSPC
    assert list((tmp_path / "hand-made").iterdir()) == []


def test_a_file_in_the_way_is_one_clear_error(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("not a folder", encoding="utf-8")
    with pytest.raises(WriteError, match="cannot be written to"):
        write_run(plan, tmp_path / "results")


def test_an_interrupted_writer_takes_its_folder_along(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_folder.os, "rename", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_run(plan, tmp_path)
    assert list((tmp_path / "hand-made").iterdir()) == []


def test_a_number_that_is_none_never_reaches_the_disk(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_run(replace(plan, metrics={"capex_musd": math.nan}), tmp_path)
    assert list(tmp_path.iterdir()) == []


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_is_a_formula_is_disarmed(start: str) -> None:
    text = to_csv(Table((f"{start}head", "amount"), ((f"{start}1+1", -1.5),)))
    kept = start.replace("\r", "\n")
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == [
        [f"'{kept}head", "amount"],
        [f"'{kept}1+1", "-1.5"],
    ]


def test_vendor_that_is_a_formula_is_disarmed_in_a_run(plan: Plan, tmp_path: Path) -> None:
    run = write_run(plan, tmp_path)
    (row,) = csv.DictReader((run / "schedules" / "purchases.csv").read_text(encoding="utf-8-sig").splitlines())
    assert row["vendor"] == "'=HYPERLINK()"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.1 + 0.2, "0.3"),
        (1.4e-14, "0.0"),
        (-1e-17, "0.0"),
        (-0.0, "0.0"),
        (4999.999999999998, "5000.0"),
        (-7140.000000000001, "-7140.0"),
        (12345678.9, "12345678.9"),
        (1e22, "10000000000000000000000"),
        (-6e-9, "0.0"),  # of a dollar
        (-4 / 3e6, "-0.000001333"),
        (2e6 / 3, "666666.666667"),
        (123456.000001, "123456.000001"),  # a dollar in 123 billion is none
        (7, "7"),
        (True, "true"),
        (None, ""),
    ],
)
def test_numbers_in_csv_have_no_dust_and_lose_nothing_else(number: float | None, written: str) -> None:
    head, row = to_csv(Table(("a", "b"), ((number, "x"),))).splitlines()
    assert (head, row) == ("\ufeffa,b", f"{written},x")
    if isinstance(number, float):
        assert float(written) == rounded(number) == rounded(rounded(number))


def test_csv_has_the_byte_order_mark_of_utf_8(plan: Plan, tmp_path: Path) -> None:
    files = [*write_run(plan, tmp_path).glob("*/*.csv")]
    assert len(files) == len(SCHEDULES) + len(STATEMENTS)
    assert {path.read_bytes()[:3] for path in files} == {b"\xef\xbb\xbf"}


# ── reading what is not a run ─────────────────────────────────────────────────────────────────────────────────────


def test_not_a_run(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no such folder"):
        read_run(tmp_path / "nowhere")
    with pytest.raises(RunError, match=r"plan\.json is missing"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("plan.json", "{", "not JSON"),
        ("plan.json", "[]", "not a JSON object"),
        ("plan.json", '{"format": 2}', "its format is 2"),
        ("summary.json", "{}", "objectives: None is not a list"),
        ("instance.json", '{"name": "x"}', "not an instance"),
    ],
)
def test_a_damaged_run_is_refused(plan: Plan, tmp_path: Path, file: str, text: str, message: str) -> None:
    run = write_run(plan, tmp_path)
    (run / file).write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=message):
        read_run(run)


def test_another_instance_is_refused(plan: Plan, tmp_path: Path) -> None:
    run = write_run(plan, tmp_path)
    data = json.loads((run / "instance.json").read_text(encoding="utf-8"))
    data["opening"]["cash_musd"] = 1e9
    (run / "instance.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(RunError, match="not the instance"):
        read_run(run)


def test_importing_plans_does_not_import_pandas() -> None:
    code = "import sys, optimizer.plan.run_folder, optimizer.plan.figures.metrics; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ── before a solve ────────────────────────────────────────────────────────────────────────────────────────────────


def test_trying_a_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    try_folder(tmp_path / "results" / "tiny")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "kept").write_text("kept", encoding="utf-8")
    try_folder(tmp_path / "results" / "tiny")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["kept"]


def test_a_folder_that_cannot_be_written_is_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(WriteError, match="nothing can be written to"):
            try_folder(folder)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_folder.os, "fsync", full)
    with pytest.raises(WriteError, match="No space left on device"):
        try_folder(tmp_path / "new" / "below")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_plan_is_shown_in_three_lines(plan: Plan) -> None:
    message = "optimal within $0.0 m (terminal_cash, 0.000%)"
    said = replace(plan, summary={**plan.summary, "message": message})
    lines = repr(said).splitlines()
    assert len(lines) == 3
    assert lines[0] == f"Plan of hand-made: {message}"
    assert lines[1].startswith("not audited as it stands; ")
    assert "list(.tables)" in lines[2]
