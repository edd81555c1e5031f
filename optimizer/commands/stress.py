"""`capstack stress`: what comes of a committed plan in a world that turns out otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from optimizer.commands.failure import CHECK_FAILED, FINE, INVALID, LIMIT_HIT, NO_PLAN, Failure
from optimizer.commands.options import Json, number_option
from optimizer.commands.output import print_json, say

SET = "as set"
"""The name of the scenario that --set makes."""


def stress(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Run folder of the plan that is committed.")],
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help="A batch file (its scenarios; FILE.batch.yaml:NAME is one of them), a variant, or a file of changes; "
            "repeat for more.",
        ),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="A figure of one more scenario, or *0.8 for a factor; repeat for more."
        ),
    ] = None,
    fix: Annotated[
        str,
        typer.Option("--fix", metavar="all|until:PERIOD", help="What is held: all, or what is decided by then."),
    ] = "all",
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="For each scenario.")
    ] = 60.0,
    as_json: Json = False,
) -> int:
    """Say what comes of a committed plan in a world that turns out otherwise."""
    number_option("--time-limit", time_limit, positive=True)
    if not scenario and not changes:
        raise typer.BadParameter("name at least one world, with --scenario or --set", param_hint="--scenario")
    from optimizer.explanation.stress.run import UnauditedPlanError, holding_of, stress_worlds
    from optimizer.explanation.stress.scenarios import changed_world, worlds
    from optimizer.plan.run_folder import read_run

    plan = read_run(run)
    try:
        holding = holding_of(plan.instance, fix)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--fix") from None
    try:
        asked = worlds(plan.instance, scenario) if scenario else []
        if changes:
            asked.append(changed_world(plan.instance, SET, _read(changes)))
    except ValueError as error:
        raise Failure(INVALID, str(error)) from None
    try:
        found = stress_worlds(plan, asked, holding, fix, time_limit)
    except UnauditedPlanError as error:
        raise Failure(INVALID, f"{run}: {error}") from None
    if as_json:
        print_json(found.to_dict())
    else:
        say(f"{found}\n")
    if any(each.audit_passed is False for each in found.scenarios):
        return CHECK_FAILED
    if any(each.status == "not decided" for each in found.scenarios):
        return NO_PLAN
    return FINE if all(each.after is not None or each.status == "impossible" for each in found.scenarios) else LIMIT_HIT


def _read(changes: Sequence[str]) -> dict[str, Any]:
    """Paths and what is written for them, as a file would be read. Raises BadParameter."""
    from optimizer.instance.yaml_source import Node, Source, parse

    found: dict[str, Any] = {}
    for each in changes:
        path, equals, text = each.partition("=")
        if not equals or not path or not text:
            raise typer.BadParameter(f"{each!r} is not PATH=VALUE", param_hint="--set")
        if text.startswith("*"):
            found[path] = text
            continue
        root, problems = parse(Source(each, f"value: {text}\n"))
        node = root.value.get("value") if root is not None and isinstance(root.value, dict) else None
        if problems or not isinstance(node, Node):
            raise typer.BadParameter(f"{text!r} cannot be read as a value", param_hint="--set")
        found[path] = node
    return found
