"""Chains solved by the workers of a dask cluster.

What travels is text: chains there, results with their plans back, each as soon as it is found (through a queue of the
scheduler) and again with its chain (as the value of the task), since a worker can be lost at any time. A chain whose
worker is lost is given to another by the scheduler; what came back before is not kept twice.
"""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

from optimizer.comparison.executor import ExecutorError, without_known
from optimizer.comparison.point import Chain, Result
from optimizer.comparison.records import read_plan, read_result
from optimizer.comparison.store import Store
from optimizer.comparison.unfinished import Unfinished
from optimizer.comparison.worker import SOLVE, as_text, check_versions, solve_remote
from optimizer.contract.versions import how_to_install, versions

WAIT_S = 30.0
"""For a scheduler to answer, and for a first worker."""
POLL_S = 0.05
LOSSES = 3
"""So often the scheduler may give up a chain of which nothing was begun; then its first point is given up."""
CHAINS_PER_THREAD = 2
"""So many chains are under way for each thread of the cluster: none idles, and the scheduler does not hold them all."""


_ADDRESS = re.compile(r"((tcp|tls|ws|wss|ucx)://)?([\w.-]+|\[[0-9A-Fa-f:.%]+\]):(?P<port>[0-9]{1,5})|inproc://\S+")


def check_address(address: str) -> None:
    """See that an address can be one of a scheduler, before anything waits for its answer. Raises ExecutorError."""
    # a wrong address leaves a half-made client behind, whose end holds up the program for twice the time limit
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"] or 1) < 2**16:
        raise ExecutorError(f"{address!r} is not the address of a scheduler, such as tcp://10.0.0.5:8786")


class ClusterExecutor:
    """The workers of a dask cluster; ``address`` is that of its scheduler, such as tcp://10.0.0.1:8786.

    The workers need capstack in this version, but not the folder of the store: results come back and are kept here.
    """

    def __init__(self, address: str, solve: str = SOLVE) -> None:
        self.address, self.solve = address, solve

    def run(self, chains: Sequence[Chain], store: Store, *, resume: bool = False) -> Iterator[Result]:
        """See Executor."""
        known, left = without_known(chains, store) if resume else ([], list(chains))
        yield from known
        yield from solve_on_cluster(left, store, self.address, self.solve)


def solve_on_cluster(chains: Sequence[Chain], store: Store, address: str, solve: str) -> Iterator[Result]:
    """The results of all points as they become known. Raises WriteError and ExecutorError."""
    if not chains:
        return
    check_address(address)
    distributed = _distributed()
    with _connected(distributed, address) as client:
        batch = _Batch(distributed, client, chains, store, solve)
        try:
            while batch.unfinished:
                batch.submit()
                yield from batch.collect()
                time.sleep(POLL_S)
        finally:
            batch.cancel()


class _Batch:
    """The chains that are waiting, and those under way."""

    def __init__(self, distributed: Any, client: Any, chains: Sequence[Chain], store: Store, solve: str) -> None:
        self._client, self._store, self._solve = client, store, solve
        self._lost, self._address = distributed.KilledWorker, client.scheduler.address
        self._mailbox = distributed.Queue(f"capstack-{uuid4().hex}", client=client)
        self._waiting = deque(Unfinished(chain) for chain in chains)
        self._under_way: dict[Any, Unfinished] = {}
        self._losses: dict[int, int] = {}
        self._home = {point.name: left for left in self._waiting for point in left.chain.points}

    @property
    def unfinished(self) -> bool:
        return bool(self._waiting or self._under_way)

    def submit(self) -> None:
        """Give the cluster as many chains as keep it busy."""
        if not self._waiting:
            return
        with self._asking():
            room = max(1, CHAINS_PER_THREAD * sum(self._client.nthreads().values())) - len(self._under_way)
            for _ in range(min(room, len(self._waiting))):
                left = self._waiting.popleft()
                left.wait()
                arguments = (as_text(left.chain), self._solve, self._mailbox.name, dict(versions()))
                self._under_way[self._client.submit(solve_remote, *arguments, pure=False)] = left

    def collect(self) -> Iterator[Result]:
        """What has come back since."""
        # asked before the mailbox is emptied: what a task that is over has posted is in it by now
        # a value that is lost with its worker before it was fetched is worked out again: that chain is still under way
        over = [future for future in self._under_way if future.done() and future.status != "lost"]
        for message in self._mail():
            yield from self._keep(message)
        for future in over:
            left = self._under_way.pop(future)
            error, messages = self._outcome(future)
            for message in messages:
                yield from self._keep(message)
            if isinstance(error, self._lost) and left:
                # also said of a chain that only queued behind the one that brings its workers down
                self._losses[id(left)] = self._losses.get(id(left), 0) + 1
                if left.begun or self._losses[id(left)] >= LOSSES:
                    yield left.give_up("its worker went down again and again, for want of memory perhaps", self._store)
            elif left:
                reason = f"{type(error).__name__}: {error}" if error else "the chain ended without it: this is a bug"
                yield from left.give_up_all(reason, self._store)
            if left:
                self._waiting.append(left)

    def cancel(self) -> None:
        """Take back what is under way."""
        if self._client.status == "running":
            with suppress(OSError):
                self._client.cancel(list(self._under_way))
                self._mailbox.close()

    def _mail(self) -> list[str]:
        with self._asking():
            return list(self._mailbox.get(batch=True))

    def _outcome(self, future: Any) -> tuple[Exception | None, list[str]]:
        with self._asking():
            if future.status == "cancelled":
                raise OSError("a task was cancelled")
            return (future.exception(), []) if future.status == "error" else (None, future.result())

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What the network says goes for the whole cluster."""
        try:
            yield
        except OSError as error:
            raise ExecutorError(f"the scheduler at {self._address} is gone: {error}") from error

    def _keep(self, message: str) -> Iterator[Result]:
        data = json.loads(message)
        if "begun" in data:
            self._home[data["begun"]].begin(data["begun"])
            return
        result = read_result(data["result"])
        point = self._home[result.name].take(result)
        if point is not None:
            plan = None if data["plan"] is None else read_plan(point.instance, data["plan"])
            yield self._store.keep(point, plan, result)


@contextmanager
def _connected(distributed: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        remedy = "start one with `dask scheduler` and give the address that it prints"
        raise ExecutorError(f"no scheduler answers at {address}: {error}; {remedy}") from error
    try:
        _check_workers(client, address)
        yield client
    finally:
        client.close()


def _check_workers(client: Any, address: str) -> None:
    """Raises ExecutorError if there is no worker, or one that would answer another question."""
    try:
        client.wait_for_workers(1, timeout=WAIT_S)
    except TimeoutError:
        remedy = f"start one with `dask worker {address} --nthreads 1`"
        raise ExecutorError(f"the scheduler at {address} has no worker; {remedy}") from None
    for worker, answer in client.run(check_versions, dict(versions()), on_error="return").items():
        if isinstance(answer, Exception):
            remedy = "install the same versions on every machine (constraints.txt)"
            raise ExecutorError(f"worker {worker} cannot be used: {answer}; {remedy}")


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        remedy = how_to_install("cluster")
        raise ExecutorError(f"a cluster needs the package distributed, which is not installed: {remedy}") from None
    return distributed
