"""Expressions over time: one for each period, handled all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from optimizer.algebra.arrays import Mask, Numbers, Vector
from optimizer.algebra.linear import INFINITE, Column, Linear, signed
from optimizer.algebra.terms import in_order

Terms = tuple[Numbers, Numbers, Vector]
"""Period − 1, column and coefficient of each term."""

Sheet = tuple[Numbers, Numbers, Vector]
"""Where each period begins in the terms by period, and ends; their columns and their coefficients."""

SHORT = 8
"""Expressions with no more terms than this are kept as lists, which are quicker to go through."""
SHEET = 1 << 16
"""Terms that a cache can hold; what has more is put in order of period and column, and each column added up."""


class ArrayTimeExpr:
    """constant[t] + Σ coefficients·columns for the periods t = 1 … T. Nobody changes one once it is made.

    Factors and constants are numbers for all periods, or arrays of T numbers. Beyond 1 … T there is nothing.
    """

    __slots__ = ("_asked", "_by_period", "_factors", "_parts", "constant", "periods")
    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None  # an array on the left leaves the product to the timeline

    def __init__(self, periods: int, parts: Sequence[Terms] = (), constant: float | Vector = 0.0) -> None:
        self.periods, self._parts, self.constant = periods, tuple(parts), constant
        self._factors: list[float] | None = None
        self._by_period: list[Sheet] | None = None
        self._asked = False

    @classmethod
    def of(cls, periods: int, expressions: Mapping[int, Any]) -> ArrayTimeExpr:
        """From the expressions of some periods; nothing in the others."""
        place: list[int] = []
        columns: list[int] = []
        coefficients: list[float] = []
        blocks: list[Terms] = []
        constant = np.zeros(periods)
        if not expressions:
            return cls(periods)
        for t, expression in expressions.items():
            if isinstance(expression, Column):
                expression = expression * 1.0
            if isinstance(expression, Linear):
                place += [t - 1] * len(expression.columns)
                columns += expression.columns
                coefficients += expression.coefficients
                constant[t - 1] = expression.constant
                for where, values, sign in expression.blocks:
                    blocks.append((np.full(where.size, t - 1, dtype=np.int32), where, signed(values, sign)))
            else:
                constant[t - 1] = expression
        short = (np.array(place, dtype=np.int32), np.array(columns, dtype=np.int32), np.array(coefficients))
        return cls(periods, [short, *blocks], constant)

    @classmethod
    def total(cls, timelines: Iterable[Any]) -> ArrayTimeExpr:
        """The sum of timelines, numbers, and arrays of a number for each period."""
        parts: list[Terms] = []
        constant: Any = 0.0
        periods = 0
        for each in timelines:
            if isinstance(each, ArrayTimeExpr):
                periods = each.periods
                parts += each.parts
                constant = constant + each.constant
            else:
                constant = constant + each
        return cls(periods, parts, constant)

    @classmethod
    def weighted(cls, timelines: Iterable[tuple[float, ArrayTimeExpr]]) -> ArrayTimeExpr:
        """Σ factor·timeline; coefficients are multiplied when somebody asks for them."""
        parts: list[Terms] = []
        factors: list[float] = []
        constant: Any = 0.0
        periods = 0
        for factor, each in timelines:
            periods = each.periods
            parts += each.parts
            factors += [factor] * len(each.parts)
            constant = constant + _scaled(each.constant, factor)
        found = cls(periods, parts, constant)
        found._factors = factors
        return found

    @property
    def parts(self) -> tuple[Terms, ...]:
        """Its terms, as they came together."""
        if self._factors is not None:
            each = zip(self._parts, self._factors, strict=True)
            self._parts = tuple(part if by == 1.0 else (*part[:2], part[2] * by) for part, by in each)
            self._factors = None
        return self._parts

    def __add__(self, other: Any) -> ArrayTimeExpr:
        return ArrayTimeExpr.total((self, other))

    __radd__ = __add__

    def __neg__(self) -> ArrayTimeExpr:
        return self * -1.0

    def __sub__(self, other: Any) -> ArrayTimeExpr:
        return ArrayTimeExpr.total((self, -other))

    def __rsub__(self, other: Any) -> ArrayTimeExpr:
        return ArrayTimeExpr.total((other, -self))

    def __mul__(self, factor: float | Vector) -> ArrayTimeExpr:
        if isinstance(factor, np.ndarray):
            parts = [(place, columns, values * factor[place]) for place, columns, values in self.parts]
        else:
            parts = [(place, columns, values * factor) for place, columns, values in self.parts]
        return ArrayTimeExpr(self.periods, parts, _scaled(self.constant, factor))

    __rmul__ = __mul__

    def shift(self, periods: int) -> ArrayTimeExpr:
        """What there was so many periods before: t − periods in the place of t."""
        checked_shift(periods)
        if periods == 0:
            return self
        parts = []
        for place, columns, values in self.parts:
            later = place + np.int32(periods)
            inside = later < self.periods
            parts.append((later, columns, values) if inside.all() else (later[inside], columns[inside], values[inside]))
        return ArrayTimeExpr(self.periods, parts, _shifted(self.constant, periods, self.periods))

    def lagged(self, kernel: Sequence[float] | Vector) -> ArrayTimeExpr:
        """Σ_k kernel[k]·(what there was k periods before): a schedule that begins anew in every period."""
        weights = np.array(kernel[: self.periods], dtype=float)
        parts = []
        for place, columns, values in self.parts:
            later, source, share = _spread(place.tobytes(), weights.tobytes(), self.periods)
            parts.append((later, columns[source], values[source] * share))
        constant: Any = 0.0
        if isinstance(self.constant, np.ndarray) or self.constant:
            for k in np.nonzero(weights)[0].tolist():
                constant = constant + weights[k] * _shifted(self.constant, k, self.periods)
        return ArrayTimeExpr(self.periods, parts, constant)

    def lagged_at(self, kernels: Sequence[Sequence[float] | Vector], t: int) -> list[Any]:
        """For each kernel the expression of period t of ``lagged``, without those of the other periods."""
        checked_period(t, self.periods)
        place, columns, values = self.terms()
        lag = (t - 1) - place
        if lag.size and lag.min() < 0:
            before = lag >= 0
            lag, columns, values = lag[before], columns[before], values[before]
        constants = self.constant if isinstance(self.constant, np.ndarray) else np.full(self.periods, self.constant)
        weights = np.zeros((len(kernels), t))
        for own, kernel in zip(weights, kernels, strict=True):
            own[: len(kernel)] = kernel[:t]
        number, term = np.nonzero(weights[:, lag])
        ends = np.searchsorted(number, np.arange(1, len(kernels) + 1)).tolist()
        columns, values = columns[term], values[term] * weights[number, lag[term]]
        found, first, known = [], 0, constants.any()
        for own, last in zip(weights, ends, strict=True):
            constant = float(sum(own[k] * constants[t - 1 - k] for k in range(t))) if known else 0.0
            found.append(_expression([(columns[first:last], values[first:last])], constant))
            first = last
        return found

    def mapped(self, weights: Vector) -> ArrayTimeExpr:
        """Σ_u weights[t − 1, u − 1]·(what there was in u) for each t: any linear map over time, T × T."""
        by_source = [np.nonzero(column)[0].astype(np.int32) for column in weights.T]
        parts = []
        for place, columns, values in self.parts:
            counts = np.array([by_source[u].size for u in place.tolist()], dtype=np.int32)
            nowhere = np.zeros(0, dtype=np.int32)
            targets = np.concatenate([nowhere, *(by_source[u] for u in place.tolist())])
            sources = np.repeat(place, counts)
            parts.append((targets, np.repeat(columns, counts), np.repeat(values, counts) * weights[targets, sources]))
        constant: Any = 0.0
        if isinstance(self.constant, np.ndarray) or self.constant:
            constant = weights @ np.broadcast_to(self.constant, self.periods)
        return ArrayTimeExpr(self.periods, parts, constant)

    def __getitem__(self, t: int) -> Any:
        """The expression of period t; a number where there is nothing to decide."""
        checked_period(t, self.periods)
        constant = float(self.constant[t - 1]) if isinstance(self.constant, np.ndarray) else float(self.constant)
        if self._by_period is None and not self._asked and not self._is_large():
            # of many only one period is ever asked for, and sorting is for more
            self._asked = True
            place, columns, values = self.terms()
            own = np.nonzero(place == t - 1)[0]
            return _expression([(columns[own], values[own])], constant)
        sheets = []
        for edges, columns, values in self._sorted():
            first, last = edges[t - 1], edges[t]
            if first < last:
                sheets.append((columns[first:last], values[first:last]))
        return _expression(sheets, constant)

    def decided(self) -> Mask:
        """Whether there is anything to decide in a period; T truth values."""
        found = np.zeros(self.periods, dtype=bool)
        for place, _, _ in self._parts:
            found[place] = True
        return found

    def terms(self) -> Terms:
        """Period − 1, column and coefficient of all terms."""
        if len(self.parts) == 1:
            return self.parts[0]
        if not self.parts:
            nothing = np.zeros(0, dtype=np.int32)
            return nothing, nothing, np.zeros(0)
        place, columns, values = zip(*self.parts, strict=True)
        return np.concatenate(place), np.concatenate(columns), np.concatenate(values)

    def _sorted(self) -> list[Sheet]:
        """All terms by period: of many each column once in a period, in order; of others as they came."""
        if self._by_period is None:
            large = self._is_large()
            self._by_period = _in_order(self._parts, self._factors, self.periods) if large else [self._one_sheet()]
        return self._by_period

    def _is_large(self) -> bool:
        return sum(place.size for place, _, _ in self._parts) > SHEET

    def _one_sheet(self) -> Sheet:
        place, columns, values = self.terms()
        # short integers are sorted by their digits, in time proportional to their number
        kind = next(kind for kind in (np.int8, np.int16, np.int32) if self.periods <= np.iinfo(kind).max)
        order = np.argsort(place.astype(kind), kind="stable")
        edges = np.zeros(self.periods + 1, dtype=np.int32)
        np.cumsum(np.bincount(place, minlength=self.periods), out=edges[1:])
        return edges, columns[order], values[order]

    def __le__(self, other: Any) -> TimeRow:
        if isinstance(other, ArrayTimeExpr):
            return TimeRow(self - other, -INFINITE, 0.0)
        return TimeRow(self, -INFINITE, other)

    def __ge__(self, other: Any) -> TimeRow:
        if isinstance(other, ArrayTimeExpr):
            return TimeRow(other - self, -INFINITE, 0.0)
        return TimeRow(self, other, INFINITE)

    def __eq__(self, other: Any) -> TimeRow:  # type: ignore[override]
        if isinstance(other, ArrayTimeExpr):
            return TimeRow(self - other, 0.0, 0.0)
        return TimeRow(self, other, other)


@lru_cache(maxsize=16)
def _spread(places: bytes, kernel: bytes, periods: int) -> tuple[Numbers, Any, Vector]:
    """Of terms at these places that come again after each lag of a kernel: where each comes, which it is, its weight.

    Many timelines have the same places and kernels, as those of all sites.
    """
    place, weights = np.frombuffer(places, dtype=np.int32), np.frombuffer(kernel)
    lag = np.nonzero(weights)[0].astype(np.int32)
    later = np.add(place[:, None], lag, dtype=np.int32)
    inside = later < periods
    source, which = np.nonzero(inside)
    return later[inside], source, weights[lag][which]


def _in_order(parts: Sequence[Terms], factors: Sequence[float] | None, periods: int) -> list[Sheet]:
    """Terms by period, times the factors of their parts, with their columns in order, each once.

    In sheets that a cache can hold, the columns of each beyond those of the one before. The columns of a timeline rise,
    so that the ends of a part tell where it belongs; where they do not, all is one sheet.
    """
    whole = zip(parts, factors or [1.0] * len(parts), strict=True)
    used = [(part, factor) for part, factor in whole if part[1].size]
    first, last = (np.array([columns[end] for (_, columns, _), _ in used]) for end in (0, -1))
    order = np.argsort(first, kind="stable")
    filled = np.cumsum([used[i][0][1].size for i in order.tolist()]).tolist()
    apart = np.nonzero(first[order][1:] > np.maximum.accumulate(last[order])[:-1])[0] + 1
    sheets, begun, before = [], 0, 0
    for end in [*apart.tolist(), len(used)]:
        if filled[end - 1] - before < SHEET and end < len(used):
            continue
        own = np.sort(order[begun:end])
        low, high = int(first[own].min()), int(last[own].max())
        sheet = _sheet([used[i] for i in own.tolist()], low, high, periods)
        if sheet is None:
            highest = max(int(columns.max()) for (_, columns, _), _ in used)
            sheet = _sheet(used, 0, highest, periods)
            assert sheet is not None
            return [sheet]
        sheets.append(sheet)
        begun, before = end, filled[end - 1]
    return sheets


def _sheet(weighted: Sequence[tuple[Terms, float]], low: int, high: int, periods: int) -> Sheet | None:
    """Parts, times their factors, in order; None if a column is below ``low`` or above ``high``."""
    parts = [part for part, _ in weighted]
    place, columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
    if columns.min() < low or columns.max() > high:
        return None
    factors = {factor for _, factor in weighted}
    if len(factors) == 1:
        values *= factors.pop()
    else:
        values *= np.repeat([factor for _, factor in weighted], [each.size for _, each, _ in parts])
    columns -= np.int32(low)
    edges, columns, values = in_order(periods, place, columns, values)
    columns += np.int32(low)
    return edges, columns, values


def _expression(blocks: Sequence[tuple[Numbers, Vector]], constant: float) -> Any:
    """The expression of these terms; a number where there are none."""
    size = sum(columns.size for columns, _ in blocks)
    if not size:
        return constant
    if size <= SHORT:
        if len(blocks) == 1:
            return Linear(blocks[0][0].tolist(), blocks[0][1].tolist(), constant)
        columns, values = (np.concatenate(each).tolist() for each in zip(*blocks, strict=True))
        return Linear(columns, values, constant)
    return Linear([], [], constant, [(columns, values, 1.0) for columns, values in blocks])


def decided_periods(timeline: Any) -> list[int]:
    """The periods of a timeline, of either algebra, in which there is anything to decide."""
    return (np.nonzero(timeline.decided())[0] + 1).tolist()


def checked_shift(periods: int) -> None:
    """Raise ValueError for a shift into the past: what would come from beyond T is not known."""
    if periods < 0:
        raise ValueError(f"a shift by {periods} periods")


def checked_period(t: int, periods: int) -> None:
    """Raise IndexError for a period that there is not."""
    if not 1 <= t <= periods:
        raise IndexError(f"period {t} of {periods}")


class TimeRow:
    """low ≤ expression ≤ high in each period; limits as numbers or arrays of T numbers."""

    __slots__ = ("expression", "high", "low")

    def __init__(self, expression: ArrayTimeExpr, low: float | Vector, high: float | Vector) -> None:
        self.expression, self.low, self.high = expression, low, high

    def __bool__(self) -> bool:
        raise TypeError("a row has no truth value: it holds or not only for a plan")


def _scaled(constant: float | Vector, factor: float | Vector) -> float | Vector:
    return 0.0 if isinstance(constant, float) and constant == 0.0 else constant * factor


def _shifted(constant: float | Vector, by: int, periods: int) -> float | Vector:
    if isinstance(constant, float) and constant == 0.0:
        return constant
    whole = np.broadcast_to(constant, periods)
    return np.concatenate([np.zeros(min(by, periods)), whole[: max(0, periods - by)]])
