"""The order in which an instance without a plan is asked: each step is an answer if the time ends there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from optimizer.explanation.alone import Alone
from optimizer.explanation.conflict import Conflict, filtered, leave_out_the_idle, narrowed
from optimizer.explanation.keys import Key, sooner
from optimizer.explanation.pairs import PairOfChanges, pairs_of
from optimizer.explanation.probe import Answer, Probe
from optimizer.explanation.repairs import FINE, ROUGH, Changes
from optimizer.solver.lanes import Lanes, worked_off

ALONE_FIRST_SHARE, ALONE_SHARE = 0.2, 0.5
"""The parts of the time after which the search for a conflict begins beside what is asked about keys alone, and after
which no key is asked about alone, where whole numbers make the questions hard."""

FILTER_SHARE, BESIDE_SHARE = 0.6, 0.9
"""The part of the time after which the search for a conflict ends, so that some is left for repairs, and that after
which it ends where the rest is done beside it."""

DATES_SHARE = 0.1
"""The part of the time left in which limits that grow are asked whether it is enough to have them sooner."""

ENOUGH_KINDS, ON_SHARE = 5, 0.4
"""Where the changes that were found are of fewer kinds, this part of what is left goes into asking on about keys alone
once those are brought down roughly."""

LATER_SHARE = 0.7
"""The part of what is left that goes into asking on about keys alone where none was enough."""


@dataclass
class Search:
    """What is found of an instance without a plan.

    ``relaxed``: there is none without whole numbers either. ``at_once`` questions are asked by the threads of ``pool``.
    ``asked``: there was time for all keys that were to be asked about alone.
    """

    probe: Probe
    keys: list[Key]
    relaxed: bool
    pool: Lanes
    at_once: int
    conflict: Conflict = field(init=False)
    alone: dict[Key, Answer] = field(default_factory=dict)
    changes: Changes = field(default_factory=lambda: Changes({}))
    pairs: list[PairOfChanges] = field(default_factory=list)
    asked: bool = False
    limits: list[Key] = field(init=False)
    _alone: Alone = field(init=False)

    def run(self, repairs: bool) -> None:
        """What ``_search`` says; keys that are asked by themselves are in the conflict if they are enough alone."""
        self._search(repairs)
        if self.conflict.proven:
            needed = [key for key in self.enough if key not in self.limits and key.way != "sooner"]
            self.conflict.keys += needed
            self.conflict.needed += needed

    def _search(self, repairs: bool) -> None:
        """A conflict, and with ``repairs`` what makes a plan possible.

        Without whole numbers the filter is quick, and a key outside of the conflict is not enough alone. Else each key
        is asked about alone, beside the search for the conflict where there is more than one thread: one that is enough
        alone is in every conflict, and one that can be left out of one is not enough alone.
        """
        share = 1.0 if not repairs else BESIDE_SHARE if self.at_once > 1 else FILTER_SHARE
        begun, every = self.probe.part(share), self.at_once
        self.limits = [key for key in self.keys if not key.by_itself]
        if self.relaxed:
            self.conflict = filtered(begun, self.limits, relaxed=True)
            if self.conflict.proven and not self.conflict.keys:  # some may take plans away at their widest
                self.limits = [key for key in self.limits if key.monotone]
                self.conflict = filtered(begun, self.limits, relaxed=True)
            others = [key for key in self.keys if key not in self.limits]
            self._alone = Alone([*self.conflict.keys, *others], self.alone)
            self.asked = self.conflict.proven and self._ask(self.probe.part(FILTER_SHARE), every)
        else:
            self.conflict = Conflict(list(self.limits), [], proven=True)
            self._alone = Alone(self.keys, self.alone)
            first = ALONE_FIRST_SHARE if every > 1 else ALONE_SHARE
            self.asked = self._ask(self.probe.part(first), every, most=1.0 if repairs else math.inf)
        if every > 1:
            narrowing = self.pool.submit(lambda: self._narrow(begun))
            if not self.relaxed and not self.asked:
                self._ask_on(every - 1, repairs)
            if worked := repairs and bool(self.enough):
                self._work_off(lambda: every if narrowing.done else every - 1)
            narrowing.result()
        else:
            if not self.relaxed and not self.asked:
                self._ask_on(every, repairs)
            self._narrow(begun)
            worked = False
        if not repairs or worked:
            return
        if not self.enough and self.conflict.proven:  # without one there is nothing else to do
            self._alone.once_more()
            self.asked = self._ask(self.probe.part(LATER_SHARE), every)
        if self.enough:
            self._work_off(lambda: every)
        elif self.conflict.proven:
            self.pairs = pairs_of(self.probe, self.keys, self.conflict.keys, self.pool, every)

    @property
    def enough(self) -> list[Key]:
        """The keys that are known to be enough alone."""
        return self._alone.enough

    def _ask(self, probe: Probe, at_once: int, most: float = math.inf) -> bool:
        return self._alone.ask(probe, self.pool, at_once, most)

    def _ask_on(self, at_once: int, repairs: bool) -> None:
        """Ask about the other keys alone, those once more that were not decided.

        First the change that is known is brought down roughly: a plan in which little is missing is one for many keys.
        """
        if repairs and self.enough:
            self.changes.add(self.alone)
            self._bring_down(lambda: at_once, ROUGH)
            self._alone.once_more()
        self.asked = self._ask(self.probe.until(ALONE_SHARE), at_once)

    def _narrow(self, probe: Probe) -> None:
        if not self.relaxed:
            self.conflict = narrowed(probe, self.limits, members=lambda: self.enough)
        if self.conflict.proven:
            leave_out_the_idle(probe, self.limits, self.conflict, self.enough)

    def _work_off(self, at_once: Callable[[], int]) -> None:
        dates = Alone([date for key in self.enough if (date := sooner(key)) is not None], self.alone)
        dated = dates.ask(self.probe.part(DATES_SHARE), self.pool, at_once())
        self.changes.add(self.alone)
        self._bring_down(at_once, ROUGH, kinds=True)
        if not self.relaxed and self.changes.kinds < ENOUGH_KINDS:
            if self.asked:
                self._alone.once_more()
            self.asked = self._ask(self.probe.part(ON_SHARE), at_once())
            self.changes.add(self.alone)
            self._bring_down(at_once, ROUGH, kinds=True)
        self.asked = self.asked and dated
        self._bring_down(at_once, ROUGH)
        self._bring_down(at_once, FINE)

    def _bring_down(self, at_once: Callable[[], int], digits: int, *, kinds: bool = False) -> None:
        tasks = self.changes.tasks(self.probe, self.at_once, digits, kinds=kinds)
        worked_off(self.pool, at_once, lambda: next(tasks, None), lambda _: None)
