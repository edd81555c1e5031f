"""The fields of a file that are no limits, and why none of them is asked about."""

from __future__ import annotations

from optimizer.instance import schema as s

PRICE = "what something costs or earns: a figure of `capstack prices` and of sweeps, and no limit"
FACT = "what a thing is or takes: another value is another thing"
PAST = "what was before the plan"
LAW = "what the law or the tax office says"
AIM = "what is asked for, not what holds it back"
COUNTING = "how it is counted"
LINK = "which other block it belongs to"
SCOPE = "what a test or limit is of: its level can be changed"
SWITCH = "what an agreement is: without it, it is another one"
TOGETHER = "what goes with what: another condition is another programme"
GRID = "a grid prices: its buckets cover all there is, but for points that a file compares"

_Fields = dict[type[s.Block], tuple[str, ...]]

_PRICES: _Fields = {
    s.AttachCost: ("usd_per_unit",),
    s.Bucket: ("spread_per_year", "cost_of_equity_per_year"),
    s.CapexItem: ("musd",),
    s.Cash: ("yield_per_year",),
    s.Cloud: ("price_usd_per_h100e_hour",),
    s.Colocation: ("rent_musd_per_mw_year", "escalator_per_year"),
    s.Contract: (
        "price_usd_per_h100e_hour",
        "price_musd_per_mw_month",
        "escalator_per_year",
        "cost_of_serving_usd_per_h100e_hour",
        "delay_damages_musd_per_year",
        "delay_damages_cap_share",
    ),
    s.CappedCall: ("cost_share", "cap_premium_share"),
    s.Conversion: ("share_price_usd", "premium_share", "put_periods", "straight_rate_per_year", "pre_money_musd"),
    s.Debt: (
        "rate_per_year",
        "upfront_fee_share",
        "issue_discount_share",
        "issue_fee_musd",
        "commitment_fee_per_year",
        "letter_of_credit_fee_per_year",
    ),
    s.Development: ("cost_musd",),
    s.EnergySource: ("price_usd_per_mwh",),
    s.Equity: ("cost_of_equity_per_year",),
    s.CustomerShares: ("musd", "pre_money_musd"),
    s.EquityRound: ("flotation_share", "flotation_fixed_musd", "pre_money_musd", "cost_of_equity_per_year"),
    s.Floating: ("margin_per_year", "floor_per_year"),
    s.Framework: ("signing_fee_musd",),
    s.Instance: ("interest_in_construction_rate_per_year",),
    s.Lease: ("payment_usd_per_unit_year", "implicit_rate_per_year"),
    s.Market: (
        "revenue_usd_per_h100e_hour",
        "shortfall_penalty_usd_per_h100e_hour",
        "serving_cost_usd_per_h100e_hour",
        "serving_cost_by_site_usd_per_h100e_hour",
    ),
    s.Offer: (
        "price_usd",
        "order_fee_musd",
        "upkeep_usd_per_unit_year",
        "upkeep_usd_per_unit_year_by_age",
        "resale_share_by_age",
    ),
    s.Partner: ("price_usd_per_h100e_hour", "cost_of_serving_usd_per_h100e_hour", "pre_money_musd"),
    s.Phase: ("fixed_opex_musd_per_year", "income_musd_by_age", "value_musd"),
    s.PreferredEquity: ("dividend_per_year", "flotation_share", "flotation_fixed_musd"),
    s.Prepayment: ("premium_share",),
    s.ReferenceRate: ("rate_per_year",),
    s.Region: ("energy_price_usd_per_mwh",),
    s.Relever: (
        "method",
        "unlevered_cost_per_year",
        "risk_free_per_year",
        "cost_of_debt_per_year",
    ),
    s.Renewal: ("price_usd_per_h100e_hour", "price_musd_per_mw_month"),
    s.Reserved: ("price_usd_per_h100e_hour",),
    s.Site: ("land_musd", "opening_cost_musd"),
    s.Swap: ("share", "rate_per_year"),
    s.Tier: ("from_units", "discount_share"),
    s.Tiers: ("kind",),
}

_FACTS: _Fields = {
    s.CapexItem: ("book_life_years",),
    s.CashFlow: ("musd_per_year", "musd_per_period", "kind", "corporate"),
    s.Contract: ("ramp_h100e", "ramp_mw", "h100e_per_mw", "used_share"),
    s.EnergySource: ("renewable", "emissions_t_per_mwh"),
    s.Market: ("demand_h100e",),
    s.Offer: ("vendor", "accelerator", "compute_h100e", "kw", "life_periods"),
    s.Phase: ("name", "mw", "spend_profile"),
    s.Region: ("grid_renewable_share", "grid_emissions_t_per_mwh"),
    s.ResourceUse: ("building", "running"),
    s.Site: ("pue", "uptime_share", "load_factor_share"),
}

_SWITCHES: _Fields = {
    s.Contract: (
        "signed",
        "counts_as_debt",
        "term_periods",
        "take_or_pay_share",
        "prepayment_share",
        "prepayment_musd",
        "prepayment_credited",
    ),
    s.Phase: ("fractional",),
    s.Renewal: ("kind", "term_periods"),
    s.Debt: ("kind", "balloon_share"),
    s.Lease: ("counts_as_debt",),
    s.Partner: ("kind", "counts_as_debt", "delivery_periods"),
}

_TOGETHER: _Fields = {
    s.Choice: ("exactly_one", "of", "requires", "excludes"),
}

_AIMS: _Fields = {
    s.Instance: ("name", "title", "fair_rate_per_year", "repair_costs"),
    s.Discount: ("rate_per_year", "timing"),
    s.Objective: ("name", "slack_share", "slack_musd"),
    s.AdjustedPresentValue: ("unlevered_rate_per_year", "shield_rate_per_year"),
    s.Range: ("low", "high", "factor"),
    s.SolveOptions: ("gap_share", "time_limit_s", "threads", "reductions", "seed"),
}

_COUNTED: _Fields = {
    s.CalendarBlock: ("start", "periods", "length"),
    s.SegmentBlock: ("length", "periods"),
    s.Colocation: ("assignable_share",),
    s.EnergyContract: ("assignable_share",),
    s.Equity: ("ownership_segments",),
    s.Instance: ("draw_timing", "payment_timing", "capitalise_interest_in_construction"),
    s.Lease: ("assignable_share",),
    s.Offer: ("payment_timing",),
    s.Phase: ("payment_timing",),
    s.Reserved: ("assignable_share",),
    s.Terminal: ("kind", "share", "multiple", "loss_value_share"),
}

_LINKS: _Fields = {
    s.Advance: ("contracts",),
    s.AttachCost: ("tax_class",),
    s.CapexItem: ("tax_class",),
    s.Contract: ("credit_class",),
    s.Debt: ("lender", "refinances", "tranche_of"),
    s.EnergySource: ("region",),
    s.Group: ("sites", "debt", "partners", "contracts", "cash_flows"),
    s.Floating: ("reference",),
    s.Offer: ("tax_class",),
    s.ServiceReserve: ("facility", "facility_by"),
    s.Site: ("region",),
    s.TiedTo: ("sites", "hardware"),
}

_SCOPES: _Fields = {
    s.Advance: ("discount_rate_per_year",),
    s.Budget: ("covers",),
    s.Covenant: (
        "kind",
        "group",
        "last_test",
        "scope",
        "assets",
        "instruments",
        "equity_basis",
        "over",
        "tax",
        "balloons",
    ),
    s.Dividends: ("lock_up_over",),
    s.Group: ("lock_up_over",),
    s.PricingGrid: ("by", "over"),
    s.Bucket: ("lower", "upper"),
}

_PAST: _Fields = {
    s.Debt: ("opening_balance_musd", "opening_fees_musd", "signed"),
    s.Group: ("opening_cash_musd",),
    s.History: ("ebitda_musd", "corporate_musd", "tax_musd", "interest_musd", "principal_musd"),
    s.OpeningUnits: (
        "site",
        "units",
        "age_periods",
        "delivery",
        "book_value_musd",
        "deposit_musd",
        "due_musd",
        "tax_basis_musd",
        "price_usd",
    ),
    s.OpeningContract: ("service_periods", "acceptance", "deferred_musd", "shares_left_musd", "taxed_in"),
    s.OpeningAsset: ("mw", "ready", "service_periods", "fixed_opex_musd_per_year", "payment_timing"),
    s.OpeningPart: (
        "book_value_musd",
        "book_life_years",
        "tax_basis_musd",
        "land_basis_musd",
        "to_spend_musd",
        "tax_class",
    ),
    s.Opening: ("paid_in_capital_musd", "other_assets_musd", "retained_earnings_musd"),
    s.Tax: ("year_to_date_musd", "opening_loss_musd", "opening_interest_musd"),
}

_LAW: _Fields = {
    s.Contract: ("prepayment_taxed",),
    s.DepreciationClass: ("life_years", "table_shares", "bonus_share", "convention"),
    s.Tax: (
        "rate",
        "year_end",
        "payment",
        "loss_usable_share",
        "interest_limit_share",
        "shield_in_cost_of_capital",
    ),
}

NO_LIMITS: dict[tuple[type[s.Block], str], str] = {
    (block, field): why
    for why, rows in (
        (PRICE, _PRICES),
        (FACT, _FACTS),
        (SWITCH, _SWITCHES),
        (TOGETHER, _TOGETHER),
        (AIM, _AIMS),
        (COUNTING, _COUNTED),
        (LINK, _LINKS),
        (SCOPE, _SCOPES),
        (PAST, _PAST),
        (LAW, _LAW),
    )
    for block, fields in rows.items()
    for field in fields
} | {
    (s.Market, "demand_h100e"): "less of it is less revenue, too: `min_served_share` is what has to be served",
    (s.Phase, "spend_profile"): "when a builder is paid for what is built by then",
    (s.Covenant, "last_test"): "the level can be changed in the last periods alone",
    (s.PricingGrid, "by"): GRID,
    (s.Bucket, "lower"): GRID,
    (s.Bucket, "upper"): GRID,
}
"""Block and field → why it is no limit."""
