"""Paths into the tree of an instance, and the tree with another value at one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args, get_origin

from optimizer.instance.merge import is_figure, is_value
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import is_block, keys, near_or_all, without_none
from optimizer.instance.series import Series
from optimizer.instance.spellings import PERIODS, every_rival, spellings
from optimizer.instance.yaml_source import Node, Place

Keys = tuple[str | int, ...]
_LABEL = re.compile(r"[0-9]{4}(Q[1-4]|-[0-9]{2})?")
Value = float | bool | str


class PathError(Exception):
    """A path that stands for no figure."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message, self.help = message, help


def resolve(tree: Node, path: str, whole: str = "the base") -> Keys:
    """The keys and list positions of the figure that a path stands for, see ``find``. Raises PathError."""
    found, node, annotation = find(tree, path, whole)
    _refuse_block(node, annotation, path)
    return found


def find(tree: Node, path: str, whole: str = "the base") -> tuple[Keys, Node | None, Any]:
    """The keys and list positions that a path such as ``sites.abilene.phases.one.mw`` stands for; what is written
    there, and what the schema says of it.

    Names of blocks may hold dots: the longest name that fits is taken. Items of lists go by their name, or by their
    number from 1. A key that is not written is found if the schema knows it. Raises PathError; ``whole`` is what it
    calls the tree.
    """
    node: Node | None = tree
    annotation: Any = Instance
    found: Keys = ()
    rest = path
    while True:
        if node is not None and is_figure(node):
            assert isinstance(node.value, dict)
            node, found = node.value["value"], (*found, "value")
        if not rest:
            break
        names = _names(node, annotation)
        name = max((each for each in names if rest == each or rest.startswith(f"{each}.")), key=len, default=None)
        if name is None:
            done = path[: len(path) - len(rest)].rstrip(".")
            where = f"`{done}`" if done else whole
            first = rest.split(".")[0]
            if _LABEL.fullmatch(rest) and _is_series(annotation):
                raise PathError(f"`{path}`: `{done}` has no step {rest}", _steps_help(node, path))
            raise PathError(f"`{path}`: there is no `{first}` in {where}", near_or_all(first, names))
        key, node, annotation = names[name]
        found, rest = (*found, key), rest[len(name) + 1 :]
    return found, node, annotation


def overlap(one: Keys, other: Keys) -> bool:
    """Whether two places of a tree are the same, or one lies in the other."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _is_series(annotation: Any) -> bool:
    annotation = without_none(annotation) if annotation is not None else None
    return Series in (annotation, *get_args(annotation)[:1])


def _steps_help(node: Node | None, path: str) -> str:
    """How to write a series of which one period is to be varied.

    A number with another value in one period would have to be steps, and whether the periods after it follow the
    change is for the writer to say.
    """
    if node is not None and isinstance(node.value, list):
        series = path.rpartition(".")[0]
        return f"it has one value per period: take the number of the period, such as `{series}.1` for the first"
    return "write it in the base as steps, {2026: …, 2028: …}: a path leads to a step, which holds until the next"


Step = tuple[str | int, Node | None, Any]


def _names(node: Node | None, annotation: Any) -> dict[str, Step]:
    """What can follow in a path: name → key, node (None if it is not written) and annotation."""
    annotation = without_none(annotation)
    if get_origin(annotation) not in (dict, list) and not is_block(annotation):
        annotation = None
    inner = get_args(annotation)[-1] if annotation is not None and get_origin(annotation) else None
    fields = keys(annotation) if is_block(annotation) else {}
    names: dict[str, Step] = {name: (name, None, field.annotation) for name, field in fields.items()}
    if is_block(annotation):
        names |= {other: (other, None, _spelled(fields[own].annotation, own)) for other, own in spellings(annotation)}
    if node is not None and isinstance(node.value, list):
        for i, item in enumerate(node.value):
            names[str(i + 1)] = (i, item, inner)
        for i, item in enumerate(node.value):
            own = item.value.get("name") if isinstance(item.value, dict) else None
            if own is not None and isinstance(own.value, str):
                names[own.value] = (i, item, inner)
    if node is not None and isinstance(node.value, dict):
        for key, item in node.value.items():
            names[key] = (key, item, fields[key].annotation if key in fields else inner)
    return names


def _spelled(annotation: Any, own: str) -> Any:
    """What the schema says of another spelling of a key: months and years need not be whole."""
    return float | None if own.endswith(PERIODS) else annotation


def _refuse_block(node: Node | None, annotation: Any, path: str) -> None:
    block = node is not None and isinstance(node.value, dict) and not is_value(node)
    listed = node is not None and isinstance(node.value, list) and any(isinstance(i.value, dict) for i in node.value)
    bare = without_none(annotation) if annotation is not None else None
    if block or listed or (node is None and (is_block(bare) or get_origin(bare) in (dict, list))):
        help = near_or_all("", _names(node, annotation))
        raise PathError(f"`{path}` is a block, not a figure", help)


Change = Callable[[Node | None], Node | None]


def replaced(node: Node | None, path: Keys, change: Change, place: Place) -> Node:
    """The tree with another node at a path, or with none; what is not written on the way is made."""
    first, rest = path[0], path[1:]

    def inner(old: Node | None) -> Node | None:
        if rest:
            return replaced(old, rest, change, place)
        new = change(old)
        return new and replace(new, key_place=old.key_place if old is not None else place)

    if node is not None and isinstance(node.value, list):
        assert isinstance(first, int)
        items = list(node.value)
        new = inner(items[first])
        items[first : first + 1] = [] if new is None else [new]
        return replace(node, value=items)
    block = dict(node.value) if node is not None and isinstance(node.value, dict) else {}
    old = block.get(str(first))
    # what is written as nothing or null counts as absent
    new = inner(old if old is not None and old.value is not None else None)
    for other in every_rival(str(first)):
        block.pop(other, None)
    block.pop(str(first), None) if new is None else block.update({str(first): new})
    return replace(node, value=block, written=True) if node is not None else Node(block, place, place)


def written(value: Value, place: Place) -> Node:
    """A value as a file would write it: a whole number without a decimal point, so that whole-number keys take it."""
    return Node(int(value) if isinstance(value, float) and value.is_integer() else value, place)


def scaled(node: Node | None, factor: float, path: str, place: Place) -> Node:
    """A number or series multiplied by a factor that is written at ``place``; of growth only the initial value is."""
    if node is not None and isinstance(node.value, list):
        return replace(node, value=[scaled(item, factor, path, place) for item in node.value])
    if node is not None and isinstance(node.value, dict):
        once = ("growth_per_year", "source", "notes")
        parts = {k: item if k in once else scaled(item, factor, path, place) for k, item in node.value.items()}
        return replace(node, value=parts)
    if node is None or isinstance(node.value, (str, bool)) or node.value is None:
        raise PathError(f"`{path}` is not a number that could be multiplied", "write it in the base, or give `values`")
    assert isinstance(node.value, (int, float))
    number = written(node.value * factor, place)
    return replace(number, key_place=node.key_place)
