"""All cases, on one processor or several. A case that crashes takes nothing down but itself."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, connection, get_context, parent_process
from types import FrameType

from optimizer.known_optima.collect import Case
from optimizer.known_optima.findings import Finding
from optimizer.known_optima.solving import Result, check_case, failed

Listener = Callable[[Result], None]
Check = Callable[[Case, Sequence[str]], Result]


def run(
    cases: Sequence[Case],
    jobs: int,
    certify: Sequence[str] = (),
    listener: Listener | None = None,
    check: Check = check_case,
) -> list[Result]:
    """The results in the order of the cases; ``listener`` hears of each as it comes.

    With one job everything happens in this process. KeyboardInterrupt ends all work and is raised.
    """
    listen = listener or _silence
    jobs = min(jobs, len(cases))
    if jobs > 1:
        return _spread(cases, jobs, certify, listen, check)
    results = []
    with _interrupts() as interrupted:
        for case in cases:
            results.append(check(case, certify))
            if interrupted.is_set():
                # the solver takes an interrupt for a request to stop at what it has
                raise KeyboardInterrupt
            listen(results[-1])
    return results


def _silence(result: Result) -> None:
    pass


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Remember an interrupt, whoever catches it."""
    seen = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    # a job in the background of a script is started with interrupts ignored, and that is to stay so
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield seen
        return

    def note(number: int, frame: FrameType | None) -> None:
        seen.set()
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


# ── several processes ─────────────────────────────────────────────────────────────────────────────────────────────


def _spread(cases: Sequence[Case], jobs: int, certify: Sequence[str], listen: Listener, check: Check) -> list[Result]:
    """Rounds: a process that dies takes its pool with it, so those under way are tried again, each in its own pool."""
    results: dict[int, Result] = {}

    def keep(index: int, result: Result) -> None:
        results[index] = result
        listen(result)

    left = list(range(len(cases)))
    while left:
        suspects = _round(cases, left, jobs, certify, keep, check)
        for index in suspects:
            if _round(cases, [index], 1, certify, keep, check):
                remedy = "it ran alone: too little memory, or a crash of the solver; solve it with `capstack solve`"
                keep(index, failed(cases[index], "error", Finding("crashed", "the process of the case died", remedy)))
        left = [index for index in left if index not in results]
    return [results[index] for index in range(len(cases))]


def _round(
    cases: Sequence[Case],
    indices: Sequence[int],
    jobs: int,
    certify: Sequence[str],
    keep: Callable[[int, Result], None],
    check: Check,
) -> list[int]:
    """Check in one pool until all are done or the pool breaks; the cases that were under way when it broke."""
    waiting = list(reversed(indices))
    others = set(active_children())
    under_way: dict[Future[Result], int] = {}
    with _quiet_tracker():
        pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin_process)
    try:
        while waiting or under_way:
            # no more than can run at once, so that what is under way when a process dies is known
            while waiting and len(under_way) < jobs:
                index = waiting.pop()
                under_way[pool.submit(check, cases[index], tuple(certify))] = index
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                result = _received(future, cases[under_way[future]])
                keep(under_way.pop(future), result)
    except BrokenProcessPool:
        return sorted(under_way.values())
    except BaseException:
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return []


@contextmanager
def _quiet_tracker() -> Iterator[None]:
    """Python's watcher of semaphores, which starts with the pool, removes those of processes that were ended.

    That it does is no news for the user: Pyomo makes one in every process that imports it.
    """
    option = "ignore:resource_tracker:UserWarning"
    sys.warnoptions.append(option)
    try:
        yield
    finally:
        sys.warnoptions.remove(option)


def _received(future: Future[Result], case: Case) -> Result:
    """What a process sent back. Raises BrokenProcessPool if it, or another of the pool, died."""
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenProcessPool):
        raise error
    return failed(
        case, "error", Finding("error", f"{type(error).__name__}: {error}", "this is a bug of ours: report it")
    )


def _begin_process() -> None:
    """Ctrl-C reaches every process of a terminal, but the parent ends its children itself; if it dies, they follow."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
