"""Timelines of many keys at once, as those of one offer at all sites: handled as blocks of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from optimizer.algebra.arrays import Mask, Numbers, Vector
from optimizer.algebra.linear import INFINITE
from optimizer.algebra.time_expr import ArrayTimeExpr, Terms, checked_shift


class Block(NamedTuple):
    """Terms of k keys at n places: ``keys`` by number and ``places`` (period − 1), columns k × n, and coefficients
    that broadcast to k × n."""

    keys: Numbers
    places: Numbers
    columns: Numbers
    values: Vector


class ArrayPanel:
    """constant[k, t] + Σ coefficients·columns for each key k and the periods t = 1 … T. Nobody changes one.

    Factors and constants are numbers, or arrays that broadcast to keys × T: T numbers, or one for each key as a column.
    """

    __slots__ = ("blocks", "constant", "keys", "periods")
    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None  # an array on the left leaves the product to the panel

    def __init__(
        self, keys: Sequence[str], periods: int, blocks: Sequence[Block] = (), constant: float | Vector = 0.0
    ) -> None:
        self.keys, self.periods, self.blocks, self.constant = tuple(keys), periods, tuple(blocks), constant

    @classmethod
    def of(cls, keys: Sequence[str], periods: int, timelines: Mapping[str, ArrayTimeExpr]) -> ArrayPanel:
        """The timelines of some of the keys; nothing for the others. What has one shape becomes one block."""
        number = {key: i for i, key in enumerate(keys)}
        alike: dict[tuple[int, int, int], list[tuple[int, Terms]]] = {}
        for key, timeline in timelines.items():
            for rank, terms in enumerate(timeline.parts):
                alike.setdefault((rank, id(terms[0]), id(terms[2])), []).append((number[key], terms))
        blocks = [
            Block(np.array([k for k, _ in own], np.int32), own[0][1][0], np.stack([c for _, (_, c, _) in own]), values)
            for _, own in sorted(alike.items(), key=lambda each: each[0][0])
            for values in (own[0][1][2],)
        ]
        constant: Any = 0.0
        if any(isinstance(each.constant, np.ndarray) or each.constant for each in timelines.values()):
            constant = np.zeros((len(keys), periods))
            for key, timeline in timelines.items():
                constant[number[key]] = timeline.constant
        return cls(keys, periods, blocks, constant)

    def __add__(self, other: Any) -> ArrayPanel:
        if isinstance(other, ArrayPanel):
            return self._with((*self.blocks, *other.blocks), self.constant + other.constant)
        return self._with(self.blocks, self.constant + other)

    __radd__ = __add__

    def __neg__(self) -> ArrayPanel:
        return self * -1.0

    def __sub__(self, other: Any) -> ArrayPanel:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> ArrayPanel:
        return (-self).__add__(other)

    def __mul__(self, factor: float | Vector) -> ArrayPanel:
        shape = len(self.keys), self.periods

        def scaled(block: Block) -> Vector:
            if not isinstance(factor, np.ndarray):
                return block.values * factor
            if factor.ndim == 1:
                return block.values * factor[block.places]
            return block.values * np.broadcast_to(factor, shape)[block.keys[:, None], block.places]

        nothing = isinstance(self.constant, float) and self.constant == 0.0
        blocks = [block._replace(values=scaled(block)) for block in self.blocks]
        return self._with(blocks, 0.0 if nothing else self.constant * factor)

    __rmul__ = __mul__

    def shift(self, periods: int) -> ArrayPanel:
        """What there was so many periods before: t − periods in the place of t."""
        checked_shift(periods)
        blocks = []
        for block in self.blocks:
            places = block.places + np.int32(periods)
            inside = places < self.periods
            values = block.values[..., inside] if block.values.shape[-1:] == inside.shape else block.values
            blocks.append(Block(block.keys, places[inside], block.columns[:, inside], values))
        constant = self.constant
        if isinstance(constant, np.ndarray) or constant:
            whole = np.broadcast_to(constant, (len(self.keys), self.periods))
            constant = np.zeros(whole.shape)
            constant[:, periods:] = whole[:, : max(0, self.periods - periods)]
        return self._with(blocks, constant)

    def mapped(self, weights: Vector) -> ArrayPanel:
        """Σ_u weights[t − 1, u − 1]·(what there was in u) for each t: any linear map over time, T × T."""
        return ArrayPanel.of(self.keys, self.periods, {key: each.mapped(weights) for key, each in self.items()})

    def total(self, keys: Iterable[str] | None = None) -> ArrayTimeExpr:
        """The sum over all keys, or over some of them."""
        wanted = self.keys if keys is None else tuple(keys)
        if len(self.blocks) == 1 and isinstance(self.constant, float) and self.constant == 0.0:
            block = self.blocks[0]
            at = {self.keys[k]: i for i, k in enumerate(block.keys.tolist())}
            own = np.array([at[key] for key in wanted if key in at], dtype=np.int32)
            values = block.values if block.values.ndim == 1 else block.values[own]
            chosen = Block(block.keys[own], block.places, block.columns[own], values)
            return ArrayTimeExpr(self.periods, [_flat(chosen, np.broadcast_to(block.places, chosen.columns.shape))])
        timelines = dict(self.items())
        return ArrayTimeExpr.total((ArrayTimeExpr(self.periods), *(timelines[key] for key in wanted)))

    def items(self) -> Iterator[tuple[str, ArrayTimeExpr]]:
        """Keys and their timelines."""
        parts: list[list[Terms]] = [[] for _ in self.keys]
        for block in self.blocks:
            shared = block.values.ndim == 1
            for i, k in enumerate(block.keys.tolist()):
                parts[k].append((block.places, block.columns[i], block.values if shared else block.values[i]))
        known = isinstance(self.constant, np.ndarray)
        constants = np.broadcast_to(self.constant, (len(self.keys), self.periods)) if known else None
        for k, key in enumerate(self.keys):
            yield key, ArrayTimeExpr(self.periods, parts[k], self.constant if constants is None else constants[k])

    def decided(self) -> Mask:
        """Whether there is anything to decide for a key in a period; keys × T truth values."""
        found = np.zeros((len(self.keys), self.periods), dtype=bool)
        for block in self.blocks:
            found[block.keys[:, None], block.places] = True
        return found

    def _with(self, blocks: Sequence[Block], constant: Any) -> ArrayPanel:
        return ArrayPanel(self.keys, self.periods, blocks, constant)

    def __le__(self, other: Any) -> PanelRow:
        if isinstance(other, ArrayPanel):
            return PanelRow(self - other, -INFINITE, 0.0)
        return PanelRow(self, -INFINITE, other)

    def __ge__(self, other: Any) -> PanelRow:
        if isinstance(other, ArrayPanel):
            return PanelRow(other - self, -INFINITE, 0.0)
        return PanelRow(self, other, INFINITE)

    def __eq__(self, other: Any) -> PanelRow:  # type: ignore[override]
        if isinstance(other, ArrayPanel):
            return PanelRow(self - other, 0.0, 0.0)
        return PanelRow(self, other, other)


class PanelRow:
    """low ≤ expression ≤ high for each key and period; limits as numbers, or arrays that broadcast to keys × T."""

    __slots__ = ("expression", "high", "low")

    def __init__(self, expression: ArrayPanel, low: float | Vector, high: float | Vector) -> None:
        self.expression, self.low, self.high = expression, low, high

    def __bool__(self) -> bool:
        raise TypeError("a row has no truth value: it holds or not only for a plan")

    def stripes(self, rank: Numbers) -> Iterator[Terms]:
        """As of ``Stripes``; ``rank`` has the number of the row of each key and period, −1 without."""
        for block in self.expression.blocks:
            numbers = rank[block.keys[:, None], block.places]
            inside = numbers >= 0
            if inside.all():
                yield numbers, block.columns, block.values
            else:
                values = np.broadcast_to(block.values, block.columns.shape)
                yield numbers[inside], block.columns[inside], values[inside]


def _flat(block: Block, numbers: Numbers) -> Terms:
    """The terms of a block, key by key, with numbers of rows or periods in the place of its places."""
    values = np.broadcast_to(block.values, block.columns.shape)
    return numbers.reshape(-1), block.columns.reshape(-1), values.reshape(-1)
