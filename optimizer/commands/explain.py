"""`capstack explain`: why an instance has no plan."""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.commands.failure import FINE, IMPOSSIBLE, NO_PLAN
from optimizer.commands.options import Json, number_option
from optimizer.commands.output import print_json, say


def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="What is known by then is told.")
    ] = 60.0,
    as_json: Json = False,
) -> int:
    """Say why an instance has no plan, and what it would take."""
    number_option("--time-limit", time_limit, positive=True)
    from optimizer.explanation.run import explain as explained

    found = explained(file, time_limit=time_limit)
    if as_json:
        print_json(found.to_dict())
    else:
        say(f"{found}\n")
    return {"feasible": FINE, "infeasible": IMPOSSIBLE}.get(found.status, NO_PLAN)
