"""A tree of paths that are drawn: each figure of the base times its own factor by period."""

from __future__ import annotations

from typing import Any

from optimizer.instance.figures import figures_at
from optimizer.instance.loader import finish
from optimizer.instance.paths import Change, PathError, replaced
from optimizer.instance.schema_errors import near_or_all
from optimizer.instance.series import Series
from optimizer.instance.yaml_source import Node
from optimizer.uncertainty.sampling import sampled_leaves
from optimizer.uncertainty.tree import Leaf, Sampled, TreeNode
from optimizer.uncertainty.worlds import named, value_at
from optimizer.uncertainty.written import Reading, first_period


def of_paths(reading: Reading) -> tuple[Sampled, dict[str, TreeNode], list[Leaf]] | None:
    """A root and a leaf for each path that is kept."""
    paths = reading.file.paths
    assert paths is not None
    first = first_period(reading, ("paths", "from"), paths.start)
    series: dict[str, list[tuple[tuple[str | int, ...], Any]]] = {}
    for path in paths.figures:
        try:
            found = [(figure.keys, value_at(reading.whole, figure.keys)) for figure in figures_at(reading.base, path)]
        except PathError as error:
            reading.say(("paths", "figures", path), "path", error.message, error.help)
            continue
        if not all(isinstance(value, Series) for _, value in found):
            message = f"`{path}` is no series: it holds for all periods, and cannot move"
            reading.say(("paths", "figures", path), "path", message, "name a price, a demand or a rate by period")
        series[path] = found
    for i, pair in enumerate(paths.correlations):
        for name in pair.between:
            if name not in paths.figures:
                help = near_or_all(name, paths.figures)
                reading.say(("paths", "correlations", i), "unknown-figure", f"`{name}` is none of the figures", help)
        if pair.between[0] == pair.between[1]:
            reading.say(("paths", "correlations", i), "same-figure", "a figure moves with itself")
    if reading.wrong:
        return None
    try:
        sampled, weights, factors = sampled_leaves(paths, reading.calendar, first)
    except ValueError as error:
        reading.say(
            ("paths", "correlations"), "correlations", str(error), "make them smaller: three by three they clash"
        )
        return None
    root = TreeNode("today", None, 1, 1.0)
    nodes, leaves = {root.name: root}, []
    width = len(str(len(weights)))
    place = reading.tree.place(("paths",))
    for number, (weight, moves) in enumerate(zip(weights, factors, strict=True), 1):
        node = TreeNode(f"path-{number:0{width}d}", root.name, first, weight)
        tree = reading.base
        for path, by_period in moves.items():
            for keys, value in series[path]:
                numbers = [each * by_period[t] for t, each in enumerate(value.expand(reading.calendar))]
                whole = Node([Node(each, place) for each in numbers], place)
                tree = replaced(tree, keys, _always(whole), place)
        loaded = finish(tree, [])
        if loaded.instance is None:
            wrong = loaded.errors[0]
            reading.say(
                ("paths", "figures"), wrong.code, f"`{node.name}` makes no instance: {wrong.message}", wrong.help
            )
            return None
        nodes[node.name] = node
        leaves.append(Leaf(node.name, (root, node), weight, named(reading, loaded.instance, node.name)))
    return sampled, nodes, leaves


def _always(node: Node) -> Change:
    return lambda _: node
