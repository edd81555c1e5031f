"""Which keys make a plan possible by themselves, each at its widest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.explanation.keys import Key
from optimizer.explanation.limits import KINDS
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe


def ask_alone(probe: Probe, keys: Sequence[Key], found: dict[Key, Answer]) -> bool:
    """Fill ``found`` with what is known of each key alone; False if time was up before all were asked.

    Keys of a kind are asked together, and halved where there is a plan: where there is none with all of them at their
    widest, there is none with one of them. What is not decided is halved last. Keys of which a wider one may take
    plans away are asked one by one.
    """
    soon, late = list(_groups(keys)), list[list[Key]]()
    try:
        while soon or late:
            group = (soon or late).pop(0)
            answer = probe.ask({key: key.widest for key in group})
            if answer is Answer.NO or len(group) == 1:
                found.update(dict.fromkeys(group, answer))
                continue
            halves = [group[: len(group) // 2], group[len(group) // 2 :]]
            if answer is Answer.YES:
                soon[:0] = halves
            else:
                late += halves
    except OutOfTimeError:
        return False
    return True


def _groups(keys: Sequence[Key]) -> Iterator[list[Key]]:
    for kind in KINDS:
        if together := [key for key in keys if key.kind == kind and key.monotone]:
            yield together
    yield from ([key] for key in keys if not key.monotone)
