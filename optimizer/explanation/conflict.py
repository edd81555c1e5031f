"""A conflict: limits that cannot hold together, whatever the others are.

All limits outside of it are at their widest, and still there is proven to be no plan. It is minimal if, with any one of
its own at its widest as well, there is a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optimizer.explanation.keys import Key
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe


@dataclass
class Conflict:
    """Limits that cannot hold together: ``proven``, unless time was up first.

    ``needed`` are the keys without which there is a plan, the others being at their widest; ``finished`` says that
    each was asked about.
    """

    keys: list[Key]
    needed: list[Key]
    proven: bool
    finished: bool = False

    @property
    def minimal(self) -> bool:
        """Whether no key can be left out, which is proven."""
        return self.proven and len(self.needed) == len(self.keys)


def find_conflict(probe: Probe, keys: Sequence[Key], relaxed: bool) -> Conflict:
    """A conflict among the keys of an instance without a plan.

    ``relaxed``: there is none without whole numbers either, and so the filter asks about those only, which is quick.
    Members that the search with whole numbers can do without go out afterwards.
    """
    found = Conflict(list(keys), [], False)
    question = probe.relaxed if relaxed else probe.ask

    def impossible(tight: Sequence[Key]) -> bool:
        held = set(tight)
        return question({key: key.widest for key in keys if key not in held}) is Answer.NO

    try:
        found.keys, found.proven = _filtered(list(keys), impossible), True
        _without_the_idle(probe, keys, found)
        found.finished = True
    except OutOfTimeError:
        pass
    return found


def _filtered(keys: list[Key], impossible: Callable[[Sequence[Key]], bool]) -> list[Key]:
    """The conflict by halves (QuickXplain, Junker 2004): the last keys of the list are the first to be left out."""
    if impossible([]):
        return []

    def within(background: list[Key], new: bool, rest: list[Key]) -> list[Key]:
        if new and impossible(background):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, last = rest[:half], rest[half:]
        of_last = within([*background, *first], bool(first), last)
        of_first = within([*background, *of_last], bool(of_last), first)
        return [*of_first, *of_last]

    found = within([], False, keys)
    order = {key: number for number, key in enumerate(keys)}
    return sorted(found, key=order.__getitem__)


def _without_the_idle(probe: Probe, keys: Sequence[Key], found: Conflict) -> None:
    """Leave out what can be, on proof only; a key is needed if there is a plan once it is widened as well."""
    while True:
        found.needed = []
        for key in found.keys:
            tight = [other for other in found.keys if other is not key]
            answer = probe.ask({other: other.widest for other in keys if other not in tight})
            if answer is Answer.NO:
                found.keys = tight
                break
            if answer is Answer.YES:
                found.needed.append(key)
        else:
            return
