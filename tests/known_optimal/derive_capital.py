"""Loans of every make, preferred shares, partners, dividends and ownership."""

from __future__ import annotations

import math
from itertools import product

from tests.oracles.effective import bullet, charges
from tests.oracles.money import amortise, level_interest, present

from .derived import DERIVATIONS, derives

RATE = 0.1


def later(*flows: float) -> float:
    """Present value of flows that begin in year 2, after a draw in year 1."""
    return present(RATE, (0.0, *flows))


# ── loans ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@derives("sculpted-debt")
def sculpted_debt() -> float:
    """What 80, 88 and 96 of service carry at 8 %; equity for the rest of 250."""
    service = (100 / 1.25, 110 / 1.25, 120 / 1.25)
    debt = present(0.08, service)
    assert abs(debt - 225.7278) < 5e-5
    interest, balance = amortise(debt, 0.08, service)
    principal = [s - i for s, i in zip(service, interest, strict=True)]
    assert [round(p, 2) for p in principal] == [61.94, 74.90, 88.89]
    assert abs(balance[-1]) < 1e-9
    return later(*[i + 0.15 * (250 - debt) for i in interest])


@derives("short-term-financing-pik")
def short_term_financing_pik() -> float:
    """Interest that is added to the paper every month and comes to 2 % in three: the published problem itself."""
    monthly = 1.02 ** (1 / 3) - 1
    assert math.isclose(12 * monthly, 0.07947251472135619, rel_tol=1e-12)
    published = DERIVATIONS["short-term-financing"]()
    assert isinstance(published, float)
    return published


@derives("pik-grace")
def pik_grace() -> float:
    """Two years of interest added to 100, then halves; the line at 11 % that could do without is dearer."""
    owed = 100 * 1.09**2
    added = [9, 9 * 1.09]
    line = later(11, 11 * 1.11, 11 * 1.11**2)
    return min(later(*added, *level_interest(owed, 0.09, 2)), line)


@derives("pik-bullet-quarters")
def pik_bullet_quarters() -> float:
    """3 % of 40 is added in quarters 2 and 3 and paid in quarter 4."""
    owed = [40 * 1.03**k for k in range(3)]
    return present(RATE, (0, *[0.03 * balance for balance in owed]), years=0.25)


@derives("issue-discount")
def issue_discount() -> float:
    """100 at 6 % of which 4 are kept back, or 96 at 8 %; both for five years of which three are planned."""
    discounted = charges(96, [(when, 100 * paid) for when, paid in bullet(0.06, 5)], 4)
    return min(present(RATE, discounted), later(*[0.08 * 96] * 3))


def refinanced(premium: float, cash: float, prepaid_in: int | None) -> float:
    """Charges on 100 at 12 %, repaid from a loan at 6 % in year 3 or 4; ``cash`` there is for the premium."""
    if prepaid_in is None:
        return later(12, 12, 12, 12)
    fee = 100 * premium
    borrowed = 0.06 * (100 + max(0.0, fee - cash))
    return later(12, 12 + fee, borrowed, borrowed) if prepaid_in == 3 else later(12, 12, 12 + fee, borrowed)


@derives("prepayment")
def prepayment() -> float:
    """1 % is worth it. Keeping a part for the cash that is left in year 4 would cost more, dollar for dollar."""
    in_year_3 = later(0, 0.01, 1.01 * 0.06, 1.01 * 0.06)
    assert in_year_3 < later(0, 0, 0.12 + 0.01)
    return min(refinanced(0.01, 1, year) for year in (3, 4, None))


@derives("prepayment-premium")
def prepayment_premium() -> float:
    """12 % are not."""
    return min(refinanced(0.12, 0, year) for year in (3, 4, None))


@derives("construction-loan")
def construction_loan() -> float:
    """70 % of 40 and of 60 at 6 %, all else (20 at first, the interest later) at 10 %."""
    tied, line = 0.7 * 40, 20 + 0.3 * 40
    interest = 0.06 * tied + 0.1 * line
    tied, line = tied + 0.7 * 60, line + 0.3 * 60 + interest
    return later(interest, 0.06 * tied + 0.1 * line)


@derives("vendor-loan")
def vendor_loan() -> float:
    """100 with 80 % from the vendor at 5 %, a quarter of it a year ahead, or 96 from the bank at 9 %."""
    vendor, bank = 0.8 * 25, 0.2 * 25
    interest = 0.05 * vendor + 0.09 * bank
    vendor, bank = 0.8 * 100, bank + 0.2 * 75 + interest
    own = later(interest, *[0.05 * vendor + 0.09 * bank] * 2)
    return min(own, later(0, *[0.09 * 96] * 2))


@derives("lender-limit")
def lender_limit() -> float:
    """50 at 6 % and 10 at 7 % from the bank, whose limit is 60; 40 from the fund at 10 %."""
    return later(*[0.06 * 50 + 0.07 * 10 + 0.1 * 40] * 2)


@derives("sculpted-grace")
def sculpted_grace() -> float:
    """100 at 10 % from before: nothing can be repaid in year 1, all is in year 2."""
    return present(RATE, (10, 10))


@derives("prepayment-opening")
def prepayment_opening() -> float:
    """90 in three parts at 10 %: 60 prepaid in year 1, 30 in year 2, or neither; 5 % premium."""
    return min(present(RATE, (9 + 3,)), present(RATE, (9, 6 + 1.5)), present(RATE, (9, 6, 3)))


@derives("interest-cover-pik")
def interest_cover_pik() -> float:
    """5 % on the larger balance of year 3 is what an EBITDA of 10 covers twice, paid or not."""
    debt = 10 / 2 / (0.05 * 1.05)
    equity = 0.12 * (100 - debt)
    return later(0.05 * debt + equity, 0.05 * 1.05 * debt + equity)


@derives("lender-limit-pik")
def lender_limit_pik() -> float:
    """What has grown to 60 after two years at 5 %, the rest at 8 %."""
    debt = 60 / 1.05**2
    fund = 0.08 * (100 - debt)
    return later(0.05 * debt + fund, 0.05 * 1.05 * debt + fund)


# ── preferred shares, dividends, ownership ────────────────────────────────────────────────────────────────────────


@derives("preferred-equity")
def preferred_equity() -> float:
    """30 preferred less 2 %; debt as large as preferred and common together; 100 net."""
    preferred = 30.0
    debt = (100 + 0.02 * preferred) / 2
    common = 100 - 0.98 * preferred - debt
    assert abs(debt - preferred - common) < 1e-12
    yearly = 0.75 * 0.09 * debt + 0.07 * preferred + 0.12 * common
    return later(yearly, yearly)


@derives("preferred-mid")
def preferred_mid() -> float:
    """Half a year's dividend is paid out of what is raised."""
    raised = 100 / (1 - 0.04)
    return present(RATE, (0.04 * raised, 0.08 * raised))


@derives("dividend-lock-up")
def dividend_lock_up() -> float:
    """30 paid in tens over three years, and nothing where the cover is below 2; cash earns 5 %."""
    cash_flow, service = (40, 60, 40), (20 + 6, 20 + 4, 20 + 2)
    best = -math.inf
    for paid in product(range(0, 41, 10), repeat=3):
        locked = any(d > 0 and c < 2 * s for d, c, s in zip(paid, cash_flow, service, strict=True))
        cash = 0.0
        for d, c, s in zip(paid, cash_flow, service, strict=True):
            cash = cash * 1.05 + c - s - d if cash >= 0 else -math.inf
        if sum(paid) >= 30 and not locked and cash > best:
            best = cash
    return best


@derives("ownership-floor")
def ownership_floor() -> tuple[float, float]:
    """The partner leaves 90 %, and a round that may take it down to 75 % is 60: 300/360 = 0.75/0.9.

    60 is the middle of one of the 16 pieces of the round, so that the tangent there is exact.
    """
    assert any(math.isclose(60, (k + 0.5) * 128 / 16) for k in range(16))
    kept = 450 / 500 * 300 / 360
    assert math.isclose(kept, 0.75)
    yearly = 0.1 * (50 + 60) + 0.12 * (150 - 50 - 60)
    return later(yearly, yearly), 1 - kept


@derives("ownership-partner")
def ownership_partner() -> tuple[float, float]:
    """50 from the partner at 450, or from a round at 300; either leaves cost of capital at 10 % of 50."""
    return 1 - max(450 / 500, 300 / 350), later(5, 5)


@derives("dilution")
def dilution() -> float:
    """44 in year 1 and 60 in year 2, the value being 200 and 600; each amount in the first round it can come in."""
    plans = []
    for first in (44, 64):
        second = 104 - first
        plans.append(1 - 200 / (200 + first) * 600 / (600 + second))
    return min(plans)


@derives("capital-raised")
def capital_raised() -> float:
    """Money raised by year when the second hall begins in year 1, 2 or 3; 10 % interest, nothing is repaid."""

    def total(start: int) -> float:
        cash, owed = 0.0, 0.0
        for t in (1, 2, 3):
            cash += 20 - (30 if t == 1 else 0) - (40 if t == start else 0) - 0.1 * owed
            drawn = max(0.0, -cash)
            cash, owed = cash + drawn, owed + drawn
        return owed

    return min(total(start) for start in (1, 2, 3))


# ── partners ──────────────────────────────────────────────────────────────────────────────────────────────────────


@derives("partner-compute")
def partner_compute() -> float:
    """Either, both or none: 20 against 17.52 a year for three years, 40 against 8.76 for two; cash earns 5 %."""

    def total(a: bool, b: bool) -> float:
        flows = [0.0] * 4
        if a:
            value = 2 * 8.76
            account = (20 - value, max(0.0, 20 - 2 * value))
            flows = [f + x for f, x in zip(flows, (20, -20, value - account[0], value), strict=True)]
        if b:
            flows = [f + x for f, x in zip(flows, (40, -10, -(40 - 2 * 8.76), 0), strict=True)]
        cash = 30.0
        for flow in flows:
            cash = cash * 1.05 + flow
            assert cash >= 0
        return cash

    return max(total(a, b) for a, b in product((False, True), repeat=2))


@derives("partner-surplus")
def partner_surplus() -> float:
    """c thousand chips at 5: rental of up to 3 is open if deliveries of 4, or nothing, are at most half of c."""

    def profit(c: int, delivered: int) -> float:
        rental = min(3, c - delivered) if 0.5 * c >= delivered else 0
        return (delivered + rental) * 8.76 - 5 * c

    signed = max(profit(c, 4) for c in range(4, 13))
    return -max(signed, *(profit(c, 0) for c in range(13))) / 1.21
