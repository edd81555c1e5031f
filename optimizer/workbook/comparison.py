"""A comparison as a workbook: mixes side by side, sweeps and frontiers with native charts."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.comparison.columns import BESIDE, CHANGES, FIGURES, FOUND, OBJECTIVE_UNITS, STANDING
from optimizer.contract.durable import replacing
from optimizer.contract.versions import MissingExtraError
from optimizer.instance.rate_kinds import rate_kind
from optimizer.plan.table import Cell, Table
from optimizer.report.layout import printable
from optimizer.workbook.sheet import column as letters_of

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison

THEN = datetime(2000, 1, 1)
LONGEST_SHEET = 31
ACROSS, LINE_HIGH = 100, 15.0
"""Characters across the first sheet, and how high a line is."""
WHOLE = {"rank", "npv_rank", "value_rank"}
COLOURS = ("#3366a8", "#e08a1e", "#2f9e78", "#b8477d")
SIDE_BY_SIDE = (*FOUND, *FIGURES, *STANDING, *BESIDE)
"""The rows of a sheet of mixes, as far as there are such columns; others follow."""
DIFFERENCES = ("value", *FIGURES)
"""Rows that have a difference to the base: those that add up."""


def comparison_workbook(comparison: Comparison, path: str | os.PathLike[str]) -> None:
    """Write a comparison as a workbook to ``path`` (.xlsx).

    A sheet for each scenario with its mixes side by side and, as formulas, their differences to the base (the one that
    the comparison names, else the first mix); the table over all scenarios; a sheet for each sweep and frontier, with
    a chart. The same comparison gives the same bytes. Raises MissingExtraError without xlsxwriter, and OSError.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError("xlsxwriter", "report") from None
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"created": THEN, "title": f"{comparison.name}: comparison"})
    pages = _Pages(book)
    pages.cover(comparison)
    rows = comparison.mixes.records()
    for scenario in dict.fromkeys(str(row["scenario"]) for row in rows):
        pages.mixes(scenario, [row for row in rows if row["scenario"] == scenario], comparison)
    if comparison.over_scenarios.rows:
        pages.table("Over scenarios", comparison.over_scenarios)
    for name, table in comparison.sweeps.items():
        pages.sweep(name, table)
    for name, table in comparison.frontiers.items():
        pages.frontier(name, table)
    book.close()
    with replacing(Path(path)) as file:
        file.write(stream.getvalue())


class _Pages:
    """Sheets in the making, each of a name of its own."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names: set[str] = set()
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._soft = book.add_format({"font_color": "#56616E"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._numbers = {
            kind: book.add_format({"num_format": form})
            for kind, form in {"money": "#,##0.0;−#,##0.0;–", "share": "0.00%", "ratio": "0.000", "whole": "0"}.items()
        }

    def _sheet(self, name: str) -> Any:
        """A new sheet under the name, as far as a spreadsheet takes it."""
        plain = "".join("-" if sign in "[]:*?/\\'" else sign for sign in printable(name)).strip() or "sheet"
        shown, number = plain[:LONGEST_SHEET], 1
        while shown.lower() in self._names:
            number += 1
            shown = f"{plain[: LONGEST_SHEET - 4]} {number}"
        self._names.add(shown.lower())
        sheet = self._book.add_worksheet(shown)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, printable(name), self._title)
        return sheet

    def cover(self, comparison: Comparison) -> None:
        """What was compared, how the runs ended, and what is in doubt."""
        sheet = self._sheet("Comparison")
        sheet.set_column(0, 0, ACROSS + 10)
        ended = ", ".join(f"{count:,} {status}" for status, count in sorted(comparison.counts.items()))
        lines = [comparison.name, comparison.title or "", f"base {comparison.base}, {comparison.base_hash}"]
        lines += [f"{len(comparison.results):,} runs: {ended}"]
        lines += [f"the audit failed of {name}: do not use it" for name in comparison.audit_failures]
        lines += [*comparison.warnings]
        lines += ["USD million unless the name of a figure says otherwise; rates a year; black figures are formulas"]
        lines += ["Each scenario is planned as if it were known from the start."]
        for i, line in enumerate(lines, 2):
            sheet.write_string(i, 0, printable(line), self._wrap)
            sheet.set_row(i, LINE_HIGH * (1 + len(line) // ACROSS))

    def mixes(self, scenario: str, rows: Sequence[Mapping[str, Cell]], comparison: Comparison) -> None:
        """Mixes side by side, and below, as formulas, how they differ from the base."""
        sheet = self._sheet(f"Scenario {scenario}")
        mixes = [str(row["mix"]) for row in rows]
        base = mixes.index(str(comparison.against)) if comparison.against in mixes else 0
        known = dict.fromkeys(name for row in rows for name in row)
        skipped = {"mix", "scenario", *CHANGES}
        figures = [name for name in (*SIDE_BY_SIDE, *known) if name in known and name not in skipped]
        figures = [name for name in dict.fromkeys(figures) if any(row.get(name) is not None for row in rows)]
        self._heads(sheet, ["figure", *mixes])
        at = {name: i for i, name in enumerate(figures, 3)}
        for name, line in at.items():
            sheet.write_string(line, 0, _named(name), self._soft)
            for j, row in enumerate(rows, 1):
                self._cell(sheet, line, j, row.get(name), self._form(name, row))
        line = 3 + len(figures) + 1
        sheet.write_string(line, 0, f"Difference to {printable(mixes[base])}", self._title)
        for name in (name for name in DIFFERENCES if name in at):
            line += 1
            sheet.write_string(line, 0, _named(name), self._soft)
            for j, row in enumerate(rows, 1):
                pair = row.get(name), rows[base].get(name)
                if all(isinstance(each, (int, float)) for each in pair):
                    here, there = f"{letters_of(j)}{at[name] + 1}", f"${letters_of(base + 1)}${at[name] + 1}"
                    value = float(pair[0] or 0.0) - float(pair[1] or 0.0)
                    sheet.write_formula(line, j, f"={here}-{there}", self._form(name, row), value)
        sheet.set_column(0, 0, 38)
        sheet.set_column(1, len(mixes), 16)
        sheet.freeze_panes(3, 1)

    def table(self, name: str, table: Table) -> Any:
        """A table as it is kept."""
        sheet = self._sheet(name)
        self._heads(sheet, [_named(column) for column in table.columns])
        for i, row in enumerate(table.records(), 3):
            for j, column in enumerate(table.columns):
                self._cell(sheet, i, j, row[column], self._form(column, row))
        sheet.set_column(0, len(table.columns), 14)
        sheet.freeze_panes(3, 1)
        return sheet

    def sweep(self, name: str, table: Table) -> None:
        """The points of a sweep, and a chart of the objective along its first axis, a line for each point of others."""
        sheet = self.table(f"Sweep {name}", table)
        rows, title = table.records(), f"Sweep {name}"
        axes = list(table.columns[: table.columns.index("status")])
        chart = self._book.add_chart({"type": "line"})
        groups: dict[tuple[Cell, ...], list[int]] = {}
        for i, row in enumerate(rows, 3):
            groups.setdefault(tuple(row[axis] for axis in axes[1:]), []).append(i)
        if any(lines != list(range(lines[0], lines[0] + len(lines))) for lines in groups.values()):
            return  # points of one line that do not stand together make no chart
        value = table.columns.index("value")
        for i, (others, lines) in enumerate(groups.items()):
            series = {
                "name": printable(", ".join(f"{cell}" for cell in others)) or "value",
                "categories": [sheet.name, lines[0], 0, lines[-1], 0],
                "values": [sheet.name, lines[0], value, lines[-1], value],
                "line": {"color": COLOURS[i % len(COLOURS)]},
            }
            chart.add_series(series)
        self._place(sheet, chart, title, axes[0], "value", len(rows))

    def frontier(self, name: str, table: Table) -> None:
        """The points of a frontier, and a chart of its two objectives against each other."""
        sheet = self.table(f"Frontier {name}", table)
        objectives = [column for column in table.columns if column in OBJECTIVE_UNITS][:2]
        if len(objectives) < 2 or not table.rows:
            return
        first, second = (table.columns.index(each) for each in objectives)
        last = 2 + len(table.rows)
        chart = self._book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
        series = {"name": printable(name), "line": {"color": COLOURS[0]}, "marker": {"type": "circle"}}
        columns = {"categories": [sheet.name, 3, second, last, second], "values": [sheet.name, 3, first, last, first]}
        chart.add_series({**series, **columns})
        self._place(sheet, chart, f"Frontier {name}", objectives[1], objectives[0], len(table.rows))

    def _place(self, sheet: Any, chart: Any, title: str, across: str, up: str, rows: int) -> None:
        chart.set_title({"name": printable(title), "overlay": False})
        chart.set_x_axis({"name": _named(across)})
        chart.set_y_axis({"name": _named(up)})
        sheet.insert_chart(rows + 5, 0, chart, {"x_scale": 1.6, "y_scale": 1.3})

    def _heads(self, sheet: Any, heads: Sequence[str]) -> None:
        for j, head in enumerate(heads):
            sheet.write_string(2, j, printable(head), self._head)
        sheet.repeat_rows(2)

    def _cell(self, sheet: Any, i: int, j: int, cell: Cell, form: Any) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            sheet.write_string(i, j, "yes" if cell else "no")
        elif isinstance(cell, (int, float)):
            sheet.write_number(i, j, cell, form)
        else:
            sheet.write_string(i, j, printable(str(cell)), self._wrap)

    def _form(self, name: str, row: Mapping[str, Cell]) -> Any:
        """The form of a figure by its name, and of an objective by its unit."""
        if name in WHOLE:
            return self._numbers["whole"]
        own = name in ("value", "bound", "best", "regret", "regret_within") and row.get("unit") != "musd"
        if own or name.endswith(("_share", "_per_year")) or OBJECTIVE_UNITS.get(name, "musd") != "musd":
            return self._numbers["share"]
        return self._numbers["ratio" if "dscr" in name else "money"]


def _named(name: str) -> str:
    """A column as a head: with its unit, and of a rate whether it is nominal or effective."""
    kind = rate_kind(name)
    return printable(name) + (f" ({kind})" if kind else "")
