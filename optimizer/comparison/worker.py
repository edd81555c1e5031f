"""The far end of the executors: what runs in a process of this machine, or on another.

A process of this machine (see `workers/serving.py`) is ordered chains and answers with what becomes of their points::

    {"resume": false, "chain": {…}}     →     {"kind": "begun", "point": …}        for each point, when it is turned to
                                              {"kind": "result", "result": {…}}    for each point that is finished
                                              {"kind": "disk", "reason": …, …}     results cannot be kept
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from optimizer.comparison.point import Chain, Point, Result
from optimizer.comparison.records import chain_data, plan_data, read_chain, result_data, to_text
from optimizer.comparison.store import Store
from optimizer.contract.versions import versions
from optimizer.plan.plan import Plan
from optimizer.plan.run_folder import WriteError
from optimizer.workers.serving import Answer, Obey, named, serve

Keep = Callable[[Point, Plan | None, Result], Result]
Known = Callable[[Point], Result | None]
"""What is known of a point already; it is asked just before the point would be solved."""
Solve = Callable[[Chain, Keep, Known], Iterator[Result]]

SOLVE = "optimizer.comparison.chain:solve_chain"
"""What solves a chain, as module:function, so that its name can travel."""


class VersionError(Exception):
    """A machine has other versions of what decides the answers than the one that asks."""


def nothing_known(_point: Point) -> Result | None:
    """For solving every point, whatever was found before."""
    return None


# ── a process of this machine ─────────────────────────────────────────────────────────────────────────────────────


def prepared() -> Obey:
    """What solves chains; the arguments of the process are the folder of the store and the name of the solve."""
    folder, name = sys.argv[1:]
    store = Store(folder)
    solve: Solve = named(name)

    def obey(order: Mapping[str, Any], answer: Answer) -> None:
        look_up = store.known if order["resume"] else nothing_known

        def known(point: Point) -> Result | None:
            answer("begun", point=point.name)
            return look_up(point)

        try:
            for result in solve(read_chain(order["chain"]), store.keep, known):
                answer("result", result=result_data(result))
        except WriteError as error:
            answer("disk", code=error.errno, reason=error.strerror or str(error))

    return obey


# ── another machine ───────────────────────────────────────────────────────────────────────────────────────────────

_one_at_a_time = threading.Lock()
"""A cluster may give a process several threads; models are built with settings that hold for the whole process."""


def solve_remote(chain: str, solve: str, mailbox: str, wanted: Mapping[str, str]) -> list[str]:
    """Solve a chain on a worker of a cluster; a text of JSON for each point: its result, and its plan if there is one.

    Each is put into the queue called ``mailbox`` as soon as it is found, so that it is not lost with this worker.
    Raises VersionError if this machine would answer another question.
    """
    check_versions(wanted)
    messages: list[str] = []

    def known(point: Point) -> None:
        _post(mailbox, to_text({"begun": point.name}))

    def keep(_point: Point, plan: Plan | None, result: Result) -> Result:
        message = to_text({"result": result_data(result), "plan": None if plan is None else plan_data(plan)})
        messages.append(message)
        _post(mailbox, message)
        return result

    with _one_at_a_time:
        for _ in named(solve)(read_chain(json.loads(chain)), keep, known):
            pass
    return messages


def check_versions(wanted: Mapping[str, str]) -> None:
    """Raises VersionError unless the packages that decide the answers are here in the versions that are wanted."""
    here = versions()
    other = [f"{name} {here.get(name)} instead of {wanted[name]}" for name in wanted if here.get(name) != wanted[name]]
    if other:
        raise VersionError(f"this machine has {', '.join(other)}")


def _post(mailbox: str, message: str) -> None:
    # the package has no types of its own
    queue: Any = import_module("distributed").Queue
    # it also comes back with the chain: if this fails, it is only later
    with suppress(OSError, RuntimeError, ValueError):
        queue(mailbox).put(message)


def as_text(chain: Chain) -> str:
    """A chain as it travels to ``solve_remote``."""
    return to_text(chain_data(chain))


if __name__ == "__main__":
    serve(prepared)
