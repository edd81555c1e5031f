"""What has been changed in a workbook since its plan was solved: inputs as a file to solve, decisions by name."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optimizer.contract.versions import MissingExtraError
from optimizer.instance.calendar import TIMING
from optimizer.instance.diagnostics import InstanceError
from optimizer.instance.loader import loads
from optimizer.instance.paths import find
from optimizer.instance.python_data import tree_of
from optimizer.instance.schema import Instance
from optimizer.instance.series import GROWTH_KEYS
from optimizer.workbook.sheet import FIRST_COLUMN, FIRST_ROW, VALUE_COLUMN, column
from optimizer.workbook.writer import INSTANCE_SHEET

MAX_BYTES = 64 * 2**20
"""Largest workbook that is read, packed and unpacked."""
INPUTS, LISTS, DECISIONS = "Inputs", "Lists", "Decisions"
HEADER = FIRST_ROW - 3
OF_BLOCKS = {"tiers": "steps", "buckets": ""}
"""Lists of blocks, which are written whole: the part of the path above the field, and the list below it."""

PERIODS = ("ready", "delivery", "acceptance", "taxed_in")
"""Fields that hold a period, beside those that begin with first, last, earliest or latest."""


class BookError(ValueError):
    """A workbook cannot be read, or holds what is no value; the message names the cell."""


@dataclass(frozen=True)
class Changed:
    """The instance as it was solved; inputs that differ now, by their dotted path, and decisions that do."""

    instance: Instance
    inputs: Mapping[str, Any] = field(default_factory=dict)
    decisions: Sequence[str] = ()

    def overlay(self, extends: str) -> dict[str, Any]:
        """A file that lays the changed inputs over another. Raises InstanceError if they do not fit the instance."""
        self.instance.replace(self.inputs)
        tree: dict[str, Any] = {"extends": extends, "name": f"{self.instance.name}-changed"[:64]}
        root = tree_of(self.instance, [])
        for path, value in self.inputs.items():
            keys, _, _ = find(root, path, "the instance")
            block = tree
            data: Any = self.instance.canonical()
            for key in keys[:-1]:
                name = data[key]["name"] if isinstance(key, int) else key
                data = data[key]
                block = block.setdefault(str(name), {})
            block[str(keys[-1])] = value
        return tree


def changes(path: str | os.PathLike[str]) -> Changed:
    """What differs in a workbook from the plan that it was written for.

    Raises BookError for what is no such workbook, or a cell that holds no number; MissingExtraError without
    python-calamine.
    """
    book = _open(Path(path))
    instance = _instance(book, str(path))
    found: dict[str, Any] = {}
    for name in (INPUTS, LISTS):
        for where, now, solved in _rows(book, name, str(path)):
            if now != solved:
                given, value = value_of(instance, found, where, now, solved)
                found[given] = value
    decided = [where for where, now, solved in _rows(book, DECISIONS, str(path)) if now != solved]
    return Changed(instance, found, decided)


Row = tuple[str, dict[int, float], dict[int, float]]
"""The path of a row, and its numbers by position, −1 for the value of a figure: as they are, and as solved."""


def _open(path: Path) -> Any:
    try:
        import python_calamine
    except ImportError:
        raise MissingExtraError("python-calamine", "report") from None
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(member.file_size for member in packed.infolist())
        if max(size, path.stat().st_size) > MAX_BYTES:
            raise BookError(f"{path}: larger than {MAX_BYTES:,} bytes")
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except OSError as error:
        raise BookError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
        raise BookError(f"{path}: is no workbook: {error}") from None


def _table(book: Any, name: str, path: str) -> list[list[Any]]:
    if name not in book.sheet_names:
        raise BookError(f"{path}: has no sheet {name}: it is no workbook of a plan")
    rows: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return rows


def _instance(book: Any, path: str) -> Instance:
    text = "".join(str(row[0]) for row in _table(book, INSTANCE_SHEET, path)[1:])
    try:
        return loads(json.dumps(json.loads(text)), f"{path}: {INSTANCE_SHEET}")
    except (json.JSONDecodeError, InstanceError) as error:
        raise BookError(f"{path}: the sheet {INSTANCE_SHEET} holds no instance: {error}") from None


def _rows(book: Any, name: str, path: str) -> list[Row]:
    table = _table(book, name, path)
    header = [str(each) for each in table[HEADER]]
    if "As solved" not in header or "Where from" not in header:
        raise BookError(f"{path}: {name}: the row of headings is not as it was written")
    solved, where = header.index("As solved"), header.index("Where from")
    value = where + VALUE_COLUMN - 2
    found: list[Row] = []
    for at, row in enumerate(table[FIRST_ROW:], FIRST_ROW):
        width = len(header) - solved
        cells = [row[solved + i] if solved + i < len(row) else "" for i in range(width)]
        before = {i - 1: float(each) for i, each in enumerate(cells) if isinstance(each, (int, float))}
        if not before or not str(row[where]):
            continue
        now: dict[int, float] = {}
        for p in before:
            cell = row[value] if p < 0 else row[value + 1 + p]
            if isinstance(cell, bool) or not isinstance(cell, (int, float)):
                place = f"{name}!{column(VALUE_COLUMN if p < 0 else FIRST_COLUMN + p)}{at + 1}"
                raise BookError(f"{path}: {place}: a number is expected, not {cell!r}")
            now[p] = float(cell)
        found.append((str(row[where]), now, before))
    return found


def value_of(
    instance: Instance, found: Mapping[str, Any], where: str, now: Mapping[int, float], solved: Mapping[int, float]
) -> tuple[str, Any]:
    """The path of what a row stands for, and its value as a file would write it; on top of what is ``found`` there."""
    for part, below in OF_BLOCKS.items():
        head, mark, field_ = where.rpartition(".")
        if mark and head.rpartition(".")[2] == part:
            path = f"{head}.{below}" if below else head
            return path, _blocks(found.get(path) or _at(instance, path), field_, now, solved)
    old = _at(instance, where)
    if -1 not in now:
        return where, [_plain(now[p]) for p in sorted(now)]
    number, last = now[-1], where.rpartition(".")[2]
    if last in GROWTH_KEYS:  # growth is written whole
        path = where.rpartition(".")[0]
        return path, {**(found.get(path) or _at(instance, path)), last: _plain(number)}
    if last.endswith("timing"):
        words = {value: word for word, value in TIMING.items()}
        if number not in words:
            raise BookError(f"{where}: {number} is no timing: 0 is the end of a period, 0.5 its middle, 1 its start")
        return where, words[number]
    if isinstance(old, bool):
        return where, bool(number)
    if last in PERIODS or last.partition("_")[0] in ("first", "last", "earliest", "latest"):
        return where, instance.periods.label(int(number))
    return where, _plain(number)


def _blocks(
    written: Sequence[Mapping[str, Any]], name: str, now: Mapping[int, float], solved: Mapping[int, float]
) -> list[dict[str, Any]]:
    """A list of blocks with one field of them changed where it was."""
    blocks = [dict(each) for each in written]
    for p, number in now.items():
        if number != solved[p]:
            blocks[p - 1][name] = _plain(number)
    return [{key: value for key, value in each.items() if value is not None} for each in blocks]


def _at(instance: Instance, path: str) -> Any:
    keys, _, _ = find(tree_of(instance, []), path, "the instance")
    value: Any = instance.canonical()
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number
