"""Programmes that are broken in one way: what is told of them contains the break, and mends it."""

from __future__ import annotations

from functools import cache

import pytest

import optimizer
from optimizer.explanation.explanation import Explanation
from optimizer.instance.schema import Instance
from tests.explanation.broken import BREAKS, Break, programme


def broken(case: Break) -> Instance:
    return programme(case.length).replace(case.broken)


@cache
def explained(name: str) -> Explanation:
    return optimizer.explain(broken(BREAKS[name]))


@pytest.mark.parametrize("length", ["year", "quarter"])
def test_the_programme_is_feasible_before_it_is_broken(length: str) -> None:
    found = optimizer.explain(programme(length))
    assert (found.status, found.conflict, found.repairs, found.complete) == ("feasible", (), (), True)
    assert optimizer.solve(programme(length), gap=0.1).audit_passed


@pytest.mark.parametrize("name", BREAKS)
def test_the_conflict_contains_the_break_and_is_minimal(name: str) -> None:
    found = explained(name)
    assert (found.status, found.proven, found.complete) == ("infeasible", True, True)
    members = {member.path: member for member in found.conflict}
    assert BREAKS[name].key in members
    assert members[BREAKS[name].key].alone == "yes"
    assert found.minimal == all(member.needed for member in found.conflict)
    assert found.minimal


@pytest.mark.parametrize("name", BREAKS)
def test_the_least_change_of_the_break_is_the_one_found_by_hand(name: str) -> None:
    case = BREAKS[name]
    repair = next(each for each in explained(name).repairs if each.path == case.key)
    assert repair.amount == pytest.approx(case.least, rel=1e-9)
    assert (repair.first, repair.last, repair.least) == (case.first, case.last, True)
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
