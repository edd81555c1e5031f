"""The points of a chain one after another, each helped by those before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from optimizer.compare.point import Chain, Point, Result
from optimizer.instance.diagnostics import InstanceError
from optimizer.plan.plan import Plan
from optimizer.solver.memory import Memory
from optimizer.solver.run import NoPlanError, solve

Keep = Callable[[Point, Plan | None, Result], Result]
Known = Callable[[Point], Result | None]


def solve_chain(chain: Chain, keep: Keep, known: Known) -> Iterator[Result]:
    """Solve every point that is not ``known`` yet, and hand each to ``keep`` as soon as it is finished.

    Both ends come first. From the end with the worse value, where the limits are tighter, it then goes to the better
    one: each plan still holds at the next point, and the bound of the better end holds at all of them. The order, like
    all that neighbours tell, changes the time and not the answer beyond its gap. A point never raises; its result says
    what happened.
    """
    memory = Memory()
    first, *between = chain.points
    ends = [first]
    found = {}
    if between:
        ends.insert(0, between.pop())
    for point in ends:
        found[point.name] = _finished(point, memory, keep, known)
        yield found[point.name]
    if between and _is_worse(found[ends[0].name], found[first.name]):
        between.reverse()
    for point in between:
        yield _finished(point, memory, keep, known)


def _is_worse(result: Result, other: Result) -> bool:
    """Whether the first objective is worse; no plan is the worst."""
    if not result.levels or not other.levels:
        return bool(other.levels)
    sign = 1.0 if result.levels[0]["sense"] == "minimise" else -1.0
    return bool(sign * result.levels[0]["value"] > sign * other.levels[0]["value"])


def _finished(point: Point, memory: Memory, keep: Keep, known: Known) -> Result:
    result = known(point)
    if result is not None:
        return replace(result, name=point.name, labels=point.labels)
    begun = time.monotonic()
    plan, result = _solved(point, memory)
    return keep(point, plan, replace(result, seconds=time.monotonic() - begun))


def _solved(point: Point, memory: Memory) -> tuple[Plan | None, Result]:
    options = point.options
    try:
        plan = solve(
            point.instance,
            gap=options.gap_share,
            time_limit=options.time_limit_s,
            threads=1,
            seed=options.seed,
            caps=point.caps,
            memory=memory,
        )
    except NoPlanError as nothing:
        return None, Result(point.name, point.labels, nothing.status, nothing.message)
    except InstanceError as error:
        return None, Result(point.name, point.labels, "invalid", str(error))
    except Exception as error:
        # whatever happens to one run, the others go on; the row says what it was
        return None, Result(point.name, point.labels, "error", f"{type(error).__name__}: {error}")
    reason = "" if plan.audit_passed else "the audit failed: do not use this plan"
    return plan, Result(
        point.name,
        point.labels,
        plan.status,
        reason,
        tuple(plan.summary["levels"]),
        plan.metrics,
        plan.audit_passed,
    )
