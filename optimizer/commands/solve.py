"""`capstack solve`: the plan of an instance, audited and kept."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.commands.failure import CHECK_FAILED, FINE, IMPOSSIBLE, INVALID, LIMIT_HIT, NO_PLAN, Failure
from optimizer.commands.kept import print_plan
from optimizer.commands.options import Certify, Json, ObjectiveName, Reductions, Solver, number_option
from optimizer.commands.output import print_json, say, stderr, warn
from optimizer.commands.reporting import Report, report_beside

if TYPE_CHECKING:
    from optimizer.explanation.explanation import Explanation
    from optimizer.instance.schema import Instance
    from optimizer.plan.plan import Plan


def solve(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file, or tree of scenarios (*.tree.yaml).")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder that runs are kept in.")] = Path("results"),
    gap: Annotated[
        float | None,
        typer.Option("--gap", min=0.0, max=1.0, metavar="SHARE", help="Relative gap at which a level is done."),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="Seconds for all levels together.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, max=256, metavar="N", help="Solver threads.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, max=2**31 - 1, metavar="N", help="Random seed.")] = None,
    objective: Annotated[
        list[ObjectiveName] | None,
        typer.Option(
            "--objective",
            metavar="NAME",
            help=f"Objective, instead of the file's; repeat for further levels: {', '.join(ObjectiveName)}.",
        ),
    ] = None,
    reductions: Annotated[
        Reductions | None,
        typer.Option("--reductions", help="Whether sites that are alike are searched as one: instead of the file's."),
    ] = None,
    certify: Certify = None,
    solver: Annotated[
        Solver, typer.Option("--solver", help="Who searches for the plan; all but highs are packages of their own.")
    ] = Solver.highs,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, max=1024, metavar="N", help="Processes for a tree (one per core)."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="A dask scheduler for a tree, instead of processes here."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Reuse what was answered of a tree before, in its folder.")
    ] = False,
    waiting: Annotated[
        list[str] | None,
        typer.Option(
            "--waiting",
            metavar="NAME|all",
            help="Say what waiting is worth of a site or framework of a tree; repeat for more.",
        ),
    ] = None,
    covenants: Annotated[
        bool,
        typer.Option(
            "--covenants", help="Say which covenants would break if the plan for one forecast of a tree were followed."
        ),
    ] = False,
    with_report: Report = False,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the run's folder only.")] = False,
) -> int:
    """Find the plan of an instance, or of a tree of scenarios, audit it and keep it."""
    number_option("--gap", gap)
    number_option("--time-limit", time_limit, positive=True)
    if solver.value in [method.value for method in certify or ()]:
        words = f"{solver.value} is who searches, and would make the same mistake twice"
        raise typer.BadParameter(words, param_hint="--certify")
    from optimizer.instance.kinds import TREE_ENDINGS

    if file.endswith(TREE_ENDINGS):
        given: dict[str, object] = {
            "--threads": threads,
            "--objective": objective,
            "--certify": certify,
            "--solver": None if solver is Solver.highs else solver,
        }
        for name, value in given.items():
            if value is not None:
                raise typer.BadParameter("it goes with an instance, not with a tree", param_hint=name)
        from optimizer.commands.tree import solve_tree_file

        return solve_tree_file(
            file,
            out,
            jobs=jobs,
            scheduler=scheduler,
            resume=resume,
            as_json=as_json,
            quiet=quiet,
            with_report=with_report,
            waiting=tuple(waiting or ()),
            covenants=covenants,
            gap=gap,
            time_limit=time_limit,
            seed=seed,
            reductions=reductions.value if reductions else None,
        )
    of_trees = {"--jobs": jobs, "--scheduler": scheduler, "--resume": resume, "--waiting": waiting}
    for option, asked in {**of_trees, "--covenants": covenants}.items():
        if asked not in (None, False, []):
            raise typer.BadParameter("it goes with a tree (*.tree.yaml), not with an instance", param_hint=option)
    from optimizer.explanation.reading import refused_only
    from optimizer.instance.diagnostics import InstanceError
    from optimizer.instance.loader import check_file
    from optimizer.plan.run_folder import WriteError, summary, try_folder, write_run
    from optimizer.solver.interrupts import first_one_sets

    loaded = check_file(file)
    if loaded.instance is None:
        error = InstanceError(loaded.errors)
        if not refused_only(loaded.errors):
            raise error
        message = f"{error}\nwhat it would take: capstack explain {file}"
        raise Failure(INVALID, message, {"diagnostics": [each.to_dict() for each in loaded.errors]})
    try_folder(out / loaded.instance.name)
    warn(loaded.diagnostics)
    plan = _solve(
        file,
        loaded.instance,
        quiet,
        out,
        gap=gap,
        time_limit=time_limit,
        threads=threads,
        seed=seed,
        reductions=reductions.value if reductions else None,
        objectives=[name.value for name in objective] if objective else None,
        certify=[method.value for method in certify or ()],
        solver=solver.value,
    )
    try:
        with first_one_sets(threading.Event()):
            run = write_run(plan, out)
    except WriteError as error:
        message = f"{error.strerror or error}; the plan is printed, and kept nowhere"
        if not as_json:
            print_plan(plan)
        raise Failure(NO_PLAN, message, {**summary(plan), "audit": plan.audit, "plan": plan.to_dict()}) from None
    if as_json:
        print_json({**summary(plan), "audit": plan.audit, "run": str(run)})
    elif quiet:
        say(f"{run}\n")
    else:
        print_plan(plan)
        say(f"\nkept in {run}\n")
    if with_report:
        report_beside(plan, run, quiet or as_json)
    if plan.audit_passed is False:
        stderr("the audit failed: do not use this plan")
        return CHECK_FAILED
    if failed := plan.summary.get("reductions", {}).get("failed"):
        stderr(f"sites were searched one by one, as taking them together failed: {failed}; please report it")
    if crash := plan.summary.get("crash"):
        stderr(f"{crash}; what was found by then is kept")
        return NO_PLAN
    opinions = plan.summary.get("certificates", [])
    if refuting := [str(opinion["message"]) for opinion in opinions if opinion["agrees"] is False]:
        stderr("\n".join(refuting))
        return CHECK_FAILED
    sure = plan.status == "optimal" and all(opinion["agrees"] for opinion in opinions)
    return FINE if sure else LIMIT_HIT


def _solve(file: str, instance: Instance, quiet: bool, out: Path, objectives: list[str] | None, **options: Any) -> Plan:
    """The plan; without one a record of the solve is left below ``out``."""
    from optimizer.contract.versions import MissingExtraError
    from optimizer.report.progress import ProgressLine
    from optimizer.solver.highs import SolverError
    from optimizer.solving.asked import with_objectives
    from optimizer.solving.run import NoPlanError
    from optimizer.solving.run import solve as find

    instance = with_objectives(instance, objectives)
    line = None if quiet else ProgressLine()
    try:
        return find(instance, progress=line, **options)
    except NoPlanError as error:
        code = IMPOSSIBLE if error.status in ("infeasible", "undefined", "unbounded") else NO_PLAN
        opinions = error.summary.get("certificates", [])
        code = CHECK_FAILED if any(opinion["agrees"] is False for opinion in opinions) else code
        told = [f"{instance.name}: {error.message}", *(str(opinion["message"]) for opinion in opinions)]
        why = _why(file, instance) if error.status in ("infeasible", "unbounded") else None
        if why is not None and why.cause:
            told.append(f"{why.cause}; what it would take: capstack explain {file}")
        about = {**error.summary, "status": error.status}
        raise _recorded(code, "\n".join(told), instance, about, out, why) from None
    except MissingExtraError as error:
        raise Failure(INVALID, str(error)) from None
    except SolverError as error:
        message = f"{instance.name}: solver error: {error}"
        raise _recorded(NO_PLAN, message, instance, error.summary, out) from error
    finally:
        if line is not None:
            line.close()


def _why(file: str, instance: Instance) -> Explanation | None:
    """Why there is no plan, or no best one, as far as that is found soon."""
    from optimizer.explanation.soon import explained_soon

    try:
        return explained_soon(file, instance.solve.time_limit_s)
    except KeyboardInterrupt:  # that there is no plan is proven all the same
        return None


def _recorded(
    code: int,
    message: str,
    instance: Instance,
    about: Mapping[str, Any] | None,
    out: Path,
    why: Explanation | None = None,
) -> Failure:
    """The failure of a solve, with its record kept below ``out``; nothing is kept where nothing is known."""
    from optimizer.plan.run_folder import WriteError, write_record

    if about is None:
        return Failure(code, message)
    try:
        run = write_record(instance, about, out, None if why is None else why.to_dict())
    except WriteError as error:
        return Failure(code, f"{message}\n{error.strerror or error}", about)
    known = {**about, "run": str(run)} | ({} if why is None else {"explanation": why.to_dict()})
    return Failure(code, f"{message}\nits record is kept in {run}", known)
