"""A first plan is a plan, the search that begins with it ends where the others do, and a stop is heeded."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.shapes import Shape
from optimizer.algebra.array_model import ArrayModel
from optimizer.instance.loader import load
from optimizer.solver import start_heuristic as module
from optimizer.solver.highs import Limits, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.start_heuristic import is_large, start_heuristic
from optimizer.solving import programme as preparing
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import Compiled
from optimizer.solving.run import NoPlanError, solve

from .runs import worst_violation

KNOWN = Path(__file__).resolve().parents[2] / "instances" / "known-optimal"
LIMITS = Limits(gap_share=1e-4, time_limit_s=60.0, threads=1, seed=0)
ANNUAL, QUARTERLY = Shape("year", 6, 3, 2), Shape("quarter", 2, 3, 2)


@cache
def programme(shape: Shape) -> tuple[Compiled, Expression]:
    built, compiled = compile_instance(shape.instance())
    return compiled, compiled.expression(built.objectives["cost_of_capital"].expression)


def assert_plan(matrix: Matrix, x: Vector) -> None:
    assert worst_violation(matrix, x) <= 1e-6
    assert np.abs(x - np.round(x))[matrix.integer].max() <= 1e-6


@pytest.mark.parametrize("shape", [ANNUAL, QUARTERLY], ids=lambda shape: shape.name)
@pytest.mark.parametrize("maximise", [False, True])
def test_it_is_a_plan_near_the_best(shape: Shape, maximise: bool) -> None:
    """Within 2 % of the optimum on these; the largest of the negative is the least."""
    compiled, cost = programme(shape)
    minimised = Expression(-cost.cost, -cost.constant) if maximise else cost
    seen: list[float] = []
    x = start_heuristic(
        compiled.matrix,
        minimised,
        compiled.layout,
        LIMITS,
        maximise=maximise,
        watch=lambda incumbent, _, trying: seen.append(incumbent) if trying.startswith("window") else None,
    )
    assert x is not None
    assert_plan(compiled.matrix, x)
    best = minimise(compiled.matrix, cost, LIMITS)
    assert best.bound - 1e-6 <= cost.value(x) <= 1.02 * best.value
    assert seen == sorted(seen, reverse=not maximise)
    assert abs(seen[-1]) == pytest.approx(cost.value(x), rel=module.LEAST_GAIN)


def test_windows_better_a_dear_start() -> None:
    """From the plan that is dearest, found by turning the objective round, it gets within 5 % of the best."""
    compiled, cost = programme(ANNUAL)
    worst = minimise(compiled.matrix, cost, LIMITS, maximise=True)
    best = minimise(compiled.matrix, cost, LIMITS)
    assert worst.x is not None
    assert worst.value > 1.5 * best.value
    x = start_heuristic(compiled.matrix, cost, compiled.layout, LIMITS, start=worst.x)
    assert x is not None
    assert_plan(compiled.matrix, x)
    assert cost.value(x) <= 1.05 * best.value


def test_nothing_near_is_nothing_said() -> None:
    """x + y = 1 and 2·x + 2·y + 2·z = 3 have no whole solution: the relaxation has one, and no plan is made up."""
    algebra = ArrayModel()
    x = algebra.variables("x", [1, 2, 3], 0.0, 1.0, integer=True)
    rows = algebra.rows("rows")
    rows.add(x[1] + x[2] == 1)
    rows.add(2 * x[1] + 2 * x[2] + 2 * x[3] == 3)
    compiled = Compiled(algebra)
    assert start_heuristic(compiled.matrix, compiled.expression(x[1]), compiled.layout, LIMITS) is None


def test_a_stop_is_heeded() -> None:
    """Before anything is known there is no plan; with a start it is given back as it is."""
    compiled, cost = programme(ANNUAL)
    stop = threading.Event()
    stop.set()
    assert start_heuristic(compiled.matrix, cost, compiled.layout, LIMITS, stop=stop) is None
    start = minimise(compiled.matrix, cost, LIMITS).x
    assert start_heuristic(compiled.matrix, cost, compiled.layout, LIMITS, start=start, stop=stop) is start


def test_layout() -> None:
    """Period by key or by the family's name; alternatives are those of a family that stands in one period."""
    algebra = ArrayModel()
    algebra.timelines("starts", {("a", "hall"): range(2, 4)}, 4, 0.0, 1.0, integer=True)
    algebra.variables("opened", ["a"], 0.0, 1.0, integer=True)
    algebra.variables("issue", [("a", 3)], 0.0, 1.0, integer=True)
    algebra.variables("tier.chip.4", range(2), 0.0, 1.0, integer=True)
    algebra.variables("cash", [1, 2], 0.0, 1.0, integer=False)
    layout = Compiled(algebra).layout
    assert layout.period.tolist() == [2, 3, 0, 3, 4, 4, 1, 2]
    assert layout.choice.tolist() == [-1, -1, -1, -1, 3, 3, -1, -1]


SAME = (
    "lots",
    "tiers-incremental",
    "grid-by-cover",
    "wacc-net-of-cash",
    "lexicographic-share",
    "dilution",
    "energy-mix",
)


@pytest.mark.parametrize("name", SAME)
def test_the_answer_is_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known optima with a first plan at every level, as large programmes have it, and without."""
    instance = load(KNOWN / f"{name}.yaml")
    plain = solve(instance, gap=0.0, threads=1)
    monkeypatch.setattr(preparing, "is_large", lambda matrix: True)
    other = solve(instance, gap=0.0, threads=1)
    assert other.audit_passed
    for one, two in zip(plain.summary["levels"], other.summary["levels"], strict=True):
        assert two["status"] == one["status"] == "optimal"
        assert two["value"] == pytest.approx(one["value"], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("name", "status"), [("infeasible-lots", "infeasible"), ("unbounded-arbitrage", "unbounded")])
def test_no_plan_is_no_plan(name: str, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "is_large", lambda matrix: True)
    with pytest.raises(NoPlanError) as failure:
        solve(load(KNOWN / f"{name}.yaml"), gap=0.0, threads=1)
    assert failure.value.status == status


def test_what_is_shown_of_a_ratio_is_a_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "is_large", lambda matrix: True)
    shown: list[float | None] = []
    plan = solve(
        load(KNOWN / "wacc-net-of-cash.yaml"),
        gap=0.0,
        threads=1,
        progress=lambda event: shown.append(event.incumbent) if event.level == "wacc" else None,
    )
    assert plan.summary["levels"][-1]["value"] < 1.0
    assert all(incumbent is None or incumbent < 1.0 for incumbent in shown)


def test_many_integers_are_large() -> None:
    assert not is_large(programme(ANNUAL)[0].matrix)
    assert is_large(compile_instance(Shape("month", 4, 5, 4).instance())[1].matrix)
