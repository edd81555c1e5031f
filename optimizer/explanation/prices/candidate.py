"""One step of one limit, looked at without a search: what it touches, its rate, its worth with the same build."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from optimizer.explanation.keys import Key
from optimizer.explanation.prices.case import Case
from optimizer.explanation.prices.price import Acts
from optimizer.explanation.prices.steps import one_more, telling, usual
from optimizer.explanation.prices.touched import Touched, touched
from optimizer.instance.diagnostics import InstanceError
from optimizer.solver.highs import DOLLAR, Limits, SolverError
from optimizer.solver.matrix import Vector
from optimizer.solving.compiled import TriviallyInfeasibleError

SMALL = 0.01
"""The part of a usual step by which a limit is moved for its rate, and by half of it: the two have to agree."""
NOTHING = 1e-5
"""USD million: what the same build gains at least where it moves."""
AGREE = 1e-3
"""How far two rates may differ that are one, as a share; rates of less than a dollar a step are 0."""


@dataclass(frozen=True)
class Base:
    """The best plan before a step: ``loss`` is what it comes to as something to be brought down, ``bound`` its bound,
    ``cost`` its net present cost, ``relaxed`` the loss without whole numbers; ``gap`` what two searches leave open.
    """

    case: Case
    x: Vector
    loss: float
    bound: float
    cost: float | None
    relaxed: float
    gap: float
    caps: Mapping[str, float]
    tighter: bool


@dataclass(frozen=True)
class Candidate:
    """A step of a limit: ``case`` is the instance after it, None where no plan can be; ``x`` the same build in it."""

    key: Key
    window: range | None
    step: float
    case: Case | None
    seen: Touched
    x: Vector | None
    same_build: float | None
    relaxed: float
    rate: float | None = None

    @property
    def moves(self) -> bool:
        """Whether the same build gains or loses."""
        return self.same_build is None or abs(self.same_build) > NOTHING

    @property
    def acts(self) -> Acts:
        """Through amounts where the same build moves, through whole numbers where these stand in what it is at."""
        whole = self.seen.whole or self.seen.new or self.key.step > 0.0 or not self.moves
        if self.case is not None and not self.case.matrix.integer.any():
            return "amounts"
        return "amounts" if not whole else "both" if self.moves else "whole numbers"


def binds(base: Base, found: Candidate) -> bool:
    """Whether the plan stands at what a step moves, or a linear programme moves, whole numbers held or left out."""
    if found.case is None or found.same_build is None:
        return True
    moved = max(abs(found.same_build), abs(found.relaxed - base.relaxed)) > worth_telling(base)
    return moved or found.seen.whole or found.seen.amounts


def worth_telling(base: Base) -> float:
    """What two linear programmes may differ by that are the same."""
    return 10.0 * DOLLAR + 1e-9 * abs(base.loss)


def looked_at(base: Base, key: Key, window: range | None, step: float, limits: Limits) -> Candidate | None:
    """A step of a key in the periods of ``window``; None where the file cannot be with it. Raises SolverError."""
    amount = -step if base.tighter else step
    value = key.at(amount, window)
    if step <= 0.0 or value == key.at(0.0):
        return None
    try:
        case = Case.of(base.case.instance.replace({key.path: value}), base.caps)
    except InstanceError:
        return None
    except TriviallyInfeasibleError:
        return Candidate(key, window, step, None, Touched(True, True), None, None, math.inf)
    placed = case.placed(base.x, base.case.names)
    x = case.same_build(placed, limits)
    same = None if x is None else base.loss - case.loss(x)
    return Candidate(key, window, step, case, touched(base.case, case, base.x), x, same, case.relaxed(limits))


def priced_step(base: Base, found: Candidate, step: float | None, limits: Limits) -> Candidate:
    """The candidate with its rate, at the step that is asked for, or at one that is large enough to tell."""
    key, window = found.key, found.window
    whole = found.acts == "whole numbers"
    rate = None if whole else _rate(base, key, window, usual(key, window, base.tighter), limits)
    wanted = step or found.step
    if step is None and whole:
        wanted = one_more(base.case.instance, key, window, base.tighter, found.step)
    elif step is None and rate is not None:
        wanted = telling(key, window, base.tighter, found.step, rate, base.gap)
    if wanted != found.step:
        found = looked_at(base, key, window, wanted, limits) or found
    return replace(found, rate=rate)


def _rate(base: Base, key: Key, window: range | None, step: float, limits: Limits) -> float | None:
    """What the same build gains for one unit, from two small moves; None where they do not agree, or cannot be."""
    if key.step > 0.0 or key.way not in ("more", "less"):
        return None
    rates = []
    for part in (SMALL, SMALL / 2.0):
        small = part * step
        try:
            found = looked_at(base, key, window, small, limits)
        except SolverError:
            return None
        if found is None or found.same_build is None:
            return None
        rates.append(found.same_build / small)
    nothing = worth_telling(base) / (SMALL * step)
    if max(map(abs, rates)) <= nothing:
        return 0.0
    return rates[1] if abs(rates[0] - rates[1]) <= AGREE * abs(rates[1]) + 2.0 * nothing else None
