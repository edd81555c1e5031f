"""A case of tax years: a short first one, instalments, interest limited net of income, fees over the life of a draw."""

from __future__ import annotations

from tests.oracles.effective import level_fee, yield_of

from .build import FEE, INTEREST, INTEREST_INCOME, OPEX, REVENUE, TAX, Case, case, draw, post, repayment, rows

LABELS = ["2026Q3", "2026Q4", "2027Q1", "2027Q2", "2027Q3", "2027Q4"]
EBITDA = [40.0, -10.0, 60.0, 80.0, -5.0, 65.0]
# 6 and a fixed 1 from the end of 2026Q3 on over four quarters. Half is prepaid at the end of 2027Q1 with a premium of
# 0.5, and half of the last two quarters of the 6 goes with it; the fixed fee goes on
FEES_DEDUCTED = [0.0, 7 / 4, 7 / 4 + 6 / 4 + 0.5, 1 / 4 + 3 / 4, 1 / 4 + 3 / 4, 0.0]
FINANCING = [100 - 7, 0.0, -50.5, 0.0, -50.0, 0.0]
UNLEVERED = [0.25 * (30 - 5 - 3) / 2] * 2 + [0.25 * 200 / 4] * 4


def taxes() -> tuple[list[float], list[float], float]:
    """Tax and interest income by period, and cash at the end.

    2026: 6 of EBITDA and the interest income of 16 may be deducted, so that 30 − 6 are left of EBITDA, less the fees
    and the 5 lost before; 3 are carried in. 2027: all interest, with what has waited.
    """
    first = 0.25 * (30 - 6 - sum(FEES_DEDUCTED[:2]) - 5 - 3)
    second = 0.0
    for _ in range(100):  # the tax of the year lowers its own interest income
        paid = [first / 2] * 2 + [second / 4] * 4
        cash, income = 400.0, []
        for ebitda, financed, tax in zip(EBITDA, FINANCING, paid, strict=True):
            income.append(0.01 * cash)
            cash += income[-1] + ebitda - 8 + financed - tax
        waiting = 16 - 6 - sum(income[:2])
        second = 0.25 * (200 + sum(income[2:]) - 32 - waiting - sum(FEES_DEDUCTED[2:]))
    assert 0 < waiting < sum(income[2:]) + 0.2 * 200 - 32
    return paid, income, cash


def tax_years() -> Case:
    """Two quarters of 2026, the rest of whose year was lost, and 2027 (Δ = ¼); discounted at nothing."""
    paid, income, cash = taxes()
    flows = list(zip(range(1, 7), EBITDA, UNLEVERED, paid, [1, 0, 0.5, 0, 0, 0], income, strict=True))
    # 94 for 100 after four quarters; the fixed fee is an annuity. Over its life the loan is charged 6 and the premium
    rate = yield_of(0.94, [(4.0, 1.0)])
    fee, _ = level_fee(1, rate, 4)
    charges = 0.75 * (6 * 8 + 6.5 + sum(fee))
    # carried: 100 from the end of 2026Q3 to that of 2027Q1, 50 for two quarters more; the fee lowers none
    grown = [0.94 * (1 + rate) ** k for k in range(5)]
    employed = 6 * 200 + (100 * (grown[2] - grown[0]) + 50 * (grown[4] - grown[2])) / rate
    # the loan is the reference rate and worth nothing when it is drawn; to prepay half of it gives up what is left
    prepaid = 50 * ((1 + rate) ** -2 - 1) * 1.05 ** (-3 / 4)
    earned = dict(zip(LABELS, EBITDA, strict=True))
    return case(
        {
            "calendar": {"start": "2026Q3", "periods": 6, "length": "quarter"},
            "opening": {"cash_musd": 400},
            "cash": {"yield_per_year": 0.04},
            "cash_flows": {"result": {"kind": "operating", "musd_per_period": EBITDA}},
            "tax": {
                "rate": 0.25,
                "loss_usable_share": 0.8,
                "opening_loss_musd": 3,
                "year_to_date_musd": -5,
                "interest_limit_share": 0.2,
            },
            "debt": {
                "old": {
                    "kind": "bullet",
                    "rate_per_year": 0.16,
                    "tenor_periods": 20,
                    "limit_musd": 0,
                    "opening_balance_musd": 200,
                },
                "new": {
                    "kind": "bullet",
                    "rate_per_year": 0,
                    "tenor_periods": 4,
                    "limit_musd": 100,
                    "last_draw": "2026Q3",
                    "upfront_fee_share": 0.04,
                    "issue_discount_share": 0.02,
                    "issue_fee_musd": 1,
                    "prepayment": {"premium_share": 0.01},
                },
            },
            "adjusted_present_value": {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.05},
        },
        {
            "debt_draws": rows("instrument period musd", ("new", "2026Q3", 100)),
            "prepayments": rows("instrument drawn period musd", ("new", "2026Q3", "2027Q1", 50)),
        },
        [
            post("given.result", REVENUE, {t: musd for t, musd in earned.items() if musd > 0}),
            post("given.result", OPEX, {t: -musd for t, musd in earned.items() if musd < 0}),
            post("interest_income", INTEREST_INCOME, dict(zip(LABELS, income, strict=True))),
            post("interest.old", INTEREST, dict.fromkeys(LABELS, 8)),
            post("draw.new", draw("new"), {"2026Q3": 100}),
            post("repayment.new", repayment("new"), {"2027Q1": 50, "2027Q3": 50}),
            post("fee.upfront.new", FEE, {"2026Q3": 4}),
            post("fee.discount.new", FEE, {"2026Q3": 2}),
            post("fee.issue.new", FEE, {"2026Q3": 1}),
            post("fee.prepayment.new", FEE, {"2027Q1": 0.5}),
            post("tax", TAX, dict(zip(LABELS, paid, strict=True))),
        ],
        {
            "cost_of_capital": charges - 0.75 * sum(income),
            "wacc": (1 + charges / employed) ** 4 - 1,
            "net_present_cost": -(230 - sum(paid) - 7.5),
            "adjusted_present_value": sum(
                (ebitda - unlevered) * 1.1 ** (-t / 4)
                + (unlevered - tax - paid_at_once - (rate - 0.01) * interest / 0.01) * 1.05 ** (-t / 4)
                for t, ebitda, unlevered, tax, paid_at_once, interest in flows
            )
            + prepaid,
            "terminal_cash": cash,
            "peak_funding": 300,
            "capital_raised": 100,
        },
    )


TAX_YEARS = {"tax_years": tax_years}
