"""A plan made by hand: every number of its ledger is derived here, and the tests derive theirs from these."""

from __future__ import annotations

from typing import Any

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan

LABELS = ["2026", "2027", "2028", "2029"]

INSTANCE: dict[str, Any] = {
    "name": "hand-made",
    "title": "One site, one offer",
    "calendar": {"start": 2026, "periods": 4},
    "discount": {"rate_per_year": 0.10},
    "opening": {"cash_musd": 100, "paid_in_capital_musd": 90, "other_assets_musd": 20},
    "cash": {"minimum_musd": 61.1},
    "regions": {"north": {"energy_price_usd_per_mwh": 50, "power_limit_mw": 10}},
    "power": {"system_limit_mw": 30},
    "sites": {
        "alpha": {
            "region": "north",
            "pue": 1.25,
            "max_utilisation_share": 0.9,
            "land_musd": 5,
            "opening_cost_musd": 2,
            "phases": [
                {
                    "name": "one",
                    "count": 2,
                    "mw": 12,
                    "lead_periods": 1,
                    "spend_profile": [0.5, 0.5],
                    "fixed_opex_musd_per_year": 1,
                    "capex": {"shell": {"musd": 100, "book_life_years": 10}},
                }
            ],
        }
    },
    "hardware": {
        "chips": {
            "vendor": "=HYPERLINK()",
            "accelerator": "X1",
            "price_usd": 20000,
            "attach": {"server": {"usd_per_unit": 5000}},
            "compute_h100e": 2,
            "kw": 1,
            "lead_periods": 1,
            "life_periods": 3,
            "deposit_share": 0.2,
            "order_fee_musd": 1,
            "upkeep_usd_per_unit_year": 100,
            "supply_units": 10000,
            "tiers": {
                "kind": "all_units",
                "steps": [{"from_units": 0, "discount_share": 0}, {"from_units": 5000, "discount_share": 0.1}],
            },
        }
    },
    "markets": {
        "training": {"demand_h100e": 12000, "revenue_usd_per_h100e_hour": 2, "min_served_share": [0, 0.5, 0.5, 0.5]}
    },
    "cash_flows": {"research": {"musd_per_year": -3, "kind": "operating", "corporate": True}},
    "tax": {"rate": 0.2},
    "debt": {
        "loan": {
            "kind": "level",
            "rate_per_year": 0.08,
            "tenor_periods": 3,
            "limit_musd": 60,
            "upfront_fee_share": 0.01,
        },
        "bond": {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 10, "opening_balance_musd": 10},
        "unused": {"kind": "revolver", "rate_per_year": 0.09, "limit_musd": 40, "last_draw": 2027},
    },
    "equity": {
        "cost_of_equity_per_year": 0.12,
        "rounds": {
            "series-a": {
                "max_musd": 100,
                "flotation_share": 0.03,
                "pre_money_musd": 300,
                "cost_of_equity_per_year": 0.15,
            }
        },
    },
    "budgets": {"all": {"musd": [91.8, 200, 0, 0]}},
    "covenants": {
        "service": {"kind": "dscr", "minimum": 1.5, "first_test": 2027},
        "infra": {"kind": "dscr", "minimum": 1.5, "first_test": 2027, "scope": "infrastructure"},
        "gearing": {"kind": "debt_to_capital", "maximum": 0.4375},
        "liquid": {"kind": "minimum_liquidity", "minimum": 50},
    },
    "terminal": {"kind": "book_share", "share": 0.5},
}

# one hall of 12 MW in 2026, on line in 2027; 8,000 units in 2026, delivered in 2027, 1.25·8000·1 kW = 10 MW
DECISIONS: dict[str, list[dict[str, Any]]] = {
    "phase_starts": [{"site": "alpha", "phase": "one", "period": "2026", "count": 1}],
    "orders": [{"offer": "chips", "period": "2026", "units": 8000.0}],
    "allocations": [{"offer": "chips", "site": "alpha", "period": "2026", "units": 8000.0}],
    "service": [{"market": "training", "from": "alpha", "period": p, "h100e": 12000.0} for p in LABELS[1:]],
    "debt_draws": [{"instrument": "loan", "period": "2026", "musd": 60.0}],
    "equity_raises": [{"round": "series-a", "period": "2027", "musd": 100.0}],
    # in 2026 the gearing leaves no room for the revolver
    "drawable": [{"instrument": "unused", "period": "2027", "musd": 40.0}],
}

# 12 kH100e at 2 USD an hour: 12·8.76·2; 10 MW all year at 50 USD/MWh: 10·8760·50/10⁶; upkeep 8000·100/10⁶
REVENUE, ENERGY, UPKEEP = 210.24, 4.38, 0.8
EBITDA = REVENUE - ENERGY - 1 - UPKEEP - 3
# 8,000·20,000·0.9 and 8,000·5,000
ACCELERATORS, SERVERS = 144.0, 40.0
TAX = {
    "2027": 0.2 * (EBITDA - 4.8 - 0.5),
    "2028": 0.2 * (EBITDA - 3.2 - 0.5),
    "2029": 0.2 * (EBITDA - 1.6 - 0.5),
}


def _post(line: str, item: str, debit: str, credit: str, **by_period: float) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "item": item,
            "period": period.removeprefix("y"),
            "musd": amount,
            "debit": debit,
            "credit": credit,
            "corporate": line == "given.research",
        }
        for period, amount in by_period.items()
    ]


def _expense(line: str, item: str, **by_period: float) -> list[dict[str, Any]]:
    return _post(line, item, "retained_earnings", "cash", **by_period)


def _running(amount: float) -> dict[str, float]:
    return {"y2027": amount, "y2028": amount, "y2029": amount}


LEDGER = [
    *_post("revenue.training", "revenue", "cash", "retained_earnings", **_running(REVENUE)),
    *_expense("opex.energy.alpha", "opex", **_running(ENERGY)),
    *_expense("opex.site.alpha", "opex", **_running(1.0)),
    *_expense("opex.upkeep.chips", "opex", **_running(UPKEEP)),
    *_expense("opex.opening.alpha", "opex", y2026=2.0),
    *_expense("opex.order_fee.chips", "opex", y2026=1.0),
    *_expense("given.research", "opex", y2026=3.0, **_running(3.0)),
    *_post("capex.site.alpha.land", "capex", "sites", "cash", y2026=5.0),
    *_post("capex.site.alpha.shell", "capex", "construction_in_progress", "cash", y2026=50.0),
    *_post("capex.site.alpha.shell", "capex", "sites", "cash", y2027=50.0),
    *_post("in_service.site.alpha", "transfer", "sites", "construction_in_progress", y2027=50.0),
    *_post("depreciation.site.alpha", "depreciation", "retained_earnings", "sites", **_running(10.0)),
    *_post("deposit.hardware.chips.accelerator", "capex", "deposits", "cash", y2026=0.2 * ACCELERATORS),
    *_post("deposit.hardware.chips.server", "capex", "deposits", "cash", y2026=0.2 * SERVERS),
    *_post("capex.hardware.chips.accelerator", "capex", "hardware", "cash", y2027=0.8 * ACCELERATORS),
    *_post("capex.hardware.chips.server", "capex", "hardware", "cash", y2027=0.8 * SERVERS),
    *_post("delivery.hardware.chips", "transfer", "hardware", "deposits", y2027=36.8),
    *_post("depreciation.hardware.chips", "depreciation", "retained_earnings", "hardware", **_running(184 / 3)),
    *_expense("tax", "tax", **{f"y{period}": amount for period, amount in TAX.items()}),
    *_post("draw.loan", "draw", "cash", "debt.loan", y2026=60.0),
    *_post("repayment.loan", "repayment", "debt.loan", "cash", **_running(20.0)),
    *_expense("interest.loan", "interest", y2027=4.8, y2028=3.2, y2029=1.6),
    *_expense("interest.bond", "interest", y2026=0.5, **_running(0.5)),
    *_expense("fee.upfront.loan", "fee", y2026=0.6),
    *_post("raise.series-a", "raise", "cash", "paid_in_capital", y2027=100.0),
    *_expense("flotation.series-a", "flotation", y2027=3.0),
]

SUMMARY = {
    "status": "optimal",
    "message": "optimal within $3.1 m (0.04 %)",
    "levels": [
        {
            "name": "cost_of_capital",
            "sense": "minimise",
            "value": 51.0,
            "bound": 47.9,
            "gap_share": 0.0004,
            "gap_musd": 3.1,
            "unit": "musd",
            "status": "optimal",
            "seconds": 0.5,
        }
    ],
    "options": {"gap_share": 1e-3, "time_limit_s": 60.0, "threads": 1, "seed": 0},
    "timings": {"build": 0.1},
    "versions": {"capstack": "0"},
    "matrix": {"rows": 1},
}

# cash: what the tests compare with
CASH_2026 = 100 - 5 - 2 - 50 - 36.8 - 1 - 3 + 60 - 0.6 - 0.5
CASH_2027 = CASH_2026 + EBITDA - TAX["2027"] - 50 - 147.2 + 97 - 4.8 - 20 - 0.5
CASH_2028 = CASH_2027 + EBITDA - TAX["2028"] - 3.7 - 20
CASH_2029 = CASH_2028 + EBITDA - TAX["2029"] - 2.1 - 20


def hand_made() -> Plan:
    """The plan with its metrics, audited by nobody."""
    return Plan.assemble(Instance.model_validate(INSTANCE), DECISIONS, LEDGER, {"terminal_cash": CASH_2029}, SUMMARY)
