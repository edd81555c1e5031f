"""What is changed in the instances of `derive_equity.py`: keys parted by a blank, and the new value if there is one."""

from __future__ import annotations

from typing import Any

CHANGES_EQUITY: list[tuple[Any, ...]] = [
    ("book-equity", "covenants half equity_basis", "paid_in"),
    ("book-equity", "covenants"),
    ("book-equity-quarters", "covenants half equity_basis", "paid_in"),
    ("dividend-out-of-earnings", "equity dividends return_of_capital", True),
    ("dividend-out-of-earnings", "equity dividends minimum_total_musd", 52.0),
    ("dividend-out-of-earnings-quarters", "equity dividends return_of_capital", True),
    ("return-of-capital", "equity dividends return_of_capital", False),
    ("return-of-capital", "equity rounds dear cost_of_equity_per_year"),
    ("return-of-capital", "equity dividends", None),
    ("return-of-capital-quarters", "equity dividends return_of_capital", False),
    ("return-of-capital-quarters", "equity dividends minimum_total_musd", 0.0),
    ("drawable-lender", "debt line lender", None),
    ("drawable-lender", "debt line limit_musd", 30),
    ("drawable-lender", "covenants"),
    ("drawable-covenant-quarters", "covenants half"),
    ("drawable-covenant-quarters", "covenants half maximum", 0.6),
    ("leased-hardware-secures-nobody", "debt loan security"),
    ("leased-hardware-quarters", "terminal"),
    ("lease-implicit-rate", "hardware bought accelerator"),
    ("lease-implicit-rate", "hardware bought price_usd", 11_000),
    ("lease-implicit-rate-quarters", "hardware bought accelerator"),
    ("lease-implicit-rate-quarters", "hardware bought life_periods", 4),
    ("lease-implicit-rate-quarters", "hardware bought attach"),
    ("prepayment-in-the-grid", "partners q counts_as_debt", False),
    ("prepayment-as-debt-quarters", "partners q counts_as_debt", False),
    ("tied-loan-of-sold-units", "debt vendor tied_to"),
    ("tied-loan-of-sold-units", "hardware chips resale_share_by_age", [1, 0.7, 0.6, 0.4]),
    ("tied-loan-quarters", "debt vendor tied_to"),
    ("tied-loan-quarters", "hardware chips deposit_share", 0.5),
]
