"""Each solver that is installed reads the same arrays, keeps the same conventions and ends where it is told to."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from optimizer.contract.solvers import ENGINES, HIGHS, Engine
from optimizer.contract.versions import MissingExtraError
from optimizer.solver import other
from optimizer.solver.highs import Limits, SolverError
from optimizer.solver.matrix import Expression
from optimizer.solver.search import minimise
from optimizer.solver.task import Answer, Task
from optimizer.solving.asked import solver_asked

from .test_highs import LIMITS, hard, knapsack
from .test_second import matrix_of


def installed(solver: str) -> bool:
    return find_spec(ENGINES[solver].package) is not None


SOLVERS = [
    pytest.param(
        name, marks=pytest.mark.skipif(not installed(name), reason=f"{ENGINES[name].package} is not installed")
    )
    for name in ENGINES
    if name != HIGHS
]
each = pytest.mark.parametrize("solver", SOLVERS)


def of(solver: str, limits: Limits = LIMITS) -> Limits:
    return replace(limits, solver=solver)


@each
def test_a_maximum_and_a_minimum_with_a_constant(solver: str) -> None:
    """Stockco's best is 42, so that 100 less it is 58; the bounds are in the objective's own sense."""
    matrix, objective = knapsack()
    most = minimise(matrix, objective, of(solver), maximise=True)
    least = minimise(matrix, Expression(-objective.cost, 100.0), of(solver))
    assert (most.status, most.value, most.bound) == ("optimal", pytest.approx(42.0), pytest.approx(42.0))
    assert most.x == pytest.approx([0.0, 1.0, 1.0, 1.0])
    assert (least.status, least.value, least.bound) == ("optimal", pytest.approx(58.0), pytest.approx(58.0))


@each
def test_a_linear_programme_has_its_value_for_a_bound(solver: str) -> None:
    """By value a pound: 16/5, 22/7, 12/4, 8/3: the first two and half of the third, 16 + 22 + 6 = 44."""
    outcome = minimise(*knapsack(integer=False), of(solver), maximise=True)
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", pytest.approx(44.0), pytest.approx(44.0))


@each
def test_rows_of_every_kind(solver: str) -> None:
    """x + y = 5, 1 ≤ x − y ≤ 2 and y ≥ 1.6, beside a row without limits: least x is 5 − y with 2y ≤ 4, so 3."""
    rows = [[1.0, 1.0], [1.0, -1.0], [0.0, 1.0], [1.0, 0.0]]
    limits = [(5.0, 5.0), (1.0, 2.0), (1.6, math.inf), (-math.inf, math.inf)]
    matrix = matrix_of(rows, limits, [(-math.inf, math.inf)] * 2, [False, False])
    outcome = minimise(matrix, Expression(np.array([1.0, 0.0]), 0.0), of(solver))
    assert outcome.x == pytest.approx([3.0, 2.0])


@each
def test_infeasible_and_unbounded(solver: str) -> None:
    """x₁ − x₂ ≤ 1 leaves a direction in which everything grows; x₁ + x₂ ≤ −1 leaves nothing."""
    costs, limits = Expression(np.array([1.0, 1.0]), 0.0), [(0.0, math.inf)] * 2
    open_ended = matrix_of([[1.0, -1.0]], [(-math.inf, 1.0)], limits, [True, False])
    closed = matrix_of([[1.0, 1.0]], [(-math.inf, -1.0)], limits, [True, False])
    empty = matrix_of([[0.0, 0.0]], [(1.0, 1.0)], limits, [True, False])
    assert minimise(open_ended, costs, of(solver), maximise=True).status == "unbounded"
    assert minimise(closed, costs, of(solver), maximise=True).status == "infeasible"
    assert minimise(empty, costs, of(solver)).status == "infeasible"


@each
def test_a_start_that_is_within_the_gap_of_what_is_known(solver: str) -> None:
    """A split that nobody proves (see ``hard``): with a known bound of 0.99 of what a start comes to it is done."""
    matrix, objective = hard()
    first = minimise(matrix, objective, of(HIGHS, Limits(1.0, 60.0, 1, 0)), nodes=1)
    assert first.x is not None
    limits = of(solver, Limits(0.02, 30.0, 1, 0))
    outcome = minimise(matrix, objective, limits, start=first.x, known_bound=0.99 * first.value)
    assert outcome.status == "optimal"
    assert outcome.value <= first.value + 1e-6


@each
def test_a_stop_from_outside_keeps_the_incumbent(solver: str) -> None:
    stop, seen = threading.Event(), []

    def watch(incumbent: float, bound: float, trying: str) -> None:
        seen.append((incumbent, bound, trying))
        if incumbent == incumbent:  # a number: there is a plan
            stop.set()

    begun = time.monotonic()
    outcome = minimise(*hard(), of(solver, Limits(0.0, 60.0, 1, 0)), watch=watch, stop=stop)
    assert (outcome.status, outcome.x is None) == ("feasible", False)
    assert outcome.bound <= outcome.value
    assert time.monotonic() - begun < 50.0
    assert seen[-1][2]


def test_nobody_is_believed_that_there_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stockco has plans: HiGHS finds one, the solver is asked again with it, and insists."""
    starts = []

    def solve(task: Task, *_: object) -> Answer:
        starts.append(task.start)
        return Answer("Infeasible")

    monkeypatch.setattr(other, "solve", solve)
    with pytest.raises(SolverError, match="SCIP says that there is no plan, and HiGHS has one"):
        minimise(*knapsack(), of("scip"))
    assert [start is None for start in starts] == [True, False]
    outcome = minimise(*knapsack(), of("scip"), start=np.zeros(4))
    assert (outcome.status, outcome.x) == ("no_solution", None)


def test_a_plan_far_from_its_bound_is_not_optimal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is worth 16 and the bound 42 of 16: nothing that a solver calls it makes that a gap of 1 %."""
    plan = np.array([1.0, 0.0, 0.0, 0.0])
    monkeypatch.setattr(other, "solve", lambda *_: Answer("Optimal", plan, -16.0, -42.0))
    outcome = minimise(*knapsack(), of("scip", replace(LIMITS, gap_share=0.01)), maximise=True)
    assert (outcome.status, outcome.value, outcome.bound) == ("feasible", 16.0, 42.0)


def test_a_refusal_is_told_in_the_words_of_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(*_: object) -> Answer:
        raise SolverError("Model too large for size-limited license.")

    monkeypatch.setattr(other, "solve", solve)
    with pytest.raises(SolverError, match=r"Gurobi refuses: Model too large .* license; a licence .* without --solver"):
        minimise(*knapsack(), of("gurobi"))


def test_a_solver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {**ENGINES, "copt": Engine("COPT", "no-such-package", "copt")}
    monkeypatch.setattr("optimizer.contract.solvers.ENGINES", missing)
    with pytest.raises(MissingExtraError, match=r"no-such-package is not installed: pip install '.*\[copt\]'"):
        solver_asked("copt")
