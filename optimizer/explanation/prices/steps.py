"""By how much a limit is moved: a step that is usual for its unit, and large enough to be told from the gaps."""

from __future__ import annotations

import math

from optimizer.explanation.keys import Key
from optimizer.instance.schema import Instance

USUAL = {"times": 0.05, "share": 0.01, "months": 1.0, "periods": 1.0, "own unit": 1.0, "units": 1.0, "": 1.0}
"""A notch of a covenant, a point, a month, a period, a chip."""

PART = 50.0
"""Money, power and compute are moved by a power of ten of at most this part of the limit; power by 1 MW at most."""

LARGEST_SHARE = 0.1
"""A step is not made larger than this part of the limit, so that its worth says something about the next one."""

GAPS = 5.0
"""The worth of a step should be so many times what the gaps leave open."""


def usual(key: Key, window: range | None, tighter: bool) -> float:
    """The step of a key in the periods of ``window``, in its unit; 0 if it cannot be moved that way at all."""
    room = _room(key, window, tighter)
    if key.step > 0.0:
        return key.step if key.step <= room else 0.0
    if key.unit in USUAL:
        return min(USUAL[key.unit], room)
    value = _value(key, window)
    step = 10.0 ** math.floor(math.log10(value / PART)) if value > 0.0 else 1.0
    return min(step, room, 1.0 if key.unit == "MW" else math.inf)


def telling(key: Key, window: range | None, tighter: bool, step: float, rate: float, gaps: float) -> float:
    """The smallest of 1, 2, 5, 10, … steps of which the worth at ``rate`` is GAPS times what the ``gaps`` leave open.

    The step itself if no step up to LARGEST_SHARE of the limit is.
    """
    if rate == 0.0 or key.step > 0.0:
        return step
    most = min(_room(key, window, tighter), max(step, LARGEST_SHARE * _value(key, window)))
    longer = step
    for power in range(8):
        for digit in (1.0, 2.0, 5.0):
            longer = digit * 10.0**power * step
            if longer > most:
                return step
            if abs(rate) * longer >= GAPS * gaps:
                return longer
    return step


def one_more(instance: Instance, key: Key, window: range | None, tighter: bool, step: float) -> float:
    """The step for a limit that acts through whole numbers: of power, what the smallest hall takes that it limits."""
    if key.unit != "MW":
        return step
    name, where = str(key.place[1]) if key.place[1:] else "", str(key.place[0])
    halls = [
        phase.mw
        for s, site in instance.sites.items()
        if where == "power" or (where == "sites" and s == name) or (where == "regions" and site.region == name)
        for phase in site.phases
        if phase.mw > 0.0
    ]
    smallest = min(halls, default=step)
    return smallest if step <= smallest <= _room(key, window, tighter) else step


def _value(key: Key, window: range | None) -> float:
    values = [value for t, value in enumerate(key.values, 1) if window is None or t in window or not key.varies]
    return max(values, default=0.0)


def _room(key: Key, window: range | None, tighter: bool) -> float:
    """How far the key may go: what its values leave to 0 or 1, the calendar, or what the rest has a use for."""
    if key.way == "off":
        return 0.0 if tighter else 1.0
    if key.way in ("later", "earlier"):
        index, last = key.values[0], float(key.calendar.periods)
        wider = last - index if key.way == "later" else index - 1.0
        narrower = index - 1.0 if key.way == "later" else last - index
        return narrower if tighter else wider
    value = _value(key, window)
    down = (key.way == "less") != tighter
    if down:
        return value
    if key.unit == "share":
        return 1.0 - value
    return math.inf if key.way == "less" else max(key.widest, value)
