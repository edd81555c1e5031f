"""An instance with some of its parts replaced, by the paths that sweeps use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.loader import checked_tree
from optimizer.instance.paths import Change, Keys, PathError, find, overlap, replaced
from optimizer.instance.python_data import place_of, tree_of
from optimizer.instance.schema import Instance
from optimizer.instance.yaml_source import Node


def changed(instance: Instance, changes: Mapping[str, Any]) -> Instance:
    """What ``Instance.replace`` says."""
    if not isinstance(changes, Mapping):
        raise TypeError(f"a dict of paths and values is expected, not {type(changes).__name__}")
    problems: list[Diagnostic] = []
    tree = tree_of(instance, problems)
    found: dict[Keys, str] = {}
    for path in map(str, changes):
        try:
            keys, _, _ = find(tree, path, "the instance")
            if not keys:
                raise PathError("the path is empty", "name a part, such as `tax` or `debt.loan.rate_per_year`")
            for other, named in found.items():
                if overlap(keys, other):
                    raise PathError(f"`{path}` and `{named}` overlap", "change one after the other")
            found[keys] = path
        except PathError as error:
            problems.append(place_of(path).diagnostic("path", error.message, error.help))
    values = {str(path): value for path, value in changes.items()}
    # from the last item of a list to the first, so that one that is removed does not move those that are still named
    for keys in sorted(found, reverse=True):
        path = found[keys]
        node = None if values[path] is None else tree_of(values[path], problems, path)
        tree = replaced(tree, keys, _always(node), place_of(path))
    if any(each.code == "path" for each in problems):
        raise InstanceError(problems)
    return checked_tree(tree, problems)


def _always(node: Node | None) -> Change:
    return lambda _: node
