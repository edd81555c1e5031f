"""`capstack runs`: the runs below a folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, INVALID, Failure
from optimizer.commands.options import Json, ObjectiveName
from optimizer.commands.output import display, print_json


def runs(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder that runs are kept in.")] = Path("results"),
    name: Annotated[
        str | None, typer.Option("--name", metavar="GLOB", help="Instance or point of a batch; * and ? stand for any.")
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="S", help="optimal, feasible, infeasible, error, …")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DATE", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="From then on, UTC."),
    ] = None,
    objective: Annotated[
        ObjectiveName | None, typer.Option("--objective", metavar="NAME", help="Runs that have this objective.")
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", metavar="COLUMN", help="created, value, gap_share, seconds, instance, point, …")
    ] = "created",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="Print no more than N.", show_default=False)
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the index runs.sqlite again from the run folders.")
    ] = False,
    as_json: Json = False,
) -> int:
    """List and search the runs below a folder."""
    from dataclasses import asdict
    from datetime import UTC

    from optimizer.comparison.index import Index, UnknownColumnError
    from optimizer.report.runs import print_runs

    if not folder.is_dir():
        raise Failure(INVALID, f"{folder}: there is no such folder")
    with Index(folder, rebuild=rebuild) as index:
        try:
            found = index.search(
                name=name,
                status=status,
                since=None if since is None else since.replace(tzinfo=UTC),
                objective=None if objective is None else objective.value,
                sort=sort,
                limit=limit,
            )
        except UnknownColumnError as error:
            raise typer.BadParameter(str(error), param_hint="--sort") from None
    if as_json:
        print_json({"folder": str(folder), "runs": [asdict(run) for run in found]})
    else:
        display(lambda console: print_runs(found, str(folder), console))
    return FINE
