"""Questions asked side by side: each of them waits for a process of the solver, so that threads are enough."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


class Work(Generic[Found]):
    """A piece of work, and what came of it."""

    def __init__(self, work: Callable[[], Found], ended: Callable[[Work[Found]], None]) -> None:
        self._work, self._tell = work, ended
        self._ended = threading.Event()
        self._found: list[Found] = []
        self._error: BaseException | None = None

    def do(self) -> None:
        """Do it."""
        try:
            self._found.append(self._work())
        except BaseException as error:
            self._error = error
        self._ended.set()
        self._tell(self)

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long at the most; whether it has ended."""
        return self._ended.wait(seconds)

    def result(self) -> Found:
        """What it came to, once it has ended. Raises what it raised."""
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._found[0]


class Lanes:
    """Threads that do one piece of work after another."""

    def __init__(self, count: int) -> None:
        self._waiting: SimpleQueue[Work[Any] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[], Found], ended: Callable[[Work[Found]], None] = lambda _: None) -> Work[Found]:
        """Have something done; ``ended`` is told in the thread that did it."""
        piece = Work(work, ended)
        self._waiting.put(piece)
        return piece

    def end(self, *, at_once: bool) -> None:
        """Let the threads end: when all is done, or ``at_once`` with what is under way, which is not waited for."""
        if at_once:
            try:
                while True:
                    self._waiting.get_nowait()
            except Empty:
                pass
        for _ in self._threads:
            self._waiting.put(None)
        if not at_once:
            for thread in self._threads:
                thread.join()

    def _run(self) -> None:
        while (piece := self._waiting.get()) is not None:
            piece.do()


@contextmanager
def lanes(count: int, stop: threading.Event) -> Iterator[Lanes]:
    """So many threads; if something goes wrong here, an interrupt say, ``stop`` is set and they come to their end."""
    found = Lanes(count)
    try:
        yield found
    except BaseException:
        stop.set()
        found.end(at_once=True)
        raise
    found.end(at_once=False)


def worked_off(
    pool: Lanes,
    count: int | Callable[[], int],
    take: Callable[[], Callable[[], Found] | None],
    done: Callable[[Found], None],
) -> None:
    """Work off what ``take`` gives, ``count`` at a time, which may change, until it gives None and nothing runs.

    ``done`` is told what came of each, in this thread. The first exception of a piece of work is raised once all that
    was under way has ended.
    """
    ended: SimpleQueue[Work[Found]] = SimpleQueue()
    running, failure = 0, None
    while True:
        while failure is None and running < _now(count) and (work := take()) is not None:
            pool.submit(work, ended.put)
            running += 1
        if not running:
            break
        piece = ended.get()
        running -= 1
        try:
            found = piece.result()
        except BaseException as error:
            failure = failure or error
        else:
            done(found)
    if failure is not None:
        raise failure


def _now(count: int | Callable[[], int]) -> int:
    return count if isinstance(count, int) else count()
