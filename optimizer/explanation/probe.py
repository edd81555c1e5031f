"""One question: is there a plan when some keys have other values? The instance is changed, and built again."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from optimizer.explanation.facts import Answer, Facts, Widened
from optimizer.explanation.reading import refused_only
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits, Outcome, SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix, Vector
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import Compiled, TriviallyInfeasibleError

__all__ = ["Answer", "OutOfTimeError", "Probe", "Widened"]


class OutOfTimeError(Exception):
    """The time of the whole explanation is up."""


ONE_SEARCH_SHARE, LEAST_S = 0.12, 3.0
"""The part of the time left that a single search may take, and the seconds that it may always take of it."""

RELAXED_SHARE = 0.5
"""That of a search without whole numbers: by quarters it takes a while, and what comes after it takes longer."""

_building = threading.Lock()


class Built(NamedTuple):
    """The matrix of a changed instance, and the capital raised in it."""

    compiled: Compiled
    raised: Expression


@dataclass
class Probe:
    """Asks about one instance until its time is up; what was answered, and what follows from it, is not asked again.

    ``refused``: checks say of it that there is no plan, so that no model of it can be built. ``given`` are keys that
    are widened in every question. ``stop`` ends all searches softly.
    """

    instance: Instance
    time_limit_s: float
    refused: bool = False
    begun: float = field(default_factory=time.monotonic)
    given: Widened = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def spent_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun

    @property
    def left_s(self) -> float:
        """Seconds left."""
        return 0.0 if self.stop.is_set() else self.time_limit_s - self.spent_s

    def part(self, share: float) -> Probe:
        """The same with this part of the time that is left, which shares what is known."""
        return replace(self, time_limit_s=self.spent_s + share * max(0.0, self.time_limit_s - self.spent_s))

    def until(self, share: float) -> Probe:
        """The same until this part of all of the time is spent."""
        return replace(self, time_limit_s=share * self.time_limit_s)

    def with_given(self, given: Widened) -> Probe:
        """The same where these are widened in every question."""
        return replace(self, given={**self.given, **given})

    def limits(self, share: float = ONE_SEARCH_SHARE) -> Limits:
        """Those of a single search, which ends with the first plan."""
        seconds = min(self.left_s, max(LEAST_S, share * self.left_s))
        return Limits(1.0, max(0.0, seconds), 1, self.instance.solve.seed)

    def relaxed(self, widened: Widened, window: range | None = None) -> Answer:
        """``ask`` without whole numbers: no is proven for these too, and yes says nothing of them."""
        return self._ask(widened, window, whole=False)

    def ask(self, widened: Widened, window: range | None = None) -> Answer:
        """Whether there is a plan with keys widened; ``window`` are the periods of it, of those that vary.

        Raises OutOfTimeError.
        """
        return self._ask(widened, window, whole=True)

    def changes(self, widened: Widened, window: range | None = None) -> dict[str, Any]:
        """What is written at which path when keys are widened."""
        return {
            **{key.path: key.at(amount) for key, amount in self.given.items()},
            **{key.path: key.at(amount, window) for key, amount in widened.items()},
        }

    def _ask(self, widened: Widened, window: range | None, *, whole: bool) -> Answer:
        if self.left_s <= 0.0:
            raise OutOfTimeError
        changes = self.changes(widened, window)
        name = repr(sorted(changes.items()))
        follows = {**self.given, **widened} if window is None else None
        known = self.facts.answer(name, follows, whole=whole)
        if known is not Answer.OPEN:
            return known
        built = self.built(changes)
        if isinstance(built, Answer):
            self.facts.learn(name, follows, built, whole=whole)
            return built
        matrix = built.compiled.matrix
        answer = self.facts.answer(name, None, whole=False)
        if answer is Answer.OPEN:
            answer = self._verdict(self.minimum(matrix.relaxed(), nothing(matrix), self.limits(RELAXED_SHARE)))
            self.facts.learn(name, follows, answer, whole=False)
        if whole and answer is not Answer.NO and matrix.integer.any():
            far = all(amount >= key.widest for key, amount in widened.items())
            answer = self._with_whole_numbers(built, far)
        if whole:
            self.facts.learn(name, follows, answer, whole=True)
        return answer

    def _with_whole_numbers(self, built: Built, far: bool) -> Answer:
        """By a plan that is known already, or by a search.

        One that brings the capital down comes to a plan sooner where little room is left, one after nothing where there
        is much: ``far``.
        """
        compiled, matrix = built.compiled, built.compiled.matrix
        for plan in self.facts.plans(compiled.names, matrix):
            kept = self.minimum(matrix.fixed_integers(plan), nothing(matrix))
            if kept is not None and kept.x is not None:
                self.facts.remember(compiled.names, matrix, kept.x)
                return Answer.YES
        found = self.minimum(matrix, nothing(matrix) if far else built.raised)
        if found is not None and found.x is not None:
            self.facts.remember(compiled.names, matrix, found.x)
        return self._verdict(found)

    def minimum(
        self, matrix: Matrix, objective: Expression, limits: Limits | None = None, start: Vector | None = None
    ) -> Outcome | None:
        """What a search comes to; None where it fails."""
        try:
            return minimise(matrix, objective, limits or self.limits(), start=start, stop=self.stop)
        except SolverError:
            return None

    @staticmethod
    def _verdict(outcome: Outcome | None) -> Answer:
        if outcome is None:
            return Answer.OPEN
        if outcome.x is not None:
            return Answer.YES
        return Answer.NO if outcome.status == "infeasible" else Answer.OPEN

    def built(self, changes: Mapping[str, Any]) -> Built | Answer:
        """The model of the changed instance and its matrix; or the answer, where there is none.

        Raises InstanceError if there are no changes, and no model.
        """
        if self.refused and not changes:
            return Answer.NO
        try:
            with _building:
                changed = self.instance.replace(changes) if changes else self.instance
                model, compiled = compile_instance(changed)
            return Built(compiled, compiled.expression(model.objectives["capital_raised"].expression))
        except TriviallyInfeasibleError:
            return Answer.NO
        except InstanceError as error:
            if not changes:
                raise
            # what else is wrong with the changed file says nothing of plans
            return Answer.NO if refused_only(error.diagnostics) else Answer.OPEN


def nothing(matrix: Matrix) -> Expression:
    """An objective that is 0."""
    return Expression(np.zeros(matrix.shape[1]), 0.0)
