"""Interest that enters what is built, followed from period to period."""

from __future__ import annotations

from tests.oracles.money import present

from .derived import derives

RATE = 0.1
QUARTER = 0.25


@derives("interest-in-construction")
def interest_in_construction() -> float:
    """The cheap loan is as large as its security lets it be, since it costs less in every year.

    2027: 8 % of the 50 of 2026 are 4, less than the interest of 4.7; 2028: of 104 they are 8.32. The hall is 112.32 and
    written off by 4.32 a year from 2029 on. Income pays interest, what is left of it debt.
    """
    cheap, dear, paid = 0.8 * 50.0, 0.2 * 50.0, [0.0]
    hall, spending, income = (104.0, 112.32, 108.0, 103.68), (50.0, 0.0, 0.0, 0.0), (0.0, 15.0, 15.0, 15.0)
    for book, spent, earned in zip(hall, spending, income, strict=True):
        interest = 0.08 * cheap + 0.15 * dear
        debt = cheap + dear + spent + interest - earned
        cheap = 0.8 * book
        dear = debt - cheap
        assert dear > 0
        paid.append(interest)
    assert paid[1] > 0.08 * 50
    assert paid[2] > 0.08 * 104
    return present(RATE, paid)


@derives("interest-in-construction-quarters")
def interest_in_construction_quarters() -> float:
    """Loans are drawn and repaid at the start of a quarter, so that each bears the interest of its own balances.

    Q2: 28 are drawn at 3 %, 0.84 of interest: 0.8 on the 40 of the elder hall, 0.04 of the 0.4 on the younger. In Q3
    and Q4 all interest is the younger's, less than 2 % of what it has taken. In Q5 both secure the cheap loan.
    """
    cash, dear = 50 - 40 + 2.0, 40 - 12.0
    interest = [0.0, 0.03 * dear]
    assert 0.02 * 40 < interest[1] < 0.02 * 40 + 0.02 * 40 / 2
    elder, younger = 40 + 0.02 * 40, 40 + interest[1] - 0.02 * 40
    cash = 2 - interest[1]
    cheap = 0.0
    for quarter, out in ((3, 0.0), (4, 0.0), (5, 30.0)):
        secured = elder * (1 - (quarter - 2) / 40) + (younger * (1 - 1 / 40) if quarter == 5 else 0.0)
        before = cheap + dear
        cheap = 0.5 * secured
        # cash + 2 + Δdebt − out = 2 % of cheap + 3 % of dear, with nothing left
        dear = (before - cheap - cash - 2 + out + 0.02 * cheap) / 0.97
        assert dear > 0
        interest.append(0.02 * cheap + 0.03 * dear)
        if quarter < 5:
            assert interest[-1] < 0.02 * younger
            younger += interest[-1]
            kept = cheap, dear
        cash = 0.0
    drawn = 0.02 * (cheap - kept[0]) + 0.03 * (dear - kept[1])  # what comes in last is charged once more
    return present(RATE, [*interest, drawn], QUARTER)
