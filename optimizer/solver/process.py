"""HiGHS in a process of its own (child.py is its other end), so that a crash of it is one run that is lost.

A process is started when it is first needed, used again for all later runs, and replaced when it dies.
"""

from __future__ import annotations

import atexit
import math
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from optimizer.contract.versions import DISTRIBUTION, versions
from optimizer.solver.interpreter import command, environment, how_it_ended
from optimizer.solver.machine import memory_limit
from optimizer.solver.task import Answer, Task, Vector, content, receive, send

MODULE = "optimizer.solver.child"
"""What runs in the process."""

LEAST_VERSION = (1, 16, 0)
"""Versions of HiGHS before this one are known to call plans optimal that are not."""

TICK_S = 0.2
"""So often a run is looked after while it goes on."""

Watch = Callable[[float, float, str], None]
"""Called now and then with incumbent and bound (nan where there is none), and what is being tried."""


class SolverError(RuntimeError):
    """HiGHS failed or refused an option; ``summary`` is what is known of the solve."""

    summary: dict[str, Any] | None = None


class LostError(SolverError):
    """The solver's process went down in the middle of a run, or had too little memory.

    ``crashed`` tells the first from the second. ``plans`` are those known by then, of which some may not hold for the
    whole programme; ``bound`` is one of this run. ``level`` and ``proven``, a bound of the level in its own unit, are
    filled in by those who know them.
    """

    def __init__(self, why: str, crashed: bool, limit: int | None, plans: list[Vector], bound: float) -> None:
        super().__init__(why)
        self.why, self.crashed, self.limit, self.plans, self.bound = why, crashed, limit, plans, bound
        self.seconds, self.level = math.nan, ""
        self.proven: float | None = None

    def __str__(self) -> str:
        where = f" of the level {self.level}" if self.level else ""
        when = "" if math.isnan(self.seconds) else f" after {self.seconds:.0f} s{where}"
        limit = "it had no memory limit" if self.limit is None else f"its memory limit was {self.limit / 1e9:.1f} GB"
        return f"the solver {self.why}{when}; {limit}"


def prepare() -> None:
    """Have a process started while something else is done. Raises SolverError if HiGHS is not to be trusted."""
    _give(_take())


def solve(task: Task, watch: Watch | None = None, stop: threading.Event | None = None) -> Answer:
    """Have a task solved; ``stop`` ends the run softly, an exception that comes meanwhile at once.

    Raises LostError, and SolverError if no process can be started.
    """
    child = _take()
    try:
        answer = child.solve(task, watch, stop)
    except BaseException:
        child.end()
        raise
    _give(child, answer.processor_s)
    return answer


def spent_s() -> float:
    """Seconds of the processor that this process and the solver's for it have taken, for as far as they answered."""
    with _lock:
        return time.process_time() + _spent


# ── the processes that wait for work ──────────────────────────────────────────────────────────────────────────────

_idle: list[_Child] = []
_spent = 0.0
_lock = threading.Lock()


def _take() -> _Child:
    _check_version(versions()["highspy"])
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.alive:
                return child
            child.end()
    return _Child()


def _give(child: _Child, seconds: float = 0.0) -> None:
    global _spent
    with _lock:
        _idle.append(child)
        _spent += seconds


@atexit.register
def end_all() -> None:
    """End the processes that wait for work."""
    with _lock:
        while _idle:
            _idle.pop().end()


def _forget() -> None:
    # after a fork: they belong to the other one, and its lock may have been held
    global _lock
    _lock = threading.Lock()
    for child in _idle:
        child.let_go()
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _check_version(version: str) -> None:
    """Raises SolverError."""
    if tuple(map(int, re.findall(r"\d+", version)[:3])) < LEAST_VERSION:
        least = ".".join(map(str, LEAST_VERSION))
        remedy = f"pip install --upgrade '{DISTRIBUTION}' 'highspy>={least}'"
        raise SolverError(f"highspy {version} is known to give wrong optima, {least} is needed: {remedy}")


# ── one process ───────────────────────────────────────────────────────────────────────────────────────────────────


class _Child:
    """A process that solves one task after another."""

    def __init__(self) -> None:
        # a file and no pipe, which would fill up and stop the process while nobody reads it
        self._notes = _scratch()
        try:
            with _no_ctrl_c():
                self._process = subprocess.Popen(
                    command(MODULE, str(memory_limit() or 0)),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._notes,
                    env=environment(),
                    # on Windows this is what keeps Ctrl-C away
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                )
        except (OSError, ValueError) as error:
            self._notes.close()
            raise SolverError(f"the solver's process cannot be started: {error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self._writing = threading.Lock()
        self._ready, self._limit = False, None

    @property
    def alive(self) -> bool:
        """Whether it is running, as far as is known."""
        return self._process.poll() is None

    def solve(self, task: Task, watch: Watch | None, stop: threading.Event | None) -> Answer:
        """Raises LostError, SolverError, what ``watch`` raises, and KeyboardInterrupt."""
        run = _Run(watch)
        # an event, because a Thread.join that is interrupted takes a running thread for a finished one
        done = threading.Event()

        def talk() -> None:
            try:
                self._talk(task, run)
            except BaseException as error:
                run.failure = error
            finally:
                done.set()

        threading.Thread(target=talk, daemon=True).start()
        told = False
        while not done.is_set():
            if stop is not None and stop.is_set() and run.begun and not told:
                told = True
                with self._writing, suppress(OSError):
                    send(self._input, "stop")
            done.wait(TICK_S)
        if run.failure is not None:
            raise run.failure
        if run.answer is None:
            raise self._lost(run)
        if run.answer.refusal is not None:
            raise SolverError(run.answer.refusal)
        return run.answer

    def _talk(self, task: Task, run: _Run) -> None:
        with suppress(EOFError, OSError):
            if not self._ready:
                self._limit, self._ready = receive(self._output)[1]["limit"], True
            with self._writing:
                send(self._input, "task", **content(task))
            run.begun = True
            while run.answer is None and not run.out_of_memory:
                run.hear(*receive(self._output))

    def _lost(self, run: _Run) -> SolverError:
        """What to say of a run without an answer."""
        if run.out_of_memory:
            self._process.kill()
        code = self._process.wait()
        self._notes.seek(0)
        notes = self._notes.read().decode(errors="replace").strip()
        how = ": ".join([how_it_ended(code), *(notes.splitlines()[-1:] if code >= 0 else [])])
        if not self._ready:
            return SolverError(f"the solver's process does not start: it {how}")
        # what a thread of HiGHS cannot allocate ends in an abort
        short = run.out_of_memory or "bad_alloc" in notes or "MemoryError" in notes
        why = "needed more memory than it may have" if short else how
        return LostError(why, not short, self._limit, run.plans, run.bound)

    def end(self) -> None:
        """End it at once, and wait for its end."""
        self._process.kill()
        self._process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close what leads to it, without which it ends by itself."""
        for stream in (self._input, self._output, self._notes):
            with suppress(OSError):
                stream.close()


class _Run:
    """What is heard of a run."""

    def __init__(self, watch: Watch | None) -> None:
        self._watch = watch
        self.begun = False
        self.plans: list[Vector] = []
        self.bound = math.nan
        self.answer: Answer | None = None
        self.out_of_memory = False
        self.failure: BaseException | None = None

    def hear(self, kind: str, found: dict[str, Any]) -> None:
        """A frame of the process."""
        match kind:
            case "seen":
                self.bound = found["bound"]
                if self._watch is not None:
                    self._watch(found["incumbent"], found["bound"], _place(found["nodes"]))
            case "plan":
                self.plans = [found["x"]]
            case "memory":
                self.out_of_memory = True
            case _:
                self.answer = Answer(**found)


def _place(nodes: int) -> str:
    """Where a search stands: -1 nodes are not known."""
    return {-1: "search", 0: "root"}.get(nodes) or f"tree, {nodes:,} node{'' if nodes == 1 else 's'}"


@contextmanager
def _no_ctrl_c() -> Iterator[None]:
    """What is started meanwhile never hears of Ctrl-C, which is for its owner; Ctrl-Z stops both."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _scratch() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile()
    except OSError:  # nowhere to write: what the process says of its end is not known then
        return open(os.devnull, "w+b")
