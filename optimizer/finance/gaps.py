"""What a gap is a share of: the same for the levels that are solved and for the plan that is delivered."""

from __future__ import annotations

import math

DOLLAR = 1e-6
"""USD million. Up to a dollar of a base of nothing is no gap."""


def share_of(gap: float, value: float, base: float | None) -> float:
    """A gap as a share of the base or, without one, of the value; up to a dollar of a base of nothing is no gap."""
    if base is None:
        return gap / abs(value) if value else (0.0 if gap == 0.0 else math.inf)
    if abs(base) > DOLLAR:
        return gap / abs(base)
    return 0.0 if gap <= DOLLAR else math.inf
