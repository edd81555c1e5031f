"""Chains solved by processes of this machine, which `worker.py` is the other end of.

Each process has a thread here that gives it chains and reads its answers. A fresh interpreter that is talked to in
lines, rather than a pool that forks or pickles: it needs no ``if __name__ == "__main__"`` in the caller's script, it is
known which chain a dead process had, and nothing is shared that a killed process could leave locked.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from optimizer.comparison.executor import ExecutorError, without_known
from optimizer.comparison.point import Chain, Result
from optimizer.comparison.records import chain_data, read_result, to_text
from optimizer.comparison.store import Store
from optimizer.comparison.unfinished import Unfinished
from optimizer.comparison.worker import SOLVE, named, nothing_known
from optimizer.plan.io import WriteError
from optimizer.solver.interpreter import command, environment, how_it_ended

STARTS = 2
"""So often in a row a process may fail to start; then it is not the memory of the moment."""


class LocalExecutor:
    """``jobs`` processes of this machine, a solver thread each; one job is done in this process.

    ``solve`` names the function that solves a chain, as module:function.
    """

    def __init__(self, jobs: int = 1, solve: str = SOLVE) -> None:
        if jobs < 1:
            raise ValueError(f"there should be at least one job, not {jobs}")
        self.jobs, self.solve = jobs, solve

    def run(self, chains: Sequence[Chain], store: Store, *, resume: bool = False) -> Iterator[Result]:
        """See Executor."""
        known, left = without_known(chains, store) if resume else ([], list(chains))
        yield from known
        if self.jobs > 1:
            yield from solve_in_processes(left, store, self.jobs, self.solve, resume)
        else:
            for chain in left:
                yield from named(self.solve)(chain, store.keep, store.known if resume else nothing_known)


def solve_in_processes(
    chains: Sequence[Chain], store: Store, jobs: int, solve: str, resume: bool = False
) -> Iterator[Result]:
    """The results of all points as they become known. Raises WriteError and ExecutorError."""
    waiting = deque(chains)
    answers: SimpleQueue[Result | Exception | None] = SimpleQueue()
    crews = [_Crew(waiting, answers, store, solve, resume) for _ in range(min(jobs, len(waiting)))]
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
                yield answer
    finally:
        waiting.clear()
        for crew in crews:
            crew.stop()


class _DiedError(Exception):
    """A process is gone."""


class _FailedError(Exception):
    """A process is well, but its chain cannot go on."""


class _Crew:
    """A thread that has chains solved by a process of its own, and by another if that one dies."""

    def __init__(
        self,
        waiting: deque[Chain],
        answers: SimpleQueue[Result | Exception | None],
        store: Store,
        solve: str,
        resume: bool,
    ) -> None:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._waiting, self._answers = waiting, answers
        self._store, self._solve, self._resume = store, solve, resume
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
                    chain = self._waiting.popleft()
                except IndexError:
                    break
                for result in self._finish(Unfinished(chain)):
                    self._answers.put(result)
        except Exception as error:
            self._answers.put(error)
        finally:
            self._end()
            self._answers.put(None)

    def _finish(self, left: Unfinished) -> Iterator[Result]:
        while left:
            try:
                process = self._ready()
                for result in process.solve(left, self._resume):
                    if left.take(result) is not None:
                        yield result
                yield from left.give_up_all("the chain ended without it: this is a bug", self._store)
            except _DiedError as death:
                self._end()
                if self._stopped:
                    return
                if left and (given_up := left.worker_died(str(death), self._store)):
                    yield given_up
            except _FailedError as failure:
                if left:
                    yield left.give_up(str(failure), self._store)

    def _ready(self) -> _Process:
        for attempt in range(STARTS):
            if self._process is not None:
                break
            self._process = _Process(self._store, self._solve)
            try:
                self._process.wait_until_ready()
            except _DiedError as death:
                self._end()
                if attempt == STARTS - 1 and not self._stopped:
                    raise ExecutorError(f"worker processes do not start: {death}") from None
        if self._process is None or self._stopped:
            raise _DiedError("stopped")
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


class _Process:
    """A process that solves chains; it ends when its standard input does, which its owner's death is enough for."""

    def __init__(self, store: Store, solve: str) -> None:
        self._process = subprocess.Popen(
            command("optimizer.comparison.worker", str(store.folder), solve),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for its owner
            env=environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout

    def wait_until_ready(self) -> None:
        """Raises _DiedError."""
        self._read()

    def solve(self, left: Unfinished, resume: bool) -> Iterator[Result]:
        """Raises _DiedError, _FailedError, or WriteError if results cannot be kept."""
        self._write(to_text({"resume": resume, "chain": chain_data(left.chain)}))
        while (answer := self._read())["kind"] != "done":
            match answer["kind"]:
                case "begun":
                    left.begin(answer["point"])
                case "result":
                    yield read_result(answer["result"])
                case "disk":
                    raise WriteError(answer["code"], answer["reason"])
                case _:
                    raise _FailedError(answer["reason"])

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

    def _read(self) -> dict[str, Any]:
        line = self._output.readline()
        if not line.endswith("\n"):
            raise _DiedError(f"it {how_it_ended(self._process.wait())}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _write(self, line: str) -> None:
        try:
            self._input.write(line + "\n")
            self._input.flush()
        except OSError:
            raise _DiedError(f"it {how_it_ended(self._process.wait())}") from None
