"""The first and the last day: leases that begin in T, what is owed after it, money before the end of a period."""

from __future__ import annotations

from tests.oracles.effective import bullet, per_period, worth, yield_of
from tests.oracles.money import factor, present

from .derived import derives

QUARTER = 0.25


def _owed_under_a_lease(rate: float, payment: float, left: int) -> float:
    """What the payments that are left are worth, the first of them a period away."""
    return sum(payment * (1.0 + rate) ** -k for k in range(1, left + 1))


# ── leases that begin in the last period ──────────────────────────────────────────────────────────────────────────


@derives("lease-last-period")
def lease_last_period() -> float:
    """A period after T: 5 % of 30, or 5 % of the first payment of 10 and what 20 cost, paid back by 10 thrice."""
    lease = 0.05 * 10 + 20 * yield_of(20, [(1, 10), (2, 10), (3, 10)])
    assert 0.05 * 10 < 0.05 * 30 < lease
    return 0.05 * 30 * factor(0.1, 4)


@derives("lease-last-quarter")
def lease_last_quarter() -> float:
    """With payments of 7.6 the lease costs less than a loan: 0.9 % of 22.4 a quarter."""
    inside = yield_of(30 - 7.6, [(1, 7.6), (2, 7.6), (3, 7.6)])
    lease = 0.05 * 7.6 + 22.4 * inside
    assert 0.008 < inside < 0.01
    assert lease < 0.05 * 30
    return lease * factor(0.1, 4, years=QUARTER)


@derives("lease-worth-at-the-end")
def lease_worth_at_the_end() -> float:
    """Bought for 33, or taken for 31.06 against 21.06 that are owed at 20 % where the market asks 5 %."""
    owed = _owed_under_a_lease(0.2, 10, 3)
    lease = -(10 + owed) * factor(0.1, 3) - owed * (0.2 - 0.05) * factor(0.06, 3)
    bought = -33 * factor(0.1, 3)
    assert lease < bought < -(10 + owed) * factor(0.1, 3)
    return bought


@derives("lease-worth-quarters")
def lease_worth_quarters() -> float:
    """5 % a quarter are 21.55 % a year: a year of what that is more than 5 %, on what is owed."""
    owed = _owed_under_a_lease(0.05, 10, 3)
    lease = -(10 + owed) * factor(0.1, 3, QUARTER) - owed * (1.05**4 - 1.05) * factor(0.06, 3, QUARTER)
    assert lease > -45 * factor(0.1, 3, QUARTER)
    return lease


@derives("lease-owed-at-the-end")
def lease_owed_at_the_end() -> float:
    """40 come in at the end of T. Chips for 33 leave 7; leased, 10 are paid and 21.06 owed at 20 %: 24.23 at 5 %."""
    owed = _owed_under_a_lease(0.2, 10, 3)
    leased = 40 - 10 - owed * (1 + 0.2 - 0.05)
    assert leased < 40 - 33 < 40 - 10 - owed
    return (40 - 33) * factor(0.12, 3)


@derives("lease-owed-quarters")
def lease_owed_quarters() -> float:
    """Of 50: 8 if the chips are bought for 42; leased, 10 are paid and 27.23 owed at 21.55 % a year."""
    owed = _owed_under_a_lease(0.05, 10, 3)
    leased = 50 - 10 - owed * (1 + 1.05**4 - 1.05)
    assert leased > 50 - 42
    return leased * factor(0.12, 3, QUARTER)


# ── lines beyond the plan ─────────────────────────────────────────────────────────────────────────────────────────


@derives("line-worth")
def line_worth() -> float:
    """100 at the end of year 2 from a line at 9 %, drawn at the start of it, so that its interest has to be drawn, too.

    At 5.5 % it costs 3.5 % for that year, the money lies idle until it is spent, and 3.5 % for one year more.
    """
    owed, last = 100 / (1 - 0.09), factor(0.06, 2)
    return -100 * factor(0.1, 2) + last * owed * ((0.055 - 0.09) - 0.055 - (0.09 - 0.055))


@derives("line-worth-quarters")
def line_worth_quarters() -> float:
    """A line at 2.25 % a quarter costs 3.81 % in the year after the plan; four quarters of paper at 2.275 % 3.59 %."""
    line = 1.0225**4 - 1.055
    paper = worth(per_period(0.055, 4), bullet(0.091 / 4, 4)) - 1
    assert 0.09 - 0.055 < paper < line
    return -100 * (factor(0.1, 2, QUARTER) + paper * factor(0.06, 2, QUARTER))


# ── a relevered grid and money before the end of a period ─────────────────────────────────────────────────────────


def _relevered(most: float, k: float, i: float, years: float, early: float) -> float:
    """95 are short in period 1: shareholders bring up to ``most``, a loan at the fair rate i a period the rest.

    30, 90 and 60 come in later and are paid out but for the interest. Shareholders ask k on what they have, and
    for what is lent in their place k − i, from the day on which it is lent.
    """
    growth = (1 + k) ** years

    def value(loan: float) -> float:
        equity = 95 - loan * (1 - early * i)
        paid = sum((come - i * loan) * growth**-t for t, come in ((2, 30), (3, 90), (4, 60)))
        owed = loan * worth(i, bullet(i, 9, early), at=3 + early)
        asked = sum((growth - 1 - i) * loan * growth**-t for t in (2, 3, 4))
        asked += (growth**early - (1 + i) ** early) * loan / growth
        return -equity * growth ** (early - 1) + paid - owed * growth**-4 - asked

    least = (95 - most) / (1 - early * i)
    assert value(least) > value(least + 1)  # the first interest has to be borrowed, and lies idle
    return value(least)


@derives("relever-early")
def relever_early() -> float:
    """At the start of the year: what debt and equity cost between them is the same, but for 2.63 that lie idle."""
    value = _relevered(60, 0.11, 0.07, 1.0, 1.0)
    all_equity = -95 + 30 / 1.11**2 + 90 / 1.11**3 + 60 / 1.11**4
    assert abs(value - (all_equity - 0.07 * 35 / 0.93 * 0.11 / 1.11)) < 1e-9
    return value


@derives("relever-mid-quarters")
def relever_mid_quarters() -> float:
    """In the middle of a quarter, at 2 % a quarter where shareholders ask 12 % a year."""
    return _relevered(60, 0.12, 0.02, QUARTER, 0.5)


@derives("relever-opening")
def relever_opening() -> float:
    """80 from before are repaid at the ends of 2027 and 2028, though draws come in mid-year: 4 % of 80, 80 and 40."""
    left = 200 - 80 - 0.07 * (80 + 80 + 40)
    return left * factor(0.11, 3) - (0.11 - 0.07) * present(0.11, (80, 80, 40))


@derives("relever-opening-quarters")
def relever_opening_quarters() -> float:
    """The same by the quarter, at 2 %, where shareholders ask the fourth root of 1.12."""
    left = 200 - 80 - 0.02 * (80 + 80 + 40)
    asked = per_period(0.12, 4) - 0.02
    return left * factor(0.12, 3, QUARTER) - asked * present(0.12, (80, 80, 40), QUARTER)


# ── interest income below 0 ───────────────────────────────────────────────────────────────────────────────────────


def _idle_below_zero(i: float, y: float, share: float, spent: float) -> float:
    """100 at the start, repaid at the start of the next tax year out of what comes at its end; EBITDA of 10 in each."""
    first_tax = 0.25 * (10 + 100 * y - 100 * i)
    assert 100 * i <= 100 * y + share * 10  # all interest of the first year may be deducted
    assert abs(100 + 10 + 100 * y - 100 * i - first_tax - spent) < 1e-9
    income = -100 * y
    deducted = min(0.0, income + share * 10)
    assert deducted < 0
    return -100 + income + 110 - 0.25 * (10 + income - deducted)


@derives("income-below-zero")
def income_below_zero() -> float:
    """−5 + 30 % of 10: 2 are added to what is taxed, and 7 are."""
    return _idle_below_zero(0.08, 0.05, 0.3, 105.25)


@derives("income-below-zero-quarters")
def income_below_zero_quarters() -> float:
    """−1.25 + 5 % of 10: 0.75 are added; the quarters lie in two tax years."""
    return _idle_below_zero(0.015, 0.0125, 0.05, 107.3125)


# ── what a lease leaves to the lessor ─────────────────────────────────────────────────────────────────────────────


def _leased_or_bought(payment: float, left: float, too_much: float, loan: float, beside: float) -> tuple[float, float]:
    """Charges of the two periods after the purchase, of 10 by loan or by lease; ``left`` goes back to the lessor.

    Of the lease only the second payment is owed. A dollar of the second period counts ``beside`` of the first.
    """

    def leased(back: float) -> tuple[float, float]:
        inside = yield_of(10 - payment, [(1, payment), (2, back)])
        return loan * payment + inside * payment / (1 + inside), loan * payment

    def cost(charges: tuple[float, float]) -> float:
        return charges[0] + beside * charges[1]

    bought = (10 * loan, 10 * loan)
    assert cost(leased(left)) < cost(bought) < cost(leased(too_much))
    return leased(left)


@derives("lease-falling-price")
def lease_falling_price() -> float:
    """Half of the 6 that a unit costs by then is left, not half of the 10 that it cost: 6.7 % inside."""
    first, second = _leased_or_bought(3.8, 3, 5, 0.05, factor(0.1, 1))
    return first * factor(0.1, 2) + second * factor(0.1, 3)


@derives("lease-falling-price-quarters")
def lease_falling_price_quarters() -> float:
    """Three quarters of 9 after half a year: 1.4 % a quarter inside, where a loan asks 0.5 %."""
    first, second = _leased_or_bought(1.73, 0.75 * 9, 0.75 * 10, 0.005, factor(0.1, 1, QUARTER))
    return first * factor(0.1, 2, QUARTER) + second * factor(0.1, 3, QUARTER)


# ── a partner who is served in the period of the cash ─────────────────────────────────────────────────────────────


def _served_at_once(k: float, years: float, early: float) -> float:
    """100 are needed at the end of period 1. A partner pays 30 ``early`` in it for hours of chips for 15.

    So 85 of equity do. That is the least capital, though the 30 are capital until its end; they cost nothing.
    """

    def capital(equity: float, cash: float) -> float:
        return present(0.1, (early * (equity + cash), equity, equity), years)

    assert capital(85, 30) < capital(100, 0)
    rate = ((1 + k) ** years - 1) * capital(85, 0) / capital(85, 30)
    return (1 + rate) ** (1 / years) - 1


@derives("partner-served-at-once")
def partner_served_at_once() -> float:
    """For half of the year."""
    return _served_at_once(0.1, 1.0, 0.5)


@derives("partner-served-at-once-quarters")
def partner_served_at_once_quarters() -> float:
    """For all of the quarter."""
    return _served_at_once(0.1, QUARTER, 1.0)


# ── what can be ordered ───────────────────────────────────────────────────────────────────────────────────────────


@derives("order-of-all-there-is")
def order_of_all_there_is() -> float:
    """10 for what is needed and a fee of 2, in year 2."""
    return (10 + 2) * factor(0.1, 2)


@derives("order-of-all-there-is-quarters")
def order_of_all_there_is_quarters() -> float:
    """Half and the fee a quarter before."""
    return present(0.1, (5 + 2, 5), QUARTER)
