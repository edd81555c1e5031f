"""Ties, equity and hardware at the edges: small companies, each with its derivation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.instance.lease_rates import lease_rates
from optimizer.instance.loader import load
from optimizer.instance.schema import Instance

from .companies import CHIPS, HALL, company, earning, owing
from .test_covenants import best, infeasible, value


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
