"""Whole comparisons of the programme that is solved by hand: values, failures, resuming."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import optimizer
from optimizer.comparison.batch import Batch
from optimizer.comparison.chain import solve_chain
from optimizer.comparison.comparison import Comparison
from optimizer.comparison.point import Chain, Options, Point, Result
from optimizer.comparison.reading import batch_of
from optimizer.comparison.run import run_batch
from optimizer.comparison.store import Store
from optimizer.instance.loader import loads
from optimizer.instance.reference import ROOT
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import read_run

from .examples import ALL_DEBT, ALL_EQUITY, DF, MIXES, SCENARIOS, TWO_SOURCES, base_file, batch_file

BOTH_DEAR = ALL_EQUITY
"""With the loan at 20 % equity alone is cheapest."""


@dataclass
class Counting:
    """Solves in this process and notes what it solves; ``stop_after`` so many points it is interrupted."""

    stop_after: int | None = None
    solved: list[str] = field(default_factory=list)

    def run(self, chains: Sequence[Chain], store: Store, *, resume: bool = False) -> Iterator[Result]:
        def keep(point: Point, plan: Plan | None, result: Result) -> Result:
            if self.stop_after is not None and len(self.solved) >= self.stop_after:
                raise KeyboardInterrupt
            self.solved.append(point.name)
            return store.keep(point, plan, result)

        for chain in chains:
            yield from solve_chain(chain, keep, store.known if resume else lambda point: None)


def batch(**parts: Any) -> Batch:
    return batch_of(loads(TWO_SOURCES), **parts)


def values(comparison: Comparison) -> dict[str, float | None]:
    """Run → value of its first objective."""
    return {name: each.levels[0]["value"] if each.levels else None for name, each in comparison.results.items()}


def test_mixes_and_scenarios_by_hand() -> None:
    found = optimizer.compare(loads(TWO_SOURCES), mixes=MIXES, scenarios=SCENARIOS).table.set_index(["scenario", "mix"])
    assert dict(found["value"]) == pytest.approx(
        {
            ("base", "equity"): ALL_EQUITY,
            ("base", "debt"): ALL_DEBT,
            ("base", "both"): ALL_DEBT,
            ("dear-loans", "equity"): ALL_EQUITY,
            # 100 borrowed at 20 % ask for 120, which is all there is
            ("dear-loans", "debt"): 20 * DF,
            ("dear-loans", "both"): BOTH_DEAR,
        }
    )
    assert list(found["rank"]) == [3, 1, 1, 1, 3, 1]
    assert list(found["tie"]) == [False, True, True, True, False, True]
    assert found.loc[("base", "equity"), "regret"] == pytest.approx(7 * DF)
    assert found.loc[("dear-loans", "debt"), "regret"] == pytest.approx(5 * DF)
    assert list(found["equity_raised_musd"]) == pytest.approx([100, 0, 0, 100, 0, 100], abs=1e-6)
    assert list(found["debt_drawn_musd"]) == pytest.approx([0, 100, 100, 0, 100, 0], abs=1e-6)
    # 100 outside for a year, whoever gives it
    assert list(found["peak_funding_musd"]) == pytest.approx([100] * 6)


def test_debt_shares_by_hand() -> None:
    """D ≤ s·(D + E) with D + E = 100: the cost is (15 − 7·s)/1.21."""
    sweeps = {"share": {"axes": [{"debt_share": {"from": 0, "to": 1, "steps": 5}}]}}
    found = optimizer.compare(loads(TWO_SOURCES), sweeps=sweeps).sweep("share")
    shares = [0, 0.25, 0.5, 0.75, 1]
    assert list(found["debt_share"]) == shares
    assert list(found["value"]) == pytest.approx([(15 - 7 * share) * DF for share in shares])
    assert list(found["regret"]) == pytest.approx([7 * (1 - share) * DF for share in shares], abs=1e-9)


def test_a_grid_by_hand() -> None:
    """Need times f, borrowed at i as far as that is cheaper: 100·f·min(i, 15 %)/1.21."""
    axes = [
        {"path": "cash_flows.need.musd_per_period", "factor": [0.5, 1]},
        {"path": "debt.loan.rate_per_year", "values": [0.1, 0.2]},
    ]
    found = optimizer.compare(loads(TWO_SOURCES), sweeps={"grid": {"axes": axes}}).sweep("grid")
    assert list(found["value"]) == pytest.approx([5 * DF, 7.5 * DF, 10 * DF, 15 * DF])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # the sidecar derives 30 preferred, 20.3 common and 50.3 of debt
        ("preferred-equity", {"equity_raised_musd": 50.3, "debt_drawn_musd": 50.3}),
        # both partners are signed: 20 and 40
        ("partner-compute", {"partner_cash_musd": 60, "debt_drawn_musd": 0}),
        # 20/2.8839 thousand leased: an asset of the first payment, 1 each, and what is owed after it, 20
        ("lease-as-debt", {"leased_musd": 6.935093451836362 + 20, "debt_drawn_musd": 0}),
    ],
)
def test_where_the_money_comes_from(name: str, expected: dict[str, float]) -> None:
    base = ROOT / "instances" / "known-optimal" / f"{name}.yaml"
    row = optimizer.compare(base, mixes={"as-it-is": {}}).table.iloc[0]
    assert {column: row[column] for column in expected} == pytest.approx(expected, abs=1e-6)


def test_a_run_without_a_plan_is_a_row_and_stops_nothing(tmp_path: Path) -> None:
    mixes = {
        # no money at all is seen before anything is solved; that 120 do not repay 100 at 30 % is for the solver
        "none": {"set": {"debt": None, "equity": {"rounds": None}}},
        "usury": {"set": {"debt": {"loan": {"rate_per_year": 0.3}}, "equity": {"rounds": None}}},
        "both": {},
        "wide": {"set": {"equity": {"rounds": {"a": {"max_musd": 200}}}}},
    }
    scenarios = {"base": {}, "floor": {"set": {"equity": {"rounds": {"a": {"min_musd": 150}}}}}}
    found = optimizer.compare(loads(TWO_SOURCES), mixes=mixes, scenarios=scenarios, out=tmp_path)
    table = found.table.set_index(["scenario", "mix"])
    assert list(table.loc["base", "status"]) == ["infeasible", "infeasible", "optimal", "optimal"]
    assert list(table.loc["floor", "status"]) == ["infeasible", "infeasible", "invalid", "optimal"]
    assert "no plan can have more than -100" in table.loc[("base", "none"), "reason"]
    assert table.loc[("base", "usury"), "reason"] == "proven infeasible: no plan meets all limits"
    assert "`min_musd` 150 is above `max_musd` 100" in table.loc[("floor", "both"), "reason"]
    assert found.counts == {"infeasible": 4, "optimal": 3, "invalid": 1}
    assert table.loc[("base", "none"), "cause"] == table.loc[("base", "none"), "reason"]
    cause = table.loc[("base", "usury"), "cause"]
    assert cause.endswith("opening.cash_musd cannot hold together")
    rows = {(row["scenario"], row["mix"]): row for row in found.to_dict()["mixes"]}
    assert (rows["base", "usury"]["cause"], rows["base", "both"]["cause"]) == (cause, None)
    assert cause in (tmp_path / "comparison.csv").read_text(encoding="utf-8")


def test_a_resumed_run_keeps_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usury: dict[str, Any] = {"usury": {"set": {"debt": {"loan": {"rate_per_year": 0.3}}, "equity": {"rounds": None}}}}
    first = optimizer.compare(loads(TWO_SOURCES), mixes=usury, out=tmp_path)
    monkeypatch.setattr("optimizer.comparison.chain.cause_of", None)
    again = optimizer.compare(loads(TWO_SOURCES), mixes=usury, out=tmp_path, resume=True)
    assert again.table["cause"].to_list() == first.table["cause"].to_list()
    assert first.table["cause"].notna().all()


def test_a_cap_is_the_cause_where_there_is_a_plan_without() -> None:
    """The least cost of capital is 8 / 1.1², 6.61."""
    point = Point("low", {}, loads(TWO_SOURCES), Options(0.0, 60.0), {"cost_of_capital": 6.0})
    (found,) = solve_chain(Chain("one", (point,)), lambda _point, _plan, result: result, lambda _: None)
    assert (found.status, found.cause) == ("infeasible", "the caps on objectives: without them there is a plan")


def test_a_row_is_explained_in_a_tenth_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def explain(*_: object, time_limit: float, **__: object) -> None:
        asked.append(time_limit)
        raise ValueError("a bug")

    monkeypatch.setattr("optimizer.explanation.soon.explain", explain)
    usury = loads(TWO_SOURCES).replace({"debt.loan.rate_per_year": 0.3, "equity.rounds": None})
    points = [Point(f"{limit}", {}, usury, Options(0.0, limit)) for limit in (30.0, 300.0)]
    chain = Chain("both", tuple(points))
    found = list(solve_chain(chain, lambda _point, _plan, result: result, lambda _: None))
    assert sorted(asked) == [3.0, 10.0]
    assert {(result.status, result.cause) for result in found} == {("infeasible", "")}


def test_equal_runs_are_made_once(tmp_path: Path) -> None:
    """A scenario that changes only the loan leaves the mix without a loan as it is; a sweep may pass the base."""
    counting = Counting()
    sweeps = {"rate": {"axes": [{"path": "debt.loan.rate_per_year", "values": [0.08, 0.2]}]}}
    found = run_batch(batch(mixes=MIXES, scenarios=SCENARIOS, sweeps=sweeps), tmp_path, counting)
    # base and dear loans, of the programme (in the sweep and as a mix) and without equity; without debt they are one
    assert len(counting.solved) == 2 + 2 + 1
    assert len(found.results) == 6 + 2
    assert values(found)["mixes/both/dear-loans"] == values(found)["sweeps/rate/0.2"] == pytest.approx(ALL_EQUITY)
    assert values(found)["mixes/equity/base"] == values(found)["mixes/equity/dear-loans"] == pytest.approx(ALL_EQUITY)
    assert all(name == each.name for name, each in found.results.items())
    assert {each.labels["mix"] for name, each in found.results.items() if name.startswith("mixes/")} == set(MIXES)


PARTS: dict[str, Any] = {
    "mixes": MIXES,
    "scenarios": SCENARIOS,
    "sweeps": {"share": {"axes": [{"debt_share": [0, 0.5, 1]}]}},
    "frontiers": {"f": {"objectives": ["cost_of_capital", "terminal_cash"], "points": 3}},
}


@pytest.mark.parametrize("stop_after", [1, 6])
def test_resuming_makes_the_rest_and_ends_with_the_same_table(tmp_path: Path, stop_after: int) -> None:
    whole, cut, rest = Counting(), Counting(stop_after), Counting()
    undisturbed = run_batch(batch(**PARTS), tmp_path / "whole", whole)
    with pytest.raises(KeyboardInterrupt):
        run_batch(batch(**PARTS), tmp_path / "cut", cut)
    resumed = run_batch(batch(**PARTS), tmp_path / "cut", rest, resume=True)
    assert len(cut.solved) == stop_after
    assert sorted(cut.solved + rest.solved) == sorted(whole.solved)
    assert {**resumed.to_dict(), "runs": 0} == {**undisturbed.to_dict(), "runs": 0}
    for path in (tmp_path / "whole").glob("*.csv"):
        assert path.read_bytes() == (tmp_path / "cut" / path.name).read_bytes()
    again = Counting()
    run_batch(batch(**PARTS), tmp_path / "cut", again, resume=True)
    assert again.solved == []


def test_without_resume_all_is_made_anew(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    run_batch(batch(mixes=MIXES), tmp_path, first)
    run_batch(batch(mixes=MIXES), tmp_path, second)
    assert first.solved == second.solved


def test_the_order_of_mixes_does_not_matter(tmp_path: Path) -> None:
    backwards = dict(reversed(MIXES.items()))
    one = run_batch(batch(mixes=MIXES, scenarios=SCENARIOS), tmp_path / "one", Counting())
    other = run_batch(batch(mixes=backwards, scenarios=SCENARIOS), tmp_path / "other", Counting())
    assert [row["mix"] for row in other.mixes.records()[:3]] == list(backwards)

    def rows(found: Comparison) -> dict[Any, Any]:
        return {(row["mix"], row["scenario"]): row for row in found.mixes.records()}

    assert rows(one) == rows(other)


def test_every_plan_is_kept_and_can_be_read(tmp_path: Path) -> None:
    found = optimizer.compare(loads(TWO_SOURCES), mixes=MIXES, out=tmp_path)
    for result in found.results.values():
        assert result.run is not None
        plan = read_run(tmp_path / result.run)
        assert plan.audit_passed
        assert plan.summary["levels"][0]["value"] == result.levels[0]["value"]
    assert (tmp_path / "comparison.csv").exists()
    assert found.folder == tmp_path


def test_without_a_folder_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = optimizer.compare(loads(TWO_SOURCES), mixes={"both": {}})
    assert list(tmp_path.iterdir()) == []
    assert (found.folder, [each.run for each in found.results.values()]) == (None, [None])


def test_a_batch_file_and_python_say_the_same(tmp_path: Path) -> None:
    text = """\
mixes:
  equity: {set: {debt: null}}
  both: {}
scenarios: {dear: {set: {debt: {loan: {rate_per_year: 0.2}}}}}
"""
    path = batch_file(tmp_path, text)
    mixes = {"equity": MIXES["equity"], "both": {}}
    scenarios = {"dear": SCENARIOS["dear-loans"]}
    from_file = optimizer.compare(path)
    from_python = optimizer.compare(base_file(tmp_path), name="test", mixes=mixes, scenarios=scenarios)
    assert {**from_file.to_dict(), "runs": 0} == {**from_python.to_dict(), "runs": 0}
    with pytest.raises(ValueError, match="mixes, title cannot be given as well"):
        optimizer.compare(path, mixes=mixes, title="x")


def test_two_processes_find_the_same(tmp_path: Path) -> None:
    sweeps = {"share": {"axes": [{"debt_share": {"from": 0, "to": 1, "steps": 9}}]}}
    one = optimizer.compare(loads(TWO_SOURCES), mixes=MIXES, sweeps=sweeps, jobs=1)
    two = optimizer.compare(loads(TWO_SOURCES), mixes=MIXES, sweeps=sweeps, jobs=2, out=tmp_path)
    assert list(two.results) == list(one.results)
    for name, result in one.results.items():
        assert two.results[name].levels[0]["value"] == pytest.approx(result.levels[0]["value"], rel=1e-9)
    assert list(two.table["rank"]) == list(one.table["rank"])


def test_progress_counts_every_run_once(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_batch(batch(**PARTS), tmp_path, Counting(), listener=lambda done, total, last: told.append((done, total)))
    # six cells, three points, two ends and a point between them
    assert told[0][1] == told[-1][1] == told[-1][0] == 6 + 3 + 3
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_an_error_of_one_run_is_told_and_tried_again(tmp_path: Path) -> None:
    class Failing(Counting):
        def run(self, chains: Sequence[Chain], store: Store, *, resume: bool = False) -> Iterator[Result]:
            for result in super().run(chains, store, resume=resume):
                if result.name == "mixes/both/base":
                    yield store.keep(
                        next(p for chain in chains for p in chain.points if p.name == result.name),
                        None,
                        replace(result, status="error", reason="out of memory", levels=(), metrics={}),
                    )
                else:
                    yield result

    found = run_batch(batch(mixes=MIXES), tmp_path, Failing())
    row = found.table.set_index("mix").loc["both"]
    assert (row["status"], row["reason"]) == ("error", "out of memory")
    assert found.counts == {"optimal": 2, "error": 1}
