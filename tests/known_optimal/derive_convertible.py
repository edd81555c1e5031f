"""Convertibles: what becomes of them by the prices of shares, and what they are charged at."""

from __future__ import annotations

import math

from tests.oracles.money import factor, present

from .derived import derives

RATE = 0.1
QUARTER = 0.25


@derives("convertible")
def convertible() -> float:
    """60 of notes bring 57.6. They convert at 12.5, at 15; a call up to 14 brings 1.5 back: 1.08 for 1.

    1 = 0.02/q + 1.1/q², a quadratic in q = 1 + yield; it is above the 5 % of straight debt. Then 60 of equity at 8 %.
    """
    growth = (0.02 + math.sqrt(0.02**2 + 4 * (0.02 + (15 - (14 - 12.5)) / 12.5))) / 2
    assert growth - 1 > 0.05

    def total(notes: float) -> float:
        loan = 100 - 0.96 * notes
        charged = notes * (growth - 1)
        return present(RATE, (0, charged + 0.07 * loan, charged + 0.07 * loan, 0.08 * notes + 0.07 * loan))

    assert min(total(6 * i) for i in range(11)) == total(60)
    return total(60)


@derives("convertible-quarters")
def convertible_quarters() -> float:
    """Draws at the start of Q1 pay 98.875 at its end, and their own interest of it, less income of 10.

    The short notes, 10 times 1.3 at 12.5 in Q5, are repaid out of income. Of the long ones as much as the floor lets
    be: 10 in 517, in the middle of a piece of ownership. Both are charged at 1.06^¼ − 1 while they bear interest.
    """
    short, long = 30.0, 10.0
    assert abs(long / (390 * 1.3 + long) - (1 - 0.980657640232108)) < 1e-14
    loan = (98.875 - 10 - (1 - 0.005) * long - (1 - 0.0025) * short) / (1 - 0.02)
    cash, paid = 0.0, 0.02 * loan + 0.005 * long
    for quarter in range(2, 7):
        cash += 10 - paid - (0.0025 * short if quarter < 5 else 0) - (short if quarter == 5 else 0)
        assert cash > 0
    charged = 1.06**QUARTER - 1
    assert charged < 0.02
    return sum(
        factor(RATE, t, QUARTER) * (0.02 * loan + charged * (long + (short if t < 5 else 0))) for t in range(1, 7)
    )


@derives("convertible-put")
def convertible_put() -> float:
    """Notes for 60 of 100 are put a year later, at 11 where they convert at 12.5; the loan pays for them."""

    def total(notes: float) -> float:
        loan = 100 - notes
        after = loan + max(0.0, notes - (10 - 0.02 * notes - 0.07 * loan))
        return present(RATE, (0, 0.05 * notes + 0.07 * loan, 0.07 * after, 0.07 * after))

    assert 11 < 10 * 1.25 < 14
    assert min(total(6 * i) for i in range(11)) == total(60)
    return total(60)


@derives("convertible-put-quarters")
def convertible_put_quarters() -> float:
    """What is due next is in hand: the interest in Q1, and in Q3 all that is put and the interest of the bridge."""
    notes = (100 - 5) / (1 - 0.01)
    bridge = (1.01 * notes - (60 - 0.01 * notes)) / (1 - 0.03)
    return 5 + 130 - 100 - 3 * 0.01 * notes - 2 * 0.03 * bridge
