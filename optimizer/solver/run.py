"""From an instance to a plan."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from itertools import chain
from typing import Any

import numpy as np

from optimizer.algebra.linear import Values
from optimizer.instance.loader import checked
from optimizer.instance.schema import Instance, Objective
from optimizer.model.build import BuiltModel
from optimizer.model.context import Decision, Model
from optimizer.model.objectives import Goal
from optimizer.plan.delivered import delivered, distances
from optimizer.plan.plan import Plan
from optimizer.plan.progress import Progress
from optimizer.plan.versions import versions
from optimizer.solver import certify as certifying
from optimizer.solver.asked import caps_of, require_kind, solve_options, with_objectives
from optimizer.solver.compiled import Compiled, TriviallyInfeasibleError
from optimizer.solver.first_plan import is_large
from optimizer.solver.handover import model_of
from optimizer.solver.highs import Limits, SolverError
from optimizer.solver.levels import (
    Level,
    Listener,
    NothingFoundError,
    Solution,
    Target,
    capped,
    replayed,
    solve_levels,
)
from optimizer.solver.matrix import Matrix, Vector
from optimizer.solver.memory import Memory
from optimizer.solver.process import prepare

__all__ = ["NoPlanError", "Progress", "solve"]

ZERO = 1e-9
"""Amounts below this, in model units, are not written down."""


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
    memory: Memory | None = None,
    certify: Sequence[str] = (),
) -> Plan:
    """The cheapest-capital plan of an instance, audited.

    ``gap`` is relative, ``time_limit`` in seconds for all levels together; what is not given is taken from the
    instance. ``objectives`` replace the instance's list: names, or blocks as in a file. ``caps`` keep objectives at
    most (those that are maximised: at least) at a value, in their unit. ``memory`` holds solved instances that are
    alike: their plans and bounds shorten the search, and this one is added to them. ``certify`` asks for second
    opinions (``certify.METHODS``), which are kept in the summary as ``certificates``. If HiGHS crashes, the best plan
    by then is polished and audited, and the summary has a ``crash``.

    The instance is checked first, wherever it comes from. Raises InstanceError, ValueError or TypeError if it or what
    is asked for cannot be; NoPlanError; SolverError if HiGHS fails without a plan; MissingExtraError if what a second
    opinion needs is not installed; and KeyboardInterrupt if interrupted before a plan was found.

    >>> found = optimizer.solve(base, objectives=["terminal_cash"])
    >>> round(found.metrics["terminal_cash"], 6)  # 20 + E − 0.08·D with all of it equity
    120.0
    """
    instance = with_objectives(checked(instance), objectives)
    own = solve_options(instance.solve, gap=gap, time_limit=time_limit, threads=threads, seed=seed)
    limits = Limits(own.gap_share, own.time_limit_s, own.threads, own.seed)
    caps = caps_of(caps, instance)
    require_kind("progress", progress, "a function that takes a Progress", callable(progress))
    require_kind("memory", memory, "a Memory", isinstance(memory, Memory))
    certifying.require(certify)
    return search(instance, limits, progress=progress, caps=caps, memory=memory, certify=certify)


def search(
    instance: Instance,
    limits: Limits,
    *,
    progress: Listener | None = None,
    caps: Mapping[str, float] | None = None,
    memory: Memory | None = None,
    certify: Sequence[str] = (),
) -> Plan:
    """``solve`` where all that is given has been checked: batches do that before they hand out their runs."""
    from optimizer.auditing.run import audited

    clock, limit_s = _Clock(), limits.time_limit_s
    options, own = {name: value for name, value in asdict(limits).items() if name != "plan_s"}, instance.solve
    summary: dict[str, Any] = {
        "instance": instance.name,
        "instance_hash": instance.hash,
        "options": options,
        "versions": _versions(),
        "timings": clock.seconds,
    }
    if asked := {name: value for name, value in options.items() if value != getattr(own, name, value)}:
        summary["asked"] = asked  # in place of what the instance asks for
    if caps:
        summary["caps"] = dict(caps)
    try:
        prepare()
        built, compiled = (memory.model_of if memory else model_of)(instance, clock.lap, caps or ())
        targets = _targets(compiled, built, instance)
        tidy = [compiled.expression(built.goals[name].expression) for name in ("net_present_cost", "capital_raised")]
        if instance.equity is not None and instance.equity.dividends is not None:
            tidy.append(compiled.expression(built.payouts))
        if not isinstance(built.drawable, (int, float)):
            tidy.append(compiled.expression(-1.0 * built.drawable))
        clock.lap("hand_over")
        summary["matrix"] = _describe(compiled.matrix)
        limits = replace(limits, time_limit_s=max(0.0, limits.time_limit_s - clock.total))
        followers = compiled.mask(built.model.followers)
        matrix = _capped(compiled, built, caps)
        hints = memory.clue(compiled.names, followers, limits) if memory else None
        layout = compiled.layout if is_large(matrix) else None
        solution = solve_levels(matrix, targets, tidy, followers, limits, progress, hints, layout)
        if memory and not solution.crashed:
            memory.add(compiled.names, solution)
    except SolverError as error:
        error.summary = summary | {"status": "error", "message": str(error)}
        raise
    except TriviallyInfeasibleError:
        summary |= {"status": "infeasible", "message": _NOTHING["infeasible"]}
        if certify:
            summary["certificates"] = [opinion.to_dict() for opinion in certifying.certify_constant_row(certify)]
        raise NoPlanError("infeasible", _NOTHING["infeasible"], summary) from None
    except NothingFoundError as nothing:
        if nothing.interrupted:
            raise KeyboardInterrupt from None
        level, bound = nothing.target.name, nothing.bound if math.isfinite(nothing.bound) else None
        message = _NOTHING.get(nothing.status) or _spent(nothing, clock, limit_s)
        summary |= {"status": nothing.status, "message": message, "level": level, "bound": bound}
        if certify:
            # a ratio without a value has none beside the levels before it: the least capital is one of them
            held = nothing.matrix if nothing.status == "undefined" else matrix
            verdict = (nothing.status, level, held, targets)
            opinions = certifying.certify_no_plan(*verdict, limits, certify)
            summary["certificates"] = [opinion.to_dict() for opinion in opinions]
        raise NoPlanError(nothing.status, message, summary) from None
    clock.lap("solve")
    at = compiled.values(solution.x)
    metrics = _metrics(built, at)
    if certify:
        opinions = certifying.certify(solution, limits, certify, metrics)
        summary["certificates"] = [opinion.to_dict() for opinion in opinions]
        clock.lap("certify")
    plan = _plan(instance, built, at, metrics, summary, solution)
    clock.lap("read")
    report = audited(instance, plan.to_dict(), plan.to_summary())
    clock.lap("audit")
    return replace(plan, audit=report.to_dict())


def recall(
    memory: Memory,
    instance: Instance,
    levels: Sequence[Mapping[str, Any]],
    plans: Vector,
    caps: Mapping[str, float] | None = None,
) -> None:
    """Add to ``memory`` an instance that was solved before, as ``solve`` did then.

    ``levels`` are those of its summary, ``plans`` the values of all columns after each level, one after another, as
    ``traced`` gave them. Raises ValueError if they are not of this instance.
    """
    built, compiled = memory.model_of(instance, asked=caps or ())
    targets = _targets(compiled, built, instance)
    found = [_read_level(record) for record in levels]
    if [target.name for target in targets] != [level.name for level in found]:
        raise ValueError("the levels are those of other objectives")
    columns = compiled.matrix.shape[1]
    if plans.size != len(targets) * columns:
        raise ValueError(f"there are {plans.size} values for {len(targets)} levels of {columns} columns")
    matrix = _capped(compiled, built, caps)
    memory.add(compiled.names, replayed(matrix, targets, found, list(plans.reshape(len(targets), columns))))


def traced(memory: Memory) -> Vector:
    """The values of all columns after each level of the instance solved last, one after another."""
    return np.concatenate([stage.x for stage in memory.neighbours[-1].solution.stages])


def _read_level(record: Mapping[str, Any]) -> Level:
    data = {item.name: record[item.name] for item in fields(Level)}
    worst = -math.inf if record["sense"] == "minimise" else math.inf
    bound = worst if record["bound"] is None else record["bound"]
    return Level(**{**data, "bound": bound, "iterates": tuple(record["iterates"])})


def _capped(compiled: Compiled, built: BuiltModel, caps: Mapping[str, float] | None) -> Matrix:
    """The matrix with a row for each cap on an objective."""
    matrix = compiled.matrix
    for name, value in (caps or {}).items():
        matrix = capped(matrix, _target(compiled, built, Objective.model_validate({"name": name})), value)
    return matrix


_NOTHING = {
    "infeasible": "proven infeasible: no plan meets all limits",
    "undefined": "wacc has no value: there are plans, but with the least capital that a plan takes it does not come to "
    "the 1,000 dollar years that wacc is divided by; choose another objective, or give the capital a use",
    "unbounded": "unbounded: the objective can be improved without end; something valuable has no limit",
}


def _spent(nothing: NothingFoundError, clock: _Clock, limit_s: float) -> str:
    """Where the time went that was too short for a plan."""
    target, built_s = nothing.target, clock.seconds["build"] + clock.seconds["hand_over"]
    in_money = target.over is None and not target.log_share
    bound = f", best possible ${nothing.bound:,.1f} m" if in_money and math.isfinite(nothing.bound) else ""
    return (
        f"no plan in {built_s + nothing.seconds:,.1f} s of {limit_s:,g} s: {built_s:,.1f} s building, "
        f"{nothing.seconds:,.1f} s on {target.name}{bound}; try a longer time limit"
    )


def _targets(compiled: Compiled, built: BuiltModel, instance: Instance) -> list[Target]:
    """The levels of the file, and before each `wacc` one that it does not name: the least capital employed.

    A ratio falls with money that is idle or burnt. So what it is divided by is held at its least, with the physical
    decisions kept where a level of the file stands before: what is left to choose are mixes of the same money for the
    same thing. Where none does, the ratio itself chooses among the plans of least capital.
    """
    found: list[Target] = []
    for objective in instance.objectives:
        target = _target(compiled, built, objective)
        if target.over is not None:
            keep = compiled.mask(built.physical) if found else None
            least = _target_of(compiled, built.goals["capital_employed"])
            found.append(replace(least, inserted=True, keep=keep))
            target = replace(target, keep=keep)
        found.append(target)
    return found


def _target(compiled: Compiled, built: BuiltModel, objective: Objective) -> Target:
    target = _target_of(compiled, built.goals[objective.name])
    return replace(target, slack_share=objective.slack_share, slack_musd=objective.slack_musd)


def _target_of(compiled: Compiled, goal: Goal) -> Target:
    expression = compiled.expression(goal.expression)
    over = None if goal.over is None else compiled.expression(goal.over)
    base = None if goal.base is None else compiled.expression(goal.base)
    return Target(
        goal.name,
        expression,
        goal.minimise,
        over=over,
        log_share=goal.log_share,
        base=base,
        per_year=goal.per_year,
    )


def _metrics(built: BuiltModel, at: Values) -> dict[str, float | None]:
    """What the plan comes to by every objective: dilution as it is, which tangents bound."""
    metrics: dict[str, float | None] = {name: goal.value(at) for name, goal in built.goals.items()}
    metrics["dilution"] = built.equity.dilution(at)
    metrics.setdefault("adjusted_present_value", None)
    return metrics


def _plan(
    instance: Instance,
    built: BuiltModel,
    at: Values,
    metrics: dict[str, float | None],
    summary: dict[str, Any],
    solution: Solution,
) -> Plan:
    levels, lost = solution.levels, solution.lost
    model = built.model
    status = "optimal" if all(level.status == "optimal" for level in levels) else "feasible"
    summary["levels"] = [_record(level, built, metrics[level.name], at) for level in levels]
    summary |= {"status": status, "message": _message(status, solution, summary["levels"])}
    if lost is not None:
        summary["crash" if solution.crashed else "out_of_memory"] = str(lost)
    return Plan.assemble(instance, _decisions(model, at), _ledger(model, at), metrics, summary)


def _record(level: Level, built: BuiltModel, plan_value: float | None, at: Values) -> dict[str, Any]:
    """A level for the summary: its best with bound and gap, and where the plan that is delivered stands."""
    record = {
        **asdict(level),
        "gap_share": _finite(level.gap_share),
        "gap_musd": None if level.gap_musd is None else _finite(level.gap_musd),
        "iterates": list(level.iterates),
        "bound": _finite(level.bound),
    }
    goal = built.goals[level.name]
    over = None if goal.over is None else at(goal.over)
    return record | delivered(record, plan_value, over, goal.per_year)


def _message(status: str, solution: Solution, levels: Sequence[Mapping[str, Any]]) -> str:
    """What is proven of the plan that is delivered, and why the search ended if that is less than was asked for."""
    ended = str(solution.lost or ("interrupted" if solution.interrupted else "a limit was hit"))
    return (
        f"optimal within {distances(levels)}"
        if status == "optimal"
        else f"feasible, {ended}: within {distances(levels)}"
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _decisions(model: Model, at: Values) -> dict[str, list[dict[str, Any]]]:
    """Every table of decisions: rows in the order of the names and periods, zeros left out."""
    return {decision.table: list(_rows(model, decision, at)) for decision in model.decisions}


def _rows(model: Model, decision: Decision, at: Values) -> Any:
    for key, variable in decision.items():
        amount = at(variable)
        if abs(amount) <= ZERO:
            continue
        parts = key if isinstance(key, tuple) else (key,)
        row: dict[str, Any] = dict(zip(decision.columns, parts, strict=True))
        for column in ("ordered", "period"):
            if column in row:
                row[column] = model.calendar.label(row[column])
        row[decision.value] = round(amount) if decision.integer else amount * decision.scale
        yield row


def _ledger(model: Model, at: Values) -> list[dict[str, Any]]:
    """The lines with their amounts, each once in a period, zeros left out."""
    amounts: dict[tuple[Any, ...], float] = {}
    for line in chain.from_iterable(each.by_period() for each in model.ledger.lines):
        key = (line.name, line.item, model.calendar.label(line.period), line.debit, line.credit, line.corporate)
        amounts[key] = amounts.get(key, 0.0) + at(line.amount)
    names = ("line", "item", "period", "debit", "credit", "corporate")
    return [
        {**dict(zip(names, key, strict=True)), "musd": amount} for key, amount in amounts.items() if abs(amount) > ZERO
    ]


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


def _versions() -> dict[str, str]:
    return {**versions(), "python": platform.python_version()}


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
