"""Commitments as rows over the columns of a model: what has been decided by each period, and what of it is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.algebra.linear import quicksum
from optimizer.contract.decisions import TABLES
from optimizer.explanation.stress.holding import HELD, Holding
from optimizer.model.context import Model

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""The decisions of a plan by table."""
Named = tuple[str, tuple[str, ...]]
"""A table of decisions and the names of one of its rows, without its period."""


@dataclass(frozen=True)
class Commitment:
    """What has been decided of one name of a table by the end of each of its periods, in the unit of the table.

    ``planned`` is what the plan says, ``decided`` the same in the model, by period. ``held`` periods are those up to
    ``last``; what was due by then is owed later, too.
    """

    table: str
    name: tuple[str, ...]
    planned: Mapping[int, float]
    decided: Mapping[int, Any]
    last: int

    @property
    def kind(self) -> str:
        return HELD[self.table][0]

    @property
    def total(self) -> float:
        """What is due by the last period that is held."""
        return self.planned[self.last]

    def due(self, t: int) -> float:
        """What is due by the end of t."""
        return self.planned[min(t, self.last)]

    def is_held(self, t: int) -> bool:
        """Whether no more can be decided by the end of t than is due."""
        return t <= self.last


def commitments(model: Model, decisions: Rows, holding: Holding) -> list[Commitment]:
    """All commitments of a plan, in the model of a world; those of names that it no longer has are owed as well."""
    planned = _planned(model, decisions)
    decided = _decided(model)
    found = []
    for table, name in sorted({*planned, *decided}):
        if not holding.holds(table, name) or (last := holding.last(table, name)) == 0:
            continue
        dated = "period" in TABLES[table].keys
        span = model.span if dated else range(last, last + 1)
        found.append(
            Commitment(
                table,
                name,
                _cumulative(planned.get((table, name), {}), span, lambda values: sum(values)),
                _cumulative(decided.get((table, name), {}), span, quicksum),
                last,
            )
        )
    return found


def _planned(model: Model, decisions: Rows) -> dict[Named, dict[int, float]]:
    found: dict[Named, dict[int, float]] = defaultdict(dict)
    for table in HELD:
        known = TABLES[table]
        for row in decisions.get(table, ()):
            name = tuple(str(row[key]) for key in known.keys if key != "period")
            t = model.calendar.index(str(row["period"])) if "period" in known.keys else 0
            found[table, name][t] = found[table, name].get(t, 0.0) + float(row[known.value])
    return found


def _decided(model: Model) -> dict[Named, dict[int, Any]]:
    found: dict[Named, dict[int, Any]] = defaultdict(dict)
    for decision in model.decisions:
        if decision.table.name not in HELD:
            continue
        for key, amount in decision.items():
            parts = dict(zip(decision.table.keys, key if isinstance(key, tuple) else (key,), strict=True))
            t = int(parts.pop("period", 0))
            found[decision.table.name, tuple(map(str, parts.values()))][t] = decision.scale * amount
    return found


def _cumulative(values: Mapping[int, Any], span: range, total: Callable[[Iterator[Any]], Any]) -> dict[int, Any]:
    return {t: total(value for u, value in values.items() if u <= t) for t in span}
