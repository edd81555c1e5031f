"""Hardware, service and calendars."""

from __future__ import annotations

from itertools import product

from tests.oracles.money import factor, present
from tests.oracles.transport import least_cost

from .derived import derives

RATE = 0.1
HOUR = 8.76
"""One USD an hour for a thousand units through a year, USD million."""


@derives("tiers-all-units")
def tiers_all_units() -> float:
    """Orders of 95 … 105 thousand."""
    return min(q * (10 if q < 100 else 9) for q in range(95, 106)) / 1.1


@derives("tiers-incremental")
def tiers_incremental() -> float:
    """q thousand in year 1 and the rest of 120 in year 2; every thousand up to 60 … 120 is tried."""

    def price(q: float) -> float:
        return 10 * min(q, 50) + 8 * max(0, q - 50)

    return min(present(RATE, (price(q) + 0.5 * q, price(120 - q) + 0.5 * 120)) for q in range(60, 121))


@derives("lots")
def lots() -> float:
    """k lots of 8 thousand and the rest loose."""
    return min(80 * k + 11.5 * max(0, 20 - 8 * k) for k in range(4)) / 1.1


@derives("supply-limit")
def supply_limit() -> float:
    """e thousand cheap ones early, 12 in time, the dear vendor fills up; upkeep of 1 in service."""
    return min(present(RATE, (8 * e + e, 8 * min(12, 20 - e) + 10 * max(0, 8 - e) + 20)) for e in range(13))


@derives("lead-and-life")
def lead_and_life() -> float:
    """Orders of years 1 … 3 arrive a year later and serve two years; each of years 2 … 4 must be covered."""
    price, costs = (10, 9, 20), []
    for plan in product((False, True), repeat=3):
        served = {t for u, placed in enumerate(plan, 1) if placed for t in (u + 1, u + 2)}
        if {2, 3, 4} <= served:
            costs.append(sum(10 * price[u - 1] * factor(RATE, u + 1) for u in (1, 2, 3) if plan[u - 1]))
    return min(costs)


@derives("deposit")
def deposit() -> float:
    """A quarter now and three quarters in year 3, or 97 now."""
    return min(present(RATE, (25, 0, 75)), present(RATE, (97,)))


@derives("order-fee")
def order_fee() -> float:
    """e thousand of the second year's ten come early; only all or nothing saves a fee or money."""
    together = present(RATE, (7 + 100 + 2, 2))
    apart = present(RATE, (7 + 50 + 1, 7 + 50 + 2))
    return min(together, apart)


@derives("upkeep")
def upkeep() -> float:
    """Ten thousand units for three years."""
    return min(present(RATE, (100 + 20, 20, 20)), present(RATE, (120 + 10, 10, 10)))


def _year_of_service(usd: tuple[float, ...], served: int, per_year: int = 1) -> float:
    """What ten thousand units cost in a period, USD million, after so many periods of service."""
    return 0.01 * usd[min(served // per_year, len(usd) - 1)] / per_year


@derives("upkeep-by-age")
def upkeep_by_age() -> float:
    """All are replaced in one of the four years, or never: what each thousand of them costs is the same."""
    old, new = (300.0, 600.0, 1000.0, 4000.0, 7000.0), (300.0, 600.0, 900.0)

    def cost(t: int, replaced: int) -> float:
        if t < replaced:
            return _year_of_service(old, t + 1)
        return _year_of_service(new, t - replaced) + (100 if t == replaced else 0)

    return min(present(RATE, [cost(t, replaced) for t in range(1, 5)]) for replaced in range(1, 6))


@derives("upkeep-by-age-quarters")
def upkeep_by_age_quarters() -> float:
    """In service from the second quarter on, and replaced in one of the fourth to the eighth, or never."""

    def cost(t: int, replaced: int) -> float:
        if t >= replaced:
            return _year_of_service((400.0,), t - replaced, 4) + (12 if t == replaced else 0)
        return (_year_of_service((400.0, 4000.0), t - 2, 4) if t > 1 else 0) + (50 if t == 2 else 0)

    return min(present(RATE, [cost(t, replaced) for t in range(1, 9)], years=0.25) for replaced in range(4, 10))


@derives("attach-cost")
def attach_cost() -> float:
    """USD thousand a unit, ten thousand units."""
    return 10 * min(9 + 4, 10 + 2 + 0.5) / 1.1


@derives("housing-sites")
def housing_sites() -> float:
    """3 MW at 0.5 kW are 6 thousand frugal units."""
    return (6 * 6 + 4 * 8) / 1.1


@derives("uptime-and-utilisation")
def uptime_and_utilisation() -> float:
    """Units to have 7.6 thousand in use."""
    return 10 * 7.6 / (0.95 * 0.8) / 1.1


@derives("min-served")
def min_served() -> float:
    """80 % of ten thousand at 10,000 USD."""
    return 0.8 * 10 * 10 / 1.1


@derives("shortfall-penalty")
def shortfall_penalty() -> float:
    """s of the 8 thousand served, at most 6."""
    return min(10 * s + 3 * HOUR * (8 - s) for s in range(7)) / 1.1


@derives("shortfall-preferred")
def shortfall_preferred() -> float:
    """s of the 8 thousand served."""
    return min(10 * s + 1 * HOUR * (8 - s) for s in range(9)) / 1.1


@derives("surplus-rental")
def surplus_rental() -> float:
    """Capacity c: rental is open if the 4 thousand of own use are at most half of it."""

    def profit(c: int) -> float:
        rental = min(3, c - 4) if 0.5 * c >= 4 else 0
        return (4 + rental) * HOUR - 5 * c

    return -max(profit(c) for c in range(4, 13)) / 1.1


@derives("serving-cost-by-site")
def serving_cost_by_site() -> float:
    """East and west ship to chat and batch; ten thousand chips at 1000 USD."""
    shipped = least_cost(((0.1, 0.4), (0.3, 0.5)), (6, 6), (5, 5))
    return (HOUR * (shipped + 0.05 * 10) + 10) / 1.1


@derives("cloud")
def cloud() -> float:
    """Chips bought in each year, thousands, live to the end; cloud fills up to 5."""
    demand, costs = (10, 4, 4), []
    for bought in product(range(11), repeat=3):
        owned = (bought[0], sum(bought[:2]), sum(bought))
        rented = [max(0, d - c) for d, c in zip(demand, owned, strict=True)]
        if max(rented) <= 5:
            costs.append(present(RATE, [15 * b + 1.5 * HOUR * r for b, r in zip(bought, rented, strict=True)]))
    return min(costs)


@derives("rent-or-build")
def rent_or_build() -> float:
    """Halls and thousands of chips in each year are enumerated; what is not owned is rented, up to 2."""
    demand, costs = (8, 12), []
    for halls in product(range(3), repeat=2):
        for bought in product(range(11), repeat=2):
            chips = (bought[0], sum(bought))
            rented = [max(0, d - 2 * c) for d, c in zip(demand, chips, strict=True)]
            housed = chips[0] <= 5 * halls[0] and chips[1] <= 5 * sum(halls)
            if housed and sum(halls) <= 2 and max(rented) <= 2:
                years = zip(halls, bought, rented, strict=True)
                costs.append(present(RATE, [20 * h + 10 * b + 1.5 * HOUR * r for h, b, r in years]))
    return min(costs)


@derives("quarter-calendar")
def quarter_calendar() -> float:
    """Hall in Q2, chips paid in Q3, two quarters of running cost."""
    running = (4 + 10 + 10 * 8760 * 50 / 1e6) / 4
    return present(RATE, (0, 20, 100 + running, running), years=0.25)


@derives("month-calendar")
def month_calendar() -> float:
    """Rent for the first k months, then buy; k = 3 is renting throughout."""
    month = 2 * HOUR * 10 / 12

    def total(k: int) -> float:
        return present(RATE, [month if t < k else (40 if t == k else 0) for t in range(3)], years=1 / 12)

    return min(total(k) for k in range(4))


@derives("mid-year-discounting")
def mid_year_discounting() -> float:
    """Bought in year 1 or 2."""
    return min(100 * factor(RATE, 1, timing=0.5), 108 * factor(RATE, 2, timing=0.5))


@derives("start-of-year-discounting")
def start_of_year_discounting() -> float:
    """Bought in year 1, 2 or 3 at a price that grows by 12 %."""
    return min(100 * 1.12 ** (t - 1) * factor(RATE, t, timing=1.0) for t in (1, 2, 3))


@derives("terminal-book-share")
def terminal_book_share() -> float:
    """Half of the book value after two years; chips of 10 live four years."""
    chips = 10 * factor(RATE, 1) - 0.5 * 10 * 2 / 4 * factor(RATE, 2)
    halls = min(100 * factor(RATE, 1) - 0.5 * 80 * factor(RATE, 2), 70 * factor(RATE, 1))
    return chips + halls


@derives("terminal-ebitda-multiple")
def terminal_ebitda_multiple() -> float:
    """Two quarters; the terminal value is five times the last quarter's EBITDA times four."""

    def total(capex: float, opex: float) -> float:
        quarter = (10 * HOUR - opex) / 4
        flows = (capex + 10 - quarter, -quarter - 5 * 4 * quarter)
        return present(RATE, flows, years=0.25)

    return min(total(100, 5), total(80, 10))


@derives("market-sites")
def market_sites() -> float:
    """Five thousand chips, three thousand rented at 1 USD an hour."""
    return (5 * 10 + 3 * HOUR) / 1.1


@derives("growing-price")
def growing_price() -> float:
    """Three of the eight thousand bought in quarter 1, 2 or 3."""

    def total(t: int) -> float:
        growth = 1.05 ** ((t - 1) / 4)
        return 50 * factor(RATE, 1, 0.25) + 30 * float(growth) * factor(RATE, t, 0.25)

    return min(total(t) for t in (1, 2, 3))


@derives("infeasible-lots")
def infeasible_lots() -> None:
    """No number of lots lies between need and power."""
    assert not [k for k in range(10) if 9000 <= 8000 * k <= 10000]


@derives("unbounded-scrap")
def unbounded_scrap() -> None:
    """What one million of chips of year 1 adds to the net present cost is negative, and nothing limits it."""
    assert factor(-0.05, 1) - 0.98 * factor(-0.05, 2) < 0
