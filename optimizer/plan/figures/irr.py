"""Internal rates of return: every rate above −100 % at which flows are worth nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Vector = np.ndarray[Any, np.dtype[np.float64]]

NOISE = 1e-12
"""A present value within this share of the sum of its terms' sizes is rounding: the flows are worth nothing."""
HIGHEST, LOWEST = 700.0, -36.0
"""Within these logarithms of 1 + r a number holds the rate: beyond it would be infinite, or −1, which is none."""


def internal_rates(flows: Sequence[float], per_year: float = 1.0) -> tuple[float, ...]:
    """All internal rates of return of flows at equal distances, rising, compounded to a year of ``per_year`` periods.

    With v = −ln(1 + r) the present value is PV(v) = Σ_t flow_t·e^{t·v}, and every real v is a rate above −1. A root
    that the present value touches without crossing is named once. Raises ValueError for a flow that is not finite.
    """
    import numpy as np

    if not all(map(math.isfinite, flows)):
        raise ValueError("a flow is not a finite number")
    amounts = np.asarray(flows, dtype=float)
    times = np.flatnonzero(amounts)
    roots = _roots(np.sign(amounts[times]), np.log(np.abs(amounts[times])), times.astype(float))
    return tuple(sorted(_rate(v * per_year) for v in roots))


def why_none(flows: Sequence[float]) -> str:
    """Why flows have no internal rate of return."""
    if not any(flows):
        return "nothing flows"
    if min(flows) >= 0.0 or max(flows) <= 0.0:
        return "no money goes out" if min(flows) >= 0.0 else "no money comes in"
    # far from all roots the first flow decides, and without a root it decides everywhere
    sign = next(flow for flow in flows if flow)
    return f"the present value is {'positive' if sign > 0.0 else 'negative'} at every rate"


def _rate(v: float) -> float:
    return 0.0 if abs(v) < NOISE else math.expm1(min(max(-v, LOWEST), HIGHEST))


def _roots(signs: Vector, sizes: Vector, times: Vector) -> list[float]:
    """The roots of Σ sign·e^{size + time·v}, rising.

    Descartes and Rolle: multiplied by e^{−k·v}, k between two times at which the sign turns, the sum has the same
    roots, and its derivative Σ (time − k)·sign·e^{…} has one turn less. Between neighbouring roots of the derivative,
    found in the same way, the product is monotone: it has a root there if its signs at the two ends differ, and only
    one. Sizes are logarithms, so nothing overflows.
    """
    import numpy as np

    sums = []
    while (turns := np.flatnonzero(signs[1:] != signs[:-1])).size:
        sums.append((signs, sizes))
        middle = turns[turns.size // 2]
        lag = times - (times[middle] + times[middle + 1]) / 2.0
        signs, sizes = signs * np.sign(lag), sizes + np.log(np.abs(lag))
    roots: list[float] = []
    for signs, sizes in reversed(sums):
        ends = -_beyond(sizes[::-1], -times[::-1]), _beyond(sizes, times)
        roots = _between([ends[0], *roots, ends[1]], partial(_worth, signs, sizes, times))
    return roots


def _worth(signs: Vector, sizes: Vector, times: Vector, v: float) -> float:
    """The sum at v as a share of the sizes of its terms."""
    import numpy as np

    powers = sizes + times * v
    terms = np.exp(powers - powers.max())
    return float(signs @ terms / terms.sum())


def _beyond(sizes: Vector, times: Vector) -> float:
    """A v from which on the last term is larger than twice all others together."""
    import numpy as np

    v = 1.0
    while np.logaddexp.reduce(sizes[:-1] - sizes[-1] + (times[:-1] - times[-1]) * v) > -math.log(2.0):
        v *= 2.0
    return v


def _between(points: Sequence[float], worth: Callable[[float], float]) -> list[float]:
    """The roots of a function that is monotone between neighbouring points; those that rounding cannot part are one."""
    from scipy.optimize import brentq

    def side(v: float) -> float:
        value = worth(v)
        return 0.0 if abs(value) <= NOISE else math.copysign(1.0, value)

    sides = [side(v) for v in points]
    found: list[list[float]] = []
    for i, v in enumerate(points):
        if i and sides[i] * sides[i - 1] < 0.0:
            found.append([brentq(worth, points[i - 1], v, xtol=1e-15, rtol=1e-15)])
        elif sides[i] == 0.0:
            if found and side((found[-1][-1] + v) / 2.0) == 0.0:
                found[-1].append(v)
            else:
                found.append([v])
    return [sum(near) / len(near) for near in found]
