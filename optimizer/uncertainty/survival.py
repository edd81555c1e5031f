"""Which scenarios can go on from what is best today in others: asked of linear relaxations, before any search.

Without complete recourse most decisions of today fit few scenarios: a plan for one forecast has no value then, and a
search finds few candidates. For every scenario l::

    alone      its relaxation has a plan at all
    survives   its relaxation has one with what another scenario's relaxation decides today: whole numbers, and amounts
               that are no money

Relaxations are generous: a scenario that is named can go on from none of these, one that is not may still be stuck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.solver.highs import Limits, SolverError, minimise
from optimizer.solver.process import prepare
from optimizer.uncertainty.groups import has_plan
from optimizer.uncertainty.joined import Key
from optimizer.uncertainty.leaf import LeafProgramme, largest_of, programmes
from optimizer.uncertainty.tree import ScenarioTree

SECONDS = 60.0
ROOM = 1e-6
"""By so much, of its size, a decision of today may differ: relaxations are solved to that."""


@dataclass(frozen=True)
class Survival:
    """Scenarios that nothing can serve, and those in which what is best today in none of the others can go on."""

    impossible: tuple[str, ...]
    stuck: tuple[str, ...]

    def words(self) -> str:
        """What of it there is to say, on a line."""
        if self.impossible:
            return f"no plan can serve {_listed(self.impossible)}, whatever is decided before"
        if self.stuck:
            what = "what is best today in any other scenario cannot go on"
            return f"{what} in {_listed(self.stuck)}; `rescue:` brings in money from outside"
        return "every scenario can go on from what is best today in another"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def survival(tree: ScenarioTree, told: Callable[[int, int], None] = lambda _done, _of: None) -> Survival:
    """Which scenarios of a tree stand alone; ``told`` how many of them are done. Raises as ``compile_instance``."""
    prepare()
    leaves = programmes(tree.leaves, False, largest_of(tree.leaves))
    impossible = [leaf.leaf.name for leaf in leaves if not has_plan(leaf.built.programme.matrix.relaxed())]
    if impossible or len(leaves) < 2:
        return Survival(tuple(impossible), ())
    shared = set.intersection(*(set(leaf.keys) for leaf in leaves))
    todays = {leaf.leaf.name: _today(leaf, shared) for leaf in leaves}
    stuck, last = [], leaves[0].leaf.name
    for done, leaf in enumerate(leaves):
        own = leaf.leaf.name
        # what carried the scenario before is likely to carry this one
        others = sorted((name for name in todays if name != own), key=lambda name: name != last)
        carrier = next((name for name in others if _goes_on(leaf, todays[name])), None)
        if carrier is None:
            stuck.append(own)
        else:
            last = carrier
        told(done + 1, len(leaves))
    return Survival((), tuple(stuck))


def _today(leaf: LeafProgramme, shared: set[Key]) -> Mapping[Key, float]:
    """What the relaxation of a scenario decides before it is known which it is; nothing where it is not solved."""
    matrix, objective = leaf.built.programme.matrix, leaf.built.programme.objectives[0]
    try:
        found = minimise(
            matrix.relaxed(), objective.expression, Limits(0.0, SECONDS, 1, 0), maximise=not objective.minimise
        )
    except SolverError:
        return {}
    if found.x is None:
        return {}
    chosen = (matrix.integer & ~leaf.built.programme.followers) | leaf.built.physical
    places = np.nonzero(chosen)[0].tolist()
    return {leaf.keys[j]: float(found.x[j]) for j in places if leaf.keys[j] in shared}


def _goes_on(leaf: LeafProgramme, held: Mapping[Key, float]) -> bool:
    """Whether the relaxation of a scenario has a plan with these decisions."""
    matrix = leaf.built.programme.matrix
    low, high = matrix.low.copy(), matrix.high.copy()
    for j, key in enumerate(leaf.keys):
        if (value := held.get(key)) is not None:
            room = ROOM * max(1.0, abs(value))
            low[j], high[j] = max(low[j], value - room), min(high[j], value + room)
    return has_plan(replace(matrix, low=low, high=high).relaxed())
