"""Each check has a file that triggers it, and one that does not: the example."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.instance.checks import CHECKS, Finding, check
from optimizer.instance.schema import Instance
from optimizer.instance.unset import UNSET
from tests.instance.example import GONE, changed, data

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


def test_example_is_clean() -> None:
    assert check(Instance.model_validate(data())) == []


_SECOND_SITE = {"sites.denton": {"region": "north", "pue": 1.2, "existing_mw": 5}}

# code, what is changed in the example, where the finding points
TRIGGERS: list[tuple[str, dict[str, Any], str]] = [
    ("calendar-start", {"calendar.start": "2026Q1"}, "calendar.start"),
    ("calendar-start", {"calendar.start": 26}, "calendar.start"),
    ("series-fit", {"hardware.gb200.price_usd": [1000, 1000]}, "hardware.gb200.price_usd"),
    ("series-fit", {"hardware.gb200.price_usd": {"2026": 1000, "2031": 900}}, "hardware.gb200.price_usd.2031"),
    ("series-fit", {"hardware.gb200.price_usd": {"2026Q1": 1000}}, "hardware.gb200.price_usd.2026Q1"),
    ("series-fit", {"hardware.gb200.price_usd": {"2027": 1000}}, "hardware.gb200.price_usd"),
    (
        "series-fit",
        {"markets.training.serving_cost_by_site_usd_per_h100e_hour": {"abilene": [1]}},
        "markets.training.serving_cost_by_site_usd_per_h100e_hour.abilene",
    ),
    # 0.9·1.1³ = 1.1979 is no share
    (
        "series-range",
        {"markets.training.min_served_share": {"initial": 0.9, "growth_per_year": 0.1}},
        "markets.training.min_served_share",
    ),
    ("series-range", {"budgets.all.musd": {"initial": 1, "growth_per_year": 1e300}}, "budgets.all.musd"),
    ("period-outside", {f"{BOND}.first_draw": 2025}, f"{BOND}.first_draw"),
    ("period-outside", {f"{PHASE}.latest_start": "2026-07"}, f"{PHASE}.latest_start"),
    ("window-empty", {f"{BOND}.first_draw": 2028}, f"{BOND}.first_draw"),
    ("unknown-region", {"sites.abilene.region": "nroth"}, "sites.abilene.region"),
    ("unknown-resource", {f"{PHASE}.resources": {"crew": {}}}, f"{PHASE}.resources.crew"),
    ("unknown-site", {"hardware.gb200.sites": ["rented"]}, "hardware.gb200.sites.0"),
    ("unknown-site", {"markets.training.sites": ["rented", "mars"]}, "markets.training.sites.1"),
    (
        "unknown-site",
        {"markets.training.serving_cost_by_site_usd_per_h100e_hour": {"mars": 1}},
        "markets.training.serving_cost_by_site_usd_per_h100e_hour.mars",
    ),
    ("unknown-tax-class", {"hardware.gb200.tax_class": "chip"}, "hardware.gb200.tax_class"),
    ("unknown-tax-class", {f"{PHASE}.capex.shell.tax_class": "hall"}, f"{PHASE}.capex.shell.tax_class"),
    (
        "unknown-instrument",
        {"covenants.ltv": {"kind": "loan_to_value", "maximum": 1, "assets": ["sites"], "instruments": ["bnd"]}},
        "covenants.ltv.instruments.0",
    ),
    ("unused-region", {"regions.south": {}}, "regions.south"),
    (
        "unused-source",
        {
            "regions.south": {},
            "energy_sources": {"sun": {"region": "south", "price_usd_per_mwh": 1, "limit_mw": 1}},
        },
        "energy_sources.sun",
    ),
    ("unused-resource", {f"{PHASE}.resources": {}}, "resources.crews"),
    ("unused-lender", {"lenders": {"bank": {"limit_musd": 5}}}, "lenders.bank"),
    ("unused-tax-class", {"depreciation.cars": {"life_years": 5}}, "depreciation.cars"),
    ("unused-cloud", {"markets.training.sites": ["abilene"]}, "cloud.rented"),
    ("unused-cloud", {"markets.training.surplus_only_below_share": 0.5}, "cloud.rented"),
    ("unused-site", {"markets.training.sites": ["rented"]}, "sites.abilene"),
    ("unused-site", {**_SECOND_SITE, "hardware.gb200.sites": ["abilene"]}, "sites.denton"),
    ("name-clash", {"cloud.abilene": {"price_usd_per_h100e_hour": 3, "limit_h100e": 1}}, "cloud.abilene"),
    ("duplicate-phase", {"sites.abilene.phases.1.name": "one"}, "sites.abilene.phases.1.name"),
    ("objective-twice", {"objectives": [{"name": "peak_funding"}, {"name": "peak_funding"}]}, "objectives.1.name"),
    ("listed-twice", {"budgets.all.covers": ["sites", "sites"]}, "budgets.all.covers.1"),
    ("spend-profile-sum", {f"{PHASE}.spend_profile": [0.5, 0.4]}, f"{PHASE}.spend_profile"),
    # starts in 2029 at the earliest, one period of lead: 2030, after the last period
    ("committed-late", {f"{PHASE}.committed": True, f"{PHASE}.earliest_start": 2029}, f"{PHASE}.committed"),
    # the two phases of the entry are 4 periods apart, and there are 4 periods
    (
        "committed-late",
        {"sites.abilene.phases.1.committed": True, "sites.abilene.phases.1.gap_periods": 4},
        "sites.abilene.phases.1.committed",
    ),
    ("never-online", {f"{PHASE}.lead_periods": 4}, PHASE),
    # phase one not before 2028, phase two three periods later: 2031
    (
        "never-online",
        {f"{PHASE}.earliest_start": 2028, "sites.abilene.phases.1.gap_periods": 3},
        "sites.abilene.phases.1",
    ),
    ("hardware-without-site", {"sites": {}}, "hardware"),
    ("never-delivered", {"hardware.gb200.lead_periods": 4}, "hardware.gb200"),
    ("never-delivered", {"hardware.gb200.supply_units": 99}, "hardware.gb200"),  # less than a lot
    ("tiers-start", {"hardware.gb200.tiers.steps.0.from_units": 1}, "hardware.gb200.tiers.steps.0.from_units"),
    ("tiers-order", {"hardware.gb200.tiers.steps.1.from_units": 0}, "hardware.gb200.tiers.steps.1.from_units"),
    (
        "falling-discount",
        {"hardware.gb200.tiers.steps.0.discount_share": 0.1},
        "hardware.gb200.tiers.steps.1.discount_share",
    ),
    ("surplus-alone", {"markets.training.surplus_only_below_share": 0.5}, "markets.training.surplus_only_below_share"),
    ("demand-beyond-supply", {"markets.training.min_served_share": 1}, "markets.training.demand_h100e"),
    (
        "demand-beyond-supply",
        {
            "markets.training": {"demand_h100e": 600, "min_served_share": 1, "sites": ["rented"]},
            "markets.research": {"demand_h100e": 600, "min_served_share": 1, "sites": ["rented"]},
        },
        "markets",
    ),
    ("cash-flow-amount", {"cash_flows.staff.musd_per_period": 1}, "cash_flows.staff"),
    ("cash-flow-amount", {"cash_flows.staff.musd_per_year": GONE}, "cash_flows.staff"),
    ("depreciation-schedule", {"depreciation.building.life_years": GONE}, "depreciation.building"),
    ("depreciation-schedule", {"depreciation.chips.life_years": 5}, "depreciation.chips"),
    ("depreciation-sum", {"depreciation.chips.table_shares": [0.5, 0.4]}, "depreciation.chips.table_shares"),
    ("loss-not-carried", {"tax": {"rate": 0.2, "opening_loss_musd": 1}}, "tax.opening_loss_musd"),
    ("tax-year-end", {"tax.year_end": "Q1"}, "tax.year_end"),
    ("year-to-date-of-none", {"tax.year_to_date_musd": -5}, "tax.year_to_date_musd"),
    ("year-to-date-of-none", {**QUARTERS, "tax.year_to_date_musd": 5, "tax.year_end": "Q2"}, "tax.year_to_date_musd"),
    ("terminal-figure", {"terminal": {"kind": "book_share"}}, "terminal"),
    ("terminal-figure", {"terminal": {"kind": "none", "multiple": 2}}, "terminal.multiple"),
    ("tenor-missing", {f"{BOND}.tenor_periods": GONE}, BOND),
    ("tenor-of-revolver", {"debt.line.tenor_periods": 2}, "debt.line.tenor_periods"),
    ("grace-without-schedule", {f"{BOND}.grace_periods": 1}, f"{BOND}.grace_periods"),
    ("grace-without-schedule", {"debt.line.grace_periods": 1}, "debt.line.grace_periods"),
    ("grace-too-long", {f"{BOND}.kind": "level", f"{BOND}.grace_periods": 2}, f"{BOND}.grace_periods"),
    ("draw-sizes", {f"{BOND}.min_draw_musd": 501}, f"{BOND}.min_draw_musd"),
    ("draw-sizes", {f"{BOND}.min_draw_musd": 5, f"{BOND}.max_draw_musd": 4}, f"{BOND}.min_draw_musd"),
    ("limit-missing", {"debt.line.limit_musd": GONE}, "debt.line"),
    ("limit-missing", {f"{BOND}.limit_musd": GONE}, BOND),  # because of tax
    ("limit-missing", {f"{BOND}.limit_musd": GONE, f"{BOND}.commitment_fee_per_year": 0.01, "tax": GONE}, BOND),
    ("limit-missing", {f"{BOND}.limit_musd": GONE, f"{BOND}.min_draw_musd": 1, "tax": GONE}, BOND),
    ("limit-missing", {f"{BOND}.limit_musd": GONE, f"{BOND}.issue_fee_musd": 1, "tax": GONE}, BOND),
    (
        "limit-for-one-movement",
        {f"{BOND}.limit_musd": GONE, f"{BOND}.prepayment": {}, "tax": GONE},
        BOND,
    ),
    (
        "limit-for-one-movement",
        {f"{BOND}.limit_musd": GONE, f"{BOND}.kind": "sculpted", f"{BOND}.tenor_periods": 3, "tax": GONE},
        BOND,
    ),
    ("opening-above-limit", {"debt.line.opening_balance_musd": 51}, "debt.line.opening_balance_musd"),
    (
        "opening-above-limit",
        {"debt.line.opening_balance_musd": 26, "debt.line.letter_of_credit_share": 0.5},
        "debt.line.opening_balance_musd",
    ),
    (
        "draw-sizes",
        {"debt.line.min_draw_musd": 26, "debt.line.letter_of_credit_share": 0.5},
        "debt.line.min_draw_musd",
    ),
    ("term-of-other-kind", {f"{BOND}.letter_of_credit_share": 0.1}, f"{BOND}.letter_of_credit_share"),
    (
        "letter-of-credit-fee-idle",
        {"debt.line.letter_of_credit_fee_per_year": 0.02},
        "debt.line.letter_of_credit_fee_per_year",
    ),
    ("tenor-past-end", {f"{BOND}.tenor_periods": 3}, BOND),  # drawn in period 2 of 4
    ("equity-sizes", {f"{SEED}.min_musd": 401}, f"{SEED}.min_musd"),
    ("covenant-bound", {"covenants.leverage": {"kind": "debt_to_capital"}}, "covenants.leverage"),
    ("covenant-bound", {"covenants.cover": {"kind": "dscr", "minimum": 1, "maximum": 2}}, "covenants.cover.maximum"),
    ("covenant-assets", {"covenants.ltv": {"kind": "loan_to_value", "maximum": 1}}, "covenants.ltv"),
    ("covenant-assets", {"covenants.leverage.assets": ["sites"]}, "covenants.leverage.assets"),
    ("covenant-term", {"covenants.leverage.over": "period"}, "covenants.leverage.over"),
    ("covenant-term", {"covenants.cover": {**COVER, "balloons": "counted"}}, "covenants.cover.balloons"),
    ("history-form", {"covenants.cover": COVER, "history.ebitda_musd": [1, 2, 3, 4]}, "history.ebitda_musd"),
    ("history-form", {"covenants.cover": COVER, "history.tax_musd": {2025: 1, 2026: 2}}, "history.tax_musd.2026"),
    ("history-idle", {"history.ebitda_musd": 10}, "history"),
    ("history-idle", {"covenants.cover": {**COVER, "over": "period"}, "history.ebitda_musd": 10}, "history"),
    ("first-year-untested", {**QUARTERS, "covenants.cover": COVER}, "covenants.cover"),
    (
        "first-year-untested",
        {**QUARTERS, "covenants.cover": COVER, "history": {"ebitda_musd": 9, "interest_musd": {"2026Q1": 1}}},
        "covenants.cover",
    ),
    (
        "first-year-untested",
        {**QUARTERS, "equity.dividends": {**DIVIDENDS, "lock_up_dscr": 1.2}},
        "equity.dividends.lock_up_dscr",
    ),
    ("unknown-instrument", {f"{BOND}.refinances": ["lien"]}, f"{BOND}.refinances.0"),
    ("refinances-nothing", {f"{BOND}.refinances": ["bond"]}, f"{BOND}.refinances"),
    ("refinances-nothing", {"covenants.cover": DSCR, f"{BOND}.refinances": ["line"]}, f"{BOND}.refinances.0"),
    # 1,500 of bond are outstanding in period 1, and equity is at most 50 + 400: 1500/1950 = 0.77
    ("covenant-impossible", {f"{BOND}.opening_balance_musd": 1500}, "covenants.leverage.maximum"),
    (
        "covenant-impossible",
        {"covenants.leverage.maximum": 0, f"{BOND}.opening_balance_musd": 1},
        "covenants.leverage.maximum",
    ),
    (
        "covenant-impossible",
        {"covenants.cash": {"kind": "minimum_liquidity", "minimum": 1e6}},
        "covenants.cash.minimum",
    ),
    ("cash-unreachable", {"cash.minimum_musd": 1e6}, "cash.minimum_musd"),
    ("cash-below-minimum", {"cash.minimum_musd": 101}, "cash.minimum_musd"),
    (
        "terminal-cash-with-debt",
        {"objectives": [{"name": "terminal_cash"}], f"{BOND}.tenor_periods": 4},
        "objectives.0.name",
    ),
    (
        "terminal-cash-with-debt",
        {"objectives": [{"name": "terminal_cash"}], "debt.line.last_draw": 2029},
        "objectives.0.name",
    ),
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
    # ── instruments ──
    ("tenor-missing", {f"{BOND}.kind": "sculpted", f"{BOND}.tenor_periods": GONE}, BOND),
    ("grace-too-long", {f"{BOND}.kind": "sculpted", f"{BOND}.grace_periods": 2}, f"{BOND}.grace_periods"),
    ("term-of-other-kind", {"debt.line.capitalise_interest": True}, "debt.line.capitalise_interest"),
    ("term-of-other-kind", {"debt.line.prepayment": {}}, "debt.line.prepayment"),
    ("term-of-other-kind", {"debt.line.issue_discount_share": 0.01}, "debt.line.issue_discount_share"),
    ("term-of-other-kind", {f"{BOND}.kind": "sculpted", f"{BOND}.prepayment": {}}, f"{BOND}.prepayment"),
    (
        "term-of-other-kind",
        {f"{BOND}.kind": "sculpted", f"{BOND}.grace_periods": 1, f"{BOND}.capitalise_interest": True},
        f"{BOND}.capitalise_interest",
    ),
    ("pik-without-grace", {f"{BOND}.capitalise_interest": True}, f"{BOND}.capitalise_interest"),
    (
        "pik-beyond-measure",  # 11^6 is 1.8 million
        {
            f"{BOND}.capitalise_interest": True,
            f"{BOND}.rate_per_year": 10,
            f"{BOND}.tenor_periods": 9,
            f"{BOND}.grace_periods": 6,
            "calendar.periods": 9,
        },
        f"{BOND}.capitalise_interest",
    ),
    ("tied-to-nothing", {f"{BOND}.tied_to": {"capex_share": 0.5}}, f"{BOND}.tied_to"),
    (
        "tied-to-lease",
        {**LEASED, f"{BOND}.tied_to": {"capex_share": 0.5, "hardware": ["gb200"]}},
        f"{BOND}.tied_to.hardware.0",
    ),
    (
        "preferred-sizes",
        {"preferred_equity.a": {"dividend_per_year": 0.08, "min_musd": 5, "max_musd": 4}},
        "preferred_equity.a.min_musd",
    ),
    ("partner-terms", {"partners.p": {"kind": "equity", "cash_musd": 5}}, "partners.p"),
    ("partner-terms", {"partners.p": {**COMPUTE, "pre_money_musd": 5}}, "partners.p.pre_money_musd"),
    ("partner-terms", {"partners.p": {**STAKE, "delivery_periods": 5}}, "partners.p.delivery_periods"),
    ("partner-terms", {"partners.p": {**STAKE, "delivery_lag_periods": 2}}, "partners.p.delivery_lag_periods"),
    *(
        ("partner-terms", {"partners.p": without(COMPUTE, field)}, "partners.p")
        for field in ("delivery_periods", "delivery_h100e", "price_usd_per_h100e_hour")
    ),
    (
        "partner-never-delivers",
        {"partners.p": {**COMPUTE, "first_signing": 2029}},
        "partners.p.delivery_lag_periods",
    ),
    ("dividend-sizes", {"equity.dividends": {**DIVIDENDS, "minimum_musd": 11}}, "equity.dividends.minimum_musd"),
    # dividends are out of earnings, and how low these can be hangs on the interest
    ("limit-missing", {f"{BOND}.limit_musd": GONE, "tax": GONE, "equity.dividends": {}}, BOND),
    (
        "equity-basis",
        {"covenants.value": {"kind": "loan_to_value", "maximum": 1, "assets": ["sites"], "equity_basis": "book"}},
        "covenants.value.equity_basis",
    ),
    ("stake-as-debt", {"partners.p": {**STAKE, "counts_as_debt": True}}, "partners.p.counts_as_debt"),
    (
        "lease-rate-missing",
        {**LEASED, f"{GB200}.lease": {"payment_usd_per_unit_year": 9000, "counts_as_debt": True}},
        f"{GB200}.lease",
    ),
    (
        "lease-rate-differs",
        {f"{GB200}.accelerator": "GB200", "hardware.leased": {**OF_GB200, "lease": CHEAP_LEASE}},
        "hardware.leased.lease.implicit_rate_per_year",
    ),
    # 10 in each of four periods
    (
        "dividend-sizes",
        {"equity.dividends": {**DIVIDENDS, "minimum_total_musd": 41}},
        "equity.dividends.minimum_total_musd",
    ),
    (
        "lock-up-with-minimum",
        {"equity.dividends": {**DIVIDENDS, "minimum_musd": 1, "lock_up_dscr": 1.2}},
        "equity.dividends.lock_up_dscr",
    ),
    ("ownership-outside", {"equity.ownership_floor_share": 0.8}, SEED),
    ("pre-money-zero", {f"{SEED}.pre_money_musd": [9, 0, 9, 9]}, f"{SEED}.pre_money_musd"),
    ("pre-money-zero", {"partners.p": {**STAKE, "pre_money_musd": 0}}, "partners.p.pre_money_musd"),
    # ── pricing grid ──
    ("grid-range", grid({"upper": 40}), "pricing_grid.buckets.0.upper"),
    ("grid-range", grid({"lower": 0.5, "upper": 0.4}), "pricing_grid.buckets.0"),
    ("grid-order", grid(HIGH, LOW), "pricing_grid.buckets.1"),
    ("grid-order", grid(LOW, {"lower": 0.3}), "pricing_grid.buckets.1"),
    ("grid-order", grid({"upper": 2}, {"lower": 2}, by="interest_cover"), "pricing_grid.buckets.1"),
    ("grid-gap", grid(LOW, {"lower": 0.5}), "pricing_grid.buckets.1"),
    ("grid-gap", grid({"lower": 0.1}), "pricing_grid.buckets.0.lower"),
    ("grid-gap", grid({"upper": 0.9}), "pricing_grid.buckets.0.upper"),
    ("grid-gap", grid({"lower": 3}, {"upper": 2}, by="interest_cover"), "pricing_grid.buckets.1"),
    ("grid-gap", grid({"lower": 0}, by="interest_cover"), "pricing_grid.buckets.0.lower"),
    ("grid-gap", grid({"upper": 9}, by="interest_cover"), "pricing_grid.buckets.0.upper"),
    ("grid-points", grid({"lower": 0, "upper": 0}, {"lower": 0.3, "upper": 0.3}), "pricing_grid.buckets.0"),
    # 25 of debt on 50 of equity: a third
    (
        "grid-opening",
        {**grid({"lower": 0, "upper": 0}, {"lower": 0.5, "upper": 0.5}), f"{BOND}.opening_balance_musd": 25},
        "pricing_grid.buckets",
    ),
    ("relever-terms", grid({"lower": 2}, {"upper": 2}, by="interest_cover", relever=RELEVER), "pricing_grid.relever"),
    ("relever-terms", grid(LOW, {"lower": 0.4, "upper": 1}, relever=RELEVER), "pricing_grid.buckets.1"),
    (
        "relever-terms",
        grid(
            {"upper": 1, "cost_of_equity_per_year": 0.1}, relever={"method": "hamada", "unlevered_cost_per_year": 0.1}
        ),
        "pricing_grid.relever",
    ),
    (
        "relever-terms",
        grid({"cost_of_equity_per_year": 0.1}, relever={**RELEVER, "cost_of_debt_per_year": 0.05}),
        "pricing_grid.relever.cost_of_debt_per_year",
    ),
    (
        "grid-and-round-cost",
        {**grid({"cost_of_equity_per_year": 0.1}), f"{SEED}.cost_of_equity_per_year": 0.2},
        f"{SEED}.cost_of_equity_per_year",
    ),
    (
        "round-cost-ignored",
        {**grid({"spread_per_year": 0.01}), f"{SEED}.cost_of_equity_per_year": 0.2},
        f"{SEED}.cost_of_equity_per_year",
    ),
    ("grid-without-equity", {**grid({"cost_of_equity_per_year": 0.1}), "equity": GONE}, "pricing_grid"),
    ("grid-unbounded", {**grid({}), f"{BOND}.limit_musd": GONE, "tax": GONE}, BOND),
    ("grid-unbounded", {**LEASED, **grid({}), f"{GB200}.supply_units": GONE, f"{GB200}.kw": 0}, GB200),
    # ── shareholder value ──
    ("blind-to-profit", {"objectives": [{"name": "cost_of_capital"}]}, "objectives.0.name"),
    ("dividends-unsaid", WORTH, "equity"),
    ("nothing-paid-out", {**WORTH, "equity.dividends": None}, "objectives.0.name"),
    ("value-not-counted", {**WORTH, f"{PHASE}.value_musd": 5, "equity.dividends": None}, "objectives.0.name"),
    (
        "equity-below-cash-yield",
        {**WORTH, "equity.dividends": DIVIDENDS, "cash.yield_per_year": 0.12},
        "equity.cost_of_equity_per_year",
    ),
    (
        "round-cheaper-than-equity",
        {**WORTH, "equity.dividends": DIVIDENDS, f"{SEED}.cost_of_equity_per_year": 0.1},
        f"{SEED}.cost_of_equity_per_year",
    ),
    (
        "debt-cheaper-than-equity",
        {**WORTH, "equity.dividends": DIVIDENDS, "debt": {"bond": {**LOAN, "rate_per_year": 0.13}}},
        BOND,
    ),
    (
        "grid-without-relever",
        {**WORTH, **grid({"cost_of_equity_per_year": 0.1}), "equity.dividends": None, "opening": {"cash_musd": 100}},
        "pricing_grid",
    ),
    # ── ledger lines ──
    (
        "line-clash",
        {"hardware.gb200.attach": {"accelerator": {"usd_per_unit": 1}}},
        "hardware.gb200.attach.accelerator",
    ),
    ("line-clash", {**grid({}), "debt.grid": {"kind": "revolver", "rate_per_year": 0, "limit_musd": 1}}, "debt.grid"),
    # ── ranges ──
    ("range-of-nothing", {"ranges": {f"{BOND}.rat_per_year": {"low": 0, "high": 1}}}, f"ranges.{BOND}.rat_per_year"),
    ("range-ends", {"ranges": {f"{BOND}.rate_per_year": {"low": 0.2, "high": 0.01}}}, f"ranges.{BOND}.rate_per_year"),
    (
        "range-of-series",
        {"ranges": {f"{GB200}.lead_periods": {"factor": [0.9, 1.1]}}},
        f"ranges.{GB200}.lead_periods",
    ),
    (
        "range-overlap",
        {
            "ranges": {
                f"{BOND}.rate_per_year": {"low": 0.01, "high": 0.2},
                "debt.*.rate_per_year": {"factor": [0.9, 1.1]},
            }
        },
        "ranges.debt.*.rate_per_year",
    ),
    ("range-aside", {"ranges": {f"{BOND}.rate_per_year": {"low": 6, "high": 7}}}, f"ranges.{BOND}.rate_per_year"),
    ("unusual-figure", grid({"spread_per_year": 2}), "pricing_grid.buckets.0.spread_per_year"),
    ("unusual-figure", {"hardware.gb200.price_usd": 40}, "hardware.gb200.price_usd"),
    ("unusual-figure", {"hardware.gb200.price_usd": 4e7}, "hardware.gb200.price_usd"),
    ("unusual-figure", {"hardware.gb200.kw": 2000}, "hardware.gb200.kw"),
    ("unusual-figure", {f"{PHASE}.capex.shell.musd": 5}, f"{PHASE}.capex"),  # 0.25 a MW
    ("unusual-figure", {f"{BOND}.rate_per_year": 6.5}, f"{BOND}.rate_per_year"),
    ("unusual-figure", {"discount.rate_per_year": 8}, "discount.rate_per_year"),
    (
        "unusual-growth",
        {"markets.training.demand_h100e": {"initial": 1, "growth_per_year": 3}},
        "markets.training.demand_h100e.growth_per_year",
    ),
]


@pytest.mark.parametrize(
    ("code", "changes", "path"), TRIGGERS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_check_finds(code: str, changes: dict[str, Any], path: str) -> None:
    found = [finding for finding in findings(changes) if finding.code == code]
    assert [".".join(map(str, finding.path)) for finding in found] == [path]
    assert found[0].severity == next(row.severity for row in CHECKS if row.code == code)
    assert found[0].message


def test_every_check_is_triggered() -> None:
    assert {row.code for row in CHECKS} == {code for code, _, _ in TRIGGERS}
    assert len({row.code for row in CHECKS}) == len(CHECKS)


# the field that is taken away, for each note
UNSET_TRIGGERS: dict[str, dict[str, Any]] = {
    "unset-discount-timing": {"discount.timing": GONE},
    "unset-objectives": {"objectives": GONE},
    "unset-draw-timing": {"draw_timing": GONE},
    "unset-payment-timing": {"payment_timing": GONE},
    "unset-tax": {"tax": GONE},
    "unset-equity": {"equity": GONE},
    "unset-terminal": {"terminal": GONE},
    "unset-opening-cash": {"opening.cash_musd": GONE},
    "unset-paid-in-capital": {"opening.paid_in_capital_musd": GONE},
    "unset-cash-yield": {"cash.yield_per_year": GONE},
    "unset-minimum-cash": {"cash.minimum_musd": GONE},
    "unset-region-limit": {"regions.north.power_limit_mw": GONE},
    "unset-grid-connection": {"sites.abilene.grid_connection_mw": GONE},
    "unset-uptime": {"sites.abilene.uptime_share": GONE},
    "unset-utilisation": {"sites.abilene.max_utilisation_share": GONE},
    "unset-load-factor": {"sites.abilene.load_factor_share": GONE},
    "unset-capex": {f"{PHASE}.capex": GONE},
    "unset-fixed-opex": {f"{PHASE}.fixed_opex_musd_per_year": GONE},
    "unset-spend-profile": {f"{PHASE}.spend_profile": GONE},
    "unset-book-life": {f"{PHASE}.capex.shell.book_life_years": GONE},
    "unset-tax-class": {f"{PHASE}.capex.shell.tax_class": GONE},
    "unset-hardware-tax-class": {"hardware.gb200.tax_class": GONE},
    "unset-attach-tax-class": {"hardware.gb200.attach": {"server": {"usd_per_unit": 9}}},
    "unset-supply": {"hardware.gb200.supply_units": GONE},
    "unset-lot": {"hardware.gb200.lot_units": GONE},
    "unset-deposit": {"hardware.gb200.deposit_share": GONE},
    "unset-upkeep": {"hardware.gb200.upkeep_usd_per_unit_year": GONE},
    "unset-min-served": {"markets.training.min_served_share": GONE},
    "unset-revenue": {"markets.training.revenue_usd_per_h100e_hour": GONE},
    "unset-loss-carry": {"tax.loss_usable_share": GONE},
    "unset-rent-block": {"sites.abilene.colocation": without(RENT, "block_mw")},
    "unset-renewable-grid": {"power.min_renewable_share": 0.1, "energy_sources.ppa": PPA},
    "unset-renewable": {"power.min_renewable_share": 0.1, "energy_sources.ppa": without(PPA, "renewable")},
    "unset-take-or-pay": {"energy_sources.ppa": {**PPA, "contract": {"term_periods": 2}}},
    "unset-lease-debt": {**LEASED, f"{GB200}.lease": {"payment_usd_per_unit_year": 1, "implicit_rate_per_year": 0}},
    "unset-reserved-block": {"cloud.rented.reserved": without(RESERVED, "block_h100e")},
    "unset-tax-payment": QUARTERS,
    "unset-year-to-date": QUARTERS,
    "unset-loss-value": {"terminal": {"kind": "book_share", "share": 0.5}},
    "unset-pre-money": {"objectives": [{"name": "dilution"}], "partners.p": STAKE},
    "unset-return-of-capital": {"equity.dividends": DIVIDENDS},
    "unset-over": {**QUARTERS, "covenants.cover": COVER},
    "unset-balloons": {"covenants.cover": DSCR},
    "unset-test-tax": {"covenants.cover": {**DSCR, "scope": "infrastructure"}},
    "unset-debt-limit": {f"{BOND}.limit_musd": GONE, "tax": GONE},
    "unset-letter-of-credit-fee": {"debt.line.letter_of_credit_share": 0.2},
}


@pytest.mark.parametrize("row", UNSET, ids=lambda row: row.code)
def test_default_is_noted(row: Any) -> None:
    found = [finding for finding in findings(UNSET_TRIGGERS[row.code]) if finding.code == row.code]
    assert [finding.severity for finding in found] == ["note"]
    assert row.field in found[0].message


def test_a_default_written_down_is_not_noted() -> None:
    assert "unset-uptime" not in {finding.code for finding in findings({"sites.abilene.uptime_share": 1})}


def test_a_tax_year_that_begins_with_the_calendar_has_no_year_to_date() -> None:
    assert "unset-year-to-date" not in {finding.code for finding in findings({**QUARTERS, "tax.year_end": "Q2"})}
    assert "unset-year-to-date" not in {finding.code for finding in findings({})}
    assert findings({**QUARTERS, "tax.year_to_date_musd": -5, "tax.payment": "year_end"}) == []


def test_places_of_a_note_are_collapsed() -> None:
    found = findings({f"{PHASE}.spend_profile": GONE, "sites.abilene.phases.1.spend_profile": GONE})
    assert [finding.message for finding in found] == [
        "`spend_profile` is not given in sites.abilene.phases.one, sites.abilene.phases.two: "
        "the whole cost falls in the start period"
    ]


# every source and instrument at once, as it should be
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
    f"{BOND}.prepayment": {"premium_share": 0.02, "first_prepayment": 2027},
    f"{BOND}.tied_to": {"capex_share": 0.5, "sites": ["abilene"], "hardware": ["gb200"]},
    "debt.term": {"kind": "sculpted", "rate_per_year": 0.06, "tenor_periods": 3, "last_draw": 2026, "limit_musd": 50},
    "equity.ownership_floor_share": 0.5,
    f"{SEED}.pre_money_musd": 1000,
    "equity.dividends": {**DIVIDENDS, "minimum_total_musd": 5, "lock_up_dscr": 1.2, "return_of_capital": False},
    "preferred_equity.a": {"dividend_per_year": 0.08, "min_musd": 1, "max_musd": 4},
    "partners": {"compute": {**COMPUTE, "last_signing": 2027}, "stake": STAKE},
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


def test_every_source_and_instrument_passes() -> None:
    changes = {**EVERYTHING, f"{GB200}.tiers": GONE}
    assert findings(changes) == []


def test_unknown_names_get_a_suggestion() -> None:
    changes = {
        "energy_sources.ppa": {**PPA, "region": "nroth"},
        f"{BOND}.lender": "bnak",
        "lenders": {"bank": {"limit_musd": 9}},
        f"{BOND}.tied_to": {"capex_share": 0.5, "sites": ["abilen"], "hardware": ["gb20"]},
    }
    helps = {finding.code: finding.help for finding in findings(changes) if finding.code.startswith("unknown")}
    expected = {"region": "north", "lender": "bank", "site": "abilene", "offer": "gb200"}
    assert all(name in helps[f"unknown-{what}"] for what, name in expected.items())


def test_every_error_on_new_things_has_a_remedy() -> None:
    missing = [
        (finding.code, changes)
        for code, changes, _ in TRIGGERS
        for finding in findings(changes)
        if finding.code == code and code in REMEDIED and not finding.help
    ]
    assert missing == []


REMEDIED = {
    "price-missing",
    "supply-missing",
    "lease-and-purchase",
    "resale-with-tiers",
    "framework-beyond-supply",
    "region-without-energy",
    "renewable-impossible",
    "term-of-other-kind",
    "tied-to-nothing",
    "partner-terms",
    "dividend-sizes",
    "pre-money-zero",
    "grid-order",
    "grid-gap",
    "grid-opening",
    "relever-terms",
    "grid-and-round-cost",
    "grid-without-equity",
    "grid-unbounded",
    "rates-of-apv",
    "dilution-without-value",
    "terminal-without-curve",
    "convention-of-table",
    "line-clash",
}


class TestDottedNames:
    """Site `a.b` with part `c` and site `a` with part `b.c` would both post to `capex.site.a.b.c`."""

    def clashes(self, sites: dict[str, Any], offers: dict[str, Any] | None = None) -> list[str]:
        raw = data()
        raw["sites"] |= sites
        raw["hardware"] |= offers or {}
        found = [finding for finding in check(Instance.model_validate(raw)) if finding.code == "line-clash"]
        assert all(finding.help == "rename one of them" for finding in found)
        return [finding.message for finding in found]

    def site(self, part: str) -> dict[str, Any]:
        phase = {"name": "one", "mw": 1, "lead_periods": 0, "capex": {part: {"musd": 1}}}
        return {"region": "north", "pue": 1.2, "phases": [phase, {**phase, "name": "two"}]}

    def offer(self, part: str) -> dict[str, Any]:
        attach = {part: {"usd_per_unit": 1}}
        return {
            "price_usd": 1000,
            "attach": attach,
            "compute_h100e": 1,
            "kw": 1,
            "lead_periods": 0,
            "life_periods": 1,
        }

    def test_sites(self) -> None:
        (message,) = self.clashes({"a.b": self.site("c"), "a": self.site("b.c")})
        assert "part `b.c` of site `a` and part `c` of site `a.b`" in message
        assert "`capex.site.a.b.c`" in message

    def test_offers(self) -> None:
        (message,) = self.clashes({}, {"a.b": self.offer("c"), "a": self.offer("b.c")})
        assert "`capex.hardware.a.b.c`" in message

    def test_dots_that_meet_nothing_are_fine(self) -> None:
        assert self.clashes({"a.b": self.site("c"), "a": self.site("c")}, {"a.b": self.offer("c")}) == []

    def test_land(self) -> None:
        assert self.clashes({"a": {**self.site("land"), "land_musd": 5}}) != []
        assert self.clashes({"a": self.site("land")}) == []

    def test_round_and_preferred(self) -> None:
        changes = {
            "equity.rounds": {"preferred.a": {"max_musd": 1}},
            "preferred_equity.a": {"dividend_per_year": 0.1, "max_musd": 1},
        }
        assert [finding.code for finding in findings(changes) if finding.severity == "error"] == ["line-clash"]


class TestRenewableBound:
    """Half of the energy has to be renewable, and three tenths of the grid's is."""

    def codes(self, changes: dict[str, Any]) -> set[str]:
        base = {"power.min_renewable_share": 0.5, "regions.north.grid_renewable_share": 0.3}
        return {f.code for f in findings({**base, **changes}) if f.code.startswith("renewable")}

    def test_the_grid_alone_is_enough(self) -> None:
        assert self.codes({"regions.north.grid_renewable_share": 0.5}) == set()

    def test_a_source_can_be_all_there_is(self) -> None:
        assert self.codes({"energy_sources.ppa": PPA}) == set()
        assert self.codes({"energy_sources.ppa": {**PPA, "renewable": False}}) == {"renewable-stops"}

    def test_a_contract_comes_too_late(self) -> None:
        # power is on line from 2027 on, the contract from 2028 on
        late = {**PPA, "contract": {"term_periods": 2, "first_signing": 2028}}
        assert self.codes({"energy_sources.ppa": late}) == {"renewable-stops"}
        target = {"2026": 0.5, "2027": 0, "2028": 0.5}
        assert self.codes({"energy_sources.ppa": late, "power.min_renewable_share": target}) == set()

    def test_what_the_cloud_can_serve_needs_no_energy(self) -> None:
        must = {"markets.training.demand_h100e": 1000, "markets.training.min_served_share": 1}
        assert self.codes(must) == {"renewable-stops"}
        assert self.codes({**must, "markets.training.demand_h100e": [1000, 1001, 1000, 1000]}) == {
            "renewable-impossible"
        }


class TestSupplyBound:
    """Phase one can be on line in period 2 and both of phase two as well: 60 MW from then on; the cloud gives 1,000."""

    # 60 MW / 1.25 PUE = 48 MW of IT = 24,000 units of 2 kW; · 2.5 H100e · 0.9 up · 0.8 used = 43,200, and the cloud
    MOST = 43_200 + 1_000

    def shortage(self, demand: float, changes: dict[str, Any] | None = None) -> list[str]:
        steps = {"2026": 1000, "2027": demand}
        base = {"markets.training.demand_h100e": steps, "markets.training.min_served_share": 1}
        found = findings({**base, **(changes or {})})
        return [finding.message for finding in found if finding.code == "demand-beyond-supply"]

    def test_just_enough_passes(self) -> None:
        assert self.shortage(self.MOST) == []

    def test_a_little_more_fails(self) -> None:
        (message,) = self.shortage(self.MOST + 1)
        assert "44,201 H100e in 2027" in message
        assert "44,200" in message

    def test_shortfall_penalty_makes_it_soft(self) -> None:
        assert self.shortage(1e9, {"markets.training.shortfall_penalty_usd_per_h100e_hour": 5}) == []

    @pytest.mark.parametrize(
        "limit", ["sites.abilene.grid_connection_mw", "regions.north.power_limit_mw", "power.system_limit_mw"]
    )
    def test_each_limit_counts(self, limit: str) -> None:
        # 30 MW is half of 60
        assert self.shortage(21_600 + 1_000, {limit: 30}) == []
        assert self.shortage(21_600 + 1_001, {limit: 30}) != []

    def test_supply_counts(self) -> None:
        # 100 units in each of the two periods until 2027
        served = 2 * 100 * 2.5 * 0.72
        assert self.shortage(served + 1_000, {"hardware.gb200.supply_units": 100}) == []
        assert self.shortage(served + 1_001, {"hardware.gb200.supply_units": 100}) != []

    def test_units_leave_after_their_life(self) -> None:
        served = 100 * 2.5 * 0.72
        changes = {"hardware.gb200.supply_units": 100, "hardware.gb200.life_periods": 1}
        assert self.shortage(served + 1_000, changes) == []
        assert self.shortage(served + 1_001, changes) != []

    def test_rented_power_counts(self) -> None:
        # 10 MW more within a connection of 70: a sixth of what 60 MW serve
        changes = {"sites.abilene.grid_connection_mw": 70, "sites.abilene.colocation": RENT}
        assert self.shortage(43_200 * 7 / 6 + 1_000, changes) == []
        assert self.shortage(43_200 * 7 / 6 + 1_001, changes) != []

    def test_reserved_compute_counts(self) -> None:
        assert self.shortage(self.MOST + 500, {"cloud.rented.reserved": RESERVED}) == []
        assert self.shortage(self.MOST + 501, {"cloud.rented.reserved": RESERVED}) != []

    def test_what_has_to_be_developed_comes_later(self) -> None:
        # begun in 2026, first ordered in 2028: in 2027 there is only the cloud
        changes = {f"{GB200}.development": {"cost_musd": 1, "lead_periods": 2}}
        assert self.shortage(1_001, changes) != []
        assert self.shortage(1_001, {f"{GB200}.development": {"cost_musd": 1, "lead_periods": 1}}) == []

    def test_hardware_without_power_is_unbounded(self) -> None:
        changes = {"hardware.gb200.kw": 0, "hardware.gb200.supply_units": GONE}
        assert self.shortage(1e12, changes) == []

    def test_surplus_market_has_no_cloud(self) -> None:
        changes = {"markets.training.surplus_only_below_share": 0.5, "markets.training.demand_h100e": [1, 1, 1, 1]}
        assert self.shortage(0, changes) != []  # nothing of its own is on line in 2026


class TestFirstPeriod:
    """What cash and capital there can be at the end of the first period."""

    def codes(self, changes: dict[str, Any]) -> set[str]:
        return {finding.code for finding in findings(changes)}

    def test_partners_and_preferred_shares_bring_cash(self) -> None:
        # 100·(1 + 2 %) − 5 + 400 + 500 + 50 + 5,000 H100e at 2 USD an hour
        most = 97 + 950 + 5_000 * 2 * 8760 / 1e6
        assert "cash-unreachable" in self.codes({"cash.minimum_musd": most + 0.01})
        preferred = {"preferred_equity.a": {"dividend_per_year": 0.08, "max_musd": 30}}
        assert "cash-unreachable" not in self.codes({"cash.minimum_musd": most + 30, **preferred})
        assert "cash-unreachable" in self.codes({"cash.minimum_musd": most + 30.01, **preferred})
        for partner in (COMPUTE, STAKE):
            assert "cash-unreachable" not in self.codes({"cash.minimum_musd": most + 50, "partners.p": partner})
            assert "cash-unreachable" in self.codes({"cash.minimum_musd": most + 50.01, "partners.p": partner})

    def test_a_compute_partner_is_no_capital(self) -> None:
        # 1,050 of bond: 1,050/(1,050 + 450) is 0.7, the covenant
        base = {f"{BOND}.opening_balance_musd": 1051}
        assert "covenant-impossible" in self.codes({**base, "partners.p": COMPUTE})
        assert "covenant-impossible" not in self.codes({**base, "partners.p": STAKE})

    def test_what_may_be_prepaid_need_not_be_there(self) -> None:
        base = {f"{BOND}.opening_balance_musd": 1051}
        assert "covenant-impossible" not in self.codes({**base, f"{BOND}.prepayment": {}})
        assert "covenant-impossible" in self.codes({**base, f"{BOND}.prepayment": {"first_prepayment": 2027}})

    def test_capitalised_interest_is_debt(self) -> None:
        # 990·1.07 = 1,059 at the end of the first period, more than 1,050
        grace = {f"{BOND}.opening_balance_musd": 990, f"{BOND}.grace_periods": 1, f"{BOND}.capitalise_interest": True}
        assert "covenant-impossible" in self.codes(grace)
        assert "covenant-impossible" not in self.codes({f"{BOND}.opening_balance_musd": 990})


def test_series_and_labels_are_reported_together() -> None:
    codes = {
        f.code for f in findings({f"{BOND}.first_draw": 2020, "budgets.all.musd": [1], "sites.abilene.region": "x"})
    }
    assert codes == {"period-outside", "series-fit", "unknown-region"}
