"""The objectives of an instance over the columns of its matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from optimizer.instance import schema
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.model.objectives import ObjectiveExpr
from optimizer.solver.holding import capped
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Matrix
from optimizer.solving.compiled import Compiled


def objectives_of(compiled: Compiled, built: BuiltModel, instance: Instance) -> list[Objective]:
    """The levels of the file, and before each `wacc` one that it does not name: the least capital employed.

    A ratio falls with money that is idle or burnt. So what it is divided by is held at its least, with the physical
    decisions kept where a level of the file stands before: what is left to choose are mixes of the same money for the
    same thing. Where none does, the ratio itself chooses among the plans of least capital.
    """
    found: list[Objective] = []
    for asked in instance.objectives:
        objective = objective_of(compiled, built, asked)
        if objective.denominator is not None:
            keep = compiled.mask(built.physical) if found else None
            least = _of_model(compiled, built.objectives["capital_employed"])
            found.append(replace(least, inserted=True, keep=keep))
            objective = replace(objective, keep=keep)
        found.append(objective)
    return found


def objective_of(compiled: Compiled, built: BuiltModel, asked: schema.Objective) -> Objective:
    objective = _of_model(compiled, built.objectives[asked.name])
    return replace(objective, slack_share=asked.slack_share, slack_musd=asked.slack_musd)


def _of_model(compiled: Compiled, objective: ObjectiveExpr) -> Objective:
    expression = compiled.expression(objective.expression)
    denominator = None if objective.denominator is None else compiled.expression(objective.denominator)
    base = None if objective.base is None else compiled.expression(objective.base)
    return Objective(
        objective.name,
        expression,
        objective.minimise,
        denominator=denominator,
        log_share=objective.log_share,
        base=base,
        per_year=objective.per_year,
    )


def with_caps(compiled: Compiled, built: BuiltModel, caps: Mapping[str, float] | None) -> Matrix:
    """The matrix with a row for each cap on an objective."""
    matrix = compiled.matrix
    for name, value in (caps or {}).items():
        matrix = capped(matrix, objective_of(compiled, built, schema.Objective.model_validate({"name": name})), value)
    return matrix
