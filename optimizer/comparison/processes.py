"""Chains solved by processes of this machine, which `worker.py` is the other end of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optimizer.comparison.executor import ExecutorError, without_known
from optimizer.comparison.point import Chain, Result
from optimizer.comparison.records import chain_data, read_result
from optimizer.comparison.store import Store
from optimizer.comparison.unfinished import Unfinished
from optimizer.comparison.worker import SOLVE, nothing_known
from optimizer.plan.run_folder import WriteError
from optimizer.workers.pool import StartError, done_by_processes
from optimizer.workers.serving import named


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
    left = [_Solving(Unfinished(chain), store, resume) for chain in chains]
    try:
        yield from done_by_processes(left, jobs, "optimizer.comparison.worker", str(store.folder), solve)
    except StartError as error:
        raise ExecutorError(str(error)) from None


class _Solving:
    """A chain as a job of the pool: the point that brings its process down is tried once more, then it is an error."""

    def __init__(self, left: Unfinished, store: Store, resume: bool) -> None:
        self._left, self._store, self._resume = left, store, resume

    def __bool__(self) -> bool:
        return bool(self._left)

    def order(self) -> Mapping[str, Any]:
        """The chain, with what was found of it."""
        return {"resume": self._resume, "chain": chain_data(self._left.chain)}

    def answered(self, answer: Mapping[str, Any]) -> Iterator[Result]:
        """The result of a point. Raises WriteError if results cannot be kept."""
        match answer["kind"]:
            case "begun":
                self._left.begin(answer["point"])
            case "result":
                result = read_result(answer["result"])
                if self._left.take(result) is not None:
                    yield result
            case "disk":
                raise WriteError(answer["code"], answer["reason"])

    def ended(self) -> Iterator[Result]:
        """Points without a result, of which there should be none."""
        yield from self._left.give_up_all("the chain ended without it: this is a bug", self._store)

    def failed(self, reason: str) -> Iterator[Result]:
        """The point under way is an error."""
        if self._left:
            yield self._left.give_up(reason, self._store)

    def died(self, how: str) -> Iterator[Result]:
        """So it is the second time that its process goes down."""
        if self._left and (given_up := self._left.worker_died(how, self._store)):
            yield given_up
