"""What is changed in the instances of `derive_contracts.py` and `derive_choices.py`.

Keys are parted by a blank, and the new value follows if there is one.
"""

from __future__ import annotations

from typing import Any

CHANGES_CONTRACTS: list[tuple[Any, ...]] = [
    ("contract-damages-cap", "contracts anchor delay_damages_cap_share", 1),
    ("contract-damages-cap", "contracts anchor long_stop_periods", 1),
    ("contract-damages-cap", "contracts anchor long_stop_periods"),
    ("contract-damages-cap-quarters", "contracts anchor delay_damages_cap_share", 1),
    ("contract-damages-cap-quarters", "contracts anchor acceptance_lag_periods", 2),
    ("contract-from-before", "contracts anchor opening service_periods", 1),
    ("contract-from-before", "contracts anchor opening deferred_musd", 0),
    ("contract-from-before", "contracts anchor opening taxed_in", 2027),
    ("contract-from-before-quarters", "contracts anchor counts_as_debt", False),
    ("contract-from-before-quarters", "contracts anchor opening acceptance", "2026Q3"),
    ("contract-from-before-quarters", "opening", {"cash_musd": 4, "other_assets_musd": 22, "paid_in_capital_musd": 18}),
    ("customer-shares", "contracts partner shares musd", 5),
    ("customer-shares", "contracts partner shares", None),
    ("customer-shares", "equity ownership_floor_share", 0.97),
    ("customer-shares", "equity ownership_floor_share", 0.9),
    ("customer-shares-quarters", "contracts partner shares musd", 4),
    ("customer-shares-quarters", "contracts old opening shares_left_musd", 0),
    ("contract-long-stop", "contracts anchor long_stop_periods", 4),
    ("contract-long-stop", "contracts anchor delay_damages_cap_share", 1),
    ("contract-long-stop-quarters", "contracts anchor long_stop_periods", 4),
    ("contract-long-stop-quarters", "contracts anchor signed", False),
    ("contract-prepayment", "debt loan rate_per_year", 0.03),
    ("contract-prepayment", "contracts ahead prepayment_share", 0),
    ("contract-prepayment-quarters", "contracts ahead prepayment_share", 0),
    ("contract-renewed-quarters", "contracts anchor renewal", None),
    ("contract-renewed-quarters", "contracts anchor renewal price_musd_per_mw_month", 0.8),
    ("contract-renewed-quarters", "contracts anchor escalator_per_year", 0),
    ("contract-renewed-quarters", "contracts anchor take_or_pay_share", 0),
    ("contract-renewed-quarters", "contracts anchor ramp_mw", [1]),
    ("contract-taxed-ahead", "contracts ahead prepayment_taxed", "received"),
    ("contract-taxed-ahead", "contracts ahead prepayment_taxed", "recognised"),
    ("contract-taxed-ahead-quarters", "contracts ahead prepayment_taxed", "recognised"),
    ("contract-taxed-ahead-quarters", "contracts ahead prepayment_credited", "over_term"),
    ("choice-exactly-one", "choices best"),
    ("choice-exactly-one-quarters", "choices customer"),
    ("choice-exactly-one-quarters", "choices exclusive"),
    ("choice-exactly-one-quarters", "partners lab cash_musd", 2),
    ("choice-requires", "choices storage"),
    ("choice-requires", "choices exclusive"),
    ("choice-requires-quarters", "choices storage"),
    ("choice-requires-quarters", "partners lab cash_musd", 1),
    ("fractional-quarters", "sites two phases 0 fractional", False),
    ("fractional-quarters", "sites two phases 0 value_musd", 0),
    ("income-by-age", "sites early phases 0 income_musd_by_age", [9, 12]),
    ("income-by-age", "sites late phases 0 income_musd_by_age", [0, 10, 12]),
    ("income-by-age-quarters", "sites late phases 0 lead_periods", 2),
    ("income-by-age-quarters", "sites late phases 0 income_musd_by_age", []),
]
