"""Cases of debt as it is signed: rates that float."""

from __future__ import annotations

from .build import INTEREST, Case, case, draw, post, repayment, rows


def floating() -> Case:
    """A floor, a swap and a margin; each loan pays the rate of the year on all that is owed, also what was old.

    The reference counts as 3, 3, 5, 6 % where it has a floor of 3 %, half of it is swapped at 4 %.
    """
    interest = {
        # 2 % + half of 3, 5, 6 % + half of 4 %, on 30, 20, 10
        "term": {2027: 30 * 0.055, 2028: 20 * 0.065, 2029: 10 * 0.07},
        "line": {2027: 10 * 0.02, 2028: 10 * 0.06, 2029: 10 * 0.07},
        "old": {2026: 20 * 0.04, 2027: 20 * 0.04, 2028: 20 * 0.08, 2029: 20 * 0.09},
    }
    charges = sum(sum(one.values()) for one in interest.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 100, "paid_in_capital_musd": 80},
            "reference_rates": {"sofr": {"rate_per_year": {2026: 0.01, 2028: 0.05, 2029: 0.06}}},
            "debt": {
                "term": {
                    "kind": "level",
                    "tenor_periods": 3,
                    "floating": {
                        "reference": "sofr",
                        "margin_per_year": 0.02,
                        "floor_per_year": 0.03,
                        "swap": {"share": 0.5, "rate_per_year": 0.04},
                    },
                },
                "line": {
                    "kind": "revolver",
                    "limit_musd": 20,
                    "floating": {"reference": "sofr", "margin_per_year": 0.01},
                },
                "old": {
                    "kind": "bullet",
                    "tenor_periods": 9,
                    "opening_balance_musd": 20,
                    "limit_musd": 0,
                    "floating": {"reference": "sofr", "margin_per_year": 0.03},
                },
            },
        },
        {"debt_draws": rows("instrument period musd", ("term", "2026", 30), ("line", "2026", 10))},
        [
            post("draw.term", draw("term"), {2026: 30}),
            post("repayment.term", repayment("term"), dict.fromkeys((2027, 2028, 2029), 10)),
            post("draw.line", draw("line"), {2026: 10}),
            *(post(f"interest.{name}", INTEREST, one) for name, one in interest.items()),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / (30 + 20 + 10 + 3 * 10 + 4 * 20 + 4 * 80),
            "capital_raised": 40,
            "terminal_cash": 100 + 40 - 30 - charges,
            "peak_funding": 60,
        },
    )


LOANS = {"floating": floating}
