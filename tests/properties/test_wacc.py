"""`wacc`: money that is borrowed and lies idle does not make capital look cheaper."""

from __future__ import annotations

from collections import defaultdict
from math import fsum, inf

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


@st.composite
def idle_loans(draw: st.DrawFn) -> Data:
    """Any kind of loan, with any of the fees, without its rate: more than ``earned``."""
    kind = draw(st.sampled_from(["bullet", "level", "annuity", "revolver", "sculpted"]))
    loan: Data = {"kind": kind, "limit_musd": 500}
    if kind != "revolver":
        loan["tenor_periods"] = draw(st.integers(1, 8))
    if kind not in ("revolver", "sculpted") and draw(st.booleans()):
        loan["prepayment"] = {}
    fees = {
        "upfront_fee_share": 0.1,
        "issue_discount_share": 0.05,
        "issue_fee_musd": 3,
        "commitment_fee_per_year": 0.01,
    }
    if kind == "revolver":
        del fees["issue_discount_share"]
    for name in draw(st.lists(st.sampled_from(sorted(fees)), unique=True, max_size=3)):
        loan[name] = fees[name]
    return loan


@examples(20)
@given(instances(), st.sampled_from([0.0, 0.01, 0.05]), idle_loans())
def test_idle_debt_never_helps(data: Data, premium: float, loan: Data) -> None:
    """A loan that finances nothing, at the yield of cash or more, leaves the least `wacc` where it was.

    Not to draw leaves the least capital, which is held before the ratio, and then there is equity alone to charge.
    """
    data = funded(data)
    earned = data.get("cash", {}).get("yield_per_year", 0.0)
    loan = loan | {"rate_per_year": earned + premium}
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
    """Needs in two or three periods, met by two loans of any kind and fees, a round, preferred shares and a partner."""
    length, periods = draw(st.sampled_from(["year", "quarter"])), draw(st.integers(2, 3))
    data: Data = {
        "name": "mix",
        "calendar": {"start": 2026 if length == "year" else "2026Q1", "periods": periods, "length": length},
        "discount": {"rate_per_year": draw(st.sampled_from([0.1, 0.0, 0.2]))},
        "draw_timing": draw(st.sampled_from(["end", "mid", "start"])),
        "objectives": [{"name": "wacc"}],
        "opening": {"other_assets_musd": 10, "paid_in_capital_musd": 10},
        "cash_flows": {
            "need": {"kind": "investing", "musd_per_period": [-draw(st.integers(0, 60)) for _ in range(periods)]}
        },
        "debt": {name: draw(loans()) for name in ("a", "b")},
        "equity": {"cost_of_equity_per_year": draw(shares(0.2)), "rounds": {"r": {"max_musd": 400}}},
        "preferred_equity": {"p": {"dividend_per_year": draw(shares(0.2)), "max_musd": 50}},
    }
    if draw(st.integers(0, 3)) == 3:
        data["opening"]["other_assets_musd"] += 20
        data["debt"]["a"] |= {"opening_balance_musd": 20, "limit_musd": 40}
    if draw(st.integers(0, 3)) == 3:
        data["equity"]["rounds"]["r"] |= {"cost_of_equity_per_year": draw(shares(0.2)), "flotation_share": 0.03}
    if draw(st.integers(0, 2)) == 2:
        data |= draw(served_partners())
    return data | ({"tax": {"rate": TAX, "loss_usable_share": 1}} if draw(st.booleans()) else {})


@st.composite
def loans(draw: st.DrawFn) -> Data:
    """Any kind of loan, with a fee or two in half of the cases."""
    kind = draw(st.sampled_from(["bullet", "level", "annuity", "bullet", "level", "revolver", "sculpted"]))
    loan: Data = {"kind": kind, "rate_per_year": draw(shares(0.2)), "limit_musd": draw(st.integers(10, 80))}
    loan["upfront_fee_share"] = draw(shares(0.1))
    if kind != "revolver":
        loan["tenor_periods"] = draw(st.integers(2, 9))
    if kind in ("level", "annuity") and draw(st.integers(0, 2)) == 2:
        loan |= {"grace_periods": 1, "capitalise_interest": draw(st.booleans())}
    if draw(st.integers(0, 2)) == 2:
        loan["issue_fee_musd"] = draw(st.sampled_from([0.1, 1, 4]))
    if kind != "revolver" and draw(st.integers(0, 2)) == 2:
        loan["issue_discount_share"] = 0.04
    if kind not in ("revolver", "sculpted") and draw(st.integers(0, 2)) == 2:
        loan["prepayment"] = {"premium_share": draw(st.sampled_from([0, 0.02]))}
    return loan


@st.composite
def served_partners(draw: st.DrawFn) -> Data:
    """A partner who pays 20 for compute of chips that are there for nothing, at a cost that makes it dear or cheap."""
    chips = {"price_usd": 0, "compute_h100e": 1, "kw": 0, "lead_periods": 0, "life_periods": 9, "supply_units": 5000}
    partner = {
        "kind": "compute",
        "cash_musd": 20,
        "delivery_lag_periods": draw(st.integers(0, 1)),
        "delivery_periods": draw(st.integers(1, 2)),
        "delivery_h100e": 1000,
        "price_usd_per_h100e_hour": 1,
        "cost_of_serving_usd_per_h100e_hour": draw(st.sampled_from([0.5, 1.0, 1.4, 2.6])),
    }
    return {
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1}},
        "hardware": {"chips": chips},
        "partners": {"lab": partner},
    }


TAX = 0.25
PLAIN = ("bullet", "level", "annuity")


@pytest.mark.slow
@examples(500, gate=120)
@given(mixes())
def test_between_the_least_yield_and_the_greatest(data: Data) -> None:
    """A mean of what is asked for the sources that are used, after tax, whatever is drawn when.

    A source's rate is what it is charged over what it is charged on, both discounted, compounded to a year; none is
    charged on less than nothing. Where that is the yield of its terms (loans by vintage that bear no fixed fee and are
    not prepaid at a premium, equity, preferred shares) it lies between the yields of the terms, worked out here from
    the file; facilities and fixed fees cost no less than their rate. What is charged for no capital has no greatest: a
    partner who is served at the instant of the cash, and a loan of which nothing is left after its fixed fee.
    """
    plan = solve(Instance.model_validate(data), gap=0.0, threads=1)
    assert plan.audit_passed
    wacc = plan.metrics["wacc"]
    assert wacc is not None
    charged, held = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for row in plan.rows("cost_of_capital").records():
        assert row["capital_musd"] >= -1e-7, row
        charged[row["source"]].append(row["present_value_musd"])
        held[row["source"]].append(row["discount_factor"] * row["capital_musd"])
    unheld = {name for name in charged if fsum(held[name]) <= 1e-7 < abs(fsum(charged[name]))}
    assert unheld <= {"lab", *(name for name, debt in plan.instance.debt.items() if debt.issue_fee_musd)}
    assert all(fsum(charged[name]) > 0.0 for name in unheld)
    ratio = {name: fsum(charged[name]) / fsum(held[name]) for name in charged if fsum(held[name]) > 1e-7}
    periods = plan.instance.periods
    rates = {name: (1 + each) ** periods.per_year - 1 for name, each in ratio.items()}
    least, greatest = min(rates.values()), max(rates.values())
    assert unheld or wacc <= greatest + EXACT
    assert least - EXACT <= wacc
    for name, rate in rates.items():
        low, high = stated(plan.instance, name)
        assert low - 1e-6 <= rate <= high + 1e-6, name


def stated(instance: Instance, source: str) -> tuple[float, float]:
    """Between what rates a source may lie, effective a year after tax, by its terms."""
    kept = 1 - TAX if instance.tax else 1.0
    m = instance.periods.per_year
    if source in ("r", "opening equity"):
        assert instance.equity is not None
        own = instance.equity.rounds["r"].cost_of_equity_per_year if source == "r" else None
        asked = (own or instance.equity.cost_of_equity_per_year).expand(instance.periods)[0]
        return asked, asked
    if source == "p":
        dividend = instance.preferred_equity["p"].dividend_per_year.expand(instance.periods)[0]
        return ((1 + dividend / m) ** m - 1,) * 2
    if source == "lab":
        return 0.0, inf

    def after_tax(effective: float) -> float:
        return (1 + kept * ((1 + effective) ** (1 / m) - 1)) ** m - 1

    name = source.removesuffix(", opening")
    debt = instance.debt[name]
    nominal = after_tax((1 + debt.rate_per_year.expand(instance.periods)[0] / m) ** m - 1)
    if source != name:
        return (nominal, nominal if debt.prepayment is None else inf)
    if debt.kind not in PLAIN or debt.issue_fee_musd or debt.prepayment is not None:
        return nominal, inf
    yields = [after_tax(each) for each in effective_yields(instance, debt).values()]
    return min(yields), max(yields)
