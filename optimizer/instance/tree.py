"""The tree of a file as plain data, and where each part of it is written."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.merge import is_figure
from optimizer.instance.yaml_source import Node, Place

Path = tuple[str | int, ...]


@dataclass
class Tree:
    """Plain data and where each part of it is written."""

    data: Any = None
    nodes: dict[Path, Node] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def place(self, path: Path, on_key: bool = False) -> Place:
        """Where a path is written: a single value itself, else its key; what is not written, at the block around it."""
        while path not in self.nodes:
            path, on_key = path[:-1], True
        node = self.nodes[path]
        single = not isinstance(node.value, (dict, list)) and node.written
        return node.place if single and not on_key else key_of(node)

    def paths_at(self, places: Container[tuple[str, int, int]]) -> Iterator[Path]:
        """The values at some places, or with their keys there; a block begins where its first key does and goes by its
        own."""
        for path, node in self.nodes.items():
            at = node.key_place if isinstance(node.value, (dict, list)) else node.place
            for each in (at, node.key_place):
                if each is not None and (each.source.file, each.line, each.column) in places:
                    yield path

    def written_at(self, path: Path) -> Any:
        """The plain value at a path, or None."""
        value = self.data
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def flatten(root: Node, problems: list[Diagnostic]) -> Tree:
    """The plain data of a tree, with figures unwrapped and the place of each part."""
    tree = Tree()
    tree.data = _flatten(root, (), "", tree, problems)
    return tree


def _flatten(node: Node, path: Path, shown: str, tree: Tree, problems: list[Diagnostic]) -> Any:
    """Plain data of a node, with figures unwrapped; fills ``tree``."""
    if is_figure(node):
        assert isinstance(node.value, dict)
        inner = node.value["value"]
        tree.sources[shown] = str(node.value["source"].value)
        if isinstance(inner.value, (str, bool)) or inner.value is None:
            problems.append(
                inner.place.diagnostic("figure", "the `value` of a figure with a source should be a number or a series")
            )
        node = replace(inner, key_place=node.key_place)
    tree.nodes[path] = node
    if not node.written:
        name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this item"
        message = f"{name} has no value, which counts as absent"
        problems.append(
            key_of(node).diagnostic(
                "empty-value",
                message,
                "give its value, or its entries below it, indented; null says that there is none",
                "warning",
            )
        )
    if isinstance(node.value, dict):
        return {key: _flatten(n, (*path, key), _join(shown, key), tree, problems) for key, n in node.value.items()}
    if isinstance(node.value, list):
        return [
            _flatten(n, (*path, i), _join(shown, _item_name(n) or str(i + 1)), tree, problems)
            for i, n in enumerate(node.value)
        ]
    return node.value


def key_of(node: Node) -> Place:
    """Where the key of a node is written; of one without a key, the node itself."""
    return node.key_place or node.place


def _join(shown: str, part: str) -> str:
    return f"{shown}.{part}" if shown else part


def _item_name(node: Node) -> str | None:
    name = node.value.get("name") if isinstance(node.value, dict) else None
    return name.value if name is not None and isinstance(name.value, str) else None
