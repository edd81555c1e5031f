"""The least by which one key has to be widened, between what is proven not to be enough and what is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from optimizer.explanation.keys import Key
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe

DIGITS = 3
"""An amount is found to so many digits."""

SMALLEST_PART = 1e-6
"""A change below this part of the widest one is not looked into."""


@dataclass(frozen=True)
class LeastChange:
    """``enough`` makes a plan possible; ``not_enough`` is the largest amount that is proven to make none.

    ``window`` are the periods in which the change is needed, None for those of the whole calendar; ``least``: nothing
    between the two is left to try, and a smaller change would not do either.
    """

    key: Key
    enough: float
    not_enough: float
    window: range | None
    least: bool


def least_change(probe: Probe, key: Key) -> LeastChange:
    """The least change of a key that makes a plan possible at its widest. What is known is returned if time is up."""
    enough, no, tried = key.widest, 0.0, 0.0
    window: range | None = None
    try:
        if key.step == 0.0 or key.widest > 4 * key.step:
            no, first = _between(key, 0.0, key.widest, lambda amount: probe.relaxed({key: amount}))
            tried = no
            if first < enough and probe.ask({key: first}) is Answer.YES:
                enough = first
            elif first < enough:
                tried = first
                no = first if probe.ask({key: first}) is Answer.NO else no
        while (amount := _middle(key, tried, enough)) is not None:
            match probe.ask({key: amount}):
                case Answer.YES:
                    enough = amount
                case Answer.NO:
                    tried = no = amount
                case Answer.OPEN:
                    tried = amount
        window = _window(probe, key, enough)
    except OutOfTimeError:
        pass
    done = _middle(key, no, enough) is None
    return LeastChange(key, enough, no, window, done and key.monotone)


def _between(key: Key, no: float, yes: float, question: Callable[[float], Answer]) -> tuple[float, float]:
    """The largest amount that is answered no and the smallest that is not, next to each other."""
    while (amount := _middle(key, no, yes)) is not None:
        if question(amount) is Answer.NO:
            no = amount
        else:
            yes = amount
    return no, yes


def _middle(key: Key, low: float, high: float) -> float | None:
    """An amount between two, a whole number of steps or one of few digits; None if there is none."""
    if high <= SMALLEST_PART * key.widest:
        return None
    far = low < high / 8.0
    middle = math.sqrt(max(low, high / 100.0) * high) if far and key.step == 0.0 else (low + high) / 2.0
    step = key.step or 10.0 ** (math.floor(math.log10(high) + 1e-9) - DIGITS + 1)
    found = round(round(middle / step) * step, 12)
    if low < found < high:
        return found
    below = round(math.ceil(high / step - 1e-9) * step - step, 12)
    return below if low < below < high else None


def _window(probe: Probe, key: Key, amount: float) -> range | None:
    """The periods in which the change is needed: the latest first one, then the earliest last one."""
    last = len(key.values)
    if not key.varies:
        return None
    first, end = 1, last
    low, high = 1, last  # at low the change is enough
    while low < high:
        middle = (low + high + 1) // 2
        if probe.ask({key: amount}, range(middle, last + 1)) is Answer.YES:
            low = middle
        else:
            high = middle - 1
    first = low
    low, high = first, last  # at high the change is enough
    while low < high:
        middle = (low + high) // 2
        if probe.ask({key: amount}, range(first, middle + 1)) is Answer.YES:
            high = middle
        else:
            low = middle + 1
    end = high
    return None if (first, end) == (1, last) else range(first, end + 1)
