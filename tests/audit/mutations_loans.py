"""Mutations of the cases of `cases_loans.py`."""

from __future__ import annotations

from .build import Case
from .mutations import DOLLARS_100, MUTATIONS, _amount, _metric, _missing, mutation

__all__ = ["MUTATIONS"]

_amount("debt.interest", "floating", "interest.term", 2028)
_amount("debt.interest", "floating", "interest.line", 2029)
_amount("debt.interest", "floating", "interest.old", 2027)
_missing("debt.interest", "floating", "interest.old", 2026)
_metric("cost_of_capital", "floating")
_amount("debt.principal", "delayed", "repayment.ddtl", 2030)
_amount("debt.interest", "delayed", "interest.ddtl", 2029)
_amount("debt.fees", "delayed", "fee.commitment.ddtl", 2027)
_missing("debt.fees", "delayed", "fee.prepayment.ddtl", 2028)


@mutation("metric.maturity_wall_musd", "delayed")
def the_wall_is_a_little_higher(c: Case) -> None:
    c.plan["metrics"]["maturity_wall_musd"] += DOLLARS_100


@mutation("cash.reserve", "reserved")
def a_year_more_is_kept(c: Case) -> None:
    """3 years: at the end of 2026 21.2 and 0.5 more. Liquidity is not asked for."""
    c.instance["debt"]["level"]["service_reserve"] = {"service_periods": 3}
    del c.instance["covenants"]


@mutation("cash.reserve", "reserved")
def a_little_more_is_to_be_there(c: Case) -> None:
    c.instance["cash"]["minimum_musd"][1] += 2e-3


@mutation("covenant.minimum_liquidity", "reserved")
def what_is_kept_is_no_liquidity(c: Case) -> None:
    c.instance["covenants"]["liquidity"]["minimum"][2] += 2e-3
