"""The levels of an instance, searched over sums where that pays, and always answered for every site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solver.level import Level, Listener, NothingFoundError, Solution
from optimizer.solver.levels import replayed, solve_levels
from optimizer.solver.matrix import Vector
from optimizer.solver.warm_starts import Cleanup, Neighbour, WarmStarts
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
    stop: threading.Event | None = None,
) -> Solution:
    """``solve_levels`` of a programme, over sums where it is ``asked`` for and there are any; all columns of it.

    ``note`` is told what a summary says of the sums. What neighbours know is taken over where their sums are the same,
    name by name; ``warm_starts`` gets the solution as it was searched. Where a neighbour's whole solution is one here,
    nothing is searched, nor added up. Where the reductions fail, which would be a defect of theirs, everything is
    searched again without them, in as much time again, and the record says so.
    Raises as ``solve_levels``; the matrix of a NothingFoundError is of all columns.
    """
    if warm_starts is not None:
        cleanup = Cleanup(programme.cleanup, programme.followers)
        known = warm_starts.answer(compiled.names, programme.matrix, programme.objectives, cleanup, limits)
        if known is not None:
            return known
    smaller: Reduced | None = None
    try:
        smaller = reduced(instance, compiled, programme, asked)
        if smaller is not None:
            note(smaller.to_dict())
            solution = _levels(smaller.programme, smaller, limits, listener, warm_starts, stop)
            found, how = smaller.split(solution)
            note({**smaller.to_dict(), "split": how})
            _remember(warm_starts, smaller, programme, solution, found)
            return found
    except NothingFoundError as nothing:
        if smaller is not None:
            nothing.matrix = smaller.held_in_whole(nothing.matrix)
        raise
    except (NotAlikeError, SplitError) as error:
        note({"failed": str(error)})
    solution = _levels(programme, compiled, limits, listener, warm_starts, stop)
    _remember(warm_starts, compiled, programme, solution)
    return solution


def recall(
    warm_starts: WarmStarts,
    instance: Instance,
    compiled: Compiled,
    programme: Programme,
    levels: Sequence[Level],
    plans: Vector,
) -> None:
    """Add what ``search_levels`` did, from the records of its levels and the plans that were searched.

    Those are one after another: after each level, and at the end. Raises ValueError if they are not of this programme.
    """
    count = len(levels) + 1
    if plans.size == count * compiled.matrix.shape[1]:
        return _remember(warm_starts, compiled, programme, _replayed(programme, levels, plans))
    try:
        smaller = reduced(instance, compiled, programme, "always")
        if smaller is not None and plans.size == count * smaller.programme.matrix.shape[1]:
            solution = _replayed(smaller.programme, levels, plans)
            return _remember(warm_starts, smaller, programme, solution, smaller.split(solution)[0])
    except (NotAlikeError, SplitError) as error:
        raise ValueError(str(error)) from None
    raise ValueError(f"there are {plans.size} values for {count} plans of {compiled.matrix.shape[1]} columns")


def _replayed(programme: Programme, levels: Sequence[Level], plans: Vector) -> Solution:
    *after, last = plans.reshape(len(levels) + 1, -1)
    return replace(replayed(programme.matrix, programme.objectives, levels, after), x=last)


def _levels(
    programme: Programme,
    of: Compiled | Reduced,
    limits: Limits,
    listener: Listener | None,
    warm_starts: WarmStarts | None,
    stop: threading.Event | None,
) -> Solution:
    hints = warm_starts.hints(of.names, programme.followers, limits, programme.built) if warm_starts else None
    return solve_levels(
        programme.matrix,
        programme.objectives,
        programme.cleanup,
        programme.followers,
        limits,
        listener,
        hints,
        programme.layout,
        stop,
    )


def _remember(
    warm_starts: WarmStarts | None,
    of: Compiled | Reduced,
    programme: Programme,
    solution: Solution,
    whole: Solution | None = None,
) -> None:
    """Add a solution; ``programme`` is that over all columns, and so is ``whole`` where sums were searched."""
    if not warm_starts or solution.crashed:
        return
    cleanup = Cleanup(programme.cleanup, programme.followers)
    if isinstance(of, Reduced) and whole is not None:
        warm_starts.add(of.names, solution, Neighbour(of.compiled.names, whole, cleanup=cleanup))
    else:
        warm_starts.add(of.names, solution, cleanup=cleanup)
