"""Frameworks, chips of one's own, leases, resale, rented capacity and energy."""

from __future__ import annotations

from itertools import product

from tests.oracles.money import present

from .derived import derives

RATE = 0.1
HOUR = 8.76
"""One USD an hour for a thousand units through a year, USD million."""


def covers(bought: tuple[int, ...], demand: tuple[int, ...]) -> bool:
    """Whether units bought once and for all are enough in every year."""
    return all(sum(bought[: t + 1]) >= need for t, need in enumerate(demand))


# ── frameworks and development ────────────────────────────────────────────────────────────────────────────────────


@derives("framework-minimum")
def framework_minimum() -> float:
    """Fives of thousands from the agreement (30 or more, at 8, signed for 2) and loose ones at 10."""
    costs, fives = [], range(0, 36, 5)
    for agreed in product(fives, repeat=2):
        for loose in product(fives, repeat=2):
            bought = (agreed[0] + loose[0], agreed[1] + loose[1])
            if sum(agreed) in (0, *range(30, 71)) and covers(bought, (10, 25)):
                fee = 2 if sum(agreed) else 0
                costs.append(present(RATE, (fee + 8 * agreed[0] + 10 * loose[0], 8 * agreed[1] + 10 * loose[1])))
    return min(costs)


@derives("framework-take-or-pay")
def framework_take_or_pay() -> float:
    """Twenty thousand for years 2 and 3, ordered a year ahead; 40 % of 9 for each of the 30 that is not taken."""

    def agreed(first: int, second: int) -> float:
        return present(RATE, (3, 8 * first, 8 * second + 0.4 * 9 * max(0, 30 - first - second)))

    plans = [agreed(first, second) for first in range(20, 31, 2) for second in range(0, 11, 2)]
    return min(*plans, present(RATE, (0, 11 * 20)))


@derives("framework-fee")
def framework_fee() -> float:
    """Ten thousand at 10, or at 9 and 12 for the signature."""
    return min(100, 90 + 12) / 1.1


@derives("custom-chip")
def custom_chip() -> float:
    """Begun in year 1, 2 or never; it can be ordered a year later. 5, 5 and 10 thousand are added, year by year."""

    def total(begun: int) -> float:
        paid = [n * (6 if t > begun else 10) + (35 if t == begun else 0) for t, n in ((1, 5), (2, 5), (3, 10))]
        return present(RATE, paid)

    return min(total(begun) for begun in (1, 2, 9))


# ── leases ────────────────────────────────────────────────────────────────────────────────────────────────────────


def lease_interest(payment: float, rate: float, payments: int) -> tuple[list[float], list[float]]:
    """Interest in each payment, the first of which falls on the day of delivery, and what is owed after it."""
    owed = payment * sum((1 + rate) ** -j for j in range(1, payments))
    interest, balance = [0.0], [owed]
    for _ in range(1, payments):
        interest.append(rate * owed)
        owed += rate * owed - payment
        balance.append(owed)
    assert abs(balance[-1]) < 1e-9
    return interest, balance


@derives("lease-operating")
def lease_operating() -> float:
    """Ten thousand for two years at 5 a year, or bought at 10."""
    return min(present(RATE, (50, 50)), 100 / 1.1)


@derives("lease-carry")
def lease_carry() -> float:
    """The interest in three payments of 40, or a loan for what 40 of income leave of 100."""
    interest, _ = lease_interest(40, 0.06, 3)
    return min(present(RATE, interest), present(RATE, (0, 5.4, 5.4)))


@derives("lease-as-debt")
def lease_as_debt() -> float:
    """x thousand leased for four payments of 1, so that no more is owed than a yearly EBITDA of 20; the rest at 4.2."""
    _, owed = lease_interest(1.0, 0.02, 4)
    leased = min(20 / owed[0], 20 / owed[1])
    assert 0 < leased < 10
    return 60 + 20 - 4 * leased - 4.2 * (10 - leased)


@derives("lease-taken-over")
def lease_taken_over() -> float:
    """Ten thousand worth a payment of 1 and what is owed after it, or bought at 2; the debt itself is no flow."""
    _, owed = lease_interest(1.0, 0.05, 2)
    return min(10 * (1 + owed[0]), 10 * 2) / 1.1


@derives("lease-tax")
def lease_tax() -> float:
    """Payments of 40 saving tax as they are paid, or 118 written off in thirds; 30 % tax, cash earns 6 % after it."""

    def left(paid: tuple[float, ...], deducted: tuple[float, ...]) -> float:
        cash = 200.0
        for outlay, deduction in zip(paid, deducted, strict=True):
            earned = 0.06 * cash
            cash += 100 - outlay + earned - 0.3 * (100 - deduction + earned)
        return cash

    third = 118 / 3
    return max(left((40, 40, 40), (40, 40, 40)), left((118, 0, 0), (third, third, third)))


@derives("lease-dscr")
def lease_dscr() -> float:
    """A service of 40/1.25 = 32 a year pays for eight thousand at 4, three times; two thousand are bought at 13."""
    leased = 40 / 1.25 / 4
    return 60 + 3 * 40 - 3 * 4 * leased - 13 * (10 - leased)


# ── resale ────────────────────────────────────────────────────────────────────────────────────────────────────────


@derives("early-retirement")
def early_retirement() -> float:
    """x thousand of 10 old chips make room for new ones that do three times as much; 20 are needed."""
    plans = [x for x in range(11) if 3 * x + (10 - x) >= 20]
    return min(present(RATE, (10 * 5, 12 * x - 0.4 * 5 * x)) for x in plans)


@derives("early-retirement-quarters")
def early_retirement_quarters() -> float:
    """Sold after two quarters or after three, half and three quarters of the way from 80 % to 40 %.

    Old chips save nothing by staying: upkeep of 0.1 a quarter is paid for those that do. Five have to go by quarter 4.
    """

    def total(early: int) -> float:
        upkeep = [1.0, 1.0, 0.1 * (10 - early), 0.1 * 5]
        return present(RATE, (50 + 1, 1, upkeep[2] - 3 * early, upkeep[3] + 60 - 2.5 * (5 - early)), years=0.25)

    return min(total(early) for early in range(6))


@derives("early-retirement-falling-price")
def early_retirement_falling_price() -> float:
    """As early-retirement; a used chip fetches 40 % of 3, which is what a new one of its kind costs by then."""
    plans = [x for x in range(11) if 3 * x + (10 - x) >= 20]
    return min(present(RATE, (10 * 5, 12 * x - 0.4 * min(5, 3) * x)) for x in plans)


@derives("early-retirement-quarters-falling-price")
def early_retirement_quarters_falling_price() -> float:
    """As early-retirement-quarters; 60 % of 4 in the third quarter, 50 % of 3.5 in the fourth."""

    def total(early: int) -> float:
        sold = (0.6 * 4 * early, 0.5 * 3.5 * (5 - early))
        return present(RATE, (50 + 1, 1, 0.1 * (10 - early) - sold[0], 0.1 * 5 + 60 - sold[1]), years=0.25)

    return min(total(early) for early in range(6))


@derives("resale-tax")
def resale_tax() -> float:
    """x of 10 old chips sold at 2, of which 2.5 are not yet written off for tax; tax 25 %."""

    def total(x: int) -> float:
        taxed = (200 - 25, 200 + 2 * x - 2.5 * x - 2.5 * (10 - x) - 6 * x)
        flows = (50 - 200 + 0.25 * taxed[0], 12 * x - 2 * x - 200 + 0.25 * taxed[1])
        return present(RATE, flows)

    return min(total(x) for x in range(11) if 3 * x + (10 - x) >= 20)


@derives("resale-book")
def resale_book() -> float:
    """As early-retirement; half of what is in the books counts: a third of the old that stay, two thirds of the new."""

    def total(x: int) -> float:
        book = 5 * (10 - x) / 3 + 12 * x * 2 / 3
        return present(RATE, (50, 12 * x - 2 * x - 0.5 * book))

    return min(total(x) for x in range(11) if 3 * x + (10 - x) >= 20)


@derives("terminal-resale")
def terminal_resale() -> float:
    """Ten thousand at 10 that fetch 65 % at age 2, or at 9 that fetch 10 %."""
    return min(present(RATE, (100, -0.65 * 100)), present(RATE, (90, -0.1 * 90)))


# ── rented capacity ───────────────────────────────────────────────────────────────────────────────────────────────


@derives("reserved-cloud")
def reserved_cloud() -> float:
    """Blocks of four thousand reserved in any month for three, at most three at a time; the rest by the hour."""
    costs = []
    for signed in product(range(4), repeat=3):
        active = [sum(signed[: t + 1]) for t in range(3)]
        if max(active) <= 3:
            pairs = zip((10, 6, 3), active, strict=True)
            month = [HOUR / 12 * (1.2 * 4 * blocks + 2 * max(0, need - 4 * blocks)) for need, blocks in pairs]
            costs.append(present(RATE, month, years=1 / 12))
    return min(costs)


@derives("colocation")
def colocation() -> float:
    """Blocks of 5 MW signed in quarters 1 … 3, delivered a quarter later for two quarters, or a hall of one's own.

    A hall built in quarter b for 33 ends the renting. 4, 8 and 8 thousand chips at 1 in quarters 2 … 4.
    """
    rent, need, costs = (4, 5, 6), (0, 4, 8, 8), []
    for built in (1, 2, 3, 4, 5):
        for blocks in product(range(3), repeat=3):
            paid, enough = [0.0] * 4, True
            for t in range(1, 5):
                active = [u for u in (1, 2, 3) if u + 1 <= t <= u + 2]
                mw = 5 * sum(blocks[u - 1] for u in active)
                enough = enough and mw <= 10 and mw + (10 if t >= built else 0) >= need[t - 1]
                paid[t - 1] += sum(5 * blocks[u - 1] * rent[u - 1] / 4 for u in active) + (33 if t == built else 0)
            if enough:
                costs.append(present(RATE, [p + c for p, c in zip(paid, (0, 4, 4, 0), strict=True)], years=0.25))
    return min(costs)


# ── energy ────────────────────────────────────────────────────────────────────────────────────────────────────────

MW_YEAR = 8760 / 1e6
"""One MW through a year at one USD per MWh, USD million."""


@derives("energy-mix")
def energy_mix() -> float:
    """East: 8 MW on average, 4 at 30 and the grid at 50. West: 3 MW at 90, which house 3.75 thousand chips."""
    chips = 10 + 3 / 0.8
    return (chips * 2 + MW_YEAR * (4 * 30 + 4 * 50 + 3 * 90) - HOUR * chips) / 1.1


@derives("energy-contracts")
def energy_contracts() -> float:
    """Each of two contracts is signed in one of three quarters or never, and runs for two of them; 6 MW are used."""

    def quarter(take_or_pay: bool, free: bool) -> float:
        if take_or_pay:
            return 9 * 30  # 9 of 10 MW are paid for in any case, and suffice
        return 6 * (38 if free else 50)

    costs = []
    for a, b in product((1, 2, 3, 9), repeat=2):
        parts = [quarter(t in (a, a + 1), t in (b, b + 1)) * MW_YEAR / 4 for t in (1, 2, 3)]
        costs.append(present(RATE, (6 + parts[0], *parts[1:]), years=0.25))
    return min(costs)


@derives("energy-take-or-pay")
def energy_take_or_pay() -> float:
    """2 and 6 MW from the grid at 50, or 8 MW at 30 paid for in both years; chips of 2 and 4 thousand at 1."""
    contract, grid = (8 * 30, 8 * 30), (2 * 50, 6 * 50)
    plans = [[chips + MW_YEAR * p for chips, p in zip((2, 4), paid, strict=True)] for paid in (contract, grid)]
    return min(present(RATE, plan) for plan in plans)


@derives("renewable-share")
def renewable_share() -> float:
    """g of 10 MW from wind in the dirty region: 0.2·(10 − g) + g + 0.9·5 = 0.6·15; chips of 15."""
    wind = (0.6 * 15 - 0.9 * 5 - 0.2 * 10) / (1 - 0.2)
    return (15 + MW_YEAR * ((10 - wind) * 40 + wind * 55 + 5 * 50)) / 1.1


@derives("energy-negative-price")
def energy_negative_price() -> float:
    """Five thousand chips at 30, each hour at 2 USD; 5 MW are taken, and 20 USD come in for each MWh of them."""
    income = 5 * HOUR * 2 + 5 * HOUR * 0.02
    return present(RATE, (5 * 30 - income, -income, -income))


@derives("energy-negative-price-quarters")
def energy_negative_price_quarters() -> float:
    """A quarter of the income in each of four quarters, and chips at 15."""
    income = (5 * HOUR * 2 + 5 * HOUR * 0.02) / 4
    return 5 * 15 / (1 + RATE) ** 0.25 - sum(income / (1 + RATE) ** (t / 4) for t in range(1, 5))
