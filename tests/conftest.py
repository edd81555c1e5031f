"""What all tests share: none depends on how, and from where, they were started."""

from __future__ import annotations

import os
import shutil
import signal
from typing import Any

import pytest

# what changes the shape of output on purpose
SHAPING = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "CAPSTACK_TRACEBACK")
SENT = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)

LACKING = "not on this machine:"
"""How the reason of a skip begins that is the machine's."""


def _needs(what: str, *commands: str) -> pytest.MarkDecorator:
    lacking = [command for command in commands if shutil.which(command) is None]
    reason = f"{LACKING} {', '.join(lacking)} ({what}; scripts/set_up_office.sh)"
    return pytest.mark.skipif(bool(lacking), reason=reason)


needs_office = _needs("LibreOffice", "soffice")
"""Mark of tests that have LibreOffice recompute or convert something."""
needs_slides = _needs("LibreOffice, and pictures of pages", "soffice", "pdftoppm")
"""Mark of tests that look at slides or pages as pictures."""
needs_browser = _needs("a browser", "chromium")
"""Mark of tests that open a page in a browser."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tests that are skipped because the machine lacks something are named, each with what it lacks."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, (tuple, list)) else str(report.longrepr)
        if LACKING in reason:
            terminalreporter.write_line(f"skipped {report.nodeid}: {reason.removeprefix('Skipped: ')}")


def pytest_configure() -> None:
    """The tests and the processes that they start begin as from a shell, with output as wide as when it is piped.

    A job in the background is started with interrupts ignored, which children inherit even through exec. Hangups stay
    as they are: the suite itself may be meant to outlive its terminal.
    """
    for name in SHAPING:
        os.environ.pop(name, None)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SENT)
