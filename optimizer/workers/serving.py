"""The far end of the pool: a process of this machine that obeys orders.

It gets an order as a line of JSON on its standard input and answers with lines on its standard output::

    {"kind": "ready"}                     once, at the start
    {…}     →     {"kind": …, …}          what comes of the order, piece by piece
                  {"kind": "done"}        at its end
                  {"kind": "failed", "reason": …}    instead, if it cannot go on

When its standard input ends, because its owner is done or was killed, it ends at once, whatever it is doing: what was
not kept by then is not missed by anybody.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from queue import SimpleQueue
from typing import IO, Any, Protocol


class Answer(Protocol):
    """Sends an answer of a kind, with plain data."""

    def __call__(self, kind: str, /, **content: Any) -> None: ...


def named(function: str) -> Any:
    """The function of a ``module:function``, as whose name it can travel."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)


Obey = Callable[[Mapping[str, Any], Answer], None]
"""Does what an order says, and answers."""


def serve(prepare: Callable[[], Obey]) -> None:
    """Obey one order after another until standard input ends; an exception of it is the answer ``failed``.

    ``prepare`` is called once, before this process says that it is ready: what it raises ends the process.
    """
    lines: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    out = _private_output()
    obey = prepare()

    def answer(kind: str, /, **content: Any) -> None:
        out.write(_line({"kind": kind, **content}))
        out.flush()

    answer("ready")
    while True:
        order = json.loads(lines.get())
        try:
            obey(order, answer)
        except Exception as error:
            answer("failed", reason=f"{type(error).__name__}: {error}")
        else:
            answer("done")


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"


def _listen(lines: SimpleQueue[bytes]) -> None:
    # past Python's own buffer, which is locked while it waits and so would spoil the end of a process that fails
    rest = b""
    while chunk := os.read(0, 1 << 16):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            lines.put(line)
    os._exit(0)


def _private_output() -> IO[str]:
    """Standard output for the answers alone: whatever else is printed, by the solver say, goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out
