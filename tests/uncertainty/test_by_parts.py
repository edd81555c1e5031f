"""Whole and by branches, here and by executors: the same plan within the gaps."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimizer.comparison.executor import ExecutorError
from optimizer.comparison.processes import LocalExecutor
from optimizer.comparison.store import Store
from optimizer.uncertainty import branches, groups, run, worth
from optimizer.uncertainty.asks import Ask, Found, Tried
from optimizer.uncertainty.forecast import Forecast
from optimizer.uncertainty.joined import joined
from optimizer.uncertainty.leaf import largest_of, programmes
from optimizer.uncertainty.reading import tree_from
from optimizer.uncertainty.tasks import SOLVE, ask_of, found_of, point_of, result_of, runner
from optimizer.uncertainty.tree import Leaf, ScenarioTree, TreeNode

from .worlds import THREE_STAGES, demand, lots, solved, value

ROOT = Path(__file__).resolve().parents[2]


def random_tree(seed: int) -> ScenarioTree:
    """Two or three branches with up to three leaves each, whose demand rises by chance; every plan can go on."""
    draw = random.Random(seed)
    nodes: dict[str, Any] = {"today": {}}
    branches = draw.randint(2, 3)
    for b in range(branches):
        second = draw.randrange(10, 60) * 1000
        about = {"parent": "today", "from": 2027, "set": demand({2027: second, 2028: second, 2029: second})}
        nodes[f"b{b}"] = {**about, "probability": 1.0 / branches}
        leaves = draw.randint(1, 3)
        for leaf in range(leaves if leaves > 1 else 0):
            third = second + draw.randrange(0, 60) * 1000
            about = {"parent": f"b{b}", "from": 2028, "set": demand({2028: third, 2029: third + 5000})}
            nodes[f"b{b}-{leaf}"] = {**about, "probability": 1.0 / leaves}
    fee = float(draw.choice([20, 50, 90]))
    return tree_from(lots(fee, (10000.0, 20000.0, 30000.0, 30000.0)), nodes=nodes)


def whole_and_parts(tree: ScenarioTree) -> tuple[float, float, float]:
    """The value of the whole, and bound and value by branches, with gaps of nothing."""
    ask = Ask("tree", tree.leaves, gap_share=0.0, time_limit_s=60.0, largest=largest_of(tree.leaves))
    group = joined(programmes(tree.leaves, False, ask.largest))
    whole = groups.at_once(group, ask)
    assert whole.status == "optimal"
    parts = branches.by_branches(group, ask, branches.here)
    return whole.value, parts.bound, parts.value


@pytest.mark.parametrize("seed", range(4))
def test_branches_have_the_whole_between_bound_and_plan(seed: int) -> None:
    whole, bound, plan = whole_and_parts(random_tree(seed))
    assert bound <= whole + 1e-6 <= plan + 2e-6
    assert math.isfinite(plan)


@pytest.mark.parametrize("seed", range(4, 7))
def test_knowing_and_deciding_by_scenario_are_worth_something(seed: int) -> None:
    """EVPI ≥ 0 and VSS ≥ 0 of any tree, here without gaps: but for what rounding leaves."""
    tree = random_tree(seed)
    worth = run.solve_tree(tree, run.asked_of(tree, gap=0.0, time_limit=60.0)).worth
    assert worth is not None
    assert worth.known.low >= -1e-6
    assert worth.solution is not None
    assert worth.solution.low >= -1e-6


def test_branches_prove_as_much_as_a_plan_needs() -> None:
    """With a plan at hand each branch begins with it and ends where it has proven what the plan comes to there, less
    the gap: together that is the plan less the gap.
    """
    tree = random_tree(2)
    ask = Ask("tree", tree.leaves, gap_share=0.1, time_limit_s=60.0, largest=largest_of(tree.leaves))
    group = joined(programmes(tree.leaves, False, ask.largest))
    best = groups.at_once(group, replace(ask, gap_share=0.0))
    today = {key: value for key, value in best.integers.items() if key[0] == "today"}
    asked: list[Ask] = []

    def counted(asks: Sequence[Ask]) -> list[Found]:
        asked.extend(asks)
        return branches.here(asks)

    found = branches.by_branches(group, ask, counted, first=[("best", today)])
    free = [each for each in asked if not each.held][: len(tree.branches)]
    plan = found.tried[0].value
    chance = [sum(leaf.probability for leaf in each.leaves) for each in free]
    wanted = [each.enough for each in free if each.enough is not None]
    assert sum(p * least for p, least in zip(chance, wanted, strict=True)) == pytest.approx(0.9 * plan)
    assert all(each.start for each in free)
    assert found.bound <= best.value + 1e-6 <= found.value + 2e-6


def test_more_is_proven_where_more_can_be() -> None:
    """Plan 100, gap 10, so 90 is wanted. One of two branches has a plan of its own of 82 and has proven 80, the other
    90 of 99: together 85. The 5 that are missing are 5/5.5 of what can still be proven, 2 and 9 of a half each, and 2 %
    are asked beyond that: 81.85 and 98.35, 90.1 together. Where the first took all of its time, only 9/2 can be had.

    Where 89 is wanted and 88 proven, 86 and 90, the second alone has 4.5 for what is missing, which is more than four
    times 1, so that the first is not asked again: 1.02/4.5 of 9 are asked of the second.
    """
    tree = random_tree(2)
    parts = [list(branch) for branch in tree.branches]
    assert [[leaf.probability for leaf in part] for part in parts] == [[0.5], [0.5]]
    ask = Ask("tree", tree.leaves, gap_share=0.1, time_limit_s=60.0)
    plan = Found("plan", "feasible", 0.0, 100.0, {("today", "x"): 1.0}, measure=100.0, parts=(100.0, 100.0))
    free = [Found("1", "optimal", 80.0, 82.0), Found("2", "feasible", 90.0, 99.0)]

    def proven(asks: Sequence[Ask]) -> list[Found]:
        assert all(ask.enough is not None for ask in asks)
        return [Found(ask.name, "feasible", ask.enough or 0.0, 100.0) for ask in asks]

    more = branches._further(ask, parts, proven, plan, free, [{}, {}])
    assert more is not None
    part = 1.02 * 5.0 / 5.5
    assert [each.bound for each in more] == pytest.approx([80.0 + 2.0 * part, 90.0 + 9.0 * part])
    late = [replace(free[0], status="feasible", seconds=24.0), free[1]]
    assert branches._further(ask, parts, proven, plan, late, [{}, {}]) is None
    near = [Found("1", "optimal", 86.0, 90.0), free[1]]
    more = branches._further(replace(ask, gap_share=0.11), parts, proven, plan, near, [{}, {}])
    assert more is not None
    assert [each.bound for each in more] == pytest.approx([86.0, 90.0 + 9.0 * 1.02 / 4.5])


def test_a_branch_that_a_plan_is_not_hedged_against_is_asked_what_it_would_decide() -> None:
    """Branches of two leaves each. The plan comes to 105 and 130 in them; 100 is proven of each leaf: 5 and 30 behind.

    The second is behind by 25 more, which is more than twice a gap of 12 and not more than twice one of 12.5. Of its
    leaves the likelier is asked first, then the other, then none. Where no plan goes on, it is one in which it stops.
    """
    today, far = TreeNode("today", None, 1, 1.0), TreeNode("b", "today", 2, 0.5)
    world = random_tree(0).leaves[0].instance
    leaves = [Leaf(name, (today, far), p, world) for name, p in (("a1", 0.3), ("a2", 0.2), ("b1", 0.2), ("b2", 0.3))]
    parts, floors = [leaves[:2], leaves[2:]], {leaf.name: 100.0 for leaf in leaves}
    plan = Found("plan", "feasible", 100.0, 117.5, {("today", "x"): 1.0}, measure=100.0, parts=(105.0, 130.0))
    known: dict[str, dict[tuple[str, str], float]] = {leaf.name: {} for leaf in leaves}

    def hedge(gap: float, best: Found, *stops: str) -> str | None:
        tried = [Tried("forecast", math.inf, 0.0, stops)]
        return branches._hedge(Ask("tree", tuple(leaves), gap_share=gap), parts, best, tried, floors, known)

    assert hedge(0.125, plan) is None
    assert hedge(0.12, plan) == "b2"
    known.pop("b2")
    assert hedge(0.12, plan) == "b1"
    known.pop("b1")
    assert hedge(0.12, plan) is None
    nothing = Found("plan", "no_solution", 100.0, math.inf)
    assert hedge(0.12, nothing, "a2", "b1") == "a2"
    assert hedge(0.12, nothing) is None


@pytest.mark.parametrize(
    ("bound", "value", "again"),
    [
        (95.0, 110.0, True),  # from 95 to 110 beside 100: VSS may be −5 or 10
        (101.0, 110.0, False),  # at least 1
        (95.0, 100.0, False),  # the tree's plan is no better
    ],
)
def test_a_forecast_is_asked_for_more_closely_where_its_worth_has_no_sign(
    bound: float, value: float, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree's plan comes to 100. To a fifth of the gap the plan for one forecast comes to 108, and 103 is proven: 3
    to 8 beside 100.
    """
    tree = random_tree(0)
    group = joined(programmes(tree.leaves, False, largest_of(tree.leaves)))
    gaps: list[float] = []

    def held(group: object, ask: Ask, *others: object) -> Found:
        gaps.append(ask.gap_share)
        return Found("single+", "feasible", 103.0, 108.0, tried=(Tried("single+", 108.0, 103.0),))

    monkeypatch.setattr(worth, "with_held", held)
    forecast = Forecast(tree.leaves[0], "the mean", Found("forecast", "optimal", 0.0, 0.0), {})
    ask = Ask("tree", tree.leaves, gap_share=0.01)
    tried = [Tried("forecast", value, bound)]
    single, between, _ = worth._single(tree, group, ask, branches.here, forecast, tried, 100.0)
    assert single is not None
    assert between is not None
    assert (between.low, between.high) == ((103.0, 108.0) if again else (bound, value))
    assert gaps == pytest.approx([0.002] if again else [])


def test_candidates_are_tried_as_long_as_the_processor_has_time() -> None:
    """One that took an hour of the processor is the last, however little time has passed by the clock."""
    tree = random_tree(0)
    ask = Ask("tree", tree.leaves, gap_share=0.0, time_limit_s=3599.0, largest=largest_of(tree.leaves))
    group = joined(programmes(tree.leaves, False, ask.largest))

    def slow(asks: Sequence[Ask]) -> list[Found]:
        return [
            replace(each, seconds=3600.0 if ask.held else 0.0)
            for ask, each in zip(asks, branches.here(asks), strict=True)
        ]

    quick = branches.by_branches(group, ask, branches.here)
    late = branches.by_branches(group, ask, slow)
    assert len(late.tried) == 1 < len(quick.tried)
    assert late.bound == pytest.approx(quick.bound)


def test_a_tree_by_parts_is_audited_like_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The three stages of lots again, 301, with no more than two whole numbers at once: bound ≤ 301 ≤ plan."""
    monkeypatch.setattr(run, "MOST_INTEGERS", 2)
    found = solved(lots(), THREE_STAGES, worth=False)
    assert found.search["by"] == "parts"
    assert found.levels[0].bound <= 301.0 + 1e-6 <= value(found) + 2e-6
    assert found.audit_passed


def test_a_whole_begins_with_the_plan_for_one_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where no more than two whole numbers are searched without a start: 301, after the forecast's plan."""
    monkeypatch.setattr(run, "FEW_INTEGERS", 2)
    found = solved(lots(), THREE_STAGES)
    assert found.search["by"] == "whole"
    assert [each["candidate"] for each in found.search["tried"]] == ["forecast"]
    assert found.levels[0].bound <= 301.0 + 1e-6
    assert value(found) == pytest.approx(301.0)
    assert found.audit_passed


def test_branches_are_parted_again_where_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two by two by two scenarios, of which no more than five whole numbers are searched at once: three floors."""
    nodes: dict[str, Any] = {"today": {}}
    wanted = {"": 20000}
    for year, parents in ((2027, [""]), (2028, ["l", "h"]), (2029, ["ll", "lh", "hl", "hh"])):
        for parent in parents:
            for name, more in (("l", 5000), ("h", 30000)):
                wanted[parent + name] = wanted[parent] + more
                steps = dict.fromkeys(range(year, 2030), wanted[parent + name])
                about = {"parent": parent or "today", "from": year, "probability": 0.5, "set": demand(steps)}
                nodes[parent + name] = about
    tree = tree_from(lots(40.0, (10000.0, 20000.0, 30000.0, 30000.0)), nodes=nodes)
    whole, _, _ = whole_and_parts(tree)
    monkeypatch.setattr(branches, "MOST_INTEGERS", 5)
    ask = Ask("tree", tree.leaves, gap_share=0.0, time_limit_s=60.0, largest=largest_of(tree.leaves))
    found = branches.answered(ask)
    assert found.bound <= whole + 1e-6 <= found.value + 2e-6
    assert math.isfinite(found.value)
    assert len(found.tried) > 1
    assert found.proven == ()


def test_a_question_travels() -> None:
    tree = tree_from(lots(), nodes=THREE_STAGES, rescue={"max_musd": 5, "price_share": 0.5})
    ask = Ask("a/1", tree.leaves[:2], {("today", "order[chips,1]"): 10.0}, 0.01, 7.0, 3, False, tree.rescue)
    again = ask_of(point_of(ask))
    assert again.held == ask.held
    assert again.rescue == ask.rescue
    assert [leaf.instance.hash for leaf in again.leaves] == [leaf.instance.hash for leaf in ask.leaves]
    found = branches.answered(Ask("a", tree.leaves[:1], gap_share=0.0, time_limit_s=20.0))
    assert found_of(result_of(point_of(ask), found)).integers == found.integers


def questions() -> list[Ask]:
    """Each scenario of the three stages alone, and the two of `low` together."""
    tree = tree_from(lots(), nodes=THREE_STAGES)
    largest = largest_of(tree.leaves)
    alone = [Ask(leaf.name, (leaf,), gap_share=0.0, time_limit_s=60.0, largest=largest) for leaf in tree.leaves]
    return [*alone, Ask("low", tree.leaves[1:], gap_share=0.0, time_limit_s=60.0, largest=largest)]


def same(one: list[Found], other: list[Found]) -> bool:
    """Whether all answers are the same, but for the seconds."""
    return [replace(each, seconds=0.0) for each in one] == [replace(each, seconds=0.0) for each in other]


def test_processes_find_the_same_and_what_is_kept_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes, then none that could solve anything: all answers come from the store."""
    asks = questions()
    there = runner(LocalExecutor(2, SOLVE), Store(tmp_path), False)(asks)
    assert same(there, branches.here(asks))

    def nothing(_ask: Ask) -> None:
        raise AssertionError("it is known")

    monkeypatch.setattr("optimizer.uncertainty.tasks.answered", nothing)
    assert same(runner(LocalExecutor(1, SOLVE), Store(tmp_path), True)(asks), there)


@pytest.mark.parametrize("by", ["whole", "parts", "few"])
def test_a_forecast_as_good_as_knowing_is_enough(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two scenarios that are the same: the plan for their mean is what each would do alone, and nothing else is asked,
    not even of the few that stand for many.

    A tree that is searched whole starts from a forecast above FEW_INTEGERS only.
    """
    monkeypatch.setattr(run, "FEW_INTEGERS", 0)
    monkeypatch.setattr(run, "MOST_INTEGERS", 600 if by == "whole" else 1)
    monkeypatch.setattr(run, "MANY_LEAVES", 1 if by == "few" else 40)
    nodes = {"today": {}} | {
        name: {"parent": "today", "from": 2027, "probability": 0.5, "set": demand({2027: 20000, 2028: 30000})}
        for name in ("one", "other")
    }
    names: list[str] = []

    def asked(asks: Sequence[Ask]) -> list[Found]:
        names.extend(ask.name for ask in asks)
        return branches.here(asks)

    tree = tree_from(lots(), nodes=nodes)
    found = run.solve_tree(tree, run.asked_of(tree, gap=1e-6, time_limit=60.0), asked)
    assert found.status == "optimal"
    assert [name for name in names if name in ("tree/1", "tree/2", "all") or name.startswith("few")] == []
    assert {"alone/one", "alone/other", "forecast"} <= set(names)


def test_few_stand_for_many_where_the_forecast_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a tree whose forecast leaves a gap the few are asked next, and before any branch of all."""
    monkeypatch.setattr(run, "FEW_INTEGERS", 0)
    monkeypatch.setattr(run, "MOST_INTEGERS", 1)
    monkeypatch.setattr(run, "MANY_LEAVES", 1)
    names: list[str] = []

    def asked(asks: Sequence[Ask]) -> list[Found]:
        names.extend(ask.name.partition("/")[0] for ask in asks)
        return branches.here(asks)

    tree = random_tree(1)
    found = run.solve_tree(tree, run.asked_of(tree, gap=1e-6, time_limit=60.0), asked)
    order = [each["candidate"] for each in found.search["tried"]]
    assert order[0] == "forecast"
    assert order.index("few+") < order.index("forecast*")
    assert list(dict.fromkeys(names))[:4] == ["alone", "forecast", "tree", "few"]  # tree: the forecast, held


def test_an_answer_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_ask: Ask) -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr("optimizer.uncertainty.tasks.answered", broken)
    with pytest.raises(ExecutorError, match="high: ValueError: no such thing"):
        runner(LocalExecutor(1, SOLVE), Store(tmp_path), False)(questions()[:1])


KILLED = """
import os, signal, sys
from optimizer.comparison.executor import ExecutorError
from optimizer.comparison.processes import LocalExecutor
from optimizer.comparison.store import Store
from optimizer.uncertainty import run
from optimizer.uncertainty.reading import tree_from
from optimizer.uncertainty.tasks import SOLVE, runner
from tests.uncertainty.worlds import THREE_STAGES, lots

run.MOST_INTEGERS = 2
tree = tree_from(lots(), nodes=THREE_STAGES)

def told(done, count, name):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)

ask = runner(LocalExecutor(1, SOLVE), Store(sys.argv[1]), True, told)
run.solve_tree(tree, run.asked_of(tree, gap=0.0, time_limit=60.0), ask)
"""


def test_a_search_that_is_killed_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed (signal 9) after two answers: both are kept, and only the others are asked again."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment, check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    assert len(Store(tmp_path).results()) == 2
    monkeypatch.setattr(run, "MOST_INTEGERS", 2)
    tree = tree_from(lots(), nodes=THREE_STAGES)
    asked = run.asked_of(tree, gap=0.0, time_limit=60.0)
    asked_again: list[str] = []
    from optimizer.uncertainty import tasks

    answered = tasks.answered

    def counted(ask: Ask) -> Found:
        asked_again.append(ask.name)
        return answered(ask)

    monkeypatch.setattr(tasks, "answered", counted)
    found = run.solve_tree(tree, asked, runner(LocalExecutor(1, SOLVE), Store(tmp_path), True))
    assert not {"alone/high", "alone/low-low"} & set(asked_again)
    assert "alone/low-high" in asked_again
    assert found.audit_passed
