"""What a report can hold, and how its files are written: for `report`, and for `--report` of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.commands.failure import INVALID, NO_PLAN, Failure
from optimizer.commands.output import counted, say, stderr

if TYPE_CHECKING:
    from optimizer.comparison.comparison import Comparison
    from optimizer.plan.plan import Plan
    from optimizer.uncertainty.record import TreeRecord

PAGE, DECK, BOOK, PLAN_BOOK = "report.html", "deck.pptx", "comparison.xlsx", "plan.xlsx"
"""The files of a report; a workbook goes by what it is of."""

Report = Annotated[bool, typer.Option("--report", help="Write the report as well, as `capstack report` does.")]


def write_report(
    subject: Plan | Comparison | TreeRecord, folder: Path, wanted: Iterable[str] = (), template: Path | None = None
) -> list[str]:
    """Write the files ``wanted``, or all there are, to ``folder``; their paths. Raises Failure."""
    from optimizer.contract.versions import MissingExtraError
    from optimizer.deck.opening import TemplateError

    writers = _writers(subject, template)
    if missing := [name for name in wanted if name in (DECK, BOOK, PLAN_BOOK) and len(writers) == 1]:
        kinds = " and ".join(f"--{Path(name).suffix[1:]}" for name in missing if name != BOOK)
        raise Failure(
            INVALID, f"{kinds}: of a tree there is a page; its scenarios are runs, each with a report of its own"
        )
    chosen = [name for name in writers if name in set(wanted)] or list(writers)
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen:
            writers[name](subject, folder / name)
            written.append(str(folder / name))
    except (MissingExtraError, TemplateError) as error:
        raise Failure(INVALID, str(error)) from None
    except OSError as error:
        raise Failure(NO_PLAN, f"{folder} cannot be written to: {error.strerror}") from None
    return written


def report_beside(subject: Plan | Comparison | TreeRecord, place: Path, quiet: bool) -> None:
    """Write the whole report to the folder beside a run, a comparison or a tree, and say so."""
    written = write_report(subject, beside(place))
    if not quiet:
        say("".join(f"wrote {path}\n" for path in written))


def beside(place: Path) -> Path:
    """Where the report of what is kept in a folder goes: its files are sealed, so beside it."""
    return Path(f"{place.resolve()}.report")


def _writers(
    subject: Plan | Comparison | TreeRecord, template: Path | None
) -> dict[str, Callable[[Any, Path], object]]:
    from optimizer.comparison.comparison import Comparison
    from optimizer.deck.deck import to_deck
    from optimizer.page.page import to_html
    from optimizer.uncertainty.record import TreeRecord

    if isinstance(subject, TreeRecord):
        return {PAGE: to_html}
    book = BOOK if isinstance(subject, Comparison) else PLAN_BOOK
    return {PAGE: to_html, book: _workbook, DECK: partial(to_deck, template=template)}


def _workbook(subject: Plan | Comparison, path: Path) -> None:
    from optimizer.workbook.run import to_excel

    if values := to_excel(subject, path):
        stderr(f"{path}: {counted(len(values), 'row')} of values, not formulas: the cover says so, too")
