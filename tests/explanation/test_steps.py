"""The steps of an explanation by themselves: the filter, the least change, and what is said when time is up."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

import optimizer
from optimizer.explanation.alone import Alone
from optimizer.explanation.conflict import Conflict, filtered, leave_out_the_idle
from optimizer.explanation.explanation import Explanation
from optimizer.explanation.keys import Key, keys_of
from optimizer.explanation.least_change import LeastChange, nearer
from optimizer.explanation.limits import LIMITS
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe, Widened
from optimizer.instance.reference import ROOT
from tests.explanation.broken import programme

KEYS = keys_of(programme())
CREWS = ROOT / "instances" / "known-optimal" / "infeasible-crews.yaml"


class Oracle(Probe):
    """There is a plan if of each of some sets of keys one is widened enough; none is sure with one ``unsure``."""

    def __init__(self, conflicts: Sequence[set[Key]], needs: float = 0.0, unsure: Sequence[Key] = ()) -> None:
        super().__init__(programme(), 1e9)
        self.conflicts, self.needs, self.unsure = conflicts, needs, unsure

    def ask(self, widened: Widened, window: range | None = None) -> Answer:
        wide = {key for key, amount in widened.items() if amount > 0.0 and amount >= self.needs}
        if window is not None and 3 not in window:
            return Answer.NO
        if any(not conflict & wide for conflict in self.conflicts):
            return Answer.NO
        return Answer.OPEN if wide & set(self.unsure) else Answer.YES

    def relaxed(self, widened: Widened, window: range | None = None) -> Answer:
        return self.ask(widened, window)


def test_the_filter_finds_a_minimal_conflict_whatever_there_are() -> None:
    """Any set of keys is one of the conflicts if and only if it holds one, since what is told of is monotone."""
    dice = random.Random(7)
    for _ in range(100):
        conflicts = [set(dice.sample(KEYS, dice.randint(1, 4))) for _ in range(dice.randint(1, 3))]
        found = filtered(Oracle(conflicts), KEYS, relaxed=True)
        assert found.proven
        assert any(set(found.keys) >= conflict for conflict in conflicts)
        for key in found.keys:
            assert not any(set(found.keys) - {key} >= conflict for conflict in conflicts)


def test_keys_that_are_enough_alone_are_those_of_every_conflict() -> None:
    dice = random.Random(8)
    for _ in range(100):
        shared = set(dice.sample(KEYS, dice.randint(0, 2)))
        conflicts = [shared | set(dice.sample(KEYS, dice.randint(1, 4))) for _ in range(dice.randint(1, 3))]
        alone = Alone(KEYS)
        assert alone.ask(Oracle(conflicts))
        assert set(alone.enough) == set.intersection(*conflicts)
        assert set(alone.found) == set(KEYS)


def test_what_is_not_decided_of_keys_together_is_asked_of_each() -> None:
    one, two, three = [key for key in KEYS if key.kind == "supply"][:3]
    alone = Alone([one, two, three])
    assert alone.ask(Oracle([{one, two}], unsure=[two]))
    assert alone.found == {one: Answer.YES, two: Answer.OPEN, three: Answer.NO}


def test_what_was_not_decided_can_be_asked_once_more() -> None:
    one, two = [key for key in KEYS if key.kind == "supply"][:2]
    oracle = Oracle([{one, two}], unsure=[two])
    alone = Alone([one, two])
    assert alone.ask(oracle)
    assert alone.enough == [one]
    oracle.unsure = []
    alone.once_more()
    assert alone.ask(oracle)
    assert alone.enough == [one, two]


def test_what_is_not_needed_goes_out_on_proof_and_what_is_not_decided_stays() -> None:
    one, two, three = KEYS[:3]
    found = Conflict([one, two, three], [], proven=True)
    leave_out_the_idle(Oracle([{one, two}]), KEYS, found)
    assert (found.keys, found.minimal, found.finished) == ([one, two], True, True)
    found = Conflict([one, two], [], proven=True)
    leave_out_the_idle(Oracle([{one, two}], unsure=[two]), KEYS, found)
    # with `two` widened nothing is decided, with `one` widened there is a plan: all are kept, minimal is not said
    assert (found.keys, found.needed, found.minimal) == ([one, two], [one], False)


@pytest.mark.parametrize("needs", [0.137, 1.0, 5.0, 59.99, 99.6])
def test_the_least_change_is_found_to_three_digits(needs: float) -> None:
    """The smallest number of three digits that is enough, and the one before it, by looking at all of them."""
    money = next(key for key in KEYS if key.path == "budgets.capital.musd")
    key = replace(money, widest=100.0)
    found = nearer(Oracle([{key}], needs), LeastChange(key, key.widest), 3)
    unit = 10.0 ** (len(str(int(needs))) - 3) if needs >= 1.0 else 0.001
    enough = next(n * unit for n in itertools.count(1) if n * unit >= needs - 1e-12)
    assert found.enough == pytest.approx(enough)
    assert found.least
    assert found.not_enough < needs
    assert found.window == range(3, 4)


def test_an_amount_that_is_not_decided_is_not_called_too_small() -> None:
    key = next(key for key in KEYS if key.path == "opening.cash_musd")

    class Unsure(Oracle):
        def ask(self, widened: Widened, window: range | None = None) -> Answer:
            amount = widened[key]
            return Answer.YES if amount >= 8.0 else Answer.NO if amount <= 3.0 else Answer.OPEN

        def relaxed(self, widened: Widened, window: range | None = None) -> Answer:
            return Answer.YES

    found = nearer(Unsure([{key}]), LeastChange(key, key.widest), 3)
    assert found.enough == pytest.approx(8.0, rel=0.01)
    assert found.not_enough <= 3.0
    assert not found.least


def test_each_key_can_be_widened_and_the_file_stays_one() -> None:
    for key in KEYS:
        changed = programme().replace({key.path: key.at(key.widest)})
        assert changed != programme()
        assert programme().replace({key.path: key.at(0.0)}).hash == programme().hash, key.path


def test_keys_of_which_more_may_take_plans_away_are_known() -> None:
    """A fee on what is undrawn grows with the limit; what more cash earns is taxed; a fee falls due with a window."""
    terms = {"sites.a.phases.hall.lead_periods", "sites.b.phases.annex.lead_periods", "debt.loan.tenor_periods"}
    assert {key.path for key in KEYS if not key.monotone} == terms
    assert {key.path for key in KEYS if key.by_itself} == terms | {"sites.a.phases.hall.count"}
    changed = programme().replace(
        {
            "debt.loan.commitment_fee_per_year": 0.01,
            "cash.yield_per_year": 0.03,
            "tax": {"rate": 0.21},
            "hardware.chips.framework": {"min_total_units": 1000, "signing_fee_musd": 1},
        }
    )
    found = {key.path for key in keys_of(changed) if not key.monotone}
    chips = {f"hardware.chips.{name}" for name in ("supply_units", "first_order", "last_order")}
    assert found == {"opening.cash_musd", "debt.loan.limit_musd", "debt.loan.last_draw", *chips, *terms}


def test_a_larger_line_pays_for_more_letters_of_credit() -> None:
    terms = {"kind": "revolver", "rate_per_year": 0.08, "limit_musd": 100, "letter_of_credit_share": 0.5}
    fee = {"letter_of_credit_fee_per_year": 0.01}
    keys = [keys_of(programme().replace({"debt.loan": line})) for line in (terms, terms | fee)]
    found = [{key.monotone for key in each if key.path.startswith("debt.loan.")} for each in keys]
    assert found == [{True}, {False}]


def test_rows_name_fields_that_there_are() -> None:
    for row in LIMITS:
        assert set(row.fields) <= set(row.block.model_fields)


def test_no_time_no_verdict() -> None:
    found = optimizer.explain(optimizer.load(CREWS), time_limit=1e-6)
    assert (found.status, found.conflict, found.repairs, found.complete) == ("not decided", (), (), False)
    assert "neither a plan was found" in str(found)


def test_what_is_known_when_time_is_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time ends with the first question of the filter: infeasible is known, and no conflict is claimed."""

    def too_late(*_: Any, **__: Any) -> Conflict:
        raise OutOfTimeError

    monkeypatch.setattr("optimizer.explanation.conflict._by_halves", too_late)
    found = optimizer.explain(optimizer.load(CREWS))
    assert (found.status, found.conflict, found.proven, found.minimal) == ("infeasible", (), False, False)
    assert (found.cause, found.complete) == ("", False)
    assert "not found in time" in str(found)


def test_a_repair_that_the_audit_refuses_is_not_called_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    real = optimizer.solve
    refused = {"passed": False}
    monkeypatch.setattr(
        "optimizer.explanation.repairs.solve", lambda *args, **kwargs: replace(real(*args, **kwargs), audit=refused)
    )
    found = optimizer.explain(optimizer.load(CREWS))
    assert found.repairs
    assert not any(repair.verified for repair in found.repairs)
    assert "not verified" in str(found)


def test_keys_have_the_place_in_the_file() -> None:
    """In `infeasible-crews.yaml` the crew is in line 11, and the market in line 18."""
    lines = CREWS.read_text(encoding="utf-8").splitlines()
    places = {member.path: member.place for member in optimizer.explain(CREWS).conflict}
    for path, place in places.items():
        file, _, line = place.rpartition(":")
        assert file == str(CREWS)
        assert path.split(".")[-1] in lines[int(line) - 1]
    assert len(places) == 2


def test_an_explanation_is_read_back_from_json() -> None:
    found = optimizer.explain(CREWS)
    assert found.conflict
    assert found.repairs
    assert Explanation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_an_explanation_is_plain_data_in_a_stable_order() -> None:
    one, other = (optimizer.explain(CREWS).to_dict() for _ in range(2))
    assert {**one, "seconds": 0} == {**other, "seconds": 0}
    assert [each["path"] for each in one["conflict"]] == sorted(each["path"] for each in one["conflict"])
