"""Why an objective has no end: what grows together without a limit, and which limit would end it.

A programme that has a plan is unbounded if and only if there is a direction in which every plan can go on for ever and
which makes the objective better: a ray of the linear programme without whole numbers. The one with the least movement
says most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.explanation.parts import Bound, Growth
from optimizer.explanation.places import Places
from optimizer.explanation.probe import OutOfTimeError, Probe
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Block, Instance
from optimizer.solver.highs import SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import TriviallyInfeasibleError
from optimizer.solving.objectives import objectives_of

NOTHING = 1e-7
"""A movement of this part of the largest one is none."""
CLOSE = 1e-9
"""By this part of its terms a row may be broken along a ray."""

LIMITS = {
    "orders": ("hardware", "supply_units"),
    "debt_draws": ("debt", "limit_musd"),
    "equity_raises": ("equity.rounds", "max_musd"),
    "preferred_raises": ("preferred", "max_musd"),
    "reservations": ("reserved", "limit_h100e"),
    "service": ("cloud", "limit_h100e"),
    "energy": ("energy_sources", "limit_mw"),
    "colocation": ("sites", "colocation.limit_mw"),
    "dividends": ("equity", "dividends.maximum_musd"),
}
"""Where the things of a table of decisions stand in a file, and the key that limits each."""


class _Ray(NamedTuple):
    objective: str
    grows: list[tuple[str, str, str, str, dict[int, float]]]
    """Table, its words, the thing, the unit, and what it grows by in each period."""


def unbounded(probe: Probe, places: Places) -> tuple[tuple[Growth, ...], tuple[Bound, ...], str]:
    """What grows without a limit, each missing limit of it, and the objective; nothing where an objective has an end.

    Of each limit it is tried whether there is an end with it. Raises OutOfTimeError.
    """
    ray = _ray(probe, probe.instance)
    if ray is None:
        return (), (), ""
    calendar = probe.instance.periods
    grows = tuple(
        Growth(table, words, thing, unit, tuple((calendar.label(t), amounts[t]) for t in sorted(amounts) if t >= 1))
        for table, words, thing, unit, amounts in ray.grows
    )
    return grows, tuple(_bounds(probe, ray, places)), ray.objective


def _bounds(probe: Probe, ray: _Ray, places: Places) -> Iterator[Bound]:
    seen: set[str] = set()
    for table, _, thing, _, _ in ray.grows:
        if table not in LIMITS:
            continue
        family, key = LIMITS[table]
        named = f".{thing}" if table != "dividends" else ""
        path = f"{family}{named}.{key}"
        if path in seen or _value(probe.instance, path) is not None:
            continue
        seen.add(path)
        try:
            limited = probe.instance.replace({path: _some(probe.instance, f"{family}{named}")})
            rest = _ray(probe, limited)
        except InstanceError:
            continue
        yield Bound(path, places(tuple(path.split(".")[:-1])), rest is None)


def _some(instance: Instance, path: str) -> float:
    """A limit, however large: whether there is an end does not depend on it."""
    return float(getattr(_value(instance, path), "lot_units", 0.0) or 1.0)


def _value(instance: Instance, path: str) -> Any:
    at: Any = instance
    for part in path.split("."):
        at = getattr(at, part, None) if isinstance(at, Block) else (at or {}).get(part)
    return at


def _ray(probe: Probe, instance: Instance) -> _Ray | None:
    """The ray of least movement of the first objective that has one; those before it may not get worse along it."""
    if probe.left_s <= 0.0:
        raise OutOfTimeError
    try:
        built, compiled = compile_instance(instance)
    except TriviallyInfeasibleError:
        return None
    cone = _cone(compiled.matrix)
    for objective in objectives_of(compiled, built, instance):
        if not objective.in_money:
            return None  # of a ratio or a share there is no end to speak of
        cost = objective.expression.cost if objective.minimise else -objective.expression.cost
        direction = _least_movement(probe, cone, cost)
        if direction is not None:
            none, along = compiled.values(np.zeros_like(direction)), compiled.values(direction)
            grows = []
            for decision in built.model.decisions:
                things: dict[str, dict[int, float]] = {}
                for key, amount in decision.items():
                    moved = decision.scale * (along(amount) - none(amount))
                    if moved > NOTHING:
                        parts = [str(part) for part in key[:-1]] if isinstance(key, tuple) else [str(key)]
                        period = key[-1] if isinstance(key, tuple) and isinstance(key[-1], int) else 0
                        thing = parts[1] if decision.table.name == "service" else parts[0] if parts else ""
                        by_period = things.setdefault(thing, {})
                        by_period[period] = by_period.get(period, 0.0) + moved
                table = decision.table
                grows += [(table.name, table.words, thing, table.value, found) for thing, found in things.items()]
            return _Ray(objective.name, grows)
        cone = cone.with_row(cost, -np.inf, 0.0)
    return None


def _cone(matrix: Matrix) -> Matrix:
    """The directions in which one can go on for ever from any plan."""

    def end(values: Vector) -> Vector:
        return np.where(np.isfinite(values), 0.0, values)

    return replace(
        matrix.relaxed(),
        row_low=end(matrix.row_low),
        row_high=end(matrix.row_high),
        low=end(matrix.low),
        high=end(matrix.high),
    )


def _least_movement(probe: Probe, cone: Matrix, cost: Vector) -> Vector | None:
    """The direction with the least sum of movements along which the cost falls by 1; None if there is none."""
    both = sparse.csr_matrix(sparse.hstack([cone.rows, -cone.rows]))
    high, low = np.maximum(cone.high, 0.0), np.maximum(-cone.low, 0.0)
    split = Matrix(
        both,
        cone.row_low,
        cone.row_high,
        np.zeros(2 * cost.size),
        np.concatenate([high, low]),
        np.zeros(2 * cost.size, dtype=bool),
    )
    split = split.with_row(np.concatenate([cost, -cost]), -1.0, -1.0)
    try:
        found = minimise(split, Expression(np.ones(2 * cost.size), 0.0), probe.limits(1.0), stop=probe.stop)
    except SolverError:
        return None
    if found.x is None:
        return None
    direction = found.x[: cost.size] - found.x[cost.size :]
    direction[np.abs(direction) <= NOTHING * np.abs(direction).max(initial=0.0)] = 0.0
    along, size = cone.rows @ direction, np.abs(cone.rows) @ np.abs(direction)
    room = CLOSE + CLOSE * size
    broken = (along > cone.row_high + room) | (along < cone.row_low - room)
    return None if broken.any() else direction
