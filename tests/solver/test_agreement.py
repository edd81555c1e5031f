"""Plans between a plan and a relaxation, on a programme small enough to see."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from optimizer.solver import agreement
from optimizer.solver.agreement import nearer_relaxations
from optimizer.solver.highs import Limits, LostError
from optimizer.solver.matrix import Expression, Matrix, Vector

LIMITS = Limits(gap_share=1e-3, time_limit_s=60.0, threads=1, seed=0)
COST = Expression(np.array([5.0, 3.0, 1.0, 4.0]), 100.0)
PLAN = np.array([1.0, 0.0, 1.0, 1.0])
"""Of the first two one is needed, the third is, and 1.9 of the last, or of twice the third, is: 110."""


def programme(**fixed: float) -> Matrix:
    """a + b ≥ 1, c ≥ 1, d + c ≥ 1.9 over binaries, some of them at a value."""
    low, high = np.zeros(4), np.ones(4)
    for name, value in fixed.items():
        low["abcd".index(name)] = high["abcd".index(name)] = value
    rows = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    return Matrix(
        sparse.csr_matrix(rows),
        np.array([1.0, 1.0, 1.9]),
        np.full(3, np.inf),
        low,
        high,
        np.ones(4, dtype=bool),
    )


def found(*variants: Matrix, limits: Limits = LIMITS, at_once: int = 8, stop: threading.Event | None = None) -> Vector:
    return nearer_relaxations(variants, COST, limits, PLAN, at_once=at_once, stop=stop)


def test_what_the_relaxation_wants_otherwise_is_searched() -> None:
    """The relaxation has b in place of a, and 0.9 of d; they agree on c, which stays."""
    assert COST.value(PLAN) == 110.0
    assert np.round(found(programme())).tolist() == [0.0, 1.0, 1.0, 1.0]  # 108


def test_a_variant_that_the_plan_does_not_meet() -> None:
    """With a at 0 the plan is none, and with a at 1 nothing is better: the best of both is kept."""
    assert np.round(found(programme(a=1.0), programme(a=0.0))).tolist() == [0.0, 1.0, 1.0, 1.0]
    assert found(programme(a=1.0)) is PLAN
    assert found(programme(a=0.0, b=0.0), programme(c=0.0)) is PLAN  # no plan at all


def test_what_gains_little_beside_the_gap_is_not_looked_for() -> None:
    """2 of 110 are gained: with a gap of 15 % a tenth of it is 1.65, with 20 % 2.2."""
    assert COST.value(found(programme(), limits=replace(LIMITS, gap_share=0.15))) == pytest.approx(108.0)
    assert found(programme(), limits=replace(LIMITS, gap_share=0.2)) is PLAN


def test_later_ones_begin_from_the_better_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """One at a time: the second is asked for what is below 108 already; two at once: both for what is below 110."""
    honest, asked = agreement.minimise, []

    def noted(*given: object, **how: object) -> object:
        asked.append(how["below"])
        return honest(*given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(agreement, "minimise", noted)
    for at_once in (1, 2):
        found(programme(), programme(a=0.0), at_once=at_once)
    assert asked == pytest.approx([share * (1.0 - 1e-4) for share in (110.0, 108.0, 110.0, 110.0)])


def test_it_ends_where_it_is_stopped_and_where_there_is_no_time() -> None:
    stop = threading.Event()
    stop.set()
    assert found(programme(), stop=stop) is PLAN
    assert found(programme(), limits=replace(LIMITS, time_limit_s=0.0)) is PLAN


def test_the_plan_is_not_lost_with_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise LostError("ended", True, None, [], float("nan"))

    monkeypatch.setattr(agreement, "minimise", lost)
    with pytest.raises(LostError) as error:
        found(programme())
    assert error.value.plans == [PLAN]
