"""Hand-derived cases of what is paid out, what could be drawn, and the rate inside a lease. The discount rate is 0."""

from __future__ import annotations

from .build import (
    DIVIDEND,
    FEE,
    FLOTATION,
    HARDWARE_DEPRECIATION,
    INTEREST,
    LEASED_DEPRECIATION,
    RAISE,
    RESALE,
    RETURN_OF_CAPITAL,
    REVENUE,
    TO_HARDWARE,
    Case,
    case,
    draw,
    post,
    repayment,
    rows,
)

YEARS = range(2026, 2030)


def payouts() -> Case:
    """Earnings are paid out first, then the opening capital and part of a round; a partner's cash counts as debt.

    Retained earnings: 35 at first, 9.5 more each year, 54 paid in 2027 and 4 in 2028: 44.5, 0, 5.5, 15. Capital: 60,
    90, then 90 + 20 − 70 = 40, of which 20 are left of round a. Capital comes in mid-year and goes at the end.
    """
    cash = 100 + 12 + 30 + 20 - 54 - 70 - 4 + 4 * 9.5
    opening = 0.1 * (60 + 60)
    round_a = 0.2 * (30 / 2 + 30 + 20 + 20)
    round_b = 0.15 * (20 / 2 + 20 + 20)
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "draw_timing": "mid",
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 60},
            "cash_flows": {"sales": {"musd_per_year": 10, "kind": "operating"}},
            "lenders": {"bank": {"limit_musd": 5 + 30}},
            "debt": {
                "loan": {
                    "kind": "bullet",
                    "rate_per_year": 0.1,
                    "tenor_periods": 9,
                    "opening_balance_musd": 5,
                    "lender": "bank",
                },
                "standby": {
                    "kind": "revolver",
                    "rate_per_year": 0.1,
                    "limit_musd": 50,
                    "max_draw_musd": 30,
                    "lender": "bank",
                },
            },
            "equity": {
                "cost_of_equity_per_year": 0.1,
                "rounds": {
                    "a": {"max_musd": 30, "cost_of_equity_per_year": 0.2},
                    "b": {"max_musd": 20, "cost_of_equity_per_year": 0.15},
                },
                "dividends": {"return_of_capital": True, "minimum_total_musd": 128},
            },
            "partners": {
                "q": {
                    "kind": "compute",
                    "cash_musd": 12,
                    "delivery_lag_periods": 9,
                    "delivery_periods": 1,
                    "delivery_h100e": 1,
                    "price_usd_per_h100e_hour": 1,
                    "counts_as_debt": True,
                }
            },
            "covenants": {
                "liquidity": {"kind": "minimum_liquidity", "minimum": cash + 30 - 1e-3, "first_test": 2029},
                # 5 + 12 of debt and 40 + 15 of equity, and 30 more that could be drawn
                "book": {
                    "kind": "debt_to_capital",
                    "equity_basis": "book",
                    "maximum": (17 + 30) / (17 + 30 + 55) + 1e-3,
                    "first_test": 2029,
                },
                "multiple": {"kind": "debt_to_ebitda", "maximum": 4.7 + 1e-3, "first_test": 2029},
                # 40 of equity and no earnings
                "thin": {
                    "kind": "debt_to_capital",
                    "equity_basis": "book",
                    "maximum": 17 / 57 + 1e-3,
                    "first_test": 2027,
                    "last_test": 2027,
                },
            },
        },
        {
            "equity_raises": rows("round period musd", ("a", "2026", 30), ("b", "2027", 20)),
            "partners": rows("partner period signed", ("q", "2026", 1)),
            "dividends": rows("period musd", ("2027", 54), ("2028", 4)),
            "capital_returns": rows("period musd", ("2027", 70)),
            "drawable": rows("instrument period musd", ("standby", "2029", 30)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(YEARS, 10)),
            post("interest.loan", INTEREST, dict.fromkeys(YEARS, 0.5)),
            post("raise.a", RAISE, {2026: 30}),
            post("raise.b", RAISE, {2027: 20}),
            post("partner.cash.q", ("draw", "cash", "partner.q"), {2026: 12}),
            post("dividend", DIVIDEND, {2027: 54, 2028: 4}),
            post("return_of_capital", RETURN_OF_CAPITAL, {2027: 70}),
        ],
        {
            "cost_of_capital": 4 * 0.5 + opening + round_a + round_b,
            # 5 of debt; equity of 60, 30 and 20 from the middle of their years on, 40 from 2028 on; 12 of the partner
            "wacc": (4 * 0.5 + opening + round_a + round_b) / (4 * 5 + (75 + 100 + 40 + 40) + 12 * 3.5),
            "net_present_cost": -40,
            "terminal_cash": cash,
            "peak_funding": 5 + 12 + 90 - 60,
            "capital_raised": 30 + 20 + 12,
        },
    )


def priced_lease() -> Case:
    """The same accelerator, two in a unit, costs 22,000 with its server and lives four years; the lease ends after two.

    Half of 11,000 is left then: 11,000 = p·(1 + 1/1.1) + 5,500/1.1², so that p = 71,000/21 has 10 % inside, whatever
    the lease states.
    """
    payment = 71 / 21
    asset, interest = payment * (1 + 1 / 1.1), 0.1 * payment / 1.1
    free = {"accelerator": "X", "kw": 0, "lead_periods": 0}
    lease = {"payment_usd_per_unit_year": 71_000 / 21, "implicit_rate_per_year": 0.3, "counts_as_debt": True}
    dearer = {"price_usd": 30_000, "compute_h100e": 2, "life_periods": 4}
    return case(
        {
            "calendar": {"start": 2026, "periods": 2},
            "opening": {"cash_musd": 1000, "paid_in_capital_musd": 1000},
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {
                "leased": {**free, "compute_h100e": 1, "life_periods": 2, "lease": lease},
                "bought": {**free, **dearer, "price_usd": 20_000, "attach": {"server": {"usd_per_unit": 2000}}},
                "dearer": {**free, **dearer},
                "gone": {**free, **dearer, "price_usd": 1, "first_order": 2027},
            },
        },
        {
            "orders": rows("offer period units", ("leased", "2026", 1000)),
            "allocations": rows("offer site period units", ("leased", "s", "2026", 1000)),
        },
        [
            post("lease.start.leased", ("lease", "leased_hardware", "lease.leased"), {2026: asset}),
            post(
                "lease.principal.leased",
                ("repayment", "lease.leased", "cash"),
                {2026: payment, 2027: payment - interest},
            ),
            post("lease.interest.leased", INTEREST, {2027: interest}),
            post("depreciation.hardware.leased", LEASED_DEPRECIATION, dict.fromkeys((2026, 2027), asset / 2)),
        ],
        {
            "cost_of_capital": interest,
            "wacc": interest / (2 * 1000 + payment / 1.1),
            "net_present_cost": asset,
            "terminal_cash": 1000 - 2 * payment,
            "peak_funding": payment / 1.1,
        },
    )


def sold_tied() -> Case:
    """Of a thousand units for 10, half on credit, 400 are sold after a year and 200 after two.

    2 of the loan hang on the first and are paid back, before there is a right to; of 1.5 in 2028 1 hangs on the second,
    the rest bears a premium of a tenth. What is sold fetches half: 2 and 1, of book values of 3 and 1.
    """
    cash = 100 - 10 + 5 + (2 - 0.5 - 2) + (1 - 0.3 - 1.5 - 0.05)
    charges = 0.5 + 0.3 + 0.05
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {
                "h": {
                    "price_usd": 8000,
                    "attach": {"server": {"usd_per_unit": 2000}},
                    "compute_h100e": 1,
                    "kw": 0,
                    "lead_periods": 0,
                    "life_periods": 4,
                    "resale_share_by_age": [1, 0.625, 0.625],
                }
            },
            "debt": {
                "vendor": {
                    "kind": "bullet",
                    "rate_per_year": 0.1,
                    "tenor_periods": 9,
                    "tied_to": {"capex_share": 0.5, "hardware": ["h"]},
                    "prepayment": {"premium_share": 0.1, "first_prepayment": 2028},
                }
            },
        },
        {
            "orders": rows("offer period units", ("h", "2026", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 1000)),
            "retirements": rows(
                "offer site ordered period units", ("h", "s", "2026", "2027", 400), ("h", "s", "2026", "2028", 200)
            ),
            "debt_draws": rows("instrument period musd", ("vendor", "2026", 5)),
            "prepayments": rows(
                "instrument drawn period musd", ("vendor", "2026", "2027", 2), ("vendor", "2026", "2028", 1.5)
            ),
            "premium_free": rows(
                "instrument drawn period musd", ("vendor", "2026", "2027", 2), ("vendor", "2026", "2028", 1)
            ),
        },
        [
            post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 8}),
            post("capex.hardware.h.server", TO_HARDWARE, {2026: 2}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, {2026: 2.5, 2027: 1.5, 2028: 1}),
            post("resale.hardware.h", RESALE, {2027: 2, 2028: 1}),
            post("write_off.hardware.h", HARDWARE_DEPRECIATION, {2027: 1}),
            post("draw.vendor", draw("vendor"), {2026: 5}),
            post("repayment.vendor", repayment("vendor"), {2027: 2, 2028: 1.5}),
            post("interest.vendor", INTEREST, {2027: 0.5, 2028: 0.3}),
            post("fee.prepayment.vendor", FEE, {2028: 0.05}),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / (3 * 100 + 5 + 3),
            "net_present_cost": 10 - 3 + 0.05,
            "terminal_cash": cash,
            "peak_funding": 5,
            "capital_raised": 5,
        },
    )


def convertibles() -> Case:
    """Notes of 2 % in three draws: in the money at their end, out of it, and outstanding after the plan.

    2026: at 10, converted at 12.5, 15 in 2028; a call up to 14 brings 1.5 back, 0.9 of the shares stay; its yield q − 1
    with 1 = 0.02/q + 1.1/q². 2027: at 10, 12 in 2029, repaid. 2028: at 15, all its shares count. These are charged at
    the 4 % of straight debt. Shares are worth 400 at the price of each draw, 500 at that of conversion.
    """
    years = (0.02 + (0.02**2 + 4 * 1.1) ** 0.5) / 2 - 1
    charged = 100 * years + 40 * 0.04 * 2 + 30 * 0.04
    saved = (50 * (years - 0.02), 50 * (years - 0.02) + 0.8, 0.8 + 0.6)
    cash = 1000 + 120 - 12 - 40 - (1 + 1.8 + 1.4)
    cost = 0.1 * (4 * 1000 + 50) + charged
    capital = 4 * 1000 + 50 + 50 + 90 + 70
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 1000, "paid_in_capital_musd": 1000},
            "equity": {"cost_of_equity_per_year": 0.1},
            "debt": {
                "notes": {
                    "kind": "bullet",
                    "rate_per_year": 0.02,
                    "tenor_periods": 2,
                    "limit_musd": 200,
                    "conversion": {
                        "share_price_usd": [10, 10, 15, 12],
                        "premium_share": 0.25,
                        "straight_rate_per_year": 0.04,
                        "capped_call": {"cost_share": 0.1, "cap_premium_share": 0.4},
                        "pre_money_musd": 400,
                    },
                }
            },
        },
        {
            "debt_draws": rows(
                "instrument period musd", ("notes", "2026", 50), ("notes", "2027", 40), ("notes", "2028", 30)
            )
        },
        [
            post("draw.notes", draw("notes"), {2026: 50, 2027: 40, 2028: 30}),
            post("capped_call.notes", FLOTATION, {2026: 5, 2027: 4, 2028: 3}),
            post("conversion.notes", ("conversion", "debt.notes", "paid_in_capital"), {2028: 50}),
            post("repayment.notes", repayment("notes"), {2029: 40}),
            post("interest.notes", INTEREST, {2027: 1, 2028: 1.8, 2029: 1.4}),
        ],
        {
            "cost_of_capital": cost,
            "wacc": cost / capital,
            "capital_employed": capital,
            "net_present_cost": 12,
            "terminal_cash": cash,
            "peak_funding": 40 + 30 + 50,
            "capital_raised": 120,
            "dilution": 1 - 500 / (500 + 0.9 * 50) * 500 / (500 + 30),
            # what is outstanding is charged at the fair rate, and so at par; who converts gives 50
            "shareholder_value": (cash - 30 - saved[2]) / 1.1**4 - (50 + saved[1]) / 1.1**3 - saved[0] / 1.1**2,
        },
    )


def put() -> Case:
    """Notes of 2 % that may be put after a year. 2026: at 10, converted at 12.5, 12 in 2027: put. 2027: at 12, 16 in
    2028, converted at 15: not put, and outstanding at the end. Both are charged at the 4 % of straight debt.
    """
    cash = 1000 + 50 + 40 - 50 - (1 + 0.8 + 0.8)
    cost, capital = 0.1 * 4 * 1000 + 0.04 * (50 + 40 + 40), 4 * 1000 + 50 + 40 + 40
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 1000, "paid_in_capital_musd": 1000},
            "equity": {"cost_of_equity_per_year": 0.1},
            "debt": {
                "notes": {
                    "kind": "bullet",
                    "rate_per_year": 0.02,
                    "tenor_periods": 3,
                    "limit_musd": 200,
                    "conversion": {
                        "share_price_usd": [10, 12, 16, 16],
                        "premium_share": 0.25,
                        "straight_rate_per_year": 0.04,
                        "put_periods": 1,
                    },
                }
            },
        },
        {"debt_draws": rows("instrument period musd", ("notes", "2026", 50), ("notes", "2027", 40))},
        [
            post("draw.notes", draw("notes"), {2026: 50, 2027: 40}),
            post("repayment.notes", repayment("notes"), {2027: 50}),
            post("interest.notes", INTEREST, {2027: 1, 2028: 0.8, 2029: 0.8}),
        ],
        {
            "cost_of_capital": cost,
            "wacc": cost / capital,
            "capital_employed": capital,
            "terminal_cash": cash,
            "peak_funding": 50,
            "capital_raised": 90,
            "shareholder_value": (cash - 40 - 0.8) / 1.1**4 - 0.8 / 1.1**3 - 1 / 1.1**2,
        },
    )


EQUITY = {
    "put": put,
    "convertibles": convertibles,
    "payouts": payouts,
    "priced_lease": priced_lease,
    "sold_tied": sold_tied,
}
