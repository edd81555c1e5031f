"""One hand-derived case for each way to get hardware, power, energy and compute. The discount rate is 0."""

from __future__ import annotations

from .build import (
    BALANCED,
    HARDWARE_DEPRECIATION,
    INTEREST,
    LEASED_DEPRECIATION,
    OPEX,
    RESALE,
    REVENUE,
    TAX,
    TO_HARDWARE,
    Case,
    case,
    post,
    rows,
)

SITE = {"region": "north", "pue": 1.0, "existing_mw": 10}
FREE = {"price_usd": 0, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 4}
HOUR = 8.76  # one kH100e for a year at 1 USD an hour, musd
MW_YEAR = 8760 / 1e6  # an average MW for a year at 1 USD/MWh, musd


def frameworks() -> Case:
    """2000 of the 3000 units agreed are ordered, half the last price is paid for the rest; a chip takes a year."""
    agreed = {**FREE, "first_order": 2026, "last_order": 2027, "price_usd": {2026: 10_000, 2027: 8000}}
    terms = {"min_total_units": 3000, "take_or_pay_share": 0.5, "signing_fee_musd": 2}
    chip = {"cost_musd": 6, "lead_periods": 1}
    cost = 20 + 2 + 1 * 0.5 * 8 + 6 + 1
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": BALANCED,
            "regions": {"north": {}},
            "sites": {"s": SITE},
            "hardware": {
                "agreed": {**agreed, "framework": terms},
                "hard": {**FREE, "framework": {"min_total_units": 1000}},
                "idle": {**FREE, "framework": {"min_total_units": 0}},
                "chip": {**FREE, "price_usd": 2000, "development": chip},
            },
        },
        {
            "frameworks": rows("offer signed", ("agreed", 1), ("hard", 1)),
            "developments": rows("offer period begun", ("chip", "2026", 1)),
            "orders": rows(
                "offer period units", ("agreed", "2026", 2000), ("hard", "2028", 1000), ("chip", "2027", 500)
            ),
            "allocations": rows(
                "offer site period units",
                ("agreed", "s", "2026", 2000),
                ("hard", "s", "2028", 1000),
                ("chip", "s", "2027", 500),
            ),
        },
        [
            post("capex.hardware.agreed.accelerator", TO_HARDWARE, {2026: 20}),
            post("depreciation.hardware.agreed", HARDWARE_DEPRECIATION, {2026: 5, 2027: 5, 2028: 5}),
            post("opex.signing.agreed", OPEX, {2026: 2}),
            post("opex.take_or_pay.agreed", OPEX, {2027: 4}),
            post("opex.development.chip", OPEX, {2026: 6}),
            post("capex.hardware.chip.accelerator", TO_HARDWARE, {2027: 1}),
            post("depreciation.hardware.chip", HARDWARE_DEPRECIATION, {2027: 0.25, 2028: 0.25}),
        ],
        {"net_present_cost": cost, "terminal_cash": 1000 - cost},
    )


def leases() -> Case:
    """A finance lease of 10 a year for three years, and an operating lease of 4 for two, a year later."""
    owed = {2026: 10 / 1.1 + 10 / 1.1**2, 2027: 10 / 1.1, 2028: 0}
    asset = 10 + owed[2026]
    interest = {2027: 0.1 * owed[2026], 2028: 0.1 * owed[2027]}
    principal = {2026: 10, 2027: 10 - interest[2027], 2028: 10 - interest[2028]}
    inside = 0.05 * 4 / 1.05  # of the operating lease, in 2028
    years = range(2026, 2030)
    # payments of both are deducted as they are paid
    paid = {2026: 0.2 * (30 - 10), 2027: 0.2 * (30 - 14), 2028: 0.2 * (30 - 14), 2029: 0.2 * 30}
    out = {2026: 10, 2027: 14, 2028: 14, 2029: 0}
    cash, employed = 900.0, 4 / 1.05  # of the operating lease, carried into 2028
    for t in years:
        employed += owed.get(t - 1, 0) + 1000
        cash += 30 - out[t] - paid[t]
    charges = 0.8 * (sum(interest.values()) + inside)
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": {"cash_musd": 900, "paid_in_capital_musd": 1000, "other_assets_musd": 100},
            "regions": {"north": {}},
            "sites": {"s": SITE},
            "cash_flows": {"sales": {"musd_per_year": 30, "kind": "operating"}},
            "tax": {"rate": 0.2},
            "hardware": {
                "fin.a": {
                    **FREE,
                    "life_periods": 3,
                    "lease": {
                        "payment_usd_per_unit_year": 10_000,
                        "implicit_rate_per_year": 0.1,
                        "counts_as_debt": True,
                    },
                },
                "op": {
                    **FREE,
                    "lead_periods": 1,
                    "life_periods": 2,
                    "lease": {"payment_usd_per_unit_year": {2026: 4000, 2027: 9}, "implicit_rate_per_year": 0.05},
                },
            },
            "covenants": {
                "dscr": {"kind": "dscr", "minimum": (30 - 4 - 3.2) / 10 - 1e-3},
                "cover": {"kind": "interest_cover", "minimum": 26 / interest[2027] - 1e-3},
                "leverage": {"kind": "debt_to_ebitda", "maximum": owed[2026] / 30 + 1e-3},
                "capital": {"kind": "debt_to_capital", "maximum": owed[2026] / (owed[2026] + 1000) + 1e-3},
                "loans": {"kind": "loan_to_value", "maximum": 0, "assets": ["hardware"], "instruments": ["none"]},
            },
            "debt": {"none": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 1}},
        },
        {
            "orders": rows("offer period units", ("fin.a", "2026", 1000), ("op", "2026", 1000)),
            "allocations": rows("offer site period units", ("fin.a", "s", "2026", 1000), ("op", "s", "2026", 1000)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(years, 30)),
            post("lease.start.fin.a", ("lease", "leased_hardware", "lease.fin.a"), {2026: asset}),
            post("lease.principal.fin.a", ("repayment", "lease.fin.a", "cash"), principal),
            post("lease.interest.fin.a", INTEREST, interest),
            post("depreciation.hardware.fin.a", LEASED_DEPRECIATION, dict.fromkeys((2026, 2027, 2028), asset / 3)),
            post("opex.lease.op", OPEX, {2027: 4, 2028: 4}),
            post("tax", TAX, paid),
        ],
        {
            "cost_of_capital": charges,
            "wacc": charges / employed,
            "net_present_cost": asset - (120 - 8 - sum(paid.values())),
            "terminal_cash": cash,
            "peak_funding": owed[2026],
        },
    )


def resale() -> Case:
    """400 of 1000 units leave after two years; tax writes the accelerators off half a year late over four years."""
    years = range(2026, 2030)
    energy = {2026: 50 * MW_YEAR, 2027: 50 * MW_YEAR, 2028: 0.6 * 50 * MW_YEAR, 2029: 0.6 * 50 * MW_YEAR}
    proceeds = 0.4 * 12 * 0.2
    # written off of 12: 1/8, 3/8, 5/8, 7/8; of the 4.8 that leave the 5/8 that are left
    written_off = {2026: 12 / 8, 2027: 12 / 4, 2028: 7.2 / 4 + 4.8 * 5 / 8, 2029: 7.2 / 4}
    taxed = {t: 10 - energy[t] - written_off[t] + (proceeds if t == 2028 else 0) for t in years}
    paid = {t: 0.25 * taxed[t] for t in years}
    flows = {t: 10 - energy[t] - paid[t] for t in years}
    flows[2026] -= 16
    flows[2028] += proceeds - 1
    value = 0.2 * 5 * 0.3  # two years after 2028
    unlevered = sum(flows[t] * 1.1 ** -(t - 2025) for t in years) + value * 1.1**-4
    used = {**FREE, "kw": 1, "price_usd": 12_000, "tax_class": "late", "resale_share_by_age": [0.8, 0.5, 0.2]}
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": BALANCED,
            "regions": {"north": {"energy_price_usd_per_mwh": 50}},
            "sites": {"s": SITE},
            "cash_flows": {"sales": {"musd_per_year": 10, "kind": "operating"}},
            "tax": {"rate": 0.25},
            "depreciation": {"late": {"life_years": 4, "convention": "half_year"}},
            "hardware": {
                "used": {**used, "attach": {"server": {"usd_per_unit": 4000}}},
                "late": {**FREE, "price_usd": 5000, "life_periods": 5, "resale_share_by_age": [1, 0.6, 0.3]},
                "free": {**FREE, "resale_share_by_age": [1]},
            },
            "adjusted_present_value": {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.05},
            "terminal": {"kind": "resale"},
        },
        {
            "orders": rows("offer period units", ("used", "2026", 1000), ("late", "2028", 200), ("free", "2026", 10)),
            "allocations": rows(
                "offer site period units",
                ("used", "s", "2026", 1000),
                ("late", "s", "2028", 200),
                ("free", "s", "2026", 10),
            ),
            "retirements": rows("offer site ordered period units", ("used", "s", "2026", "2028", 400)),
        },
        [
            post("given.sales", REVENUE, dict.fromkeys(years, 10)),
            post("capex.hardware.used.accelerator", TO_HARDWARE, {2026: 12}),
            post("capex.hardware.used.server", TO_HARDWARE, {2026: 4}),
            post("depreciation.hardware.used", HARDWARE_DEPRECIATION, {2026: 4, 2027: 4, 2028: 2.4, 2029: 2.4}),
            post("resale.hardware.used", RESALE, {2028: proceeds}),
            post("write_off.hardware.used", HARDWARE_DEPRECIATION, {2028: 0.4 * 16 / 2 - proceeds}),
            post("capex.hardware.late.accelerator", TO_HARDWARE, {2028: 1}),
            post("depreciation.hardware.late", HARDWARE_DEPRECIATION, {2028: 0.2, 2029: 0.2}),
            post("opex.energy.s", OPEX, energy),
            post("tax", TAX, paid),
        ],
        {
            "net_present_cost": -sum(flows.values()) - value,
            "adjusted_present_value": unlevered,
            "terminal_cash": 1000 + sum(flows.values()),
        },
    )


def energy() -> Case:
    """The north uses 8 MW on average, from a contract and the grid; the island 2 MW, from gas alone."""
    cost = {
        "opex.source.ppa": {2026: 40 * 5 * MW_YEAR, 2027: 40 * 3 * MW_YEAR},  # 2027: half of 6 is paid, 1 is taken
        "opex.source.gas": dict.fromkeys((2026, 2027, 2028), 80 * 2 * MW_YEAR),
        "opex.grid.north": {2026: 50 * 3 * MW_YEAR, 2027: 50 * 7 * MW_YEAR, 2028: 50 * 8 * MW_YEAR},
    }
    total = sum(sum(one.values()) for one in cost.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 3},
            "opening": BALANCED,
            "regions": {"north": {"energy_price_usd_per_mwh": 50, "grid_renewable_share": 0.25}, "island": {}},
            "power": {"min_renewable_share": [0.575, 0.275, 0.2]},  # (3/4 + 5, 7/4 + 1, 8/4) of 10
            "energy_sources": {
                "ppa": {
                    "region": "north",
                    "price_usd_per_mwh": 40,
                    "limit_mw": 6,
                    "renewable": True,
                    "contract": {"term_periods": 2, "take_or_pay_share": 0.5, "last_signing": 2027},
                },
                "gas": {"region": "island", "price_usd_per_mwh": 80, "limit_mw": 2},
                "sun": {"region": "island", "price_usd_per_mwh": 0, "limit_mw": 1, "renewable": True},
            },
            "sites": {
                "s": {**SITE, "load_factor_share": 0.8},
                "i": {**SITE, "region": "island", "load_factor_share": 0.5},
            },
            "hardware": {"h": {**FREE, "kw": 1}},
        },
        {
            "orders": rows("offer period units", ("h", "2026", 14_000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 10_000), ("h", "i", "2026", 4000)),
            "energy_contracts": rows("source period signed", ("ppa", "2026", 1)),
            "energy": rows(
                "source period mwh",
                ("ppa", "2026", 5 * 8760),
                ("ppa", "2027", 1 * 8760),
                *(("gas", str(t), 2 * 8760) for t in (2026, 2027, 2028)),
            ),
        },
        [post(line, OPEX, one) for line, one in cost.items()],
        {"net_present_cost": total, "terminal_cash": 1000 - total},
    )


def rented() -> Case:
    """Megawatts from a landlord and compute from a cloud, each for two years."""
    rent = {2027: 5 * 0.2, 2028: 5 * 0.2 + 2.5 * 0.3, 2029: 2.5 * 0.3}
    reserved = {2026: 3 * 2 * HOUR, 2027: (3 * 2 + 1 * 1.5) * HOUR, 2028: 1.5 * HOUR}
    hourly = {2026: 0.5 * 3 * HOUR}  # 3.5 are served; in 2027 less is served than reserved
    total = sum(rent.values()) + sum(reserved.values()) + sum(hourly.values())
    return case(
        {
            "calendar": {"start": 2026, "periods": 4},
            "opening": BALANCED,
            "regions": {"north": {"energy_price_usd_per_mwh": 0}},
            "sites": {
                "s": {
                    "region": "north",
                    "pue": 1.0,
                    "grid_connection_mw": 7.5,
                    "colocation": {
                        "rent_musd_per_mw_year": {2026: 0.2, 2027: 0.3},
                        "limit_mw": 7.5,
                        "term_periods": 2,
                        "lead_periods": 1,
                        "block_mw": 2.5,
                    },
                }
            },
            "hardware": {"h": {**FREE, "kw": 1, "lead_periods": 1, "life_periods": 2}},
            "cloud": {
                "c": {
                    "price_usd_per_h100e_hour": 3,
                    "limit_h100e": 500,
                    "reserved": {
                        "price_usd_per_h100e_hour": {2026: 2, 2027: 1.5},
                        "limit_h100e": 4000,
                        "term_periods": 2,
                        "block_h100e": 1000,
                    },
                }
            },
            "markets": {"m": {"demand_h100e": 4000}},
        },
        {
            "colocation": rows("site period mw", ("s", "2026", 5), ("s", "2027", 2.5)),
            "orders": rows("offer period units", ("h", "2026", 5000)),
            "allocations": rows("offer site period units", ("h", "s", "2026", 5000)),
            "reservations": rows("cloud period h100e", ("c", "2026", 3000), ("c", "2027", 1000)),
            "service": rows(
                "market from period h100e", ("m", "c", "2026", 3500), ("m", "c", "2027", 2000), ("m", "c", "2028", 1000)
            ),
        },
        [
            post("opex.colocation.s", OPEX, rent),
            post("opex.reserved.c", OPEX, reserved),
            post("opex.cloud.c", OPEX, hourly),
        ],
        {"net_present_cost": total, "terminal_cash": 1000 - total},
    )


SOURCES = {"frameworks": frameworks, "leases": leases, "resale": resale, "energy": energy, "rented": rented}
