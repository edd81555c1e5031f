"""Which keys make a plan possible by themselves, each at its widest."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.explanation.keys import Key
from optimizer.explanation.limits import KINDS
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe


def ask_alone(probe: Probe, keys: Sequence[Key], found: dict[Key, Answer]) -> bool:
    """Fill ``found`` with what is known of each key alone; False if time was up before all were asked.

    Keys of a kind are asked together, and halved where there is a plan: where there is none with all of them at their
    widest, there is none with one of them. Keys of which a wider one may take plans away are asked one by one.
    """
    try:
        for kind in KINDS:
            of_kind = [key for key in keys if key.kind == kind]
            _by_halves(probe, [key for key in of_kind if key.monotone], found)
            for key in of_kind:
                if not key.monotone:
                    found[key] = probe.ask({key: key.widest})
    except OutOfTimeError:
        return False
    return True


def _by_halves(probe: Probe, keys: Sequence[Key], found: dict[Key, Answer]) -> None:
    if not keys:
        return
    answer = probe.ask({key: key.widest for key in keys})
    if answer is Answer.NO or len(keys) == 1:
        found.update(dict.fromkeys(keys, answer))
        return
    half = len(keys) // 2
    _by_halves(probe, keys[:half], found)
    _by_halves(probe, keys[half:], found)
