"""What commands print: text, JSON and tables on standard output, messages on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from optimizer.commands.failure import NO_PLAN, Failure

if TYPE_CHECKING:
    from rich.console import Console

    from optimizer.instance.diagnostics import Diagnostic

PIPED_WIDTH = 100


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


def warn(diagnostics: Iterable[Diagnostic]) -> None:
    """Print the warnings among what was found on standard error."""
    if warnings := [diagnostic for diagnostic in diagnostics if diagnostic.severity == "warning"]:
        stderr(rendered(warnings))


def counted(count: int, noun: str) -> str:
    """A count with its noun, of which the plural ends in s."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
