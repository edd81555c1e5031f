"""Tree files in, a checked `ScenarioTree` out.

The way of a file is that of a batch: text → tree with places → schema, then what only the base can tell. Every problem
is reported, each at its place, with a remedy.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.files import named_tree, whole_tree, written_tree
from optimizer.instance.loader import finish, reported, validated
from optimizer.instance.merge import merge
from optimizer.instance.python_data import tree_of
from optimizer.instance.schema import Instance
from optimizer.instance.tree import Path, flatten
from optimizer.instance.yaml_source import Node
from optimizer.uncertainty.drawn import of_paths
from optimizer.uncertainty.recourse import rescued
from optimizer.uncertainty.schema import MOST_LEAVES, TreeFile
from optimizer.uncertainty.tree import Leaf, Risk, Sampled, ScenarioTree, TreeNode
from optimizer.uncertainty.worlds import of_nodes
from optimizer.uncertainty.written import Reading, written_nodes

FULL, FEW = 3, 9
"""To so many leaves a plan is usually within half a per cent, and within one."""


def check_tree(path: str | os.PathLike[str]) -> tuple[ScenarioTree | None, list[Diagnostic]]:
    """The tree of a file, None if there is an error, and everything there is to say about the file."""
    problems: list[Diagnostic] = []
    root = written_tree(path, problems, "tree")
    return _checked(root, None, problems)


def load_tree(path: str | os.PathLike[str]) -> ScenarioTree:
    """The tree of a file. Raises InstanceError with every error of it."""
    return _tree(*check_tree(path))


def tree_from(base: Instance | str | os.PathLike[str], **parts: Any) -> ScenarioTree:
    """The tree of Python data, the keys as in a file. Raises InstanceError, with dotted paths as places."""
    problems: list[Diagnostic] = []
    tree = tree_of(base, problems) if isinstance(base, Instance) else whole_tree(base, problems)
    shown = base.name if isinstance(base, Instance) else os.fspath(base)
    data = {"name": "tree", "base": shown} | {key: part for key, part in parts.items() if part is not None}
    root = tree_of(data, problems)
    if tree is None or _wrong(problems):
        raise InstanceError(problems)
    return _tree(*_checked(root, tree, problems))


def _tree(tree: ScenarioTree | None, diagnostics: list[Diagnostic]) -> ScenarioTree:
    if tree is None:
        raise InstanceError([each for each in diagnostics if each.severity == "error"])
    return tree


def _wrong(problems: Sequence[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in problems)


def _checked(
    root: Node | None, base: Node | None, problems: list[Diagnostic]
) -> tuple[ScenarioTree | None, list[Diagnostic]]:
    found = None if root is None else _read(root, base, problems)
    problems = reported(problems)
    return (None if found is None or _wrong(problems) else replace(found, diagnostics=tuple(problems))), problems


def _read(root: Node, base: Node | None, problems: list[Diagnostic]) -> ScenarioTree | None:
    tree = flatten(_outline(root), problems)
    file, doubts = validated(TreeFile, tree, problems)
    if file is None or _wrong(problems) or doubts.paths or doubts.unknown:
        return None
    if base is None:
        base = named_tree(tree.nodes["base",], "base", problems, whole=True)
    if base is None:
        return None
    if file.objectives is not None:
        levels = tree.nodes["objectives",]
        base = merge(base, Node({"objectives": levels}, levels.place), problems)
    whole = finish(base, problems).instance
    if whole is None:
        return None
    given = [name for name in ("nodes", "factors", "paths") if getattr(file, name)]
    if len(given) != 1:
        message = f"the file has {' and '.join(given)}" if given else "the file has no scenarios"
        help = "keep one of them" if given else "add `nodes:`, `factors:` or `paths:`"
        problems.append(tree.place((given[1:2] and (given[1],)) or ()).diagnostic("one-tree", message, help))
        return None
    reading = Reading(file, tree, root, base, whole, problems)
    if file.paths is not None:
        drawn = of_paths(reading)
        return None if drawn is None or reading.wrong else _finished(reading, drawn[1], drawn[2], [], drawn[0])
    found = of_nodes(reading, written_nodes(reading))
    return None if found is None or reading.wrong else _finished(reading, *found)


def _finished(
    reading: Reading,
    nodes: dict[str, TreeNode],
    leaves: list[Leaf],
    left_out: list[str],
    sampled: Sampled | None = None,
) -> ScenarioTree | None:
    """The tree, with what is said of its size; None if its risk or its rescue cannot be."""
    if not leaves:
        reading.say((), "no-leaves", "no scenario has a probability above 0")
        return None
    if len(leaves) > MOST_LEAVES:
        reading.say(("nodes",), "too-many-leaves", f"{len(leaves):,} scenarios are more than {MOST_LEAVES:,}")
        return None
    for name in left_out:
        message = f"`{name}` has probability 0: it is left out, and nothing is held ready for it"
        reading.problems.append(reading.tree.place(()).diagnostic("impossible-node", message, severity="warning"))
    risk = reading.file.risk
    names = [objective.name for objective in reading.whole.objectives]
    if risk.measure != "expected":
        for name in names:
            if name in ("wacc", "dilution"):
                message = f"`{risk.measure}` is a measure of money, and `{name}` is a share"
                reading.say(("risk", "measure"), "risk", message, "take `expected`, or another objective")
    _count(reading, leaves)
    tree = ScenarioTree(
        reading.file.name,
        reading.whole,
        nodes,
        tuple(leaves),
        Risk(risk.measure, risk.level, risk.weight),
        title=reading.file.title,
        notes=reading.file.notes,
        sampled=sampled,
        left_out=tuple(left_out),
        options={
            key: value for key, value in reading.file.options.model_dump().items() if isinstance(value, (int, float))
        },
    )
    _instalments(reading, tree)
    return rescued(reading, tree)


def _count(reading: Reading, leaves: Sequence[Leaf]) -> None:
    count = len(leaves)
    if count == 1:
        expected = "one is the plain plan"
    elif count <= FULL:
        expected = "a plan is usually within half a per cent of the best"
    elif count <= FEW:
        expected = "a plan is usually within one per cent of the best"
    elif count <= 3 * FEW:
        expected = "a plan is found, with an honest distance to the best; `rescue` helps every plan to go on"
    else:
        expected = "the plan is that of a smaller tree, tried in every scenario; more by `keep`, or on a cluster"
    message = f"{count} scenario{'s' if count > 1 else ''}: {expected}"
    reading.problems.append(reading.tree.place(()).diagnostic("leaves", message, severity="note"))


def _instalments(reading: Reading, tree: ScenarioTree) -> None:
    """Tax paid in instalments is that of a whole year: nobody knows it before the year is over."""
    tax = reading.whole.tax
    if tax is None or tax.payment != "instalments":
        return
    from optimizer.instance.tax_years import tax_years

    inner = {t for year in tax_years(reading.calendar, tax.year_end) for t in year.periods if t != year.periods[0]}
    for node in tree.nodes.values():
        if node.start in inner:
            message = (
                f"`{node.name}` is known from {reading.calendar.label(node.start)} on, within a tax year whose "
                f"instalments are those of its whole result"
            )
            help = "let it be known from the first period of a tax year on, or pay the tax at its end"
            where: Path = ("nodes", node.name, "from") if reading.file.nodes else ()
            reading.say(where, "instalments", message, help)


def _outline(root: Node) -> Node:
    """The tree without what is in the `set` blocks, which the schema of instances judges."""
    if not isinstance(root.value, dict):
        return root
    parts = dict(root.value)
    if "nodes" in parts:
        parts["nodes"] = _each(parts["nodes"], _without_set)
    if "factors" in parts:
        parts["factors"] = _each(parts["factors"], _without_sets)
    return replace(root, value=parts)


def _each(node: Node, change: Any) -> Node:
    if not isinstance(node.value, dict):
        return node
    return replace(node, value={key: change(each) for key, each in node.value.items()})


def _without_sets(node: Node) -> Node:
    if not isinstance(node.value, dict) or "cases" not in node.value:
        return node
    return replace(node, value={**node.value, "cases": _each(node.value["cases"], _without_set)})


def _without_set(node: Node) -> Node:
    if not isinstance(node.value, dict) or "set" not in node.value or not isinstance(node.value["set"].value, dict):
        return node
    return replace(node, value={**node.value, "set": replace(node.value["set"], value={})})
