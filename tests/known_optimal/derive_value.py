"""What plans are worth to shareholders: money paid out and in, and what is left less what is owed at the end."""

from __future__ import annotations

from .derived import derives

QUARTER = 0.25


@derives("shareholder-value")
def shareholder_value() -> float:
    """The cheapest money first: preferred shares, then the bond; the round brings what is missing of 100."""
    first, second = 1 / 1.12, 1 / 1.12 / 1.1
    last = second / 1.1
    # out from 2026 to 2028 and one year more, of which the last three at 10 %
    dear = (1.15 / 1.12) * (1.15 / 1.1) ** 3
    bond_left = 0.08 * (1 - 1.07**-4) / 0.07 + 1.07**-4
    preferred, bond = 20.0, 60.0
    # a dollar received: what is paid in 2027 would else have been kept for a year
    costs = (
        last * (0.1 * 1.03 + 0.1 + max(1, 0.1 / 0.1)),
        last * (0.08 * 1.03 + 0.08 + bond_left) / 0.98,
        first * dear,
    )
    assert costs[0] < costs[1] < costs[2]
    assert first < costs[1]  # nobody borrows to be paid at once
    needed = 100 - preferred - 0.98 * bond
    paid = 0.08 * bond + 0.1 * preferred
    cash = (60 - paid - 40) * 1.03 + 60 - paid
    return 40 * second - needed * first * dear + last * (cash - bond * bond_left - preferred)


@derives("shareholder-value-quarters")
def shareholder_value_quarters() -> float:
    """All three are needed; a dollar of the loan instead of the line leaves less at the end."""

    def left(loan: float) -> float:
        line = (50 - 20 - 0.98 * loan) / 0.975
        # repaid at the start of the second quarter out of what comes in by its end; so with the loan's first quarter
        still = (line - (20 - (0.25 + 0.02 * 0.75) * loan)) / 0.975
        cash = 25 - (0.25 + 0.02 * 0.5) * loan - still
        # a quarter of the loan falls due at the start of the fourth quarter, which is the end of the third
        period = 1.04**QUARTER
        return cash - loan * (0.25 + (0.02 * 0.25 + 0.25) / period)

    least = (50 - 20 - 0.975 * 30) / 0.98
    assert left(least) > left(least + 1)
    return -20 + left(least) / 1.12 ** (3 * QUARTER)


@derives("shareholder-value-relevered")
def shareholder_value_relevered() -> float:
    """40 of debt at 8 % with the spread, or 35 at 7 % and 5 of equity."""

    def value(debt: float, spread: float) -> float:
        interest = (0.07 + spread) * debt
        cash = 60 - interest - 0.25 * (60 - interest)
        asked = (0.11 - 0.07 - spread) * debt
        return -(40 - debt) / 1.11 + (cash - debt - asked) / 1.11**2

    assert 35 == 0.25 * (100 + 40)
    assert value(40, 0.01) > value(35, 0.0)
    return value(40, 0.01)


@derives("shareholder-value-by-bucket")
def shareholder_value_by_bucket() -> float:
    """A quarter of 90, or all 30 with 60 of equity in the second bucket."""
    quarter = 1.12**QUARTER

    def value(debt: float, charge: float) -> float:
        return -(30 - debt) / quarter + (40 - (0.02 + 1) * debt - charge) / quarter**2

    dear = 0.02 * QUARTER * 30 + (1.16**QUARTER - 1.1**QUARTER) * 60
    assert value(22.5, 0.0) > value(30, dear)
    return value(22.5, 0.0)


@derives("shareholder-value-at-the-end")
def shareholder_value_at_the_end() -> float:
    """The least that is owed, or given up, for a dollar received on the last day."""
    line = 1 + (0.12 - 0.06)
    bond = (0.09 / 1.06 + 1.09 / 1.06**2) / 0.96
    equity = (1.2 / 1.1) ** 2
    assert line < bond < equity
    return -50 * line / 1.1**2
