"""All cases, on one processor or several. A case that crashes takes nothing down but itself."""

from __future__ import annotations

import base64
import pickle
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from optimizer.known_optima.collect import Case
from optimizer.known_optima.findings import Finding
from optimizer.known_optima.solving import Result, failed
from optimizer.known_optima.worker import CHECK, case_data
from optimizer.solver.interrupts import Handler, handled_by
from optimizer.workers.pool import StartError, done_by_processes
from optimizer.workers.serving import named

Listener = Callable[[Result], None]


def run(
    cases: Sequence[Case],
    jobs: int,
    certify: Sequence[str] = (),
    listener: Listener | None = None,
    check: str = CHECK,
) -> list[Result]:
    """The results in the order of the cases; ``listener`` hears of each as it comes.

    ``check`` names the function that checks a case, as module:function. With one job everything happens in this
    process. KeyboardInterrupt ends all work and is raised.
    """
    listen = listener or _silence
    jobs = min(jobs, len(cases))
    if jobs > 1:
        return _spread(cases, jobs, certify, listen, check)
    results = []
    with _interrupts() as interrupted:
        for case in cases:
            results.append(named(check)(case, certify))
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

    def note(before: Handler, number: int, frame: FrameType | None) -> None:
        seen.set()
        before(number, frame)

    with handled_by(note):
        yield seen


# ── several processes ─────────────────────────────────────────────────────────────────────────────────────────────


def _spread(cases: Sequence[Case], jobs: int, certify: Sequence[str], listen: Listener, check: str) -> list[Result]:
    """All cases at once; those whose process dies are tried again when the others are done, each alone."""
    results: dict[int, Result] = {}

    def keep(number: int, result: Result) -> None:
        results[number] = result
        listen(result)

    def once(numbers: Sequence[int], processes: int, last: bool) -> None:
        left = [_Checking(number, cases[number], certify, last) for number in numbers]
        try:
            for number, result in done_by_processes(left, processes, "optimizer.known_optima.worker", check):
                keep(number, result)
        except StartError as error:
            for number in numbers:
                if number not in results:
                    keep(number, crashed(cases[number], str(error)))

    once(range(len(cases)), jobs, last=False)
    for number in [number for number in range(len(cases)) if number not in results]:
        once([number], 1, last=True)
    return [results[number] for number in range(len(cases))]


def crashed(case: Case, what: str) -> Result:
    """A case of which nothing can be known."""
    remedy = "it ran alone: too little memory, or a crash of the solver; solve it with `capstack solve`"
    return failed(case, "error", Finding("crashed", what, remedy))


class _Checking:
    """A case as a job of the pool, with its number; the ``last`` time it is an error if its process dies."""

    def __init__(self, number: int, case: Case, certify: Sequence[str], last: bool) -> None:
        self._number, self._case, self._certify, self._last = number, case, list(certify), last
        self._waits = True

    def __bool__(self) -> bool:
        return self._waits

    def order(self) -> Mapping[str, Any]:
        """The case, and the second opinions that are asked for."""
        return {"case": case_data(self._case), "certify": self._certify}

    def answered(self, answer: Mapping[str, Any]) -> Iterator[tuple[int, Result]]:
        """Its result."""
        self._waits = False
        yield self._number, pickle.loads(base64.b64decode(answer["result"]))

    def ended(self) -> Iterator[tuple[int, Result]]:
        """Nothing more: its result is there."""
        yield from ()

    def failed(self, reason: str) -> Iterator[tuple[int, Result]]:
        """It has no result that could be sent."""
        self._waits = False
        yield self._number, failed(self._case, "error", Finding("error", reason, "this is a bug of ours: report it"))

    def died(self, _how: str) -> Iterator[tuple[int, Result]]:
        """Its process went down, perhaps for want of what another had: it is put off, and the last time given up."""
        self._waits = False
        if self._last:
            yield self._number, crashed(self._case, "the process of the case died")
