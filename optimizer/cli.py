"""The command line: parse, call, print.

Exit codes: 0 fine · 1 a check failed · 2 usage or invalid file · 3 proven infeasible, undefined or unbounded · 4 a
limit was hit or you stopped it, a usable plan was written · 5 no plan, or an error of solver or disk (what a solver
that crashed had found is kept) · 70 a bug of ours · 130 interrupted.

What a command needs is imported when it runs: pandas, Pyomo and the like cost more than `--help` and `validate` may.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

try:
    import typer

    from optimizer.console import (
        CHECK_FAILED,
        FINE,
        IMPOSSIBLE,
        INTERRUPTED,
        INVALID,
        LIMIT_HIT,
        NO_PLAN,
        Certify,
        Failure,
        app,
        command,
        display,
        open_closed_streams,
        print_json,
        rendered,
        say,
        stderr,
        usable_cores,
    )
except KeyboardInterrupt:  # most of the first tenth of a second is spent here
    sys.exit(130)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from optimizer.compare.batch import Batch
    from optimizer.compare.comparison import Comparison
    from optimizer.instance.diagnostics import Diagnostic
    from optimizer.instance.schema import Instance
    from optimizer.plan.plan import Plan

TEMPLATE_NAME = "minimal"
SCHEMA_LINE = "# yaml-language-server: $schema="

Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]


class ObjectiveName(StrEnum):
    """The objectives that can be asked for."""

    cost_of_capital = "cost_of_capital"
    wacc = "wacc"
    net_present_cost = "net_present_cost"
    adjusted_present_value = "adjusted_present_value"
    shareholder_value = "shareholder_value"
    terminal_cash = "terminal_cash"
    dilution = "dilution"
    peak_funding = "peak_funding"
    capital_raised = "capital_raised"
    total_value = "total_value"


def _show_version(wanted: bool) -> None:
    if wanted:
        import optimizer

        say(f"capstack {optimizer.__version__}\n")
        raise typer.Exit(FINE)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Plan the building and financing of AI infrastructure at the least cost of capital."""


@command("init")
def init(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Name of the instance; the file is NAME.yaml.")
    ] = TEMPLATE_NAME,
    as_json: Json = False,
) -> int:
    """Write a small commented instance to start from."""
    from pydantic import TypeAdapter, ValidationError

    from optimizer.instance.schema import Name

    for ending in (".yaml", ".yml"):
        name = name.removesuffix(ending)
    if name.endswith((".batch", ".expected")):
        what = "batch files" if name.endswith(".batch") else "sidecars"
        raise Failure(INVALID, f"{name}.yaml is how {what} are called; choose another name for an instance")
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError:
        rule = "a letter, then up to 63 letters, digits, underscores, dots or hyphens"
        raise Failure(INVALID, f"{name!r} cannot be the name of an instance: {rule}") from None
    path = Path(f"{name}.yaml")
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(template(name))
    except FileExistsError:
        raise Failure(INVALID, f"{path} is there already; choose another name") from None
    except OSError as error:
        raise Failure(INVALID, f"{path} cannot be written: {error.strerror}") from None
    if as_json:
        print_json({"file": str(path)})
    else:
        say(f"wrote {path}; next: capstack validate {path}, capstack solve {path}\n")
        say("for completion in an editor: capstack schema > instance.schema.json\n")
    return FINE


def template(name: str) -> str:
    """The packaged template as an instance called ``name``."""
    here = Path(__file__).parent
    packaged, source = here / "templates", here.parent / "instances" / "templates"
    text = ((packaged if packaged.is_dir() else source) / f"{TEMPLATE_NAME}.yaml").read_text(encoding="utf-8")
    lines = [
        f"{SCHEMA_LINE}instance.schema.json"
        if line.startswith(SCHEMA_LINE)
        else f"name: {name}"
        if line == f"name: {TEMPLATE_NAME}"
        else line
        for line in text.splitlines()
    ]
    return "\n".join(lines) + "\n"


@command("validate")
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Instance or batch files.")],
    as_json: Json = False,
) -> int:
    """Check instance files and batch files (*.batch.yaml) and report every problem."""
    checked = [(file, *_problems(file)) for file in files]
    if as_json:
        report = [
            {"file": file, "valid": valid, "diagnostics": [diagnostic.to_dict() for diagnostic in diagnostics]}
            for file, valid, diagnostics in checked
        ]
        print_json({"files": report})
    for file, valid, diagnostics in checked if not as_json else ():
        if diagnostics:
            say(rendered(diagnostics) + "\n")
        kinds = [diagnostic.severity for diagnostic in diagnostics]
        counts = [_counted(kinds.count(kind), kind) for kind in ("error", "warning", "note") if kind in kinds]
        say(f"{file}: {'valid' if valid else 'not valid'}{': ' if counts else ''}{', '.join(counts)}\n")
    return FINE if all(valid for _, valid, _ in checked) else INVALID


def _warn(diagnostics: Iterable[Diagnostic]) -> None:
    """Print the warnings among what was found on standard error."""
    if warnings := [diagnostic for diagnostic in diagnostics if diagnostic.severity == "warning"]:
        stderr(rendered(warnings))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _problems(file: str) -> tuple[bool, list[Diagnostic]]:
    """Whether an instance or a batch is valid, and everything there is to say about it."""
    from optimizer.instance.kinds import BATCH_ENDINGS

    if file.endswith(BATCH_ENDINGS):
        from optimizer.compare.reading import check_batch

        batch, diagnostics = check_batch(file)
        return batch is not None, diagnostics
    from optimizer.instance.loader import check_file

    loaded = check_file(file)
    return loaded.instance is not None, loaded.diagnostics


@command("solve")
def solve(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file.")],
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
    certify: Certify = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the run's folder only.")] = False,
) -> int:
    """Find the plan of an instance, audit it and keep it."""
    _number_option("--gap", gap)
    _number_option("--time-limit", time_limit, positive=True)
    from optimizer.instance.diagnostics import InstanceError
    from optimizer.instance.loader import check_file
    from optimizer.plan.run_folder import WriteError, summary, try_folder, write_run

    loaded = check_file(file)
    if loaded.instance is None:
        raise InstanceError(loaded.errors)
    try_folder(out / loaded.instance.name)
    _warn(loaded.diagnostics)
    plan = _solve(
        loaded.instance,
        quiet,
        out,
        gap=gap,
        time_limit=time_limit,
        threads=threads,
        seed=seed,
        objectives=[name.value for name in objective] if objective else None,
        certify=[method.value for method in certify or ()],
    )
    try:
        run = write_run(plan, out)
    except WriteError as error:
        message = f"{error.strerror or error}; the plan is printed, and kept nowhere"
        if not as_json:
            _print_plan(plan)
        raise Failure(NO_PLAN, message, {**summary(plan), "audit": plan.audit, "plan": plan.to_dict()}) from None
    if as_json:
        print_json({**summary(plan), "audit": plan.audit, "run": str(run)})
    elif quiet:
        say(f"{run}\n")
    else:
        _print_plan(plan)
        say(f"\nkept in {run}\n")
    if plan.audit_passed is False:
        stderr("the audit failed: do not use this plan")
        return CHECK_FAILED
    if crash := plan.summary.get("crash"):
        stderr(f"{crash}; what was found by then is kept")
        return NO_PLAN
    opinions = plan.summary.get("certificates", [])
    if refuting := [str(opinion["message"]) for opinion in opinions if opinion["agrees"] is False]:
        stderr("\n".join(refuting))
        return CHECK_FAILED
    sure = plan.status == "optimal" and all(opinion["agrees"] for opinion in opinions)
    return FINE if sure else LIMIT_HIT


def _print_plan(plan: Plan) -> None:
    from optimizer.report.terminal import print_plan

    display(lambda console: print_plan(plan, console))


def _solve(instance: Instance, quiet: bool, out: Path, objectives: list[str] | None, **options: Any) -> Plan:
    """The plan; without one a record of the solve is left below ``out``."""
    from optimizer.report.progress import ProgressLine
    from optimizer.solver.highs import SolverError
    from optimizer.solver.second import MissingExtraError
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
        message = "\n".join([f"{instance.name}: {error.message}", *(str(opinion["message"]) for opinion in opinions)])
        raise _recorded(code, message, instance, {**error.summary, "status": error.status}, out) from None
    except MissingExtraError as error:
        raise Failure(INVALID, str(error)) from None
    except SolverError as error:
        message = f"{instance.name}: solver error: {error}"
        raise _recorded(NO_PLAN, message, instance, error.summary, out) from error
    finally:
        if line is not None:
            line.close()


def _recorded(code: int, message: str, instance: Instance, about: Mapping[str, Any] | None, out: Path) -> Failure:
    """The failure of a solve, with its record kept below ``out``; nothing is kept where nothing is known."""
    from optimizer.plan.run_folder import WriteError, write_record

    if about is None:
        return Failure(code, message)
    try:
        run = write_record(instance, about, out)
    except WriteError as error:
        return Failure(code, f"{message}\n{error.strerror or error}", about)
    return Failure(code, f"{message}\nits record is kept in {run}", {**about, "run": str(run)})


def _number_option(name: str, value: float | None, positive: bool = False) -> None:
    from math import isfinite

    if value is not None and (not isfinite(value) or (positive and value <= 0.0)):
        raise typer.BadParameter(f"{value} is not {'above 0' if positive else 'a number from 0 to 1'}", param_hint=name)


@command("export")
def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Instance file.")],
    model: Annotated[Path, typer.Argument(metavar="MODEL.mps", help="File to write, free MPS.")],
    objective: Annotated[
        ObjectiveName | None, typer.Option("--objective", metavar="NAME", help="Objective [default: the file's first].")
    ] = None,
    at_ratio: Annotated[
        float | None,
        typer.Option("--at-ratio", metavar="RATIO", help="For wacc = N/D: write N less this ratio times D."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Write the matrix of an instance for another solver."""
    from math import isfinite

    from optimizer.instance.loader import load
    from optimizer.solving.compiled import TriviallyInfeasibleError
    from optimizer.solving.export import ExportError
    from optimizer.solving.export import export as exported

    if at_ratio is not None and not isfinite(at_ratio):
        raise typer.BadParameter(f"{at_ratio} is not a number", param_hint="--at-ratio")
    if model.suffix.lower() != ".mps":
        raise Failure(INVALID, f"{model} does not end in .mps, by which readers know the format")
    instance = load(file)
    try:
        found = exported(instance, objective.value if objective else None, at_ratio)
        found.write(model, instance.name)
    except ExportError as error:
        raise Failure(INVALID, str(error)) from None
    except TriviallyInfeasibleError:
        message = f"{instance.name}: infeasible: a limit that no decision can change does not hold; there is no matrix"
        raise Failure(IMPOSSIBLE, message) from None
    except OSError as error:
        raise Failure(NO_PLAN, f"{model} cannot be written: {error.strerror}") from None
    about = found.to_dict()
    if as_json:
        print_json({**about, "file": str(model), "instance": instance.name, "instance_hash": instance.hash})
    else:
        size = f"{about['rows']:,} rows, {about['columns']:,} columns, {about['integers']:,} of them whole numbers"
        say(f"wrote {model}: {about['sense']} {about['objective']}; {size}\n")
    return FINE


@command("show")
def show(
    run_or_file: Annotated[str, typer.Argument(metavar="RUN_OR_FILE", help="Run folder, or instance file.")],
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="A table of the run, such as purchases.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Show a run, one of its tables, or the figures of an instance with their sources."""
    if not Path(run_or_file).is_dir():
        if table is not None:
            raise Failure(INVALID, f"{run_or_file} is not a run folder, so it has no table {table}")
        return _show_instance(run_or_file, as_json)
    from optimizer.plan.run_folder import read_run, summary
    from optimizer.plan.tables.builders import BUILDERS
    from optimizer.report.layout import print_table

    plan = read_run(run_or_file)
    if table is None:
        with _as_audited(run_or_file, plan):
            if as_json:
                audit = plan.audit if plan.audit_stands else None  # of what is there, or none
                print_json({**summary(plan), "audit": audit, "binding": plan.rows("binding_limits").records()})
            else:
                _print_plan(plan)
        return FINE
    if table not in BUILDERS:
        raise Failure(INVALID, f"there is no table {table!r}; there are: {', '.join(BUILDERS)}")
    with _as_audited(run_or_file, plan):
        rows = plan.rows(table)
    if as_json:
        print_json({"table": table, "columns": rows.columns, "rows": rows.rows})
    else:
        display(lambda console: print_table(rows, console))
    return FINE


@contextmanager
def _as_audited(folder: str, *plans: Plan) -> Iterator[None]:
    """What fails on files that are not those that the audit was of is their fault, not ours."""
    try:
        yield
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        if all(plan.audit_stands for plan in plans):
            raise
        reason = f"{type(error).__name__}: {error}"
        message = f"{folder}: plan.json or summary.json is damaged: it is not what was audited, and ends in {reason!r}"
        raise Failure(INVALID, f"{message}; see capstack audit") from error


def _show_instance(file: str, as_json: bool) -> int:
    from optimizer.instance.diagnostics import InstanceError
    from optimizer.instance.loader import check_file
    from optimizer.report.figures import figures, print_figures

    loaded = check_file(file)
    if loaded.instance is None:
        raise InstanceError(loaded.errors)
    found = figures(loaded.instance, loaded.sources)
    if as_json:
        print_json({"name": loaded.instance.name, "hash": loaded.instance.hash, "figures": found})
    else:
        display(lambda console: print_figures(found, console))
    return FINE


@command("audit")
def audit(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="Run folder.")] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Print every rule and what it checks, without a run.")] = False,
    as_json: Json = False,
) -> int:
    """Replay a run in plain arithmetic and check every rule."""
    if rules == (run is not None):
        raise typer.BadParameter("name a run folder, or ask for --rules", param_hint="RUN")
    if run is None:
        return _audit_rules(as_json)
    from optimizer.audit import audit_folder
    from optimizer.plan.run_folder import refuse_record
    from optimizer.report.headline import print_audit

    refuse_record(Path(run))
    report = audit_folder(Path(run))
    if as_json:
        print_json(report.to_dict())
    else:
        display(lambda console: print_audit(report.to_dict(), console))
    return FINE if report.passed else CHECK_FAILED


def _audit_rules(as_json: bool) -> int:
    from optimizer.check.rules import print_rules, rules

    if as_json:
        print_json({"rules": rules()})
    else:
        display(print_rules)
    return FINE


@command("check")
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
    from optimizer.check.collect import CheckError
    from optimizer.check.command import Wanted
    from optimizer.check.command import check as run

    try:
        methods = tuple(method.value for method in certify or ())
        return run(Wanted(tuple(paths), jobs or usable_cores(), junit, json, github, methods), say, display)
    except CheckError as error:
        raise Failure(INVALID, str(error)) from None


@command("compare")
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
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the folder only.")] = False,
) -> int:
    """Compare financing mixes over scenarios, along sweeps and frontiers."""
    from optimizer.compare.reading import load_batch
    from optimizer.plan.run_folder import try_folder

    if scheduler is not None:
        _scheduler_option(scheduler)
    loaded = load_batch(batch)
    _warn(loaded.diagnostics)
    folder = Path("results") / loaded.name if out is None else out
    try_folder(folder)
    comparison = _compare(loaded, folder, jobs or usable_cores(), scheduler, resume, quiet or as_json)
    if as_json:
        print_json({**comparison.to_dict(), "folder": str(folder)})
    elif quiet:
        say(f"{folder}\n")
    else:
        from optimizer.report.compare import print_comparison

        display(lambda console: print_comparison(comparison, console))
        say(f"\nkept in {folder}\n")
    if failed := comparison.audit_failures:
        stderr(f"the audit failed: do not use the plans of {', '.join(failed)}")
        return CHECK_FAILED
    return _compared(comparison.counts)


def _scheduler_option(address: str) -> None:
    from optimizer.compare.cluster import check_address
    from optimizer.compare.executor import ExecutorError

    try:
        check_address(address)
    except ExecutorError as error:
        raise typer.BadParameter(str(error), param_hint="--scheduler") from None


def _compared(counts: Mapping[str, int]) -> int:
    """The exit code of a comparison by how its runs ended; a run that is proven infeasible is an answer."""
    if counts["error"] or not (counts["optimal"] or counts["feasible"]):
        return NO_PLAN
    if counts["invalid"]:
        return INVALID
    return LIMIT_HIT if counts["feasible"] or counts["no_solution"] else FINE


def _compare(batch: Batch, folder: Path, jobs: int, scheduler: str | None, resume: bool, quiet: bool) -> Comparison:
    from optimizer.compare.executor import ExecutorError
    from optimizer.compare.run import executor_of, run_batch, runs_kept
    from optimizer.report.compare_progress import ComparisonProgress

    bar = ComparisonProgress(not quiet)
    try:
        return run_batch(batch, folder, executor_of(jobs, scheduler), jobs=jobs, resume=resume, listener=bar)
    except KeyboardInterrupt:
        count = runs_kept(folder)
        kept = f"{folder} holds {_counted(count, 'finished run')}" if count else "no run was finished"
        raise Failure(INTERRUPTED, f"interrupted; {kept}{': go on with --resume' if count else ''}") from None
    except ExecutorError as error:
        raise Failure(NO_PLAN, str(error)) from error
    finally:
        bar.close()


@command("runs")
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

    from optimizer.compare.index import Index, UnknownColumnError
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


@command("diff")
def diff(
    first: Annotated[str, typer.Argument(metavar="RUN", help="Run folder.")],
    second: Annotated[str, typer.Argument(metavar="RUN", help="Run folder to compare with it.")],
    as_json: Json = False,
) -> int:
    """Say what differs between two runs: inputs, options, figures and decisions."""
    from optimizer.compare.diff import diff as difference_of
    from optimizer.plan.run_folder import read_run
    from optimizer.report.diff import difference_data, print_difference

    plans = read_run(first), read_run(second)
    with _as_audited(f"{first} or {second}", *plans):
        difference = difference_of(*plans)
        if as_json:
            print_json({"first": first, "second": second, **difference_data(difference)})
        else:
            display(lambda console: print_difference(first, second, difference, console))
    return FINE


@command("schema")
def schema(
    batch: Annotated[bool, typer.Option("--batch", help="Of batch files.")] = False,
    as_json: Json = False,  # noqa: ARG001 (it prints nothing else)
) -> int:
    """Print the JSON Schema of instance files, or of batch files."""
    if batch:
        from optimizer.compare.reference import json_schema
    else:
        from optimizer.instance.reference import json_schema

    print_json(json_schema())
    return FINE


def main() -> None:
    """Entry point of the command."""
    open_closed_streams()
    try:
        app()
    except KeyboardInterrupt:
        pass
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
    # SCIP may still run in a thread of its own; the usual way out would wait for it, or abort
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
