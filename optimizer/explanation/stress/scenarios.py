"""Which worlds are asked about: scenarios as a batch has them, laid over the instance of a plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.comparison.batch import Batch
from optimizer.comparison.faults import mistakes
from optimizer.comparison.layers import NOT_VARIED, OF_THE_FILE
from optimizer.comparison.reading import batch_of, load_batch
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.files import written_tree
from optimizer.instance.loader import finish, validated
from optimizer.instance.merge import merge
from optimizer.instance.paths import Change, PathError, find, replaced, scaled
from optimizer.instance.python_data import place_of, tree_of
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import near_or_all
from optimizer.instance.tree import flatten
from optimizer.instance.yaml_source import Node

BATCH = ".batch.yaml"
Asked = str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Mapping[str, Mapping[str, Any]]
"""Scenarios: blocks by their names, as ``compare`` takes them; or files, one or several."""


@dataclass(frozen=True)
class World:
    """The instance of a scenario."""

    name: str
    title: str
    instance: Instance


def worlds(instance: Instance, asked: Asked) -> list[World]:
    """The worlds of an instance. Raises InstanceError, TypeError and ValueError for what is none."""
    if isinstance(asked, Mapping):
        batch = batch_of(instance, scenarios=dict(asked)) if asked else None
        found = list(_of_batch(instance, batch, list(asked))) if batch is not None else []
    elif isinstance(asked, (str, os.PathLike)):
        found = list(_of_file(instance, os.fspath(asked)))
    elif isinstance(asked, Sequence):
        found = [world for each in asked for world in _of_file(instance, os.fspath(each))]
    else:
        raise TypeError(f"scenarios should be a dict, a file or a list of files, not {type(asked).__name__}")
    if not found:
        raise ValueError("there is no scenario: name at least one")
    names = [world.name for world in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two scenarios are called {twice!r}")
    return [_same_calendar(instance, world) for world in found]


def _of_file(instance: Instance, path: str) -> Iterator[World]:
    """The scenarios of a batch file, one of them after a colon; or what a variant, or a file of changes, lays over."""
    file, colon, name = path.rpartition(":")
    if colon and file.endswith(BATCH):
        yield from _of_batch(instance, load_batch(file), [name])
    elif path.endswith(BATCH):
        batch = load_batch(path)
        yield from _of_batch(instance, batch, list(batch.scenarios))
    else:
        yield _of_changes(instance, path)


def _of_batch(instance: Instance, batch: Batch, names: Sequence[str]) -> Iterator[World]:
    problems: list[Diagnostic] = []
    laid = replace(batch, base=tree_of(instance, problems))
    for name in names:
        if name not in laid.scenarios:
            raise ValueError(f"{batch.name} has no scenario {name!r}; {near_or_all(name, laid.scenarios)}")
        scenario = batch.file.scenarios.get(name)
        title = scenario.title if scenario is not None and scenario.title else ""
        found: list[Diagnostic] = []
        yield World(name, title, _instance(laid.varied(None, name, found), found))


def _of_changes(instance: Instance, path: str) -> World:
    problems: list[Diagnostic] = []
    root = written_tree(path, problems)
    if root is None or not isinstance(root.value, dict):
        raise InstanceError(problems)
    about = {key: str(root.value[key].value) for key in ("name", "title") if key in root.value}
    name = about.get("name") or os.path.basename(path).partition(".")[0]
    kept = {key: node for key, node in root.value.items() if key not in OF_THE_FILE | {"objectives"}}
    tree = merge(tree_of(instance, problems), replace(root, value=kept), problems)
    return World(name, about.get("title", ""), _instance(tree, problems))


def changed_world(instance: Instance, name: str, changes: Mapping[str, Any]) -> World:
    """The world in which figures have other values, by their paths. A text that begins with ``*`` is a factor.

    Raises InstanceError.
    """
    problems: list[Diagnostic] = []
    tree = tree_of(instance, problems)
    for path, value in changes.items():
        place = place_of(path)
        if (first := path.partition(".")[0]) in NOT_VARIED:
            raise InstanceError([place.diagnostic("not-to-set", f"`{first}` cannot be varied", NOT_VARIED[first])])
        try:
            keys, _, _ = find(tree, path, "the instance")
            tree = replaced(tree, keys, _change(path, value, problems), place)
        except PathError as error:
            raise InstanceError([place.diagnostic("path", error.message, error.help)]) from None
    return _same_calendar(instance, World(name, "", _instance(tree, problems)))


def _change(path: str, value: Any, problems: list[Diagnostic]) -> Change:
    place = place_of(path)
    if isinstance(value, str) and value.startswith("*"):
        try:
            factor = float(value[1:])
        except ValueError:
            raise PathError(f"`{path}`: {value} is not a factor", "write it as *0.8") from None
        return lambda old: scaled(old, factor, path, place)
    node = value if isinstance(value, Node) else None if value is None else tree_of(value, problems, path)
    return lambda _: node


def _instance(tree: Node, problems: list[Diagnostic]) -> Instance:
    """The instance of a tree, also where it is proven that it has no plan: that is for the answer to say."""
    loaded = finish(tree, problems)
    if loaded.instance is not None:
        return loaded.instance
    if wrong := mistakes(loaded):
        raise InstanceError(wrong)
    instance, _ = validated(Instance, flatten(tree, []), [])
    assert instance is not None
    return instance


def _same_calendar(instance: Instance, world: World) -> World:
    if instance.periods != world.instance.periods:
        raise ValueError(f"the scenario {world.name} has another calendar, in which the plan cannot be held")
    return world
