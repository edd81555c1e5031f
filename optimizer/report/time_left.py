"""How long a search may still take, from how its gap has closed so far."""

from __future__ import annotations

import math
from collections.abc import Sequence

LEAST_S = 10.0
"""A history that is shorter than this tells nothing."""
LEAST_STEPS = 5
"""So many different gaps make a course."""
WINDOWS = (1.0, 0.5, 0.25)
"""The course is measured over these last parts of the history."""
APART = 3.0
"""Where the longest estimate is more than this many times the shortest, there is no course."""
FURTHEST = 3.0
"""Nothing is said of times that are further away than this many times the history."""


def time_left(history: Sequence[tuple[float, float]], wanted: float) -> tuple[float, float] | None:
    """The least and the most seconds until the gap is the wanted one; None where the history does not tell.

    ``history`` is seconds and gap, as a share, in order; what is assumed is that the gap goes on to fall by equal
    factors in equal times, as it did over all of the history, its last half and its last quarter.
    """
    known = [(seconds, gap) for seconds, gap in history if math.isfinite(gap) and gap > 0.0]
    if not known or wanted <= 0.0:
        return None
    now, gap = known[-1]
    span = now - known[0][0]
    if span < LEAST_S or len({each for _, each in known}) < LEAST_STEPS or gap <= wanted:
        return None
    estimates = []
    for part in WINDOWS:
        then, before = [each for each in known if each[0] <= now - part * span][-1]
        if before <= gap:
            return None
        estimates.append((now - then) * math.log(gap / wanted) / math.log(before / gap))
    least, most = min(estimates), max(estimates)
    return None if most > APART * least or most > FURTHEST * span else (least, most)


def time_left_text(left: tuple[float, float]) -> str:
    """``about 40 s``, ``about 1 to 3 min``: tens of seconds below 90 s, whole minutes and hours above."""
    low, high = left
    for unit, seconds, least, step in (("s", 1.0, 10, 10), ("min", 60.0, 1, 1), ("h", 3600.0, 1, 1)):
        if high < 90.0 * seconds or unit == "h":
            first, last = (max(least, step * round(each / seconds / step)) for each in (low, high))
            return f"about {last} {unit}" if first == last else f"about {first} to {last} {unit}"
    raise AssertionError("hours are the last unit")
