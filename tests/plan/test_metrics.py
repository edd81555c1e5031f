"""Figures of the hand-made plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.instance.schema import Instance
from optimizer.plan.figures.metrics import metrics
from optimizer.plan.figures.terminal import terminal_value
from optimizer.plan.plan import Plan
from optimizer.plan.record import Record, once
from tests.oracles.effective import charges as charges_of
from tests.oracles.effective import held

from .hand_made import CASH_2026, CASH_2029, EBITDA, REVENUE, TAX


def test_metrics(plan: Plan) -> None:
    found = plan.metrics
    assert found["terminal_cash"] == CASH_2029  # what the solve said is kept
    assert found["capex_musd"] == pytest.approx(5 + 100 + 184)
    assert found["external_capital_raised_musd"] == 160.0
    assert found["dilution_share"] == pytest.approx(0.25)
    assert found["minimum_cash_musd"] == pytest.approx(CASH_2026)
    assert found["units_bought"] == 8000.0
    assert found["average_accelerator_price_usd"] == pytest.approx(18000.0)
    assert found["revenue_musd"] == pytest.approx(3 * REVENUE)
    assert found["revenue_musd.2026"] == 0.0
    assert found["opex_musd.2026"] == pytest.approx(6.0)
    # tested from 2027 on; service is largest, and tax least, in 2027
    assert found["minimum_dscr"] == pytest.approx((EBITDA - TAX["2027"]) / 25.3)


def test_average_wacc(plan: Plan) -> None:
    # 59.4 come in for 60 at 8 % in three parts; the bond of 10 asks 5 %, equity 12 % of 90, the round 15 % of 100
    loan = [(1.0, 24.8), (2.0, 23.2), (3.0, 21.6)]
    own, left = charges_of(59.4, loan, 4), held(59.4, loan, 4)
    charges = [0.8 * (0.5 + own[t]) + 10.8 + (15 if t > 1 else 0) for t in range(4)]
    capital = [10 + left[t] + 90 + (100 if t > 1 else 0) for t in range(4)]
    discounted = [1.1**-t for t in (1, 2, 3, 4)]
    expected = sum(d * c for d, c in zip(discounted, charges, strict=True)) / sum(
        d * c for d, c in zip(discounted, capital, strict=True)
    )
    assert plan.metrics["average_wacc_per_year"] == pytest.approx(expected, rel=1e-12)


def project_rates(plan: Plan) -> tuple[float, ...]:
    """All internal rates of return of the project, by whatever names."""
    found = metrics(plan)
    return tuple(rate for name, rate in found.items() if name.startswith("project_irr") and rate is not None)


def test_project_irr_discounts_its_flows_to_zero(plan: Plan) -> None:
    # half the book value of sites (75) and hardware (0) at the end, taxed at 20 % beyond the basis of the land (5)
    left = 0.8 * 37.5 + 0.2 * 5
    assert terminal_value(plan) == pytest.approx(left)
    flows = [
        -6 - 91.8,
        EBITDA - TAX["2027"] - 197.2,
        EBITDA - TAX["2028"],
        EBITDA - TAX["2029"] + left,
    ]
    (rate,) = project_rates(plan)
    assert plan.metrics["project_irr_per_year"] == rate
    assert sum(flow / (1 + rate) ** t for t, flow in enumerate(flows)) == pytest.approx(0.0, abs=1e-6)


def test_irr_is_absent_without_a_change_of_sign(plan: Plan) -> None:
    spending = replace(plan, ledger=[row for row in plan.ledger if row["item"] == "capex"])
    assert len(project_rates(replace(spending, instance=plan.instance))) == 1  # the terminal value is an inflow
    worthless = Instance.model_validate({**plan.instance.canonical(), "terminal": {"kind": "none"}})
    assert metrics(replace(spending, instance=worthless))["project_irr_per_year"] is None


def _flowing(plan: Plan, flows: list[float]) -> Plan:
    """The plan with these flows alone, and nothing left of it at the end."""
    instance = Instance.model_validate({**plan.instance.canonical(), "terminal": {"kind": "none"}})
    investing = next(row for row in plan.ledger if row["item"] == "capex")
    periods = zip(instance.periods.labels, flows, strict=True)
    ledger = [{**investing, "period": label, "musd": -flow} for label, flow in periods]
    return replace(plan, instance=instance, ledger=ledger)


def test_of_several_irrs_each_is_named_and_none_is_the_irr(plan: Plan) -> None:
    found = metrics(_flowing(plan, [-1000.0, 2500.0, -1540.0, 0.0]))
    rates = {name: rate for name, rate in found.items() if name.startswith("project_irr")}
    assert rates == {
        "project_irr_per_year": None,
        "project_irr_per_year.1": pytest.approx(0.1, abs=1e-12),
        "project_irr_per_year.2": pytest.approx(0.4, abs=1e-12),
    }


def test_rounding_at_the_end_of_the_flows_makes_no_irr(plan: Plan) -> None:
    # −1000 and 1100 of which 1e-7 is lost at last: 10 %, and not a second rate near −100 %
    assert project_rates(_flowing(plan, [-1000.0, 1100.0, 0.0, -1e-7])) == pytest.approx((0.1,), abs=1e-12)


def test_nothing_decided_is_not_an_error(plan: Plan) -> None:
    idle = replace(plan, decisions={}, ledger=[])
    found = metrics(idle)
    assert (found["units_bought"], found["average_accelerator_price_usd"]) == (0.0, None)
    assert (found["dilution_share"], found["minimum_dscr"], found["minimum_cash_musd"]) == (0.0, None, 100.0)


def test_what_is_reckoned_once_is_reckoned_of_each_plan(plan: Plan) -> None:
    asked: list[Record] = []

    @once
    def number(plan: Record) -> int:
        asked.append(plan)
        return len(asked)

    one, two = plan, replace(plan)
    assert [number(one), number(two), number(one), number(two)] == [1, 2, 1, 2]
    assert len(asked) == 2
