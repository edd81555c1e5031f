"""A variant laid over its base.

======================================  ===================================================================
laid over                               result
======================================  ===================================================================
mapping over mapping                    key by key
`null` over anything                    the key is gone, as if it had never been written (`null` has to be written out)
mapping over a list of named items      item by item: the keys are names, `null` removes an item
anything else                           replaces what was there, in whichever spelling (months for periods)
======================================  ===================================================================

A series or a figure with its source is one value: it is replaced as a whole, never merged key by key.

A name that the base does not have beside the names it has is most likely misspelt, and would make a new thing without
a word. So what is new is marked: `ddtl: {new: true, kind: level, …}`. What is inside of something new, or the first of
its family, needs no mark. Names that stand for a plain value (`serving_cost_by_site_…`) refer to things of the file and
are checked as such.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args, get_origin

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.schema import NEW, Instance
from optimizer.instance.schema_errors import is_block, keys, near_or_all, without_none
from optimizer.instance.series import GROWTH_KEYS
from optimizer.instance.spellings import rivals
from optimizer.instance.yaml_source import Node

UNKNOWN_ITEM = "unknown-item"
"""The code of a name that the base does not have."""

_LABEL = re.compile(r"[0-9]{4}(Q[1-4]|-[0-9]{2})?")
_FIGURE_KEYS = {"value", "source", "notes"}


def merge(base: Node, over: Node, problems: list[Diagnostic], kind: Any = Instance) -> Node:
    """``over`` laid over ``base``; each part keeps the place of the file that supplied it.

    ``kind`` is the annotation that the schema has for the two, None where it knows none.
    """
    if not isinstance(over.value, dict) or is_value(over) or is_value(base):
        return over
    names = _names(base)
    if names is not None:
        return Node(_merge_items(names, over.value, problems, _below(kind)), over.place, over.key_place)
    had = base.value if isinstance(base.value, dict) else None
    merged = _merge_mappings(had, over.value, problems, kind)
    return Node(merged, over.place, over.key_place)


def _below(kind: Any, key: str = "") -> Any:
    """The annotation of a key of a block, or of what a mapping or list holds; None if there is none."""
    if is_block(kind):
        field = keys(kind).get(key)
        return without_none(field.annotation) if field is not None else None
    return get_args(kind)[-1] if get_origin(kind) in (dict, list) else None


def is_value(node: Node) -> bool:
    """True for a mapping that is a series (steps or growth) or a figure with its source, not a block."""
    if not isinstance(node.value, dict) or not node.value:
        return False
    if is_figure(node):
        return True
    keys = node.value.keys()
    # an equity round may be called "initial": then it holds a mapping, or is removed by null
    growth = keys <= GROWTH_KEYS and all(_is_number_or_text(n) or is_figure(n) for n in node.value.values())
    return growth or all(_LABEL.fullmatch(key) for key in keys)


def is_figure(node: Node) -> bool:
    """True for `{value: …, source: "…"}`, with or without `notes`."""
    if not isinstance(node.value, dict):
        return False
    keys = node.value.keys()
    if not {"value", "source"} <= keys <= _FIGURE_KEYS:
        return False
    inner = node.value["value"]
    return isinstance(node.value["source"].value, str) and (not isinstance(inner.value, dict) or is_value(inner))


def _is_number_or_text(node: Node) -> bool:
    return isinstance(node.value, (int, float, str))


def _merge_mappings(
    base: dict[str, Node] | None, over: dict[str, Node], problems: list[Diagnostic], kind: Any
) -> dict[str, Node]:
    """Key by key; ``base`` is None where there is none, and so nothing of which a name could be misspelt."""
    had = base or {}
    merged = dict(had)
    named = get_origin(kind) is dict and is_block(_below(kind))
    for key, written in over.items():
        others = [other for other in rivals(kind, key) if other in had] if is_block(kind) else []
        for other in others:
            merged.pop(other, None)
        node, mark = _marked(written) if named else (written, None)
        inner = _below(kind, key)
        if node.value is None and (key in had or others):
            _refuse_unwritten(key, node, problems)
            merged.pop(key, None)  # in either spelling
        elif key in had:
            if mark is not None:
                _refuse_mark(key, mark, problems)
            merged[key] = merge(had[key], node, problems, inner)
        elif named and node.value is None:
            _refuse_name(key, node, had, "", problems)
        else:
            merged[key] = merge(Node(None, node.place), node, problems, inner)
            if named and base is not None and mark is None:
                _refuse_name(key, node, base, f"if it is new, write `{NEW}: true` in it", problems)
            elif mark is not None and mark.value is not True:
                problems.append(mark.place.diagnostic("wrong-value", f"`{NEW}` is true or not there", "delete it"))
    return merged


def _marked(node: Node) -> tuple[Node, Node | None]:
    """An entry without the mark that it is new, and the mark if it has one."""
    if not isinstance(node.value, dict) or NEW not in node.value:
        return node, None
    rest = {key: part for key, part in node.value.items() if key != NEW}
    return replace(node, value=rest), node.value[NEW]


def together(first: Node, second: Node) -> Node:
    """The first tree with what only the second has."""
    if not isinstance(first.value, dict) or not isinstance(second.value, dict) or is_value(first) or is_value(second):
        return first
    both = {key: together(node, second.value.get(key, node)) for key, node in first.value.items()}
    return replace(first, value={**second.value, **both})


def named_items(node: Node) -> dict[str, Node] | None:
    """The parts of a mapping, or of a list of named items, by name; None for anything else, a series included."""
    if isinstance(node.value, dict):
        return None if is_value(node) else node.value
    return _names(node)


def _names(node: Node) -> dict[str, Node] | None:
    """The items of a list by name, or None if it is not a list of items with a name each."""
    if not isinstance(node.value, list) or not node.value:
        return None
    items: dict[str, Node] = {}
    for item in node.value:
        name = item.value.get("name") if isinstance(item.value, dict) else None
        if name is None or not isinstance(name.value, str):
            return None
        items.setdefault(name.value, item)
    return items


def _merge_items(items: dict[str, Node], over: dict[str, Node], problems: list[Diagnostic], kind: Any) -> list[Node]:
    changes: dict[str, Node] = {}
    for key, written in over.items():
        changes[key], mark = _marked(written)
        if key not in items:
            whole = "the order of a list counts: write the whole list to add to it"
            _refuse_name(key, written, items, whole if mark is not None else "", problems)
        elif written.value is None:
            _refuse_unwritten(key, written, problems)
        elif mark is not None:
            _refuse_mark(key, mark, problems)
    return [
        merge(item, changes[name], problems, kind) if name in changes else item
        for name, item in items.items()
        if name not in changes or changes[name].value is not None
    ]


def _refuse_name(key: str, node: Node, known: dict[str, Node], more: str, problems: list[Diagnostic]) -> None:
    near = near_or_all(key, known)
    help = f"{near} ({more})" if near and more else near or more
    place = node.key_place or node.place
    problems.append(place.diagnostic(UNKNOWN_ITEM, f"the base has no item named `{key}`", help))


def _refuse_mark(key: str, mark: Node, problems: list[Diagnostic]) -> None:
    place = mark.key_place or mark.place
    help = f"delete `{NEW}` to change it, or choose another name"
    problems.append(place.diagnostic("not-new", f"the base has an item named `{key}` already", help))


def _refuse_unwritten(key: str, node: Node, problems: list[Diagnostic]) -> None:
    """A key with nothing behind it is more likely a slip than a wish to remove what the base has."""
    if not node.written:
        place = node.key_place or node.place
        problems.append(place.diagnostic("empty-removal", f"`{key}` has no value", f"write `{key}: null` to remove it"))
