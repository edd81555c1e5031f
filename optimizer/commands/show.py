"""`capstack show`: a run, one of its tables, or the figures of an instance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from optimizer.commands.failure import FINE, INVALID, Failure
from optimizer.commands.kept import as_audited, print_plan
from optimizer.commands.options import Json
from optimizer.commands.output import display, print_json, say


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
    from optimizer.plan.run_folder import read_record, read_run, summary
    from optimizer.plan.tables.builders import BUILDERS
    from optimizer.report.layout import print_table

    if table is None and (record := read_record(Path(run_or_file))) is not None:
        return _show_record(run_or_file, *record, as_json)
    plan = read_run(run_or_file)
    if table is None:
        with as_audited(run_or_file, plan):
            if as_json:
                audit = plan.audit if plan.audit_stands else None  # of what is there, or none
                print_json({**summary(plan), "audit": audit, "binding": plan.rows("binding_limits").records()})
            else:
                print_plan(plan)
        return FINE
    if table not in BUILDERS:
        raise Failure(INVALID, f"there is no table {table!r}; there are: {', '.join(BUILDERS)}")
    with as_audited(run_or_file, plan):
        rows = plan.rows(table)
    if as_json:
        print_json({"table": table, "columns": rows.columns, "rows": rows.rows})
    else:
        display(lambda console: print_table(rows, console))
    return FINE


def _show_record(folder: str, about: dict[str, Any], data: dict[str, Any] | None, as_json: bool) -> int:
    """What is known of a solve without a plan."""
    from optimizer.explanation.explanation import Explanation

    if as_json:
        print_json({**about, "explanation": data})
        return FINE
    try:
        why = None if data is None else Explanation.from_dict(data)
    except (KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise Failure(INVALID, f"{folder}: explanation.json is damaged ({reason})") from None
    ended = f"{about.get('instance', '')}: {about['status']}: {about.get('message', '')}"
    lines = [f"{folder}: this run holds no plan", ended if why is None else str(why)]
    lines += ["", "what it would take: capstack explain FILE"] if about["status"] == "infeasible" else []
    say("\n".join([*lines, ""]))
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
