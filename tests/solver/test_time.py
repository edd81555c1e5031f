"""Who gets how much of the time: a clock that only moves when a search says so."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

import optimizer
from optimizer.solver import highs, levels, limits, one_level, start_heuristic
from optimizer.solver.highs import Limits, Outcome
from optimizer.solver.level import NothingFoundError, Objective
from optimizer.solver.levels import LATER_SHARE, solve_levels
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.ratio import minimise_ratio

from .test_levels import COST, WORTH, linear, problem

KNOWN = Path(optimizer.__file__).parents[1] / "instances" / "known-optimal"
LIMITS = Limits(gap_share=0.0, time_limit_s=120.0, threads=1, seed=0)
EVERYTHING = np.ones(4)


@dataclass
class Searches:
    """Stands in for searching and for the clock: each search takes its seconds and finds everything, or nothing."""

    seconds: list[float]
    finds: list[bool]
    now: float = 1000.0
    budgets: list[tuple[float, float | None]] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def minimise(self, matrix: Matrix, objective: Expression, limits: Limits, **options: object) -> Outcome:
        limits = limits.with_plan() if options.get("start") is not None else limits
        self.budgets.append((limits.time_limit_s, limits.plan_s))
        self.now += self.seconds.pop(0)
        if self.finds.pop(0):
            return Outcome("feasible", EVERYTHING.copy(), objective.value(EVERYTHING), -math.inf)
        return Outcome("no_solution", None, math.nan, 7.0)


def searched(monkeypatch: pytest.MonkeyPatch, seconds: list[float], finds: list[bool]) -> Searches:
    found = Searches(seconds, finds)
    for module in (levels, one_level, highs, limits, start_heuristic):
        monkeypatch.setattr(module, "time", found)
    monkeypatch.setattr(one_level, "minimise", found.minimise)
    monkeypatch.setattr(one_level, "polish", lambda _, __, ___, x, *____, **_____: x)
    objectives = [Objective("cost", linear(COST), True), Objective("worth", linear(WORTH), False)]
    solve_levels(problem(1.0), objectives, [], np.zeros(4, dtype=bool), LIMITS)
    return found


@pytest.mark.parametrize(
    ("first_s", "left_s"),
    [(10.0, 110.0), (60.0, 60.0), (90.0, 30.0)],
    ids=["not all of its share", "its share", "late"],
)
def test_what_a_level_does_not_use_goes_on(first_s: float, left_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 120 s the first of two levels may take half if it has a plan, and all but 2 % before it has one."""
    found = searched(monkeypatch, [first_s, 1.0], [True, True])
    assert found.budgets == [(pytest.approx(120.0 * (1.0 - LATER_SHARE)), 60.0), (pytest.approx(left_s), None)]


def test_a_level_without_a_plan_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NothingFoundError) as nothing:
        searched(monkeypatch, [117.6], [False])
    assert (nothing.value.status, nothing.value.objective.name, nothing.value.bound) == ("no_solution", "cost", 7.0)
    assert nothing.value.seconds == pytest.approx(117.6)


def test_a_later_level_has_the_plan_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds nothing in its time, and that is no failure."""
    assert len(searched(monkeypatch, [60.0, 60.0], [True, False]).budgets) == 2


def test_limits_of_one_who_has_a_plan() -> None:
    both = Limits(0.0, 100.0, 1, 0, plan_s=50.0)
    assert both.with_plan() == Limits(0.0, 50.0, 1, 0)
    assert Limits(0.0, 100.0, 1, 0, plan_s=0.0).with_plan().time_limit_s == limits.BOUND_SHARE * 100.0
    assert Limits(0.0, 100.0, 1, 0).with_plan().time_limit_s == 100.0
    assert (both.part(0.5).time_limit_s, both.part(0.5).plan_s) == (50.0, 25.0)


def test_what_is_left_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "time", Searches([], [], now=70.0))
    left = Limits(0.0, 100.0, 1, 0, plan_s=50.0).since(10.0)
    assert (left.time_limit_s, left.plan_s) == (40.0, 0.0)


def test_a_ratio_has_its_share_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first plan may take all of the time; from then on the iterations share one budget, however many."""
    found = Searches([80.0, 5.0, 5.0], [True, True, True])
    for module in ("optimizer.solver.ratio", "optimizer.solver.limits"):
        monkeypatch.setattr(f"{module}.time", found)
    monkeypatch.setattr("optimizer.solver.ratio.minimise", found.minimise)
    monkeypatch.setattr("optimizer.solver.ratio.polish", lambda _, __, ___, x, *____, **_____: x)
    limits = Limits(0.0, 100.0, 1, 0, plan_s=50.0)
    minimise_ratio(problem(1.0), problem(1.0), linear(COST, 1.0), linear(WORTH, 2.0), limits)
    # 20 s are left and the share is spent: a tenth of what is left goes into the bound
    assert found.budgets[:2] == [(100.0, 50.0), (pytest.approx(2.0), None)]


def test_the_message_says_what_was_spent_where() -> None:
    """Integers cannot be decided in a billionth of a second."""
    instance = optimizer.load(KNOWN / "crt-technologies.yaml")
    with pytest.raises(optimizer.NoPlanError) as nothing:
        optimizer.solve(instance, time_limit=1e-9)
    told = r"no plan in [\d.]+ s of 1e-09 s: [\d.]+ s building, [\d.]+ s on \w+(, best possible \$-?[\d,.]+ m)?; "
    assert re.fullmatch(told + "try a longer time limit", nothing.value.message)
    assert nothing.value.summary["message"] == nothing.value.message
