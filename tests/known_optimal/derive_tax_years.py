"""Tax years in quarters, interest limited net of interest income, and debt fees over the life of a draw."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracles.income_tax import tax_paid
from tests.oracles.money import present

from .derived import derives

QUARTER = 0.25


@derives("tax-year-quarters")
def tax_year_quarters() -> float:
    """2026 is 30 lost before the calendar, then 100 and −20; 2027 is 50, −90, 200 and 40; none for itself."""
    results = (100.0, -20.0, 50.0, -90.0, 200.0, 40.0)
    first, second = tax_paid([-30 + sum(results[:2]), sum(results[2:])], 0.25, usable=0.8, opening_loss=10)
    assert (first, second) == (0.25 * (50 - 10), 0.25 * 200)
    paid = [first / 2] * 2 + [second / 4] * 4
    return -present(0.1, [result - tax for result, tax in zip(results, paid, strict=True)], QUARTER)


@derives("tax-year-end-quarters")
def tax_year_end_quarters() -> float:
    """Chips of 100 written off by 12.5 a quarter, or of 101 written off at once: the tax is of the whole year."""

    def total(cost: float, written_off: float) -> float:
        tax = tax_paid([4 * 50 - written_off], 0.4)[0]
        return present(0.1, (cost - 50, -50, -50, tax - 50), QUARTER)

    assert total(101, 101) < total(100, 50)
    return min(total(100, 50), total(101, 101))


@derives("interest-limitation-net")
def interest_limitation_net() -> float:
    """Interest income and a fifth of EBITDA may be deducted: 14 of 16 first, then 16 and the 2 that have waited."""
    cash, waiting = 200.0, 0.0
    for ebitda in (20.0, 100.0):
        income, claim = 0.05 * cash, 16 + waiting
        deducted = min(claim, income + 0.2 * ebitda)
        waiting = claim - deducted
        cash += ebitda + income - 16 - 0.21 * (ebitda + income - deducted)
    assert waiting == 0
    return cash


def repeated(step: Callable[[float], float]) -> float:
    """The number that a step gives back, found by repeating it; each time it is off by far less."""
    value = 0.0
    for _ in range(100):
        value = step(value)
    assert abs(step(value) - value) < 1e-12
    return value


@derives("interest-limitation-quarters")
def interest_limitation_quarters() -> float:
    """Interest of 32 a year against the interest income and a fifth of the EBITDA of the year, not of its quarters."""
    flows = ((-20.0, 60.0, 0.0, 40.0), (60.0, 0.0, -10.0, 60.0))

    def year(cash: float, waiting: float, ebitda: tuple[float, ...], tax: float) -> tuple[float, float, float]:
        """Cash at the end, interest left to carry, and the tax due, if ``tax`` is paid."""
        earned = 0.0
        for amount in ebitda:
            earned += 0.01 * cash
            cash += 0.01 * cash + amount - 8 - tax / 4
        deducted = min(32 + waiting, earned + 0.2 * sum(ebitda))
        return cash, 32 + waiting - deducted, 0.25 * (sum(ebitda) + earned - deducted)

    first = repeated(lambda tax: year(200, 0, flows[0], tax)[2])
    cash, waiting, _ = year(200, 0, flows[0], first)
    assert 7 < waiting < 9
    second = repeated(lambda tax: year(cash, waiting, flows[1], tax)[2])
    cash, left, _ = year(cash, waiting, flows[1], second)
    assert left > 0
    return cash


@derives("debt-fees-prepaid")
def debt_fees_prepaid() -> float:
    """100 with fees of 6 and 1.5 over three years, kept, or prepaid a year or two after the draw.

    What is left of the 6 is deducted when the loan is prepaid, the fixed 1.5 by 0.5 a year whatever happens.
    """

    def total(prepaid: int) -> float:
        costs = [92.5 + 7.5]
        for age in (1, 2):
            interest = 2 if age <= prepaid else 0
            fees = 0.5 + (0 if age > prepaid else 2 if age < prepaid else 6 - 2 * (age - 1))
            costs.append(0.25 * (200 - interest - fees) - 200)
        return present(0.1, costs)

    assert total(2) < total(1) < total(3)
    return total(2)


@derives("debt-fees-quarters")
def debt_fees_quarters() -> float:
    """20 on a revolver over the 3½ quarters that are left of its window, 10 on a sculpted loan over its four.

    Both are drawn in the middle of a quarter: 2½ and 1½ quarters of their lives lie in 2026.
    """
    fees = 20 * 2.5 / 3.5 + 10 * 1.5 / 4, 20 * 1 / 3.5 + 10 * 2.5 / 4
    tax = tax_paid([60 - fees[0], 140 - fees[1]], 0.25)
    costs = (0, 80 + 20, 40 + 10, tax[0] - 60, -40, -60, -40, tax[1])
    return present(0.1, costs, QUARTER)
