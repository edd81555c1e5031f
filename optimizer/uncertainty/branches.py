"""A first level over some scenarios: as one search where they are few, else by the branches of their tree.

The whole numbers of a few scenarios are searched at once. More are parted after the first node at which they part::

    bound       Σ_b P(b)·bound_b            every branch with the decisions before it free: a relaxation of the whole
    prices      on what is decided before it, which cancel: with them a branch does not want what others lose by
    enough_b    what the best plan so far comes to in b, less the gap: as much proven of every branch closes it
    candidates  the whole numbers that a branch decides before it is known which branch it is
    plan        those held in every branch, each solved by itself; one programme of all of them with whole numbers held
                finds the amounts that they share

Where each leaf alone is known, candidates from elsewhere come before that: the plan for one forecast may be as good as
what is proven of knowing everything; where it is bad in one branch alone, what is best for a leaf of that branch is the
hedge. Amounts of money are not held: at six digits they are no plan even of the scenario
that they come from. What is ordered and built today is held, too, where whole numbers alone leave too wide a gap: first
as the best plan so far has it, then as each branch would. A branch with too many whole numbers is parted in its turn.

Seconds are those of the processor, so that a busy machine takes longer to the same answer.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from optimizer.solver.process import spent_s
from optimizer.uncertainty.asks import Ask, Found, Proven, Run, Tried
from optimizer.uncertainty.groups import at_once, can_go_on, close, common_nodes, nodes_of, of_integers
from optimizer.uncertainty.joined import Joined, Key, joined
from optimizer.uncertainty.leaf import programmes
from optimizer.uncertainty.prices import Prices, prices_of
from optimizer.uncertainty.tree import Leaf, branches_of

MOST_INTEGERS = 600
"""So many whole numbers are searched at once."""
BOUND_TIME, PLAN_TIME = 0.4, 0.2
"""The parts of the time that the bound of a branch may take, and its plan with a candidate held: no question depends on
how long others took, so that its answer is found again when a search is resumed."""
NEAR = 3.0
"""A plan no more than so many gaps from what is proven of the scenarios alone is good: what is left is to prove it."""
Candidate = tuple[str, Mapping[Key, float]]
"""What is to be held today, under its name."""
UNHEDGED = 2.0
"""A plan that is so many gaps further behind in one branch than in another is no hedge against it."""
MUCH = 4.0
"""Where some branches can still prove so many times what is missing, the others are not asked again."""
HAIR = 1e-9
"""As a share of a value, what a bound is asked for beyond what is just enough: rounding is not to be in the way."""


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
        first = [(f"{ask.name}/start", _today(ask.start, common_nodes(ask.leaves)))] if ask.start else []
        found = by_branches(group, ask, here, first=first)
    return replace(found, name=ask.name, seconds=spent_s() - begun, proven=())


def by_branches(
    group: Joined,
    ask: Ask,
    run: Run,
    floors: Mapping[str, float] | None = None,
    first: Sequence[Candidate] = (),
    then: Callable[[], Sequence[Candidate]] = tuple,
    knowing: Mapping[str, Mapping[Key, float]] | None = None,
) -> Found:
    """The leaves by their branches: the bound of all, and the best plan that the whole numbers of one lead to.

    ``floors`` are bounds of each leaf alone, where they are known: of a branch the better of both holds. Candidates
    from elsewhere come ``first``, and ``then``, if those are not enough, before the branches are asked; before that,
    where a plan does much worse in one branch than in another, what is best today for ``knowing`` a leaf of it.
    """
    parts = parted(ask.leaves, ask)
    common, spent = common_nodes(ask.leaves), 0.0
    bound = _floor(ask.leaves, floors or {})
    proven = tuple(Proven((leaf.name,), (floors or {}).get(leaf.name, -math.inf)) for leaf in ask.leaves)
    best = Found(ask.name, "no_solution", bound, math.inf)
    tried: list[Tried] = []
    plans: list[Found] = []
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
            plans.extend([plan] if plan.integers else [])
            if plan.value < best.value:
                best = plan
                candidates.append((f"{name}*", _today(best.integers, common) | _today(best.amounts, common)))
        return best

    best = best_of_candidates(best, len(first))  # one may be as good as what is known of each leaf alone
    hedges = dict(knowing or {})
    while not done(best) and (hedge := _hedge(ask, parts, best, tried, floors or {}, hedges)):
        candidates.appendleft((f"as in {hedge}", dict(hedges.pop(hedge))))
        best = best_of_candidates(best, len(tried) + 1)
    if not done(best) and (others := then()):
        candidates.extendleft((name, dict(held)) for name, held in reversed(others))
        best = best_of_candidates(best, len(tried) + len(others))
    if not done(best):
        near = best.value - bound <= NEAR * _slack(ask, best)
        prices = prices_of(group, ask, parts, _shares(parts), plans)
        free = _free(ask, parts, run, best, bound, prices)
        if any(found.status == "infeasible" for found in free):
            return Found(ask.name, "infeasible", math.inf, math.inf)
        if not any(prices):
            free = [
                replace(found, bound=max(found.bound, _floor(part, floors or {})))
                for found, part in zip(free, parts, strict=True)
            ]
        bound, proven = _better(bound, proven, free, parts, prices)
        ranked = sorted((found for found in free if found.integers), key=lambda each: -len(each.integers))
        candidates.extend((found.name, _today(found.integers, common)) for found in ranked)
        candidates.extend(
            (f"{found.name}+", _today(found.integers, common) | _today(found.amounts, common)) for found in ranked
        )
        for what in ("proof", "plans") if near else ("plans", "proof"):
            if what == "plans":
                best = best_of_candidates(best)
            elif not done(best) and (more := _further(ask, parts, run, best, free, prices)):
                bound, proven = _better(bound, proven, more, parts, prices)
    status = "no_solution" if math.isinf(best.value) else "feasible"
    if close(best, bound, ask.gap_share):
        status = "optimal"
    return replace(best, name=ask.name, status=status, bound=bound, tried=tuple(tried), proven=proven)


def _hedge(
    ask: Ask,
    parts: Sequence[Sequence[Leaf]],
    best: Found,
    tried: Sequence[Tried],
    floors: Mapping[str, float],
    hedges: Mapping[str, Mapping[Key, float]],
) -> str | None:
    """The likeliest leaf, of those that ``hedges`` has, of a branch against which the best plan is not hedged: one in
    which it is behind what is proven of its leaves by much more than in another, or in which none goes on.
    """
    if best.integers:
        behind = [value - _floor(part, floors) for value, part in zip(best.parts, parts, strict=True)]
        worst = max(range(len(parts)), key=behind.__getitem__)
        if not behind[worst] - min(behind) > UNHEDGED * _slack(ask, best):
            return None
        open_ = list(parts[worst])
    else:
        stops = tried[-1].stops_in if tried else ()
        open_ = [leaf for part in parts for leaf in part if leaf.name in stops]
    known = [leaf for leaf in open_ if leaf.name in hedges]
    return max(known, key=lambda leaf: leaf.probability).name if known else None


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


def _with(ask: Ask, prices: Prices) -> Prices:
    """Those of the question itself, as all of its parts have them, and those of a part."""
    return {key: ask.prices.get(key, 0.0) + prices.get(key, 0.0) for key in {**ask.prices, **prices}}


def _better(
    bound: float,
    proven: tuple[Proven, ...],
    found: Sequence[Found],
    parts: Sequence[Sequence[Leaf]],
    prices: Sequence[Prices],
) -> tuple[float, tuple[Proven, ...]]:
    """The better of two bounds, with its parts."""
    together = _together(found, parts)
    if together <= bound:
        return bound, proven
    return together, tuple(
        Proven(tuple(leaf.name for leaf in part), each.bound, price)
        for each, part, price in zip(found, parts, prices, strict=True)
    )


def _free(
    ask: Ask, parts: Sequence[Sequence[Leaf]], run: Run, best: Found, bound: float, prices: Sequence[Prices]
) -> list[Found]:
    """The best plan of each part by itself: what it decides today is its own, at its prices.

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
            prices=_with(ask, prices[i]),
        )
        if best.integers:
            value = best.parts[i] + _cost(prices[i], best)
            one = replace(
                one,
                gap_share=ask.gap_share / 4.0,  # with half of it one may end just before it has proven enough
                start=_today(best.integers, nodes_of(part)),
                enough=value - slack + HAIR * abs(value),
                proof=best.value - bound <= NEAR * slack,
            )
        asks.append(one)
    return run(asks)


def _cost(prices: Prices, plan: Found) -> float:
    """What a plan of all leaves pays of some prices."""
    return math.fsum(price * plan.integers[key] for key, price in prices.items())


def _further(
    ask: Ask,
    parts: Sequence[Sequence[Leaf]],
    run: Run,
    best: Found,
    free: Sequence[Found],
    prices: Sequence[Prices],
) -> list[Found] | None:
    """More proven of the parts of which more can be; None where that cannot close the gap.

    A part whose own best plan is better than that of all proves less than its share of what is wanted.
    """
    if not best.integers or any(math.isinf(each.value) for each in free):
        return None
    shares = _shares(parts)
    wanted = best.value - _slack(ask, best) - _together(free, parts)
    # of one that ran into its time no more is to be had
    room = [each.value - each.bound if _ended(each, ask) else 0.0 for each in free]
    if math.fsum(share * each for share, each in zip(shares, room, strict=True)) <= wanted:
        return None
    total = 0.0
    for i in sorted(range(len(room)), key=lambda i: -shares[i] * room[i]):
        room[i] = room[i] if total < MUCH * wanted else 0.0
        total += shares[i] * room[i]
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
            prices=_with(ask, prices[i]),
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
    amounts = group.amounts(x, common_nodes(ask.leaves))
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
