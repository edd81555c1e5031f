"""Which keys make a plan possible by themselves, each at its widest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from optimizer.explanation.keys import Key
from optimizer.explanation.limits import Kind
from optimizer.explanation.probe import Answer, OutOfTimeError, Probe
from optimizer.solver.lanes import Lanes, worked_off

PROMISING: tuple[Kind, ...] = ("cash", "equity", "debt", "time", "demand", "power", "supply", "covenant")
"""The order in which kinds are asked about: most of what has no plan lacks money, or has it too late."""

FIRST = 5
"""So many of the kinds are asked about, by halves too, before the others."""


class Alone:
    """What is known of each key alone, in ``found``.

    Keys of a kind are asked together, and halved where there is a plan: where there is none with all of them at their
    widest, there is none with one of them. What is not decided is halved last. Keys of which a wider one may take
    plans away are asked one by one.
    """

    def __init__(self, keys: Sequence[Key], found: dict[Key, Answer] | None = None) -> None:
        self.found: dict[Key, Answer] = {} if found is None else found
        first, aside = [key for key in keys if not key.by_itself], [key for key in keys if key.by_itself]
        self._soon, self._late = list(_groups(first, PROMISING[:FIRST])), list[list[Key]]()
        self._open = list[list[Key]]()
        self._rest = [*_groups(first, PROMISING[FIRST:]), *_groups(aside, PROMISING)]

    @property
    def enough(self) -> list[Key]:
        """The keys that are known to be enough alone."""
        return [key for key, answer in list(self.found.items()) if answer is Answer.YES]

    def once_more(self) -> None:
        """Ask again about the keys that were not decided: there may be more time now for each."""
        self._soon, self._open = [*self._soon, *self._open], []

    def ask(self, probe: Probe, pool: Lanes | None = None, at_once: int = 1, most: float = math.inf) -> bool:
        """Go on asking until so many are known to be enough; whether all were asked, before time was up.

        ``at_once`` questions are asked by the threads of ``pool``.
        """
        in_time = True

        def take() -> Callable[[], tuple[list[Key], Answer | None]] | None:
            if not in_time or len(self.enough) >= most or not (waiting := self._soon or self._late or self._rest):
                return None
            return partial(_asked, probe, waiting.pop(0))

        def told(answered: tuple[list[Key], Answer | None]) -> None:
            nonlocal in_time
            group, answer = answered
            if answer is None:
                in_time = False
                self._soon.insert(0, group)
            elif answer is Answer.NO or len(group) == 1:
                self.found.update(dict.fromkeys(group, answer))
                self._open += [group] if answer is Answer.OPEN else []
            else:
                halves = [group[: len(group) // 2], group[len(group) // 2 :]]
                if answer is Answer.YES:
                    self._soon[:0] = halves
                else:
                    self._late.extend(halves)

        if pool is not None:
            worked_off(pool, at_once, take, told)
        else:
            while (question := take()) is not None:
                told(question())
        return in_time and not (self._soon or self._late or self._rest)


def _asked(probe: Probe, group: list[Key]) -> tuple[list[Key], Answer | None]:
    """A group and its answer, None if time was up."""
    try:
        return group, probe.ask({key: key.widest for key in group})
    except OutOfTimeError:
        return group, None


def _groups(keys: Sequence[Key], kinds: Sequence[Kind]) -> Iterator[list[Key]]:
    for kind in kinds:
        if together := [key for key in keys if key.kind == kind and key.monotone]:
            yield together
        yield from ([key] for key in keys if key.kind == kind and not key.monotone)
