"""Python data to the tree that a file of the same content would give; the place of a part is its dotted path.

Whole numbers, floats, texts, booleans, None, mappings, lists and tuples are read as they are, numpy's numbers and
arrays as what they hold, blocks and series of another instance as what was written in them. Everything else is refused:
what a date or a decimal would become is for the writer to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from optimizer.instance.diagnostics import UNPRINTABLE, Diagnostic, InstanceError
from optimizer.instance.schema import Block, default_of
from optimizer.instance.series import Series
from optimizer.instance.yaml_source import MAX_DEPTH, MAX_DIGITS, MAX_NODES, Node, Place, Source, beyond

_REMEDY = "give a number, text, true or false, None, a dict or a list; a period by its label, such as 2026 or '2026Q3'"


def tree_of(data: Any, problems: list[Diagnostic], path: str = "") -> Node:
    """The tree of Python data found at ``path``. Raises InstanceError for data too large or deep to be read."""
    return _Reader(problems).node(data, path, 1)


def place_of(path: str) -> Place:
    """A path as a place: it stands where a file would have its name, line and column."""
    return Place(Source(path, ""), 0, 0)


def join(path: str, part: str) -> str:
    """The path of a part of what is at ``path``."""
    return f"{path}.{part}" if path else part


class _Reader:
    def __init__(self, problems: list[Diagnostic]) -> None:
        self._problems = problems
        self._nodes = 0

    def node(self, value: Any, path: str, depth: int) -> Node:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            most = f"{MAX_NODES:,} values" if depth <= MAX_DEPTH else f"{MAX_DEPTH} levels"
            raise InstanceError([place_of(path).diagnostic("too-much-data", f"the data has more than {most}")])
        value = unwrapped(value)
        place = place_of(path)
        if isinstance(value, Mapping):
            return Node(self._mapping(value, path, depth), place)
        if isinstance(value, (list, tuple)):
            parts = [_name(item) or str(i) for i, item in enumerate(value, 1)]
            items = zip(value, parts, strict=True)
            return Node([self.node(item, join(path, part), depth + 1) for item, part in items], place)
        return Node(self._scalar(value, place), place)

    def _mapping(self, value: Mapping[Any, Any], path: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for written, item in value.items():
            key = unwrapped(written)
            if isinstance(key, bool) or not isinstance(key, (str, int)):
                message = f"a key should be a text or a whole number, not {_kind(key)}"
                self._report(place_of(path), "key", message, "give a period by its label, such as 2026 or '2026Q3'")
                continue
            name = str(self._scalar(key, place_of(path)))
            if name in found:
                self._report(place_of(join(path, name)), "duplicate-key", f"`{name}` is given twice", "keep one")
            found[name] = self.node(item, join(path, name), depth + 1)
        return found

    def _scalar(self, value: Any, place: Place) -> str | int | float | bool | None:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            if bad := UNPRINTABLE.search(value):
                self._report(place, "control-character", f"the text holds the character U+{ord(bad.group()):04X}")
            return str.__str__(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                help = "leave a limit out if there is none"
                self._report(place, "not-finite", f"{float(value)} is not a finite number", help)
            elif (found := beyond(value, f"{float(value):g}")) is not None:
                self._report(place, *found)
            return float(value)
        if isinstance(value, int):
            if abs(value) >= 10**MAX_DIGITS:
                self._report(place, "too-many-digits", f"a number has at most {MAX_DIGITS} digits")
            elif (found := beyond(value, str(value))) is not None:
                self._report(place, *found)
            else:
                return int(value)
        else:
            self._report(place, "not-plain-data", f"{_kind(value)} cannot be read", _REMEDY)
        return None

    def _report(self, place: Place, code: str, message: str, help: str = "") -> None:
        self._problems.append(place.diagnostic(code, message, help))


def unwrapped(value: Any) -> Any:
    """What a block, a series, a number or an array of numpy stands for."""
    if isinstance(value, Series):
        return value.written()
    if isinstance(value, Block):
        return dict(_written(value))
    if type(value).__module__ == "numpy" and (kind := getattr(value, "dtype", None)) is not None:
        exact = kind.kind in "biuU" or (kind.kind == "f" and kind.itemsize <= 8)
        return value.tolist() if exact else value
    return value


def _written(block: Block) -> Iterator[tuple[str, Any]]:
    """The fields of a block that are not left to their defaults; a default that was changed in place is not."""
    fields = type(block).model_fields
    for name, value in vars(block).items():
        field = fields.get(name)
        default = field is not None and name not in block.model_fields_set and value == default_of(block, name)
        if not default:
            yield (field.alias if field and field.alias else name), value


def _name(item: Any) -> str | None:
    """The name of a named item of a list."""
    plain = unwrapped(item)
    name = plain.get("name") if isinstance(plain, Mapping) else None
    return str(name) if isinstance(name, str) else None


def _kind(value: Any) -> str:
    return f"a value of type {type(value).__module__}.{type(value).__qualname__}"
