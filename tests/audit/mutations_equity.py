"""Mutations of the cases of `cases_equity.py`."""

from __future__ import annotations

from .build import Case
from .mutations import MUTATIONS, _amount, _data, _metric, _missing, _tighten, mutation

__all__ = ["MUTATIONS"]


def _paid_instead_of_returned(c: Case, musd: float) -> None:
    """More of what goes out in 2027 is a dividend; what is left of round a costs 20 % a year."""
    decisions = c.plan["decisions"]
    decisions["dividends"][0]["musd"] += musd
    decisions["capital_returns"][0]["musd"] -= musd
    c.row("dividend", 2027)["musd"] += musd
    c.row("return_of_capital", 2027)["musd"] -= musd
    c.plan["metrics"]["cost_of_capital"] += 0.2 * (0.5 + 1 + 1) * musd


@mutation("dividend.earned", "payouts")
def dividend_out_of_capital(c: Case) -> None:
    _paid_instead_of_returned(c, 0.01)


@mutation("dividend.capital", "payouts")
def capital_before_earnings(c: Case) -> None:
    _paid_instead_of_returned(c, -0.01)


_data("dividend.capital", "payouts", "equity/dividends/return_of_capital", False)
_data("dividend.range", "payouts", "equity/dividends/maximum_musd", 123.99)
_data("dividend.total", "payouts", "equity/dividends/minimum_total_musd", 128.01)
_amount("dividend.payment", "payouts", "return_of_capital", 2027)
_missing("dividend.payment", "payouts", "return_of_capital", 2027)
_metric("cost_of_capital", "payouts")
_metric("peak_funding", "payouts")
_tighten("covenant.debt_to_capital", "payouts", "thin", "maximum", -2e-3)
_tighten("covenant.minimum_liquidity", "payouts", "liquidity", "minimum", 2e-3)
_tighten("covenant.drawable", "payouts", "book", "maximum", -2e-3)
_tighten("covenant.drawable", "payouts", "multiple", "maximum", -2e-3)
_data("covenant.drawable", "payouts", "covenants/book/equity_basis", "paid_in")
_data("covenant.drawable", "payouts", "lenders/bank/limit_musd", 34.99)
_data("covenant.drawable", "payouts", "debt/standby/limit_musd", 29.99)
_data("covenant.drawable", "payouts", "debt/standby/max_draw_musd", 29.99)
_data("covenant.drawable", "payouts", "debt/standby/security", {"hardware": 1})
_data("covenant.drawable", "payouts", "debt/standby/tied_to", {"capex_share": 1})
_data("covenant.drawable", "payouts", "debt/standby/last_draw", 2028)
_amount("lease.payments", "priced_lease", "lease.interest.leased", 2027)
_amount("lease.payments", "priced_lease", "lease.start.leased", 2026)


@mutation("ledger.entries", "priced_lease")
def leased_hardware_among_what_is_owned(c: Case) -> None:
    c.row("lease.start.leased", 2026)["debit"] = "hardware"
