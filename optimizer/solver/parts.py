"""Parts of a search, several at once, each in a process of its own: what comes of them depends on no clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")

TICK_S = 0.2
"""So often it is looked whether all are done: who waits without an end does not hear of Ctrl-C."""


def each(
    run: Callable[[Part], Found], parts: Sequence[Part], workers: int, stop: threading.Event | None = None
) -> list[Found]:
    """What comes of each part, in their order, up to ``workers`` at once.

    No part knows of another, so that nothing depends on which is done first. Ctrl-C sets ``stop`` if there is one.
    Raises what the first of the parts that failed raises, once all have ended.
    """
    if workers <= 1 or len(parts) <= 1:
        return [run(part) for part in parts]
    shared = _Shared(run, parts)
    for _ in range(min(workers, len(parts))):
        threading.Thread(target=shared.work, daemon=True).start()
    while not shared.done.is_set():
        try:
            shared.done.wait(TICK_S)
        except KeyboardInterrupt:
            if stop is None or stop.is_set():
                raise
            stop.set()
    for number in range(len(parts)):
        if number in shared.failures:
            raise shared.failures[number]
    return [shared.found[number] for number in range(len(parts))]


class _Shared(Generic[Part, Found]):
    """What threads work through together."""

    def __init__(self, run: Callable[[Part], Found], parts: Sequence[Part]) -> None:
        self._run, self._parts, self._next, self._lock = run, parts, 0, threading.Lock()
        self.found: dict[int, Found] = {}
        self.failures: dict[int, BaseException] = {}
        self.done = threading.Event()

    def work(self) -> None:
        """Take one part after the other until none is left."""
        while True:
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= len(self._parts):
                return
            try:
                self.found[number] = self._run(self._parts[number])
            except BaseException as error:
                self.failures[number] = error
            with self._lock:
                if len(self.found) + len(self.failures) == len(self._parts):
                    self.done.set()
