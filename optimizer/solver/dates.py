"""The proof of a large programme, one choice of dates after another.

A relaxation raises every round a little at a time, just in time, and is far below what any plan can do. With the dates
of rounds fixed that is over: a linear programme for each choice of dates rules out most of them at once, and a small
tree for each of the others is quickly empty.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.solver.agreement import nearer_relaxations
from optimizer.solver.highs import BELIEVED, DOLLAR, Limits, LostError, Outcome, Watch
from optimizer.solver.layout import Roles
from optimizer.solver.level import Objective
from optimizer.solver.matrix import Expression, Mask, Matrix, Vector
from optimizer.solver.parts import each
from optimizer.solver.relaxation import relaxed, trials
from optimizer.solver.search import minimise

MOST_TRIALS = 1500
"""Choices of dates that are looked at as linear programmes; beyond, some dates stay open."""
NEAR = "relaxations at other dates, and plans near them"
MOST_VARIANTS = 24
"""At so many of them a better plan is looked for before trees are."""
AT_ONCE = 4
"""So many trees for each thread are searched before what they found is looked at."""

Choice = tuple[int, ...]
"""For the first rounds the place of the date, −1: never."""

Wanted = Callable[[Vector, float], float]
"""A bound that a plan with this value is within the gap of."""


@dataclass(frozen=True)
class Turn:
    """How far a tree goes. What is left open after one turn goes further in the next."""

    nodes: int
    proof_only: bool


LITTLE = 0.2
"""Dates say little where they move the bound by a smaller part of the way from the relaxation to what is wanted: where
the money of the level before is held, say. Then one tree over all of them is quicker than one for each."""

TURNS = (Turn(10_000, True), Turn(100_000, True), Turn(400_000, False))


@dataclass
class Open:
    """Choices of dates of which it is not proven that they hold no better plan, with the bounds of each.

    ``closed`` is the least bound of all others.
    """

    bounds: dict[Choice, float]
    closed: float = math.inf

    @property
    def bound(self) -> float:
        """What no plan is below."""
        return min([self.closed, *self.bounds.values()])

    def nearest(self) -> list[Choice]:
        """Those with the lowest bounds first."""
        return sorted(self.bounds, key=lambda choice: (self.bounds[choice], choice))

    def hear(self, choice: Choice, outcome: Outcome, below: float) -> None:
        """What a tree that looked for plans ``below`` something has shown."""
        bound = below if outcome.status == "infeasible" else outcome.bound
        if math.isfinite(bound):
            self.bounds[choice] = max(self.bounds[choice], bound)

    def hear_of_all(self, outcome: Outcome, below: float) -> None:
        """What a tree over all choices has shown."""
        for choice in [*self.bounds]:
            self.hear(choice, outcome, below)

    def close(self, below: float) -> None:
        """Nothing below this is wanted any more."""
        for choice in [choice for choice, bound in self.bounds.items() if bound >= below]:
            self.closed = min(self.closed, self.bounds.pop(choice))


def enough(best: float, limits: Limits) -> float:
    """A bound that a plan with this value is within the gap of, where the gap is one of the value."""
    return best - max(limits.gap_share * abs(best), limits.gap_musd)


def wanted_of(objective: Objective, shift: float, limits: Limits) -> Wanted:
    """As ``enough``, of plans whose gap is one of their base, for values that are seen ``shift`` above the objective's.

    A better plan has another base, and its gap is a share of that one.
    """
    sign = 1.0 if objective.minimise else -1.0

    def wanted(plan: Vector, value: float) -> float:
        base = value + sign * (objective.above_value(plan) - shift)
        return value - base + enough(base, limits)

    return wanted


def ruled_out(
    matrix: Matrix,
    objective: Expression,
    roles: Roles,
    limits: Limits,
    below: float,
    stop: threading.Event | None = None,
) -> Open | None:
    """The choices whose linear programme is ``below``; None where the dates of no round are to be told apart."""
    begun = time.monotonic()
    found: dict[Choice, float] = {(): -math.inf}
    closed = math.inf
    for i, dates in enumerate(roles.money):
        if not 0 < len(found) * (dates.size + 1) <= MOST_TRIALS or (stop is not None and stop.is_set()):
            break
        choices = [(*choice, place) for choice in found for place in range(-1, dates.size)]
        columns = np.concatenate(roles.money[: i + 1])
        values = np.array([_values(roles, choice) for choice in choices])
        outside: Mask = (values < matrix.low[columns]) | (values > matrix.high[columns])
        inside = np.nonzero(~outside.any(axis=1))[0]
        choices, values = [choices[k] for k in inside.tolist()], values[inside]
        optima = trials(matrix, objective, columns, values, limits.since(begun), stop)
        before = np.array([found[choice[:-1]] for choice in choices])
        bounds = np.where(np.isnan(optima), before, np.maximum(optima, before))
        closed = min([closed, *bounds[bounds >= below].tolist()])
        found = {choice: bound for choice, bound in zip(choices, bounds.tolist(), strict=True) if bound < below}
    return None if () in found else Open(found, closed)


def _values(roles: Roles, choice: Choice) -> list[float]:
    return [float(k == place) for dates, place in zip(roles.money, choice, strict=False) for k in range(dates.size)]


def proven(
    matrix: Matrix,
    objective: Expression,
    roles: Roles,
    limits: Limits,
    x: Vector,
    *,
    wanted: Wanted | None = None,
    watch: Watch | None = None,
    stop: threading.Event | None = None,
) -> Outcome | None:
    """The proof that ``x`` is within the gap of the best, or a better plan that is; None where dates do not help.

    How near that is, is ``wanted`` of a plan, in place of ``enough``: a better plan may have another base. Where dates
    say LITTLE one tree over all dates comes first, and with luck no other; else a better plan near the relaxations at
    the nearest dates, from which all trees have less to do.
    Each tree only looks for plans that are better than the gap allows, and knows nothing of the others: what comes of
    them does not depend on which of them are searched at once.
    """
    begun, best = time.monotonic(), objective.value(x)
    wanted = wanted or (lambda _, value: enough(value, limits))
    below = wanted(x, best)
    left = ruled_out(matrix, objective, roles, limits, below, stop)
    if left is None or not _agrees(matrix, objective, roles, limits, x, best):
        return None
    if _say_little(matrix, objective, limits.since(begun), left, below, stop):
        if watch is not None:
            watch(best, left.bound, "tree over all dates of money")
        x, best = _over_all(matrix, objective, replace(limits.since(begun), threads=1), left, x, below, stop)
    elif left.bounds:
        if watch is not None:
            watch(best, left.bound, NEAR)
        near = [fixed_dates(matrix, roles, choice) for choice in left.nearest()[:MOST_VARIANTS]]
        at_once = AT_ONCE * limits.threads
        x = nearer_relaxations(near, objective, limits.since(begun), x, at_once=at_once, stop=stop)
        best = objective.value(x)
        if watch is not None:
            watch(best, left.bound, NEAR)
    left.close(wanted(x, best))
    for turn in TURNS:
        waiting = left.nearest()
        while waiting:
            below, some = wanted(x, best), waiting[: AT_ONCE * limits.threads]
            waiting = waiting[len(some) :]
            if not limits.since(begun).time_limit_s or (stop is not None and stop.is_set()):
                break
            if watch is not None:
                watch(best, left.bound, f"dates of money, {len(left.bounds)} choices left")
            one = replace(limits.since(begun), threads=1)

            def searched(choice: Choice, one: Limits = one, below: float = below, turn: Turn = turn) -> Outcome:
                part = fixed_dates(matrix, roles, choice)
                return minimise(
                    part,
                    objective,
                    one,
                    proof_only=turn.proof_only,
                    nodes=turn.nodes,
                    below=below,
                    cheap_nodes=True,
                    stop=stop,
                )

            try:
                found = each(searched, some, limits.threads)
            except LostError as lost:
                lost.plans.append(x)
                raise
            for choice, outcome in zip(some, found, strict=True):
                left.hear(choice, outcome, below)
                if outcome.x is not None and outcome.value < best:
                    x, best = outcome.x, outcome.value
            left.close(wanted(x, best))
            waiting = [choice for choice in waiting if choice in left.bounds]
    bound = min(best, left.bound)
    return Outcome("optimal" if bound >= wanted(x, best) else "feasible", x, best, bound)


def _say_little(
    matrix: Matrix, objective: Expression, limits: Limits, left: Open, wanted: float, stop: threading.Event | None
) -> bool:
    """Whether dates of money move the bound by LITTLE of what is wanted."""
    x = relaxed(matrix, objective, limits, stop) if left.bounds else None
    if x is None:
        return False
    root = objective.value(x)
    return left.bound - root < LITTLE * (wanted - root)


def _over_all(
    matrix: Matrix,
    objective: Expression,
    limits: Limits,
    left: Open,
    x: Vector,
    below: float,
    stop: threading.Event | None,
) -> tuple[Vector, float]:
    """The better of a plan and what a tree over all dates finds ``below`` something; ``left`` hears what it shows."""
    best, turn = objective.value(x), TURNS[0]
    try:
        outcome = minimise(
            matrix, objective, limits, proof_only=True, nodes=turn.nodes, below=below, cheap_nodes=True, stop=stop
        )
    except LostError as lost:
        lost.plans.append(x)
        raise
    left.hear_of_all(outcome, below)
    return (outcome.x, outcome.value) if outcome.x is not None and outcome.value < best else (x, best)


def _agrees(matrix: Matrix, objective: Expression, roles: Roles, limits: Limits, x: Vector, best: float) -> bool:
    """Whether the linear programme at the dates of a plan is not worse than the plan: else it would prove too much."""
    columns = np.concatenate(roles.money)
    (own,) = trials(matrix, objective, columns, np.round(x[columns]), limits).tolist()
    return bool(own <= best + DOLLAR + BELIEVED * abs(best))


def fixed_dates(matrix: Matrix, roles: Roles, choice: Choice) -> Matrix:
    """The matrix with the dates of rounds as chosen."""
    low, high = matrix.low.copy(), matrix.high.copy()
    for dates, place in zip(roles.money, choice, strict=False):
        low[dates] = high[dates] = np.arange(dates.size) == place
    return replace(matrix, low=low, high=high)
