"""Payouts and the capital they take, book equity, what could be drawn, leased hardware and the rate inside a lease."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from optimizer.finance.leases import rate_inside
from optimizer.instance.changes import changed
from optimizer.instance.lease_rates import implicit_rates, lease_rates
from optimizer.instance.loader import load
from optimizer.instance.schema import Instance, ObjectiveName
from optimizer.plan.plan import Plan
from optimizer.solving.run import NoPlanError, solve

FOLDER = Path(__file__).parent
Data = dict[str, Any]


def case(name: str, changes: Data | None = None) -> Instance:
    instance = load(FOLDER / f"{name}.yaml")
    return changed(instance, changes) if changes else instance


def solved(instance: Instance | Data) -> Plan:
    if not isinstance(instance, Instance):
        base: Data = {"name": "case", "discount": {"rate_per_year": 0.1}, "objectives": [{"name": "terminal_cash"}]}
        instance = Instance.model_validate(base | instance)
    plan = solve(instance, gap=0.0, threads=1)
    assert plan.audit_passed
    assert plan.status == "optimal"
    return plan


def status(instance: Instance) -> str:
    try:
        return solved(instance).status
    except NoPlanError as error:
        return error.status


def by_period(plan: Plan, table: str) -> dict[str, float]:
    return {str(row["period"]): row["musd"] for row in plan.decisions[table]}


# ── what is paid out ──────────────────────────────────────────────────────────────────────────────────────────────


def test_no_dividend_out_of_losses() -> None:
    """Nothing is earned in any year, so that nothing of the 60 can be paid."""
    assert status(case("10-dividend-out-of-losses")) == "infeasible"


def test_capital_is_given_back_where_nothing_is_earned() -> None:
    """With 100 of capital at 10 % and losses of 10 a year, all cash goes back as soon as may be: 60, then the 10 that
    the third loss leaves. 10/1.1 + 0.1·40/1.1² + 0.1·30/1.1³."""
    plan = solved(case("10-dividend-out-of-losses", {"equity.dividends.return_of_capital": True}))
    assert plan.metrics["cost_of_capital"] == pytest.approx(10 / 1.1 + 4 / 1.1**2 + 3 / 1.1**3, abs=1e-6)
    assert by_period(plan, "capital_returns") == pytest.approx({"2026": 60, "2027": 10}, abs=1e-6)
    assert plan.decisions["dividends"] == []


@pytest.mark.parametrize("returned", [False, True])
def test_equity_that_was_paid_back_carries_no_debt(returned: bool) -> None:
    """The 100 of the round leave at once: as a dividend they are not earned, as capital nothing of it is left."""
    assert status(case("c18-equity-paid-back", {"equity.dividends.return_of_capital": returned})) == "infeasible"


def test_dividends_may_be_free_and_none_is_said() -> None:
    """An empty block leaves earnings, capital and cash as the only limits; `none` counts as written."""
    data: Data = {
        "calendar": {"start": 2026, "periods": 2},
        "objectives": [{"name": "cost_of_capital"}],
        "opening": {"cash_musd": 80, "paid_in_capital_musd": 100, "other_assets_musd": 50},
        "cash_flows": {"ops": {"kind": "operating", "musd_per_period": [20, 20]}},
    }
    free = {"cost_of_equity_per_year": 0.1, "dividends": {"return_of_capital": True}}
    plan = solved({**data, "equity": free})
    # 30 retained and 20 earned; then capital, as far as cash goes: 50 of the 100
    assert by_period(plan, "dividends")["2026"] == pytest.approx(50)
    assert by_period(plan, "capital_returns")["2026"] == pytest.approx(50)
    assert plan.metrics["cost_of_capital"] == pytest.approx(10 / 1.1 + 5 / 1.21)
    none = Instance.model_validate(
        {"name": "case", "discount": {"rate_per_year": 0.1}, **data}
        | {"equity": {"cost_of_equity_per_year": 0.1, "dividends": "none"}}
    )
    assert none.equity is not None
    assert none.equity.dividends is None
    assert "dividends" in none.equity.model_fields_set


ROUNDS = {
    "a": {"max_musd": 30, "cost_of_equity_per_year": 0.2, "pre_money_musd": 300},
    "b": {"max_musd": 40, "cost_of_equity_per_year": 0.05, "pre_money_musd": 300},
}


@pytest.mark.parametrize("objective", [name for name in get_args(ObjectiveName) if name != "adjusted_present_value"])
def test_payouts_hold_whatever_is_optimised(objective: str) -> None:
    """An objective that does not see money must not pay dividends out of losses, return capital before earnings, or
    give a dear round back before a cheap one that is older: the audit says so."""
    data: Data = {
        "calendar": {"start": 2026, "periods": 3},
        "objectives": [{"name": objective}],
        "opening": {"cash_musd": 40, "paid_in_capital_musd": 60},
        "cash_flows": {
            "ops": {"kind": "operating", "musd_per_period": [30, -20, 25]},
            "need": {"kind": "investing", "musd_per_period": [-60, 0, 0]},
        },
        "debt": {
            "loan": {"kind": "bullet", "rate_per_year": 0.06, "tenor_periods": 5, "limit_musd": 50, "first_draw": 2027}
        },
        "equity": {
            "cost_of_equity_per_year": 0.1,
            "rounds": ROUNDS,
            "dividends": {"minimum_total_musd": 30, "maximum_musd": 25, "return_of_capital": True},
        },
    }
    plan = solved(data)
    out = [-amount for amount in plan.books.item("dividend", "return_of_capital")]
    assert sum(out) >= 30 - 1e-6
    assert max(out) <= 25 + 1e-6


# ── book equity ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("need", "basis", "expected"), [(5, "book", "infeasible"), (5, "paid_in", "optimal")])
def test_negative_book_equity_carries_no_debt(need: float, basis: str, expected: str) -> None:
    """30 paid in, 50 lost: book equity is −20. Any debt is too much, on paid-in capital 5 are a seventh."""
    assert status(_lossy(need, basis)) == expected


def test_without_debt_negative_book_equity_breaks_nothing() -> None:
    assert status(_lossy(0, "book")) == "optimal"


def _lossy(need: float, basis: str) -> Instance:
    return Instance.model_validate(
        {
            "name": "case",
            "calendar": {"start": 2026, "periods": 2},
            "discount": {"rate_per_year": 0.1},
            "objectives": [{"name": "capital_raised"}],
            "opening": {"cash_musd": 30, "paid_in_capital_musd": 30},
            "cash_flows": {"ops": {"kind": "operating", "musd_per_period": [-30 - need, 10]}},
            "debt": {"loan": {"kind": "bullet", "rate_per_year": 0.1, "tenor_periods": 5, "limit_musd": 100}},
            "covenants": {"half": {"kind": "debt_to_capital", "maximum": 0.5, "equity_basis": basis}},
        }
    )


# ── what could be drawn ───────────────────────────────────────────────────────────────────────────────────────────


def test_undrawn_is_what_the_bank_still_has() -> None:
    """50 of liquidity: 50 of the bank's 100 are left for the line, so that 50 of junk are drawn: (4 + 7.5)/1.1²."""
    plan = solved(case("c05-undrawn-not-drawable"))
    assert plan.metrics["cost_of_capital"] == pytest.approx((4 + 7.5) / 1.21, abs=1e-6)
    drawn = {row["instrument"]: row["musd"] for row in plan.decisions["debt_draws"]}
    assert drawn == pytest.approx({"loan": 50, "junk": 50}, abs=1e-6)


def _with_line(**more: Any) -> Instance:
    """A line of 50 and hardware of 10 with a life of 5; 100 in cash, of which the hardware takes 10 in 2026."""
    data: Data = {
        "name": "case",
        "calendar": {"start": 2026, "periods": 2},
        "discount": {"rate_per_year": 0.1},
        "objectives": [{"name": "net_present_cost"}],
        "opening": {"cash_musd": 100, "paid_in_capital_musd": 100},
        "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
        "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 10}},
        "markets": {"m": {"demand_h100e": 1000, "min_served_share": 1}},
        "hardware": {"h": {"price_usd": 10_000, "compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 5}},
        "debt": {"line": {"kind": "revolver", "rate_per_year": 0.1, "limit_musd": 50, **more.pop("line", {})}},
        **more,
    }
    return Instance.model_validate(data)


@pytest.mark.parametrize(
    ("what", "most"),
    [
        ({}, [50, 50]),
        # half of a book value of 8 and 6
        ({"line": {"security": {"hardware": 0.5}}}, [4, 3]),
        ({"line": {"max_draw_musd": 20}}, [20, 20]),
        # 30 % of what is spent on it
        ({"line": {"tied_to": {"capex_share": 0.3, "hardware": ["h"]}}}, [3, 0]),
        ({"line": {"last_draw": 2026}}, [50, 0]),
        ({"lenders": {"bank": {"limit_musd": {2026: 30, 2027: 25}}}, "line": {"lender": "bank"}}, [30, 25]),
        # u/(u + 100) of at most a fifth
        ({"covenants": {"share": {"kind": "debt_to_capital", "maximum": 0.2}}}, [25, 25]),
        # 98, then 96 of book equity
        ({"covenants": {"share": {"kind": "debt_to_capital", "maximum": 0.2, "equity_basis": "book"}}}, [24.5, 24]),
        ({"covenants": {"value": {"kind": "loan_to_value", "maximum": 1, "assets": ["hardware"]}}}, [8, 6]),
        # nothing is earned: no debt passes
        ({"covenants": {"multiple": {"kind": "debt_to_ebitda", "maximum": 3, "first_test": 2027}}}, [50, 0]),
    ],
)
def test_what_could_be_drawn(what: Data, most: list[float]) -> None:
    """Cash is 90 in both years; what is counted on top is what nobody would refuse, and the most of it is shown."""
    covenants = {**what.pop("covenants", {}), "liquidity": {"kind": "minimum_liquidity", "minimum": 85}}
    plan = solved(_with_line(covenants=covenants, **what))
    found = by_period(plan, "drawable")
    assert [found.get("2026", 0.0), found.get("2027", 0.0)] == pytest.approx(most, abs=1e-6)
    liquid = [row["value"] for row in plan.rows("covenants").records() if row["covenant"] == "liquidity"]
    assert liquid == pytest.approx([90 + amount for amount in most], abs=1e-6)


# ── leased hardware ───────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_leased_secures_no_loan() -> None:
    assert status(case("c04-leased-asset-pledged")) == "infeasible"


def test_a_lease_is_carried_at_the_rate_that_the_price_gives() -> None:
    """10 = 5·(1 + v + v² + v³ + v⁴) at 92.76 %: buying is the cheaper. A thousand units earn 6.132 in 2027, the other
    3.868 are borrowed at 5 % and paid back by fifths."""
    instance = case("f01-lease-rate-as-stated")
    rate = implicit_rates(instance, "leased")[0]
    assert rate is not None
    assert sum(5 * (1 + rate) ** -k for k in range(5)) == pytest.approx(10, abs=1e-9)
    assert rate == pytest.approx(0.9276, abs=1e-4)
    plan = solved(instance)
    borrowed = 10 - 0.7 * 8.76
    interest = [0.05 * borrowed * share / 1.1 ** (3 + k) for k, share in enumerate((1, 0.8, 0.6, 0.4))]
    assert plan.metrics["cost_of_capital"] == pytest.approx(sum(interest), abs=1e-6)


def test_rates_inside_leases() -> None:
    """Nothing inside where no more is paid than the price; no rate where the first payment is all of it."""
    assert rate_inside(2.0, 5, 10.0, 0.0) == 0.0
    assert rate_inside(1.0, 5, 10.0, 0.0) == 0.0
    assert rate_inside(10.0, 2, 10.0, 0.0) is None
    assert rate_inside(5.0, 2, 9.0, 0.0) == pytest.approx(0.25, rel=1e-12)
    assert rate_inside(5.0, 1, 9.0, 5.0) == pytest.approx(0.25, rel=1e-12)


def test_a_stated_rate_holds_where_nothing_comparable_is_on_offer() -> None:
    """The accelerator can be bought in 2026 only; what is leased later has the rate of the file."""
    instance = case("f01-lease-rate-as-stated", {"hardware.bought.last_order": 2026})
    rates = lease_rates(instance, "leased")
    assert rates[0] == pytest.approx(0.9276, abs=1e-4)
    assert rates[1:] == (0.0,) * 5
