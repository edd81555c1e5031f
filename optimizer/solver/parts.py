"""Parts of a search, several at once, each in a process of its own: what comes of them depends on no clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")


def each(
    run: Callable[[Part], Found], parts: Sequence[Part], workers: int, stop: threading.Event | None = None
) -> list[Found]:
    """What comes of each part, in their order, up to ``workers`` at once.

    No part knows of another, so that nothing depends on which is done first. Ctrl-C sets ``stop`` if there is one.
    Raises what the first of the parts that failed raises, once all have ended.
    """
    if workers <= 1 or len(parts) <= 1:
        return [run(part) for part in parts]
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(run, part) for part in parts]
        while True:
            try:
                wait(running)
                break
            except KeyboardInterrupt:
                if stop is None or stop.is_set():
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
                stop.set()
        return [each.result() for each in running]
