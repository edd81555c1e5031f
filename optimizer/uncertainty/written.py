"""The nodes of a tree as a file writes them: one after another, or the product of its factors."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import fsum
from typing import Any

from optimizer.comparison.layers import NOT_VARIED, OF_THE_FILE
from optimizer.instance.calendar import Calendar
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.files import named_tree
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all
from optimizer.instance.tree import Path, Tree
from optimizer.instance.yaml_source import Node, Place
from optimizer.uncertainty.schema import MOST_LEAVES, TreeFile
from optimizer.uncertainty.tree import TreeNode

MOST_NODES = 4 * MOST_LEAVES
SAME_PROBABILITY = 1e-6
"""Probabilities may miss 1 by so much in all, as thirds do that are written with six digits."""


@dataclass(frozen=True)
class Reading:
    """A tree file that the schema takes, with its base, and what is wrong with it so far."""

    file: TreeFile
    tree: Tree
    root: Node
    base: Node
    whole: Instance
    problems: list[Diagnostic]

    @property
    def calendar(self) -> Calendar:
        return self.whole.periods

    def say(self, path: Path, code: str, message: str, help: str = "") -> None:
        """Note an error at a path of the file."""
        self.problems.append(self.tree.place(path).diagnostic(code, message, help))

    @property
    def wrong(self) -> bool:
        """Whether there is an error."""
        return any(each.severity == "error" for each in self.problems)


@dataclass(frozen=True)
class Written:
    """A node as it is written: what it changes, and where."""

    node: TreeNode
    overs: tuple[Node, ...]
    factor: Mapping[str, float]
    where: Path
    place: Place


def written_nodes(reading: Reading) -> list[Written] | None:
    """The nodes of the file, or of the product of its factors, parents first; None if they are no tree."""
    return _nodes(reading) if reading.file.nodes else _product(reading)


def _nodes(reading: Reading) -> list[Written] | None:
    nodes, known = reading.file.nodes, len(reading.problems)
    if len(nodes) > MOST_NODES:
        message = f"{len(nodes):,} nodes are more than {MOST_NODES:,}"
        reading.say(("nodes",), "too-many-nodes", message, "draw scenarios and reduce them: `paths:`")
        return None
    roots = [name for name, node in nodes.items() if node.parent is None]
    if len(roots) != 1:
        which = f"{', '.join(roots)} have no parent" if roots else "every node has a parent"
        reading.say(("nodes",), "one-root", f"a tree has one root: {which}", "give all nodes but the first a `parent`")
        return None
    for name, node in nodes.items():
        here: Path = ("nodes", name)
        if node.parent is None:
            for key, value in (("from", node.start), ("probability", node.probability)):
                if value is not None:
                    reading.say((*here, key), "root", f"the root `{name}` takes no `{key}`: it decides today, for sure")
            continue
        if node.parent not in nodes:
            help = near_or_all(node.parent, nodes)
            reading.say((*here, "parent"), "unknown-parent", f"there is no node named `{node.parent}`", help)
        for key, value in (("from", node.start), ("probability", node.probability)):
            if value is None:
                reading.say(here, "missing-key", f"node `{name}` has no `{key}`", "every node but the root has one")
    if len(reading.problems) > known:
        return None
    order = _in_order(reading, roots[0])
    if order is None:
        return None
    starts = {roots[0]: 1}
    for name in order[1:]:
        starts[name] = first_period(reading, ("nodes", name, "from"), nodes[name].start)
    for name in order[1:]:
        parent = str(nodes[name].parent)
        if starts[name] and starts[name] <= starts[parent]:
            label = reading.calendar.label(starts[parent])
            message = f"`{name}` is known from {nodes[name].start} on, and its parent `{parent}` from {label}"
            reading.say(("nodes", name, "from"), "out-of-order", message, f"begin after {label}")
    for parent in order:
        _siblings(reading, [name for name in order if nodes[name].parent == parent], starts)
    if len(reading.problems) > known:
        return None
    return [
        _written(
            reading,
            TreeNode(name, nodes[name].parent, starts[name], _chance_of(nodes[name].probability), nodes[name].title),
            ("nodes", name),
            nodes[name].factor,
        )
        for name in order
    ]


def _chance_of(probability: float | None) -> float:
    return 1.0 if probability is None else probability


def _in_order(reading: Reading, root: str) -> list[str] | None:
    """The nodes, parents first; None if some come round in a circle."""
    nodes, order = reading.file.nodes, [root]
    for name in order:
        order += [child for child, node in nodes.items() if node.parent == name]
    if left := [name for name in nodes if name not in order]:
        message = f"`{left[0]}` does not come from the root: {', '.join(left)} follow one another in a circle"
        reading.say(("nodes", left[0], "parent"), "circle", message, f"let one of them follow `{root}`")
        return None
    return order


def first_period(reading: Reading, path: Path, label: Any) -> int:
    try:
        start = reading.calendar.index(label)
    except ValueError as error:
        reading.say(path, "period", f"`from`: {error}")
        return 0
    if start == 1:
        message = f"`from`: {label} is the first period, in which nothing is decided before it is known"
        reading.say(path, "period", message, f"begin in {reading.calendar.label(2)} or later")
    return start


def _siblings(reading: Reading, names: Sequence[str], starts: Mapping[str, int]) -> None:
    nodes = reading.file.nodes
    if not names:
        return
    if len({starts[name] for name in names}) > 1:
        odd = next(name for name in names if starts[name] != starts[names[0]])
        message = f"`{odd}` and `{names[0]}` have one parent, and are known from different periods on"
        help = "what is no case by then is known, too: give both the same `from`, or put a node between"
        reading.say(("nodes", odd, "from"), "siblings", message, help)
    total = fsum(_chance_of(nodes[name].probability) for name in names)
    if abs(total - 1.0) > SAME_PROBABILITY:
        message = f"the probabilities of {', '.join(names)} come to {total:g}, and not to 1"
        reading.say(("nodes", names[0], "probability"), "probability", message, "change one of them")


def _product(reading: Reading) -> list[Written] | None:
    """Every case of a factor after every case of those that are known before."""
    known = len(reading.problems)
    factors = {
        name: (first_period(reading, ("factors", name, "from"), each.start), each)
        for name, each in reading.file.factors.items()
    }
    for name, (_, each) in factors.items():
        total = fsum(case.probability for case in each.cases.values())
        if abs(total - 1.0) > SAME_PROBABILITY:
            message = f"the probabilities of the cases of `{name}` come to {total:g}, and not to 1"
            reading.say(("factors", name, "cases"), "probability", message, "change one of them")
    count = 1
    for _, each in factors.values():
        count *= len(each.cases)
    if count > MOST_LEAVES:
        message = f"{count:,} scenarios are more than {MOST_LEAVES:,}"
        reading.say(("factors",), "too-many-leaves", message, "leave out a case, or draw and reduce: `paths:`")
    if len(reading.problems) > known:
        return None
    root = TreeNode("today", None, 1, 1.0)
    found = [Written(root, (), {}, (), reading.tree.place(()))]
    ends, taken = [root], {root.name}
    for start in sorted({start for start, _ in factors.values()}):
        here = [(name, each) for name, (first, each) in factors.items() if first == start]
        after = []
        for end in ends:
            for cases in product(*(each.cases.items() for _, each in here)):
                own = "-".join(case for case, _ in cases)
                name = own if end is root else f"{end.name}-{own}"
                chance = 1.0
                for _, case in cases:
                    chance *= case.probability
                if name in taken:
                    message = f"two scenarios would be called `{name}`"
                    where: Path = ("factors", here[0][0], "cases", cases[0][0])
                    reading.say(where, "same-name", message, "call one of the cases otherwise")
                    return None
                taken.add(name)
                node = TreeNode(name, end.name, start, chance)
                parts = [
                    _written(reading, node, ("factors", factor, "cases", label), case.factor)
                    for (factor, _), (label, case) in zip(here, cases, strict=True)
                ]
                factor = {path: value for part in parts for path, value in part.factor.items()}
                overs = tuple(over for part in parts for over in part.overs)
                found.append(Written(node, overs, factor, parts[0].where, parts[0].place))
                after.append(node)
        ends = after
    return found


def _written(reading: Reading, node: TreeNode, where: Path, factor: Mapping[str, float]) -> Written:
    overs: list[Node] = []
    written = _at(reading, where)
    variant = written.get("variant")
    if variant is not None and (found := _variant(reading, variant)) is not None:
        overs.append(found)
    over = written.get("set")
    if over is not None and isinstance(over.value, dict):
        reasons = NOT_VARIED | {
            "objectives": "use `objectives:` of the tree",
            "solve": "use `options:` of the tree",
        }
        for key in over.value:
            if key in reasons:
                place = over.value[key].key_place or over.value[key].place
                reading.problems.append(place.diagnostic("not-to-set", f"`{key}` cannot be set here", reasons[key]))
        overs.append(over)
    return Written(node, tuple(overs), factor, where, reading.tree.place(where, on_key=True))


def _at(reading: Reading, where: Path) -> dict[str, Node]:
    found: Any = reading.root
    for part in where:
        found = found.value[str(part)]
    return found.value if isinstance(found.value, dict) else {}


def _variant(reading: Reading, written: Node) -> Node | None:
    """The changes of an instance that extends the base itself."""
    root = named_tree(written, "variant", reading.problems, whole=False)
    if root is None or not isinstance(root.value, dict):
        return None
    here = os.path.dirname(written.place.source.file)
    extends = root.value.get("extends")
    extended = os.path.join(here, os.path.dirname(str(written.value)), str(extends.value)) if extends else ""
    if extends is None or os.path.realpath(extended) != os.path.realpath(os.path.join(here, reading.file.base)):
        message = f"`variant`: {written.value} does not extend the base, {reading.file.base}"
        reading.problems.append(written.place.diagnostic("variant", message, "copy what it changes into `set`"))
        return None
    kept = {key: node for key, node in root.value.items() if key not in OF_THE_FILE | {"objectives"}}
    return replace(root, value=kept)
