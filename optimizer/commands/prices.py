"""`capstack prices`: what one more of each limit is worth."""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.commands.failure import FINE, IMPOSSIBLE, INVALID, LIMIT_HIT, NO_PLAN, Failure
from optimizer.commands.options import Json, ObjectiveName, number_option
from optimizer.commands.output import print_json, say


def prices(
    run: Annotated[str, typer.Argument(metavar="RUN_OR_FILE", help="Run folder, or instance file.")],
    limit: Annotated[
        list[str] | None,
        typer.Option("--limit", metavar="PATH", help="Price this limit of the file instead; repeat for more."),
    ] = None,
    step: Annotated[
        float | None,
        typer.Option("--step", min=0.0, metavar="AMOUNT", help="How far --limit is moved, in its unit."),
    ] = None,
    most: Annotated[int, typer.Option("-n", min=1, metavar="N", help="Price no more than N limits.")] = 20,
    objective: Annotated[
        ObjectiveName | None, typer.Option("--objective", metavar="NAME", help="Price in this one, not the file's.")
    ] = None,
    tighter: Annotated[bool, typer.Option("--tighter", help="What a step less of each limit is worth.")] = False,
    gap: Annotated[
        float, typer.Option("--gap", min=0.0, max=1.0, metavar="SHARE", help="Relative gap of each search.")
    ] = 1e-5,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="What is known by then is told.")
    ] = 300.0,
    as_json: Json = False,
) -> int:
    """Say what one more of each limit that holds a plan back is worth."""
    number_option("--time-limit", time_limit, positive=True)
    number_option("--step", step, positive=True)
    number_option("--gap", gap)
    if step is not None and not limit:
        raise typer.BadParameter("a step is in the unit of a limit: say of which, with --limit", param_hint="--step")
    from optimizer.explanation.prices.asked import NotPricedError
    from optimizer.explanation.prices.run import prices as priced
    from optimizer.solver.highs import SolverError
    from optimizer.solving.run import NoPlanError

    try:
        found = priced(
            run,
            limits=limit,
            step=step,
            most=most,
            objective=None if objective is None else objective.value,
            tighter=tighter,
            gap=gap,
            time_limit=time_limit,
        )
    except NoPlanError as error:
        remedy = f"; capstack explain {run}" if error.status == "infeasible" else ""
        impossible = error.status in ("infeasible", "unbounded")
        raise Failure(IMPOSSIBLE if impossible else NO_PLAN, f"{error.message}{remedy}") from None
    except SolverError as error:
        raise Failure(NO_PLAN, f"{run}: solver error: {error}") from error
    except NotPricedError as error:
        raise Failure(INVALID, str(error)) from None
    if as_json:
        print_json(found.to_dict())
    else:
        say(f"{found}\n")
    return FINE if found.complete else LIMIT_HIT
