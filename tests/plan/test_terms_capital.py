"""Financing, what capital costs, the pricing grid and covenants of a plan with every kind of term."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log1p
from typing import Any

import pytest

from optimizer.instance.schema import Instance
from optimizer.plan.figures.ownership import error_bound
from optimizer.plan.plan import Plan
from tests.oracles.effective import yield_of

from .hand_made_terms import (
    DELIVERED,
    EBITDA,
    INSTANCE,
    INTEREST,
    PARTNER_CASH,
    TAX,
    WORKED_OFF,
)
from .test_schedules import only
from .test_terms import column


def test_debt_with_pik_discount_and_prepayment(terms: Plan) -> None:
    def vendor(name: str) -> list[Any]:
        return column(terms, "financing", name, instrument="vendor")

    assert vendor("balance_musd") == pytest.approx([80.0, 66.0, 33.0])
    assert vendor("capitalised_interest_musd") == [0.0, 8.0, 0.0]
    assert vendor("prepayment_musd") == [0.0, 22.0, 0.0]
    assert vendor("repayment_musd") == [0.0, 22.0, 33.0]
    assert vendor("interest_musd") == [0.0, 0.0, 6.6]
    assert vendor("fee_musd.discount") == [1.6, 0.0, 0.0]
    assert vendor("fee_musd.prepayment") == [0.0, 0.22, 0.0]
    assert vendor("fees_musd") == [1.6, 0.22, 0.0]
    assert column(terms, "financing", "balance_musd", instrument="bespoke") == [30.0, 20.0, 15.0]


def test_lenders(terms: Plan) -> None:
    assert column(terms, "lenders", "balance_musd") == pytest.approx([110.0, 86.0, 48.0])
    assert column(terms, "lenders", "headroom_musd") == pytest.approx([0.0, 24.0, 62.0])


def test_preferred(terms: Plan) -> None:
    assert column(terms, "preferred", "outstanding_musd") == [40.0, 40.0, 40.0]
    assert column(terms, "preferred", "dividend_musd") == [0.0, 4.0, 4.0]
    assert column(terms, "preferred", "flotation_musd") == [0.4, 0.0, 0.0]


def test_partners(terms: Plan) -> None:
    def friend(name: str) -> list[Any]:
        return column(terms, "partners", name, partner="friend")

    assert friend("cash_musd") == [20.0, 0.0, 0.0]
    assert friend("delivered_h100e") == [0.0, 1000.0, 1000.0]
    assert friend("delivered_value_musd") == pytest.approx([0.0, DELIVERED, DELIVERED])
    assert friend("worked_off_musd") == pytest.approx(WORKED_OFF)
    assert friend("revenue_musd") == pytest.approx(PARTNER_CASH)
    assert friend("owed_musd") == pytest.approx([20.0, 20.0 - DELIVERED, 0.0], abs=1e-12)
    assert column(terms, "partners", "cash_musd", partner="holder") == [0.0, 25.0, 0.0]


def test_dividends(terms: Plan) -> None:
    assert column(terms, "dividends", "dividend_musd") == [0.0, 0.0, 5.0]
    # interest paid, principal of lease and bespoke, and of vendor what is scheduled: nothing in 2027, when 22 is early
    service = [0.0, 2.4 + 2.2 + 11 + 10, 6.6 + 1.6 + 1 + 10 + 5 + 33]
    # what is delivered against the prepayment is no cash
    dscr = [None, *((EBITDA[t] - WORKED_OFF[t] - TAX[t]) / service[t] for t in (1, 2))]
    assert column(terms, "dividends", "dscr") == [None, *(pytest.approx(value) for value in dscr[1:])]
    locked = EBITDA[2] - WORKED_OFF[2] - TAX[2] < 1.2 * service[2]
    assert column(terms, "dividends", "locked_up") == [False, False, locked]


def test_ownership_kept_after_each_sale(terms: Plan) -> None:
    rows = terms.rows("equity_rounds").records()
    assert [(row["round"], row["kind"], row["period"]) for row in rows] == [
        ("a", "round", "2026"),
        ("holder", "partner", "2027"),
    ]
    assert [row["share_sold"] for row in rows] == pytest.approx([50 / 500, 25 / 500])
    assert [row["ownership_kept"] for row in rows] == pytest.approx([0.9, 0.9 * 0.95])
    assert terms.metrics["ownership_kept_share"] == pytest.approx(0.855)
    assert terms.metrics["dilution_share"] == pytest.approx(0.145)


def test_ownership_error_bound(terms: Plan) -> None:
    # four pieces of [10, 90]: the tangent of the first, at 20, overstates ln(1 + e/450) most at 10
    tangent = log1p(20 / 450) - 10 / (450 + 20)
    error = tangent - log1p(10 / 450)
    assert terms.metrics["ownership_error_bound_share"] == pytest.approx(0.8 * (exp(error) - 1), rel=1e-9)
    # nowhere in the range does a tangent overstate by more
    for k in range(4):
        middle = 20 + 20 * k
        for e in (middle - 10, middle - 5, middle, middle + 10):
            above = log1p(middle / 450) + (e - middle) / (450 + middle) - log1p(e / 450)
            assert -1e-15 <= above <= error + 1e-15


def test_ownership_bound_is_absent_where_nothing_asks_for_it(terms: Plan) -> None:
    equity = {key: value for key, value in INSTANCE["equity"].items() if key != "ownership_floor_share"}
    free = replace(terms, instance=Instance.model_validate({**INSTANCE, "equity": equity}))
    assert error_bound(free) is None
    wanted = {**INSTANCE, "equity": equity, "objectives": [{"name": "dilution"}]}
    tangent = log1p(20 / 450) - 10 / (450 + 20) - log1p(10 / 450)
    least = replace(terms, instance=Instance.model_validate(wanted))
    assert error_bound(least) == pytest.approx(0.855 * (exp(tangent) - 1), rel=1e-9)


K_LOW = 0.1 + (0.1 - 0.05) * 0.32 / 0.68
K_MIDDLE = 0.1 + (0.1 - 0.05 - 0.02) * 0.5 / 0.5


def test_pricing_grid(terms: Plan) -> None:
    leverage = [0.0, 110 / 300, 96 / 311, 48 / 263]
    # 33 + 15 of debt; 175 of common and 40 of preferred equity
    leverage[3] = 48 / (48 + 215)
    assert column(terms, "pricing_grid", "leverage") == pytest.approx(leverage)
    assert column(terms, "pricing_grid", "bucket") == [0, 1, 0, 0]
    assert column(terms, "pricing_grid", "spread_per_year") == [0.0, 0.02, 0.0, None]
    costs = column(terms, "pricing_grid", "cost_of_equity_per_year")
    assert costs[:3] == pytest.approx([K_LOW, K_MIDDLE, K_LOW])
    cover = column(terms, "pricing_grid", "interest_cover")
    assert cover[:2] == [None, None]
    assert cover[2:] == pytest.approx([EBITDA[1] / INTEREST[1], EBITDA[2] / INTEREST[2]])


def test_hamada(terms: Plan) -> None:
    relever = {"method": "hamada", "unlevered_cost_per_year": 0.1, "risk_free_per_year": 0.04}
    data = {**INSTANCE, "pricing_grid": {**INSTANCE["pricing_grid"], "relever": relever}}
    levered = replace(terms, instance=Instance.model_validate(data))
    cost = column(levered, "pricing_grid", "cost_of_equity_per_year", period="2026")
    assert cost == [pytest.approx(0.04 + 0.06 * (1 + 0.75 * 1.0))]


def test_opening_bucket_is_that_of_the_opening_leverage(terms: Plan) -> None:
    debt = {**INSTANCE["debt"], "bespoke": {**INSTANCE["debt"]["bespoke"], "opening_balance_musd": 100}}
    indebted = replace(terms, instance=Instance.model_validate({**INSTANCE, "debt": debt}))
    # 100 of debt on 100 of equity: the edge of two buckets, the cheaper is the one of the lower spread
    assert column(indebted, "pricing_grid", "bucket", period="0") == [1]


def test_cost_of_capital_by_source(terms: Plan) -> None:
    def charge(source: str) -> list[Any]:
        return column(terms, "cost_of_capital", "charge_musd", source=source)

    # 0.98 of each unit of 80 came in for 0.66 after two years and 0.605 after three; 20 units go after one, for 22.22
    rate = yield_of(0.98, [(2.0, 0.66), (3.0, 0.605)])
    carried = 0.98 * (1 + rate)
    assert charge("vendor") == pytest.approx(
        [0.0, 0.75 * (80 * 0.98 * rate + 22.22 - 20 * carried), 0.75 * 60 * carried * rate]
    )
    assert charge("bespoke") == pytest.approx([0.0, 0.75 * 2.4, 0.75 * 1.6])
    assert charge("leased") == pytest.approx([0.0, 0.0, 0.75])
    assert charge("short") == pytest.approx([0.0, 0.0, 0.75 * 0.5])
    assert charge("pricing grid") == pytest.approx([0.0, 0.75 * 2.2, 0.0])
    assert charge("opening equity") == pytest.approx([K_LOW * 100, K_MIDDLE * 100, K_LOW * 100])
    assert charge("a") == pytest.approx([0.0, K_MIDDLE * 50, K_LOW * 50])
    assert charge("holder") == pytest.approx([0.0, 0.0, K_LOW * 25])
    assert charge("p") == pytest.approx([0.0, 4.0, 4.0])
    assert column(terms, "cost_of_capital", "bucket", source="vendor") == [0, 1, 0]
    # carried into 2028: the vendor's 60 units, 20 of the other loan, leases of 10 and 2.5, equity 175 + 40
    row = only(terms, "wacc", period="2028")
    assert (row["debt_musd"], row["equity_musd"]) == (pytest.approx(60 * carried + 32.5), 215.0)


def test_covenants_count_leases_pik_and_preferred(terms: Plan) -> None:
    dscr = only(terms, "covenants", covenant="service", period="2028")
    cash_flow = EBITDA[2] - WORKED_OFF[2] - TAX[2]
    assert dscr["value"] == pytest.approx(cash_flow / (6.6 + 1.6 + 1 + 10 + 5 + 33))
    cover = only(terms, "covenants", covenant="cover", period="2027")
    assert cover["value"] == pytest.approx(EBITDA[1] / (8 + 2.4 + 2.2))
    gearing = only(terms, "covenants", covenant="gearing", period="2027")
    assert gearing["value"] == pytest.approx((66 + 20 + 10) / (96 + 175 + 40))
