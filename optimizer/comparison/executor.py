"""What solves chains: ``processes`` in this process or others of this machine, ``cluster`` on a cluster.

Every executor has ``run(chains, store, resume=False)``, which yields the result of every point, in any order, when it
is on the disk; with ``resume`` what the store knows is not solved again. What is found does not depend on the executor.
A point that brings down its worker is tried once more, then it is an ``error`` and the rest of its chain goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from optimizer.comparison.point import Chain, Result
from optimizer.comparison.store import Store


class ExecutorError(Exception):
    """Nothing can be solved: worker processes do not start, the cluster cannot be reached."""


class Executor(Protocol):
    """Solves chains and keeps what comes of them."""

    def run(self, chains: Sequence[Chain], store: Store, *, resume: bool = False) -> Iterator[Result]:
        """The result of every point, in any order, each when it is in the store.

        Raises WriteError if results cannot be kept, ExecutorError if nothing can be solved.
        """
        ...


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
