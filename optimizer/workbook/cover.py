"""The cover: what the workbook is of, how good the plan is, and whether the workbook still is that plan."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.workbook.draft import Draft
from optimizer.workbook.found import Found
from optimizer.workbook.sheet import FIRST_COLUMN, FIRST_ROW, Sheet, column, quoted


@dataclass(frozen=True)
class CoverRow:
    """A row of the cover: words, or a formula with the value that it has."""

    label: str = ""
    words: str = ""
    formula: str = ""
    value: float | str = 0.0
    style: str = ""
    unit: str = "number"


def changed_sum(sheet: Sheet) -> str:
    """The number of cells of a sheet that are not as they were solved, as a formula."""
    letters = column(FIRST_COLUMN + sheet.axis.last + 3)
    last = max((cell.row for cell in sheet.cells()), default=FIRST_ROW)
    return f"SUM({quoted(sheet.name)}!${letters}${FIRST_ROW + 1}:${letters}${last + 1})"


def cover_rows(draft: Draft, found: Found) -> list[CoverRow]:
    """All rows, from the title down."""
    plan, instance = draft.plan, draft.instance
    changed = "+".join(changed_sum(sheet) for sheet in draft.sheets if draft.watches(sheet))
    passed = {True: "passed", False: "FAILED: do not use this plan", None: "has not run on the plan as it stands"}
    assert draft.master is not None
    master = draft.master.text("Cover", 0)
    given = len(draft.given)
    rows = [
        CoverRow(instance.title or instance.name, style="title"),
        CoverRow("Plan of", instance.name),
        CoverRow(
            "Is it still the plan?",
            "The workbook recomputes what it is given. That the answer is the best one is proven for the inputs and "
            "decisions as solved only: capstack workbook --check turns changed inputs into a file to solve again.",
            f'IF({changed}=0,"as solved","CHANGED: no longer proven")',
            "as solved",
            "alarm",
        ),
        CoverRow("Cells changed", "inputs, lists and decisions that are not as they were solved", changed, 0.0),
        CoverRow("Master check", "0: every check on the last sheet is met", master, draft.master.number()),
        CoverRow(
            "Rows that are values",
            f"{given} rows are values of the plan, not formulas, and do not follow what is changed: see Checks"
            if given
            else "every figure below the inputs and decisions is a formula",
            draft.given_count.text("Cover", 0),
            float(given),
        ),
        CoverRow(),
        CoverRow("How good the plan is", style="part"),
        CoverRow("Status", plan.status),
        CoverRow("Found by", str(plan.summary.get("message", ""))),
        *(CoverRow("", words) for words in optimality(draft)),
        CoverRow("Audit by the second program", passed[plan.audit_passed]),
        CoverRow(),
        CoverRow("Objectives", style="part"),
    ]
    for name, figure in found.objectives.items():
        unit = figure.unit
        rows.append(CoverRow(name.replace("_", " "), unit, figure.text("Cover", 0), figure.number(), unit=unit))
    rows += [CoverRow(), CoverRow("Legend", style="part"), CoverRow(style="legend"), CoverRow()]
    rows.append(CoverRow("Sheets", style="part"))
    rows += [CoverRow(sheet.name, sheet.title) for sheet in draft.sheets]
    rows += [CoverRow(), CoverRow("Provenance", style="part"), CoverRow("Instance hash", instance.hash)]
    versions = plan.summary.get("versions", {})
    rows += [CoverRow(f"Version of {name}", str(version)) for name, version in sorted(versions.items())]
    if instance.source:
        rows.append(CoverRow("Sources", instance.source, style="long"))
    for i, paragraph in enumerate(instance.notes.split("\n\n") if instance.notes else ()):
        rows.append(CoverRow("" if i else "Notes", paragraph.strip(), style="long"))
    return rows


def optimality(draft: Draft) -> list[str]:
    """How far each level may be from the best, in its unit."""
    found = []
    for level in draft.plan.summary.get("levels", []):
        value, bound = level.get("value"), level.get("bound")
        if value is None or bound is None:
            continue
        name, unit = str(level["name"]).replace("_", " "), level.get("unit", "musd")
        room = abs(value - bound)
        found.append(
            f"{name}: optimal within ${room:,.1f} m" if unit == "musd" else f"{name}: optimal within {room:.2%}"
        )
    return found
