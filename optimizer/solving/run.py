"""From an instance to a plan."""

from __future__ import annotations

import math
import platform
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from optimizer.contract.progress import Progress
from optimizer.contract.solvers import HIGHS, engine_versions
from optimizer.contract.versions import versions
from optimizer.instance.loader import checked
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits, SolverError
from optimizer.solver.interrupts import first_one_sets
from optimizer.solver.level import Level, Listener, NothingFoundError
from optimizer.solver.matrix import Matrix, Vector
from optimizer.solver.process import prepare
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving import certify as certifying
from optimizer.solving.asked import caps_of, require_kind, solve_options, solver_asked, with_objectives
from optimizer.solving.compile import compile_with
from optimizer.solving.compiled import TriviallyInfeasibleError
from optimizer.solving.extension import Extend
from optimizer.solving.programme import programme_of
from optimizer.solving.publish import metrics_of, publish
from optimizer.solving.reductions.search import recall as recall_levels
from optimizer.solving.reductions.search import search_levels

__all__ = ["NoPlanError", "Progress", "solve"]


USUAL = {"solver": HIGHS}
"""What is asked for where neither an instance nor a user says anything, of what a file cannot say."""


class NoPlanError(Exception):
    """There is no plan: ``status`` is infeasible, undefined, unbounded or no_solution; ``summary`` is what is known.

    >>> try:
    ...     optimizer.solve(base, caps={"cost_of_capital": 6})  # the least is 8 / 1.1² = 6.61
    ... except optimizer.NoPlanError as error:
    ...     print(error.status)
    infeasible
    """

    def __init__(self, status: str, message: str, summary: dict[str, Any]) -> None:
        super().__init__(message)
        self.status, self.message, self.summary = status, message, summary


def solve(
    instance: Instance,
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    objectives: Sequence[str | Mapping[str, Any]] | None = None,
    progress: Listener | None = None,
    caps: Mapping[str, float] | None = None,
    warm_starts: WarmStarts | None = None,
    certify: Sequence[str] = (),
    reductions: str | None = None,
    solver: str | None = None,
) -> Plan:
    """The cheapest-capital plan of an instance, audited.

    ``gap`` is relative, ``time_limit`` in seconds for all levels together; what is not given is taken from the
    instance. ``objectives`` replace the instance's list: names, or blocks as in a file. ``caps`` keep objectives at
    most (those that are maximised: at least) at a value, in their unit. ``warm_starts`` holds solved instances that are
    alike: their plans and bounds shorten the search, and this one is added to them. ``certify`` asks for second
    opinions (``scip``, ``exact``), which are kept in the summary as ``certificates``. ``reductions`` (auto, always,
    off) says whether sites that are alike are searched as one. ``solver`` searches in place of HiGHS: ``scip``,
    ``gurobi``, ``xpress`` or ``copt``, which the summary tells with its version. If the solver crashes, the best plan
    by then is polished and audited, and the summary has a ``crash``.

    The instance is checked first, wherever it comes from. Raises InstanceError, ValueError or TypeError if it or what
    is asked for cannot be; NoPlanError; SolverError if the solver fails or refuses without a plan; MissingExtraError
    if what a second opinion or ``solver`` needs is not installed; and KeyboardInterrupt if interrupted before a plan
    was found.

    >>> found = optimizer.solve(base, objectives=["terminal_cash"])
    >>> round(found.metrics["terminal_cash"], 6)  # 20 + E − 0.08·D with all of it equity
    120.0
    """
    instance = with_objectives(checked(instance), objectives)
    own = solve_options(
        instance.solve, gap=gap, time_limit=time_limit, threads=threads, seed=seed, reductions=reductions
    )
    limits = Limits(own.gap_share, own.time_limit_s, own.threads, own.seed, solver=solver_asked(solver))
    caps = caps_of(caps, instance)
    require_kind("progress", progress, "a function that takes a Progress", callable(progress))
    require_kind("warm_starts", warm_starts, "WarmStarts", isinstance(warm_starts, WarmStarts))
    certifying.require(certify, limits.solver)
    return search(
        instance,
        limits,
        progress=progress,
        caps=caps,
        warm_starts=warm_starts,
        certify=certify,
        reductions=own.reductions,
    )


def search(
    instance: Instance,
    limits: Limits,
    *,
    progress: Listener | None = None,
    caps: Mapping[str, float] | None = None,
    warm_starts: WarmStarts | None = None,
    certify: Sequence[str] = (),
    reductions: str | None = None,
    extend: Extend | None = None,
    told: Callable[[Vector], None] = lambda _: None,
) -> Plan:
    """``solve`` where all that is given has been checked: batches do that before they hand out their runs.

    ``reductions`` as in ``solve``. ``extend`` gives rows and columns of a
    user's own, and ``told`` is told the values of all columns in the plan.
    """
    from optimizer.auditing.run import audited

    clock, limit_s, stop = _Clock(), limits.time_limit_s, threading.Event()
    options, own = limits.options, instance.solve
    summary: dict[str, Any] = {
        "instance": instance.name,
        "instance_hash": instance.hash,
        "options": options,
        "versions": _versions(limits.solver),
        "timings": clock.seconds,
    }
    if asked := {name: value for name, value in options.items() if value != getattr(own, name, USUAL.get(name, value))}:
        summary["asked"] = asked  # in place of what the instance asks for
    if caps:
        summary["caps"] = dict(caps)
    try:
        prepare()
        built, compiled = compile_with(warm_starts, instance, clock.lap, caps or ())
        programme, size = programme_of(instance, built, compiled, caps), compiled.matrix
        if extend:
            added = extend(built, compiled)
            programme = added.programme(programme)
            if added.parts:
                summary["own"], size = added.to_dict(size.shape[1]), programme.matrix
        clock.lap("compile")
        summary["matrix"] = _describe(size)
        limits = replace(limits, time_limit_s=max(0.0, limits.time_limit_s - clock.total))
        asked_for = "off" if extend else reductions or own.reductions  # rows of one's own may tell sites apart

        def note(record: dict[str, Any]) -> None:
            summary["reductions"] = record

        ordered = built.model.instance
        with first_one_sets(stop):
            solution = search_levels(ordered, compiled, programme, limits, asked_for, note, progress, warm_starts, stop)
    except SolverError as error:
        error.summary = summary | {"status": "error", "message": str(error)}
        raise
    except TriviallyInfeasibleError as broken:
        message = _NOTHING["infeasible"] + (f"; {broken}" if extend else "")
        summary |= {"status": "infeasible", "message": message}
        if certify:
            summary["certificates"] = [opinion.to_dict() for opinion in certifying.certify_constant_row(certify)]
        raise NoPlanError("infeasible", message, summary) from None
    except NothingFoundError as nothing:
        if nothing.interrupted:
            raise KeyboardInterrupt from None
        level, bound = nothing.objective.name, nothing.bound if math.isfinite(nothing.bound) else None
        message = _NOTHING.get(nothing.status) or _spent(nothing, clock, limit_s)
        if parts := summary.get("own", {}).get("parts"):
            message += f"; the model has rows of your own: {', '.join(parts)}"
        summary |= {"status": nothing.status, "message": message, "level": level, "bound": bound}
        if certify:
            # a ratio without a value has none beside the levels before it: the least capital is one of them
            held = nothing.matrix if nothing.status == "undefined" else programme.matrix
            verdict = (nothing.status, level, held, programme.objectives)
            opinions = certifying.certify_no_plan(*verdict, limits, certify)
            summary["certificates"] = [opinion.to_dict() for opinion in opinions]
        raise NoPlanError(nothing.status, message, summary) from None
    clock.lap("solve")
    told(solution.x)
    at = compiled.values(solution.x[: compiled.matrix.shape[1]])
    metrics = metrics_of(built, at)
    if certify:
        opinions = certifying.certify(solution, limits, certify, metrics)
        summary["certificates"] = [opinion.to_dict() for opinion in opinions]
        clock.lap("certify")
    with first_one_sets(stop):
        plan = publish(instance, built, at, metrics, summary, solution)
        clock.lap("read")
        report = audited(instance, plan.to_dict(), plan.to_summary())
        clock.lap("audit")
        return replace(plan, audit=report.to_dict())


def recall(
    warm_starts: WarmStarts,
    instance: Instance,
    levels: Sequence[Mapping[str, Any]],
    plans: Vector,
    caps: Mapping[str, float] | None = None,
) -> None:
    """Add to ``warm_starts`` an instance that was solved before, as ``solve`` did then.

    ``levels`` are those of its summary, ``plans`` what was searched after each level and at the end, one after another,
    as ``traced`` gave them. Raises ValueError if they are not of this instance.
    """
    built, compiled = compile_with(warm_starts, instance, asked=caps or ())
    programme = programme_of(instance, built, compiled, caps)
    found = [_read_level(record) for record in levels]
    if [each.name for each in programme.objectives] != [level.name for level in found]:
        raise ValueError("the levels are those of other objectives")
    recall_levels(warm_starts, built.model.instance, compiled, programme, found, plans)


def traced(warm_starts: WarmStarts) -> Vector:
    """The values of what was searched after each level of the instance solved last, and at the end, one after another.

    None of an instance that was answered by a neighbour.
    """
    newest = warm_starts.newest
    return (
        np.zeros(0) if newest is None else np.concatenate([*(s.x for s in newest.solution.stages), newest.solution.x])
    )


def _read_level(record: Mapping[str, Any]) -> Level:
    data = {item.name: record[item.name] for item in fields(Level)}
    worst = -math.inf if record["sense"] == "minimise" else math.inf
    bound = worst if record["bound"] is None else record["bound"]
    return Level(**{**data, "bound": bound, "iterates": tuple(record["iterates"])})


_NOTHING = {
    "infeasible": "proven infeasible: no plan meets all limits",
    "undefined": "wacc has no value: there are plans, but with the least capital that a plan takes it does not come to "
    "the 1,000 dollar years that wacc is divided by; choose another objective, or give the capital a use",
    "unbounded": "unbounded: the objective can be improved without end; something valuable has no limit",
}


def _spent(nothing: NothingFoundError, clock: _Clock, limit_s: float) -> str:
    """Where the time went that was too short for a plan."""
    objective, built_s = nothing.objective, clock.seconds["build"] + clock.seconds["compile"]
    in_money = objective.in_money
    bound = f", best possible ${nothing.bound:,.1f} m" if in_money and math.isfinite(nothing.bound) else ""
    return (
        f"no plan in {built_s + nothing.seconds:,.1f} s of {limit_s:,g} s: {built_s:,.1f} s building, "
        f"{nothing.seconds:,.1f} s on {objective.name}{bound}; try a longer time limit"
    )


def _describe(matrix: Matrix) -> dict[str, Any]:
    smallest, largest = matrix.coefficient_range()
    rows, columns = matrix.shape
    return {
        "rows": rows,
        "columns": columns,
        "integers": int(matrix.integer.sum()),
        "nonzeros": int(matrix.rows.nnz),
        "smallest_coefficient": smallest,
        "largest_coefficient": largest,
    }


def _versions(solver: str) -> dict[str, str]:
    return {**versions(), **engine_versions(solver), "python": platform.python_version()}


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, stage: str) -> None:
        now = time.monotonic()
        self.seconds[stage] = now - self._last
        self._last = now

    @property
    def total(self) -> float:
        return sum(self.seconds.values())
