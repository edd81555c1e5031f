"""Changes of the example from which files are made that a check speaks of, or does not."""

from __future__ import annotations

from typing import Any

from optimizer.instance.checks import Finding, check
from optimizer.instance.schema import Instance
from tests.instance.example import GONE, changed

PHASE = "sites.abilene.phases.0"
BOND = "debt.bond"
SEED = "equity.rounds.seed"
GB200 = "hardware.gb200"
QUARTERS = {
    "calendar": {"start": "2026Q3", "periods": 4, "length": "quarter"},
    f"{BOND}.last_draw": "2026Q4",
    "debt.line.last_draw": "2026Q4",
    "hardware.gb200.life_periods": 16,
    f"{PHASE}.latest_start": "2027Q1",
}
LEASE = {f"{GB200}.lease": {"payment_usd_per_unit_year": 9000, "implicit_rate_per_year": 0.06, "counts_as_debt": True}}
LEASED = {
    **LEASE,
    f"{GB200}.price_usd": GONE,
    f"{GB200}.deposit_share": GONE,
    f"{GB200}.tiers": GONE,
    f"{GB200}.tax_class": GONE,
}
PPA = {
    "region": "north",
    "price_usd_per_mwh": 30,
    "limit_mw": 20,
    "renewable": True,
    "contract": {"term_periods": 2, "take_or_pay_share": 0.5, "last_signing": 2028},
}
RENT = {"rent_musd_per_mw_year": 1, "limit_mw": 10, "term_periods": 1, "block_mw": 1}
RESERVED = {"price_usd_per_h100e_hour": 2, "limit_h100e": 500, "term_periods": 1, "block_h100e": 100}
COMPUTE = {
    "kind": "compute",
    "cash_musd": 50,
    "delivery_periods": 2,
    "delivery_h100e": 100,
    "price_usd_per_h100e_hour": 1,
}
STAKE = {"kind": "equity", "cash_musd": 50, "pre_money_musd": 500}
WORTH = {"objectives": [{"name": "shareholder_value"}]}
LOAN = {"kind": "bullet", "tenor_periods": 3, "limit_musd": 300}
DIVIDENDS = {"maximum_musd": 10}
OF_GB200 = {
    "accelerator": "GB200",
    "compute_h100e": 1,
    "kw": 1,
    "lead_periods": 0,
    "life_periods": 4,
    "lot_units": 0,
    "supply_units": 100,
    "upkeep_usd_per_unit_year": 0,
}
CHEAP_LEASE = {"payment_usd_per_unit_year": 9000, "implicit_rate_per_year": 0.5, "counts_as_debt": True}


def without(block: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != key}


def grid(*buckets: dict[str, Any], by: str = "leverage", **more: Any) -> dict[str, Any]:
    return {"pricing_grid": {"by": by, "buckets": list(buckets), **more}}


COVER, DSCR = {"kind": "interest_cover", "minimum": 2}, {"kind": "dscr", "minimum": 1.2}
LOW, HIGH = {"upper": 0.4}, {"lower": 0.4, "spread_per_year": 0.01}
RELEVER = {"method": "hamada", "unlevered_cost_per_year": 0.1, "risk_free_per_year": 0.04}


def findings(changes: dict[str, Any]) -> list[Finding]:
    return check(Instance.model_validate(changed(changes)))


SECOND_SITE = {"sites.denton": {"region": "north", "pue": 1.2, "existing_mw": 5}}


# every source and instrument at once, as it should be
_CUSTOMER = {
    "last_signing": 2026,
    "term_periods": 1,
    "escalator_per_year": 0.03,
    "prepayment_musd": 5,
    "long_stop_periods": 1,
    "delay_damages_musd_per_year": 2,
    "cost_of_serving_usd_per_h100e_hour": 1,
    "shares": {"musd": 5, "pre_money_musd": 900},
}
BY_HOUR = {
    **_CUSTOMER,
    "ramp_h100e": [9000],
    "price_usd_per_h100e_hour": 2,
    "renewal": {"term_periods": 1, "price_usd_per_h100e_hour": 1.8},
}
BY_MONTH = {
    **_CUSTOMER,
    "ramp_mw": [10],
    "h100e_per_mw": 900,
    "price_musd_per_mw_month": 1,
    "renewal": {"term_periods": 1, "price_musd_per_mw_month": 0.9},
}
FLOATING = {
    "reference": "sofr",
    "margin_per_year": 0.02,
    "floor_per_year": 0.01,
    "swap": {"share": 0.5, "rate_per_year": 0.035},
}
EVERYTHING: dict[str, Any] = {
    f"{GB200}.framework": {"min_total_units": 200_000, "take_or_pay_share": 0.5, "signing_fee_musd": 1},
    f"{GB200}.development": {"cost_musd": 1, "lead_periods": 0, "first_start": 2026},
    "hardware.sold": {
        "price_usd": 30000,
        "compute_h100e": 1,
        "kw": 1,
        "lead_periods": 0,
        "life_periods": 4,
        "lot_units": 0,
        "supply_units": 100,
        "deposit_share": 0,
        "upkeep_usd_per_unit_year": 0,
        "tax_class": "chips",
        "resale_share_by_age": [1, 0.5, 0.5, 0],
    },
    "hardware.leased": {
        "compute_h100e": 1,
        "kw": 1,
        "lead_periods": 0,
        "life_periods": 4,
        "last_order": 2026,
        "lot_units": 0,
        "supply_units": 100,
        "upkeep_usd_per_unit_year": 0,
        "lease": {"payment_usd_per_unit_year": 9000, "implicit_rate_per_year": 0.06, "counts_as_debt": True},
    },
    "regions.north.grid_renewable_share": 0,
    "energy_sources.ppa": PPA,
    "power.min_renewable_share": {"2026": 0, "2027": 0.9},
    "sites.abilene.colocation": RENT,
    "sites.rented-only": {
        "region": "north",
        "pue": 1.2,
        "uptime_share": 1,
        "max_utilisation_share": 1,
        "load_factor_share": 1,
        "grid_connection_mw": 10,
        "colocation": RENT,
    },
    "cloud.rented.reserved": RESERVED,
    "lenders.bank": {"limit_musd": 400},
    f"{BOND}.lender": "bank",
    f"{BOND}.grace_periods": 1,
    f"{BOND}.capitalise_interest": True,
    f"{BOND}.issue_discount_share": 0.01,
    f"{BOND}.service_reserve": {"service_periods": 1, "first_full": 2026},
    f"{BOND}.prepayment": {"premium_share": 0.02, "first_prepayment": 2027},
    f"{BOND}.tied_to": {"capex_share": 0.5, "sites": ["abilene"], "hardware": ["gb200"]},
    f"{BOND}.advance": {"contracts": ["by_hour"], "share": 0.8, "discount_rate_per_year": 0.08},
    "reference_rates.sofr": {"rate_per_year": 0.04},
    "debt.term": {"kind": "sculpted", "floating": FLOATING, "tenor_periods": 3, "last_draw": 2026, "limit_musd": 50},
    "equity.ownership_floor_share": 0.5,
    f"{SEED}.pre_money_musd": 1000,
    "equity.dividends": {**DIVIDENDS, "minimum_total_musd": 5, "lock_up_dscr": 1.2, "return_of_capital": False},
    "preferred_equity.a": {"dividend_per_year": 0.08, "min_musd": 1, "max_musd": 4},
    "partners": {"compute": {**COMPUTE, "last_signing": 2027}, "stake": STAKE},
    "contracts": {"by_hour": BY_HOUR, "by_month": BY_MONTH},
    **grid(
        {"upper": 0.3},
        {"lower": 0.3, "upper": 0.9, "spread_per_year": 0.01},
        {"lower": 0.9, "cost_of_equity_per_year": 0.3},
        relever=RELEVER,
    ),
    "adjusted_present_value": {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.06},
    "objectives": [{"name": "adjusted_present_value"}, {"name": "dilution"}],
    "tax.interest_limit_share": 0.3,
    "depreciation.building.convention": "mid_month",
    "terminal": {"kind": "resale", "loss_value_share": 0},
}
