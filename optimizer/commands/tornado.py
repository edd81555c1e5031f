"""`capstack tornado`: how much the answer depends on each figure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, LIMIT_HIT, NO_PLAN
from optimizer.commands.options import Json, ObjectiveName, number_option, usable_cores
from optimizer.commands.output import print_json, say


def _write(file: Path, text: str) -> None:
    from optimizer.plan.run_folder import WriteError

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise WriteError(error.errno, f"{file} cannot be written: {error.strerror or error}") from None


def tornado(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file; its `ranges:` say how far figures go.")],
    figure: Annotated[
        list[str] | None,
        typer.Option(
            "--figure",
            metavar="PATH",
            help="A figure to move, as 'hardware.*.price_usd', instead of the ranges of the file; repeat for more.",
        ),
    ] = None,
    share: Annotated[
        float, typer.Option("--share", metavar="SHARE", help="How far figures without a range are moved.")
    ] = 0.1,
    objective: Annotated[
        ObjectiveName | None, typer.Option("--objective", help="What is measured, instead of the file's first.")
    ] = None,
    held: Annotated[bool, typer.Option("--held/--no-held", help="Show what the plan of the base comes to.")] = True,
    gap: Annotated[float | None, typer.Option("--gap", metavar="SHARE", help="Relative gap of every solve.")] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="SECONDS", help="For everything; what is known is told.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=1024, metavar="N", help="Processes (one per core).")
    ] = None,
    trajectories: Annotated[
        int, typer.Option("--trajectories", min=1, max=1000, metavar="N", help="Of the screening of over 15 figures.")
    ] = 4,
    seed: Annotated[int | None, typer.Option("--seed", min=0, metavar="N", help="Random seed.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table as CSV, too.")] = None,
    as_json: Json = False,
) -> int:
    """Say how much the answer depends on each figure, solved again and with the plan held."""
    for name, value in (("--share", share), ("--gap", gap)):
        number_option(name, value)
    number_option("--time-limit", time_limit, positive=True)
    from optimizer.explanation.tornado.run import tornado as found_for
    from optimizer.plan.run_folder import to_csv, try_folder

    if csv is not None:
        try_folder(csv.parent)
    try:
        found = found_for(
            file,
            figures=figure,
            share=share,
            objective=None if objective is None else objective.value,
            held=held,
            gap=gap,
            time_limit=time_limit,
            jobs=jobs or usable_cores(),
            trajectories=trajectories,
            seed=seed,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if csv is not None:
        _write(csv, to_csv(found.rows()))
    if as_json:
        print_json(found.to_dict())
    else:
        say(f"{found}\n")
    if found.base.value is None:
        return NO_PLAN
    return FINE if found.complete else LIMIT_HIT
