"""A variant laid over its base.

======================================  ===================================================================
laid over                               result
======================================  ===================================================================
mapping over mapping                    key by key
`null` over anything                    the key is gone, as if it had never been written (`null` has to be written out)
mapping over a list of named items      item by item: the keys are names, `null` removes an item
anything else                           replaces what was there
======================================  ===================================================================

A series or a figure with its source is one value: it is replaced as a whole, never merged key by key.
"""

from __future__ import annotations

import difflib
import re

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.yaml_source import Node

_LABEL = re.compile(r"[0-9]{4}(Q[1-4]|-[0-9]{2})?")
_GROWTH_KEYS = {"initial", "growth_per_year"}
_FIGURE_KEYS = {"value", "source", "notes"}


def merge(base: Node, over: Node, problems: list[Diagnostic]) -> Node:
    """``over`` laid over ``base``; each part keeps the place of the file that supplied it."""
    if not isinstance(over.value, dict) or is_value(over) or is_value(base):
        return over
    if isinstance(base.value, dict):
        merged = _merge_mappings(base.value, over.value, problems)
        return Node(merged, over.place, over.key_place)
    names = _names(base)
    if names is None:
        return over
    return Node(_merge_items(names, over.value, problems), over.place, over.key_place)


def is_value(node: Node) -> bool:
    """True for a mapping that is a series (steps or growth) or a figure with its source, not a block."""
    if not isinstance(node.value, dict) or not node.value:
        return False
    if is_figure(node):
        return True
    keys = node.value.keys()
    # an equity round may be called "initial": then it holds a mapping, or is removed by null
    growth = keys <= _GROWTH_KEYS and all(_is_number_or_text(n) or is_figure(n) for n in node.value.values())
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


def _merge_mappings(base: dict[str, Node], over: dict[str, Node], problems: list[Diagnostic]) -> dict[str, Node]:
    merged = dict(base)
    for key, node in over.items():
        if key not in merged:
            merged[key] = node
        elif node.value is None:
            _refuse_unwritten(key, node, problems)
            del merged[key]
        else:
            merged[key] = merge(merged[key], node, problems)
    return merged


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


def _merge_items(items: dict[str, Node], over: dict[str, Node], problems: list[Diagnostic]) -> list[Node]:
    for key, node in over.items():
        if key not in items:
            near = difflib.get_close_matches(key, items, 1)
            help = f"did you mean `{near[0]}`?" if near else f"the names are {', '.join(items)}"
            place = node.key_place or node.place
            problems.append(place.diagnostic("unknown-item", f"the base has no item named `{key}`", help))
        elif node.value is None:
            _refuse_unwritten(key, node, problems)
    return [
        merge(item, over[name], problems) if name in over else item
        for name, item in items.items()
        if name not in over or over[name].value is not None
    ]


def _refuse_unwritten(key: str, node: Node, problems: list[Diagnostic]) -> None:
    """A key with nothing behind it is more likely a slip than a wish to remove what the base has."""
    if not node.written:
        place = node.key_place or node.place
        problems.append(place.diagnostic("empty-removal", f"`{key}` has no value", f"write `{key}: null` to remove it"))
