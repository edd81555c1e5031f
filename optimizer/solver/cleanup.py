"""What no objective sees is brought down once the levels are solved: no plan wastes money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.solver.highs import DOLLAR, Limits, LostError, SolverError, minimise
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.polish import polish

CLEANUP_SECONDS = 20.0
"""Most time for the binaries that follow from the decisions; there are few of them."""


def clean_up(
    exact: Matrix,
    roomy: Matrix,
    cleanup: Sequence[Expression],
    followers: Mask,
    x: Vector,
    limits: Limits,
) -> tuple[Vector, LostError | None]:
    """The plan without waste, and what ended the cleanup if the solver's process went down.

    A search that was stopped leaves a plan to be cleaned up, too: amounts that no objective has seen are at any value
    that rows allow until then, and no audit would pass it.
    """
    for expression in cleanup:
        try:
            cleaner = polish(exact, roomy, expression, x, limits, maximise=False)
            if (followers & roomy.integer).any():
                brief = replace(limits, gap_share=0.0, time_limit_s=CLEANUP_SECONDS)
                for held in (exact, roomy):
                    left = held.fixed_integers(cleaner, free=followers)
                    outcome = minimise(left, expression, brief, start=cleaner)
                    if outcome.x is not None:
                        break
                if outcome.x is not None:
                    cleaner = polish(exact, roomy, expression, outcome.x, limits, maximise=False)
        except SolverError as error:
            # the levels are solved and proven; what is lost is the cleanup, and the audit will say if it matters
            return x, error if isinstance(error, LostError) else None
        x = cleaner
        edge = expression.value(x) - expression.constant
        exact = exact.with_row(expression.cost, -np.inf, edge)
        roomy = roomy.with_row(expression.cost, -np.inf, edge + DOLLAR)
    return x, None
