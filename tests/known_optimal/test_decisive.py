"""Every block of the model matters in at least one instance: without it, or with it eased, the best value is another.

An instance that would have the same optimum without the rule it is about proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solving.run import NoPlanError, search

from .changes_edges import CHANGES_EDGES
from .changes_equity import CHANGES_EQUITY
from .decisive_lenders import LENDERS
from .expected import ALL, Expected

BY_NAME = {each.name: each for each in ALL}
ABSENT = "absent"
"""Removes the key instead of setting it."""
SHARES = ("wacc", "dilution")
"""Objectives that are no amounts of money."""


@dataclass(frozen=True)
class Change:
    """What is changed in an instance: the place, keys parted by a blank, and the new value."""

    instance: str
    place: str
    to: Any = ABSENT


CHANGES = [
    # sites
    Change("phase-order-gap", "sites alpha phases 1 gap_periods", 1),
    Change("counted-phases", "sites alpha phases 0 gap_periods", 0),
    Change("counted-phases", "sites alpha phases 0 count", 1),
    Change("resources", "resources crew limit", 2),
    Change("resources", "resources water limit", 9),
    Change("capex-budget", "budgets capital carry_over", True),
    Change("capex-budget-carry-over", "budgets capital carry_over", False),
    Change("budget-covers", "budgets"),
    Change("budget-covers", "budgets buildings covers", ["sites", "hardware"]),
    Change("spend-profile", "sites campus phases 0 spend_profile", [1.0]),
    Change("spend-profile", "sites campus phases 0 committed", False),
    Change("spend-profile", "sites campus phases 0 fixed_opex_musd_per_year", 0.0),
    Change("committed-phase", "sites promised phases 0 committed", False),
    Change("land-and-opening", "sites alpha land_musd", 0.0),
    Change("land-and-opening", "sites alpha opening_cost_musd", 0.0),
    Change("grid-connection", "sites campus grid_connection_mw"),
    Change("grid-connection", "sites campus existing_mw", 0.0),
    Change("region-limit", "regions flat power_limit_mw"),
    Change("region-limit", "sites fat pue", 1.0),
    Change("system-limit", "power"),
    Change("energy-cost", "sites hall load_factor_share", 1.0),
    Change("energy-cost", "regions flat energy_price_usd_per_mwh", 0.0),
    # hardware
    Change("tiers-all-units", "hardware chips tiers kind", "incremental"),
    Change("tiers-incremental", "hardware chips tiers kind", "all_units"),
    Change("tiers-incremental", "hardware chips tiers"),
    Change("lots", "hardware pallets lot_units", 0.0),
    Change("supply-limit", "hardware cheap supply_units"),
    Change("lead-and-life", "hardware chips lead_periods", 0),
    Change("lead-and-life", "hardware chips life_periods", 3),
    Change("deposit", "hardware later deposit_share", 0.0),
    Change("order-fee", "hardware chips order_fee_musd", 0.0),
    Change("upkeep", "hardware cheap upkeep_usd_per_unit_year", 0.0),
    Change("attach-cost", "hardware bare attach"),
    Change("housing-sites", "hardware frugal sites"),
    Change("uptime-and-utilisation", "sites hall uptime_share", 1.0),
    Change("uptime-and-utilisation", "sites hall max_utilisation_share", 1.0),
    # frameworks, chips of one's own, leases, resale
    Change("framework-minimum", "hardware agreed framework min_total_units", 0.0),
    Change("framework-minimum", "hardware agreed framework signing_fee_musd", 0.0),
    Change("framework-minimum", "hardware agreed"),
    Change("framework-take-or-pay", "hardware agreed framework take_or_pay_share"),
    Change("framework-take-or-pay", "hardware agreed framework take_or_pay_share", 0.0),
    Change("framework-take-or-pay", "hardware agreed price_usd", 8000),
    Change("framework-fee", "hardware agreed framework signing_fee_musd", 0.0),
    Change("custom-chip", "hardware custom development"),
    Change("custom-chip", "hardware custom development lead_periods", 0),
    Change("custom-chip", "hardware custom development lead_periods", 2),
    Change("custom-chip", "hardware custom development cost_musd", 60.0),
    Change("lease-operating", "hardware leased"),
    Change("lease-operating", "hardware leased lease payment_usd_per_unit_year", 6000),
    Change("lease-carry", "hardware leased"),
    Change("lease-carry", "hardware leased lease implicit_rate_per_year", 0.12),
    Change("lease-as-debt", "hardware leased lease counts_as_debt", False),
    Change("lease-as-debt", "hardware leased lease implicit_rate_per_year", 0.0),
    Change("lease-taken-over", "hardware leased lease counts_as_debt", False),
    Change("lease-taken-over", "hardware leased"),
    Change("lease-tax", "hardware leased"),
    Change("lease-tax", "tax"),
    Change("lease-dscr", "covenants"),
    Change("lease-dscr", "hardware leased lease counts_as_debt", False),
    Change("early-retirement-falling-price", "hardware old price_usd", 5000.0),
    Change("early-retirement-quarters-falling-price", "hardware old price_usd", 5000.0),
    Change("early-retirement", "hardware old resale_share_by_age"),
    Change("early-retirement", "sites hall existing_mw", 20.0),
    Change("early-retirement-quarters", "hardware old resale_share_by_age", [0.4, 0.4]),
    Change("early-retirement-quarters", "hardware old resale_share_by_age", [0.8, 0.6]),
    Change("resale-tax", "hardware old resale_share_by_age", [0.8, 0.8]),
    Change("resale-tax", "hardware old tax_class"),
    Change("resale-tax", "tax"),
    Change("resale-book", "terminal"),
    Change("resale-book", "hardware old resale_share_by_age"),
    Change("terminal-resale", "terminal"),
    Change("terminal-resale", "hardware lasting resale_share_by_age", [1, 0.8]),
    # rented capacity and energy
    Change("reserved-cloud", "cloud rented reserved"),
    Change("reserved-cloud", "cloud rented reserved block_h100e", 0.0),
    Change("reserved-cloud", "cloud rented reserved term_periods", 1),
    Change("reserved-cloud", "cloud rented reserved limit_h100e", 3000),
    Change("colocation", "sites campus colocation"),
    Change("colocation", "sites campus colocation block_mw", 0.0),
    Change("colocation", "sites campus colocation term_periods", 1),
    Change("colocation", "sites campus colocation limit_mw", 9),
    Change("colocation", "sites campus colocation lead_periods", 0),
    Change("energy-mix", "energy_sources wind limit_mw", 10),
    Change("energy-mix", "energy_sources diesel limit_mw", 8),
    Change("energy-mix", "energy_sources wind"),
    Change("energy-contracts", "energy_sources firm contract take_or_pay_share", 0.0),
    Change("energy-contracts", "energy_sources free contract term_periods", 3),
    Change("energy-contracts", "energy_sources free contract"),
    Change("energy-contracts", "energy_sources firm"),
    Change("energy-take-or-pay", "energy_sources firm contract take_or_pay_share", 0.0),
    Change("energy-take-or-pay", "energy_sources firm contract"),
    Change("energy-negative-price", "energy_sources wind price_usd_per_mwh", 0.0),
    Change("energy-negative-price-quarters", "energy_sources wind price_usd_per_mwh", 0.0),
    Change("renewable-share", "power"),
    Change("renewable-share", "energy_sources wind renewable", False),
    Change("renewable-share", "regions clean grid_renewable_share", 0.0),
    # service
    Change("min-served", "markets demand min_served_share", 0.5),
    Change("shortfall-penalty", "markets demand shortfall_penalty_usd_per_h100e_hour"),
    Change("shortfall-preferred", "markets demand shortfall_penalty_usd_per_h100e_hour"),
    Change("surplus-rental", "markets rental surplus_only_below_share"),
    Change("serving-cost-by-site", "markets batch serving_cost_by_site_usd_per_h100e_hour"),
    Change("serving-cost-by-site", "markets chat serving_cost_usd_per_h100e_hour", 0.0),
    Change("cloud", "cloud rented limit_h100e", 9000),
    Change("cloud", "cloud"),
    Change("rent-or-build", "cloud"),
    Change("rent-or-build", "hardware chips compute_h100e", 2.4),
    Change("market-sites", "markets batch sites"),
    # time and money
    Change("quarter-calendar", "calendar", {"start": 2026, "periods": 4, "length": "year"}),
    Change("month-calendar", "calendar", {"start": 2026, "periods": 3, "length": "year"}),
    Change("growing-price", "hardware chips price_usd", 10000),
    Change("mid-year-discounting", "discount timing", "end"),
    Change("start-of-year-discounting", "discount timing", "end"),
    Change("terminal-book-share", "terminal"),
    Change("terminal-ebitda-multiple", "terminal"),
    # debt and equity
    Change("loan-level", "debt loan kind", "bullet"),
    Change("loan-annuity", "debt loan kind", "level"),
    Change("loan-grace", "debt loan grace_periods", 0),
    Change("loan-grace-annuity", "debt loan grace_periods", 0),
    Change("loan-revolver", "debt", {"loan": {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 5}}),
    Change("loan-choice", "debt level"),
    Change("draw-window", "debt cheap last_draw"),
    Change("min-draw", "debt large min_draw_musd", 0.0),
    Change("max-draw", "debt cheap max_draw_musd"),
    Change("max-draw", "debt cheap limit_musd"),
    Change("upfront-fee", "debt fee upfront_fee_share", 0.0),
    Change("issue-fee", "debt bond issue_fee_musd", 0.0),
    Change("commitment-fee", "debt facility commitment_fee_per_year", 0.0),
    Change("security", "debt secured security"),
    Change("security-shared", "debt bold security"),
    Change("equity-round", "equity rounds a"),
    Change("equity-round", "equity rounds a min_musd", 0.0),
    Change("equity-round", "equity rounds a flotation_share", 0.2),
    Change("draw-timing-mid", "draw_timing", "end"),
    Change("draw-timing-start", "draw_timing", "end"),
    Change("revolver-mid", "draw_timing", "end"),
    Change("commitment-fee-revolver", "debt line commitment_fee_per_year", 0.0),
    Change("commitment-fee-drawn", "debt line commitment_fee_per_year", 0.0),
    Change("letter-of-credit", "debt line letter_of_credit_fee_per_year", 0.0),
    Change("letter-of-credit", "debt line letter_of_credit_share", 0.0),
    Change("letter-of-credit-quarters", "debt line letter_of_credit_fee_per_year", 0.0),
    Change("letter-of-credit-quarters", "debt line letter_of_credit_share", 0.0),
    Change("depreciation-table-quarters", "depreciation fast table_shares", [0.5, 0.5]),
    Change("opening-balance-sheet", "debt old opening_balance_musd", 0.0),
    Change("opening-balance-sheet", "opening paid_in_capital_musd", 0.0),
    # loans of every make
    Change("sculpted-debt", "covenants"),
    Change("sculpted-debt", "debt loan kind", "annuity"),
    Change("sculpted-debt", "debt loan grace_periods", 1),
    Change("sculpted-debt", "debt loan tenor_periods", 5),
    Change("choice-of-loans", "lenders bank1 limit_musd", 4),
    Change("pik-grace", "debt loan capitalise_interest", False),
    Change("pik-bullet-quarters", "debt loan capitalise_interest", False),
    Change("pik-bullet-quarters", "debt loan grace_periods", 1),
    Change("issue-discount", "debt discounted issue_discount_share", 0.0),
    Change("issue-discount", "debt discounted issue_discount_share", 0.06),
    Change("prepayment", "debt dear prepayment"),
    Change("prepayment", "debt dear prepayment premium_share", 0.0),
    Change("prepayment", "debt dear prepayment first_prepayment", 2029),
    Change("prepayment-premium", "debt dear prepayment premium_share", 0.0),
    Change("construction-loan", "debt construction tied_to"),
    Change("construction-loan", "debt construction tied_to capex_share", 1.0),
    Change("vendor-loan", "debt vendor tied_to"),
    Change("vendor-loan", "debt vendor tied_to hardware", ["rival"]),
    Change("vendor-loan", "debt vendor"),
    Change("lender-limit", "lenders house limit_musd", 100),
    Change("sculpted-grace", "debt loan grace_periods", 0),
    Change("prepayment-opening", "debt loan prepayment"),
    Change("prepayment-opening", "debt loan prepayment premium_share", 0.2),
    Change("interest-cover-pik", "debt loan capitalise_interest", False),
    Change("lender-limit-pik", "debt growing capitalise_interest", False),
    Change("lender-limit-pik", "lenders house limit_musd", 100),
    # preferred shares, partners, dividends, ownership
    Change("preferred-equity", "preferred_equity"),
    Change("preferred-equity", "preferred_equity p flotation_share", 0.0),
    Change("preferred-equity", "preferred_equity p dividend_per_year", 0.12),
    Change("preferred-mid", "draw_timing", "end"),
    Change("dividend-lock-up", "equity dividends lock_up_dscr"),
    Change("dividend-lock-up", "equity dividends minimum_total_musd", 0.0),
    Change("dividend-lock-up", "equity dividends maximum_musd", 20),
    Change("ownership-floor", "equity ownership_floor_share"),
    Change("ownership-floor", "partners"),
    Change("ownership-partner", "partners"),
    Change("dilution", "equity rounds a pre_money_musd", [300, 600]),
    Change("capital-raised", "sites west phases 0 committed", False),
    Change("partner-surplus", "markets rental surplus_only_below_share"),
    Change("partner-surplus", "partners"),
    Change("partner-compute", "partners lab"),
    Change("partner-compute", "partners bank"),
    Change("partner-compute", "partners bank delivery_periods", 1),
    Change("partner-compute", "partners lab delivery_lag_periods", 2),
    # pricing grid, ratios, two rates
    Change("least-cost-of-capital", "pricing_grid"),
    Change("least-cost-of-capital", "pricing_grid buckets 3 spread_per_year", 0.0552),
    Change("relever-hamada", "pricing_grid relever"),
    Change("relever-hamada", "pricing_grid relever method", "harris_pringle"),
    Change("relever-hamada", "pricing_grid buckets 2 spread_per_year", 0.0),
    Change("relever-harris-pringle", "pricing_grid relever"),
    Change("relever-harris-pringle", "pricing_grid relever method", "hamada"),
    Change("grid-by-cover", "pricing_grid"),
    Change("grid-by-cover", "pricing_grid buckets 1 spread_per_year", 0.0),
    Change("wacc-fixed-fee", "debt bond issue_fee_musd", 0.0),
    Change("wacc-fee-of-a-line", "debt line upfront_fee_share", 0.01),
    Change("wacc-fee-of-a-line", "debt line last_draw", 2026),
    Change("wacc-fee-of-a-prepaid-loan-quarters", "debt bond prepayment"),
    Change("wacc-fee-of-a-prepaid-loan-quarters", "debt bond tenor_periods", 5),
    Change("wacc-net-of-cash", "cash yield_per_year", 0.2),
    Change("wacc-net-of-cash", "opening cash_musd", 0.0),
    Change("adjusted-present-value", "adjusted_present_value shield_rate_per_year", 0.12),
    Change("adjusted-present-value", "debt loan upfront_fee_share", 0.1),
    Change("adjusted-present-value", "fair_rate_per_year", 0.08),
    # effective rates, mixes of the least capital, what loans are worth
    Change("charges-effective", "debt fee upfront_fee_share", 0.0),
    Change("charges-effective", "debt fee tenor_periods", 2),
    Change("charges-effective-quarters", "debt loan issue_discount_share", 0.0),
    Change("charges-effective-quarters", "draw_timing", "end"),
    Change("charges-effective-quarters", "debt loan tenor_periods", 20),
    Change("charges-last-period", "debt cheap"),
    Change("charges-last-period", "debt cheap upfront_fee_share", 0.1),
    Change("charges-last-quarter", "cash"),
    Change("charges-last-quarter", "preferred_equity"),
    Change("charges-last-quarter", "equity rounds a flotation_share", 0.0),
    Change("grid-of-a-target", "pricing_grid"),
    Change("partner-yield", "partners lab cost_of_serving_usd_per_h100e_hour", 5),
    Change("partner-yield", "debt loan rate_per_year", 0.08),
    Change("partner-yield-quarters", "partners"),
    Change("line-fee", "debt line upfront_fee_share", 0.03),
    Change("line-fee", "debt line last_draw", 2028),
    Change("line-fee-quarters", "debt line last_draw", "2026Q3"),
    Change("line-fee-quarters", "draw_timing", "end"),
    Change("wacc-least-capital", "debt loan limit_musd", 30),
    Change("wacc-least-capital", "opening paid_in_capital_musd", 0.0),
    Change("wacc-after-cost-quarters", "equity rounds a cost_of_equity_per_year", 0.083),
    Change("wacc-after-cost-quarters", "objectives 0 name", "cost_of_capital"),
    Change("loan-worth", "fair_rate_per_year", 0.05),
    Change("loan-worth", "debt cheap tenor_periods", 2),
    Change("loan-worth", "debt dear rate_per_year", 0.05),
    Change("loan-worth-quarters", "debt loan prepayment"),
    Change("loan-worth-quarters", "cash"),
    Change("loan-worth-quarters", "fair_rate_per_year", 0.12),
    Change("adjusted-present-value-losses", "tax loss_usable_share"),
    # cash and covenants
    Change("dscr-annuity", "covenants"),
    Change("interest-cover", "covenants"),
    Change("covenant-scope", "covenants cover scope", "company"),
    Change("debt-to-ebitda", "covenants"),
    Change("debt-to-capital", "covenants"),
    Change("debt-share-target", "covenants"),
    Change("ltv-covenant", "covenants"),
    Change("ltv-covenant", "covenants cover instruments"),
    Change("ltv-covenant", "covenants cover assets", ["sites"]),
    Change("minimum-liquidity", "covenants"),
    Change("minimum-liquidity", "debt line commitment_fee_per_year", 0.0),
    Change("months-of-opex", "cash minimum_opex_months", 0.0),
    Change("minimum-cash", "cash"),
    Change("cash-yield", "cash yield_per_year", 0.04),
    # tax
    Change("tax-loss-carry-forward", "tax loss_usable_share", 1.0),
    Change("tax-loss-carry-forward", "tax opening_loss_musd", 0.0),
    Change("tax-loss-lost", "tax loss_usable_share", 0.8),
    Change("depreciation-table", "depreciation fast", {"life_years": 3}),
    Change("depreciation-bonus", "depreciation fast bonus_share", 0.0),
    Change("depreciation-straight-line", "sites a phases 0 capex shell tax_class"),
    Change("tax-shield", "tax shield_in_cost_of_capital", False),
    Change("tax-shield-off", "tax shield_in_cost_of_capital", True),
    Change("tax-on-interest", "debt loan rate_per_year", 0.0),
    Change("interest-limitation", "tax interest_limit_share"),
    Change("tax-year-quarters", "tax year_to_date_musd", 0.0),
    Change("tax-year-quarters", "tax year_end", "Q2"),
    Change("tax-year-quarters", "tax payment", "year_end"),
    Change("tax-year-quarters", "tax opening_loss_musd", 0.0),
    Change("tax-year-end-quarters", "tax year_end", "Q1"),
    Change("tax-year-end-quarters", "tax payment", "instalments"),
    Change("interest-limitation-net", "tax interest_limit_share", 0.0),
    Change("interest-limitation-quarters", "tax year_end", "Q4"),
    Change("interest-limitation-quarters", "tax interest_limit_share"),
    Change("debt-fees-prepaid", "debt loan prepayment"),
    Change("debt-fees-prepaid", "debt loan issue_fee_musd", 0.0),
    Change("debt-fees-quarters", "draw_timing", "end"),
    Change("debt-fees-quarters", "debt line last_draw", "2026Q4"),
    Change("debt-fees-quarters", "debt shaped tenor_periods", 8),
    Change("macrs-with-bonus", "depreciation fast bonus_share", 0.0),
    Change("macrs-with-bonus", "depreciation fast", {"life_years": 6}),
    Change("straight-line-39-mid-month", "depreciation property convention", "full"),
    Change("straight-line-39-half-year", "depreciation property convention", "full"),
    # objectives
    Change("peak-funding", "sites hall phases 1 committed", False),
    Change("lexicographic-amount", "objectives 0 slack_musd", 0.0),
    Change("lexicographic-share", "objectives 0 slack_share", 0.0),
    Change("cost-then-present-cost", "sites plain"),
    # terms that change by the period
    Change("preferred-terms", "preferred_equity cheap dividend_per_year", [0.06, 0.1, 0.06, 0.05]),
    Change("preferred-terms", "preferred_equity cheap max_musd", 80),
    Change("preferred-terms", "preferred_equity cheap flotation_fixed_musd", 0.0),
    Change("preferred-terms", "preferred_equity dear min_musd", 0.0),
    Change("preferred-terms", "draw_timing", "end"),
    Change("equity-terms", "equity cost_of_equity_per_year", [0.1, 0.11, 0.12, 0.13]),
    Change("equity-terms", "equity rounds a cost_of_equity_per_year"),
    Change("equity-terms", "partners"),
    Change("reserved-cloud-terms", "cloud rented reserved limit_h100e", 12000),
    Change("reserved-cloud-terms", "cloud rented reserved term_periods", 3),
    Change("reserved-cloud-terms", "cloud rented reserved block_h100e", 0.0),
    Change("reserved-cloud-terms", "cloud rented limit_h100e", [8000, 3000, 8000, 7000]),
    Change("colocation-limits", "sites hall colocation limit_mw", 6),
    Change("colocation-limits", "sites hall colocation term_periods", 1),
    Change("system-limit-years", "power"),
    Change("system-limit-years", "power system_limit_mw", 6),
    Change("system-limit-years", "regions cheap power_limit_mw", 5),
    Change("system-limit-years", "regions dear power_limit_mw"),
    Change("retired-vintage-ends", "hardware old resale_share_by_age"),
    Change("retired-vintage-ends", "hardware new life_periods", 2),
    Change("counted-phases-gap", "sites alpha phases 0 gap_periods", 1),
    Change("pricing-grid-years", "pricing_grid buckets 1 spread_per_year", 0.0),
    Change("pricing-grid-years", "pricing_grid buckets 2 cost_of_equity_per_year", 0.1),
    Change("adjusted-present-value-assets", "hardware chips tax_class"),
    Change("adjusted-present-value-assets", "hardware chips resale_share_by_age"),
    Change("adjusted-present-value-assets", "adjusted_present_value shield_rate_per_year", 0.12),
    Change("prices-by-year", "hardware chips order_fee_musd", 0.0),
    Change("prices-by-year", "hardware chips supply_units"),
    Change("prices-by-year", "markets demand revenue_usd_per_h100e_hour", 2.0),
    Change("prices-by-year", "regions flat energy_price_usd_per_mwh", 60),
    # the end of the last period, and what comes after it
    Change("terminal-at-end", "hardware lasting resale_share_by_age", [1, 0.7, 0]),
    Change("terminal-at-end-quarters", "discount timing", "end"),
    Change("terminal-at-end-quarters", "hardware lasting resale_share_by_age", [1, 0.8, 0]),
    Change("run-rate", "hardware brief life_periods", 2),
    Change("run-rate", "cash_flows staff musd_per_year", -5),
    Change("run-rate-quarters", "hardware brief life_periods", 5),
    Change("run-rate-quarters", "cash_flows staff musd_per_period", [-2, -1, -1, -1]),
    Change("terminal-tax", "tax rate", 0.0),
    Change("terminal-tax", "sites plot phases 0 capex shell tax_class"),
    Change("terminal-tax", "sites plot land_musd", 60),
    Change("terminal-tax-quarters", "tax rate", 0.0),
    Change("terminal-tax-quarters", "sites classed phases 0 capex shell tax_class"),
    Change("losses-at-end", "terminal loss_value_share", 0.0),
    Change("losses-at-end-quarters", "terminal loss_value_share", 0.2),
    Change("unpaid-covered", "cash cover_commitments", False),
    Change("unpaid-covered", "cash minimum_musd", 11),
    Change("unpaid-covered-quarters", "cash cover_commitments", False),
    Change("unpaid-covered-quarters", "debt line limit_musd", 59),
    Change("construction-begun", "sites field phases 0 spend_profile", [0.1]),
    Change("construction-begun-quarters", "fair_rate_per_year", 0.0),
    Change("construction-begun-quarters", "sites field phases 0 spend_profile", [0.8, 0.2]),
    Change("construction-begun-quarters", "payment_timing", "end"),
    Change("partner-beyond", "partners near cost_of_serving_usd_per_h100e_hour", 0.6),
    Change("partner-beyond", "fair_rate_per_year", 0.2),
    Change("partner-beyond-quarters", "cloud rented price_usd_per_h100e_hour", 0.5),
    Change("partner-beyond-quarters", "debt paper issue_discount_share", 0.0),
    Change("contracts-after-end", "sites hall colocation assignable_share", 1.0),
    Change("contracts-after-end", "energy_sources ppa contract assignable_share", 1.0),
    Change("contracts-after-end", "hardware chips lease assignable_share", 1.0),
    Change("contracts-after-end", "cloud rented reserved assignable_share", 1.0),
    Change("contracts-after-end", "terminal", {"kind": "ebitda_multiple", "multiple": 1.0}),
    Change("contracts-after-end-quarters", "energy_sources ppa contract assignable_share", 1.0),
    Change("contracts-after-end-quarters", "cloud rented reserved term_periods", 2),
    Change("value-by-start", "sites rising phases 0 value_musd", 10),
    Change("value-by-start", "sites rising phases 0 lead_periods", 0),
    Change("value-by-start-quarters", "sites field phases 0 gap_periods", 0),
    Change("value-by-start-quarters", "sites field phases 0 lead_periods", 0),
    # what moves before the end of its period, and one way at a time
    Change("payment-timing", "payment_timing", "end"),
    Change("payment-timing", "hardware patient payment_timing"),
    Change("payment-timing-quarters", "payment_timing", "end"),
    Change("payment-timing-quarters", "draw_timing", "end"),
    Change("early-income", "sites campus phases 0 payment_timing", "end"),
    Change("idle-draw", "debt loan rate_per_year", 0.03),
    Change("loan-start-tenor", "draw_timing", "end"),
    Change("loan-mid-tenor-quarters", "draw_timing", "end"),
    Change("loan-mid-quarters", "cash yield_per_year", 0.0),
    Change("loan-mid-quarters", "debt loan capitalise_interest", False),
    Change("one-movement", "debt cheap tenor_periods", 3),
    Change("one-movement-quarters", "debt cheap last_draw", "2026Q3"),
    # what shareholders get
    Change("shareholder-value", "equity cost_of_equity_per_year", 0.12),
    Change("shareholder-value", "equity rounds a cost_of_equity_per_year"),
    Change("shareholder-value", "equity dividends"),
    Change("shareholder-value", "equity dividends return_of_capital", False),
    Change("shareholder-value", "fair_rate_per_year", 0.09),
    Change("shareholder-value", "debt bond tenor_periods", 3),
    Change("shareholder-value", "preferred_equity p dividend_per_year", 0.12),
    Change("shareholder-value-quarters", "draw_timing", "end"),
    Change("shareholder-value-quarters", "equity cost_of_equity_per_year", 0.1),
    Change("shareholder-value-quarters", "fair_rate_per_year", 0.4),
    Change("shareholder-value-relevered", "pricing_grid relever"),
    Change("shareholder-value-relevered", "pricing_grid relever unlevered_cost_per_year", 0.12),
    Change("shareholder-value-relevered", "pricing_grid buckets 1 spread_per_year", 0.0),
    Change("shareholder-value-by-bucket", "pricing_grid buckets 1", {"lower": 0.25, "cost_of_equity_per_year": 0.1}),
    Change("shareholder-value-at-the-end", "fair_rate_per_year", 0.05),
    Change("shareholder-value-at-the-end", "debt line rate_per_year", 0.2),
    Change("shareholder-value-at-the-end", "debt bond upfront_fee_share", 0.0),
    # what makes an instance impossible
    Change("infeasible-crews", "resources crew limit", 2),
    Change("infeasible-lots", "hardware chips lot_units", 0.0),
    Change("infeasible-dscr", "covenants"),
    Change("infeasible-budget", "budgets"),
    Change("unbounded-arbitrage", "debt loan limit_musd", 100.0),
    Change("unbounded-scrap", "hardware chips supply_units", 1000),
    # book equity, payouts, what could be drawn, leased hardware
    *(Change(*change) for change in CHANGES_EQUITY),
    *(Change(*each) for each in LENDERS),
    # the last day, money before the end of a period, charges nobody decides, trifles
    *(Change(*each) for each in CHANGES_EDGES),
]


def changed(expected: Expected, change: Change) -> Instance:
    """The instance with the change made. The place, but for its last key, has to be there."""
    data = load(expected.file).model_dump(mode="json")
    *path, last = [int(key) if key.isdigit() else key for key in change.place.split()]
    block: Any = data
    for key in path:
        block = block[key]
    assert isinstance(last, int) or last in block or change.to != ABSENT
    if change.to == ABSENT:
        del block[last]
    else:
        block[last] = change.to
    return Instance.model_validate(data)


def outcome(instance: Instance) -> tuple[str, list[float]]:
    """The status and the value of every level; a change may leave what a file would be refused for, so unchecked."""
    try:
        plan = search(instance, Limits(gap_share=0.0, time_limit_s=300.0, threads=1, seed=0))
    except NoPlanError as nothing:
        return nothing.status, []
    assert plan.audit_passed
    return plan.status, [level["value"] for level in plan.summary["levels"] if not level["inserted"]]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.instance}:{change.place.replace(' ', '.')}")
def test_the_rule_decides(change: Change) -> None:
    """The changed instance has another status, or another value of some level by more than a thousandth.

    A thousandth of the value, or of a million where it is less than that; of the value itself where it is a share.
    """
    expected = BY_NAME[change.instance]
    status, values = outcome(changed(expected, change))
    least = [0.0 if name in SHARES else 1.0 for name, _ in expected.values]
    stated = [value for _, value in expected.values]
    moved = [abs(a - b) > 1e-3 * max(c, abs(b)) for a, b, c in zip(values, stated, least, strict=False)]
    assert status != expected.status or any(moved)


def test_every_own_instance_is_changed() -> None:
    """Published problems stand for themselves, plain bullets for interest; every other instance has a change."""
    own = {each.name for each in ALL if each.proof != "published"}
    assert own - {change.instance for change in CHANGES} == {"loan-bullet"}
