"""What a tree of scenarios is: nodes at which something becomes known, and leaves, each an instance of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from optimizer.instance.diagnostics import Diagnostic
from optimizer.instance.schema import Instance

Measure = Literal["expected", "cvar", "worst", "regret"]


@dataclass(frozen=True)
class Risk:
    """What is minimised over the scenarios: (1 − weight)·expectation + weight·CVaR at ``level``, for ``cvar``."""

    measure: Measure = "expected"
    level: float = 0.9
    weight: float = 1.0


@dataclass(frozen=True)
class TreeNode:
    """A point at which something is known: decisions from period ``start`` (1 … T) on know it.

    ``probability`` is that of the node once its parent has come about; ``text`` is what the file says of it.
    """

    name: str
    parent: str | None
    start: int
    probability: float
    title: str | None = None


@dataclass(frozen=True)
class Leaf:
    """A scenario: the nodes of its path from the root on, its probability, and the world that it is."""

    name: str
    path: tuple[TreeNode, ...]
    probability: float
    instance: Instance

    def owner(self, period: int) -> str:
        """The node that decides a period: the last of the path that is known by then; 0 (never) is its own."""
        known = [node for node in self.path if node.start <= period]
        return known[-1].name if known else self.path[-1].name


@dataclass(frozen=True)
class Sampled:
    """How leaves were drawn: of ``drawn`` paths ``kept`` are left, at this ``distance`` (see ``sampling``)."""

    drawn: int
    kept: int
    seed: int
    distance: float
    share: float


@dataclass(frozen=True)
class Rescue:
    """Money from outside for a plan that could not go on, by the labels of its periods: at most ``max_musd`` in each,
    at ``price_share`` of a dollar for a dollar in every objective that is money.
    """

    price_share: float
    max_musd: float
    periods: tuple[str, ...]
    only_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioTree:
    """A tree with its leaves in the order of the file; probabilities of leaves sum to 1.

    ``impossible`` are nodes of probability 0, which are left out.
    """

    name: str
    base: Instance
    nodes: Mapping[str, TreeNode]
    leaves: tuple[Leaf, ...]
    risk: Risk = Risk()
    title: str | None = None
    notes: str | None = None
    rescue: Rescue | None = None
    sampled: Sampled | None = None
    left_out: tuple[str, ...] = ()
    options: Mapping[str, float] = field(default_factory=dict)
    diagnostics: Sequence[Diagnostic] = ()

    @cached_property
    def root(self) -> TreeNode:
        """The node that decides today."""
        return next(node for node in self.nodes.values() if node.parent is None)

    def below(self, name: str) -> list[Leaf]:
        """The leaves whose path leads through a node."""
        return [leaf for leaf in self.leaves if any(node.name == name for node in leaf.path)]

    @cached_property
    def branches(self) -> list[list[Leaf]]:
        """The leaves by what is revealed first: below each child of the first node that has several."""
        return branches_of(self.leaves)


def branches_of(leaves: Sequence[Leaf]) -> list[list[Leaf]]:
    """Leaves by the node at which their paths part for the first time; each alone where they never do."""
    depth = 0
    while all(len(leaf.path) > depth for leaf in leaves):
        groups: dict[str, list[Leaf]] = {}
        for leaf in leaves:
            groups.setdefault(leaf.path[depth].name, []).append(leaf)
        if len(groups) > 1:
            return list(groups.values())
        depth += 1
    return [[leaf] for leaf in leaves]
