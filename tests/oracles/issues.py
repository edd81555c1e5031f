"""When to issue bonds with a fixed cost per issue, by enumeration of the issue periods."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product


def least_charges(
    needs: Sequence[float], fee: float, rate: float, discount: float, yearly: float
) -> tuple[float, tuple[int, ...]]:
    """Least present value of interest and of what fees are charged as (``yearly``, from the period after an issue on)
    through the period after the last need, and the issue periods.

    Bullets that outlive the horizon. Interest and fees are paid out of the issues; interest of the last period, in
    which nothing is needed, is paid from elsewhere. An issue brings what is needed until the next one, no more.
    """
    periods = len(needs)
    best: tuple[float, tuple[int, ...]] = (float("inf"), ())
    for later in product((False, True), repeat=periods - 1):
        issues = [t for t, issued in enumerate((True, *later)) if issued]
        owed, charges = 0.0, [0.0] * (periods + 1)
        for start, end in zip(issues, [*issues[1:], periods], strict=True):
            span = end - start
            # d = Σ needs + fee + rate·owed·span + rate·d·(span − 1)
            draw = (sum(needs[start:end]) + fee + rate * owed * span) / (1.0 - rate * (span - 1))
            charges[start] += rate * owed
            for t in range(start + 1, periods + 1):
                charges[t] += yearly
            owed += draw
            for t in range(start + 1, end):
                charges[t] += rate * owed
        charges[periods] += rate * owed
        cost = sum(c / (1.0 + discount) ** t for t, c in enumerate(charges, 1))
        if cost < best[0]:
            best = cost, tuple(t + 1 for t in issues)
    return best
