"""What differs between two runs is said once, with its unit, and nothing that is the same is said to differ."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from optimizer.comparison.diff import Decision, Figure, diff, same
from optimizer.report.diff import print_difference
from optimizer.report.diff_words import decision_words, figure_words, input_words, tie_words, unit_words, value_words

from .differing import BASE, level, plan

# ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("debt.loan.rate_per_year", 0.085, "debt.loan.rate_per_year: 8 % → 8.5 % per year, nominal"),
        ("debt.loan.limit_musd", 1500.0, "debt.loan.limit_musd: 200 → 1,500 USD million"),
        ("debt.loan.tenor_periods", 6, "debt.loan.tenor_periods: 5 → 6 periods"),
        ("debt.loan.last_draw", 2027, "debt.loan.last_draw: none → 2027"),
        ("sites.abilene.pue", 1.3, "sites.abilene.pue: 1.2 → 1.3"),
        ("sites.abilene.phases.1.mw", 9.0, "sites.abilene.phases.two.mw: 8 → 9 MW"),
        ("hardware.b200.kw", 1.25, "hardware.b200.kw: 1 → 1.25 kW"),
        ("hardware.b200.price_usd", [1.0, 2.0, 3.5], "hardware.b200.price_usd: 20,000 → 1, 2, 3.5 USD"),
        (
            "hardware.b200.price_usd",
            {"initial": 20000.0, "growth_per_year": -0.1},
            "hardware.b200.price_usd: 20,000 → 20,000 growing by -10 % per year (effective) USD",
        ),
        (
            "markets.training.revenue_usd_per_h100e_hour",
            {"2026": 2.0, "2028": 1.5},
            "markets.training.revenue_usd_per_h100e_hour: 2 → 2026: 2, 2028: 1.5 USD per H100 equivalent and hour",
        ),
        ("markets.training.min_served_share", 0.9, "markets.training.min_served_share: 100 % → 90 %"),
        ("regions.north.energy_price_usd_per_mwh", 55.0, "regions.north.energy_price_usd_per_mwh: 50 → 55 USD per MWh"),
        ("opening.cash_musd", 20.5, "opening.cash_musd: 20 → 20.5 USD million"),
        ("debt.loan", None, "debt.loan: only in the first"),
        ("debt.bond", {"kind": "revolver", "rate_per_year": 0.1}, "debt.bond: only in the second"),
        ("tax", {"rate": 0.21}, "tax: only in the second"),
        ("objectives", [{"name": "wacc"}], "objectives.cost_of_capital: only in the first"),
    ],
)
def test_an_input_in_words(path: str, value: Any, words: str) -> None:
    found = [input_words(change) for change in diff(plan(), plan({path: value})).inputs]
    assert words in found
    assert len(found) == 1 or path == "objectives"
    there_and_back = diff(plan({path: value}), plan()).inputs
    assert [(change.path, change.old, change.new) for change in there_and_back] == [
        (change.path, change.new, change.old) for change in diff(plan(), plan({path: value})).inputs
    ] or path == "objectives"


def test_a_step_of_a_series_is_a_change_of_its_own() -> None:
    one = plan({"debt.loan.rate_per_year": {"2026": 0.08, "2027": 0.09}})
    other = plan({"debt.loan.rate_per_year": {"2026": 0.08, "2027": 0.1}})
    assert [input_words(change) for change in diff(one, other).inputs] == [
        "debt.loan.rate_per_year.2027: 9 % → 10 % per year, nominal"
    ]
    shorter = plan({"debt.loan.rate_per_year": [0.08, 0.09, 0.1]})
    longer = plan({"debt.loan.rate_per_year": [0.08, 0.095, 0.1]})
    assert [input_words(change) for change in diff(shorter, longer).inputs] == [
        "debt.loan.rate_per_year[2]: 9 % → 9.5 % per year, nominal"
    ]


def test_the_order_of_phases_counts() -> None:
    phases = BASE["sites"]["abilene"]["phases"]
    found = diff(plan(), plan({"sites.abilene.phases": phases[::-1]})).inputs
    assert {(change.path, change.old, change.new) for change in found} == {
        ("sites.abilene.phases.one.position", 1, 2),
        ("sites.abilene.phases.two.position", 2, 1),
    }


def test_texts_and_solver_options_are_no_inputs() -> None:
    same_thing = {"title": "another title", "notes": "a note", "debt.loan.source": "a bank", "solve": {"seed": 3}}
    assert diff(plan(), plan(same_thing)).nothing


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("colocation.rent_musd_per_mw_year", "USD million per MW and year"),
        ("hardware.b200.upkeep_usd_per_unit_year", "USD per unit and year"),
        ("hardware.b200.upkeep_usd_per_unit_year_by_age", "USD per unit and year"),
        ("hardware.b200.price_usd.initial", "USD"),
        ("hardware.b200.price_usd.growth_per_year", "share per year"),
        ("hardware.b200.price_usd.2027", "USD"),
        ("markets.a.serving_cost_by_site_usd_per_h100e_hour.abilene", "USD per H100 equivalent and hour"),
        ("regions.a.grid_emissions_t_per_mwh", "t per MWh"),
        ("cash_flows.staff.musd_per_period[3]", "USD million per period"),
        ("depreciation.equipment.table_shares[2]", "share"),
        ("debt.loan.security.hardware", "share"),
        ("tax.rate", "share"),
        ("solve.time_limit_s", "seconds"),
        ("covenants.dscr.minimum", ""),
        ("name", ""),
    ],
)
def test_the_unit_of_a_field(path: str, unit: str) -> None:
    assert unit_words(path) == unit


def test_values_in_words() -> None:
    values = [None, True, 1e-7, 12345678.5, [], {}, ["a", "b"], "text"]
    expected = ["none", "yes", "1e-07", "12,345,678.5", "nothing", "nothing", "a, b", "text"]
    assert [value_words(value) for value in values] == expected
    assert value_words({"2026": 0.5}, share=True) == "2026: 50 %"


# ── options and figures ───────────────────────────────────────────────────────────────────────────────────────────


def test_options_versions_and_limits_of_a_frontier() -> None:
    one = plan(summary={"options": {"gap_share": 0.001, "seed": 0}, "versions": {"highspy": "1.15.1"}})
    two = plan(
        summary={
            "options": {"gap_share": 0.01, "seed": 0},
            "versions": {"highspy": "1.16.0"},
            "point": {"caps": {"dilution": 0.2}},
        }
    )
    assert [(each.name, each.old, each.new) for each in diff(one, two).settings] == [
        ("gap_share", 0.001, 0.01),
        ("version of highspy", "1.15.1", "1.16.0"),
        ("limit on dilution", None, 0.2),
    ]


@pytest.mark.parametrize(
    ("old", "new", "gap", "tie", "words"),
    [
        # value 100 with bound 99, and value 102 with bound 100.5: gaps 1 and 1.5, difference 2
        ((100.0, 99.0), (102.0, 100.5), 2.5, True, "a tie, the difference is within the two gaps ($2.5 m)"),
        ((100.0, 99.5), (102.0, 100.75), 1.75, False, "more than the two gaps ($1.8 m)"),
        ((100.0, 99.0), (102.0, 101.0), 2.0, True, "a tie, the difference is within the two gaps ($2.0 m)"),
        ((100.0, 100.0), (100.0, 100.0), 0.0, True, "the same value"),
        ((100.0, None), (900.0, 900.0), float("inf"), True, "a tie, for there is no bound to tell them apart"),
    ],
)
def test_a_difference_within_the_gaps_is_a_tie(
    old: tuple[float, float | None], new: tuple[float, float | None], gap: float, tie: bool, words: str
) -> None:
    one, two = (plan(summary={"levels": [level(*each)]}) for each in (old, new))
    (figure,) = diff(one, two).figures
    assert (figure.gap, figure.tie, figure.change) == (gap, tie, new[0] - old[0])
    assert tie_words(figure) == f"cost of capital: {words}"


def test_figures() -> None:
    one = {"capex_musd": 40.0, "minimum_dscr": None, "units_bought": 5.0, "revenue_musd.2026": 1.0, "dilution": 0.0}
    two = {"capex_musd": 50.0, "minimum_dscr": 1.5, "units_bought": 5.0 + 1e-9, "revenue_musd.2026": 2.0, "wacc": 0.1}
    found = diff(plan(metrics=one), plan(metrics=two)).figures
    assert found == (
        Figure("capex_musd", "musd", 40.0, 50.0),
        Figure("minimum_dscr", "dscr", None, 1.5),
        Figure("dilution", "share", 0.0, None),
        Figure("wacc", "share", None, 0.1),
    )
    assert found[1].change is None


def test_figures_have_their_units_and_rates_their_kind() -> None:
    console = Console(file=io.StringIO(), width=100)
    old = {"capital_employed": 2141.0, "runway_months": 7.5, "equity_irr_per_year": 0.15, "minimum_dscr": 1.25}
    new = {"capital_employed": 2167.0, "runway_months": 8.0, "equity_irr_per_year": 0.16, "minimum_dscr": 1.5}
    print_difference("a", "b", diff(plan(metrics=old), plan(metrics=new)), console)
    assert isinstance(console.file, io.StringIO)
    lines = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
    assert {
        "capital employed $2,141 m years $2,167 m years $26.0 m years",
        "runway 7.5 months 8.0 months 0.5 months",
        "equity IRR 15.000 % 16.000 % +1.000 points",
        "minimum DSCR 1.25 1.50 0.25",
        "WACC and IRR: effective rates per year",
    } <= set(lines)


def test_rounding_is_no_difference() -> None:
    assert same(1e6, 1e6 + 0.5)
    assert not same(1e6, 1e6 + 1.5)
    assert same(None, None)
    assert not same(None, 0.0)


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def starts(*periods: str, phase: str = "two") -> dict[str, list[dict[str, Any]]]:
    return {"phase_starts": [{"site": "abilene", "phase": phase, "period": t, "count": 1} for t in periods]}


def orders(**amounts: float) -> dict[str, list[dict[str, Any]]]:
    return {"orders": [{"offer": "b200", "period": t[1:], "units": units} for t, units in amounts.items()]}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (starts("2027"), starts("2028"), "site abilene, phase two: starts in 2028 instead of 2027"),
        (starts("2027"), {}, "site abilene, phase two: starts in 2027 only in the first"),
        ({}, starts("2026"), "site abilene, phase two: starts in 2026 only in the second"),
        (
            starts("2026", "2026", "2028"),
            starts("2027", "2027"),
            "site abilene, phase two: starts in 2027 instead of 2026 (2 of them); starts in 2028 only in the first",
        ),
        (starts("2026", "2027"), starts("2026", "2028"), "site abilene, phase two: starts in 2028 instead of 2027"),
        (orders(y2026=50_000.0), orders(y2026=10_000.0), "offer b200: 40,000 units less in 2026"),
        (orders(y2026=500.0), orders(y2028=500.0), "offer b200: 500 units in 2028 instead of 2026"),
        (
            orders(y2026=500.0, y2027=100.0),
            orders(y2026=400.0, y2027=200.0),
            "offer b200: 100 units less in 2026, 100 units more in 2027, the same in all",
        ),
        (
            orders(y2026=500.0),
            orders(y2027=200.5),
            "offer b200: 500 units less in 2026, 200 units more in 2027, 300 units less in all",
        ),
        (
            {"debt_draws": [{"instrument": "loan", "period": "2026", "musd": 12_500.0}]},
            {},
            "instrument loan: $12.50 bn less in 2026",
        ),
        ({}, {"facilities": [{"instrument": "loan", "signed": 1}]}, "instrument loan: is signed only in the second"),
        (
            {"partners": [{"partner": "cloud", "period": "2029", "signed": 1}]},
            {"partners": [{"partner": "cloud", "period": "2027", "signed": 1}]},
            "partner cloud: is signed in 2027 instead of 2029",
        ),
        (
            {"buckets": [{"period": "2026", "bucket": 0, "holds": 1}, {"period": "2027", "bucket": 1, "holds": 1}]},
            {"buckets": [{"period": "2026", "bucket": 2, "holds": 1}, {"period": "2027", "bucket": 1, "holds": 1}]},
            "bucket 3 instead of 1 in 2026",
        ),
        ({"dividends": []}, {"dividends": [{"period": "2028", "musd": 5.0}]}, "$5.0 m more in 2028"),
    ],
)
def test_a_decision_in_words(old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    (found,) = diff(plan(decisions=old), plan(decisions=new)).decisions
    assert decision_words(found) == words
    assert isinstance(found, Decision)


def test_decisions_that_are_the_same_but_for_rounding() -> None:
    old, new = orders(y2026=50_000.0, y2027=1.0), orders(y2026=50_000.004, y2027=1.0 + 1e-9)
    assert diff(plan(decisions=old), plan(decisions=new)).decisions == ()


def test_every_decision_of_a_plan_is_looked_at() -> None:
    """A plan against one that does nothing: the amounts of the difference are those of the plan."""
    old = {**starts("2026", "2027"), **orders(y2026=5.0), "pledges": []}
    old["pledges"] = [{"instrument": "loan", "asset": "hardware", "period": "2026", "musd": 3.0}]
    found = diff(plan(decisions=old), plan()).decisions
    assert [(each.table, each.unit, dict(each.old), dict(each.new)) for each in found] == [
        ("phase_starts", "count", {"2026": 1, "2027": 1}, {}),
        ("orders", "units", {"2026": 5.0}, {}),
        ("pledges", "musd", {"2026": 3.0}, {}),
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(1.1628, "1.16"), (0.708, "0.71"), (-3.114, "−3.11"), (0.0, "0"), (23688.0, "23,688")]
)
def test_a_ratio_is_told_with_its_decimals_and_a_count_without(value: float, text: str) -> None:
    """An LLCR of 1.16 is no 1, nor a price of 0.71 USD an hour; units are whole."""
    assert figure_words(value, "") == text
