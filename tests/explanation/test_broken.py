"""Programmes that are broken in one way: what is told of them contains the break, and mends it."""

from __future__ import annotations

from functools import cache
from typing import get_args

import pytest

import optimizer
from optimizer.explanation.explanation import Explanation
from optimizer.explanation.limits import KINDS
from optimizer.explanation.parts import Repair
from optimizer.instance.schema import Covenant
from tests.explanation.broken import BREAKS, broken, programme
from tests.explanation.broken_terms import TERMS

pytestmark = pytest.mark.xdist_group("broken")  # each is explained once

ALL = BREAKS | TERMS


@cache
def explained(name: str) -> Explanation:
    return optimizer.explain(broken(ALL[name]))


def mended(name: str) -> Repair:
    """The repair of what is broken."""
    case = ALL[name]
    return next(each for each in explained(name).repairs if each.path == case.key and case.way in ("", each.way))


@pytest.mark.parametrize("length", ["year", "quarter"])
def test_the_programme_is_feasible_before_it_is_broken(length: str) -> None:
    found = optimizer.explain(programme(length))
    assert (found.status, found.conflict, found.repairs, found.complete) == ("feasible", (), (), True)
    assert optimizer.solve(programme(length), gap=0.1).audit_passed


def test_every_kind_of_covenant_is_broken_and_ten_programmes_are_in_quarters() -> None:
    kinds = {
        terms["kind"]
        for case in ALL.values()
        for name, block in case.broken.items()
        if name == "covenants"
        for terms in block.values()
    }
    assert kinds == set(get_args(Covenant.model_fields["kind"].annotation))
    assert sum(case.length == "quarter" for case in ALL.values()) >= 10
    assert len(ALL) >= 30


@pytest.mark.parametrize("name", ALL)
def test_the_conflict_contains_the_break_and_is_minimal(name: str) -> None:
    found = explained(name)
    assert (found.status, found.proven, found.complete) == ("infeasible", True, True)
    members = {member.path: member for member in found.conflict}
    assert ALL[name].key in members
    assert members[ALL[name].key].alone == "yes"
    assert found.minimal == all(member.needed for member in found.conflict)
    assert found.minimal


@pytest.mark.parametrize("name", ALL)
def test_the_least_change_of_the_break_is_the_one_found_by_hand(name: str) -> None:
    case, repair = ALL[name], mended(name)
    assert repair.amount == pytest.approx(case.least, rel=1e-9)
    assert (repair.first, repair.last, repair.least) == (case.first, case.last, case.least_is_sure)
    step = 1.0 if repair.unit in ("periods", "") else 0.0101 * repair.amount
    assert repair.amount - step <= repair.not_enough < repair.amount


@pytest.mark.parametrize("name", BREAKS)
def test_the_first_repair_of_each_kind_makes_a_plan_possible(name: str) -> None:
    """Solved here once more, and audited."""
    found = explained(name)
    assert all(repair.verified for repair in found.repairs)
    for kind in {repair.kind for repair in found.repairs}:
        repair = next(each for each in found.repairs if each.kind == kind)
        plan = optimizer.solve(broken(BREAKS[name]).replace({repair.path: repair.value}), gap=0.1)
        assert plan.audit_passed


@pytest.mark.parametrize("name", TERMS)
def test_what_is_broken_is_mended(name: str) -> None:
    """Solved here once more, and audited."""
    assert all(repair.verified for repair in explained(name).repairs)
    repair = mended(name)
    plan = optimizer.solve(broken(TERMS[name]).replace({repair.path: repair.value}), gap=0.1)
    assert plan.audit_passed


def test_the_mended_keys_are_of_every_kind() -> None:
    assert {mended(name).kind for name in ALL} == set(KINDS)


@pytest.mark.parametrize("name", [name for name, case in ALL.items() if case.refused])
def test_what_a_check_refuses_is_explained_in_its_words(name: str) -> None:
    found = explained(name)
    assert found.refusals
    assert found.refusals[0].message in str(found)
    with pytest.raises(optimizer.InstanceError, match=found.refusals[0].code):
        optimizer.solve(broken(ALL[name]))


def test_only_what_is_refused_has_refusals() -> None:
    assert {name for name in ALL if explained(name).refusals} == {name for name, case in ALL.items() if case.refused}
