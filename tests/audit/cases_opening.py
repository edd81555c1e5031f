"""A company that already runs: units in service and on order, a site that stands and one that is being built."""

from __future__ import annotations

from .build import (
    BALANCED,
    DELIVERY,
    HARDWARE_DEPRECIATION,
    IN_SERVICE,
    OPEX,
    REGION,
    RESALE,
    REVENUE,
    SITE_DEPRECIATION,
    TAX,
    TO_CIP,
    TO_HARDWARE,
    TO_SITES,
    Case,
    case,
    post,
    rows,
)


def opening() -> Case:
    """Half of 6,000 chips of a year are sold in 2027, as 2,000 on order arrive, and 3,000 new ones are bought.

    In service 22.5 over 3 years, on order 2 + 8 over 4. The wing has 4 + 3 by 2027 and 2 more then, over 5 years, for
    tax over 4; a hall of 8 with 4 years of life left had 2 of 4 years for tax, with 5 of 10 left, and land of 1.
    """
    shell = {"book_value_musd": 4, "book_life_years": 5, "tax_basis_musd": {"line": 4}, "to_spend_musd": [3, 2]}
    hall = {"book_value_musd": 8, "book_life_years": 4, "tax_basis_musd": {"line": 5}}
    land = {"book_value_musd": 1, "land_basis_musd": 1}
    old = {"price_usd": 5000, "compute_h100e": 1, "kw": 0, "lead_periods": 1, "life_periods": 4, "supply_units": 0}
    running = {"units": 6000, "age_periods": 1, "book_value_musd": 22.5, "tax_basis_musd": {"line": 22.5}}
    coming = {"units": 2000, "delivery": 2027, "deposit_musd": 2, "due_musd": 8, "tax_basis_musd": {"line": 10}}
    new = {"price_usd": 12_000, "compute_h100e": 3, "kw": 0, "lead_periods": 0, "life_periods": 4, "tax_class": "line"}
    wing = {"mw": 2, "ready": 2027, "fixed_opex_musd_per_year": 1, "resources": {"crew": {"building": 1}}}
    stands = {"service_periods": 2, "fixed_opex_musd_per_year": 0.5, "parts": {"hall": hall, "land": land}}
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": {**BALANCED, "retained_earnings_musd": 22.5 + 2 + 4 + 8 + 1},
            "regions": REGION,
            "resources": {"crew": {"limit": [1, 0, 0]}},
            "depreciation": {"line": {"life_years": 4}},
            "tax": {"rate": 0.25},
            "cash_flows": {"income": {"kind": "operating", "musd_per_period": 50}},
            "terminal": {"kind": "resale"},
            "sites": {
                "s": {
                    "region": "north",
                    "pue": 1,
                    "opening": {"wing": {**wing, "parts": {"shell": {**shell, "tax_class": "line"}}}, "stands": stands},
                }
            },
            "hardware": {
                "old": {
                    **old,
                    "resale_share_by_age": [0.8, 0.6, 0.4, 0.2, 0.1],
                    "opening": {
                        "running": {"site": "s", "price_usd": 5000, **running},
                        "coming": {"site": "s", **coming},
                        "spare": {"site": "s", "units": 10, "price_usd": 0},
                    },
                },
                "new": new,
            },
        },
        {
            "retirements": rows("offer site ordered period units", ("old", "s", "running", "2027", 3000)),
            "orders": rows("offer period units", ("new", "2027", 3000)),
            "allocations": rows("offer site period units", ("new", "s", "2027", 3000)),
        },
        [
            post("given.income", REVENUE, {2026: 50, 2027: 50, 2028: 50}),
            post("capex.site.s.shell", TO_CIP, {2026: 3}),
            post("capex.site.s.shell", TO_SITES, {2027: 2}),
            post("in_service.site.s", IN_SERVICE, {2027: 4 + 3}),
            post("depreciation.site.s", SITE_DEPRECIATION, {2026: 2, 2027: 2 + 9 / 5, 2028: 2 + 9 / 5}),
            post("opex.site.s", OPEX, {2026: 0.5, 2027: 1.5, 2028: 1.5}),
            post("capex.hardware.old.opening", TO_HARDWARE, {2027: 8}),
            post("delivery.hardware.old", DELIVERY, {2027: 2}),
            post("depreciation.hardware.old", HARDWARE_DEPRECIATION, {2026: 7.5, 2027: 3.75 + 2.5, 2028: 3.75 + 2.5}),
            post("resale.hardware.old", RESALE, {2027: 3 * 5 * 0.4}),
            post("write_off.hardware.old", HARDWARE_DEPRECIATION, {2027: 7.5 - 6}),
            post("capex.hardware.new.accelerator", TO_HARDWARE, {2027: 36}),
            post("depreciation.hardware.new", HARDWARE_DEPRECIATION, {2027: 9, 2028: 9}),
            # the hall 2.5 in each of two years; the 7.5 left of what is sold; (7 + 2)/4 of the wing; a quarter of 10
            post("tax", TAX, {2026: _tax(49.5, 7.5 + 2.5), 2027: _tax(54.5, 3.75 + 7.5 + 2.5 + 2.5 + 2.25 + 9)}),
            post("tax", TAX, {2028: _tax(48.5, 3.75 + 2.5 + 2.25 + 9)}),
        ],
        {
            "net_present_cost": -(_CASH + _terminal()),
            "terminal_cash": 1000 + _CASH,
        },
    )


def _tax(income: float, written_off: float) -> float:
    return (income - written_off) / 4


_CASH = (49.5 - 3 - _tax(49.5, 10)) + (54.5 - 2 - 8 - 36 - _tax(54.5, 27.5)) + (48.5 - _tax(48.5, 17.5))


def _terminal() -> float:
    """In 2029 the 3,000 left are 4 years old and 2,000 are 2: at 0.1 and 0.4 of 5,000 USD.

    For tax 3.75 − 3.75, 5 of what came, 9·½ of the wing, land of 1 and 18 of the new ones: more than what they fetch.
    """
    return 3 * 5 * 0.1 + 2 * 5 * 0.4


OPENING = {"opening": opening}
