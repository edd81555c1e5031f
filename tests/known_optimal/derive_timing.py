"""When in its period money moves: what is paid, drawn and repaid before the end, and one way at a time."""

from __future__ import annotations

from tests.oracles.money import annuity_payment, factor

from .derived import derives

HOUR = 8.76
"""One USD an hour for a thousand units through a year, USD million."""


@derives("payment-timing")
def payment_timing() -> float:
    """10 at the start of 2026, or 10.5 at its end."""
    return min(10 * factor(0.1, 1, timing=1.0), 10.5 * factor(0.1, 1))


@derives("payment-timing-quarters")
def payment_timing_quarters() -> float:
    """A deposit of 3 out of 4; the 7 of the second quarter come before its revenue, which would pay for some of it."""
    missing = 7 - (4 - 3)
    assert missing - 1.4 * HOUR / 4 < missing - 3, "revenue would make a difference"
    return missing


@derives("early-income")
def early_income() -> float:
    """40 are in the account for half of 2026 only."""
    after_one = 100 - 40 + 0.05 * (100 - 40 / 2)
    return after_one * 1.05


@derives("idle-draw")
def idle_draw() -> float:
    """A year of the loan, from one middle of a year to the next, costs 5 % and earns 4: halves of both in each year."""

    def end(drawn: float) -> float:
        first = 50 * 1.04 + drawn + (0.04 - 0.05) * drawn / 2
        second = first * 1.04 - drawn - (0.04 + 0.05) * drawn / 2
        return second * 1.04

    return max(end(0), end(100))


@derives("loan-start-tenor")
def loan_start_tenor() -> float:
    """Two years from the start of 2026 to the start of 2028, and two years of interest, the first of it drawn too."""
    drawn = 100 / (1 - 0.08)
    return 60 - 0.08 * drawn + 120 - drawn


@derives("loan-mid-tenor-quarters")
def loan_mid_tenor_quarters() -> float:
    """Half a quarter of interest, a whole one, and half a one when it is repaid."""
    drawn = 100 / (1 - 0.01)
    return 60 - 0.02 * drawn + 60 - 0.01 * drawn - drawn


@derives("loan-mid-quarters")
def loan_mid_quarters() -> float:
    """Half of the interest of each quarter of the loan falls at the end of one quarter, half at that of the next.

    The loan grows by its first quarter's interest and is repaid in three payments; the old one in four equal parts at
    the ends of quarters. Cash earns 1 % a quarter, what is drawn or repaid in the middle for half of it: that makes
    half a quarter neither dearer nor cheaper than none, since half of 1 + y and half of 1 are 1 + y/2.
    """
    drawn = 100 / (1 + 0.01 / 2)
    owed = [drawn, drawn * 1.02]
    payment = annuity_payment(owed[1], 0.02, 3)
    for _ in range(3):
        owed.append(owed[-1] * 1.02 - payment)
    assert abs(owed[-1]) < 1e-12
    cash = 0.0
    for t in range(1, 6):
        carried, left = (owed[t - 2] if t > 1 else 0.0), owed[t - 1]
        # the first quarter of the loan, from the middle of the first to that of the second, is added to it
        interest = 0.02 * ((carried if t > 2 else 0.0) + (left if t > 1 else 0.0)) / 2
        repaid = carried - left if t > 2 else 0.0
        inflow = drawn if t == 1 else 0.0
        old = 10 + 0.025 * (50 - 10 * t) if t < 5 else 0.0
        need = {1: 149, 5: 100}.get(t, 0)
        cash += 0.01 * (cash + (inflow - repaid) / 2) + inflow - repaid - interest - old - need + 60
        assert cash > -1e-12
    at_ends = 0.0
    for t, flow in enumerate((60 - 149 + 100, 60, *[60 - annuity_payment(102, 0.02, 3)] * 3), 1):
        at_ends = at_ends * 1.01 + flow - (10 + 0.025 * (50 - 10 * t) if t < 5 else 100)
    assert abs(at_ends - cash) < 1e-12
    return cash


@derives("one-movement")
def one_movement() -> float:
    """100 at 5 % fall due after two years, a year before they can be repaid; drawn anew, they would last two more."""
    bridge_at_end = 130 - 100 * 1.09
    # the dear line first: the 4 by which it costs more in 2027 are borrowed on it until 2029
    bridge_at_start = 130 - 100 * 1.05 - 4 * 1.09**2
    # a second draw in 2027 lies idle until the first is repaid with it
    two_draws = 130 - 100 * 1.05 - 5 * 1.05
    assert bridge_at_end < 130 - 100 * 1.05
    return max(bridge_at_end, bridge_at_start, two_draws)


@derives("one-movement-quarters")
def one_movement_quarters() -> float:
    """100 last two quarters; repaid early and drawn anew after one they would last until there is income."""
    bridge_at_end = 130 - 100 * 1.0225
    # the dear line first: 1 more has to be borrowed in the second quarter, cheap, and its interest in the third, dear
    bridge_at_start = 130 - 101 * 1.0125 - (101 * 0.0125 - 1.25) * 1.0225
    two_draws = 130 - 100 * 1.0125 - 1.25 * 1.0125
    assert bridge_at_end < 130 - 100 * 1.0125
    return max(bridge_at_end, bridge_at_start, two_draws)
