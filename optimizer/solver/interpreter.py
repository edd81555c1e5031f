"""A fresh interpreter beside this one: how it is started so that it imports the same, and how it ended."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path


def command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this package."""
    # -P: nothing is imported from the folder the user happens to be in
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """The environment in which it finds what this process finds.

    The folder of the caller's script comes last, so that a file in it, a ``highspy.py`` say, hides no package.
    """
    home, (first, *rest) = Path(__file__).resolve().parents[2], map(str, sys.path)
    places = [str(home), *rest] if Path(first).resolve() == home else [*rest, first, str(home)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(place for place in places if place)}


def how_it_ended(code: int) -> str:
    """How a process ended, in words, from its exit code."""
    if code >= 0:
        return f"ended with exit code {code}"
    name = ""
    with suppress(ValueError):
        name = f" ({signal.Signals(-code).name})"
    hint = ", for want of memory perhaps" if name == " (SIGKILL)" else ""
    return f"was ended by signal {-code}{name}{hint}"
