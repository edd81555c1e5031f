"""`capstack alternatives`: what all plans near the best have in common, and other plans that differ most."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import CHECK_FAILED, FINE, IMPOSSIBLE, INVALID, LIMIT_HIT, NO_PLAN, Failure
from optimizer.commands.options import Json, number_option
from optimizer.commands.output import print_json, say, stderr


def alternatives(
    source: Annotated[str, typer.Argument(metavar="RUN", help="Run folder, or an instance file to be solved first.")],
    within: Annotated[
        str, typer.Option("--within", metavar="SHARE", help="By how much they may be worse than the best: 1% or 0.01.")
    ] = "1%",
    count: Annotated[
        int, typer.Option("-n", "--count", min=0, max=20, metavar="N", help="How many other plans to look for.")
    ] = 5,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="What is known by then is told.")
    ] = 120.0,
    keep: Annotated[bool, typer.Option("--keep", help="Keep each of them as a run.")] = False,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder that runs are kept in.")] = Path("results"),
    as_json: Json = False,
) -> int:
    """Say what all plans near the best have in common, and find some that differ most."""
    number_option("--time-limit", time_limit, positive=True)
    share = _share(within)
    from optimizer.explanation.alternatives.run import UnusablePlanError
    from optimizer.explanation.alternatives.run import alternatives as found_of
    from optimizer.plan.run_folder import try_folder, write_run
    from optimizer.solver.highs import SolverError
    from optimizer.solving.run import NoPlanError

    if keep:
        try_folder(out)
    try:
        found = found_of(source, within=share, count=count, time_limit=time_limit)
    except NoPlanError as error:
        code = IMPOSSIBLE if error.status in ("infeasible", "undefined", "unbounded") else NO_PLAN
        raise Failure(code, f"{source}: {error.message}", {**error.summary, "status": error.status}) from None
    except SolverError as error:
        raise Failure(NO_PLAN, f"{source}: solver error: {error}", error.summary or {}) from error
    except UnusablePlanError as error:
        raise Failure(INVALID, f"{source}: {error}") from None
    runs = [str(write_run(each.plan, out)) for each in found.alternatives] if keep else []
    if as_json:
        print_json({**found.to_dict(), "runs": runs})
    else:
        say("".join(f"{line}\n" for line in [str(found), *(["", *map("kept in {}".format, runs)] if runs else [])]))
    if any(each.plan.audit_passed is not True for each in found.alternatives):
        stderr("an audit failed: do not use that plan")
        return CHECK_FAILED
    return FINE if found.complete else LIMIT_HIT


def _share(text: str) -> float:
    """``1%``, ``1 %`` or ``0.01`` as a share from 0 to below 1. Raises BadParameter."""
    number, percent = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    try:
        share = float(number) / (100.0 if percent else 1.0)
    except ValueError:
        share = -1.0
    if not 0.0 <= share < 1.0:
        raise typer.BadParameter(f"{text!r} is not a share from 0 to below 1, like 1% or 0.01", param_hint="--within")
    return share
