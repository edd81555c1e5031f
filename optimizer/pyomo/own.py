"""What a user has added to a model of ``to_pyomo``: rows, variables, narrower bounds; and what may not change."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn
from pyomo.repn.util import categorize_valid_components
from scipy import sparse

from optimizer.algebra.array_model import ArrayModel
from optimizer.model.build import BuiltModel
from optimizer.pyomo.model import Origin
from optimizer.solving.compiled import Compiled, TriviallyInfeasibleError
from optimizer.solving.extension import Extension

ROUNDING = 1e-9
"""So much, times its size where that is more than 1, may a bound or a number without variables miss by rounding."""

CHANGE = "the rules of an instance are changed in the instance (instance.replace), not in its model"

SILENT = {pyo.Var, pyo.BooleanVar, pyo.Param, pyo.Set, pyo.RangeSet, pyo.Expression, pyo.Suffix, pyo.BuildCheck}
SILENT |= {pyo.BuildAction, pyo.ExternalFunction}
"""Kinds of components that say nothing by themselves."""


class OwnModelError(ValueError):
    """A model of Pyomo's that is not that of an instance with linear rows of one's own; the message names the place."""


@dataclass(frozen=True)
class Own:
    """What is read of a model: the variables of all columns, those of the instance first, and what is added."""

    columns: list[Any]
    extension: Extension


def read_own(model: pyo.ConcreteModel, origin: Origin, built: BuiltModel, compiled: Compiled) -> Own:
    """Read what is the user's own; ``built`` and ``compiled`` are the instance's, in arrays.

    Raises OwnModelError if a rule, an objective or a variable of the instance is not as it was, or what is added cannot
    be read; TriviallyInfeasibleError if a row without variables does not hold.
    """
    algebra = built.model.algebra
    assert isinstance(algebra, ArrayModel)
    _only_known_kinds(model)
    _same_objectives(model, origin)
    _same_blocks(model, origin)
    columns = _columns(origin, algebra)
    ours, rules = len(columns), _same_rules(model, origin)
    constraints = [each for each in _active(model, pyo.Constraint) if id(each) not in rules]
    place = {id(variable): j for j, variable in enumerate(columns)}
    rows = [row for each in constraints for row in _row(each, place, columns)]
    low, high, integer, narrowed = _bounds(columns, ours, compiled)
    entries = [(i, j, value) for i, (terms, _, _) in enumerate(rows) for j, value in terms]
    at, where, values = zip(*entries, strict=True) if entries else ((), (), ())
    extension = Extension(
        rows=sparse.csr_matrix((values, (at, where)), shape=(len(rows), len(columns)), dtype=float),
        row_low=np.array([row[1] for row in rows], dtype=float),
        row_high=np.array([row[2] for row in rows], dtype=float),
        low=low,
        high=high,
        integer=integer,
        parts=_parts(constraints, narrowed),
        narrowed=len(narrowed),
    )
    return Own(columns, extension)


def _parts(constraints: list[Any], narrowed: list[Any]) -> tuple[str, ...]:
    """The components that the user's rows and bounds belong to, each once."""
    return tuple(dict.fromkeys(each.parent_component().name for each in (*constraints, *narrowed)))


def _active(model: Any, kind: Any) -> Iterator[Any]:
    return model.component_data_objects(kind, active=True, descend_into=True)  # type: ignore[no-any-return]


def _only_known_kinds(model: Any) -> None:
    _, strange = categorize_valid_components(
        model, active=True, valid=SILENT | {pyo.Block}, targets={pyo.Constraint, pyo.Objective}
    )
    found = sorted((each.name, kind.__name__) for kind, members in strange.items() for each in members)
    if found:
        raise OwnModelError("{} is a {}, and only linear constraints can be added".format(*found[0]))


# ── what may not change ───────────────────────────────────────────────────────────────────────────────────────────


def _same_objectives(model: Any, origin: Origin) -> None:
    """The objectives are those of the instance, and only the first is active."""
    remedy = "the objectives are those of the instance, or of to_pyomo(instance, objectives=[…]), in their order"
    ours = {id(objective) for objective, _, _ in origin.objectives}
    for objective in _active(model, pyo.Objective):
        if id(objective) not in ours:
            raise OwnModelError(f"the objective {objective.name} is not the instance's: {remedy}")
    for number, (objective, expression, sense) in enumerate(origin.objectives):
        name = objective.local_name
        if objective.model() is not model or objective.expr is not expression:
            raise OwnModelError(f"the objective {name} is not as it was made: {remedy}")
        if objective.sense != sense:
            raise OwnModelError(f"the objective {name} has its sense turned round: {remedy}")
        if objective.active != (number == 0):
            verb = "is active" if number else "is deactivated"
            raise OwnModelError(f"the objective {name} {verb}, which is for solvers of Pyomo's: {remedy}")
    for named, expression in origin.parts:
        if named.model() is not model or named.expr is not expression:
            raise OwnModelError(f"{named.local_name} is not as it was made: {remedy}")


def _same_blocks(model: Any, origin: Origin) -> None:
    """Every family is where it was, and all blocks above it are active."""
    kinds = {"variables": origin.variables, "rules": origin.families}
    for kind, name, family in ((kind, name, family) for kind, of in kinds.items() for name, family in of.items()):
        block = family.parent_block()
        if block is None or family.model() is not model:
            raise OwnModelError(f"the {kind} {name} have been taken out of the model; {CHANGE}")
        while block is not model:
            if not block.active:
                raise OwnModelError(f"the block {block.name} is deactivated; {CHANGE}")
            block = block.parent_block()


def _same_rules(model: Any, origin: Origin) -> set[int]:
    """The rows of the instance by identity, all active and as they were."""
    active = {id(each) for each in _active(model, pyo.Constraint)}
    found = set()
    for name, number, expression in origin.rows:
        family = origin.families[name]
        row = family[number] if number in family else None  # noqa: SIM401
        if row is None:
            raise OwnModelError(f"a rule of {family.name} is gone; {CHANGE}")
        if id(row) not in active:
            raise OwnModelError(f"the rule {row.name} is deactivated; {CHANGE}")
        if row.expr is not expression:
            raise OwnModelError(f"the rule {row.name} is not as it was made; {CHANGE}")
        found.add(id(row))
    return found


# ── columns ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(origin: Origin, algebra: ArrayModel) -> list[Any]:
    """The variables of the instance in the order of its columns. Those that are numbers have to stay fixed."""
    found: list[Any] = []
    number = 0
    for name, (_, keys) in algebra.variable_families.items():
        family = origin.variables[name]
        for key in keys:
            variable = family[key]
            fixed = algebra.columns.fixed.get(number)
            if fixed is None:
                found.append(variable)
            elif not variable.fixed or variable.value != fixed:
                raise OwnModelError(f"{variable.name} has to stay fixed at {fixed:g}; {CHANGE}")
            number += 1
    return found


def _bounds(columns: list[Any], ours: int, compiled: Compiled) -> tuple[Any, Any, Any, list[Any]]:
    """Lower and upper bounds and kinds of all columns, and those of the instance's whose bounds are narrower."""
    low, high, integer, narrowed = [], [], [], []
    matrix = compiled.matrix
    for j, variable in enumerate(columns):
        least, most, whole = _kind(variable)
        if j < ours:
            was_low, was_high, was_whole = float(matrix.low[j]), float(matrix.high[j]), bool(matrix.integer[j])
            if _less(least, was_low) or _less(was_high, most) or (was_whole and not whole):
                raise OwnModelError(f"{variable.name} has wider bounds than it was made with; {CHANGE}")
            # bounds that are worked out can differ in their last digits, by the order of what they sum
            raised, lowered = _less(was_low, least), _less(most, was_high)
            least, most = least if raised else was_low, most if lowered else was_high
            if raised or lowered or whole != was_whole:
                narrowed.append(variable)
        low.append(least)
        high.append(most)
        integer.append(whole)
    return np.array(low, dtype=float), np.array(high, dtype=float), np.array(integer, dtype=bool), narrowed


def _kind(variable: Any) -> tuple[float, float, bool]:
    """Bounds and integrality; a fixed variable is at its value. Raises OwnModelError for domains with gaps."""
    if not (variable.is_continuous() or variable.is_integer()):
        raise OwnModelError(f"{variable.name} is neither continuous nor integer: its domain is {variable.domain}")
    least = -math.inf if variable.lb is None else float(variable.lb)
    most = math.inf if variable.ub is None else float(variable.ub)
    whole = bool(variable.is_integer())
    if not variable.fixed:
        return least, most, whole
    value = variable.value
    if value is None or not math.isfinite(value):
        raise OwnModelError(f"{variable.name} is fixed without a value")
    if _less(value, least) or _less(most, value):
        raise OwnModelError(f"{variable.name} is fixed at {value:g}, and may be from {least:g} to {most:g}")
    if whole and abs(value - round(value)) > ROUNDING:
        raise OwnModelError(f"{variable.name} is fixed at {value:g}, and has to be a whole number")
    return float(value), float(value), whole


def _less(a: float, b: float) -> bool:
    """Whether a is less than b by more than rounding."""
    return a < b and not math.isclose(a, b, rel_tol=ROUNDING, abs_tol=ROUNDING)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _row(
    constraint: Any, place: dict[int, int], columns: list[Any]
) -> Iterator[tuple[list[tuple[int, float]], float, float]]:
    """Terms and limits of a row of the user's own, whose new variables become columns; nothing if it has no variable.

    Raises OwnModelError if it is not linear, or a number of it is not known.
    """
    try:
        form = generate_standard_repn(constraint.body, compute_values=True)
        low, high = pyo.value(constraint.lower), pyo.value(constraint.upper)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise OwnModelError(f"{constraint.name} cannot be worked out: {error}") from error
    if not form.is_linear():
        raise OwnModelError(f"{constraint.name} is not linear, and only linear constraints can be added")
    terms = [(v, float(c)) for c, v in zip(form.linear_coefs, form.linear_vars, strict=True) if c]
    limits = [
        -math.inf if low is None else float(low) - float(form.constant),
        math.inf if high is None else float(high) - float(form.constant),
    ]
    if any(math.isnan(each) for each in (*limits, *(c for _, c in terms))) or any(math.isinf(c) for _, c in terms):
        raise OwnModelError(f"{constraint.name} has a coefficient or a limit that is no finite number")
    if not terms:
        if _less(0.0, limits[0]) or _less(limits[1], 0.0):
            raise TriviallyInfeasibleError(f"{constraint.name} does not hold, whatever is decided")
        return
    for variable, _ in terms:
        if id(variable) not in place:
            place[id(variable)] = len(columns)
            columns.append(variable)
    yield [(place[id(variable)], c) for variable, c in terms], limits[0], limits[1]
