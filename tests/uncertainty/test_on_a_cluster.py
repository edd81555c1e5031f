"""A tree on a dask cluster comes to what it comes to here."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.comparison.cluster import ClusterExecutor
from optimizer.comparison.store import Store
from optimizer.uncertainty.branches import here
from optimizer.uncertainty.tasks import SOLVE, runner
from tests.compare.test_cluster import started

from .test_by_parts import questions, same

pytestmark = pytest.mark.xdist_group("dask")
pytest.importorskip("distributed", reason="the optional part cluster is not installed")


def test_a_cluster_answers_as_this_process_does(tmp_path: Path) -> None:
    asks = questions()[:2]
    with started(1) as cluster:
        there = runner(ClusterExecutor(cluster.scheduler_address, SOLVE), Store(tmp_path), False)(asks)
    assert same(there, here(asks))
    assert len(Store(tmp_path).results()) == 2
