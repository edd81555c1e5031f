"""Ranks, ties and regret, the tables, and the files."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.comparison.comparison import Comparison, comparison_of
from optimizer.comparison.point import Result
from optimizer.comparison.ranking import Standing, gap, standings
from optimizer.comparison.reading import batch_of
from optimizer.instance.loader import loads
from optimizer.plan.run_folder import WriteError
from tests.properties.solving import examples

from .examples import MIXES, SCENARIOS, TWO_SOURCES, result


def shown(*results: Result) -> list[tuple[int, bool, float, bool] | None]:
    """Rank, tie, regret and whether it may be none, of each."""
    return [s and (s.rank, s.tie, s.regret, s.tied_with_best) for s in standings(results)]


def test_values_apart_by_more_than_both_gaps_are_ranked() -> None:
    # gaps 2 and 3 together are 5: 110 − 104 = 6 is more
    assert shown(result("a", 104, 102), result("b", 110, 107)) == [(1, False, 0, False), (2, False, 6, False)]


def test_values_apart_by_no_more_than_both_gaps_tie() -> None:
    assert shown(result("a", 104, 102), result("b", 109, 106)) == [(1, True, 0, False), (1, True, 5, True)]


def test_a_tie_does_not_carry_over() -> None:
    # 100 and 103 tie (gaps 2 + 2), 103 and 106 tie, 100 and 106 do not
    found = shown(result("a", 100, 98), result("b", 103, 101), result("c", 106, 104))
    assert found == [(1, True, 0, False), (1, True, 3, True), (2, True, 6, False)]


def test_more_is_better_where_an_objective_is_maximised() -> None:
    kind: dict[str, Any] = {"sense": "maximise", "objective": "terminal_cash"}
    found = shown(result("a", 100, 101, **kind), result("b", 120, 121, **kind))
    assert found == [(2, False, 20, False), (1, False, 0, False)]


def test_regret_is_within_both_gaps() -> None:
    best, other = standings([result("a", 104, 102), result("b", 120, 113)])
    assert best is not None
    assert other is not None
    assert (best.regret_within, other.regret_within) == (0.0, 9.0)
    # the best of a lies in [102, 104], that of b in [113, 120]: the true difference is in [9, 18], within 9 of 16
    assert other.regret == 16
    assert 16 - 9 <= 113 - 104
    assert 120 - 102 <= 16 + 9


def test_exact_values_that_are_a_rounding_apart_tie() -> None:
    assert shown(result("a", 50_000.0), result("b", 50_000.00002))[1] == (1, True, pytest.approx(2e-5), True)
    assert shown(result("a", 50_000.0), result("b", 50_000.01))[1] == (2, False, pytest.approx(1e-2), False)


def test_without_a_bound_nothing_is_certain() -> None:
    unknown = replace(result("b", 200), levels=({**result("b", 200).levels[0], "bound": None, "gap_musd": None},))
    assert math.isinf(gap(unknown))
    assert standings([result("a", 100), unknown]) == [
        Standing(1, True, 0.0, 0.0, False),
        Standing(1, True, 100.0, None, True),
    ]


def test_runs_without_a_sound_plan_have_no_rank_and_set_no_standard() -> None:
    unsound = replace(result("b", 1.0), audit_passed=False)
    assert shown(result("a", 10), unsound, result("c", None)) == [(1, False, 0, False), None, None]


def test_objectives_are_ranked_apart() -> None:
    found = shown(result("a", 100), result("b", 5, objective="peak_funding"), result("c", 200))
    assert found == [(1, False, 0, False), (1, False, 0, False), (2, False, 100, False)]


@examples(60)
@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20)), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_mixes_does_not_matter(pairs: list[tuple[float, float]], random: Any) -> None:
    results = [result(f"m{i}", value, value - width) for i, (value, width) in enumerate(pairs)]
    shuffled = list(results)
    random.shuffle(shuffled)
    one = {each.name: standing for each, standing in zip(results, standings(results), strict=True)}
    other = {each.name: standing for each, standing in zip(shuffled, standings(shuffled), strict=True)}
    assert one == other
    # ranks begin with 1, and whoever is certainly beaten by another is behind it
    assert min(standing.rank for standing in one.values() if standing) == 1
    for a in results:
        for b in results:
            if a.levels[0]["value"] + 1e-5 < b.levels[0]["value"] - gap(a) - gap(b):
                first, second = one[a.name], one[b.name]
                assert first is not None
                assert second is not None
                assert first.rank < second.rank


# ── tables and files ──────────────────────────────────────────────────────────────────────────────────────────────


def comparison() -> Comparison:
    batch = batch_of(
        loads(TWO_SOURCES),
        mixes=MIXES,
        scenarios=SCENARIOS,
        sweeps={"share": {"axes": [{"debt_share": [0, 1]}]}},
        frontiers={"trade": {"objectives": ["cost_of_capital", "terminal_cash"]}},
        title="=1+1",
    )
    values = {"base": [15.0, 8.0, 8.0], "dear-loans": [15.0, None, 15.0]}
    found = {}
    for scenario, row in values.items():
        for mix, value in zip(MIXES, row, strict=True):
            name = f"mixes/{mix}/{scenario}"
            made = result(name, value, net_present_cost=7.0, average_wacc_per_year=0.1, minimum_dscr=None)
            made = replace(made, metrics={**made.metrics} if value else {}, seconds=3.0, key="k", run="two-sources/r")
            found[name] = replace(made, labels={"mix": mix, "scenario": scenario})
    for share in (0, 1):
        name = f"sweeps/share/{share}"
        found[name] = replace(result(name, 15.0 - 7 * share), labels={"sweep": "share", "debt_share": share})
    for point, cost, cash in (("first", 8.0, 12.0), ("2", 9.0, 66.0), ("last", 15.0, 120.0)):
        name = f"frontiers/trade/{point}"
        labels = {"frontier": "trade", "point": point} | ({"cap": 60.0} if point == "2" else {})
        made = result(name, cost, cost - 0.5, terminal_cash=cash)
        second = {**made.levels[0], "name": "terminal_cash", "value": cash, "bound": cash + 1}
        found[name] = replace(made, labels=labels, levels=(*made.levels, second))
    return comparison_of(batch, "abc", found, None, {})


def test_table_has_a_row_for_each_cell_with_its_rank_in_its_scenario() -> None:
    table = comparison().table.set_index(["scenario", "mix"])
    assert len(table) == 6
    assert list(table.loc["base", "rank"]) == [3, 1, 1]
    assert list(table.loc["base", "tie"]) == [False, True, True]
    assert list(table.loc["base", "regret"]) == [7.0, 0.0, 0.0]
    failed = table.loc[("dear-loans", "debt")]
    assert (failed["status"], failed["reason"]) == ("infeasible", "no plan")
    assert math.isnan(failed["rank"])
    assert table.loc[("base", "debt"), "npv_musd"] == -7.0
    assert table.loc[("base", "debt"), "wacc_per_year"] == 0.1


def test_sweeps_and_frontiers_have_their_tables() -> None:
    found = comparison()
    assert list(found.sweep("share")["debt_share"]) == [0, 1]
    assert list(found.sweep("share")["regret"]) == [7.0, 0.0]
    frontier = found.frontier("trade")
    assert list(frontier["point"]) == ["first", "2", "last"]
    assert list(frontier["cost_of_capital_bound"]) == [7.5, 8.5, 14.5]
    assert list(frontier["terminal_cash_bound"]) == [13.0, 67.0, 121.0]
    assert list(frontier["terminal_cash_cap"].dropna()) == [60.0]
    with pytest.raises(KeyError, match="there is no sweep 'none'; there are: share"):
        found.sweep("none")
    with pytest.raises(KeyError, match="there are: trade"):
        found.frontier("none")


def test_files_say_the_same_as_the_tables(tmp_path: Path) -> None:
    found = comparison()
    written = {path.name for path in found.write(tmp_path / "new")}
    assert written == {path.name for path in (tmp_path / "new").iterdir()}
    assert written == {
        "comparison.csv",
        "comparison.over-scenarios.csv",
        "comparison.sweep.share.csv",
        "comparison.frontier.trade.csv",
        "comparison.json",
    }
    with open(tmp_path / "new" / "comparison.csv", newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["regret"] for row in rows] == ["7.0", "0.0", "0.0", "0.0", "", "0.0"]
    data = json.loads((tmp_path / "new" / "comparison.json").read_text(encoding="utf-8"))
    assert data["mixes"] == found.mixes.records()
    assert data["runs"]["mixes/debt/base"] == {"status": "optimal", "key": "k", "run": "two-sources/r", "seconds": 3.0}


def test_only_the_runs_depend_on_the_clock(tmp_path: Path) -> None:
    one = comparison()
    slower = {name: replace(each, seconds=9.0, run="other") for name, each in one.results.items()}
    other = replace(one, results=slower)
    for folder, found in (("one", one), ("other", other)):
        found.write(tmp_path / folder)
    for path in (tmp_path / "one").glob("*.csv"):
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()
    assert {**one.to_dict(), "runs": 0} == {**other.to_dict(), "runs": 0}


def test_text_that_a_spreadsheet_would_run_is_guarded(tmp_path: Path) -> None:
    found = comparison()
    name = "mixes/debt/dear-loans"
    evil = {**found.results, name: replace(found.results[name], reason='=HYPERLINK("x")')}
    batch = batch_of(loads(TWO_SOURCES), mixes=MIXES, scenarios=SCENARIOS)
    comparison_of(batch, "", evil, None, {}).write(tmp_path)
    assert '"\'=HYPERLINK(""x"")"' in (tmp_path / "comparison.csv").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_an_error_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WriteError, match="the comparison cannot be written"):
        comparison().write(tmp_path / "file")


def test_a_comparison_is_shown_in_three_lines() -> None:
    found = comparison()
    lines = repr(found).splitlines()
    assert lines[0] == f"Comparison {found.name} of two-sources: {len(found.results)} runs"
    assert lines[1] == ", ".join(f"{count} {status}" for status, count in sorted(found.counts.items()))
    assert lines[2].startswith("next: .table")
    name = "mixes/debt/dear-loans"
    failed = replace(found, results={**found.results, name: replace(found.results[name], audit_passed=False)})
    assert "1 failed the audit: do not use them" in repr(failed)
