"""Two amounts that may take any value: the best corner of what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

Plane = tuple[float, float, float]
"""a + b·x + c·y, written (a, b, c)."""


def least(cost: Plane, rows: Sequence[Plane], x: tuple[float, float], y: tuple[float, float]) -> float | None:
    """The least cost where every row is ≥ 0 and x and y lie between their ends; None if nothing is allowed.

    What is allowed is a polygon, and a linear cost is least in one of its corners: there two of the rows or ends are 0.
    """
    edges = [*rows, (-x[0], 1.0, 0.0), (x[1], -1.0, 0.0), (-y[0], 0.0, 1.0), (y[1], 0.0, -1.0)]
    values = []
    for (a, b, c), (d, e, f) in combinations(edges, 2):
        size = b * f - c * e
        if size:
            corner = ((c * d - a * f) / size, (a * e - b * d) / size)
            if all(_at(edge, corner) >= -1e-9 for edge in edges):
                values.append(_at(cost, corner))
    return min(values, default=None)


def _at(plane: Plane, corner: tuple[float, float]) -> float:
    return plane[0] + plane[1] * corner[0] + plane[2] * corner[1]
