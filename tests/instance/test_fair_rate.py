"""The reference rate of debt, and what a partner costs to serve, against sums written out and against the audit's."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.auditing.commitments import fair_rate as audited
from optimizer.auditing.commitments import hourly_cost
from optimizer.auditing.decisions import Decisions, read_decisions
from optimizer.auditing.replay import Replay
from optimizer.auditing.report import Findings
from optimizer.finance.effective_interest import yield_of
from optimizer.instance.fair_rate import fair_rate
from optimizer.instance.partner_service import cost_of_serving, partner_balance, partner_service
from optimizer.instance.schema import Instance

BULLET = {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 4, "limit_musd": 10}


def instance(debt: dict[str, Any] | None = None, length: str = "year", **more: Any) -> Instance:
    start = {"year": 2026, "quarter": "2026Q1", "month": "2026-01"}[length]
    return Instance.model_validate(
        {
            "name": "rates",
            "calendar": {"start": start, "periods": 4, "length": length},
            "discount": {"rate_per_year": 0.11},
            "debt": {"loan": debt} if debt else {},
            **more,
        }
    )


def test_without_debt_it_is_the_discount_rate_and_a_stated_rate_comes_first() -> None:
    assert fair_rate(instance()) == 0.11
    assert fair_rate(instance({**BULLET, "limit_musd": 0})) == 0.11
    assert fair_rate(instance(BULLET, fair_rate_per_year=0.03)) == 0.03


@pytest.mark.parametrize(("length", "per_year"), [("year", 1), ("quarter", 4), ("month", 12)])
def test_without_fees_it_is_the_effective_rate(length: str, per_year: int) -> None:
    assert fair_rate(instance(BULLET, length)) == pytest.approx((1 + 0.08 / per_year) ** per_year - 1, rel=1e-13)


def test_a_fee_makes_a_loan_of_one_year_dearer() -> None:
    """0.96 come in, 1.08 go back."""
    loan = {**BULLET, "tenor_periods": 1, "upfront_fee_share": 0.03, "issue_discount_share": 0.01}
    assert fair_rate(instance(loan)) == pytest.approx(1.08 / 0.96 - 1, rel=1e-13)


def test_the_least_of_all_loans_and_periods_counts() -> None:
    loan = {**BULLET, "rate_per_year": {2026: 0.09, 2028: 0.06}}
    assert fair_rate(instance(loan)) == pytest.approx(0.06, rel=1e-13)
    assert fair_rate(instance({**loan, "last_draw": 2027})) == pytest.approx(0.09, rel=1e-13)


def test_a_revolver_spreads_its_fees_over_its_window() -> None:
    line = {"kind": "revolver", "rate_per_year": 0.08, "limit_musd": 5, "upfront_fee_share": 0.02}
    assert fair_rate(instance(line, "quarter")) == pytest.approx(1.02**4 - 1 + 0.02 / 1.0, rel=1e-13)


KINDS = [
    BULLET,
    {**BULLET, "kind": "level", "grace_periods": 1},
    {**BULLET, "kind": "annuity", "upfront_fee_share": 0.02},
    {**BULLET, "kind": "annuity", "grace_periods": 2, "capitalise_interest": True, "issue_discount_share": 0.05},
    {**BULLET, "grace_periods": 3, "capitalise_interest": True, "upfront_fee_share": 0.01},
    {**BULLET, "kind": "sculpted", "upfront_fee_share": 0.02},
    {"kind": "revolver", "rate_per_year": 0.05, "limit_musd": 5, "issue_discount_share": 0.01},
]


@pytest.mark.parametrize("timing", ["end", "mid", "start"])
@pytest.mark.parametrize("length", ["year", "quarter"])
@pytest.mark.parametrize("debt", KINDS, ids=lambda debt: debt["kind"])
def test_the_audit_finds_the_same(debt: dict[str, Any], length: str, timing: str) -> None:
    file = instance(debt, length, draw_timing=timing)
    replay = Replay(file, _nothing(file), Findings(file.periods.label))
    assert float(audited(replay)) == pytest.approx(fair_rate(file), rel=1e-11)


def _nothing(file: Instance) -> Decisions:
    from tests.audit.build import TABLES

    return read_decisions(file, {table: [] for table in TABLES})


def test_the_yield_of_payments() -> None:
    assert yield_of([(1.0, 110.0)], 100.0) == pytest.approx(0.1)
    assert yield_of([(1.0, 90.0)], 100.0) == pytest.approx(-0.1)
    factor = (-60 + (60**2 + 4 * 60.5 * 100) ** 0.5) / (2 * 60.5)  # 60·v + 60.5·v² = 100
    assert yield_of([(1.0, 60.0), (2.0, 60.5)], 100.0) == pytest.approx(1 / factor - 1)
    assert yield_of([(1.0, 60.0), (2.0, 60.5)], 60 / 1.1 + 60.5 / 1.21) == pytest.approx(0.1)
    assert yield_of([], 1.0) == -1.0


def test_a_partner_is_served_for_what_the_cheapest_way_costs() -> None:
    """Chips of 8,760 live four years, need upkeep of 876 and 0.06 of energy and are in use for 80 %: 0.5125."""
    chips = {"price_usd": 8760, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 4}
    lab = {"kind": "compute", "cash_musd": 20, "delivery_lag_periods": 1, "delivery_periods": 3}
    lab |= {"delivery_h100e": 1000, "price_usd_per_h100e_hour": 1}
    file = instance(
        regions={"r": {"energy_price_usd_per_mwh": 50}},
        sites={"s": {"region": "r", "pue": 1.2, "uptime_share": 0.8, "existing_mw": 1}},
        hardware={"chips": {**chips, "upkeep_usd_per_unit_year": 876}},
        partners={"lab": lab},
    )
    cost = (0.25 + 0.1 + 0.06) / 0.8
    assert cost_of_serving(file, file.partners["lab"]) == pytest.approx(cost, rel=1e-13)
    # 438 in the first year, 1,022 in each of the three after it: 876 on average
    by_age = file.replace(
        {"hardware.chips.upkeep_usd_per_unit_year": 0, "hardware.chips.upkeep_usd_per_unit_year_by_age": [438, 1022]}
    )
    assert cost_of_serving(by_age, by_age.partners["lab"]) == pytest.approx(cost, rel=1e-13)
    replay = Replay(by_age, _nothing(by_age), Findings(by_age.periods.label))
    assert float(hourly_cost(replay, by_age.partners["lab"])) == pytest.approx(cost, rel=1e-13)
    # 8.76 a year against 20: 8.76, 8.76 and 2.48, then 6.28 in cash
    flows = partner_service(file, "lab", 3)
    assert list(flows) == [4, 5, 6]
    assert list(flows.values()) == pytest.approx([8.76 * cost, 8.76 * cost, 8.76 * cost - 6.28], rel=1e-12)
    assert [partner_balance(file, "lab", 3, t) for t in (2, 3, 4, 6)] == pytest.approx([0, 20, 11.24, 0])
