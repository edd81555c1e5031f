"""Shareholders have no more of a fee, of money that lies idle, or of a source that asks for more: whole programmes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .instrument_checks import raised
from .solving import Data, best, examples, no_worse, same
from .strategies import instances
from .test_wacc import funded, idle_loans

FAIR = 0.05
"""The rate at which what is owed at the end is worth something: were it the least yield of the loans, as by default, a
dearer loan would lower it."""
Draw = st.DrawFn


@st.composite
def valued(draw: Draw) -> Data:
    """A programme for its shareholders, with a loan and a round in it."""
    data = draw(instances())
    loan = {"kind": "bullet", "rate_per_year": 0.06, "tenor_periods": draw(st.integers(1, 6)), "limit_musd": 80}
    data["debt"].setdefault("bullet_loan", loan)
    line = {"kind": "revolver", "rate_per_year": 0.05, "limit_musd": 60}
    data["debt"].setdefault("revolver_loan", line).setdefault("letter_of_credit_share", 0.2)
    equity = data.setdefault("equity", {"cost_of_equity_per_year": 0.12})
    equity.setdefault("rounds", {"series_a": {"max_musd": 100}})
    equity["dividends"] = draw(st.sampled_from(["none", {}, {"return_of_capital": True}]))
    return data | {"objectives": [{"name": "shareholder_value"}], "fair_rate_per_year": FAIR}


def _each(blocks: dict[str, Data], key: str, more: float, least: float = 0.0) -> None:
    for block in blocks.values():
        block[key] = raised(block.get(key, least), more)


def _dearer_loans(data: Data) -> None:
    """Not annuities: at a higher rate they are repaid later, which may be worth it where money is short."""
    loans = {name: debt for name, debt in data["debt"].items() if debt["kind"] != "annuity"}
    _each({name: debt for name, debt in loans.items() if "floating" not in debt}, "rate_per_year", 0.03)
    _each({name: debt["floating"] for name, debt in loans.items() if "floating" in debt}, "margin_per_year", 0.03)


def _dearer_letters(data: Data) -> None:
    """Of the line, which sets something aside."""
    line = data["debt"]["revolver_loan"]
    line["letter_of_credit_fee_per_year"] = line.get("letter_of_credit_fee_per_year", 0.0) + 0.05


def _dearer_rounds(data: Data) -> None:
    for item in data["equity"]["rounds"].values():
        item["cost_of_equity_per_year"] = 0.3


def _idle_money(data: Data) -> None:
    cash: Data = data.setdefault("cash", {})
    least: Any = cash.get("minimum_musd", 0)
    if isinstance(least, dict) and "initial" in least:
        least = {"initial": least["initial"] + 12, "growth_per_year": max(0.0, least["growth_per_year"])}
    else:
        least = raised(least, 12)
    cash["minimum_musd"] = least


WORSE: dict[str, Callable[[Data], None]] = {
    "upfront fee": lambda data: _each(data["debt"], "upfront_fee_share", 0.02),
    "issue fee": lambda data: _each(data["debt"], "issue_fee_musd", 1.0),
    "commitment fee": lambda data: _each(data["debt"], "commitment_fee_per_year", 0.01),
    "letter-of-credit fee": _dearer_letters,
    "flotation": lambda data: _each(data["equity"]["rounds"], "flotation_share", 0.04),
    "dearer loans": _dearer_loans,
    "dearer rounds": _dearer_rounds,
    "idle money": _idle_money,
}


@pytest.mark.parametrize("worse", WORSE)
@examples(5)
@given(data=valued())
def test_what_is_worse_is_worth_no_more(worse: str, data: Data) -> None:
    changed = copy.deepcopy(data)
    WORSE[worse](changed)
    assert changed != data
    assert no_worse(best(data), best(changed), minimise=False)


@examples(12)
@given(instances(), st.sampled_from([0.0, 0.01, 0.05]), idle_loans())
def test_an_idle_draw_is_worth_nothing(data: Data, premium: float, loan: Data) -> None:
    """A loan that finances nothing and costs what cash earns or more, whatever its kind and fees.

    Nothing is paid out before the end: else it would be borrowed for the shareholders, who ask for more than lenders.
    """
    data = funded(data)
    earned = data.get("cash", {}).get("yield_per_year", 0.0)
    m = {"year": 1, "quarter": 4}[data["calendar"]["length"]]
    data |= {"objectives": [{"name": "shareholder_value"}], "fair_rate_per_year": (1 + earned / m) ** m - 1}
    data["equity"]["dividends"] = "none"
    loan = loan | {"rate_per_year": earned + premium}
    assert same(best(data), best(data | {"debt": {"idle": loan}}))
