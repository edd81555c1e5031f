"""What a company has as the plan begins."""

from __future__ import annotations

from tests.oracles.money import present

from .derived import derives

RATE = 0.1


@derives("opening-fleet")
def opening_fleet() -> float:
    """x thousand old ones are sold in 2027 and x' new ones bought, 3x' + 8 − x ≥ 14 and x' ≤ x for want of power."""

    def cost(x: float) -> float:
        bought = x  # no fewer, for 8 − x + 3x' ≥ 14 with x' ≤ x; and no more, for each costs 12
        sold = x / 6
        written = (
            7.5,
            7.5 * (1 - sold) + 15 * sold + 2.5 + 9 / 4 + 3 * bought,
            7.5 * (1 - sold) + 2.5 + 9 / 4 + 3 * bought,
        )
        before_tax = (50 - 3, 50 - 1 + 2 * x - 2 - 8 - 12 * bought, 50 - 1)
        taxable = (50, 50 - 1 + 2 * x, 50 - 1)
        taxes = [0.25 * (income - off) for income, off in zip(taxable, written, strict=True)]
        return -present(RATE, [cash - tax for cash, tax in zip(before_tax, taxes, strict=True)])

    return min(cost(x / 10) for x in range(30, 61))


@derives("opening-site-quarters")
def opening_site_quarters() -> float:
    """The phase in each quarter in which the crew is free and which is in time for the fourth."""
    price, busy = (20, 22, 30, 32), (True, True, False, False)

    def cost(u: int) -> float:
        phase = [price[t] if t == u else 0 for t in range(4)]
        others = (4 + 0.75, 4, 0.25, 20 + 0.25 + 2.5)
        return present(RATE, [a + b for a, b in zip(phase, others, strict=True)], 0.25)

    return min(cost(u) for u in range(3) if not busy[u])
