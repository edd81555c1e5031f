"""`capstack explain`: why an instance has no plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.commands.failure import FINE, IMPOSSIBLE, INVALID, NO_PLAN, Failure
from optimizer.commands.options import Json, number_option
from optimizer.commands.output import print_json, say, stderr

if TYPE_CHECKING:
    from optimizer.explanation.explanation import Explanation


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="What is known by then is told.")
    ] = 60.0,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="FIX",
            help="Write each verified change as a file that extends FILE: FIX, or with several FIX-1, FIX-2, …",
        ),
    ] = None,
    repair: Annotated[
        int | None, typer.Option("--repair", min=1, metavar="N", help="Write the change of this number only, as FIX.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Say why an instance has no plan, or no best one, and what it would take."""
    number_option("--time-limit", time_limit, positive=True)
    if repair is not None and write is None:
        raise Failure(INVALID, "--repair says which change is written: name the file with --write")
    from optimizer.explanation.run import explain as explained

    found = explained(file, time_limit=time_limit)
    if as_json:
        print_json(found.to_dict())
    else:
        say(f"{found}\n")
    if write is not None and found.status == "infeasible":
        _write(file, found, write, repair)
    return {"feasible": FINE, "infeasible": IMPOSSIBLE, "unbounded": IMPOSSIBLE}.get(found.status, NO_PLAN)


def _write(file: str, found: Explanation, target: Path, number: int | None) -> None:
    """Write the repaired files; what could not be written is said, and fails if nothing was."""
    from optimizer.explanation.fix import FixError, choice, numbered, write_fix

    try:
        changes = choice([*found.repairs, *found.pairs], number)
    except FixError as error:
        raise Failure(INVALID, f"nothing is written: {error}") from None
    written = 0
    for change, path in zip(changes, numbered(target, len(changes)), strict=True):
        try:
            write_fix(file, change, path)
        except FixError as error:
            stderr(f"{path} is not written: {error}")
        else:
            written += 1
            stderr(f"wrote {path}; next: capstack solve {path}")
    if not written:
        raise Failure(INVALID, "nothing is written")
