"""What goes together: all sets of things are written down, and the best of those that are allowed is taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from .derived import derives

LORIE_FIRST, LORIE_SECOND = (12, 54, 6, 6, 30, 6, 48, 36, 18), (3, 7, 6, 2, 35, 6, 4, 3, 3)
"""Outlays of the two years (Lorie and Savage 1955)."""


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


@derives("lorie-savage-shares")
def lorie_savage_shares() -> float:
    """A vertex of the linear problem, and prices of the budgets that prove it: Σ price·budget + Σ excess."""
    worth, first, second = (14, 17, 17, 15, 40, 12, 14, 10, 12), LORIE_FIRST, LORIE_SECOND
    shares = [1.0, 0.0, 1.0, 1.0, 0.0, 32 / 33, 1 / 22, 0.0, 1.0]
    for outlays, budget in ((first, 50), (second, 20)):
        assert abs(sum(x * each for x, each in zip(shares, outlays, strict=True)) - budget) < 1e-12
    # of the two that are taken in part the price of their outlays is their worth: 6·p + 6·q = 12, 48·p + 4·q = 14
    p, q = 3 / 22, 41 / 22
    excess = [max(0.0, v - p * a - q * b) for v, a, b in zip(worth, first, second, strict=True)]
    value = sum(x * v for x, v in zip(shares, worth, strict=True))
    assert abs(50 * p + 20 * q + sum(excess) - value) < 1e-12
    return value


@derives("fractional-quarters")
def fractional_quarters() -> float:
    """The better one by worth of a dollar first, whole; then what is left of 80."""
    return 10 + 9 * (80 - 50) / 60


def _one_of_two() -> float:
    """All starts of both in three periods, none or in period 1 to 3, of which 20 and what has come in can pay."""
    best = 20.0
    for late in (None, 1, 2, 3):
        for early in (None, 1, 2, 3):
            cash, feasible = 20.0, True
            for t in (1, 2, 3):
                for start, cost, income in ((late, 15.0, (10.0, 12.0)), (early, 12.0, (9.0, 8.5))):
                    age = -1 if start is None else t - start - 1
                    cash += income[age] if 0 <= age < 2 else 0.0
                    cash -= cost if start == t else 0.0
                feasible = feasible and cash >= 0.0
            best = max(best, cash if feasible else 0.0)
    return best


@derives("income-by-age")
def income_by_age() -> float:
    return _one_of_two()


@derives("income-by-age-quarters")
def income_by_age_quarters() -> float:
    return _one_of_two()
