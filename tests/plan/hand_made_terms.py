"""A plan made by hand with every source of compute and every instrument: the tests derive their numbers from these.

Three years; amounts in USD million. Nobody solved it; it only has to add up.
"""

from __future__ import annotations

from typing import Any

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan

from .hand_made import SUMMARY

LABELS = ["2026", "2027", "2028"]

INSTANCE: dict[str, Any] = {
    "name": "terms",
    "calendar": {"start": 2026, "periods": 3},
    "discount": {"rate_per_year": 0.10},
    "opening": {"cash_musd": 200, "paid_in_capital_musd": 100},
    "regions": {
        "north": {"energy_price_usd_per_mwh": 50, "grid_renewable_share": 0.2, "grid_emissions_t_per_mwh": 0.5}
    },
    "energy_sources": {
        "ppa": {
            "region": "north",
            "price_usd_per_mwh": 40,
            "limit_mw": 4,
            "renewable": True,
            "contract": {"term_periods": 3, "take_or_pay_share": 0.75},
        }
    },
    "power": {"min_renewable_share": 0.5},
    "sites": {
        "alpha": {
            "region": "north",
            "pue": 1.25,
            "load_factor_share": 0.8,
            "existing_mw": 5,
            "colocation": {"rent_musd_per_mw_year": 2, "limit_mw": 4, "term_periods": 2, "lead_periods": 1},
        }
    },
    "hardware": {
        "chips": {
            "price_usd": 20000,
            "compute_h100e": 1,
            "kw": 1,
            "lead_periods": 0,
            "life_periods": 4,
            "last_order": 2027,
            "tax_class": "fast",
            "framework": {"min_total_units": 5000, "take_or_pay_share": 0.1, "signing_fee_musd": 1},
            "resale_share_by_age": [0.9, 0.5, 0.2, 0.1],
        },
        "leased": {
            "compute_h100e": 2,
            "kw": 1,
            "lead_periods": 1,
            "life_periods": 2,
            "development": {"cost_musd": 3, "lead_periods": 0},
            "lease": {"payment_usd_per_unit_year": 11000, "implicit_rate_per_year": 0.1, "counts_as_debt": True},
        },
        "short": {
            "compute_h100e": 1,
            "kw": 1,
            "lead_periods": 0,
            "life_periods": 2,
            "lease": {"payment_usd_per_unit_year": 6000, "implicit_rate_per_year": 0.2},
        },
    },
    "markets": {"training": {"demand_h100e": 5000, "revenue_usd_per_h100e_hour": 2}},
    "cloud": {
        "rented": {
            "price_usd_per_h100e_hour": 3,
            "limit_h100e": 1000,
            "reserved": {"price_usd_per_h100e_hour": 2, "limit_h100e": 500, "term_periods": 2},
        }
    },
    "depreciation": {"fast": {"life_years": 4, "convention": "half_year"}},
    "tax": {"rate": 0.25, "loss_usable_share": 1, "interest_limit_share": 0.1},
    "lenders": {"bank": {"limit_musd": 110}},
    "debt": {
        "vendor": {
            "kind": "level",
            "rate_per_year": 0.1,
            "tenor_periods": 3,
            "grace_periods": 1,
            "capitalise_interest": True,
            "issue_discount_share": 0.02,
            "limit_musd": 100,
            "lender": "bank",
            "tied_to": {"capex_share": 1, "hardware": ["chips"]},
            "prepayment": {"premium_share": 0.01},
        },
        "bespoke": {"kind": "sculpted", "rate_per_year": 0.08, "tenor_periods": 3, "limit_musd": 50, "lender": "bank"},
    },
    "equity": {
        "cost_of_equity_per_year": 0.12,
        "rounds": {"a": {"min_musd": 10, "max_musd": 90, "pre_money_musd": 450, "flotation_share": 0.02}},
        "ownership_floor_share": 0.8,
        "ownership_segments": 4,
        "dividends": {"maximum_musd": 5, "minimum_total_musd": 5, "lock_up_dscr": 1.2},
    },
    "preferred_equity": {"p": {"dividend_per_year": 0.1, "max_musd": 40, "flotation_share": 0.01}},
    "partners": {
        "friend": {
            "kind": "compute",
            "cash_musd": 20,
            "delivery_periods": 2,
            "delivery_h100e": 1000,
            "price_usd_per_h100e_hour": 1.5,
        },
        "holder": {"kind": "equity", "cash_musd": 25, "pre_money_musd": 475},
    },
    "pricing_grid": {
        "by": "leverage",
        "buckets": [
            {"upper": 0.32},
            {"lower": 0.32, "upper": 0.5, "spread_per_year": 0.02},
            {"lower": 0.5, "spread_per_year": 0.05, "cost_of_equity_per_year": 0.3},
        ],
        "relever": {"method": "harris_pringle", "unlevered_cost_per_year": 0.1, "cost_of_debt_per_year": 0.05},
    },
    "covenants": {
        "service": {"kind": "dscr", "minimum": 1, "first_test": 2027},
        "cover": {"kind": "interest_cover", "minimum": 2},
        "gearing": {"kind": "debt_to_capital", "maximum": 0.4},
    },
    "terminal": {"kind": "resale"},
}

DECISIONS: dict[str, list[dict[str, Any]]] = {
    "orders": [
        {"offer": "chips", "period": "2026", "units": 4000.0},
        {"offer": "leased", "period": "2026", "units": 1000.0},
        {"offer": "short", "period": "2027", "units": 500.0},
    ],
    "allocations": [
        {"offer": "chips", "site": "alpha", "period": "2026", "units": 4000.0},
        {"offer": "leased", "site": "alpha", "period": "2026", "units": 1000.0},
        {"offer": "short", "site": "alpha", "period": "2027", "units": 500.0},
    ],
    "retirements": [{"offer": "chips", "site": "alpha", "ordered": "2026", "period": "2027", "units": 1000.0}],
    "frameworks": [{"offer": "chips", "signed": 1}],
    "developments": [{"offer": "leased", "period": "2026", "begun": 1}],
    "colocation": [{"site": "alpha", "period": "2026", "mw": 1.0}],
    "reservations": [{"cloud": "rented", "period": "2026", "h100e": 400.0}],
    # 3, 2.5 and 4 MW through the year
    "energy": [
        {"source": "ppa", "period": "2026", "mwh": 3 * 8760.0},
        {"source": "ppa", "period": "2027", "mwh": 2.5 * 8760.0},
        {"source": "ppa", "period": "2028", "mwh": 4 * 8760.0},
    ],
    "energy_contracts": [{"source": "ppa", "period": "2026", "signed": 1}],
    "service": [
        {"market": "training", "from": "alpha", "period": "2026", "h100e": 4000.0},
        {"market": "training", "from": "alpha", "period": "2027", "h100e": 4000.0},
        {"market": "training", "from": "alpha", "period": "2028", "h100e": 4500.0},
        {"market": "training", "from": "rented", "period": "2026", "h100e": 300.0},
        {"market": "training", "from": "rented", "period": "2027", "h100e": 600.0},
    ],
    "debt_draws": [
        {"instrument": "vendor", "period": "2026", "musd": 80.0},
        {"instrument": "bespoke", "period": "2026", "musd": 30.0},
    ],
    "debt_repayments": [
        {"instrument": "bespoke", "period": "2027", "musd": 10.0},
        {"instrument": "bespoke", "period": "2028", "musd": 5.0},
    ],
    "prepayments": [{"instrument": "vendor", "drawn": "2026", "period": "2027", "musd": 22.0}],
    "equity_raises": [{"round": "a", "period": "2026", "musd": 50.0}],
    "preferred_raises": [{"name": "p", "period": "2026", "musd": 40.0}],
    "partners": [
        {"partner": "friend", "period": "2026", "signed": 1},
        {"partner": "holder", "period": "2027", "signed": 1},
    ],
    "deliveries": [
        {"partner": "friend", "from": "alpha", "period": "2027", "h100e": 1000.0},
        {"partner": "friend", "from": "alpha", "period": "2028", "h100e": 1000.0},
    ],
    "dividends": [{"period": "2028", "musd": 5.0}],
    "buckets": [
        {"period": "2026", "bucket": 1, "holds": 1},
        {"period": "2027", "bucket": 0, "holds": 1},
        {"period": "2028", "bucket": 0, "holds": 1},
    ],
}

# one kH100e for a year at 1 USD an hour is 8.76
REVENUE = [4.3 * 2 * 8.76, 4.6 * 2 * 8.76, 4.5 * 2 * 8.76]
# 1,000 H100e at 1.5: 13.14 a year; the 20 that were paid are worked off by 13.14 and 6.86, the rest is paid
DELIVERED = 1.5 * 8.76
WORKED_OFF = [0.0, DELIVERED, 20 - DELIVERED]
PARTNER_CASH = [0.0, 0.0, 2 * DELIVERED - 20]
# IT of 4, 4.5 and 4.5 MW, · 1.25 · 0.8 on average; what the contract gives and, in 2027, the 3 MW paid for at least
GRID_MW, SOURCE_MW, PAID_MW = [1.0, 2.0, 0.5], [3.0, 2.5, 4.0], [3.0, 3.0, 4.0]
GRID = [mw * 8760 * 50 / 1e6 for mw in GRID_MW]
SOURCE = [mw * 8760 * 40 / 1e6 for mw in PAID_MW]
RESERVED = 0.4 * 2 * 8.76
HOURLY = 0.2 * 3 * 8.76
EBITDA = [
    REVENUE[0] - 1 - 3 - GRID[0] - SOURCE[0] - RESERVED,
    REVENUE[1] + DELIVERED - 2 - 3 - 2 - GRID[1] - SOURCE[1] - RESERVED - HOURLY,
    REVENUE[2] + DELIVERED - 3 - 2 - GRID[2] - SOURCE[2],
]
# vendor: 80 drawn, 8 capitalised, 20 of the 80 prepaid at 1.1, then half of the 66 left; bespoke at 8 % on 30 and 20;
# the lease of 11 and 11 at 10 % is worth 11 + 10 on delivery; the grid asks 2 % on 110
INTEREST = [0.0, 8 + 2.4 + 2.2, 6.6 + 1.6 + 1.0]
DEDUCTED = [0.0, 0.1 * EBITDA[1], 0.1 * EBITDA[2]]
# 3,000 units at 60: ⅛, ¼, ¼; the 1,000 sold at 20: ⅛, then the rest; lease principal 11 and 10
TAX_DEPRECIATION = [10.0, 15 + 17.5 + 11, 15 + 10.0]
# the discount of 1.6 over the three years after the draw; with the quarter of it prepaid in 2027 goes two years' part
FEES_DEDUCTED = [0.0, 1.6 / 3 + 1.6 / 4 * 2 / 3 + 0.22, 0.75 * 1.6 / 3]
TAXABLE = [
    EBITDA[0] - TAX_DEPRECIATION[0],
    EBITDA[1] + 10 - TAX_DEPRECIATION[1] - DEDUCTED[1] - FEES_DEDUCTED[1],
    EBITDA[2] - TAX_DEPRECIATION[2] - DEDUCTED[2] - FEES_DEDUCTED[2],
]
TAX = [0.25 * amount for amount in TAXABLE]


def _post(line: str, item: str, debit: str, credit: str, amounts: list[float]) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "item": item,
            "period": label,
            "musd": amount,
            "debit": debit,
            "credit": credit,
            "corporate": False,
        }
        for label, amount in zip(LABELS, amounts, strict=True)
        if amount
    ]


def _cost(line: str, item: str, *amounts: float) -> list[dict[str, Any]]:
    return _post(line, item, "retained_earnings", "cash", list(amounts))


LEDGER = [
    *_post("revenue.training", "revenue", "cash", "retained_earnings", REVENUE),
    *_post("partner.delivery.friend", "revenue", "partner.friend", "retained_earnings", WORKED_OFF),
    *_post("partner.revenue.friend", "revenue", "cash", "retained_earnings", PARTNER_CASH),
    *_cost("opex.signing.chips", "opex", 1, 0, 0),
    *_cost("opex.take_or_pay.chips", "opex", 0, 2, 0),
    *_cost("opex.development.leased", "opex", 3, 0, 0),
    *_cost("opex.lease.short", "opex", 0, 3, 3),
    *_cost("opex.colocation.alpha", "opex", 0, 2, 2),
    *_cost("opex.grid.north", "opex", *GRID),
    *_cost("opex.source.ppa", "opex", *SOURCE),
    *_cost("opex.reserved.rented", "opex", RESERVED, RESERVED, 0),
    *_cost("opex.cloud.rented", "opex", 0, HOURLY, 0),
    *_post("capex.hardware.chips.accelerator", "capex", "hardware", "cash", [80, 0, 0]),
    *_post("depreciation.hardware.chips", "depreciation", "retained_earnings", "hardware", [20, 20, 20]),
    # without the units sold: a second posting of the same line
    *_post("depreciation.hardware.chips", "depreciation", "retained_earnings", "hardware", [0, -5, -5]),
    *_post("resale.hardware.chips", "resale", "cash", "hardware", [0, 10, 0]),
    *_post("write_off.hardware.chips", "depreciation", "retained_earnings", "hardware", [0, 5, 0]),
    *_post("lease.start.leased", "lease", "leased_hardware", "lease.leased", [0, 21, 0]),
    *_post("lease.principal.leased", "repayment", "lease.leased", "cash", [0, 11, 10]),
    *_cost("lease.interest.leased", "interest", 0, 0, 1),
    *_post("depreciation.hardware.leased", "depreciation", "retained_earnings", "leased_hardware", [0, 10.5, 10.5]),
    *_cost("tax", "tax", *TAX),
    *_post("draw.vendor", "draw", "cash", "debt.vendor", [80, 0, 0]),
    *_cost("fee.discount.vendor", "fee", 1.6, 0, 0),
    *_post("pik.vendor", "pik", "retained_earnings", "debt.vendor", [0, 8, 0]),
    *_post("repayment.vendor", "repayment", "debt.vendor", "cash", [0, 22, 33]),
    *_cost("fee.prepayment.vendor", "fee", 0, 0.22, 0),
    *_cost("interest.vendor", "interest", 0, 0, 6.6),
    *_post("draw.bespoke", "draw", "cash", "debt.bespoke", [30, 0, 0]),
    *_post("repayment.bespoke", "repayment", "debt.bespoke", "cash", [0, 10, 5]),
    *_cost("interest.bespoke", "interest", 0, 2.4, 1.6),
    *_cost("interest.grid", "interest", 0, 2.2, 0),
    *_post("raise.a", "raise", "cash", "paid_in_capital", [50, 0, 0]),
    *_cost("flotation.a", "flotation", 1, 0, 0),
    *_post("raise.preferred.p", "raise", "cash", "preferred_equity", [40, 0, 0]),
    *_cost("flotation.preferred.p", "flotation", 0.4, 0, 0),
    *_cost("dividend.preferred.p", "preferred_dividend", 0, 4, 4),
    *_post("partner.cash.friend", "draw", "cash", "partner.friend", [20, 0, 0]),
    *_post("partner.equity.holder", "raise", "cash", "paid_in_capital", [0, 25, 0]),
    *_cost("dividend", "dividend", 0, 0, 5),
]

CASH_2026 = 200 + EBITDA[0] - 80 - TAX[0] + 80 - 1.6 + 30 + 50 - 1 + 40 - 0.4 + 20
CASH_2027 = CASH_2026 + EBITDA[1] - DELIVERED + 10 - 11 - TAX[1] - 22 - 0.22 - 10 - 2.4 - 2.2 - 4 + 25
CASH_2028 = CASH_2027 + EBITDA[2] - WORKED_OFF[2] - 10 - 1 - TAX[2] - 33 - 6.6 - 5 - 1.6 - 4 - 5


def hand_made_terms() -> Plan:
    """The plan with its metrics, audited by nobody."""
    return Plan.assemble(Instance.model_validate(INSTANCE), DECISIONS, LEDGER, {}, SUMMARY)
