"""The least change of each key that makes a plan possible, and whether its plan passes the audit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from optimizer.explanation.costs import Costs, by_cost
from optimizer.explanation.facts import Answer, Widened
from optimizer.explanation.keys import Key
from optimizer.explanation.least_change import LeastChange, nearer
from optimizer.explanation.limits import KINDS
from optimizer.explanation.parts import Repair
from optimizer.explanation.places import Places
from optimizer.explanation.probe import Built, Probe, nothing
from optimizer.solver.highs import SolverError
from optimizer.solver.level import Level, Objective, Solution, Stage
from optimizer.solver.warm_starts import WarmStarts
from optimizer.solving.run import NoPlanError, solve

STARTED_S, LEAST_S, SEARCH_SHARE = 5.0, 10.0, 0.25
"""The seconds in which a plan that is known is read and audited, those that a search for one may always take, and the
part of the time left that it may."""

ROUGH, FINE = 1, 3
ROUGH_TO_FINE = (ROUGH, FINE)
"""Digits of an amount: each is found roughly before one is found closely."""

ROUGH_SHARE = 0.25
"""The part of the time left that bringing one change down roughly may take, so that others are not left out."""


class Changes:
    """The changes of single keys, in the order of ``KINDS`` and then of their paths, and which are verified."""

    def __init__(self, alone: dict[Key, Answer]) -> None:
        self.found: list[LeastChange] = []
        self.verified: dict[Key, LeastChange] = {}
        self._rough: set[Key] = set()
        self.add(alone)

    def add(self, alone: dict[Key, Answer]) -> None:
        """Take in those that are known to be enough by now, at their widest; while no task is under way."""
        known = {change.key: change for change in self.found}
        enough = [key for key, answer in alone.items() if answer is Answer.YES]
        enough.sort(key=lambda key: (KINDS.index(key.kind), key.path))
        self.found = [known.get(key) or LeastChange(key, key.widest) for key in enough]

    @property
    def kinds(self) -> int:
        """How many kinds of changes there are."""
        return len({change.key.kind for change in self.found})

    def order(self) -> list[int]:
        """The numbers of the changes, first one of each kind."""
        first: dict[str, int] = {}
        for number, change in enumerate(self.found):
            first.setdefault(change.key.kind, number)
        return [*first.values(), *(number for number in range(len(self.found)) if number not in first.values())]

    def tasks(self, probe: Probe, at_once: int, digits: int, *, kinds: bool = False) -> Iterator[Callable[[], None]]:
        """Bring down each change in its place to so many digits, first one of each kind, and verify it.

        What was brought down roughly is not so again. With ``kinds`` only the first one of each kind.
        """
        order = self.order()[: self.kinds if kinds else None]
        order = [n for n in order if digits > ROUGH or self.found[n].key not in self._rough]
        self._rough |= {self.found[number].key for number in order}
        most = ROUGH_SHARE if digits == ROUGH else 1.0
        for left, number in zip(range(len(order), 0, -1), order, strict=True):
            yield lambda left=left, number=number: self._nearer(  # type: ignore[misc]
                probe.part(min(most, at_once / (left + at_once))), probe, number, digits
            )

    def _nearer(self, part: Probe, whole: Probe, number: int, digits: int) -> None:
        key = self.found[number].key
        finer = nearer(part, self.found[number], digits)
        known = self.verified.get(key)
        new = known is None or (finer.enough, finer.window) != (known.enough, known.window)
        if new and whole.left_s > 0.0 and holds(whole, {key: finer.enough}, finer.window):
            self.verified[key] = finer
        elif known is not None:  # one that is verified is worth more than one that is finer, and is not
            finer = replace(known, not_enough=max(known.not_enough, finer.not_enough), seems=finer.seems)
            self.verified[key] = finer
        self.found[number] = finer

    def repairs(self, places: Places, costs: Costs) -> tuple[Repair, ...]:
        """What is told of them; those that have a cost first, the cheapest first."""
        told = [repair_of(change, places, change.key in self.verified, costs) for change in self.found]
        return tuple(sorted(told, key=lambda repair: by_cost(repair.cost)))


def holds(probe: Probe, widened: Widened, window: range | None = None) -> bool:
    """Whether the changed instance has a plan that passes the audit: any, however good, and for whatever objective."""
    changes = probe.changes(widened, window)
    known = _known(probe, changes)
    # of a plan that is known nothing is left to be found, and one that is found ends the search
    objective = "net_present_cost" if known.neighbours else "capital_raised"
    seconds = STARTED_S if known.neighbours else max(LEAST_S, SEARCH_SHARE * probe.left_s)
    limit = max(1e-3, min(probe.left_s, seconds))
    try:
        changed = probe.instance.replace(changes)
        plan = solve(changed, gap=1.0, time_limit=limit, objectives=[objective], warm_starts=known)
    except (NoPlanError, SolverError):
        return False
    return plan.audit_passed is True


def _known(probe: Probe, changes: Mapping[str, Any]) -> WarmStarts:
    """The plan that said that there is one, if it is remembered, to begin with."""
    starts, built = WarmStarts(), probe.built(changes)
    if isinstance(built, Built):
        matrix, names = built.compiled.matrix, built.compiled.names
        for plan in probe.facts.plans(names, matrix):
            found = probe.minimum(matrix.fixed_integers(plan), built.raised)
            if found is not None and found.x is not None:
                level = Level("", "minimise", "musd", found.value, -math.inf, None, "feasible", 0.0)
                stage = Stage(matrix, Objective("", nothing(matrix), minimise=True), found.x, level)
                starts.add(names, Solution(found.x, (stage,)))
                break
    return starts


def repair_of(change: LeastChange, places: Places, verified: bool, costs: Costs) -> Repair:
    """A change as it is told."""
    key, window = change.key, change.window
    spanned = window if window is not None else range(1, len(key.values) + 1)
    moved = key.way in ("later", "earlier")
    sign = 1.0 if key.way == "later" else -1.0
    return Repair(
        path=key.path,
        place=places(key.place),
        kind=key.kind,
        way=key.way,
        unit=key.unit,
        amount=change.enough,
        not_enough=change.not_enough,
        least=change.least,
        first=key.calendar.label(spanned[0]) if key.varies else "",
        last=key.calendar.label(spanned[-1]) if key.varies else "",
        before=key.values,
        after=(key.values[0] + sign * change.enough,) if moved else key.numbers(change.enough, window),
        value=key.at(change.enough, window),
        verified=verified,
        cost=costs.cost(key, change.enough),
    )
