"""What capital costs at effective rates, mixes of the least capital, and what loans are worth."""

from __future__ import annotations

from tests.oracles.effective import bullet, charges, per_period, worth, yield_of
from tests.oracles.money import factor, present

from .derived import derives

RATE = 0.1


@derives("charges-effective")
def charges_effective() -> float:
    """A year of 100 that came in: at 10 %, or at what 94 for ten years of 5 and 100 come to."""
    costs = 0.1, yield_of(94, [(when, 100 * paid) for when, paid in bullet(0.05, 10)])
    assert 0.058 < costs[1] < 0.0581
    return 100 * min(costs) * factor(RATE, 3)


@derives("charges-effective-quarters")
def charges_effective_quarters() -> float:
    """A loan of 100 that brings 95 at the start: 12.5 and 2 % of what is owed after each quarter; or 93 of equity.

    95 and the 2 of income pay 95 and the 2 of interest of the first quarter.
    """
    payments = [(k, 12.5 + 0.02 * (100 - 12.5 * (k - 1))) for k in range(1, 9)]
    loan = charges(95, payments, 4, early=1.0)
    assert yield_of(95, payments) > per_period(0.12, 4)  # the loan is dearer, but repaid
    equity = [per_period(0.12, 4) * 93] * 4
    return min(present(RATE, each, years=0.25) for each in (loan, equity))


@derives("charges-last-period")
def charges_last_period() -> float:
    """Nothing in year 2, in which it comes, and a year of 100 after that."""
    fee = yield_of(0.999, bullet(0.05, 10))
    return 100 * min(0.3, fee) * factor(RATE, 3)


@derives("charges-last-quarter")
def charges_last_quarter() -> float:
    """20.402 are there. Of what comes in a quarter costs 2.5 % (preferred), 3.2 % (equity) or 6.7 % (the line)."""
    asked, cash = per_period(0.12, 4), 20 * 1.01**2
    by_net = {"preferred": 0.025, "equity": asked / 0.9, "line": (0.035 + 0.03) / 0.97}
    assert sorted(by_net, key=lambda name: by_net[name]) == ["preferred", "equity", "line"]
    raised = (60 - cash - 25) / 0.9
    opening = present(RATE, [20 * asked] * 2, years=0.25)
    income = present(RATE, (0.2, 0.202), years=0.25)
    return opening + (25 * 0.025 + raised * asked) * factor(RATE, 3, years=0.25) - income


@derives("wacc-least-capital")
def wacc_least_capital() -> float:
    """90 of the loan, or of the round, or half of each; 60 more of the loan are idle."""

    def ratio(loan: float, equity: float) -> float:
        capital = present(RATE, (10, *[10 + loan + equity] * 2))
        return present(RATE, (1.2, *[1.2 + 0.04 * loan + 0.12 * equity] * 2)) / capital

    best = min(ratio(90, 0), ratio(45, 45), ratio(0, 90))
    assert ratio(150, 0) < best
    return best


@derives("wacc-after-cost-quarters")
def wacc_after_cost_quarters() -> tuple[float, float]:
    """40 for three quarters: 2 % of a loan each, which is 8.24 % a year, or the fourth root of 1.081."""
    return 7.0, min(1.02**4, 1.081) - 1


@derives("loan-worth")
def loan_worth() -> float:
    """80 of the loan at 5 % or none, and 10 or 100 of the one at 30 %; equity brings the rest."""

    def value(cheap: float, dear: float) -> float:
        interest = 0.05 * cheap + 0.3 * dear
        saved = 0.2 * interest
        idle = max(0.0, cheap + dear - 100)
        held = (0.0, idle, idle + 80 - interest + saved)
        total = present(0.1, (-100, 80, 80)) + present(0.06, [0.0, saved, saved])
        total -= present(0.06, [0.055 * cash for cash in held])
        for drawn, rate in ((cheap, 0.05), (dear, 0.3)):
            total += drawn * (1 - worth(0.055, bullet(rate, 10))) * factor(0.06, 1)
        return total

    tried = {(cheap, dear): value(cheap, dear) for cheap in (0.0, 80.0) for dear in (0.0, 10.0, 100.0)}
    assert max(tried, key=lambda key: tried[key]) == (80.0, 0.0)
    return tried[80.0, 0.0]


@derives("loan-worth-quarters")
def loan_worth_quarters() -> float:
    """60 in parts of 10 at 3 % a quarter, all that is left prepaid in one of the three quarters, or none."""
    fair, shield = per_period(0.06, 4), [factor(0.06, t, years=0.25) for t in range(1, 4)]

    def value(prepaid_in: int | None) -> float:
        owed, service, early, interest = 60.0, [], [0.0] * 3, []
        for t in (1, 2, 3):
            interest.append(0.03 * owed)
            service.append(10 + interest[-1] if owed else 0.0)
            owed = max(0.0, owed - 10)
            if t == prepaid_in:
                early[t - 1], owed = owed, 0.0
        tax = 0.0  # of the three quarters together, paid in equal parts; it depends on the income on cash, and back
        for _ in range(100):
            cash, earned = [70.0], []
            for t in range(3):
                earned.append(0.005 * cash[-1])
                cash.append(cash[-1] + earned[-1] + 10 - service[t] - 1.01 * early[t] - tax / 3)
            tax = 0.25 * (30 + sum(earned) - sum(interest) - 0.01 * sum(early))
        assert min(cash) > 0
        total = present(RATE, [7.5] * 3, years=0.25)
        for t in range(3):
            total += shield[t] * (2.5 - tax / 3 - 0.01 * early[t] - (fair - 0.005) * cash[t])
            if early[t]:
                left = [(k - t, 10 + 0.03 * (60 - 10 * k)) for k in range(t + 1, 6)]
                total += shield[t] * (worth(fair, left) - early[t])
        return total

    tried = {when: value(when) for when in (None, 1, 2, 3)}
    assert max(tried, key=lambda when: tried[when]) == 1
    return tried[1]


@derives("partner-yield")
def partner_yield() -> float:
    """On 100, and on what is left of them after 40 a year later; or the loan."""
    own = yield_of(100, [(1.0, 40.0), (2.0, 40.0), (3.0, 40.0)])
    partner = present(RATE, (0, own * 100, own * (100 * (1 + own) - 40)))
    return min(partner, present(RATE, (0, 9, 9)))


@derives("partner-yield-quarters")
def partner_yield_quarters() -> float:
    """10,000 for 2,190 hours at 0.7 are 15.33 a quarter, twice, for 30; or 1.5 % of the loan."""
    own = yield_of(30, [(1.0, 15.33), (2.0, 15.33)])
    assert own < 0.015
    return 30 * own * factor(RATE, 3, years=0.25)


@derives("line-fee")
def line_fee() -> float:
    """60 at 8 % and a fee of 1.2 in two halves, or 58.8 at 9.4 %."""
    return present(RATE, (0, *[min(4.8 + 0.6, 0.094 * 58.8)] * 2))


@derives("line-fee-quarters")
def line_fee_quarters() -> float:
    """Half a quarter, a quarter, half a quarter of 2 % of 50 and of half the fee of 1; or the loan at its yield.

    Interest of the first half is drawn, too.
    """
    line = present(RATE, [part * (0.02 * 50 + 1 / 2) for part in (0.5, 1.0, 0.5)], years=0.25)
    loan = charges(1, bullet(0.03125, 2, early=0.5), 3, early=0.5)
    return min(line, present(RATE, loan, years=0.25) * 48.5 / (1 - 0.03125 / 2))


@derives("grid-of-a-target")
def grid_of_a_target() -> float:
    """No debt, 30 or 60 % of it, or nothing else."""
    costs = {share: 0.11 * share + k * (1 - share) for share, k in ((0.0, 0.12), (0.3, 0.09), (0.6, 0.09), (1.0, 0.2))}
    assert min(costs, key=lambda share: costs[share]) == 0.3
    return 100 * costs[0.3] * factor(RATE, 2)
