"""An instance as a documented model of Pyomo's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from optimizer.instance.loader import checked
from optimizer.instance.schema import Instance
from optimizer.pyomo.algebra import PyomoModel
from optimizer.solving.asked import with_objectives
from optimizer.solving.compile import built_model, collector_paused

ORIGIN = "_capstack"
"""The attribute of a model that holds where it came from."""


@dataclass(frozen=True)
class Origin:
    """What a model was when it was made: families by name, and what each row and objective said.

    ``rows`` are (name of the family, number from 1, expression), ``objectives`` (objective, expression, sense), and
    ``parts`` the numerators and denominators of ratios (named expression, expression).
    """

    instance: Instance
    variables: Mapping[str, pyo.Var]
    families: Mapping[str, pyo.ConstraintList]
    rows: Sequence[tuple[str, int, Any]]
    objectives: Sequence[tuple[pyo.Objective, Any, Any]]
    parts: Sequence[tuple[pyo.Expression, Any]]


def to_pyomo(instance: Instance, objectives: Sequence[str | Mapping[str, Any]] | None = None) -> pyo.ConcreteModel:
    """The model of an instance as a ``ConcreteModel``, with a block for each business area.

    Blocks are named as the files of ``optimizer/model``, whose docstrings have the algebra: ``model.sites.starts`` are
    the phases that break ground, by site, phase and period from 1. Money is in USD million, power in MW, energy in MWh,
    compute and hardware in thousands. What has a dot in its name is found by ``model.purchases.component(name)``.
    ``model.levels`` has the objectives in their order, each under its name; the first is active, the others are not. A
    ratio, ``wacc``, is numerator / denominator, which stand beside it as ``wacc_numerator`` and ``wacc_denominator``;
    ``dilution`` is −ln(1 − share). ``objectives`` replace the instance's list, as in ``solve``.

    Rows of one's own may be added, and solved with any solver of Pyomo or, audited, with ``solve_pyomo``. Raises
    InstanceError or TypeError if the instance or what is asked for cannot be.

    >>> model = optimizer.to_pyomo(base)
    >>> model.name, model.levels.component("cost_of_capital").active
    ('two-sources', True)
    """
    instance = with_objectives(checked(instance), objectives)
    algebra = PyomoModel()
    with collector_paused():
        built = built_model(instance, algebra)
    model = algebra.model
    model.name = instance.name
    model.levels = pyo.Block(doc="The objectives of the instance in their order; the first is active.")
    listed: list[tuple[Any, Any, Any]] = []
    parts: list[tuple[Any, Any]] = []
    for asked in instance.objectives:
        stated = built.objectives[asked.name]
        expression = stated.expression
        if stated.denominator is not None:
            numerator, denominator = pyo.Expression(expr=expression), pyo.Expression(expr=stated.denominator)
            model.levels.add_component(f"{stated.name}_numerator", numerator)
            model.levels.add_component(f"{stated.name}_denominator", denominator)
            parts += [(numerator, numerator.expr), (denominator, denominator.expr)]
            expression = numerator / denominator
        objective = pyo.Objective(expr=expression, sense=pyo.minimize if stated.minimise else pyo.maximize)
        model.levels.add_component(stated.name, objective)
        if listed:
            objective.deactivate()
        listed.append((objective, objective.expr, objective.sense))
    rows = [(name, i, family[i].expr) for name, family in algebra.row_families.items() for i in family]
    setattr(model, ORIGIN, Origin(instance, algebra.variable_families, algebra.row_families, rows, listed, parts))
    return model
