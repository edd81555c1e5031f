"""A dask cluster finds what this machine finds, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from optimizer.comparison import cluster as cluster_module
from optimizer.comparison.cluster import ClusterExecutor
from optimizer.comparison.executor import Executor, ExecutorError
from optimizer.comparison.processes import LocalExecutor
from optimizer.comparison.store import Store
from optimizer.comparison.worker import VersionError, check_versions
from optimizer.plan.run_folder import WriteError, read_run
from tests.compare.small import STAND_IN, begun, family, impossible, quick_folder, table, told
from tests.thorough import examples_tried

pytestmark = pytest.mark.xdist_group("dask")
pytest.importorskip("distributed", reason="the optional part cluster is not installed")


@contextmanager
def started(workers: int) -> Iterator[Any]:
    """A cluster of processes of this machine. A chain whose worker is lost twice is given up by the scheduler."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            silence_logs=50,
        ) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with started(2) as running:
        yield running


def executor(cluster: Any, solve: str = STAND_IN) -> ClusterExecutor:
    return ClusterExecutor(cluster.scheduler_address, solve)


def test_a_cluster_finds_what_this_process_finds(cluster: Any) -> None:
    chains = family(8, 4)
    with quick_folder() as name:
        here, there = Store(f"{name}/here"), Store(f"{name}/there")
        expected = list(LocalExecutor(1).run(chains, here))
        results = list(ClusterExecutor(cluster.scheduler_address).run(chains, there))
        assert table(results) == table(expected)
        assert table(there.results()) == table(expected)
        own = {result.key: result.run for result in expected}
        for result in results:
            plan, other = (
                read_run(store.folder / str(run)) for store, run in ((there, result.run), (here, own[result.key]))
            )
            assert plan.to_dict() == other.to_dict()
            assert plan.audit == other.audit
            assert plan.summary["point"] == other.summary["point"]
        # what is known is not sent
        assert table(list(executor(cluster, "no.such:thing").run(chains, there, resume=True))) == table(expected)


def test_a_cluster_names_the_cause(cluster: Any, tmp_path: Path) -> None:
    (found,) = ClusterExecutor(cluster.scheduler_address).run([impossible()], Store(tmp_path))
    assert found.cause.endswith("opening.cash_musd cannot hold together")
    assert Store(tmp_path).results()[0].cause == found.cause


def test_a_worker_is_killed_while_it_runs(cluster: Any, tmp_path: Path) -> None:
    log = tmp_path / "log"
    chains = told(["sleep 0.1"] * 24, log, 6)
    running = executor(cluster).run(chains, Store(tmp_path / "store"))
    results = [next(running)]
    victim = int(log.read_text(encoding="utf-8").split()[1])
    os.kill(victim, signal.SIGKILL)
    results += running
    expected = list(LocalExecutor(1, STAND_IN).run(told([""] * 24, tmp_path / "other", 6), Store(tmp_path / "here")))
    assert [(r.name, r.status, r.reason, r.key) for r in table(results)] == [
        (r.name, r.status, r.reason, r.key) for r in table(expected)
    ]
    assert len(Store(tmp_path / "store").results()) == 24
    assert sum(begun(log).values()) > 24, "the chain of the killed worker was begun again"


def test_a_point_that_kills_its_workers_is_an_error_and_the_rest_goes_on(cluster: Any, tmp_path: Path) -> None:
    log = tmp_path / "log"
    chains = told(["", "die", "", "", "", ""], log, 3)
    results = table(list(executor(cluster).run(chains, Store(tmp_path / "store"))))
    assert [result.status for result in results] == ["infeasible", "error", *["infeasible"] * 4]
    assert "its worker went down again and again" in results[1].reason


def test_a_bug_is_the_reason_of_its_chain(cluster: Any, tmp_path: Path) -> None:
    results = table(
        list(executor(cluster).run(told(["", "raise", "", ""], tmp_path / "log", 3), Store(tmp_path / "s")))
    )
    assert [(result.status, result.reason) for result in results] == [
        ("infeasible", "seed 0"),
        ("error", "RuntimeError: a bug"),
        ("error", "RuntimeError: a bug"),
        ("infeasible", "seed 3"),
    ]


def test_results_that_cannot_be_kept_end_the_batch(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "_points").write_text("no folder", encoding="utf-8")
    with pytest.raises(WriteError, match="cannot be written"):
        list(executor(cluster).run(told([""], tmp_path / "log", 1), Store(tmp_path)))


@pytest.mark.parametrize("name", ["capstack", "highspy", "numpy", "scipy"])
def test_workers_of_another_version(name: str, cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**cluster_module.versions(), name: "999.0"}
    monkeypatch.setattr(cluster_module, "versions", lambda: other)
    with pytest.raises(ExecutorError, match=rf"worker tcp://.* {name} .* instead of 999\.0; install the same versions"):
        list(executor(cluster).run(told([""], tmp_path / "log", 1), Store(tmp_path)))
    with pytest.raises(VersionError, match=r"instead of 999\.0"):
        check_versions(other)


def test_no_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "WAIT_S", 0.3)
    chains = told([""], tmp_path / "log", 1)
    for address in ("tcp://127.0.0.1:9", "127.0.0.1:9"):
        with pytest.raises(ExecutorError, match=rf"no scheduler answers at {address}: .*dask scheduler"):
            list(ClusterExecutor(address).run(chains, Store(tmp_path)))
    with pytest.raises(ExecutorError, match="'nonsense://1' is not the address of a scheduler, such as tcp://"):
        list(ClusterExecutor("nonsense://1").run(chains, Store(tmp_path)))
    monkeypatch.setattr(cluster_module, "WAIT_S", 3.0)  # time for a scheduler to answer
    with started(0) as empty, pytest.raises(ExecutorError, match=r"has no worker; start one with `dask worker tcp://"):
        list(executor(empty).run(chains, Store(tmp_path)))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExecutorError, match=r"pip install 'capstack-optimizer\[cluster\]'"):
        list(ClusterExecutor("tcp://127.0.0.1:9").run(chains, Store(tmp_path)))
    assert list(ClusterExecutor("tcp://127.0.0.1:9").run([], Store(tmp_path))) == []


def test_a_scheduler_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "WAIT_S", 2.0)
    log = tmp_path / "log"
    with started(1) as own:
        running = executor(own).run(told(["", "sleep 600"], log, 2), Store(tmp_path / "store"))
        assert next(running).name == "point-0"
        own.close()
        with pytest.raises(ExecutorError, match=r"the scheduler at tcp://.* is gone"):
            list(running)


@pytest.mark.slow
def test_hundreds_of_runs_are_the_same_table(cluster: Any) -> None:
    """A thousand in a thorough run."""
    runs = examples_tried(1000, gate=200)
    chains = family(runs, runs // 20)
    tables = []
    ways: list[Executor] = [LocalExecutor(2), ClusterExecutor(cluster.scheduler_address)]
    for way in ways:
        with quick_folder() as name:
            begun_at = time.monotonic()
            tables.append(table(list(way.run(chains, Store(name)))))
            print(f"{type(way).__name__}: {time.monotonic() - begun_at:.1f} s")
            assert len(list(Path(name, "equity-round").iterdir())) == runs
    assert len(tables[0]) == runs
    assert {result.status for result in tables[0]} == {"optimal"}
    assert tables[0] == tables[1]
