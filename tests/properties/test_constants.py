"""What is decided, and by how much a plan may be missed, does not depend on what nobody decides.

The charge on opening equity and on loans that cannot be repaid yet is a constant of the cost of capital, and so is
money that has to stay in the company of what shareholders have. Gap and slack are shares of what is decided. Plans
that tie may take each other's place; by all of the levels that a list has they are the same.
"""

from __future__ import annotations

import copy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optimizer.instance.schema import Instance
from optimizer.plan.plan import Plan
from optimizer.solver.highs import Limits
from optimizer.solving.run import NoPlanError, search

from .neutral_writing import rewritten
from .solving import Data, examples, solved
from .strategies import calendar_of, instances

MUCH = 1000.0
RATE, COST_OF_EQUITY = 0.07, 0.12
Draw = st.DrawFn


@st.composite
def programmes(draw: Draw, first: str, tax: bool | None = None) -> Data:
    """A programme whose first level may be missed by some, for the sake of others; no test looks at its capital."""
    data: Data = draw(instances(tax=tax))
    data.pop("covenants", None)
    slack = {"slack_share": draw(st.sampled_from([0.0, 0.03, 0.2]))}
    later = [{"name": name} for name in draw(st.permutations(["net_present_cost", "terminal_cash", "capital_raised"]))]
    equity = data.setdefault("equity", {"cost_of_equity_per_year": COST_OF_EQUITY})
    equity["dividends"] = {} if first == "shareholder_value" else "none"
    return data | {"objectives": [{"name": first, **slack}, *later], "fair_rate_per_year": 0.04}


def discounted(data: Data, plan: Plan) -> list[float]:
    discount = plan.instance.discount
    return list(plan.instance.periods.discount_factors(discount.rate_per_year, data["discount"]["timing"]))


def differ_by(one: Plan, other: Plan, constants: dict[str, float]) -> None:
    """The levels differ by the constants; what gap and slack are shares of does not."""
    tolerance = 2e-5  # a level is kept to a dollar by each of those after it, and a constant is known to its last digit
    assert len(one.summary["levels"]) == 4
    for a, b in zip(one.summary["levels"], other.summary["levels"], strict=True):
        more = constants.get(a["name"], 0.0)
        assert b["value"] - a["value"] == pytest.approx(more, rel=1e-9, abs=tolerance), a["name"]
    base, same_base = one.summary["levels"][0]["base"], other.summary["levels"][0]["base"]
    assert same_base == pytest.approx(base, rel=1e-6, abs=tolerance)


def both(data: Data, more: Data) -> tuple[Plan, Plan]:
    """The plans of two programmes, audited; there is one of both or of neither."""
    one, other = solved(data), solved(more)
    assert (one is None) == (other is None)
    assume(one is not None)
    assert one is not None
    assert other is not None
    assert other.audit_passed
    return one, other


@examples(8)
@given(programmes("cost_of_capital"))
def test_opening_equity(data: Data) -> None:
    """A thousand million more of equity, in other assets: the plan is the same, the charge that much higher.

    k in period t is (1+k_t)^Δ − 1 of it, discounted.
    """
    more = copy.deepcopy(data)
    opening = more["opening"]
    opening |= {key: opening.get(key, 0) + MUCH for key in ("other_assets_musd", "paid_in_capital_musd")}
    one, other = both(data, more)
    differ_by(one, other, {"cost_of_capital": opening_charge(data, one)})


def opening_charge(data: Data, plan: Plan) -> float:
    """What is charged on a thousand million of opening equity."""
    assert plan.instance.equity is not None
    periods = plan.instance.periods
    charges = [
        MUCH * ((1 + k) ** periods.years - 1) for k in plan.instance.equity.cost_of_equity_per_year.expand(periods)
    ]
    return sum(df * charge for df, charge in zip(discounted(data, plan), charges, strict=True))


@examples(8)
@given(programmes("cost_of_capital"), st.sampled_from([0.02, 0.1]))
def test_opening_equity_is_no_reason_to_stop_early(data: Data, gap: float) -> None:
    """Nor is the search over earlier: the distance to the bound is a share of the charges that are decided."""
    more = copy.deepcopy(data)
    opening = more["opening"]
    opening |= {key: opening.get(key, 0) + MUCH for key in ("other_assets_musd", "paid_in_capital_musd")}
    try:
        plan = search(Instance.model_validate(more), Limits(gap_share=gap, time_limit_s=120.0, threads=1, seed=0))
    except NoPlanError:
        return
    level = plan.summary["levels"][0]
    assert level["value"] - level["bound"] <= gap * level["base"] + 1e-6
    best = solved(data)
    assert best is not None
    missed = level["value"] - opening_charge(data, best) - best.summary["levels"][0]["value"]
    assert -1e-4 <= missed <= gap * level["base"] + 1e-4


@examples(8)
@given(programmes("cost_of_capital", tax=False), st.sampled_from(["bullet", "level"]))
def test_a_loan_that_cannot_be_prepaid(data: Data, kind: str) -> None:
    """A loan of a thousand million from before, whose service somebody else pays: r·Δ of what is owed, discounted.

    Without a tax, since the interest would be deducted.
    """
    calendar = calendar_of(data)
    tenor = calendar.periods + 2
    loan = {"kind": kind, "rate_per_year": RATE, "tenor_periods": tenor, "limit_musd": 0, "opening_balance_musd": MUCH}
    owed = [MUCH * (1 - (t - 1) / tenor if kind == "level" else 1) for t in calendar.span]
    service = [RATE * calendar.years * each + (MUCH / tenor if kind == "level" else 0) for each in owed]
    more = copy.deepcopy(data)
    more["debt"]["given"] = loan
    more.setdefault("cash_flows", {})["served"] = {"kind": "financing", "musd_per_period": service}
    more["opening"]["other_assets_musd"] = more["opening"].get("other_assets_musd", 0) + MUCH
    one, other = both(data, more)
    charges = [RATE * calendar.years * each for each in owed]
    constant = sum(df * charge for df, charge in zip(discounted(data, one), charges, strict=True))
    differ_by(one, other, {"cost_of_capital": constant})


@examples(8)
@given(programmes("shareholder_value"))
def test_cash_that_has_to_stay(data: Data) -> None:
    """A thousand million more of cash, and of least cash: shareholders have it at the end, and it decides nothing.

    Cash that earns something is more than that; and what is paid before the end of a period may be paid out of it.
    """
    data |= {"payment_timing": "end", "cash": {"minimum_musd": data.get("cash", {}).get("minimum_musd", 0)}}
    more = copy.deepcopy(data)
    least = Instance.model_validate(data).cash.minimum_musd
    more["cash"]["minimum_musd"] = rewritten(least, lambda s: [x + MUCH for x in s.expand(calendar_of(data))])
    opening = more["opening"]
    opening |= {key: opening.get(key, 0) + MUCH for key in ("cash_musd", "paid_in_capital_musd")}
    one, other = both(data, more)
    assert one.instance.equity is not None
    years, constant = one.instance.periods.years, MUCH
    for k in one.instance.equity.cost_of_equity_per_year.expand(one.instance.periods):
        constant *= (1 + k) ** -years
    differ_by(one, other, {"shareholder_value": constant, "terminal_cash": MUCH})
