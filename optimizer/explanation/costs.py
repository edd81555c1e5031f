"""What changes of limits cost by the ``repair_costs`` of a file, so that they can be ranked across kinds."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.explanation.keys import Key
from optimizer.explanation.limits import KINDS, Kind, Unit
from optimizer.instance.checks.walk import Path
from optimizer.instance.figures import fields_at
from optimizer.instance.python_data import tree_of
from optimizer.instance.schema import Instance

UNITS: dict[Kind, Unit] = {
    "demand": "share",
    "power": "MW",
    "supply": "units",
    "time": "periods",
    "cash": "USD million",
    "equity": "USD million",
    "debt": "USD million",
    "covenant": "times",
}
"""What the cost of a kind is per. Limits of a kind in another unit have a cost by their path only."""


@dataclass(frozen=True)
class Costs:
    """The costs of a unit of change, by place in the file and by kind."""

    by_place: dict[Path, tuple[str, float]]
    by_kind: dict[str, float]

    @classmethod
    def of(cls, instance: Instance) -> Costs:
        """Those of an instance that passed the checks."""
        by_kind = {str(name): cost for name, cost in instance.repair_costs.items() if name in KINDS}
        paths = instance.repair_costs.keys() - by_kind.keys()
        tree = tree_of(instance, []) if paths else None
        by_place = {
            keys: (path, instance.repair_costs[path])
            for path in sorted(paths)
            if tree is not None
            for keys in fields_at(tree, path)
        }
        return cls(by_place, by_kind)

    def __bool__(self) -> bool:
        return bool(self.by_place or self.by_kind)

    def cost(self, key: Key, amount: float) -> float | None:
        """What a change by an amount costs; None if the file does not say.

        A cost by path is one of the limit in its own unit: what is had sooner is a matter of time.
        """
        own = self.by_place.get(key.place) if key.way != "sooner" else None
        if own is not None:
            return amount * own[1]
        each = self.by_kind.get(key.kind) if key.unit == UNITS[key.kind] else None
        return None if each is None else amount * each

    def idle(self, keys: list[Key]) -> tuple[str, ...]:
        """The paths of costs of which none is one of a limit that can be changed, in order."""
        places = {key.place for key in keys}
        every = {path for path, _ in self.by_place.values()}
        used = {path for place, (path, _) in self.by_place.items() if place in places}
        return tuple(sorted(every - used))


def by_cost(cost: float | None) -> tuple[bool, float]:
    """What sorts by cost, and what has none last."""
    return cost is None, cost or 0.0
