"""Questions about some scenarios of a tree, and their answers, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from optimizer.uncertainty.joined import Key
from optimizer.uncertainty.leaf import Largest
from optimizer.uncertainty.tree import Leaf, Rescue


@dataclass(frozen=True)
class Ask:
    """One question: the best plan of these leaves, with some columns held; the gap and the seconds that it may take.

    Of the columns that are to be ``some``, if there are any, at least one is 1. ``start`` are the whole numbers of a
    plan to start from, ``proof`` says that it is a good one; a bound of ``enough``, in the sense of a minimum, ends the
    search. ``whole`` asks for one search, however large. ``prices`` are paid beside the objective for one of a column
    each, in the sense of a minimum (see ``prices``).
    """

    name: str
    leaves: tuple[Leaf, ...]
    held: Mapping[Key, float] = field(default_factory=dict)
    gap_share: float = 1e-3
    time_limit_s: float = 60.0
    seed: int = 0
    pooled: bool = False
    rescue: Rescue | None = None
    largest: Largest = ()
    start: Mapping[Key, float] = field(default_factory=dict)
    some: tuple[Key, ...] = ()
    enough: float | None = None
    proof: bool = False
    whole: bool = False
    prices: Mapping[Key, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Tried:
    """A candidate: what the plan that holds it comes to, what is proven of such plans, and where it cannot go on."""

    name: str
    value: float
    bound: float
    stops_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proven:
    """What is proven of some leaves by themselves, at prices on what they decide today: a part of a bound of all."""

    leaves: tuple[str, ...]
    bound: float
    prices: Mapping[Key, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What came of it: ``bound`` and ``value`` in the sense of a minimum (∞ without a plan), whole numbers by column.

    ``amounts`` are decisions of today that are neither whole numbers nor money. ``status`` is optimal, feasible,
    infeasible or no_solution; ``measure`` is what the gap is a share of; ``seconds`` are those of the processor;
    ``parts`` what the plan comes to in each branch, where it was found by them; ``proven`` the parts of the bound of a
    whole tree, which are not in an answer that travels.
    """

    name: str
    status: str
    bound: float
    value: float
    integers: Mapping[Key, float] = field(default_factory=dict)
    amounts: Mapping[Key, float] = field(default_factory=dict)
    seconds: float = 0.0
    tried: tuple[Tried, ...] = ()
    measure: float = 0.0
    parts: tuple[float, ...] = ()
    proven: tuple[Proven, ...] = ()


Run = Callable[[Sequence[Ask]], list[Found]]
"""Answers questions, in any order but all of them, each under its name."""
