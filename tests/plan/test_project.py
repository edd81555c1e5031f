"""Unlevered flows, payback, break-even, multiple and cover of a loan's life, on plans derived by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.instance.schema import Instance
from optimizer.plan.figures.metrics import metrics
from optimizer.plan.plan import Plan

from ..audit.cases_value import CASES
from .hand_made import EBITDA, TAX
from .test_verdict import plan_of

# nothing is written off for tax: 20 % of EBITDA without debt; land and half of the other 75 of book value are left
UNLEVERED = [-6 - 91.8, 0.8 * EBITDA - 197.2, 0.8 * EBITDA, 0.8 * EBITDA]
LEFT = 0.8 * 37.5 + 0.2 * 5


def test_the_unlevered_irr_has_the_tax_of_a_company_without_debt(plan: Plan) -> None:
    rate = metrics(plan)["unlevered_irr_per_year"]
    assert rate is not None
    flows = [*UNLEVERED[:-1], UNLEVERED[-1] + LEFT]
    assert sum(flow / (1 + rate) ** t for t, flow in enumerate(flows)) == pytest.approx(0.0, abs=1e-9)
    # less tax is paid with interest
    levered = metrics(plan)["project_irr_per_year"]
    assert levered is not None
    assert levered > rate


def test_payback_is_within_the_third_year(plan: Plan) -> None:
    spent = -UNLEVERED[0] - UNLEVERED[1]
    assert metrics(plan)["payback_years"] == pytest.approx(2 + spent / UNLEVERED[2])
    # nothing is back by the end of a plan that earns half as much
    rows = [{**row, "musd": row["musd"] / 2 if row["item"] == "revenue" else row["musd"]} for row in plan.ledger]
    assert metrics(replace(plan, ledger=rows))["payback_years"] is None


def test_break_even_is_where_the_plan_before_tax_is_worth_nothing(plan: Plan) -> None:
    """12 of the 0.9·16 kH100e are sold, 105.12 m hours a year, at 2 USD; the value before tax is that of the flows."""
    found, factors = metrics(plan), [1.1**-t for t in (1, 2, 3, 4)]
    flows = [-97.8, EBITDA - 197.2, EBITDA, EBITDA]
    worth = sum(f * flow for f, flow in zip(factors, flows, strict=True)) + factors[-1] * 37.5
    hours = 105.12 * sum(factors[1:])
    price = (2 * hours - worth) / hours
    assert found["break_even_price_usd_per_h100e_hour"] == pytest.approx(price)
    assert found["break_even_utilisation_share"] == pytest.approx(12 / 14.4 * price / 2)


def test_cover_over_the_life_of_a_loan(plan: Plan) -> None:
    """The loan of 60 at 8 % is repaid by 2029; with the bond beside it debt outlives the plan."""
    cash = [EBITDA - TAX[year] for year in ("2027", "2028", "2029")]
    own = [1 + 5.3 / 70, 1 + 3.7 / 50, 1 + 2.1 / 30]
    both = cash[0] / own[0] + cash[1] / (own[0] * own[1]) + cash[2] / (own[0] * own[1] * own[2])
    found = metrics(plan)
    assert found["loan_life_cover"] is None
    assert found["project_life_cover"] == pytest.approx(both / 70)
    terms = plan.instance.canonical()
    del terms["debt"]["bond"]
    alone = replace(
        plan,
        instance=Instance.model_validate(terms),
        ledger=[row for row in plan.ledger if not row["line"].endswith(".bond")],
    )
    # the tax of the ledger is still that with the interest on the bond
    worth = sum(amount / 1.08 ** (t + 1) for t, amount in enumerate(cash))
    assert metrics(alone)["loan_life_cover"] == pytest.approx(worth / 60)
    assert metrics(alone)["project_life_cover"] == pytest.approx(worth / 60)


def test_the_multiple_of_what_shareholders_put_in() -> None:
    """90 go in, 60 are paid out, and 217 less what is owed are left."""
    owed = 6 * (1 - 1.05**-4) / 0.05 + 100 / 1.05**4 + 30 * 1.05 + 10 * 0.15 / 0.12
    found = metrics(plan_of(CASES["shareholders"]()))
    assert found["equity_multiple"] == pytest.approx((60 + 217 - owed) / 90)
    assert found["loan_life_cover"] is None  # the bond is due in 2032


def test_a_company_that_sells_no_compute_has_no_break_even() -> None:
    found = metrics(plan_of(CASES["shareholders"]()))
    assert found["break_even_price_usd_per_h100e_hour"] is None
    assert found["break_even_utilisation_share"] is None
