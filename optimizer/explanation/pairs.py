"""Two keys that make a plan possible together, where none does alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.explanation.alone import PROMISING, Alone
from optimizer.explanation.costs import Costs
from optimizer.explanation.facts import Answer
from optimizer.explanation.keys import Key
from optimizer.explanation.least_change import LeastChange, nearer
from optimizer.explanation.limits import KINDS
from optimizer.explanation.parts import Pair
from optimizer.explanation.places import Places
from optimizer.explanation.probe import OutOfTimeError, Probe
from optimizer.explanation.repairs import ROUGH_TO_FINE, holds, repair_of
from optimizer.solver.lanes import Lanes, worked_off

FIND_SHARE = 0.5
"""The part of the time left after which no more pairs are looked for."""

MOST_PAIRS = 5
"""So many pairs are brought down, one of each two kinds first."""

HALVINGS = 12
"""So often both changes of a pair are halved together."""


@dataclass(frozen=True)
class PairOfChanges:
    """Two changes that make a plan possible together. Neither can be less with the other as it is, as far as known."""

    changes: tuple[LeastChange, LeastChange]
    verified: bool

    def told(self, places: Places, costs: Costs) -> Pair:
        """The pair as it is told."""
        one, other = (repair_of(change, places, self.verified, costs) for change in self.changes)
        return Pair((one, other), self.verified)


def pairs_of(
    probe: Probe, keys: Sequence[Key], members: Sequence[Key], pool: Lanes, at_once: int
) -> list[PairOfChanges]:
    """Pairs of a member of the conflict, which every repair has to change one of, and any other key, until time is up.

    No key of them is enough alone, as far as known.
    """
    looking, found = probe.part(FIND_SHARE), set[frozenset[Key]]()
    for first in sorted(members, key=lambda key: (PROMISING.index(key.kind), key.path)):
        others = [key for key in keys if key is not first and frozenset((first, key)) not in found]
        alone = Alone(others)
        in_time = alone.ask(looking.with_given({first: first.widest}), pool, at_once)
        found |= {frozenset((first, key)) for key in alone.enough}
        if not in_time:
            break
    chosen = _one_of_each_kinds([(one, other) for one, other in map(_in_order, found)])[:MOST_PAIRS]
    done: dict[tuple[Key, Key], PairOfChanges] = {}
    waiting = iter(enumerate(chosen))

    def take():  # type: ignore[no-untyped-def]
        if (next_one := next(waiting, None)) is None:
            return None
        number, pair = next_one
        part = min(1.0, at_once / (len(chosen) - number))
        return lambda: (pair, _least(probe.part(part), probe, pair))

    worked_off(pool, at_once, take, lambda told: done.__setitem__(*told))
    return [done[pair] for pair in chosen]


def _in_order(pair: frozenset[Key]) -> tuple[Key, Key]:
    one, other = sorted(pair, key=lambda key: (KINDS.index(key.kind), key.path))
    return one, other


def _one_of_each_kinds(pairs: Sequence[tuple[Key, Key]]) -> list[tuple[Key, Key]]:
    """The pairs, first one of each two kinds."""
    ordered = sorted(pairs, key=lambda pair: [(KINDS.index(key.kind), key.path) for key in pair])
    first: dict[tuple[str, str], tuple[Key, Key]] = {}
    for one, other in ordered:
        first.setdefault((one.kind, other.kind), (one, other))
    return [*first.values(), *(pair for pair in ordered if pair not in first.values())]


def _least(part: Probe, probe: Probe, pair: tuple[Key, Key]) -> PairOfChanges:
    """Both in proportion to how far each may go, by halves; then the first as little as goes, then the second."""
    one, other = pair
    changes = [LeastChange(one, one.widest), LeastChange(other, other.widest)]
    try:
        share = 1.0
        for _ in range(HALVINGS):
            share /= 2.0
            amounts = [_of_share(key, share) for key in pair]
            if part.ask(dict(zip(pair, amounts, strict=True))) is not Answer.YES:
                break
            changes = [LeastChange(key, amount) for key, amount in zip(pair, amounts, strict=True)]
        for number, key in enumerate(pair):
            given = part.part(1.0 / (2 - number)).with_given({pair[1 - number]: changes[1 - number].enough})
            for digits in ROUGH_TO_FINE:
                changes[number] = nearer(given, changes[number], digits, periods=False)
            assert changes[number].key is key
    except OutOfTimeError:
        pass
    widened = {change.key: change.enough for change in changes}
    return PairOfChanges((changes[0], changes[1]), probe.left_s > 0.0 and holds(probe, widened))


def _of_share(key: Key, share: float) -> float:
    """A part of how far a key may go, in whole steps of it."""
    if key.step == 0.0:
        return share * key.widest
    return max(1.0, round(share * key.widest / key.step)) * key.step
