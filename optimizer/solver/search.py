"""A search for plans, by HiGHS or by the solver that was asked for in its place.

Searches of levels come here. What is left of them goes to HiGHS whoever searched: the linear programmes that plans are
read from, the cleanup, relaxations and denominators of ratios. So a plan meets its limits as tightly as one of HiGHS.
"""

from __future__ import annotations

import threading

from optimizer.contract.solvers import HIGHS
from optimizer.solver import highs, other
from optimizer.solver.highs import Limits, Outcome
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.process import Watch


def minimise(
    matrix: Matrix,
    objective: Expression,
    limits: Limits,
    *,
    maximise: bool = False,
    start: Vector | None = None,
    known_bound: float | None = None,
    proof_only: bool = False,
    nodes: int | None = None,
    presolve: bool = True,
    below: float | None = None,
    cheap_nodes: bool = False,
    enough: float | None = None,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """As ``highs.minimise``, by ``limits.solver``.

    What is known of a good start, and of what plans should be ``below`` or a bound is ``enough``, changes the search of
    HiGHS alone.
    """
    if limits.solver == HIGHS or not matrix.shape[1]:
        return highs.minimise(
            matrix,
            objective,
            limits,
            maximise=maximise,
            start=start,
            known_bound=known_bound,
            proof_only=proof_only,
            nodes=nodes,
            presolve=presolve,
            below=below,
            cheap_nodes=cheap_nodes,
            enough=enough,
            watch=watch,
            stop=stop,
        )
    return other.minimise(
        matrix,
        objective,
        limits,
        maximise=maximise,
        start=start,
        known_bound=known_bound,
        nodes=nodes,
        presolve=presolve,
        watch=watch,
        stop=stop,
    )
