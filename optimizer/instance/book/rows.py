"""A tree as the rows of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from optimizer.instance.book.layout import (
    BY_PERIOD,
    EMPTY_BLOCK,
    EMPTY_LIST,
    FROM_ON,
    PROGRAMME,
    Parts,
    calendar_labels,
    is_label,
    is_number,
    reserved,
)
from optimizer.instance.merge import is_figure
from optimizer.instance.yaml_source import Node, Scalar


@dataclass(frozen=True)
class Row:
    """A figure: where it is in its block, its value, its source, and numbers under periods, by label."""

    parts: Parts
    value: Scalar
    source: str = ""
    by_period: dict[str, float] = field(default_factory=dict)


def labels_of(root: Node) -> list[str]:
    """The labels of the periods of an instance; none if its calendar does not say."""
    assert isinstance(root.value, dict)
    calendar = root.value.get("calendar")
    if calendar is None or not isinstance(calendar.value, dict):
        return []
    return calendar_labels({key: node.value for key, node in calendar.value.items()})


def sheets_of(root: Node) -> dict[str, list[Row]]:
    """Rows by sheet: keys with a single value first, on one sheet, then a sheet for each block."""
    assert isinstance(root.value, dict)
    labels = labels_of(root)
    found: dict[str, list[Row]] = {PROGRAMME: []}
    for key, node in root.value.items():
        block = isinstance(node.value, (dict, list)) and not is_figure(node) and bool(node.value)
        rows = list(_rows(node, () if block else (key,), labels))
        if block:
            found[key] = rows
        else:
            found[PROGRAMME] += rows
    return found


def _rows(node: Node, parts: Parts, labels: Sequence[str], source: str = "") -> Iterator[Row]:
    if is_figure(node):
        assert isinstance(node.value, dict)
        inner = node.value["value"]
        if isinstance(inner.value, (dict, list)) and not _along(inner, labels):
            # a source of many rows: it stands with the first, as an entry of its own
            yield Row((*parts, "source"), str(node.value["source"].value))
            yield from _rows(inner, (*parts, "value"), labels)
            return
        yield from _rows(inner, parts, labels, str(node.value["source"].value))
    elif along := _along(node, labels):
        kind, numbers = along
        yield Row(parts, kind, source, numbers)
    elif isinstance(node.value, dict) and node.value:
        for key, each in node.value.items():
            yield from _rows(each, (*parts, key), labels)
    elif isinstance(node.value, list) and node.value:
        for i, each in enumerate(node.value, 1):
            yield from _rows(each, (*parts, i), labels)
    elif isinstance(node.value, (dict, list)):
        yield Row(parts, EMPTY_BLOCK if isinstance(node.value, dict) else EMPTY_LIST, source)
    else:
        yield Row(parts, _escaped(node.value), source)


def _along(node: Node, labels: Sequence[str]) -> tuple[str, dict[str, float]] | None:
    """How numbers stand along the periods, and which; None if a node is no such thing."""
    if isinstance(node.value, list) and labels and len(node.value) == len(labels) and all(map(is_number, node.value)):
        return BY_PERIOD, {label: each.value for label, each in zip(labels, node.value, strict=True)}  # type: ignore[misc]
    if isinstance(node.value, dict) and node.value and all(map(is_number, node.value.values())):
        keys = list(node.value)
        if all(is_label(key) and key in labels for key in keys) and keys == sorted(keys, key=labels.index):
            return FROM_ON, {key: each.value for key, each in node.value.items()}  # type: ignore[misc]
    return None


def _escaped(value: Scalar) -> Scalar:
    """A text that would be taken for something else, with an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and reserved(value.lstrip("'")) else value
