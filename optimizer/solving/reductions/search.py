"""The levels of an instance, searched over sums where that pays, and always answered for every site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solver.level import Level, Listener, NothingFoundError, Solution
from optimizer.solver.levels import replayed, solve_levels
from optimizer.solver.matrix import Names, Vector
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.compiled import Compiled
from optimizer.solving.programme import Programme
from optimizer.solving.reductions.reduced import NotAlikeError, Reduced, SplitError, reduced


def search_levels(
    instance: Instance,
    compiled: Compiled,
    programme: Programme,
    limits: Limits,
    asked: str,
    note: Callable[[dict[str, Any]], None] = lambda _: None,
    listener: Listener | None = None,
    warm_starts: WarmStarts | None = None,
) -> Solution:
    """``solve_levels`` of a programme, over sums where it is ``asked`` for and there are any; all columns of it.

    ``note`` is told what a summary says of the sums. What neighbours know is taken over where their sums are the same,
    name by name; ``warm_starts`` gets the solution as it was searched. Where the reductions fail, which would be a
    defect of theirs, everything is searched again without them, in as much time again, and the record says so.
    Raises as ``solve_levels``; the matrix of a NothingFoundError is of all columns.
    """
    smaller: Reduced | None = None
    try:
        smaller = reduced(instance, compiled, programme, asked)
        if smaller is not None:
            note(smaller.to_dict())
            solution = _levels(smaller.programme, smaller, limits, listener, warm_starts)
            found, how = smaller.split(solution)
            note({**smaller.to_dict(), "split": how})
            _remember(warm_starts, smaller, solution)
            return found
    except NothingFoundError as nothing:
        if smaller is not None:
            nothing.matrix = smaller.held_in_whole(nothing.matrix)
        raise
    except (NotAlikeError, SplitError) as error:
        note({"failed": str(error)})
    solution = _levels(programme, compiled, limits, listener, warm_starts)
    _remember(warm_starts, compiled, solution)
    return solution


def recalled(
    instance: Instance, compiled: Compiled, programme: Programme, asked: str, levels: Sequence[Level], plans: Vector
) -> tuple[Names, Solution]:
    """What ``search_levels`` remembered, from the records of its levels and its plans, one after another.

    Raises ValueError if they are not of this programme.
    """
    try:
        smaller = reduced(instance, compiled, programme, asked)
    except NotAlikeError:
        smaller = None
    searched = [(programme, compiled.names)] if smaller is None else [(smaller.programme, smaller.names)]
    if smaller is not None:
        searched.append((programme, compiled.names))
    for each, names in searched:
        shape = len(each.objectives), each.matrix.shape[1]
        if plans.size == shape[0] * shape[1]:
            return names, replayed(each.matrix, each.objectives, levels, list(plans.reshape(shape)))
    raise ValueError(
        f"there are {plans.size} values for {len(levels)} levels of {searched[0][0].matrix.shape[1]} columns"
    )


def _levels(
    programme: Programme,
    of: Compiled | Reduced,
    limits: Limits,
    listener: Listener | None,
    warm_starts: WarmStarts | None,
) -> Solution:
    hints = warm_starts.hints(of.names, programme.followers, limits) if warm_starts else None
    return solve_levels(
        programme.matrix,
        programme.objectives,
        programme.cleanup,
        programme.followers,
        limits,
        listener,
        hints,
        programme.layout,
    )


def _remember(warm_starts: WarmStarts | None, of: Compiled | Reduced, solution: Solution) -> None:
    if warm_starts and not solution.crashed:
        warm_starts.add(of.names, solution)
