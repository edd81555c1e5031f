"""Mutations of the cases of `cases_timing.py`."""

from __future__ import annotations

from .build import Case, draw, follow, post, repayment
from .mutations import MUTATIONS, _amount, _data, _metric, mutation

__all__ = ["MUTATIONS"]

_data("cash.early_payments", "prompt", "payment_timing", "start")
_data("cash.early_payments", "prompt", "hardware/h/payment_timing", "start")
_data("cash.early_payments", "prompt", "draw_timing", "end")
_amount("cash.interest_income", "dated", "interest_income", 2026)
_amount("cash.interest_income", "dated", "interest_income", 2028)
_amount("debt.interest", "dated", "interest.pik", 2027)
_amount("debt.interest", "dated", "interest.loan", 2028)
_metric("net_present_cost", "dated")


@mutation("cash.early_payments", "prompt")
def less_is_there_than_is_paid(c: Case) -> None:
    """4 of the cash are missing, and a grant at the end of the year brings them: too late."""
    c.instance["opening"] |= {"cash_musd": 1, "other_assets_musd": 4}
    c.instance["cash_flows"]["grant"] = {"kind": "financing", "musd_per_year": 4}
    c.plan["ledger"] += post("given.grant", ("other_financing", "cash", "retained_earnings"), {2026: 4})


@mutation("debt.one_movement", "prompt")
def drawn_and_repaid_at_once(c: Case) -> None:
    c.decide("debt_draws", "instrument period musd", ("line", "2026", 3))
    c.decide("debt_repayments", "instrument period musd", ("line", "2026", 3))
    c.plan["ledger"] += post("draw.line", draw("line"), {2026: 3})
    c.plan["ledger"] += post("repayment.line", repayment("line"), {2026: 3})
    c.plan["metrics"]["capital_raised"] += 3
    follow(c)


@mutation("debt.one_movement", "debt")
def drawn_where_it_is_prepaid(c: Case) -> None:
    """1 of the last loan, which bears no interest, is drawn a year before the rest, and prepaid when that comes."""
    c.instance["debt"]["late"]["prepayment"] = {}
    c.decide("debt_draws", "instrument period musd", ("late", "2029", 1))
    c.decide("prepayments", "instrument drawn period musd", ("late", "2029", "2030", 1))
    c.plan["ledger"] += post("draw.late", draw("late"), {2029: 1})
    c.plan["ledger"] += post("repayment.late", repayment("late"), {2030: 1})
    c.plan["metrics"]["capital_raised"] += 1
    follow(c)
