"""Ctrl-C that ends a search softly, wherever the search is."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def first_one_sets(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C sets ``stop`` and interrupts nothing; with ``stop`` set, it is raised as ever.

    An exception would come between any two steps, and what was found by then would be lost with it. Who handles
    interrupts without an exception is asked as before, and so it is outside the main thread, which alone hears of them.
    """
    before = signal.getsignal(signal.SIGINT)
    # a job in the background of a script is started with interrupts ignored, and that is to stay so
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return

    def note(number: int, frame: FrameType | None) -> None:
        try:
            before(number, frame)
        except KeyboardInterrupt:
            if stop.is_set():
                raise
            stop.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
