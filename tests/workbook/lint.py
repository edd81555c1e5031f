"""The rules that a workbook of models is read by, of the file alone: nothing here knows how it was made.

They are those of the FAST standard that a machine can check: one formula along a row, no number in a formula, sheets
from left to right, every number with a label and a unit, and every formula at the end of a way from the inputs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

OPEN = ("Cover", "Instance")
"""Sheets that are no calculation: the cover looks at all of them."""
CHANGEABLE = ("Inputs", "Lists", "Decisions")
FUNCTIONS = {"SUM", "SUMIFS", "SUMPRODUCT", "IF", "AND", "MIN", "MAX", "ABS", "INT"}
HEAD_ROW, AXIS_ROW, FIRST_ROW = 3, 4, 6
VALUE, OPENING, FIRST = 4, 5, 6
_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")

Address = tuple[str, int, int]


def findings(path: Path) -> list[str]:
    """What breaks a rule, each with its cell; an empty list if nothing does."""
    book = load_workbook(path)
    found = [f"{path.name}: a defined name {name}" for name in book.defined_names]
    order = {name: i for i, name in enumerate(book.sheetnames)}
    needs: dict[Address, set[Address]] = {}
    numbers: set[Address] = set()
    for sheet in book.worksheets:
        if sheet.title in OPEN:
            continue
        watched = _watched(sheet)
        for row in sheet.iter_rows(min_row=AXIS_ROW):
            shapes: dict[str, str] = {}
            filled = [cell for cell in row if cell.column >= VALUE and cell.value is not None]
            if filled and row[0].row >= FIRST_ROW and not (row[0].value and row[1].value):
                found.append(f"{sheet.title}!{filled[0].coordinate}: a number without label or unit")
            for cell in filled:
                here = (sheet.title, cell.row, cell.column)
                if watched and cell.column >= watched:
                    continue
                if not isinstance(cell.value, str) or not cell.value.startswith("="):
                    numbers.add(here)
                    given = cell.fill.start_color.rgb == "FFFCE4D6"
                    if sheet.title not in CHANGEABLE and isinstance(cell.value, (int, float)) and not given:
                        found.append(f"{sheet.title}!{cell.coordinate}: a number on a sheet of formulas")
                    continue
                shape = _relative(cell.value, cell.row, cell.column) if cell.column >= FIRST else ""
                if shape in shapes:
                    continue  # what is said of the first of its shape
                if shape:
                    shapes[shape] = cell.coordinate
                needs[here] = set()
                for problem in _formula(cell.value, sheet.title, order, needs[here]):
                    found.append(f"{sheet.title}!{cell.coordinate}: {problem}: {cell.value[:120]}")
            if len(shapes) > 1:
                found.append(f"{sheet.title}!{', '.join(shapes.values())}: formulas differ along the row")
    found += _unreached(needs, numbers)
    return found


def _watched(sheet: object) -> int:
    """The column from which a sheet says what was solved; 0 if it does not."""
    for cell in sheet[HEAD_ROW]:  # type: ignore[index]
        if cell.value == "Changed":
            return int(cell.column)
    return 0


def _formula(text: str, own: str, order: dict[str, int], needs: set[Address]) -> Iterator[str]:
    """The faults of a formula; the cells that it reads are added to ``needs``."""
    for token in Tokenizer(text).items:
        if token.type == "OPERAND" and token.subtype == "NUMBER" and token.value not in ("0", "1"):
            yield f"the number {token.value}"
        elif token.type == "FUNC" and token.subtype == "OPEN" and token.value[:-1] not in FUNCTIONS:
            yield f"the function {token.value[:-1]}"
        elif token.type == "OPERAND" and token.subtype == "RANGE":
            name, _, area = token.value.rpartition("!")
            sheet = name.strip("'") or own
            if not re.fullmatch(rf"{_CELL.pattern}(:{_CELL.pattern})?", area):
                yield f"the name {token.value}"
                continue
            if sheet not in order or (sheet not in OPEN and order[sheet] > order[own]):
                yield f"it reads {sheet}, which stands to the right"
            left, top, right, bottom = range_boundaries(area)
            needs.update((sheet, row, at) for row in range(top, bottom + 1) for at in range(left, right + 1))


def _relative(text: str, row: int, at: int) -> str:
    """The formula with its cells as they lie from its own."""

    def shape(match: re.Match[str]) -> str:
        fixed, letters, still, number = match.groups()
        across = letters if fixed else f"[{column_index_from_string(letters) - at}]"
        down = number if still else f"[{int(number) - row}]"
        return f"R{down}C{across}"

    # what stands between quotes is a sheet or a text
    parts = re.split(r"('[^']*'|\"[^\"]*\")", text)
    return "".join(part if i % 2 else _CELL.sub(shape, part) for i, part in enumerate(parts))


def _unreached(needs: dict[Address, set[Address]], numbers: set[Address]) -> Iterator[str]:
    """Rows of formulas that nothing leads to from a number that can be changed.

    A row as a whole: in its first periods it may read what is not there yet. The axis counts from 0 by itself.
    """
    rows: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)
    for (sheet, row, _), read in needs.items():
        rows[sheet, row].update((name, below) for name, below, _ in read)
    reached = {(sheet, row) for sheet, row, _ in numbers} | {key for key in rows if key[1] == AXIS_ROW}
    reached |= {key for key, read in rows.items() if not read}  # nothing but 0 and 1: what there is none of
    left = {key: read for key, read in rows.items() if key not in reached}
    while True:
        new = {key for key, read in left.items() if (read - {key}) & reached}
        if not new:
            break
        reached |= new
        left = {key: read for key, read in left.items() if key not in new}
    for sheet, row in left:
        yield f"{sheet}!{get_column_letter(VALUE)}{row}: no way leads here from inputs or decisions"
