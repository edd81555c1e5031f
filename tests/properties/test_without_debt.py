"""A company without debt is never refused by a ratio, whatever it builds, earns and loses."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from .instrument_parts import equity_of
from .instrument_strategies import programmes
from .solving import Data, best, examples, same, solved
from .strategies import calendar_of

OWED = ("finance_lease", "compute_partner")
"""Extras that owe something, or could."""
Draw = st.DrawFn


@st.composite
def debtless(draw: Draw) -> tuple[Data, Data]:
    """A programme that nobody lends anything, and the same with every ratio in it at its hardest."""
    data = draw(programmes(without=(*OWED, "lenders", "grid_by_leverage", "grid_by_cover", "dividends")))
    for key in ("lenders", "covenants", "pricing_grid"):
        data.pop(key, None)
    loan = {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 4, "limit_musd": 0}
    data["debt"] = {"nobody": loan}
    paid: Data = {"maximum_musd": 6}
    if draw(st.booleans()):
        paid["return_of_capital"] = True
    equity_of(data)["dividends"] = paid
    asked = copy.deepcopy(data)
    over, first_year = draw(st.sampled_from(["year", "period"])), draw(st.sampled_from(["untested", "annualised"]))
    flows = {"over": over, "first_year": first_year, "scope": draw(st.sampled_from(["company", "infrastructure"]))}
    asked["covenants"] = {
        "dscr": {"kind": "dscr", "minimum": 100, **flows},
        "cover": {"kind": "interest_cover", "minimum": 100, **flows},
        "multiple": {"kind": "debt_to_ebitda", "maximum": 0.01, **flows},
        "share": {"kind": "debt_to_capital", "maximum": 0.01},
        "book": {"kind": "debt_to_capital", "maximum": 0.01, "equity_basis": "book"},
        "value": {"kind": "loan_to_value", "maximum": 0.01, "assets": ["sites"]},
    }
    asked["equity"]["dividends"] |= {"lock_up_dscr": 100, "lock_up_over": over, "lock_up_first_year": first_year}
    if calendar_of(data).length != "year" and draw(st.booleans()):
        asked["history"] = {"ebitda_musd": -5, "interest_musd": 0, "principal_musd": 0}
    return data, asked


@examples(20)
@given(debtless())
def test_no_ratio_refuses_it(pair: tuple[Data, Data]) -> None:
    """The optimum is what it is without the tests, of which none had anything to test."""
    free, asked = pair
    plan = solved(asked)
    assert same(best(free), None if plan is None else first_value(plan.summary["levels"]))
    if plan is not None:
        assert plan.audit_passed
        assert {row["tested"] for row in plan.rows("covenants").records()} <= {"nothing owed", "first year"}
        assert not any(row["locked_up"] for row in plan.rows("dividends").records())


def first_value(levels: list[Data]) -> float:
    return next(float(level["value"]) for level in levels if not level["inserted"])
