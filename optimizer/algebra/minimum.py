"""The lesser of two amounts, whatever an objective would like it to be."""

from __future__ import annotations

from optimizer.algebra.expr import Constraints, Expr


def add_minimum(
    rows: Constraints, least: Expr, first: tuple[Expr, float], second: tuple[Expr, float], takes_first: Expr
) -> None:
    """least = min(first, second), the binary says which; each is given with the most that it can be above the other::

    least ≤ first,   least ≥ first − M_1·(1 − takes_first)
    least ≤ second,  least ≥ second − M_2·takes_first
    """
    (a, most_a), (b, most_b) = first, second
    rows.add(least <= a)
    rows.add(least <= b)
    rows.add(least >= a - most_a * (1 - takes_first))
    rows.add(least >= b - most_b * takes_first)
