"""`capstack roll`: the file that begins where a plan has got to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.commands.failure import FINE, INVALID, NO_PLAN, Failure
from optimizer.commands.output import say


def roll(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="File to write.")],
    to: Annotated[str, typer.Option("--to", metavar="PERIOD", help="The period that becomes the first: 2027, 2027Q1.")],
) -> int:
    """Write the file of the periods that are left, with the position of a plan as its opening balance sheet."""
    import yaml

    from optimizer.plan.roll import RollError, as_file, rolled
    from optimizer.plan.run_folder import read_run

    plan = read_run(run)
    calendar = plan.instance.periods
    try:
        first = calendar.index(to)
        if first == 1:
            raise Failure(INVALID, f"{to} is the first period of the plan: there is nothing to roll")
        new = rolled(plan, calendar.label(first - 1))
    except RollError as error:
        raise Failure(INVALID, f"the plan cannot be rolled to {to}: {error}") from None
    except ValueError as error:
        raise Failure(INVALID, str(error)) from None
    text = yaml.safe_dump(as_file(new), sort_keys=False, allow_unicode=True)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(NO_PLAN, f"{file} cannot be written: {error.strerror}") from None
    left, begins = new.periods.periods, calendar.label(first)
    say(f"wrote {file}: {left} periods from {begins}, as {plan.instance.name} leaves them\n")
    return FINE
