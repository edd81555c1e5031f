"""`capstack workbook`: what was changed in the workbook of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, INVALID, NO_PLAN, Failure
from optimizer.commands.options import Json
from optimizer.commands.output import counted, print_json, say, stderr


def workbook(
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="Workbook of a plan, as `capstack report` writes it.")],
    check: Annotated[
        bool, typer.Option("--check", help="Turn changed inputs into a file that extends the one that was solved.")
    ] = False,
    extends: Annotated[
        str | None,
        typer.Option("--extends", metavar="FILE", help="File to extend [default: BOOK.solved.yaml, which is written]."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write [default: BOOK.changed.yaml].")
    ] = None,
    as_json: Json = False,
) -> int:
    """Say what was changed in the workbook of a plan, and write changed inputs as a file to solve."""
    import json

    import yaml

    from optimizer.contract.versions import MissingExtraError
    from optimizer.workbook.changes import BookError, changes

    if not check:
        raise typer.BadParameter("say --check", param_hint="--check")
    try:
        found = changes(book)
    except (BookError, MissingExtraError) as error:
        raise Failure(INVALID, str(error)) from None
    place = out or book.with_suffix(".changed.yaml")
    base = place.with_name(f"{book.stem}.solved.yaml")
    overlay = found.overlay(extends or base.name) if found.inputs else None
    if overlay is not None:
        try:
            if extends is None:
                base.write_text(json.dumps(found.instance.canonical(), indent=1), encoding="utf-8")
            text = yaml.safe_dump(overlay, sort_keys=False, allow_unicode=True)
            place.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Failure(NO_PLAN, f"{place} cannot be written: {error.strerror}") from None
    if as_json:
        print_json(
            {
                "book": str(book),
                "instance": found.instance.name,
                "inputs": dict(found.inputs),
                "decisions": list(found.decisions),
                "written": str(place) if overlay else None,
            }
        )
        return FINE
    for path, value in found.inputs.items():
        say(f"{path}: {json.dumps(value)}\n")
    if found.decisions:
        names = ", ".join(found.decisions)
        stderr(f"{counted(len(found.decisions), 'row')} of decisions changed, which a file cannot hold: {names}")
    if overlay is None:
        say("no input is changed\n" if found.decisions else "nothing is changed\n")
    else:
        say(f"wrote {place}: capstack solve {place}\n")
    return FINE
