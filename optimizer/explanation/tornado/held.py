"""A programme with the plan of another one held: what is built, ordered and served there, while money reacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.explanation.committed import COMMITTED
from optimizer.explanation.tornado.parts import Kept
from optimizer.model.build import BuiltModel
from optimizer.solver.matrix import Mask, Vector
from optimizer.solving.compiled import Compiled
from optimizer.solving.extension import Extend, Extension

ROOM = 1e-6
"""A value that is this far outside of bounds is within them: what solving leaves, as a share of values above 1."""

TOLERANCE = 1e-6
"""Less of a decision than this (a watt, a thousandth of a kilogram) need not have a place to be kept at."""


class CannotKeepError(Exception):
    """A decision of the plan is not possible here."""


@dataclass(frozen=True)
class BasePlan:
    """The physical decisions of a plan by the names of their columns, and which of them are commitments."""

    physical: Mapping[str, float]
    committed: frozenset[str]

    @classmethod
    def of(cls, built: BuiltModel, compiled: Compiled, x: Vector) -> BasePlan:
        """The one of a solution of a model."""
        mask = compiled.mask(built.physical)
        names = np.array(compiled.names.columns, dtype=object)
        committed = np.zeros_like(mask)
        for decision in built.model.decisions:
            if decision.table.name in COMMITTED:
                for _, amount in decision.items():
                    committed |= compiled.expression(amount).cost != 0.0
        physical = dict(zip(names[mask].tolist(), x[mask].tolist(), strict=True))
        return cls(physical, frozenset(names[mask & committed].tolist()))

    def hold(self, kept: Kept) -> Extend:
        """What holds it in a model: all physical decisions, or only what is begun, ordered and signed.

        Raises CannotKeepError, when it is called, where a decision has no column in the model or lies outside of its
        bounds there.
        """
        wanted = self.physical if kept == "all" else {name: self.physical[name] for name in self.committed}

        def extend(built: BuiltModel, compiled: Compiled) -> Extension:
            columns = compiled.names.columns
            here = np.array([wanted.get(name, np.nan) for name in columns])
            mask = ~np.isnan(here)
            there = set(columns)
            for name, value in wanted.items():
                if abs(value) > TOLERANCE and name not in there:
                    raise CannotKeepError("a decision of it is not there to be made")
            here = np.nan_to_num(here)
            _check(here, mask, built, compiled)
            matrix = compiled.matrix
            held, none = matrix.keeping(here, mask), np.empty(0)
            nothing, part = sparse.csr_matrix((0, matrix.shape[1])), f"the plan of the base, {kept}"
            return Extension(nothing, none, none, held.low, held.high, held.integer, (part,), int(mask.sum()))

        return extend


def _check(here: Vector, mask: Mask, built: BuiltModel, compiled: Compiled) -> None:
    low, high, x = (each[mask] for each in (compiled.matrix.low, compiled.matrix.high, here))
    outside = np.maximum(low - x, x - high) > ROOM * np.maximum(1.0, np.abs(x))
    if outside.any():
        raise CannotKeepError(f"{_decision(int(np.flatnonzero(mask)[outside][0]), built, compiled)} not possible here")


def _decision(column: int, built: BuiltModel, compiled: Compiled) -> str:
    """The decision that a column is a part of: ``orders of current in 2026 are``."""
    for decision in built.model.decisions:
        for key, amount in decision.items():
            if compiled.expression(amount).cost[column] != 0.0:
                parts = dict(zip(decision.table.keys, key if isinstance(key, tuple) else (key,), strict=True))
                when = f" in {built.model.calendar.label(int(parts.pop('period')))}" if "period" in parts else ""
                what = decision.table.name.replace("_", " ")
                return f"{what} of {', '.join(map(str, parts.values()))}{when} are"
    return "what follows from its decisions is"
