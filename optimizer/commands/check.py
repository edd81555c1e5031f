"""`capstack check`: instances with a known optimum, solved and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import INVALID, Failure
from optimizer.commands.options import Certify, usable_cores
from optimizer.commands.output import display, say


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Folders, instance files, or sidecars NAME.expected.yaml."),
    ],
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, max=256, metavar="N", help="Cases at a time [default: one per processor]."),
    ] = None,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML.")] = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write everything as JSON.")] = None,
    github: Annotated[bool, typer.Option("--github", help="Print annotations for a GitHub workflow, too.")] = False,
    certify: Certify = None,
) -> int:
    """Solve instances with a known optimum and compare."""
    from optimizer.known_optima.collect import CheckError
    from optimizer.known_optima.command import Wanted
    from optimizer.known_optima.command import check as run

    try:
        methods = tuple(method.value for method in certify or ())
        return run(Wanted(tuple(paths), jobs or usable_cores(), junit, json, github, methods), say, display)
    except CheckError as error:
        raise Failure(INVALID, str(error)) from None
