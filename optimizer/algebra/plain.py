"""The same model in Pyomo's own objects: what is documented, and what ``Direct`` is tested against."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from optimizer.algebra.direct import Bounds


class Plain:
    """A ``pyo.ConcreteModel`` with a ``Var`` for each family of variables and a ``ConstraintList`` for each of rows."""

    def __init__(self) -> None:
        self.model = pyo.ConcreteModel()

    def variables(
        self, name: str, keys: Sequence[Hashable], low: Bounds, high: Bounds, *, integer: bool
    ) -> dict[Any, Any]:
        """An indexed variable."""
        family = pyo.Var(keys, domain=pyo.Integers if integer else pyo.Reals)
        self.model.add_component(name, family)
        for key in keys:
            for bounds, put in ((low, family[key].setlb), (high, family[key].setub)):
                bound = bounds if isinstance(bounds, (int, float)) else bounds[key]
                put(None if math.isinf(bound) else bound)
        return {key: family[key] for key in keys}

    def rows(self, name: str) -> PlainRows:
        """A list of constraints, still empty."""
        family = pyo.ConstraintList()
        self.model.add_component(name, family)
        return PlainRows(family)

    def interval(self, expression: Any) -> tuple[float, float]:
        """The least and the largest value that the bounds of its variables allow an expression."""
        if isinstance(expression, (int, float)):
            return float(expression), float(expression)
        form = generate_standard_repn(expression, compute_values=True)
        low = high = float(form.constant)
        for coefficient, variable in zip(form.linear_coefs, form.linear_vars, strict=True):
            if coefficient:
                least = -math.inf if variable.lb is None else variable.lb
                most = math.inf if variable.ub is None else variable.ub
                low += coefficient * (least if coefficient > 0.0 else most)
                high += coefficient * (most if coefficient > 0.0 else least)
        return low, high


class PlainRows:
    """A ``pyo.ConstraintList`` that takes truth values for rows without variables."""

    def __init__(self, family: pyo.ConstraintList) -> None:
        self.family = family

    def add(self, row: Any) -> None:
        """Add a row."""
        self.family.add(
            (pyo.Constraint.Feasible if row else pyo.Constraint.Infeasible) if row is True or row is False else row
        )
