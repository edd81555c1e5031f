"""A tree on a dask cluster comes to what it comes to here."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.comparison.cluster import ClusterExecutor
from optimizer.comparison.store import Store
from optimizer.uncertainty import run
from optimizer.uncertainty.reading import tree_from
from optimizer.uncertainty.tasks import SOLVE, runner
from tests.compare.test_cluster import started

from .worlds import THREE_STAGES, lots

pytestmark = pytest.mark.xdist_group("dask")
pytest.importorskip("distributed", reason="the optional part cluster is not installed")


def test_a_cluster_answers_as_this_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MOST_INTEGERS", 2)
    tree = tree_from(lots(), nodes=THREE_STAGES)
    asked = run.asked_of(tree, gap=0.0, time_limit=60.0)
    with started(1) as cluster:
        there = run.solve_tree(
            tree, asked, runner(ClusterExecutor(cluster.scheduler_address, SOLVE), Store(tmp_path), False)
        )
    assert there.levels[0].value == pytest.approx(run.solve_tree(tree, asked).levels[0].value, abs=1e-6)
    assert len(Store(tmp_path).results()) >= 5
