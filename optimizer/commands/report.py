"""`capstack report`: a run as people read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.commands.failure import FINE, INVALID, NO_PLAN, Failure
from optimizer.commands.kept import as_audited
from optimizer.commands.options import Json
from optimizer.commands.output import counted, print_json, say, stderr

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

Write = Callable[["Plan", Path], object]


def report(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Run folder.")],
    html: Annotated[bool, typer.Option("--html", help="report.html, a page to read and print.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="plan.xlsx, a workbook with live formulas.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Folder to write to, over files of the same name [default: RUN.report]."
        ),
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Open what was written.")] = False,
    as_json: Json = False,
) -> int:
    """Write a run as a page to read and print, and as a workbook."""
    from optimizer.contract.versions import MissingExtraError
    from optimizer.plan.run_folder import read_run

    plan = read_run(run)
    if not plan.audit_passed:
        stderr(f"{run}: not audited as it stands, or the audit failed: the report says so, too")
    folder = out or Path(f"{Path(run).resolve()}.report")
    asked = {"report.html": html, "plan.xlsx": xlsx}
    chosen = {name: WRITERS[name] for name, wanted in asked.items() if wanted} or WRITERS
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with as_audited(run, plan):
            for name, write in chosen.items():
                write(plan, folder / name)
                written.append(str(folder / name))
    except MissingExtraError as error:
        raise Failure(INVALID, str(error)) from None
    except OSError as error:
        raise Failure(NO_PLAN, f"{folder} cannot be written to: {error.strerror}") from None
    if as_json:
        print_json({"run": run, "written": written})
    else:
        say("".join(f"wrote {path}\n" for path in written))
    if opened:
        for path in written:
            typer.launch(path)
    return FINE


def _html(plan: Plan, path: Path) -> None:
    from optimizer.page.page import to_html

    to_html(plan, path)


def _xlsx(plan: Plan, path: Path) -> None:
    from optimizer.workbook.run import to_excel

    if values := to_excel(plan, path):
        stderr(f"{path}: {counted(len(values), 'row')} of values, not formulas: the cover says so, too")


WRITERS: dict[str, Write] = {"report.html": _html, "plan.xlsx": _xlsx}
"""What a report can hold, by file."""
