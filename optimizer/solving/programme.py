"""What is solved of an instance: its matrix, its objectives, and what is brought down once they are at their best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.solver.layout import Layout
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Mask, Matrix
from optimizer.solver.start_heuristic import is_large
from optimizer.solving.compiled import Compiled
from optimizer.solving.objectives import objectives_of, with_caps


@dataclass(frozen=True)
class Programme:
    """All that ``solve_levels`` is given, over the columns of one matrix; a ``layout`` where the matrix is large.

    ``built`` are the integers that are sites or orders; None where that is not known.
    """

    matrix: Matrix
    objectives: list[Objective]
    cleanup: list[Expression]
    followers: Mask
    layout: Layout | None
    built: Mask | None = None


def programme_of(
    instance: Instance, built: BuiltModel, compiled: Compiled, caps: Mapping[str, float] | None
) -> Programme:
    """The programme of an instance; ``caps`` keep objectives at a value, in their unit."""
    cleanup = [built.objectives[name].expression for name in ("net_present_cost", "capital_raised")]
    if instance.equity is not None and instance.equity.dividends is not None:
        cleanup.append(built.payouts)
    if not isinstance(built.drawable, (int, float)):
        cleanup.append(-1.0 * built.drawable)
    if instance.groups:  # what passes to and fro in one period comes to nothing
        cleanup.append(built.contributed)
    matrix = with_caps(compiled, built, caps)
    return Programme(
        matrix,
        objectives_of(compiled, built, instance),
        [compiled.expression(each) for each in cleanup],
        compiled.mask(built.model.implied),
        compiled.layout_of(built.model) if is_large(matrix) else None,
        compiled.mask(chain.from_iterable(built.model.built.values())) & matrix.integer,
    )
