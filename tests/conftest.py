"""What all tests share: none depends on how, and from where, they were started."""

from __future__ import annotations

import os
import signal

# what changes the shape of output on purpose
SHAPING = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "CAPSTACK_TRACEBACK")
SENT = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)


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
