"""What waiting is worth: the tree in which something has to be begun now, beside that in which it may not be.

Of a site, to begin is to start one of its phases, or more, before anything becomes known; of a framework, to sign it
then. With the sense of a minimum, V the value of a tree::

    now      V with Σ starts of today ≥ 1        later    V with no start today (a framework is never signed then)
    waiting  V(now) − V(later)                   above 0 waiting is better, below 0 beginning now is

The tree as it is has the better of both, so one of the two is known, with its bound; only the other is searched: that
without a start from the tree's plan but for those starts, where that can go on. Both are intervals from their gaps, and
so is their difference. Sites that are searched as one are asked about as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from optimizer.algebra.arrays import Vector
from optimizer.contract.decisions import FRAMEWORKS, PHASE_STARTS
from optimizer.instance.schema_errors import near_or_all
from optimizer.solver.level import Level
from optimizer.uncertainty.asks import Ask, Run
from optimizer.uncertainty.joined import Joined, Key
from optimizer.uncertainty.plan import Interval, Wait

ALL = "all"
"""Every site and framework that can be begun before anything becomes known."""
KINDS = {PHASE_STARTS.name: "site", FRAMEWORKS.name: "framework"}


@dataclass(frozen=True)
class Begun:
    """What can be begun today, and the columns that say so."""

    name: str
    kind: str
    columns: tuple[Key, ...]


class NothingToWaitForError(ValueError):
    """What waiting is worth was asked of what cannot be begun today, or of a tree in which differences mean nothing."""


def can_be_begun(group: Joined) -> list[Begun]:
    """Sites and frameworks with a decision of today that all leaves share, those with the same columns together."""
    leaf, count = group.leaves[0], len(group.leaves)
    built = leaf.built
    found: dict[tuple[str, str], dict[Key, None]] = {}
    for decision in built.built.model.decisions:
        if decision.table.name not in KINDS:
            continue
        for key, amount in decision.items():
            parts = key if isinstance(key, tuple) else (key,)
            columns = built.compiled.columns_in(amount)
            if columns.size != 1 or not decision.is_whole(parts):
                continue
            place = int(columns[0])
            if built.smaller is not None:
                place = int(built.smaller.aggregation.column[place])
            if place < 0 or group.sharing[group.places[0][place]] < count:
                continue
            named = KINDS[decision.table.name], str(parts[0])
            found.setdefault(named, {})[leaf.keys[place]] = None
    together: dict[tuple[str, tuple[Key, ...]], list[str]] = {}
    for (kind, name), keys in found.items():
        together.setdefault((kind, tuple(sorted(keys))), []).append(name)
    return [Begun(", ".join(names), kind, keys) for (kind, keys), names in together.items()]


def asked_about(group: Joined, names: Sequence[str]) -> list[Begun]:
    """Those that are asked about by name. Raises NothingToWaitForError for others."""
    known = can_be_begun(group)
    if ALL in names:
        return known
    by_name = {name: each for each in known for name in each.name.split(", ")}
    for name in names:
        if name not in by_name:
            help = near_or_all(name, by_name) if by_name else "there is none"
            raise NothingToWaitForError(f"{name!r} is no site or framework that can be begun today; {help}")
    return list(dict.fromkeys(by_name[name] for name in names))


def waits_of(group: Joined, ask: Ask, run: Run, level: Level, x: Vector, wanted: Sequence[Begun]) -> Iterator[Wait]:
    """What waiting is worth, of the sites and frameworks that are asked about. Raises what ``run`` does.

    ``level`` is the first level of the tree, an expectation of money, and ``x`` its plan.
    """
    sign = 1.0 if level.sense == "minimise" else -1.0
    begun = {each.name: sum(float(x[group.column[key]]) for key in each.columns) > 0.5 for each in wanted}
    plan = group.whole_numbers(x[: len(group.keys)], {node.name for leaf in ask.leaves for node in leaf.path})
    none = {each.name: dict.fromkeys(each.columns, 0.0) for each in wanted}
    asks = [
        replace(ask, name=f"waiting/{each.name}", held=none[each.name], start=plan | none[each.name])
        if begun[each.name]
        else replace(ask, name=f"waiting/{each.name}", some=each.columns)
        for each in wanted
    ]
    ends = sorted((sign * level.bound, sign * level.value))
    free = Interval(ends[0], ends[1])
    for each, found in zip(wanted, run(asks), strict=True):
        low = max(found.bound, free.low)
        other = None if found.status == "infeasible" else Interval(low, max(low, found.value))
        now, later = (free, other) if begun[each.name] else (other, free)
        yield Wait(
            each.name,
            each.kind,
            "now" if begun[each.name] else "later",
            _own(free, sign),
            now and _own(now, sign),
            later and _own(later, sign),
            None if now is None or later is None else Interval(now.low - later.high, now.high - later.low),
        )


def _own(between: Interval, sign: float) -> Interval:
    """In the sense of the level."""
    return between if sign > 0 else Interval(-between.high, -between.low)
