"""Around every command: an error becomes one message and its exit code."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from optimizer.commands.failure import BUG, INTERRUPTED, INVALID, NO_PLAN, Failure
from optimizer.commands.output import print_json, stderr
from optimizer.commands.plain_text import write_all


def guarded(body: Callable[..., int]) -> Callable[..., None]:
    """A command that returns its exit code as one that ends with it; an error is told in one message."""

    @functools.wraps(body)
    def run(*args: Any, **kwargs: Any) -> None:
        write_all(sys.stdout, sys.stderr)
        try:
            code = body(*args, **kwargs)
        except (Exception, KeyboardInterrupt) as error:
            failure = explain(error)
            stderr(failure.message)
            if kwargs.get("as_json"):
                print_json({**failure.data, "error": failure.message, "exit_code": failure.code})
            code = failure.code
        raise typer.Exit(code)

    return run


def explain(error: BaseException) -> Failure:
    """The message and the exit code of an error. Usage errors are left to typer."""
    if isinstance(error, (typer.BadParameter, typer.Exit, typer.Abort)):
        raise error
    if isinstance(error, KeyboardInterrupt):  # before anything is imported, which can be interrupted again
        return Failure(INTERRUPTED, "interrupted; nothing was written")
    from optimizer.auditing.report import AuditError
    from optimizer.instance.diagnostics import InstanceError
    from optimizer.plan.run_folder import RunError, WriteError

    match error:
        case Failure():
            return error
        case InstanceError():
            found = [d.to_dict() for d in error.diagnostics]
            return Failure(INVALID, str(error), {"diagnostics": found})
        case RunError() | AuditError():
            return Failure(INVALID, str(error))
        case WriteError():
            return Failure(NO_PLAN, error.strerror or str(error))
        case _:
            if os.environ.get("CAPSTACK_TRACEBACK"):
                import traceback

                stderr("".join(traceback.format_exception(error)).rstrip())
            hint = "this is a bug; set CAPSTACK_TRACEBACK=1 for the traceback"
            return Failure(BUG, f"capstack: {type(error).__name__}: {error}\n{hint}")
