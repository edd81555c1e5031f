"""From the values of the whole to a plan for each scenario, audited as any other, and what each node decides."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optimizer.algebra.arrays import Vector
from optimizer.algebra.linear import Values
from optimizer.contract.decisions import CONTRACTS
from optimizer.contract.versions import versions
from optimizer.explanation.stress.rescue import RESCUE
from optimizer.instance.contract_terms import accepted, course, is_served
from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solver.level import Level, Objective, Solution, Stage
from optimizer.solving.publish import metrics_of, publish, rows_of
from optimizer.uncertainty.joined import Joined
from optimizer.uncertainty.leaf import LeafProgramme
from optimizer.uncertainty.tree import ScenarioTree

Decided = dict[str, list[dict[str, Any]]]
"""Rows of decisions by table."""

LOOSE = Limits(1.0, 60.0, 1, 0)
SAME_AMOUNT = 1e-6
"""Shared decisions differ by less, as a share of their size where that is more than 1."""


def plan_of(
    joined: Joined, number: int, solution: Solution, limits: Limits, alone: Mapping[str, float], tree: ScenarioTree
) -> Plan:
    """The plan of a leaf: an ordinary one, whose levels say how far it is from what the leaf could be alone.

    ``alone`` are bounds of the first level of each leaf by itself, in its own sense.
    """
    from optimizer.auditing.run import audited

    leaf = joined.leaves[number]
    columns = len(joined.keys)
    own = [
        Stage(
            leaf.built.programme.matrix,
            objective,
            joined.of(number, stage.x[:columns]),
            _level(leaf, objective, joined.of(number, stage.x[:columns]), alone if i == 0 else {}, limits),
        )
        for i, (objective, stage) in enumerate(zip(leaf.built.programme.objectives, solution.stages, strict=True))
    ]
    last = joined.of(number, solution.x[:columns])
    # what a level ended with is not what is delivered: later levels gave some of it up for other scenarios
    stages = [
        replace(stage, level=_level(leaf, stage.objective, last, alone if i == 0 else {}, limits))
        for i, stage in enumerate(own)
    ]
    found = Solution(last, tuple(stages))
    if leaf.built.smaller is not None:
        found, _ = leaf.built.smaller.split(found)
    instance, built, compiled = leaf.leaf.instance, leaf.built.built, leaf.built.compiled
    at = compiled.values(found.x[: compiled.matrix.shape[1]])
    metrics = metrics_of(built, at)
    options, usual = limits.options, instance.solve
    summary: dict[str, Any] = {
        "instance": instance.name,
        "instance_hash": instance.hash,
        "options": options,
        "versions": {**versions(), "python": platform.python_version()},
        "timings": {},
        "tree": {"name": tree.name, "leaf": leaf.leaf.name, "probability": leaf.leaf.probability},
    }
    asked = {name: value for name, value in options.items() if value != getattr(usual, name, value)}
    if asked:
        summary["asked"] = asked
    plan = publish(instance, built, at, metrics, summary, found)
    if plan.summary["status"] != "optimal":
        words = str(plan.summary["message"]).replace(
            "feasible, a limit was hit:", "feasible, decided with other scenarios:"
        )
        plan = replace(plan, summary={**plan.summary, "message": words})
    report = audited(instance, plan.to_dict(), plan.to_summary())
    return replace(plan, audit=report.to_dict())


def _level(leaf: LeafProgramme, objective: Objective, x: Any, alone: Mapping[str, float], limits: Limits) -> Level:
    worst = -math.inf if objective.minimise else math.inf
    value = (
        objective.value(x) if objective.denominator is not None else objective.reported(objective.expression.value(x))
    )
    share = not objective.in_money
    bound = worst if share else alone.get(leaf.leaf.name, worst)
    base = None if objective.base is None else objective.base.value(x)
    far = max(0.0, value - bound if objective.minimise else bound - value)
    enough = limits.gap_musd + limits.gap_share * abs(value if base is None else base)
    return Level(
        objective.name,
        "minimise" if objective.minimise else "maximise",
        "share" if share else "musd",
        value,
        bound,
        None if objective.log_share else far,
        "optimal" if math.isfinite(bound) and far <= enough else "feasible",
        0.0,
        base=base,
        inserted=objective.inserted,
    )


def node_decisions(tree: ScenarioTree, joined: Joined, x: Vector) -> dict[str, Decided]:
    """Of each node the rows of the tables of decisions that it decides, as the first leaf below it has them.

    A row belongs to the node that decides the last of what it is made of, and a contract's to each that decides a piece
    of how it goes; of reductions, whose sums are parted again for each scenario, see ``plan_of``.
    """
    found: dict[str, Decided] = {}
    firsts = {node.name: tree.below(node.name)[0].name for node in tree.nodes.values() if tree.below(node.name)}
    for number, leaf in enumerate(joined.leaves):
        nodes = {node for node, first in firsts.items() if first == leaf.leaf.name}
        if not nodes:
            continue
        at, compiled, model = values_of(joined, number, x), leaf.built.compiled, leaf.built.built.model
        decided = compiled.decided(model.decided)
        for decision in model.decisions:
            for row, variable in rows_of(model, decision, at):
                if decision.table is CONTRACTS:
                    for owner, piece in _by_owner(leaf, row):
                        if owner in nodes:
                            found.setdefault(owner, {}).setdefault(CONTRACTS.name, []).append(piece)
                    continue
                columns = compiled.columns_in(variable)
                owner = leaf.leaf.owner(int(decided[columns].max())) if columns.size else tree.root.name
                if owner in nodes:
                    found.setdefault(owner, {}).setdefault(decision.table.name, []).append(row)
    return found


def pieces(instance: Instance, row: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """How a contract goes, piece by piece: when each is decided, and what of its row is known by then.

    It is signed; it is accepted, so many periods late, or its customer ends it; it is renewed, if it is.
    """
    terms, calendar, horizon = instance.contracts[row["contract"]], instance.periods, instance.periods.periods
    late, renewals = row["late"], row["renewals"]
    signed = calendar.index(row["period"])
    goes = course(instance, terms, (late, renewals, signed))
    ended = late - 1 if goes.accepted is None else late
    known = min(max(1, accepted(calendar, terms, signed, ended)), horizon)
    may_be_late = terms.long_stop_periods is not None and not is_served(terms)
    is_over = calendar.elapsed(accepted(calendar, terms, signed) - 1, 0) >= terms.term_periods
    may_be_renewed = terms.renewal is not None and terms.renewal.kind == "choice" and not is_over
    told = {**row, "renewals": None if may_be_renewed else renewals}
    found = [(signed, {**told, "late": None if may_be_late else late})]
    if may_be_late:
        found.append((known, told))
    if may_be_renewed and goes.renewed is not None:
        found.append((min(max(known, goes.renewed - 1), horizon), dict(row)))
    return found


def _by_owner(leaf: LeafProgramme, row: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The nodes that decide a piece of how a contract goes, each with what is known of it then."""
    found: dict[str, dict[str, Any]] = {}
    for period, piece in pieces(leaf.leaf.instance, row):
        found[leaf.leaf.owner(period)] = piece
    return list(found.items())


def decided_until(joined: Joined, number: int, x: Vector, until: int) -> Decided:
    """The rows of the tables of decisions that a leaf decides by the end of a period."""
    leaf = joined.leaves[number]
    at, compiled, model = values_of(joined, number, x), leaf.built.compiled, leaf.built.built.model
    decided, found = compiled.decided(model.decided), Decided()
    for decision in model.decisions:
        for row, variable in rows_of(model, decision, at):
            if decision.table is CONTRACTS:
                known = [piece for period, piece in pieces(leaf.leaf.instance, row) if period <= until]
                if known:
                    found.setdefault(CONTRACTS.name, []).append(known[-1])
                continue
            columns = compiled.columns_in(variable)
            if not columns.size or int(decided[columns].max()) <= until:
                found.setdefault(decision.table.name, []).append(row)
    return found


def whole_values(joined: Joined, number: int, x: Vector) -> Vector:
    """The values of all columns of a leaf's own matrix, sums parted, at a plan of the whole. Raises SplitError."""
    leaf = joined.leaves[number]
    own = joined.of(number, x[: len(joined.keys)])
    if leaf.built.smaller is not None:
        objectives = leaf.built.programme.objectives
        stages = tuple(
            Stage(leaf.built.programme.matrix, objective, own, _level(leaf, objective, own, {}, LOOSE))
            for objective in objectives
        )
        own = leaf.built.smaller.split(Solution(own, stages))[0].x
    return own[: leaf.built.compiled.matrix.shape[1]]


def values_of(joined: Joined, number: int, x: Vector) -> Values:
    """The value of any expression of a leaf's model at a plan of the whole."""
    return joined.leaves[number].built.compiled.values(whole_values(joined, number, x))


def parted_alike(joined: Joined, x: Vector) -> str:
    """A decision that scenarios share, and that comes out differently where sums are parted again; empty if none does.

    Sites that are alike are searched as one; which of them it is follows for each scenario by itself.
    """
    known: dict[tuple[str, str], float] = {}
    for number, leaf in enumerate(joined.leaves):
        compiled = leaf.built.compiled
        values, names = whole_values(joined, number, x), compiled.names.columns
        owners = [leaf.leaf.owner(t) for t in compiled.decided(leaf.built.built.model.decided).tolist()]
        for decision in leaf.built.built.model.decisions:
            for variable in decision.values.values():
                for j in compiled.columns_in(variable).tolist():
                    value = known.setdefault((owners[j], names[j]), float(values[j]))
                    if abs(value - values[j]) > SAME_AMOUNT * max(1.0, abs(value)):
                        return f"{names[j]}, which `{owners[j]}` decides"
    return ""


def rescued(plan: Plan) -> float:
    """What a plan raises of the money from outside, USD million."""
    return math.fsum(
        float(row["musd"])
        for row in plan.ledger
        if str(row["line"]).startswith("raise.") and str(row["line"]).removeprefix("raise.").startswith(RESCUE)
    )
