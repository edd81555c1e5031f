"""Ways round what is optimised: leases on the last day, money before the end of a period, charges nobody decides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

import optimizer
from optimizer.instance.schema import Instance
from optimizer.plan.figures.shareholder_value import terms
from optimizer.plan.plan import Plan
from optimizer.solving.run import solve
from tests.oracles.effective import bullet, worth, yield_of
from tests.oracles.money import factor, present

Data = dict[str, Any]
Levels = Sequence[str | Data]
START = {"year": 2026, "quarter": "2026Q1"}
YEARS = {"year": 1.0, "quarter": 0.25}
EARLY = {"end": 0.0, "mid": 0.5, "start": 1.0}


def file(objectives: Levels, length: str = "year", periods: int = 3, **more: Any) -> Data:
    levels = [{"name": each} if isinstance(each, str) else each for each in objectives]
    calendar = {"start": START[length], "periods": periods, "length": length}
    return {"name": "case", "calendar": calendar, "discount": {"rate_per_year": 0.1}, "objectives": levels, **more}


def solved(objectives: Levels, length: str = "year", periods: int = 3, **more: Any) -> Plan:
    """The plan, proven and audited."""
    data = file(objectives, length, periods, **more)
    plan = solve(Instance.model_validate(data), gap=0.0, threads=1)
    assert plan.status == "optimal"
    assert plan.audit_passed
    return plan


def drawn(plan: Plan, name: str) -> float:
    return float(sum(row["musd"] for row in plan.decisions["debt_draws"] if row["instrument"] == name))


# ── leases that begin on the last day ─────────────────────────────────────────────────────────────────────────────


def last_day(length: str, counts_as_debt: bool) -> Data:
    """1000 chips of 30,000 are needed in period 3: 30 from a loan at 5 % a period, or four payments of 10."""
    chips = {"accelerator": "x", "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 4}
    lease = {"payment_usd_per_unit_year": 10_000 / YEARS[length], "counts_as_debt": counts_as_debt}
    loan = {"kind": "bullet", "rate_per_year": 0.05 / YEARS[length], "tenor_periods": 9, "limit_musd": 300}
    return {
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 10}},
        "hardware": {"bought": chips | {"price_usd": 30_000}, "leased": chips | {"lease": lease}},
        "markets": {"m": {"demand_h100e": [0, 0, 1000], "min_served_share": 1}},
        "debt": {"loan": loan},
    }


@pytest.mark.parametrize("length", YEARS)
@pytest.mark.parametrize("counts_as_debt", [True, False])
def test_no_lease_is_free_on_the_last_day(length: str, counts_as_debt: bool) -> None:
    """20 = 10·(v + v² + v³) is 23.4 % a period on the 20 that are owed, and 0.5 on the 10 of the first payment; the
    loan costs 1.5. Either is charged in the period after the plan."""
    plan, inside = solved(["cost_of_capital"], length, **last_day(length, counts_as_debt)), yield_of(20, PAYMENTS)
    beyond = factor(0.1, 4, years=YEARS[length])
    assert inside == pytest.approx(0.23375, abs=1e-5)
    assert [row["offer"] for row in plan.decisions["orders"]] == ["bought"]
    assert plan.metrics["cost_of_capital"] == pytest.approx(1.5 * beyond)
    data = last_day(length, counts_as_debt)
    del data["hardware"]["bought"]
    data["hardware"]["leased"]["lease"]["implicit_rate_per_year"] = inside / YEARS[length]
    plan = solved(["cost_of_capital"], length, **data)
    assert plan.metrics["cost_of_capital"] == pytest.approx((0.5 + 20 * inside) * beyond)
    assert plan.metrics["capital_employed"] == pytest.approx(30 * beyond * YEARS[length])
    charged = sum(float(row["present_value_musd"] or 0) for row in plan.rows("cost_of_capital").records())
    assert charged == pytest.approx(plan.metrics["cost_of_capital"])


PAYMENTS = [(1.0, 10.0), (2.0, 10.0), (3.0, 10.0)]


@pytest.mark.parametrize("length", YEARS)
def test_a_lease_beyond_the_plan_is_worth_what_it_costs(length: str) -> None:
    """At f = 5 % a period the loan is worth nothing. The lease owes 20 at 23.4 %: a year of what that is more, of
    what a year of it compounds to."""
    years = YEARS[length]
    per_year = round(1 / years)
    rates = {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.06}
    more: Data = {"adjusted_present_value": rates, "fair_rate_per_year": 1.05**per_year - 1}
    plan = solved(["adjusted_present_value"], length, **last_day(length, True), **more)
    assert [row["offer"] for row in plan.decisions["orders"]] == ["bought"]
    assert plan.metrics["adjusted_present_value"] == pytest.approx(-30 * factor(0.1, 3, years=years))
    data, inside = last_day(length, True), yield_of(20, PAYMENTS)
    del data["hardware"]["bought"]
    data["hardware"]["leased"]["lease"]["implicit_rate_per_year"] = inside / years
    data["hardware"]["leased"]["first_order"] = 2028 if length == "year" else "2026Q3"
    plan = solved(["adjusted_present_value"], length, **data, **more)
    dearer = (1 + inside) ** per_year - 1.05**per_year
    value = -30 * factor(0.1, 3, years=years) - 20 * dearer * factor(0.06, 3, years=years)
    assert plan.metrics["adjusted_present_value"] == pytest.approx(value)


@pytest.mark.parametrize("timing", EARLY)
def test_a_line_beyond_the_plan_compounds(timing: str) -> None:
    """A line at 9 % by the quarter is 9.308 % a year, 3.808 points above f: of what is owed at the end of T, wherever
    in T it was drawn."""
    early, fair, interest = EARLY[timing], 1.055**0.25 - 1, 0.09 / 4
    flow = {"kind": "investing", "musd_per_period": [0, -100]}
    rates = {"unlevered_rate_per_year": 0.1, "shield_rate_per_year": 0.06}
    line = {"kind": "revolver", "rate_per_year": 0.09, "limit_musd": 200, "first_draw": "2026Q2"}
    more: Data = {"adjusted_present_value": rates, "fair_rate_per_year": 0.055, "draw_timing": timing}
    plan = solved(["adjusted_present_value"], "quarter", 2, cash_flows={"need": flow}, debt={"line": line}, **more)
    owed = 100 / (1 - early * interest)
    assert drawn(plan, "line") == pytest.approx(owed)
    # what is drawn early lies idle until it is spent, at nothing instead of at f
    last = factor(0.06, 2, years=0.25)
    value = -100 * factor(0.1, 2, years=0.25) + last * early * (fair - interest) * owed - last * early * fair * owed
    value -= last * ((1 + interest) ** 4 - 1.055) * owed
    assert plan.metrics["adjusted_present_value"] == pytest.approx(value)


# ── Modigliani and Miller ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("timing", EARLY)
@pytest.mark.parametrize("length", YEARS)
@pytest.mark.parametrize("most", [300.0, 60.0, 35.0])
def test_debt_adds_nothing_whenever_in_a_period_it_is_drawn(length: str, timing: str, most: float) -> None:
    """95 are short at the end of period 1; shareholders bring up to ``most`` and a loan at f the rest, for longer than
    the plan. Without tax, under a grid that relevers, every mix is worth as much; of a loan that comes before the end
    of the period its first interest has to lie idle with the money, at k.
    """
    years, early = YEARS[length], EARLY[timing]
    growth, interest = 1.11**years, 1.07**years - 1
    equity = {
        "cost_of_equity_per_year": 0.11,
        "dividends": {"return_of_capital": True},
        "rounds": {"a": {"max_musd": most, "last_raise": START[length]}},
    }
    relever = {"method": "harris_pringle", "unlevered_cost_per_year": 0.11, "cost_of_debt_per_year": 0.07}
    buckets = [
        {"upper": 0.1},
        {"lower": 0.1, "upper": 0.9, "spread_per_year": 0.01},
        {"lower": 0.9, "spread_per_year": 0.03, "cost_of_equity_per_year": 0.5},
    ]
    loan = {
        "kind": "bullet",
        "rate_per_year": interest / years,
        "tenor_periods": 9,
        "limit_musd": 90,
        "last_draw": START[length],
    }
    plan = solved(
        ["shareholder_value"],
        length,
        4,
        draw_timing=timing,
        fair_rate_per_year=0.07,
        opening={"other_assets_musd": 300, "paid_in_capital_musd": 300},
        cash_flows={
            "need": {"kind": "investing", "musd_per_period": [-100, 0, 0, 0]},
            "income": {"kind": "operating", "musd_per_period": [5, 30, 90, 60]},
        },
        debt={"loan": loan},
        equity=equity,
        pricing_grid={"by": "leverage", "buckets": buckets, "relever": relever},
    )
    value = -95 * growth ** (early - 1) + sum(flow * growth**-t for t, flow in ((2, 30), (3, 90), (4, 60)))
    loaned = max(0.0, 95 - most) / (1 - early * interest)
    idle = early * interest * loaned * (growth**early - 1) / growth
    # half a period of a nominal rate is not half of one that compounds: an eighth of its square
    close = 1e-6 if early != 0.5 else 1e-6 + loaned * (growth - 1) ** 2 / 8
    if early:
        assert drawn(plan, "loan") == pytest.approx(loaned, abs=1e-4)
    assert plan.metrics["shareholder_value"] == pytest.approx(value - idle, abs=close)
    assert sum(each.musd * each.factor for each in terms(plan)) == pytest.approx(plan.metrics["shareholder_value"])


@pytest.mark.parametrize("timing", EARLY)
def test_an_opening_loan_goes_back_at_the_end(timing: str) -> None:
    """80 from before at 7 % = f, repaid in 2027 and 2028 at the ends, whatever κ is: charged 4 % of 80, then of 40."""
    relever = {"method": "harris_pringle", "unlevered_cost_per_year": 0.11, "cost_of_debt_per_year": 0.07}
    loan = {"kind": "level", "rate_per_year": 0.07, "tenor_periods": 3, "grace_periods": 1, "limit_musd": 0}
    plan = solved(
        ["shareholder_value"],
        draw_timing=timing,
        fair_rate_per_year=0.07,
        opening={"cash_musd": 200, "paid_in_capital_musd": 120},
        debt={"old": loan | {"opening_balance_musd": 80}},
        equity={"cost_of_equity_per_year": 0.11, "dividends": "none"},
        pricing_grid={
            "by": "leverage",
            "buckets": [{"upper": 0.8}, {"lower": 0.8, "cost_of_equity_per_year": 0.5}],
            "relever": relever,
        },
    )
    left = 200 - 80 - 0.07 * (80 + 80 + 40)
    assert plan.metrics["shareholder_value"] == pytest.approx(
        left * factor(0.11, 3) - 0.04 * present(0.11, (80, 80, 40))
    )


# ── slack is one of what is decided ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("musd", [0, 100_000])
def test_sculpted_debt_in_its_grace_buys_no_slack(musd: float) -> None:
    """100 from 2026 on at 5 % or, for the slack, at 30 %: 0.05 % of 0.79·5 a year. What an old loan costs that cannot
    be repaid before the plan ends is no part of it."""
    debt: Data = {
        name: {"kind": "bullet", "rate_per_year": rate, "tenor_periods": 9, "limit_musd": 300, "last_draw": 2026}
        for name, rate in (("cheap", 0.05), ("dear", 0.3))
    }
    if musd:
        old = {"kind": "sculpted", "rate_per_year": 0.08, "tenor_periods": 9, "grace_periods": 8, "limit_musd": 0}
        debt["old"] = old | {"opening_balance_musd": musd}
    income = [0.08 * musd, 10 + 0.08 * musd, 10 + 0.08 * musd]
    plan = solved(
        [{"name": "cost_of_capital", "slack_share": 0.0005}, "net_present_cost"],
        opening={"other_assets_musd": musd},
        cash_flows={
            "need": {"kind": "investing", "musd_per_period": [-100, 0, 0]},
            "income": {"kind": "operating", "musd_per_period": income},
        },
        tax={"rate": 0.21},
        debt=debt,
    )
    assert drawn(plan, "dear") == pytest.approx(0.0005 * 5 * 100 / 25, abs=1e-4)
    assert plan.metrics["undecided_charge_musd"] == pytest.approx(0.79 * 0.08 * musd * present(0.1, (1, 1, 1)))


@pytest.mark.parametrize(
    ("terms_of_old", "given"),
    [
        ({"kind": "revolver", "limit_musd": 50}, (1, 0, 0)),
        ({"kind": "bullet", "tenor_periods": 9, "limit_musd": 0, "prepayment": {"first_prepayment": 2027}}, (1, 1, 0)),
        ({"kind": "sculpted", "tenor_periods": 9, "grace_periods": 1, "limit_musd": 0}, (1, 1, 0)),
    ],
)
def test_what_cannot_be_repaid_yet_is_given(terms_of_old: Data, given: tuple[int, ...]) -> None:
    """50 from before at 8 %, repaid out of cash as soon as it may be: until then nobody decides what it costs."""
    old = terms_of_old | {"rate_per_year": 0.08, "opening_balance_musd": 50}
    plan = solved(["cost_of_capital"], opening={"cash_musd": 100}, debt={"old": old})
    assert plan.metrics["cost_of_capital"] == pytest.approx(4 * present(0.1, given))
    assert plan.metrics["undecided_charge_musd"] == pytest.approx(4 * present(0.1, given))
    assert plan.summary["levels"][0]["base"] == pytest.approx(0, abs=1e-9)
    rows = plan.rows("cost_of_capital").records()
    shown = sum(float(row["present_value_musd"] or 0) for row in rows if not row["decided"])
    assert shown == pytest.approx(4 * present(0.1, given))


def test_capital_that_may_go_back_is_given_for_a_year() -> None:
    """100 at 10 %, given back at the end of 2026: 10 once, that nobody decides."""
    equity = {"cost_of_equity_per_year": 0.1, "dividends": {"return_of_capital": True}}
    plan = solved(["cost_of_capital"], opening={"cash_musd": 100, "paid_in_capital_musd": 100}, equity=equity)
    assert plan.metrics["cost_of_capital"] == pytest.approx(10 / 1.1)
    assert plan.metrics["undecided_charge_musd"] == pytest.approx(10 / 1.1)


# ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_distance_is_no_share_of_nothing() -> None:
    """100 are paid out at once, which is worth 100/1.1; 5 of that may be given up to keep cash, and no money is raised.

    Of x that stays to the end x·(1/1.1 − 1/1.1³) is lost: 5 at x = 31.69.
    """
    equity = {"cost_of_equity_per_year": 0.1, "dividends": {"return_of_capital": True}}
    opening = {"cash_musd": 100, "paid_in_capital_musd": 100}
    levels: Levels = [{"name": "shareholder_value", "slack_musd": 5}, "terminal_cash"]
    plan = solved(levels, opening=opening, equity=equity)
    assert plan.metrics["shareholder_value"] == pytest.approx(100 / 1.1 - 5, abs=1e-4)
    assert plan.metrics["terminal_cash"] == pytest.approx(5 / (1 / 1.1 - 1 / 1.1**3), abs=1e-3)
    assert plan.summary["message"] == (
        "optimal within $5.0 m of the greatest shareholder value (no source is used; $0.0 m before the slack given to "
        "terminal cash) and then $0.0 m of the greatest terminal cash (0.000%)"
    )


def codes(data: Data, folder: Path) -> set[str]:
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return {each.code for each in optimizer.validate(path)}


@pytest.mark.parametrize(("asked", "warned"), [(0.102, True), (0.1039, False)])
def test_cash_by_the_quarter_is_compared_with_equity_by_the_year(asked: float, warned: bool, tmp_path: Path) -> None:
    """10 % by the quarter are 10.38 % a year: more than 10.2 %, less than 10.39 %."""
    equity = {"cost_of_equity_per_year": asked, "dividends": {"return_of_capital": True}}
    flows = {"income": {"kind": "operating", "musd_per_period": 1}}
    data = file(["shareholder_value"], "quarter", cash={"yield_per_year": 0.1}, equity=equity, cash_flows=flows)
    assert ("equity-below-cash-yield" in codes(data, tmp_path)) is warned


@pytest.mark.parametrize(("growth", "first"), [(-0.1, "shareholder_value"), (0.0, "cost_of_capital")])
def test_a_market_whose_minimum_falls_may_be_left(growth: float, first: str) -> None:
    """All of it in 2026, and a tenth less each year: the rest earns and need not be served."""
    least = {"initial": 1, "growth_per_year": growth}
    market = {"demand_h100e": 1000, "revenue_usd_per_h100e_hour": 2, "min_served_share": least}
    data = file([], cloud={"c": {"price_usd_per_h100e_hour": 1, "limit_h100e": 9000}}, markets={"m": market})
    del data["objectives"]
    assert Instance.model_validate(data).objectives[0].name == first


# ── the same money at the same price ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("timing", EARLY)
@pytest.mark.parametrize("length", YEARS)
def test_a_dear_loan_counts_at_what_it_costs_after_the_plan(length: str, timing: str) -> None:
    """100 at the end of period 2 with a fee of 2 %, at 8 % for nine periods where f is 5 %: what is due after T, each
    payment on its date."""
    early, years = EARLY[timing], YEARS[length]
    rate, fair, growth = 0.08 * years, 1.05**years - 1, 1.14**years
    label = 2027 if length == "year" else "2026Q2"
    loan: Data = {"kind": "bullet", "rate_per_year": 0.08, "tenor_periods": 9, "upfront_fee_share": 0.02}
    plan = solved(
        ["shareholder_value"],
        length,
        draw_timing=timing,
        fair_rate_per_year=0.05,
        cash_flows={
            "need": {"kind": "investing", "musd_per_period": [0, -100, 0]},
            "income": {"kind": "financing", "musd_per_period": [0, 0, 60]},
        },
        debt={"loan": loan | {"limit_musd": 300, "first_draw": label, "last_draw": label}},
        equity={"cost_of_equity_per_year": 0.14, "dividends": "none"},
    )
    owed = 100 / (0.98 - early * rate)
    left = 60 - rate * owed - owed * worth(fair, bullet(rate, 9, early), at=1 + early)
    assert plan.metrics["shareholder_value"] == pytest.approx(left / growth**3, abs=1e-6)
