"""Borrowing groups: cash that a lock-up keeps from the company, and hardware that belongs where it stands."""

from __future__ import annotations

from tests.oracles.money import present

from .derived import derives

RATE = 0.1
EQUITY = 0.12


@derives("group-lock-up")
def group_lock_up() -> float:
    """A loan D on a plant of 100 is repaid by thirds at 8 %: D·(1/3 + 0.08) in 2027, out of 50.

    The group passes on what is left if 50 is 1.3 times that; what the office still lacks of 10 shareholders pay. They
    put in 100 − D, in 2026. In between the cost is linear in D, so that the least is at an end of a piece.
    """
    least = 50 / 1.3 / (1 / 3 + 0.08)

    def charges(loan: float, passed: bool) -> float:
        left = 50 - loan * (1 / 3 + 0.08)
        lacking = max(0.0, 10 - (left if passed else 0.0))
        first = 100 - loan + (lacking if loan < 100 else 0.0)  # the round is raised once
        equity = (first, first or lacking, first or lacking)
        owed = (loan, loan * 2 / 3, loan / 3)
        return present(RATE, (0.0, *(0.08 * b + EQUITY * e for b, e in zip(owed, equity, strict=True))))

    passing = (least, (50 - 10) / (1 / 3 + 0.08), 0.0)
    assert all(loan <= least or loan > 100 or 50 / (loan * (1 / 3 + 0.08)) < 1.3 for loan in passing)
    return min(*(charges(loan, True) for loan in passing if loan <= least), charges(least, False), charges(100, False))


@derives("group-lock-up-quarters")
def group_lock_up_quarters() -> float:
    """By twelve months the cover is 8 + 7 over 13.9 in Q3, 25 over 20.7 in Q4 and 37 over 27.4 in 2027Q1: only then is
    it 1.3. In Q3 the company needs 1, in Q4 another 3 with the interest on what it has borrowed.

    The loan of 100 is drawn in any case: nothing else is there in Q1. The round is raised once, at one of its ends: for
    all, for the needs of one quarter, or not at all. What is borrowed for a year is repaid out of what is passed on.
    """
    service = [5 + 0.02 * (100 - 5 * k) for k in range(7)]
    rent = (7, 8, 10, 12, 12, 12, 12)

    def cover(first: int, last: int) -> float:
        return sum(rent[first : last + 1]) / sum(service[first : last + 1])

    assert max(cover(0, 0), cover(0, 1), cover(0, 2)) < 1.3 < min(cover(i - 3, i) for i in range(3, 7))
    of_loan = [0.02 * (100 - 5 * k) for k in range(7)]
    cost = 1.12**0.25 - 1

    def charges(early: float, late: float) -> float:
        """``early`` of equity in Q3 or ``late`` in Q4; the bridge gives the rest."""
        first = max(0.0, 1 - early)
        second = max(0.0, 3 + 0.04 * first - late - max(0.0, early - 1))
        bridge = (0, 0, first, first + second, first + second, first + second, second)
        equity = (0, 0, early, *[early + late] * 4)
        each = zip(of_loan, bridge, equity, strict=True)
        return present(RATE, (0.0, *(b + 0.04 * d + cost * e for b, d, e in each)), 0.25)

    return min(charges(early, late) for early, late in ((0, 0), (1, 0), (4, 0), (0, 3.04)))


@derives("group-shared-offer")
def group_shared_offer() -> float:
    """The group has 11.3, of which 1.43 go to its lender in 2026. A thousand chips in its hall serve half the hours."""
    earned = 0.5 * 8.76 - 0.1 - 8760 * 50 / 1e6
    assert earned / 1.43 < 10  # its cover: nothing leaves the group
    return 11.3 - 10 + 3 * earned - (1.43 + 1.32 + 1.21)


@derives("group-opening")
def group_opening() -> float:
    """Chips of 10 and two years are 5 at the end of 2026. The group borrows half of that for its project of 6."""
    secured = 0.5 * 10 * (1 - 1 / 2)
    return present(RATE, (0.0, 0.08 * secured + 0.12 * (6 - secured)))


@derives("group-opening-quarters")
def group_opening_quarters() -> float:
    """Chips of 10 and four quarters are 7.5, 5 and 2.5: a loan L repaid by thirds is 1, 2/3 and 1/3 of L then."""
    worth, left = [10 * (1 - k / 4) for k in (1, 2, 3)], (1, 2 / 3, 1 / 3)
    secured = min(0.5 * book / share for book, share in zip(worth, left, strict=True))
    each = 0.02 * secured + 0.03 * (6 - secured)
    return present(RATE, (0.0, *(each * share for share in left)), 0.25)


@derives("group-contract")
def group_contract() -> float:
    """The group: 12 paid ahead, then 8 a year, 10 for chips (1250 at 8000, as the hall is up 80 % of the time), and a
    loan of 18 by thirds from the second year on, at 10 %.

    What it has left leaves it in years with a cover of 1.1, out of what the year began with and brought; the company
    borrows 0.9 at 10 % until it can repay that.
    """
    service = [1.8, *(6 + 0.1 * (18 - 6 * k) for k in range(3))]
    received = [0.0, 8.0, 8.0, 8.0]  # 12 are invoiced, 4 of them settled by the prepayment: no cash of these years
    cash, owed = 0.0, 0.0
    for t in range(4):
        left = cash + received[t] - service[t]
        cash += (12.0 if t == 0 else 0.0) + received[t] - service[t] - (10.0 if t == 1 else 0.0)
        passed = min(max(0.0, left), cash) if received[t] >= 1.1 * service[t] else 0.0
        cash -= passed
        owed = 1.1 * owed + (0.9 if t == 0 else 0.0) - passed  # below nothing: cash of the company, from 2028 on
        if owed < 0:
            cash, owed = cash - owed, 0.0  # what is passed on later is as good where it is: nothing is lacking any more
    return cash


@derives("first-distribution")
def first_distribution() -> float:
    """Each date from 2027 on, and the one that the file has: what the company borrows until then it pays 20 % for."""

    def end(first: int) -> float:
        group, company, owed = 12.0, 0.0, 3.0
        for t, (received, chips, office) in enumerate(((8, 10, 3), (8, 0, 0), (8, 0, 0)), 1):
            left, group = group + received, group + received - chips
            passed = min(left, group) if t >= first else 0.0
            group -= passed
            company += passed - office - 1.2 * owed
            owed, company = max(0.0, -company), max(0.0, company)
        return group + company - owed

    assert end(1) == 20 - 0.6
    return end(2)


@derives("first-distribution-quarters")
def first_distribution_quarters() -> float:
    """7 in all but for interest: 3 % on the 2 of Q2, and on those with the 1 and the 0.06 of Q3."""
    first = 0.03 * 2
    return 6 + 4 * 1.5 - 2 - 3 - first - 0.03 * (2 + 1 + first)


@derives("group-refund-quarters")
def group_refund_quarters() -> float:
    """Every plan: what is passed on in Q2, d of up to 5 − 0.1, and who pays the 0.1 that the group may lack in Q3.

    The refund comes before what is passed on in Q3, and a draw of the quarter is not passed on. All is linear between
    the d at which the company owes nothing, or the group lacks nothing.
    """

    def end(d: float, line: float) -> float:
        own = 4.9 - d - 0.1 + 5 - 5  # of the group in Q3, before its line
        put_in = max(0.0, -own - line)
        passed = max(0.0, own)
        company = d - 4.12  # below nothing: owed; after 4 for a quarter at 3 %
        interest = 0.12 + 0.03 * max(0.0, -company)
        company = min(company, 0.0) * 1.03 + max(company, 0.0) - 5 - put_in + passed
        interest += 0.03 * max(0.0, -company)
        borrowed = max(0.0, line if own < 0 else 0.0)
        return 17 - 9 - 0.2 - interest - 0.01 * borrowed

    return max(end(d, line) for d in (0.0, 4.12, 4.8, 4.9) for line in (0.0, 0.1))


@derives("advance-on-contract")
def advance_on_contract() -> float:
    """A loan D of at most half of 48, 36, 24 and 12, repaid by quarters, and a bridge at 25 % for the rest of 30.

    What is left of 12 a year repays the bridge. A unit more of D costs 0.2 in all; it saves 0.25 in 2027 alone.
    """

    def end(loan: float) -> float:
        bridge, cash = 30 - loan, 0.0
        for k in range(4):
            left = 12 - loan / 4 - 0.08 * loan * (1 - k / 4) - 0.25 * bridge
            repaid = min(bridge, left)
            bridge, cash = bridge - repaid, cash + left - repaid
        assert bridge == 0
        return cash

    most = min(0.5 * 12 * (4 - k) / (1 - k / 4) for k in range(4))
    return max(end(most), end(most - 1))


@derives("advance-discounted-quarters")
def advance_discounted_quarters() -> float:
    """Quarter by quarter as much as the base allows at 2 %, the rest at 4 %; 5 come in after each but the last."""
    owed = 18.0
    for left in (4, 3, 2, 1):
        base = min(owed, 0.8 * 5 * sum(1.1 ** (-k / 4) for k in range(1, left + 1)))
        owed += 0.02 * base + 0.04 * (owed - base) - 5
    return -owed


@derives("credit-class-tranches")
def credit_class_tranches() -> float:
    """Tranches of at most 0.75 and 0.5 of 48, and of 50 in all, repaid by quarters, and a bridge at 25 % for the rest
    of 60.5. A unit more of either costs at most 0.25 in all, 0.1 of it in 2027; it saves 0.25 in 2027 alone.
    """

    def end(prime: float, high_yield: float) -> float:
        bridge, cash = 60 + 0.01 * 50 - prime - high_yield, 0.0
        for k in range(4):
            interest = (0.06 * prime + 0.1 * high_yield) * (1 - k / 4) + 0.25 * bridge
            left = 24 - (prime + high_yield) / 4 - interest
            repaid = min(bridge, left)
            bridge, cash = bridge - repaid, cash + left - repaid
        assert bridge == 0
        return cash

    prime, high_yield = 0.75 * 48, min(0.5 * 48, 50 - 0.75 * 48)
    return max(end(prime, high_yield), end(prime - 1, high_yield + 1), end(prime, high_yield - 1))


@derives("credit-class-tranches-quarters")
def credit_class_tranches_quarters() -> float:
    """All that is lent is drawn at once: at 2 and 3 % a quarter it is cheaper than the bridge at 4 % that it spares."""
    prime, high_yield = 0.8 * 15, 0.4 * 15
    bridge = 36 + 0.04 / 4 * 30 - prime - high_yield
    fee = 0.01 / 4 * (30 - prime - high_yield)
    bridge = 1.04 * bridge + 0.02 * prime + 0.03 * high_yield + fee - 10
    for k in range(3):
        owed = 1 - k / 3
        bridge = 1.04 * bridge + owed * (0.02 * prime + 0.03 * high_yield) + (prime + high_yield) / 3 - 10
    return -bridge


@derives("credit-class-base-quarters")
def credit_class_base_quarters() -> float:
    """Quarter by quarter as much as the base allows at 2 %, the rest at 4 %; 5 come in after each but the last."""
    owed = 18.0
    for left in (4, 3, 2, 1):
        base = min(owed, (0.9 * 2.5 + 0.6 * 2.5) * left)
        owed += 0.02 * base + 0.04 * (owed - base) - 5
    return -owed


@derives("cash-sweep")
def cash_sweep() -> float:
    """A loan D of up to 24 for chips of 30, a bridge for the rest; each year half of what is left goes to the one, and
    half to the other. What the group kept would be swept again, so that it keeps nothing.
    """

    def end(loan: float) -> float:
        bridge, cash = 30 - loan, 0.0
        for k in range(4):
            due = loan / (4 - k)  # what is swept lowers all instalments to come alike
            left = 12 - due - 0.08 * loan
            swept = min(0.5 * left, loan - due)
            loan -= due + swept
            bridge = 1.25 * bridge - (left - swept)
            if bridge < 0:
                cash, bridge = cash - bridge, 0.0
        return cash

    assert all(end(24.0 - k) < end(25.0 - k) for k in range(1, 12))
    return end(24.0)


@derives("cash-sweep-quarters")
def cash_sweep_quarters() -> float:
    """Quarter by quarter; a choice is only how much of the line is repaid in Q3, all or nothing of it by linearity."""

    def end(repaid: float) -> float:
        cash, loan, line = 1.0, 8.0, 0.0
        for t, rent in enumerate((2, -2.5, 4, 8, 8)):
            left = cash + rent - 0.02 * loan - 0.03 * line
            back = {2: repaid * line, 3: line}.get(t, 0.0)
            left -= back
            line -= back
            swept = min(0.75 * max(0.0, left), loan)
            loan -= swept
            drawn = max(0.0, -left)
            line, cash = line + drawn, left - swept + drawn
        assert loan == line == 0
        return cash

    return max(end(0.0), end(1.0))


@derives("sweep-beside-reserve")
def sweep_beside_reserve() -> float:
    """Year by year: what is left above the service of the next year, of what is owed before the sweep, goes half to the
    loan and half to the company, at most what each owes.

    A dollar that the group kept would be swept to a half, and save 10 %; the company's bridge bears 25 %.
    """

    def end(passed: float) -> float:
        cash, loan, bridge, company = 8.0, 24.0, 6.0, 0.0
        for k in range(4, 0, -1):
            due = loan / k
            cash += 12 - due - 0.1 * loan
            loan -= due
            reserve = loan / (k - 1) + 0.1 * loan if k > 1 else 0.0
            over = cash - reserve
            swept = min(0.5 * over, loan)
            paid = passed * (over - swept)
            loan, cash = loan - swept, cash - swept - paid
            bridge = 1.25 * bridge - paid
            company, bridge = company + max(0.0, -bridge), max(0.0, bridge)
        assert loan == 0
        return cash + company - bridge

    assert end(0.9) < end(1.0)
    return end(1.0)


@derives("sweep-beside-reserve-quarters")
def sweep_beside_reserve_quarters() -> float:
    """The same by quarters, with 12 % of the loan in reserve, which has no instalment yet."""

    def end(passed: float) -> float:
        cash, loan, bridge, company = 1.0, 8.0, 3.0, 0.0
        for rent in (3, 2, 4, 8, 8):
            cash += rent - 0.02 * loan
            over = cash - 0.12 * loan
            swept = min(0.75 * over, loan)
            paid = passed * (over - swept)
            loan, cash = loan - swept, cash - swept - paid
            bridge = 1.1 * bridge - paid
            company, bridge = company + max(0.0, -bridge), max(0.0, bridge)
        assert loan == bridge == 0
        return cash + company

    assert end(0.9) < end(1.0)
    return end(1.0)


@derives("group-look-ahead")
def group_look_ahead() -> float:
    """Every plan: what is begun inside, where the group has 60, and outside, where the company has 40, by a rule.

    Worth 10 ring by ring, 12 out of one account, 22 for those who count on the income of the next year.
    """
    plans = {(i, o): 10.0 * i + 12.0 * o for i in (0, 1) for o in (0, 1)}

    def ring_by_ring(inside: int, outside: int) -> bool:
        short = max(0, 72 * inside - (60 - 8 * inside))
        return short <= 30 and 40 - 6 * outside >= 54 * outside + short

    def pooled(inside: int, outside: int) -> bool:
        return 100 - 8 * inside - 6 * outside >= 72 * inside + 54 * outside

    assert max(plans.values()) == 22
    assert max(value for plan, value in plans.items() if pooled(*plan)) == 12
    return max(value for plan, value in plans.items() if ring_by_ring(*plan))


@derives("group-look-ahead-quarters")
def group_look_ahead_quarters() -> float:
    """k thousand chips inside and m outside, at the corners of what may be ordered in Q1.

    Of the 2.1 that one account of 27 would cover all would stand inside, and of the 2.5 on offer without a look ahead.
    """
    quarter, first = 5 * 8.76 / 4, 65.5 - 4 * 0.5 - 3 - 2 + 2  # the line is cash in Q4

    def end(k: float, m: float) -> float:
        return first - 10 * (k + m) + 2 * quarter * (k + 0.5 + 0.8 * m)

    def short(k: float) -> float:
        return max(0.0, 1 + 9 * k + 3 + 2 * 0.5 - (14.5 - k - 0.5))

    corners = {k: (11 + 2 - 2 - short(k)) / 10 for k in (0.0, 0.9, (14.5 - 0.5 + 5 - 5) / 10)}
    assert [round(m, 9) for m in corners.values()] == [1.1, 1.1, 0.6]
    assert round(short(max(corners)), 9) == 5
    pooled = (25.5 - 0.5 + 2 - 2 - 3 - 2 * 0.5) / 10
    assert end(2.5, 0) > end(pooled, 0) > max(end(k, m) for k, m in corners.items())
    return max(end(k, m) for k, m in corners.items())
