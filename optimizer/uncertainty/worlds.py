"""The worlds of a tree: the changes of each node laid over those before it, cut where it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.figures import figures_at
from optimizer.instance.loader import finish
from optimizer.instance.merge import merge
from optimizer.instance.paths import PathError, replaced
from optimizer.instance.schema import Instance
from optimizer.instance.yaml_source import Node
from optimizer.uncertainty.cutting import cut, part_of, refused, scaled, too_early
from optimizer.uncertainty.tree import Leaf, TreeNode
from optimizer.uncertainty.written import Reading, Written


def of_nodes(
    reading: Reading, written: list[Written] | None
) -> tuple[dict[str, TreeNode], list[Leaf], list[str]] | None:
    """The nodes with their leaves, those of probability 0 left out."""
    if written is None or reading.wrong:
        return None
    worlds: dict[str, tuple[Node, Instance, tuple[TreeNode, ...], float]] = {}
    said: set[Diagnostic] = set()
    for each in written:
        node = each.node
        path: tuple[TreeNode, ...] = ()
        if node.parent is None:
            tree, instance, chance = reading.base, reading.whole, 1.0
        elif node.parent in worlds:
            tree, instance, path, chance = worlds[node.parent]
        else:
            continue
        found = _laid(reading, each, tree, instance, said)
        if found is not None:
            worlds[node.name] = (*found, (*path, node), chance * node.probability)
    if reading.wrong or len(worlds) < len(written):
        return None
    nodes = {each.node.name: each.node for each in written}
    parents = {node.parent for node in nodes.values()}
    leaves = [
        Leaf(name, path, chance, named(reading, instance, name))
        for name, (_, instance, path, chance) in worlds.items()
        if name not in parents
    ]
    left_out = [leaf.name for leaf in leaves if leaf.probability == 0.0]
    return nodes, [leaf for leaf in leaves if leaf.probability > 0.0], left_out


def named(reading: Reading, instance: Instance, leaf: str) -> Instance:
    """The world of a leaf under a name of its own, by which its plan is kept."""
    name = f"{reading.file.name}.{leaf}"[:64]
    return instance if len(reading.file.nodes) == 1 else instance.replace({"name": name})


def _laid(
    reading: Reading, each: Written, tree: Node, parent: Instance, said: set[Diagnostic]
) -> tuple[Node, Instance] | None:
    """The world of a node: the changes of its own laid over those of its parent, cut where it begins."""
    node = each.node
    problems: list[Diagnostic] = []
    first = node.start if node.parent is not None else 1
    for over in each.overs:
        tree = merge(tree, cut(over, parent, reading.calendar, first), problems)
    for path, factor in each.factor.items():
        tree = _multiplied(reading, tree, parent, path, factor, each, first, problems)
    if not each.overs and not each.factor:
        return tree, parent
    loaded = finish(tree, list(problems))
    if loaded.instance is None:
        for found in loaded.errors:
            _of_node(reading, each, found, said)
        return None
    if loaded.instance.calendar != parent.calendar:
        reading.problems.append(each.place.diagnostic("calendar", f"node `{node.name}` changes the calendar"))
        return None
    label = reading.calendar.label(first)
    early = list(too_early(parent, loaded.instance, first))
    for where in early[:5]:
        found = refused(where, node.name, label, each.overs, each.place)
        if found not in said:
            said.add(found)
            reading.problems.append(found)
    return None if early else (tree, loaded.instance)


def _of_node(reading: Reading, each: Written, found: Diagnostic, said: set[Diagnostic]) -> None:
    """What is wrong with the world of a node, at its own place if that is in the file, else at the node."""
    if found.file != reading.tree.place(()).source.file:
        where = f" ({found.file}:{found.line}:{found.column})" if found.line else ""
        message = f"node `{each.node.name}` makes no instance: {found.message}{where}"
        found = each.place.diagnostic(found.code, message, found.help)
    else:
        found = replace(found, message=f"node `{each.node.name}`: {found.message}")
    if found not in said:
        said.add(found)
        reading.problems.append(found)


def _multiplied(
    reading: Reading,
    tree: Node,
    parent: Instance,
    path: str,
    factor: float,
    each: Written,
    first: int,
    problems: list[Diagnostic],
) -> Node:
    place = reading.tree.place((*each.where, "factor", path)) if each.where else each.place
    try:
        figures = figures_at(tree, path)
    except PathError as error:
        problems.append(place.diagnostic("path", error.message, error.help))
        return tree
    for figure in figures:
        value = value_at(parent, figure.keys)

        def change(old: Node | None, value: Any = value) -> Node | None:
            return None if old is None else scaled(replace(old, place=place), value, factor, reading.calendar, first)

        tree = replaced(tree, figure.keys, change, place)
    return tree


def value_at(instance: Instance, keys: Sequence[str | int]) -> Any:
    """What an instance has at the keys of a figure."""
    found: Any = instance
    for key in keys:
        if key == "value":
            continue
        found = found[key] if isinstance(key, int) else part_of(found, key)
    return found
