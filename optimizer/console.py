"""What all commands share: the application, exit codes, errors as one message, and output."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
import typer.core

from optimizer.plain_text import write_all

if TYPE_CHECKING:
    from rich.console import Console

    from optimizer.instance.diagnostics import Diagnostic

FINE, CHECK_FAILED, INVALID, IMPOSSIBLE, LIMIT_HIT, NO_PLAN, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 5, 70, 130
PIPED_WIDTH = 100
F = TypeVar("F", bound=Callable[..., int])

app = typer.Typer(
    name="capstack",
    help="Plan the building and financing of AI infrastructure at the least cost of capital.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class CertifyMethod(StrEnum):
    """The second opinions that can be asked for."""

    scip = "scip"
    exact = "exact"


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


class Failure(Exception):
    """A message for the user and the exit code that goes with it; ``data`` is what --json adds to it."""

    def __init__(self, code: int, message: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, dict(data or {})


def command(name: str) -> Callable[[F], F]:
    """Register a command that returns its exit code; an error becomes one message and its code."""

    def register(body: F) -> F:
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

        app.command(name, cls=Command)(run)
        return body

    return register


def explain(error: BaseException) -> Failure:
    """The message and the exit code of an error. Usage errors are left to typer."""
    if isinstance(error, (typer.BadParameter, typer.Exit, typer.Abort)):
        raise error
    if isinstance(error, KeyboardInterrupt):  # before anything is imported, which can be interrupted again
        return Failure(INTERRUPTED, "interrupted; nothing was written")
    from optimizer.audit.report import AuditError
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


def open_closed_streams() -> None:
    """A standard stream that is closed leads nowhere from here on, also for the processes of this one.

    The next file to be opened would have its number, and what a solver prints would get into that file.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere == number:
                os.set_inheritable(number, True)
            else:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, mode, encoding="utf-8"))  # noqa: SIM115


def say(text: str) -> None:
    """Write to standard output; a reader that went away is no error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_output()
    except OSError as error:
        raise _unwritable(error) from None


def _unwritable(error: OSError) -> Failure:
    _close_output()
    return Failure(NO_PLAN, f"standard output cannot be written: {error.strerror or error}")


def _close_output() -> None:
    """Let what is still to come, and the flush at exit, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def stderr(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def print_json(data: Any) -> None:
    """Write data to standard output as JSON; in an encoding other than UTF-8 with escapes, which read as the same."""
    utf_8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    say(json.dumps(data, sort_keys=True, allow_nan=False, ensure_ascii=not utf_8, indent=1) + "\n")


def display(render: Callable[[Console], None]) -> None:
    """Render with rich: colours and the width of the terminal there, plain text of a fixed width elsewhere."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    console = Console(width=width, highlight=False, emoji=False, soft_wrap=False)
    try:
        with console.capture() as capture:
            render(console)
    except BrokenPipeError:
        return _close_output()
    except OSError as error:  # rich writes nothing, but it does write that
        raise _unwritable(error) from None
    text = capture.get()
    # cells are padded to their column: blanks at the end of a line help nobody
    say("".join(f"{line.rstrip()}\n" for line in text.splitlines()) if not console.is_terminal else text)


def rendered(diagnostics: list[Diagnostic]) -> str:
    """Diagnostics as text, each with its place in the file."""
    from optimizer.instance.diagnostics import render

    return "\n".join(render(diagnostic) for diagnostic in diagnostics)
