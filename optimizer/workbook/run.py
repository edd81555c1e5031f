"""A plan as an xlsx file."""

from __future__ import annotations

import os
from pathlib import Path

from optimizer.contract.durable import replacing
from optimizer.plan.plan import Plan
from optimizer.workbook.build import drafted
from optimizer.workbook.writer import written


def to_excel(plan: Plan, path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Write a plan as a workbook with live formulas, and return the rows that are values instead.

    Inputs and decisions are numbers; statements, covenants, cost of capital and objectives are formulas that follow
    them, each with the plan's value beside it. Where there is no formula that gives the plan's value to the cent, the
    row holds the values: it is marked, counted on the cover, and named here as ``sheet: row``. The same plan gives the
    same bytes. Raises ValueError for a path that does not end in .xlsx, MissingExtraError without xlsxwriter, OSError
    if the file cannot be written, and TypeError for what is no plan.

    >>> optimizer.to_excel(plan, folder / "plan.xlsx")
    ()
    """
    if not isinstance(plan, Plan):
        raise TypeError(f"a plan is expected, as optimizer.solve and read_run give one, not {type(plan).__name__}")
    place = Path(path)
    if place.suffix.lower() != ".xlsx":
        raise ValueError(f"{place} does not end in .xlsx, by which spreadsheets know the format")
    draft, found = drafted(plan)
    content = written(draft, found)
    with replacing(place) as stream:
        stream.write(content)
    return tuple(f"{cell.sheet.name}: {cell.label}" for cell, _ in draft.given)
