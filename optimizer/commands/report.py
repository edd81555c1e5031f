"""`capstack report`: a run, a comparison or a tree as people read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.commands.failure import FINE
from optimizer.commands.kept import as_audited
from optimizer.commands.options import Json
from optimizer.commands.output import print_json, say, stderr
from optimizer.commands.reporting import BOOK, DECK, PAGE, PLAN_BOOK, beside, write_report

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison
    from optimizer.plan.plan import Plan
    from optimizer.uncertainty.record import TreeRecord


def report(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a run, a comparison or a tree.")],
    html: Annotated[bool, typer.Option("--html", help="report.html, a page to read and print.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="A workbook: of a plan with live formulas.")] = False,
    pptx: Annotated[bool, typer.Option("--pptx", help="deck.pptx, slides with charts that can be edited.")] = False,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE.pptx", help="Presentation whose layouts the slides take.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Folder to write to, over files of the same name [default: RUN.report]."
        ),
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Open what was written.")] = False,
    as_json: Json = False,
) -> int:
    """Write a run or a comparison as page, workbook and slides, a tree as a page."""
    subject = _read(run)
    asked = {PAGE: html, BOOK: xlsx, PLAN_BOOK: xlsx, DECK: pptx}
    wanted = [name for name, is_wanted in asked.items() if is_wanted]
    if template is not None and wanted and DECK not in wanted:
        raise typer.BadParameter("it is for slides: give --pptx as well", param_hint="--template")
    written = _written(run, subject, out or beside(Path(run)), wanted, template)
    if as_json:
        print_json({"run": run, "written": written})
    else:
        say("".join(f"wrote {path}\n" for path in written))
    if opened:
        for path in written:
            typer.launch(path)
    return FINE


def _read(run: str) -> Plan | Comparison | TreeRecord:
    from optimizer.comparison.kept import is_comparison, read_comparison
    from optimizer.plan.run_folder import read_run
    from optimizer.uncertainty.record import is_tree

    if is_comparison(run):
        return read_comparison(run)
    if is_tree(run):
        return _tree(run)
    plan = read_run(run)
    if not plan.audit_passed:
        stderr(f"{run}: not audited as it stands, or the audit failed: the report says so, too")
    return plan


def _tree(folder: str) -> TreeRecord:
    from optimizer.uncertainty.kept import tree_record

    record = tree_record(folder)
    if not record.audited:
        stderr(f"{folder}: not all plans are audited as they stand, or an audit failed: the report says so, too")
    return record


def _written(
    run: str, subject: Plan | Comparison | TreeRecord, folder: Path, wanted: list[str], template: Path | None
) -> list[str]:
    from optimizer.plan.plan import Plan

    if not isinstance(subject, Plan):
        return write_report(subject, folder, wanted, template)
    with as_audited(run, subject):
        return write_report(subject, folder, wanted, template)
