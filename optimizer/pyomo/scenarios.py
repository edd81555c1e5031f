"""The scenarios of a tree for mpi-sppy, whose hubs and spokes run on clusters: a model of Pyomo each, with its nodes.

mpi-sppy asks for a function that makes the model of a scenario by its name, and for the names of the nodes. Nodes are
named there by their place: ``ROOT``, its children ``ROOT_0``, ``ROOT_1``; all scenarios have the same number of stages,
so that a path that ends early goes on through nodes of one child.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from optimizer.uncertainty.leaf import LeafProgramme, largest_of, programmes
from optimizer.uncertainty.objectives import leaf_objectives
from optimizer.uncertainty.tree import Leaf, ScenarioTree

ROOT = "ROOT"


def scenario_names(tree: ScenarioTree) -> list[str]:
    """The names of all scenarios, in the order of the tree."""
    return [leaf.name for leaf in tree.leaves]


def node_names(tree: ScenarioTree) -> list[str]:
    """The nodes as mpi-sppy names them, the leaves included, parents first."""
    found: dict[str, None] = {}
    for places in _places(tree).values():
        found.update(dict.fromkeys(places))
    return sorted(found, key=lambda name: [int(part) for part in name.split("_")[1:]])


def scenario_creator(scenario_name: str, *, tree: ScenarioTree, pooled: bool = False) -> pyo.ConcreteModel:
    """The model of a scenario: columns ``x`` by their name, ``rows``, and the first level as ``objective``.

    It carries its probability and, for every node but the last, the columns that the node decides. ``pooled`` adds up
    sites that are alike. Raises ImportError without mpi-sppy, ValueError for a scenario that there is not, for a
    measure of risk, and for a ratio: what mpi-sppy adds up over scenarios are expected values.
    """
    from mpisppy.scenario_tree import ScenarioNode

    if tree.risk.measure != "expected":
        raise ValueError(f"{tree.name} asks for {tree.risk.measure}; mpi-sppy adds up expected values")
    leaf = next((each for each in tree.leaves if each.name == scenario_name), None)
    if leaf is None:
        raise ValueError(f"{tree.name} has no scenario {scenario_name!r}: {', '.join(scenario_names(tree))}")
    (programme,) = programmes([leaf], pooled, largest_of(tree.leaves))
    model = _model(programme, tree)
    names, places = _nodes_of(leaf, tree), _places(tree)[leaf.name]
    decided: dict[str, list[Any]] = {}
    for column, owner in zip(programme.built.names.columns, programme.owners, strict=True):
        decided.setdefault(owner, []).append(model.x[column])
    by_name = {node.name: node for node in leaf.path}
    model._mpisppy_probability = leaf.probability
    model._mpisppy_node_list = [
        ScenarioNode(
            place,
            by_name[name].probability if name in by_name and stage else 1.0,
            stage + 1,
            0.0,
            decided.get(name, []) if name in by_name and name != leaf.path[-1].name else [],
            model,
            parent_name=places[stage - 1] if stage else None,
        )
        for stage, (name, place) in enumerate(zip(names[:-1], places[:-1], strict=True))
    ]
    return model


def _model(programme: LeafProgramme, tree: ScenarioTree) -> pyo.ConcreteModel:
    level = leaf_objectives(programme, tree.rescue)[0]
    if level.denominator is not None:
        raise ValueError(f"{level.name} is a ratio, and mpi-sppy adds up expected values")
    matrix, names = programme.built.programme.matrix, programme.built.names.columns
    model = pyo.ConcreteModel(name=programme.leaf.name)
    model.x = pyo.Var(names)
    for j, name in enumerate(names):
        column = model.x[name]
        column.setlb(float(matrix.low[j]) if np.isfinite(matrix.low[j]) else None)
        column.setub(float(matrix.high[j]) if np.isfinite(matrix.high[j]) else None)
        if matrix.integer[j]:
            column.domain = pyo.Integers
    columns = [model.x[name] for name in names]
    rows = matrix.rows
    model.rows = pyo.Constraint(pyo.RangeSet(0, matrix.shape[0] - 1))
    for i in range(matrix.shape[0]):
        part = slice(rows.indptr[i], rows.indptr[i + 1])
        low, high = float(matrix.row_low[i]), float(matrix.row_high[i])
        if part.start == part.stop or (np.isinf(low) and np.isinf(high)):
            continue
        body = _sum(rows.data[part], [columns[j] for j in rows.indices[part]], 0.0)
        limits = (low if np.isfinite(low) else None, body, high if np.isfinite(high) else None)
        model.rows[i] = body == low if low == high else limits
    cost = level.expression.cost
    used = np.nonzero(cost)[0].tolist()
    model.objective = pyo.Objective(
        expr=_sum(cost[used], [columns[j] for j in used], level.expression.constant),
        sense=pyo.minimize if level.minimise else pyo.maximize,
    )
    return model


def _sum(coefficients: Any, columns: Sequence[Any], constant: float) -> Any:
    return LinearExpression(
        constant=constant, linear_coefs=[float(each) for each in coefficients], linear_vars=list(columns)
    )


def _nodes_of(leaf: Leaf, tree: ScenarioTree) -> list[str]:
    """The names of a path, with as many after it as the longest path has nodes more."""
    longest = max(len(each.path) for each in tree.leaves)
    return [*(node.name for node in leaf.path), *([""] * (longest - len(leaf.path)))]


def _places(tree: ScenarioTree) -> dict[str, list[str]]:
    """By scenario the names of its nodes by their place, from the root on."""
    children: dict[str, list[str]] = {}
    for node in tree.nodes.values():
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node.name)
    found: dict[str, list[str]] = {}
    for leaf in tree.leaves:
        places = [ROOT]
        for before, node in zip(leaf.path, leaf.path[1:], strict=False):
            places.append(f"{places[-1]}_{children[before.name].index(node.name)}")
        while len(places) < len(_nodes_of(leaf, tree)):
            places.append(f"{places[-1]}_0")
        found[leaf.name] = places
    return found
