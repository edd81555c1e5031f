"""The searches: the best plan before any step, and one after each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from optimizer.explanation.clock import Clock
from optimizer.explanation.keys import Key
from optimizer.explanation.prices.asked import Source
from optimizer.explanation.prices.candidate import Base, Candidate, binds, looked_at, worth_telling
from optimizer.explanation.prices.case import Case
from optimizer.explanation.prices.interval import Interval, Known, worth
from optimizer.explanation.prices.price import Known as Verdict
from optimizer.explanation.prices.price import Price
from optimizer.explanation.prices.steps import usual
from optimizer.explanation.prices.wanted import makes_nothing_dearer, parts
from optimizer.solver.highs import Limits, SolverError
from optimizer.solver.level import NothingFoundError
from optimizer.solver.matrix import Vector
from optimizer.solving.compiled import TriviallyInfeasibleError
from optimizer.solving.run import NoPlanError

BASE_SHARE = 0.5
"""The part of the time that the plan before any step may take."""
LOOK_SHARE = 0.5
"""The part of what is left then that may go into looking at limits without a search."""
LEAST_S = 3.0
"""The seconds that one search may always take of the time left."""


@dataclass(frozen=True)
class Searching(Clock):
    """The time that is left, and how a search is to be made."""

    threads: int
    seed: int
    gap: float

    def limits(self, share: float = 1.0) -> Limits:
        """The limits of a search that may take this part of the time left."""
        return Limits(self.gap, share * self.left_s, self.threads, self.seed)


def base_of(asked: Source, clock: Searching, tighter: bool) -> Base:
    """The best plan before any step, from the plan that is given. Raises NoPlanError, SolverError and InstanceError."""
    name = asked.instance.name
    try:
        case = Case.of(asked.instance, asked.caps, asked.decisions)
        x, level = case.solved(case.start(clock.limits(BASE_SHARE)), clock.limits(BASE_SHARE))
        cost = case.cost(x, clock.limits())
        relaxed = case.relaxed(clock.limits())
    except TriviallyInfeasibleError:
        raise NoPlanError("infeasible", f"{name} has no plan, so its limits have no prices", {}) from None
    except NothingFoundError as nothing:
        words = {"infeasible": "there is none", "unbounded": "its objective can be improved without end"}
        reason = words.get(nothing.status, f"none was found in {clock.spent_s:.1f} s")
        raise NoPlanError(nothing.status, f"{name}: prices start from a plan, and {reason}", {}) from None
    loss, bound = case.loss(x), case.sign * level.bound
    of = abs(loss if level.base is None else level.base)
    return Base(case, x, loss, bound, cost, relaxed, loss - bound + clock.gap * of, asked.caps, tighter)


def candidates(base: Base, keys: Sequence[Key], asked: bool, clock: Searching) -> tuple[list[Candidate], bool]:
    """The steps of keys that bind, or of all if they were ``asked`` for; and whether there was time for each.

    Where a limit has one value after another, it is moved in the periods of each that binds.
    """
    end, found = clock.spent_s + LOOK_SHARE * clock.left_s, list[Candidate]()
    for key in keys:
        if clock.spent_s >= end:
            return found, False
        seen = _look(base, key, None, clock)
        if seen is None or not (asked or binds(base, seen)):
            continue
        parted = [_look(base, key, part, clock) for part in parts(key) if part is not None]
        found += [each for each in parted if each is not None and binds(base, each)] or [seen]
    return found, True


def _look(base: Base, key: Key, window: range | None, clock: Searching) -> Candidate | None:
    try:
        return looked_at(base, key, window, usual(key, window, base.tighter), clock.limits())
    except SolverError:
        return None


def in_turn(base: Base, found: Sequence[Candidate]) -> list[Candidate]:
    """The first of each kind, then the second of each: those that may be worth most, as far as is known now."""
    ranked = sorted(found, key=lambda each: -_promise(base, each))
    seen: dict[str, int] = {}
    turn: list[int] = []
    for each in ranked:
        turn.append(seen.get(each.key.kind, 0))
        seen[each.key.kind] = turn[-1] + 1
    return [ranked[i] for i in sorted(range(len(ranked)), key=lambda i: turn[i])]


def _promise(base: Base, found: Candidate) -> float:
    if found.case is None:
        return math.inf
    return max(abs(found.same_build or 0.0), abs(base.relaxed - found.relaxed))


def price_of(base: Base, found: Candidate, asked: Source, clock: Searching, share: float) -> Price:
    """What a step is worth, searched in this share of the time that is left."""
    lost = (found.same_build or 0.0) * (1.0 if base.tighter else -1.0)
    monotone = makes_nothing_dearer(base.case.instance, found.key) and lost <= worth_telling(base)
    before, after = Known(base.loss, base.bound), Known(math.inf, found.relaxed)
    verdict: Verdict = "not solved"
    npv = None
    if found.case is not None and found.x is not None:
        after = Known(found.case.loss(found.x), found.relaxed)
        npv = _npv(base, found.case, found.x, clock)
    if found.case is None:
        verdict = "no plan"
    elif clock.left_s > 0.0:
        seconds = min(clock.left_s, max(LEAST_S, share * clock.left_s))
        verdict, after = _searched(found.case, found.x, after, clock, seconds)
    if verdict == "no plan" and monotone and not base.tighter:  # the plan before is one
        verdict = "not solved"
    interval = worth(before, after, monotone=monotone, tighter=base.tighter)
    low, high = (None, None) if verdict in ("no plan", "no end") else interval.ends
    key, window, amount = found.key, found.window, -found.step if base.tighter else found.step
    spanned = window if window is not None else range(1, len(key.values) + 1)
    moved = key.way in ("later", "earlier", "off")
    return Price(
        path=key.path,
        place=asked.places(key.place),
        kind=key.kind,
        way=key.way,
        unit=key.unit,
        step=found.step,
        first=key.calendar.label(spanned[0]) if key.varies else "",
        last=key.calendar.label(spanned[-1]) if key.varies else "",
        before=key.values,
        after=key.values if moved else key.numbers(amount, window),
        value=key.at(amount, window),
        acts="both" if found.acts == "amounts" and _more_than_build(interval, found, base) else found.acts,
        rate=found.rate,
        same_build=found.same_build,
        same_build_npv=npv,
        low=low,
        high=high,
        known=verdict,
        monotone=monotone and (interval.low <= 0.0 if base.tighter else interval.high >= 0.0),
    )


def _searched(case: Case, x: Vector | None, after: Known, clock: Searching, seconds: float) -> tuple[Verdict, Known]:
    """What a search makes of what is known after a step."""
    try:
        best, level = case.solved(x, replace(clock.limits(), time_limit_s=seconds))
    except NothingFoundError as nothing:
        verdicts: dict[str, Verdict] = {"infeasible": "no plan", "unbounded": "no end"}
        return verdicts.get(nothing.status, "not solved"), after
    except SolverError:
        return "not solved", after
    found = Known(min(after.found, case.loss(best)), max(after.bound, case.sign * level.bound))
    return ("solved" if level.status == "optimal" else "not solved"), found


def _npv(base: Base, case: Case, x: Vector, clock: Searching) -> float | None:
    if base.cost is None:
        return None
    try:
        cost = case.cost(x, clock.limits())
    except SolverError:
        return None
    return None if cost is None else base.cost - cost


def _more_than_build(interval: Interval, found: Candidate, base: Base) -> bool:
    """Whether a step is proven to be worth more than with the same build, so that whole numbers have changed."""
    same = found.same_build
    return same is not None and interval.low > same + worth_telling(base)
