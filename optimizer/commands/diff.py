"""`capstack diff`: what differs between two runs."""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.commands.failure import FINE
from optimizer.commands.kept import as_audited
from optimizer.commands.options import Json
from optimizer.commands.output import display, print_json


def diff(
    first: Annotated[str, typer.Argument(metavar="RUN", help="Run folder.")],
    second: Annotated[str, typer.Argument(metavar="RUN", help="Run folder to compare with it.")],
    as_json: Json = False,
) -> int:
    """Say what differs between two runs: inputs, options, figures and decisions."""
    from optimizer.comparison.diff import diff as difference_of
    from optimizer.plan.run_folder import read_run
    from optimizer.report.diff import difference_data, print_difference

    plans = read_run(first), read_run(second)
    with as_audited(f"{first} or {second}", *plans):
        difference = difference_of(*plans)
        if as_json:
            print_json({"first": first, "second": second, **difference_data(difference)})
        else:
            display(lambda console: print_difference(first, second, difference, console))
    return FINE
