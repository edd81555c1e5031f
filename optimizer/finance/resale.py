"""What a used unit fetches."""

from __future__ import annotations

from collections.abc import Sequence


def resale_share(curve: Sequence[float], age_years: float) -> float:
    """What a used unit fetches at an age, as a share of its price, by a curve of ages 0, 1, 2 … years: linear between
    the entries, 0 after the last.
    """
    whole = int(age_years + 1e-9)
    part = age_years - whole
    if part < 1e-9:
        return curve[whole] if whole < len(curve) else 0.0
    return curve[whole] * (1.0 - part) + curve[whole + 1] * part if whole + 1 < len(curve) else 0.0
