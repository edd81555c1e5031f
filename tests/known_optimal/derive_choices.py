"""What goes together: all sets of things are written down, and the best of those that are allowed is taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from .derived import derives


def _sets(things: tuple[str, ...]) -> Iterator[set[str]]:
    for count in range(len(things) + 1):
        yield from map(set, combinations(things, count))


def _customer(investor: float) -> float:
    """10 in hand; chips for 1 a customer. One customer wants no investor, the other needs a lot."""
    worth = {"anchor": 6.0 - 1, "rival": 5.0 - 1, "lab": investor, "lot": -0.3}
    allowed = (
        taken
        for taken in _sets(tuple(worth))
        if len(taken & {"anchor", "rival"}) == 1
        and not {"anchor", "lab"} <= taken
        and ("rival" not in taken or "lot" in taken)
    )
    return 10 + max(sum(worth[each] for each in taken) for taken in allowed)


@derives("choice-exactly-one-quarters")
def choice_exactly_one_quarters() -> float:
    return _customer(1.0)


@derives("choice-requires")
def choice_requires() -> float:
    return _customer(2.0)


@derives("choice-requires-quarters")
def choice_requires_quarters() -> float:
    return _customer(2.0)


@derives("choice-exactly-one")
def choice_exactly_one() -> float:
    worth = {"one": 10.0, "two": 9.0, "three": 8.0}
    allowed = (taken for taken in _sets(tuple(worth)) if len(taken) <= 2 and len(taken & {"one", "two"}) == 1)
    return max(sum(worth[each] for each in taken) for taken in allowed)
