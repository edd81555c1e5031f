"""What a plan may cost and still be within a share of the best: against what is proven, and against what was found.

With the value z and the bound b of a level, b ≤ z* ≤ z for the best z* of a minimum, and f(z) = z + within·|base|,
which rises with z:

- every plan of at most f(b) is within the share of the best: such plans may be *offered*;
- every plan within the share of the best is one of at most f(z): what holds in all of those *must* hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.solver.holding import capped
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Matrix, Vector

DOLLAR, SLIVER = 1e-6, 1e-9
"""What is the same: USD million, and shares."""
CLOSE = 1e-7
"""By this part of its size a value may miss a limit by rounding."""


@dataclass(frozen=True)
class Budget:
    """A level of the run: ``value`` is the best that was found, ``bound`` what is proven (None without a bound).

    Plans that are offered keep to ``offered`` (None without a bound), and ``widest`` is what no plan within the share
    of the best goes beyond. All in the unit of the objective: USD million, or a share for ``wacc`` and ``dilution``.
    """

    objective: str
    sense: str
    unit: str
    value: float
    bound: float | None
    offered: float | None
    widest: float


def budgets_of(levels: Sequence[Mapping[str, Any]], within: float) -> tuple[Budget, ...]:
    """A budget for each level of a summary."""
    found = []
    for level in levels:
        sign = 1.0 if level["sense"] == "minimise" else -1.0
        value, bound, base = float(level["value"]), level["bound"], level.get("base")

        def edge(best: float, sign: float = sign, base: float | None = base) -> float:
            return best + sign * within * abs(best if base is None else base)

        proven = None if bound is None else sign * min(sign * bound, sign * value)
        offered = None if proven is None else edge(proven)
        found.append(Budget(level["name"], level["sense"], level["unit"], value, proven, offered, edge(value)))
    return tuple(found)


def held_to(matrix: Matrix, objectives: Sequence[Objective], limits: Sequence[float]) -> Matrix:
    """The matrix with every objective at most (if it is maximised: at least) at its limit, to the dollar."""
    for objective, limit in zip(objectives, limits, strict=True):
        if objective.denominator is not None:
            matrix = capped(matrix, objective, limit, DOLLAR)
        else:
            room = SLIVER if objective.log_share else DOLLAR
            matrix = capped(matrix, objective, limit + (room if objective.minimise else -room))
    return matrix


def keeps(objectives: Sequence[Objective], budgets: Sequence[Budget], x: Vector) -> bool:
    """Whether a plan may be offered, by the values of all columns."""
    return all(affords(budget, _value(each, x)) for each, budget in zip(objectives, budgets, strict=True))


def affords(budget: Budget, value: float | None) -> bool:
    """Whether a value of the objective is one of a plan that may be offered."""
    if budget.offered is None or value is None:
        return False
    sign = 1.0 if budget.sense == "minimise" else -1.0
    room = DOLLAR if budget.unit == "musd" else SLIVER
    return sign * (value - budget.offered) <= 2.0 * room + CLOSE * abs(budget.offered)


def _value(objective: Objective, x: Vector) -> float:
    value = objective.value(x)
    return value if objective.denominator is not None else objective.reported(value)
