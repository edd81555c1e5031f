"""`wacc`: money that is borrowed and lies idle does not make capital look cheaper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .solving import Data, best, examples
from .strategies import calendar_of, instances

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

    There is cash for everything from the start, so what is borrowed stays in the account. Take any plan with the loan
    and leave the loan out. With d what it owes, r its rate, y ≤ r the yield and c what the account is short of because
    of it, beyond d,

        c_t ≤ (1 + y·Δ)·c_{t−1} + (r − y)·Δ·d_{t−1}                            tax can only have been lower with it

    its charges less the income on cash were higher by (1 − τ)·Δ·((r − y)·d_{t−1} + y·c_{t−1}), its capital less cash
    by Δ·c_{t−1}: by the waste, not by d. As DF falls, the discounted waste of capital is at most
    T·Δ·(1 + y)^(T·Δ) times the sum of DF·(r − y)·Δ·d. So with λ the least ratio without the loan, the difference in
    charges is at least λ times that in capital if (1 − τ) ≥ λ·T·Δ·(1 + y)^(T·Δ), which is asserted; and then no ratio
    with the loan is below λ. Not to draw is allowed, so the least ratio is λ itself.
    """
    data = funded(data)
    earned = data.get("cash", {}).get("yield_per_year", 0.0)
    rate = earned + premium
    loan = {"kind": "bullet", "rate_per_year": rate, "tenor_periods": tenor, "limit_musd": 500}
    without, with_loan = best(data), best(data | {"debt": {"idle": loan}})
    assert without is not None
    assert with_loan is not None
    calendar = calendar_of(data)
    years = calendar.periods * calendar.years
    kept = 1.0 - data.get("tax", {"rate": 0.0})["rate"]
    assert kept >= without * years * (1.0 + earned) ** years
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
