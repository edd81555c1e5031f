"""Where chains are solved: in this process, in processes of this machine, or on a cluster.

Every executor has ``run(chains, store, resume=False)``, which yields the result of every point, in any order, when it
is on the disk; with ``resume`` what the store knows is not solved again. What is found does not depend on the executor.
A point that brings down its worker is tried once more, then it is an ``error`` and the rest of its chain goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from optimizer.compare.point import Chain, Result
from optimizer.compare.store import Store
from optimizer.compare.worker import SOLVE, named, nothing_known


class ExecutorError(Exception):
    """Nothing can be solved: worker processes do not start, the cluster cannot be reached."""


class Executor(Protocol):
    """Solves chains and keeps what comes of them."""

    def run(self, chains: Sequence[Chain], store: Store, *, resume: bool = False) -> Iterator[Result]:
        """The result of every point, in any order, each when it is in the store.

        Raises WriteError if results cannot be kept, ExecutorError if nothing can be solved.
        """
        ...


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
        from optimizer.compare.processes import solve_in_processes

        known, left = without_known(chains, store) if resume else ([], list(chains))
        yield from known
        if self.jobs > 1:
            yield from solve_in_processes(left, store, self.jobs, self.solve, resume)
        else:
            for chain in left:
                yield from named(self.solve)(chain, store.keep, store.known if resume else nothing_known)


class ClusterExecutor:
    """The workers of a dask cluster; ``address`` is that of its scheduler, such as tcp://10.0.0.1:8786.

    The workers need capstack in this version, but not the folder of the store: results come back and are kept here.
    """

    def __init__(self, address: str, solve: str = SOLVE) -> None:
        self.address, self.solve = address, solve

    def run(self, chains: Sequence[Chain], store: Store, *, resume: bool = False) -> Iterator[Result]:
        """See Executor."""
        from optimizer.compare.cluster import solve_on_cluster

        known, left = without_known(chains, store) if resume else ([], list(chains))
        yield from known
        yield from solve_on_cluster(left, store, self.address, self.solve)


def without_known(chains: Sequence[Chain], store: Store) -> tuple[list[Result], list[Chain]]:
    """What the store knows, and the chains that are not finished by it, with what is known of them."""
    results: list[Result] = []
    left: list[Chain] = []
    for chain in chains:
        found = tuple(result for point in chain.points if (result := store.known(point)) is not None)
        results += found
        if len(found) < len(chain.points):
            left.append(replace(chain, found=found))
    return results, left
