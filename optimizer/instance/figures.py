"""The numbers of an instance by their paths, and the same instance with others in their place.

A path may have ``*`` for all names of a family: ``hardware.*.price_usd``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from optimizer.instance.merge import is_value
from optimizer.instance.paths import Keys, PathError, find, resolve
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import without_none
from optimizer.instance.yaml_source import Node

ABOUT = ("extends", "name", "title", "notes", "source", "solve", "objectives", "ranges", "repair_costs")
"""Keys of a file under which there is no figure of the programme."""

STAR = "*"
ONCE = ("growth_per_year",)
"""What is not scaled with a series."""


@dataclass(frozen=True)
class Figure:
    """A number or series of an instance: ``value`` is plain data as a file would have it.

    ``keys`` are those of the tree, phases by their position; ``whole`` says that it takes whole numbers only.
    """

    path: str
    keys: Keys
    value: Any
    whole: bool = False

    @property
    def number(self) -> float | None:
        """The one number that it is made of (of growth the initial one), None if there are several."""
        value = self.value["initial"] if isinstance(self.value, Mapping) and "initial" in self.value else self.value
        return float(value) if isinstance(value, (int, float)) else None

    def at(self, number: float) -> Any:
        """The plain data with another number; of growth with another initial one."""
        written = int(number) if self.whole else number
        return {**self.value, "initial": written} if isinstance(self.value, Mapping) else written

    def times(self, factor: float) -> Any:
        """The plain data with every value multiplied, those of a list or of steps and the initial one of growth."""
        return _times(self.value, factor)


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, Mapping):
        return {key: each if key in ONCE else _times(each, factor) for key, each in value.items()}
    return [_times(each, factor) for each in value] if isinstance(value, list) else value * factor


def figures_at(tree: Node, path: str) -> list[Figure]:
    """The figures that a path stands for, several only if it has a ``*``. Raises PathError if there is none.

    Behind a ``*`` names without such a figure are left out.
    """
    if path.split(".")[0] in ABOUT:
        raise PathError(f"`{path}` is no figure of the programme", "name a price, a rate, a limit or the like")
    if STAR not in path:
        return [_figure(tree, path)]
    found: list[Figure] = []
    first: PathError | None = None
    for each in _expanded(tree, path):
        try:
            found += figures_at(tree, each)
        except PathError as error:
            first = first or error
    if found:
        return found
    help = first.help if first else ""
    raise PathError(f"`{path}` stands for no figure" + (f": {first.message}" if first else ""), help)


def fields_at(tree: Node, path: str) -> list[Keys]:
    """The keys of the fields that a path stands for, written or not, several only if it has a ``*``.

    Raises PathError if there is none. Behind a ``*`` names without such a field are left out.
    """
    if path.split(".")[0] in ABOUT:
        raise PathError(f"`{path}` is no limit of the programme", "name a limit of power, supply, money or time")
    if STAR not in path:
        keys = resolve(tree, path, "the file")
        return [keys[:-1] if keys[-1:] == ("value",) else keys]
    found: list[Keys] = []
    first: PathError | None = None
    for each in _expanded(tree, path):
        try:
            found += fields_at(tree, each)
        except PathError as error:
            first = first or error
    if found:
        return found
    help = first.help if first else ""
    raise PathError(f"`{path}` stands for no field" + (f": {first.message}" if first else ""), help)


def _expanded(tree: Node, path: str) -> Iterator[str]:
    """The paths with each name in place of the first ``*``."""
    parts = path.split(".")
    i = parts.index(STAR) if STAR in parts else -1
    if i < 1:
        raise PathError(f"`{path}`: `*` stands for a whole name within a family", "such as `hardware.*.price_usd`")
    family = ".".join(parts[:i])
    _, node, _ = find(tree, family, "the file")
    if node is not None and isinstance(node.value, dict) and not is_value(node):
        names = list(node.value)
    elif node is not None and isinstance(node.value, list):
        names = [_name(item) or str(number) for number, item in enumerate(node.value, 1)]
    else:
        names = []
    yield from (".".join([family, name, *parts[i + 1 :]]) for name in names)


def _name(node: Node) -> str:
    own = node.value.get("name") if isinstance(node.value, dict) else None
    return str(own.value) if own is not None and isinstance(own.value, str) else ""


def _figure(tree: Node, path: str) -> Figure:
    keys, node, annotation = find(tree, path, "the file")
    if node is None or node.value is None:
        if annotation is not None and not keys:
            raise PathError("the path is empty", "name a figure, such as `hardware.b200.price_usd`")
        raise PathError(f"`{path}` is not written in the file", "write the figure that its range is about")
    value = _plain(node)
    if not _is_number(value):
        kind = "a block" if isinstance(value, dict) else "a list of blocks" if isinstance(value, list) else "no number"
        raise PathError(f"`{path}` is {kind}, not a figure", "name one number or series")
    bare = without_none(annotation) if annotation is not None else None
    return Figure(path, keys, value, whole=int in (bare, *get_args(bare)[:1]))


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(each) for key, each in node.value.items()}
    return [_plain(each) for each in node.value] if isinstance(node.value, list) else node.value


def _is_number(value: Any) -> bool:
    """Whether plain data is a number or a series of such."""
    if isinstance(value, dict):
        return (
            bool(value)
            and all(key[0].isdigit() or key in ("initial", *ONCE) for key in value)
            and all(_is_number(each) and not isinstance(each, (dict, list)) for each in value.values())
        )
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def without_ranges(instance: Instance) -> Instance:
    """The instance without what is only asked about it."""
    asked = {name: None for name in ("ranges", "repair_costs") if getattr(instance, name)}
    return instance.replace(asked) if asked else instance
