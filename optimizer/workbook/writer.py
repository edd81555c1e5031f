"""A draft as an xlsx file: every formula with its value, every text as text, and the same bytes for the same plan."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from optimizer.contract.versions import MissingExtraError
from optimizer.workbook.cover import CoverRow, cover_rows
from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import Expr
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import (
    FIRST_COLUMN,
    FIRST_ROW,
    VALUE_COLUMN,
    Cell,
    Figure,
    Heading,
    Line,
    Sheet,
    column,
)

CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""What the file says of when it was made: the same for all, so that equal plans give equal files."""
A4 = 9
LINE_HEIGHT = 13
MOST_HEIGHT = 409
"""Points: the highest that a row may be."""
_STRINGS_STAY = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")

STYLES: dict[str, dict[str, Any]] = {
    "input": {"font_color": "#0000FF", "bg_color": "#FFFFCC"},
    "decision": {"font_color": "#0000FF", "bg_color": "#E2EFDA"},
    "constant": {"font_color": "#0000FF", "bg_color": "#EDEDED"},
    "formula": {"font_color": "#000000"},
    "link": {"font_color": "#007A33"},
    "given": {"font_color": "#9C0006", "bg_color": "#FCE4D6"},
    "solved": {"font_color": "#7F7F7F"},
}
LEGEND = (
    ("input", "An input: blue on pale yellow. Change it, and all that follows from it changes."),
    ("decision", "A decision of the solver: blue on pale green."),
    ("constant", "A constant: of nature, of the calendar, or a tolerance."),
    ("formula", "A formula of this sheet: black."),
    ("link", "A formula that reads other sheets: green."),
    ("given", "A value of the plan for which there is no formula here: it does not follow what is changed."),
    ("solved", "What an input or a decision was when the plan was solved: grey, on the right."),
)
_FORMATS = (
    (("share", "share a year", "share of a period"), "0.00%"),
    (("musd",), "#,##0.00;-#,##0.00;-"),
    (("units", "H100e", "MWh", "hours", "USD a unit", "USD", "USD a unit and year"), "#,##0;-#,##0;-"),
    (("MW", "kW"), "#,##0.0;-#,##0.0;-"),
)


INSTANCE_SHEET = "Instance"
"""The sheet that holds the instance as it was solved, in JSON."""
_PIECE = 30_000
"""Characters of it in a cell: the format allows some more."""


def written(draft: Draft, found: Found, *, stale: bool = False) -> bytes:
    """The workbook as a file; with ``stale`` the values beside formulas are wrong, so that a referee must find them.

    Raises MissingExtraError without xlsxwriter.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError("xlsxwriter", "report") from None
    stream = BytesIO()
    options = {"in_memory": True, **dict.fromkeys(_STRINGS_STAY, False)}
    _Writer(draft, found, stale, xlsxwriter.Workbook(stream, options)).write()
    return stream.getvalue()


class _Writer:
    def __init__(self, draft: Draft, found: Found, stale: bool, book: Any) -> None:
        self.draft, self.found, self.stale, self.book = draft, found, stale, book

    def write(self) -> None:
        self.book.set_properties({"title": self.draft.instance.title or self.draft.instance.name, "created": CREATED})
        self.book.set_calc_mode("auto")
        self._made: dict[tuple[str, str, bool], Any] = {}
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.header = self.book.add_format({"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF"})
        self.right = self.book.add_format(
            {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "align": "right"}
        )
        self.part = self.book.add_format({"bold": True, "bg_color": "#D9E1F2"})
        self.deep = self.book.add_format({"bold": True, "italic": True})
        self.small = self.book.add_format({"font_color": "#7F7F7F", "font_size": 8})
        self.plain = self.book.add_format({"indent": 1})
        self.bold = self.book.add_format({"bold": True, "valign": "top"})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top", "indent": 1})
        self.alarm = self.book.add_format({"bold": True, "font_size": 12, "font_color": "#C00000"})
        self._cover(cover_rows(self.draft, self.found))
        for sheet in self.draft.sheets:
            self._sheet(sheet)
        self._instance()
        self.book.close()

    # ── formats ──

    def _format(self, kind: str, unit: str, total: bool) -> Any:
        key = (kind, unit, total)
        if key not in self._made:
            number = next((text for units, text in _FORMATS if unit in units), "#,##0.######")
            if kind == "constant" or unit == "year":
                number = "General"
            style = {**STYLES[kind], "num_format": number}
            if total:
                style |= {"bold": True, "top": 1}
            self._made[key] = self.book.add_format(style)
        return self._made[key]

    # ── sheets ──

    def _page(self, name: str) -> Any:
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_footer("&L&F&C&A&R&P / &N")
        page.hide_gridlines(2)
        return page

    def _cover(self, rows: list[CoverRow]) -> None:
        page = self._page("Cover")
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 24)
        page.set_column(2, 2, 110, self.book.add_format({"indent": 1}))
        at = 0
        for row in rows:
            if row.style == "legend":
                for kind, words in LEGEND:
                    page.write_number(at, 0, 1, self._format(kind, "number", False))
                    page.write_string(at, 2, words, self.plain)
                    at += 1
                continue
            label = {"title": self.title, "part": self.part, "alarm": self.alarm}.get(row.style, self.bold)
            page.write_string(at, 0, row.label, label)
            if row.formula:
                value = row.value if not self.stale or isinstance(row.value, str) else -99.0
                style = self.alarm if row.style == "alarm" else self._format("link", row.unit, False)
                page.write_formula(at, 1, f"={row.formula}", style, value)
            if row.words:
                page.write_string(at, 2, row.words, self.wrap if row.style == "long" else self.plain)
            if row.style == "long":
                lines = sum(1 + len(line) // 120 for line in row.words.splitlines())
                page.set_row(at, min(MOST_HEIGHT, LINE_HEIGHT * lines))
            at += 1
        page.freeze_panes(1, 0)

    def _instance(self) -> None:
        """The instance as it was solved, for whoever checks what has been changed since."""
        page = self._page(INSTANCE_SHEET)
        page.write_string(0, 0, "The instance as it was solved, in JSON; capstack workbook --check reads it", self.bold)
        text = json.dumps(self.draft.instance.canonical(), ensure_ascii=False)
        for at, begin in enumerate(range(0, len(text), _PIECE), 1):
            page.write_string(at, 0, text[begin : begin + _PIECE], self.small)
        page.print_area(0, 0, 0, 0)

    def _sheet(self, sheet: Sheet) -> None:
        page = self._page(sheet.name)
        axis = sheet.axis
        page.set_column(0, 0, 52)
        page.set_column(1, 1, 15)
        page.set_column(2, 2, 30, None, {"level": 1} if sheet.name == "Calculations" else None)
        page.set_column(VALUE_COLUMN, VALUE_COLUMN, 14)
        page.set_column(FIRST_COLUMN, FIRST_COLUMN, 13 if sheet.shows_opening else 4)
        page.set_column(FIRST_COLUMN + 1, FIRST_COLUMN + axis.last + 1, 13)
        page.write_string(0, 0, f"{self.draft.instance.name}: {sheet.title}", self.title)
        head = FIRST_ROW - 3
        for at, words in enumerate(("What", "Unit", "Where from", "Value")):
            page.write_string(head, at, words, self.right if at == VALUE_COLUMN else self.header)
        shown = range(axis.last + (2 if self._goes_beyond(sheet) else 1))
        for p in shown:
            label = axis.labels[p] if axis.labels else f"{axis.words} {p}"
            page.write_string(head, FIRST_COLUMN + p, label if p or sheet.shows_opening else "", self.right)
        positions = sheet.positions
        page.write_string(positions.row, 0, axis.words, self.small)
        page.write_string(positions.row, 1, "number", self.small)
        for p in shown:
            text = positions.formula_at(p)
            assert text is not None
            value = -99.0 if self.stale else positions.number(p)
            page.write_formula(positions.row, FIRST_COLUMN + p, f"={text.text(sheet.name, p)}", self.small, value)
        at = FIRST_ROW
        for i, row in enumerate(sheet.rows):
            if isinstance(row, Heading):
                at += 1 if i and not row.deep else 0
                page.write_string(at, 0, row.words, self.deep if row.deep else self.part)
            else:
                assert row.row == at, f"{sheet.name}: {row.label}"
                self._row(page, sheet, row)
            at += 1
        if self.draft.watches(sheet):
            self._solved(page, sheet)
        page.print_area(0, 0, max(at - 1, FIRST_ROW), FIRST_COLUMN + shown[-1])
        page.freeze_panes(FIRST_ROW - 1, FIRST_COLUMN)
        page.repeat_rows(0, FIRST_ROW - 2)

    def _goes_beyond(self, sheet: Sheet) -> bool:
        return any(isinstance(cell, Line) and cell.high > sheet.axis.last for cell in sheet.cells())

    def _row(self, page: Any, sheet: Sheet, cell: Cell) -> None:
        bold = getattr(cell, "is_total", False)
        page.write_string(cell.row, 0, cell.label, self.bold if bold else self.plain)
        page.write_string(cell.row, 1, cell.unit, self.small)
        if cell.note:
            page.write_string(cell.row, 2, cell.note, self.small)
        if isinstance(cell, Figure):
            self._cell(page, sheet, cell, VALUE_COLUMN, 0, cell.formula, cell.number(), bold)
            return
        assert isinstance(cell, Line)
        for p in range(cell.high + 1):
            if cell.is_at(p):
                self._cell(page, sheet, cell, FIRST_COLUMN + p, p, cell.formula_at(p), cell.number(p), bold)

    def _cell(
        self, page: Any, sheet: Sheet, cell: Cell, at: int, p: int, formula: Expr | None, number: float, bold: bool
    ) -> None:
        if formula is None:
            page.write_number(cell.row, at, number, self._format(cell.kind, cell.unit, bold))
            return
        text = formula.text(sheet.name, p)
        style = self._format("link" if "!" in text else "formula", cell.unit, bold)
        page.write_formula(cell.row, at, f"={text}", style, -99.0 if self.stale else number)

    def _solved(self, page: Any, sheet: Sheet) -> None:
        """On the right, what each number was as the plan was solved, and whether it is that still."""
        flags, first = solved_columns(sheet)
        page.write_string(FIRST_ROW - 3, flags, "Changed", self.right)
        page.write_string(FIRST_ROW - 3, first, "As solved", self.header)
        page.set_column(flags, flags, 9)
        page.set_column(first, first + sheet.axis.last + 1, 11)
        for cell in sheet.cells():
            if cell.kind not in ("input", "decision", "constant"):
                continue
            style = self._format("solved", cell.unit, False)
            width = sheet.axis.last + 1
            if isinstance(cell, Figure):
                page.write_number(cell.row, first, cell.number(), style)
            elif isinstance(cell, Line):
                for p in range(cell.high + 1):
                    if cell.is_at(p):
                        page.write_number(cell.row, first + 1 + p, cell.number(p), style)
            own = f"{column(VALUE_COLUMN)}{cell.row + 1}:{column(VALUE_COLUMN + width)}{cell.row + 1}"
            solved = f"{column(first)}{cell.row + 1}:{column(first + width)}{cell.row + 1}"
            text = f"=SUMPRODUCT(({own}<>{solved})*1)"
            page.write_formula(
                cell.row, flags, text, self._format("formula", "number", False), -99.0 if self.stale else 0
            )


def solved_columns(sheet: Sheet) -> tuple[int, int]:
    """The column of the flags, and the first one of what was solved."""
    flags = FIRST_COLUMN + sheet.axis.last + 3
    return flags, flags + 1
