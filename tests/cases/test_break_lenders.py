"""What lenders test and where hardware comes from, at the edges: small companies, each with its derivation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.instance.checks import check
from optimizer.instance.lease_rates import lease_rates
from optimizer.instance.loader import load
from optimizer.instance.schema import Instance

from .test_covenants import best, infeasible, value

STARTS: dict[str, Any] = {"year": 2026, "quarter": "2026Q1", "month": "2026-01"}
HALL: dict[str, Any] = {
    "regions": {"flat": {"energy_price_usd_per_mwh": 0}},
    "sites": {"hall": {"region": "flat", "pue": 1, "existing_mw": 1}},
}


def company(periods: int, length: str = "year", **blocks: Any) -> Instance:
    """Terminal cash of a company, without discounting."""
    data = {
        "name": "company",
        "calendar": {"start": STARTS[length], "periods": periods, "length": length},
        "discount": {"rate_per_year": 0},
        "objectives": [{"name": "terminal_cash"}],
        **blocks,
    }
    instance = Instance.model_validate(data)
    assert [each for each in check(instance) if each.severity == "error"] == []
    return instance


def owing(kind: str, **terms: Any) -> dict[str, Any]:
    return {"kind": kind, "rate_per_year": 0, "limit_musd": 0, **({"tenor_periods": 10} | terms)}


def earning(*musd: float) -> dict[str, Any]:
    amounts = musd[0] if len(musd) == 1 else list(musd)
    return {"income": {"kind": "operating", "musd_per_period": amounts}}


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


CHIPS: dict[str, Any] = {"compute_h100e": 1, "kw": 1, "lead_periods": 0, "life_periods": 5, "supply_units": 1000}


@pytest.mark.parametrize("tested", [True, False])
@pytest.mark.parametrize("named", [["chips"], []])
def test_what_refinances_is_no_part_of_a_tied_draw_whoever_counts_it(tested: bool, named: list[str]) -> None:
    """50 falls due, and only a loan that is tied to spending can repay it; 5 comes in later."""
    plan = best(
        company(
            2,
            **HALL,
            opening={"other_assets_musd": 100},
            hardware={"chips": {**CHIPS, "price_usd": 1000}},
            cash_flows={"later": {"kind": "financing", "musd_per_period": [0, 5]}},
            debt={
                "old": owing("bullet", tenor_periods=1, opening_balance_musd=50),
                "new": owing(
                    "bullet", limit_musd=100, tied_to={"capex_share": 1, "hardware": named}, refinances=["old"]
                ),
            },
            covenants={"test": {"kind": "dscr", "minimum": 0}} if tested else {},
        )
    )
    assert value(plan) == pytest.approx(5, abs=1e-6)


# ── what could be drawn under a tie ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tested", [True, False])
def test_a_tied_revolver_that_refinances_beside_a_test_of_liquidity(tested: bool) -> None:
    """50 falls due with 20 in hand: what the revolver draws for it is beside its tie. Nothing more can be drawn."""

    def liquid(minimum: float) -> Instance:
        line = {"kind": "revolver", "rate_per_year": 0, "limit_musd": 100, "refinances": ["old"]}
        covenants = {"liquid": {"kind": "minimum_liquidity", "minimum": minimum}}
        return company(
            2,
            **HALL,
            opening={"cash_musd": 20, "other_assets_musd": 100},
            debt={
                "old": owing("level", tenor_periods=1, opening_balance_musd=50),
                "line": line | {"tied_to": {"capex_share": 1, "sites": ["hall"]}},
            },
            covenants=covenants | ({"test": {"kind": "dscr", "minimum": 0}} if tested else {}),
        )

    assert value(best(liquid(20))) == pytest.approx(20, abs=1e-6)
    assert infeasible(liquid(20.01))


def test_units_that_are_gone_leave_no_room_to_draw() -> None:
    """Chips of 50 are drawn for in full, and make room for boards of 30 a year later: the line may stand at 30 then.

    Of what comes in, 50 or 51, 30 pays for the boards and the rest goes back: at 30 nothing more can be drawn, though
    boards for 30 have been bought in that year; at 29 it is 1.
    """

    def liquid(musd: float) -> Instance:
        tie = {"capex_share": 1, "hardware": ["chips", "boards"]}
        return company(
            2,
            **HALL,
            objectives=[{"name": "capital_raised"}],
            hardware={
                "chips": {**CHIPS, "price_usd": 50000, "last_order": 2026, "resale_share_by_age": [0.0]},
                "boards": {**CHIPS, "price_usd": 30000, "compute_h100e": 2, "first_order": 2027},
            },
            markets={"own": {"demand_h100e": [1000, 2000], "min_served_share": 1}},
            cash_flows={"grant": {"kind": "financing", "musd_per_period": [0, musd]}},
            debt={"line": {"kind": "revolver", "rate_per_year": 0, "limit_musd": 100, "tied_to": tie}},
            covenants={"liquid": {"kind": "minimum_liquidity", "minimum": 1, "first_test": 2027}},
        )

    assert value(best(liquid(51))) == pytest.approx(50, abs=1e-6)
    assert infeasible(liquid(50.9))


# ── equity ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_capital_that_bridges_a_year_costs_a_year() -> None:
    """100 is raised at the start of 2026 for chips that earn it by the end, when it goes back: 10 at the year's end."""
    terms = {"cost_of_equity_per_year": 0.1, "rounds": {"bridge": {"max_musd": 200}}}
    instance = company(
        3,
        **HALL,
        discount={"rate_per_year": 0.1},
        objectives=[{"name": "cost_of_capital"}],
        draw_timing="start",
        payment_timing="start",
        hardware={"chips": {**CHIPS, "price_usd": 100000, "life_periods": 1, "last_order": 2026}},
        markets={"own": {"demand_h100e": [1000, 0, 0], "min_served_share": 1}},
        cash_flows=earning(100, 0, 0),
        equity={**terms, "dividends": {"return_of_capital": True}},
    )
    assert value(best(instance)) == pytest.approx(10 / 1.1, abs=1e-6)


def test_capital_goes_back_in_the_order_in_which_it_came() -> None:
    """60 goes back in 2028: the opening 30 at 10 %, then 30 of 50 at 12 %; 20 of these and 50 at 20 % stay.

    3, 9, 19, and twice 2.4 + 10.
    """
    once = {"min_musd": 50, "max_musd": 50}
    rounds = {
        "a": {**once, "first_raise": 2026, "last_raise": 2026, "cost_of_equity_per_year": 0.12},
        "b": {**once, "first_raise": 2027, "last_raise": 2027, "cost_of_equity_per_year": 0.2},
    }
    back = [0.0, 0.0, 60.0, 0.0, 0.0]
    terms = {"minimum_musd": back, "maximum_musd": back, "return_of_capital": True}
    instance = company(
        5,
        objectives=[{"name": "cost_of_capital"}],
        opening={"cash_musd": 30, "paid_in_capital_musd": 30},
        cash_flows={"plant": {"kind": "investing", "musd_per_period": [-80, -50, 60, 0, 0]}},
        equity={"cost_of_equity_per_year": 0.1, "rounds": rounds, "dividends": terms},
    )
    assert value(best(instance)) == pytest.approx(3 + 9 + 19 + 2 * 12.4, abs=1e-6)


# ── hardware that serves nothing, and what a lease is compared with ───────────────────────────────────────────────


@pytest.mark.parametrize("tested", ["company", "infrastructure", "lock-up"])
def test_a_write_off_that_lets_cash_cover_the_service(tested: str) -> None:
    """20 less half of it in tax does not cover 18; chips for 16 that nobody needs, written off at once, leave 20 − 2.

    100 + 20 − 16 − 2 − 18 = 84, and 1 less where that is the dividend. No need of the market says how many they are.
    """
    chips = {**CHIPS, "price_usd": 1000, "kw": 0, "tax_class": "once"}
    del chips["supply_units"]
    lock_up = {"minimum_total_musd": 1, "maximum_musd": 1, "lock_up_dscr": 1}
    blocks: dict[str, Any] = {"covenants": {"test": {"kind": "dscr", "minimum": 1, "scope": tested}}}
    if tested == "lock-up":
        blocks = {"equity": {"cost_of_equity_per_year": 0.1, "dividends": lock_up}}
    plan = best(
        company(
            1,
            **HALL,
            **blocks,
            opening={"cash_musd": 100},
            cash_flows=earning(20),
            tax={"rate": 0.5},
            depreciation={"once": {"life_years": 5, "bonus_share": 1}},
            hardware={"chips": chips},
            markets={"own": {"demand_h100e": 1000}},
            debt={"loan": owing("level", tenor_periods=1, opening_balance_musd=18)},
        )
    )
    assert value(plan) == pytest.approx(83 if tested == "lock-up" else 84, abs=1e-6)


def test_a_lease_leaves_behind_what_the_unit_could_be_sold_for() -> None:
    """Six quarters of 6,000 against 48,000 and 0.6 of the price at the end of them, which has fallen by 0.7^1.5.

    In the last quarter no later price is known than its own.
    """
    price = [40000 * 0.7 ** (t / 4) for t in range(8)]
    instance = company(
        8,
        "quarter",
        **HALL,
        hardware={
            "bought": {
                **CHIPS,
                "accelerator": "g",
                "price_usd": {"initial": 40000, "growth_per_year": -0.3},
                "attach": {"rack": {"usd_per_unit": 8000}},
                "life_periods": 16,
                "resale_share_by_age": [1, 0.7, 0.5, 0.3, 0.1],
            },
            "dearer": {**CHIPS, "accelerator": "g", "price_usd": 50000, "life_periods": 20},
            "leased": {
                **CHIPS,
                "accelerator": "g",
                "life_periods": 6,
                "lease": {"payment_usd_per_unit_year": 24000, "implicit_rate_per_year": 0.05},
            },
        },
    )
    rates = lease_rates(instance, "leased")
    for t, rate in enumerate(rates):
        v = 1 / (1 + rate / 4)
        left = 0.6 * min(price[t], price[min(t + 6, 7)])
        assert 6000 * sum(v**k for k in range(6)) + left * v**6 == pytest.approx(price[t] + 8000)
    assert rates[0] < 0.05 < rates[7]


@pytest.mark.parametrize(
    ("block", "terms"),
    [
        ("hardware", {**CHIPS, "price_usd": 0, "life_periods": 20, "supply_units": 0}),
        ("sites", {"region": "flat", "pue": 1}),
        ("energy_sources", {"region": "flat", "price_usd_per_mwh": 0, "limit_mw": 0}),
    ],
)
def test_what_is_never_there_serves_no_partner(block: str, terms: dict[str, Any]) -> None:
    """The cloud at 0.4 serves what is owed after the end, whatever else is on the list with nothing of it to be had."""
    known = load(Path(__file__).parents[2] / "instances" / "known-optimal" / "partner-beyond-quarters.yaml")
    data = known.model_dump(mode="json", exclude_unset=True)
    data[block] = data.get(block, {}) | {"idle": terms}
    assert value(best(Instance.model_validate(data))) == pytest.approx(value(best(known)), abs=1e-6)
