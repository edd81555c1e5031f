"""Debt as it is signed: rates that float."""

from __future__ import annotations

from tests.oracles.money import annuity_payment, factor, present

from .derived import derives

RATE = 0.1


@derives("floating-rate")
def floating_rate() -> float:
    """100, two thirds and a third of it, each at the rate of its year; the reference counts as 3, 5 and 8 %."""
    owed = (100, 200 / 3, 100 / 3)
    fixed = [0.06] * 3
    floats = [0.02 + reference for reference in (0.03, 0.05, 0.08)]
    swapped = [0.02 + 0.4 * reference + 0.6 * 0.032 for reference in (0.03, 0.05, 0.08)]

    def cost(rates: list[float]) -> float:
        return present(RATE, [0.0, *(rate * musd for rate, musd in zip(rates, owed, strict=True))])

    assert cost(swapped) < cost(fixed) < cost(floats)
    return cost(swapped)


@derives("floating-rate-quarters")
def floating_rate_quarters() -> float:
    """A unit grows by half of 1 % and half of 1.5 %, then three payments at 1 % of the draw; 0.99 of it come in.

    It is charged the rate of each quarter and an addition, the same in all, at which nothing is left after the last.
    """
    rates = [0.01, 0.015, 0.02, 0.025, 0.025]
    grown = 1 + (rates[0] + rates[1]) / 2
    payment = annuity_payment(grown, 0.01, 3)
    left = [1.0, grown, 1.01 * grown - payment, 1.01 * (1.01 * grown - payment) - payment, 0.0]
    principal = [0.0, 0.0, *(left[k - 1] - left[k] for k in (2, 3, 4))]
    interest = [0.0, rates[1] * grown / 2, *(rates[k] * (left[k - 1] + left[k]) / 2 for k in (2, 3, 4))]

    def charges(more: float) -> tuple[list[float], float]:
        amount, found = 0.0, []
        for k in range(5):
            half = (1 + rates[k] + more) ** 0.5 - 1
            first = amount * half
            amount = amount + first - principal[k] if k else 0.99
            second = amount * half
            amount += second - interest[k]
            found.append(first + second)
        return found, amount

    low, high = -0.1, 0.1
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if charges(middle)[1] < 0 else (low, middle)
    floats = sum(100 * charge * factor(RATE, t, 0.25) for t, charge in enumerate(charges(low)[0], 1))
    assert 0.003 < low < 0.005
    return floats
