"""Terms that change by the period: each price, rate and limit in its own, and not in the one beside it."""

from __future__ import annotations

from itertools import product

from tests.oracles.corners import least
from tests.oracles.effective import per_period
from tests.oracles.money import factor, present

from .derived import derives

RATE = 0.1
HOUR = 8.76
"""One USD an hour for a thousand units through a year, USD million."""


@derives("preferred-terms")
def preferred_terms() -> float:
    """Each class in one quarter of four or not at all; x of the cheap and y of the dear one, so that cash lasts.

    Dividends are charged, and one more of what comes in the last quarter; what an issue costs takes cash alone.
    """
    rates, needs = (0.1, 0.06, 0.05, 0.1), (0, 40, 20, 0)
    costs = []
    for cheap, dear in product((None, 1, 2, 3, 4), repeat=2):
        cash, rows, total = (8.0, 0.0, 0.0), [], (0.0, 0.0, 0.0)
        for t in range(1, 5):
            fixed = 0.5 if t == cheap else 0.0
            # half a quarter's dividend in the quarter of issue, a whole one after it
            a = _part(t, cheap) * (rates[cheap - 1] if cheap else 0.0) / 4
            b = _part(t, dear) * 0.24 / 4
            total = (0.0, total[1] + a, total[2] + b)
            paid = 0.02 if t == cheap else 0.0
            cash = (cash[0] - fixed - needs[t - 1], cash[1] + (t == cheap) - a - paid, cash[2] + (t == dear) - b)
            rows.append(cash)
        total = (0.0, total[1] + 0.25 * rates[3] * (cheap == 4), total[2] + 0.06 * (dear == 4))
        x = (1e-6, 50.0) if cheap else (0.0, 0.0)
        y = (20.0, 60.0) if dear else (0.0, 0.0)
        costs.append(least(total, rows, x, y))
    return min(cost for cost in costs if cost is not None)


def _part(t: int, issued: int | None) -> float:
    """The part of a period for which what was issued in another bears a dividend, money coming in the middle."""
    if issued is None or t < issued:
        return 0.0
    return 0.5 if t == issued else 1.0


@derives("equity-terms")
def equity_terms() -> float:
    """The partner's 50 in any quarter or never, a round of tens in any; the needs are tens too."""
    company, own, needs = (0.1, 0.12, 0.11, 0.13), (0.2, 0.18, 0.14, 0.16), (0, 50, 30, 0)
    costs = []
    for signed, raised, amount in product((None, 1, 2, 3, 4), (None, 1, 2, 3, 4), range(0, 70, 10)):
        inflow = [50 * (t == signed) + amount * (t == raised) for t in range(1, 5)]
        if all(sum(inflow[:t]) >= sum(needs[:t]) for t in range(1, 5)):
            # a quarter of a year at a rate is the fourth root; what comes in the last quarter is charged for one more
            asked, dearer = ([per_period(rate, 4) for rate in rates] for rates in (company, own))
            partner = sum(50 * _part(t, signed) * asked[t - 1] for t in range(1, 5)) + 50 * asked[3] * (signed == 4)
            holders = sum(amount * _part(t, raised) * dearer[t - 1] for t in range(1, 5))
            costs.append(100 * sum(asked) + partner + holders + amount * dearer[3] * (raised == 4))
    return min(costs)


@derives("reserved-cloud-terms")
def reserved_cloud_terms() -> float:
    """Blocks of two thousand signed in each month for two; the rest by the hour."""
    price, most = (4, 2, 3, 2.2), (8, 4, 8, 7)
    reserved, together, need = (1.5, 1.1, 1.2, 1), (5, 5, 5, 3), (4, 8, 8, 2)
    costs = []
    for blocks in product(range(3), repeat=4):
        standing = [2 * (blocks[t] + (blocks[t - 1] if t else 0)) for t in range(4)]
        hourly = [max(0, n - s) for n, s in zip(need, standing, strict=True)]
        if all(s <= m for s, m in zip(standing, together, strict=True)) and all(
            h <= m for h, m in zip(hourly, most, strict=True)
        ):
            kept = sum(2 * blocks[t] * reserved[t] * (2 if t < 3 else 1) for t in range(4))
            costs.append(HOUR / 12 * (kept + sum(h * p for h, p in zip(hourly, price, strict=True))))
    return min(costs)


@derives("colocation-limits")
def colocation_limits() -> float:
    """Whole megawatts signed in each quarter for two: limits on sums of neighbours have whole corners."""
    rent, limit = (4, 7, 5, 4), (4, 6, 6, 3)
    costs = []
    for signed in product(range(7), repeat=4):
        rented = [signed[t] + (signed[t - 1] if t else 0) for t in range(4)]
        if all(mw <= most for mw, most in zip(rented, limit, strict=True)):
            due = sum(signed[t] * rent[t] / 4 * (2 if t < 3 else 1) for t in range(4))
            costs.append(due - sum(rented) * (HOUR / 4 - 0.5))
    return min(costs)


@derives("system-limit-years")
def system_limit_years() -> float:
    """Thousands in each region and year, all of which earn."""

    def worth(units: int, mwh: float) -> float:
        return units * (HOUR - mwh * 8760 / 1e6)

    system, cheap, values = (6, 10, 12), (5, 7, 11), []
    for north, south in product(product(range(12), repeat=3), product(range(3), repeat=3)):
        fleets = [(sum(north[: t + 1]), sum(south[: t + 1])) for t in range(3)]
        if all(
            n <= most and s <= 2 and n + s <= both for (n, s), most, both in zip(fleets, cheap, system, strict=True)
        ):
            new = [a + b for a, b in zip(north, south, strict=True)]
            year = [worth(n, 20) + worth(s, 60) - 5 * bought for (n, s), bought in zip(fleets, new, strict=True)]
            values.append(present(RATE, year))
    return -max(values)


@derives("retired-vintage-ends")
def retired_vintage_ends() -> float:
    """x thousand of 10 old chips are sold for 2 each when as many new ones come."""
    plans = [x for x in range(11) if 3 * x + (10 - x) >= 20 and 3 * x >= 15]
    return min(present(RATE, (50, 12 * x - 2 * x)) for x in plans)


@derives("counted-phases-gap")
def counted_phases_gap() -> float:
    """Three starts, each two years or more after the one before, as cheap as can be."""
    plans = [p for p in product(range(1, 6), repeat=3) if p[1] - p[0] >= 2 and p[2] - p[1] >= 2]
    assert plans == [(1, 3, 5)]
    return sum(10 * factor(RATE, t) for t in plans[0])


@derives("pricing-grid-years")
def pricing_grid_years() -> float:
    """Nothing is left to decide: the bucket at the end of a year sets what the next one costs."""
    costs = []
    for debt in (60, 45, 30, 15):
        share = debt / (debt + 40)
        spread, equity = (0.02, 0.12) if share > 0.5 else (0.01, 0.1) if share > 0.3 else (0.0, 0.09)
        costs.append((0.06 + spread) * debt + equity * 40)
    return present(RATE, costs)


@derives("prices-by-year")
def prices_by_year() -> float:
    """Thousands ordered in each year, and what they cost and earn while they serve."""
    price, fee, upkeep = (10, 9, 12), (1, 2, 1.5), (0.3, 0.5, 0.4)
    energy = [1.2 * 0.9 * 8760 * mwh / 1e6 for mwh in (50, 70, 60)]
    margin = [HOUR * (r - c) for r, c in zip((2, 1.5, 2.5), (0.4, 0.3, 0.5), strict=True)]
    need, costs = (5, 8, 10), []
    for orders in product(range(9), range(5), range(4)):
        fleet = [sum(orders[: t + 1]) for t in range(3)]
        if max(fleet) * 1.2 <= 20:
            costs.append(
                present(
                    RATE,
                    [
                        orders[t] * price[t]
                        + fee[t] * (orders[t] > 0)
                        + fleet[t] * (upkeep[t] + energy[t])
                        - min(fleet[t], need[t]) * margin[t]
                        for t in range(3)
                    ],
                )
            )
    return min(costs)


@derives("adjusted-present-value-assets")
def adjusted_present_value_assets() -> float:
    """Two thousand chips or none, sold in the second year, in the third or never."""
    values = []
    for units, sold in product((0, 2), (None, 2, 3)):
        price, flows, cash = 10.0 * units, [], [100.0]
        for t, given in zip((1, 2, 3), (30, 40, 30), strict=True):
            earned = given + (2 * HOUR * units if t == 1 else 0.0)
            fetched = (0.6, 0.2)[t - 2] * price if t == sold else 0.0
            # half of the price a year; the second half also if they are sold in the second year
            written_off = price / 2 if t < 3 else 0.0
            tax = 0.25 * (earned + fetched - written_off)
            assert tax > 0.25 * 3  # the interest of the first year is the most
            flows.append(earned + fetched - tax - (price if t == 1 else 0.0))
            cash.append(cash[-1] + flows[-1] - 20 - 0.75 * 0.05 * (80 - 20 * t))  # principal, interest less tax saved
        idle = present(0.06, [RATE * held for held in cash[:-1]])  # no loan can be drawn: f is the discount rate
        values.append(present(RATE, flows) + present(0.06, [0.25 * 0.05 * debt for debt in (60, 40, 20)]) - idle)
    return max(values)
