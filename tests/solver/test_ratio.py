"""`wacc` where it has no value, and where it has one: without capital, with idle capital, with capital employed."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.instance.schema import Instance
from optimizer.solving.run import NoPlanError, solve

IDLE: dict[str, Any] = {
    "name": "idle",
    "calendar": {"start": 2026, "periods": 3, "length": "year"},
    "discount": {"rate_per_year": 0.1},
    "objectives": [{"name": "wacc"}],
    "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
    "debt": {"loan": {"kind": "bullet", "rate_per_year": 0, "tenor_periods": 2, "limit_musd": 50}},
    "equity": {"cost_of_equity_per_year": 0.1},
}


def spending(musd: float) -> dict[str, Any]:
    return {"cash_flows": {"need": {"kind": "investing", "musd_per_period": [-musd, 0, 0]}}}


@pytest.mark.parametrize("levels", [["wacc"], ["net_present_cost", "wacc"]])
def test_plans_without_capital_are_no_infeasible_programme(levels: list[str]) -> None:
    """What was earned before is nobody's capital, and the least that has to be borrowed beside it is nothing."""
    earned = {**IDLE, "opening": {"cash_musd": 100}, "objectives": [{"name": name} for name in levels]}
    instance = Instance.model_validate(earned)
    with pytest.raises(NoPlanError, match="wacc has no value: there are plans") as nothing:
        solve(instance, certify=["scip"])
    assert nothing.value.status == nothing.value.summary["status"] == "undefined"
    (opinion,) = nothing.value.summary["certificates"]
    assert (opinion["agrees"], opinion["message"].endswith("agrees: undefined")) == (True, True)


def test_cash_is_no_less_capital() -> None:
    """100 of equity that lie in cash cost what equity costs."""
    assert solve(Instance.model_validate(IDLE)).metrics["wacc"] == pytest.approx(0.1, abs=1e-9)


def test_a_programme_that_cannot_be_paid_for_is_infeasible() -> None:
    """150 can be paid, 151 cannot, and no check of the file says so."""
    programme = {**IDLE, "cash_flows": {"need": {"kind": "investing", "musd_per_period": [0, -151, 0]}}}
    with pytest.raises(NoPlanError, match="no plan meets all limits") as nothing:
        solve(Instance.model_validate(programme))
    assert nothing.value.status == "infeasible"


def test_capital_that_is_employed_has_its_cost() -> None:
    """100 of equity at 10 % for three years, 100 of them in the ground: what lies in cash by then changes nothing."""
    plan = solve(Instance.model_validate({**IDLE, **spending(100)}))
    assert plan.audit_passed
    assert plan.metrics["wacc"] == pytest.approx(0.1, abs=1e-9)
