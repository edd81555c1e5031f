"""Problems published with their data and their optimum."""

from __future__ import annotations

from fractions import Fraction

from tests.oracles.lot_size import least_cost as least_lot_cost
from tests.oracles.money import annuity_payment
from tests.oracles.selection import best_subset
from tests.oracles.transport import least_cost as least_transport_cost

from .derived import derives

LOT_DEMAND = (69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56)
LOT_FEES = (85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114)
LOT_PUBLISHED = (85, 114, 186, 277, 348, 400, 469, 555, 600, 710, 789, 864)
"""Wagner & Whitin's least cost of the first n periods alone."""


@derives("expansion-of-a-business")
def expansion_of_a_business() -> float:
    """Benefits and yearly costs of five projects."""
    costs = (
        (1.8, 2.4, 2.4, 1.8, 1.5),
        (1.2, 1.8, 2.4, 0.6, 0.5),
        (1.2, 1.0, 0.0, 0.48, 0.0),
        (1.4, 1.4, 1.2, 1.2, 1.2),
        (1.6, 2.1, 2.5, 2.0, 1.8),
    )
    value, winners = best_subset((10.8, 4.8, 3.2, 4.44, 12.25), costs, (4.8, 6, 4.8, 4.2, 3.5))
    assert winners == [(3, 4, 5)]
    return value


@derives("lorie-savage")
def lorie_savage() -> float:
    """Net present values and outlays of nine projects."""
    first, second = (12, 54, 6, 6, 30, 6, 48, 36, 18), (3, 7, 6, 2, 35, 6, 4, 3, 3)
    value, winners = best_subset((14, 17, 17, 15, 40, 12, 14, 10, 12), list(zip(first, second, strict=True)), (50, 20))
    assert winners == [(1, 3, 4, 6, 9)]
    return value


@derives("equipment-replacement")
def equipment_replacement() -> float:
    """The least cost of each number of years yet to go, by how long the machine that is bought first is kept."""
    upkeep, fetched = (60, 80, 120), (800, 600, 500)
    kept = {years: 1000 + sum(upkeep[:years]) - fetched[years - 1] for years in (1, 2, 3)}
    least = [0]
    for left in range(1, 6):
        least.append(min(cost + least[left - years] for years, cost in kept.items() if years <= left))
    assert (kept[1], kept[2], kept[3], least[5]) == (260, 540, 760, 1280)
    return least[5] / 1000


@derives("stockco")
def stockco() -> float:
    """A knapsack of four."""
    value, winners = best_subset((16, 22, 12, 8), ((5,), (7,), (4,), (3,)), (14,))
    assert winners == [(2, 3, 4)]
    return value


@derives("crt-technologies")
def crt_technologies() -> float:
    """Six projects over five years."""
    years = (
        (75, 90, 60, 30, 100, 50),
        (25, 35, 15, 20, 25, 20),
        (20, 0, 15, 10, 20, 10),
        (15, 0, 15, 5, 20, 30),
        (10, 30, 15, 5, 20, 40),
    )
    value, winners = best_subset((141, 187, 121, 83, 265, 127), list(zip(*years, strict=True)), (250, 75, 50, 50, 50))
    assert winners == [(1, 4, 5)]
    return value


def lot_size_as_capacity(periods: int) -> float:
    """What the first n periods cost as capacity: the lot-size cost, upkeep of units in use, and the price of 1 each."""
    demand = LOT_DEMAND[:periods]
    in_use = sum(sum(demand[: t + 1]) for t in range(periods))
    return least_lot_cost(demand, LOT_FEES[:periods], 1.0) + in_use + sum(demand)


@derives("dynamic-lot-size")
def dynamic_lot_size() -> float:
    """All twelve periods."""
    assert least_lot_cost(LOT_DEMAND, LOT_FEES, 1.0) == 864
    return lot_size_as_capacity(12)


@derives("choice-of-loans")
def choice_of_loans() -> float:
    """Eight equal payments on each loan; amounts in units of 0.1. One a year comes in, what is left adds up."""
    rates = ((0.05, 0.065, 0.061), (0.052, 0.062, 0.062), (0.055, 0.058, 0.065))
    payment = [[annuity_payment(0.1, rate, 8) for rate in bank] for bank in rates]
    yearly = least_transport_cost(payment, (30, 30, 30), (25, 10, 17))
    assert abs(yearly - 0.8221806562) < 5e-11
    return 8 * (1 - yearly)


@derives("short-term-financing")
def short_term_financing() -> float:
    """A plan made by hand, and prices of the monthly cash that no plan can beat, agree in exact fractions."""
    line, paper, idle = Fraction(101, 100), Fraction(102, 100), Fraction(1003, 1000)
    flows = [Fraction(f) for f in (-150, -100, 200, -200, 50, 300)]
    # the plan: paper of 150, then 50/1.02 of paper beside the line, then paper until month 4 can be paid from cash
    paper_1 = -flows[0]
    paper_2 = flows[4] / paper
    line_2 = -flows[1] - paper_2
    cash_3 = (paper * paper_1 - flows[3]) / idle
    paper_3 = cash_3 - flows[2] + line * line_2
    final = flows[5] - paper * paper_3
    assert min(paper_1, paper_2, line_2, cash_3, paper_3, final) >= 0
    assert line_2 <= 100
    # the prices: cash of each month in terms of final cash
    price = [Fraction(0)] * 6
    price[5] = Fraction(1)
    price[4] = line * price[5]
    price[2] = paper * price[5]
    price[3] = price[2] / idle
    price[1] = paper * price[4]
    price[0] = paper * price[3]
    assert all(price[t] >= idle * price[t + 1] for t in range(5)), "saving never gains"
    assert all(price[t] <= paper * price[t + 3] for t in range(3)), "paper never gains"
    line_gain = [max(Fraction(0), price[t] - line * price[t + 1]) for t in range(5)]
    bound = sum(p * f for p, f in zip(price, flows, strict=True)) + 100 * sum(line_gain)
    assert final == bound
    return float(final)
