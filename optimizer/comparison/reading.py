"""Batch files in, a checked `Batch` out.

The way of a file is that of an instance: text → tree with places → schema, then what only the base can tell: whether
mixes and scenarios make instances, whether swept figures exist. Every problem is reported, each at its place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from math import fsum
from typing import Any, get_args

from optimizer.comparison.axes import axis_problems
from optimizer.comparison.batch import BASE, Batch
from optimizer.comparison.doubtful import doubts as doubts_of
from optimizer.comparison.impossible import impossible
from optimizer.comparison.layers import incomplete, laid_over, outline, overrides, without_doubtful
from optimizer.comparison.schema import BatchFile
from optimizer.comparison.swept import swept_problems
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.files import named_tree, whole_tree, written_tree
from optimizer.instance.loader import checked, reported, validated
from optimizer.instance.merge import merge
from optimizer.instance.python_data import tree_of
from optimizer.instance.schema import Instance, Objective
from optimizer.instance.schema_errors import near_or_all
from optimizer.instance.standing import Doubts
from optimizer.instance.tree import Path, Tree, flatten
from optimizer.instance.yaml_source import Node, Source, parse

SAME_PROBABILITY = 1e-6
"""Probabilities may miss 1 by so much in all, as thirds do that are written with six digits."""

OBJECTIVES = get_args(Objective.model_fields["name"].annotation)


def check_batch(path: str | os.PathLike[str]) -> tuple[Batch | None, list[Diagnostic]]:
    """The batch of a file, None if there is an error, and everything there is to say about the file."""
    problems: list[Diagnostic] = []
    root = written_tree(path, problems, "batch")
    return _checked(root, None, problems)


def load_batch(path: str | os.PathLike[str]) -> Batch:
    """The batch of a file. Raises InstanceError with every error of it."""
    return _batch(*check_batch(path))


def batch_of(base: Instance | str | os.PathLike[str], **parts: Any) -> Batch:
    """The batch of Python data, the keys as in a file. Raises InstanceError, with dotted paths as places."""
    problems: list[Diagnostic] = []
    if isinstance(base, Instance):
        base = checked(base)
        written = json.dumps(_without_empty(base.canonical()), ensure_ascii=False, indent=1)
        tree, _ = parse(Source(f"<{base.name}>", written))
        shown = base.name
    else:
        tree = whole_tree(base, problems)
        shown = os.fspath(base)
    data = {"name": "comparison", "base": shown} | {key: part for key, part in parts.items() if part is not None}
    root = tree_of(data, problems)
    if tree is None or _has_errors(problems):
        raise InstanceError(problems)
    return _batch(*_checked(root, tree, problems))


def _without_empty(data: Any) -> Any:
    """The data without families that nothing is in, as a file would leave them out."""
    if isinstance(data, dict):
        return {key: _without_empty(part) for key, part in data.items() if part != {}}
    return [_without_empty(item) for item in data] if isinstance(data, list) else data


def _batch(batch: Batch | None, diagnostics: list[Diagnostic]) -> Batch:
    if batch is None:
        raise InstanceError([each for each in diagnostics if each.severity == "error"])
    return batch


def _checked(root: Node | None, base: Node | None, problems: list[Diagnostic]) -> tuple[Batch | None, list[Diagnostic]]:
    """The batch of a tree. ``base`` is the tree of the base where it is not for the file to say."""
    if root is None:
        return None, reported(problems)
    overs = {kind: overrides(root, kind) for kind in ("mixes", "scenarios")}
    tree = flatten(outline(root), problems)
    whole, doubts = validated(BatchFile, tree, problems)
    if whole is None:
        return None, reported(problems)
    problems += _mistakes(whole, tree, doubts)
    file = without_doubtful(whole, doubts)
    of_base: list[Diagnostic] = []
    if base is None and (node := tree.nodes.get(("base",))) is not None and not doubts.touch(("base",)):
        base = named_tree(node, "base", of_base, whole=True)
    problems += of_base
    unsure = {kind: incomplete(file, kind, doubts) for kind in overs}
    laid = {kind: laid_over(file, tree, kind, overs[kind], unsure[kind], problems) for kind in overs}
    batch = None
    if base is not None:
        if file.objectives is not None:
            levels = tree.nodes["objectives",]
            base = merge(base, Node({"objectives": levels}, levels.place), problems)
        batch = Batch(file, tree, base, laid["mixes"], laid["scenarios"] or {BASE: ()})
    if batch is None or _has_errors(of_base):
        problems += axis_problems(file, tree, None)
    else:

        def varied(mix: str | None, scenario: str | None) -> Node | None:
            known = mix not in unsure["mixes"] and scenario not in unsure["scenarios"]
            there = (mix is None or mix in file.mixes) and (scenario is None or scenario in file.scenarios)
            return batch.varied(mix, scenario, []) if known and there else None

        problems += axis_problems(file, tree, varied)
        problems += impossible(batch)
        if not _has_errors(problems):
            problems += swept_problems(batch)
            problems += doubts_of(batch)
    problems = reported(problems)
    return (None if batch is None or _has_errors(problems) else replace(batch, diagnostics=problems)), problems


def _has_errors(problems: list[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in problems)


def _mistakes(file: BatchFile, tree: Tree, doubts: Doubts) -> Iterator[Diagnostic]:
    families = ("mixes", "scenarios", "sweeps", "frontiers")
    if not any(getattr(file, family) or doubts.touch((family,)) for family in families):
        yield tree.place(()).diagnostic("nothing-to-compare", "the batch compares nothing", "add `mixes:` or `sweeps:`")
    if not doubts.touch(("scenarios",)):
        yield from _probabilities(file, tree)
    for kind in ("sweeps", "frontiers"):
        for name, part in getattr(file, kind).items():
            for key, known in (("mix", file.mixes), ("scenario", file.scenarios)):
                wanted = getattr(part, key)
                where: Path = (f"{key}es" if key == "mix" else f"{key}s", wanted or "")
                if (
                    wanted is not None
                    and wanted not in known
                    and not (doubts.touch(where) or doubts.touch((kind, name)))
                ):
                    help = near_or_all(wanted, known) or f"the file has no {key} with a name; leave it out for the base"
                    place = tree.place((kind, name, key))
                    yield place.diagnostic(f"unknown-{key}", f"there is no {key} named `{wanted}`", help)
    for name, frontier in file.frontiers.items():
        for i, objective in enumerate(frontier.objectives):
            if doubts.touch(("frontiers", name)):
                continue
            place = tree.place(("frontiers", name, "objectives", i))
            if objective not in OBJECTIVES:
                message = f"`{objective}` is not an objective"
                yield place.diagnostic("unknown-objective", message, near_or_all(objective, OBJECTIVES))
            elif i and objective == frontier.objectives[0]:
                yield place.diagnostic("same-objective", f"`{objective}` cannot be traded off against itself")


def _probabilities(file: BatchFile, tree: Tree) -> Iterator[Diagnostic]:
    """Probabilities of some scenarios only, or not together 1."""
    stated = {name: each.probability for name, each in file.scenarios.items() if each.probability is not None}
    if not stated:
        return
    if missing := [name for name in file.scenarios if name not in stated]:
        place = tree.place(("scenarios", missing[0]))
        message = f"scenario `{missing[0]}` has no probability, and others have"
        yield place.diagnostic("probability", message, "give all scenarios one, or none")
    elif abs(fsum(stated.values()) - 1.0) > SAME_PROBABILITY:
        place = tree.place(("scenarios",))
        message = f"the probabilities of the scenarios come to {fsum(stated.values()):g}, and not to 1"
        yield place.diagnostic("probability", message, "change one of them, or leave all out: then all weigh the same")
