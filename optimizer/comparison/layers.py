"""What a batch file lays over its base: the `set` blocks, the variants, the objectives of mixes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from optimizer.comparison.schema import BatchFile, Mix
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.files import named_tree
from optimizer.instance.merge import is_value, named_items
from optimizer.instance.schema import Block
from optimizer.instance.schema_errors import near
from optimizer.instance.standing import Doubts
from optimizer.instance.tree import Tree
from optimizer.instance.yaml_source import Node

_B = TypeVar("_B", bound=Block)

OF_THE_FILE = {"extends", "name", "title", "notes", "source", "solve"}
"""Keys of a variant that are about its file, not changes of the programme."""

NOT_VARIED = {
    "extends": "all runs of a batch share the base",
    "name": "all runs of a batch share the base and its name",
    "objectives": "use `objectives:` of the batch or of a mix",
    "solve": "use `options:` of the batch: all its runs are tried equally hard",
}
"""What neither `set` nor a path may change, for it would silently take the place of what the batch says; and why."""


def overrides(root: Node, kind: str) -> dict[str, Node]:
    """Name → the `set` block of each mix or scenario that has one."""
    return {
        name: node.value["set"]
        for name, node in _items(root, kind)
        if isinstance(node.value, dict) and "set" in node.value
    }


def _items(root: Node, kind: str) -> Iterator[tuple[str, Node]]:
    block = root.value.get(kind) if isinstance(root.value, dict) else None
    yield from block.value.items() if block is not None and isinstance(block.value, dict) else ()


def outline(root: Node) -> Node:
    """The tree without what is in the `set` blocks, which the schema of instances judges, and with lists of values as
    blocks."""
    assert isinstance(root.value, dict)
    parts = dict(root.value)
    for kind in ("mixes", "scenarios"):
        if kind in parts and isinstance(parts[kind].value, dict):
            parts[kind] = replace(parts[kind], value={name: _without_set(node) for name, node in _items(root, kind)})
    if "sweeps" in parts and isinstance(parts["sweeps"].value, dict):
        sweeps = {name: _with_blocks(node) for name, node in _items(root, "sweeps")}
        parts["sweeps"] = replace(parts["sweeps"], value=sweeps)
    return replace(root, value=parts)


def _without_set(node: Node) -> Node:
    if not isinstance(node.value, dict) or not isinstance((over := node.value.get("set")) and over.value, dict):
        return node
    return replace(node, value={**node.value, "set": replace(node.value["set"], value={})})


def _with_blocks(node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    axes = node.value.get("axes")
    if axes is None or not isinstance(axes.value, list):
        return node
    blocks: list[Node] = [_with_block(axis) for axis in axes.value]
    return replace(node, value={**node.value, "axes": replace(axes, value=blocks)})


def _with_block(axis: Node) -> Node:
    if not isinstance(axis.value, dict):
        return axis
    keys = ("debt_share", "values", "factor")
    blocks = {
        key: replace(node, value={"values": node}) if key in keys and isinstance(node.value, list) else node
        for key, node in axis.value.items()
    }
    return replace(axis, value=blocks)


def without_doubtful(file: BatchFile, doubts: Doubts) -> BatchFile:
    """What stands of a batch: sweeps and frontiers that are in no doubt, and objectives that the schema takes."""
    kept: dict[str, Any] = {
        kind: {name: part for name, part in getattr(file, kind).items() if not doubts.touch((kind, name))}
        for kind in ("sweeps", "frontiers")
    }
    kept["mixes"] = {
        name: _with(mix, objectives=None) if doubts.touch(("mixes", name, "objectives")) else mix
        for name, mix in file.mixes.items()
    }
    if doubts.touch(("objectives",)):
        kept["objectives"] = None
    return _with(file, **kept)


def _with(block: _B, **changed: Any) -> _B:
    """A block with some parts replaced by others that have been read."""
    return cast(_B, type(block).model_construct(block.model_fields_set, **{**dict(block), **changed}))


def incomplete(file: BatchFile, kind: str, doubts: Doubts) -> set[str]:
    """The mixes or scenarios of which it is not known what they change."""
    changes = ((), ("variant",), ("set",))
    refused = {path[1] for path in doubts.paths if path[0] == kind and len(path) > 1 and path[2:3] in changes}
    # a key that is meant for another one, such as the title, leaves the changes as they are
    fields = Mix.model_fields
    meant = {key[1]: near(str(key[-1]), fields) for key in doubts.unknown if key[0] == kind and len(key) == 3}
    vague = {name for name, help in meant.items() if not help or any(f"`{key}`" in help for key in ("variant", "set"))}
    return {name for name in getattr(file, kind) if name in refused | vague}


def laid_over(
    file: BatchFile, tree: Tree, kind: str, sets: Mapping[str, Node], unsure: set[str], problems: list[Diagnostic]
) -> dict[str, tuple[Node, ...]]:
    """Name → the trees to lay over the base: the changes of a variant, `set`, the objectives.

    ``unsure`` are those of which the changes are not known; one whose variant cannot be had becomes one of them.
    """
    laid: dict[str, tuple[Node, ...]] = {}
    for name, part in getattr(file, kind).items():
        overs: list[Node] = []
        laid[name] = ()
        if name in unsure:
            continue
        if part.variant is not None:
            variant = _variant(tree.nodes[kind, name, "variant"], file, problems)
            if variant is None:
                unsure.add(name)
                continue
            elsewhere = kind == "scenarios" or file.objectives is not None
            # where they are for the batch or the mix to say, those of a variant would overrule them
            overs.append(_without(variant, ["objectives"] if elsewhere else []))
        objectives = getattr(part, "objectives", None)
        if name in sets:
            refused = list(_not_to_set(sets[name], kind))
            problems += [problem for _, problem in refused]
            overs.append(_without(sets[name], [key for key, _ in refused]))
        if objectives is not None:
            node = tree.nodes[kind, name, "objectives"]
            overs.append(Node({"objectives": node}, node.place, node.key_place))
        laid[name] = tuple(overs)
    return laid


def without_removed(over: Node, base: Node, mixed: Node) -> Node:
    """Changes of the base without those of parts that ``mixed``, the base as a mix has it, no longer has.

    A block that the mix removed stays away with all that is in it.
    """
    had, has = named_items(base), named_items(mixed)
    if not isinstance(over.value, dict) or is_value(over) or had is None or has is None:
        return over
    kept = {
        key: without_removed(node, had[key], has[key]) if key in had and key in has else node
        for key, node in over.value.items()
        if key in has or key not in had
    }
    return replace(over, value=kept)


def _not_to_set(over: Node, kind: str) -> Iterator[tuple[str, Diagnostic]]:
    """The keys that `set` may not have, each with what is told of it."""
    reasons = NOT_VARIED | ({"objectives": "write `objectives:` beside `set`"} if kind == "mixes" else {})
    for key, node in over.value.items() if isinstance(over.value, dict) else ():
        if key in reasons:
            place = node.key_place or node.place
            yield key, place.diagnostic("not-to-set", f"`{key}` cannot be set here", reasons[key])


def _without(over: Node, keys: Collection[str]) -> Node:
    if not isinstance(over.value, dict):
        return over
    return replace(over, value={key: node for key, node in over.value.items() if key not in keys})


def _variant(written: Node, file: BatchFile, problems: list[Diagnostic]) -> Node | None:
    """The changes of an instance that extends the base itself."""
    root = named_tree(written, "variant", problems, whole=False)
    if root is None or not isinstance(root.value, dict):
        return None
    here = os.path.dirname(written.place.source.file)
    extends = root.value.get("extends")
    extended = os.path.join(here, os.path.dirname(str(written.value)), str(extends.value)) if extends else ""
    if extends is None or os.path.realpath(extended) != os.path.realpath(os.path.join(here, file.base)):
        message = f"`variant`: {written.value} does not extend the base, {file.base}"
        problems.append(written.place.diagnostic("variant", message, "copy what it changes into `set`"))
        return None
    return _without(root, OF_THE_FILE)
