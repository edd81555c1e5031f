"""Mutations of the cases of `cases_loans.py`."""

from __future__ import annotations

from .build import Case
from .mutations import DOLLARS_100, MUTATIONS, _amount, _data, _metric, _missing, _tighten, mutation

__all__ = ["MUTATIONS"]

_amount("debt.interest", "floating", "interest.term", 2028)
_amount("debt.interest", "floating", "interest.line", 2029)
_amount("debt.interest", "floating", "interest.old", 2027)
_missing("debt.interest", "floating", "interest.old", 2026)
_metric("cost_of_capital", "floating")
_amount("debt.principal", "delayed", "repayment.ddtl", 2030)
_amount("debt.interest", "delayed", "interest.ddtl", 2029)
_amount("debt.fees", "delayed", "fee.commitment.ddtl", 2027)
_data("debt.commitment", "debt", "debt/level/tranche_of", "bullet")
_data("debt.commitment", "debt", "debt/late/tranche_of", "standby")
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


@mutation("debt.reserve_cover", "lettered")
def more_is_held_ready_than_has_to_be(c: Case) -> None:
    c.plan["decisions"]["reserve_cover"][-1]["musd"] = 0.501
    c.plan["decisions"]["drawable"][0]["musd"] = 19.999
    del c.instance["covenants"]


@mutation("debt.reserve_cover", "lettered")
def a_letter_of_a_line_that_is_closed(c: Case) -> None:
    """In 2028 nothing is drawn: the line may be over, but for what is held ready under it, and counted."""
    c.instance["debt"]["line"]["last_draw"] = 2027
    c.plan["decisions"]["drawable"] = []
    del c.instance["covenants"]
    c.plan["ledger"].remove(c.row("fee.commitment.line", 2028))
    for place in ("cost_of_capital", "net_present_cost", "terminal_cash"):
        c.plan["metrics"][place] += 0.005 if place == "terminal_cash" else -0.005
    c.plan["metrics"]["wacc"] -= 0.005 / 385


@mutation("debt.limit", "lettered")
def what_is_held_ready_is_beyond_the_limit(c: Case) -> None:
    """Two years of interest may be held for the second loan, but there is a line of 20.5."""
    c.instance["debt"]["b"]["service_reserve"]["service_periods"] = 2
    c.instance["cash"]["minimum_musd"] = 0
    del c.instance["covenants"]
    c.plan["decisions"]["reserve_cover"][3]["musd"] = 0.501


@mutation("cash.reserve", "lettered")
def what_letters_do_not_meet_is_cash(c: Case) -> None:
    c.instance["cash"]["minimum_musd"][1] += 2e-3


@mutation("covenant.drawable", "lettered")
def what_is_held_ready_is_counted_on(c: Case) -> None:
    c.plan["decisions"]["drawable"][0]["musd"] = 20.001


_amount("debt.fees", "lettered", "fee.letter_of_credit.line", 2027)
_missing("debt.fees", "lettered", "fee.letter_of_credit.line", 2028)
_amount("debt.fees", "lettered", "fee.commitment.line", 2028)


_amount("debt.principal", "ballooned", "repayment.l", 2028)
_tighten("covenant.dscr", "ballooned", "cover", "minimum", 2e-3)


@mutation("cash.reserve", "ballooned")
def a_balloon_is_kept_for(c: Case) -> None:
    """Of a loan of two years a balloon is none of its service; a little more than that is not there."""
    c.instance["cash"]["minimum_musd"][1] += 2e-3


@mutation("metric.maturity_wall_musd", "ballooned")
def the_balloon_is_in_the_wall(c: Case) -> None:
    c.plan["metrics"]["maturity_wall_musd"] = 15
