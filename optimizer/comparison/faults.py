"""What is wrong with an instance of a batch, said of the batch file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from optimizer.comparison.batch import Batch
from optimizer.instance.checks import PROOFS
from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.loader import Loaded
from optimizer.instance.yaml_source import Node

At = tuple[str, int, int]
"""File, line and column of something written."""


def mistakes(loaded: Loaded) -> list[Diagnostic]:
    """The errors because of which it is no instance. That it is proven to have no plan is an answer."""
    return [error for error in loaded.errors if error.code not in PROOFS]


def reason(errors: Sequence[Diagnostic]) -> str:
    """The first error in one line, with its place, and how many more there are."""
    first = errors[0]
    place = f"{_where(first)}: " if first.file else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{place}{first.message}{more}"


def at(error: Diagnostic) -> At:
    """Where something is said to be."""
    return error.file, error.line, error.column


def places(overs: Iterable[Node], blocks: bool = True) -> set[At]:
    """Where the keys and values of changes are written; without ``blocks`` those of single values and lists only."""
    found: set[At] = set()
    for over in overs:
        block = isinstance(over.value, dict)
        if isinstance(over.value, (dict, list)):
            found |= places(over.value.values() if isinstance(over.value, dict) else over.value, blocks)
        for place in (over.key_place if blocks or not block else None, None if block else over.place):
            found |= {(place.source.file, place.line, place.column)} if place is not None else set()
    return found


def located(batch: Batch, part: tuple[str, str], what: str, found: Diagnostic) -> Diagnostic:
    """What is said of an instance as said of the batch file: at its own place there, or at the block that causes it."""
    place = batch.tree.place((*part, "set"), on_key=True)
    # of Python data a place is a path
    if found.file == place.source.file or (not found.line and found.file.startswith(f"{'.'.join(part)}.")):
        return replace(found, message=f"{what}: {found.message}")
    where = f" ({_where(found)})" if found.file else ""
    verdict = " makes no instance" if found.severity == "error" else ""
    return place.diagnostic(found.code, f"{what}{verdict}: {found.message}{where}", found.help, found.severity)


def _where(found: Diagnostic) -> str:
    return f"{found.file}:{found.line}:{found.column}" if found.line else found.file
