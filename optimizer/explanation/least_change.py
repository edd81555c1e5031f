"""The least by which one key has to be widened, between what is proven not to be enough and what is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from optimizer.explanation.elastic import elastic
from optimizer.explanation.keys import Key
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe

MOST_SEARCHES = 3
"""So often is the least amount looked for in one search, from below the last one."""

SMALLEST_PART = 1e-6
"""A change below this part of the widest one is not looked into."""


@dataclass(frozen=True)
class LeastChange:
    """``enough`` makes a plan possible; ``not_enough`` is the largest amount that is proven to make none.

    ``window`` are the periods in which the change is needed, None for those of the whole calendar. ``seems`` is where a
    search saw that less is not enough, which is no proof.
    """

    key: Key
    enough: float
    not_enough: float = 0.0
    window: range | None = None
    seems: float = 0.0

    @property
    def closed(self) -> bool:
        """Whether nothing of three digits, and no step, lies between what is enough and what is not."""
        return _middle(self.key, self.not_enough, self.enough, 3) is None

    @property
    def least(self) -> bool:
        """Whether there is no smaller change, to three digits; where wider may be worse, of the smallest step only."""
        return self.closed and (self.key.monotone or self.enough <= self.key.step)


def nearer(probe: Probe, known: LeastChange, digits: int, *, periods: bool = True) -> LeastChange:
    """The same with an interval of so many digits, and with ``periods`` those of three; as far as the time goes."""
    key = known.key
    if key.step == 0.0 and known.not_enough == 0.0:
        known = _by_relaxation(probe, known, digits)
    try:
        if key.step == 0.0 and not known.closed:
            if digits < 3 or known.seems == 0.0:
                known = _by_elastic(probe, known)
            elif known.not_enough < known.seems < known.enough:
                known = _asked(probe, known, known.seems)
        undecided = known.not_enough
        while (amount := _middle(key, undecided, known.enough, digits)) is not None:
            match probe.ask({key: amount}):
                case Answer.YES:
                    known = replace(known, enough=amount)
                case Answer.NO:
                    undecided, known = amount, replace(known, not_enough=amount)
                case Answer.OPEN:
                    undecided = amount
        if periods and digits == 3 and key.varies:
            return replace(known, window=_window(probe, key, known.enough))
        return known
    except OutOfTimeError:
        return known


def _by_elastic(probe: Probe, known: LeastChange) -> LeastChange:
    """What one search for the least amount comes to, where that is enough, and below which no less seems to be.

    A key that is very wide moves much else in the programme with it, so that it is looked for from below once more.
    """
    try:
        for _ in range(MOST_SEARCHES):
            seen = elastic(probe, known.key, known.enough)
            if seen is None:
                break
            before = known.enough
            known = replace(known, seems=_rounded(seen.bound, 3, up=False))
            amount = _rounded(seen.amount, 3, up=True)
            if known.not_enough < amount < known.enough:
                known = _asked(probe, known, amount)
            middle = _middle(known.key, known.not_enough, known.enough, 2)
            if known.enough >= 0.5 * before or middle is None:
                break
            enough, known = known.enough, _asked(probe, known, middle)
            if known.enough == enough:
                break
    except OutOfTimeError:
        pass
    return known


def _asked(probe: Probe, known: LeastChange, amount: float) -> LeastChange:
    """What is known once an amount between the two was asked about."""
    match probe.ask({known.key: amount}):
        case Answer.YES:
            return replace(known, enough=amount)
        case Answer.NO:
            return replace(known, not_enough=amount)
        case _:
            return known


def _rounded(amount: float, digits: int, *, up: bool) -> float:
    """The next number of so many digits."""
    if amount <= 0.0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(amount) - 1e-9) - digits + 1)
    return round((math.ceil(amount / step - 1e-6) if up else math.floor(amount / step + 1e-9)) * step, 12)


def _by_relaxation(probe: Probe, known: LeastChange, digits: int) -> LeastChange:
    """What is proven not to be enough without whole numbers, and whether what they take is enough with them."""
    key = known.key
    try:
        if probe.relaxed({}) is not Answer.NO:
            return known
        no, enough = _between(key, known.enough, digits, lambda amount: probe.relaxed({key: amount}))
        known = replace(known, not_enough=no)
        if enough < known.enough:
            match probe.ask({key: enough}):
                case Answer.YES:
                    known = replace(known, enough=enough)
                case Answer.NO:
                    known = replace(known, not_enough=enough)
    except OutOfTimeError:
        pass
    return known


def _between(key: Key, yes: float, digits: int, question: Callable[[float], Answer]) -> tuple[float, float]:
    """The largest amount that is answered no and the smallest that is not, next to each other."""
    no = 0.0
    while (amount := _middle(key, no, yes, digits)) is not None:
        if question(amount) is Answer.NO:
            no = amount
        else:
            yes = amount
    return no, yes


def _middle(key: Key, low: float, high: float, digits: int) -> float | None:
    """An amount between two, a whole number of steps or one of few digits; None if there is none."""
    if high <= SMALLEST_PART * key.widest:
        return None
    far = low < high / 8.0
    middle = math.sqrt(max(low, high / 100.0) * high) if far and key.step == 0.0 else (low + high) / 2.0
    step = key.step or 10.0 ** (math.floor(math.log10(high) - 1e-9) - digits + 1)
    found = round(round(middle / step) * step, 12)
    if low < found < high:
        return found
    below = round(math.ceil(high / step - 1e-9) * step - step, 12)
    return below if low < below < high else None


def _window(probe: Probe, key: Key, amount: float) -> range | None:
    """The periods in which the change is needed: the latest first one, then the earliest last one."""
    count = len(key.values)
    first = _last_yes(1, count, lambda t: probe.ask({key: amount}, range(t, count + 1)))
    last = -_last_yes(-count, -first, lambda t: probe.ask({key: amount}, range(first, 1 - t)))
    return None if (first, last) == (1, count) else range(first, last + 1)


def _last_yes(low: int, high: int, question: Callable[[int], Answer]) -> int:
    """The largest of the numbers that is answered yes, where the lowest one is."""
    while low < high:
        middle = (low + high + 1) // 2
        if question(middle) is Answer.YES:
            low = middle
        else:
            high = middle - 1
    return low
