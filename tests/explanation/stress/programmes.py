"""Two programmes whose plans are known by hand, one by years and one by quarters, and the worlds that they meet.

**By years.** A hall of 10 MW costs 60 in 2026 and takes the 10,000 chips of 1 kW that are ordered with it; these are
paid, 10, when they come in 2027. From then on 10,000 H100e are served at 0.5 dollars an hour, 43.8 a year, and the
staff costs 15. The 60 are 5 in hand and a loan of 55 at 10 %, due in 2029; a round of 30 is not needed.

**By quarters.** A hall of 10 MW is there, and takes 10,000 chips that are ordered in 2026Q1 and paid, 10, when they
come in 2026Q2. From then on they earn 43.8 a quarter at 2 dollars an hour, and the staff costs 33; an H100e that is
missed costs a dollar an hour. A payment of 20 in 2026Q1 is made from 2 in hand, 12 of a line at 2 % a quarter, all of
it, and 6 of a loan at 3 % a quarter that is due in 2026Q4.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import optimizer
from optimizer.plan.plan import Plan

YEARS: dict[str, Any] = {
    "name": "committed",
    "calendar": {"start": 2026, "periods": 4},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "cost_of_capital"}],
    "solve": {"threads": 1},
    "opening": {"cash_musd": 5},
    "cash_flows": {"staff": {"kind": "operating", "musd_per_period": [0, -15, -15, -15]}},
    "regions": {"flat": {"energy_price_usd_per_mwh": 0, "power_limit_mw": {"2026": 10}}},
    "sites": {
        "a": {
            "region": "flat",
            "pue": 1,
            "phases": [{"name": "hall", "mw": 10, "lead_periods": 1, "capex": {"shell": {"musd": 60}}}],
        }
    },
    "hardware": {"chips": {"price_usd": 1000, "compute_h100e": 1, "kw": 1, "lead_periods": 1, "life_periods": 5}},
    "markets": {
        "api": {"demand_h100e": [0, 10000, 10000, 10000], "revenue_usd_per_h100e_hour": 0.5, "min_served_share": 1}
    },
    "debt": {
        "loan": {"kind": "bullet", "rate_per_year": 0.10, "tenor_periods": 3, "limit_musd": 60, "last_draw": "2026"}
    },
    "equity": {"cost_of_equity_per_year": 0.15, "rounds": {"a": {"max_musd": 30, "first_raise": "2027"}}},
    "covenants": {"cover": {"kind": "interest_cover", "minimum": 4.5, "first_test": "2027"}},
}
POWER_LATE = {"regions": {"flat": {"power_limit_mw": {"2026": 10, "2027": 0, "2028": 10}}}}
YEAR_WORLDS: dict[str, Any] = {
    "same": {},
    "price": {"set": {"markets": {"api": {"revenue_usd_per_h100e_hour": 0.4}}}},
    "interest": {"set": {"debt": {"loan": {"rate_per_year": 0.12}}}},
    "power": {"title": "Power a year late", "set": POWER_LATE},
}

QUARTERS: dict[str, Any] = {
    "name": "quarters",
    "calendar": {"start": "2026Q1", "periods": 4, "length": "quarter"},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "cost_of_capital"}],
    "solve": {"threads": 1},
    "opening": {"cash_musd": 2},
    "cash_flows": {
        "staff": {"kind": "operating", "musd_per_period": [0, -33, -33, -33]},
        "need": {"kind": "investing", "musd_per_period": [-20, 0, 0, 0]},
    },
    "regions": {"flat": {"energy_price_usd_per_mwh": 0, "power_limit_mw": {"2026Q1": 10}}},
    "sites": {"a": {"region": "flat", "pue": 1, "existing_mw": 10}},
    "hardware": {"chips": {"price_usd": 1000, "compute_h100e": 1, "kw": 1, "lead_periods": 1, "life_periods": 8}},
    "markets": {
        "api": {
            "demand_h100e": [0, 10000, 10000, 10000],
            "revenue_usd_per_h100e_hour": 2,
            "min_served_share": 1,
            "shortfall_penalty_usd_per_h100e_hour": 1,
        }
    },
    "debt": {
        "loan": {"kind": "bullet", "rate_per_year": 0.12, "tenor_periods": 3, "limit_musd": 20, "last_draw": "2026Q1"},
        "line": {"kind": "revolver", "rate_per_year": 0.08, "limit_musd": 12},
    },
}
QUARTER_WORLDS: dict[str, Any] = {
    "price": {"set": {"markets": {"api": {"revenue_usd_per_h100e_hour": 1.6}}}},
    "power": {"set": {"regions": {"flat": {"power_limit_mw": {"2026Q1": 10, "2026Q2": 0, "2026Q3": 10}}}}},
}


@cache
def years() -> Plan:
    return optimizer.solve(optimizer.load(YEARS), gap=0)


@cache
def quarters() -> Plan:
    return optimizer.solve(optimizer.load(QUARTERS), gap=0)
