"""How answers are found sooner: what follows from others, one search for the least amount, several at a time."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

import optimizer
from optimizer.explanation.alone import Alone
from optimizer.explanation.conflict import Conflict, narrowed
from optimizer.explanation.elastic import elastic
from optimizer.explanation.facts import Answer, Facts
from optimizer.explanation.keys import keys_of
from optimizer.explanation.probe import Built, OutOfTimeError, Probe, Widened
from optimizer.solver.lanes import lanes, worked_off
from tests.explanation.broken import BREAKS, programme
from tests.explanation.test_steps import KEYS, Oracle

ONE, TWO, THREE = [key for key in KEYS if key.kind == "supply" and key.monotone][:3]


def test_what_is_wider_than_a_plan_has_one_and_what_is_narrower_than_none_has_none() -> None:
    facts = Facts()
    facts.learn("a", {ONE: 2.0}, Answer.YES, whole=True)
    facts.learn("b", {TWO: 3.0, THREE: 1.0}, Answer.NO, whole=True)
    assert facts.answer("?", {ONE: 2.5, TWO: 1.0}, whole=True) is Answer.YES
    assert facts.answer("?", {ONE: 1.5}, whole=True) is Answer.OPEN
    assert facts.answer("?", {TWO: 3.0}, whole=True) is Answer.NO
    assert facts.answer("?", {TWO: 3.5}, whole=True) is Answer.OPEN
    # a plan with whole numbers says nothing of whether the linear programme was asked
    assert facts.answer("?", {ONE: 2.5}, whole=False) is Answer.OPEN
    assert facts.answer("a", None, whole=True) is Answer.YES
    assert facts.answer("?", None, whole=True) is Answer.OPEN


def test_of_a_key_of_which_more_takes_plans_away_nothing_follows() -> None:
    """A commitment fee falls due on what is undrawn: of a larger limit nothing follows, of the same one all does."""
    charged = programme().replace({"debt.loan.commitment_fee_per_year": 0.01})
    limit = next(key for key in keys_of(charged) if key.path == "debt.loan.limit_musd")
    facts = Facts()
    facts.learn("a", {limit: 2.0}, Answer.YES, whole=True)
    assert facts.answer("?", {limit: 3.0}, whole=True) is Answer.OPEN
    assert facts.answer("?", {limit: 2.0, ONE: 1.0}, whole=True) is Answer.YES


def test_what_is_not_decided_is_not_remembered() -> None:
    facts = Facts()
    facts.learn("a", {ONE: 2.0}, Answer.OPEN, whole=True)
    facts.learn("a", {ONE: 2.0}, Answer.NO, whole=True)
    assert facts.answer("a", {ONE: 2.0}, whole=True) is Answer.NO


def test_a_conflict_that_is_narrowed_is_minimal_whatever_there_are() -> None:
    """Each set of keys without which there is a plan is one of those that the oracle knows, or holds one."""
    dice = random.Random(9)
    for _ in range(100):
        conflicts = [set(dice.sample(KEYS, dice.randint(1, 4))) for _ in range(dice.randint(1, 3))]
        found = narrowed(Oracle(conflicts), KEYS)
        assert found.proven
        assert any(set(found.keys) >= conflict for conflict in conflicts)
        for key in found.keys:
            assert not any(set(found.keys) - {key} >= conflict for conflict in conflicts)


def test_a_conflict_is_one_when_time_is_up_before_it_is_small() -> None:
    class Short(Oracle):
        asked = 0

        def ask(self, widened: Widened, window: range | None = None) -> Answer:
            self.asked += 1
            if self.asked > 3:
                raise OutOfTimeError
            return super().ask(widened, window)

    found = narrowed(Short([{ONE, TWO}]), KEYS)
    assert found.proven
    assert {ONE, TWO} < set(found.keys) < set(KEYS)
    assert not found.minimal


def test_what_is_seen_to_be_needed_while_narrowing_is_known_when_time_is_up() -> None:
    """With either of two at its widest there is a plan, so that both are needed; time is up before terms are asked.

    A limit of which more may take plans away makes what was seen before it went out uncertain.
    """

    class Short(Oracle):
        def ask(self, widened: Widened, window: range | None = None) -> Answer:
            if not all(key.monotone for key in widened):
                raise OutOfTimeError
            return super().ask(widened, window)

    found = narrowed(Short([{ONE, TWO}]), KEYS)
    assert set(found.needed) == {ONE, TWO} < set(found.keys)
    late = next(key for key in KEYS if not key.monotone)
    known = Conflict([ONE, TWO, late], [ONE], proven=True)
    known.without([TWO])
    assert (known.keys, known.needed) == ([ONE, late], [ONE])
    known.without([late])
    assert (known.keys, known.needed) == ([ONE], [])


@pytest.mark.parametrize("name", ["cash", "equity cap", "debt limit", "region", "demand"])
def test_one_search_sees_the_least_amount_that_was_found_by_hand(name: str) -> None:
    """It is looked for to a fifth of a per cent, and what is seen is no proof."""
    case = BREAKS[name]
    probe = Probe(programme().replace(case.broken), 60.0)
    key = next(key for key in keys_of(probe.instance) if key.path == case.key)
    seen = elastic(probe, key, key.widest)
    assert seen is not None
    assert seen.amount == pytest.approx(case.least, rel=0.003)
    assert seen.bound <= seen.amount


def test_a_plan_that_is_known_answers_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan with 3 more of cash has the same whole numbers as the one with 5 more of equity."""
    probe = Probe(programme().replace({"opening.cash_musd": 2}), 60.0)
    cash, equity = (
        next(key for key in KEYS if key.path == path) for path in ("opening.cash_musd", "equity.rounds.a.max_musd")
    )
    assert probe.ask({cash: 3.0}) is Answer.YES

    def searched(self: Probe, matrix: object, *args: object) -> None:
        raise AssertionError("a search")

    real = Probe.minimum
    monkeypatch.setattr(
        Probe, "minimum", lambda self, m, *rest: (searched if m.integer.any() else real)(self, m, *rest)
    )
    assert probe.ask({equity: 5.0}) is Answer.YES


def test_work_is_done_so_many_at_a_time_and_a_failure_ends_it() -> None:
    both, done = threading.Barrier(2, timeout=30.0), list[int]()

    def pieces(numbers: list[int], broken: int) -> Callable[[], Callable[[], int] | None]:
        def piece(number: int) -> int:
            if number < 2:
                both.wait()  # each waits for the other one to have begun
            if number == broken:
                raise ValueError(number)
            return number

        waiting = iter([partial(piece, number) for number in numbers])
        return lambda: next(waiting, None)

    with lanes(2, threading.Event()) as pool:
        worked_off(pool, 2, pieces([0, 1, 2, 3], -1), done.append)
        assert sorted(done) == [0, 1, 2, 3]
        done.clear()
        with pytest.raises(ValueError, match="2"):
            worked_off(pool, 1, pieces([2, 3], 2), done.append)
        assert done == []


def test_an_interrupt_stops_the_searches() -> None:
    stop = threading.Event()

    def interrupted() -> None:
        with lanes(1, stop) as pool:
            pool.submit(lambda: stop.wait(30.0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stop.is_set()
    assert Probe(programme(), 60.0, stop=stop).left_s == 0.0


def test_two_changes_where_none_is_enough() -> None:
    """3 of cash and 2 MW are missing: either of them alone is not enough, and neither is less of one with the other."""
    found = optimizer.explain(programme().replace({"opening.cash_musd": 2, "regions.flat.power_limit_mw": 8}))
    assert (found.status, found.repairs) == ("infeasible", ())
    assert all(member.alone == "proven no" for member in found.conflict)
    pair = next(each for each in found.pairs if {one.kind for one in each.changes} == {"power", "cash"})
    power, cash = pair.changes
    assert (power.path, cash.path) == ("regions.flat.power_limit_mw", "opening.cash_musd")
    assert (power.amount, cash.amount) == pytest.approx((2.0, 3.0))
    assert 1.98 < power.not_enough < 2.0
    assert 2.98 < cash.not_enough < 3.0
    assert pair.verified
    assert "two changes together make a plan possible" in str(found)
    assert "and cash: raise opening.cash_musd from 2 to 5 USD million" in str(found)


def test_that_there_is_none_without_whole_numbers_holds_for_these_too_and_not_the_other_way_round() -> None:
    facts = Facts()
    facts.learn("a", {ONE: 2.0}, Answer.NO, whole=True)
    assert facts.answer("a", {ONE: 2.0}, whole=False) is Answer.OPEN
    assert facts.answer("?", {ONE: 1.0}, whole=False) is Answer.OPEN
    facts.learn("b", {TWO: 2.0}, Answer.NO, whole=False)
    assert facts.answer("b", {TWO: 2.0}, whole=True) is Answer.NO
    assert facts.answer("?", {TWO: 1.0}, whole=True) is Answer.NO


def test_by_quarters_it_ends_with_its_time_and_tells_what_is_known() -> None:
    """A second is not enough for all keys; a question under way may end a little later."""
    found = optimizer.explain(programme("quarter").replace({"opening.cash_musd": 2}), time_limit=1.0)
    assert found.seconds < 6.0
    assert found.status in ("infeasible", "not decided")
    assert found.complete or "s: there may be more to know" in str(found) or found.status == "not decided"
    assert all(repair.amount >= 3.0 for repair in found.repairs if repair.path == "opening.cash_musd")


def test_what_says_little_beside_others_is_asked_about_last() -> None:
    """Terms are asked one by one, after all groups of the other limits."""
    asked: list[bool] = []

    class Noting(Oracle):
        def ask(self, widened: Widened, window: range | None = None) -> Answer:
            asked.append(any(key.by_itself for key in widened))
            return super().ask(widened, window)

    assert Alone(KEYS).ask(Noting([{ONE}]))
    assert True in asked
    assert asked == sorted(asked)


def test_asking_ends_once_so_many_are_known_and_goes_on_from_there() -> None:
    alone = Alone(KEYS)
    assert not alone.ask(Oracle([{ONE, TWO, THREE}]), most=1)
    assert len(alone.enough) == 1
    assert alone.ask(Oracle([{ONE, TWO, THREE}]))
    assert set(alone.enough) == {ONE, TWO, THREE}


def test_a_plan_that_is_found_again_takes_no_place_of_another() -> None:
    built = Probe(programme(), 60.0).built({})
    assert isinstance(built, Built)
    matrix, facts = built.compiled.matrix, Facts()
    least = np.clip(np.zeros(matrix.shape[1]), matrix.low, matrix.high)
    free = np.nonzero(matrix.integer & (least + 1.0 <= matrix.high))[0][0]
    more = least.copy()
    more[free] += 1.0
    facts.remember(built.compiled.names, matrix, more)
    for _ in range(20):
        facts.remember(built.compiled.names, matrix, least)
    found = facts.plans(built.compiled.names, matrix)
    assert [float(plan[free]) for plan in found] == [float(least[free]), float(least[free]) + 1.0]
