"""Solving one instance in ways that must not matter, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver import highs, process
from optimizer.solver.level import Objective, Solution
from optimizer.solver.levels import solve_levels
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.task import Answer, Task
from optimizer.solving.reductions import search
from optimizer.solving.run import NoPlanError, solve

Order = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True)
class Run:
    """What is kept of a run: its status and plan, the matrix, and the values of its columns (None without a plan)."""

    status: str
    plan: Plan | None
    matrix: Matrix | None
    x: Vector | None

    @property
    def levels(self) -> list[dict[str, Any]]:
        """The levels of the summary; none without a plan."""
        return [] if self.plan is None else self.plan.summary["levels"]


@dataclass(frozen=True)
class Way:
    """How an instance is solved: what is shuffled, HiGHS with or without presolve, the seed and the gap."""

    shuffle_rows: bool = False
    shuffle_columns: bool = False
    presolve: bool = True
    seed: int = 0
    gap: float = 0.0
    objectives: tuple[str, ...] | None = None

    def run(self, instance: Instance) -> Run:
        """Solve, on one thread. Raises NoPlanError if a limit was hit."""
        kept: dict[str, Any] = {"matrix": None, "x": None}

        def reordered(
            matrix: Matrix, objectives: Sequence[Objective], cleanup: Sequence[Expression], followers: Mask, *rest: Any
        ) -> Solution:
            rows, columns = self._orders(matrix)
            solution = solve_levels(
                shuffled(matrix, rows, columns),
                [_shuffled_objective(objective, columns) for objective in objectives],
                [_shuffled_expression(each, columns) for each in cleanup],
                followers[columns],
                *rest,
            )
            x = np.empty_like(solution.x)
            x[columns] = solution.x
            kept.update(matrix=matrix, x=x)
            return replace(solution, x=x)

        with ExitStack() as stack:
            stack.enter_context(patch.object(search, "solve_levels", reordered))
            runs = [] if self.presolve else stack.enter_context(_without_presolve())
            try:
                plan = solve(
                    instance, gap=self.gap, threads=1, seed=self.seed, time_limit=120.0, objectives=self.objectives
                )
            except NoPlanError as error:
                if error.status == "no_solution":
                    raise
                return Run(error.status, None, None, None)
            assert self.presolve or runs, "nothing was solved without presolve"
            return Run(plan.status, plan, kept["matrix"], kept["x"])

    def _orders(self, matrix: Matrix) -> tuple[Order, Order]:
        random = np.random.default_rng(20260)
        rows, columns = (random.permutation(count) for count in matrix.shape)
        return (
            rows if self.shuffle_rows else np.arange(rows.size),
            columns if self.shuffle_columns else np.arange(columns.size),
        )


def shuffled(matrix: Matrix, rows: Order, columns: Order) -> Matrix:
    """The matrix with its rows and columns in another order."""
    return Matrix(
        rows=matrix.rows[rows][:, columns].tocsr(),
        row_low=matrix.row_low[rows],
        row_high=matrix.row_high[rows],
        low=matrix.low[columns],
        high=matrix.high[columns],
        integer=matrix.integer[columns],
    )


def _shuffled_expression(expression: Expression, columns: Order) -> Expression:
    return Expression(expression.cost[columns], expression.constant)


def _shuffled_objective(objective: Objective, columns: Order) -> Objective:
    over = None if objective.denominator is None else _shuffled_expression(objective.denominator, columns)
    base = None if objective.base is None else _shuffled_expression(objective.base, columns)
    keep = None if objective.keep is None else objective.keep[columns]
    return replace(
        objective,
        expression=_shuffled_expression(objective.expression, columns),
        denominator=over,
        base=base,
        keep=keep,
    )


@contextmanager
def _without_presolve() -> Iterator[list[Task]]:
    """While it lasts, every run of HiGHS goes without presolve; gives the list of these runs."""
    runs: list[Task] = []

    def solved(task: Task, *rest: Any, **options: Any) -> Answer:
        runs.append(replace(task, options=task.options | {"presolve": "off"}))
        return process.solve(runs[-1], *rest, **options)

    with patch.object(highs, "solve", solved):
        yield runs


def worst_violation(matrix: Matrix, x: Vector) -> float:
    """The most by which a row or a bound is missed, as a part of the largest term of the row, of 1 at least."""
    value = matrix.rows @ x
    terms = abs(matrix.rows).multiply(np.abs(x)).max(axis=1).toarray().ravel()
    missed = np.maximum(matrix.row_low - value, value - matrix.row_high) / np.maximum(1.0, terms)
    beyond = np.maximum(matrix.low - x, x - matrix.high) / np.maximum(1.0, np.abs(x))
    return float(max(missed.max(initial=0.0), beyond.max(initial=0.0)))
