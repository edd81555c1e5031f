"""Jobs done by processes of this machine, which `serving.py` is the other end of.

Each process has a thread here that gives it orders and reads its answers. A fresh interpreter that is talked to in
lines, rather than a pool that forks or pickles: it needs no ``if __name__ == "__main__"`` in the caller's script, it is
known which job a dead process had, and nothing is shared that a killed process could leave locked.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

from optimizer.solver.interpreter import command, environment, how_it_ended

STARTS = 2
"""So often in a row a process may fail to start; then it is not the memory of the moment."""

Found = TypeVar("Found")
FoundBy = TypeVar("FoundBy", covariant=True)


class StartError(Exception):
    """Processes do not start: no job can be done."""


class Job(Protocol[FoundBy]):
    """Something to be done by a process; it says what to make of the answers, and of none.

    What its methods yield is what the pool yields; what they raise ends the pool. It is done when it is false; until
    then it is ordered again and again, so ``failed``, ``died`` and ``ended`` have to come to an end sometime.
    """

    def __bool__(self) -> bool:
        """Whether something is left to be done."""
        ...

    def order(self) -> Mapping[str, Any]:
        """What the process is told, as plain data."""
        ...

    def answered(self, answer: Mapping[str, Any]) -> Iterator[FoundBy]:
        """What an answer of the process has found."""
        ...

    def ended(self) -> Iterator[FoundBy]:
        """The process says that it has done all of the order."""
        ...

    def failed(self, reason: str) -> Iterator[FoundBy]:
        """The process is well, but cannot go on with the order."""
        ...

    def died(self, how: str) -> Iterator[FoundBy]:
        """The process went down in the middle of the order; ``how`` is in words."""
        ...


def done_by_processes(jobs: Iterable[Job[Found]], processes: int, module: str, *arguments: str) -> Iterator[Found]:
    """What the jobs find, as it becomes known. ``module`` is run with ``arguments`` by so many processes at most.

    Raises StartError, and what a job raises. However it ends, no process is left.
    """
    waiting = deque(jobs)
    answers: SimpleQueue[_Told[Found] | Exception | None] = SimpleQueue()
    crews = [_Crew(waiting, answers, command(module, *arguments)) for _ in range(min(processes, len(waiting)))]
    working = len(crews)
    try:
        for crew in crews:
            crew.start()
        while working:
            answer = answers.get()
            if answer is None:
                working -= 1
            elif isinstance(answer, Exception):
                raise answer
            else:
                yield answer.found
    finally:
        waiting.clear()
        for crew in crews:
            crew.stop()


class _DiedError(Exception):
    """A process is gone."""


class _Told(Generic[Found]):
    """Something found, which may be anything, an exception too."""

    def __init__(self, found: Found) -> None:
        self.found = found


class _Crew(Generic[Found]):
    """A thread that has jobs done by a process of its own, and by another if that one dies."""

    def __init__(
        self,
        waiting: deque[Job[Found]],
        answers: SimpleQueue[_Told[Found] | Exception | None],
        command: list[str],
    ) -> None:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._waiting, self._answers, self._command = waiting, answers, command
        self._process: _Process | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin with what is waiting; None is the last answer."""
        self._thread.start()

    def stop(self) -> None:
        """End the process and wait for the thread."""
        self._stopped = True
        if (process := self._process) is not None:
            process.kill()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        try:
            while not self._stopped:
                try:
                    job = self._waiting.popleft()
                except IndexError:
                    break
                for found in self._finish(job):
                    self._answers.put(_Told(found))
        except Exception as error:
            self._answers.put(error)
        finally:
            self._end()
            self._answers.put(None)

    def _finish(self, job: Job[Found]) -> Iterator[Found]:
        while job:
            try:
                process = self._ready()
                process.give(job.order())
                while (answer := process.read())["kind"] not in ("done", "failed"):
                    yield from job.answered(answer)
                yield from job.ended() if answer["kind"] == "done" else job.failed(answer["reason"])
            except _DiedError as death:
                self._end()
                if self._stopped:
                    return
                yield from job.died(str(death))

    def _ready(self) -> _Process:
        for attempt in range(STARTS):
            if self._process is not None:
                break
            self._process = _Process(self._command)
            try:
                self._process.read()
            except _DiedError as death:
                self._end()
                if attempt == STARTS - 1 and not self._stopped:
                    raise StartError(f"worker processes do not start: {death}") from None
        if self._process is None or self._stopped:
            raise _DiedError("stopped")
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


class _Process:
    """A process that obeys orders; it ends when its standard input does, which its owner's death is enough for."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for its owner
            env=environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout

    def give(self, order: Mapping[str, Any]) -> None:
        """Raises _DiedError."""
        try:
            self._input.write(json.dumps(order, ensure_ascii=False) + "\n")
            self._input.flush()
        except OSError:
            raise _DiedError(f"it {how_it_ended(self._process.wait())}") from None

    def read(self) -> dict[str, Any]:
        """Its next answer, at first that it is ready. Raises _DiedError."""
        line = self._output.readline()
        if not line.endswith("\n"):
            raise _DiedError(f"it {how_it_ended(self._process.wait())}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        """End it at once; whoever reads its answers sees them end."""
        self._process.kill()

    def close(self) -> None:
        """End it and wait for its end."""
        self._process.kill()
        self._process.wait()
        for stream in (self._input, self._output):
            with suppress(OSError):
                stream.close()
