"""Mutations of the cases of `cases_contracts.py`."""

from __future__ import annotations

from .build import Case
from .mutations import MUTATIONS, _amount, _data, _metric, _missing, mutation

__all__ = ["MUTATIONS"]


@mutation("contract.once", "contracts")
def signed_once_more(c: Case) -> None:
    c.decide("contracts", "contract late renewals period signed", ("late", 0, 0, "2027", 1))


@mutation("contract.goes", "contracts")
def renewed_after_its_end(c: Case) -> None:
    """The contract that the customer has ended goes on for a second term."""
    c.plan["decisions"]["contracts"][1]["renewals"] = 1


@mutation("contract.held", "contracts")
def held_too_little(c: Case) -> None:
    c.plan["decisions"]["contract_service"][1]["h100e"] = 1999


@mutation("contract.held", "contracts")
def held_before_acceptance(c: Case) -> None:
    c.decide("contract_service", "contract from period h100e", ("late", "s", "2027", 10))


@mutation("service.capacity", "contracts")
def contracts_hold_what_is_not_there(c: Case) -> None:
    c.instance["sites"]["s"]["uptime_share"] = 0.66  # 1.98 of 2.0 in 2029


@mutation("contract.window", "contracts_from_before")
def said_after_the_first_period(c: Case) -> None:
    """What was signed before the plan is told in its first period."""
    c.plan["decisions"]["contracts"][0]["period"] = "2027"


@mutation("contract.once", "contracts_from_before")
def from_before_and_signed_again(c: Case) -> None:
    c.decide("contracts", "contract late renewals period signed", ("going", 0, 1, "2026", 1))


@mutation("choice.kept", "contracts")
def started_beside_what_excludes_it(c: Case) -> None:
    c.decide("phase_starts", "site phase period count", ("s", "never", "2027", 1))


_data("choice.kept", "contracts", "choices/both/requires", ["sites.s.never"])
_data("choice.kept", "contracts", "choices/one/exactly_one", ["contracts.late", "contracts.ended"])
_data("choice.kept", "contracts", "choices/not/excludes", ["contracts.late"])
_data("contract.window", "contracts", "contracts/late/first_signing", 2027)
_amount("contract.money", "contracts", "contract.prepayment.late", 2026)
_amount("contract.money", "contracts", "contract.recognised.late", 2028)
_amount("contract.money", "contracts", "contract.revenue.late", 2029)
_amount("contract.money", "contracts", "contract.damages.late", 2027)
_amount("contract.money", "contracts", "contract.refund.ended", 2028)
_missing("contract.money", "contracts", "contract.refund.ended", 2028)
_amount("contract.shares", "customer_shares", "contract.shares.new", 2026)
_amount("contract.shares", "customer_shares", "contract.given.new", 2027)
_amount("contract.shares", "customer_shares", "contract.given.gone", 2027)
_missing("contract.shares", "customer_shares", "contract.given.old", 2026)
_data("ownership.floor", "customer_shares", "equity/ownership_floor_share", 0.95)
_metric("shareholder_value", "customer_shares")
_metric("dilution", "customer_shares")
_data("opening.balance", "contracts_from_before", "opening/retained_earnings_musd", 10)
_amount("contract.money", "contracts_from_before", "contract.recognised.going", 2026)
_amount("contract.money", "contracts_from_before", "contract.refund.gone", 2027)
_amount("tax.exact", "contracts_from_before", "tax", 2026)
_metric("net_present_cost", "contracts_run_on")
_metric("shareholder_value", "contracts_run_on")
_amount("sites.income", "contracts_run_on", "income.site.s", 2028)
