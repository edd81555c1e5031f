"""Files that trigger a check of sourcing, energy and purposes, as in ``triggers_programme``."""

from __future__ import annotations

from typing import Any

from tests.instance.example import GONE

from .parts import BOND, COMPUTE, GB200, LEASE, LEASED, PHASE, PPA, RENT, RESERVED, STAKE

SOURCING: list[tuple[str, dict[str, Any], str]] = [
    # ── sourcing and energy ──
    ("series-fit", {"sites.abilene.colocation": {**RENT, "limit_mw": [1]}}, "sites.abilene.colocation.limit_mw"),
    ("series-fit", {"power.min_renewable_share": {"2031": 1}}, "power.min_renewable_share.2031"),
    ("series-fit", {"equity.dividends": {"maximum_musd": [1, 2]}}, "equity.dividends.maximum_musd"),
    (
        "series-fit",
        {"cloud.rented.reserved": {**RESERVED, "price_usd_per_h100e_hour": [1]}},
        "cloud.rented.reserved.price_usd_per_h100e_hour",
    ),
    (
        "series-range",
        {"regions.north.grid_renewable_share": {"initial": 0.9, "growth_per_year": 0.1}},
        "regions.north.grid_renewable_share",
    ),
    (
        "period-outside",
        {"energy_sources.ppa": {**PPA, "contract": {"term_periods": 1, "last_signing": 2030}}},
        "energy_sources.ppa.contract.last_signing",
    ),
    ("period-outside", {f"{BOND}.prepayment": {"first_prepayment": 2031}}, f"{BOND}.prepayment.first_prepayment"),
    (
        "period-outside",
        {f"{GB200}.development": {"cost_musd": 1, "lead_periods": 1, "first_start": 2025}},
        f"{GB200}.development.first_start",
    ),
    (
        "window-empty",
        {"sites.abilene.colocation": {**RENT, "first_signing": 2028, "last_signing": 2027}},
        "sites.abilene.colocation.first_signing",
    ),
    (
        "window-empty",
        {"partners.cloudco": {**COMPUTE, "first_signing": 2027, "last_signing": 2026}},
        "partners.cloudco.first_signing",
    ),
    ("unknown-region", {"energy_sources.ppa": {**PPA, "region": "norht"}}, "energy_sources.ppa.region"),
    (
        "unknown-site",
        {f"{BOND}.tied_to": {"capex_share": 0.5, "sites": ["abilen"]}},
        f"{BOND}.tied_to.sites.0",
    ),
    ("unknown-offer", {f"{BOND}.tied_to": {"capex_share": 0.5, "hardware": ["gb20"]}}, f"{BOND}.tied_to.hardware.0"),
    ("unknown-lender", {f"{BOND}.lender": "bank", "lenders": {"banks": {"limit_musd": 9}}}, f"{BOND}.lender"),
    ("price-missing", {f"{GB200}.price_usd": GONE}, GB200),
    ("lease-and-purchase", {**LEASED, f"{GB200}.price_usd": 1000}, f"{GB200}.price_usd"),
    ("lease-and-purchase", {**LEASED, f"{GB200}.attach": {"rack": {"usd_per_unit": 1}}}, f"{GB200}.attach"),
    ("lease-and-purchase", {**LEASED, f"{GB200}.deposit_share": 0.1}, f"{GB200}.deposit_share"),
    ("lease-and-purchase", {**LEASED, f"{GB200}.payment_timing": "mid"}, f"{GB200}.payment_timing"),
    ("lease-and-purchase", {**LEASED, f"{GB200}.tax_class": "chips"}, f"{GB200}.tax_class"),
    ("lease-and-purchase", {**LEASED, f"{GB200}.resale_share_by_age": [1]}, f"{GB200}.resale_share_by_age"),
    (
        "lease-and-purchase",
        {**LEASED, f"{GB200}.tiers": {"kind": "all_units", "steps": [{"from_units": 0, "discount_share": 0}]}},
        f"{GB200}.tiers",
    ),
    (
        "lease-and-purchase",
        {**LEASED, f"{GB200}.framework": {"min_total_units": 1, "take_or_pay_share": 1}},
        f"{GB200}.framework.take_or_pay_share",
    ),
    # a loan without a limit, and hardware that draws no power behind a signature: nothing limits an order
    (
        "supply-missing",
        {f"{GB200}.kw": 0, f"{GB200}.supply_units": GONE, "debt.bond.limit_musd": GONE, "tax": GONE}
        | {f"{GB200}.framework": {"min_total_units": 10}, "terminal": {"kind": "book_share", "share": 0.1}},
        GB200,
    ),
    ("resale-with-tiers", {f"{GB200}.resale_share_by_age": [1, 0.5]}, f"{GB200}.resale_share_by_age"),
    (
        "resale-rising",
        {f"{GB200}.tiers": GONE, f"{GB200}.resale_share_by_age": [0.5, 0.6]},
        f"{GB200}.resale_share_by_age.1",
    ),
    # five years, and a unit of the example serves four
    (
        "upkeep-past-life",
        {f"{GB200}.upkeep_usd_per_unit_year_by_age": [500, 500, 500, 500, 500]},
        f"{GB200}.upkeep_usd_per_unit_year_by_age",
    ),
    (
        "upkeep-without-leaving",
        {f"{GB200}.tiers": GONE, f"{GB200}.upkeep_usd_per_unit_year_by_age": [500, 400, 900]},
        f"{GB200}.upkeep_usd_per_unit_year_by_age.2",
    ),
    # 50,000 in each of the four periods
    (
        "framework-beyond-supply",
        {f"{GB200}.framework": {"min_total_units": 200_001}},
        f"{GB200}.framework.min_total_units",
    ),
    # developed from 2026 on, orders only in 2028 and 2029
    (
        "framework-beyond-supply",
        {
            f"{GB200}.framework": {"min_total_units": 100_001},
            f"{GB200}.development": {"cost_musd": 1, "lead_periods": 2},
        },
        f"{GB200}.framework.min_total_units",
    ),
    (
        "framework-always-short",
        {f"{GB200}.framework": {"min_total_units": 200_001, "take_or_pay_share": 0.5}},
        f"{GB200}.framework.min_total_units",
    ),
    ("site-without-power", {"sites.empty": {"region": "north", "pue": 1.2}}, "sites.empty"),
    ("never-rented", {"sites.abilene.colocation": {**RENT, "lead_periods": 4}}, "sites.abilene.colocation"),
    ("never-rented", {"sites.abilene.colocation": {**RENT, "block_mw": 11}}, "sites.abilene.colocation"),
    ("never-rented", {"cloud.rented.reserved": {**RESERVED, "limit_h100e": 99}}, "cloud.rented.reserved"),
    ("term-past-end", {"sites.abilene.colocation": {**RENT, "term_periods": 2}}, "sites.abilene.colocation"),
    ("term-past-end", {"cloud.rented.reserved": {**RESERVED, "term_periods": 2}}, "cloud.rented.reserved"),
    (
        "term-past-end",
        {
            **LEASED,
            f"{GB200}.lease": {"payment_usd_per_unit_year": 9000, "implicit_rate_per_year": 0.06},
            "terminal": {"kind": "ebitda_multiple", "multiple": 8},
        },
        f"{GB200}.lease",
    ),
    ("leases-past-end", LEASED, f"{GB200}.lease"),
    (
        "assignable-idle",
        {**LEASED, f"{GB200}.lease": {**LEASE[f"{GB200}.lease"], "assignable_share": 0.5}},
        f"{GB200}.lease.assignable_share",
    ),
    (
        "assignable-idle",
        {
            "cloud.rented.reserved": {**RESERVED, "assignable_share": 1},
            "terminal": {"kind": "ebitda_multiple", "multiple": 5},
        },
        "cloud.rented.reserved.assignable_share",
    ),
    (
        "loss-value-idle",
        {"tax.loss_usable_share": GONE, "terminal": {"kind": "none", "loss_value_share": 0.5}},
        "terminal.loss_value_share",
    ),
    (
        "partner-terms",
        {"partners.p": {**STAKE, "cost_of_serving_usd_per_h100e_hour": 1}},
        "partners.p.cost_of_serving_usd_per_h100e_hour",
    ),
    ("spend-past-end", {f"{PHASE}.spend_profile": [0.5, 0.25, 0.25]}, f"{PHASE}.spend_profile"),
    (
        "spend-past-end",
        {f"{PHASE}.spend_profile": [0.5, 0.25, 0.25], "cash.cover_commitments": False},
        f"{PHASE}.spend_profile",
    ),
    ("value-past-end", {f"{PHASE}.value_musd": 3, f"{PHASE}.latest_start": 2029}, f"{PHASE}.value_musd"),
    ("deliveries-past-end", {"partners.lab": {**COMPUTE, "delivery_periods": 4}}, "partners.lab"),
    (
        "term-past-end",
        {
            "energy_sources.ppa": {
                **PPA,
                "contract": {"term_periods": 3, "last_signing": 2028, "take_or_pay_share": 0.5},
            }
        },
        "energy_sources.ppa.contract",
    ),
    ("region-without-energy", {"regions.north.energy_price_usd_per_mwh": GONE}, "regions.north"),
    # sites have power from 2027 on; the grid gives 30 % and the cloud 1,000 of the 1,200 that must be served
    (
        "renewable-impossible",
        {
            "power.min_renewable_share": 0.5,
            "regions.north.grid_renewable_share": 0.3,
            "markets.training.demand_h100e": {"2026": 0, "2027": 1200},
            "markets.training.min_served_share": 1,
        },
        "power.min_renewable_share",
    ),
    (
        "renewable-stops",
        {"power.min_renewable_share": 0.5, "regions.north.grid_renewable_share": 0.3},
        "power.min_renewable_share",
    ),
    # ── purposes ──
    ("convention-of-table", {"depreciation.chips.convention": "half_year"}, "depreciation.chips.convention"),
    ("terminal-without-curve", {"terminal": {"kind": "resale"}}, "terminal.kind"),
    ("terminal-figure", {"terminal": {"kind": "resale", "share": 0.5}}, "terminal.share"),
    ("rates-of-apv", {"objectives": [{"name": "adjusted_present_value"}]}, "objectives.0.name"),
    ("dilution-without-value", {"objectives": [{"name": "dilution"}]}, "objectives.0.name"),
    ("wacc-is-a-ratio", {"objectives": [{"name": "wacc"}]}, "objectives.0.name"),
    ("blind-to-interest", {"objectives": [{"name": "net_present_cost"}]}, "objectives.0.name"),
    ("fees-take-all", {f"{BOND}.upfront_fee_share": 1.0}, f"{BOND}.upfront_fee_share"),
    (
        "interest-limit-idle",
        {"tax.interest_limit_share": 0.3, "debt": {}, "covenants": {}},
        "tax.interest_limit_share",
    ),
]
