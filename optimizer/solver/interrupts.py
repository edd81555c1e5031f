"""Ctrl-C that ends a search softly, wherever the search is."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

Handler = Callable[[int, FrameType | None], object]


@contextmanager
def first_one_sets(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C sets ``stop`` and interrupts nothing; with ``stop`` set, it is raised as ever.

    An exception would come between any two steps, and what was found by then would be lost with it. Who handles
    interrupts without an exception is asked as before.
    """

    def note(before: Handler, number: int, frame: FrameType | None) -> None:
        try:
            before(number, frame)
        except KeyboardInterrupt:
            if stop.is_set():
                raise
            stop.set()

    with handled_by(note):
        yield


@contextmanager
def handled_by(note: Callable[[Handler, int, FrameType | None], None]) -> Iterator[None]:
    """``note`` hears of Ctrl-C, and is given who was to handle it before; outside of the main thread nobody hears."""
    before = signal.getsignal(signal.SIGINT)
    # a job in the background of a script is started with interrupts ignored, and that is to stay so
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, partial(note, before))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
