"""Questions asked side by side: each of them waits for a process of the solver, so that threads are enough."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

Found = TypeVar("Found")


@contextmanager
def lanes(count: int, stop: threading.Event) -> Iterator[ThreadPoolExecutor]:
    """So many threads; if something goes wrong here, an interrupt say, ``stop`` is set and they come to their end."""
    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def worked_off(
    pool: ThreadPoolExecutor,
    count: int | Callable[[], int],
    take: Callable[[], Callable[[], Found] | None],
    done: Callable[[Found], None],
) -> None:
    """Work off what ``take`` gives, ``count`` at a time, which may change, until it gives None and nothing runs.

    ``done`` is told what came of each, in this thread. The first exception of a piece of work is raised once all that
    was under way has ended.
    """
    running: set[Future[Found]] = set()
    failure: BaseException | None = None
    while True:
        while failure is None and len(running) < _now(count) and (work := take()) is not None:
            running.add(pool.submit(work))
        if not running:
            break
        ended, running = wait(running, return_when=FIRST_COMPLETED)
        for each in ended:
            if (error := each.exception()) is not None:
                failure = failure or error
            else:
                done(each.result())
    if failure is not None:
        raise failure


def _now(count: int | Callable[[], int]) -> int:
    return count if isinstance(count, int) else count()
