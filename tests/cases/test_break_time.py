"""Tries to break what is said of time, tax and the end: each value is derived by hand."""

from __future__ import annotations

from typing import Any

import pytest

import optimizer
from optimizer.plan.delivered import delivered
from optimizer.plan.plan import Plan

Data = dict[str, Any]


def solved(data: Data) -> Plan:
    plan = optimizer.solve(optimizer.load({"name": "case"} | data), gap=0.0, threads=1)
    assert plan.status == "optimal"
    assert plan.audit_passed
    return plan


@pytest.mark.parametrize("length", ["year", "quarter"])
@pytest.mark.parametrize("objective", ["terminal_cash", "capital_raised", "cost_of_capital"])
def test_interest_income_below_0_lowers_what_may_be_deducted(length: str, objective: str) -> None:
    """100 drawn at the start, and repaid at the start of the next tax year out of what comes in at its end.

    Two tax years of one period each (the calendar of quarters begins in Q4). With i = rate and y = yield of a period
    the first has EBITDA 10, interest 100·i and income 100·y. Of 105.25 (106.9375) spent nothing is left: 100 + 10 −
    100·i + 100·y less a tax of 25 % of 10 − 100·i + 100·y. Nothing is there when 100 goes back: income of −100·y in
    the second. With a limit of 30 % of an EBITDA of 0 the −100·y may not be taken off again, so that it is the
    deductible interest that is −100·y, and 100·y is carried: taxable income 0, and 110 − 100 − 100·y are left.
    """
    part = {"year": 1.0, "quarter": 0.25}[length]
    paid, earned = 8.0 * part, 5.0 * part
    spent = 110 - paid + earned - 0.25 * (10 - paid + earned)
    plan = solved(
        {
            "calendar": {"start": {"year": 2026, "quarter": "2026Q4"}[length], "periods": 2, "length": length},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": objective}],
            "draw_timing": "start",
            "cash": {"yield_per_year": 0.05},
            "cash_flows": {
                "result": {"kind": "operating", "musd_per_period": [10, 0]},
                "other": {"kind": "investing", "musd_per_period": [-spent, 110]},
            },
            "debt": {
                "loan": {
                    "kind": "bullet",
                    "rate_per_year": 0.08,
                    "tenor_periods": 1,
                    "limit_musd": 100,
                    "last_draw": {"year": 2026, "quarter": "2026Q4"}[length],
                }
            },
            "tax": {"rate": 0.25, "interest_limit_share": 0.3},
        }
    )
    table = plan.rows("tax")
    assert plan.metrics["terminal_cash"] == pytest.approx(10 - earned, abs=1e-6)
    assert table.column("interest_income_musd") == pytest.approx([earned, -earned], abs=1e-6)
    assert table.column("taxable_income_musd") == pytest.approx([10 - paid + earned, 0], abs=1e-6)
    assert table.column("interest_deducted_musd") == pytest.approx([paid, -earned], abs=1e-6)
    assert table.column("interest_carried_musd") == pytest.approx([0, earned], abs=1e-6)


@pytest.mark.parametrize(
    ("terms", "noted"),
    [
        ({"deposit_share": 1, "lead_periods": 0}, True),
        ({"deposit_share": 1, "lead_periods": 1}, False),
        ({"price_usd": 0, "attach": {"network": {"usd_per_unit": 100}}}, True),
        ({"price_usd": 0, "attach": {"network": {"usd_per_unit": 0}}}, False),
        ({"payment_timing": "end"}, False),
    ],
)
def test_supplier_credit_is_noted_where_what_serves_is_paid_later(terms: Data, noted: bool) -> None:
    """A deposit of all in the period of delivery is paid at its end, too; what comes with the units costs, too."""
    chips = {"price_usd": 100, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 2} | terms
    data = {
        "name": "case",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "regions": {"r": {"energy_price_usd_per_mwh": 0}},
        "sites": {"s": {"region": "r", "pue": 1, "existing_mw": 1}},
        "hardware": {"chips": chips},
        "markets": {"m": {"demand_h100e": 100, "revenue_usd_per_h100e_hour": 1}},
    }
    assert ("unset-payment-timing" in [each.code for each in optimizer.validate(data)]) is noted


def codes(**more: Any) -> list[str]:
    """What `validate` says of a landlord's contract of two years that can only be signed in the first of two."""
    rent = {"rent_musd_per_mw_year": 4, "limit_mw": 1, "term_periods": 2, "last_signing": 2026} | more.pop("rent", {})
    site = {"region": "r", "pue": 1, "colocation": rent}
    data = {"name": "case", "calendar": {"start": 2026, "periods": 2}, "discount": {"rate_per_year": 0.1}}
    regions = {"r": {"energy_price_usd_per_mwh": 50}}
    return [each.code for each in optimizer.validate({**data, "regions": regions, "sites": {"s": site}, **more})]


@pytest.mark.parametrize(
    ("rent", "noted"),
    [
        ({}, False),
        ({"last_signing": 2027}, True),
        ({"lead_periods": 1}, True),
        ({"lead_periods": 1, "term_periods": 1, "last_signing": 2027}, False),
    ],
)
def test_a_contract_that_cannot_pass_the_end_is_not_noted(rent: Data, noted: bool) -> None:
    """Signed in 2027 with a lead of a year it would begin after the end: that cannot be signed."""
    assert ("term-past-end" in codes(rent=rent)) is noted


@pytest.mark.parametrize(("share", "noted"), [(0.0, False), (0.5, True)])
def test_energy_that_need_not_be_taken_leaves_nothing_to_pay(share: float, noted: bool) -> None:
    contract = {"term_periods": 3, "take_or_pay_share": share}
    source = {"region": "r", "price_usd_per_mwh": 40, "limit_mw": 1, "contract": contract}
    assert ("term-past-end" in codes(energy_sources={"ppa": source})) is noted


@pytest.mark.parametrize(("multiple", "idle"), [(0, False), (8, True)])
def test_a_multiple_of_0_holds_no_contract(multiple: float, idle: bool) -> None:
    """Then the contracts count, as the value shows: one year of 4 is left at 8 %, half of it taken over."""
    terminal = {"kind": "ebitda_multiple", "multiple": multiple}
    rent = {"assignable_share": 0.5, "term_periods": 3}
    assert ("assignable-idle" in codes(rent=rent, terminal=terminal)) is idle
    site = {"region": "r", "pue": 1, "colocation": {"rent_musd_per_mw_year": 4, "limit_mw": 1, **rent}}
    plan = solved(
        {
            "calendar": {"start": 2026, "periods": 2},
            "discount": {"rate_per_year": 0.1},
            "fair_rate_per_year": 0.08,
            "objectives": [{"name": "net_present_cost"}],
            "opening": {"cash_musd": 100},
            "regions": {"r": {"energy_price_usd_per_mwh": 0}},
            "sites": {"s": site},
            "hardware": {"c": {"price_usd": 0, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 9}},
            "markets": {"m": {"demand_h100e": 1000, "min_served_share": 1, "revenue_usd_per_h100e_hour": 1}},
            "terminal": terminal,
        }
    )
    left = 0.0 if idle else 0.5 * 4 / 1.08
    value = sum((8.76 - 4) / 1.1**t for t in (1, 2)) + (multiple * (8.76 - 4) - left) / 1.1**2
    assert plan.metrics["commitments_musd"] == pytest.approx(left, abs=1e-6)
    assert plan.metrics["net_present_cost"] == pytest.approx(-value, abs=1e-6)


def test_a_distance_of_wacc_in_quarters_is_one_of_its_numerator() -> None:
    """Of a bound that was not reached: the distance of nominal rates, 4·((1 + r)^¼ − 1), times capital."""
    level = {"bound": 0.10, "gap_musd": 1.0, "sense": "minimise", "value": 0.12, "base": None}
    numerator = 4 * (1.12**0.25 - 1.1**0.25) * 50
    assert delivered(level, 0.12, 50.0, 4)["plan_gap_musd"] == pytest.approx(numerator)
    assert delivered(level, 0.12, 50.0)["plan_gap_musd"] == pytest.approx(0.02 * 50)
