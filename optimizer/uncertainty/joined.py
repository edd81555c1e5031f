"""The scenarios of a tree as one programme: what they share stands in it once.

A column is known by the node that decides it and by its name, so that leaves below a node have one column for each of
its decisions, and no rows that make copies equal. Rows come from every leaf; equal ones are taken once. So a plan of
the whole obeys every row of every scenario: nothing that is shared has to be equal for that.

What is shared has to be equal all the same, or something knows its future. Of a column that several leaves share, the
bounds are those that all of them allow, which is exact: a bound is one row of each scenario. A row over shared columns
alone that one leaf has and another has not holds beside that of the other, which is exact, too: it is about a later
period (a test of what was borrowed before, say), a switch whose largest value was taken from what comes later, or the
same in other terms. Where its period is known, and no scenario can be told apart by then, it is an error with its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from optimizer.algebra.arrays import Mask, Numbers, Vector
from optimizer.solver.matrix import ROUNDING, Expression, Matrix
from optimizer.uncertainty.leaf import LeafProgramme

SAME = 1e-9
"""Figures of two scenarios that differ by less, as a share of the larger, are the same."""

Key = tuple[str, str]
"""Node and name of a column."""


class NotSharedError(Exception):
    """What should be equal in some scenarios is not: a mistake of the model or of what cuts the changes of a node."""


@dataclass(frozen=True)
class Joined:
    """Leaves over the columns of one matrix; ``places`` has for each leaf where its columns stand."""

    leaves: tuple[LeafProgramme, ...]
    keys: tuple[Key, ...]
    places: tuple[Numbers, ...]
    matrix: Matrix
    followers: Mask
    differing: Mapping[str, int]
    """How many rows over shared columns only some of the leaves have, by the name of their family."""

    @cached_property
    def column(self) -> Mapping[Key, int]:
        """Where a column stands."""
        return {key: j for j, key in enumerate(self.keys)}

    @cached_property
    def sharing(self) -> Numbers:
        """How many leaves share each column."""
        count = np.zeros(len(self.keys), dtype=np.int32)
        for place in self.places:
            count[place] += 1
        return count

    def spread(self, leaf: int, expression: Expression, weight: float = 1.0) -> Expression:
        """An expression of a leaf over the columns of all, times ``weight``."""
        cost = np.zeros(len(self.keys))
        cost[self.places[leaf]] = weight * expression.cost
        return Expression(cost, weight * expression.constant)

    def of(self, leaf: int, x: Vector) -> Vector:
        """The values of a leaf's columns."""
        return x[self.places[leaf]]

    def holding(self, matrix: Matrix, held: Mapping[Key, float]) -> Matrix:
        """The matrix with these columns at these values, amounts but for rounding; a key that is not there is passed
        over.
        """
        low, high = matrix.low.copy(), matrix.high.copy()
        for key, value in held.items():
            j = self.column.get(key)
            if j is None:
                continue
            room = 0.0 if matrix.integer[j] else ROUNDING * max(1.0, abs(value))
            low[j], high[j] = max(low[j], value - room), min(high[j], value + room)
            if not room or low[j] > high[j]:
                low[j] = high[j] = value
        return replace(matrix, low=low, high=high)

    def whole_numbers(self, x: Vector, nodes: Iterable[str]) -> dict[Key, float]:
        """The whole-number decisions of some nodes at a plan, but for those that follow from others."""
        wanted = set(nodes)
        places = np.nonzero(self.matrix.integer & ~self.followers)[0].tolist()
        return {self.keys[j]: float(np.round(x[j])) for j in places if self.keys[j][0] in wanted}

    def choices(self, nodes: Iterable[str]) -> list[Key]:
        """Columns of some nodes that all leaves share: whole numbers that follow from no others and are no money."""
        wanted, first, place = set(nodes), self.leaves[0], self.places[0]
        own = np.nonzero(first.built.physical & (self.matrix.integer & ~self.followers)[place])[0]
        shared = self.sharing[place] == len(self.leaves)
        return [first.keys[i] for i in own.tolist() if shared[i] and first.owners[i] in wanted]

    def is_whole(self, key: Key) -> bool:
        """Whether a column is one of whole numbers."""
        return key in self.column and bool(self.matrix.integer[self.column[key]])

    def amounts(self, x: Vector, nodes: Iterable[str]) -> dict[Key, float]:
        """The decisions of some nodes that are neither whole numbers nor money, at a plan."""
        wanted, found = set(nodes), {}
        for leaf, place in zip(self.leaves, self.places, strict=True):
            own = np.nonzero(leaf.built.physical & ~self.matrix.integer[place])[0].tolist()
            found.update({leaf.keys[i]: float(x[place[i]]) for i in own if leaf.owners[i] in wanted})
        return found


def joined(leaves: Sequence[LeafProgramme]) -> Joined:
    """The programme of some leaves. Raises NotSharedError with the name of the row or column that differs."""
    column: dict[Key, int] = {}
    places = []
    for leaf in leaves:
        places.append(np.array([column.setdefault(key, len(column)) for key in leaf.keys], dtype=np.int32))
    keys = tuple(column)
    size = len(keys)
    low, high = np.full(size, -np.inf), np.full(size, np.inf)
    integer, followers = np.zeros(size, dtype=bool), np.ones(size, dtype=bool)
    sharing = np.zeros(size, dtype=np.int32)
    for leaf, place in zip(leaves, places, strict=True):
        matrix = leaf.built.programme.matrix
        low[place], high[place] = np.maximum(low[place], matrix.low), np.minimum(high[place], matrix.high)
        integer[place] |= matrix.integer
        followers[place] &= leaf.built.programme.followers
        sharing[place] += 1
    _meet(keys, low, high)
    _all_have(leaves, places, sharing)
    rows, row_low, row_high, differing = _rows(leaves, places, size)
    matrix = Matrix(rows, row_low, row_high, low, high, integer)
    return Joined(tuple(leaves), keys, tuple(places), matrix, followers & integer, differing)


def _meet(keys: Sequence[Key], low: Vector, high: Vector) -> None:
    """Bounds that miss each other by rounding meet; others are told."""
    apart = np.nonzero(low > high)[0]
    for j in apart.tolist():
        if low[j] - high[j] > SAME * max(1.0, abs(low[j])):
            node, name = keys[j]
            raise NotSharedError(
                f"{name}, which `{node}` decides, would have to be at least {low[j]:g} in one scenario and at most "
                f"{high[j]:g} in another: no decision fits both"
            )
        low[j] = high[j] = (low[j] + high[j]) / 2.0


def _all_have(leaves: Sequence[LeafProgramme], places: Sequence[Numbers], sharing: Numbers) -> None:
    """Each decision of a node is one in all leaves below it; what only switches something may be in some only."""
    below: dict[str, int] = {}
    for leaf in leaves:
        for known in leaf.leaf.path:
            below[known.name] = below.get(known.name, 0) + 1
    for leaf, place in zip(leaves, places, strict=True):
        owned = np.array([below[node] for node in leaf.owners])
        missing = np.nonzero((sharing[place] != owned) & leaf.built.published)[0]
        if missing.size:
            node, name = leaf.keys[int(missing[0])]
            raise NotSharedError(
                f"{name}, which `{node}` decides, can be decided in `{leaf.leaf.name}`, and not in every scenario "
                f"below that node"
            )


Entry = tuple[tuple[int, ...], tuple[float, ...], float, float]


def _rows(
    leaves: Sequence[LeafProgramme], places: Sequence[Numbers], size: int
) -> tuple[sparse.csr_matrix, Vector, Vector, dict[str, int]]:
    """Every row of every leaf, equal ones once, in the order of the leaves; and how many differ, by family."""
    count: dict[Entry, int] = {}
    lengths, columns, values, low, high = [], [], [], [], []
    first: dict[Entry, tuple[int, int]] = {}
    sharing = np.zeros(size, dtype=np.int32)
    for place in places:
        sharing[place] += 1
    fewest: dict[Entry, int] = {}
    for number, (leaf, place) in enumerate(zip(leaves, places, strict=True)):
        matrix = leaf.built.programme.matrix
        a = matrix.rows
        where = place[a.indices]
        shared = np.minimum.reduceat(sharing[where], a.indptr[:-1]) if a.nnz else np.zeros(0, dtype=np.int32)
        for i in range(a.shape[0]):
            part = slice(a.indptr[i], a.indptr[i + 1])
            own, data = where[part], a.data[part]
            if shared[i] > 1:
                order = np.argsort(own, kind="stable")
                entry = (
                    tuple(own[order].tolist()),
                    tuple(data[order].tolist()),
                    float(matrix.row_low[i]),
                    float(matrix.row_high[i]),
                )
                count[entry] = count.get(entry, 0) + 1
                if count[entry] > 1:
                    continue
                first[entry], fewest[entry] = (number, i), int(shared[i])
            lengths.append(own.size)
            columns.append(own)
            values.append(data)
            low.append(matrix.row_low[i])
            high.append(matrix.row_high[i])
    differing = _differing(leaves, count, first, fewest)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    rows = sparse.csr_matrix(
        (np.concatenate([*values, np.zeros(0)]), np.concatenate([*columns, np.zeros(0, dtype=np.int32)]), starts),
        shape=(len(lengths), size),
    )
    rows.sort_indices()
    return rows, np.array(low), np.array(high), differing


def _differing(
    leaves: Sequence[LeafProgramme],
    count: Mapping[Entry, int],
    first: Mapping[Entry, tuple[int, int]],
    fewest: Mapping[Entry, int],
) -> dict[str, int]:
    """How many shared rows only some leaves have, by family. Raises NotSharedError for one that knows its future."""
    apart = [entry for entry, times in count.items() if times < fewest[entry]]
    by_columns: dict[tuple[int, ...], list[Entry]] = {}
    for entry in apart:
        by_columns.setdefault(entry[0], []).append(entry)
    found: dict[str, int] = {}
    for entry in apart:
        number, i = first[entry]
        leaf = leaves[number]
        name = leaf.built.names.rows[i] if i < len(leaf.built.names.rows) else f"row {i + 1}"
        same = sum(count[twin] for twin in by_columns[entry[0]] if _alike(entry, twin))
        if same >= fewest[entry]:
            continue  # but for rounding
        period = int(leaf.built.row_periods[i])
        owner = leaf.leaf.owner(period) if period else ""
        if period and sum(each.leaf.owner(period) == owner for each in leaves) > same:
            raise NotSharedError(
                f"row {name} of `{leaf.leaf.name}`, of period {period}, is not that of other scenarios that cannot be "
                f"told apart by then: something that is not known yet is in it"
            )
        family = name.partition("[")[0]
        found[family] = found.get(family, 0) + 1
    return found


def _alike(one: Entry, other: Entry) -> bool:
    return all(
        a == b or abs(a - b) <= SAME * max(abs(a), abs(b))
        for mine, yours in ((one[1], other[1]), (one[2:], other[2:]))
        for a, b in zip(mine, yours, strict=True)
    )
