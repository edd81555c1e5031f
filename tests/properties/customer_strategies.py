"""Random contracts with customers."""

from __future__ import annotations

from hypothesis import strategies as st

from optimizer.instance.calendar import Calendar

from .instrument_parts import equity_of, window
from .strategies import Data, Draw, calendar_of, debts, series, sometimes


def customer_contract(draw: Draw, data: Data) -> None:
    """A customer's contract; one that is signed may be late or end."""
    calendar = calendar_of(data)
    contract: Data = {"term_periods": draw(st.integers(1, 3))}
    by_month = draw(st.booleans())
    if by_month:
        contract |= {"ramp_mw": draw(st.sampled_from([[0.5], [0.3, 1.0]])), "h100e_per_mw": 1000}
        contract["price_musd_per_mw_month"] = draw(series([1.5, 2.5, 0.9], calendar))
    else:
        contract["ramp_h100e"] = draw(st.sampled_from([[500], [300, 1000]]))
        contract["price_usd_per_h100e_hour"] = draw(series([2, 3.5, 1.3], calendar))
    sometimes(draw, contract, "acceptance_lag_periods", st.sampled_from([0, 2]))
    sometimes(draw, contract, "escalator_per_year", st.sampled_from([0.03, -0.1]))
    if draw(st.booleans()):
        contract |= {"take_or_pay_share": 0.6, "used_share": draw(series([0.5, 0.8], calendar))}
    if draw(st.booleans()):
        contract |= draw(st.sampled_from([{"prepayment_share": 0.2}, {"prepayment_musd": 0.4}]))
        sometimes(draw, contract, "prepayment_credited", st.sampled_from(["over_term", "first"]))
        sometimes(draw, contract, "prepayment_taxed", st.sampled_from(["recognised", "received", "deferred_a_year"]))
        sometimes(draw, contract, "counts_as_debt", st.just(True))
        if "counts_as_debt" in contract:  # by no choice of its own: examples of other terms stay what they were
            contract.setdefault("prepayment_taxed", "received")
    if draw(st.booleans()):
        contract |= {"long_stop_periods": draw(st.sampled_from([0, 1, 2])), "delay_damages_musd_per_year": 3}
        sometimes(draw, contract, "delay_damages_cap_share", st.sampled_from([0.1, 0.3]))
        sometimes(draw, contract, "signed", st.just(True))
    if draw(st.booleans()):
        renewal: Data = {"kind": draw(st.sampled_from(["choice", "certain"])), "term_periods": draw(st.integers(1, 2))}
        price = "price_musd_per_mw_month" if by_month else "price_usd_per_h100e_hour"
        if draw(st.integers(0, 2)):
            renewal[price] = draw(st.sampled_from([1.2, 1.8]))
        contract["renewal"] = renewal
    sometimes(draw, contract, "cost_of_serving_usd_per_h100e_hour", st.sampled_from([0.0, 0.4, 3.0]))
    window(draw, data, contract, "signing")
    if draw(st.booleans()) and not returns_capital(data):
        contract["shares"] = {"musd": 0.3}
        if draw(st.booleans()):
            equity_of(data)
            contract["shares"]["pre_money_musd"] = 300
    if draw(st.integers(0, 2)) == 2:
        signed_before(draw, data, contract, calendar)
    data.setdefault("contracts", {})["customer"] = contract
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["revolver", "sculpted", "level"]))
        loan = draw(debts(calendar, kind))
        loan |= {"rate_per_year": 0.05, "advance": {"contracts": ["customer"], "share": 0.2}}
        if draw(st.booleans()) or kind != "sculpted":
            loan["advance"]["discount_rate_per_year"] = 0.1
        data["debt"]["contract_loan"] = loan
        if "commitment_fee_per_year" in loan and kind != "revolver":
            # by no choice of its own: examples of other terms stay what they were
            by_credit(data, contract, loan)


def by_credit(data: Data, contract: Data, loan: Data) -> None:
    """The loan is advanced on the customer by the class of his credit, beside a tranche for what is left."""
    prime = "signed" in contract
    contract["credit_class"] = "prime" if prime else "other"
    del loan["advance"]["contracts"], loan["advance"]["share"]
    loan["advance"]["share_by_class"] = {"prime": 0.7, "other": 0.4}
    if loan["kind"] != "revolver":
        window = {key: loan[key] for key in ("last_draw",) if key in loan}
        data["debt"]["contract_tranche"] = {"kind": "level", "rate_per_year": 0.03, "tenor_periods": 2} | window
        data["debt"]["contract_tranche"] |= {"tranche_of": "contract_loan", "limit_musd": 45}


def returns_capital(data: Data) -> bool:
    """Whether owners may get their capital back."""
    terms = data.get("equity", {}).get("dividends") or {}
    return isinstance(terms, dict) and bool(terms.get("return_of_capital"))


def signed_before(draw: Draw, data: Data, contract: Data, calendar: Calendar) -> None:
    """It was signed before the plan, and is served, or to be accepted."""
    shares = contract.pop("shares", {"musd": 0.0})["musd"]
    for key in ("first_signing", "last_signing", "acceptance_lag_periods", "prepayment_share", "prepayment_musd"):
        contract.pop(key, None)
    contract["term_periods"] = max(2, contract["term_periods"])
    opening: Data = {"service_periods": 1, "deferred_musd": 0.1}
    if draw(st.booleans()):
        opening = {"acceptance": calendar.label(1), "deferred_musd": 0.1}
    if draw(st.booleans()):
        data.setdefault("tax", {"rate": 0.25})
        contract["prepayment_taxed"] = "deferred_a_year"
        opening["taxed_in"] = calendar.label(1)
    contract["opening"] = opening | {"shares_left_musd": shares}
