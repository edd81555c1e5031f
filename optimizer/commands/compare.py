"""`capstack compare`: the runs of a batch file, and what they come to side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.commands.failure import CHECK_FAILED, FINE, INTERRUPTED, INVALID, LIMIT_HIT, NO_PLAN, Failure
from optimizer.commands.options import Json, usable_cores
from optimizer.commands.output import counted, display, print_json, say, stderr, warn
from optimizer.commands.reporting import Report, report_beside

if TYPE_CHECKING:
    from optimizer.comparison.batch import Batch
    from optimizer.comparison.comparison import Comparison


def compare(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="Batch file: mixes, scenarios, sweeps, frontiers.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder that runs and tables are kept in (results/ and the name)."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=1024, metavar="N", help="Processes (one per core).")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="A dask scheduler, instead of processes here.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Reuse the finished runs in DIR; without it all are made anew.")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="NAME", help="Show differences to a mix, a scenario or a point of a sweep."),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="A,B,C", help="Columns to show; if not given, as many as fit the width."),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables as Markdown.")] = False,
    with_report: Report = False,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the folder only.")] = False,
) -> int:
    """Compare financing mixes over scenarios, along sweeps and frontiers."""
    from optimizer.comparison.reading import load_batch
    from optimizer.plan.run_folder import try_folder
    from optimizer.report.compare_columns import chosen

    try:
        wanted = chosen(columns)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--columns") from None
    if markdown and (as_json or quiet):
        raise typer.BadParameter(f"it goes without {'--json' if as_json else '--quiet'}", param_hint="--markdown")
    if scheduler is not None:
        _scheduler_option(scheduler)
    loaded = load_batch(batch)
    warn(loaded.diagnostics)
    if base is not None:
        _base_option(base, loaded)
    folder = Path("results") / loaded.name if out is None else out
    try_folder(folder)
    comparison = _compare(loaded, folder, jobs or usable_cores(), scheduler, resume, quiet or as_json, base)
    if as_json:
        print_json({**comparison.to_dict(), "folder": str(folder)})
    elif quiet:
        say(f"{folder}\n")
        for warning in comparison.warnings:
            stderr(f"warning: {warning}")
    elif markdown:
        from optimizer.report.compare import markdown_of

        say(markdown_of(comparison, wanted))
    else:
        from optimizer.report.compare import print_comparison

        display(lambda console: print_comparison(comparison, console, wanted))
        say(f"\nkept in {folder}\n")
    if with_report:
        report_beside(comparison, folder, quiet or as_json)
    if failed := comparison.audit_failures:
        stderr(f"the audit failed: do not use the plans of {', '.join(failed)}")
        return CHECK_FAILED
    return exit_code(comparison.counts)


def _scheduler_option(address: str) -> None:
    from optimizer.comparison.cluster import check_address
    from optimizer.comparison.executor import ExecutorError

    try:
        check_address(address)
    except ExecutorError as error:
        raise typer.BadParameter(str(error), param_hint="--scheduler") from None


def _base_option(name: str, batch: Batch) -> None:
    from optimizer.comparison.against import base_runs
    from optimizer.comparison.points import mix_runs, sweep_runs

    try:
        base_runs(name, [*mix_runs(batch), *(run for sweep in batch.file.sweeps for run in sweep_runs(batch, sweep))])
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--base") from None


def exit_code(counts: Mapping[str, int]) -> int:
    """The exit code of a comparison by how its runs ended; a run that is proven infeasible is an answer."""
    if counts["error"] or not (counts["optimal"] or counts["feasible"]):
        return NO_PLAN
    if counts["invalid"]:
        return INVALID
    return LIMIT_HIT if counts["feasible"] or counts["no_solution"] else FINE


def _compare(
    batch: Batch, folder: Path, jobs: int, scheduler: str | None, resume: bool, quiet: bool, base: str | None
) -> Comparison:
    from optimizer.comparison.executor import ExecutorError
    from optimizer.comparison.run import executor_of, run_batch, runs_kept
    from optimizer.report.compare_progress import ComparisonProgress

    bar = ComparisonProgress(not quiet)
    try:
        executor = executor_of(jobs, scheduler)
        return run_batch(batch, folder, executor, jobs=jobs, resume=resume, listener=bar, against=base)
    except KeyboardInterrupt:
        count = runs_kept(folder)
        kept = f"{folder} holds {counted(count, 'finished run')}" if count else "no run was finished"
        raise Failure(INTERRUPTED, f"interrupted; {kept}{': go on with --resume' if count else ''}") from None
    except ExecutorError as error:
        raise Failure(NO_PLAN, str(error)) from error
    finally:
        bar.close()
