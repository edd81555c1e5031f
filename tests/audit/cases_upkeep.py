"""Units that cost more to keep as they age, some of which leave."""

from __future__ import annotations

from .build import BALANCED, OPEX, REGION, Case, case, post, rows


def upkeep() -> Case:
    """400 USD in the first year of service and 1,000 in the second, the last: 0.1 and 0.25 a quarter for a thousand.

    1,000 ordered in 2026Q1 serve from 2026Q2 on, 600 of them from 2026Q4 on: 0.1, 0.1, 0.06, 0.06, and 0.6·0.25 in
    2027Q2, when their second year begins. 2,000 that have served three quarters of eight are in the last of their first
    year, 0.2; then 0.5, and 1.5·0.25 once 500 are sold, until 2027Q1.
    """
    chips = {"price_usd": 0, "compute_h100e": 0, "kw": 0, "lead_periods": 1, "life_periods": 8, "supply_units": 1000}
    chips |= {"upkeep_usd_per_unit_year_by_age": [400, 1000], "resale_share_by_age": [0]}
    paid = {"2026Q1": 0.2, "2026Q2": 0.1 + 0.5, "2026Q3": 0.1 + 0.375, "2026Q4": 0.06 + 0.375}
    paid |= {"2027Q1": 0.06 + 0.375, "2027Q2": 0.15}
    return case(
        {
            "calendar": {"start": "2026Q1", "periods": 6, "length": "quarter"},
            "opening": BALANCED,
            "regions": REGION,
            "sites": {"s": {"region": "north", "pue": 1}},
            "hardware": {"h": {**chips, "opening": {"there": {"site": "s", "units": 2000, "age_periods": 3}}}},
        },
        {
            "orders": rows("offer period units", ("h", "2026Q1", 1000)),
            "allocations": rows("offer site period units", ("h", "s", "2026Q1", 1000)),
            "retirements": rows(
                "offer site ordered period units",
                ("h", "s", "2026Q1", "2026Q4", 400),
                ("h", "s", "there", "2026Q3", 500),
            ),
        },
        [post("opex.upkeep.h", OPEX, paid)],
        {"net_present_cost": sum(paid.values()), "terminal_cash": 1000 - sum(paid.values())},
    )


UPKEEP = {"upkeep": upkeep}
