"""Files that trigger a check of customers' contracts, as in ``triggers_programme``."""

from __future__ import annotations

from typing import Any

from tests.instance.example import GONE

CUSTOMER = {"term_periods": 2, "ramp_h100e": [1000], "price_usd_per_h100e_hour": 2}
BEFORE = CUSTOMER | {"opening": {"service_periods": 1}}

CUSTOMERS: list[tuple[str, dict[str, Any], str]] = [
    ("contract-terms", {"contracts": {"a": {"term_periods": 2}}}, "contracts.a"),
    ("contract-terms", {"contracts": {"a": {"term_periods": 2, "ramp_h100e": [1000]}}}, "contracts.a"),
    ("contract-terms", {"contracts": {"a": CUSTOMER | {"h100e_per_mw": 900}}}, "contracts.a.h100e_per_mw"),
    (
        "contract-terms",
        {"contracts": {"a": CUSTOMER | {"renewal": {"term_periods": 1, "price_musd_per_mw_month": 1}}}},
        "contracts.a.renewal.price_musd_per_mw_month",
    ),
    (
        "contract-terms",
        {"contracts": {"a": CUSTOMER | {"prepayment_share": 0.1, "prepayment_musd": 3}}},
        "contracts.a.prepayment_musd",
    ),
    ("contract-opening", {"contracts": {"a": BEFORE | {"first_signing": 2026}}}, "contracts.a.first_signing"),
    ("contract-opening", {"contracts": {"a": BEFORE | {"prepayment_musd": 3}}}, "contracts.a.prepayment_musd"),
    ("contract-opening", {"contracts": {"a": BEFORE | {"shares": {"musd": 3}}}}, "contracts.a.shares"),
    (
        "customer-shares",
        {"contracts": {"a": CUSTOMER | {"shares": {"musd": 3}}}, "equity.dividends": {"return_of_capital": True}},
        "contracts.a.shares",
    ),
    (
        "customer-shares",
        {"contracts": {"a": CUSTOMER | {"shares": {"musd": 3, "pre_money_musd": 900}}}, "equity": GONE},
        "contracts.a.shares.pre_money_musd",
    ),
    (
        "customer-shares",
        {"contracts": {"a": CUSTOMER | {"shares": {"musd": 3, "pre_money_musd": 0}}}},
        "contracts.a.shares.pre_money_musd",
    ),
    (
        "contract-opening",
        {"contracts": {"a": BEFORE | {"acceptance_lag_periods": 2}}},
        "contracts.a.acceptance_lag_periods",
    ),
    (
        "contract-opening",
        {"contracts": {"a": CUSTOMER | {"opening": {"service_periods": 1, "acceptance": 2027}}}},
        "contracts.a.opening.service_periods",
    ),
    (
        "contract-opening",
        {"contracts": {"a": CUSTOMER | {"opening": {"service_periods": 2}}}},
        "contracts.a.opening.service_periods",
    ),
    (
        "contract-opening",
        {"contracts": {"a": CUSTOMER | {"opening": {"taxed_in": 2026}}}},
        "contracts.a.opening.taxed_in",
    ),
    (
        "opening-period",
        {"contracts": {"a": CUSTOMER | {"opening": {"acceptance": 2025}}}},
        "contracts.a.opening.acceptance",
    ),
    (
        "prepayment-beyond-invoices",  # 17.52 in the year that is left
        {"contracts": {"a": CUSTOMER | {"opening": {"service_periods": 1, "deferred_musd": 18}}}},
        "contracts.a.opening.deferred_musd",
    ),
    (
        "prepayment-beyond-invoices",  # 35.04 in all, 17.52 of it taken or paid
        {"contracts": {"a": CUSTOMER | {"take_or_pay_share": 0.5, "used_share": 0.1, "prepayment_share": 0.6}}},
        "contracts.a.prepayment_share",
    ),
    (
        "contract-never-serves",
        {"contracts": {"a": CUSTOMER | {"acceptance_lag_periods": 4}}},
        "contracts.a.acceptance_lag_periods",
    ),
    (
        "contract-without-site",
        {"contracts": {"a": CUSTOMER}, "hardware": GONE},
        "contracts.a",
    ),
    (
        "contract-beyond-supply",  # megawatts in kilowatts
        {"contracts": {"a": CUSTOMER | {"ramp_h100e": [5e8]}}},
        "contracts.a.ramp_h100e",
    ),
    (
        "delay-without-long-stop",
        {"contracts": {"a": CUSTOMER | {"delay_damages_musd_per_year": 5}}},
        "contracts.a.delay_damages_musd_per_year",
    ),
    ("contracts-past-end", {"contracts": {"a": CUSTOMER}}, "contracts.a"),
]
