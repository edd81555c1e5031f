"""Cases of debt and of its security."""

from __future__ import annotations

from tests.oracles.effective import bullet, held, level_fee, yield_of

from .build import (
    FEE,
    HARDWARE_DEPRECIATION,
    INTEREST,
    OPEX,
    REGION,
    REVENUE,
    TO_HARDWARE,
    TO_SITES,
    Case,
    case,
    draw,
    post,
    repayment,
    rows,
)

EARLY = {"last_test": 2027}
"""Covenants on debt are not tested where liquidity is: they would say how much more can be drawn."""


def debt() -> Case:
    """Every kind of instrument; what is drawn in the middle of a year is repaid in the middle of another."""
    # annuity of 30 over 2 years at 10 %, opening: after a year (1.1² − 1.1)/(1.1² − 1) is left
    left = 30 * (1.1**2 - 1.1) / (1.1**2 - 1)
    interest = {
        "bullet": {2026: 0.5 * 4, 2027: 4 + 0.5 * 1.6, 2028: 5.6, 2029: 0.5 * 4 + 1.6, 2030: 0.5 * 1.6},
        "level": {2026: 0.5 * 4, 2027: 4, 2028: 4, 2029: 0.1 * (40 + 20) / 2, 2030: 0.1 * 20 / 2},
        "annuity": {2026: 3, 2027: 0.1 * left},  # from before the first year: repaid at the ends of years
        "revolver": {2026: 0.06 * 30 / 2, 2027: 0.06 * (30 + 20) / 2, 2028: 0.06 * (20 + 25) / 2, 2029: 0.06 * 25 / 2},
    }
    fees = {
        "fee.upfront.bullet": {2026: 0.5, 2027: 0.2},
        "fee.issue.bullet": {2026: 0.3, 2027: 0.3},
        "fee.commitment.revolver": {2026: 0.25, 2027: 0.005 * (50 - 30), 2028: 0.005 * (50 - 20), 2029: 0.005 * 25},
        "fee.commitment.standby": {2026: 0.1, 2027: 0.1},
        # a fifth of 62.5 is set aside: 12.5, and 50 are left for cash
        "fee.letter_of_credit.revolver": dict.fromkeys(range(2026, 2030), 0.02 * 12.5),
    }
    drawn = {
        "bullet": {2026: 50, 2027: 20},
        "level": {2026: 40},
        "revolver": {2026: 30, 2028: 5},
        "overdraft": {2026: 5},
        "late": {2030: 5},
    }
    repaid = {
        "bullet": {2029: 50, 2030: 20},
        "level": {2029: 20, 2030: 20},
        "annuity": {2026: 30 - left, 2027: left},
        "revolver": {2027: 10, 2029: 25},
        "overdraft": {2028: 5},
    }
    due_2027 = 4.8 + 4 + 0.1 * left + 1.5
    charges = sum(sum(one.values()) for one in [*interest.values(), *fees.values()])
    # over its life a loan is charged what is paid for it, but for the two fixed fees of 0.3, each an annuity
    bullets = 0.99, bullet(0.08, 3, early=0.5)
    fee, not_charged = level_fee(0.3, yield_of(*bullets), 3, early=0.5)
    charged_over = charges - 0.6 + 2 * sum(fee)
    level = [(0.5, 2.0), (1.5, 4.0), (2.5, 4.0), (3.0, 20.0), (3.5, 3.0), (4.0, 20.0), (4.5, 1.0)]
    employed = 5 * 100 + 70 * sum(held(*bullets, 4, early=0.5)) - 2 * sum(not_charged)
    employed += sum(held(40, level, 5, early=0.5)) + 30 + left + sum(interest["revolver"].values()) / 0.06
    employed += 5 * (0.5 + 1 + 0.5) + 5 * (0.5 + 1)  # overdraft; late, in 2030 and the year after
    net_draws = sum(sum(one.values()) for one in drawn.values()) - sum(sum(one.values()) for one in repaid.values())
    # minimum of liquidity, in 2030: the overdraft's 50 only, since the revolver has closed
    cash = 200 + 5 * (60 - 10) + net_draws - charges
    # in 2028 both are open; 155 − 5 have been drawn by then
    charged = sum(x for one in [*interest.values(), *fees.values()] for t, x in one.items() if t <= 2028)
    cash_2028 = 200 + 3 * (60 - 10) + 150 - (30 + 10 + 5) - charged
    return case(
        {
            "calendar": {"start": 2026, "periods": 5},
            "draw_timing": "mid",
            "opening": {"cash_musd": 200, "paid_in_capital_musd": 100},
            "cash_flows": {
                "sales": {"musd_per_year": 60, "kind": "operating"},
                "research": {"musd_per_year": -10, "kind": "operating", "corporate": True},
            },
            "debt": {
                "bullet": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 3,
                    "last_draw": 2027,
                    "min_draw_musd": 20,
                    "max_draw_musd": 50,
                    "limit_musd": 70,
                    "upfront_fee_share": 0.01,
                    "issue_fee_musd": 0.3,
                },
                # grace of 2 in a tenor of 4: half is repaid after three years, half after four; at the rate of 2026
                "level": {"kind": "level", "rate_per_year": [0.1, 0, 0, 0, 0], "tenor_periods": 4, "grace_periods": 2},
                "annuity": {"kind": "annuity", "rate_per_year": 0.1, "tenor_periods": 2, "opening_balance_musd": 30},
                "revolver": {
                    "kind": "revolver",
                    "rate_per_year": 0.06,
                    "limit_musd": 62.5,
                    "last_draw": 2029,
                    "commitment_fee_per_year": 0.005,
                    "letter_of_credit_share": 0.2,
                    "letter_of_credit_fee_per_year": 0.02,
                },
                "overdraft": {"kind": "revolver", "rate_per_year": 0, "limit_musd": 50},
                "standby": {
                    "kind": "bullet",
                    "rate_per_year": 0.1,
                    "tenor_periods": 5,
                    "limit_musd": 10,
                    "last_draw": 2027,
                    "commitment_fee_per_year": 0.01,
                },
                "late": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 5, "limit_musd": 10},
            },
            "covenants": {
                # 2027: interest and the annuity's principal (not the bullet's, a balloon, nor the revolver's)
                "dscr": {"kind": "dscr", "minimum": 50 / (due_2027 + left) - 1e-3},
                "dscr_infrastructure": {
                    "kind": "dscr",
                    "minimum": 60 / (due_2027 + left) - 1e-3,
                    "scope": "infrastructure",
                    "balloons": "excluded",
                },
                "cover": {"kind": "interest_cover", "minimum": 50 / due_2027 - 1e-3},
                "leverage": {"kind": "debt_to_ebitda", "maximum": (50 + 40 + left + 30 + 5) / 50 + 1e-3, **EARLY},
                "capital": {"kind": "debt_to_capital", "maximum": (125 + left) / (225 + left) + 1e-3, **EARLY},
                "liquidity": {"kind": "minimum_liquidity", "minimum": cash + 50 - 1e-3, "first_test": 2030},
                "liquidity_2028": {
                    "kind": "minimum_liquidity",
                    "minimum": cash_2028 + (50 - 25) + 50 - 1e-3,
                    "first_test": 2028,
                    "last_test": 2028,
                },
            },
        },
        {
            "debt_draws": rows(
                "instrument period musd", *((n, str(t), x) for n, one in drawn.items() for t, x in one.items())
            ),
            "debt_repayments": rows(
                "instrument period musd",
                ("revolver", "2027", 10),
                ("revolver", "2029", 25),
                ("overdraft", "2028", 5),
            ),
            "facilities": rows("instrument signed", ("revolver", 1), ("standby", 1)),
            "drawable": rows(
                "instrument period musd",
                ("revolver", "2028", 50 - 25),
                ("overdraft", "2028", 50),
                ("overdraft", "2030", 50),
            ),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(range(2026, 2031), 60)),
            post("given.research", OPEX, dict.fromkeys(range(2026, 2031), 10), corporate=True),
            *(post(f"draw.{name}", draw(name), one) for name, one in drawn.items()),
            *(post(f"repayment.{name}", repayment(name), one) for name, one in repaid.items()),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
            *(post(name, FEE, one) for name, one in fees.items()),
        ],
        {
            "cost_of_capital": charged_over,
            "wacc": charged_over / employed,
            "capital_raised": 155,
            "net_present_cost": -(5 * 50 - sum(sum(one.values()) for one in fees.values())),
            "terminal_cash": cash,
            "peak_funding": 125 + left,
        },
    )


def security() -> Case:
    """Hardware of 100 and land of 40 secure two loans; the hardware is worth 75, 50, 25 in the books, the land 40."""
    free = {"name": "plot", "mw": 0, "lead_periods": 0}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {"cash_musd": 200, "paid_in_capital_musd": 200},
            "regions": REGION,
            "sites": {"s": {"region": "north", "pue": 1.0, "land_musd": 40, "phases": [free]}},
            "hardware": {
                "h": {"price_usd": 100_000, "compute_h100e": 0, "kw": 0, "lead_periods": 0, "life_periods": 4}
            },
            "debt": {
                # 40, 30, 20
                "first": {"kind": "level", "rate_per_year": 0, "tenor_periods": 4, "security": {"hardware": 0.8}},
                "second": {
                    "kind": "bullet",
                    "rate_per_year": 0,
                    "tenor_periods": 5,
                    "security": {"hardware": 0.5, "sites": 0.5},
                },
            },
            "covenants": {
                "all": {"kind": "loan_to_value", "maximum": (20 + 10) / (25 + 40), "assets": ["hardware", "sites"]},
                "one": {
                    "kind": "loan_to_value",
                    "maximum": 20 / 25,
                    "assets": ["hardware"],
                    "instruments": ["first"],
                },
            },
            "terminal": {"kind": "book_share", "share": 0.6},
        },
        {
            "phase_starts": rows("site phase period count", ("s", "plot", "2026", 1)),
            "orders": rows("offer period units", ("h", "2026", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 1000)),
            "debt_draws": rows("instrument period musd", ("first", "2026", 40), ("second", "2026", 10)),
            "pledges": rows(
                "instrument asset period musd",
                ("first", "hardware", "2026", 40 / 0.8),
                ("first", "hardware", "2027", 30 / 0.8),
                ("first", "hardware", "2028", 20 / 0.8),
                ("second", "sites", "2026", 20),
                ("second", "hardware", "2027", 10),
                ("second", "sites", "2027", 10),
                ("second", "sites", "2028", 20),
            ),
        },
        [
            post("capex.site.s.land", TO_SITES, {2026: 40}),
            post("capex.hardware.h.accelerator", TO_HARDWARE, {2026: 100}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys((2026, 2027, 2028), 25)),
            post("draw.first", draw("first"), {2026: 40}),
            post("draw.second", draw("second"), {2026: 10}),
            post("repayment.first", repayment("first"), {2027: 10, 2028: 10}),
        ],
        {
            "net_present_cost": 140 - 0.6 * (40 + 25),
            "terminal_cash": 200 - 140 + 50 - 20,
            "peak_funding": 50,
            "capital_raised": 50,
        },
    )


DEBT = {"debt": debt, "security": security}
