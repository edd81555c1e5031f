"""Where the keys of an instance are written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from optimizer.instance.checks.walk import Path
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.files import whole_tree
from optimizer.instance.spellings import every_rival
from optimizer.instance.tree import flatten

Places = Callable[[Path], str]
"""From the keys and list positions of a value to ``file:line``; empty where it is in no file."""


def nowhere(_: Path) -> str:
    """The places of an instance that is in no file."""
    return ""


def places_of(file: str | os.PathLike[str]) -> Places:
    """The places of what is in a file, or in the file that it extends; nowhere if it cannot be read any more."""
    problems: list[Diagnostic] = []
    root = whole_tree(file, problems)
    if root is None:
        return nowhere
    tree = flatten(root, problems)

    def place(path: Path) -> str:
        found = tree.place(next((each for each in _written(path) if each in tree.nodes), path))
        return f"{found.source.file}:{found.line}" if found.line else ""

    return place


def _written(path: Path) -> Iterator[Path]:
    """The path as the schema has it, then as it may be written: in months or years, or of a year."""
    yield path
    if path and isinstance(key := path[-1], str):
        yield from ((*path[:-1], other) for other in sorted(every_rival(key)))
