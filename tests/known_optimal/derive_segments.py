"""Quarters, then years."""

from __future__ import annotations

from .derived import derives

RATE = 0.1
HOUR = 8.76
"""One USD an hour for a thousand units through a year, USD million."""
QUARTER = 0.25


@derives("mixed-calendar")
def mixed_calendar() -> float:
    """b of the loan, 38 − b of the revolver; the cost is straight between b = 0, 38 and where the revolver is repaid.

    Interest of 2026Q3 and Q4 is drawn, a quarter of a year's rate each; that of 2027 is a year's. The loan is due in
    the middle of 2028 and repaid with that year; it accrues at the quarterly rate y at which 0.02, 0.02, 0.08 and 1.08,
    paid 1, 2, 6 and 10 quarters after the draw, are worth 1.
    """
    low, high = 0.0, 0.1
    for _ in range(200):
        y = (low + high) / 2
        worth = 0.02 / (1 + y) + 0.02 / (1 + y) ** 2 + 0.08 / (1 + y) ** 6 + 1.08 / (1 + y) ** 10
        low, high = (y, high) if worth > 1 else (low, y)
    factors = [(1 + RATE) ** -years for years in (0.75, 1.0, 2.0, 3.0)]
    carried, of_loan = 1.0, 0.0
    for quarters, paid, discount in zip((1, 1, 4, 4), (0.02, 0.02, 0.08, 1.08), factors, strict=True):
        charge = carried * ((1 + y) ** quarters - 1)
        of_loan, carried = of_loan + discount * charge, carried + charge - paid
    assert abs(carried) < 1e-9

    def line(b: float) -> tuple[float, float]:
        """What the revolver owes at the end of 2027 if all that comes in repays it, and what it costs till 2028."""
        owed, cost = 38 - b, 0.0
        for years, discount in zip((0.25, 0.25, 1.0), factors, strict=False):
            interest = 0.09 * years * owed
            cost += discount * interest
            owed += interest + 0.08 * years * b - (10 if years == 1 else 0)
            owed = max(owed, -10.0)
        return owed, cost + factors[3] * 0.09 * max(0.0, owed)

    at_0, at_38 = line(0.0)[0], line(38.0)[0]
    kink = 38 * at_0 / (at_0 - at_38)
    assert abs(line(kink)[0]) < 1e-9
    return min(b * of_loan + line(b)[1] for b in (0.0, kink, 38.0))


@derives("mixed-reserve")
def mixed_reserve() -> float:
    """b is drawn for 80 and for a reserve of half of the 0.5·b + 0.08·b that falls due in 2027: b = 80/0.71.

    Of a unit 0.58 is paid after four quarters and 0.54 after eight; y is the quarterly rate at which they are worth 1.
    The charges fall on the ends of 2027 and 2028, two and three years from the start.
    """
    low, high = 0.0, 0.1
    for _ in range(200):
        y = (low + high) / 2
        low, high = (y, high) if 0.58 / (1 + y) ** 4 + 0.54 / (1 + y) ** 8 > 1 else (low, y)
    first = (1 + y) ** 4 - 1
    second = (1 + first - 0.58) * first
    assert abs(1 + first - 0.58 + second - 0.54) < 1e-9
    return 80 / 0.71 * (first * (1 + RATE) ** -2 + second * (1 + RATE) ** -3)


@derives("mixed-programme")
def mixed_programme() -> float:
    """Chips of a share x of the demand, the cloud for the rest: straight in x, so that one of the two does all of it.

    The hall of 2026Q1 is paid for in three quarters and runs from the third on at 2 a year. Chips for x are ordered in
    2026Q3, to be there in 2026Q4 and, five quarters old, gone after 2027; sooner, they would not serve in all of 2027.
    The field begins at the end of 2028: 10 then, 0.1 of 20 in each quarter of 2029 and in the first of 2030, which are
    8 and 2 as a plan in years has them, at 8 %.
    """
    ends = (0.25, 0.5, 0.75, 1.0, 2.0, 3.0)
    at = [(1 + RATE) ** -years for years in ends]
    hall = [20, 12, 8 + 0.5, 0.5, 2.0, 2.0]
    field = [0, 0, 0, 0, 0, 10 + 8 / 1.08 + 2 / 1.08**2]
    chips = [0, 0, 5, 15 + 0.25 + 0.219, 1 + 0.876, 0]
    cloud = [0, 0, 0, 2.5 * HOUR * QUARTER, 2.5 * HOUR, 0]

    def worth(flows: list[float]) -> float:
        return sum(musd * discount for musd, discount in zip(flows, at, strict=True))

    assert worth(chips) < worth(cloud)
    return worth(hall) + worth(field) + worth(chips)
