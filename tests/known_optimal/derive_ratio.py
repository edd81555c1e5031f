"""What capital costs by leverage or cover, and objectives that are ratios or use two rates."""

from __future__ import annotations

from tests.oracles.effective import bullet, per_period, yield_of
from tests.oracles.income_tax import tax_paid
from tests.oracles.money import annuity_payment, present

from .derived import derives

RATE = 0.1


@derives("least-cost-of-capital")
def least_cost_of_capital() -> float:
    """Damodaran's table: debt share, cost of equity, after-tax cost of debt."""
    table = (
        (0.0, 0.0915, 0.0273),
        (0.1, 0.0950, 0.0273),
        (0.2, 0.0995, 0.0314),
        (0.3, 0.1053, 0.0376),
        (0.4, 0.1150, 0.0825),
        (0.5, 0.1333, 0.1300),
    )
    costs = {share: (1 - share) * equity + share * debt for share, equity, debt in table}
    best = min(costs, key=lambda share: costs[share])
    assert (best, round(costs[best], 4)) == (0.3, 0.085)
    return costs[best]


@derives("relever-hamada")
def relever_hamada() -> float:
    """Leverage 20, 40 or 60 %: k = 3 % + 6 %·(1 + 0.75·D/E), debt at 5, 5 and 8 % 25 % tax; debt alone at 15."""
    costs = [0.75 * 0.15]
    for share, debt in ((0.2, 0.05), (0.4, 0.05), (0.6, 0.08)):
        equity = 0.03 + 0.06 * (1 + 0.75 * share / (1 - share))
        costs.append((1 - share) * equity + share * 0.75 * debt)
    return min(costs)


@derives("relever-harris-pringle")
def relever_harris_pringle() -> float:
    """Leverage 25, 50 or 75 % with debt at 5, 6 and 9 %; the last bucket states 15 % for equity.

    Where debt costs what the formula says, rates of a year mix to k_u less the tax saved. A quarter costs the fourth
    root of what equity asks for a year and a fourth of what the loan says; the ratio of the quarter is compounded.
    """
    costs = [(0.75, 0.15, 0.09)]
    for share, debt in ((0.25, 0.05), (0.5, 0.06)):
        costs.append((share, 0.09 + (0.09 - debt) * share / (1 - share), debt))
        mixed = (1 - share) * costs[-1][1] + share * 0.75 * debt
        assert abs(mixed - (0.09 - 0.25 * share * debt)) < 1e-12
    quarters = [(1 - share) * per_period(equity, 4) + share * 0.75 * debt / 4 for share, equity, debt in costs]
    return (1 + min(quarters)) ** 4 - 1


@derives("grid-by-cover")
def grid_by_cover() -> float:
    """90 of debt, or as much as keeps four times its interest within 20; equity at 10 % (11 % in the second bucket)."""

    def total(debt: float) -> float:
        first = 0.06 * debt + 0.1 * (90 - debt)
        spread, equity = (0.0, 0.1) if 4 * 0.06 * debt <= 20 + 1e-9 else (0.01, 0.11)
        return present(RATE, (0, first, (0.06 + spread) * debt + equity * (90 - debt)))

    return min(total(90), total(20 / 4 / 0.06), total(0))


@derives("wacc-fixed-fee")
def wacc_fixed_fee() -> float:
    """48 of money either way: 50 at 6 % for a fee of 2, which is an annuity over five years, or 48 at 9 %.

    A hall of 50 would spread the fee over more, and is not built: mixes of the least capital are compared.
    """
    fee = annuity_payment(2, 0.06, 5)
    ratios = {halls: (0.06 * 50 * (1 + halls) + fee) / (50 * (1 + halls) - 2) for halls in (0, 1)}
    assert ratios[1] < ratios[0] < 0.09
    return ratios[0]


@derives("wacc-fee-of-a-line")
def wacc_fee_of_a_line() -> float:
    """100 at 6 % for a year; of the fee of 5 a third falls in each of the next three years, the last after T."""
    charges, capital = (0, 6 + 5 / 3, 5 / 3), (0, 100, 0)
    return present(RATE, charges) / present(RATE, capital)


@derives("wacc-fee-of-a-prepaid-loan-quarters")
def wacc_fee_of_a_prepaid_loan() -> float:
    """100 at 2 % for a quarter; the fee of 2 is an annuity of four quarters at 2 %, two of them in the plan."""
    fee, quarter = annuity_payment(2, 0.02, 4), per_period(RATE, 4)
    ratio = present(quarter, (0, 2 + fee, fee)) / present(quarter, (0, 100, 0))
    return (1 + ratio) ** 4 - 1


@derives("wacc-net-of-cash")
def wacc_net_of_cash() -> float:
    """Equity 100, debt 50 at 8 %, cash 40 at 3 %, all of which repays debt after year 1: so there is least capital.

    To keep the debt would make the ratio smaller.
    """

    def capital(repaid: float) -> float:
        return present(RATE, (150, 150 - repaid))

    def ratio(repaid: float) -> float:
        return present(RATE, (10 + 0.08 * 50, 10 + 0.08 * (50 - repaid))) / capital(repaid)

    most = 40 + 0.03 * 40 - 0.08 * 50
    assert ratio(0) < ratio(most)
    assert capital(most) == min(capital(most * k / 10) for k in range(11))
    return ratio(most)


@derives("adjusted-present-value")
def adjusted_present_value() -> float:
    """Flows at 12 %, the tax on 8 % interest and a fee of 1 % at 6 %: all of 50 or nothing, the rest is equity.

    The loan is the only one, so it costs what the reference rate is: it is worth nothing beyond the tax saved, fee and
    all. What year 2 brings is idle in year 3 and costs that rate.
    """
    fair = yield_of(0.99, bullet(0.08, 5))

    def value(debt: float) -> float:
        operating = present(0.12, (100 - 25 - 150, 100 - 25, 100 - 25))
        fee, interest = 0.01 * debt, 0.08 * debt
        saved = 0.25 * (interest + fee / 5)  # the fee over the five years of the loan, of which two are planned
        idle = 75 - interest + saved
        return operating + present(0.06, (0, saved, saved - fair * idle))

    assert value(50) > value(0)
    return value(50)


@derives("adjusted-present-value-losses")
def adjusted_present_value_losses() -> float:
    """The unlevered company carries its own losses: interest of 10 makes a loss of year 1 larger, used in year 2."""
    operating = (-20.0, 60.0)
    unlevered = tax_paid(operating, 0.25, usable=0.8)
    levered = tax_paid([o - 10 for o in operating], 0.25, usable=0.8)
    assert unlevered != levered
    saved = [u - t for u, t in zip(unlevered, levered, strict=True)]
    held = (100.0, 100.0 - 20 - 10 - levered[0])  # cash at the beginning of each year, idle at the discount rate
    idle = present(0.05, [RATE * cash for cash in held])
    return present(0.12, [o - u for o, u in zip(operating, unlevered, strict=True)]) + present(0.05, saved) - idle
