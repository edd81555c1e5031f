"""The command line: parse, call, print.

Exit codes: 0 fine · 1 the audit failed · 2 usage or invalid file · 3 proven infeasible or unbounded · 4 a limit was hit
and a usable plan was written · 5 no plan, or an error of solver or disk · 70 a bug of ours · 130 interrupted.

What a command needs is imported when it runs: pandas, Pyomo and the like cost more than `--help` and `validate` may.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.console import (
    CHECK_FAILED,
    FINE,
    IMPOSSIBLE,
    INTERRUPTED,
    INVALID,
    LIMIT_HIT,
    NO_PLAN,
    Failure,
    app,
    command,
    display,
    print_json,
    rendered,
    say,
    stderr,
)

if TYPE_CHECKING:
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
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Instance files.")], as_json: Json = False
) -> int:
    """Check instance files and report every problem."""
    from optimizer.instance.loader import check_file

    checked = [(file, check_file(file)) for file in files]
    if as_json:
        report = [
            {
                "file": file,
                "valid": loaded.instance is not None,
                "diagnostics": [diagnostic.to_dict() for diagnostic in loaded.diagnostics],
            }
            for file, loaded in checked
        ]
        print_json({"files": report})
    for file, loaded in checked if not as_json else ():
        if loaded.diagnostics:
            say(rendered(loaded.diagnostics) + "\n")
        kinds = [diagnostic.severity for diagnostic in loaded.diagnostics]
        counts = [f"{kinds.count(kind)} {kind}s" for kind in ("error", "warning", "note") if kind in kinds]
        verdict = "valid" if loaded.instance is not None else "not valid"
        say(f"{file}: {verdict}{': ' if counts else ''}{', '.join(counts)}\n")
    return FINE if all(loaded.instance is not None for _, loaded in checked) else INVALID


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
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the run's folder only.")] = False,
) -> int:
    """Find the plan of an instance, audit it and keep it."""
    _number_option("--gap", gap)
    _number_option("--time-limit", time_limit, positive=True)
    from optimizer.instance.diagnostics import InstanceError
    from optimizer.instance.loader import check_file
    from optimizer.plan.io import summary, write_run

    loaded = check_file(file)
    if loaded.instance is None:
        raise InstanceError(loaded.errors)
    if warnings := [diagnostic for diagnostic in loaded.diagnostics if diagnostic.severity == "warning"]:
        stderr(rendered(warnings))
    plan = _solve(
        loaded.instance,
        quiet,
        gap=gap,
        time_limit=time_limit,
        threads=threads,
        seed=seed,
        objectives=[name.value for name in objective] if objective else None,
    )
    run = write_run(plan, out)
    if as_json:
        print_json({**summary(plan), "audit": plan.audit, "run": str(run)})
    elif quiet:
        say(f"{run}\n")
    else:
        from optimizer.report.terminal import print_plan

        display(lambda console: print_plan(plan, console))
        say(f"\nkept in {run}\n")
    if plan.audit_passed is False:
        stderr("the audit failed: do not use this plan")
        return CHECK_FAILED
    return FINE if plan.status == "optimal" else LIMIT_HIT


def _solve(instance: Any, quiet: bool, **options: Any) -> Plan:
    from optimizer.report.progress import ProgressLine
    from optimizer.solver.highs import SolverError
    from optimizer.solver.run import NoPlanError
    from optimizer.solver.run import solve as find

    line = None if quiet else ProgressLine()
    try:
        return find(instance, progress=line, **options)
    except NoPlanError as error:
        code = IMPOSSIBLE if error.status in ("infeasible", "unbounded") else NO_PLAN
        raise Failure(code, f"{instance.name}: {error.message}", {**error.summary, "status": error.status}) from None
    except SolverError as error:
        raise Failure(NO_PLAN, f"{instance.name}: solver error: {error}") from error
    finally:
        if line is not None:
            line.close()


def _number_option(name: str, value: float | None, positive: bool = False) -> None:
    from math import isfinite

    if value is not None and (not isfinite(value) or (positive and value <= 0.0)):
        raise typer.BadParameter(f"{value} is not {'above 0' if positive else 'a number from 0 to 1'}", param_hint=name)


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
    from optimizer.plan.io import read_run, summary
    from optimizer.report.layout import print_table
    from optimizer.report.terminal import print_plan

    plan = read_run(run_or_file)
    if table is None:
        if as_json:
            print_json({**summary(plan), "audit": plan.audit, "binding": plan.rows("binding_limits").records()})
        else:
            display(lambda console: print_plan(plan, console))
        return FINE
    try:
        rows = plan.rows(table)
    except KeyError as error:
        raise Failure(INVALID, str(error.args[0])) from None
    if as_json:
        print_json({"table": table, "columns": rows.columns, "rows": rows.rows})
    else:
        display(lambda console: print_table(rows, console))
    return FINE


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
def audit(run: Annotated[str, typer.Argument(metavar="RUN", help="Run folder.")], as_json: Json = False) -> int:
    """Replay a run in plain arithmetic and check every rule."""
    from optimizer.audit import audit_folder
    from optimizer.report.headline import print_audit

    report = audit_folder(Path(run))
    if as_json:
        print_json(report.to_dict())
    else:
        display(lambda console: print_audit(report.to_dict(), console))
    return FINE if report.passed else CHECK_FAILED


@command("schema")
def schema(as_json: Json = False) -> int:
    """Print the JSON Schema of instance files."""
    from optimizer.instance.reference import json_schema

    print_json(json_schema())
    return FINE


def main() -> None:
    """Entry point of the command."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
