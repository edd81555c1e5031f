"""`wacc`: money that is borrowed and lies idle does not make capital look cheaper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.instance.fair_rate import effective_yields
from optimizer.instance.schema import Instance
from optimizer.solving.run import solve

from .solving import Data, best, examples
from .strategies import instances

CASH, ASSETS = 5000, 20000
"""USD million at instant 0, paid in by shareholders: more cash than any of these programmes can use."""
COST_OF_EQUITY = 0.08
EXACT = 1e-8
"""A share per year; the method ends within a dollar of charges on capital of 20 billion."""


def funded(data: Data) -> Data:
    """The programme with all the cash it can use, no debt yet, and `wacc` as its objective."""
    data = {key: value for key, value in data.items() if key not in ("debt", "equity", "covenants", "terminal")}
    return data | {
        "draw_timing": "end",
        "objectives": [{"name": "wacc"}],
        "opening": {"cash_musd": CASH, "other_assets_musd": ASSETS, "paid_in_capital_musd": CASH + ASSETS},
        "equity": {"cost_of_equity_per_year": COST_OF_EQUITY},
    }


@examples(20)
@given(instances(), st.sampled_from([0.0, 0.01, 0.05]), st.integers(1, 8))
def test_idle_debt_never_helps(data: Data, premium: float, tenor: int) -> None:
    """A bullet that finances nothing, at the yield of cash or more, leaves the least `wacc` where it was.

    Not to draw leaves the least capital, which is held before the ratio, and then there is equity alone to charge.
    """
    data = funded(data)
    earned = data.get("cash", {}).get("yield_per_year", 0.0)
    rate = earned + premium
    loan = {"kind": "bullet", "rate_per_year": rate, "tenor_periods": tenor, "limit_musd": 500}
    without, with_loan = best(data), best(data | {"debt": {"idle": loan}})
    assert without is not None
    assert with_loan is not None
    assert abs(with_loan - without) <= EXACT


@pytest.mark.parametrize("timing", ["mid", "start"])
def test_idle_debt_drawn_early(timing: str) -> None:
    """Equity of 100 at 10 % and nothing to finance: the ratio is 10 %, with a loan at 5 % on offer or without."""
    data: Data = {
        "name": "idle",
        "calendar": {"start": 2026, "periods": 1},
        "discount": {"rate_per_year": 0.1},
        "draw_timing": timing,
        "objectives": [{"name": "wacc"}],
        "opening": {"other_assets_musd": 100, "paid_in_capital_musd": 100},
        "equity": {"cost_of_equity_per_year": 0.1},
        "debt": {"idle": {"kind": "bullet", "rate_per_year": 0.05, "tenor_periods": 5, "limit_musd": 100}},
    }
    ratio = best(data)
    assert ratio is not None
    assert abs(ratio - 0.1) <= EXACT


def shares(most: float) -> st.SearchStrategy[float]:
    return st.floats(0, most).map(lambda x: round(x, 4))


@st.composite
def mixes(draw: st.DrawFn) -> Data:
    """Needs in three periods, met by loans with fees, a round and preferred shares, in years or quarters."""
    length, kinds = draw(st.sampled_from(["year", "quarter"])), st.sampled_from(["bullet", "level", "annuity"])
    loans = {
        name: {
            "kind": draw(kinds),
            "rate_per_year": draw(shares(0.2)),
            "tenor_periods": draw(st.integers(2, 9)),
            "upfront_fee_share": draw(shares(0.1)),
            "limit_musd": draw(st.integers(10, 80)),
        }
        for name in ("a", "b")
    }
    data: Data = {
        "name": "mix",
        "calendar": {"start": 2026 if length == "year" else "2026Q1", "periods": 3, "length": length},
        "discount": {"rate_per_year": 0.1},
        "draw_timing": draw(st.sampled_from(["end", "mid", "start"])),
        "objectives": [{"name": "wacc"}],
        "opening": {"other_assets_musd": 10, "paid_in_capital_musd": 10},
        "cash_flows": {"need": {"kind": "investing", "musd_per_period": [-draw(st.integers(0, 60)) for _ in range(3)]}},
        "debt": loans,
        "equity": {"cost_of_equity_per_year": draw(shares(0.2)), "rounds": {"r": {"max_musd": 400}}},
        "preferred_equity": {"p": {"dividend_per_year": draw(shares(0.2)), "max_musd": 50}},
    }
    return data | ({"tax": {"rate": 0.25, "loss_usable_share": 1}} if draw(st.booleans()) else {})


@examples(60)
@given(mixes())
def test_between_the_least_yield_and_the_greatest(data: Data) -> None:
    """A mean of the yields of what is used, after tax, whatever is drawn when."""
    plan = solve(Instance.model_validate(data), gap=0.0, threads=1)
    assert plan.audit_passed
    rows = plan.rows("cost_of_capital").records()
    yields = [row["effective_rate_per_year"] for row in rows if row["capital_musd"] > 1e-6]
    wacc = plan.metrics["wacc"]
    assert wacc is not None
    assert min(yields) - EXACT <= wacc <= max(yields) + EXACT
    kept = 0.75 if "tax" in data else 1.0
    own = {name: effective_yields(plan.instance, debt) for name, debt in plan.instance.debt.items()}
    nominal = [(1 + each) ** plan.instance.periods.years - 1 for found in own.values() for each in found.values()]
    every = [(1 + kept * each) ** plan.instance.periods.per_year - 1 for each in nominal]
    equity = data["equity"]["cost_of_equity_per_year"]
    dividend = data["preferred_equity"]["p"]["dividend_per_year"]
    every += [equity, (1 + dividend * plan.instance.periods.years) ** plan.instance.periods.per_year - 1]
    assert min(every) - 1e-6 <= wacc <= max(every) + 1e-6
