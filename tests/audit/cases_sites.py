"""Cases of sites and hardware."""

from __future__ import annotations

from .build import (
    BALANCED,
    DELIVERY,
    DEPOSIT,
    HARDWARE_DEPRECIATION,
    IN_SERVICE,
    INTEREST,
    OPEX,
    REGION,
    SITE_DEPRECIATION,
    TO_CIP,
    TO_HARDWARE,
    TO_SITES,
    Case,
    case,
    post,
    rows,
)


def sites() -> Case:
    """Two phases of 40 started in 2026 and 2027 (on line after two years), a third of 20 in 2029 (after one).

    Spending of 40 is 20, 12, 8: the first two are paid before service. The last half of the 20 falls after 2030.
    """
    shell = {
        "name": "shell",
        "count": 2,
        "mw": 10,
        "capex": {"shell": {"musd": 40, "book_life_years": 4}},
        "spend_profile": [0.5, 0.3, 0.2],
        "lead_periods": 2,
        "fixed_opex_musd_per_year": 1,
        "gap_periods": 1,
        "committed": True,
        "resources": {"crew": {"building": 1}},
        "value_musd": 7,
    }
    fit = {
        "name": "fit",
        "mw": 5,
        "capex": {"fit": {"musd": 20, "book_life_years": 5}},
        "spend_profile": [0.25, 0.25, 0.5],
        "lead_periods": 1,
        "fixed_opex_musd_per_year": 0.5,
        "gap_periods": 2,
        "resources": {"crew": {"running": 3}},
        "value_musd": 2,
    }
    free = {"name": "free", "count": 2, "mw": 0, "lead_periods": 0}
    site = {"region": "north", "pue": 1.2, "existing_mw": 5, "land_musd": 10, "opening_cost_musd": 3}
    return case(
        {
            "calendar": {"start": 2026, "periods": 5},
            "opening": BALANCED,
            "regions": REGION,
            "resources": {"crew": {"limit": [1, 2, 1, 0, 3]}},
            "sites": {
                "a": {**site, "grid_connection_mw": {2026: 25, 2030: 30}, "phases": [shell, fit]},
                "b": {"region": "north", "pue": 1.2, "phases": [free]},
            },
        },
        {
            "phase_starts": rows(
                "site phase period count",
                ("a", "shell", "2026", 1),
                ("a", "shell", "2027", 1),
                ("a", "fit", "2029", 1),
            )
        },
        [
            post("capex.site.a.land", TO_SITES, {2026: 10}),
            post("opex.opening.a", OPEX, {2026: 3}),
            # first phase 20, 12, 8; second the same a year later; what is paid in the year of service is no longer CIP
            post("capex.site.a.shell", TO_CIP, {2026: 20, 2027: 12 + 20, 2028: 12}),
            post("capex.site.a.shell", TO_SITES, {2028: 8, 2029: 8}),
            post("capex.site.a.fit", TO_CIP, {2029: 5}),
            post("capex.site.a.fit", TO_SITES, {2030: 5}),
            post("in_service.site.a", IN_SERVICE, {2028: 20 + 12, 2029: 20 + 12, 2030: 5}),
            # 40 over 4 years from 2028 and from 2029; (5 + 5) over 5 years from 2030
            post("depreciation.site.a", SITE_DEPRECIATION, {2028: 10, 2029: 20, 2030: 20 + 2}),
            post("opex.site.a", OPEX, {2028: 1, 2029: 2, 2030: 2 + 0.5}),
        ],
        {
            # the last half of the 20 is paid for in 2031
            "net_present_cost": (10 + 40 + 40 + 10) + (3 + 1 + 2 + 2.5) + 10,
            "terminal_cash": 1000 - 100 - 8.5,
            "total_value": 7 + 7 + 2,
        },
    )


def building() -> Case:
    """Two halls that bear interest of 10 % while they are built, paid in mid-year, of a loan that costs 8 a year.

    a: 80 from 2026 on, 40 a year; z: 80 in 2027. 2026: 10 % of 20. 2027: of 40 + 20 + 2, and what is left of 8 to z,
    less than 10 % of 40. 2028: z again, 8 and not 10 % of 81.8. Three quarters of a are written off over four years.
    """
    interest = 2 + 6.2
    hall = {"lead_periods": 2, "mw": 10}
    parts = {"shell": {"musd": 60, "book_life_years": 4}, "plot": {"musd": 20}}
    a = {**hall, "name": "hall", "capex": parts, "spend_profile": [0.5, 0.5]}
    z = {**hall, "name": "hall", "capex": {"shell": {"musd": 80, "book_life_years": 5}}}
    borne = ("interest_in_construction", "construction_in_progress", "retained_earnings")
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "payment_timing": "mid",
            "capitalise_interest_in_construction": True,
            "interest_in_construction_rate_per_year": 0.1,
            "opening": {"cash_musd": 1000, "paid_in_capital_musd": 900},
            "regions": REGION,
            "sites": {name: {"region": "north", "pue": 1, "phases": [each]} for name, each in (("a", a), ("z", z))},
            "debt": {
                "loan": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 9,
                    "opening_balance_musd": 100,
                    "limit_musd": 0,
                }
            },
        },
        {"phase_starts": rows("site phase period count", ("a", "hall", "2026", 1), ("z", "hall", "2027", 1))},
        [
            post("capex.site.a.shell", TO_CIP, {2026: 30, 2027: 30}),
            post("capex.site.a.plot", TO_CIP, {2026: 10, 2027: 10}),
            post("capex.site.z.shell", TO_CIP, {2027: 80}),
            post("capitalised_interest.site.a", borne, {2026: 2, 2027: 6.2}),
            post("capitalised_interest.site.z", borne, {2027: 1.8, 2028: 8}),
            post("in_service.site.a", IN_SERVICE, {2028: 80 + interest}),
            post("in_service.site.z", IN_SERVICE, {2029: 80 + 9.8}),
            post(
                "depreciation.site.a",
                SITE_DEPRECIATION,
                dict.fromkeys((2028, 2029), (60 + 0.75 * interest) / 4),
            ),
            post("depreciation.site.z", SITE_DEPRECIATION, {2029: (80 + 9.8) / 5}),
            post("interest.loan", INTEREST, dict.fromkeys(range(2026, 2030), 8)),
        ],
        {
            "cost_of_capital": 32,
            "wacc": 32 / 4000,
            "net_present_cost": 160,
            "terminal_cash": 1000 - 160 - 32,
            "peak_funding": 100,
        },
    )


def hardware() -> Case:
    """Three offers: one with a discount on all units, one with a discount above 1000 units, one that is free."""
    big = {
        "price_usd": {2026: 30_000, 2027: 28_000},
        "attach": {"server": {"usd_per_unit": 10_000}},
        "compute_h100e": 2,
        "kw": 1,
        "lead_periods": 1,
        "life_periods": 2,
        "lot_units": 100,
        "supply_units": 3000,
        "deposit_share": 0.25,
        "order_fee_musd": 0.5,
        "upkeep_usd_per_unit_year": 1000,
        "tiers": {
            "kind": "all_units",
            "steps": [{"from_units": 0, "discount_share": 0}, {"from_units": 2000, "discount_share": 0.1}],
        },
    }
    stepped = {
        "price_usd": 10_000,
        "compute_h100e": 1,
        "kw": 0,
        "lead_periods": 0,
        "life_periods": 4,
        "sites": ["s"],
        "tiers": {
            "kind": "incremental",
            "steps": [{"from_units": 0, "discount_share": 0}, {"from_units": 1000, "discount_share": 0.2}],
        },
    }
    free = {"price_usd": 0, "compute_h100e": 1, "kw": 0, "lead_periods": 1, "life_periods": 4}
    # MW: PUE 1.2 with 2, 3, 1 thousand units of 1 kW; PUE 1.5 with 1, 1. A MW at load factor 0.5 and 50 USD/MWh:
    mw_year = 0.5 * 8760 * 50 / 1e6
    first = 3 * 30 * 0.9  # 3000 units at 30,000 less 10 %
    second = 1 * 28
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": BALANCED,
            "regions": {"north": {**REGION["north"], "power_limit_mw": 5.1}},  # 3.6 + 1.5 in 2028
            "power": {"system_limit_mw": 5.1},
            "sites": {
                "s": {"region": "north", "pue": 1.2, "existing_mw": 10, "load_factor_share": 0.5},
                "z": {"region": "north", "pue": 1.5, "existing_mw": 10, "load_factor_share": 0.5},
            },
            "hardware": {"big": big, "stepped": stepped, "free": free},
        },
        {
            "orders": rows(
                "offer period units",
                ("big", "2026", 3000),
                ("big", "2027", 1000),
                ("stepped", "2028", 1500),
                ("stepped", "2029", 500),
            ),
            "allocations": rows(
                "offer site period units",
                ("big", "s", "2026", 2000),
                ("big", "z", "2026", 1000),
                ("big", "s", "2027", 1000),
                ("stepped", "s", "2028", 1500),
                ("stepped", "s", "2029", 500),
            ),
        },
        [
            post("deposit.hardware.big.accelerator", DEPOSIT, {2026: first * 0.25, 2027: second * 0.25}),
            post("deposit.hardware.big.server", DEPOSIT, {2026: 30 * 0.25, 2027: 10 * 0.25}),
            post("capex.hardware.big.accelerator", TO_HARDWARE, {2027: first * 0.75, 2028: second * 0.75}),
            post("capex.hardware.big.server", TO_HARDWARE, {2027: 30 * 0.75, 2028: 10 * 0.75}),
            post("delivery.hardware.big", DELIVERY, {2027: (first + 30) * 0.25, 2028: (second + 10) * 0.25}),
            post(
                "depreciation.hardware.big",
                HARDWARE_DEPRECIATION,
                {2027: (first + 30) / 2, 2028: (first + 30) / 2 + (second + 10) / 2, 2029: (second + 10) / 2},
            ),
            post("opex.order_fee.big", OPEX, {2026: 0.5, 2027: 0.5}),
            post("opex.upkeep.big", OPEX, {2027: 3, 2028: 4, 2029: 1}),
            post("capex.hardware.stepped.accelerator", TO_HARDWARE, {2028: 1 * 10 + 0.5 * 8, 2029: 5}),
            post("depreciation.hardware.stepped", HARDWARE_DEPRECIATION, {2028: 14 / 4, 2029: 14 / 4 + 5 / 4}),
            post("opex.energy.s", OPEX, {2027: 2.4 * mw_year, 2028: 3.6 * mw_year, 2029: 1.2 * mw_year}),
            post("opex.energy.z", OPEX, {2027: 1.5 * mw_year, 2028: 1.5 * mw_year}),
        ],
        {
            "net_present_cost": (81 + 30 + 28 + 10 + 14 + 5) + (1 + 8 + 10.2 * mw_year),
            "terminal_cash": 1000 - 168 - 9 - 10.2 * mw_year,
        },
    )


SITES = {"sites": sites, "building": building, "hardware": hardware}
