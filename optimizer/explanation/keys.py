"""The keys of an instance that are limits, and the value of each when it is widened by some amount."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.explanation.limits import LIMITS, Kind, Limit, Unit, Way
from optimizer.explanation.widest import MOST_TIMES, Widest
from optimizer.instance.calendar import Calendar
from optimizer.instance.checks.walk import Path, blocks
from optimizer.instance.schema import Block, Colocation, Covenant, Debt, EnergySource, Instance, Offer, Reserved
from optimizer.instance.series import Series, written_values


@dataclass(frozen=True)
class Key:
    """A limit of an instance.

    ``path`` is the one that ``Instance.replace`` takes, ``place`` the keys and list positions of it. ``values`` has a
    number for every period, or one. ``widest`` is how far it may credibly be widened, in ``unit``; a ``step`` above 0
    says that it is widened by whole steps. ``monotone``: what is a plan stays one when it is wider.
    """

    path: str
    place: Path
    kind: Kind
    way: Way
    unit: Unit
    values: tuple[float, ...]
    widest: float
    step: float
    monotone: bool
    calendar: Calendar

    @property
    def varies(self) -> bool:
        """Whether it has a value of its own for every period."""
        return len(self.values) > 1

    def numbers(self, amount: float, window: range | None = None) -> tuple[float, ...]:
        """The values when it is widened by an amount, in the periods of ``window`` only if there is one."""
        sign = 1.0 if self.way == "more" else -1.0
        most = 1.0 if self.unit == "share" else math.inf
        return tuple(
            min(most, max(0.0, value + sign * amount)) if window is None or t in window else value
            for t, value in enumerate(self.values, 1)
        )

    def at(self, amount: float, window: range | None = None) -> Any:
        """What is written at its path when it is widened by an amount."""
        if self.way == "off":
            return amount <= 0.0
        if self.way in ("later", "earlier"):
            return self.calendar.label(round(self.values[0] + (amount if self.way == "later" else -amount)))
        numbers = self.numbers(amount, window)
        if len(set(numbers)) > 1:
            return list(numbers)
        return round(numbers[0]) if self.unit == "periods" else numbers[0]


def keys_of(instance: Instance, limits: Sequence[Limit] = LIMITS) -> list[Key]:
    """Every key of an instance that is one of ``limits`` and can be widened, in the order of the file's blocks."""
    widest = Widest(instance)
    found: list[Key] = []
    for place, block in blocks(instance):
        for row in limits:
            if type(block) is row.block and row.only in ("", getattr(block, "kind", "")):
                for name in row.fields:
                    found += _key(instance, widest, row, place, block, name)
    return found


def _key(instance: Instance, widest: Widest, row: Limit, place: Path, block: Block, name: str) -> Iterator[Key]:
    value, calendar = getattr(block, name), instance.periods
    if value is None or (name == "existing_mw" and value == 0.0):
        return
    values: tuple[float, ...]
    if row.way in ("later", "earlier"):
        index = calendar.index(value)
        values, most, step = (float(index),), float(calendar.periods - index if row.way == "later" else index - 1), 1.0
    elif row.way == "off":
        values, most, step = (float(value),), float(value), 1.0
    else:
        values = value.expand(calendar) if isinstance(value, Series) else (float(value),)
        step = 1.0 if row.unit == "periods" else 0.0
        most = max(values) if row.way == "less" else _most(widest, row, (*place, name), block, max(values))
        if isinstance(block, Offer) and block.lot_units > 0.0 and row.unit == "units":
            step, most = block.lot_units, math.ceil(most / block.lot_units) * block.lot_units
    if isinstance(block, (Colocation, Reserved)) and name.startswith("limit"):
        step = getattr(block, "block_mw", 0.0) or getattr(block, "block_h100e", 0.0)
        most = most if step == 0.0 else math.ceil(most / step) * step
    if most > 0.0:
        path = _path(instance, (*place, name))
        yield Key(
            path,
            (*place, name),
            row.kind,
            row.way,
            row.unit,
            values,
            most,
            step,
            _is_monotone(instance, block),
            calendar,
        )


def _most(widest: Widest, row: Limit, place: Path, block: Block, value: float) -> float:
    """By how much a value may be raised, above 0 where that is of any use."""
    if isinstance(block, Covenant):
        return max(0.0, MOST_TIMES[block.kind] - value)
    use = widest.of(row.unit, str(place[-2]) if place[1:] else "", block, str(place[-1]))
    if row.unit == "share":
        return 1.0 - value
    return use if math.isfinite(use) else 10.0 * value


def _is_monotone(instance: Instance, block: Block) -> bool:
    """Whether every plan stays a plan when a limit of the block is wider."""
    if isinstance(block, Debt):
        return not block.has_standing_fee  # of a larger limit more is paid for
    if isinstance(block, EnergySource):
        return block.contract is None or block.contract.take_or_pay_share == 0.0
    if isinstance(block, Offer):
        return (
            block.framework is None
        )  # whose fee is paid, and whose minimum is counted, when the window begins and ends
    if block is instance.opening:
        # more equity in the books is a smaller share of debt; what cash earns is taxed, which lowers a cover
        shared = any(
            each.minimum is not None and each.kind == "debt_to_capital" for each in instance.covenants.values()
        )
        return not shared and (instance.tax is None or max(written_values(instance.cash.yield_per_year)) <= 0.0)
    return True


def _path(instance: Instance, place: Path) -> str:
    """The dotted path of a place; phases go by their names."""
    parts: list[str] = []
    at: Any = instance
    for part in place:
        at = getattr(at, str(part)) if isinstance(at, Block) else at[part]
        name = getattr(at, "name", None)
        parts.append(str(name) if isinstance(part, int) and name is not None else str(part))
    return ".".join(parts)
