"""What lenders test, at the edges: small companies, each with its derivation."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.instance.schema import Instance

from .companies import company, earning, owing
from .test_covenants import best, infeasible, value

# ── a thousand dollars are nothing ────────────────────────────────────────────────────────────────────────────────

MAXIMA: dict[str, dict[str, Any]] = {
    "value": {"kind": "loan_to_value", "maximum": 0.5, "assets": ["hardware"]},
    "multiple": {"kind": "debt_to_ebitda", "maximum": 3},
    "share": {"kind": "debt_to_capital", "maximum": 0.5},
    "book": {"kind": "debt_to_capital", "maximum": 0.5, "equity_basis": "book"},
}


@pytest.mark.parametrize("name", MAXIMA)
@pytest.mark.parametrize("limit", [0, 100])
def test_999_dollars_are_no_debt_and_1001_are(name: str, limit: float) -> None:
    """No asset, no EBITDA, no equity, and in the books −1 of it in 2027: any debt that counts is too much.

    10 − 2·6 + 2 = 0 of cash, whether or not more could be drawn: 1 more would be debt.
    """

    def with_debt(musd: float) -> Instance:
        return company(
            2,
            opening={"cash_musd": 10},
            debt={"loan": owing("bullet", opening_balance_musd=musd, limit_musd=limit)},
            cash_flows=earning(-6) | {"grant": {"kind": "financing", "musd_per_period": [0, 2]}},
            covenants={"test": MAXIMA[name]},
        )

    plan = best(with_debt(0.0009))
    assert value(plan) == pytest.approx(0, abs=1e-6)
    if name != "share":  # which `check` refuses already
        assert infeasible(with_debt(0.0011))


def test_a_service_of_999_dollars_is_none() -> None:
    """A year that earns −5 pays back 900 dollars, and 1 as a dividend: 10 − 5 − 1 − 0.0009."""
    terms = {"minimum_total_musd": 1, "maximum_musd": 1, "lock_up_dscr": 1.2}
    plan = best(
        company(
            1,
            opening={"cash_musd": 10, "other_assets_musd": 100},
            debt={"loan": owing("level", tenor_periods=1, opening_balance_musd=0.0009)},
            cash_flows=earning(-5),
            covenants={"test": {"kind": "dscr", "minimum": 1.2}},
            equity={"cost_of_equity_per_year": 0.1, "dividends": terms},
        )
    )
    assert value(plan) == pytest.approx(4 - 0.0009, abs=1e-6)


# ── twelve months ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("over", "first_year", "free"),
    [
        ("year", "annualised", [5, 6]),  # 5/10, 10/20, 15/20, 20/20; then 20/10
        ("year", "untested", [1, 2, 3, 5, 6]),  # 20/20 in Q4 alone
        ("period", "untested", [3, 4, 5, 6]),  # 5/10 twice, then nothing is due
    ],
)
def test_a_lock_up_looks_back_on_a_loan_that_is_gone(over: str, first_year: str, free: list[int]) -> None:
    """5 a quarter; 20 is paid back in Q1 and Q2. 1.2 times is asked for: 50 + 30 − 20 − 1 = 59 where it may be paid."""
    for quarter in range(1, 7):
        paid = [1.0 if u == quarter else 0.0 for u in range(1, 7)]
        terms = {"minimum_musd": paid, "maximum_musd": paid, "lock_up_dscr": 1.2}
        instance = company(
            6,
            "quarter",
            opening={"cash_musd": 50, "other_assets_musd": 50},
            cash_flows=earning(5),
            debt={"loan": owing("level", tenor_periods=2, opening_balance_musd=20)},
            equity={
                "cost_of_equity_per_year": 0.1,
                "dividends": terms | {"lock_up_over": over, "lock_up_first_year": first_year},
            },
        )
        if quarter in free:
            assert value(best(instance)) == pytest.approx(59, abs=1e-6)
        else:
            assert infeasible(instance)


@pytest.mark.parametrize(
    ("over", "spreads"),
    [
        # 1/2 at first; 1/4.5, 8/9, then 15/13.5 and 22/16 are more than 1
        ("year", [2.5, 2.5, 2.5, 0.5, 0.5]),
        # 1/2, 1/4.5, then 7/4.5, 7/2.5 and 7/2.5
        ("period", [2.5, 2.5, 0.5, 0.5, 0.5]),
    ],
)
def test_a_grid_by_the_cover_of_what_there_is_of_a_year(over: str, spreads: list[float]) -> None:
    """2 a quarter on 100 at 8 %; a cover below 1 costs 10 % more, one below 3 2 %. 1 and four times 7 are earned."""
    buckets = [{"lower": 3}, {"lower": 1, "upper": 3, "spread_per_year": 0.02}, {"upper": 1, "spread_per_year": 0.1}]
    plan = best(
        company(
            5,
            "quarter",
            opening={"cash_musd": 50, "other_assets_musd": 100},
            cash_flows=earning(1, 7, 7, 7, 7),
            debt={"loan": owing("bullet", rate_per_year=0.08, opening_balance_musd=100)},
            pricing_grid={"by": "interest_cover", "over": over, "buckets": buckets},
        )
    )
    assert value(plan) == pytest.approx(50 + 29 - 10 - sum(spreads), abs=1e-6)
    assert [-each for each in plan.books.item("interest")] == pytest.approx([2 + each for each in spreads])


def test_ten_months_of_history() -> None:
    """0.5 a month from March 2025 on, then 1: the first year that is known ends in February, with 5 + 2."""

    def with_debt(musd: float, months: int) -> Instance:
        return company(
            months,
            "month",
            opening={"cash_musd": 10, "other_assets_musd": 100},
            cash_flows=earning(1),
            debt={"loan": owing("bullet", tenor_periods=100, opening_balance_musd=musd)},
            covenants={"test": {"kind": "debt_to_ebitda", "maximum": 3}},
            history={"ebitda_musd": {"2025-03": 0.5}},
        )

    assert value(best(with_debt(99, 1))) == pytest.approx(11, abs=1e-6)
    assert value(best(with_debt(21, 4))) == pytest.approx(14, abs=1e-6)
    assert infeasible(with_debt(21.01, 4))


# ── cash, tax of its own, principal ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scope", "tax", "cfads"),
    [
        ("infrastructure", None, 60 - 3),  # 0.25·(60 − min(50, 0.8·60))
        ("infrastructure", "none", 60),
        ("infrastructure", "company", 60 - 1),  # 0.25·(20 − 0.8·20)
        ("company", None, 20 - 1),
        ("company", "stand_alone", 20 - 3),
    ],
)
def test_tax_of_the_infrastructure_after_a_loss(scope: str, tax: str | None, cfads: float) -> None:
    """−50, then 60 less an overhead of 40, against 40 of principal a year."""

    def tested(minimum: float) -> Instance:
        test = {"kind": "dscr", "minimum": minimum, "scope": scope, "first_test": 2027}
        overhead = {"kind": "operating", "musd_per_period": [0, -40], "corporate": True}
        return company(
            2,
            opening={"cash_musd": 300, "other_assets_musd": 100},
            cash_flows=earning(-50, 60) | {"overhead": overhead},
            tax={"rate": 0.25, "loss_usable_share": 0.8},
            debt={"loan": owing("level", tenor_periods=2, opening_balance_musd=80)},
            covenants={"test": test | ({} if tax is None else {"tax": tax})},
        )

    assert value(best(tested(cfads / 40))) == pytest.approx(300 - 50 + 20 - 80 - 1, abs=1e-6)
    assert infeasible(tested(cfads / 40 + 1e-4))


@pytest.mark.parametrize(
    ("length", "tenor", "terms", "passes"),
    [
        ("quarter", 4, {}, False),  # a year is not longer than a year
        ("quarter", 4, {"balloons": "excluded"}, False),
        ("quarter", 5, {}, True),
        ("quarter", 5, {"balloons": "counted"}, False),
        ("quarter", 5, {"scope": "infrastructure"}, False),
        ("quarter", 5, {"scope": "infrastructure", "balloons": "excluded"}, True),
        ("month", 12, {}, False),
        ("month", 13, {}, True),
    ],
)
def test_paper_of_a_year_is_no_balloon(length: str, tenor: int, terms: dict[str, Any], passes: bool) -> None:
    """100 falls due, which no twelve months of 10 a quarter, or 5 a month, cover."""
    earned, periods = {"quarter": (10, 8), "month": (5, 14)}[length]
    instance = company(
        periods,
        length,
        opening={"cash_musd": 200},
        cash_flows=earning(earned),
        debt={"paper": owing("bullet", tenor_periods=tenor, opening_balance_musd=100)},
        covenants={"test": {"kind": "dscr", "minimum": 1.2, **terms}},
    )
    if passes:
        assert value(best(instance)) == pytest.approx(100 + earned * periods, abs=1e-6)
    else:
        assert infeasible(instance)


def test_a_chain_of_refinancing() -> None:
    """10 covers 5 of interest twice and no principal at all: all 100 are repaid each year by a loan that names them."""

    def chained(named: bool) -> Instance:
        def loan(tenor: int, other: str, **terms: Any) -> dict[str, Any]:
            names = {"refinances": [other]} if named and other else {}
            return owing("bullet", rate_per_year=0.05, tenor_periods=tenor, **names, **terms)

        return company(
            3,
            objectives=[{"name": "capital_raised"}],
            opening={"other_assets_musd": 200},
            cash_flows=earning(10),
            debt={
                "a": loan(1, "", opening_balance_musd=100),
                "b": loan(1, "a", limit_musd=100),
                "c": loan(5, "b", limit_musd=100),
            },
            covenants={"test": {"kind": "dscr", "minimum": 2}},
        )

    assert value(best(chained(True))) == pytest.approx(200, abs=1e-6)
    assert infeasible(chained(False))
