"""The same model in Pyomo's own objects: what ``to_pyomo`` gives, and what ``ArrayModel`` is tested against."""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from optimizer.algebra.array_model import Bounds, TimeBounds
from optimizer.algebra.arrays import Vector
from optimizer.algebra.time_expr import checked_period, checked_shift
from optimizer.model.context import Model

AREAS = Model.__module__.rpartition(".")[0]
"""Where the files lie that blocks are named after."""


class PyomoModel:
    """A ``pyo.ConcreteModel`` with a ``Var`` for each family of variables and a ``ConstraintList`` for each of rows.

    Each is in a block with the name of the file of ``optimizer.model`` that declares it, or, without one, in none.
    """

    def __init__(self) -> None:
        self.model = pyo.ConcreteModel()
        self.variable_families: dict[str, pyo.Var] = {}
        self.row_families: dict[str, pyo.ConstraintList] = {}

    def variables(
        self, name: str, keys: Sequence[Hashable], low: Bounds, high: Bounds, *, integer: bool
    ) -> dict[Any, Any]:
        """An indexed variable."""
        family = pyo.Var(keys, domain=pyo.Integers if integer else pyo.Reals)
        self._add(name, family, self.variable_families)
        for key in keys:
            for bounds, put in ((low, family[key].setlb), (high, family[key].setub)):
                bound = bounds if isinstance(bounds, (int, float)) else bounds[key]
                put(None if math.isinf(bound) else bound)
        return {key: family[key] for key in keys}

    def timelines(
        self,
        name: str,
        windows: Mapping[Any, Sequence[int]],
        horizon: int,
        low: TimeBounds,
        high: TimeBounds,
        *,
        integer: bool,
    ) -> dict[Any, PyomoTimeExpr]:
        """An indexed variable whose last index is the period."""
        keys = {(*key, t) if isinstance(key, tuple) else (key, t): (key, t) for key in windows for t in windows[key]}
        least, most = ({each: _bound(given, *keys[each]) for each in keys} for given in (low, high))
        family = self.variables(name, list(keys), least, most, integer=integer)
        found: dict[Any, list[Any]] = {key: [0.0] * horizon for key in windows}
        for each, (key, t) in keys.items():
            found[key][t - 1] = family[each]
        return {key: PyomoTimeExpr(expressions) for key, expressions in found.items()}

    def timeline(self, horizon: int, expressions: Mapping[int, Any]) -> PyomoTimeExpr:
        """The expressions of some periods as one."""
        return PyomoTimeExpr([expressions.get(t, 0.0) for t in range(1, horizon + 1)])

    def panel(self, keys: Sequence[str], timelines: Mapping[str, Any], horizon: int) -> PyomoPanel:
        """The timelines of some of the keys, nothing for the others."""
        return PyomoPanel({key: timelines.get(key, PyomoTimeExpr([0.0] * horizon)) for key in keys}, horizon)

    def rows(self, name: str) -> PyomoRows:
        """A list of constraints, still empty."""
        family = pyo.ConstraintList()
        self._add(name, family, self.row_families)
        return PyomoRows(family)

    def _add(self, name: str, family: Any, families: dict[str, Any]) -> None:
        if name in families:
            raise ValueError(f"there are two families with the name {name!r}")
        families[name] = family
        self._block().add_component(name, family)

    def _block(self) -> Any:
        """The block of the file that asks for it: the innermost of the model's, but for the one that hands on."""
        frame = sys._getframe(1)
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            if module.startswith(f"{AREAS}.") and module != Model.__module__:
                area = module.removeprefix(f"{AREAS}.").replace(".", "_")
                if self.model.component(area) is None:
                    what = (frame.f_globals.get("__doc__") or "").partition("\n")[0]
                    self.model.add_component(area, pyo.Block(doc=what))
                return self.model.component(area)
            frame = frame.f_back  # type: ignore[assignment]
        return self.model

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


def _bound(given: TimeBounds, key: Any, t: int) -> float:
    bound = given[key] if isinstance(given, Mapping) else given
    return float(bound[t - 1]) if isinstance(bound, np.ndarray) else bound


class _Compared:
    """Rows out of what stands on either side of a comparison, place by place."""

    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None

    def _with(self, other: Any, join: Callable[[Any, Any], Any]) -> Any:
        raise NotImplementedError

    def __le__(self, other: Any) -> Any:
        return self._with(other, operator.le)

    def __ge__(self, other: Any) -> Any:
        return self._with(other, operator.ge)

    def __eq__(self, other: Any) -> Any:
        return self._with(other, operator.eq)


class PyomoTimeExpr(_Compared):
    """A list of T expressions of Pyomo, with what ``ArrayTimeExpr`` can do."""

    def __init__(self, expressions: Sequence[Any]) -> None:
        self.expressions = list(expressions)

    def _with(self, other: Any, join: Callable[[Any, Any], Any]) -> list[Any]:
        if isinstance(other, PyomoTimeExpr):
            others = other.expressions
        else:
            others = np.broadcast_to(other, len(self.expressions)).tolist()
        return [join(a, b) for a, b in zip(self.expressions, others, strict=True)]

    def __add__(self, other: Any) -> PyomoTimeExpr:
        return PyomoTimeExpr(self._with(other, operator.add))

    __radd__ = __add__

    def __neg__(self) -> PyomoTimeExpr:
        return PyomoTimeExpr([-each for each in self.expressions])

    def __sub__(self, other: Any) -> PyomoTimeExpr:
        return PyomoTimeExpr(self._with(other, operator.sub))

    def __rsub__(self, other: Any) -> PyomoTimeExpr:
        return (-self).__add__(other)

    def __mul__(self, factor: Any) -> PyomoTimeExpr:
        return PyomoTimeExpr(self._with(factor, operator.mul))

    __rmul__ = __mul__

    def shift(self, periods: int) -> PyomoTimeExpr:
        """What there was so many periods before."""
        checked_shift(periods)
        count = len(self.expressions)
        return PyomoTimeExpr([*[0.0] * min(periods, count), *self.expressions[: max(0, count - periods)]])

    def lagged(self, kernel: Sequence[float] | Vector) -> PyomoTimeExpr:
        """Σ_k kernel[k]·(what there was k periods before)."""

        def at(t: int) -> Any:
            return pyo.quicksum(kernel[t - u] * self.expressions[u] for u in range(t + 1) if t - u < len(kernel))

        return PyomoTimeExpr([at(t) for t in range(len(self.expressions))])

    def lagged_at(self, kernels: Sequence[Sequence[float] | Vector], t: int) -> list[Any]:
        """For each kernel the expression of period t of ``lagged``."""
        return [self.lagged(kernel)[t] for kernel in kernels]

    def mapped(self, weights: Vector) -> PyomoTimeExpr:
        """Σ_u weights[t − 1, u − 1]·(what there was in u)."""
        rows: list[list[float]] = weights.tolist()
        return PyomoTimeExpr(
            [pyo.quicksum(w * each for w, each in zip(row, self.expressions, strict=True) if w) for row in rows]
        )

    def __getitem__(self, t: int) -> Any:
        """The expression of period t."""
        checked_period(t, len(self.expressions))
        return self.expressions[t - 1]

    def decided(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether there is anything to decide in a period."""
        return np.array([not isinstance(each, (int, float)) for each in self.expressions])


class PyomoPanel(_Compared):
    """A timeline for each key, with what ``ArrayPanel`` can do."""

    def __init__(self, timelines: Mapping[str, PyomoTimeExpr], horizon: int) -> None:
        self.timelines, self.horizon = dict(timelines), horizon

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys, in the order of arrays."""
        return tuple(self.timelines)

    def _with(self, other: Any, join: Callable[[PyomoTimeExpr, Any], Any]) -> PyomoPanel:
        others: Iterable[Any]
        if isinstance(other, PyomoPanel):
            others = other.timelines.values()
        else:
            others = np.broadcast_to(other, (len(self.timelines), self.horizon))
        joined = {key: join(own, each) for (key, own), each in zip(self.timelines.items(), others, strict=True)}
        return PyomoPanel(joined, self.horizon)

    def __add__(self, other: Any) -> PyomoPanel:
        return self._with(other, operator.add)

    __radd__ = __add__

    def __neg__(self) -> PyomoPanel:
        return self * -1.0

    def __sub__(self, other: Any) -> PyomoPanel:
        return self._with(other, operator.sub)

    def __rsub__(self, other: Any) -> PyomoPanel:
        return (-self).__add__(other)

    def __mul__(self, factor: Any) -> PyomoPanel:
        return self._with(factor, operator.mul)

    __rmul__ = __mul__

    def shift(self, periods: int) -> PyomoPanel:
        """What there was so many periods before."""
        return PyomoPanel({key: each.shift(periods) for key, each in self.items()}, self.horizon)

    def mapped(self, weights: Vector) -> PyomoPanel:
        """Σ_u weights[t − 1, u − 1]·(what there was in u)."""
        return PyomoPanel({key: each.mapped(weights) for key, each in self.items()}, self.horizon)

    def total(self, keys: Iterable[str] | None = None) -> PyomoTimeExpr:
        """The sum over all keys, or over some of them."""
        chosen = self.timelines if keys is None else keys
        return sum((self.timelines[key] for key in chosen), PyomoTimeExpr([0.0] * self.horizon))

    def items(self) -> Iterable[tuple[str, PyomoTimeExpr]]:
        """Keys and their timelines."""
        return self.timelines.items()

    def decided(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether there is anything to decide for a key in a period."""
        return np.array([each.decided() for each in self.timelines.values()]).reshape(-1, self.horizon)


class PyomoRows:
    """A ``pyo.ConstraintList`` that takes truth values for rows without variables."""

    def __init__(self, family: pyo.ConstraintList) -> None:
        self.family = family

    def add(self, row: Any) -> None:
        """Add a row."""
        if isinstance(row, bool):
            row = pyo.Constraint.Feasible if row else pyo.Constraint.Infeasible
        self.family.add(row)

    def add_each(self, *rows: Any, periods: Iterable[int], key: Hashable = None) -> None:  # noqa: ARG002
        """Add the rows of these periods, period by period; whose they are nobody asks here."""
        for t in periods:
            for row in rows:
                self.add(row[t - 1])

    def add_all(self, row: Any, within: Any, keys: Sequence[Hashable]) -> None:  # noqa: ARG002
        """Add the rows of a panel, key by key, where ``within`` is true."""
        for own, mine in zip(row.timelines.values(), within, strict=True):
            for t in np.nonzero(mine)[0].tolist():
                self.add(own[t])
