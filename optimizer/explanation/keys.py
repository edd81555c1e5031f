"""The keys of an instance that are limits, and the value of each when it is widened by some amount."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.explanation.limits import DATED, LIMITS, Far, Kind, Limit, Unit, Way
from optimizer.explanation.monotone import is_by_itself, is_monotone
from optimizer.explanation.reading import refused_only
from optimizer.explanation.widest import Widest
from optimizer.instance.calendar import Calendar
from optimizer.instance.checks.walk import Path, blocks
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.schema import Block, Colocation, Covenant, Debt, Instance, Offer, Phase, Reserved
from optimizer.instance.series import Series


@dataclass(frozen=True)
class Key:
    """A limit of an instance.

    ``path`` is the one that ``Instance.replace`` takes, ``place`` the keys and list positions of it. ``values`` has a
    number for every period, or one. ``widest`` is how far it may credibly be widened, in ``unit``, and ``far`` is why
    (``limits.FAR``); a ``step`` above 0 says that it is widened by whole steps. ``monotone``: what is a plan stays one
    when it is wider; ``by_itself``: it is widened by itself only. One that is ``off`` when it is widened has a value
    ``written`` and one that lifts it.
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
    by_itself: bool = False
    far: Far = "use"
    written: Any = None
    lifted: Any = None

    @property
    def varies(self) -> bool:
        """Whether it can be widened in some periods alone."""
        return len(self.values) > 1 and self.way != "sooner"

    def numbers(self, amount: float, window: range | None = None) -> tuple[float, ...]:
        """The values when it is widened by an amount, in the periods of ``window`` only if there is one."""
        if self.way == "off":
            return self.values if amount <= 0.0 else (0.0,)
        if self.way == "sooner":
            return tuple(max(self.values[t : t + round(amount) + 1]) for t in range(len(self.values)))
        sign = 1.0 if self.way == "more" else -1.0
        most = 1.0 if self.unit == "share" else math.inf
        return tuple(
            min(most, max(0.0, value + sign * amount)) if window is None or t in window else value
            for t, value in enumerate(self.values, 1)
        )

    def at(self, amount: float, window: range | None = None) -> Any:
        """What is written at its path when it is widened by an amount."""
        if self.way == "off":
            written = list(self.written) if isinstance(self.written, tuple) else self.written
            return written if amount <= 0.0 else self.lifted
        if self.way in ("later", "earlier"):
            return self.calendar.label(round(self.values[0] + (amount if self.way == "later" else -amount)))
        numbers = self.numbers(amount, window)
        if len(set(numbers)) > 1:
            return list(numbers)
        return round(numbers[0]) if self.unit in ("periods", "phases") and len(self.values) == 1 else numbers[0]


def keys_of(instance: Instance, limits: Sequence[Limit] = LIMITS) -> list[Key]:
    """Every key of an instance that is one of ``limits`` and can be widened, in the order of the file's blocks.

    With all of them at their widest it is an instance still, and with any one of them.
    """
    widest = Widest(instance)
    found = [
        key
        for place, block in blocks(instance)
        for row in limits
        if type(block) is row.block and (not row.only or getattr(block, "kind", "") in row.only)
        for name in row.fields
        for key in _keys(instance, widest, row, place, block, name)
    ]
    if _is_instance(instance, found):
        return found
    return [key for key in found if _is_instance(instance, [key])]


def sooner(key: Key) -> Key | None:
    """The same limit as one that is had some periods sooner; None where it never grows."""
    if key.way != "more" or key.unit not in DATED:
        return None
    other = replace(key, way="sooner", kind="time", unit="periods", step=1.0, far="two years")
    most = min(2 * key.calendar.per_year, len(key.values) - 1)
    useful = [shift for shift in range(1, most + 1) if other.numbers(shift) != other.numbers(shift - 1)]
    return replace(other, widest=float(useful[-1])) if useful else None


def _is_instance(instance: Instance, keys: Sequence[Key]) -> bool:
    try:
        instance.replace({key.path: key.at(key.widest) for key in keys})
    except InstanceError as error:
        return refused_only(error.diagnostics)
    return True


def _keys(instance: Instance, widest: Widest, row: Limit, place: Path, block: Block, name: str) -> Iterator[Key]:
    value = getattr(block, name)
    if isinstance(value, dict):  # of shares, by what they are of
        for part, share in value.items():
            yield from _key(instance, widest, row, (*place, name, part), block, share)
    elif name == "first_test" and value is None:
        yield from _key(instance, widest, row, (*place, name), block, instance.periods.label(1))
    elif row.way == "off":
        if value != row.to and (value or row.to) and not _says_nothing(block, name, value):
            yield _lifted(instance, row, (*place, name), block, value)
    elif value is not None and not _says_nothing(block, name, value):
        yield from _key(instance, widest, row, (*place, name), block, value)


def _says_nothing(block: Block, name: str, value: Any) -> bool:
    """Whether a field has no meaning as it is, or the wrong one: of what has to be built there are not too few."""
    if isinstance(block, Phase) and name == "count":
        return block.committed
    if isinstance(block, Debt) and name == "grace_periods":
        return block.kind == "bullet" and not block.capitalise_interest
    if isinstance(block, Debt) and name == "capitalise_interest":
        return block.grace_periods == 0
    return name == "existing_mw" and value == 0.0


def _lifted(instance: Instance, row: Limit, place: Path, block: Block, value: Any) -> Key:
    """The key of what holds or does not."""
    return Key(
        _path(instance, place),
        place,
        row.kind,
        row.way,
        row.unit,
        values=(value if isinstance(value, float) else 1.0,),
        widest=1.0,
        step=1.0,
        monotone=is_monotone(instance, place, block),
        calendar=instance.periods,
        by_itself=is_by_itself(place, block),
        far=row.widest,
        written=tuple(value) if isinstance(value, list) else value,
        lifted=row.to,
    )


def _key(instance: Instance, widest: Widest, row: Limit, place: Path, block: Block, value: Any) -> Iterator[Key]:
    calendar, name = instance.periods, str(place[-1])
    values: tuple[float, ...]
    step = 1.0 if row.unit in ("periods", "phases") else 0.0
    if row.way in ("later", "earlier"):
        values = (float(calendar.index(value)),)
        end = calendar.window(None, block.last_test)[-1] if isinstance(block, Covenant) else calendar.periods
        most = end - values[0] if row.way == "later" else values[0] - 1.0
    else:
        values = value.expand(calendar) if isinstance(value, Series) else (float(value),)
        most = widest.most(row, place, block, max(values))
    if isinstance(block, Offer) and block.lot_units > 0.0 and row.unit == "units":
        step = block.lot_units
    if isinstance(block, (Colocation, Reserved)) and name.startswith("limit"):
        step = getattr(block, "block_mw", 0.0) or getattr(block, "block_h100e", 0.0)
    if most > 0.0:
        yield Key(
            _path(instance, place),
            place,
            row.kind,
            row.way,
            row.unit,
            values,
            widest=math.ceil(most / step) * step if step > 0.0 else most,
            step=step,
            monotone=is_monotone(instance, place, block),
            calendar=calendar,
            by_itself=is_by_itself(place, block),
            far=row.widest,
        )


def _path(instance: Instance, place: Path) -> str:
    """The dotted path of a place; phases go by their names."""
    parts: list[str] = []
    at: Any = instance
    for part in place:
        at = getattr(at, str(part)) if isinstance(at, Block) else at[part]
        name = getattr(at, "name", None)
        parts.append(str(name) if isinstance(part, int) and name is not None else str(part))
    return ".".join(parts)
