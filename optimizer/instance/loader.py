"""Instance files in, a checked `Instance` out.

The way of a file: bytes → text (`files`) → tree of nodes with places (`yaml_source`) → laid over its base (`merge`) →
plain data (`tree`) → schema (`schema`, `schema_errors`) → checks of meaning (`checks`). Every problem is reported, each
at its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from optimizer.instance.checks import Finding, check
from optimizer.instance.diagnostics import Diagnostic, InstanceError, in_order
from optimizer.instance.files import extending_nothing, whole_tree
from optimizer.instance.python_data import tree_of
from optimizer.instance.schema import Block, Instance
from optimizer.instance.schema_errors import translate
from optimizer.instance.spellings import respelled
from optimizer.instance.standing import Doubts, what_stands
from optimizer.instance.tree import Tree, flatten
from optimizer.instance.yaml_source import MAX_BYTES, Node, Source, parse

MAX_REPORTED = 200
B = TypeVar("B", bound=Block)


@dataclass
class Loaded:
    """What came of a file. ``instance`` is None if there is an error."""

    instance: Instance | None
    diagnostics: list[Diagnostic]
    sources: dict[str, str] = field(default_factory=dict)
    """Where figures come from: path, such as ``sites.abilene.pue``, to the `source` written beside the figure.
    Phases go by their name: ``sites.abilene.phases.one.mw``."""

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.diagnostics if d.severity == "error"]


def load(source: str | os.PathLike[str] | Mapping[str, Any]) -> Instance:
    """The instance of a file, or of Python data with the content of a file.

    Raises InstanceError with every error of it; of data, each has its dotted path as its place.

    >>> optimizer.load("instances/templates/minimal.yaml").name
    'minimal'
    >>> optimizer.load({"name": "mine", "calendar": {"start": 2026, "periods": 2}})
    Traceback (most recent call last):
    optimizer...InstanceError: error[missing-key]: `discount` is missing from the file
      help: write `discount: {rate_per_year: …}`. Discounting.
    """
    return _instance(check_source(source))


def validate(source: str | os.PathLike[str] | Mapping[str, Any] | Instance) -> list[Diagnostic]:
    """Everything there is to say about a file, about Python data or about an instance, as `capstack validate` says it.

    Errors, warnings and notes, each with its place and mostly a remedy; ``str`` shows one as the command does. Nothing
    that is found is raised.

    >>> [found.code for found in optimizer.validate({"name": "mine"}) if found.severity == "error"]
    ['missing-key', 'missing-key']
    """
    return check_source(source).diagnostics


def check_source(
    source: str | os.PathLike[str] | Mapping[str, Any] | Instance, despite: Collection[str] = ()
) -> Loaded:
    """Everything there is to say about a file, about Python data or about an instance.

    ``despite`` are codes of errors with which there is an instance all the same. Raises TypeError for what is none of
    these.
    """
    problems: list[Diagnostic] = []
    if isinstance(source, Instance):
        return finish(tree_of(source, problems), problems, despite)
    if isinstance(source, Mapping):
        return finish(extending_nothing(tree_of(source, problems), problems), problems, despite)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"a path or a dict is expected, not {type(source).__name__}")
    if isinstance(source, str) and re.search(r"[\r\n]", source) and not os.path.exists(source):
        message, help = "a path is expected, and this has line breaks", "`optimizer.loads` reads a text"
        return Loaded(None, [Diagnostic("unreadable-file", "error", message, help=help)])
    return finish(whole_tree(source, problems), problems, despite)


def loads(text: str, name: str = "<text>") -> Instance:
    """The instance of a text, reported under ``name``. Raises InstanceError with every error of it."""
    return _instance(check_text(text, name))


def check_file(path: str | os.PathLike[str]) -> Loaded:
    """Everything there is to say about a file. Never raises on account of the file."""
    problems: list[Diagnostic] = []
    return finish(whole_tree(path, problems), problems)


def check_text(text: str, name: str = "<text>") -> Loaded:
    """Everything there is to say about a text. It cannot extend a file: it lies in no folder."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        message = f"the text is larger than {MAX_BYTES:,} bytes"
        return Loaded(None, [Diagnostic("unreadable-file", "error", message, name)])
    root, problems = parse(Source(name, text))
    return finish(extending_nothing(root, problems), problems)


def checked(instance: Instance) -> Instance:
    """The instance, read again as if it stood in a file: pydantic alone would let through what `checks` refuses.

    Raises InstanceError, and TypeError for what is no instance.
    """
    if not isinstance(instance, Instance):
        remedy = "optimizer.load reads one from a file or a dict"
        raise TypeError(f"an Instance is expected, not {type(instance).__name__}: {remedy}")
    problems: list[Diagnostic] = []
    return checked_tree(tree_of(instance, problems), problems)


def checked_tree(root: Node, problems: list[Diagnostic]) -> Instance:
    """The instance of a whole tree. Raises InstanceError with every error of it, ``problems`` included."""
    return _instance(finish(root, problems))


def _instance(loaded: Loaded) -> Instance:
    if loaded.instance is None:
        raise InstanceError(loaded.errors)
    return loaded.instance


def finish(root: Node | None, problems: list[Diagnostic], despite: Collection[str] = ()) -> Loaded:
    """The instance of a whole tree, by schema and checks of meaning; ``problems`` are those found so far.

    ``despite`` are codes of errors with which there is an instance all the same.
    """
    if root is None:
        return Loaded(None, reported(problems))
    tree = flatten(respelled(root, problems), problems)
    sound = not any(d.severity == "error" for d in problems)
    instance, doubts = validated(Instance, tree, problems)
    if instance is not None:
        sound = sound and not doubts.paths and not doubts.unknown
        problems += [_diagnostic(finding, tree) for finding in check(instance, doubts, sound)]
    errors = {(d.file, d.line, d.column) for d in problems if d.severity == "error"}
    # where the missing value is an error, that it counts as absent is no news
    problems = [d for d in problems if d.code != "empty-value" or (d.file, d.line, d.column) not in errors]
    if any(d.severity == "error" and d.code not in despite for d in problems):
        instance = None
    return Loaded(instance, reported(problems), tree.sources)


def validated(root: type[B], tree: Tree, problems: list[Diagnostic]) -> tuple[B | None, Doubts]:
    """What stands of the data by the schema, and what is in doubt: what it refuses, and where there are problems."""
    said = {(d.file, d.line, d.column) for d in problems if d.severity == "error"}
    doubts = Doubts(tree.data, set(tree.paths_at(said)))
    try:
        return root.model_validate(tree.data), doubts
    except ValidationError as error:
        # a number that could not be read is also a wrong value: saying so once is enough
        found = translate(error, tree, MAX_REPORTED + 1, root, told=doubts.paths)
        problems += [d for d in found if d.code == "missing-key" or (d.file, d.line, d.column) not in said]
        return what_stands(root, error, doubts), doubts


def _diagnostic(finding: Finding, tree: Tree) -> Diagnostic:
    place = tree.place(finding.path, finding.on_key)
    return place.diagnostic(finding.code, finding.message, finding.help, finding.severity)


def reported(problems: list[Diagnostic]) -> list[Diagnostic]:
    """The problems in order, each once and not too many."""
    kept = in_order(dict.fromkeys(problems))
    errors = [d for d in kept if d.severity == "error"]
    if len(errors) <= MAX_REPORTED:
        return kept
    more = Diagnostic("more", "error", f"only {MAX_REPORTED} errors are shown", errors[0].file)
    return [*errors[:MAX_REPORTED], more]
