"""Files that trigger a check of the programme: calendar, sites, hardware, markets, loans, tests of lenders.

The code, what is changed in the example, and where the finding points.
"""

from __future__ import annotations

from typing import Any

from tests.instance.example import GONE

from .parts import BOND, COVER, DIVIDENDS, DSCR, PHASE, QUARTERS, SECOND_SITE, SEED

LOT = "hardware.gb200.opening.there"
STANDS = {"site": "abilene", "units": 10}
WING = "sites.abilene.opening.wing"
SOFR = {"rate_per_year": 0.04}
FLOATS = {"reference": "sofr", "margin_per_year": 0.02}

PROGRAMME: list[tuple[str, dict[str, Any], str]] = [
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
    ("series-range", {"budgets.all.musd": {"initial": 1, "growth_per_year": 1e14}}, "budgets.all.musd"),
    ("period-outside", {f"{BOND}.first_draw": 2025}, f"{BOND}.first_draw"),
    ("period-outside", {f"{PHASE}.latest_start": "2026-07"}, f"{PHASE}.latest_start"),
    ("window-empty", {f"{BOND}.first_draw": 2028}, f"{BOND}.first_draw"),
    ("opening-unknown", {f"{LOT}": {"site": "mars", "units": 1}}, f"{LOT}.site"),
    ("opening-unknown", {"hardware.gb200.sites": ["west"], **SECOND_SITE, LOT: STANDS}, f"{LOT}.site"),
    ("opening-unknown", {LOT: {**STANDS, "tax_basis_musd": {"chip": 1}}}, f"{LOT}.tax_basis_musd.chip"),
    ("opening-unknown", {WING: {"resources": {"crew": {}}}}, f"{WING}.resources.crew"),
    ("opening-unknown", {WING: {"parts": {"a": {"tax_class": "hall"}}}}, f"{WING}.parts.a.tax_class"),
    (
        "opening-unknown",
        {WING: {"parts": {"a": {"tax_basis_musd": {"hall": 1}}}}},
        f"{WING}.parts.a.tax_basis_musd.hall",
    ),
    ("opening-period", {LOT: {**STANDS, "delivery": 2031}}, f"{LOT}.delivery"),
    ("opening-period", {WING: {"ready": "2026Q1"}}, f"{WING}.ready"),
    ("opening-units", {LOT: {**STANDS, "age_periods": 30}}, f"{LOT}.age_periods"),
    ("opening-units", {LOT: {**STANDS, "due_musd": 1}}, f"{LOT}.due_musd"),
    ("opening-units", {LOT: {**STANDS, "delivery": 2027, "book_value_musd": 1}}, f"{LOT}.book_value_musd"),
    ("opening-asset", {WING: {"ready": 2027, "service_periods": 1}}, f"{WING}.service_periods"),
    (
        "opening-written-off",
        {"depreciation.quick": {"life_years": 1}, LOT: {**STANDS, "age_periods": 1, "tax_basis_musd": {"quick": 1}}},
        f"{LOT}.tax_basis_musd.quick",
    ),
    ("opening-without-power", {**SECOND_SITE, LOT: {"site": "denton", "units": 100_000}}, "sites.denton"),
    (
        "opening-beyond-power",  # 5 MW at 1.2 and 2 kW are 2,083 units: what is beyond them has to be sold
        {
            **SECOND_SITE,
            LOT: {"site": "denton", "units": 2100},
            "hardware.gb200.resale_share_by_age": [0.5],
            "hardware.gb200.tiers": GONE,
        },
        f"{LOT}.units",
    ),
    ("opening-value", {LOT: STANDS | {"book_value_musd": 270_000}}, f"{LOT}.book_value_musd"),  # of 10 units
    ("opening-value", {WING: {"mw": 1, "parts": {"b": {"book_value_musd": 9_000_000}}}}, f"{WING}.parts.b"),
    ("interest-not-carried", {"tax.opening_interest_musd": 5}, "tax.opening_interest_musd"),
    (
        "begun-without-interest",
        {"capitalise_interest_in_construction": True, WING: {"mw": 1, "ready": 2027}},
        WING,
    ),
    ("opening-unbalanced", {"opening.retained_earnings_musd": 123456.5}, "opening.retained_earnings_musd"),
    ("opening-fees", {f"{BOND}.opening_fees_musd": 1}, f"{BOND}.opening_fees_musd"),
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
    (
        "look-ahead-terms",
        {
            "cash": {"look_ahead_periods": 1, "look_ahead_debt_service": True},
            f"{BOND}.service_reserve": {"service_periods": 1},
        },
        "cash.look_ahead_debt_service",
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
    ("unused-site", {**SECOND_SITE, "hardware.gb200.sites": ["abilene"]}, "sites.denton"),
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
    ("resource-beyond-limit", {f"{PHASE}.resources.crews": {"building": 900}}, f"{PHASE}.resources.crews"),
    ("income-ends", {f"{PHASE}.income_musd_by_age": [5]}, f"{PHASE}.income_musd_by_age"),
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
    ("rate-missing", {f"{BOND}.rate_per_year": GONE}, BOND),
    ("rate-missing", {"reference_rates.sofr": SOFR, f"{BOND}.floating": FLOATS}, f"{BOND}.rate_per_year"),
    (
        "unknown-reference-rate",
        {f"{BOND}.rate_per_year": GONE, f"{BOND}.floating": FLOATS},
        f"{BOND}.floating.reference",
    ),
    ("unused-reference-rate", {"reference_rates.sofr": SOFR}, "reference_rates.sofr"),
    (
        "floor-swapped-away",
        {
            "reference_rates.sofr": SOFR,
            f"{BOND}.rate_per_year": GONE,
            f"{BOND}.floating": {**FLOATS, "floor_per_year": 0.01, "swap": {"share": 1, "rate_per_year": 0.04}},
        },
        f"{BOND}.floating.floor_per_year",
    ),
    (
        "floor-above-reference",  # a margin in its place
        {
            "reference_rates.sofr": SOFR,
            f"{BOND}.rate_per_year": GONE,
            f"{BOND}.floating": {**FLOATS, "floor_per_year": 0.05},
        },
        f"{BOND}.floating.floor_per_year",
    ),
    (
        "delayed-without-window",
        {f"{BOND}.kind": "delayed_draw", f"{BOND}.last_draw": GONE},
        BOND,
    ),
    (
        "term-of-other-kind",
        {f"{BOND}.kind": "delayed_draw", f"{BOND}.capitalise_interest": True},
        f"{BOND}.capitalise_interest",
    ),
    (
        "term-of-other-kind",
        {"debt.line.service_reserve": {"service_periods": 1}},
        "debt.line.service_reserve",
    ),
    (
        "unknown-instrument",
        {f"{BOND}.service_reserve": {"service_periods": 1, "facility": "lin"}},
        f"{BOND}.service_reserve.facility",
    ),
    (
        "reserve-facility",
        {f"{BOND}.service_reserve": {"service_periods": 1, "facility": "bond"}},
        f"{BOND}.service_reserve.facility",
    ),
    (
        "reserve-facility",
        {
            f"{BOND}.service_reserve": {"service_periods": 1, "facility": "line"},
            "groups": {"spv": {"debt": ["line"]}},
        },
        f"{BOND}.service_reserve.facility",
    ),
    (
        "reserve-facility-free",
        {f"{BOND}.service_reserve": {"service_periods": 1, "facility": "line"}},
        f"{BOND}.service_reserve.facility",
    ),
    (
        "reserve-facility-free",
        {f"{BOND}.service_reserve": {"service_periods": 1, "facility": "line", "facility_by": "standby"}},
        f"{BOND}.service_reserve.facility",
    ),
    ("tenor-missing", {f"{BOND}.tenor_periods": GONE}, BOND),
    ("tenor-of-revolver", {"debt.line.tenor_periods": 2}, "debt.line.tenor_periods"),
    ("grace-without-schedule", {f"{BOND}.grace_periods": 1}, f"{BOND}.grace_periods"),
    ("grace-without-schedule", {"debt.line.grace_periods": 1}, "debt.line.grace_periods"),
    ("grace-too-long", {f"{BOND}.kind": "level", f"{BOND}.grace_periods": 2}, f"{BOND}.grace_periods"),
    ("draw-sizes", {f"{BOND}.min_draw_musd": 501}, f"{BOND}.min_draw_musd"),
    ("draw-sizes", {f"{BOND}.min_draw_musd": 5, f"{BOND}.max_draw_musd": 4}, f"{BOND}.min_draw_musd"),
    ("construction-rate-missing", {"capitalise_interest_in_construction": True}, "capitalise_interest_in_construction"),
    (
        "construction-rate-idle",
        {"interest_in_construction_rate_per_year": 0.07},
        "interest_in_construction_rate_per_year",
    ),
    (
        "construction-without-interest",
        {"capitalise_interest_in_construction": True, "debt": {}, "covenants": {}},
        "capitalise_interest_in_construction",
    ),
    (
        "construction-without-interest",
        {
            "capitalise_interest_in_construction": True,
            "interest_in_construction_rate_per_year": 0.07,
            f"{PHASE}.lead_periods": 0,
            "sites.abilene.phases.1.lead_periods": 0,
        },
        "capitalise_interest_in_construction",
    ),
    (
        "construction-not-for-tax",
        {"capitalise_interest_in_construction": True, "interest_in_construction_rate_per_year": 0.07},
        "capitalise_interest_in_construction",
    ),
    (
        "limit-missing",
        {
            f"{BOND}.limit_musd": GONE,
            "tax": GONE,
            "capitalise_interest_in_construction": True,
            "interest_in_construction_rate_per_year": 0.07,
        },
        BOND,
    ),
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
    ("term-of-other-kind", {f"{BOND}.balloon_share": 0.1}, f"{BOND}.balloon_share"),
    ("term-of-other-kind", {"debt.line.balloon_share": 0.1}, "debt.line.balloon_share"),
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
    ("refinances-nothing", {f"{BOND}.refinances": ["bond"], f"{BOND}.last_draw": GONE}, f"{BOND}.refinances"),
    # drawn until 2027, for two years: nothing of it falls due by then
    ("refinances-nothing", {"covenants.cover": DSCR, f"{BOND}.refinances": ["bond"]}, f"{BOND}.refinances.0"),
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
]
