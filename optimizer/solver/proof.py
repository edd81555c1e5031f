"""The proof of a good plan of a programme with very many columns: one tree that looks only for better ones."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

from optimizer.solver.dates import wanted_of
from optimizer.solver.highs import Limits, LostError, Outcome, Watch
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.search import minimise


def proven_by_one_tree(
    matrix: Matrix,
    objective: Objective,
    limits: Limits,
    x: Vector,
    *,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """The proof that ``x`` is within the gap of the best, or a better plan and its bound, in the objective's sense.

    Plans that are not better than the gap allows are not looked for, nor found by heuristics: what costs more by its
    reduced costs is left out from the first. Where the gap is one of a base, values are seen as large as that.
    """
    sign, shift = (1.0 if objective.minimise else -1.0), objective.above_value(x)
    seen = Expression(sign * objective.expression.cost, sign * (objective.expression.constant + shift))
    best = seen.value(x)

    def own_sense(_: float, bound: float, trying: str) -> None:
        if watch is not None:
            watch(sign * best - shift, sign * bound - shift, trying)

    wanted = wanted_of(objective, shift, limits)
    own_sense(best, math.nan, "tree for better plans")
    below, one = wanted(x, best), replace(limits, threads=1)
    try:
        found = minimise(matrix, seen, one, proof_only=True, below=below, cheap_nodes=True, watch=own_sense, stop=stop)
    except LostError as lost:
        lost.plans.append(x)
        raise
    bound = below if found.status == "infeasible" else found.bound
    if found.x is not None and found.value < best:
        x, best = found.x, found.value
    bound = min(best, bound) if math.isfinite(bound) else -math.inf
    status = "optimal" if bound >= wanted(x, best) else "feasible"
    return Outcome(status, x, sign * best - shift, sign * bound - shift)
