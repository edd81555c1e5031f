"""Debt, equity, covenants and cash."""

from __future__ import annotations

from itertools import pairwise, product

from tests.oracles.effective import bullet, charges, per_period
from tests.oracles.issues import least_charges
from tests.oracles.money import amortise, annuity_payment, factor, level_interest, present

from .derived import derives

RATE = 0.1


def later(*flows: float) -> float:
    """Present value of flows that begin in year 2, after a draw in year 1."""
    return present(RATE, (0.0, *flows))


def annuity_interest(principal: float, rate: float, payments: int) -> list[float]:
    """Interest of each payment of an annuity; the last payment must clear it."""
    interest, balance = amortise(principal, rate, [annuity_payment(principal, rate, payments)] * payments)
    assert abs(balance[-1]) < 1e-9
    return interest


@derives("loan-bullet")
def loan_bullet() -> float:
    """Interest on 100 for three years."""
    return later(8, 8, 8)


@derives("loan-level")
def loan_level() -> float:
    """Interest on 100, 2/3 and 1/3 of it."""
    return later(8, 16 / 3, 8 / 3)


@derives("loan-annuity")
def loan_annuity() -> float:
    """Interest of three equal payments."""
    return later(*annuity_interest(100, 0.08, 3))


@derives("loan-grace")
def loan_grace() -> float:
    """Two years of interest only, then halves."""
    return later(*level_interest(100, 0.08, 4, grace=2))


@derives("loan-grace-annuity")
def loan_grace_annuity() -> float:
    """One year of interest only, then three equal payments."""
    return later(8, *annuity_interest(100, 0.08, 3))


@derives("loan-revolver")
def loan_revolver() -> float:
    """60 a year pay interest first, then principal."""
    interest, _ = amortise(100, 0.08, (60, 60))
    return later(*interest)


@derives("loan-choice")
def loan_choice() -> float:
    """All of one or all of the other."""
    return min(later(8, 8, 8), later(9, 6, 3))


@derives("draw-window")
def draw_window() -> float:
    """Drawn in year 1, 2 (cheap) or 3 (late); 40 are short in year 3 together with the interest of year 3."""

    def total(drawn: int, rate: float) -> float:
        idle = max(0, 3 - drawn)  # interest of these years is drawn too, in advance
        debt = 40 / (1 - rate * idle)
        return sum(rate * debt * factor(RATE, t) for t in range(drawn + 1, 7))

    return min(total(1, 0.08), total(2, 0.08), total(3, 0.13))


@derives("min-draw")
def min_draw() -> float:
    """50 at 6 % or 30 at 11 %."""
    return min(later(3, 3), later(3.3, 3.3))


@derives("max-draw")
def max_draw() -> float:
    """Interest of year 2 is drawn from the dear loan."""
    cheap, dear = 40.0, 60.0
    interest_2 = 0.06 * cheap + 0.09 * dear
    cheap, dear = cheap + 30, dear + 50 - 30 + interest_2
    return later(interest_2, 0.06 * cheap + 0.09 * dear)


@derives("upfront-fee")
def upfront_fee() -> float:
    """100 at 7 % for which 97 come in, or 97 at 9 %, both for five years of which three are planned."""
    with_fee = charges(97, [(when, 100 * paid) for when, paid in bullet(0.07, 5)], 4)
    return min(present(RATE, with_fee), later(*[0.09 * 97] * 3))


@derives("issue-fee")
def issue_fee() -> float:
    """Every set of issue years; a fee is charged as its annuity over the ten years of an issue."""
    value, issues = least_charges((10, 10, 10), 6, 0.1, RATE, annuity_payment(6, 0.1, 10))
    assert 1 < len(issues) < 3, "neither always nor once"
    return value


@derives("commitment-fee")
def commitment_fee() -> float:
    """All drawn as late as possible, from the one or the other."""

    def total(rate: float, fee: float, limit: float) -> float:
        fee_1 = fee * limit
        first = 40 + fee_1
        fee_2, interest_2 = fee * (limit - first), rate * first
        owed = first + 60 + fee_2 + interest_2
        return present(RATE, (fee_1, fee_2 + interest_2, rate * owed, rate * owed))

    return min(total(0.07, 0.01, 110), total(0.082, 0.0, 0.0))


@derives("commitment-fee-tranches")
def commitment_fee_tranches() -> float:
    """All drawn as late as possible: 30 a year at 7 %, the rest at 8 %, with the fee; or all at 8.8 % without it."""
    fee_1 = 0.01 * 110
    first = 40 + fee_1
    fee_2, interest_2 = 0.01 * (110 - first), 0.07 * 30 + 0.08 * (first - 30)
    owed = first + 60 + fee_2 + interest_2
    assert owed < 110
    interest = 0.07 * 60 + 0.08 * (owed - 60)
    plain = 0.088 * (100 + 0.088 * 40)
    return min(
        present(RATE, (fee_1, fee_2 + interest_2, interest, interest)), present(RATE, (0.0, 0.088 * 40, plain, plain))
    )


@derives("security")
def security() -> float:
    """The largest level loan within 60 % of 75, 50, 25; the rest at 10 %."""
    secured = min(0.6 * book / left for book, left in ((75, 1), (50, 2 / 3), (25, 1 / 3)))
    cheap, dear = level_interest(secured, 0.06, 3), level_interest(100 - secured, 0.1, 3)
    return later(*[a + b for a, b in zip(cheap, dear, strict=True)])


@derives("security-shared")
def security_shared() -> float:
    """Hundredths of the hall pledged to the careful loan; interest in year 2 only."""

    def interest(careful: int) -> float:
        first = 0.5 * careful
        second = min(0.8 * (100 - careful), 100 - first)
        return 0.05 * first + 0.07 * second + 0.14 * (100 - first - second)

    return later(min(interest(careful) for careful in range(101)))


@derives("equity-round")
def equity_round() -> float:
    """45 net: a brings more than that at its least, b as much as is asked; both are charged on what is paid in."""
    return min(later(0.12 * 50, 0.12 * 50), later(0.16 * 46, 0.16 * 46))


@derives("draw-timing-mid")
def draw_timing_mid() -> float:
    """Half a year of interest in the year of the draw, paid out of the draw; charged at what that makes a year cost."""
    drawn = 100 / (1 - 0.04)
    return drawn * present(RATE, charges(1, bullet(0.08, 5, early=0.5), 3, early=0.5))


@derives("revolver-mid")
def revolver_mid() -> float:
    """Interest of each year on the average of what is owed before and after its middle; 60 a year pays it first."""
    owed, interest = [0.0, 100 / (1 - 0.04)], []
    for _ in range(2):
        # after = before − 60 + 8 % of their average, and no less than nothing
        owed.append(max(0.0, (owed[-1] * (1 + 0.04) - 60) / (1 - 0.04)))
    for before, after in pairwise(owed):
        interest.append(0.08 * (before + after) / 2)
    return present(RATE, interest)


@derives("commitment-fee-revolver")
def commitment_fee_revolver() -> float:
    """The loan, or the line: its fee in 2026 is drawn too, in 2027 the income of 2 pays interest, fee, principal."""
    first = 10 + 0.01 * 50
    charges_2 = 0.06 * first + 0.01 * (50 - first)
    second = first + charges_2 - 2
    line = present(RATE, (0.01 * 50, charges_2, 0.06 * second))
    return min(line, later(0.09 * 10, 0.09 * 10))


@derives("commitment-fee-drawn")
def commitment_fee_drawn() -> float:
    """The line: the fee of 2026 is drawn too; the income of 5 in 2027 pays interest, the fee on the rest, principal."""
    first = 40 + 0.01 * 50
    charges_2 = 0.06 * first + 0.01 * (50 - first)
    line = present(RATE, (0.01 * 50, charges_2, 0.06 * (first + charges_2 - 5)))
    return min(line, later(0.09 * 40, 0.09 * 40))


@derives("letter-of-credit")
def letter_of_credit() -> float:
    """The line within half of 100 and the loan for its fees, or the loan alone; 5 of 2027 pay back the line."""
    fee_1 = 0.01 * 50 + 0.015 * 50
    interest_2 = 0.06 * 50 + 0.09 * fee_1
    charges_2 = interest_2 + 0.015 * 50
    charges_3 = 0.06 * (50 - (5 - charges_2)) + 0.09 * fee_1
    return min(present(RATE, (fee_1, charges_2, charges_3)), later(0.09 * 50, 0.09 * 50))


@derives("letter-of-credit-quarters")
def letter_of_credit_quarters() -> float:
    """20 of the line count as liquidity, the other 20 are letters: 10 are borrowed to lie idle, or 30 without it."""
    fees = (0.01 * 20 + 0.02 * 20) / 4
    signed = 0.08 / 4 * (110 + fees) + fees
    alone = 0.08 / 4 * 130
    return min(present(RATE, (fees, *[signed] * 3), 0.25), present(RATE, (0, *[alone] * 3), 0.25))


@derives("draw-timing-start")
def draw_timing_start() -> float:
    """Debt pays a full year's interest out of the draw; the return on equity is no cash."""
    debt = present(RATE, [0.08 * 100 / (1 - 0.08)] * 3)
    assert later(8, 8) < later(8.5, 8.5), "at the end of the year the debt would win"
    return min(debt, present(RATE, [8.5] * 3))


@derives("opening-balance-sheet")
def opening_balance_sheet() -> float:
    """Interest on 90, 60, 30 and 12 % of 50."""
    return present(RATE, [interest + 6 for interest in level_interest(90, 0.1, 3)])


@derives("dscr-annuity")
def dscr_annuity() -> float:
    """A payment of 100/1.25 = 80 a year carries the debt, equity the rest of 250."""
    debt = (100 / 1.25) * (1 - 1.08**-3) / 0.08
    assert abs(debt - 206.1678) < 5e-5
    return later(*[i + 0.15 * (250 - debt) for i in annuity_interest(debt, 0.08, 3)])


@derives("interest-cover")
def interest_cover() -> float:
    """Interest of 20/2.5 = 8."""
    debt = 20 / 2.5 / 0.08
    return later(*[0.08 * debt + 0.15 * (150 - debt)] * 2)


@derives("covenant-scope")
def covenant_scope() -> float:
    """Interest of 20/2 = 10: the overhead does not count."""
    debt = 20 / 2 / 0.08
    return later(*[0.08 * debt + 0.15 * (140 - debt)] * 2)


@derives("debt-to-ebitda")
def debt_to_ebitda() -> float:
    """Three times a yearly EBITDA of 20; 95 are short. A quarter of the loan's 8 %, a fourth root of 1.16."""
    debt = 3 * 20.0
    charge = 0.02 * debt + per_period(0.16, 4) * (95 - debt)
    return present(RATE, (0, *[charge] * 3), years=0.25)


@derives("debt-to-capital")
def debt_to_capital() -> float:
    """60 of debt and 40 of equity."""
    return later(*[0.08 * 60 + 0.15 * 40] * 2)


@derives("debt-share-target")
def debt_share_target() -> float:
    """A quarter of 60 + 40 as dear debt; the first year costs what is there already."""
    debt = 0.25 * (60 + 40)
    return 0.1 * 60 + 0.2 * debt + 0.1 * (100 - debt)


@derives("ltv-covenant")
def ltv_covenant() -> float:
    """Half of 100, 75 and 50 against balances of 1, 0.8 and 0.6; both loans are level over five years."""
    debt = min(0.5 * book / left for book, left in ((100, 1), (75, 0.8), (50, 0.6)))
    average = 0.08 * debt + 0.15 * (100 - debt)
    return later(average, 0.8 * average)


@derives("minimum-liquidity")
def minimum_liquidity() -> float:
    """With the line signed or without it."""
    signed = present(RATE, (0.2, 0.2 + 0.08 * 110.2, 0.2 + 0.08 * 110.2))
    return min(signed, later(0.08 * 130, 0.08 * 130))


@derives("months-of-opex")
def months_of_opex() -> float:
    """Opex of 6 and 6 of cash, then opex and interest, all drawn; the last draw bears a quarter more."""
    owed, interest = 6.0 + 6.0, [0.0]
    for _ in range(2):
        interest.append(0.02 * owed)
        owed += 6 + interest[-1]
    return present(RATE, [*interest, 0.02 * (6 + interest[-1])], years=0.25)


@derives("minimum-cash")
def minimum_cash() -> float:
    """Interest on 115 in year 2, and a year of what is drawn in it: 10 more of cash, and that interest."""
    return later(0.08 * 115, 0.08 * (10 + 0.08 * 115))


@derives("cash-yield")
def cash_yield() -> float:
    """100 at 5 %, and the 2 % a year that a line of 40 earns in years 2 and 3."""
    return 100 * 1.05**3 + 40 * 0.02 * 1.05 + 40 * 0.02


@derives("peak-funding")
def peak_funding() -> float:
    """The line after each year, whatever comes in repaying it first."""

    def peak(start: int) -> float:
        cash, peak = 0.0, 0.0
        for t in (1, 2, 3):
            # a negative cash is what the line owes
            cash += 50 - 0.1 * max(0.0, -cash) - (60 if t == 1 else 0)
            if t == start:
                cash -= 120 if t == 3 else 60
            peak = max(peak, -cash)
        return peak

    peaks = [peak(start) for start in (1, 2, 3)]
    assert peaks == [70, 21, 31]
    return min(peaks)


@derives("lexicographic-amount")
def lexicographic_amount() -> tuple[float, float]:
    """Nothing need be funded; with 10 the best subset of three."""
    cost, value = (6, 5, 5), (10, 8, 9)
    within = [
        sum(v * x for v, x in zip(value, taken, strict=True))
        for taken in product((0, 1), repeat=3)
        if sum(c * x for c, x in zip(cost, taken, strict=True)) <= 10
    ]
    return 0.0, float(max(within))


@derives("lexicographic-share")
def lexicographic_share() -> tuple[float, float]:
    """One hall, whose value counts, within 5 % of the cheapest."""
    halls = {110 / 1.1: 1.0, 115 / 1.1: 3.0, 120 / 1.1: 9.0}
    cheapest = min(halls)
    return cheapest, max(value for cost, value in halls.items() if cost <= 1.05 * cheapest)


@derives("cost-then-present-cost")
def cost_then_present_cost() -> tuple[float, float]:
    """No interest falls in year 1 or 2; the cheaper hall."""
    return 0.0, min(present(RATE, (hall + 10 - 60, 100 - 60)) for hall in (30, 35))


@derives("infeasible-dscr")
def infeasible_dscr() -> None:
    """Income of 40 against the payment on 100."""
    assert 1.25 * annuity_payment(100, 0.08, 3) > 40


@derives("unbounded-arbitrage")
def unbounded_arbitrage() -> None:
    """What one borrowed in year 1 leaves at the end of year 3."""
    assert (1.05 - 0.03) * 1.05 - 1.03 > 0
