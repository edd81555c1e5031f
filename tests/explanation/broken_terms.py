"""The programme broken in other ways: lead times, tenors, security, dates, partners, every kind of covenant.

Money of it: the 60 of the first period are 5 in hand, 40 borrowed and 15 raised. In the second one 43.8 come in, 10 go
to chips and i in interest; in the third 43.8 come in, 50 go to the annex and i in interest; in the fourth 43.8 come in,
and 40 are repaid with i. With i = 2 in years the cash at their ends is 0, 31.8, 23.6, 25.4; with i = 0.5 in quarters
0, 33.3, 26.6, 29.9.
"""

from __future__ import annotations

from typing import Any

from tests.explanation.broken import Break

QUARTER = "quarter"


def _covenant(**terms: Any) -> dict[str, Any]:
    return {"covenants": {"test": terms}}


TERMS = {
    # ── lead times, windows, dates
    # chips of 2026Q2 that take a quarter serve nobody in 2026Q2, as a check says
    "lead of chips": Break(
        "hardware.chips.lead_periods", {"hardware.chips.lead_periods": 1}, 1.0, length=QUARTER, refused=True
    ),
    # begun in 2027, as early as it may, it is on line in 2030, after the end, and with two years of building in 2029
    "lead of a hall": Break(
        "sites.b.phases.annex.lead_periods",
        {"sites.b.phases.annex.lead_periods": 3, "sites.b.phases.annex.earliest_start": 2027},
        1.0,
        refused=True,
    ),
    # 10 MW are needed in 2026Q2, and there are 5 until 2026Q3
    "date of the grid": Break(
        "sites.a.grid_connection_mw",
        {"sites.a.grid_connection_mw": [0, 5, 10, 10]},
        1.0,
        length=QUARTER,
        way="sooner",
    ),
    # ── power, supply, demand
    # 4,000 chips serve 4,000 of 10,000
    "refused supply": Break(
        "hardware.chips.supply_units", {"hardware.chips.supply_units": 4000}, 6000.0, "2027", "2027", refused=True
    ),
    # two lots of 4,000 are too few, and three draw 12 MW of 10
    "lots": Break(
        "hardware.chips.lot_units",
        {"hardware.chips.lot_units": 4000, "hardware.chips.supply_units": 12000},
        1.0,
        length=QUARTER,
    ),
    # 8,000 chips serve 8,000, and the cloud would serve 5,000 at a cent, but is not allowed to
    "where": Break(
        "markets.training.sites",
        {"regions.flat.power_limit_mw": 8, "cloud.spot.price_usd_per_h100e_hour": 0.01},
        1.0,
    ),
    # 0.3 of the energy of the grid is renewable, and there is no other
    "renewable": Break(
        "power.min_renewable_share",
        {"regions.flat.grid_renewable_share": 0.3, "power.min_renewable_share": 0.5},
        0.2,
        "2027",
        "2029",
        refused=True,
    ),
    # ── cash and equity
    # half of the 10 of chips that come in 2027 would be paid in 2026, in which nothing is left
    "deposit": Break(
        "hardware.chips.deposit_share",
        {
            "hardware.chips.lead_periods": 1,
            "hardware.chips.first_order": 2026,
            "hardware.chips.last_order": 2026,
            "hardware.chips.deposit_share": 0.5,
        },
        0.5,
        least_is_sure=False,
    ),
    # of the 20 of 2026Q2 10 are left, which are missing to the 50 of 2026Q3
    "carry over": Break("budgets.capital.carry_over", {"budgets.capital.musd": [60, 20, 40, 60]}, 1.0, length=QUARTER),
    # 23.6 are in hand at the end of 2028, of which 30 cannot be paid out
    "dividend": Break(
        "equity.dividends.minimum_musd", {"equity.dividends": {"minimum_musd": [0, 0, 30, 0]}}, 6.4, "2028", "2028"
    ),
    # a round of 15 on 40 leaves 40 of 55, 0.72727
    "ownership": Break(
        "equity.ownership_floor_share",
        {"equity.rounds.a.pre_money_musd": 40, "equity.ownership_floor_share": 0.8},
        0.0728,
    ),
    # ── debt
    # repaid a quarter sooner it takes 40 of 26.6
    "tenor": Break("debt.loan.tenor_periods", {"debt.loan.tenor_periods": 2}, 1.0, length=QUARTER),
    # a third of 40 in 2027 and in 2028: 31.8 − 13.3 + 43.8 − 1.3 − 13.3 − 50 are below 0; without the first, 3.6 remain
    "grace": Break("debt.loan.grace_periods", {"debt.loan.kind": "level"}, 1.0),
    # of a line of 50 a fifth may be set aside, so that 40 can be drawn
    "letters of credit": Break(
        "debt.loan.letter_of_credit_share",
        {
            "debt.loan": {
                "kind": "revolver",
                "rate_per_year": 0.05,
                "limit_musd": 50,
                "last_draw": 2028,
                "letter_of_credit_share": 0.3,
            }
        },
        0.1,
    ),
    # a draw of 45 is more than the bank has, 40
    "least draw": Break(
        "debt.loan.min_draw_musd", {"debt.loan.limit_musd": 50, "debt.loan.min_draw_musd": 45}, 5.0, length=QUARTER
    ),
    # 40 on a hall of 60 that is being built is a share of 0.66667
    "security": Break(
        "debt.loan.security.construction_in_progress",
        {"debt.loan.security": {"construction_in_progress": 0.6, "sites": 1.0}},
        0.0667,
        length=QUARTER,
    ),
    # ── covenants
    # repaid in thirds, the service of 2026Q2 is 13.3333 + 0.5, of which 43.8 are 3.16627 times, later more; 0.1 remains
    # at the end of 2026Q3: 33.3 − 13.3333 + 43.8 − 0.3333 − 13.3333 − 50
    "dscr": Break(
        "covenants.test.minimum",
        {"debt.loan.kind": "level", **_covenant(kind="dscr", minimum=3.5, over="period")},
        0.334,
        "2026Q2",
        "2026Q4",
        QUARTER,
    ),
    # 40 over 43.8 is 0.913242; at the end of 2029 nothing is owed
    "debt to EBITDA": Break(
        "covenants.test.maximum",
        _covenant(kind="debt_to_ebitda", maximum=0.8, first_test=2027),
        0.114,
        "2027",
        "2028",
    ),
    # 40 over 60 is 0.66667 until the annex is begun in 2026Q3
    "loan to value": Break(
        "covenants.test.maximum",
        _covenant(kind="loan_to_value", maximum=0.6, assets=["sites", "construction_in_progress"]),
        0.0667,
        "2026Q1",
        "2026Q2",
        QUARTER,
    ),
    # the least of the three is the 26.6 at the end of 2026Q3
    "liquidity": Break(
        "covenants.test.minimum",
        _covenant(kind="minimum_liquidity", minimum=35, first_test="2026Q2"),
        8.4,
        "2026Q2",
        "2026Q4",
        QUARTER,
    ),
    # 40 of 55 is 0.72727
    "share of debt": Break(
        "covenants.test.minimum",
        _covenant(kind="debt_to_capital", minimum=0.75, last_test=2028),
        0.0228,
        "2026",
        "2028",
    ),
    # 40 are owed at the end of 2026, in which nothing is earned; later it is 0.913242 of EBITDA
    "first test": Break("covenants.test.first_test", _covenant(kind="debt_to_ebitda", maximum=1), 1.0),
}
