"""A conflict: limits that cannot hold together, whatever the others are.

All limits outside of it are at their widest, and still there is proven to be no plan. It is minimal if, with any one of
its own at its widest as well, there is a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from optimizer.explanation.keys import Key
from optimizer.explanation.limits import Kind
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe


@dataclass
class Conflict:
    """Limits that cannot hold together: ``proven``, unless time was up first.

    ``needed`` are the keys with which at their widest there is a plan, the others being as written, or at their widest
    if they are outside; ``finished`` says that each was asked about.
    """

    keys: list[Key]
    needed: list[Key]
    proven: bool = False
    finished: bool = False

    def without(self, group: Collection[Key]) -> None:
        """Leave out keys, which is proven to be possible; what is needed stays so where more takes no plan away."""
        self.keys = [key for key in self.keys if key not in group]
        if not all(key.monotone for key in group):
            self.needed = []

    @property
    def minimal(self) -> bool:
        """Whether no key can be left out, which is proven."""
        return self.proven and len(self.needed) == len(self.keys)


def filtered(probe: Probe, keys: Sequence[Key], *, relaxed: bool, members: Collection[Key] = ()) -> Conflict:
    """A conflict among the keys of an instance without a plan; not proven if time was up.

    ``relaxed``: there is none without whole numbers either, and only those are asked about, which is quick.
    ``members`` are known to be in every conflict.
    """
    question = probe.relaxed if relaxed else probe.ask

    def impossible(tight: Sequence[Key]) -> bool:
        held = set(tight)
        return question({key: key.widest for key in keys if key not in held}) is Answer.NO

    known = [key for key in keys if key in members]
    rest = [key for key in keys if key not in members]
    try:
        found = {*known, *_by_halves(known, rest, impossible)}
    except OutOfTimeError:
        return Conflict(list(keys), [])
    return Conflict([key for key in keys if key in found], [], proven=True)


def _by_halves(known: list[Key], rest: list[Key], impossible: Callable[[Sequence[Key]], bool]) -> list[Key]:
    """QuickXplain (Junker 2004) beside what is known: the last keys of the list are the first to be left out."""

    def within(background: list[Key], new: bool, rest: list[Key]) -> list[Key]:
        if new and impossible(background):
            return []
        if len(rest) <= 1:
            return rest
        half = len(rest) // 2
        first, last = rest[:half], rest[half:]
        of_last = within([*background, *first], True, last)
        of_first = within([*background, *of_last], bool(of_last), first)
        return [*of_first, *of_last]

    return within(known, True, rest)


def narrowed(probe: Probe, keys: Sequence[Key], *, members: Callable[[], Collection[Key]] = tuple) -> Conflict:
    """A conflict of an instance without a plan, as small as it gets until time is up: it is proven at any time.

    All keys are one. Kind after kind, those that make no difference at their widest go out, all of a kind together or
    else by halves. ``members`` are known to be in every conflict by now.
    """
    found = Conflict(list(keys), [], proven=True)
    wide: list[Key] = []

    pending = [[key for key in keys if key.kind == kind and key.monotone] for kind in LITTLE_SAID]
    pending += [[key] for kind in LITTLE_SAID for key in keys if key.kind == kind and not key.monotone]
    try:
        while pending:
            sure = members()
            group = [key for key in pending.pop(0) if key not in sure]
            if not group:
                continue
            answer = probe.ask({key: key.widest for key in (*wide, *group)})
            halves = [group[len(group) // 2 :], group[: len(group) // 2]] if len(group) > 1 else []
            if answer is Answer.NO:
                wide.extend(group)
                found.without(group)
            elif answer is Answer.YES:
                pending[:0] = halves
                found.needed += group if len(group) == 1 else []
            else:
                pending.extend(halves)  # what is hard to say may be easier to leave as it is
    except OutOfTimeError:
        pass
    return found


LITTLE_SAID: tuple[Kind, ...] = ("covenant", "power", "supply", "demand", "time", "debt", "equity", "cash")
"""The kinds in the order in which they go out of a conflict where there is a choice."""


def leave_out_the_idle(probe: Probe, keys: Sequence[Key], found: Conflict, members: Collection[Key] = ()) -> None:
    """Leave out of a proven conflict what can be, on proof only, until time is up; ``members`` are in every one."""
    try:
        while _one_less(probe, keys, found, members):
            pass
        found.finished = True
    except OutOfTimeError:
        pass


def _one_less(probe: Probe, keys: Sequence[Key], found: Conflict, members: Collection[Key]) -> bool:
    """Ask which keys are needed: with one of them widened as well, there is a plan. Whether one went out."""
    found.needed = [key for key in found.keys if key in members or key in found.needed]
    for key in [key for key in found.keys if key not in found.needed]:
        tight = [other for other in found.keys if other is not key]
        answer = probe.ask({other: other.widest for other in keys if other not in tight})
        if answer is Answer.NO:
            found.without([key])
            return True
        if answer is Answer.YES:
            found.needed.append(key)
    return False
