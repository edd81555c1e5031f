"""Hand-derived cases of money that moves before the end of its period."""

from __future__ import annotations

from tests.oracles.effective import bullet, held, worth, yield_of
from tests.oracles.effective import charges as charges_of

from .build import (
    DELIVERY,
    DEPOSIT,
    FEE,
    FLOTATION,
    HARDWARE_DEPRECIATION,
    IN_SERVICE,
    INTEREST,
    INTEREST_INCOME,
    RAISE,
    REGION,
    REVENUE,
    TO_CIP,
    TO_HARDWARE,
    TO_SITES,
    Case,
    case,
    draw,
    post,
    repayment,
    rows,
)


def dated() -> Case:
    """Hardware is paid at the start of its years, a hall, loans and a round move in the middle, all else at the end.

    50 of a loan and 10 of one that capitalises its first year are drawn in mid-2026; 20 of the 50 are prepaid in
    mid-2028; 30 from before the first year are repaid at the ends of years.
    """
    in_2026 = (50 + 10 - 0.02 * 50) + (60 - 0.05 * 60)  # draws and raise, net of the upfront fee and flotation
    interest = {
        "loan": {2026: 0.08 * 50 / 2, 2027: 0.08 * 50, 2028: 0.08 * (50 + 30) / 2},
        "pik": {2027: 0.1 * 11 / 2, 2028: 0.1 * 11},  # its first year ends in mid-2027, at 11
        "old": {2026: 3, 2027: 2, 2028: 1},
    }
    paid = {t: sum(one.get(t, 0) for one in interest.values()) for t in (2026, 2027, 2028)}
    earned, cash = {}, 40.0
    earned[2026] = 0.04 * (cash + in_2026 / 2 - 30 - (10 + 5) / 2)
    cash += earned[2026] + in_2026 - 30 - 15 + 30 - 10 - paid[2026]
    earned[2027] = 0.04 * (cash - 70 - 10 / 2)
    cash += earned[2027] - 80 + 30 - 10 - paid[2027]
    earned[2028] = 0.04 * (cash - 20 / 2)
    cash += earned[2028] - 20 - 0.2 + 30 - 10 - paid[2028]
    fees = {2026: 1 + 3, 2028: 0.2}
    pik = {2027: 1}
    factor = [1.1 ** -(t + 1) for t in range(3)]
    loan = 0.98, bullet(0.08, 5, early=0.5)
    own, whole, rate = charges_of(*loan, 3, early=0.5), held(*loan, 3, early=0.5), yield_of(*loan)
    # the 20 that are prepaid were charged like the rest until then; in the end all that was paid for them
    gone = 0.8 + 1.6 + 0.8 + 20.2 - 0.98 * 20 - 20 * (own[0] + own[1])
    half = (worth(rate, loan[1], at=2.0) - worth(rate, loan[1], at=1.5)) / rate  # held up to the middle of 2028
    added = [(1.5, 0.55), (2.5, 1.1), (3.5, 1.1), (4.0, 11.0), (4.5, 0.55)]
    other, grown = charges_of(10, added, 3, early=0.5), held(10, added, 3, early=0.5)
    equity = [40 + 60 / 2, 100, 100]
    on_loan = [50 * own[0], 50 * own[1], 30 * own[2] + gone]
    of_loan = [50 * whole[0], 50 * whole[1], 30 * whole[2] + 20 * half]
    charges = sum(
        f * (a + b + 0.1 * c + 0.1 * e)
        for f, a, b, c, e in zip(factor, on_loan, other, (30, 20, 10), equity, strict=True)
    )
    employed = sum(
        f * (a + b + c + e) for f, a, b, c, e in zip(factor, of_loan, grown, (30, 20, 10), equity, strict=True)
    )
    income = sum(f * earned[2026 + t] for t, f in enumerate(factor))
    spent = 30 + 15 * 1.1**-0.5 + 70 * 1.1**-1 + 10 * 1.1**-1.5
    years = range(2026, 2029)
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "discount": {"rate_per_year": 0.1},
            "draw_timing": "mid",
            "payment_timing": "mid",
            "opening": {"cash_musd": 40, "paid_in_capital_musd": 40},
            "cash": {"yield_per_year": 0.04},
            "cash_flows": {"sales": {"musd_per_year": 30, "kind": "operating"}},
            "regions": REGION,
            "sites": {
                "s": {
                    "region": "north",
                    "pue": 1.0,
                    "land_musd": 5,
                    "phases": [
                        {
                            "name": "hall",
                            "mw": 0,
                            "lead_periods": 1,
                            "capex": {"shell": {"musd": 20}},
                            "spend_profile": [0.5, 0.5],
                        }
                    ],
                }
            },
            "hardware": {
                "h": {
                    "price_usd": 100_000,
                    "compute_h100e": 0,
                    "kw": 0,
                    "lead_periods": 1,
                    "life_periods": 4,
                    "deposit_share": 0.3,
                    "payment_timing": "start",
                }
            },
            "debt": {
                "loan": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 5,
                    "limit_musd": 50,
                    "last_draw": 2026,
                    "upfront_fee_share": 0.02,
                    "prepayment": {"premium_share": 0.01},
                },
                "pik": {
                    "kind": "bullet",
                    "rate_per_year": 0.1,
                    "tenor_periods": 4,
                    "grace_periods": 1,
                    "capitalise_interest": True,
                },
                "old": {"kind": "level", "rate_per_year": 0.1, "tenor_periods": 3, "opening_balance_musd": 30},
            },
            "equity": {
                "cost_of_equity_per_year": 0.1,
                "rounds": {"a": {"max_musd": 60, "flotation_share": 0.05}},
            },
        },
        {
            "phase_starts": rows("site phase period count", ("s", "hall", "2026", 1)),
            "orders": rows("offer period units", ("h", "2026", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 1000)),
            "debt_draws": rows("instrument period musd", ("loan", "2026", 50), ("pik", "2026", 10)),
            "prepayments": rows("instrument drawn period musd", ("loan", "2026", "2028", 20)),
            "equity_raises": rows("round period musd", ("a", "2026", 60)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(years, 30)),
            post("deposit.hardware.h.accelerator", DEPOSIT, {2026: 30}),
            post("capex.hardware.h.accelerator", TO_HARDWARE, {2027: 70}),
            post("delivery.hardware.h", DELIVERY, {2027: 30}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, {2027: 25, 2028: 25}),
            post("capex.site.s.land", TO_SITES, {2026: 5}),
            post("capex.site.s.shell", TO_CIP, {2026: 10}),
            post("capex.site.s.shell", TO_SITES, {2027: 10}),
            post("in_service.site.s", IN_SERVICE, {2027: 10}),
            post("draw.loan", draw("loan"), {2026: 50}),
            post("draw.pik", draw("pik"), {2026: 10}),
            post("pik.pik", ("pik", "retained_earnings", "debt.pik"), pik),
            post("fee.upfront.loan", FEE, {2026: 1}),
            post("repayment.loan", repayment("loan"), {2028: 20}),
            post("fee.prepayment.loan", FEE, {2028: 0.2}),
            post("repayment.old", repayment("old"), dict.fromkeys(years, 10)),
            post("raise.a", RAISE, {2026: 60}),
            post("flotation.a", FLOTATION, {2026: 3}),
            post("interest_income", INTEREST_INCOME, earned),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
        ],
        {
            "cost_of_capital": charges - income,
            "wacc": charges / employed,
            "net_present_cost": spent + sum(factor[t - 2026] * (fees.get(t, 0) - 30) for t in years),
            "terminal_cash": cash,
            "peak_funding": 60 + 80,
            "capital_raised": 50 + 10 + 60,
        },
    )


def prompt() -> Case:
    """A round of 10 in mid-year and 5 of cash pay 12 in mid-year, which the sales of 20 at its end could not."""
    return case(
        {
            "calendar": {"start": 2026, "periods": 1},
            "draw_timing": "mid",
            "payment_timing": "mid",
            "opening": {"cash_musd": 5, "paid_in_capital_musd": 5},
            "cash_flows": {"sales": {"musd_per_year": 20, "kind": "operating"}},
            "regions": REGION,
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {"h": {"price_usd": 12_000, "compute_h100e": 0, "kw": 0, "lead_periods": 0, "life_periods": 4}},
            "debt": {"line": {"kind": "revolver", "rate_per_year": 0.08, "limit_musd": 5}},
            "equity": {"cost_of_equity_per_year": 0, "rounds": {"a": {"max_musd": 10}}},
        },
        {
            "orders": rows("offer period units", ("h", "2026", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 1000)),
            "equity_raises": rows("round period musd", ("a", "2026", 10)),
        },
        [
            post("given.sales", REVENUE, {2026: 20}),
            post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 12}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, {2026: 3}),
            post("raise.a", RAISE, {2026: 10}),
        ],
        {
            "net_present_cost": 12 - 20,
            "terminal_cash": 5 + 10 - 12 + 20,
            "peak_funding": 10,
            "capital_raised": 10,
        },
    )


TIMING = {"dated": dated, "prompt": prompt}
