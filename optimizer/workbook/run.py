"""A plan as an xlsx file."""

from __future__ import annotations

import os
from pathlib import Path

from optimizer.comparison.comparison import Comparison
from optimizer.contract.durable import replacing
from optimizer.plan.plan import Plan
from optimizer.workbook.build import drafted
from optimizer.workbook.comparison import comparison_workbook
from optimizer.workbook.writer import written


def to_excel(subject: Plan | Comparison, path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Write a plan or a comparison as a workbook with live formulas, and return the rows that are values instead.

    Of a comparison: its mixes side by side, differences to the base as formulas, sweeps and frontiers with charts. Of a
    plan: inputs and decisions are numbers; statements, covenants, cost of capital and objectives are formulas that
    follow them, each with the plan's value beside it. Where there is no formula that gives the plan's value to the
    cent, the row holds the values: it is marked, counted on the cover, and named here as ``sheet: row``. The same
    subject gives the same bytes. Raises ValueError for a path that does not end in .xlsx, MissingExtraError without
    xlsxwriter, OSError if the file cannot be written, and TypeError for what is neither.

    >>> optimizer.to_excel(plan, folder / "plan.xlsx")
    ()
    """
    if not isinstance(subject, (Plan, Comparison)):
        raise TypeError(f"a plan or a comparison is expected, not {type(subject).__name__}")
    place = Path(path)
    if place.suffix.lower() != ".xlsx":
        raise ValueError(f"{place} does not end in .xlsx, by which spreadsheets know the format")
    if isinstance(subject, Comparison):
        comparison_workbook(subject, place)
        return ()
    draft, found = drafted(subject)
    content = written(draft, found)
    with replacing(place) as stream:
        stream.write(content)
    return tuple(f"{cell.sheet.name}: {cell.label}" for cell, _ in draft.given)
