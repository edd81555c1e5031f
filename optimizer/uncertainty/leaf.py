"""A scenario as a programme: its matrix, and for each column the node of the tree that decides it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.algebra.arrays import Numbers
from optimizer.instance.largest_order import largest_orders
from optimizer.instance.schema import Instance
from optimizer.model.build import BuiltModel
from optimizer.solver.matrix import Names
from optimizer.solving.compile import compile_instance
from optimizer.solving.compiled import Compiled
from optimizer.solving.programme import Programme, programme_of
from optimizer.solving.reductions.reduced import Reduced, reduced
from optimizer.uncertainty.tree import Leaf

KEPT = 32
"""So many built scenarios are kept by a process, which is asked for the same ones again and again."""


Largest = tuple[tuple[str, tuple[float, ...]], ...]
"""Largest orders in units, by offer and period."""


@dataclass(frozen=True)
class Built:
    """An instance with its model, its matrix and its programme; over sums where sites are alike (``smaller``)."""

    instance: Instance
    built: BuiltModel
    compiled: Compiled
    whole: Programme
    smaller: Reduced | None

    @property
    def programme(self) -> Programme:
        """What is searched."""
        return self.whole if self.smaller is None else self.smaller.programme

    @property
    def names(self) -> Names:
        """The names of its rows and columns."""
        return self.compiled.names if self.smaller is None else self.smaller.names

    @cached_property
    def decided(self) -> Numbers:
        """The period in which each column is decided, 0 for what is arithmetic only."""
        every = self.compiled.decided(self.built.model.decided)
        return every if self.smaller is None else every[self.smaller.aggregation.first]

    @cached_property
    def row_periods(self) -> Numbers:
        """The period of each row of which it is known, 0 of others."""
        whole = np.zeros(self.compiled.matrix.shape[0], dtype=np.int32)
        for family in self.compiled.row_families:
            for _, periods, rows in self.compiled.rows_of(family):
                for t, each in zip(periods.tolist(), rows, strict=True):
                    whole[each[each >= 0]] = t
        if self.smaller is None:
            return whole
        found = np.zeros(self.programme.matrix.shape[0], dtype=np.int32)
        there = self.smaller.aggregation.row[: whole.size]
        found[there[there >= 0]] = whole[there >= 0]
        return found

    @cached_property
    def published(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """The columns of which a plan's tables of decisions are made."""
        cost = np.zeros(self.compiled.matrix.shape[1], dtype=bool)
        for decision in self.built.model.decisions:
            for value in decision.values.values():
                cost[self.compiled.columns_in(value)] = True
        return cost if self.smaller is None else cost[self.smaller.aggregation.first]

    @cached_property
    def physical(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Of the published columns those that are not money."""
        every = self.compiled.mask(self.built.physical)
        return self.published & (every if self.smaller is None else every[self.smaller.aggregation.first])


_kept: OrderedDict[tuple[str, bool, Largest], Built] = OrderedDict()


def largest_of(leaves: Sequence[Leaf]) -> Largest:
    """The largest orders that any of the scenarios has a use for, by offer and period.

    More than a scenario needs may have to be ordered in it for another one, from which it could not be told apart.
    """
    found: dict[str, list[float]] = {}
    for leaf in leaves:
        for name in leaf.instance.hardware:
            orders = largest_orders(leaf.instance, name)
            found[name] = [max(pair) for pair in zip(found.get(name, orders), orders, strict=True)]
    return tuple(sorted((name, tuple(orders)) for name, orders in found.items()))


def built_of(instance: Instance, pooled: bool, largest: Largest = ()) -> Built:
    """The programme of an instance, from those that were built last. Raises as ``compile_instance``."""
    key = (instance.hash, pooled, largest)
    if key not in _kept:
        built, compiled = compile_instance(instance, worth_ordering=dict(largest))
        ordered = built.model.instance
        whole = programme_of(ordered, built, compiled, None)
        smaller = reduced(ordered, compiled, whole, "always") if pooled else None
        _kept[key] = Built(instance, built, compiled, whole, smaller)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


@dataclass(frozen=True)
class LeafProgramme:
    """A leaf and its programme; ``owners`` has for each column the node that decides it."""

    leaf: Leaf
    built: Built

    @cached_property
    def owners(self) -> list[str]:
        by_period = {t: self.leaf.owner(t) for t in range(self.leaf.instance.periods.periods + 1)}
        return [by_period[t] for t in self.built.decided.tolist()]

    @cached_property
    def keys(self) -> list[tuple[str, str]]:
        """Node and name of each column, which are the same in all leaves that share it."""
        return list(zip(self.owners, self.built.names.columns, strict=True))


def programmes(leaves: Sequence[Leaf], pooled: bool, largest: Largest) -> list[LeafProgramme]:
    """The programmes of leaves; ``largest`` is that of all of the tree. Raises as ``compile_instance``."""
    return [LeafProgramme(leaf, built_of(leaf.instance, pooled, largest)) for leaf in leaves]
