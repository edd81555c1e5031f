"""What is changed in the instances of `derive_edges*.py` and `derive_undecided.py`: the place, and the new value."""

from __future__ import annotations

from typing import Any

CHANGES_EDGES: tuple[tuple[Any, ...], ...] = (
    # leases and lines that go on after the plan
    ("lease-last-period", "hardware leased lease payment_usd_per_unit_year", 8000),
    ("lease-last-quarter", "hardware leased lease payment_usd_per_unit_year", 40000),
    ("lease-worth-at-the-end", "hardware leased lease counts_as_debt", False),
    ("lease-worth-at-the-end", "fair_rate_per_year", 0.18),
    ("lease-worth-quarters", "fair_rate_per_year", 0.1),
    ("lease-owed-at-the-end", "fair_rate_per_year", 0.18),
    ("lease-owed-quarters", "fair_rate_per_year", 0.1),
    ("line-worth", "draw_timing", "end"),
    ("line-worth-quarters", "debt paper tenor_periods", 5),
    ("lease-falling-price", "hardware bought price_usd", 10000),
    ("lease-falling-price", "hardware bought accelerator"),
    ("lease-falling-price-quarters", "hardware bought price_usd", 10000),
    # money before the end of a period
    ("relever-early", "draw_timing", "end"),
    ("relever-early", "pricing_grid relever"),
    ("relever-mid-quarters", "draw_timing", "start"),
    ("relever-mid-quarters", "pricing_grid relever"),
    ("relever-opening", "pricing_grid relever"),
    ("relever-opening", "debt old grace_periods", 2),
    ("relever-opening-quarters", "pricing_grid relever"),
    ("relever-opening-quarters", "debt old grace_periods", 0),
    ("income-below-zero", "tax interest_limit_share", 0.6),
    ("income-below-zero-quarters", "tax interest_limit_share", 0.2),
    ("partner-served-at-once", "draw_timing", "end"),
    ("partner-served-at-once-quarters", "draw_timing", "mid"),
    # what nobody decides
    ("slack-of-what-is-decided", "debt old grace_periods", 0),
    ("slack-of-what-is-decided", "objectives 0 slack_share", 0.2),
    ("slack-of-a-line-quarters", "debt line rate_per_year", 0.06),
    ("slack-of-a-line-quarters", "objectives 0 slack_share", 0.2),
    ("slack-of-returned-capital", "equity dividends return_of_capital", False),
    ("slack-of-returned-capital-quarters", "equity dividends return_of_capital", False),
    ("slack-of-prepayable-debt", "debt old prepayment first_prepayment", 2026),
    ("slack-of-prepayable-debt", "debt old prepayment"),
    ("fee-out-of-idle-cash", "equity cost_of_equity_per_year", 0.11),
    ("fee-out-of-idle-cash-quarters", "equity cost_of_equity_per_year", 0.11),
    # lenders, and what units are bought for
    ("trifle-of-debt", "debt loan opening_balance_musd", 0.0011),
    ("trifle-of-debt", "covenants"),
    ("trifle-of-debt-quarters", "debt loan opening_balance_musd", 0.0011),
    ("trifle-of-debt-quarters", "covenants"),
    ("write-off-for-a-cover", "hardware chips tax_class"),
    ("write-off-for-a-cover", "covenants"),
    ("write-off-for-a-cover-quarters", "hardware chips tax_class"),
    ("write-off-for-a-cover-quarters", "covenants cover tax", "none"),
    ("tied-line-of-units-gone", "covenants"),
    ("tied-line-of-units-gone", "debt line tied_to"),
    ("tied-line-of-units-gone-quarters", "debt line tied_to"),
    ("tied-paper-refinances", "debt new refinances"),
    ("tied-paper-refinances", "debt new tied_to"),
    ("tied-line-refinances-quarters", "debt line refinances"),
    ("tied-line-refinances-quarters", "debt line tied_to"),
    ("order-of-all-there-is", "debt loan limit_musd", 11.9),
    ("order-of-all-there-is-quarters", "hardware chips deposit_share", 0.0),
)
