"""A rate that is charged several times a year, and what it comes to in a year."""

from __future__ import annotations

import math


def compounded(rate_per_year: float, per_year: int) -> float:
    """The effective rate of a nominal one that is charged so many times a year: (1 + r/m)^m − 1."""
    return rate_per_year if per_year == 1 else math.expm1(per_year * math.log1p(rate_per_year / per_year))


def nominal(effective_per_year: float, per_year: int) -> float:
    """The nominal rate of an effective one: m·((1 + r)^(1/m) − 1)."""
    if per_year == 1 or not math.isfinite(effective_per_year):
        return effective_per_year
    return per_year * math.expm1(math.log1p(effective_per_year) / per_year)
