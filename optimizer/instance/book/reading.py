"""An input workbook as the tree that a file of the same content would give; the place of a part is its cell."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from optimizer.contract.versions import MissingExtraError
from optimizer.instance.book.layout import (
    BY_PERIOD,
    EMPTY_LIST,
    FROM_ON,
    KEY,
    PROGRAMME,
    READ_ME,
    SOURCE,
    UNIT,
    VALUE,
    WORDS,
    Parts,
    is_label,
    parts_of,
    reserved,
)
from optimizer.instance.book.rows import labels_of
from optimizer.instance.book.safety import NoBookError, faults
from optimizer.instance.diagnostics import UNPRINTABLE, Diagnostic
from optimizer.instance.yaml_source import MAX_DEPTH, MAX_NODES, Node, Place, Scalar, Source, beyond

HEADS = (KEY, VALUE, UNIT, SOURCE, WORDS)
LOOKED_THROUGH = 10
"""In so many rows from above the heads of the columns are looked for."""
CODE = "workbook"


def book_tree(path: str | os.PathLike[str], problems: list[Diagnostic]) -> Node | None:
    """The tree of a workbook; None, with the reasons among ``problems``, if it cannot be read.

    Raises MissingExtraError without python-calamine.
    """
    file = os.fspath(path)
    try:
        found = faults(file)
        problems += [_place(file, each.place).diagnostic(CODE, each.message, each.help) for each in found]
        if found:
            return None
        return _Reader(file, problems).tree(_sheets(file))
    except NoBookError as error:
        problems.append(_place(file, "").diagnostic(CODE, error.fault.message, error.fault.help))
        return None


def _sheets(file: str) -> dict[str, list[list[Any]]]:
    """The cells of each sheet, row by row from A1."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise MissingExtraError("python-calamine", "report") from None
    try:
        with CalamineWorkbook.from_path(file) as book:
            return {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in book.sheet_names
                if _lower(name) != READ_ME
            }
    except CalamineError as error:
        raise NoBookError(f"the file is damaged: {error}") from None


def _place(file: str, cell: str) -> Place:
    return Place(Source(f"{file}:{cell}" if cell else file, ""), 0, 0)


@dataclass
class _Branch:
    """Parts of a block or a list in the making."""

    place: Place
    parts: dict[str | int, _Branch | Node]


class _Reader:
    def __init__(self, file: str, problems: list[Diagnostic]) -> None:
        self._file, self._problems, self._count = file, problems, 0
        self._along_all: list[tuple[str, list[str]]] = []
        """Cells of rows with a number for each period, and those periods."""

    def tree(self, sheets: dict[str, list[list[Any]]]) -> Node | None:
        root = _Branch(_place(self._file, ""), {})
        for sheet, cells in sheets.items():
            first: Parts = () if _lower(sheet) == PROGRAMME else (sheet,)
            for row in self._rows(sheet, cells):
                self._put(root, first, row)
        if not root.parts:
            self._report("", "the workbook holds no figure", "capstack workbook FILE.yaml writes one to start from")
            return None
        found = self._closed(root)
        if not isinstance(found.value, dict):
            return None
        self._check_periods(labels_of(found))
        return found

    def _check_periods(self, calendar: list[str]) -> None:
        """Numbers for each period stand under those of the calendar, so that none is taken for another's."""
        for cell, labels in self._along_all:
            if calendar and labels != calendar:
                told = f"the columns are {labels[0]} to {labels[-1]}" if labels else "there are no columns of periods"
                whole = f"the calendar has {len(calendar)} periods, {calendar[0]} to {calendar[-1]}"
                self._report(cell, f"`{BY_PERIOD}`, and {told}", f"{whole}: give each its column")

    def _at(self, cell: str) -> Place:
        return _place(self._file, cell)

    def _report(self, cell: str, message: str, help: str = "") -> None:
        self._problems.append(_place(self._file, cell).diagnostic(CODE, message, help))

    # ── rows ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _rows(self, sheet: str, cells: list[list[Any]]) -> Iterator[_Row]:
        head = next((i for i, row in enumerate(cells[:LOOKED_THROUGH]) if KEY in map(_lower, row)), None)
        if head is None:
            if any(cell != "" for row in cells for cell in row):
                help = f"write {KEY} and {VALUE} over two columns, or delete the sheet"
                self._report(sheet, "the heads of the columns are missing", help)
            return
        columns, labels = self._heads(sheet, head, cells[head])
        if VALUE not in columns:
            return self._report(f"{sheet}!A{head + 1}", f"no column has the head {VALUE}", "write it over the values")
        for number, row in enumerate(cells[head + 1 :], head + 2):
            if any(cell != "" for cell in row):
                yield from self._row(sheet, number, row, columns, labels)

    def _heads(self, sheet: str, head: int, row: list[Any]) -> tuple[dict[str, int], dict[int, str]]:
        """Columns by their heads, and the periods by column."""
        columns: dict[str, int] = {}
        labels: dict[int, str] = {}
        for column, cell in enumerate(row):
            at = f"{sheet}!{_letters(column)}{head + 1}"
            if cell == "":
                continue
            name = _lower(cell) if isinstance(cell, str) else str(self._scalar(at, cell) or "")
            if not name:
                columns[f"the head at {at}, which is none"] = column  # and has been told
            elif name in columns or name.upper() in labels.values():
                self._report(at, f"the head {name} stands twice", "keep one of the columns")
            elif name in HEADS:
                columns[name] = column
            elif is_label(name.upper()):
                labels[column] = name.upper()
            else:
                help = f"the heads are {', '.join(HEADS)}, and periods such as 2026, 2026Q3 or 2026-11"
                self._report(at, f"`{name}` is no head of a column", help)
        return columns, labels

    def _row(
        self, sheet: str, number: int, row: list[Any], columns: dict[str, int], labels: dict[int, str]
    ) -> Iterator[_Row]:
        def cell_of(column: int) -> str:
            return f"{sheet}!{_letters(column)}{number}"

        key, at_key, cell = row[columns[KEY]], cell_of(columns[KEY]), cell_of(columns[VALUE])
        if not isinstance(key, str) or not key.strip():
            told = "there is a value and no key" if key == "" else "a key should be a text"
            return self._report(at_key, told, "write its key, or delete the row")
        try:
            parts = parts_of(key)
        except ValueError as error:
            return self._report(at_key, str(error), "write names with / between them")
        value = self._scalar(cell, row[columns[VALUE]])
        source = ""
        if SOURCE in columns and row[columns[SOURCE]] != "":
            source = str(self._scalar(cell_of(columns[SOURCE]), row[columns[SOURCE]]) or "").strip()
        known = {*columns.values(), *labels}
        for column in range(len(row)):
            if column not in known and row[column] != "":
                self._report(cell_of(column), "there is no head over this column", "write it, or delete the cell")
        numbers = {}
        for column, label in labels.items():
            if row[column] != "":
                numbers[label] = Node(self._scalar(cell_of(column), row[column]), self._at(cell_of(column)))
        node: Node = Node(value, self._at(cell), written=value is not None)
        word = reserved(value)
        if word in (BY_PERIOD, FROM_ON):
            node = self._along(word, cell, numbers, sorted(labels.values()))
        elif numbers:
            at = cell_at(next(iter(numbers.values())))
            help = f"write `{BY_PERIOD}` or `{FROM_ON}` into {cell.rpartition('!')[2]}, or delete the numbers"
            self._report(at, "there is a number under a period, and no word of it in the value", help)
        elif word is not None:
            node = Node([] if word == EMPTY_LIST else {}, node.place)
        elif isinstance(value, str) and value.startswith("'") and reserved(value.lstrip("'")):
            node = Node(value[1:], node.place)
        yield _Row(at_key, parts, node, source)

    def _along(self, kind: str, cell: str, numbers: dict[str, Node], labels: list[str]) -> Node:
        if kind == FROM_ON:
            return Node({**numbers}, self._at(cell))
        missing = [label for label in labels if label not in numbers]
        if missing:
            help = f"write a number for each, or `{FROM_ON}` if it only changes there"
            self._report(cell, f"`{BY_PERIOD}`, and no number for {', '.join(missing[:5])}", help)
        self._along_all.append((cell, labels))
        return Node([numbers[label] for label in labels if label in numbers], self._at(cell))

    def _scalar(self, cell: str, value: Any) -> Scalar:
        """A value of a cell; what is no plain value is reported, and none."""
        if isinstance(value, (bool, str)):
            if value == "":
                return None
            if isinstance(value, str) and (bad := UNPRINTABLE.search(value.replace("\n", ""))):
                self._report(cell, f"the text holds the character U+{ord(bad.group()):04X}", "delete it")
                return None
            return value
        if isinstance(value, (datetime, date, time, timedelta)):
            self._report(cell, f"the cell holds a date or a time, {value}", _as_meant(value))
            return None
        if isinstance(value, (int, float)):
            if not math.isfinite(value):
                self._report(cell, f"{value} is no number")
                return None
            if (found := beyond(value, f"{value:g}")) is not None:
                self._report(cell, *found[1:])
                return None
            return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)
        self._report(cell, f"the cell holds a {type(value).__name__}, which is no figure")
        return None

    # ── the tree ───────────────────────────────────────────────────────────────────────────────────────────────

    def _put(self, root: _Branch, first: Parts, row: _Row) -> None:
        """A row at its place."""
        parts = (*first, *row.parts)
        branch = root
        for depth, part in enumerate(parts[:-1], 1):
            if depth > MAX_DEPTH:
                return self._report(row.at_key, f"nested more than {MAX_DEPTH} levels deep")
            inner = branch.parts.setdefault(part, _Branch(_place(self._file, row.at_key), {}))
            if isinstance(inner, Node):
                other = cell_at(inner)
                return self._report(row.at_key, f"`{part}` has a value in {other}, and so no parts", "keep one")
            branch = inner
        if parts[-1] in branch.parts:
            return self._report(row.at_key, "the key stands twice on this sheet, or has parts", "keep one")
        self._count += 1
        if self._count > MAX_NODES:
            raise NoBookError(f"the workbook holds more than {MAX_NODES:,} values", "")
        node = row.node
        if row.source:
            source = Node(row.source, node.place)
            if isinstance(node.value, bool) or not isinstance(node.value, (int, float, list, dict)):
                told = "only a number or a series has a source of its own"
                return self._report(row.at_key, told, "write the source as a row of the block, with the key `source`")
            node = Node({"value": node, "source": source}, node.place)
        branch.parts[parts[-1]] = Node(node.value, node.place, _place(self._file, row.at_key), node.written)

    def _closed(self, branch: _Branch) -> Node:
        """A branch as a node: a list if its parts are numbers, else a block."""
        numbers = [part for part in branch.parts if isinstance(part, int)]
        if numbers and len(numbers) < len(branch.parts):
            cell = branch.place.source.file.rpartition(":")[2]
            self._report(cell, "some of the parts are items of a list (#1, …), and some have names", "keep one kind")
        inner = {part: each if isinstance(each, Node) else self._closed(each) for part, each in branch.parts.items()}
        if numbers:
            return Node([inner[number] for number in sorted(numbers)], branch.place, branch.place)
        return Node({str(part): node for part, node in inner.items()}, branch.place, branch.place)


@dataclass(frozen=True)
class _Row:
    at_key: str
    parts: Parts
    node: Node
    source: str


def cell_at(node: Node) -> str:
    """The cell of a node."""
    return node.place.source.file.rpartition(":")[2]


def _as_meant(value: date | time | timedelta) -> str:
    """What to write for what a spreadsheet program took for a date, or shows as one."""
    number = "for a number, format the cell as a number"
    if not isinstance(value, date):
        return number
    return f"for a period or a text, format the cell as text and write it again, such as {value:%Y-%m}; {number}"


def _lower(cell: Any) -> str:
    return cell.strip().lower() if isinstance(cell, str) else ""


def _letters(column: int) -> str:
    """The letters of a column, from 0."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
