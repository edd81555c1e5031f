"""Rows of what is wanted of speed, in their short form, and the table of them."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bars, bars_build, bars_search, measure, tables
from benchmarks.fresh import process_s_so_far
from benchmarks.solvers import LICENCE_LIMIT
from tests.in_this_process import in_this_process

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What would be measured in a fresh process is called in this one; the garbage collector runs again after it."""

    def called(function: str, cap_s: float, **arguments: Any) -> measure.Row:
        return {"process_s": 1.0, **in_this_process(function, cap_s, **arguments)}

    for script in (bars_build, bars_search):
        monkeypatch.setattr(script, "fresh", called)
    yield
    gc.enable()


def test_a_search_says_in_how_many_seeds_all_was_in_time() -> None:
    before = process_s_so_far()
    row = bars.measured("lots", bars_search.Ask(quick=True))
    (run,) = row["runs"]
    assert row["reached"] is True
    assert row["measured"].startswith("1 of 1; 1 s; first plan ")
    assert (run["status"], run["audit_passed"]) == ("optimal", True)
    assert run["gap_share"] <= bars_search.LOTS.gap
    # whatever this process had used before
    assert 0.0 < run["first_process_s"] <= process_s_so_far() - before


def test_more_processor_seconds_than_allowed_are_a_bar_that_is_missed() -> None:
    search = bars_search.Search(0.01, limit_s=50.0, first_s=5.0, seeds=1)
    run = {"status": "optimal", "audit_passed": True, "process_s": 100.0, "first_process_s": 10.0}
    # two cores: 100 s in all, 10 s to the first plan
    assert bars_search.in_time(run, search)
    for late in ({"process_s": 100.1}, {"first_process_s": 10.1}, {"status": "feasible"}, {"audit_passed": False}):
        assert not bars_search.in_time(run | late, search)


def test_the_same_plan_twice() -> None:
    row = bars.measured("same", bars_search.Ask(quick=True))
    assert row["reached"] is True
    assert row["measured"].startswith("the same: ")


def test_hand_over() -> None:
    row = bars.measured("hand-over", bars_search.Ask(quick=True))
    assert set(row["seconds"]) <= set(bars_build.ROUTES)
    assert row["seconds"][bars_build.OURS] > row["seconds"][bars_build.RAW] > 0.0
    # so small a programme costs more than three times its arrays
    assert row["reached"] is (False if bars_build.LINOPY in row["seconds"] else None)


def test_what_does_not_fit_the_free_licence_is_not_measured() -> None:
    found = bars_search.size(str(ROOT / bars_search.PROGRAMME))
    assert found["columns"] > LICENCE_LIMIT
    assert found["beyond"] is True
    assert "cannot be measured" in bars.measured("gurobi", bars_search.Ask())["measured"]


def test_a_row_takes_the_place_of_its_last_one(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    row = {"about": "a", "wanted": "b", "measured": "c", "reached": None}
    for bar, measured in (("start-up", "1"), ("lots", "2"), ("start-up", "3")):
        rows = bars.merged(path, {**row, "bar": bar, "measured": measured})
        measure.keep(path, bars.SECTION, rows, quick=False)
    kept = json.loads(path.read_text(encoding="utf-8"))["bars"]
    assert [(each["bar"], each["measured"]) for each in kept["rows"]] == [("lots", "2"), ("start-up", "3")]
    table = tables.bars(kept).splitlines()
    assert table[2:] == ["| `lots` | a | b | 2 | – |", "| `start-up` | a | b | 3 | – |"]
