"""Prices that step up at each anniversary, as rents and long contracts have it."""

from __future__ import annotations

import math

DUST = 1e-9
"""How far an age in years may be below a whole number and count as it."""


def stepped(escalator_per_year: float, age_years: float) -> float:
    """(1 + e)^(whole years of age): what a price of 1 has become; e is effective."""
    return (1.0 + escalator_per_year) ** math.floor(age_years + DUST)


def steps(escalator_per_year: float, years: float, periods: int) -> list[float]:
    """The same for each of so many periods of ``years``, from the first on."""
    return [stepped(escalator_per_year, k * years) for k in range(periods)]
