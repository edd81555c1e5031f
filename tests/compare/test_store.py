"""What is kept is whole or not there, whoever writes it and whatever goes wrong."""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.comparison import store as store_module
from optimizer.comparison.point import Options, Point, Result
from optimizer.comparison.records import chain_data, plan_data, read_chain, read_plan
from optimizer.comparison.store import POINTS, Store, replace_file
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import WriteError, read_run
from tests.compare.small import ROOT, data, family, quick_folder, table

POINT = Point("a point", {"mix": "all equity", "need": 45.0}, Instance.model_validate(data()), Options(0.0, 60.0, 7))


@pytest.fixture(scope="module")
def plan() -> Plan:
    from optimizer.solving.run import solve

    return solve(POINT.instance, threads=1)


def found(plan: Plan) -> Result:
    levels = tuple(plan.summary["levels"])
    return Result(POINT.name, POINT.labels, "optimal", "", levels, plan.metrics, plan.audit_passed, seconds=1.5)


def unfinished(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.startswith(".")]


# ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_kept_is_read_back(tmp_path: Path, plan: Plan) -> None:
    store = Store(tmp_path / "new" / "folder")
    key = store.key(POINT)
    assert store.read(key) is None
    assert store.known(POINT) is None
    assert store.results() == []
    kept = store.keep(POINT, plan, found(plan))
    details = {"raised_musd.a": 50.0, "raised_musd.b": 0.0}
    assert kept == replace(found(plan), levels=kept.levels, key=key, run=kept.run, details=details)
    assert store.read(key) == store.known(POINT) == kept
    assert store.results() == [kept]
    assert kept.run is not None
    run = read_run(store.folder / kept.run)
    point = {"name": "a point", "labels": dict(POINT.labels), "caps": {}, "key": key}
    assert run == replace(plan, summary={**run.summary, "point": point})
    assert run.summary["levels"][0]["value"] == plan.summary["levels"][0]["value"]
    assert unfinished(store.folder) == []


def test_no_plan_is_a_result_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.keep(POINT, None, Result(POINT.name, POINT.labels, "infeasible", "no plan meets all limits"))
    assert kept.run is None
    assert Store(tmp_path).known(POINT) == kept
    assert [path.name for path in tmp_path.iterdir()] == [POINTS]


def test_known_goes_by_the_names_of_now(tmp_path: Path, plan: Plan) -> None:
    store = Store(tmp_path)
    store.keep(POINT, plan, found(plan))
    again = replace(POINT, name="another name", labels={"sweep": "need"})
    result = store.known(again)
    assert result is not None
    assert (result.name, result.labels) == ("another name", {"sweep": "need"})


def test_an_error_is_kept_but_tried_again_and_hides_nothing(tmp_path: Path, plan: Plan) -> None:
    store = Store(tmp_path)
    error = Result(POINT.name, POINT.labels, "error", "killed")
    assert store.keep(POINT, None, error).reason == "killed"
    assert [result.status for result in store.results()] == ["error"]
    assert store.known(POINT) is None
    kept = store.keep(POINT, plan, found(plan))
    assert store.keep(POINT, None, error).status == "error"
    assert store.known(POINT) == kept


def test_numbers_that_are_none_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        Store(tmp_path).keep(POINT, None, Result("a", {}, "feasible", metrics={"wacc": float("nan")}))


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_is_all_that_decides_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    key = store.key(POINT)
    assert len(key) == 64
    same = [
        replace(POINT, name="b", labels={}),
        replace(POINT, options=Options(0, 60, 7)),
        replace(POINT, instance=POINT.instance.replace({"notes": "a note"})),
        replace(POINT, instance=Instance.model_validate({**data(), "solve": {"seed": 3, "threads": 2}})),
    ]
    assert {store.key(point) for point in same} == {key}
    others = [
        replace(POINT, options=Options(0.001, 60.0, 7)),
        replace(POINT, options=Options(0.0, 61.0, 7)),
        replace(POINT, options=Options(0.0, 60.0, 8)),
        replace(POINT, caps={"dilution": 0.1}),
        replace(POINT, caps={"dilution": 0.2}),
        replace(POINT, caps={"wacc": 0.1}),
        replace(POINT, instance=Instance.model_validate(data(46.0))),
        replace(POINT, instance=Instance.model_validate({**data(), "objectives": [{"name": "net_present_cost"}]})),
    ]
    keys = {store.key(point) for point in others}
    engines = ("capstack", "highspy", "numpy", "scipy")
    for name in engines:
        newer = {**store_module.versions(), name: "999"}
        monkeypatch.setattr(store_module, "versions", lambda newer=newer: newer)
        keys.add(store.key(POINT))
        monkeypatch.undo()
    assert len(keys | {key}) == len(others) + len(engines) + 1


def test_what_travels_arrives(plan: Plan) -> None:
    chain = family(3, 3)[0]
    capped = replace(chain, points=(*chain.points, replace(POINT, caps={"dilution": 0.1})))
    assert read_chain(json.loads(json.dumps(chain_data(capped)))) == capped
    sent = json.loads(json.dumps(plan_data(plan)))
    assert read_plan(POINT.instance, sent).to_dict() == plan.to_dict()
    with pytest.raises(ValueError, match="another instance"):
        read_plan(Instance.model_validate(data(46.0)), sent)


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_damaged_record_is_ignored_with_a_warning_and_made_again(
    tmp_path: Path, plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    kept = store.keep(POINT, plan, found(plan))
    record = tmp_path / POINTS / f"{kept.key}.json"
    whole = record.read_bytes()
    wrong = json.loads(whole)
    wrong["result"]["key"] = "0" * 64
    extra = json.loads(whole)
    extra["result"]["surprise"] = 1
    damaged = [whole[:length] for length in range(0, len(whole) - 2, 97)]
    damaged += [b"\x00" * 64, b"\xff\xfe", b"[]", b"{}", b"null", b"[" * 100_000]
    damaged += [json.dumps(data).encode() for data in (wrong, extra, {**json.loads(whole), "format": 99})]
    for content in damaged:
        record.write_bytes(content)
        caplog.clear()
        assert store.read(kept.key) is None
        assert [(message.levelno, str(record) in message.getMessage()) for message in caplog.records] == [
            (logging.WARNING, True)
        ]
        assert store.results() == []
    again = store.keep(POINT, plan, found(plan))
    assert store.known(POINT) == again


@pytest.mark.parametrize("name", ["plan.json", "summary.json", ""])
def test_a_record_without_its_run_is_ignored(
    tmp_path: Path, plan: Plan, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    store = Store(tmp_path)
    kept = store.keep(POINT, plan, found(plan))
    run = tmp_path / str(kept.run)
    if name:
        (run / name).write_text((run / name).read_text(encoding="utf-8")[:100], encoding="utf-8")
        assert store.known(POINT) is None
        (run / name).unlink()
    else:
        shutil.rmtree(run)
    assert store.known(POINT) is None
    assert "made again" in caplog.text


def test_foreign_files_are_left_alone(tmp_path: Path, plan: Plan, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(tmp_path)
    kept = store.keep(POINT, plan, found(plan))
    (tmp_path / POINTS / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / POINTS / "short.json").write_text("{}", encoding="utf-8")
    (tmp_path / POINTS / f"{'a' * 64}.json").mkdir()
    (tmp_path / "readme").write_text("mine", encoding="utf-8")
    assert store.results() == [kept]
    assert caplog.text.count("is ignored") == 2
    assert (tmp_path / POINTS / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_what_the_dead_left_behind_is_removed_after_a_day(tmp_path: Path, plan: Plan) -> None:
    points = tmp_path / POINTS
    points.mkdir()
    old, new = points / ".unfinished-1-old", points / ".unfinished-1-new"
    for path in (old, new):
        path.write_text("half", encoding="utf-8")
    a_day_ago = time.time() - 90_000
    os.utime(old, (a_day_ago, a_day_ago))
    Store(tmp_path).keep(POINT, plan, found(plan))
    assert unfinished(tmp_path) == [new]


# ── no room ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    real = os.fsync
    calls = 0

    def count(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", count)
    full = 0
    store.keep(replace(POINT, name="fits"), plan, found(plan))
    total = calls
    capped = replace(POINT, caps={"dilution": 0.5})
    # the first and last of the run's files, its folders, the record itself; the last call is for the record's folder
    for number in [1, 2, *range(total // 2, total - 1, 7), total - 3, total - 2, total - 1]:
        full, calls = number, 0
        with pytest.raises(WriteError, match=r"cannot be written .*No space left"):
            store.keep(capped, plan, found(plan))
        assert unfinished(tmp_path) == []
        assert store.known(capped) is None
    full = calls = 0
    assert store.keep(capped, plan, found(plan)).status == "optimal"


def test_a_folder_that_cannot_be_written(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for result in (plan, None):
        with pytest.raises(WriteError, match="cannot be written"):
            Store(tmp_path / "file").keep(POINT, result, found(plan))
    if os.geteuid():
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        with pytest.raises(WriteError, match="Permission denied"):
            Store(locked).keep(POINT, plan, found(plan))


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    replace_file(path, b"one")

    def refuse(old: object, new: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="read-only"):
        replace_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["file"]


# ── several at once ───────────────────────────────────────────────────────────────────────────────────────────────


def test_many_threads_on_one_key(tmp_path: Path, plan: Plan) -> None:
    store = Store(tmp_path)
    first = store.keep(POINT, plan, found(plan))

    def work(number: int) -> bool:
        if number % 2:
            store.keep(POINT, plan, found(plan))
        read = store.read(first.key)
        return read is not None and table([read]) == table([first])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(24)))
    assert len(list((tmp_path / POINTS).iterdir())) == 1
    assert len(list((tmp_path / "equity-round").iterdir())) == 13
    assert unfinished(tmp_path) == []


PROCESS = """
import sys
from optimizer.comparison.processes import LocalExecutor
from optimizer.comparison.store import Store
from tests.compare.small import family

print(len(list(LocalExecutor(1).run(family(12, 6), Store(sys.argv[1])))))
"""


def test_two_processes_on_one_folder() -> None:
    with quick_folder() as name:
        command = [sys.executable, "-c", PROCESS, name]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT) for _ in range(2)]
        assert [process.communicate()[0].strip() for process in both] == ["12", "12"]
        store, folder = Store(name), Path(name)
        results = store.results()
        assert [result.name for result in results] == [f"need-{i:04d}" for i in range(12)]
        assert {result.status for result in results} == {"optimal"}
        runs = list((folder / "equity-round").iterdir())
        assert len(runs) == 24
        by_key = {read_run(run).summary["point"]["key"]: read_run(run) for run in runs}
        for result in results:
            kept = read_run(folder / str(result.run))
            assert kept.to_dict() == by_key[result.key].to_dict()
            assert kept.metrics == result.metrics
        assert unfinished(folder) == []
