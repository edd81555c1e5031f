"""What commands do with a plan, new or of a run that was kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from optimizer.commands.failure import INVALID, Failure
from optimizer.commands.output import display

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan


def print_plan(plan: Plan) -> None:
    """What a terminal shows of a plan."""
    from optimizer.report.terminal import print_plan

    display(lambda console: print_plan(plan, console))


@contextmanager
def as_audited(folder: str, *plans: Plan) -> Iterator[None]:
    """What fails on files that are not those that the audit was of is their fault, not ours."""
    try:
        yield
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        if all(plan.audit_stands for plan in plans):
            raise
        reason = f"{type(error).__name__}: {error}"
        message = f"{folder}: plan.json or summary.json is damaged: it is not what was audited, and ends in {reason!r}"
        raise Failure(INVALID, f"{message}; see capstack audit") from error
