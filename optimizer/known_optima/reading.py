"""Sidecar files in, checked `Expected` out, the way an instance goes: text → nodes with places → data → schema."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import ValidationError

from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.files import written_tree
from optimizer.instance.loader import MAX_REPORTED, reported
from optimizer.instance.schema import Instance
from optimizer.instance.schema_errors import translate
from optimizer.instance.tree import Tree, flatten
from optimizer.known_optima.expected import Expected, Key, Mistake, mistakes
from optimizer.known_optima.facts import misplaced
from optimizer.known_optima.partial import readable_mistakes


@dataclass
class Sidecar:
    """What came of a sidecar file. ``expected`` is None if there is an error."""

    file: str
    expected: Expected | None
    diagnostics: list[Diagnostic]
    tree: Tree = field(default_factory=Tree, repr=False)

    @property
    def errors(self) -> list[Diagnostic]:
        """What makes the file unusable."""
        return [each for each in self.diagnostics if each.severity == "error"]

    def line(self, key: Key) -> int:
        """The line on which a key stands, or the block around it; 0 if the file could not be read."""
        return self.tree.place(key).line if self.tree.nodes else 0

    def against(self, instance: Instance) -> list[Diagnostic]:
        """What only the instance shows to be wrong: facts about names that it does not have."""
        found = misplaced(self.expected, instance) if self.expected else ()
        return _diagnostics(found, self.tree)


def read(path: str | os.PathLike[str]) -> Expected:
    """The content of a sidecar. Raises InstanceError with every error of it."""
    sidecar = check_sidecar(path)
    if sidecar.expected is None:
        raise InstanceError(sidecar.errors)
    return sidecar.expected


def check_sidecar(path: str | os.PathLike[str]) -> Sidecar:
    """Everything there is to say about a sidecar. Never raises on account of the file."""
    name = os.fspath(path)
    problems: list[Diagnostic] = []
    root = written_tree(name, problems, "sidecar")
    if root is None:
        return Sidecar(name, None, reported(problems))
    tree = flatten(root, problems)
    expected: Expected | None = None
    try:
        expected = Expected.model_validate(tree.data)
    except ValidationError as error:
        said = {(each.line, each.column) for each in problems if each.severity == "error"}
        refused = translate(error, tree, MAX_REPORTED, Expected)
        problems += [each for each in refused if each.code == "missing-key" or (each.line, each.column) not in said]
        problems += _diagnostics(readable_mistakes(tree.data, error), tree)
    else:
        problems += _diagnostics([*mistakes(expected), *misplaced(expected)], tree)
    problems = reported(problems)
    if any(each.severity == "error" for each in problems):
        expected = None
    return Sidecar(name, expected, problems, tree)


def _diagnostics(found: Iterable[Mistake], tree: Tree) -> list[Diagnostic]:
    return [tree.place(each.key, each.on_key).diagnostic(each.code, each.message, each.help) for each in found]
