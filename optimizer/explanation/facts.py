"""What is known of one instance by now: answers to questions, what follows from them, and the plans that were found."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from optimizer.explanation.keys import Key
from optimizer.solver.matrix import Matrix, Names, Vector

Widened = Mapping[Key, float]
"""Keys, and the amount by which each is widened."""

MOST_PLANS = 6
"""So many plans are remembered, the last ones."""


class Answer(StrEnum):
    """What is known of a question: there is a plan, it is proven that there is none, or neither."""

    YES = "yes"
    NO = "proven no"
    OPEN = "not decided"


@dataclass
class Facts:
    """Shared by all who ask of an instance, from several threads at once."""

    _exact: dict[tuple[str, bool], Answer] = field(default_factory=dict)
    _yes: list[Widened] = field(default_factory=list)
    _no: dict[bool, list[Widened]] = field(default_factory=lambda: {True: [], False: []})
    _plans: list[dict[str, float]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, name: str, widened: Widened | None, *, whole: bool) -> Answer:
        """What is known of a question: by its ``name``, or since it is wider or narrower than one that was answered.

        ``widened`` is None where nothing follows from others.
        """
        with self._lock:
            known = self._exact.get((name, whole), Answer.OPEN)
            if known is not Answer.OPEN or widened is None:
                return known
            if any(_within(widened, other) for other in self._no[whole]):
                return Answer.NO
            return Answer.YES if whole and any(_within(other, widened) for other in self._yes) else Answer.OPEN

    def learn(self, name: str, widened: Widened | None, answer: Answer, *, whole: bool) -> None:
        """Remember an answer. That there is none without whole numbers is one for these too."""
        if answer is Answer.OPEN:  # with more time it may be decided
            return
        with self._lock:
            self._exact[name, whole] = answer
            if answer is Answer.NO and not whole:
                self._exact[name, True] = answer
            if widened is not None and answer is Answer.NO:
                for questions in {whole, True}:
                    self._no[questions].append(dict(widened))
            elif widened is not None and whole:
                self._yes.append(dict(widened))

    def remember(self, names: Names, matrix: Matrix, x: Vector) -> None:
        """Remember the whole numbers of a plan."""
        whole = np.nonzero(matrix.integer)[0]
        plan = {names.columns[j]: float(round(x[j])) for j in whole}
        with self._lock:
            self._plans = [*(known for known in self._plans if known != plan), plan][-MOST_PLANS:]

    def plans(self, names: Names, matrix: Matrix) -> list[Vector]:
        """The plans over other columns, the last one first: the same whole numbers, as near to 0 where there is none.

        What is no whole number is 0 in them. A plan whose whole numbers are out of bounds here is none.
        """
        with self._lock:
            known = list(reversed(self._plans))
        near = np.clip(np.zeros(matrix.shape[1]), matrix.low, matrix.high)
        whole = np.nonzero(matrix.integer)[0]
        found = []
        for plan in known:
            x = near.copy()
            x[whole] = [plan.get(names.columns[j], near[j]) for j in whole]
            if (x[whole] >= matrix.low[whole]).all() and (x[whole] <= matrix.high[whole]).all():
                found.append(x)
        return found


def _within(narrow: Widened, wide: Widened) -> bool:
    """Whether every plan of the narrower is one of the wider: by keys of which more takes no plan away."""
    for key in {**narrow, **wide}:
        less, more = narrow.get(key, 0.0), wide.get(key, 0.0)
        if not (less <= more if key.monotone else less == more):
            return False
    return True
