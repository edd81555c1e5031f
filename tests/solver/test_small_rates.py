"""Rates next to nothing cost next to nothing, whatever bears them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.instance.loader import load
from optimizer.instance.schema import Instance
from optimizer.solving.run import solve
from tests.thorough import THOROUGH

TEMPLATE = Path(__file__).parents[2] / "instances" / "templates" / "minimal.yaml"
Data = dict[str, Any]
RATES = [0, 1e-50, 1e-17, 1e-16, 1e-12, 1e-10, 1e-9] if THOROUGH else [0, 1e-50, 1e-16, 1e-9]

NEED: Data = {
    "name": "small-rate",
    "calendar": {"start": 2026, "periods": 6, "length": "year"},
    "discount": {"rate_per_year": 0},
    "objectives": [{"name": "cost_of_capital"}],
    "cash_flows": {
        "need": {"kind": "investing", "musd_per_period": [-100, 0, 0, 0, 0, 0]},
        "income": {"kind": "operating", "musd_per_period": [0, 30, 30, 30, 30, 30]},
    },
}
LOAN: Data = {"tenor_periods": 4, "last_draw": 2026}
PIK: Data = {**LOAN, "grace_periods": 2, "capitalise_interest": True}
LOANS: dict[str, Data] = {
    "level": LOAN,
    "annuity": LOAN,
    "annuity in grace": {**LOAN, "kind": "annuity", "grace_periods": 1},
    "annuity with PIK": {**PIK, "kind": "annuity"},
    "level with PIK": {**PIK, "kind": "level"},
    "bullet": LOAN,
    "bullet with PIK": {**PIK, "kind": "bullet"},
    "prepaid": {**LOAN, "kind": "annuity", "prepayment": {"premium_share": 0}},
    "sculpted": {**LOAN, "grace_periods": 1},
    "revolver": {"limit_musd": 100},
}
HOUR: Data = {"demand_h100e": 1000, "min_served_share": 1, "revenue_usd_per_h100e_hour": 1}
LEASED: Data = {
    "regions": {"r": {"energy_price_usd_per_mwh": 0}},
    "sites": {"s": {"region": "r", "existing_mw": 2, "pue": 1, "max_utilisation_share": 1}},
    "markets": {"m": HOUR},
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", LOANS)
def test_a_loan_costs_its_interest(name: str, rate: float) -> None:
    """100 are lent for four years: at most 400 years of a million, interest on what was capitalised apart."""
    loan = {"kind": name, "rate_per_year": rate, **LOANS[name]}
    plan = solve(Instance.model_validate({**NEED, "debt": {"loan": loan}}))
    assert plan.audit_passed
    assert 0 <= plan.metrics["cost_of_capital"] <= 400 * rate * 1.01
    assert plan.metrics["debt_drawn_musd"] == pytest.approx(100, abs=1e-6)


@pytest.mark.parametrize("rate", RATES)
def test_preferred_equity_costs_its_dividend(rate: float) -> None:
    """100 for six years; the first dividend is that of the year after."""
    preferred = {"dividend_per_year": rate, "max_musd": 100, "last_raise": 2026}
    plan = solve(Instance.model_validate({**NEED, "preferred_equity": {"a": preferred}}))
    assert plan.audit_passed
    assert plan.metrics["cost_of_capital"] == pytest.approx(500 * rate, abs=1e-12)


@pytest.mark.parametrize("counts_as_debt", [True, False])
@pytest.mark.parametrize("rate", RATES)
def test_a_lease_costs_its_interest(rate: float, counts_as_debt: bool) -> None:
    """4 payments a unit of 0.01 and a thousand units: 30, 20 and 10 are owed after the first three."""
    lease = {"payment_usd_per_unit_year": 10_000, "implicit_rate_per_year": rate, "counts_as_debt": counts_as_debt}
    offer = {"price_usd": 0, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 4, "last_order": 2026}
    data: Data = {
        **NEED,
        **LEASED,
        "calendar": {"start": 2026, "periods": 4, "length": "year"},
        "cash_flows": {},
        "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
        "hardware": {"h": {**offer, "supply_units": 1000, "lease": lease}},
    }
    plan = solve(Instance.model_validate(data))
    assert plan.audit_passed
    assert plan.metrics["cost_of_capital"] == pytest.approx(60 * rate, abs=1e-12)


def test_an_annuity_at_next_to_no_rate_repays_equal_parts() -> None:
    loan = {"kind": "annuity", "rate_per_year": 1e-17, **LOAN}
    plan = solve(Instance.model_validate({**NEED, "debt": {"loan": loan}}))
    assert plan.rows("financing").column("repayment_musd") == pytest.approx([0, 25, 25, 25, 25, 0], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["level", "annuity", "bullet", "sculpted"])
@pytest.mark.parametrize("rate", [5e-10, 1e-9, 3e-9] if THOROUGH else [1e-9])
def test_a_programme_with_a_loan_at_next_to_no_rate(kind: str, rate: float) -> None:
    """Beside lots and tiers: what the search ends with may be off by more than HiGHS then allows it."""
    grace = None if kind == "bullet" else 1
    terms = {"kind": kind, "rate_per_year": rate, "grace_periods": grace}
    plan = solve(load(TEMPLATE).replace({f"debt.term_loan.{name}": value for name, value in terms.items()}))
    assert (plan.status, plan.audit_passed) == ("optimal", True)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1e-10, 5e-10, 1e-9] if THOROUGH else [1e-10])
def test_a_programme_that_is_taxed_at_next_to_no_rate(rate: float) -> None:
    plan = solve(load(TEMPLATE).replace({"tax.rate": rate}))
    assert (plan.status, plan.audit_passed) == ("optimal", True)
