"""A first level over some scenarios: as one search where they are few, else by the branches of their tree.

The whole numbers of a few scenarios are searched at once. More are parted after the first node at which they part::

    bound       Σ_b P(b)·bound_b            every branch with the decisions before it free: a relaxation of the whole
    enough_b    what the best plan so far comes to in b, less the gap: as much proven of every branch closes it
    candidates  the whole numbers that a branch decides before it is known which branch it is
    plan        those held in every branch, each solved by itself; one programme of all of them with whole numbers held
                finds the amounts that they share

Where each leaf alone is known, candidates from elsewhere come before that: the plan for one forecast may be as good as
what is proven of knowing everything. Amounts of money are not held: at six digits they are no plan even of the scenario
that they come from. What is ordered and built today is held, too, where whole numbers alone leave too wide a gap: first
as the best plan so far has it, then as each branch would. A branch with too many whole numbers is parted in its turn.

Seconds are those of the processor, so that a busy machine takes longer to the same answer.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.algebra.arrays import Vector
from optimizer.solver.highs import Limits, SolverError, minimise
from optimizer.solver.level import Hint, NothingFoundError, Objective
from optimizer.solver.matrix import Expression, Matrix
from optimizer.solver.one_level import Known, solve_level
from optimizer.solver.process import spent_s
from optimizer.uncertainty.joined import Joined, Key, joined
from optimizer.uncertainty.leaf import Largest, programmes
from optimizer.uncertainty.objectives import Whole, whole_of
from optimizer.uncertainty.tree import Leaf, Rescue, Risk, branches_of

MOST_INTEGERS = 600
"""So many whole numbers are searched at once."""
BOUND_TIME, PLAN_TIME = 0.4, 0.2
"""The parts of the time that the bound of a branch may take, and its plan with a candidate held: no question depends on
how long others took, so that its answer is found again when a search is resumed."""
NEAR = 3.0
"""A plan no more than so many gaps from what is proven of the scenarios alone is good: what is left is to prove it."""
HAIR = 1e-9
"""As a share of a value, what a bound is asked for beyond what is just enough: rounding is not to be in the way."""


@dataclass(frozen=True)
class Ask:
    """One question: the best plan of these leaves, with some columns held; the gap and the seconds that it may take.

    Of the columns that are to be ``some``, if there are any, at least one is 1. ``start`` are the whole numbers of a
    plan to start from, ``proof`` says that it is a good one; a bound of ``enough``, in the sense of a minimum, ends the
    search. ``whole`` asks for one search, however large.
    """

    name: str
    leaves: tuple[Leaf, ...]
    held: Mapping[Key, float] = field(default_factory=dict)
    gap_share: float = 1e-3
    time_limit_s: float = 60.0
    seed: int = 0
    pooled: bool = False
    rescue: Rescue | None = None
    largest: Largest = ()
    start: Mapping[Key, float] = field(default_factory=dict)
    some: tuple[Key, ...] = ()
    enough: float | None = None
    proof: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Tried:
    """A candidate: what the plan that holds it comes to, what is proven of such plans, and where it cannot go on."""

    name: str
    value: float
    bound: float
    stops_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What came of it: ``bound`` and ``value`` in the sense of a minimum (∞ without a plan), whole numbers by column.

    ``amounts`` are decisions of today that are neither whole numbers nor money. ``status`` is optimal, feasible,
    infeasible or no_solution; ``measure`` is what the gap is a share of; ``seconds`` are those of the processor;
    ``parts`` what the plan comes to in each branch, where it was found by them.
    """

    name: str
    status: str
    bound: float
    value: float
    integers: Mapping[Key, float] = field(default_factory=dict)
    amounts: Mapping[Key, float] = field(default_factory=dict)
    seconds: float = 0.0
    tried: tuple[Tried, ...] = ()
    measure: float = 0.0
    parts: tuple[float, ...] = ()


Run = Callable[[Sequence[Ask]], list[Found]]
"""Answers questions, in any order but all of them, each under its name."""


def here(asks: Sequence[Ask]) -> list[Found]:
    """Every question answered in this process, one after the other."""
    return [answered(ask) for ask in asks]


def answered(ask: Ask) -> Found:
    """The answer to one question: what runs where an executor has it run."""
    begun = spent_s()
    group = joined(programmes(ask.leaves, ask.pooled, ask.largest))
    count = int((group.matrix.integer & ~group.followers).sum()) - len(ask.held)
    if count <= MOST_INTEGERS or len(ask.leaves) == 1 or ask.whole:
        found = at_once(group, ask)
    else:
        first = [(f"{ask.name}/start", _today(ask.start, _common_nodes(ask.leaves)))] if ask.start else []
        found = by_branches(group, ask, here, first=first)
    return replace(found, name=ask.name, seconds=spent_s() - begun)


def at_once(group: Joined, ask: Ask) -> Found:
    """The leaves as one search."""
    start = of_integers(group, ask.start, ask)[1] if ask.start else None
    programme = whole_of(group, Risk(), ask.rescue)
    matrix = _some(group, group.holding(programme.matrix, ask.held), ask)
    objective = programme.objectives[0]
    enough = None if ask.enough is None else _sense(objective) * ask.enough
    hint = Hint(start=start, proof_only=ask.proof and start is not None, enough=enough, cheap_nodes=True)
    try:
        x, level = solve_level(matrix, matrix, objective, limits_of(ask), Known(hint, None, None, threading.Event()))
    except NothingFoundError as nothing:
        bound = _sense(objective) * nothing.bound if math.isfinite(nothing.bound) else -math.inf
        return Found(ask.name, nothing.status, math.inf if nothing.status == "infeasible" else bound, math.inf)
    except SolverError:
        return Found(ask.name, "no_solution", -math.inf, math.inf)
    sign = _sense(objective)
    value, bound = sign * objective.expression.value(x), float(sign * _inner(objective, level.bound))
    whole, today = group.whole_numbers(x, _nodes(ask.leaves)), group.amounts(x, _common_nodes(ask.leaves))
    return Found(ask.name, level.status, bound, value, whole, today, measure=_measure(objective, x))


def limits_of(ask: Ask) -> Limits:
    """The limits of a search that answers a question: one thread, and seconds of the processor."""
    return Limits(ask.gap_share, ask.time_limit_s, 1, ask.seed, processor=True)


def _some(group: Joined, matrix: Matrix, ask: Ask) -> Matrix:
    """The matrix in which some of the columns that are to be are 1 or more together."""
    if not ask.some:
        return matrix
    row = np.zeros(matrix.shape[1])
    row[[group.column[key] for key in ask.some if key in group.column]] = 1.0
    return matrix.with_row(row, 1.0, math.inf)


def by_branches(
    group: Joined,
    ask: Ask,
    run: Run,
    floors: Mapping[str, float] | None = None,
    first: Sequence[tuple[str, Mapping[Key, float]]] = (),
) -> Found:
    """The leaves by their branches: the bound of all, and the best plan that the whole numbers of one lead to.

    ``floors`` are bounds of each leaf alone, where they are known: of a branch the better of both holds. Candidates
    from elsewhere come ``first``.
    """
    parts = parted(ask.leaves, ask)
    common, spent = _common_nodes(ask.leaves), 0.0
    bound = _floor(ask.leaves, floors or {})
    best = Found(ask.name, "no_solution", bound, math.inf)
    tried: list[Tried] = []
    seen: list[Mapping[Key, float]] = []
    candidates = deque((name, dict(held)) for name, held in first)

    def done(best: Found) -> bool:
        return close(best, bound, ask.gap_share) or (ask.enough is not None and bound >= ask.enough)

    def best_of_candidates(best: Found, most: float = math.inf) -> Found:
        nonlocal spent
        while candidates and len(tried) < most and not done(best):
            name, held = candidates.popleft()
            if held in seen:
                continue
            seen.append(held)
            if spent > ask.time_limit_s and best.integers:
                break
            plan = with_held(group, ask, held, parts, run, ask.time_limit_s * PLAN_TIME, f"{ask.name}/from-{len(seen)}")
            spent += plan.seconds
            tried.append(replace(plan.tried[0], name=name))
            if plan.value < best.value:
                best = plan
                candidates.append((f"{name}*", _today(best.integers, common) | _today(best.amounts, common)))
        return best

    best = best_of_candidates(best, len(first))  # one may be as good as what is known of each leaf alone
    if not done(best):
        near = best.value - bound <= NEAR * _slack(ask, best)
        free = _free(ask, parts, run, best, bound)
        if any(found.status == "infeasible" for found in free):
            return Found(ask.name, "infeasible", math.inf, math.inf)
        free = [
            replace(found, bound=max(found.bound, _floor(part, floors or {})))
            for found, part in zip(free, parts, strict=True)
        ]
        bound = _together(free, parts)
        ranked = sorted((found for found in free if found.integers), key=lambda each: -len(each.integers))
        candidates.extend((found.name, _today(found.integers, common)) for found in ranked)
        candidates.extend(
            (f"{found.name}+", _today(found.integers, common) | _today(found.amounts, common)) for found in ranked
        )
        for what in ("proof", "plans") if near else ("plans", "proof"):
            if what == "plans":
                best = best_of_candidates(best)
            elif not done(best) and (more := _further(ask, parts, run, best, free, bound)):
                bound = _together(more, parts)
    status = "no_solution" if math.isinf(best.value) else "feasible"
    if close(best, bound, ask.gap_share):
        status = "optimal"
    return replace(best, name=ask.name, status=status, bound=bound, tried=tuple(tried))


def _together(found: Sequence[Found], parts: Sequence[Sequence[Leaf]]) -> float:
    """What is proven of all by what is proven of each part."""
    shares = _shares(parts)
    return math.fsum(share * each.bound for share, each in zip(shares, found, strict=True))


def _shares(parts: Sequence[Sequence[Leaf]]) -> list[float]:
    """How likely each part is, once all of them together have come about."""
    weights = [math.fsum(leaf.probability for leaf in part) for part in parts]
    return [weight / math.fsum(weights) for weight in weights]


def _slack(ask: Ask, best: Found) -> float:
    """How far below a plan a bound may be."""
    slack = ask.gap_share * best.measure
    return slack if ask.enough is None else max(slack, best.value - ask.enough)


def _free(ask: Ask, parts: Sequence[Sequence[Leaf]], run: Run, best: Found, bound: float) -> list[Found]:
    """The best plan of each part by itself: what it decides today is its own.

    With a plan of all it begins with that, and ends where as much is proven as closes the gap if every part does.
    """
    asks, slack = [], _slack(ask, best)
    for i, part in enumerate(parts):
        one = replace(
            ask,
            name=f"{ask.name}/{i + 1}",
            leaves=tuple(part),
            gap_share=ask.gap_share / 2.0,
            time_limit_s=ask.time_limit_s * BOUND_TIME,
            start={},
            enough=None,
            proof=False,
        )
        if best.integers:
            value = best.parts[i]
            one = replace(
                one,
                start=_today(best.integers, _nodes(part)),
                enough=value - slack + HAIR * abs(value),
                proof=best.value - bound <= NEAR * slack,
            )
        asks.append(one)
    return run(asks)


def _further(
    ask: Ask, parts: Sequence[Sequence[Leaf]], run: Run, best: Found, free: Sequence[Found], bound: float
) -> list[Found] | None:
    """More proven of the parts of which more can be; None where that cannot close the gap.

    A part whose own best plan is better than that of all proves less than its share of what is wanted.
    """
    if not best.integers or any(math.isinf(each.value) for each in free):
        return None
    shares = _shares(parts)
    wanted = best.value - _slack(ask, best) - bound
    # of one that ran into its time no more is to be had
    room = [each.value - each.bound if _ended(each, ask) else 0.0 for each in free]
    total = math.fsum(share * each for share, each in zip(shares, room, strict=True))
    if total <= wanted:
        return None
    part_of_room = min(1.0, 1.02 * wanted / total)
    asks = [
        replace(
            ask,
            name=f"{ask.name}/{i + 1}+",
            leaves=tuple(part),
            gap_share=ask.gap_share / 20.0,
            time_limit_s=ask.time_limit_s * BOUND_TIME,
            start=dict(each.integers),
            enough=each.bound + part_of_room * space + HAIR * abs(each.value),
            proof=True,
        )
        for i, (part, each, space) in enumerate(zip(parts, free, room, strict=True))
        if space > 0.0
    ]
    again = iter(run(asks))
    return [
        replace(each, bound=max(each.bound, next(again).bound)) if space > 0.0 else each
        for each, space in zip(free, room, strict=True)
    ]


def _ended(found: Found, ask: Ask) -> bool:
    """Whether a search of a part ended because it was to, and not because its time was up."""
    return found.status == "optimal" or found.seconds < 0.9 * ask.time_limit_s * BOUND_TIME


def _floor(part: Sequence[Leaf], floors: Mapping[str, float]) -> float:
    """What is proven of a part by its leaves alone; nothing where not all of them are known."""
    weight = math.fsum(leaf.probability for leaf in part)
    return math.fsum(leaf.probability / weight * floors.get(leaf.name, -math.inf) for leaf in part)


def close(found: Found, bound: float, share: float) -> bool:
    """Whether a plan is within the gap of a bound."""
    return math.isfinite(found.value) and found.value - bound <= share * found.measure


def _measure(objective: Objective, x: Vector) -> float:
    """What the gap of a plan is a share of."""
    return abs((objective.expression if objective.base is None else objective.base).value(x))


def _today(values: Mapping[Key, float], nodes: set[str]) -> dict[Key, float]:
    return {key: value for key, value in values.items() if key[0] in nodes}


def with_held(
    group: Joined,
    ask: Ask,
    held: Mapping[Key, float],
    parts: Sequence[Sequence[Leaf]],
    run: Run,
    seconds: float,
    name: str,
) -> Found:
    """The plan of all leaves with these whole numbers held: each part by itself, then one programme of all."""
    together = {**ask.held, **held}
    impossible = tuple(leaf.name for leaf in ask.leaves if not can_go_on(leaf, together, ask))
    if impossible:
        return Found(name, "infeasible", math.inf, math.inf, tried=(Tried(name, math.inf, math.inf, impossible),))
    asks = [
        replace(
            ask,
            name=f"{name}/{i + 1}",
            leaves=tuple(part),
            held=together,
            gap_share=ask.gap_share / 2.0,
            time_limit_s=seconds,
            start={},
            enough=None,
            proof=False,
        )
        for i, part in enumerate(parts)
    ]
    found = run(asks)
    bound, used = _together(found, parts), math.fsum(each.seconds for each in found)
    without = tuple(
        leaf.name for each, part in zip(found, parts, strict=True) if math.isinf(each.value) for leaf in part
    )
    if without:
        tried = (Tried(name, math.inf, bound, without),)
        return Found(name, "infeasible", bound, math.inf, tried=tried, seconds=used)
    integers: dict[Key, float] = {key: each for key, each in together.items() if group.is_whole(key)}
    for each in found:
        integers.update({key: value for key, value in each.integers.items() if key not in integers})
    value, x, measure = of_integers(group, integers, ask)
    if x is None:
        names = tuple(leaf.name for leaf in ask.leaves)
        return Found(name, "infeasible", bound, math.inf, tried=(Tried(name, math.inf, bound, names),), seconds=used)
    amounts = group.amounts(x, _common_nodes(ask.leaves))
    apart = math.fsum(share * each.value for share, each in zip(_shares(parts), found, strict=True))
    return Found(
        name,
        "feasible",
        bound,
        value,
        integers,
        amounts,
        used,
        (Tried(name, value, bound),),
        measure,
        tuple(each.value + value - apart for each in found),  # what is shared moves all of them a little
    )


def of_integers(group: Joined, integers: Mapping[Key, float], ask: Ask) -> tuple[float, Vector | None, float]:
    """The amounts that go with whole numbers; what follows from both is free.

    The value in the sense of a minimum, the plan, and what its gap is a share of.
    """
    whole = whole_of(group, Risk(), ask.rescue)
    matrix = group.holding(whole.matrix, integers)
    objective = whole.objectives[0]
    limits = Limits(1e-4, max(30.0, ask.time_limit_s), 1, ask.seed, processor=True)
    try:
        outcome = minimise(matrix, objective.expression, limits, maximise=not objective.minimise)
    except SolverError:
        return math.inf, None, 0.0
    if outcome.x is None:
        return math.inf, None, 0.0
    value = _sense(objective) * objective.expression.value(outcome.x)
    return value, outcome.x, _measure(objective, outcome.x)


def can_go_on(leaf: Leaf, held: Mapping[Key, float], ask: Ask) -> bool:
    """Whether the relaxation of a leaf has a plan with these columns held: half a second that may save many."""
    (programme,) = programmes([leaf], ask.pooled, ask.largest)
    group = joined([programme])
    return has_plan(_some(group, group.holding(group.matrix, held), ask).relaxed())


def has_plan(matrix: Matrix) -> bool:
    """Whether a linear programme has a plan at all; one that cannot be decided counts as one that has."""
    nothing = Expression(np.zeros(matrix.shape[1]), 0.0)
    if (matrix.low > matrix.high).any():
        return False
    try:
        return minimise(matrix, nothing, Limits(0.0, 60.0, 1, 0, processor=True)).status != "infeasible"
    except SolverError:
        return True


def parted(leaves: Sequence[Leaf], ask: Ask) -> list[list[Leaf]]:
    """The branches of some leaves, of which those that are one leaf each are taken together, as many as fit."""
    branches = branches_of(leaves)
    if any(len(branch) > 1 for branch in branches):
        return branches
    sizes = [int(leaf.built.programme.matrix.integer.sum()) for leaf in programmes(leaves, ask.pooled, ask.largest)]
    parts: list[list[Leaf]] = []
    total = math.inf
    for leaf, size in zip(leaves, sizes, strict=True):
        if total + size > MOST_INTEGERS or len(parts[-1]) * 2 >= len(leaves):
            parts.append([])
            total = 0.0
        parts[-1].append(leaf)
        total += size
    return parts


def _nodes(leaves: Sequence[Leaf]) -> set[str]:
    return {node.name for leaf in leaves for node in leaf.path}


def _common_nodes(leaves: Sequence[Leaf]) -> set[str]:
    """The nodes that all leaves come through."""
    return set.intersection(*({node.name for node in leaf.path} for leaf in leaves))


def _sense(objective: Objective) -> float:
    return 1.0 if objective.minimise else -1.0


def _inner(objective: Objective, bound: float) -> float:
    return -math.log1p(-bound) if objective.log_share and math.isfinite(bound) else bound


__all__ = ["Ask", "Found", "Run", "Whole", "answered", "at_once", "by_branches", "close", "here", "with_held"]
