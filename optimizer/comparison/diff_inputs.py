"""What differs between two instances, path by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.instance.schema import Instance

_TEXTS = ("notes", "source", "title")
_GROWTH = ("initial", "growth_per_year")


@dataclass(frozen=True)
class Input:
    """A field of the instance, or a whole block that only one has; ``path`` is dotted, as in an override."""

    path: str
    kind: str
    """changed, added or removed, seen from the first plan"""
    old: Any = None
    new: Any = None


def input_changes(old: Instance, new: Instance) -> Iterator[Input]:
    """What differs in the inputs. Notes, sources, titles and solver options do not count."""
    yield from _changes(_inputs(old), _inputs(new), "")


def _inputs(instance: Instance) -> dict[str, Any]:
    data: dict[str, Any] = _named(instance.canonical())
    data.pop("solve")
    return data


def _named(data: Any) -> Any:
    """Lists of named blocks (phases) as mappings by name, and no texts."""
    if isinstance(data, dict):
        texts = {key for key in _TEXTS if data.get(key) is None or isinstance(data.get(key), str)}
        return {key: _named(value) for key, value in data.items() if key not in texts}
    if isinstance(data, list):
        names = [item.get("name") for item in data if isinstance(item, dict)]
        if names and len(set(names)) == len(data) and None not in names:
            # the place in the list counts too: phases are built in its order
            return {item["name"]: {**_named(item), "position": place} for place, item in enumerate(data, 1)}
        return [_named(item) for item in data]
    return data


def _changes(old: Any, new: Any, path: str) -> Iterator[Input]:
    if isinstance(old, dict) and isinstance(new, dict):
        # series that are written in two ways are one change, not some that come and some that go
        if not path or _is_block(old) or _is_block(new) or old.keys() == new.keys():
            for key in [*old, *(key for key in new if key not in old)]:
                below = f"{path}.{key}" if path else str(key)
                if key not in new:
                    yield Input(below, "removed", old=old[key])
                elif key not in old:
                    yield Input(below, "added", new=new[key])
                else:
                    yield from _changes(old[key], new[key], below)
            return
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True), 1):
            yield from _changes(before, after, f"{path}[{number}]")
        return
    if old != new:
        kind = "added" if old is None and isinstance(new, dict) else "changed"
        yield Input(path, "removed" if new is None and isinstance(old, dict) else kind, old, new)


def _is_block(data: Mapping[str, Any]) -> bool:
    """Whether it is a block or a family of blocks, not a series in steps or with growth."""
    return not all(isinstance(value, float) and (key[0].isdigit() or key in _GROWTH) for key, value in data.items())
