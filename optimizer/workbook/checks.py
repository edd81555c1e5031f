"""The last sheet: what has to be 0, and which rows are no formulas."""

from __future__ import annotations

from optimizer.workbook.draft import Draft
from optimizer.workbook.expression import total, when


def add_checks(draft: Draft) -> None:
    """A row for each check, the master check, and the rows that are values of the plan."""
    sheet = draft.checks
    sheet.heading("Whether it holds together, by period: 1 where it does not")
    rows = [sheet.line(label, "1 for wrong", when(wrong, 1)) for label, wrong in draft.breaches]
    sheet.heading("All of it")
    draft.master = sheet.figure("Master check: the number of ones above", "number", total([row.whole for row in rows]))
    draft.given_count = sheet.given_figure(
        "Rows that are values of the plan, not formulas", "number", float(len(draft.given))
    )
    if not draft.given:
        return
    sheet.heading("Rows that are values of the plan, and do not follow what is changed")
    for cell, why in draft.given:
        sheet.note(f"{cell.sheet.name}: {cell.label}", why)
