"""Mutations of the cases of `cases_groups.py`."""

from __future__ import annotations

from .build import Case
from .mutations import MUTATIONS, _amount, _data, _missing, _tighten, mutation

__all__ = ["MUTATIONS"]


def _row(c: Case, table: str, **where: str) -> dict[str, object]:
    (row,) = (row for row in c.plan["decisions"][table] if all(row[key] == value for key, value in where.items()))
    return row


@mutation("group.waterfall", "groups")
def what_is_put_in_is_paid_out(c: Case) -> None:
    _row(c, "distributions", period="2028")["musd"] += 1e-3  # type: ignore[operator]
    c.instance["groups"]["spv"]["minimum_cash_musd"] = 0
    c.instance["covenants"]["liquid"]["minimum"] = 2


@mutation("group.instant", "groups")
def put_in_before_anything_is_paid(c: Case) -> None:
    _row(c, "contributions", at="mid")["at"] = "start"


@mutation("cash.early_payments", "groups")
def put_in_too_late(c: Case) -> None:
    _row(c, "contributions", at="end", period="2026")["musd"] = 3
    c.plan["decisions"]["contributions"].remove(_row(c, "contributions", at="mid"))


@mutation("partner.ring", "groups")
def delivered_from_outside(c: Case) -> None:
    _row(c, "deliveries")["from"] = "outside"


@mutation("ledger.entries", "groups")
def interest_of_the_group_on_the_company(c: Case) -> None:
    c.row("interest.l", 2027)["group"] = ""


@mutation("ledger.entries", "groups")
def tax_on_the_group(c: Case) -> None:
    c.row("tax", 2028)["group"] = "spv"


@mutation("security.pledges", "groups")
def pledged_what_stands_outside(c: Case) -> None:
    _row(c, "pledges", period="2026")["musd"] = 8.001


_data("group.contributions", "groups", "groups/spv/contributions_musd", 3.999)
_data("group.lock_up", "groups", "groups/spv/lock_up_dscr", 3.38 / 3.6 + 1e-3)
_data("cash.minimum", "groups", "groups/spv/minimum_cash_musd", 1.001)
_data("cash.minimum", "groups", "cash/minimum_musd", 82)
_data("covenant.minimum_liquidity", "groups", "covenants/own/minimum", 82)
_tighten("covenant.dscr", "groups", "cover", "minimum", 1e-2)
_data("covenant.interest_cover", "groups", "covenants/interest/minimum", 7.1)
_data("covenant.debt_to_ebitda", "groups", "covenants/multiple/maximum", 2.07)
_data("covenant.loan_to_value", "groups", "covenants/value/maximum", 0.874)
_data("covenant.minimum_liquidity", "groups", "covenants/liquid/minimum", 3.001)
_amount("cash.interest_income", "groups", "interest_income", 2027)
_missing("cash.interest_income", "groups", "interest_income", 2028)


# ── with customers of its own ──


@mutation("contract.ring", "group_contracts")
def held_outside(c: Case) -> None:
    _row(c, "contract_service", period="2028")["from"] = "outside"


@mutation("ledger.entries", "group_contracts")
def prepayment_of_the_group_on_the_company(c: Case) -> None:
    c.row("contract.prepayment.stays", 2026)["group"] = ""


@mutation("group.waterfall", "group_contracts")
def what_goes_back_is_paid_out(c: Case) -> None:
    """The 1 that is put in is there in cash, and is no part of what is left."""
    _row(c, "distributions", period="2027")["musd"] += 1e-3  # type: ignore[operator]
    _row(c, "distributions", period="2028")["musd"] -= 1e-3  # type: ignore[operator]


@mutation("group.waterfall", "group_contracts")
def what_is_paid_ahead_is_paid_out(c: Case) -> None:
    """Of the 3 that are carried out of 2026 none was left there before the prepayments came in."""
    c.instance["groups"]["spv"]["opening_cash_musd"] = 0
    c.plan["decisions"]["contributions"].append({"group": "spv", "at": "end", "period": "2026", "musd": 2})
    c.plan["decisions"]["distributions"].append({"group": "spv", "period": "2026", "musd": 1e-3})
    _row(c, "distributions", period="2028")["musd"] -= 1e-3  # type: ignore[operator]


_data("group.lock_up", "group_contracts", "groups/spv/lock_up_dscr", 2.38 / 2.4 + 1e-3)
_data("covenant.debt_to_ebitda", "group_contracts", "covenants/multiple/maximum", 3.5 / 3.88 - 1e-3)
_data("debt.advance", "group_contracts", "debt/l/advance/share_by_class", {"prime": 0.69})
_data("debt.advance", "group_contracts", "debt/l/advance/share_by_class", {"other": 0.7})
_data("debt.advance", "group_contracts", "contracts/stays/credit_class", "other")
_data("debt.advance", "group_contracts", "debt/l/advance/discount_rate_per_year", 0.01)
_data("debt.advance", "group_contracts", "debt/l/advance/contracts", ["goes"])
_data("covenant.drawable", "group_contracts", "debt/line/advance/share", 0.07)


# ── a sweep ──


@mutation("group.waterfall", "swept")
def what_is_swept_is_paid_out(c: Case) -> None:
    """Above the least cash there is enough; what is left after the sweep of 2026 is 2.7."""
    c.instance["groups"]["spv"]["minimum_cash_musd"] = {"2026": 1, "2027": 1, "2028": 1}
    c.plan["decisions"]["contributions"].append({"group": "spv", "at": "end", "period": "2026", "musd": 1.701})
    _row(c, "distributions", period="2026")["musd"] = 2.701


_data("group.first_distribution", "swept", "groups/spv/first_distribution", 2027)
_data("debt.sweep", "swept", "debt/l/sweep/share", 0.501)
_data("debt.sweep", "swept", "debt/l/sweep/share", 0.499)
_data("debt.sweep", "swept", "groups/spv/minimum_cash_musd", 0.999)
_data("debt.prepayment_window", "swept", "debt/l/sweep/first_sweep", 2027)


# ── beside a reserve ──


@mutation("group.waterfall", "reserved_and_swept")
def what_the_sweep_frees_is_paid_out(c: Case) -> None:
    """Cash is there for it: of the 2.4 only 1.2 have to be held after the sweep."""
    _row(c, "distributions", period="2026")["musd"] = 2.001
    _row(c, "distributions", period="2028")["musd"] = 2.199


_data("debt.sweep", "reserved_and_swept", "debt/l/sweep/share", 0.501)
_data("debt.sweep", "reserved_and_swept", "debt/l/service_reserve/first_full", 2027)
