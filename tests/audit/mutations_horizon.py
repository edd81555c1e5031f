"""Mutations of the cases of `cases_horizon.py` and `cases_upkeep.py`."""

from __future__ import annotations

from .build import Case, follow
from .mutations import MUTATIONS, _amount, _data, _metric, _missing, mutation

__all__ = ["MUTATIONS"]

# cash is 50.604, and 6 are still to be paid
_data("cash.commitments", "commitments", "cash/minimum_musd", 44.605)

_metric("net_present_cost", "commitments")
_metric("total_value", "commitments")
_metric("net_present_cost", "run_rate")
_data("objective.total_value", "commitments", "sites/s/phases/0/value_musd", {2026: 5, 2027: 4})
_data("objective.net_present_cost", "commitments", "fair_rate_per_year", 0.2499)
_data("objective.net_present_cost", "commitments", "sites/s/colocation/assignable_share", 0.5001)
_data("objective.net_present_cost", "commitments", "hardware/op/lease/assignable_share", 0.01)
_data("objective.net_present_cost", "commitments", "cloud/c/reserved/assignable_share", 0.7501)
_data("objective.net_present_cost", "commitments", "energy_sources/ppa/contract/assignable_share", 0.01)


@mutation("objective.net_present_cost", "commitments")
def serving_costs_less(c: Case) -> None:
    """What the partner's money costs follows; what is still owed does not."""
    c.instance["partners"]["lab"]["cost_of_serving_usd_per_h100e_hour"] = 5.999
    follow(c)


_data("objective.net_present_cost", "commitments", "terminal/loss_value_share", 0.501)
_data("objective.net_present_cost", "commitments", "hardware/used/resale_share_by_age", [1, 0.951])
_data("objective.net_present_cost", "run_rate", "terminal/multiple", 10.001)

# what is built bears interest
_amount("sites.interest", "building", "capitalised_interest.site.z", 2027)
_amount("sites.interest", "building", "in_service.site.z", 2029)
_amount("sites.interest", "building", "depreciation.site.a", 2029)
_missing("sites.interest", "building", "capitalised_interest.site.a", 2026)

# 111 for 110 at the end of 2026, and 30 more two years ahead
_data("cash.look_ahead", "looks_ahead", "cash/minimum_musd", 2.01)
_data("cash.look_ahead", "looks_ahead", "cash/look_ahead_periods", 2)

# the company has 37 for 36.5, 12 of it of its group, which may still get 29
_data("cash.look_ahead", "looks_ahead_apart", "cash/minimum_musd", 14.01)
_data("cash.look_ahead", "looks_ahead_apart", "cash/look_ahead_periods", 2)
_data("cash.look_ahead", "looks_ahead_apart", "cash/look_ahead_debt_service", True)
_data("cash.look_ahead", "looks_ahead_apart", "groups/spv/minimum_cash_musd", 1.51)
_data("cash.look_ahead", "looks_ahead_apart", "groups/spv/contributions_musd", 12.99)
_data("cash.look_ahead", "looks_ahead_apart", "debt/line/last_draw", 2026)

# 77.3 for 77, of which 14.7, 12 and 3.6 are of loans yet to be drawn
_data("cash.look_ahead", "lends_ahead", "cash/minimum_musd", 1.31)
_data("cash.look_ahead", "lends_ahead", "debt/first/upfront_fee_share", 0.05)
_data("cash.look_ahead", "lends_ahead", "debt/part/issue_discount_share", 0.2)
_data("cash.lendable", "lends_ahead", "debt/first/limit_musd", 18.99)
_data("cash.lendable", "lends_ahead", "debt/first/tied_to/capex_share", 0.249)
_data("cash.lendable", "lends_ahead", "debt/first/last_draw", 2026)
_data("cash.lendable", "lends_ahead", "debt/first/commitment_fee_per_year", 0.01)
_data("cash.lendable", "lends_ahead", "debt/first/tied_to/sites", [])
_data("cash.lendable", "lends_ahead", "debt/part/limit_musd", 3.99)
_data("cash.lendable", "lends_ahead", "debt/part/security", {"hardware": 0.5})
_data("cash.lendable", "lends_ahead", "debt/part/min_draw_musd", 1)
_data("cash.lendable", "lends_ahead", "debt/part/issue_fee_musd", 0.01)
_data("cash.lendable", "lends_ahead", "debt/dealer/max_draw_musd", 11.99)
_data("cash.lendable", "lends_ahead", "debt/dealer/tied_to/capex_share", 0.749)
_data("cash.lendable", "lends_ahead", "debt/dealer/security", {"hardware": 0.749})
_data("cash.lendable", "lends_ahead", "debt/dealer/security", {"sites": 1})
_data("cash.lendable", "lends_ahead", "debt/dealer/refinances", ["first"])
_data("cash.lendable", "lends_ahead", "debt/dealer/advance", {"share": 1})
_data("cash.lendable", "lends_ahead", "debt/dealer/tied_to", None)
_data("covenant.drawable", "lends_ahead", "lenders/bank/limit_musd", 30.99)
_data("covenant.drawable", "lends_ahead", "covenants", {"half": {"kind": "debt_to_capital", "maximum": 0.33}})


@mutation("cash.lendable", "lends_ahead")
def lent_on_twice(c: Case) -> None:
    first, part, _ = c.plan["decisions"]["lendable"]
    first["musd"], part["musd"] = 14.99, 4.01


@mutation("cash.lendable", "lends_ahead")
def lent_too_far_ahead(c: Case) -> None:
    """A part of it is lent on what is due in 2028, to which nobody looks."""
    first = c.plan["decisions"]["lendable"][0]
    first["musd"] = 14.99
    c.plan["decisions"]["lendable"].append(first | {"ahead": 2, "musd": 0.01})


@mutation("cash.look_ahead", "lends_ahead")
def nothing_lent_ahead(c: Case) -> None:
    c.plan["decisions"].pop("lendable")


# ── upkeep by age ─────────────────────────────────────────────────────────────────────────────────────────────────

_amount("hardware.opex", "upkeep", "opex.upkeep.h", "2026Q1")
_amount("hardware.opex", "upkeep", "opex.upkeep.h", "2026Q3")
_amount("hardware.opex", "upkeep", "opex.upkeep.h", "2026Q4")
_missing("hardware.opex", "upkeep", "opex.upkeep.h", "2027Q2")
