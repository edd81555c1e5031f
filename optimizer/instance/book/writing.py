"""An instance as an input workbook."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from optimizer.contract.durable import replacing
from optimizer.contract.versions import MissingExtraError
from optimizer.instance.book.layout import HEADER_ROW, KEY, PROGRAMME, READ_ME, SOURCE, UNIT, VALUE, WORDS, shown
from optimizer.instance.book.rows import Row, labels_of, sheets_of
from optimizer.instance.book.words import About, about
from optimizer.instance.diagnostics import Diagnostic, InstanceError
from optimizer.instance.files import whole_tree
from optimizer.instance.python_data import tree_of
from optimizer.instance.schema import Instance
from optimizer.instance.yaml_source import Node

THEN = datetime(2000, 1, 1, tzinfo=UTC)
WIDTHS = {KEY: 38, VALUE: 18, UNIT: 20, SOURCE: 34, WORDS: 60}
NUMBER_WIDTH = 11
MOST_IN_A_LIST = 255
SAID = (
    "This workbook is an instance of capstack: each row is a figure, on the sheet of its block.",
    "Change values (blue on yellow), add rows and sheets, then: capstack solve THIS.xlsx",
    "capstack validate THIS.xlsx says what is wrong, and in which cell; capstack import THIS.xlsx prints it as YAML.",
    "A key is a path within the block: names with / between them, # and a number for an item of a list.",
    "What differs by period stands under the periods: `by period` has a number for each of them, `from then on` one"
    " wherever it changes.",
    "Numbers are numbers and not texts, periods are written as they are in the columns' heads, and there are no"
    " formulas: what a figure is reckoned from goes into its source.",
    "A row without a value counts as absent. This sheet is not read.",
)


def write_book(source: Instance | str | os.PathLike[str], path: str | os.PathLike[str]) -> None:
    """Write an instance, or that of a file with what it extends, as an input workbook (.xlsx), to be read by `load`.

    A sheet a block, a row a figure with its unit, its source and what it is. What is read back has the same hash, and
    the same input gives the same bytes. Raises InstanceError for a file that cannot be read, MissingExtraError without
    xlsxwriter, OSError if the workbook cannot be written, and TypeError for what is neither a path nor an instance.

    >>> optimizer.write_book(base, folder / "two-sources.xlsx")
    >>> optimizer.load(folder / "two-sources.xlsx").hash == base.hash
    True
    """
    if not isinstance(source, (Instance, str, os.PathLike)):
        raise TypeError(f"a path or an Instance is expected, not {type(source).__name__}")
    problems: list[Diagnostic] = []
    root = tree_of(source, problems) if isinstance(source, Instance) else whole_tree(source, problems)
    errors = [each for each in problems if each.severity == "error"]
    if root is None or errors:
        raise InstanceError(errors)
    with replacing(Path(path)) as stream:
        stream.write(_bytes(root))


def _bytes(root: Node) -> bytes:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError("xlsxwriter", "report") from None
    stream = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(stream, plain)
    book.set_properties({"created": THEN.replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "key": book.add_format({}),
        "soft": book.add_format({"font_color": "#56616E", "text_wrap": True, "valign": "top"}),
        "input": book.add_format({"font_color": "#0000FF", "bg_color": "#FFFFCC", "align": "right"}),
        "text": book.add_format({"font_color": "#0000FF", "bg_color": "#FFFFCC", "text_wrap": True, "valign": "top"}),
    }
    front = book.add_worksheet(READ_ME)
    front.set_column(0, 0, 120)
    for i, sentence in enumerate(SAID):
        front.write_string(i, 0, sentence, formats["title" if i == 0 else "soft"])
    labels = labels_of(root)
    for name, rows in sheets_of(root).items():
        if rows:
            _sheet(book.add_worksheet(name), name, rows, labels, formats)
    book.close()
    return stream.getvalue()


def _sheet(sheet: Any, name: str, rows: list[Row], labels: list[str], formats: dict[str, Any]) -> None:
    sheet.write_string(0, 0, name, formats["title"])
    along = labels if any(row.by_period for row in rows) else []
    heads = (KEY, VALUE, UNIT, *along, SOURCE, WORDS)
    at = {head: column for column, head in enumerate(heads)}
    for head, column in at.items():
        sheet.write_string(HEADER_ROW, column, head, formats["head"])
        sheet.set_column(column, column, WIDTHS.get(head, NUMBER_WIDTH))
    for number, row in enumerate(rows, HEADER_ROW + 1):
        said = about(row.parts if name == PROGRAMME else (name, *row.parts))
        _row(sheet, number, row, said, at, formats)
        choices = ["true", "false"] if isinstance(row.value, bool) else list(said.choices)
        if choices and sum(map(len, choices)) + len(choices) <= MOST_IN_A_LIST:
            values = ["TRUE", "FALSE"] if isinstance(row.value, bool) else choices
            sheet.data_validation(number, at[VALUE], number, at[VALUE], {"validate": "list", "source": values})
    sheet.freeze_panes(HEADER_ROW + 1, at[VALUE] + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _row(sheet: Any, number: int, row: Row, said: About, at: dict[str, int], formats: dict[str, Any]) -> None:
    sheet.write_string(number, at[KEY], shown(row.parts), formats["key"])
    value = row.value
    if isinstance(value, bool):
        sheet.write_boolean(number, at[VALUE], value, formats["input"])
    elif isinstance(value, (int, float)):
        sheet.write_number(number, at[VALUE], value, formats["input"])
    elif value is None:
        sheet.write_blank(number, at[VALUE], None, formats["input"])
    else:
        sheet.write_string(number, at[VALUE], value, formats["text"])
    sheet.write_string(number, at[UNIT], said.unit, formats["soft"])
    for label, amount in row.by_period.items():
        sheet.write_number(number, at[label], amount, formats["input"])
    if row.source:
        sheet.write_string(number, at[SOURCE], row.source, formats["text"])
    sheet.write_string(number, at[WORDS], said.words, formats["soft"])
