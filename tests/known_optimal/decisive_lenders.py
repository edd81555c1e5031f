"""What is changed in the instances of `derive_lenders.py`: the place, and the new value if it is not taken away."""

from __future__ import annotations

from typing import Any

LENDERS: tuple[tuple[Any, ...], ...] = (
    ("multiple-without-debt", "covenants"),
    ("multiple-without-debt", "covenants leverage maximum", 2),
    ("cover-without-interest", "covenants"),
    ("cover-without-interest", "covenants cover over", "year"),
    ("twelve-months-dscr", "covenants cover over", "period"),
    ("twelve-months-history", "history"),
    ("twelve-months-history", "covenants leverage over", "period"),
    ("twelve-months-history", "history ebitda_musd", 2),
    ("cash-for-service", "covenants"),
    ("stand-alone-tax", "covenants cover tax", "company"),
    ("stand-alone-tax", "covenants cover tax", "none"),
    ("stand-alone-tax", "tax loss_usable_share", 1.0),
    ("stand-alone-tax-quarters", "covenants cover tax", "company"),
    ("stand-alone-tax-quarters", "tax payment", "year_end"),
    ("bridge-refinanced", "debt loan refinances"),
    ("bridge-refinanced", "debt bridge tenor_periods", 2),
    ("balloon-counted", "covenants cover balloons", "excluded"),
    ("prepaid-in-the-window", "debt loan prepayment"),
    ("prepaid-in-the-window", "debt loan prepayment first_prepayment", "2026Q2"),
    ("prepaid-in-the-window", "covenants"),
    ("prepaid-before-the-year", "debt loan prepayment first_prepayment", 2028),
    ("prepaid-before-the-year", "covenants"),
    ("grid-opening-history", "history"),
    ("grid-opening-history", "history ebitda_musd", 20),
    ("grid-twelve-months", "pricing_grid over", "period"),
    ("lock-up-twelve-months", "equity dividends lock_up_over", "period"),
    ("lock-up-twelve-months", "equity dividends lock_up_dscr", 2.5),
    ("opened-without-debt", "covenants"),
    ("opened-without-debt", "sites hall opening_cost_musd", 0.0),
    ("refinanced-as-it-falls-due", "cash_flows income musd_per_period", 10),
    ("refinanced-as-it-falls-due", "covenants"),
    ("lock-up-without-debt", "debt loan tenor_periods", 3),
)
