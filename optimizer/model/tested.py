"""A lender's test, held only where there is something to test."""

from __future__ import annotations

import math
from typing import Any

from optimizer.model.context import Model, UnboundedModelError

NOTHING_MUSD = 1e-3
"""Debt, interest or debt service of up to 1,000 dollars is none."""


def hold_where_owed(
    model: Model, name: str, rows: Any, *, base: Any, owed: Any, level: float, only_if: Any = None
) -> None:
    """level·owed ≤ base, where owed is more than nothing::

        owed ≤ o + (O − o)·z,   base − level·owed ≥ (b − level·o)·(1 − z)          z = 1: tested

    O is the most that can be owed, and that the test itself leaves where it is made: the largest base / level; o is
    what is surely owed, up to 1,000 dollars; b is the least base. Without something owed the test holds by itself
    where b ≥ 0, and is made in any case where more is surely owed: then there is no binary. With ``only_if`` y it is
    held only where y = 1: the right side falls by the least margin·(1 − y).
    """
    least, most = model.interval(owed)
    if most <= NOTHING_MUSD:
        return
    low, high = model.interval(base)
    if only_if is None and level > 0:
        most = min(most, max(0.0, high) / level)
    certain = least > NOTHING_MUSD or low >= 0
    room = 0.0
    if only_if is not None:
        lowest = model.interval(base - level * owed)[0]
        _bounded(lowest)
        room = min(0.0, lowest) * (1 - only_if)
    if certain:
        rows.add(base - level * owed >= room)
        return
    none = max(0.0, least)
    if most <= none:
        rows.add(owed <= none)
        return
    _bounded(low, most)
    tested = model.variables(f"tested.{name}", [1], upper=1, integer=True, follows=True)[1]
    rows.add(owed <= none + (most - none) * tested)
    rows.add(base - level * owed >= (low - level * none) * (1 - tested) + room)


def _bounded(*ends: float) -> None:
    if any(math.isinf(end) for end in ends):
        raise UnboundedModelError(
            "a lender's test cannot be left out where nothing is owed: what is owed or earned has no bound; give "
            "every debt instrument its limit_musd"
        )
