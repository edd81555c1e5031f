"""What a used unit is worth by its age."""

from __future__ import annotations

from decimal import Decimal

from optimizer.auditing.rows import exact
from optimizer.auditing.tolerances import ZERO


def curve(shares: list[float], periods: int, per_year: int) -> Decimal:
    """The share of its price that a unit fetches after ``periods`` in service: linear between whole years, then 0."""
    age = Decimal(periods) / per_year
    year = int(age)
    if age > len(shares) - 1:
        return ZERO
    low = exact(shares[year])
    return low if age == year else low + (exact(shares[year + 1]) - low) * (age - year)
