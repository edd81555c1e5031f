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

    Both ends come first. From the end with the worse value, where the limits are tighter, it then goes to the better
    one: each plan still holds at the next point, and the bound of the better end holds at all of them. The order, like
    all that neighbours tell, changes the answer within its gap at most. What was found before, ``chain.found`` or
    ``known``, helps the rest as if it had been solved now. A point never raises; its result says what happened.
    """
    warm_starts = WarmStarts() if len(chain.points) > 1 or chain.remembered else None
    before = {result.name: result for result in chain.found}
    first, *between = chain.points
    ends = [between.pop(), first] if between else [first]
    found = {}
    for point in ends:
        found[point.name] = _finished(point, before, warm_starts, keep, known)
        if point.name not in before:
            yield found[point.name]
    if between and _is_worse(found[ends[0].name], found[first.name]):
        between.reverse()
    for point in between:
        result = _finished(point, before, warm_starts, keep, known)
        if point.name not in before:
            yield result


def _is_worse(result: Result, other: Result) -> bool:
    """Whether the first objective is worse; no plan is the worst."""
    if not result.levels or not other.levels:
        return bool(other.levels)
    sign = 1.0 if result.first["sense"] == "minimise" else -1.0
    return bool(sign * result.first["value"] > sign * other.first["value"])


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
    if warm_starts is None:
        return ""
    return base64.b64encode(zlib.compress(traced(warm_starts).astype("<f8").tobytes())).decode()


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
