"""The points of a chain one after another, each helped by those before it."""

from __future__ import annotations

import base64
import logging
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from optimizer.comparison.point import Chain, Point, Result
from optimizer.explanation.soon import cause_of
from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.run import NoPlanError, recall, search, traced

_log = logging.getLogger(__name__)
Keep = Callable[[Point, Plan | None, Result], Result]
Known = Callable[[Point], Result | None]


def solve_chain(chain: Chain, keep: Keep, known: Known) -> Iterator[Result]:
    """Solve every point that is not ``known`` yet, and hand each to ``keep`` as soon as it is finished.

    Both ends come first, then the middle between two that are finished, again and again. Where one limit gets tighter
    along the chain, a point so has a plan that holds from its tighter side, and a bound from its looser side; and what
    lies between two that are alike is answered by one of them. The order, like all that neighbours tell, changes the
    answer within its gap at most. What was found before, ``chain.found`` or ``known``, helps the rest as if it had been
    solved now. A point never raises; its result says what happened.
    """
    warm_starts = WarmStarts() if len(chain.points) > 1 or chain.remembered else None
    before = {result.name: result for result in chain.found}
    for place, left in _in_order(len(chain.points)):
        point = chain.points[place]
        if warm_starts is not None:
            warm_starts.place = place
        result = _finished(point, before, warm_starts, keep, known)
        if warm_starts is not None:
            warm_starts.keep_for(left)
        if point.name not in before:
            yield result


def _in_order(count: int) -> Iterator[tuple[int, list[int]]]:
    """The places 0, …, n − 1 in the order in which they are solved, each with the places between which others are left.

    Of seven 6, 0, 3, 1, 2, 4, 5.
    """
    last = count - 1
    yield last, [0, last]
    if last:
        yield 0, [0, last]
    between = [(0, last)]
    while between:
        low, high = between.pop()
        if high - low > 1:
            middle = (low + high) // 2
            between += [(middle, high), (low, middle)]
            yield middle, [place for pair in between for place in pair]


def _finished(
    point: Point, before: Mapping[str, Result], warm_starts: WarmStarts | None, keep: Keep, known: Known
) -> Result:
    result = before.get(point.name) or known(point)
    if result is not None:
        _remember(point, result, warm_starts)
        return replace(result, name=point.name, labels=point.labels)
    begun = time.monotonic()
    plan, result = _solved(point, warm_starts)
    return keep(point, plan, replace(result, seconds=time.monotonic() - begun))


def _remember(point: Point, result: Result, warm_starts: WarmStarts | None) -> None:
    """Let an earlier result help as if it had been found now."""
    if warm_starts is None or not result.trace:
        return
    try:
        plans = np.frombuffer(zlib.decompress(base64.b64decode(result.trace, validate=True)), dtype="<f8")
        recall(warm_starts, point.instance, result.levels, plans, point.caps)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        _log.warning("%s helps no neighbour: its record is not of this instance: %s", point.name, error)


def _trace(warm_starts: WarmStarts | None) -> str:
    """What was found now, for later; nothing of a point that a neighbour has answered."""
    found = np.zeros(0) if warm_starts is None else traced(warm_starts)
    return base64.b64encode(zlib.compress(found.astype("<f8").tobytes())).decode() if found.size else ""


def _solved(point: Point, warm_starts: WarmStarts | None) -> tuple[Plan | None, Result]:
    options = point.options
    try:
        limits = Limits(options.gap_share, options.time_limit_s, threads=1, seed=options.seed)
        plan = search(point.instance, limits, caps=point.caps, warm_starts=warm_starts)
    except NoPlanError as nothing:
        impossible = nothing.status == "infeasible"
        cause = cause_of(point.instance, options.time_limit_s, bool(point.caps)) if impossible else ""
        return None, Result(point.name, point.labels, nothing.status, nothing.message, cause=cause)
    except InstanceError as error:
        return None, Result(point.name, point.labels, "invalid", str(error))
    except Exception as error:
        # whatever happens to one run, the others go on; the row says what it was
        return None, Result(point.name, point.labels, "error", f"{type(error).__name__}: {error}")
    if crash := plan.summary.get("crash"):
        # its plan tells neighbours nothing, and another try may find a better one
        return None, Result(point.name, point.labels, "error", str(crash))
    reason = "" if plan.audit_passed else "the audit failed: do not use this plan"
    return plan, Result(
        point.name,
        point.labels,
        plan.status,
        reason,
        tuple(plan.summary["levels"]),
        plan.metrics,
        plan.audit_passed,
        trace=_trace(warm_starts),
    )
