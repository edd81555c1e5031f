"""`capstack workbook`: an instance as an input workbook; what was changed in the workbook of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, INVALID, NO_PLAN, Failure
from optimizer.commands.options import Json
from optimizer.commands.output import counted, print_json, say, stderr


def workbook(
    source: Annotated[str, typer.Argument(metavar="FILE", help="Instance file; with --check the workbook of a plan.")],
    book: Annotated[
        Path | None, typer.Argument(metavar="[BOOK.xlsx]", help="Input workbook to write [default: beside FILE].")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Turn what was changed into a file that extends the one that was solved.")
    ] = False,
    extends: Annotated[
        str | None,
        typer.Option("--extends", metavar="FILE", help="File to extend [default: FILE.solved.yaml, which is written]."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write [default: FILE.changed.yaml].")
    ] = None,
    as_json: Json = False,
) -> int:
    """Write an instance as an input workbook, or say what was changed in the workbook of a plan."""
    if check:
        if book is not None:
            raise typer.BadParameter("goes without --check", param_hint="BOOK.xlsx")
        return _check(Path(source), extends, out, as_json)
    if extends is not None or out is not None:
        raise typer.BadParameter("goes with --check", param_hint="--extends" if extends is not None else "--out")
    return _write(source, book or Path(source).with_suffix(".xlsx"), as_json)


def _write(source: str, book: Path, as_json: bool) -> int:
    from optimizer.contract.versions import MissingExtraError
    from optimizer.instance.book.writing import write_book

    try:
        write_book(source, book)
    except MissingExtraError as error:
        raise Failure(INVALID, str(error)) from None
    except OSError as error:
        raise Failure(NO_PLAN, f"{book} cannot be written: {error.strerror}") from None
    if as_json:
        print_json({"file": source, "written": str(book)})
    else:
        say(f"wrote {book}\n")
    return FINE


def _above(extends: str, place: Path) -> str:
    """The file to extend as the one at ``place`` names it, from its own folder; as it is given if it is not there."""
    if not Path(extends).exists():
        return extends
    from optimizer.instance.files import extended_from

    above = extended_from(place.parent, extends)
    if above is None:
        raise Failure(INVALID, f"{place} cannot extend {extends}, which lies outside of its folder: give another --out")
    return above


def _check(book: Path, extends: str | None, out: Path | None, as_json: bool) -> int:
    import json

    import yaml

    from optimizer.contract.versions import MissingExtraError
    from optimizer.workbook.changes import BookError, changes

    try:
        found = changes(book)
    except (BookError, MissingExtraError) as error:
        raise Failure(INVALID, str(error)) from None
    place = out or book.with_suffix(".changed.yaml")
    base = place.with_name(f"{book.stem}.solved.yaml")
    overlay = found.overlay(base.name if extends is None else _above(extends, place)) if found.inputs else None
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
