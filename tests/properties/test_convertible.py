"""A convertible is charged as straight debt of its effective rate, and never less: whatever becomes of its shares."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.instance.convertible import charged_rates, outcome
from optimizer.instance.schema import Instance
from optimizer.solver.highs import Limits
from optimizer.solving.run import search

Data = dict[str, Any]
PERIODS = 5


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Data, Data]:
    """A file with a convertible, and the same with straight bullet debt that yields its effective rate at par."""
    quarter = draw(st.booleans())
    delta = 0.25 if quarter else 1.0
    coupon = draw(st.sampled_from([0.0, 0.02, 0.05]))
    effective = draw(st.sampled_from([0.05, 0.08, 0.12]))
    tenor = draw(st.integers(1, 7))
    prices = draw(st.lists(st.sampled_from([6.0, 10.0, 13.0, 25.0]), min_size=PERIODS, max_size=PERIODS))
    conversion: Data = {
        "share_price_usd": prices,
        "premium_share": draw(st.sampled_from([0.0, 0.25])),
        "straight_rate_per_year": effective,
    }
    if draw(st.booleans()):
        conversion["capped_call"] = {"cost_share": draw(st.sampled_from([0.0, 0.1])), "cap_premium_share": 0.9}
    loan: Data = {
        "kind": "bullet",
        "tenor_periods": tenor,
        "limit_musd": 300,
        "last_draw": "2026Q2" if quarter else 2027,
        "upfront_fee_share": draw(st.sampled_from([0.0, 0.02])),
    }
    base: Data = {
        "name": "world",
        "calendar": {
            "start": "2026Q1" if quarter else 2026,
            "periods": PERIODS,
            "length": "quarter" if quarter else "year",
        },
        "discount": {"rate_per_year": 0.1, "timing": "end"},
        "draw_timing": draw(st.sampled_from(["end", "start"])),
        "objectives": [{"name": draw(st.sampled_from(["cost_of_capital", "shareholder_value"]))}],
        "opening": {"cash_musd": 10, "paid_in_capital_musd": 10},
        # income pays any coupon and any repayment, so that no other money is asked for because of them
        "cash_flows": {
            "project": {"kind": "investing", "musd_per_period": [-60, -30, 0, 0, 0]},
            "income": {"kind": "operating", "musd_per_period": [0, 240, 140, 140, 140]},
        },
        "equity": {"cost_of_equity_per_year": 0.12, "dividends": {"maximum_musd": 0}},
    }
    straight = math.expm1(delta * math.log1p(effective)) / delta
    notes = {**loan, "rate_per_year": coupon, "conversion": conversion}
    plain = {**loan, "rate_per_year": max(coupon, straight)}
    return {**base, "debt": {"notes": notes}}, {**base, "debt": {"notes": plain}}


def best(data: Data) -> float:
    """The best value of the first level, the less the better."""
    plan = search(Instance.model_validate(data), Limits(gap_share=0.0, time_limit_s=60.0, threads=1, seed=0))
    assert plan.audit_passed
    level = plan.summary["levels"][0]
    return float(level["value"]) if level["sense"] == "minimise" else -float(level["value"])


@given(worlds())
@settings(max_examples=12, deadline=None)
def test_a_convertible_is_never_cheaper_than_straight_debt(files: tuple[Data, Data]) -> None:
    """Neither its charges nor what it leaves to shareholders, where no money is short because of a coupon."""
    convertible, straight = ({**each, "draw_timing": "end"} for each in files)
    dear, plain = best(convertible), best(straight)
    assert dear >= plain - 1e-6 * max(1.0, abs(plain))


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_it_is_charged_no_less_than_straight_debt_and_no_less_than_its_coupon(files: tuple[Data, Data]) -> None:
    instance = Instance.model_validate(files[0])
    debt, plain = instance.debt["notes"], files[1]["debt"]["notes"]["rate_per_year"]
    rates = charged_rates(instance, debt)
    assert min(rates) >= plain - 1e-12
    for u in instance.periods.window(debt.first_draw, debt.last_draw):
        end = outcome(instance, debt, u)
        assert 0.0 <= end.kept <= 1.0
        assert end.redemption >= 1.0
        assert (end.price is None) == (end.matures > PERIODS)


def test_shares_that_are_worth_more_cost_more() -> None:
    """At par for a year: 2 % and 1.5 for 1, a charge of 52 %; with a call up to the price, 5 %."""
    data: Data = {
        "name": "one",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "debt": {
            "notes": {
                "kind": "bullet",
                "rate_per_year": 0.02,
                "tenor_periods": 1,
                "limit_musd": 9,
                "last_draw": 2026,
                "conversion": {"share_price_usd": [10, 18], "premium_share": 0.2, "straight_rate_per_year": 0.05},
            }
        },
    }
    instance = Instance.model_validate(data)
    assert charged_rates(instance, instance.debt["notes"])[0] == pytest.approx(0.52, rel=1e-12)
    data["debt"]["notes"]["conversion"]["capped_call"] = {"cost_share": 0.1, "cap_premium_share": 0.8}
    instance = Instance.model_validate(data)
    assert charged_rates(instance, instance.debt["notes"])[0] == pytest.approx(0.05, rel=1e-12)
