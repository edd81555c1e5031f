"""What a node changes differs from its `from` on, and not before.

The series of a change are cut: before the period they keep the values of the parent's, steps lie over the parent's
steps. What is no series holds for all periods, so that it may differ only where nothing is decided before: in an entry
whose windows all begin at `from` or later, in a market without demand before, in what there is after the last period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from optimizer.instance.calendar import Calendar
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.merge import is_figure, is_value
from optimizer.instance.schema import Block, Instance
from optimizer.instance.series import Series
from optimizer.instance.tree import Path
from optimizer.instance.yaml_source import Node

FREE = ("terminal", "name", "title", "notes", "source", "solve", "ranges", "repair_costs")
"""What may differ as a whole: nothing of it is decided before the end."""
FIRSTS = ("first_", "earliest_")
"""How the fields begin that name the first period of a window."""
AFTER = ("first_prepayment", "first_distribution")
"""Firsts of what follows on something else of the same entry, which may have begun before."""


def cut(over: Node, parent: Any, calendar: Calendar, start: int) -> Node:
    """The changes with every series at the parent's values before ``start``; the schema judges what is malformed."""
    if isinstance(parent, Series):
        return _cut_series(over, parent, calendar, start)
    if not isinstance(over.value, dict) or is_value(over):
        return over
    found = {key: cut(node, part_of(parent, key), calendar, start) for key, node in over.value.items()}
    return replace(over, value=found)


def part_of(parent: Any, key: str) -> Any:
    """A part of a block by its key, of a mapping or of a list of named blocks by its name; None if there is none."""
    if isinstance(parent, Block):
        return getattr(parent, key, None)
    if isinstance(parent, Mapping):
        return parent.get(key)
    if isinstance(parent, (list, tuple)):
        return next((each for each in parent if getattr(each, "name", None) == key), None)
    return None


def _cut_series(over: Node, parent: Series, calendar: Calendar, start: int) -> Node:
    if is_figure(over):
        assert isinstance(over.value, dict)
        inner = _cut_series(over.value["value"], parent, calendar, start)
        return replace(over, value={**over.value, "value": inner})
    try:
        values, begins = _values(over, calendar)
        before = parent.expand(calendar)
    except (ValueError, TypeError, KeyError):
        return over
    first = max(start, begins)
    whole = [before[t - 1] if t < first else values[t - 1] for t in calendar.span]
    return replace(over, value=[Node(value, over.place) for value in whole])


def _values(over: Node, calendar: Calendar) -> tuple[Sequence[float], int]:
    """The values that a series states, by period, and the first of them. Raises ValueError for what is no series."""
    raw = _plain(over)
    if isinstance(raw, bool) or raw is None or isinstance(raw, str):
        raise ValueError("no number")
    if isinstance(raw, Mapping) and "initial" not in raw:
        steps = {str(label): float(value) for label, value in raw.items()}
        begins = min(calendar.step_index(label) for label in steps)
        if begins > 1:
            steps[calendar.label(1)] = 0.0
        return Series(tuple(sorted(steps.items()))).expand(calendar), max(1, begins)
    if isinstance(raw, Mapping):
        growth = (("initial", float(raw["initial"])), ("growth_per_year", float(raw["growth_per_year"])))
        return Series(growth).expand(calendar), 1
    if isinstance(raw, list):
        return Series(tuple(float(value) for value in raw)).expand(calendar), 1
    return Series(float(raw)).expand(calendar), 1


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(part) for key, part in node.value.items()}
    return [_plain(part) for part in node.value] if isinstance(node.value, list) else node.value


def scaled(node: Node, parent: Any, factor: float, calendar: Calendar, start: int) -> Node:
    """A figure times a factor from ``start`` on: a series as a list of values, a number as it is."""
    if isinstance(parent, Series):
        values = parent.expand(calendar)
        whole = [value * (factor if t >= start else 1.0) for t, value in zip(calendar.span, values, strict=True)]
        return replace(node, value=[Node(value, node.place) for value in whole])
    if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return replace(node, value=node.value * factor)
    return node


def too_early(parent: Instance, child: Instance, start: int) -> Iterator[Path]:
    """Where a child differs from its parent in what was decided before ``start``."""
    for name in type(parent).model_fields:
        if name not in FREE:
            yield from _differs(getattr(parent, name), getattr(child, name), (name,), parent.periods, start)


def _differs(one: Any, other: Any, path: Path, calendar: Calendar, start: int) -> Iterator[Path]:
    if one == other:
        return
    if isinstance(one, Series) and isinstance(other, Series):
        pairs = zip(one.expand(calendar), other.expand(calendar), strict=True)
        if any(a != b for t, (a, b) in enumerate(pairs, 1) if t < start):
            yield path
        return
    if all(each is None or (isinstance(each, Block) and _later(each, calendar, start)) for each in (one, other)):
        return
    if isinstance(one, Block) and isinstance(other, Block):
        for name in type(one).model_fields:
            if name not in ("title", "notes", "source"):
                yield from _differs(getattr(one, name), getattr(other, name), (*path, name), calendar, start)
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in {**one, **other}:
            yield from _differs(one.get(key), other.get(key), (*path, key), calendar, start)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _differs(a, b, (*path, getattr(a, "name", None) or i), calendar, start)
    else:
        yield path


def _later(block: Block, calendar: Calendar, start: int) -> bool:
    """Whether nothing of an entry is decided before ``start``: each of its windows begins then, or nothing is asked."""
    firsts = [name for name in type(block).model_fields if name.startswith(FIRSTS) and name != "first_year"]
    demand = getattr(block, "demand_h100e", None)
    if isinstance(demand, Series):
        return not any(demand.expand(calendar)[: start - 1])
    labels = [getattr(block, name) for name in firsts]
    main = [label for name, label in zip(firsts, labels, strict=True) if name not in AFTER]
    return bool(main) and all(label is not None and calendar.step_index(label) >= start for label in main)


def refused(path: Path, node: str, label: str, overs: Sequence[Node], place: Any) -> Diagnostic:
    """That a change of a node cannot be cut, at its place."""
    at = place
    for over in overs:
        at = _place(over, path) or at
    message = f"node `{node}`: `{'.'.join(map(str, path))}` would differ before {label}, when nothing is known of it"
    help = (
        f"only series can change from {label} on; write the rest as an entry of its own (`new: true`) whose first "
        f"period is {label} or later"
    )
    return at.diagnostic("changes-the-past", message, help)  # type: ignore[no-any-return]


def _place(over: Node, path: Path) -> Any:
    """Where a change writes a path, or the last part of it that it writes; None if it writes nothing of it."""
    found = None
    node = over
    for part in path:
        if not isinstance(node.value, dict) or str(part) not in node.value:
            break
        node = node.value[str(part)]
        found = node.key_place or node.place
    return found
