"""The plain way: the model in Pyomo's own objects, compiled by Pyomo's own standard form. For tests and comparisons."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn import generate_standard_repn
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from optimizer.algebra.array_model import named
from optimizer.solver.matrix import Expression, Matrix, Names
from optimizer.solving.compiled import TriviallyInfeasibleError, refuse_empty


class StandardForm:
    """The matrix of a Pyomo model, with the names that ``Compiled`` would give its rows and columns."""

    def __init__(self, model: pyo.ConcreteModel) -> None:
        """Compile the model. Raises TriviallyInfeasibleError if a constant row does not hold."""
        everything = [v for v in model.component_data_objects(pyo.Var) if not v.fixed]
        # an objective that names every variable keeps those that stand in no constraint
        keep_all = pyo.Objective(expr=pyo.quicksum(everything))
        model.add_component("_every_variable", keep_all)
        try:
            form = LinearStandardFormCompiler().write(model, mixed_form=True)
        except InfeasibleConstraintException as error:
            raise TriviallyInfeasibleError(str(error)) from error
        finally:
            model.del_component(keep_all)
        self._variables: list[Any] = list(form.columns)
        self._index = {id(v): i for i, v in enumerate(self._variables)}
        bound_types = np.array([row.bound_type for row in form.rows], dtype=int)
        rhs = np.asarray(form.rhs, dtype=float)
        # bound types of the mixed form: 1 is ≤, −1 is ≥, 0 is =
        self.matrix = Matrix(
            rows=sparse.csr_matrix(form.A),
            row_low=np.where(bound_types == 1, -np.inf, rhs),
            row_high=np.where(bound_types == -1, np.inf, rhs),
            low=np.array([-np.inf if v.lb is None else v.lb for v in self._variables], dtype=float),
            high=np.array([np.inf if v.ub is None else v.ub for v in self._variables], dtype=float),
            integer=np.array([not v.is_continuous() for v in self._variables], dtype=bool),
        )
        refuse_empty(self.matrix.rows.getnnz(axis=1) == 0, self.matrix.row_low, self.matrix.row_high)
        self.names = Names(
            tuple(_name(row.constraint) for row in form.rows), tuple(_name(variable) for variable in self._variables)
        )

    def expression(self, expression: Any) -> Expression:
        """A Pyomo expression over the columns."""
        cost = np.zeros(len(self._variables))
        if isinstance(expression, (int, float)):
            return Expression(cost, float(expression))
        form = generate_standard_repn(expression, compute_values=True)
        for coefficient, variable in zip(form.linear_coefs, form.linear_vars, strict=True):
            cost[self._index[id(variable)]] += coefficient
        return Expression(cost, float(form.constant))


def _name(member: Any) -> str:
    return named(member.parent_component().local_name.strip("'"), member.index())
