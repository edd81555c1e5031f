"""Debt as it is signed: rates that float."""

from __future__ import annotations

from tests.oracles.money import annuity_payment, factor, present

from .derived import derives

RATE = 0.1


@derives("floating-rate")
def floating_rate() -> float:
    """100, two thirds and a third of it, each at the rate of its year; the reference counts as 3, 5 and 8 %."""
    owed = (100, 200 / 3, 100 / 3)
    fixed = [0.06] * 3
    floats = [0.02 + reference for reference in (0.03, 0.05, 0.08)]
    swapped = [0.02 + 0.4 * reference + 0.6 * 0.032 for reference in (0.03, 0.05, 0.08)]

    def cost(rates: list[float]) -> float:
        return present(RATE, [0.0, *(rate * musd for rate, musd in zip(rates, owed, strict=True))])

    assert cost(swapped) < cost(fixed) < cost(floats)
    return cost(swapped)


@derives("floating-rate-quarters")
def floating_rate_quarters() -> float:
    """A unit grows by half of 1 % and half of 1.5 %, then three payments at 1 % of the draw; 0.99 of it come in.

    It is charged the rate of each quarter and an addition, the same in all, at which nothing is left after the last.
    """
    rates = [0.01, 0.015, 0.02, 0.025, 0.025]
    grown = 1 + (rates[0] + rates[1]) / 2
    payment = annuity_payment(grown, 0.01, 3)
    left = [1.0, grown, 1.01 * grown - payment, 1.01 * (1.01 * grown - payment) - payment, 0.0]
    principal = [0.0, 0.0, *(left[k - 1] - left[k] for k in (2, 3, 4))]
    interest = [0.0, rates[1] * grown / 2, *(rates[k] * (left[k - 1] + left[k]) / 2 for k in (2, 3, 4))]

    def charges(more: float) -> tuple[list[float], float]:
        amount, found = 0.0, []
        for k in range(5):
            half = (1 + rates[k] + more) ** 0.5 - 1
            first = amount * half
            amount = amount + first - principal[k] if k else 0.99
            second = amount * half
            amount += second - interest[k]
            found.append(first + second)
        return found, amount

    low, high = -0.1, 0.1
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if charges(middle)[1] < 0 else (low, middle)
    floats = sum(100 * charge * factor(RATE, t, 0.25) for t, charge in enumerate(charges(low)[0], 1))
    assert 0.003 < low < 0.005
    return floats


@derives("delayed-draw")
def delayed_draw() -> float:
    """100 and 80 of the one or of the other; both draws of the delayed one are repaid by halves in years 4 and 5.

    Its fees, 1 % of 200 and 2 % of the 100 that are left, and its interest are what the income brings at first.
    """
    delayed = present(RATE, (0.01 * 200, 0.02 * 100 + 6, 0.06 * 180, 0.06 * 180, 0.06 * 90))
    first = 100 - 2
    second = 80 - 8 + 0.088 * first
    level = present(RATE, (0, first, first + second, first / 2 + second, second / 2)) * 0.088
    assert delayed < level
    return delayed


@derives("delayed-draw-quarters")
def delayed_draw_quarters() -> float:
    """As little as pays for what is needed, fees and interest; of what is drawn a third is left of the three in turn.

    The discount is deducted from the middle of the quarter of a draw to the middle of 2027Q2: of 5, 4 and 3 quarters
    3.5, 2.5 and 1.5 lie in 2026.
    """
    low, high = (0.04 + 0.0225) / 4, (0.05 + 0.0225) / 4
    drawn: list[float] = []
    paid: list[float] = []
    fees: list[float] = []
    for need, fee in ((49, 0.001), (30, 0.001), (30, 0.002)):
        before = sum(drawn)
        fees.append(fee * (150 - before))
        drawn.append((need + fees[-1] + low * before) / (0.98 - low / 2))
        paid.append(low * (before + drawn[-1] / 2))
    owed = sum(drawn)
    paid += [high * owed * (1 + 2 / 3) / 2, high * owed * (2 / 3 + 1 / 3) / 2, high * owed / 3 / 2]
    discount = [0.02 * each for each in drawn]
    of_first_year = discount[0] * 3.5 / 5 + discount[1] * 2.5 / 4 + discount[2] * 1.5 / 3
    first_year = 60 - sum(paid[:4]) - sum(fees) - of_first_year
    second_year = 100 - sum(paid[4:]) - (sum(discount) - of_first_year)
    assert min(first_year, second_year) > 0
    tax = 0.25 * (first_year + second_year)
    return 160 - 109 - sum(discount) - sum(paid) - sum(fees) - tax


@derives("service-reserve")
def service_reserve() -> float:
    """D less a quarter and 6 % of it is 100; each year's income brings the reserve of the next, which is less."""
    drawn = 100 / (1 - 0.25 - 0.06)
    for year in (2, 3, 4):
        assert drawn * (0.25 + 0.06 * (1 - 0.25 * (year - 1))) <= 45
    owed = (0.0, 1.0, 0.75, 0.5, 0.25)
    reserved, plain = (
        present(RATE, [rate * musd * part for part in owed]) for rate, musd in ((0.06, drawn), (0.09, 100))
    )
    assert reserved < plain
    return reserved


@derives("reserve-by-letters")
def reserve_by_letters() -> float:
    """Letters of L at first and cash for the rest of 12 % of D = (100 + fee − L)/0.88; each L that the line allows.

    What income leaves after interest and fees lies in the account anyway, so that letters go back by as much.
    """

    def charges(letters: float) -> float:
        each = [0.01 * 9]
        drawn = (100 + each[0] - letters) / (1 - 0.12)
        cash = 0.12 * drawn - letters
        for _ in range(3):
            each.append(0.06 * drawn + 0.02 * letters + 0.01 * (9 - letters))
            cash += 8 - each[-1]
            letters = max(0.0, 0.12 * drawn - cash)
        return present(RATE, each)

    costs = [charges(letters) for letters in (0.0, 3.0, 6.0, 9.0)]
    assert costs == sorted(costs, reverse=True)
    return costs[-1]


@derives("reserve-by-letters-quarters")
def reserve_by_letters_quarters() -> float:
    """A loan of 100 + k with k of its reserve in cash in Q1, and letters for all of it from Q2 on.

    In Q2 the company needs 3 and 1 % of the letters of Q1. The group passes on its k and what 2.5 of rent leave of 2 %
    interest, which is cheaper than to keep it there (letters are 1 %, the line is 2.5 %); the rest is drawn, and has to
    leave room for the letters. The least k that does is the best: the loan bears 2 % to the end.
    """

    def plan(k: float) -> tuple[float, float]:
        """What the line has left in Q2 beside what is drawn and the reserve, and all charges."""
        interest, reserve = 0.02 * (100 + k), 0.04 * (100 + k)
        first = reserve - k
        owed = 3 + 0.01 * first - (k + 2.5 - interest)
        after = owed * 1.025 + 0.01 * reserve - (2.5 - interest)
        assert 0 < after < owed
        each = (0.0, interest + 0.01 * first, *(interest + 0.025 * x + 0.01 * reserve for x in (owed, after)))
        return 6 - owed - reserve, present(RATE, each, 0.25)

    lacking, over = plan(0.0)[0], plan(1.0)[0]
    assert lacking < 0 < over
    least = plan(lacking / (lacking - over))[1]
    assert least < plan(1.0)[1]
    return least


@derives("balloon")
def balloon() -> float:
    """Eighths of 100 and 8 % of what is left: 20.5, 19.5, 18.5 and 17.5, and 50 with the last, which income can pay."""
    owed = [100 - 12.5 * k for k in range(4)]
    income = (25, 25, 25, 60)
    assert all(earned >= 1.2 * (12.5 + 0.08 * left) for earned, left in zip(income, owed, strict=True))
    assert sum(income) >= 100 + 0.08 * sum(owed)
    assert sum(income[:3]) >= 37.5 + 0.08 * sum(owed[:3])
    return present(RATE, (0.0, *(0.08 * left for left in owed)))


@derives("balloon-quarters")
def balloon_quarters() -> float:
    """P of a unit: 0.7 by four payments at 2 %, and 2 % of 0.3. D less 2 % and P of it, the service of Q2 and Q3, is
    100; later two P are kept, in Q5 one. What is owed falls to 0.3, and is repaid with the last P.
    """
    payment = 0.7 * 0.02 / (1 - 1.02**-4) + 0.02 * 0.3
    drawn = 100 / (1 - 0.02 - payment)
    cash, owed, interest = drawn - 100, drawn, [0.0]
    kept = [(0.02 + payment) * drawn, *[2 * payment * drawn] * 3, payment * drawn, 0.0]
    paid = [0.0, 0.02 * drawn, *[payment * drawn] * 3, (payment + 0.3) * drawn]
    assert cash >= kept[0] - 1e-9
    for earned, due, reserve in zip((26, 23, 24, 0, 64), paid[1:], kept[1:], strict=True):
        interest.append(0.02 * owed)
        owed -= due - interest[-1]
        cash += earned - due
        assert cash >= reserve
    assert abs(owed) < 1e-9
    assert present(RATE, interest, 0.25) < present(RATE, (0.0, *[3.0] * 5), 0.25)
    return present(RATE, interest, 0.25)


@derives("service-reserve-quarters")
def service_reserve_quarters() -> float:
    """The interest of 2026Q2 and what is kept for Q3 and Q4, 1.5 + 1.5 + 2, from the line for a quarter at 3 %.

    Drawn in Q1 from the loan it is 5/0.95, each dollar of which costs 1.5, 1.5 and 2 % until the end.
    """
    interest = (0.0, 1.5, 1.5, 2.0)

    def cost(line: float, more: float) -> float:
        paid = [musd * (1 + more / 100) for musd in interest]
        return sum((musd + 0.03 * line * (t == 3)) * factor(RATE, t, 0.25) for t, musd in enumerate(paid, 1))

    assert cost(5.0, 0.0) < cost(0.0, 5 / 0.95)
    return cost(5.0, 0.0)
