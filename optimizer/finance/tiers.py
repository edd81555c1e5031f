"""Volume discounts."""

from __future__ import annotations

from collections.abc import Sequence


def price_tiers(
    kind: str, starts: Sequence[float], discounts: Sequence[float], end: float
) -> list[tuple[float, float, float, float]]:
    """Tiers as (from, to, intercept, slope): an order of q in a tier costs price · (intercept + slope · q).

    ``starts`` rise from 0, ``end`` is the largest order. An order just below the next tier's start belongs to this one,
    so ``to`` lies one millionth under it: no order may pay the price of the tier below its own.
    Tiers that begin beyond ``end`` are left out.
    """
    tiers, intercept = [], 0.0
    for i, (start, discount) in enumerate(zip(starts, discounts, strict=True)):
        if i and kind == "incremental":
            intercept += (discount - discounts[i - 1]) * start
        if start > end:
            break
        following = starts[i + 1] * (1.0 - 1e-6) if i + 1 < len(starts) else end
        tiers.append((start, min(following, end), intercept, 1.0 - discount))
    return tiers
