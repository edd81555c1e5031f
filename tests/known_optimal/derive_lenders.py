"""What lenders test: only where something is owed, of twelve months, in cash, and principal when it is due."""

from __future__ import annotations

from .derived import derives

DISCOUNT = 1.1


def _present(flows: list[float], per_year: int = 1) -> float:
    """Flows at the ends of the periods, discounted at 10 %."""
    return sum(flow * DISCOUNT ** (-t / per_year) for t, flow in enumerate(flows, 1))


@derives("multiple-without-debt")
def multiple_without_debt() -> float:
    """EBITDA of −10 in 2026: whatever debt there were would be too much, and none is owed. 20 of equity in 2026.

    In 2027 three times 30 leave room for all 70. Tested without debt, no plan could have 0 ≤ 3·(−10).
    """
    ebitda, need, cash = (-10.0, 30.0, 30.0), (20.0, 100.0, 0.0), 10.0
    equity = need[0] - ebitda[0] - cash
    debt = need[1] - ebitda[1]
    assert equity == 20
    assert 0 < debt <= 3 * ebitda[1]
    assert ebitda[0] < 0  # so that debt ≤ 3·EBITDA holds for no debt, not even none
    return _present([0.0, 0.15 * equity, 0.15 * equity + 0.08 * debt])


@derives("cover-without-interest")
def cover_without_interest() -> float:
    """Nothing is drawn at the end of Q2, as Q3 earns −1: what Q2 cannot repay of the line is preferred from Q1 on.

    x + p = 50; Q2: 2 − 0.02·x − 0.04·p + 30 = x.
    """
    x = (32 - 0.04 * 50) / (1 + 0.02 - 0.04)
    p = 50 - x
    assert 2 * 0.02 * x <= 2  # the cover of Q2
    line = 1 + 100 + 0.04 * p
    assert 2 * 0.02 * line <= 6  # and of Q4
    assert 6 - 0.02 * line - 0.04 * p > 0
    return _present([0.0, 0.02 * x + 0.04 * p, 0.04 * p, 0.02 * line + 0.04 * p], 4)


@derives("twelve-months-dscr")
def twelve_months_dscr() -> float:
    """EBITDA of 2 and 10 by turns is 24 in any four quarters. The second year's first test is the hardest.

    By then four of eight parts are due and interest on 1, ⅞, ¾, ⅝; the first test has only three parts in it.
    """
    shares = [1 - k / 8 for k in range(8)]
    services = {t: sum(1 / 8 + 0.02 * shares[k - 1] for k in range(max(1, t - 4), t)) for t in range(4, 9)}
    assert max(services, key=lambda t: services[t]) == 5
    debt = 24 / 1.2 / services[5]
    preferred = 63 - 5 - 2 - debt
    cash = 0.0
    for k in range(1, 8):  # the quarters after the draw
        cash += (10 if k % 2 else 2) - debt * (1 / 8 + 0.02 * shares[k - 1]) - 0.04 * preferred
        assert cash >= 0
    # one at a time, 2 would cover a payment of 1.667: a debt of 11.5
    assert 2 / 1.2 / (1 / 8 + 0.02 * shares[1]) < 12
    return _present([0.0, *(0.02 * debt * shares[k - 1] + 0.04 * preferred for k in range(1, 8))], 4)


@derives("twelve-months-history")
def twelve_months_history() -> float:
    """Three times 11 months of 1 and one of 4: 45 in the first month; later months have more of 4 in them."""
    limits = [3 * ((12 - t) * 1 + t * 4) for t in range(1, 7)]
    debt = min(limits)
    assert debt == 45
    preferred = 104 - 4 - debt
    return _present([0.0, *[(0.06 * debt + 0.18 * preferred) / 12] * 5], 12)


@derives("cash-for-service")
def cash_for_service() -> float:
    """The partner's 35.04 are worked off by 17.52 a year, which is revenue and no cash: 20 at a cover of 1.25 is 16.

    A loan takes 0.28 of itself in the first year, 0.264 and 0.248 in the next; the rest is preferred at 35 %.
    """
    debt = 20 / 1.25 / (1 / 5 + 0.08)
    preferred = 100 - 35.04 - debt
    assert (1 / 5 + 0.8 * 0.08) * debt <= 16
    assert 20 - 16 - 0.35 * preferred > 0
    assert 3 * 0.35 > 1  # more than is needed is not raised
    assert debt + preferred < (20 + 17.52) / 1.25 / 0.28  # with the deliveries, all of it would be a loan
    # of a unit of the loan 0.792 is paid by the end, of one of preferred shares 1.05
    return 3 * 20 - debt * (0.28 + 0.264 + 0.248) - 3 * 0.35 * preferred


@derives("stand-alone-tax")
def stand_alone_tax() -> float:
    """Infrastructure alone carries its own loss of 40, of which half of 2027's income may be offset.

    CFADS of 2027 = 60 − 0.25·0.5·(60 − 0.08·d) ≥ 1.25·0.28·d.
    """
    debt = (60 - 0.125 * 60) / (1.25 * 0.28 - 0.125 * 0.08)
    offset = 0.5 * (60 - 0.08 * debt)
    assert offset < 40
    income = 60 - 0.064 * debt
    left = 40 - offset
    assert left < 0.5 * income
    assert 60 - 0.25 * (income - left) >= 1.25 * 0.264 * debt
    # the company with its overhead of 20 pays less, and would carry more
    assert 60 - 20 - 0.25 * (60 - 20 - 0.08 * debt) < 1.25 * 0.28 * debt
    preferred = 310 + 60 - 120 - debt
    interest = [0.0, 0.08 * debt, 0.064 * debt]
    # 40 a year of others' money keep the company in cash; its own loss of 60 offsets half of its income
    assert 40 + 40 - 0.28 * debt - 0.2 * preferred - 0.125 * (40 - 0.08 * debt) > 0
    assert 40 + 40 - 0.264 * debt - 0.2 * preferred - 0.125 * (40 - 0.064 * debt) > 0
    return _present([0.75 * each + (0.2 * preferred if t else 0.0) for t, each in enumerate(interest)])


@derives("stand-alone-tax-quarters")
def stand_alone_tax_quarters() -> float:
    """One tax year: 80 of EBITDA and interest on 1, ⅞, ¾; three of eight parts are due.

    80 − 0.25·(80 − 0.0525·d) ≥ 1.25·(0.0525 + 0.375)·d.
    """
    interest = 0.02 * (1 + 7 / 8 + 6 / 8)
    debt = 0.75 * 80 / (1.25 * (interest + 3 / 8) - 0.25 * interest)
    # with the tax of the whole company, whose overhead of 8 a quarter it can deduct
    assert (80 - 0.25 * (80 - 32)) / (1.25 * (interest + 3 / 8) - 0.25 * interest) > debt
    # cash 30 at first; 20 − 8 a quarter, 10 of others' money from the second on, tax in four equal parts
    tax = 0.25 * (80 - 32 - interest * debt) / 4
    preferred = 190 - 30 - 12 + tax - debt
    cash = 0.0
    for k in range(1, 4):
        cash += 12 + 10 - tax - debt / 8 - 0.02 * debt * (1 - (k - 1) / 8) - 0.04 * preferred
        assert cash >= 0
    due = [0.0, *(0.02 * debt * (1 - (k - 1) / 8) for k in range(1, 4))]
    return _present([0.75 * each + (0.04 * preferred if t else 0.0) for t, each in enumerate(due)], 4)


@derives("bridge-refinanced")
def bridge_refinanced() -> float:
    """The bridge of 100 falls due in 2027 and is paper of a year: 105 less what the loan refinances is 20/1.2.

    The loan is drawn for the 88⅓ that the test asks, though 85 would pay.
    """
    loan = 105 - 20 / 1.2
    assert loan > 100 + 5 - 20
    assert 1.2 * 0.28 * loan <= 40
    return _present([0.0, 5.0, 0.08 * loan])


@derives("balloon-counted")
def balloon_counted() -> float:
    """In 2028 the bullet b matures: 1.05·b + 0.264·(100 − b) is 40/1.25."""
    bullet = (32 - 0.264 * 100) / (1.05 - 0.264)
    level = 100 - bullet
    assert 0.05 * bullet + 0.28 * level <= 32
    return _present([0.0, 0.05 * bullet + 0.08 * level, 0.05 * bullet + 0.064 * level])


@derives("prepaid-in-the-window")
def prepaid_in_the_window() -> float:
    """10 a quarter are due. From 2027 on 32 of a year cover 1.2 of what is due: a third is prepaid, and before 2026Q2.

    The window of 2027Q1 begins with 2026Q2: what is prepaid in it counts all the same. In 2026, 0.8·40 are 32.
    """
    left = 32 / 1.2 / 40
    early = (1 - left) * 70
    cash = 100.0
    for t in range(1, 9):
        cash = cash * 1.01 + 8 - (10 + early if t == 1 else 10 * left)
    assert early > 0
    return cash


@derives("prepaid-before-the-year")
def prepaid_before_the_year() -> float:
    """20 a year are due of 80, and 40 of EBITDA have to cover it twice in 2027, two and a half times in 2028.

    A fifth of what is left is prepaid at the end of 2027, after which 16 are due; prepaid in 2028 it would still be 20.
    """
    left = 40 / 2.5 / 20
    assert left == 0.8
    cash = 100.0
    for t in (1, 2, 3):
        cash = cash * 1.04 + 40 - (20 if t < 3 else 20 * left)
        if t == 2:
            cash -= (1 - left) * 40
    return cash


@derives("grid-opening-history")
def grid_opening_history() -> float:
    """40 of the year before cover 8 five times: no spread in 2026. 10 of 2026 cover it 1.25 times: 10 % more."""
    assert 40 / 8 > 3 > 10 / 8
    return _present([8.0, 18.0])


@derives("grid-twelve-months")
def grid_twelve_months() -> float:
    """1 covers less than 2, so 8 % more in Q1 and Q2; 10 cover 8, and 13 cover 11: 4 % more in Q3 and Q4."""
    interest = [0.0] * 4
    earned = (1.0, 9.0, 3.0, 9.0)
    interest[0] = 2 + 2  # by the cover of Q1 without a spread, 1/2
    for t in range(1, 4):
        cover = sum(earned[:t]) / sum(interest[:t])
        assert cover not in (1, 2)
        interest[t] = 2 + (2 if cover < 1 else 1 if cover < 2 else 0)
    assert interest == [4, 4, 3, 3]
    return _present(interest, 4)


@derives("lock-up-twelve-months")
def lock_up_twelve_months() -> float:
    """4 a quarter are due. Twelve months to 2026Q4 and to 2027Q1 cover 16 by 32 and 24, to 2027Q2 by 16: not 1.5 times.

    Cash earns 1 % a quarter, so that the 10 are paid as late as they may be, in 2027Q1.
    """
    earned = (10, 10, 2, 10, 2, 2)
    free = [t for t in range(1, 7) if t < 4 or sum(earned[t - 4 : t]) >= 1.5 * 16]
    assert max(free) == 5
    cash = 20.0
    for t, each in enumerate(earned, 1):
        cash = cash * 1.01 + each - 4 - (10 if t == 5 else 0)
    return cash


@derives("lock-up-without-debt")
def lock_up_without_debt() -> float:
    """10 are due in 2026 and in 2027, covered by 25 and not by 5; nothing is due in 2028, whatever EBITDA of −1 covers.

    Cash earns 4 %, so that the 10 are paid then.
    """
    cash = 30.0
    for t, (earned, due) in enumerate(((25, 10), (5, 10), (-1, 0)), 1):
        cash = cash * 1.04 + earned - due - (10 if t == 3 else 0)
    return cash


@derives("opened-without-debt")
def opened_without_debt() -> float:
    """The opening cost makes EBITDA of 2026 negative, so that the 45 that it leaves short are preferred, at 20 %."""
    ebitda = 3 - 8
    short = 50 - ebitda - 10
    assert ebitda < 0
    assert short == 45
    assert 23 - 0.2 * short > 0
    return _present([0.0, 0.2 * short, 0.2 * short])


@derives("refinanced-as-it-falls-due")
def refinanced_as_it_falls_due() -> None:
    """Only the bridge's 20 are refinanced, whatever the loan brings: 38 do not cover the 40 of the old loan's."""
    assert 4 * 9.5 < 4 * 10
    assert 4 * 9.5 >= 4 * 10 + 20 - 100  # with all of the loan against it, they would
