"""From the values of a solution to a plan: decisions, ledger, objectives and what is proven, as plain rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

from optimizer.algebra.expr import Expr
from optimizer.algebra.linear import Values
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.model.context import Decision, Model
from optimizer.plan.delivered import delivered, distances
from optimizer.plan.plan import Plan
from optimizer.solver.level import Level, Solution

ZERO = 1e-9
"""Amounts below this, in model units, are not written down."""


def metrics_of(built: BuiltModel, at: Values) -> dict[str, float | None]:
    """What the plan comes to by every objective: dilution as it is, which tangents bound."""
    metrics: dict[str, float | None] = {name: objective.value(at) for name, objective in built.objectives.items()}
    metrics["dilution"] = built.equity.dilution(at)
    metrics.setdefault("adjusted_present_value", None)
    return metrics


def publish(
    instance: Instance,
    built: BuiltModel,
    at: Values,
    metrics: dict[str, float | None],
    summary: dict[str, Any],
    solution: Solution,
) -> Plan:
    """The plan of a solution, not audited yet; ``summary`` takes its levels, its status and its message."""
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
    objective = built.objectives[level.name]
    denominator = None if objective.denominator is None else at(objective.denominator)
    return record | delivered(record, plan_value, denominator, objective.per_year)


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
    return {decision.table.name: [row for row, _ in rows_of(model, decision, at)] for decision in model.decisions}


def rows_of(model: Model, decision: Decision, at: Values) -> Iterator[tuple[dict[str, Any], Expr]]:
    """The rows of a table of decisions, each with what it is the value of."""
    for key, variable in decision.items():
        amount = at(variable)
        if abs(amount) <= ZERO:
            continue
        parts = key if isinstance(key, tuple) else (key,)
        row: dict[str, Any] = dict(zip(decision.table.keys, parts, strict=True))
        for column in ("ordered", "period"):
            if isinstance(row.get(column), int):
                row[column] = model.calendar.label(row[column])
        row[decision.table.value] = round(amount) if decision.is_whole(parts) else amount * decision.scale
        yield row, variable


def _ledger(model: Model, at: Values) -> list[dict[str, Any]]:
    """The lines with their amounts, each once in a period, zeros left out."""
    amounts: dict[tuple[Any, ...], float] = {}
    for line in chain.from_iterable(each.by_period() for each in model.ledger.lines):
        key: tuple[Any, ...] = (line.name, line.item, model.calendar.label(line.period), line.debit, line.credit)
        key += (line.corporate, line.group) if model.instance.groups else (line.corporate,)
        amounts[key] = amounts.get(key, 0.0) + at(line.amount)
    names = ("line", "item", "period", "debit", "credit", "corporate", "group")
    return [
        {**dict(zip(names, key, strict=False)), "musd": amount} for key, amount in amounts.items() if abs(amount) > ZERO
    ]
