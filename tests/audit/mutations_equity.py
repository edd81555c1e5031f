"""Mutations of the cases of `cases_equity.py`."""

from __future__ import annotations

from .build import FEE, Case, follow, post
from .mutations import MUTATIONS, _amount, _data, _metric, _missing, _tighten, mutation

__all__ = ["MUTATIONS"]


def _paid_instead_of_returned(c: Case, musd: float) -> None:
    """More of what goes out in 2027 is a dividend; what is left of round a costs 20 % a year."""
    decisions = c.plan["decisions"]
    decisions["dividends"][0]["musd"] += musd
    decisions["capital_returns"][0]["musd"] -= musd
    c.row("dividend", 2027)["musd"] += musd
    c.row("return_of_capital", 2027)["musd"] -= musd
    charge = c.plan["metrics"]["cost_of_capital"] + 0.2 * (1 + 1) * musd
    follow(c)
    assert abs(c.plan["metrics"]["cost_of_capital"] - charge) < 1e-9


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
_data("covenant.drawable", "payouts", "debt/standby/letter_of_credit_share", 0.401)
_data("covenant.drawable", "payouts", "debt/standby/max_draw_musd", 29.99)
_data("covenant.drawable", "payouts", "debt/standby/security", {"hardware": 1})
_data("covenant.drawable", "payouts", "debt/standby/tied_to", {"capex_share": 1})
_data("covenant.drawable", "payouts", "debt/standby/last_draw", 2028)
_amount("lease.payments", "priced_lease", "lease.interest.leased", 2027)
_amount("lease.payments", "priced_lease", "lease.start.leased", 2026)


@mutation("ledger.entries", "priced_lease")
def leased_hardware_among_what_is_owned(c: Case) -> None:
    c.row("lease.start.leased", 2026)["debit"] = "hardware"


def _other_charges(c: Case, musd: float, carried: float = 0.0) -> None:
    """More charges, and more debt carried into 2028, beside 300 of equity and 8 of debt over the years."""
    metrics = c.plan["metrics"]
    metrics["cost_of_capital"] += musd
    metrics["wacc"] = metrics["cost_of_capital"] / (308 + carried)


@mutation("debt.released", "sold_tied")
def premium_saved_on_units_that_are_held(c: Case) -> None:
    c.plan["decisions"]["premium_free"][1]["musd"] = 1.01
    c.row("fee.prepayment.vendor", 2028)["musd"] = 0.049
    c.plan["metrics"]["terminal_cash"] += 0.001
    c.plan["metrics"]["net_present_cost"] -= 0.001
    _other_charges(c, -0.001)


@mutation("debt.tied", "sold_tied")
def units_sold_and_their_loan_kept(c: Case) -> None:
    for table in ("prepayments", "premium_free"):
        c.plan["decisions"][table][0]["musd"] = 1.99
    c.row("repayment.vendor", 2027)["musd"] = 1.99
    c.row("interest.vendor", 2028)["musd"] = 0.301
    c.plan["metrics"]["terminal_cash"] += 0.009
    _other_charges(c, 0.001, 0.01)


@mutation("debt.prepayment_window", "sold_tied")
def prepaid_without_a_right(c: Case) -> None:
    """The first sale would have to bear the premium, if what is paid back were more than hangs on it."""
    c.plan["decisions"]["prepayments"][0]["musd"] = 2.01
    c.row("repayment.vendor", 2027)["musd"] = 2.01
    c.row("interest.vendor", 2028)["musd"] = 0.299
    c.plan["ledger"] += post("fee.prepayment.vendor", FEE, {2027: 0.001})
    c.plan["metrics"]["terminal_cash"] -= 0.01
    c.plan["metrics"]["net_present_cost"] += 0.001
    _other_charges(c, 0.0, -0.01)


# convertibles
_amount("debt.conversion", "convertibles", "conversion.notes", 2028)
_amount("debt.conversion", "convertibles", "capped_call.notes", 2027)
_missing("debt.conversion", "convertibles", "capped_call.notes", 2026)
_metric("cost_of_capital", "convertibles")
_amount("debt.principal", "put", "repayment.notes", 2027)
_missing("debt.principal", "put", "repayment.notes", 2027)
_metric("cost_of_capital", "put")
_metric("shareholder_value", "convertibles")
