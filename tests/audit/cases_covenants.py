"""One hand-derived case for what lenders test, in quarters. The discount rate is 0."""

from __future__ import annotations

from .build import (
    DIVIDEND,
    HARDWARE_DEPRECIATION,
    INTEREST,
    OPEX,
    REVENUE,
    TAX,
    TO_HARDWARE,
    Case,
    case,
    draw,
    post,
    repayment,
    rows,
)

QUARTERS = [f"{year}Q{quarter}" for year in (2026, 2027) for quarter in (1, 2, 3, 4)]


def lenders() -> Case:
    """Tests of twelve months, two of which may lie before the calendar; principal is prepaid and refinanced.

    ==================  ======  ======  ======  ======  =======  ======  =======  =====
    end of quarter          Q1      Q2      Q3      Q4       Q5      Q6       Q7     Q8
    ==================  ======  ======  ======  ======  =======  ======  =======  =====
    EBITDA                  16      16      16      16       20      20       20     20
    tax of the company    3.75    3.75    3.75    3.75    4.875   4.875    4.875  4.875
    CFADS, 12 months         –    46.5   47.75      49   51.875   54.75   57.625   60.5
    interest, 12 months      –       6       5       4        4       4        3      2
    loan due, 12 months      –    8+10    4+15      20       20    13⅓      13⅓    13⅓
    paper, refinanced        –       –     6−4     6−4      6−4     6−4        –      –
    ==================  ======  ======  ======  ======  =======  ======  =======  =====

    The loan of 40 falls due by 5 a quarter. 10 are prepaid in Q2, out of the 30 that are then left, so that 3⅓ a
    quarter are paid from Q3 on; but until Q5 the prepayment lies in the window, and 5 a quarter count. Q1 is not
    tested: what was due in 2025Q2 is not known. Infrastructure by itself earns 20 and 24, and 15 before; it pays a
    quarter of 80 − 4 and of 96 − 2; the bond of 50 matures in Q6.
    """
    third = 10 / 3
    loan = dict.fromkeys(QUARTERS[:2], 5.0) | dict.fromkeys(QUARTERS[2:], third)
    repaid = {
        "loan": loan | {"2026Q2": 15.0},
        "paper": {"2026Q3": 6.0},
        "bond": {"2027Q2": 50.0},
    }
    drawn = {"paper": {"2026Q1": 6}, "bridge": {"2026Q3": 8}}
    paid = dict.fromkeys(QUARTERS[:4], 15 / 4) | dict.fromkeys(QUARTERS[4:], 19.5 / 4)
    plain = {"kind": "bullet", "rate_per_year": 0}
    return case(
        {
            "calendar": {"start": "2026Q1", "periods": 8, "length": "quarter"},
            "opening": {"cash_musd": 300, "paid_in_capital_musd": 100},
            "history": {
                "ebitda_musd": 12,
                "corporate_musd": -3,
                "tax_musd": 1,
                "interest_musd": 2,
                "principal_musd": {"2025Q3": 4},
            },
            "regions": {"north": {}},
            "sites": {"s": {"region": "north", "pue": 1.0}},
            "hardware": {"h": {"price_usd": 8000, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 8}},
            "cash_flows": {
                "sales": {"musd_per_period": [20] * 4 + [24] * 4, "kind": "operating"},
                "overhead": {"musd_per_period": -4, "kind": "operating", "corporate": True},
            },
            "tax": {"rate": 0.25},
            "debt": {
                "loan": {
                    "kind": "level",
                    "rate_per_year": 0,
                    "tenor_periods": 8,
                    "opening_balance_musd": 40,
                    "limit_musd": 0,
                    "prepayment": {},
                },
                "paper": {**plain, "tenor_periods": 2},
                "bridge": {
                    **plain,
                    "tenor_periods": 6,
                    "refinances": ["paper"],
                    "tied_to": {"capex_share": 0.5, "hardware": ["h"]},
                },
                "bond": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 6,
                    "opening_balance_musd": 50,
                    "limit_musd": 0,
                },
            },
            "equity": {
                "cost_of_equity_per_year": 0,
                "dividends": {"maximum_musd": 1, "lock_up_dscr": 47.75 / 26 - 1e-3},
            },
            "covenants": {
                # in Q3, the least
                "company": {"kind": "dscr", "minimum": 47.75 / (5 + 19 + 2) - 1e-3},
                # in Q6: the last six quarters of infrastructure, 2·15.25 + 2·18.125, with the bond
                "infra": {
                    "kind": "dscr",
                    "minimum": 66.75 / (4 + 4 * third + 2 + 50) - 1e-3,
                    "scope": "infrastructure",
                },
                "start": {
                    "kind": "dscr",
                    "minimum": 12.25 / (1 + 5) - 1e-3,
                    "last_test": "2026Q1",
                    "first_year": "annualised",
                },
                "alone": {
                    "kind": "dscr",
                    "minimum": 12.25 / (1 + third + 2) - 1e-3,
                    "first_test": "2026Q3",
                    "last_test": "2026Q3",
                    "over": "period",
                },
                "untaxed": {
                    "kind": "dscr",
                    "minimum": 80 / (2 + 4 * third) - 1e-3,
                    "first_test": "2027Q4",
                    "tax": "none",
                },
                # in Q1, with three quarters before: (3·12 + 16) / (3·2 + 1), and (35 + 6 + 50) / 52
                "cover": {"kind": "interest_cover", "minimum": 52 / 7 - 1e-3},
                "leverage": {"kind": "debt_to_ebitda", "maximum": 91 / 52 + 1e-3},
            },
        },
        {
            "orders": rows("offer period units", ("h", "2026Q3", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026Q3", 1000)),
            "debt_draws": rows(
                "instrument period musd", *((n, t, x) for n, one in drawn.items() for t, x in one.items())
            ),
            "prepayments": rows("instrument drawn period musd", ("loan", "opening", "2026Q2", 10)),
            "refinancings": rows("instrument refinanced period musd", ("bridge", "paper", "2026Q3", 4)),
            "dividends": rows("period musd", ("2026Q3", 1)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(QUARTERS[:4], 20) | dict.fromkeys(QUARTERS[4:], 24)),
            post("given.overhead", OPEX, dict.fromkeys(QUARTERS, 4), corporate=True),
            post("capex.hardware.h.accelerator", TO_HARDWARE, {"2026Q3": 8}),
            post("depreciation.hardware.h", HARDWARE_DEPRECIATION, dict.fromkeys(QUARTERS[2:], 1)),
            *(post(f"draw.{name}", draw(name), one) for name, one in drawn.items()),
            *(post(f"repayment.{name}", repayment(name), one) for name, one in repaid.items()),
            post("interest.bond", INTEREST, dict.fromkeys(QUARTERS[:6], 1)),
            post("dividend", DIVIDEND, {"2026Q3": 1}),
            post("tax", TAX, paid),
        ],
        {
            "cost_of_capital": 0.75 * 6,
            # carried in: 100 of equity, the loan from 40 down, the paper twice, the bridge five times, the bond six
            "wacc": (1 + 4.5 / (8 * 100 + 75 + (20 * 6 - third * 15) + 2 * 6 + 5 * 8 + 6 * 50)) ** 4 - 1,
            "capital_raised": 14,
            "net_present_cost": -(64 + 80 - 15 - 19.5 - 8),
            "terminal_cash": 300 + 144 - 34.5 - 8 - 6 - 1 + 14 - 96,
            "peak_funding": 91,
        },
    )


COVENANTS = {"lenders": lenders}
