"""Options that several commands have, and what their values may be."""

from __future__ import annotations

import os
from enum import StrEnum
from math import isfinite
from typing import Annotated, Any

import typer
import typer.core

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


class CertifyMethod(StrEnum):
    """The second opinions that can be asked for."""

    scip = "scip"
    exact = "exact"


Reductions = StrEnum("Reductions", ["auto", "always", "off"])
"""Whether a search takes sites that are alike for one."""


class Solver(StrEnum):
    """Who can be asked to search for a plan."""

    highs = "highs"
    scip = "scip"
    gurobi = "gurobi"
    xpress = "xpress"
    copt = "copt"


Certify = Annotated[
    list[CertifyMethod] | None,
    typer.Option(
        "--certify",
        metavar="[scip|exact]",
        help="Have the answer checked by a second solver (scip, also if no method is named) or in exact arithmetic; "
        "repeat for both.",
    ),
]


class Command(typer.core.TyperCommand):
    """A command whose option --certify may stand without its value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if any("--certify" in parameter.opts for parameter in self.params):
            args = _with_method(args)
        return super().parse_args(ctx, args)


def _with_method(args: list[str]) -> list[str]:
    """The arguments with every --certify given its method."""
    end = args.index("--") if "--" in args else len(args)
    found: list[str] = []
    for argument in args[:end]:
        if found and found[-1] == "--certify":
            named = argument in list(CertifyMethod)
            found[-1] = f"--certify={argument if named else CertifyMethod.scip}"
            if named:
                continue
        found.append(argument)
    if found and found[-1] == "--certify":
        found[-1] = f"--certify={CertifyMethod.scip}"
    return found + args[end:]


def number_option(name: str, value: float | None, positive: bool = False) -> None:
    """Raises BadParameter if a number that is given is not finite or, where it has to be, not above 0."""
    if value is not None and (not isfinite(value) or (positive and value <= 0.0)):
        raise typer.BadParameter(f"{value} is not {'above 0' if positive else 'a number from 0 to 1'}", param_hint=name)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
