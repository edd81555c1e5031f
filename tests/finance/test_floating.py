"""Loans that float: the rate of a loan's own period, and what is charged over the rate of each."""

from __future__ import annotations

import pytest

from optimizer.finance.amortisation import RatePath, Service, rate_at
from optimizer.finance.effective_interest import spread_of
from optimizer.instance.debt_rates import vintage_rates, yearly_rates
from optimizer.instance.schema import Instance


def test_the_rate_of_an_age_and_of_a_period_of_the_loan() -> None:
    """Drawn at mid-period: half of the loan's second period bears 1 %, half 2 %; after the path its last rate."""
    path = RatePath((0.005, 0.01, 0.02), 0.5)
    assert [rate_at(path, age) for age in (0, 2, 7)] == [0.005, 0.02, 0.02]
    assert rate_at(0.03, 7) == 0.03
    assert path.of_own_period(2) == pytest.approx(0.015, rel=1e-15)


def test_the_spread_over_the_rate_of_each_period() -> None:
    """At 4 and 6 % a unit is worth 1; at 5 and 7 % each unit of spread is missed in both years: 1 − 0.01·Σ DF."""
    nothing = (0.0, 0.0, 0.0)
    whole = Service(0.0, (1, 1, 1), (0, 1, 2), (1.0, 1.0, 0.0), (0.0, 0.04, 0.06), nothing, (0.0, 0.0, 1.0))
    received = 1.0 - 0.01 / 1.05 - 0.01 / (1.05 * 1.07)
    assert spread_of(whole, RatePath((0.04, 0.04, 0.06), 0.0), received) == pytest.approx(0.01, abs=1e-14)


def test_margin_floor_and_swap() -> None:
    """2 % + half of 1 % (the floor) or 5 % + half of 3 %; flat, it is one rate."""
    floating = {"reference": "sofr", "margin_per_year": 0.02, "floor_per_year": 0.01}
    data = {
        "name": "base",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "reference_rates": {"sofr": {"rate_per_year": [0.005, 0.05]}, "flat": {"rate_per_year": 0.04}},
        "debt": {
            "swapped": {
                "kind": "bullet",
                "tenor_periods": 2,
                "floating": {**floating, "swap": {"share": 0.5, "rate_per_year": 0.03}},
            },
            "flat": {"kind": "bullet", "tenor_periods": 2, "floating": {**floating, "reference": "flat"}},
        },
    }
    base = Instance.model_validate(data)
    assert yearly_rates(base, base.debt["swapped"]) == pytest.approx({1: 0.04, 2: 0.06}, rel=1e-15)
    paths = vintage_rates(base, base.debt["swapped"])
    assert paths[0] == RatePath(pytest.approx((0.04, 0.04, 0.06)), 0.0)
    assert paths[2] == RatePath(pytest.approx((0.06, 0.06, 0.06)), 0.0)
    assert vintage_rates(base, base.debt["flat"]) == {0: 0.06, 1: 0.06, 2: 0.06}
