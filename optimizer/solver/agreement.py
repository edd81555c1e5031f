"""A better plan near relaxations: what a plan and a relaxation agree on is kept, and the rest is searched.

Windows of time change what is near in time. This changes what the relaxation wants otherwise, wherever it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.solver.highs import Limits, LostError
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solver.neighbourhoods import PART_OF_GAP
from optimizer.solver.parts import each
from optimizer.solver.relaxation import relaxed
from optimizer.solver.search import minimise

AGREE = 1e-4
"""A plan and a relaxation agree on an integer where their values are as near as this."""
NODES = 300
LEAST_GAIN = 0.1
"""What a better plan has to gain, as a part of the gap that is wanted of the whole."""


def nearer_relaxations(
    variants: Sequence[Matrix],
    objective: Expression,
    limits: Limits,
    x: Vector,
    *,
    at_once: int,
    stop: threading.Event | None = None,
) -> Vector:
    """The best of a plan ``x`` and of plans between it and the relaxation of each variant of its matrix.

    Integers on which both agree are kept (RINS: Danna, Rothberg and Le Pape 2005), in a variant with other bounds, too,
    which ``x`` may not meet. ``at_once`` variants are asked from the same plan, ``limits.threads`` of them side by
    side; nothing depends on which is done first.
    """
    begun, gap, best = time.monotonic(), limits.gap_share, objective.value(x)
    one = replace(limits, threads=1, gap_share=PART_OF_GAP * gap)

    def searched(variant: Matrix) -> Vector | None:
        bent = relaxed(variant, objective, one.since(begun), stop)
        if bent is None:
            return None
        apart = variant.integer & (np.abs(bent - x) > AGREE)
        left, below = variant.fixed_integers(x, free=apart), best - LEAST_GAIN * gap * abs(best)
        return minimise(left, objective, one.since(begun), nodes=NODES, below=below, cheap_nodes=True, stop=stop).x

    for first in range(0, len(variants), at_once):
        if not limits.since(begun).time_limit_s or (stop is not None and stop.is_set()):
            break
        try:
            found = each(searched, variants[first : first + at_once], limits.threads)
        except LostError as lost:
            lost.plans.append(x)
            raise
        x = min([x, *(plan for plan in found if plan is not None)], key=objective.value)
        best = objective.value(x)
    return x
