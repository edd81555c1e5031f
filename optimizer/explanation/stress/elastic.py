"""The programme of a committed plan in another world, in which what cannot be kept may give way.

Beside the columns of the world, of which some are money from outside (``rescue``) and relief from covenants, there is a
column for what of each commitment is late, and for what of each promise to serve is missed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import EQUITY_RAISES, SERVICE
from optimizer.explanation.stress.commitments import Commitment
from optimizer.explanation.stress.rescue import RESCUE
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.model.context import Model
from optimizer.solver.matrix import Matrix, Vector
from optimizer.solving.compiled import Compiled
from optimizer.solving.extension import Extension

ROUNDING = 1e-9
"""By so much, times its size where that is more than 1, more may be decided than what is held. What is nothing is held
at nothing: a column with so little room HiGHS sets at either end, and then it may call what is better impossible."""

PLACE_WEIGHT = 1e-3
"""What it counts that a unit goes elsewhere, beside one that comes a period late."""

SMALL = 1e-3
"""What is less than this counts as this, in its unit: of what is next to nothing no share is of use."""

EARLIER_COSTS = 2.0
"""What money from outside weighs a year earlier: more than any saving by it, so that it comes as late as it can."""


@dataclass
class Added:
    """Columns and rows beside those of a matrix, one after another."""

    compiled: Compiled
    columns: int = 0
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Columns of the matrix."""
        return int(self.compiled.matrix.shape[1])

    def column(self) -> int:
        """The number of a new column ≥ 0."""
        self.columns += 1
        return self.known + self.columns - 1

    def row(self, expression: Any, beside: Mapping[int, float], low: float, high: float) -> None:
        """low ≤ expression + Σ coefficient·new column ≤ high."""
        read = self.compiled.expression(expression)
        place = len(self.low)
        self.entries += [(place, int(j), float(read.cost[j])) for j in np.nonzero(read.cost)[0]]
        self.entries += [(place, j, coefficient) for j, coefficient in beside.items()]
        self.low.append(low - read.constant)
        self.high.append(high - read.constant)

    def extension(self, parts: tuple[str, ...]) -> Extension:
        """All of it."""
        matrix, total = self.compiled.matrix, self.known + self.columns
        at, where, values = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        new = np.zeros(self.columns)
        return Extension(
            rows=sparse.csr_matrix((values, (at, where)), shape=(len(self.low), total), dtype=float),
            row_low=np.array(self.low, dtype=float),
            row_high=np.array(self.high, dtype=float),
            low=np.concatenate([matrix.low, new]),
            high=np.concatenate([matrix.high, np.full(self.columns, math.inf)]),
            integer=np.concatenate([matrix.integer, np.zeros(self.columns, dtype=np.bool_)]),
            parts=parts,
        )


@dataclass(frozen=True)
class Elastic:
    """The programme and what may give way in it, as costs over its columns (``late`` by kind), and the columns by what
    they are of: ``late`` (place in the list of commitments, period), ``unserved`` (market, period), in kH100e.
    """

    built: BuiltModel
    compiled: Compiled
    matrix: Matrix
    commitments: Sequence[Commitment]
    costs: Mapping[str, Vector]
    late: Mapping[tuple[int, int], int]
    unserved: Mapping[tuple[str, int], int]
    rescue: Mapping[int, Any]


def elastic(
    world: Instance, built: BuiltModel, compiled: Compiled, found: Sequence[Commitment], promised: Sequence[str]
) -> Elastic:
    """The elastic programme of a model of a world; ``promised`` are markets whose least share may be missed.

    ::

        Σ_{u≤t} decided + late[t] = Σ_{u≤t} planned       t up to the last period that is held; later ≥, of what was due
        Σ_s serve[m,s,t] + unserved[m,t] ≥ min_served·demand
    """
    added = Added(compiled)
    weights: dict[str, dict[int, float]] = {"physical": {}, "money": {}, "unserved": {}}
    late: dict[tuple[int, int], int] = {}
    units = _units(found)
    for number, each in enumerate(found):
        for t, decided in each.decided.items():
            due, place, beside = each.due(t), each.kind == "place", dict[int, float]()
            if due > 0.0:
                late[number, t] = column = added.column()
                beside[column] = 1.0
                share = PLACE_WEIGHT / units[each.name[0]] if place else 1.0 / max(due, SMALL)
                where = weights["money" if each.kind == "money" else "physical"]
                where[column] = 1.0 if each.kind == "money" else share
            elif not each.is_held(t):
                continue
            if place:
                over = added.column()
                beside[over] = -1.0
                weights["physical"][over] = PLACE_WEIGHT / units[each.name[0]]
            room = ROUNDING * max(1.0, abs(due)) if due else 0.0
            added.row(decided, beside, due, due + room if each.is_held(t) else math.inf)
    unserved = _unserved(world, built.model, added, promised)
    weights["unserved"] = dict.fromkeys(unserved.values(), built.model.base_years)
    matrix = added.extension(()).matrix(compiled.matrix)
    size = matrix.shape[1]
    costs = {name: _cost(size, columns) for name, columns in weights.items()}
    rescue = _rescue(built.model)
    weighted = [EARLIER_COSTS ** -built.model.calendar.years_to(t - 1) * amount for t, amount in rescue.items()]
    relief = [each.amount for each in built.model.relief.values()]
    for name, parts in (("rescue", list(rescue.values())), ("rescue late", weighted), ("relief", relief)):
        costs[name] = np.append(compiled.expression(quicksum(parts)).cost, np.zeros(added.columns))
    return Elastic(built, compiled, matrix, found, costs, late, unserved, rescue)


def _units(found: Sequence[Commitment]) -> dict[str, float]:
    """Units of each offer that have a place, at least SMALL: where they go counts by their share in all of them."""
    units: dict[str, float] = {}
    for each in found:
        if each.kind == "place":
            units[each.name[0]] = max(units.get(each.name[0], 0.0), SMALL) + each.total
    return units


def _cost(size: int, columns: Mapping[int, float]) -> Vector:
    found = np.zeros(size)
    for j, weight in columns.items():
        found[j] = weight
    return found


def _rescue(model: Model) -> dict[int, Any]:
    """Money from outside by period, USD million."""
    rounds = next(each for each in model.decisions if each.table is EQUITY_RAISES)
    return {key[1]: amount for key, amount in rounds.items() if str(key[0]).startswith(RESCUE)}


def _unserved(world: Instance, model: Model, added: Added, promised: Sequence[str]) -> dict[tuple[str, int], int]:
    """A column for what is missing of the least that has to be served, kH100e."""
    found: dict[tuple[str, int], int] = {}
    for name in promised:
        market = world.markets[name]
        least, demand = model.series(market.min_served_share), model.series(market.demand_h100e)
        served = served_by_period(model, name)
        for t in model.span:
            if (need := least[t] * demand[t] / 1e3) > 0.0:
                found[name, t] = column = added.column()
                added.row(served.get(t, 0.0), {column: 1.0}, need, math.inf)
    return found


def served_by_period(model: Model, market: str) -> dict[int, Any]:
    """What is served to a market from everywhere, kH100e by period."""
    service = next(each for each in model.decisions if each.table is SERVICE)
    parts: dict[int, list[Any]] = {}
    for key, amount in service.items():
        if key[0] == market:
            parts.setdefault(key[-1], []).append(amount)
    return {t: quicksum(amounts) for t, amounts in parts.items()}
