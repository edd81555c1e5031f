"""A repaired file: the changes alone, laid over the file that has no plan."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optimizer.explanation.parts import Pair, Repair
from optimizer.instance.files import extended_from
from optimizer.instance.loader import load


class FixError(Exception):
    """A repaired file cannot be written: why, in words."""


def write_fix(base: str | os.PathLike[str], change: Repair | Pair, target: Path) -> None:
    """Write a file that extends ``base`` and is what was solved and audited with the change.

    Raises FixError if the change is not verified, if ``target`` is there already or cannot be written, and if what was
    written is not the changed instance.
    """
    if not change.verified:
        raise FixError("its plan was not verified in time")
    repairs = change.changes if isinstance(change, Pair) else (change,)
    changes = {repair.path: repair.value for repair in repairs}
    expected = load(base).replace(changes)
    above = extended_from(target.parent, base)
    if above is None:
        raise FixError("it would extend what lies outside of its folder; write it beside the file or above it")
    text = overlay(above, f"{expected.name}-{target.stem}"[:MOST_LETTERS], changes)
    try:
        with open(target, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise FixError("it is there already; choose another name") from None
    except OSError as error:
        raise FixError(f"it cannot be written: {error.strerror}") from None
    if load(target).replace({"name": expected.name}).hash != expected.hash:
        target.unlink()
        raise FixError("the change cannot be laid over the file")


MOST_LETTERS = 64
"""The longest name of an instance."""


def overlay(above: str, name: str, changes: Mapping[str, Any]) -> str:
    """The text of a file that lays changes over another one, a line for each key."""
    tree: dict[str, Any] = {}
    for path, value in changes.items():
        *blocks, key = path.split(".")
        at = tree
        for block in blocks:
            at = at.setdefault(block, {})
        at[key] = value
    return "\n".join([f"extends: {json.dumps(above, ensure_ascii=False)}", f"name: {name}", *_lines(tree, 0)]) + "\n"


def _lines(tree: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for key, value in tree.items():
        start = f"{'  ' * depth}{key}:"
        if isinstance(value, Mapping):
            lines += [start, *_lines(value, depth + 1)]
        else:
            lines.append(f"{start} {json.dumps(value, ensure_ascii=False)}")
    return lines


def numbered(target: Path, count: int) -> list[Path]:
    """The files of so many changes: the one that is named, or its name with 1, 2, …"""
    if count == 1:
        return [target]
    return [target.with_name(f"{target.stem}-{number}{target.suffix}") for number in range(1, count + 1)]


def choice(changes: Sequence[Repair | Pair], number: int | None) -> list[Repair | Pair]:
    """The changes that are written: the one of that number, from 1, or all. Raises FixError if there is none."""
    if not changes:
        raise FixError("no change was found that makes a plan possible")
    if number is None:
        return list(changes)
    if not 1 <= number <= len(changes):
        raise FixError(f"there is no change {number}; there are {len(changes)}")
    return [changes[number - 1]]
