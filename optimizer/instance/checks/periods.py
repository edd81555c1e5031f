"""Whether series, first and last periods fit the calendar."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.instance.checks.walk import Hit, Path, all_series, blocks
from optimizer.instance.schema import Block, Instance
from optimizer.instance.yaml_source import LARGEST, LARGEST_TEXT

FIRST = ("first_", "earliest_")
LAST = ("last_", "latest_")


def calendar_start(instance: Instance) -> Iterator[Hit]:
    """The label of the first period does not fit the length of a period."""
    try:
        _ = instance.periods
    except ValueError as error:
        yield Hit(("calendar", "start"), str(error))


def series_fit(instance: Instance) -> Iterator[Hit]:
    """A series does not fit the calendar: too many or too few values, or a step outside it."""
    calendar = instance.periods
    for path, series, _bounds in all_series(instance):
        written = series.written()
        if isinstance(written, float) or series.is_growth:
            continue
        if isinstance(written, dict):
            bad = list(_bad_steps(path, written, instance))
            if bad:
                yield from bad
                continue
        try:
            series.expand(calendar)
        except ValueError as error:
            yield Hit(path, f"`{path[-1]}`: {error}")


def _bad_steps(path: Path, written: dict[str, float], instance: Instance) -> Iterator[Hit]:
    for label in written:
        try:
            instance.periods.step_index(label)
        except ValueError as error:
            help = 'a figure with its source is written {value: 5, source: "…"}' if label == "value" else ""
            yield Hit((*path, label), f"`{path[-1]}`: {error}", help, on_key=True)


def series_range(instance: Instance) -> Iterator[Hit]:
    """A series grows out of the range that its values may have."""
    calendar = instance.periods
    for path, series, limits in all_series(instance):
        if not series.is_growth:
            continue
        written, top = series.written(), limits.get("le", math.inf)
        try:
            # growth is monotone: the last value is the largest, or the first is, which the schema has seen
            last = written["initial"] * (1.0 + written["growth_per_year"]) ** (
                calendar.base_years * (calendar.end(calendar.periods) - 1)
            )
        except OverflowError:
            last = math.inf
        if last > min(top, LARGEST):
            limit = LARGEST_TEXT if math.isinf(top) else f"{top:g}"
            yield Hit(path, f"`{path[-1]}` grows above {limit} by {calendar.labels[-1]}")


def period_outside(instance: Instance) -> Iterator[Hit]:
    """A first or last period lies outside the calendar, or is no period of its length."""
    for path, block in blocks(instance):
        for name in _ends(block):
            label = getattr(block, name)
            if label is not None:
                try:
                    _ = instance.periods.last_index(label) if name.startswith(LAST) else instance.periods.index(label)
                except ValueError as error:
                    labels, needed = instance.periods.labels, type(block).model_fields[name].is_required()
                    help = f"write a period of {labels[0]} to {labels[-1]}" + ("" if needed else ", or leave it out")
                    yield Hit((*path, name), f"`{name}`: {error}", help)


def window_empty(instance: Instance) -> Iterator[Hit]:
    """A window ends before it begins."""
    for path, block in blocks(instance):
        names = _ends(block)
        for first in names:
            last = _partner(first)
            if last not in names:
                continue
            low, high = getattr(block, first), getattr(block, last)
            if low is None or high is None:
                continue
            if instance.periods.index(low) > instance.periods.last_index(high):
                yield Hit((*path, first), f"`{first}` {low} lies after `{last}` {high}")


def _ends(block: Block) -> list[str]:
    """The fields of a block that name the first or last period of a window."""
    names = [name for name in type(block).model_fields if name.startswith((*FIRST, *LAST))]
    return [name for name in names if name != "first_year"]


def _partner(first: str) -> str:
    """``last_draw`` for ``first_draw``; empty if it is no first period."""
    for low, high in zip(FIRST, LAST, strict=True):
        if first.startswith(low):
            return high + first.removeprefix(low)
    return ""
