"""`capstack audit`: a run replayed, or the list of what is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import CHECK_FAILED, FINE
from optimizer.commands.options import Json
from optimizer.commands.output import display, print_json, say


def audit(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="Run folder, or the folder of a tree.")] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Print every rule and what it checks, without a run.")] = False,
    as_json: Json = False,
) -> int:
    """Replay a run in plain arithmetic and check every rule."""
    if rules == (run is not None):
        raise typer.BadParameter("name a run folder, or ask for --rules", param_hint="RUN")
    if run is None:
        return _audit_rules(as_json)
    from optimizer.uncertainty.record import is_tree

    if is_tree(run):
        return _audit_tree(run, as_json)
    from optimizer.auditing import audit_folder
    from optimizer.plan.run_folder import refuse_record
    from optimizer.report.headline import print_audit

    refuse_record(Path(run))
    report = audit_folder(Path(run))
    if as_json:
        print_json(report.to_dict())
    else:
        display(lambda console: print_audit(report.to_dict(), console))
    return FINE if report.passed else CHECK_FAILED


def _audit_tree(folder: str, as_json: bool) -> int:
    """The plans of all scenarios, and what makes them one plan."""
    from optimizer.uncertainty.audit import audit_tree, names

    broken = audit_tree(folder)
    if as_json:
        print_json({"passed": not broken, "rules": names().split(", "), "broken": [vars(each) for each in broken]})
    else:
        failed = ", ".join(dict.fromkeys(each.rule for each in broken))
        said = f"FAILS: {failed}" if broken else f"passes: {names()}"
        say(f"{folder}: {said}\n" + "".join(f"  {each}\n" for each in broken))
    return FINE if not broken else CHECK_FAILED


def _audit_rules(as_json: bool) -> int:
    from optimizer.known_optima.rules import print_rules, rules

    if as_json:
        print_json({"rules": rules()})
    else:
        display(print_rules)
    return FINE
