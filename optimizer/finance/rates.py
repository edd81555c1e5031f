"""What a rate of a year comes to in a period, and one of a period in a year."""

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


def effective_per_period(rate_per_year: float, years: float) -> float:
    """What an effective rate per year comes to in a period of so many years: (1+k)^Δ − 1."""
    return math.expm1(years * math.log1p(rate_per_year))


def base_periods_held(rate_per_year: float, steps: int, base_years: float) -> float:
    """For how many base periods capital at an effective rate is held through a period of so many of them::

    ((1+k)^(n·δ) − 1) / ((1+k)^δ − 1)         so that the charge of the period is that of each base period on it
    """
    if steps == 1 or rate_per_year == 0.0:
        return float(steps)
    return effective_per_period(rate_per_year, steps * base_years) / effective_per_period(rate_per_year, base_years)


def effective_rate(rate_per_period: float, per_year: int) -> float:
    """The effective rate per year of one per period: (1+i)^m − 1; −1 where nothing is paid back."""
    return -1.0 if rate_per_period <= -1.0 else math.expm1(per_year * math.log1p(rate_per_period))
