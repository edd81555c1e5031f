"""One question: is there a plan when some keys have other values? The instance is changed, and built again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from optimizer.explanation.keys import Key
from optimizer.explanation.reading import refused_only
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits, SolverError, minimise
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import TriviallyInfeasibleError


class Answer(StrEnum):
    """What is known of a question: there is a plan, it is proven that there is none, or neither."""

    YES = "yes"
    NO = "proven no"
    OPEN = "not decided"


class OutOfTimeError(Exception):
    """The time of the whole explanation is up."""


_Built = tuple[Matrix, Expression]
"""A matrix and the capital raised: a search that brings that down comes to a plan sooner than one after nothing."""

Widened = Mapping[Key, float]
"""Keys, and the amount by which each is widened."""

ONE_SEARCH_SHARE, LEAST_S = 0.2, 3.0
"""The part of the time left that a single search may take, and the seconds that it may always take of it."""


@dataclass
class Probe:
    """Asks about one instance until its time is up; what was answered is not asked again.

    ``refused``: checks say of it that there is no plan, so that no model of it can be built.
    """

    instance: Instance
    time_limit_s: float
    refused: bool = False
    begun: float = field(default_factory=time.monotonic)
    _known: dict[tuple[str, bool], Answer] = field(default_factory=dict)
    _built: dict[str, _Built | Answer] = field(default_factory=dict)

    @property
    def spent_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun

    @property
    def left_s(self) -> float:
        """Seconds left."""
        return self.time_limit_s - self.spent_s

    def part(self, share: float) -> Probe:
        """The same with this part of the time that is left, which shares what is known."""
        return replace(self, time_limit_s=self.spent_s + share * self.left_s)

    def relaxed(self, widened: Widened, window: range | None = None) -> Answer:
        """``ask`` without whole numbers: no is proven for these too, and yes says nothing of them."""
        return self._ask({key.path: key.at(amount, window) for key, amount in widened.items()}, whole=False)

    def ask(self, widened: Widened, window: range | None = None) -> Answer:
        """Whether there is a plan with keys widened; ``window`` are the periods of it, of those that vary.

        Raises OutOfTimeError.
        """
        changes = {key.path: key.at(amount, window) for key, amount in widened.items()}
        answer = self._ask(changes, whole=False)
        return answer if answer is Answer.NO else self._ask(changes, whole=True)

    def _ask(self, changes: Mapping[str, Any], *, whole: bool) -> Answer:
        if self.left_s <= 0.0:
            raise OutOfTimeError
        name = repr(sorted(changes.items()))
        if (name, whole) not in self._known:
            answer = self._answer(name, changes, whole)
            if answer is Answer.OPEN:  # with more time it may be decided
                return answer
            self._known[name, whole] = answer
        return self._known[name, whole]

    def _answer(self, name: str, changes: Mapping[str, Any], whole: bool) -> Answer:
        if name not in self._built:
            self._built = {name: self._matrix(changes)}  # the last one only: relaxed first, then as it is
        built = self._built[name]
        if isinstance(built, Answer):
            return built
        matrix, raised = built
        if whole and not matrix.integer.any():
            return self._known.get((name, False), Answer.OPEN)
        seconds = min(self.left_s, max(LEAST_S, ONE_SEARCH_SHARE * self.left_s))
        options = self.instance.solve
        limits = Limits(1.0, max(0.0, seconds), options.threads, options.seed)
        nothing = Expression(np.zeros(matrix.shape[1]), 0.0)
        try:
            outcome = minimise(matrix, raised, limits) if whole else minimise(matrix.relaxed(), nothing, limits)
        except SolverError:
            return Answer.OPEN
        if outcome.x is not None:
            return Answer.YES
        return Answer.NO if outcome.status == "infeasible" else Answer.OPEN

    def _matrix(self, changes: Mapping[str, Any]) -> _Built | Answer:
        """The matrix of the changed instance, and what is raised in it; or the answer, where there is none."""
        if self.refused and not changes:
            return Answer.NO
        try:
            changed = self.instance.replace(changes) if changes else self.instance
            built, compiled = compile_instance(changed)
            return compiled.matrix, compiled.expression(built.objectives["capital_raised"].expression)
        except TriviallyInfeasibleError:
            return Answer.NO
        except InstanceError as error:
            if not changes:
                raise
            # what else is wrong with the changed file says nothing of plans
            return Answer.NO if refused_only(error.diagnostics) else Answer.OPEN
