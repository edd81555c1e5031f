"""Loans and leases in whole numbers: the textbook's powers, without rounding."""

from __future__ import annotations

from fractions import Fraction

RATES = (0.0, 5e-324, 1e-300, *(10.0**-k for k in range(18, 0, -1)), 0.07, 1.0, 10.0)
"""Rates per period, from none through all that round to it beside 1 up to the highest that a file may state."""


def outstanding(tenor: int, grace: int, age: int, rate: float) -> float:
    """((1+i)^n − (1+i)^k) / ((1+i)^n − 1), n and k counted from the end of grace; (n − k)/n without interest."""
    span, paid = tenor - grace, max(age - grace, 0)
    numerator, q = rate.as_integer_ratio()
    if numerator == 0:
        return (span - paid) / span
    g = q + numerator
    return (g**span - g**paid * q ** (span - paid)) / (g**span - q**span)


def worth(payments: int, rate: float) -> float:
    """Σ_{j=1}^{n} (1+i)^{−j} = ((1+i)^n − 1) / (i·(1+i)^n)."""
    numerator, q = rate.as_integer_ratio()
    g = q + numerator
    return payments if numerator == 0 else (g**payments - q**payments) * q / (numerator * g**payments)


def grown(periods: int, rate: float) -> float:
    """(1+i)^n."""
    return float((1 + Fraction(rate)) ** periods)
