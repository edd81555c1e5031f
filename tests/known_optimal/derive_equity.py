"""Book equity, what is paid out, what could be drawn, leased hardware and the rate inside a lease."""

from __future__ import annotations

import math

from tests.oracles.money import present

from .derived import derives

QUARTER = 0.25
EARNED = 0.5 * 8.76  # what a thousand units earn in a year at 0.5 USD an hour, or in a quarter at 2, USD million


def _built_on_book_equity(periods: int, years: float) -> float:
    """n thousand units: debt 10·n − 4.38·n − 60 is at most the equity 60 + 4.38·n − 10·n/life after one period."""
    units = (60 + 60) / (10 - 2 * EARNED + 10 / periods)
    flows = [EARNED - 10, *[EARNED] * (periods - 1)]
    value = present(0.1, flows, years)
    assert value > 0  # each unit is worth having
    return -units * value


@derives("book-equity")
def book_equity() -> float:
    return _built_on_book_equity(3, 1.0)


@derives("book-equity-quarters")
def book_equity_quarters() -> float:
    return _built_on_book_equity(4, QUARTER)


def _paid_while_earned(total: float, years: float) -> float:
    """All of it in the second period, as far as its earnings go; the last period's do not even carry a part of it."""
    earned, growth = (50.0, -10.0, -30.0), 1 + 0.1 * years
    cash = [100.0]
    for amount in earned:
        cash.append(cash[-1] * growth + amount)
    retained = [balance - 100 for balance in cash]
    # paid in the last period it would have to leave nothing less than nothing, whatever is paid a period earlier
    assert retained[3] - total < 0
    assert retained[3] - total * growth < 0
    assert retained[2] - total >= 0
    return cash[3] - total * growth


@derives("dividend-out-of-earnings")
def dividend_out_of_earnings() -> float:
    return _paid_while_earned(60, 1.0)


@derives("dividend-out-of-earnings-quarters")
def dividend_out_of_earnings_quarters() -> float:
    return _paid_while_earned(45, QUARTER)


@derives("return-of-capital")
def return_of_capital() -> float:
    """Carried into 2026: the 50 at 10 %; into 2027 with the 30 at 20 %; into 2028 the 20 that are left of the round."""
    return present(0.1, (0.1 * 50, 0.1 * 50 + 0.2 * 30, 0.2 * (30 - (60 - 50))))


@derives("return-of-capital-quarters")
def return_of_capital_quarters() -> float:
    """60 leave, and 40 come in at the end, when they cost nothing more: as much as the capital that is left."""
    return 50 - 60 + (100 - 60)


@derives("drawable-lender")
def drawable_lender() -> float:
    """60 of the bank at 8 %, so that 40 are left for the line, and 40 at 12 %; in 2027 the income is liquid too."""
    return present(0.1, (0.0, 0.08 * 60 + 0.12 * 40))


@derives("drawable-covenant-quarters")
def drawable_covenant_quarters() -> float:
    """Of e raised 0.9·e come in. Cash c is what is borrowed beyond 40 − 0.9·e, and 100 + e − (40 − 0.9·e + c) could
    still be drawn: liquidity 60 + 1.9·e, whatever c. In the next quarters the income only adds to it."""
    raised = (70 - 60) / 1.9
    return present(0.1, (60 + 0.1 * raised, -10, -10), QUARTER)


@derives("leased-hardware-secures-nobody")
def leased_hardware_secures_nobody() -> None:
    """The payments take all that comes in, and what is owned, nothing, secures nothing of the 6."""
    income, payment, owned = 4.0, 4.0, 0.0
    assert income - payment + owned < 6


@derives("leased-hardware-quarters")
def leased_hardware_quarters() -> float:
    """Bought: 10, less half of it at the end. Leased: what four payments of 1.6 are worth at 5 % a quarter."""
    bought = present(0.1, (10.0, -5.0), QUARTER)
    asset = 1.6 * sum(1.05**-k for k in range(4))
    leased = present(0.1, (asset, 0.0), QUARTER)
    assert bought < leased
    assert present(0.1, (asset, -asset / 2), QUARTER) < bought  # if the lessor's half counted
    return bought


@derives("lease-implicit-rate")
def lease_implicit_rate() -> float:
    """10 = 4·(1 + v + v²) at v = (√7 − 1)/2; owed after the first payment 4·(v + v²), after the second 4·v."""
    v = (math.sqrt(7) - 1) / 2
    rate = 1 / v - 1
    return present(0.1, (0.0, rate * 4 * (v + v * v), rate * 4 * v))


@derives("lease-implicit-rate-quarters")
def lease_implicit_rate_quarters() -> float:
    """10 = 1.6·(1 + v + v² + v³) + 5·v⁴ a quarter, by bisection; the liability holds the payments only, not the half
    that goes back."""
    low, high = 0.5, 1.0
    for _ in range(200):
        v = (low + high) / 2
        low, high = (low, v) if 1.6 * (1 + v + v**2 + v**3) + 5 * v**4 > 10 else (v, high)
    rate = 1 / low - 1
    owed = [1.6 * sum(low**j for j in range(1, 4 - k)) for k in range(4)]
    return present(0.1, (0.0, *(rate * balance for balance in owed[:3])), QUARTER)


@derives("prepayment-in-the-grid")
def prepayment_in_the_grid() -> float:
    """30 of the partner less 20, income of 10 less interest of 0.5 a year, and later a spread of 1 on the 10."""
    assert 0.2 < (10 + 30) / (10 + 30 + 100)
    assert 10 / 110 < 0.2
    return 30 - 20 + 3 * (10 - 0.05 * 10) - 2 * 0.1 * 10


@derives("prepayment-as-debt-quarters")
def prepayment_as_debt_quarters() -> float:
    """30 − 40 + 4·10, and at the end what twice 40 leaves beside the 30."""
    return 30 - 40 + 4 * 10 + (2 * 40 - 30)


@derives("tied-loan-of-sold-units")
def tied_loan_of_sold_units() -> float:
    """All is sold in 2027 for 8; 5 of it and a year's interest go to the lender. What is not sold then loses the 3 that
    are left, and a year's interest more; a year later it fetches 2 less."""
    sold, owed, interest = 0.8 * 10, 0.5 * 10, 0.05 * 5
    assert sold - owed > interest
    return 5 + 5 - 10 + sold - owed - interest


@derives("tied-loan-quarters")
def tied_loan_quarters() -> float:
    """3 on the rest, the most, and x on the deposit so that 2 + x − 0.02·x + 3 pay the 6; both go back with 2 % of a
    quarter."""
    deposit = (6 - 2 - 3) / (1 - 0.02)
    assert 0 < deposit < 0.5 * 4
    return 0.8 * 10 - 1.02 * (deposit + 3)
